"""Lessons about numbers, against answers known beforehand."""

from __future__ import annotations

import numpy as np
import pytest

from core.lessons import cancer, exam, house, xor
from core.lessons.lesson import Ask
from tests.core.lessons.conftest import Ear, figure


def test_four_houses_give_the_line_of_slope_two(done) -> None:
    result, _ = done("house")
    assert figure(result, "Mean squared error on the houses of size 5 and 6") < 0.001
    assert figure(result, "Slope found (the truth is 2)") == pytest.approx(2, abs=0.02)
    assert figure(result, "Price of a house of no size (the truth is 0)") == pytest.approx(0, abs=0.02)


def test_the_houses_asked_about_take_no_part_in_the_learning() -> None:
    from core.lessons.nets.lines import fit_line

    lines = [
        fit_line(np.array(house.KNOWN), 2 * np.array(house.KNOWN), np.array(asked), 0.01, 0, "line", Ear())
        for asked in ((5.0, 6.0), (500.0, -3.0))
    ]
    assert lines[0].slope == lines[1].slope


@pytest.mark.parametrize("rate", [0.0001, 0.5])
def test_too_small_and_too_large_steps_do_not_find_the_line(rate: float) -> None:
    from core.lessons.nets.lines import fit_line

    known = np.array(house.KNOWN)
    assert fit_line(known, 2 * known, np.array(house.ASKED), rate, 0, "line", Ear()).loss > 0.001


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_powers_fit_a_planted_square_better_than_a_straight_line(seed: int) -> None:
    from core.lessons.nets.lines import fit_powers

    town = house.houses(seed)
    straight, bent = (fit_powers(*town, degree, 0.05, seed, "town", Ear()) for degree in (1, 2))
    assert bent.error < 0.8 * straight.error
    assert bent.error == pytest.approx(house.NOISE, abs=0.1)
    places = np.linspace(town[0].min(), town[0].max(), len(bent.curve))
    planted = house.LAW[0] + house.LAW[1] * places + house.LAW[2] * places**2
    assert np.abs(bent.curve - planted).max() < 0.4


def test_the_lump_data_are_those_of_scikit_learn() -> None:
    from sklearn.datasets import load_breast_cancer

    bunch = load_breast_cancer()
    numbers, malignant = cancer.rows()
    assert np.array_equal(numbers, bunch.data)
    assert np.array_equal(malignant, bunch.target == 0)
    forms = ("mean of {}", "spread of {}", "worst {}")
    theirs = [str(name) for name in bunch.feature_names]
    bare = [name.replace("mean ", "").replace("worst ", "").replace(" error", "") for name in theirs]
    assert [forms[place // 10].format(name) for place, name in enumerate(bare)] == list(cancer.names("en"))


def test_the_parts_of_the_lump_data_are_disjoint_and_keep_the_share_of_both_classes() -> None:
    _, malignant = cancer.rows()
    for most in (20, 100, 341):
        parts = cancer.divide(malignant, most, 0)
        together = np.concatenate(parts)
        assert len(np.unique(together)) == len(together)
        assert abs(len(parts[0]) - most) <= 1
        for part in parts[1:]:
            assert malignant[part].mean() == pytest.approx(malignant.mean(), abs=0.02)


def test_logistic_regression_orders_unseen_lumps(done) -> None:
    result, _ = done("cancer")
    assert figure(result, "Order (ROC AUC)") > 0.97
    assert figure(result, "Right answers") > 0.93 > figure(result, "Right answers if always “benign”")
    (roc,) = result.rocs
    assert np.trapezoid(roc.hits, roc.alarms) == pytest.approx(figure(result, "Order (ROC AUC)"), abs=0.01)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_xor_is_learned_by_two_four_and_one_units(seed: int, done) -> None:
    result, _ = done("xor", seed=seed)
    assert figure(result, "Right answers, of four") == 4
    assert figure(result, "Starts made") == 1
    assert figure(result, "Weights and thresholds") == 17
    (plane,) = result.maps
    corner = [plane.chance[row][column] for row, column in ((10, 10), (30, 10), (10, 30), (30, 30))]
    assert [chance > 0.5 for chance in corner] == [False, True, True, False]


def test_no_straight_line_divides_xor_and_all_starts_are_told(done) -> None:
    result, ear = done("xor", hidden=1)
    assert figure(result, "Right answers, of four") < 4
    assert figure(result, "Starts made") == xor.STARTS
    assert sum(event.numbers["epoch"] == 1 for event in ear.events) == xor.STARTS


def test_two_sigmoid_layers_with_adam_reach_a_low_loss_where_a_line_cannot(done) -> None:
    result, _ = done("exam")
    assert figure(result, "Loss on unseen pupils, two layers") < 0.25
    assert figure(result, "Loss on unseen pupils, without a hidden layer") > 0.4
    assert figure(result, "Right answers, two layers") > figure(result, "Right answers, without a hidden layer") + 0.05


def test_pupils_pass_near_the_best_hours_only() -> None:
    hours, passed = exam.pupils(0)
    away = (((hours - exam.CENTRE) / exam.REACH) ** 2).sum(axis=1)
    assert passed[away < 0.5].mean() > 0.97
    assert passed[away > 1.6].mean() < 0.03
    assert len(exam.data(Ask(0)).frame) == exam.PUPILS
