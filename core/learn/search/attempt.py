"""One trial: the net is trained with some settings, by the loop of all nets, and measured on the rows held back."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from core.engines.base import Event, Watch
from core.learn import device as devices
from core.learn.ground import Fold, Ground, Turn
from core.learn.recipe import Net
from core.learn.search.road import Choice
from core.learn.search.settings import SETTINGS
from core.learn.size import Size, size

if TYPE_CHECKING:
    from core.learn.batches import Rows

GoesOn = Callable[[int, float], bool]
"""Is told epoch and loss; False gives the trial up."""


@dataclass(frozen=True)
class Attempt:
    """What a trial came to."""

    loss: float | None
    """On the rows held back, in the units of ``Epoch``; None where it was given up, or was no number."""
    epochs: int
    reached: float | None
    """The lowest loss of a pass."""
    dropped: bool = False


@dataclass(frozen=True)
class Silent:
    """A ``Watch`` that keeps the passes of a trial from the screen: they are no curve of the net."""

    watch: Watch
    replayed: bool

    def emit(self, event: Event) -> None:
        """Goes nowhere."""

    def should_stop(self) -> bool:
        """As whoever watches says, but in a replay."""
        return not self.replayed and self.watch.should_stop()

    def cores(self) -> int:
        """Cores lent."""
        return self.watch.cores()

    def seconds_left(self) -> float:
        """Of the time budget."""
        return math.inf if self.replayed else self.watch.seconds_left()


@dataclass(frozen=True, eq=False)
class Bench:
    """The rows that trials learn from and are measured on."""

    ground: Ground
    """Holds only these rows."""
    rows: int
    """All rows that may be learned from: the usual settings go by them."""

    @cached_property
    def laid(self) -> Rows:
        """The rows on the device, for all trials."""
        from core.learn.nets.fit import laid

        return laid(self.ground, self.ground.device)

    def size(self, net: Net) -> Size:
        """All settings of a net."""
        return size(self.rows, self.ground.plan, self.ground.device, net)

    def usual(self) -> Choice:
        """What the net would be trained with: the settings that are numbers, by name."""
        found = vars(self.size(self.ground.recipe.net))
        return {one.name: float(found[one.name]) for one in SETTINGS if found.get(one.name) is not None}


def bench(ground: Ground, folds: tuple[Fold, ...], replayed: bool) -> tuple[Bench, tuple[Fold, ...]]:
    """The rows of some folds of a ground, and the folds as places in them."""
    used = np.unique(np.concatenate([part for fold in folds for part in (fold.fit, fold.check)]))
    there = tuple(Fold(np.searchsorted(used, fold.fit), np.searchsorted(used, fold.check)) for fold in folds)
    here = replace(
        ground, rows=ground.rows[used], numbers=ground.numbers[used], folds=there, watch=Silent(ground.watch, replayed)
    )
    return Bench(here, len(ground.rows)), there


def attempt(bench: Bench, folds: tuple[Fold, ...], net: Net, turn: Turn, goes_on: GoesOn | None) -> Attempt | None:
    """Trains the net in these folds at once; None where the clock or the wish to stop cut it short.

    Settings that the device has no memory for are a trial that came to nothing.
    """
    try:
        return _attempt(bench, folds, net, turn, goes_on)
    except RuntimeError as error:
        if not devices.out_of_memory(error):
            raise
    devices.forget()
    return Attempt(None, 0, None)


def _attempt(bench: Bench, folds: tuple[Fold, ...], net: Net, turn: Turn, goes_on: GoesOn | None) -> Attempt | None:
    from core.learn.nets.augment import disturbance
    from core.learn.nets.fit import build, course

    dropped = False

    def ends(epoch: int, loss: float) -> bool:
        nonlocal dropped
        dropped = goes_on is not None and not goes_on(epoch, loss)
        return dropped

    ground, chosen = bench.ground, bench.size(net)
    with devices.threads(), devices.seeded(ground.recipe.seed, ground.device):
        built = build(ground, chosen, folds, ground.device)
        disturb = disturbance(ground, chosen, ground.device)
        done = course(built, ground, chosen, folds, turn, rows=bench.laid, disturb=disturb, told=ends)
    if done.cut:
        return None
    reached = done.best if math.isfinite(done.best) else None
    failed = dropped or done.diverged
    return Attempt(None if failed else reached, len(done.history), reached, dropped)
