"""The search for settings of the net.

What is honest, and what it costs. Whoever tries many settings and takes the best has also tried on luck: the loss by
which a trial won is flattering (Cawley and Talbot, 2010, JMLR 11, 2079-2107). A second cross-validation around the
first would be free of it, at five times the cost.
# DIFF: here the folds are divided instead: some judge trials, the others never do. Settings that set a record among
the judges are trained once more and measured on rows that judge no trial; only where they are better there too do
they become the choice. Records are few, nothing is chosen by the judges alone, and the best so far is always known.

What remains: the net that is then trained answers for the rows of all folds, of the judges too, and by these answers
the learners are weighed. On the judges' share of the rows the net may look a little better than it is; a note says so.
Rows of the test take no part in any of this.
"""

from __future__ import annotations

import time
from dataclasses import replace

from core.engines.base import Event
from core.learn.ground import Ground, Turn
from core.learn.model import Trial
from core.learn.recipe import Net
from core.learn.search.attempt import attempt
from core.learn.search.course import Course, course
from core.learn.search.outcome import outcome
from core.learn.search.road import Choice
from core.learn.search.settings import netted
from core.learn.search.trials import chosen, record
from core.words import N_, Message


def search(ground: Ground, turn: Turn) -> tuple[Net, tuple[Trial, ...]]:
    """The recipe's net with the settings that were found, and all trials that were finished, in order.

    Args:
        ground: ``recipe.search`` says how to search; its share of the budget is kept to, whatever the turn allows.
        turn: ``steps`` replays so many finished trials bit for bit; notes are added to it.

    Raises:
        Problem: the grid names a setting that there is not, or a value that cannot be; or trials or time make no sense.
    """
    net, asked = ground.recipe.net, ground.recipe.search
    begun = None if asked is None else course(ground, turn, asked)
    if begun is None:
        return net, ()
    trials: list[Trial] = []
    while _goes_on(begun, trials):
        settings = begun.road.next()
        trial = None if settings is None else _trial(begun, settings, trials)
        if trial is None:
            break
        trials.append(trial)
        _tell(begun, trials)
    turn.notes.append(outcome(trials, begun.usual))
    best = chosen(trials)
    return net if best is None else netted(net, _numbers(trials[best])), tuple(trials)


def searched(ground: Ground, notes: list[Message]) -> tuple[Ground, tuple[Trial, ...]]:
    """The ground with the settings found in its recipe and what is left of the budget, and the trials.

    A recipe that asks for no search, or has no net, leaves the ground as it is. A replay takes the number of finished
    trials from ``ground.replay["search"]``.
    """
    if ground.recipe.search is None or "net" not in ground.recipe.members:
        return ground, ()
    started = time.monotonic()
    turn = Turn(steps=None if ground.replay is None else ground.replay.get("search", 0))
    net, trials = search(ground, turn)
    notes.extend(turn.notes)
    now = time.monotonic()
    recipe = replace(ground.recipe, net=net)
    return replace(ground, recipe=recipe, started=now, budget=max(0.5, ground.budget - (now - started))), trials


def _goes_on(begun: Course, trials: list[Trial]) -> bool:
    """Whether there is another trial, and time for a good part of it."""
    if len(trials) >= begun.most or begun.ground.over(begun.turn, len(trials)):
        return False
    if begun.turn.steps is not None:
        return True
    longest = max((trial.seconds for trial in trials), default=0.0)
    return time.monotonic() + longest / 2 < begun.deadline


def _trial(begun: Course, settings: Choice, trials: list[Trial]) -> Trial | None:
    """One choice of settings, judged, and measured on the other rows if it set a record; None where it was cut."""
    _announce(begun, len(trials) + 1)
    started = time.monotonic()
    net = netted(begun.bench.ground.recipe.net, settings)
    turn = Turn(begun.deadline)
    judged = attempt(begun.bench, begun.judges, net, turn, begun.road.goes_on)
    if judged is None:
        return None
    unseen: float | None = None
    if judged.loss is not None and judged.loss < record(trials):
        again = judged
        if begun.others:
            measured = attempt(begun.bench, begun.others, net, turn, None)
            if measured is None:
                return None
            again = measured
        unseen = again.loss
    if judged.dropped:
        begun.road.dropped()
    else:
        begun.road.done(judged.loss)
    seconds = time.monotonic() - started
    return Trial(dict(settings), judged.loss, judged.epochs, seconds, judged.reached, unseen)


def _announce(begun: Course, number: int) -> None:
    text = N_("Searching for good settings of the net: trial {n:count} of at most {most:count}")
    begun.ground.watch.emit(Event("stage", Message(text, {"n": number, "most": begun.most}), share=0.05))


def _tell(begun: Course, trials: list[Trial]) -> None:
    trial, best = trials[-1], chosen(trials)
    numbers: dict[str, float | None] = {
        "trial": float(len(trials)),
        "loss": trial.loss,
        "epochs": float(trial.epochs),
        "seconds": trial.seconds,
        "best": None if best is None else trials[best].loss,
        "reached": trial.reached,
        "unseen": trial.unseen,
        **_numbers(trial),
    }
    begun.ground.watch.emit(Event("trial", member="net", numbers=numbers))


def _numbers(trial: Trial) -> dict[str, float]:
    return {name: float(value) for name, value in trial.settings.items()}
