"""The net that does not begin from nothing: from what the cells of all rows taught it, or from a saved model's net.

It stands beside the net trained from scratch, on the same rows held back, so that the scores show what it is worth.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from torch import nn

from core.learn import device as devices
from core.learn import loop
from core.learn.ground import Ground, Trained, Turn
from core.learn.learner import Learner, neutral
from core.learn.loss import row_losses
from core.learn.nets.augment import disturbance
from core.learn.nets.fit import build, course, diverged
from core.learn.nets.pretrain import opened, pretrained
from core.learn.nets.rebuilt import Spread, anchored, rebuilt, released, scales
from core.learn.recipe import TITLES
from core.learn.simple import code_counts
from core.learn.size import Size, size
from core.words import N_, Message

NAME = "net_tuned"
GENTLE = 0.3
"""Of the usual learning rate, where a saved net is tuned: few rows must not undo what many taught."""
PULL = 1.0
"""Weight decay towards the beginning, where a saved net is tuned."""
BRISK = 3.0
"""Times the usual learning rate where only adapters learn."""
BEFORE = 1_000_000
"""Steps of a run in one number: those before the answers times this, and those after, plus one."""


@dataclass(frozen=True, eq=False)
class Start:
    """A net before it learns the answers."""

    net: Spread
    size: Size
    counts: np.ndarray | None
    """(n_codes,) rows of each code that were met; None keeps every level as it is."""
    steps: int = 0
    saved: bool = False
    """Its net is a saved model's; weight decay draws it back to where it began."""


Told = tuple[Learner, np.ndarray]
"""A net as arrays, and its answers for the rows held back."""


def fit_tuned(ground: Ground, turn: Turn) -> Trained | None:
    """Tunes a net that has learned before; None where there is none, or its loss was never a number."""
    device = ground.device
    try:
        return _fit(ground, turn, device)
    except RuntimeError as error:
        if not devices.out_of_memory(error):
            raise
    devices.forget()
    text = N_("{device} ran out of memory; training goes on, on the processor ({name}).")
    turn.notes.append(Message(text, {"device": ground.device.name, "name": Message(TITLES[NAME])}))
    return _fit(ground, turn, devices.processor())


def _fit(ground: Ground, turn: Turn, device: devices.Device) -> Trained | None:
    started = time.monotonic()
    before, after = divmod(turn.steps, BEFORE) if turn.steps is not None else (None, None)
    rest = Turn(turn.deadline, None if after is None else after - 1, turn.notes)
    with devices.threads(), devices.seeded(ground.recipe.seed + 1, device):
        start = _start(ground, Turn(turn.deadline, before), device, turn.notes)
        if start is None:
            return None
        untuned = _told(ground, start) if start.saved else None
        done = _tune(ground, start, rest, device)
    if not math.isfinite(done.best) and untuned is None:
        turn.notes.append(diverged(NAME))
        return None
    learner, answers = _better(ground, start, untuned, turn.notes)
    steps = start.steps * BEFORE + done.steps + 1
    return Trained(learner, time.monotonic() - started, steps, answers, tuple(done.history))


def _better(ground: Ground, start: Start, untuned: Told | None, notes: list[Message]) -> Told:
    """The tuned net, or the saved one where tuning made it no better on the rows held back."""
    tuned = _told(ground, start)
    if untuned is None or not _loss(ground, untuned) <= _loss(ground, tuned):
        return tuned
    text = N_("Tuning on these rows did not help, so the saved net answers as it did before ({name}).")
    notes.append(Message(text, {"name": Message(TITLES[NAME])}))
    return untuned


def _loss(ground: Ground, told: Told) -> float:
    loss = float(row_losses(told[1], ground.truth).mean())
    return loss if math.isfinite(loss) else math.inf


