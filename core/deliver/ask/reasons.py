"""Reasons in words, of one column, of pairs and on one page, asked of the open models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from core.deliver.ask.rows import Records, asked, open_reasons, place
from core.engines.base import Run
from core.engines.resident import Resident
from core.explain.curve import Curve
from core.explain.explanation import Explanation
from core.explain.families import Family
from core.explain.grade import Grade
from core.explain.pairs import Pairs
from core.explain.readable import Surrogate
from core.words import Message

PATIENCE = 6.0
"""Times the effort that a grade may take where the machine is busy."""


@dataclass(frozen=True, eq=False)
class Reasoned:
    """One case or two, explained and told."""

    explanation: Explanation
    told: tuple[tuple[Message, ...], ...]
    """(n_rows) sentences, each tested on the model."""


@dataclass(frozen=True)
class Related:
    """Columns that say nearly the same."""

    families: tuple[Family, ...]
    notes: tuple[Message, ...]
    """About those that are nearly copies of each other."""


def ask_told(
    resident: Resident,
    run: Run,
    *,
    rows: Sequence[int] | None = None,
    records: Records | None = None,
    labels: Sequence[str] | None = None,
    effort: float = 4.0,
) -> Reasoned:
    """Why a run's model answers so for a row or two, with the phrases of their texts and sentences about them.

    Args:
        resident: the line to the open models.
        run: whose model.
        rows: of its table.
        records: of cells, where they are no rows of the table.
        labels: the class explained in each.
        effort: seconds for the values; the sentences come on top.
    """
    chosen = list(labels) if labels is not None else None
    said = resident.ask("reasons", run=place(run), labels=chosen, effort=effort, **asked(rows, records))
    return Reasoned(open_reasons(said["explanation"]), msgspec.convert(said["told"], tuple[tuple[Message, ...], ...]))


def ask_partial(
    resident: Resident, run: Run, column: str, *, label: str | None = None, rows: Sequence[int] = ()
) -> Curve:
    """How the answer moves with one column alone, for some rows of the table (none: those never seen)."""
    said = resident.ask("partial", run=place(run), column=column, label=label, rows=[int(row) for row in rows])
    arrays = {name: _floats(said[name]) for name in ("numbers", "mean", "low", "high", "own", "answers")}
    return Curve(
        column=said["column"],
        label=said["label"],
        kind=said["kind"],
        cells=tuple(said["cells"]),
        counts=np.array(said["counts"], dtype=np.int64),
        lines=_floats(said["lines"]).reshape(len(said["lines"]), len(said["cells"])),
        rows=np.array(said["rows"], dtype=np.int64),
        n=said["n"],
        total=said["total"],
        centred=said["centred"],
        note=msgspec.convert(said["note"], Message),
        **arrays,
    )


def ask_pairs(
    resident: Resident, run: Run, *, label: str | None = None, rows: Sequence[int] = (), effort: float = 10.0
) -> Pairs:
    """Which columns act together, for some rows of the table (none: those never seen); ``effort`` in seconds."""
    said = resident.ask("pairs", run=place(run), label=label, rows=[int(row) for row in rows], effort=effort)
    return Pairs(
        columns=tuple(said["columns"]),
        rows=np.array(said["rows"], dtype=np.int64),
        values=_floats(said["values"]).reshape(len(said["rows"]), len(said["columns"]), len(said["columns"])),
        label=said["label"],
        background=said["background"],
        seconds=said["seconds"],
    )


def ask_families(resident: Resident, run: Run) -> Related:
    """Which columns of the model say nearly the same."""
    return msgspec.convert(resident.ask("families", run=place(run)), Related)


def ask_grade(resident: Resident, run: Run, *, effort: float = 20.0) -> Grade:
    """How good the reasons of a run's model are; kept with the run. ``effort``: seconds it may take, about."""
    said = resident.ask("grade", run=place(run), effort=effort, seconds=PATIENCE * effort)
    return msgspec.convert(said, Grade)


def ask_surrogate(resident: Resident, run: Run) -> Surrogate:
    """A copy of a run's model that can be read on one page."""
    return msgspec.convert(resident.ask("surrogate", run=place(run), seconds=60.0), Surrogate)


def _floats(value: Any) -> np.ndarray:
    """JSON numbers as float64; null is NaN."""
    return np.array(value, dtype=np.float64)
