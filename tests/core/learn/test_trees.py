"""Boosted trees: what they learn, when they end, and that every way of answering is the same."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.data.task import Goal, Task
from core.errors import Problem
from core.learn import device as devices
from core.learn.ground import Fold, Ground, Turn
from core.learn.lesson import Lesson
from core.learn.loss import row_losses
from core.learn.plan import plan
from core.learn.prepare import Encoded
from core.learn.recipe import Recipe
from core.learn.trees import race
from core.learn.trees.boosted import fit_trees
from core.learn.trees.text import read, write
from tests.core.learn.conftest import Told, mixed_frame, table_of
from tests.pace import within


def ground_of(
    frame: pd.DataFrame, folds: int = 5, watch: Told | None = None, weights: np.ndarray | None = None
) -> Ground:
    """All rows of a frame with the target ``y``, in folds drawn by chance, or with the last fifth held back."""
    table = table_of(frame, **({"text": "text"} if "text" in frame else {}))
    names = tuple(name for name in table.schema.names if name != "y")
    numeric = table.schema["y"].kind == "number"
    classes = () if numeric else tuple(sorted(frame["y"].unique()))
    kind = "regression" if numeric else "binary" if len(classes) == 2 else "multiclass"
    task = Task(kind, Goal("y"), names, classes, classes[1] if kind == "binary" else None)
    schema = replace(table.schema, columns=tuple(table.schema[name] for name in names))
    prepared = plan(table.frame[list(names)], schema)
    truth, scaling = table.frame["y"].to_numpy(), (0.0, 1.0)
    if numeric:
        scaling = (float(truth.mean()), float(truth.std()))
        truth = ((truth - scaling[0]) / scaling[1]).astype(np.float32)
    else:
        truth = np.searchsorted(classes, truth).astype(np.int64)
    places, turn = np.arange(len(frame)), np.random.default_rng(0).integers(0, max(2, folds), len(frame))
    parts = [Fold(places[turn != one], places[turn == one]) for one in range(folds)]
    if folds == 1:
        parts = [Fold(places[: 4 * len(places) // 5], places[4 * len(places) // 5 :])]
    lesson = Lesson(prepared.encode(table.frame[list(names)]), truth, weights)
    return Ground(
        Recipe(task), prepared, lesson, places, tuple(parts), len(classes), scaling, devices.processor(),
        watch or Told(), time.monotonic(), 60.0,
    )  # fmt: skip


def harsh(rows: Encoded, seed: int = 0) -> Encoded:
    """The rows with missing, huge and tiny numbers and codes that were never seen."""
    draw = np.random.default_rng(seed)
    numbers, codes = rows.numbers.copy(), rows.codes.copy()
    for wrong in (np.nan, 1e300, -1e300, 1e-300, 0.0):
        numbers[draw.random(numbers.shape) < 0.1] = wrong
    codes[draw.random(codes.shape) < 0.2] = 0
    codes[draw.random(codes.shape) < 0.1] = 1
    return replace(rows, numbers=numbers, codes=codes)


def put_together(member, rows: Encoded) -> np.ndarray:
    return member.finish(np.bitwise_and.reduce(member.first_layer(rows), axis=1))


def amounts(rows: int = 200) -> pd.DataFrame:
    frame = mixed_frame(rows)
    return frame.assign(y=1000 + 50 * (frame["level"] == "a") + 10 * frame["number"].fillna(0.0))


def three(rows: int = 200) -> pd.DataFrame:
    frame = mixed_frame(rows)
    return frame.assign(y=pd.cut(frame["number"].fillna(0.0), [-9, -0.5, 0.5, 9], labels=list("abc")).astype(str))


@pytest.mark.parametrize("make", [mixed_frame, amounts, three])
def test_they_learn_and_every_way_of_answering_is_the_same(make):
    ground = ground_of(make())
    one = fit_trees(ground, Turn(steps=60))
    idle = (
        np.bincount(ground.truth.astype(int)) / len(ground.truth) if ground.classes else np.array([ground.truth.mean()])
    )
    base = row_losses(np.tile(idle, (len(ground.truth), 1)), ground.truth).mean()
    assert row_losses(one.answers, ground.truth).mean() < 0.85 * base
    rows = harsh(ground.rows.inputs)
    assert np.abs(put_together(one.member, rows) - one.member.answer(rows)).max() < 1e-9
    assert one.member.answer(rows[:0]).shape == (0, max(1, ground.classes))


def test_the_loss_told_is_that_of_the_answers():
    ground = ground_of(mixed_frame(300), 2)
    one = fit_trees(ground, Turn())
    best = min(point.validation_loss for point in one.history)
    assert row_losses(one.answers, ground.truth).mean() == pytest.approx(best, rel=1e-3)
    told = ground.watch.epochs("trees")
    assert told[-1]["epoch"] == len(one.history) == one.steps
    assert told[-1]["best_epoch"] == 1 + np.argmin([point.validation_loss for point in one.history])


@pytest.mark.parametrize("folds", [1, 5])
def test_a_cut_run_is_replayed_bit_for_bit(folds, monkeypatch):
    monkeypatch.setattr(race, "TELL_SECONDS", 0.0)
    one = fit_trees(ground_of(mixed_frame(), folds, Told(stop_after=9)), Turn())
    assert abs(one.steps) == 9
    again = fit_trees(ground_of(mixed_frame(), folds), Turn(steps=one.steps))
    rows = ground_of(mixed_frame()).rows.inputs
    assert np.array_equal(one.answers, again.answers)
    assert np.array_equal(one.member.answer(rows), again.member.answer(rows))


def test_time_that_is_over_leaves_one_round():
    one = fit_trees(ground_of(mixed_frame()), Turn(deadline=0.0))
    assert one.steps == 1
    assert np.isfinite(one.answers).all()


def test_without_turns_they_are_grown_again_on_all_rows():
    ground = ground_of(mixed_frame(400), 1)
    one = fit_trees(ground, Turn())
    assert one.steps > 0
    assert one.member.packs == 1
    assert len(one.answers) == len(ground.folds[0].check)
    assert not np.array_equal(one.member.answer(ground.rows.inputs[ground.checked]), one.answers)


def test_of_many_rows_one_bag_is_kept_and_grown_on_all_of_them(monkeypatch):
    ground = ground_of(mixed_frame(300), 3)
    assert fit_trees(ground, Turn()).member.packs == 3
    monkeypatch.setattr("core.learn.trees.boosted.BAGGED_ROWS", 200)
    one = fit_trees(ground, Turn())
    assert one.member.packs == 1
    assert len(one.member.grown) == 1 + np.argmin([point.validation_loss for point in one.history])
    assert len(one.answers) == 300
    again = fit_trees(ground_of(mixed_frame(300), 3), Turn(steps=one.steps))
    assert np.array_equal(one.member.answer(ground.rows.inputs), again.member.answer(ground.rows.inputs))


def test_many_rounds_are_grown_again_as_fewer_that_learn_faster(monkeypatch):
    ground = ground_of(amounts(400), 2)
    monkeypatch.setattr("core.learn.trees.boosted.BAGGED_ROWS", 0)
    usual = fit_trees(ground, Turn())
    rounds = len(usual.member.grown)
    assert rounds > 20
    monkeypatch.setattr("core.learn.trees.boosted.AGAIN", rounds // 2)
    monkeypatch.setattr("core.learn.trees.boosted.AGAIN_ROUNDS", 1)
    fewer = fit_trees(ground, Turn())
    assert len(fewer.member.grown) == rounds // 2
    truth, rows = ground.truth, ground.rows.inputs
    errors = [np.abs(one.member.answer(rows)[:, 0] - truth).mean() for one in (usual, fewer)]
    assert errors[1] < 1.2 * errors[0]


def test_a_class_that_a_fold_never_met_is_rare_there_and_not_impossible():
    frame = three(120)
    frame.loc[[7], "y"] = "seldom"
    one = fit_trees(ground_of(frame), Turn())
    assert row_losses(one.answers, ground_of(frame).truth).max() < 12
    assert np.allclose(one.answers.sum(axis=1), 1)


def test_forty_one_classes_and_many_levels_stay_small():
    draw = np.random.default_rng(0)
    level, place = draw.integers(0, 300, 1_000), draw.integers(0, 41, 1_000)
    frame = pd.DataFrame({"level": [f"l{one}" for one in level], "x": place + 0.1 * draw.normal(size=1_000)})
    frame["y"] = [f"c{one:02}" for one in place]
    one = fit_trees(ground_of(frame, 2), Turn(steps=6))
    assert one.member.width == 2 * 41 * 6
    assert row_losses(one.answers, ground_of(frame).truth).mean() < 0.9 * np.log(41)


@pytest.mark.parametrize("rows", [12, 30])
def test_very_few_rows_are_enough(rows):
    one = fit_trees(ground_of(mixed_frame(rows)), Turn())
    assert np.isfinite(one.answers).all()


def test_a_thousand_columns_are_grown_in_seconds():
    draw = np.random.default_rng(0)
    cells = draw.normal(size=(72, 1_000)).round(3)
    frame = pd.DataFrame(cells, columns=[f"g{place}" for place in range(1_000)])
    frame["y"] = np.where(cells[:, :5].sum(axis=1) > 0, "a", "b")
    ground = ground_of(frame)
    with within(10):
        one = fit_trees(ground, Turn(deadline=time.monotonic() + 5))
    assert np.isfinite(one.answers).all()


def test_rows_that_weigh_more_are_learned_more():
    frame = pd.DataFrame({"x": np.tile([0.0, 1.0], 100), "y": np.repeat(["a", "b"], 100)})
    weights = np.where(frame["y"] == "b", 9.0, 1.0)
    one = fit_trees(ground_of(frame, weights=weights), Turn())
    assert one.answers[:, 1].mean() == pytest.approx(0.9, abs=0.03)


def test_a_gap_where_none_was_in_training_counts_as_the_median():
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({"x": draw.normal(5, 1, 300), "z": draw.normal(size=300)})
    frame["y"] = np.where(frame["x"] > 5, "a", "b")
    ground = ground_of(frame)
    one = fit_trees(ground, Turn())
    rows = ground.rows.inputs[:2]
    gone, median = rows.numbers.copy(), rows.numbers.copy()
    gone[:, 0], median[:, 0] = np.nan, frame["x"].median()
    answers = [one.member.answer(replace(rows, numbers=cells)) for cells in (gone, median)]
    assert np.array_equal(*answers)


def test_the_text_of_trees_is_read_as_it_was_written():
    member = fit_trees(ground_of(three()), Turn(steps=20)).member
    grown = member.grown
    again = read(write(grown, member.groups, len(member.owners)))
    for name in ("nodes", "leaves", "inputs", "gaps", "left", "right", "sets", "codes", "values"):
        assert np.array_equal(getattr(grown, name), getattr(again, name)), name
    assert np.array_equal(grown.thresholds, again.thresholds, equal_nan=True)


@pytest.mark.parametrize("text", ["", "tree\n\nTree=0\nnum_leaves=2\nleaf_value=1\n", "\nTree=0\nnum_leaves=x"])
def test_text_that_holds_no_trees_is_refused(text):
    with pytest.raises(Problem):
        read(text)


def test_larger_trees_are_taken_where_columns_only_matter_together():
    draw = np.random.default_rng(0)
    places, values = draw.integers(0, 7, size=(1_500, 2)), draw.normal(size=(7, 7))
    frame = pd.DataFrame(places.astype(float), columns=["u", "v"]).assign(y=values[places[:, 0], places[:, 1]])
    one = fit_trees(ground_of(frame, 5, Told(stop_after=5)), Turn())
    assert abs(one.steps) > 1_000_000
    assert abs(one.steps) % 1_000_000 == len(one.history)
    again = fit_trees(ground_of(frame, 5), Turn(steps=one.steps))
    assert np.array_equal(one.answers, again.answers)


def test_trees_answer_without_torch() -> None:
    """It takes seconds to import, and memory; only its OpenMP is needed, where the machine has none."""
    lines = (
        "import sys",
        "from core.learn.trees.library import lightgbm",
        "lightgbm().Booster",
        "print('torch' in sys.modules)",
    )
    said = subprocess.run([sys.executable, "-c", "; ".join(lines)], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
