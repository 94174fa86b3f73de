"""The page of its field."""

from core.domains.education import DOMAIN
from pages.shared.workbench import workbench

workbench(DOMAIN)
