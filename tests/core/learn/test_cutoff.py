"""The one cut-off: six rows counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from core.learn.cutoff import at_cutoff, by_capacity, by_cost, fair_cutoff

TRUTH = np.array([1, 1, 0, 1, 0, 0], dtype=bool)
CHANCE = np.array([0.9, 0.8, 0.7, 0.4, 0.3, 0.1])


def test_a_cutoff_counts_hits_misses_and_alarms():
    counts = at_cutoff(TRUTH, CHANCE, 0.5)
    assert (counts.hits, counts.misses, counts.alarms, counts.passes) == (2, 1, 1, 2)
    assert counts.recall == pytest.approx(2 / 3) and counts.precision == pytest.approx(2 / 3)
    assert counts.alarm_rate == pytest.approx(1 / 3)


def test_the_cutoff_itself_is_named():
    assert at_cutoff(TRUTH, CHANCE, 0.4).named == 4


def test_costs_give_the_right_cutoff_for_calibrated_chances():
    assert fair_cutoff(1, 1) == 0.5
    assert fair_cutoff(9, 1) == pytest.approx(0.1)
    assert by_cost(TRUTH, CHANCE, 3, 1).cutoff == pytest.approx(0.25)


def test_fitted_costs_are_the_least_on_the_rows():
    # A miss costs 5: naming down to 0.4 costs one alarm (1); any other choice costs more.
    counts = by_cost(TRUTH, CHANCE, 5, 1, fitted=True)
    assert (counts.misses, counts.alarms) == (0, 1)
    assert 0.3 < counts.cutoff <= 0.4


@pytest.mark.parametrize(("capacity", "named"), [(0, 0), (1, 1), (2, 2), (4, 4), (99, 6)])
def test_a_capacity_names_as_many(capacity, named):
    assert by_capacity(TRUTH, CHANCE, capacity).named == named


def test_a_capacity_does_not_split_equal_chances():
    chance = np.array([0.9, 0.5, 0.5, 0.5, 0.1, 0.1])
    assert by_capacity(TRUTH, chance, 3).named == 1


def test_no_rows_are_no_error():
    none = np.zeros(0)
    assert by_capacity(none, none, 3).n == 0
    assert at_cutoff(none, none, 0.5).recall is None


def test_net_benefit_of_naming_all_at_the_prevalence_is_zero():
    assert at_cutoff(TRUTH, np.ones(6), 0.5).net_benefit() == pytest.approx(0)
