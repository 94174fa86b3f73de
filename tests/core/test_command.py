"""The command line from outside: exit status, words on standard error, one JSON object at the end."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.__main__ import language_of, main

PROJECT = Path(__file__).resolve().parents[2]


def people(rows: int = 160, seed: int = 0) -> pd.DataFrame:
    """Made-up rows: ``hours`` and ``club`` decide who passes, ``noise`` does not; ``points`` is what it comes from."""
    draw = np.random.default_rng(seed)
    hours, noise = draw.uniform(0, 10, rows).round(1), draw.normal(size=rows).round(2)
    club = draw.choice(["chess", "none"], rows)
    points = (hours + 2 * (club == "chess") + draw.normal(scale=0.7, size=rows)).round(1)
    level = np.where(points > 8, "high", np.where(points > 4, "middle", "low"))
    return pd.DataFrame(
        {
            "hours": hours,
            "club": club,
            "noise": noise,
            "points": points,
            "passed": np.where(points > 6, "yes", "no"),
            "level": level,
        }
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("command")
    people().to_csv(place / "people.csv", index=False)
    people(60, seed=1).to_csv(place / "later.csv", index=False)
    return place


def call(*arguments) -> tuple[int, str, str]:
    """Exit status, standard output and standard error."""
    said, told = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(told):
        status = main([str(one) for one in arguments])
    return status, said.getvalue(), told.getvalue()


def call_outside(*arguments) -> tuple[int, str, str]:
    """The same in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "core", *map(str, arguments)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "LANG": "C.UTF-8", "LC_ALL": ""},
    )
    return done.returncode, done.stdout, done.stderr


def train(folder, out, *arguments, verb=call) -> dict:
    status, said, progress = verb(
        "train", folder / "people.csv", "--time-budget", "60", "--out", folder / out, "--json", *arguments
    )
    assert status == 0, progress
    assert progress.strip()
    return json.loads(said)


@pytest.fixture(scope="module")
def binary(folder):
    return train(folder, "binary", "--target", "passed", "--drop", "points", "--drop", "level", verb=call_outside)


@pytest.fixture(scope="module")
def classes(folder):
    return train(folder, "classes", "--target", "level", "--drop", "points", "--drop", "passed")


@pytest.fixture(scope="module")
def amount(folder):
    return train(folder, "amount", "--target", "points", "--drop", "level", "--drop", "passed")


FIELDS = {
    "run",
    "task",
    "target",
    "positive",
    "classes",
    "rows",
    "columns",
    "device",
    "seconds",
    "metrics",
    "baselines",
    "gains",
    "worth",
    "members",
    "trials",
    "split",
    "notes",
    "findings",
}
COMMON = {"accuracy", "balanced_accuracy", "log_loss", "precision", "recall", "f1"}


def test_training_answers_with_all_that_was_promised(binary, folder):
    assert set(binary) == FIELDS
    assert (binary["task"], binary["target"], binary["positive"]) == ("binary", "passed", "yes")
    assert sorted(binary["classes"]) == ["no", "yes"]
    assert binary["columns"] == ["hours", "club", "noise"]
    rows = binary["rows"]
    assert rows["read"] == 160 == rows["train"] + rows["validation"] + rows["test"]
    assert binary["run"] == str(folder / "binary")
    assert set(binary["baselines"]) == {"prior", "simple"}
    for metrics in (binary["metrics"], *binary["baselines"].values()):
        assert set(metrics) >= COMMON | {"roc_auc", "average_precision", "brier_score", "ece"}
        assert all(set(one) == {"value", "low", "high"} for one in metrics.values())
    assert binary["metrics"]["roc_auc"]["value"] > 0.85
    assert all(set(one) == {"severity", "column", "message"} for one in binary["findings"])


