"""Pairs of columns that act together, and partners that colour a dependence: planted, then found."""

from __future__ import annotations

import itertools
from math import factorial

import numpy as np
import pytest

from core.explain.coalitions import shapley, subsets
from core.explain.explanation import Explanation
from core.explain.pairs import interactions, pairs, partners
from core.explain.shapley import explain


@pytest.fixture
def xor(kit):
    """Two columns of +1 and -1 that only matter together, and two that do nothing; every mix is there four times."""
    weights = np.zeros((4, 2))
    weights[0, 0] = weights[1, 1] = 1.0
    member = kit.small(weights, kit.two_classes(lambda h: 4 * h[:, 0] * h[:, 1]))
    background = kit.rows(64, 4)
    background.iloc[:] = np.tile(subsets(4) * 2.0 - 1.0, (4, 1))
    return kit.build([member], background, ("no", "yes"))


def test_xor_is_interaction_alone(kit):
    signs = subsets(2).astype(float) * 2 - 1
    worth = signs[:, 0] * signs[:, 1]
    assert np.allclose(interactions(worth), [[0, 4], [4, 0]])
    assert np.allclose(shapley(worth), 0)


def test_columns_that_only_matter_together_are_the_pair(xor):
    found = pairs(xor, xor.background.iloc[:5], seconds=60)
    one, other = (found.columns.index(name) for name in ("c0", "c1"))
    true = np.zeros(found.values.shape)
    sign = xor.background["c0"].iloc[:5] * xor.background["c1"].iloc[:5]
    true[:, one, other] = true[:, other, one] = sign * (1 / (1 + np.exp(-4)) - 0.5)
    assert np.allclose(found.values, true, atol=1e-7)


def test_columns_that_are_added_have_no_interaction(kit):
    model = kit.build([kit.small(np.diag([2.0, -3.0, 0.5]), lambda h: h.sum(axis=1, keepdims=True))], kit.rows(64, 3))
    found = pairs(model, kit.rows(3, 3, seed=1), seconds=60)
    assert np.abs(found.values).max() < 1e-6
    assert found.columns == ("c1", "c0", "c2")
    assert found.label == ""


def test_they_are_those_of_the_definition(kit):
    model = kit.build([kit.net(4, 3)], kit.rows(64, 4), ("a", "b", "c"))
    row = kit.rows(1, 4, seed=9)
    found = pairs(model, row, label="b", seconds=60)
    assert np.allclose(found.values[0], found.values[0].T)
    assert (np.diagonal(found.values[0]) == 0).all()

    def worth(members):
        mixed = model.background.copy()
        for name in members:
            mixed[name] = row[name].iloc[0]
        return model.predict(mixed)[:, 1].mean()

    for one, other in itertools.combinations(range(4), 2):
        a, b = found.columns[one], found.columns[other]
        rest, true = [name for name in found.columns if name not in (a, b)], 0.0
        for size in range(3):
            for some in itertools.combinations(rest, size):
                share = factorial(size) * factorial(2 - size) / factorial(3)
                true += share * (worth((*some, a, b)) - worth((*some, a)) - worth((*some, b)) + worth(some))
        assert found.values[0, one, other] == pytest.approx(true, abs=1e-6)


def test_a_single_column_has_no_pair(kit):
    found = pairs(kit.build([kit.net(1, 2)], kit.rows(64, 1), ("no", "yes")), kit.rows(2, 1, seed=1))
    assert found.values.shape == (2, 1, 1)
    assert (found.values == 0).all()


def test_rows_without_time_are_left_out_and_one_is_always_there(kit):
    model = kit.build([kit.net(6, 2)], kit.rows(64, 6), ("no", "yes"))
    found = pairs(model, kit.rows(50, 6, seed=2), seconds=0.0)
    assert 1 <= len(found.values) < 50
    assert len(found.rows) == len(found.values)


def explained(values: np.ndarray, numbers: np.ndarray) -> Explanation:
    count, columns = values.shape
    names = tuple(f"c{place}" for place in range(columns))
    zeros = np.zeros(count)
    return Explanation(
        names, values, np.zeros(values.shape), zeros, values.sum(axis=1), np.arange(count), ("",) * count, (), numbers,
        "exact", 0.0,
    )  # fmt: skip


def test_the_partner_of_a_product_is_its_other_factor():
    numbers = np.random.default_rng(0).normal(size=(300, 4))
    values = np.zeros(numbers.shape)
    values[:, 0] = values[:, 2] = numbers[:, 0] * numbers[:, 2] / 2
    found = explained(values, numbers)
    assert partners(found, "c0") == ("c2",)
    assert partners(found, "c2") == ("c0",)
    assert partners(found, "c1") == ()


def test_columns_that_are_added_have_no_partner():
    numbers = np.random.default_rng(0).normal(size=(300, 4))
    assert partners(explained(numbers * 2, numbers), "c0") == ()


def test_a_partner_may_have_gaps_and_few_rows_have_none():
    numbers = np.random.default_rng(0).normal(size=(300, 3))
    numbers[:, 1] = np.where(numbers[:, 1] > 0, 1.0, np.nan)
    values = np.zeros(numbers.shape)
    values[:, 0] = np.where(np.isnan(numbers[:, 1]), -1, 1) * numbers[:, 0]
    assert partners(explained(values, numbers), "c0")[0] == "c1"
    assert partners(explained(values[:10], numbers[:10]), "c0") == ()


def test_partners_of_a_real_explanation(kit):
    weights = np.zeros((4, 2))
    weights[0, 0] = weights[1, 1] = 1.0
    model = kit.build([kit.small(weights, lambda h: h[:, :1] * h[:, 1:])], kit.rows(64, 4))
    found = explain(model, kit.rows(120, 4, seed=2))
    assert partners(found, "c0")[0] == "c1"
