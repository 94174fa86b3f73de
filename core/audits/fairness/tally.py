"""Right and wrong answers of each group, counted, and the shares made of them: for yes/no questions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audits import sure
from core.learn.evaluation import Estimate
from core.words import N_

HITS, MISSES, ALARMS, PASSES = range(4)
ALL = (HITS, MISSES, ALARMS, PASSES)


@dataclass(frozen=True)
class Share:
    """A share of counts; its name is the field's."""

    head: str
    """How a sheet names it."""
    part: tuple[int, ...]
    whole: tuple[int, ...]


SHARES: dict[str, Share] = {
    "base_rate": Share(N_("Came true"), (HITS, MISSES), ALL),
    "selection_rate": Share(N_("Named"), (HITS, ALARMS), ALL),
    "recall": Share(N_("Found, of all there are (recall)"), (HITS,), (HITS, MISSES)),
    "miss_rate": Share(N_("Missed, of all there are"), (MISSES,), (HITS, MISSES)),
    "false_alarm_rate": Share(N_("Named wrongly, of the others (false alarms)"), (ALARMS,), (ALARMS, PASSES)),
    "specificity": Share(N_("Rightly not named, of the others"), (PASSES,), (ALARMS, PASSES)),
    "precision": Share(N_("Right, of those named (precision)"), (HITS,), (HITS, ALARMS)),
    "false_discovery_rate": Share(N_("Wrong, of those named"), (ALARMS,), (HITS, ALARMS)),
    "negative_predictive_value": Share(N_("Right, of those not named"), (PASSES,), (PASSES, MISSES)),
    "false_omission_rate": Share(N_("Wrong, of those not named"), (MISSES,), (PASSES, MISSES)),
    "accuracy": Share(N_("Right, of all"), (HITS, PASSES), ALL),
    "error_rate": Share(N_("Wrong, of all"), (MISSES, ALARMS), ALL),
}
MEANS = ("balanced_accuracy", "f1", "mean_chance", "brier_score", "calibration_gap")
"""Figures of a group that are no plain share."""


@dataclass(frozen=True, eq=False)
class Tally:
    """Counts of groups, in the order of their division."""

    cells: np.ndarray
    """(groups, 4) hits, misses, false alarms, rightly not named."""
    chances: np.ndarray | None = None
    """(groups,) sum of the chances given."""
    squares: np.ndarray | None = None
    """(groups,) sum of (chance - truth) squared."""

    @property
    def rows(self) -> np.ndarray:
        """(groups,)."""
        return np.asarray(self.cells.sum(axis=1))

    @property
    def positives(self) -> np.ndarray:
        """(groups,) rows in which the event came true."""
        return np.asarray(self.cells[:, [HITS, MISSES]].sum(axis=1))

    def part(self, name: str) -> np.ndarray:
        """(groups,) what a share counts."""
        return np.asarray(self.cells[:, SHARES[name].part].sum(axis=1))

    def whole(self, name: str) -> np.ndarray:
        """(groups,) what it is a share of."""
        return np.asarray(self.cells[:, SHARES[name].whole].sum(axis=1))

    def rest(self) -> Tally:
        """For each group all the others together."""

        def without(values: np.ndarray | None) -> np.ndarray | None:
            return None if values is None else values.sum(axis=0) - values

        return Tally(self.cells.sum(axis=0) - self.cells, without(self.chances), without(self.squares))


