"""From prepared rows to trained nets of all folds, as one learner; a device that runs out of memory is met here."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import nn

from core.learn import batches, loop
from core.learn import device as devices
from core.learn.ground import Fold, Ground, Trained, Turn
from core.learn.learner import Learner, neutral
from core.learn.nets.augment import disturbance
from core.learn.nets.net import Net
from core.learn.recipe import TITLES
from core.learn.simple import code_counts
from core.learn.size import Size, size
from core.words import N_, Message

SMALLEST_BATCH = 64


def fit_net(ground: Ground, turn: Turn) -> Trained | None:
    """Trains the nets of all folds at once; None where their loss was never a number.

    A device without enough memory gets half the batch, again and again, then the processor takes over.
    """
    device = ground.device
    chosen = size(len(ground.rows), ground.plan, device, ground.recipe.net)
    while True:
        try:
            return _fit(ground, chosen, device, turn)
        except RuntimeError as error:
            if not devices.out_of_memory(error):
                raise
        devices.forget()
        if chosen.batch_rows > SMALLEST_BATCH:
            chosen = replace(chosen, batch_rows=chosen.batch_rows // 2)
            text = N_("{device} ran out of memory; training goes on with batches of {rows:count} rows ({name}).")
        else:
            device = devices.processor()
            chosen = size(len(ground.rows), ground.plan, device, ground.recipe.net)
            text = N_("{device} ran out of memory; training goes on, on the processor ({name}).")
        facts = {"device": ground.device.name, "name": Message(TITLES["net"]), "rows": chosen.batch_rows}
        turn.notes.append(Message(text, facts))


def _fit(ground: Ground, chosen: Size, device: devices.Device, turn: Turn) -> Trained | None:
    started = time.monotonic()
    with devices.threads(), devices.seeded(ground.recipe.seed, device):
        net = build(ground, chosen, ground.folds, device)
        disturb = disturbance(ground, chosen, device)
        done = course(net, ground, chosen, ground.folds, turn, device=device, disturb=disturb)
    if not math.isfinite(done.best):
        turn.notes.append(diverged("net"))
        return None
    if done.diverged:
        turn.notes.append(diverged("net"))
    return finished(net, ground, done, started, "net")


def build(ground: Ground, chosen: Size, folds: Sequence[Fold], device: devices.Device) -> Net:
    """A net at the start of its training, on a device; its randomness is torch's (see ``devices.seeded``).

    It begins with the shares of the classes among the rows to learn from as its answer.
    """
    outputs = ground.classes if ground.classes > 2 else 1
    net = Net(ground.plan, outputs, len(folds), chosen)
    if ground.classes:
        starts = [ground.rows[fold.fit].start(ground.classes) for fold in folds]
        net.begin(torch.from_numpy(np.stack(starts).astype(np.float32)))
    return net.to(device.kind)


def course(
    net: nn.Module,
    ground: Ground,
    chosen: Size,
    folds: Sequence[Fold],
    turn: Turn,
    *,
    device: devices.Device | None = None,
    rows: batches.Rows | None = None,
    name: str = "net",
    disturb: loop.Disturb | None = None,
    told: loop.Told | None = None,
) -> loop.Course:
    """Trains a net on some folds until its early stopping, or until the turn ends; the net keeps its best weights.

    Args:
        net: from ``build``, with weights of its own or ones given beforehand.
        ground: the rows.
        chosen: settings.
        folds: of the ground, or others in its places; as many as the net has groups.
        turn: time, and steps of a replay.
        device: the ground's, unless another is given.
        rows: what ``laid`` gave, to be used again in another training.
        name: of the member, for events.
        disturb: is given every batch before the net learns from it.
        told: is told epoch and validation loss, and may end the training.
    """
    device = device or ground.device
    rows = rows or laid(ground, device)
    limits = loop.Limits(ground.watch, turn.deadline, turn.steps)
    seed = ground.recipe.seed
    return loop.run(net, rows, folds, ground.task.kind, chosen, device, limits, seed, name, disturb, told)


def laid(ground: Ground, device: devices.Device) -> batches.Rows:
    """All rows of the ground as tensors on a device."""
    rows = ground.rows
    return batches.rows(rows.inputs, ground.plan, rows.truth, rows.weights, device.kind)


def diverged(name: str) -> Message:
    """What is said where a loss stopped being a number."""
    text = N_(
        "The loss stopped being a number ({name}); what had been learned until then was kept. "
        "A smaller learning rate may help."
    )
    return Message(text, {"name": Message(TITLES[name])})


def finished(net: Net, ground: Ground, done: loop.Course, started: float, name: str) -> Trained:
    """The nets of the ground's folds as one learner; each answers for the rows that it never met."""
    learner = export(net, ground, ground.folds, name)
    parts = [learner.part(place).answer(ground.rows.inputs[fold.check]) for place, fold in enumerate(ground.folds)]
    seconds = time.monotonic() - started
    return Trained(learner, seconds, done.steps, ground.gather(parts), tuple(done.history))


def export(net: Net, ground: Ground, folds: Sequence[Fold], name: str) -> Learner:
    """The net as arrays; levels that a fold never met stand where the mean of their column does."""
    net.eval()
    first, bias, tail = net.export()
    for levels, fold in zip(first.levels, folds, strict=True):
        neutral(levels, code_counts(ground.plan, ground.rows.inputs[fold.fit]), ground.plan.level_starts)
    packs = len(first.levels) * net.mix.bias.shape[1]
    link: Any = {"binary": "sigmoid", "multiclass": "softmax", "regression": "identity"}[ground.task.kind]
    shift, scale = ground.scaling if ground.task.kind == "regression" else (0.0, 1.0)
    return Learner(name, ground.plan, first, bias, tail, packs, link, shift, scale)