def test_every_learner_stands_with_its_share_and_its_error(binary):
    assert [one["name"] for one in binary["members"]] == ["simple", "forest", "trees", "net"]
    assert sum(one["weight"] for one in binary["members"]) == pytest.approx(1)
    assert all(one["validation_loss"] > 0 for one in binary["members"])
    assert set(binary["gains"]) == set(binary["metrics"])
    split = binary["split"]
    assert (split["method"], split["folds"]) == ("stratified", 5)
    assert {name: split[name] for name in ("train", "validation", "test")} == {
        name: binary["rows"][name] for name in ("train", "validation", "test")
    }
    assert "take turns in 5 parts" in split["why"]
    assert binary["trials"] == []


@pytest.fixture(scope="module")
def settled(folder):
    """A training whose learners and settings were chosen, found by a grid."""
    return train(
        folder, "settled", "--target", "passed", "--drop", "points", "--drop", "level", "--members", "net",
        "--net", "epochs=4", "--net", "width=8", "--grid", "dropout=0,0.2", "--trials", "2", "--class-weights",
    )  # fmt: skip


def test_learners_and_settings_are_chosen(settled):
    recipe = json.loads((Path(settled["run"]) / "model" / "recipe.json").read_text())
    assert recipe["members"] == ["net"]
    assert (recipe["net"]["epochs"], recipe["net"]["width"]) == (4, 8)
    assert (recipe["search"]["method"], recipe["search"]["trials"]) == ("grid", 2)
    assert recipe["search"]["grid"] == {"dropout": [0.0, 0.2]}
    assert recipe["class_weights"] and settled["notes"]
    assert [one["name"] for one in settled["members"]] == ["simple", "net"]
    assert {one["settings"]["dropout"] for one in settled["trials"]} == {0.0, 0.2}


def test_an_earlier_model_is_tuned(settled, folder):
    found = train(
        folder, "tuned", "--target", "passed", "--drop", "points", "--drop", "level", "--members", "net",
        "--net", "epochs=3", "--start", settled["run"], "--adapters",
    )  # fmt: skip
    recipe = json.loads((Path(found["run"]) / "model" / "recipe.json").read_text())
    assert recipe["pretraining"] == {"rows": False, "start": settled["run"], "tuning": "adapters"}
    assert {"net", "net_tuned"} <= {one["name"] for one in found["members"]}


def test_several_classes_have_no_positive(classes):
    assert (classes["task"], classes["positive"]) == ("multiclass", None)
    assert sorted(classes["classes"]) == ["high", "low", "middle"]
    assert set(classes["metrics"]) >= COMMON | {"roc_auc_ovr"}


def test_amounts_have_no_classes(amount):
    assert (amount["task"], amount["positive"], amount["classes"]) == ("regression", None, [])
    assert set(amount["metrics"]) >= {"rmse", "mae", "r2"}
    assert amount["metrics"]["r2"]["value"] > 0.7


def test_a_model_that_was_measured_stays_when_what_comes_after_fails(folder, monkeypatch):
    def broken(*_: object) -> bool:
        raise RuntimeError("the reasons failed")

    monkeypatch.setattr("core.deliver.work._overall_reasons", broken)
    out = folder / "kept"
    status, _, told = call("train", folder / "people.csv", "--target", "passed", "--drop", "points", "--drop", "level",
                           "--members", "simple", "--time-budget", "20", "--out", out)  # fmt: skip
    assert status != 0 and "mistake in Vitrine" in told
    assert call("evaluate", out)[0] == 0


def test_evaluating_without_a_file_repeats_the_figures(binary):
    status, said, _ = call("evaluate", binary["run"], "--json")
    again = json.loads(said)
    assert status == 0
    assert again["metrics"] == binary["metrics"]
    assert again["findings"] == binary["findings"]


def test_evaluating_a_file_measures_its_rows(binary, folder):
    status, said, _ = call("evaluate", binary["run"], folder / "later.csv", "--json")
    found = json.loads(said)
    assert status == 0
    assert set(found) == FIELDS
    assert (found["rows"]["read"], found["rows"]["test"]) == (60, 60)
    assert found["metrics"]["roc_auc"]["value"] > 0.8


