"""What an open model can be asked at once, a file a topic; each lists its ``VERBS``.

A verb takes the ``Opened`` model and plain JSON values, and answers with what JSON can say; it may raise a ``Problem``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from typing import Any


@cache
def questions() -> dict[str, Callable[..., Any]]:
    """Every verb by its name."""
    found: dict[str, Callable[..., Any]] = {}
    for module in pkgutil.iter_modules(__path__):
        found |= importlib.import_module(f"{__name__}.{module.name}").VERBS
    return found
