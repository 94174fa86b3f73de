"""Intervals and verdicts, against figures worked out elsewhere."""

from __future__ import annotations

import pytest

from core.audits.audit import worst
from core.audits.sure import difference, enough, holm, ratio, share, verdict
from core.learn.evaluation import Estimate


def test_wilson_of_the_rare_group() -> None:
    """FA-02: 6 of 109."""
    found = share(6, 109)
    assert found.value == pytest.approx(0.0550, abs=1e-4)
    assert (found.low, found.high) == pytest.approx((0.0255, 0.1149), abs=1e-4)


def test_newcombe_as_published() -> None:
    """Newcombe (1998), table II: 56/70 less 48/80 is 0.2 (0.0524 to 0.3339)."""
    found = difference(56, 70, 48, 80).gap
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)


def test_ratio_without_either_is_not_defined() -> None:
    assert ratio(3, 10, 0, 10).value is None
    assert ratio(0, 10, 3, 10) == Estimate(0.0)


def test_holm_steps_down() -> None:
    """0.01, 0.02, 0.03, 0.04 of four: times 4, 3, 2, 1, never falling."""
    assert holm([0.04, 0.01, None, 0.03, 0.02]) == pytest.approx([0.06, 0.04, None, 0.06, 0.06])


@pytest.mark.parametrize(
    ("low", "high", "p", "many", "expected"),
    [
        (0.05, 0.2, 0.001, True, "difference"),
        (-0.03, 0.04, 0.8, True, "none"),
        (-0.2, 0.25, 0.8, True, "inconclusive"),
        (0.05, 0.2, 0.001, False, "inconclusive"),
    ],
)
def test_verdict(low: float, high: float, p: float, many: bool, expected: str) -> None:
    assert verdict(Estimate((low + high) / 2, low, high), p, many) == expected


def test_floors() -> None:
    """FA-14: fewer than 30 rows, or 10 of either outcome, are not judged."""
    assert not enough(29)
    assert not enough(100, 9)
    assert not enough(100, 91)
    assert enough(30, 10)


def test_the_gravest_verdict_speaks_for_all() -> None:
    assert worst(["none", "not_applicable", "inconclusive"]) == "inconclusive"
    assert worst([]) == "not_applicable"
