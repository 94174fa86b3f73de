"""What making one figure equal would cost whom: every group's own cut-off moved, on paper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audits.fairness.comparison import plenty
from core.audits.fairness.seen import Seen
from core.audits.fairness.tally import ALARMS, HITS, MISSES, PASSES, SHARES, Tally
from core.learn.curves import steps

EQUAL = ("selection_rate", "recall", "false_alarm_rate", "precision")
"""Figures that cut-offs can make equal."""


@dataclass(frozen=True, eq=False)
class Price:
    """Every group at the cut-off that brings one figure to what it is for all."""

    name: str
    """Of the figure."""
    cutoffs: tuple[float, ...]
    """(groups,) infinite: nobody is named."""
    before: Tally
    after: Tally
    counted: tuple[int, ...]
    """Places of the groups with enough cases; the others keep their cut-off."""

    @property
    def named(self) -> np.ndarray:
        """(groups,) more (or fewer) rows named."""
        return self._more(HITS, ALARMS)

    @property
    def missed(self) -> np.ndarray:
        """(groups,) more (or fewer) events missed."""
        return self._more(MISSES)

    @property
    def alarms(self) -> np.ndarray:
        """(groups,) more (or fewer) rows named wrongly."""
        return self._more(ALARMS)

    def _more(self, *cells: int) -> np.ndarray:
        return np.asarray((self.after.cells - self.before.cells)[:, cells].sum(axis=1).round().astype(np.int64))


def price(seen: Seen, codes: np.ndarray, before: Tally, name: str, cutoff: float) -> Price:
    """The price of one figure.

    Args:
        seen: rows of a yes/no question, with chances.
        codes: (n,) group of each row.
        before: their counts at the model's cut-off.
        name: of the figure.
        cutoff: the model's.
    """
    assert seen.chance is not None
    counted = tuple(place for place in range(len(before.cells)) if plenty(before, place))
    goal = _goal(before, counted, name)
    cells, cutoffs = before.cells.copy(), [cutoff] * len(before.cells)
    for place in counted:
        inside = codes == place
        found = _moved(seen.truth[inside], seen.chance[inside], name, goal, cutoff)
        if found is not None:
            cutoffs[place], cells[place] = found
    return Price(name, tuple(cutoffs), before, Tally(cells), counted)


def apart(counts: Tally, places: tuple[int, ...], name: str) -> float | None:
    """Largest less smallest value among some groups; None where fewer than two have one."""
    part, whole = counts.part(name)[list(places)], counts.whole(name)[list(places)]
    shares = part[whole > 0] / whole[whole > 0]
    return float(shares.max() - shares.min()) if len(shares) > 1 else None


def _goal(before: Tally, counted: tuple[int, ...], name: str) -> float:
    """The figure of all these groups together."""
    places = list(counted)
    whole = before.whole(name)[places].sum()
    return float(before.part(name)[places].sum() / whole) if whole else float("nan")


def _moved(
    truth: np.ndarray, chance: np.ndarray, name: str, goal: float, cutoff: float
) -> tuple[float, np.ndarray] | None:
    """The cut-off at which a figure comes nearest to a goal (of several the one next to the model's), and counts."""
    hits, alarms, cutoffs = steps(truth, chance)
    cells = np.empty((len(hits), 4))
    cells[:, HITS], cells[:, ALARMS] = hits, alarms
    cells[:, MISSES], cells[:, PASSES] = hits[-1] - hits, alarms[-1] - alarms
    part, whole = cells[:, SHARES[name].part].sum(axis=1), cells[:, SHARES[name].whole].sum(axis=1)
    able = whole > 0
    if not able.any() or np.isnan(goal):
        return None
    off = np.where(able, np.abs(part / np.where(able, whole, 1) - goal), np.inf)
    near = np.flatnonzero(off <= off.min() + 1e-12)
    best = near[np.argmin(np.abs(np.minimum(cutoffs[near], 1.0) - cutoff))]
    return float(cutoffs[best]), cells[best]
