"""A run carried out in this process: what the worker, the command line and the tests share."""

from __future__ import annotations

import logging
import math
import secrets
import traceback
from collections.abc import Callable

from core.deliver import audits, lessons, work
from core.engines.base import Emit, Phase, Request, Run, State, Verb, Watch
from core.engines.life import claim
from core.engines.limits import is_shortage, limits, too_large, too_long
from core.engines.place import refusal
from core.engines.watch import FolderWatch
from core.errors import Problem
from core.words import N_, Message

log = logging.getLogger(__name__)

VERBS: dict[Verb, Callable[[Run, Watch], bool]] = {
    "read": work.read_run,
    "train": work.train_run,
    "lesson": lessons.lesson_run,
    "score": work.score_run,
    "explain": work.explain_run,
    "audit": audits.audit_run,
}
"""Each answers whether its work is whole; False where it was asked to stop."""


def run_inline(run: Run, echo: Emit | None = None) -> State:
    """Does what a run asks, here and now.

    Args:
        run: a folder with its request.
        echo: is told of every event as well, for progress on a terminal.

    Raises:
        Problem: as the work does; the run is "failed" by then. Other exceptions pass too.
    """
    begun = begin(run, echo)
    if begun is None:
        raise Problem(N_("This run was started already. Make a new one to do its work again."))
    return perform(run, begun)


def begin(run: Run, echo: Emit | None = None) -> FolderWatch | None:
    """Takes the run for this process and says so in its state; None where it is taken or ended."""
    taken = None if run.state().ended else claim(run)
    if taken is None:
        return None
    request = run.request()
    run.set_state("running", pid=taken.pid, started=taken.started)
    return FolderWatch(run, budget(request), limits(request).seconds, echo)


def budget(request: Request) -> float:
    """Seconds until a usable model: the request's own, else its recipe's, else without end."""
    recipe = request.arguments.get("recipe")
    own = recipe.get("time_budget_seconds") if isinstance(recipe, dict) else None
    return float(request.time_budget_seconds or own or math.inf)


def perform(run: Run, watch: FolderWatch) -> State:
    """Does the work, records how it ended, and lets what went wrong pass on."""
    try:
        whole = VERBS[run.request().verb](run, watch)
    except KeyboardInterrupt:
        finish(watch, "interrupted", Message(N_("This was interrupted. Start it again to go on.")))
        raise
    except Exception as error:
        _record(watch, error)
        raise
    return finish(watch, "done") if whole else finish(watch, "stopped", _why_stopped(watch))


def finish(watch: FolderWatch, phase: Phase, message: Message | None = None) -> State:
    """Stores how the run ended, unless that is stored already."""
    with watch.ending:
        state = watch.run.state()
        return state if state.ended else watch.run.set_state(phase, message=message)


def _record(watch: FolderWatch, error: Exception) -> None:
    if watch.should_stop() and isinstance(error, Problem):
        finish(watch, "stopped", _why_stopped(watch))
    elif isinstance(error, Problem):
        finish(watch, "failed", error.message)
    elif is_shortage(error):
        finish(watch, "failed", too_large(limits(watch.run.request())))
    elif isinstance(error, OSError) and error.errno is not None:
        finish(watch, "failed", refusal(error, watch.run.folder).message)
    else:
        finish(watch, "failed", incident(error))
    log.info("%s: %s", watch.run.state().phase, where(error))


def incident(error: BaseException) -> Message:
    """The sentence for a mistake of ours, with a number under which the log holds the traceback."""
    number = secrets.token_hex(4)
    log.error("incident %s\n%s", number, where(error))
    return Message(
        N_(
            "This ended because of a mistake in Vitrine, not because of you. Try it once more; "
            "if it happens again, report the number {incident}."
        ),
        {"incident": number},
    )


def where(error: BaseException) -> str:
    """The traceback without the exception's own words: they may quote cells of the table."""
    lines = [f"{type(error).__module__}.{type(error).__qualname__}"]
    lines += [f"  {f.filename}:{f.lineno} {f.name}: {f.line}" for f in traceback.extract_tb(error.__traceback__)]
    cause = error.__cause__ or error.__context__
    return "\n".join(lines) + (f"\ncaused by {where(cause)}" if cause is not None else "")


def _why_stopped(watch: FolderWatch) -> Message:
    if watch.overdue() and not watch.run.asked_to_stop():
        return Message(
            N_("{reason} What was ready by then was kept."), {"reason": too_long(limits(watch.run.request()))}
        )
    if watch.run.usable:
        return Message(N_("Stopped as you asked. The best model so far was kept."))
    return Message(N_("Stopped as you asked, before there was anything to keep."))
