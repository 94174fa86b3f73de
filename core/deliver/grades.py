"""The grade of a run's reasons: measured once, then kept in ``grade.json`` beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from core import values
from core.deliver import shelf
from core.deliver.opened import Opened, opened
from core.errors import Problem
from core.explain.grade import Grade

if TYPE_CHECKING:
    from core.engines.base import Watch

FILE = "grade.json"


def graded(
    folder: Path, *, held: Opened | None = None, seconds: float = 20.0, watch: Watch | None = None, anew: bool = False
) -> Grade:
    """How good the reasons of a run's model are, on rows it did not learn from.

    Args:
        folder: of a run with a model.
        held: the same, where it is open already.
        seconds: to take at most, where it was not measured yet.
        watch: is told how far it is, and may ask to stop; then nothing is kept.
        anew: measured again, although it is known.

    Raises:
        Problem: there is no model, or it has no test rows.
    """
    known = None if anew else kept(folder)
    if known is not None:
        return known
    from core.explain.quality import grade

    held = held if held is not None else opened(folder)
    rows = held.rows(_test(folder))
    found = grade(held.model, rows, seconds=seconds, seed=held.model.recipe.seed, watch=watch)
    same = held.stamp == shelf.stamp(folder)
    if same and (watch is None or not watch.should_stop()):
        values.write(folder / FILE, found)
    return found


def kept(folder: Path) -> Grade | None:
    """The grade that was measured before; None where there is none, or it is of an earlier model."""
    path, stamp = folder / FILE, shelf.stamp(folder)
    try:
        if stamp is None or path.stat().st_mtime_ns < stamp[1]:
            return None
        return values.read(path, Grade)
    except (OSError, Problem):
        return None


def _test(folder: Path) -> list[int]:
    """Numbers of the test rows."""
    try:
        found: list[int] = msgspec.json.decode((folder / "split.json").read_bytes())["test"]
    except FileNotFoundError:
        raise shelf.no_model() from None
    return found
