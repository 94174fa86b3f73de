"""Weights of learners."""

from __future__ import annotations

import numpy as np
import pytest

from core.learn.blend import blend_loss, weigh


def chances(p: np.ndarray) -> np.ndarray:
    return np.stack([1 - p, p], axis=1)


def test_a_good_learner_outweighs_noise():
    draw = np.random.default_rng(0)
    chance = draw.random(2000)
    truth = (draw.random(2000) < chance).astype(int)
    weights = weigh([chances(chance), chances(draw.random(2000))], truth)
    assert weights[0] > 0.9 and weights.sum() == pytest.approx(1)


def test_two_halves_of_the_truth_share_the_weight():
    draw = np.random.default_rng(0)
    errors = draw.normal(size=(2, 4000, 1))
    truth = draw.normal(size=4000)
    weights = weigh([truth[:, None] + error for error in errors], truth)
    assert weights == pytest.approx([0.5, 0.5], abs=0.05)


@pytest.mark.parametrize("rows", [50, 120, 400])
@pytest.mark.parametrize("seed", range(4))
def test_never_worse_than_the_best_alone(rows, seed):
    draw = np.random.default_rng(seed)
    truth = draw.integers(0, 2, rows)
    answers = [chances(np.clip(0.5 + s * (truth - 0.5) + 0.3 * draw.normal(size=rows), 0.01, 0.99)) for s in (0.1, 0.5)]
    weights = weigh(answers, truth)
    alone = min(blend_loss(answers, np.eye(2)[place], truth) for place in range(2))
    assert blend_loss(answers, weights, truth) <= alone + 1e-12
    assert (weights >= 0).all()


def test_on_a_handful_of_rows_near_learners_count_the_same():
    truth = np.array([0, 1] * 6)
    sure, surer = (chances(np.where(truth == 1, p, 1 - p)) for p in (0.96, 0.99))
    assert weigh([sure, surer], truth) == pytest.approx([0.5, 0.5])


def test_on_a_handful_of_rows_a_bad_learner_still_counts_less():
    truth = np.array([0, 1] * 6)
    good, bad = (chances(np.where(truth == 1, p, 1 - p)) for p in (0.95, 0.3))
    assert weigh([good, bad], truth)[0] > 0.9


def test_equal_learners_get_equal_weights():
    answer = chances(np.array([0.2, 0.6, 0.7]))
    assert weigh([answer, answer], np.array([0, 1, 1])) == pytest.approx([0.5, 0.5])


def test_credit_beforehand_moves_the_weight():
    answer = chances(np.array([0.2, 0.6, 0.7, 0.4] * 10))
    weights = weigh([answer, answer], np.array([0, 1, 1, 0] * 10), [10.0, 0.0])
    assert weights[0] > 0.6
