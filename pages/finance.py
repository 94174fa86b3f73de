"""The page of its field."""

from core.domains.finance import DOMAIN
from pages.shared.workbench import workbench

workbench(DOMAIN)
