"""What if: the start of a scenario, the answer to it, and real cases like a case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import msgspec

from core.deliver.opened import Opened
from core.deliver.questions.rows import frame_of
from core.whatif.scenario import Scenario

if TYPE_CHECKING:
    from core.engines.base import Watch


def whatif(
    held: Opened,
    scenario: dict[str, Any],
    label: str | None = None,
    effort: float = 0.08,
    before: bool = True,
    level: float = 0.9,
    seed: int = 0,
) -> dict[str, Any]:
    """The fields of a ``WhatIf``. ``effort``: seconds for the reasons of each version, 0 for none; ``before``: whether
    those of the start are wanted."""
    from core.whatif.ask import what_if
    from core.whatif.start import changed, started

    asked, basis = msgspec.convert(scenario, Scenario), held.basis
    begin = started(held.rows, basis, asked)
    after = changed(begin, asked, held.model.schema)
    return asdict(what_if(basis, begin, after, label=label, seconds=effort, before=before, level=level, seed=seed))


def start(held: Opened, scenario: dict[str, Any] | None = None) -> dict[str, Any]:
    """The fields of a ``Start``: the cells that a scenario begins with (without one, those of the typical case), and
    what a form needs to know of each column."""
    from core.whatif.form import form
    from core.whatif.start import cells, masked, started

    asked = Scenario() if scenario is None else msgspec.convert(scenario, Scenario)
    basis = held.basis
    return {
        "cells": masked(cells(started(held.rows, basis, asked)), held.model.schema),
        "fields": form(basis, held.importance),
        "row": asked.row,
        "truth": None if asked.row is None else held.truth(asked.row),
    }


def ready(held: Opened, watch: Watch | None = None) -> None:
    """Makes what every first question would wait for: the rows around the model, what real cases are like, and all
    that is made when it first answers. ``watch``: lets others pass between these."""
    from core.deliver.questions.reasons import families
    from core.whatif.support import ground

    for make in (families, lambda one: ground(one.basis), start, lambda one: whatif(one, {})):
        if watch is not None and watch.should_stop():
            return
        make(held)


def kin(
    held: Opened, rows: list[int] | None = None, records: list[dict[str, Any]] | None = None
) -> list[list[dict[str, Any]]]:
    """For each row of the table, or record, the fields of its nearest ``Neighbour``s."""
    from core.explain.kin import kin as nearest
    from core.whatif.support import ground

    found = nearest(ground(held.basis).kinship, frame_of(held, rows=rows, records=records))
    return [[asdict(one) for one in ones] for ones in found]


VERBS: dict[str, Callable[..., Any]] = {"whatif": whatif, "start": start, "ready": ready, "kin": kin}
