"""The benchmarks' own arithmetic, and that they need no peer to be imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.compare import BEST, Comparison, Ratio, geometric, paired_error
from benchmarks.ours import divided
from benchmarks.peers import BOOSTED, PEERS, About
from benchmarks.results import OURS, Result, Results, judged
from benchmarks.sets import DEVELOPMENT, REPORTED, folds, load
from core.deliver.plan import plan

PROJECT = Path(__file__).resolve().parent.parent


def result(model: str, loss: float, fold: int = 0, name: str = "a", **changes: object) -> Result:
    figures = {"rows": 10, "tested": 2, "auc": 0.5, "ece": 0.1, "cpu": 1.0, "wall": 1.0, "answer": 0.1}
    about = {"memory": 1.0, "busy": 0.0, "when": "", "version": "", "code": "", "kind": "binary"}
    given = {"set": name, "fold": fold, "folds": 2, "seed": 0, "model": model, "loss": loss, **figures, **about}
    return Result(**{**given, **changes})  # type: ignore[arg-type]


def test_importing_the_benchmark_needs_no_peer() -> None:
    said = "import sys, benchmarks.engine, benchmarks.scale, benchmarks.devices, benchmarks.peers;"
    said += "print(sorted({'xgboost', 'catboost', 'autogluon', 'flaml', 'torch', 'lightgbm'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", said], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_set_is_for_choosing_and_for_reporting() -> None:
    assert not set(DEVELOPMENT) & set(REPORTED)
    files = [{one.file + one.goal for one in sets.values() if one.file} for sets in (DEVELOPMENT, REPORTED)]
    assert not files[0] & files[1]


@pytest.mark.parametrize("name", ["friedman 60", "clusters 60", "wine"])
def test_a_made_set_loads_as_an_upload(name: str) -> None:
    table, goal, choices = load(name)
    assert goal in table.schema
    assert len(plan(table, goal, **choices)[0].task.features) == len(table.schema.names) - 1


@pytest.mark.parametrize("name", ["pima", "heart", "heart failure", "horse colic", "xapi"])
def test_a_real_set_loads_where_the_data_is(name: str, data_dir: Path) -> None:
    table, goal, choices = load(name)
    recipe, _ = plan(table, goal, **choices)
    assert recipe.task.kind in ("binary", "multiclass")


def test_outer_folds_test_every_row_once_with_even_shares() -> None:
    table, goal, choices = load("clusters 60")
    parts = folds(table, goal, choices, 3)
    assert sorted(np.concatenate([test for _, test in parts])) == list(range(60))
    assert all(not set(learn) & set(test) for learn, test in parts)
    shares = [(table.frame.loc[test, goal] == "class 1").sum() for _, test in parts]
    assert max(shares) - min(shares) <= 1


def test_one_outer_fold_holds_back_a_fifth() -> None:
    (learn, test), *more = folds(*load("friedman 60"), 1)
    assert (len(learn), len(test), more) == (48, 12, [])


def test_outer_folds_keep_a_group_together() -> None:
    table, goal, choices = load("mixed 150")
    for learn, test in folds(table, goal, {**choices, "group": "town"}, 3):
        assert not set(table.frame.loc[learn, "town"]) & set(table.frame.loc[test, "town"])


def test_our_engine_learns_from_every_row_given_and_holds_each_back_once() -> None:
    table, goal, choices = load("clusters 300")
    recipe, _ = plan(table, goal, **choices)
    learn, _ = folds(table, goal, choices, 3)[0]
    rows = divided(table, recipe, learn)
    assert list(rows.train) == list(learn)
    assert not len(rows.test) and not len(rows.validation)
    assert rows.folds is not None
    assert np.bincount(rows.folds).tolist() == [40] * 5


def test_measures_of_four_answers() -> None:
    truth, said = np.array([0, 1, 1, 0]), np.array([[0.5, 0.5], [0.25, 0.75], [0.5, 0.5], [0.75, 0.25]])
    found, losses = judged("binary", truth, said)
    assert np.allclose(losses, -np.log([0.5, 0.75, 0.5, 0.75]))
    assert found["loss"] == pytest.approx(-np.log([0.5, 0.75]).mean())
    assert found["auc"] == pytest.approx(3.5 / 4)
    assert found["ece"] == pytest.approx((0.25 + 0.5 + 0.5 + 0.25) / 4)


def test_amounts_are_measured_in_their_own_units() -> None:
    found, losses = judged("regression", np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    assert list(losses) == [0.0, 4.0]
    assert found["loss"] == pytest.approx(np.sqrt(2))
    assert np.isnan(found["ece"])


def test_geometric_mean_of_a_half_and_two_is_one() -> None:
    mean, error = geometric([Ratio("a", "b", 0.5, 0.3), Ratio("c", "b", 2.0, 0.4)])
    assert mean == pytest.approx(1.0)
    assert error == pytest.approx(0.25)


def test_losses_in_proportion_leave_no_doubt() -> None:
    losses = np.array([1.0, 2.0, 3.0])
    assert paired_error([losses], [2 * losses], root=False) == pytest.approx(0.0)
    assert paired_error([losses], [None], root=False) != paired_error([losses], [None], root=False)


def test_the_best_of_five_is_taken_for_each_set_and_only_shared_folds_count(tmp_path: Path) -> None:
    results = Results(tmp_path / "all.csv")
    for model, loss in zip(BOOSTED, (4.0, 3.0, 2.0, 5.0, 6.0), strict=True):
        results.add(result(model, loss), np.array([loss, loss]))
    results.add(result(OURS, 1.0), np.array([1.0, 1.0]))
    results.add(result(OURS, 9.0, fold=1), np.array([9.0, 9.0]))
    one = Comparison(results, ["a"]).ratios(BEST)[0]
    assert (one.peer, one.value) == (BOOSTED[2], 0.5)
    line = next(line for line in Comparison(results, ["a"]).together().splitlines() if "best of five" in line)
    assert [cell.strip() for cell in line.split("|")[2:4]] == ["1", "0.500"]


def test_a_run_goes_on_from_its_file_and_the_last_result_counts(tmp_path: Path) -> None:
    results = Results(tmp_path / "all.csv")
    results.add(result(OURS, 2.0, code="old"), None)
    results.add(result(OURS, 1.0, code="new"), np.array([1.0]))
    results.add(result("hgb", float("nan"), error="no memory"), None)
    again = Results(tmp_path / "all.csv")
    assert [one.loss for one in again.latest()] == [1.0]
    assert again.has(result(OURS, 0.0).key, "new") and again.has(result("hgb", 0.0).key, "")
    assert again.losses(again.latest()[0]) == pytest.approx([1.0])


@pytest.mark.parametrize("name", ["linear", "mlp", "gbdt", "hgb", "lightgbm"])
@pytest.mark.parametrize("kind", ["multiclass", "regression"])
def test_a_peer_takes_gaps_and_levels_it_never_met(name: str, kind: str) -> None:
    rng = np.random.default_rng(0)
    learn = pd.DataFrame({"c0": rng.normal(size=60), "c1": [["a", "b", None][row % 3] for row in range(60)]})
    learn.loc[3, "c0"] = np.nan
    answers = np.arange(60) % 2 * 2 if kind == "multiclass" else rng.normal(size=60)
    test = pd.DataFrame({"c0": [0.0, np.nan], "c1": ["new", "a"]})
    said = PEERS[name][2](learn, answers, About(name, kind, 3, ("c1",), 1, 5.0, ""))(test)
    assert np.isfinite(said).all()
    if kind == "multiclass":
        assert said.shape == (2, 3)
        assert np.allclose(said.sum(axis=1), 1)
        assert (said[:, 1] == 0).all()
