"""A lesson as a run: trained in a worker, its result kept in the run's folder."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from core import values
from core.engines.base import Event, Run, Watch
from core.errors import Problem
from core.lessons import lesson
from core.lessons.lesson import Ask, Lesson, Result
from core.words import N_, Message

RESULT = "result.json"
SECONDS = 60.0
"""A lesson ends by then with what it has; usually it takes a few."""


def lesson_run(run: Run, watch: Watch) -> bool:
    """A lesson's training, and what came of it in ``result.json``.

    Arguments: ``lesson`` (its key), ``seed``, ``language``, ``settings`` {key of a choice: value}. A run that is asked
    to stop keeps the best so far: its result says so.

    Raises:
        Problem: there is no such lesson, or its arguments are not understood.
    """
    from core.learn import device as devices

    started, given = time.monotonic(), run.request().arguments
    chosen = lesson(str(given.get("lesson", "")))
    ask = asked(chosen, given)
    device = devices.processor()
    run.set_state("running", device=device.kind, device_name=device.name)
    watch.emit(Event("stage", Message(chosen.title), share=0.1))
    with devices.alone():
        result = chosen.work(ask, watch)
    values.write(run.folder / RESULT, replace(result, seconds=time.monotonic() - started))
    return True


def asked(chosen: Lesson, given: dict[str, Any]) -> Ask:
    """What a run's arguments ask for.

    Raises:
        Problem: a seed or a setting is not a number.
    """
    try:
        settings = {str(key): float(value) for key, value in dict(given.get("settings") or {}).items()}
        return chosen.asked(int(given.get("seed", 0)), str(given.get("language", "en")), settings)
    except (TypeError, ValueError, OverflowError):
        raise Problem(
            N_("A lesson's seed and settings are numbers. Set them again, and run the lesson once more.")
        ) from None


def lesson_result(run: Run) -> Result | None:
    """What came out of a lesson's run; None where there is nothing, or nothing that can be read."""
    try:
        return values.read(run.folder / RESULT, Result)
    except (OSError, Problem):
        return None
