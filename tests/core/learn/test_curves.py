"""Curves and the report: six rows by hand, and scikit-learn for the rest."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import classification_report, precision_recall_curve, roc_curve

from core.learn.curves import calibration, lift, precision_recall, residuals, roc, wilson
from core.learn.report import answers, class_report

TRUTH = np.array([1, 1, 0, 1, 0, 0], dtype=bool)
CHANCE = np.array([0.9, 0.8, 0.7, 0.4, 0.3, 0.1])


def test_roc_steps_by_hand():
    curve = roc(TRUTH, CHANCE)
    assert curve.hits == pytest.approx([0, 1 / 3, 2 / 3, 2 / 3, 1, 1, 1])
    assert curve.alarms == pytest.approx([0, 0, 0, 1 / 3, 1 / 3, 2 / 3, 1])
    assert curve.area == pytest.approx(8 / 9)


def test_roc_is_scikit_learns():
    draw = np.random.default_rng(0)
    truth, chance = draw.random(200) < 0.5, np.round(draw.random(200), 2)
    alarms, hits, _ = roc_curve(truth, chance, drop_intermediate=False)
    curve = roc(truth, chance)
    assert curve.hits == pytest.approx(hits) and curve.alarms == pytest.approx(alarms)


def test_precision_recall_is_scikit_learns_apart_from_its_first_point():
    precision, recall, _ = precision_recall_curve(TRUTH, CHANCE)
    curve = precision_recall(TRUTH, CHANCE)
    assert curve.recall[1:] == pytest.approx(recall[::-1][1:])
    assert curve.precision[1:] == pytest.approx(precision[::-1][1:])
    assert curve.share == 0.5


def test_one_class_only_gives_curves_without_area():
    none = np.zeros(6, dtype=bool)
    assert roc(none, CHANCE).area is None
    assert precision_recall(none, CHANCE).average is None
    assert lift(none, CHANCE).found[-1] == 0


def test_long_curves_are_thinned_and_keep_their_ends():
    draw = np.random.default_rng(0)
    curve = roc(draw.random(5000) < 0.5, draw.random(5000))
    assert len(curve.hits) <= 1000
    assert (curve.hits[0], curve.hits[-1], curve.alarms[-1]) == (0, 1, 1)


def test_calibration_groups_are_of_equal_count():
    groups = calibration(TRUTH, CHANCE, groups=3)
    assert groups.n.tolist() == [2, 2, 2]
    assert groups.said == pytest.approx([0.2, 0.55, 0.85])
    assert groups.seen == pytest.approx([0, 0.5, 1])
    assert groups.ece == pytest.approx((0.2 + 0.05 + 0.15) / 3)
    assert (groups.low <= groups.seen).all() and (groups.seen <= groups.high).all()


def test_wilson_of_five_in_ten():
    low, high = wilson(np.array([0.5]), np.array([10]))
    assert (low[0], high[0]) == pytest.approx((0.2366, 0.7634), abs=1e-4)


def test_lift_of_the_first_two_of_six():
    curve = lift(TRUTH, CHANCE)
    assert curve.named[2] == pytest.approx(2 / 6)
    assert curve.found[2] == pytest.approx(2 / 3)
    assert curve.lift[2] == pytest.approx(2)


def test_residuals_by_hand():
    left = residuals(np.array([1.0, 2.0, 6.0]), np.array([1.0, 3.0, 4.0]), bins=2)
    assert left.residual.tolist() == [0, -1, 2]
    assert (left.within, left.lean, int(left.counts.sum())) == (1.0, pytest.approx(1 / 3), 3)


def test_the_report_is_scikit_learns():
    draw = np.random.default_rng(0)
    truth, said = draw.integers(0, 3, 90), draw.integers(0, 3, 90)
    wanted = classification_report(truth, said, output_dict=True)
    found = class_report(truth, said, ("a", "b", "c"))
    for place, line in enumerate(found.lines):
        known = wanted[str(place)]
        assert (line.precision, line.recall, line.f1, line.support) == pytest.approx(tuple(known.values()))
    for line, name in ((found.macro, "macro avg"), (found.weighted, "weighted avg")):
        assert (line.precision, line.recall, line.f1) == pytest.approx(tuple(wanted[name].values())[:3])
    assert found.micro.f1 == pytest.approx(wanted["accuracy"])
    assert found.confusion.sum() == 90 and found.confusion[0].sum() == (truth == 0).sum()


def test_answers_follow_the_cutoff():
    chances = np.array([[0.7, 0.3], [0.75, 0.25]])
    assert answers(chances, 0.3).tolist() == [1, 0]
    assert answers(np.array([[0.2, 0.5, 0.3]]), None).tolist() == [1]
