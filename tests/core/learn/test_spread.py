"""How sure the figures of a cut-off are."""

from __future__ import annotations

import pytest

from core.learn.cutoff import Counts
from core.learn.spread import spread


def test_figures_of_a_cut_off_hold_their_value() -> None:
    figures = spread(Counts(0.5, hits=2, misses=1, alarms=1, passes=2))
    assert figures["recall"].value == pytest.approx(2 / 3)
    assert figures["f1"].value == pytest.approx(2 / 3)
    assert all(0 <= (e.low or 0) <= (e.value or 0) <= (e.high or 1) <= 1 for e in figures.values())


def test_a_share_of_nothing_has_no_value() -> None:
    figures = spread(Counts(0.9, hits=0, misses=3, alarms=0, passes=3))
    assert figures["precision"].value is None
    assert figures["recall"].value == 0


def test_intervals_narrow_with_the_rows() -> None:
    few, many = (spread(Counts(0.5, 20 * k, 10 * k, 10 * k, 20 * k))["recall"] for k in (1, 100))
    assert (many.high or 0) - (many.low or 0) < 0.2 * ((few.high or 0) - (few.low or 0))


def test_a_perfect_figure_of_few_rows_is_not_certain() -> None:
    figures = spread(Counts(0.1, hits=43, misses=0, alarms=5, passes=67))
    assert figures["recall"].value == 1
    assert figures["recall"].low == pytest.approx(0.918, abs=0.001)
    assert all((estimate.low or 0) < (estimate.value or 0) for estimate in figures.values())
