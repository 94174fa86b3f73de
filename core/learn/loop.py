"""The training loop of all nets. Several folds learn at once, each from its own rows, with weights of its own."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.data.task import TaskKind
from core.engines.base import Event, Watch
from core.learn.batches import Batch, Feed
from core.learn.descent import Descent
from core.learn.device import Device, mixed, use_cores
from core.learn.ground import Fold
from core.learn.link import LEAST
from core.learn.model import Epoch
from core.learn.size import EPOCH_ROWS, Size

LOOK_SECONDS = 0.05
"""Between two looks at the clock and at the wish to stop."""
TELL_SECONDS = 0.01
"""Between two events: every pass is a point of the curve, but for passes no eye could tell apart."""
CHECK_ROWS = 20_000
"""Rows held back, of one fold, for the losses on the screen and early stopping."""
CHECK_BATCH = 4_096
STEEPEST = 5.0
"""Gradients of a fold longer than this are shortened to it."""

Disturb = Callable[[nn.Module, Batch, torch.Generator], Batch]
"""Changes a batch before the net learns from it: noise, masking, mixing of rows, an attack."""
Told = Callable[[int, float], bool]
"""Is told epoch and validation loss; True ends the training."""


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
    """What a training has come to; losses are means over the folds."""

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


@dataclass(eq=False)
class Stream:
    """Row positions, a batch of every fold at a time, in a new order each time a fold has seen all; on the device."""

    fits: list[Tensor]
    batch: int
    generator: torch.Generator
    waiting: list[Tensor] = field(default_factory=list)

    def __next__(self) -> Tensor:
        """(G, b) int64."""
        if not self.waiting:
            self.waiting = [fit[:0] for fit in self.fits]
        return torch.stack([self._draw(place) for place in range(len(self.fits))])

    def _draw(self, place: int) -> Tensor:
        while len(self.waiting[place]) < self.batch:
            fit = self.fits[place]
            order = torch.randperm(len(fit), generator=self.generator, device=fit.device)
            self.waiting[place] = torch.cat([self.waiting[place], fit[order]])
        drawn, self.waiting[place] = self.waiting[place][: self.batch], self.waiting[place][self.batch :]
        return drawn


@dataclass(eq=False)
class Training:
    """A net with all that its training needs."""

    net: nn.Module
    rows: Feed
    kind: TaskKind
    size: Size
    device: Device
    limits: Limits
    descent: Descent
    stream: Stream
    disturb: Disturb | None
    generator: torch.Generator


def run(
    net: nn.Module,
    rows: Feed,
    folds: Sequence[Fold],
    kind: TaskKind,
    size: Size,
    device: Device,
    limits: Limits,
    seed: int,
    name: str,
    disturb: Disturb | None = None,
    told: Told | None = None,
) -> Course:
    """Trains a net in place; it ends with the weights of its best epoch by the mean validation loss over the folds.

    Args:
        net: on the device; ``net(batch)`` gives scores (G, k, b, outputs) of k members in G folds. Where G > 1 every
            parameter begins with G, so that no fold learns from another.
        rows: all rows, those held back too.
        folds: G of them: places in ``rows`` to learn from and to check on.
        kind: of the task.
        size: settings.
        device: where the net and the rows are.
        limits: when to end.
        seed: of the order of rows and of what ``disturb`` draws.
        name: of the member, for events.
        disturb: is given every batch before the net learns from it.
        told: is told every epoch, and may end the training.
    """
    training = _training(net, rows, folds, kind, size, device, limits, seed, disturb)
    course, checks = Course(), _checks(folds, rows.device)
    longest = max(len(fold.fit) for fold in folds)
    each = max(1, math.ceil(min(longest, EPOCH_ROWS) / training.stream.batch))
    for epoch in range(1, size.epochs + 1):
        use_cores(longest, limits.watch.cores())
        started = time.monotonic()
        train_loss, done = _pass(training, each, course)
        if done < each and course.best_epoch:
            break
        loss = measure(net, rows, checks, kind, device)
        if not (math.isfinite(loss) and math.isfinite(train_loss)):
            course.diverged = True
            break
        _keep_best(net, course, epoch, loss)
        course.history.append(Epoch(epoch, train_loss, loss))
        seconds = max(1e-9, time.monotonic() - started)
        last = epoch == size.epochs or epoch - course.best_epoch >= size.patience or done < each
        last = bool(told is not None and told(epoch, loss)) or last
        _tell(course, training, name, min(len(folds) * done * training.stream.batch / seconds, 1e12), seconds, last)
        if last:
            break
        _slow_down(training.descent, size, epoch - course.best_epoch)
    if course.state:
        net.load_state_dict(course.state)
    return course


def measure(net: nn.Module, rows: Feed, checks: Tensor, kind: TaskKind, device: Device) -> float:
    """Mean loss (nats, or squared standard deviations) of the members' mean answer; leaves dropout out.

    Args:
        net: as in ``run``.
        rows: all rows.
        checks: (G, m) places; negative ones only fill up.
        kind: of the task.
        device: where the net and the rows are.
    """
    net.eval()
    total, count = torch.zeros((), device=rows.device), torch.zeros((), device=rows.device)
    with torch.no_grad(), mixed(device):
        for part in torch.split(checks, max(1, CHECK_BATCH // len(checks)), dim=1):
            batch, counted = rows.take(part.clamp(min=0)), (part >= 0).float()
            if batch["weights"] is not None:
                counted = counted * batch["weights"]
            total += (_answer_losses(net(batch).float(), batch["truth"], kind) * counted).sum()
            count += counted.sum()
    return float(total / count.clamp(min=1e-12))


def loss_of(scores: Tensor, batch: Batch, kind: TaskKind, smoothing: float = 0.0) -> Tensor:
    """(G,) mean weighted loss of each fold's members; ``smoothing`` spreads that share of the truth over all classes.

    Args:
        scores: (G, k, b, outputs).
        batch: with ``truth``, ``weights`` and, where rows were mixed, ``other`` and ``mixed``.
        kind: of the task.
        smoothing: share.
    """
    losses = _losses(scores.float(), batch["truth"], kind, smoothing)
    if batch.get("other") is not None:
        share = batch["mixed"][:, None]
        losses = (1 - share) * losses + share * _losses(scores.float(), batch["other"], kind, smoothing)
    if batch["weights"] is None:
        return losses.mean(dim=(1, 2))
    weights: Tensor = batch["weights"]
    return (losses.mean(dim=1) * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1e-12)


def _losses(scores: Tensor, truth: Tensor, kind: TaskKind, smoothing: float) -> Tensor:
    """(G, k, b) of scores (G, k, b, outputs) and truth (G, b)."""
    truth = truth[:, None].expand(scores.shape[:3])
    if kind == "binary":
        wanted = truth.float() * (1 - smoothing) + smoothing / 2
        return functional.binary_cross_entropy_with_logits(scores[..., 0], wanted, reduction="none")
    if kind == "multiclass":
        flat = functional.cross_entropy(
            scores.flatten(0, 2), truth.flatten(), reduction="none", label_smoothing=smoothing
        )
        return flat.view(scores.shape[:3])
    return torch.square(scores[..., 0] - truth.float())


def _answer_losses(scores: Tensor, truth: Tensor, kind: TaskKind) -> Tensor:
    """(G, b) of what the members answer together."""
    if kind == "regression":
        return torch.square(scores[..., 0].mean(dim=1) - truth.float())
    if kind == "binary":
        positive = torch.sigmoid(scores[..., 0]).mean(dim=1)
        other = torch.sigmoid(-scores[..., 0]).mean(dim=1)
        return -torch.where(truth > 0, positive, other).clamp(min=LEAST).log()
    chances = torch.softmax(scores, dim=-1).mean(dim=1)
    return -chances.gather(-1, truth[..., None])[..., 0].clamp(min=LEAST).log()


def _training(
    net: nn.Module,
    rows: Feed,
    folds: Sequence[Fold],
    kind: TaskKind,
    size: Size,
    device: Device,
    limits: Limits,
    seed: int,
    disturb: Disturb | None,
) -> Training:
    fits = [torch.from_numpy(fold.fit).long().to(rows.device) for fold in folds]
    order, chance = (torch.Generator(rows.device).manual_seed(2 * seed + turn) for turn in (0, 1))
    stream = Stream(fits, max(1, min(size.batch_rows, *(len(fit) for fit in fits))), order)
    return Training(net, rows, kind, size, device, limits, Descent(net, size), stream, disturb, chance)


def _checks(folds: Sequence[Fold], device: str) -> Tensor:
    """(G, m) places held back, at most 20,000 of a fold; shorter folds are filled up with -1."""
    parts = [torch.from_numpy(fold.check[:: max(1, len(fold.check) // CHECK_ROWS)]).long() for fold in folds]
    return nn.utils.rnn.pad_sequence(parts, batch_first=True, padding_value=-1).to(device)


def _pass(training: Training, each: int, course: Course) -> tuple[float, int]:
    """One epoch: mean training loss and the batches done. Nothing is read from the device before its end."""
    net, limits = training.net, training.limits
    net.train()
    total, done = torch.zeros((), device=training.rows.device), 0
    while done < each:
        if limits.steps is not None or time.monotonic() - course.looked > LOOK_SECONDS:
            course.looked = time.monotonic()
            if limits.reached(course.steps) and (done or course.best_epoch):
                course.cut = True
                break
        total += _step(training)
        course.steps += 1
        done += 1
    return float(total) / max(1, done), done


def _step(training: Training) -> Tensor:
    """One batch of every fold; the mean loss."""
    batch = training.rows.take(next(training.stream))
    if training.disturb is not None:
        batch = training.disturb(training.net, batch, training.generator)
    training.descent.clear()
    with mixed(training.device):
        scores = training.net(batch)
    losses = loss_of(scores, batch, training.kind, training.size.smoothing)
    losses.sum().backward()  # type: ignore[no-untyped-call]
    _shorten(training.descent.parameters, batch["groups"])
    training.descent.step()
    return losses.detach().mean()


def _shorten(parameters: list[Tensor], groups: int) -> None:
    """Long gradients are shortened, in each fold by itself."""
    grads = [part.grad.view(groups, -1) for part in parameters if part.grad is not None]
    squares = torch.stack([torch.linalg.vector_norm(grad, dim=1) for grad in grads]).square().sum(dim=0)
    factor = (STEEPEST / (squares.sqrt() + 1e-6)).clamp(max=1.0)[:, None]
    torch._foreach_mul_(grads, [factor] * len(grads))


def _slow_down(descent: Descent, size: Size, waited: int) -> None:
    """A third of the rate each time half the patience has passed without a better epoch."""
    if waited and waited % max(1, size.patience // 2) == 0:
        descent.slow(1 / 3)


def _keep_best(net: nn.Module, course: Course, epoch: int, loss: float) -> None:
    if loss < course.best:
        course.best, course.best_epoch = loss, epoch
        course.state = {name: value.detach().clone() for name, value in net.state_dict().items()}


def _tell(course: Course, training: Training, name: str, speed: float, seconds: float, last: bool) -> None:
    """An event for the curve; ``speed`` in rows a second, ``seconds`` of the epoch."""
    now, size = time.monotonic(), training.size
    if not last and now - course.told < TELL_SECONDS and len(course.history) > 1:
        return
    course.told = now
    point = course.history[-1]
    waiting = size.patience - (point.epoch - course.best_epoch)
    to_come = min(size.epochs - point.epoch, max(0, waiting)) * seconds
    numbers: dict[str, float | None] = {
        "epoch": point.epoch,
        "train_loss": point.train_loss,
        "validation_loss": point.validation_loss,
        "rows_per_second": speed,
        "seconds_left": 0.0 if last else min(to_come, max(0.0, training.limits.deadline - now)),
        "best_epoch": course.best_epoch,
    }
    training.limits.watch.emit(Event("epoch", member=name, numbers=numbers))