@pytest.mark.parametrize("kind", ["binary", "classes", "amount"])
def test_reasons_add_up_in_original_columns(kind, request):
    run = request.getfixturevalue(kind)
    status, said, _ = call("explain", run["run"], "--row", "3", "--json")
    found = json.loads(said)
    assert status == 0
    assert set(found) == {"class", "base", "prediction", "values", "errors", "phrases", "sentences", "note", "gap"}
    assert list(found["values"]) == list(found["errors"]) == run["columns"]
    assert 1 < len(found["sentences"]) <= 4
    assert abs(found["base"] + sum(found["values"].values()) - found["prediction"]) < 1e-5
    assert found["gap"] < 1e-5
    assert found["class"] in (run["classes"] or [None])
    if kind == "binary":
        assert found["class"] == "yes"


def test_reasons_for_a_row_of_another_file(binary, folder):
    status, said, _ = call("explain", binary["run"], "--row", "59", "--file", folder / "later.csv", "--json")
    assert status == 0
    assert json.loads(said)["gap"] < 1e-5
    status, said, error = call("explain", binary["run"], "--row", "60", "--file", folder / "later.csv")
    assert (status, said) == (2, "")
    assert "60" in error


def test_scoring_appends_to_the_files_own_columns(binary, folder):
    given = people(60, seed=1).drop(columns=["points", "level"]).rename(columns={"passed": "prediction"})
    given.to_csv(folder / "fresh.csv", index=False)
    status, _, error = call("score", binary["run"], folder / "fresh.csv", "--out", folder / "scored.csv")
    assert status == 0, error
    scored = pd.read_csv(folder / "scored.csv", dtype=str)
    original = pd.read_csv(folder / "fresh.csv", dtype=str)
    assert list(scored.columns) == [*original.columns, "prediction (2)", "probability"]
    assert scored[list(original.columns)].equals(original)
    assert set(scored["prediction (2)"]) == {"yes", "no"}
    assert (scored["prediction (2)"] == given["prediction"]).mean() > 0.75


def test_scoring_says_what_it_could_not_read(binary, folder):
    given = people(30, seed=2).astype({"hours": object})
    given.loc[4, "hours"] = "many"
    given.to_csv(folder / "words.csv", index=False)
    status, _, error = call("score", binary["run"], folder / "words.csv", "--out", folder / "read.csv")
    assert status == 0, error
    assert "hours: 1 cell is no number (many)" in error
    assert pd.read_csv(folder / "read.csv")["hours"][4] == "many"


def test_a_file_without_a_known_answer_measures_nothing(binary, folder):
    people(30).assign(passed="perhaps").to_csv(folder / "perhaps.csv", index=False)
    status, said, error = call("evaluate", binary["run"], folder / "perhaps.csv", "--json")
    assert (status, said) == (2, "")
    assert "passed" in error


def test_columns_are_found_as_the_file_spells_them(folder):
    frame = people().drop(columns=["points", "level"]).rename(columns={"passed": " has  passed ", "noise": " noise "})
    frame.to_csv(folder / "blanks.csv", index=False)
    status, said, error = call(
        "train", folder / "blanks.csv", "--target", " has  passed ", "--drop", " noise ", "--time-budget", "20",
        "--out", folder / "blanks", "--json",
    )  # fmt: skip
    assert status == 0, error
    assert json.loads(said)["columns"] == ["hours", "club"]


def test_scores_of_several_classes(classes, folder):
    status, _, error = call("score", classes["run"], folder / "later.csv", "--out", folder / "classes.csv")
    assert status == 0, error
    scored = pd.read_csv(folder / "classes.csv")
    shares = scored[[f"probability:{name}" for name in classes["classes"]]]
    assert np.allclose(shares.sum(axis=1), 1)
    assert (shares.idxmax(axis=1).str.removeprefix("probability:") == scored["prediction"]).all()


