"""Fields of work: one file each, found by themselves."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from core.domains.domain import Domain


@cache
def domains() -> dict[str, Domain]:
    """Every field in this folder (a file with a ``DOMAIN``) by key, in menu order."""
    files = [import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    found = [file.DOMAIN for file in files if hasattr(file, "DOMAIN")]
    return {domain.key: domain for domain in sorted(found, key=lambda d: (d.order, d.key))}
