"""From prepared rows to a trained net, as a learner; a device that runs out of memory is met here."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import Any

import torch

from core.learn import batches, loop
from core.learn import device as devices
from core.learn.ground import Ground, Trained
from core.learn.learner import Learner
from core.learn.nets.net import Net
from core.learn.recipe import MEMBERS, TITLES
from core.learn.simple import code_counts
from core.learn.size import Size, size
from core.words import N_, Message

SMALLEST_BATCH = 64


def fit_net(ground: Ground, name: str, deadline: float, steps: int | None, notes: list[Message]) -> Trained | None:
    """Trains ``torch_linear`` or ``torch_mlp``; None where its loss was never a number.

    A device without enough memory gets half the batch, again and again, then the processor takes over.
    """
    device = ground.device
    terms = sum(words.width for words in ground.plan.texts)
    chosen = size(name, len(ground.train), device, ground.recipe.net, terms)
    while True:
        try:
            return _fit(ground, name, chosen, device, deadline, steps, notes)
        except RuntimeError as error:
            if not devices.out_of_memory(error):
                raise
        devices.forget()
        if chosen.batch_rows > SMALLEST_BATCH:
            chosen = replace(chosen, batch_rows=chosen.batch_rows // 2)
            text = N_("{device} ran out of memory; training goes on with batches of {rows:count} rows ({name}).")
        else:
            device = devices.processor()
            chosen = size(name, len(ground.train), device, ground.recipe.net, terms)
            text = N_("{device} ran out of memory; training goes on, on the processor ({name}).")
        notes.append(
            Message(text, {"device": ground.device.name, "name": Message(TITLES[name]), "rows": chosen.batch_rows})
        )


def _fit(
    ground: Ground,
    name: str,
    chosen: Size,
    device: devices.Device,
    deadline: float,
    steps: int | None,
    notes: list[Message],
) -> Trained | None:
    started, seed = time.monotonic(), ground.recipe.seed * len(MEMBERS) + MEMBERS.index(name)
    outputs = ground.classes if ground.classes > 2 else 1
    with devices.threads(), devices.seeded(seed, device):
        net: Any = Net(
            ground.plan, outputs, width=chosen.width, depth=chosen.depth, dropout=chosen.dropout, bins=chosen.bins,
            reach=chosen.reach,
        ).to(device.kind)  # fmt: skip
        train, validation = (
            batches.rows(part.inputs, ground.plan, part.truth, part.weights, device.kind)
            for part in (ground.train, ground.validation)
        )
        limits = loop.Limits(ground.watch, deadline, steps)
        course = loop.run(net, train, validation, ground.task.kind, chosen, device, limits, seed, name)
        if course.diverged:
            notes.append(
                Message(
                    N_(
                        "The loss stopped being a number ({name}); what had been learned until then was kept. "
                        "A smaller learning rate may help."
                    ),
                    {"name": Message(TITLES[name])},
                )
            )
        if not math.isfinite(course.best):
            return None
        learner = export(net, ground, name)
    return Trained(learner, time.monotonic() - started, course.steps, tuple(course.history))


@torch.no_grad()
def export(net: Net, ground: Ground, name: str) -> Learner:
    """The net as arrays."""
    net.eval().float().to("cpu")
    first, bias, tail = net.export(ground.plan, code_counts(ground.plan, ground.train.inputs))
    link: Any = {"binary": "sigmoid", "multiclass": "softmax", "regression": "identity"}[ground.task.kind]
    shift, scale = ground.scaling if ground.task.kind == "regression" else (0.0, 1.0)
    return Learner(name, ground.plan, first, bias, tail, link, shift, scale)
