"""What if, asked of the open models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from core.deliver.ask.rows import Records, asked, open_reasons, place
from core.engines.base import Run
from core.engines.resident import Resident
from core.explain.kin import Neighbour
from core.whatif.answer import Interval, Moved, Support, Told, WhatIf
from core.whatif.scenario import Scenario, Start
from core.words import Message


def ask_what_if(
    resident: Resident,
    run: Run,
    scenario: Scenario,
    *,
    label: str | None = None,
    effort: float = 0.08,
    before: bool = True,
    level: float = 0.9,
) -> WhatIf:
    """What a run's model says of a scenario and of its start.

    Args:
        resident: the line to the open models.
        run: whose model.
        scenario: the start and its changes.
        label: the class whose chance is explained; None for the positive one, or the answer of the start.
        effort: seconds for the reasons of each version; 0 for none.
        before: whether the reasons of the start are wanted: its ``reasons`` are None otherwise.
        level: of the intervals.

    Raises:
        Problem: a cell cannot be read, there is no such row, or the model is gone.
    """
    said = resident.ask(
        "whatif",
        run=place(run),
        scenario=msgspec.to_builtins(scenario),
        label=label,
        effort=effort,
        before=before,
        level=level,
    )
    return open_what_if(said)


def ask_start(resident: Resident, run: Run, scenario: Scenario | None = None) -> Start:
    """The cells that a scenario begins with (without one: the typical case's), and what a form needs of the columns."""
    chosen = None if scenario is None else msgspec.to_builtins(scenario)
    return msgspec.convert(resident.ask("start", run=place(run), scenario=chosen), Start)


def ask_kin(
    resident: Resident, run: Run, *, rows: Sequence[int] | None = None, records: Records | None = None
) -> list[tuple[Neighbour, ...]]:
    """The nearest real cases of rows of the run's table, or of records."""
    said = resident.ask("kin", run=place(run), **asked(rows, records))
    return msgspec.convert(said, list[tuple[Neighbour, ...]])


def open_what_if(said: Mapping[str, Any]) -> WhatIf:
    """A ``WhatIf`` out of its JSON fields."""
    return WhatIf(
        classes=tuple(said["classes"]),
        label=said["label"],
        before=_told(said["before"]),
        after=_told(said["after"]),
        moved=msgspec.convert(said["moved"], tuple[Moved, ...]),
        support=msgspec.convert(said["support"], Support),
        withheld=msgspec.convert(said["withheld"], Message | None),
        seconds=said["seconds"],
    )


def _told(said: Mapping[str, Any]) -> Told:
    why = said["reasons"]
    return Told(
        tuple(said["values"]),
        said["label"],
        msgspec.convert(said["interval"], Interval),
        None if why is None else open_reasons(why),
    )
