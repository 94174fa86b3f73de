"""Metrics: equal to scikit-learn's, by hand where it has none, and their intervals."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as known

from core.learn import metrics
from core.learn.metrics import ece, interval, measure, resample_count, resamples
from tests.pace import within


def once(n: int) -> np.ndarray:
    return np.ones((1, n))


@pytest.fixture(scope="module")
def binary():
    draw = np.random.default_rng(0)
    truth = draw.integers(0, 2, 500)
    chance = np.clip(np.round(0.3 * truth + 0.6 * draw.random(500), 2), 0.01, 0.99)
    return truth, np.stack([1 - chance, chance], axis=1)


def test_binary_metrics_equal_scikit_learns(binary):
    truth, answer = binary
    found = {name: float(value[0]) for name, value in measure("binary", truth, answer, 0.4, once(500)).items()}
    chance, said = answer[:, 1], answer[:, 1] >= 0.4
    wanted = {
        "roc_auc": known.roc_auc_score(truth, chance),
        "average_precision": known.average_precision_score(truth, chance),
        "log_loss": known.log_loss(truth, chance),
        "brier_score": known.brier_score_loss(truth, chance),
        "accuracy": known.accuracy_score(truth, said),
        "balanced_accuracy": known.balanced_accuracy_score(truth, said),
        "precision": known.precision_score(truth, said),
        "recall": known.recall_score(truth, said),
        "f1": known.f1_score(truth, said),
    }
    assert {name: found[name] for name in wanted} == pytest.approx(wanted, abs=1e-9)
    assert set(found) == set(metrics.BINARY)


def test_multiclass_metrics_equal_scikit_learns():
    draw = np.random.default_rng(0)
    truth = draw.integers(0, 4, 600)
    scores = draw.random((600, 4)) + 0.7 * np.eye(4)[truth]
    answer = scores / scores.sum(axis=1, keepdims=True)
    said = answer.argmax(axis=1)
    found = {name: float(value[0]) for name, value in measure("multiclass", truth, answer, None, once(600)).items()}
    wanted = {
        "accuracy": known.accuracy_score(truth, said),
        "balanced_accuracy": known.balanced_accuracy_score(truth, said),
        "roc_auc_ovr": known.roc_auc_score(truth, answer, multi_class="ovr"),
        "log_loss": known.log_loss(truth, answer),
        "brier_score": ((answer - np.eye(4)[truth]) ** 2).sum(axis=1).mean(),
        "precision": known.precision_score(truth, said, average="macro"),
        "recall": known.recall_score(truth, said, average="macro"),
        "f1": known.f1_score(truth, said, average="macro"),
    }
    assert {name: found[name] for name in wanted} == pytest.approx(wanted, abs=1e-9)
    assert set(found) == set(metrics.MULTICLASS)


def test_regression_metrics_equal_scikit_learns():
    draw = np.random.default_rng(0)
    truth = 1e6 + draw.normal(size=300)
    answer = truth + draw.normal(size=300)
    found = {name: float(value[0]) for name, value in measure("regression", truth, answer, None, once(300)).items()}
    assert found["rmse"] == pytest.approx(known.root_mean_squared_error(truth, answer), abs=1e-9)
    assert found["mae"] == pytest.approx(known.mean_absolute_error(truth, answer), abs=1e-9)
    assert found["r2"] == pytest.approx(known.r2_score(truth, answer), abs=1e-9)


def test_ece_by_hand():
    # Two groups of five: said 0.2 on average and 0 came true; said 0.8 and 4 of 5 came true.
    chance = np.array([0.1, 0.15, 0.2, 0.25, 0.3, 0.7, 0.75, 0.8, 0.85, 0.9])
    right = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 0.0])
    assert ece(right, chance, once(10), bins=2)[0] == pytest.approx(0.5 * 0.2 + 0.5 * 0.0)


def test_weights_mean_the_row_is_there_as_often(binary):
    truth, answer = binary
    weights = next(iter(resamples(500, 3, seed=1)))
    found = measure("binary", truth, answer, 0.4, weights)
    rows = np.repeat(np.arange(500), weights[1].astype(int))
    alone = measure("binary", truth[rows], answer[rows], 0.4, once(len(rows)))
    assert {k: v[1] for k, v in found.items()} == pytest.approx({k: v[0] for k, v in alone.items()}, abs=1e-9)


def test_without_positives_what_needs_them_is_undefined():
    answer = np.array([[0.9, 0.1], [0.2, 0.8]])
    found = measure("binary", np.array([0, 0]), answer, 0.5, once(2))
    assert all(np.isnan(found[name][0]) for name in ("roc_auc", "average_precision", "recall"))
    assert found["accuracy"][0] == 0.5 and found["precision"][0] == 0.0


def test_where_none_is_named_precision_is_undefined():
    found = measure("binary", np.array([0, 1]), np.array([[0.9, 0.1], [0.8, 0.2]]), 0.5, once(2))
    assert np.isnan(found["precision"][0]) and found["recall"][0] == 0.0


def test_no_rows_give_no_figures():
    found = measure("binary", np.zeros(0, dtype=int), np.zeros((0, 2)), 0.5, np.ones((1, 0)))
    assert all(np.isnan(value[0]) for value in found.values())


def test_an_interval_covers_the_truth_most_of_the_time():
    covered = 0
    for seed in range(40):
        draw = np.random.default_rng(seed)
        truth = (draw.random(200) < 0.7).astype(int)
        answer = np.tile([0.3, 0.7], (200, 1))
        drawn = np.concatenate(
            [measure("binary", truth, answer, 0.5, block)["accuracy"] for block in resamples(200, 400, seed)]
        )
        low, high = interval(drawn, truth.mean())
        covered += low <= 0.7 <= high
    assert covered >= 34


def test_ten_thousand_rows_are_resampled_fast():
    draw = np.random.default_rng(0)
    truth, chance = draw.integers(0, 2, 10_000), draw.random(10_000)
    answer = np.stack([1 - chance, chance], axis=1)
    with within(2):
        for block in resamples(10_000, resample_count(10_000, 2), seed=0):
            measure("binary", truth, answer, 0.5, block)
