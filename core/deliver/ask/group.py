"""Groups, asked of the open models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from core.data.cohort import Cohort
from core.deliver.ask.rows import place
from core.engines.base import Run
from core.engines.resident import Resident
from core.whatif.shift import Heat, Move, Pull, Shift, Wanted


def ask_shift(
    resident: Resident,
    run: Run,
    moves: Sequence[Move],
    cohort: Cohort | None = None,
    *,
    unseen: bool = False,
    label: str | None = None,
    cost: float | None = None,
    capacity: int | None = None,
    wanted: Wanted = "fewer",
    cutoff: float | None = None,
) -> Shift:
    """What a run's model says of a group (None: the rows it has never seen) before and after the moves."""
    said = resident.ask(
        "shift",
        run=place(run),
        cohort=_plain(cohort),
        moves=msgspec.to_builtins(list(moves)),
        unseen=unseen,
        label=label,
        cost=cost,
        capacity=capacity,
        wanted=wanted,
        cutoff=cutoff,
    )
    return msgspec.convert(said, Shift)


def ask_heat(
    resident: Resident,
    run: Run,
    columns: tuple[str, str],
    cohort: Cohort | None = None,
    *,
    unseen: bool = False,
    label: str | None = None,
) -> Heat:
    """Mean answers of a group over two columns."""
    said = resident.ask(
        "heat", run=place(run), columns=list(columns), cohort=_plain(cohort), unseen=unseen, label=label
    )
    return msgspec.convert(said, Heat)


def ask_pulls(
    resident: Resident, run: Run, cohort: Cohort | None = None, *, unseen: bool = False, label: str | None = None
) -> tuple[Pull, ...]:
    """How far each column moves the mean answer of a group, the widest first."""
    said = resident.ask("pulls", run=place(run), cohort=_plain(cohort), unseen=unseen, label=label)
    return msgspec.convert(said, tuple[Pull, ...])


def _plain(cohort: Cohort | None) -> dict[str, Any] | None:
    return None if cohort is None else msgspec.to_builtins(cohort)