def test_reasons_and_scores_speak_of_the_same_answer(binary, folder):
    call("score", binary["run"], folder / "people.csv", "--out", folder / "same.csv")
    scored = pd.read_csv(folder / "same.csv")
    found = json.loads(call_outside("explain", binary["run"], "--row", "7", "--json")[1])
    assert found["prediction"] == pytest.approx(scored["probability"][7], abs=1e-9)


def test_a_question_about_a_column_takes_it_out_and_leaks_go_too(folder):
    found = train(folder, "derived", "--target", "points>6", "--positive", "no")
    assert (found["target"], found["positive"]) == ("points>6", "no")
    assert sorted(found["classes"]) == ["no", "yes"]
    assert "points" not in found["columns"]
    assert "passed" not in found["columns"]
    leak = next(one for one in found["findings"] if one["column"] == "passed")
    assert leak["severity"] == "stop"


def test_files_without_header_are_stacked_by_place(folder):
    frame = people().drop(columns=["points", "level"])
    for name, part in {"a.data": frame[:80], "b.data": frame[80:], "c.data": people(50, seed=3)[list(frame)]}.items():
        part.to_csv(folder / name, index=False, header=False)
    names = "hours,club,noise,passed"
    status, said, error = call(
        "train", folder / "a.data", folder / "b.data", "--names", names, "--no-header", "--target", "passed",
        "--time-budget", "60", "--out", folder / "stacked", "--json",
    )  # fmt: skip
    assert status == 0, error
    found = json.loads(said)
    assert found["rows"]["read"] == 160
    assert found["columns"] == ["hours", "club", "noise"]
    status, said, error = call("evaluate", folder / "stacked", folder / "c.data", "--json")
    assert status == 0, error
    assert json.loads(said)["metrics"]["roc_auc"]["value"] > 0.8


BAD = {
    "empty": (b"", ["--target", "passed"]),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, ["--target", "passed"]),
    "header only": (b"hours,passed\n", ["--target", "passed"]),
    "one answer": (b"hours,passed\n" + b"".join(b"%d,yes\n" % at for at in range(60)), ["--target", "passed"]),
    "no such column": (None, ["--target", "pass"]),
    "no such positive": (None, ["--target", "passed", "--positive", "maybe"]),
    "no such drop": (None, ["--target", "passed", "--drop", "hour"]),
    "no number": (None, ["--target", "points>=many"]),
    "no target": (None, []),
    "no field": (None, ["--target", "passed", "--domain", "astrology"]),
    "no time": (None, ["--target", "passed", "--time-budget", "0"]),
    "less than no time": (None, ["--target", "passed", "--budget", "-5"]),
    "ten days": (None, ["--target", "passed", "--budget", "10 days"]),
    "a word for a time": (None, ["--target", "passed", "--budget", "soon"]),
    "no such learner": (None, ["--target", "passed", "--members", "simple,xgboost"]),
    "no learner": (None, ["--target", "passed", "--members", ","]),
    "no such setting": (None, ["--target", "passed", "--net", "dropuot=0.1"]),
    "a setting out of range": (None, ["--target", "passed", "--net", "dropout=7"]),
    "a setting without a value": (None, ["--target", "passed", "--net", "dropout"]),
    "no such search": (None, ["--target", "passed", "--search", "luck"]),
    "a grid of nothing": (None, ["--target", "passed", "--grid", "attack=fgsm"]),
    "a grid for optuna": (None, ["--target", "passed", "--search", "optuna", "--grid", "dropout=0,0.1"]),
    "no trial": (None, ["--target", "passed", "--search", "optuna", "--trials", "0"]),
    "no run to start from": (None, ["--target", "passed", "--start", "nowhere"]),
    "no such tuning": (None, ["--target", "passed", "--encoder", "e", "--tuning", "some"]),
}