def tally(
    truth: np.ndarray, named: np.ndarray, codes: np.ndarray, groups: int, chance: np.ndarray | None = None
) -> Tally:
    """Counts of rows, summed by fairlearn's MetricFrame (Weerts et al. 2023, arXiv:2303.16626).

    Args:
        truth: (n,) bool, the event came true.
        named: (n,) bool.
        codes: (n,) group of each row.
        groups: how many there are; one that nobody is in has zeros.
        chance: (n,) of the event.
    """
    from fairlearn.metrics import MetricFrame

    # Rows alike in group, truth and answer are one line: MetricFrame looks at lines one by one, and there are few then.
    alike = codes * 4 + np.where(truth, np.where(named, HITS, MISSES), np.where(named, ALARMS, PASSES))
    lines, places = np.unique(alike, return_inverse=True)
    sums = {str(cell): np.bincount(places) * (lines % 4 == cell) for cell in ALL}
    if chance is not None:
        sums |= {
            "chances": np.bincount(places, weights=chance),
            "squares": np.bincount(places, weights=(chance - truth) ** 2),
        }
    frame = MetricFrame(
        metrics=dict.fromkeys(sums, _total),
        y_true=np.isin(lines % 4, SHARES["base_rate"].part),
        y_pred=np.isin(lines % 4, SHARES["selection_rate"].part),
        sensitive_features=lines // 4,
        sample_params={name: {"held": held} for name, held in sums.items()},
    )
    found = frame.by_group.reindex(range(groups), fill_value=0).to_numpy(dtype=np.float64)
    if chance is None:
        return Tally(found)
    return Tally(found[:, :4], found[:, 4], found[:, 5])


def _total(truth: np.ndarray, named: np.ndarray, held: np.ndarray) -> float:
    """What the lines of a group hold together, as a metric of fairlearn."""
    return float(np.sum(held))


def figure(counts: Tally, name: str, place: int) -> Estimate:
    """One figure of one group; shares with their interval. None where it is a share of nothing."""
    if name in SHARES:
        return sure.share(int(counts.part(name)[place]), int(counts.whole(name)[place]))
    return Estimate(_MEANS[name](counts, place))


def _share(counts: Tally, name: str, place: int) -> float | None:
    whole = counts.whole(name)[place]
    return float(counts.part(name)[place] / whole) if whole else None


def _balanced(counts: Tally, place: int) -> float | None:
    recall, specificity = _share(counts, "recall", place), _share(counts, "specificity", place)
    return None if recall is None or specificity is None else (recall + specificity) / 2


def _f1(counts: Tally, place: int) -> float | None:
    hits, misses, alarms, _ = counts.cells[place]
    whole = 2 * hits + misses + alarms
    return float(2 * hits / whole) if whole else None


def _mean(sums: np.ndarray | None, counts: Tally, place: int) -> float | None:
    rows = counts.rows[place]
    return float(sums[place] / rows) if sums is not None and rows else None


def _calibration(counts: Tally, place: int) -> float | None:
    mean, rate = _mean(counts.chances, counts, place), _share(counts, "base_rate", place)
    return None if mean is None or rate is None else mean - rate


_MEANS = {
    "balanced_accuracy": _balanced,
    "f1": _f1,
    "mean_chance": lambda counts, place: _mean(counts.chances, counts, place),
    "brier_score": lambda counts, place: _mean(counts.squares, counts, place),
    "calibration_gap": _calibration,
}


def between(counts: Tally, name: str, place: int, other: int) -> tuple[float | None, float | None]:
    """One group less, and over, another: statistical parity difference and disparate impact where the share is the
    selection rate, equal opportunity difference where it is the recall."""
    one, two = _share(counts, name, place), _share(counts, name, other)
    if one is None or two is None:
        return None, None
    return one - two, one / two if two else None


def spread(counts: Tally, name: str) -> tuple[float | None, float | None]:
    """Largest less, and smallest over, largest value among the groups: fairlearn's difference and ratio."""
    known = [value for place in range(len(counts.cells)) if (value := _share(counts, name, place)) is not None]
    if not known:
        return None, None
    return max(known) - min(known), min(known) / max(known) if max(known) else None


def odds(counts: Tally, place: int, other: int) -> tuple[float | None, float | None]:
    """Mean difference, and mean absolute difference, of false alarms and recall of one group and another: AIF360's
    average odds difference and average absolute odds difference."""
    alarms, recall = between(counts, "false_alarm_rate", place, other)[0], between(counts, "recall", place, other)[0]
    if alarms is None or recall is None:
        return None, None
    return (alarms + recall) / 2, (abs(alarms) + abs(recall)) / 2


def equalized_odds(counts: Tally) -> float | None:
    """The larger of the two spreads of recall and of false alarms (Hardt, Price and Srebro 2016, arXiv:1610.02413)."""
    spreads = [spread(counts, name)[0] for name in ("recall", "false_alarm_rate")]
    known = [one for one in spreads if one is not None]
    return max(known) if len(known) == len(spreads) else None