def _start(ground: Ground, turn: Turn, device: devices.Device, notes: list[Message]) -> Start | None:
    chosen = size(len(ground.rows), ground.plan, device, ground.recipe.net)
    if ground.earlier is not None:
        if ground.spare is not None:
            text = N_("The net begins from the saved model, so rows without an answer were not learned from ({name}).")
            notes.append(Message(text, {"name": Message(TITLES[NAME])}))
        return _saved(ground, chosen, device, notes)
    begun = pretrained(ground, chosen, device, turn)
    if begun is None:
        text = N_("There was nothing to learn beforehand: too few rows, or no numbers and categories ({name}).")
        notes.append(Message(text, {"name": Message(TITLES[NAME])}))
        return None
    net = build(ground, chosen, ground.folds, device)
    net.load_state_dict(opened(begun.state, ground.folds), strict=False)
    return Start(Spread(net, 1), chosen, code_counts(ground.plan, begun.inputs), begun.steps)


def _saved(ground: Ground, chosen: Size, device: devices.Device, notes: list[Message]) -> Start | None:
    """The net of the saved model that counts most in it."""
    earlier: Any = ground.earlier
    pairs = [
        (weight, member)
        for member, weight in zip(earlier.members, earlier.weights, strict=True)
        if isinstance(member, Learner) and member.first.mix is not None
    ]
    if not pairs:
        return None
    _, learner = max(pairs, key=lambda pair: pair[0])
    same = tuple(earlier.classes) == ground.task.classes
    if not same:
        text = N_("The saved model answers another question, so all but its last layer was taken over ({name}).")
        if not learner.tail:
            text = N_("The saved model answers another question with one layer only: nothing was taken over ({name}).")
        notes.append(Message(text, {"name": Message(TITLES[NAME])}))
        if not learner.tail:
            return None
    net = rebuilt(ground, learner, chosen, same).to(device.kind)
    gentle = replace(chosen, learning_rate=GENTLE * chosen.learning_rate, weight_decay=PULL)
    return Start(net, gentle, None, saved=True)


def _tune(ground: Ground, start: Start, turn: Turn, device: devices.Device) -> loop.Course:
    """Trains in place."""
    chosen, wanted = start.size, ground.recipe.pretraining
    if wanted is not None and wanted.tuning == "adapters":
        _frozen(start.net)
        chosen = replace(chosen, learning_rate=BRISK * chosen.learning_rate)
    if start.saved:
        anchored(start.net)
    disturb = disturbance(ground, chosen, device)
    done = course(start.net, ground, chosen, ground.folds, turn, device=device, name=NAME, disturb=disturb)
    if start.saved:
        released(start.net)
    return done


def _frozen(net: nn.Module) -> None:
    net.requires_grad_(False)
    for part in scales(net):
        part.requires_grad_(True)


def _learner(ground: Ground, start: Start) -> Learner:
    """The net as arrays, every group with packs of its own."""
    start.net.eval()
    net = start.net.net
    first, bias, tail = net.export()
    if start.counts is not None:
        for levels in first.levels:
            neutral(levels, start.counts, ground.plan.level_starts)
    packs = len(bias) // (first.mix.shape[-1] // net.mix.bias.shape[1]) if first.mix is not None else 1
    link: Any = {"binary": "sigmoid", "multiclass": "softmax", "regression": "identity"}[ground.task.kind]
    shift, scale = ground.scaling if ground.task.kind == "regression" else (0.0, 1.0)
    return Learner(NAME, ground.plan, first, bias, tail, packs, link, shift, scale)


def _told(ground: Ground, start: Start) -> Told:
    """The net as it is now, and its answers for the rows held back: in each fold by the groups that stand for it."""
    learner, each, parts = _learner(ground, start), start.net.each, []
    for place, fold in enumerate(ground.folds):
        rows = ground.rows.inputs[fold.check]
        parts.append(np.mean([learner.part(place * each + one).answer(rows) for one in range(each)], axis=0))
    return learner, ground.gather(parts)
