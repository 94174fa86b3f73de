"""All audits of a model, one after another."""

from __future__ import annotations

import logging
import secrets
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace

from core.audits import audits
from core.audits.audit import Audit, Report
from core.audits.subject import Subject
from core.engines.base import Event, Watch
from core.errors import Problem
from core.words import N_, Message

log = logging.getLogger(__name__)

MISTAKE = N_(
    "This audit ended because of a mistake in Vitrine, so it says nothing about the model. If it happens again, report "
    "the number {incident}."
)


def audit(
    subject: Subject,
    watch: Watch,
    asked: Sequence[Audit] | None = None,
    told: Callable[[tuple[Report, ...]], None] | None = None,
) -> tuple[Report, ...]:
    """What the audits find, in their order; those that were not begun when somebody asked to stop are left out.

    Args:
        subject: the model.
        watch: is told which audit runs, and may ask to stop.
        asked: the audits; None for all.
        told: is given all reports so far whenever one more is there.
    """
    chosen = audits() if asked is None else tuple(asked)
    found: list[Report] = []
    for place, one in enumerate(chosen):
        if watch.should_stop():
            break
        of: dict[str, float | None] = {"audit": place + 1.0, "of": float(len(chosen))}
        watch.emit(Event("stage", Message(one.about.title), share=place / len(chosen), numbers=of))
        found.append(report(one, subject, watch))
        if told is not None:
            told(tuple(found))
    return tuple(found)


def report(one: Audit, subject: Subject, watch: Watch) -> Report:
    """What one audit finds; that it does not apply, or could not be done, is a report too."""
    begun = time.perf_counter()
    try:
        why = one.applies(subject)
        made = one.run(subject, watch) if why is None else silent(one, why)
    except Problem as problem:
        made = silent(one, problem.message)
    except Exception as error:  # one audit that fails takes no other with it
        number = secrets.token_hex(4)
        frames = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
        log.error("incident %s: %s at %s", number, type(error).__name__, ", ".join(frames[-6:]))
        made = Report(one.key, one.family, "inconclusive", Message(MISTAKE, {"incident": number}))
    return replace(made, seconds=time.perf_counter() - begun)


def silent(one: Audit, why: Message) -> Report:
    """That there is nothing to ask, and why."""
    return Report(one.key, one.family, "not_applicable", why)
