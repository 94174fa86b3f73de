"""How often intervals hold the truth, and verdicts are right, over many made-up tables with known rates."""

from __future__ import annotations

import numpy as np
import pytest

from core.audits import sure
from core.audits.audit import Verdict
from core.audits.fairness.comparison import Comparison, compare_shares, judged, verdict_of
from core.audits.fairness.figures import JUDGED
from core.audits.fairness.tally import Tally
from core.learn.evaluation import Estimate


def drawn(rng: np.random.Generator, positives: list[int], negatives: list[int], recall: list[float]) -> Tally:
    """Counts of groups with given recalls, 15 % false alarms in all."""
    hits = rng.binomial(positives, recall)
    alarms = rng.binomial(negatives, 0.15)
    return Tally(np.column_stack([hits, positives - hits, alarms, negatives - alarms]).astype(float))


def found(counts: Tally) -> tuple[Comparison, ...]:
    return judged([compare_shares(counts, JUDGED)])[0]


def share_of(verdicts: list[Verdict], verdict: Verdict) -> float:
    return float(np.mean([one == verdict for one in verdicts]))


def holds(one: Estimate, truth: float) -> bool:
    return one.low is not None and one.high is not None and one.low <= truth <= one.high


@pytest.mark.parametrize(("rows", "low", "high"), [((200, 400, 900), 0.93, 0.97), ((40, 80, 150), 0.90, 0.98)])
@pytest.mark.parametrize("figure", ["recall", "difference", "ratio"])
def test_intervals_hold_the_truth(figure: str, rows: tuple[int, ...], low: float, high: float) -> None:
    """FA-11: three groups with known rates, 500 repeats."""
    rates = (0.35, 0.5, 0.62)
    rng = np.random.default_rng(11)
    covered = [[] for _ in rates]
    for _ in range(500):
        parts = rng.binomial(rows, rates)
        for at, rate in enumerate(rates):
            other = (at + 1) % 3
            sides = int(parts[at]), rows[at], int(parts[other]), rows[other]
            if figure == "recall":
                covered[at].append(holds(sure.share(*sides[:2]), rate))
            elif figure == "difference":
                covered[at].append(holds(sure.difference(*sides).gap, rate - rates[other]))
            else:
                covered[at].append(holds(sure.ratio(*sides), rate / rates[other]))
    for some in covered:
        assert low <= np.mean(some) <= high


def test_no_disparity_is_left_quiet() -> None:
    """FA-12: four groups alike, 500 repeats."""
    rng = np.random.default_rng(12)
    verdicts = [verdict_of(found(drawn(rng, [120, 90, 60, 40], [280, 210, 140, 90], [0.7] * 4))) for _ in range(500)]
    assert share_of(verdicts, "difference") <= 0.05


def test_a_planted_gap_is_found() -> None:
    """FA-13: recall 0.75 and 0.60, 500 positives a group, 200 repeats."""
    rng = np.random.default_rng(13)
    verdicts = [_of_recall(found(drawn(rng, [500, 500], [1000, 1000], [0.75, 0.6]))) for _ in range(200)]
    assert share_of(verdicts, "difference") >= 0.95


def test_a_planted_gap_in_few_cases_is_inconclusive() -> None:
    """FA-13: the same gap with 20 positives a group."""
    rng = np.random.default_rng(13)
    verdicts = [verdict_of(found(drawn(rng, [20, 20], [40, 40], [0.75, 0.6]))) for _ in range(200)]
    assert share_of(verdicts, "inconclusive") >= 0.80


def _of_recall(comparisons: tuple[Comparison, ...]) -> Verdict:
    return next(one.verdict for one in comparisons if one.name == "recall")


def test_means_hold_the_truth_and_are_left_quiet() -> None:
    """Numbers: Welch's interval of a difference of means, skewed errors, unequal groups."""
    rng = np.random.default_rng(14)
    held, called = [], []
    for _ in range(500):
        compared = sure.means(rng.exponential(2.0, 60), rng.exponential(1.0, 200))
        held.append(holds(compared.gap, 1.0))
        same = sure.means(rng.exponential(1.0, 60), rng.exponential(1.0, 200))
        called.append(same.p is not None and same.p < 0.05)
    assert 0.90 <= np.mean(held) <= 0.98
    assert np.mean(called) <= 0.07
