"""From prepared rows to a trained net, as a learner; a device that runs out of memory is met here."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from core.learn import batches, loop
from core.learn import device as devices
from core.learn.ground import Fold, Ground, Trained, Turn
from core.learn.learner import First, Learner
from core.learn.nets.net import Net
from core.learn.recipe import TITLES
from core.learn.simple import code_counts
from core.learn.size import Size, size
from core.words import N_, Message

SMALLEST_BATCH = 64


def fit_net(ground: Ground, turn: Turn) -> Trained | None:
    """Trains the net in every fold; None where its loss was never a number.

    A device without enough memory gets half the batch, again and again, then the processor takes over.
    """
    device = ground.device
    terms = sum(words.width for words in ground.plan.texts)
    chosen = size("net", len(ground.rows), device, ground.recipe.net, terms)
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
            chosen = size("net", len(ground.rows), device, ground.recipe.net, terms)
            text = N_("{device} ran out of memory; training goes on, on the processor ({name}).")
        facts = {"device": ground.device.name, "name": Message(TITLES["net"]), "rows": chosen.batch_rows}
        turn.notes.append(Message(text, facts))


def _fit(ground: Ground, chosen: Size, device: devices.Device, turn: Turn) -> Trained | None:
    started, learners, parts, courses = time.monotonic(), [], [], []
    for place, fold in enumerate(ground.folds):
        left = turn.deadline - time.monotonic()
        end = time.monotonic() + left / (len(ground.folds) - place)
        learner, course = _fit_fold(ground, fold, chosen, device, loop.Limits(ground.watch, end, turn.steps), place)
        if learner is None:
            text = N_(
                "The loss stopped being a number ({name}); what had been learned until then was kept. "
                "A smaller learning rate may help."
            )
            turn.notes.append(Message(text, {"name": Message(TITLES["net"])}))
            return None
        learners.append(learner)
        parts.append(learner.answer(ground.rows.inputs[fold.check]))
        courses.append(course)
    packed = _pack(learners)
    return Trained(
        packed, time.monotonic() - started, courses[0].steps, ground.gather(parts), tuple(courses[0].history)
    )


def _fit_fold(
    ground: Ground, fold: Fold, chosen: Size, device: devices.Device, limits: loop.Limits, place: int
) -> tuple[Learner | None, loop.Course]:
    seed = ground.recipe.seed * 1_000 + place
    outputs = ground.classes if ground.classes > 2 else 1
    with devices.threads(), devices.seeded(seed, device):
        net: Any = Net(
            ground.plan, outputs, width=chosen.width, depth=chosen.depth, dropout=chosen.dropout, bins=chosen.bins,
            reach=chosen.reach,
        ).to(device.kind)  # fmt: skip
        train, validation = (
            batches.rows(part.inputs, ground.plan, part.truth, part.weights, device.kind)
            for part in (ground.rows[fold.fit], ground.rows[fold.check])
        )
        course = loop.run(net, train, validation, ground.task.kind, chosen, device, limits, seed, "net")
        if not math.isfinite(course.best):
            return None, course
        return export(net, ground, "net"), course


@torch.no_grad()
def export(net: Net, ground: Ground, name: str) -> Learner:
    """The net as arrays."""
    net.eval().float().to("cpu")
    first, bias, tail = net.export(ground.plan, code_counts(ground.plan, ground.rows.inputs))
    tail = tuple((weights[None], bias[None]) for weights, bias in tail)
    link: Any = {"binary": "sigmoid", "multiclass": "softmax", "regression": "identity"}[ground.task.kind]
    shift, scale = ground.scaling if ground.task.kind == "regression" else (0.0, 1.0)
    return Learner(name, ground.plan, first, bias, tail, 1, link, shift, scale)


def _pack(learners: list[Learner]) -> Learner:
    def joined(part: str) -> np.ndarray:
        return np.concatenate([getattr(one.first, part) for one in learners], axis=-1)

    texts = tuple(
        np.concatenate(tables, axis=-1) for tables in zip(*[one.first.texts for one in learners], strict=True)
    )
    line, gone, base, slope, levels = (joined(part) for part in ("line", "gone", "base", "slope", "levels"))
    first = First(line, gone, base, slope, levels, texts, learners[0].first.reach)
    tail = tuple(
        (np.concatenate([layer[0] for layer in layers]), np.concatenate([layer[1] for layer in layers]))
        for layers in zip(*[one.tail for one in learners], strict=True)
    )
    bias = np.concatenate([one.bias for one in learners])
    return replace(learners[0], first=first, bias=bias, tail=tail, packs=len(learners))
