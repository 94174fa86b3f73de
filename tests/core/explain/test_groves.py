"""Reasons of learners made of trees: beside the definition, exact where they can be, in every blend."""

from __future__ import annotations

import numpy as np
import pytest

from core.explain import groves
from core.explain.leaves import gates
from core.explain.shapley import explain
from tests.core.explain.test_shapley import by_enumeration


def missing(rows, seed=3):
    """A tenth of the cells emptied."""
    return rows.mask(np.random.default_rng(seed).random(rows.shape) < 0.1)


@pytest.mark.parametrize("leaves", [2, 6, 40])
def test_a_sum_of_trees_has_exact_values(kit, leaves):
    model = kit.build([kit.wood(5, 12, leaves, packs=2)], missing(kit.rows(64, 5)))
    row = missing(kit.rows(1, 5, seed=9))
    found = explain(model, row)
    assert found.method == "exact"
    assert np.allclose(found.values[0], by_enumeration(model, row, 0), atol=1e-9)
    assert found.gap < 1e-9


@pytest.mark.parametrize(("outputs", "label"), [(2, 1), (3, 2)])
def test_values_of_probabilities_are_those_of_the_definition(kit, outputs, label):
    classes = tuple("abc"[:outputs])
    model = kit.build([kit.wood(5, 60, 6, outputs, 2)], missing(kit.rows(64, 5)), classes)
    row = kit.rows(1, 5, seed=9)
    true, drawn = by_enumeration(model, row, label), range(20)
    found = [explain(model, row, labels=classes[label], seed=seed) for seed in drawn]
    missed = np.array([one.values[0] - true for one in found])
    shares = np.abs(missed).max(axis=1) / np.abs(true).max()
    assert np.median(shares) < 0.03
    assert (shares < 0.05).sum() >= len(drawn) - 1
    spread = (missed / np.array([one.errors[0] for one in found])).std(axis=0)
    assert (spread < 1.6).all()
    assert max(one.gap for one in found) < 1e-9


def test_trees_beside_a_net_and_a_line_add_up_exactly(kit):
    weights = np.array([[2.0], [-3.0], [0.5], [0.0], [1.0]])
    members = [kit.wood(5, 30, packs=3), kit.net(5, 1), kit.small(weights, lambda hidden: hidden + 7)]
    model = kit.build(members, kit.rows(64, 5), (), [0.5, 0.3, 0.2])
    rows = kit.rows(4, 5, seed=2)
    found, true = explain(model, rows), by_enumeration(model, rows.iloc[[1]], 0)
    assert found.gap < 1e-9
    assert np.abs(found.values[1] - true).max() < 0.05 * np.abs(true).max()


def test_columns_that_no_tree_asks_for_get_exactly_nothing(kit):
    member = kit.wood(8, 40, outputs=2)
    member.grown.inputs[member.grown.inputs == 3] = 2
    background = kit.rows(64, 8)
    background["c5"] = 1.0
    row = kit.rows(1, 8, seed=4)
    row["c5"] = 1.0
    found = explain(kit.build([member], background, ("no", "yes")), row)
    assert found.values[0, 3] == found.values[0, 5] == 0.0
    assert found.errors[0, 3] == 0.0
    assert np.count_nonzero(found.values[0]) == 6


def test_trees_of_a_single_leaf_have_no_reasons(kit):
    member = kit.wood(3, 4, leaves=1, outputs=2)
    found = explain(kit.build([member], kit.rows(64, 3), ("no", "yes")), kit.rows(2, 3, seed=1))
    assert (found.values == 0).all()


def test_wide_rows_are_walked_a_stretch_at_a_time(kit, monkeypatch):
    model = kit.build([kit.wood(40, 100, outputs=2, packs=5)], kit.rows(64, 40), ("no", "yes"))
    row = kit.rows(1, 40, seed=2)
    whole = explain(model, row, seconds=0.0)
    monkeypatch.setattr("core.explain.packs.HELD", 128 * 5 * 7)
    monkeypatch.setattr(groves, "HELD", 0)
    assert np.allclose(explain(model, row, seconds=0.0).values, whole.values, atol=1e-12)


def test_background_rows_of_one_kind_are_let_through_by_the_same_columns(kit):
    member = kit.wood(5, 12, 20)
    rows = missing(kit.rows(64, 5))
    grove = groves.open_trees(member, 1.0, rows)
    passed = grove.paths.passed(member.allowed(rows))
    kinds = np.repeat(np.arange(len(grove.leaves)), grove.many)
    assert (passed[grove.rows, grove.leaves[kinds]] == grove.passed[kinds]).all()
    each = np.sort(grove.leaves[kinds] * 64 + grove.rows)
    assert (each == np.arange(len(grove.paths.full) * 64)).all()
    assert len(np.unique(np.stack([grove.leaves, grove.passed.astype(int)]), axis=1).T) == len(grove.leaves)


def test_a_column_moves_where_it_changes_what_trees_allow(kit):
    member, rows = kit.wood(5, 12, 20), missing(kit.rows(64, 5))
    grove, row = groves.open_trees(member, 1.0, rows), missing(kit.rows(1, 5, seed=9))
    full = member.first_layer(rows) != member.first_layer(row)
    assert (grove.ready(grove.layers(row)[0], 0).moves == full.any(axis=2)).all()


def test_the_leaf_that_all_columns_allow_is_the_answer(kit):
    member = kit.wood(6, 30, 64, 3, 2)
    rows = missing(kit.rows(50, 6))
    sets = np.bitwise_and.reduce(member.first_layer(rows), axis=1)
    assert (np.bitwise_count(sets) == 1).all()
    assert np.abs(member.finish(sets) - member.answer(rows)).max() < 1e-12


def test_gates_let_through_what_the_trees_do(kit):
    member = kit.wood(5, 30, 20)
    rows = missing(kit.rows(64, 5))
    assert (gates(member).allowed(member.cells(rows)) == member.allowed(rows)).all()
