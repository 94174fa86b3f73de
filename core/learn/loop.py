"""The training loop: the only one."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from core.data.task import TaskKind
from core.engines.base import Event, Watch
from core.learn import batches
from core.learn.device import Device, mixed, use_cores
from core.learn.model import Epoch
from core.learn.size import EPOCH_ROWS, Size

LOOK_SECONDS = 0.05
"""Between two looks at the clock and at the wish to stop."""
TELL_SECONDS = 0.01
"""Between two events: every pass is a point of the curve, but for passes no eye could tell apart."""
CHECK_ROWS = 20_000
"""Validation rows of the losses on the screen, and of early stopping."""


@dataclass(frozen=True)
class Limits:
    """When a member must end, beside its own early stopping."""

    watch: Watch
    deadline: float
    """``time.monotonic()`` by which it ends."""
    steps: int | None = None
    """Replay: exactly this many batches, whatever the clock says."""

    def reached(self, steps: int) -> bool:
        if self.steps is not None:
            return steps >= self.steps
        return time.monotonic() >= self.deadline or self.watch.should_stop()


@dataclass
class Course:
    """What a training has come to."""

    history: list[Epoch] = field(default_factory=list)
    best: float = math.inf
    best_epoch: int = 0
    state: dict[str, Tensor] = field(default_factory=dict)
    steps: int = 0
    cut: bool = False
    """Ended by the clock, by the wish to stop, or by a loss that was no number."""
    diverged: bool = False
    told: float = 0.0
    looked: float = 0.0
    """Last look at the clock; kept over passes, for a pass can be shorter than the time between two looks."""


def run(
    net: nn.Module,
    train: batches.Rows,
    validation: batches.Rows,
    kind: TaskKind,
    size: Size,
    device: Device,
    limits: Limits,
    seed: int,
    name: str,
) -> Course:
    """Trains a net in place; it ends with the weights of its best epoch by validation loss."""
    course, optimizer = Course(), _optimizer(net, size)
    stream = _stream(len(train), size.batch_rows, np.random.default_rng(seed))
    each = max(1, math.ceil(min(len(train), EPOCH_ROWS) / size.batch_rows))
    for epoch in range(1, size.epochs + 1):
        use_cores(len(train), limits.watch.cores())
        started = time.monotonic()
        train_loss, done = _pass(net, train, kind, optimizer, device, stream, each, course, limits, size.smoothing)
        if done < each and course.best_epoch:
            break
        loss = measure(net, validation, kind, device)
        if not (math.isfinite(loss) and math.isfinite(train_loss)):
            course.diverged = True
            break
        _keep_best(net, course, epoch, loss)
        course.history.append(Epoch(epoch, train_loss, loss))
        speed = done * size.batch_rows / max(1e-9, time.monotonic() - started)
        last = epoch == size.epochs or epoch - course.best_epoch >= size.patience or done < each
        _tell(limits, course, size, name, min(speed, 1e12), len(train), last)
        if last:
            break
        _slow_down(optimizer, size, epoch - course.best_epoch)
    if course.state:
        net.load_state_dict(course.state)
    return course


def measure(net: nn.Module, rows: batches.Rows, kind: TaskKind, device: Device) -> float:
    """Mean loss (nats, or squared standard deviations) on at most 20,000 of the rows; leaves dropout out."""
    net.eval()
    total, count = 0.0, 0
    places = np.arange(len(rows))[:: max(1, len(rows) // CHECK_ROWS)]
    with torch.no_grad(), mixed(device):
        for start in range(0, len(places), 4_096):
            batch = rows.take(places[start : start + 4_096])
            total += float(loss_of(net(batch), batch, kind)) * batch["rows"]
            count += batch["rows"]
    return total / max(1, count)


def loss_of(scores: Tensor, batch: dict[str, Any], kind: TaskKind, smoothing: float = 0.0) -> Tensor:
    """Mean weighted loss of a batch; ``smoothing`` spreads that share of the truth over all classes."""
    truth, weights, scores = batch["truth"], batch["weights"], scores.float()
    if kind == "binary":
        wanted = truth.float() * (1 - smoothing) + smoothing / 2
        losses = functional.binary_cross_entropy_with_logits(scores[:, 0], wanted, reduction="none")
    elif kind == "multiclass":
        losses = functional.cross_entropy(scores, truth, reduction="none", label_smoothing=smoothing)
    else:
        losses = (scores[:, 0] - truth.float()) ** 2
    return losses.mean() if weights is None else (losses * weights).sum() / weights.sum()


def _pass(
    net: nn.Module,
    train: batches.Rows,
    kind: TaskKind,
    optimizer: torch.optim.Optimizer,
    device: Device,
    stream: Iterator[np.ndarray],
    each: int,
    course: Course,
    limits: Limits,
    smoothing: float,
) -> tuple[float, int]:
    """One epoch: mean training loss and the batches done."""
    net.train()
    total = torch.zeros((), device=train.device)
    for done in range(each):
        if limits.steps is not None or time.monotonic() - course.looked > LOOK_SECONDS:
            course.looked = time.monotonic()
            if limits.reached(course.steps) and (done or course.best_epoch):
                course.cut = True
                return float(total) / max(1, done), done
        batch = train.take(next(stream))
        optimizer.zero_grad(set_to_none=True)
        with mixed(device):
            loss = loss_of(net(batch), batch, kind, smoothing)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimizer.step()
        course.steps += 1
        total += loss.detach()
    return float(total) / each, each


def _stream(rows: int, batch: int, generator: np.random.Generator) -> Iterator[np.ndarray]:
    """Row positions, a batch at a time, in a new order each time all have been seen."""
    while True:
        order = generator.permutation(rows)
        for start in range(0, rows, batch):
            yield order[start : start + batch]


def _optimizer(net: nn.Module, size: Size) -> torch.optim.Optimizer:
    """AdamW (Loshchilov and Hutter, 2019, arXiv:1711.05101); biases do not decay."""
    plain = [parameter for name, parameter in net.named_parameters() if name.endswith("bias")]
    decayed = [parameter for name, parameter in net.named_parameters() if not name.endswith("bias")]
    groups = [{"params": decayed, "weight_decay": size.weight_decay}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=size.learning_rate)


def _slow_down(optimizer: torch.optim.Optimizer, size: Size, waited: int) -> None:
    """A third of the rate each time half the patience has passed without a better epoch."""
    if waited and waited % max(1, size.patience // 2) == 0:
        for group in optimizer.param_groups:
            group["lr"] /= 3


def _keep_best(net: nn.Module, course: Course, epoch: int, loss: float) -> None:
    if loss < course.best:
        course.best, course.best_epoch = loss, epoch
        course.state = {name: value.detach().clone() for name, value in net.state_dict().items()}


def _tell(limits: Limits, course: Course, size: Size, name: str, speed: float, rows: int, last: bool) -> None:
    now = time.monotonic()
    if not last and now - course.told < TELL_SECONDS and len(course.history) > 1:
        return
    course.told = now
    point = course.history[-1]
    waiting = size.patience - (point.epoch - course.best_epoch)
    to_come = min(size.epochs - point.epoch, max(0, waiting)) * min(rows, EPOCH_ROWS) / max(1.0, speed)
    numbers: dict[str, float | None] = {
        "epoch": point.epoch,
        "train_loss": point.train_loss,
        "validation_loss": point.validation_loss,
        "rows_per_second": speed,
        "seconds_left": 0.0 if last else min(to_come, max(0.0, limits.deadline - now)),
        "best_epoch": course.best_epoch,
    }
    limits.watch.emit(Event("epoch", member=name, numbers=numbers))
