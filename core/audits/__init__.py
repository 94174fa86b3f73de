"""May a model be trusted? Audits of fairness, privacy, robustness and honesty, each ending in a verdict."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from core.audits.audit import FAMILIES, Audit


@cache
def audits() -> tuple[Audit, ...]:
    """Every audit, family by family in the order in which they are shown."""
    found: list[Audit] = []
    for family in FAMILIES:
        room = importlib.import_module(f"{__name__}.{family}")
        modules = (
            importlib.import_module(f"{room.__name__}.{one.name}") for one in pkgutil.iter_modules(room.__path__)
        )
        held = [module.AUDIT for module in modules if hasattr(module, "AUDIT")]
        found += sorted(held, key=lambda audit: (audit.order, audit.key))
    return tuple(found)
