"""Measuring a model: on its test rows, on a new file, and in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from core import values
from core.learn.evaluate import evaluate
from core.learn.evaluation import Evaluation
from core.learn.metrics import BINARY, MULTICLASS, REGRESSION
from core.learn.recipe import Net, Recipe
from core.learn.train import train
from core.words import say
from tests.core.learn.conftest import Told, table_of, task_of


def frame_of(rows: int, signal: float = 2.0, seed: int = 0) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(rows, 2))
    chance = 1 / (1 + np.exp(-signal * x[:, 0]))
    return pd.DataFrame({"x": x[:, 0], "z": x[:, 1], "y": np.where(draw.random(rows) < chance, "yes", "no")})


def measured(frame: pd.DataFrame, **changes):
    table = table_of(frame)
    recipe = Recipe(task_of(table, **changes), members=("simple", "net"), net=Net(epochs=8))
    model, split = train(table, recipe, Told())
    return table, model, split, *evaluate(model, table, split)


@pytest.fixture(scope="module")
def binary():
    return measured(frame_of(1000))


def test_metrics_are_those_of_the_test_rows(binary):
    table, model, split, evaluation, _ = binary
    rows = table.frame.loc[split.test]
    wanted = roc_auc_score(rows["y"] == "yes", model.predict(rows)[:, 1])
    estimate = evaluation.metrics["roc_auc"]
    assert estimate.value == pytest.approx(wanted, abs=1e-9)
    assert estimate.low < wanted < estimate.high


def test_names_and_baselines(binary):
    evaluation = binary[3]
    assert tuple(evaluation.metrics) == BINARY
    assert {name: tuple(found) for name, found in evaluation.baselines.items()} == {"prior": BINARY, "simple": BINARY}
    assert evaluation.baselines["prior"]["roc_auc"].value == 0.5
    assert evaluation.positive == "yes" and evaluation.cutoff == 0.5


def test_predictions_name_row_truth_and_set(binary):
    table, _, split, evaluation, predictions = binary
    assert list(predictions.columns) == ["row", "truth", "p:no", "simple:p:no", "p:yes", "simple:p:yes", "set"]
    test = predictions[predictions["set"] == "test"]
    assert test["row"].tolist() == split.test.tolist()
    assert test["truth"].tolist() == table.frame["y"].loc[split.test].tolist()
    held_back = predictions[predictions["set"] == "validation"]
    assert split.folds is not None and sorted(held_back["row"]) == sorted(split.train)
    assert evaluation.rows.test == len(test)


def test_an_evaluation_is_json_and_back(binary):
    stored = values.to_json(binary[3])
    assert values.to_json(values.from_json(Evaluation, stored)) == stored


def test_the_same_seed_gives_the_same_intervals(binary):
    table, model, split, evaluation, _ = binary
    assert evaluate(model, table, split)[0].metrics == evaluation.metrics


def test_a_new_file_with_answers_is_measured(binary):
    model = binary[1]
    later = frame_of(400, seed=9)
    later.loc[[0, 1], "y"] = ["perhaps", None]
    evaluation, predictions = evaluate(model, later.astype({"x": str, "z": str}))
    assert evaluation.rows.test == 398 and len(predictions) == 398
    assert evaluation.metrics["roc_auc"].value > 0.75
    assert [finding.code for finding in evaluation.findings] == ["unanswered"]


def test_a_good_model_is_said_to_be_good_in_both_languages(binary):
    sentences = [sentence.english() for sentence in binary[3].verdict]
    assert sentences[0].startswith("The model finds ") and "yes" in sentences[0]
    assert all("{" not in say(sentence, language) for sentence in binary[3].verdict for language in ("en", "zh_CN"))


def test_noise_is_said_to_be_no_signal():
    evaluation = measured(frame_of(400, signal=0.0))[3]
    assert evaluation.verdict[0].english().startswith("No signal")


def test_few_rows_are_said_to_be_few():
    evaluation = measured(frame_of(60, signal=8.0))[3]
    assert any("rough" in sentence.english() for sentence in evaluation.verdict)


def test_an_amount_is_measured_in_its_units():
    draw = np.random.default_rng(0)
    x = draw.normal(size=500)
    frame = pd.DataFrame({"x": x, "y": 50 + 10 * x + draw.normal(size=500)})
    _, _, _, evaluation, predictions = measured(frame)
    assert tuple(evaluation.metrics) == REGRESSION
    assert evaluation.metrics["rmse"].value < 2.5
    assert list(predictions.columns) == ["row", "truth", "prediction", "simple:prediction", "set"]
    assert evaluation.baselines["prior"]["r2"].value == pytest.approx(0, abs=0.05)


def test_several_classes_are_measured():
    draw = np.random.default_rng(0)
    kind = draw.integers(0, 3, 600)
    frame = pd.DataFrame({"x": kind + 0.3 * draw.normal(size=600), "y": np.array(["a", "b", "c"])[kind]})
    evaluation = measured(frame)[3]
    assert tuple(evaluation.metrics) == MULTICLASS
    assert evaluation.metrics["accuracy"].value > 0.85
    assert evaluation.cutoff is None and evaluation.positive is None


def test_rows_of_one_class_only_give_undefined_figures(binary):
    table, model, split, *_ = binary
    rows = [row for row in split.test if table.frame["y"][row] == "no"]
    evaluation, _ = evaluate(model, table, rows)
    assert evaluation.metrics["roc_auc"].value is None
    assert evaluation.metrics["accuracy"].value is not None