def test_refused_from_outside_without_a_traceback(folder):
    status, said, error = call_outside("train", folder / "people.csv", "--target", "nothing", "--out", folder / "no")
    assert (status, said) == (2, "")
    assert "Traceback" not in error
    assert "nothing" in error


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_in_words_and_leaves_nothing(case, folder, capfd):
    data, arguments = BAD[case]
    path = folder / "people.csv"
    if data is not None:
        path = folder / f"{case}.csv"
        path.write_bytes(data)
    out = folder / f"bad {case}"
    assert main(["train", str(path), *arguments, "--out", str(out)]) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    assert said.err.strip()
    assert not out.exists()


def test_the_nearest_column_is_named(folder, capfd):
    main(["train", str(folder / "people.csv"), "--target", "pased", "--out", str(folder / "nearest")])
    assert "passed" in capfd.readouterr().err


def test_a_folder_that_holds_something_is_not_touched(binary, folder, capfd):
    before = sorted(path.name for path in Path(binary["run"]).iterdir())
    assert main(["train", str(folder / "people.csv"), "--target", "passed", "--out", binary["run"]]) == 2
    assert "not empty" in capfd.readouterr().err
    assert sorted(path.name for path in Path(binary["run"]).iterdir()) == before


def test_later_files_without_what_is_needed_are_refused(binary, folder, capfd):
    people(30).drop(columns=["hours"]).to_csv(folder / "short.csv", index=False)
    assert main(["score", binary["run"], str(folder / "short.csv"), "--out", str(folder / "no.csv")]) == 2
    assert "hours" in capfd.readouterr().err
    assert not (folder / "no.csv").exists()
    people(30).drop(columns=["passed"]).to_csv(folder / "unknown.csv", index=False)
    assert main(["evaluate", binary["run"], str(folder / "unknown.csv")]) == 2
    assert "passed" in capfd.readouterr().err


def test_a_file_is_not_written_over_by_its_own_answers(binary, folder, capfd):
    assert main(["score", binary["run"], str(folder / "later.csv"), "--out", str(folder / "later.csv")]) == 2
    assert (folder / "later.csv").read_text().startswith("hours,club")


@pytest.mark.parametrize("name", ["answers", "answers.txt", ".", "no folder/answers.csv"])
def test_only_tables_are_written(binary, folder, name):
    status, _, error = call("score", binary["run"], folder / "later.csv", "--out", folder / name)
    assert status == 2
    assert error.strip()


def test_a_workbook_is_written_where_asked(binary, folder):
    status, _, error = call("score", binary["run"], folder / "later.csv", "--out", folder / "scored.xlsx")
    assert status == 0, error
    assert len(pd.read_excel(folder / "scored.xlsx", engine="openpyxl")) == 60


@pytest.mark.parametrize("verb", [["evaluate"], ["explain", "--row", "0"], ["score", "x.csv", "--out", "y.csv"]])
def test_a_folder_that_is_no_run_is_refused(verb, tmp_path, capfd):
    (tmp_path / "x.csv").write_text("a\n1\n")
    arguments = [verb[0], str(tmp_path), *(str(tmp_path / one) if one.endswith("csv") else one for one in verb[1:])]
    assert main(arguments) == 2
    assert "not the folder of a trained run" in capfd.readouterr().err


def test_the_language_is_the_terminals(monkeypatch):
    monkeypatch.setenv("LC_ALL", "")
    monkeypatch.setenv("LC_MESSAGES", "")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert language_of(["train"]) == "en"
    assert language_of(["train", "--language", "zh_CN"]) == "zh_CN"
    assert language_of(["train", "--language=zh_CN"]) == "zh_CN"


def test_help_loads_nothing_heavy():
    code = """
import sys
from core.__main__ import main
try:
    main(["train", "--help"])
except SystemExit:
    print(sorted({"torch", "shap", "sklearn", "pandas", "streamlit"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"
