"""Reasons of really trained models: sums that close (EX-01), original columns (EX-02), planted laws (EX-07)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.check import check
from core.deliver.plan import plan
from core.engines.watch import Silence
from core.explain.shapley import explain
from core.learn.model import TrainedModel
from core.learn.recipe import Net

ROWS = 400


def trained(frame: pd.DataFrame, goal: str, members: tuple[str, ...] = (), **choices: object) -> TrainedModel:
    """A model of a table in memory; rows and columns as they are."""
    from core.learn.train import train

    table = check(frame, (), (), domain="", table_id="planted", name="planted", made_up=True)
    asked = {"members": members} if members else {}
    recipe, _ = plan(table, goal, time_budget_seconds=30, net=Net(epochs=15), **asked, **choices)
    return train(table, recipe, Silence())[0]


def numbers(columns: int, seed: int = 0) -> pd.DataFrame:
    cells = np.random.default_rng(seed).normal(size=(ROWS, columns)).round(4)
    return pd.DataFrame(cells, columns=[f"x{place}" for place in range(columns)])


def test_a_planted_line_is_recovered():
    frame = numbers(8)
    slopes = np.array([3.0, -2.0, 1.0, 0, 0, 0, 0, 0])
    noise = np.random.default_rng(1).normal(0, 0.2, ROWS)
    model = trained(frame.assign(y=frame.to_numpy() @ slopes + noise), "y")
    rows = frame.iloc[:60]
    found = explain(model, rows)
    true = (rows.to_numpy() - model.background.iloc[:64].to_numpy(dtype=float).mean(axis=0)) * slopes
    sizes = np.abs(found.values).mean(axis=0)
    assert list(np.argsort(-sizes)[:3]) == [0, 1, 2]
    assert sizes[:3].sum() / sizes.sum() >= 0.85
    assert np.corrcoef(found.values.ravel(), true.ravel())[0, 1] >= 0.98
    assert found.gap <= 1e-5


def test_both_columns_of_a_planted_xor_are_the_first_two():
    frame = numbers(6, seed=2)
    odd = (frame["x1"] > 0) != (frame["x4"] > 0)
    model = trained(frame.assign(y=np.where(odd, "yes", "no")), "y")
    found = explain(model, frame.iloc[:60])
    sizes = np.abs(found.values).mean(axis=0)
    assert set(np.argsort(-sizes)[:2]) == {1, 4}
    assert found.gap <= 1e-5


def test_two_columns_that_say_the_same_share_the_credit():
    frame = numbers(5, seed=3)
    frame["x3"] = frame["x0"] + np.random.default_rng(4).normal(0, 0.01, ROWS)
    model = trained(frame.assign(y=4 * frame["x0"] + frame["x1"]), "y", ("simple", "net"))
    rows = frame.iloc[:60]
    found = explain(model, rows)
    sizes = np.abs(found.values).mean(axis=0)
    assert min(sizes[0], sizes[3]) > 0.15 * max(sizes[0], sizes[3])
    assert min(sizes[0], sizes[3]) > 3 * sizes[[2, 4]].max()
    both = found.values[:, 0] + found.values[:, 3]
    assert np.corrcoef(both, rows["x0"])[0, 1] >= 0.98


def test_a_category_is_one_column_and_has_the_sum_of_its_indicators():
    frame = numbers(2, seed=5)
    levels = np.array(["a", "b", "c", "d"])[np.random.default_rng(6).integers(0, 4, ROWS)]
    frame["c"] = pd.array(levels, dtype="str")
    frame["y"] = frame["x0"] + np.array([0.0, 2.0, -1.0, 5.0])[np.searchsorted(["a", "b", "c", "d"], levels)]
    model = trained(frame, "y", ("simple",))
    rows, background = frame.iloc[:20][["x0", "x1", "c"]], model.background.iloc[:64]
    found = explain(model, rows)
    assert found.columns == ("x0", "x1", "c")
    assert found.method == "exact"
    answers = {}
    for level in "abcd":
        answers[level] = model.predict(rows.iloc[:1].assign(c=pd.array([level], dtype="str")))[0]
    shares = background["c"].value_counts(normalize=True)
    indicators = np.array(
        [[answers[level] * ((own == level) - shares.get(level, 0.0)) for level in "abcd"] for own in rows["c"]]
    )
    assert np.allclose(found.values[:, 2], indicators.sum(axis=1), rtol=0, atol=1e-9 * np.abs(frame["y"]).max())


def test_a_model_of_one_column_gives_it_all():
    frame = numbers(1, seed=7)
    chance = np.random.default_rng(8).normal(size=ROWS)
    model = trained(frame.assign(y=np.where(frame["x0"] > chance, "yes", "no")), "y", ("simple", "trees"))
    found = explain(model, frame.iloc[:5])
    assert np.allclose(found.values[:, 0], found.predictions - found.base, rtol=0, atol=1e-9)


def test_rows_at_the_edge_are_explained():
    frame = numbers(4, seed=8)
    frame.iloc[::7, 1] = np.nan
    frame["c"] = pd.array(np.where(frame["x0"] > 0.3, "u", "v"), dtype="str")
    frame["y"] = np.where(frame["x0"].fillna(0) + frame["x2"] > 0, "yes", "no")
    model = trained(frame, "y")
    empty = pd.DataFrame({name: [None] for name in model.features})
    unseen = frame.iloc[:1][list(model.features)].assign(c=pd.array(["never seen"], dtype="str"), x3=1e9)
    known = model.background.iloc[[5]]
    for row in (empty, unseen, known):
        found = explain(model, row)
        assert np.isfinite(found.values).all()
        assert np.isfinite(found.errors).all()
        assert found.gap <= 1e-9
    assert explain(model, empty).cells == (("",),) * 5


def real(data_dir: Path, name: str) -> tuple[pd.DataFrame, str]:
    if name == "german":
        return pd.read_csv(data_dir / "finance" / "german_credit" / "german.data", sep=" ", header=None), "20"
    if name == "adult":
        path = data_dir / "finance" / "adult" / "adult-train.csv"
        return pd.read_csv(path, header=None, skipinitialspace=True, na_values="?").iloc[:3_000], "14"
    import sklearn.datasets as known

    load = {"breast cancer": known.load_breast_cancer, "diabetes": known.load_diabetes, "wine": known.load_wine}[name]
    found = load(as_frame=True)
    target = found.target if name == "diabetes" else found.target.map(lambda one: found.target_names[one])
    return found.data.assign(goal=target), "goal"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["adult", "german", "breast cancer", "diabetes", "wine"])
def test_sums_close_on_real_tables(data_dir, name):
    frame, goal = real(data_dir, name)
    frame.columns = [str(column) for column in frame.columns]
    model = trained(frame, goal)
    found = explain(model, frame.iloc[:100], seconds=20)
    assert found.gap <= 1e-5
    assert np.abs(found.values.sum(axis=1) - (model_answers(model, frame.iloc[:100], found) - found.base)).max() <= 1e-5


def model_answers(model: TrainedModel, rows: pd.DataFrame, found: object) -> np.ndarray:
    """(n_rows,) of the class explained."""
    answers = model.predict(rows)
    if not model.classes:
        return answers
    return answers[np.arange(len(rows)), [model.classes.index(label) for label in found.labels]]  # type: ignore[attr-defined]
