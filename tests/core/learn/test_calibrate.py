"""One temperature a learner."""

from __future__ import annotations

import numpy as np
import pytest

from core.learn.calibrate import temperature
from core.learn.link import sigmoid, temper


def planted(rows: int, heat: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Chances whose logits are ``heat`` times the true ones, and the truth."""
    draw = np.random.default_rng(seed)
    logit = draw.normal(size=(rows, 1)) * 1.5
    truth = (draw.random(rows) < sigmoid(logit)[:, 1]).astype(int)
    return sigmoid(heat * logit), truth


def test_a_planted_temperature_is_found():
    assert temperature(*planted(60_000, 3.0)) == pytest.approx(3.0, rel=0.07)


def test_what_is_calibrated_stays():
    assert temperature(*planted(60_000, 1.0)) == pytest.approx(1.0, abs=0.03)


def test_on_few_rows_it_hardly_moves():
    for seed in range(5):
        assert 0.9 < temperature(*planted(30, 3.0, seed)) < 1.1


def test_tempering_a_sigmoid_divides_its_logit():
    logit = np.array([[-3.0], [0.2], [5.0]])
    assert temper(sigmoid(logit), 2.0) == pytest.approx(sigmoid(logit / 2))


def test_tempering_keeps_order_and_sum():
    chances = np.random.default_rng(0).dirichlet(np.ones(4), size=20)
    cooled = temper(chances, 0.5)
    assert cooled.sum(axis=1) == pytest.approx(1)
    assert (cooled.argsort(axis=1) == chances.argsort(axis=1)).all()
