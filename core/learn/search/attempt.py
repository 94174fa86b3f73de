"""One trial: the net is trained with some settings and measured on the rows held back."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from core.engines.base import Event, Watch
from core.learn.ground import Fold, Ground, Turn
from core.learn.loss import row_losses
from core.learn.recipe import Net
from core.learn.search.road import Choice
from core.learn.search.settings import SETTINGS

Told = Callable[[int, float], bool]


@dataclass(frozen=True)
class Attempt:
    """What a trial came to."""

    loss: float | None
    """On the rows held back, in the units of ``Epoch``; None where it was given up, or was no number."""
    epochs: int
    reached: float | None
    """The lowest loss of a pass."""
    dropped: bool = False


@dataclass(eq=False)
class Listener:
    """A ``Watch`` that keeps the passes of a trial from the screen: they are no curve of the net."""

    watch: Watch
    replayed: bool
    told: Told
    losses: list[float] = field(default_factory=list)
    dropped: bool = False
    stopped: bool = False

    def emit(self, event: Event) -> None:
        if event.kind != "epoch":
            return
        loss = event.numbers.get("validation_loss")
        if loss is not None:
            self.losses.append(loss)
            self.dropped = self.dropped or not self.told(len(self.losses), loss)

    def should_stop(self) -> bool:
        if not self.replayed and self.watch.should_stop():
            self.stopped = True
        return self.stopped or self.dropped

    def cores(self) -> int:
        return self.watch.cores()

    def seconds_left(self) -> float:
        return math.inf if self.replayed else self.watch.seconds_left()


def attempt(
    ground: Ground, folds: tuple[Fold, ...], net: Net, deadline: float, turn: Turn, told: Told | None = None
) -> Attempt | None:
    """Trains the net in these folds; None where the clock or the wish to stop cut it short."""
    from core.learn.nets.fit import fit_net

    replayed = turn.steps is not None
    listener = Listener(ground.watch, replayed, told or (lambda epoch, loss: True))
    recipe = replace(ground.recipe, net=net)
    here = replace(ground, recipe=recipe, folds=folds, watch=listener, replay=None)
    trained = fit_net(here, Turn(math.inf if replayed else deadline))
    if listener.stopped or (not replayed and time.monotonic() >= deadline):
        return None
    reached = min(listener.losses, default=None)
    if listener.dropped:
        return Attempt(None, len(listener.losses), reached, dropped=True)
    loss = None if trained is None else _loss(here, trained.answers)
    return Attempt(loss, len(listener.losses), reached)


def usual_settings(ground: Ground) -> Choice:
    """What the net would be trained with: the settings that are numbers, by name."""
    from core.learn.size import size

    found = size(len(ground.rows), ground.plan, ground.device, ground.recipe.net)
    known = {one.name: getattr(found, one.name, None) for one in SETTINGS}
    return {name: float(value) for name, value in known.items() if value is not None}


def _loss(ground: Ground, answers: np.ndarray) -> float | None:
    weights = None if ground.rows.weights is None else ground.rows.weights[ground.checked]
    loss = float(np.average(row_losses(answers, ground.truth), weights=weights)) / ground.scaling[1] ** 2
    return loss if math.isfinite(loss) else None
