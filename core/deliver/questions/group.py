"""Groups: what the model says of one when its cells are moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from core.data import keep
from core.data.cohort import Cohort, columns, fitting, members, nobody
from core.deliver.opened import Opened, drawn
from core.errors import Problem
from core.whatif.group import MOST, heat, pulls, shift
from core.whatif.shift import Move, Wanted
from core.words import N_


def moved(
    held: Opened,
    moves: list[dict[str, Any]],
    cohort: dict[str, Any] | None = None,
    rows: Sequence[int] | None = None,
    unseen: bool = False,
    label: str | None = None,
    cost: float | None = None,
    capacity: int | None = None,
    wanted: Wanted = "fewer",
    cutoff: float | None = None,
    seed: int = 0,
) -> dict[str, Any]:
    """The fields of a ``Shift``."""
    inside = chosen(held, cohort, rows, unseen)
    some = drawn(inside, MOST, seed)
    sensitive = [name for name in held.model.recipe.task.sensitive if name in keep.card(held.table).schema]
    found = shift(
        held.basis,
        held.rows(some.tolist()),
        msgspec.convert(moves, list[Move]),
        label=label,
        groups=keep.frame(held.table, sensitive, some.tolist()) if sensitive else None,
        cost=cost,
        capacity=capacity,
        seed=seed,
        wanted=wanted,
        cutoff=cutoff,
        learnt=_learnt(held.folder, held.stamp),
        of=len(inside),
    )
    return asdict(found)


def grid(
    held: Opened,
    columns: list[str],
    cohort: dict[str, Any] | None = None,
    rows: Sequence[int] | None = None,
    unseen: bool = False,
    label: str | None = None,
    points: int = 12,
    most: int = 200,
    seed: int = 0,
) -> dict[str, Any]:
    """The fields of a ``Heat``; ``most`` cases of the group are asked about."""
    some = drawn(chosen(held, cohort, rows, unseen), most, seed)
    frame = held.rows(some.tolist())
    return asdict(heat(held.basis, frame, (columns[0], columns[1]), points=points, label=label, rows=most, seed=seed))


def pulled(
    held: Opened,
    cohort: dict[str, Any] | None = None,
    rows: Sequence[int] | None = None,
    unseen: bool = False,
    label: str | None = None,
    most: int = 200,
    seed: int = 0,
) -> list[dict[str, Any]]:
    """The fields of each ``Pull``."""
    some = drawn(chosen(held, cohort, rows, unseen), most, seed)
    frame, sizes = held.rows(some.tolist()), held.importance
    return [asdict(one) for one in pulls(held.basis, frame, label=label, rows=most, seed=seed, importance=sizes)]


def chosen(
    held: Opened, cohort: dict[str, Any] | None = None, rows: Sequence[int] | None = None, unseen: bool = False
) -> np.ndarray:
    """(n,) row numbers of a group, rising.

    Args:
        held: the open model.
        cohort: the fields of a ``Cohort``; None, with no ``rows``, for the rows that the model has never seen.
        rows: row numbers instead.
        unseen: only the rows that the model has never seen.

    Raises:
        Problem: nobody is in it, or it was made for another table.
    """
    if rows is not None:
        found = np.unique(np.array(rows, dtype=np.int64))
        found = found[(found >= 0) & (found < held.count)]
    elif cohort is None:
        found, unseen = np.arange(held.count), True
    else:
        found = _members(held.table, msgspec.convert(cohort, Cohort), held.count)
    if not len(found):
        message = nobody(msgspec.convert(cohort or {}, Cohort), keep.card(held.table).schema)
        raise Problem(message.text, **message.facts)
    return _unseen(held, found) if unseen else found


def _unseen(held: Opened, rows: np.ndarray) -> np.ndarray:
    judged = held.basis.judged
    found = np.intersect1d(rows, judged.loc[judged["set"] == "test", "row"].to_numpy(dtype=np.int64))
    if not len(found):
        raise Problem(
            N_(
                "None of these {n:count} cases was kept from the model while it learned. Ask about all of them, or "
                "widen the group."
            ),
            n=len(rows),
        )
    return found


@lru_cache(maxsize=32)
def _members(table: Path, cohort: Cohort, count: int) -> np.ndarray:
    """A table never changes: the rows of a group stay the same."""
    schema = keep.card(table).schema
    asked = list(columns(fitting(cohort, schema))) or [schema.names[0]]
    frame = keep.frame(table, asked)
    return np.flatnonzero(members(frame, cohort))


@lru_cache(maxsize=8)
def _learnt(folder: Path, stamp: object) -> np.ndarray:
    """Row numbers that the model of a run learned from."""
    drawn = msgspec.json.decode((folder / "split.json").read_bytes())
    return np.array([*drawn["train"], *drawn.get("validation", ())], dtype=np.int64)


VERBS: dict[str, Callable[..., Any]] = {"shift": moved, "heat": grid, "pulls": pulled}
