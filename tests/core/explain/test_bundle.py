"""Walks through some packs at a time: beside the definition, with errors that are neither vain nor timid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.explain.bundle import apart, together
from core.explain.opening import opened
from core.explain.shapley import explain
from core.explain.slopes import chance, slopes, through
from core.explain.trail import Turn
from core.learn.learner import First, Learner
from core.learn.link import sigmoid, softmax, temper
from core.learn.model import TrainedModel
from core.learn.trees.ensemble import Ensemble
from tests.core.explain.conftest import plan_of
from tests.core.explain.test_shapley import by_enumeration

DRAWN = range(20)


def nets(columns: int, outputs: int, packs: int = 10, width: int = 64, temperature: float = 1.3) -> Learner:
    """Nets side by side that are alike, and strongly bent; probabilities where there are several outputs."""
    draw = np.random.default_rng(3)
    last = 1.5 / np.sqrt(width)
    scores = outputs if outputs > 2 else 1

    def alike(*shape: int) -> np.ndarray:
        return (draw.normal(size=shape) + 0.5 * draw.normal(size=(packs, *shape))).astype(np.float32)

    line = alike(columns, width).transpose(1, 0, 2).reshape(columns, packs * width) * (2 / np.sqrt(columns))
    none = np.zeros((0, packs * width), dtype=np.float32)
    first = First(line, np.zeros_like(line), none, none, none, (), 8.0)
    tail = (
        (alike(width, width) / np.sqrt(width), alike(width) / 4),
        (alike(width, scores) * last, alike(scores) / 4),
    )
    link = "identity" if outputs == 1 else "sigmoid" if outputs == 2 else "softmax"
    bias = draw.normal(size=packs * width) / 4
    return Learner("net", plan_of(columns), first, bias, tail, packs, link, 3.0, 2.0, temperature)


def built(kit, member: Learner | Ensemble, classes: tuple[str, ...]) -> TrainedModel:
    return kit.build([member], kit.rows(32, 6), classes)


@pytest.mark.parametrize("held", [1, 8_000])
@pytest.mark.parametrize(("outputs", "label"), [(1, 0), (2, 1), (2, 0), (3, 2)])
def test_values_of_packs_are_those_of_the_definition_over_seeds(kit, monkeypatch, outputs, label, held):
    monkeypatch.setattr("core.explain.bundle.HELD", held)  # four packs a turn, or all
    classes = tuple("abc"[:outputs]) if outputs > 1 else ()
    model, row = built(kit, nets(6, outputs), classes), kit.rows(1, 6, seed=9)
    true = by_enumeration(model, row, label)
    found = [explain(model, row, labels=classes[label] if classes else None, seed=seed) for seed in DRAWN]
    values, errors = (np.array([getattr(one, name)[0] for one in found]) for name in ("values", "errors"))
    stray = (values - true) / np.sqrt((errors**2).mean(axis=0))
    assert np.abs(values - true).max() < 0.1 * np.abs(true).max()
    assert np.abs(stray.mean(axis=0)).max() < 4 / np.sqrt(len(DRAWN))  # nothing is biased
    assert 0.6 < np.sqrt((stray**2).mean()) < 1.25  # the errors are as large as said, or a little smaller
    assert max(one.gap for one in found) < 1e-9


@pytest.mark.parametrize(("outputs", "label", "packs"), [(2, 1, 1), (2, 1, 3), (3, 2, 2)])
def test_the_errors_of_trees_are_as_large_as_said(kit, outputs, label, packs):
    classes = tuple("abc"[:outputs])
    wood = replace(kit.wood(6, 60, 6, outputs, packs), temperature=1.3)
    model, row = built(kit, wood, classes), kit.rows(1, 6, seed=9)
    true = by_enumeration(model, row, label)
    found = [explain(model, row, labels=classes[label], seed=seed) for seed in DRAWN]
    values, errors = (np.array([getattr(one, name)[0] for one in found]) for name in ("values", "errors"))
    stray = (values - true) / np.sqrt((errors**2).mean(axis=0))
    assert np.abs(stray.mean(axis=0)).max() < 4 / np.sqrt(len(DRAWN))
    assert 0.6 < np.sqrt((stray**2).mean()) < 1.25


def test_columns_that_no_pack_uses_get_exactly_nothing(kit):
    member = nets(6, 2)
    member.first.line[2] = 0.0
    background, row = kit.rows(32, 6), kit.rows(1, 6, seed=4)
    background["c4"], row["c4"] = 1.0, 1.0
    found = explain(kit.build([member], background, ("no", "yes")), row)
    assert found.values[0, 2] == found.values[0, 4] == found.errors[0, 2] == 0.0
    assert np.count_nonzero(found.values[0]) == 4


def test_a_row_has_the_same_values_alone_and_among_others(kit):
    model, rows = built(kit, nets(6, 2), ("no", "yes")), kit.rows(4, 6, seed=2)
    assert np.allclose(explain(model, rows).values[3], explain(model, rows.iloc[[3]]).values[0], rtol=0, atol=1e-12)


@pytest.mark.parametrize("count", [1, 2, 7])
def test_few_background_rows_are_enough(kit, count):
    model = kit.build([nets(12, 2)], kit.rows(count, 12), ("no", "yes"))
    row = kit.rows(1, 12, seed=5)
    found = explain(model, row)
    again = [explain(model, row, seed=seed).values[0] for seed in range(1, 7)]
    assert found.gap < 1e-9
    assert np.abs(np.mean(again, axis=0) - found.values[0]).max() < 5 * found.errors.max()


def test_a_row_of_the_background_alone_has_no_reasons(kit):
    model = kit.build([nets(6, 2)], kit.rows(1, 6), ("no", "yes"))
    assert np.abs(explain(model, model.background).values).max() < 1e-9


def test_every_pack_takes_its_turn_from_every_background_row():
    lots = [apart(16, 5, 20, 4, Turn(0, number)) for number in range(5)]
    for row in range(16):
        assert sorted(np.concatenate([lot.packs[lot.rows == row] for lot in lots])) == list(range(20))
    assert all((np.sort(lot.order, axis=1) == np.arange(5)).all() for lot in lots)
    assert len({lot.order.tobytes() for lot in lots}) == len(lots)


def test_all_packs_are_walked_from_a_row_of_every_stretch():
    drawn = np.array([together(16, 5, 4, Turn(seed, 0)).rows for seed in range(400)])
    assert drawn.shape[1] == 4
    assert (drawn // 4 == np.arange(4)).all()
    assert np.bincount(drawn.ravel()).min() > 60
    assert together(2, 5, 2, Turn(0, 0)).rows.tolist() == [0, 1]


def test_guesses_add_up_to_what_each_pack_answers(kit):
    member, rows = nets(6, 2), kit.rows(32, 6)
    part = opened(kit.build([member], rows, ("no", "yes")), rows).parts[0]
    layer = part.layers(kit.rows(1, 6, seed=3))[0]
    from core.explain.walks import ready

    bundle = ready(part, layer, 1)
    whole = bundle._ends[:, None] - bundle._starts
    assert np.abs(bundle._guess.sum(axis=2) - whole).max() < 1e-12


@pytest.mark.parametrize("link", ["identity", "sigmoid", "softmax", "share"])
@pytest.mark.parametrize("temperature", [1.0, 1.7])
def test_slopes_are_what_a_small_step_moves(link, temperature):
    draw = np.random.default_rng(0)
    scores = draw.normal(size=(3, 5, 1 if link in ("identity", "sigmoid") else 3))
    if link == "share":
        scores = np.abs(scores) / 12
    label = 0 if link == "identity" else 1

    def answer(given: np.ndarray) -> np.ndarray:
        mean = given.mean(axis=0)
        if link == "identity":
            return mean[:, label]
        if link == "share":
            chances = np.concatenate([1 - mean.sum(axis=1, keepdims=True), mean], axis=1)
        else:
            chances = (sigmoid(given) if link == "sigmoid" else softmax(given)).mean(axis=0)
        return temper(chances, temperature)[:, label]

    found, step = slopes(scores, link, temperature, label), 1e-6
    for pack, output in np.ndindex(3, scores.shape[2]):
        moved = np.zeros(scores.shape)
        moved[pack, :, output] = step
        seen = (answer(scores + moved) - answer(scores - moved)) / (2 * step)
        assert np.abs(found[pack, :, output] - seen).max() < 1e-7
    if link in ("sigmoid", "softmax"):
        alone = answer(scores[:1])
        assert np.abs(chance(scores[0], link, temperature, label) - alone).max() < 1e-12


def test_slopes_go_back_through_layers():
    member = nets(4, 2, packs=3, width=8)
    states = np.random.default_rng(1).normal(size=(3, 5, 8)).astype(np.float32)
    tail = [(weights.astype(np.float64), bias.astype(np.float64)) for weights, bias in member.tail]

    def scores(given: np.ndarray) -> np.ndarray:
        for weights, bias in tail:
            given = np.maximum(given, 0) @ weights + bias[:, None]
        return given

    found, step = through(states, member.tail, np.ones_like), 1e-6
    for place in range(8):
        moved = np.zeros(states.shape)
        moved[..., place] = step
        seen = (scores(states + moved) - scores(states - moved))[..., 0] / (2 * step)
        assert np.abs(found[..., place] - seen).max() < 1e-4


def test_cells_of_few_rows_are_looked_up_as_those_of_many():
    from core.learn.prepare import FEW, Levels, Preparation

    column = pd.Series(["a", "b", None, "new", "a"] * 8, dtype="str")
    plan = Preparation(("c",), (), (Levels("c", "", ("b", "a")),), ())
    many = plan.encode(pd.DataFrame({"c": column})).codes
    few = np.concatenate([plan.encode(pd.DataFrame({"c": column[at : at + 5]})).codes for at in range(0, 40, 5)])
    assert len(column) > FEW
    assert (many == few).all()
