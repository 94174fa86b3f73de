"""Fields of work: one file each, found by themselves."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from core.domains.domain import Domain


@cache
def domains() -> dict[str, Domain]:
    """Every field in this folder by key, in menu order."""
    names = [info.name for info in pkgutil.iter_modules(__path__) if info.name not in ("domain", "recognise")]
    found = [import_module(f"{__name__}.{name}").DOMAIN for name in names]
    return {domain.key: domain for domain in sorted(found, key=lambda d: (d.order, d.key))}
