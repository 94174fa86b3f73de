"""Forests: what they learn, and that their arrays answer like scikit-learn's trees."""

from __future__ import annotations

import numpy as np
import pytest

from core.learn.ground import Turn
from core.learn.loss import row_losses
from core.learn.trees import forest
from core.learn.trees.forest import fit_forest
from tests.core.learn.conftest import Told, mixed_frame
from tests.core.learn.test_trees import amounts, ground_of, harsh, put_together, three


@pytest.mark.parametrize("make", [mixed_frame, amounts, three])
def test_it_learns_and_every_way_of_answering_is_the_same(make):
    ground = ground_of(make())
    one = fit_forest(ground, Turn())
    idle = (
        np.bincount(ground.truth.astype(int)) / len(ground.truth) if ground.classes else np.array([ground.truth.mean()])
    )
    base = row_losses(np.tile(idle, (len(ground.truth), 1)), ground.truth).mean()
    assert row_losses(one.answers, ground.truth).mean() < 0.9 * base
    rows = harsh(ground.rows.inputs)
    assert np.abs(put_together(one.member, rows) - one.member.answer(rows)).max() < 1e-9
    assert (one.member.answer(rows) >= 0).all()


def test_its_arrays_answer_like_the_forest_they_are_from(monkeypatch):
    monkeypatch.setattr(forest, "PULL", 0.0)
    ground = ground_of(three())
    inputs = forest._inputs(ground.plan)
    cells = forest._cells(ground.plan, ground.rows.inputs, inputs)
    model = forest._model(ground, 0).set_params(n_estimators=20).fit(cells, ground.rows.truth)
    member = forest._member(ground, inputs, [model])
    assert np.abs(member.answer(ground.rows.inputs) - model.predict_proba(cells)).max() < 1e-9


@pytest.mark.parametrize("folds", [1, 5])
def test_a_cut_run_is_replayed_bit_for_bit(folds):
    stopped = Told(stop_after=0)
    one = fit_forest(ground_of(mixed_frame(), folds, stopped), Turn())
    assert one.steps == forest.BATCH
    again = fit_forest(ground_of(mixed_frame(), folds), Turn(steps=one.steps))
    rows = ground_of(mixed_frame()).rows.inputs
    assert np.array_equal(one.answers, again.answers)
    assert np.array_equal(one.member.answer(rows), again.member.answer(rows))


def test_a_class_that_a_fold_never_met_is_rare_there_and_not_impossible():
    frame = three(120)
    frame.loc[[7], "y"] = "seldom"
    one = fit_forest(ground_of(frame), Turn())
    assert np.isfinite(row_losses(one.answers, ground_of(frame).truth)).all()
    assert one.answers.min() > 0
    assert np.allclose(one.answers.sum(axis=1), 1)


def test_thirty_rows_are_enough():
    one = fit_forest(ground_of(mixed_frame(30)), Turn())
    assert np.isfinite(one.answers).all()
