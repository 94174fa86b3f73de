"""What would have to change for another answer, asked of the open models."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from core.deliver.ask.rows import place
from core.engines.base import Run
from core.engines.resident import Resident
from core.whatif.scenario import Scenario
from core.whatif.ways import Aim, Limit, Ways


def ask_ways(
    resident: Resident,
    run: Run,
    scenario: Scenario,
    aim: Aim,
    limits: Sequence[Limit] = (),
    *,
    most: int = 3,
    effort: float = 1.5,
    budget: float | None = None,
    cutoff: float | None = None,
) -> Ways:
    """The smallest changes of a scenario's case, with its changes, that lead to an aim.

    Args:
        resident: answers.
        run: whose model is asked.
        scenario: the case.
        aim: the answer that is wanted.
        limits: of the columns for which the analyst says something else than the field of work.
        most: ways at most.
        effort: seconds to spend at most.
        budget: what the changes of one way may cost together.
        cutoff: two classes: from which chance of the second it is the answer; the model's own unless said.
    """
    said = resident.ask(
        "ways",
        run=place(run),
        scenario=msgspec.to_builtins(scenario),
        aim=msgspec.to_builtins(aim),
        limits=msgspec.to_builtins(list(limits)),
        most=most,
        effort=effort,
        budget=budget,
        cutoff=cutoff,
    )
    return msgspec.convert(said, Ways)


def ask_limits(resident: Resident, run: Run) -> tuple[Limit, ...]:
    """What may be done to each of the model's columns before the analyst says otherwise."""
    return msgspec.convert(resident.ask("limits", run=place(run)), tuple[Limit, ...])
