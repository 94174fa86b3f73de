"""One cut-off for everything on a page: what it means for the rows at hand. Numpy only.

``truth`` is (n,) bool, true for the positive class; ``chance`` is (n,) its probability. A row is named (called
positive) from the cut-off on: ``chance >= cutoff``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.learn.curves import steps


@dataclass(frozen=True)
class Counts:
    """What a cut-off does to some rows."""

    cutoff: float
    hits: int
    """Positive and named."""
    misses: int
    """Positive and not named."""
    alarms: int
    """Named and not positive (false alarms)."""
    passes: int
    """Neither."""

    @property
    def n(self) -> int:
        return self.hits + self.misses + self.alarms + self.passes

    @property
    def named(self) -> int:
        return self.hits + self.alarms

    @property
    def positives(self) -> int:
        return self.hits + self.misses

    @property
    def recall(self) -> float | None:
        """Share of the positives that are named; None without positives."""
        return _share(self.hits, self.positives)

    @property
    def precision(self) -> float | None:
        """Share of the named that are positive; None where none is named."""
        return _share(self.hits, self.named)

    @property
    def alarm_rate(self) -> float | None:
        """Share of the negatives that are named."""
        return _share(self.alarms, self.alarms + self.passes)

    def net_benefit(self) -> float | None:
        """Hits less false alarms at the odds of the cut-off, per row (Vickers and Elkin, 2006,
        doi:10.1177/0272989X06295361)."""
        if not self.n or self.cutoff >= 1:
            return None
        return (self.hits - self.alarms * self.cutoff / (1 - self.cutoff)) / self.n


def at_cutoff(truth: np.ndarray, chance: np.ndarray, cutoff: float) -> Counts:
    """Hits, misses, false alarms and the rest at a cut-off."""
    truth, named = np.asarray(truth, dtype=bool), np.asarray(chance) >= cutoff
    return Counts(
        float(cutoff),
        int((truth & named).sum()),
        int((truth & ~named).sum()),
        int((~truth & named).sum()),
        int((~truth & ~named).sum()),
    )


def by_cost(
    truth: np.ndarray, chance: np.ndarray, cost_miss: float = 1.0, cost_alarm: float = 1.0, *, fitted: bool = False
) -> Counts:
    """The cut-off for the prices of the two errors.

    Args:
        truth: of the rows at hand.
        chance: of the rows at hand.
        cost_miss: price of a positive that is not named.
        cost_alarm: price of a false alarm.
        fitted: False takes the cut-off that is right for calibrated probabilities, ``cost_alarm / (cost_alarm +
            cost_miss)``; True the one with the least cost on these rows.
    """
    if not fitted:
        return at_cutoff(truth, chance, fair_cutoff(cost_miss, cost_alarm))
    hits, alarms, levels = steps(truth, chance)
    costs = (int(np.sum(truth)) - hits) * cost_miss + alarms * cost_alarm
    return at_cutoff(truth, chance, _between(levels, int(np.argmin(costs))))


def by_capacity(truth: np.ndarray, chance: np.ndarray, capacity: int) -> Counts:
    """The lowest cut-off that names at most ``capacity`` rows; rows of equal chance are named together or not at all.

    A capacity of 0 names nobody: the cut-off lies above every chance.
    """
    hits, alarms, levels = steps(truth, chance)
    fitting = np.flatnonzero(hits + alarms <= capacity)
    return at_cutoff(truth, chance, _between(levels, int(fitting[-1])))


def fair_cutoff(cost_miss: float, cost_alarm: float) -> float:
    """The probability from which naming is cheaper on average, if probabilities are calibrated; 0.5 at equal prices."""
    total = cost_miss + cost_alarm
    return float(np.clip(cost_alarm / total, 0.001, 0.999)) if total > 0 else 0.5


def _between(levels: np.ndarray, place: int) -> float:
    """A cut-off for the first ``place`` levels: the middle to the next, so that a hair's breadth does not matter.

    For none, just above the highest chance.
    """
    if place == 0:
        return float(np.nextafter(levels[1], np.inf)) if len(levels) > 1 else 1.0
    if place + 1 == len(levels):
        return float(levels[place])
    middle = float((levels[place] + levels[place + 1]) / 2)
    return middle if middle > levels[place + 1] else float(levels[place])


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
