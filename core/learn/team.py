"""The learners of a run, one after another or, where a second core is lent, in two lanes beside each other.

Boosted trees spend their time outside of the interpreter, so that a thread is a second worker: it needs no copy of the
rows and starts at once.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module

from core.engines.base import Event
from core.learn.calibrate import temperature
from core.learn.ground import Ground, Trained, Turn
from core.learn.link import temper
from core.learn.loss import row_losses
from core.learn.recipe import TITLES
from core.learn.size import FOREST_ROWS
from core.words import N_, Message

FITS = {
    "simple": ("core.learn.simple", "fit_simple"),
    "forest": ("core.learn.trees.forest", "fit_forest"),
    "trees": ("core.learn.trees.boosted", "fit_trees"),
    "net": ("core.learn.nets.fit", "fit_net"),
    "net_tuned": ("core.learn.nets.tuned", "fit_tuned"),
}
"""Module and verb of each learner: ``(ground, turn) -> Trained``, or None where nothing came of it."""
SECOND_LANE = ("forest", "trees")
SHARES = {"simple": 0.15, "forest": 0.15, "trees": 0.45}
"""Of the budget, by which a learner must end where all stand in one lane; the nets have the rest."""
BEFORE_TUNED = 0.6
"""The same for the net where one that learned beforehand comes after it."""
SWITCH_SECONDS = 5e-4
"""The lane of the trees must not wait for the interpreter after each round."""


def train_all(ground: Ground, notes: list[Message]) -> dict[str, Trained]:
    """Every learner of the recipe, and the simple model in any case, with its answers for the rows held back."""
    trained: dict[str, Trained] = {}
    _train(ground, "simple", SHARES["simple"], trained, notes)
    names = [name for name in _asked(ground, notes) if name != "simple"]
    second = [name for name in names if name in SECOND_LANE]
    first = [name for name in names if name not in SECOND_LANE]
    if second and first and (ground.watch.cores() > 1 or ground.replay is not None):
        _side_by_side(ground, first, second, trained, notes)
    else:
        _lane(ground, [*second, *first], SHARES, trained, notes)
    return {name: trained[name] for name in TITLES if name in trained}


def _asked(ground: Ground, notes: list[Message]) -> list[str]:
    names = [name for name in TITLES if name in ground.recipe.members]
    if len(ground.rows) > FOREST_ROWS and "forest" in names and {"trees", "net"} & set(names):
        names.remove("forest")
        text = N_(
            "No forest was trained: with more than {n:count} rows, boosted trees learn more in the same time. To have "
            "one, choose the forest without boosted trees and neural net."
        )
        notes.append(Message(text, {"n": FOREST_ROWS}))
    if ground.recipe.pretraining is not None and "net" in names:
        names.append("net_tuned")
    return names


def _side_by_side(
    ground: Ground, first: list[str], second: list[str], trained: dict[str, Trained], notes: list[Message]
) -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        with ThreadPoolExecutor(1) as pool:
            other = pool.submit(_lane, ground, second, {"forest": 0.25}, trained, notes)
            _lane(ground, first, {}, trained, notes)
            other.result()
    finally:
        sys.setswitchinterval(before)


def _lane(
    ground: Ground, names: list[str], shares: dict[str, float], trained: dict[str, Trained], notes: list[Message]
) -> None:
    for name in names:
        if _skipped(ground, name, trained):
            notes.append(_left_out(ground, name))
        else:
            usual = BEFORE_TUNED if name == "net" and "net_tuned" in names else 1.0
            share = 1.0 if name == names[-1] else shares.get(name, usual)
            _train(ground, name, share, trained, notes)


def _train(ground: Ground, name: str, share: float, trained: dict[str, Trained], notes: list[Message]) -> None:
    ground.watch.emit(Event("stage", Message(N_("Training: {name}"), {"name": Message(TITLES[name])}), share=0.05))
    steps = None if ground.replay is None else ground.replay.get(name)
    now = time.monotonic()
    end = max(now + 0.02 * min(ground.budget, 60.0), ground.started + share * ground.budget)
    turn = Turn(min(end, max(now, ground.started + ground.budget)), steps)
    one = _fit_of(name)(ground, turn)
    notes.extend(turn.notes)
    if one is not None:
        trained[name] = _judged(ground, name, one)


def _fit_of(name: str) -> Callable[[Ground, Turn], Trained | None]:
    place, verb = FITS[name]
    found: Callable[[Ground, Turn], Trained | None] = getattr(import_module(place), verb)
    return found


def _judged(ground: Ground, name: str, one: Trained) -> Trained:
    """Tempered, and with its loss on the rows held back; whoever watches is told that it is done."""
    answers, member = one.answers, one.member
    if ground.classes and not ground.recipe.class_weights:
        heat = temperature(answers, ground.truth)
        answers, member = temper(answers, heat), member.tempered(heat)
    loss = float(row_losses(answers, ground.truth).mean())
    numbers: dict[str, float | None] = {"validation_loss": loss, "seconds": one.seconds}
    ground.watch.emit(Event("member", member=name, numbers=numbers))
    return replace(one, member=member, answers=answers, loss=loss)


def _skipped(ground: Ground, name: str, trained: dict[str, Trained]) -> bool:
    if not any(done in ground.recipe.members for done in list(trained)):
        return False
    if ground.replay is not None:
        return not ground.replay.get(name, 1)
    return ground.pressed(1.0)


def _left_out(ground: Ground, name: str) -> Message:
    stopped = ground.watch.should_stop()
    text = (
        N_("Training was stopped before this learner began: {name}.")
        if stopped
        else N_("There was no time left for a learner: {name}.")
    )
    return Message(text, {"name": Message(TITLES[name])})
