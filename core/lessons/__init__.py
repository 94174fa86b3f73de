"""Lessons: known examples of machine learning to run with one click, a file each, found by themselves."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from core.errors import Problem
from core.lessons.lesson import Ask, Lesson, Result
from core.words import N_

__all__ = ["Ask", "Lesson", "Result", "lesson", "lessons"]


@cache
def lessons() -> dict[str, Lesson]:
    """Every lesson in this folder (a file with a ``LESSON``) by key, in the order of the gallery."""
    files = [import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    found = [file.LESSON for file in files if hasattr(file, "LESSON")]
    return {one.key: one for one in sorted(found, key=lambda one: (one.order, one.key))}


def lesson(key: str) -> Lesson:
    """The lesson of that key.

    Raises:
        Problem: there is none.
    """
    found = lessons().get(key)
    if found is None:
        raise Problem(N_("There is no lesson called {key}. Choose one from the page Learn."), key=key)
    return found
