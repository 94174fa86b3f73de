from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from core.data.table import Column, Schema
from core.data.task import Goal, Task
from core.deliver.score import score
from core.errors import Problem
from core.learn.model import TrainedModel
from core.learn.recipe import Recipe


@dataclass(frozen=True, eq=False)
class Shares:
    """Answers with ``x`` (0 to 1) as the chance of the last class; the others share the rest."""

    outputs: int
    name: str = "shares"
    width: int = 1
    joint: str = "sum"

    def answer(self, rows: pd.DataFrame) -> np.ndarray:
        return self.finish(self.first_layer(rows).sum(axis=1))

    def first_layer(self, rows: pd.DataFrame) -> np.ndarray:
        return rows[["x"]].to_numpy(dtype=np.float32)[:, :, None]

    def finish(self, hidden: np.ndarray) -> np.ndarray:
        chance = np.asarray(hidden, dtype=np.float64)
        if self.outputs == 1:
            return 10 * chance
        rest = (1 - chance) / (self.outputs - 1)
        return np.concatenate([np.repeat(rest, self.outputs - 1, axis=1), chance], axis=1)


def model(*classes: str, cutoff: float | None = None) -> TrainedModel:
    kind = {0: "regression", 2: "binary"}.get(len(classes), "multiclass")
    task = Task(kind, Goal("y"), ("x",), classes, classes[1] if kind == "binary" else None)
    schema = Schema((Column("x", "number"),))
    background = pd.DataFrame({"x": [0.0]})
    member = Shares(max(1, len(classes)))
    return TrainedModel(Recipe(task), schema, classes, (member,), np.ones(1), background, cutoff)


def raw(*cells: str, **others: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"id": [f"00{at}" for at in range(len(cells))], "x": list(cells), **others}, dtype="str")


def test_labels_follow_the_cutoff_of_the_model():
    scored = score(model("好", "坏", cutoff=0.25), raw("0.2", "0.25", "0.9"))
    assert list(scored.columns) == ["id", "x", "prediction", "probability"]
    assert scored["prediction"].tolist() == ["好", "坏", "坏"]
    assert scored["probability"].tolist() == pytest.approx([0.2, 0.25, 0.9], abs=1e-7)


def test_the_files_own_cells_stay_as_they_were():
    given = raw("0.20", " 0.5 ", "1")
    scored = score(model("a", "b"), given)
    assert scored[["id", "x"]].equals(given)
    assert list(given.columns) == ["id", "x"]


def test_several_classes_have_a_probability_each():
    scored = score(model("a", "b", "c"), raw("0.8", "0.0"))
    assert list(scored.columns)[2:] == ["prediction", "probability:a", "probability:b", "probability:c"]
    assert scored["prediction"].tolist() == ["c", "a"]
    assert scored["probability:c"].tolist() == pytest.approx([0.8, 0.0], abs=1e-7)


def test_numbers_are_predicted_as_numbers():
    scored = score(model(), raw("0.5", "0.25"))
    assert list(scored.columns)[2:] == ["prediction"]
    assert scored["prediction"].tolist() == pytest.approx([5.0, 2.5])


def test_a_column_that_has_the_name_is_kept():
    given = raw("0.5", "0.1", prediction=["old", "older"], **{"prediction (2)": ["x", "y"]})
    scored = score(model("a", "b"), given)
    assert scored["prediction"].tolist() == ["old", "older"]
    assert list(scored.columns)[-2:] == ["prediction (3)", "probability"]
    assert scored["prediction (3)"].tolist() == ["b", "a"]


def test_many_rows_are_answered_in_order(monkeypatch):
    monkeypatch.setattr("core.deliver.score.ROWS", 7)
    shares = np.random.default_rng(0).random(50).round(3)
    scored = score(model("a", "b"), raw(*map(str, shares)))
    assert scored["probability"].tolist() == pytest.approx(shares.tolist(), abs=1e-6)


def test_a_file_without_a_column_is_refused():
    with pytest.raises(Problem, match="x"):
        score(model("a", "b"), raw("1").drop(columns="x"))
