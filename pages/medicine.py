"""The page of its field."""

from core.domains.medicine import DOMAIN
from pages.shared.workbench import workbench

workbench(DOMAIN)
