"""What would have to change for another answer, and what may."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from core.deliver.opened import Opened


def ways(
    held: Opened,
    scenario: Mapping[str, Any],
    aim: Mapping[str, Any],
    limits: Sequence[Mapping[str, Any]] = (),
    most: int = 3,
    effort: float = 1.5,
    seed: int = 0,
    budget: float | None = None,
    cutoff: float | None = None,
) -> dict[str, Any]:
    """The smallest changes of a scenario's case, with its changes, that lead to an aim: the fields of ``Ways``.

    ``limits``: of the columns for which the analyst says something else than the field of work. ``effort``: seconds to
    spend at most.
    """
    from core.whatif.counterfactual import ways as found
    from core.whatif.scenario import Scenario
    from core.whatif.start import changed, started
    from core.whatif.ways import Aim, Limit

    wanted = msgspec.convert(scenario, Scenario)
    basis = held.basis
    start = changed(started(held.rows, basis, wanted), wanted, held.model.schema)
    said = found(
        basis,
        start,
        msgspec.convert(aim, Aim),
        msgspec.convert(limits, tuple[Limit, ...]),
        most=most,
        seconds=effort,
        seed=seed,
        budget=budget,
        cutoff=cutoff,
    )
    answer: dict[str, Any] = msgspec.to_builtins(said)
    return answer


def limits(held: Opened) -> list[dict[str, Any]]:
    """What may be done to each column, before the analyst says otherwise: the fields of ``Limit``."""
    from core.domains import domains
    from core.whatif.limits import limits as usual

    recipe = held.model.recipe
    found = usual(held.model, domains().get(recipe.domain), recipe.task)
    answer: list[dict[str, Any]] = msgspec.to_builtins(found)
    return answer


VERBS: dict[str, Callable[..., Any]] = {"ways": ways, "limits": limits}
