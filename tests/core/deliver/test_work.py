"""The verbs of a run: what stands in its folder afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import values
from core.data import keep
from core.data.task import Goal, Task
from core.deliver.store import Store
from core.engines.base import Event, Request, Run
from core.engines.inline import run_inline
from core.errors import Problem
from core.explain.keep import open_explanation
from core.learn.evaluation import Evaluation
from core.learn.keep import open_model
from core.learn.recipe import Net, Recipe

ROWS = 200
HEAD = "id;hours;passed\n"
CSV = HEAD + "".join(f"p{i};{i % 11};{'yes' if i % 11 > 4 else 'no'}\n" for i in range(ROWS))
TASK = Task("binary", Goal("passed"), ("hours",), ("no", "yes"), "yes")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("home"), "ann")


def read(store: Store, *files: tuple[str, str], **arguments: object) -> Run:
    given = [{"path": str(store.new_upload(name, text.encode())), "name": name} for name, text in files]
    table = store.table_folder(store.new_table_id())
    request = Request("read", table=str(table), arguments={"files": given, "domain": "education", **arguments})
    run = store.new_run(request)
    run_inline(run)
    return run


@pytest.fixture(scope="module")
def table(store: Store) -> Path:
    return read(store, ("pupils.csv", CSV)).table


def request(table: Path) -> Request:
    recipe = Recipe(TASK, members=("simple", "net"), net=Net(epochs=3), time_budget_seconds=20)
    return Request("train", table=str(table), arguments={"recipe": values.from_json(dict, values.to_json(recipe))})


@pytest.fixture(scope="module")
def trained(store: Store, table: Path) -> Run:
    run = store.new_run(request(table))
    assert run_inline(run).phase == "done"
    return run


def test_reading_leaves_a_table_with_the_file_in_it(table: Path) -> None:
    card = keep.card(table)
    assert (card.id, card.name, card.rows) == (table.name, "pupils.csv", ROWS)
    assert keep.frame(table)["hours"].tolist()[:3] == [0, 1, 2]


def test_options_and_kinds_of_the_analyst_are_kept(store: Store) -> None:
    run = read(store, ("a.txt", "1,5;x\n2,5;y\n"), options={"header": -1, "names": ["n", "c"]}, kinds={"n": "category"})
    schema = keep.card(run.table).schema
    assert schema.names == ("n", "c") and schema["n"].kind == "category"


def test_two_files_are_stacked_with_their_names(store: Store) -> None:
    run = read(store, ("a.csv", HEAD + "p1;1;no\np2;2;no\n"), ("b.csv", HEAD + "p3;9;yes\n"))
    frame = keep.frame(run.table)
    assert frame["file"].tolist() == ["a.csv", "a.csv", "b.csv"]
    assert [source.name for source in keep.card(run.table).sources] == ["a.csv", "b.csv"]


def test_a_made_up_sample_says_so(store: Store) -> None:
    table = store.table_folder(store.new_table_id())
    run = store.new_run(Request("read", table=str(table), arguments={"sample": "students", "domain": "education"}))
    run_inline(run)
    assert keep.card(table).made_up and keep.card(table).rows == 2_000


def test_a_refused_file_is_a_problem_and_a_state(store: Store) -> None:
    with pytest.raises(Problem) as caught:
        read(store, ("empty.csv", ""))
    run = store.runs()[0]
    message = run.state().message
    assert run.state().phase == "failed" and message is not None
    assert message.english() == str(caught.value)


def test_training_leaves_all_that_pages_read(trained: Run) -> None:
    evaluation = values.read(trained.folder / "evaluation.json", Evaluation)
    predictions = pd.read_parquet(trained.folder / "predictions.parquet")
    split = json.loads((trained.folder / "split.json").read_text())
    assert trained.usable and evaluation.classes == ("no", "yes")
    assert evaluation.rows.read == ROWS and evaluation.rows.test == len(split["test"])
    assert sorted(predictions.loc[predictions["set"] == "test", "row"]) == split["test"]
    assert open_model(trained.folder / "model").features == ("hours",)


def test_the_overall_reasons_are_of_test_rows_and_add_up(trained: Run) -> None:
    made = open_explanation(trained.folder / "explanation")
    split = json.loads((trained.folder / "split.json").read_text())
    assert set(made.rows) <= set(split["test"])
    assert made.gap < 1e-5


def test_the_model_is_usable_before_its_reasons_are_made(trained: Run) -> None:
    made = trained.folder / "explanation" / "explanation.json"
    assert (trained.folder / "evaluation.json").stat().st_mtime_ns < made.stat().st_mtime_ns
    shares = [event.share for event in trained.events()[0] if event.kind == "stage" and event.share is not None]
    assert max(shares) <= 1.0


def test_the_device_is_known_while_training_runs(trained: Run) -> None:
    assert trained.state().device in ("cpu", "cuda") and trained.state().device_name


def test_a_training_stopped_at_once_is_stopped_but_usable(store: Store, table: Path) -> None:
    run = store.new_run(request(table))
    run.ask_to_stop()
    state = run_inline(run)
    assert state.phase == "stopped" and run.usable
    assert not (run.folder / "explanation").exists()


@pytest.fixture
def looked(store: Store, table: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Run, list[dict[str, object]]]:
    """A training of "very many" rows, and what lay in its folder when the first answer was announced."""
    monkeypatch.setattr("core.learn.train.MANY_ROWS", 50)
    monkeypatch.setattr("core.learn.train.FIRST_ROWS", 40)
    run, seen = store.new_run(request(table)), list[dict[str, object]]()

    def look(event: Event) -> None:
        if event.kind == "first":
            seen.append(
                {
                    "usable": run.usable,
                    "model": open_model(run.folder / "model"),
                    "evaluation": values.read(run.folder / "evaluation.json", Evaluation),
                    "predictions": pd.read_parquet(run.folder / "predictions.parquet"),
                }
            )

    assert run_inline(run, look).phase == "done"
    return run, seen


def test_a_first_answer_can_be_used_and_is_replaced_by_the_better_one(
    looked: tuple[Run, list[dict[str, object]]],
) -> None:
    run, seen = looked
    assert len(seen) == 1 and seen[0]["usable"]
    first, last = seen[0]["evaluation"], values.read(run.folder / "evaluation.json", Evaluation)
    assert isinstance(first, Evaluation) and first.metrics["log_loss"].value is not None
    assert any("drawn at random" in one.message.english() for one in first.findings)
    assert not any("drawn at random" in one.message.english() for one in last.findings)
    assert seen[0]["model"].notes != open_model(run.folder / "model").notes  # type: ignore[attr-defined]
    assert sorted(path.name for path in run.folder.glob("*model*")) == ["model"]


def test_a_file_is_scored_row_for_row(store: Store, trained: Run) -> None:
    path = store.new_upload("new.csv", b"id;hours\nx;0\ny;10\nz;0\n")
    arguments = {"file": {"path": str(path), "name": "new.csv"}, "out": "answers.csv"}
    run = store.new_run(Request("score", model=str(trained.folder), arguments=arguments))
    assert run_inline(run).phase == "done"
    scored = pd.read_csv(run.folder / "answers.csv")
    assert scored["id"].tolist() == ["x", "y", "z"]
    assert scored["prediction"].tolist() == ["no", "yes", "no"]
    assert np.all((scored["probability"] > 0.5) == [False, True, False])


def test_rows_of_another_file_are_explained(store: Store, trained: Run) -> None:
    path = store.new_upload("new.csv", b"id;hours\nx;0\ny;10\n")
    arguments = {"file": {"path": str(path), "name": "new.csv"}, "rows": [1]}
    run = store.new_run(Request("explain", model=str(trained.folder), arguments=arguments))
    assert run_inline(run).phase == "done"
    made = open_explanation(run.folder / "explanation")
    assert made.rows.tolist() == [1] and made.values[0, 0] > 0


def test_a_row_that_is_not_there_is_said(store: Store, trained: Run) -> None:
    run = store.new_run(Request("explain", model=str(trained.folder), arguments={"rows": [ROWS]}))
    with pytest.raises(Problem, match="There is no row 200: the file has 200 rows"):
        run_inline(run)


def test_a_run_without_a_model_cannot_score(store: Store, table: Path) -> None:
    untrained = store.new_run(request(table))
    run = store.new_run(Request("score", model=str(untrained.folder), arguments={}))
    with pytest.raises(Problem, match="no model"):
        run_inline(run)


def test_a_run_is_done_once(trained: Run) -> None:
    with pytest.raises(Problem, match="started already"):
        run_inline(trained)


def test_a_request_with_learners_of_an_earlier_version_trains_all(store: Store, table: Path) -> None:
    old = request(table)
    old.arguments["recipe"] |= {"members": ["torch_mlp", "torch_linear"], "time_budget_seconds": 4}
    run = store.new_run(old)
    run.ask_to_stop()
    run_inline(run)
    assert open_model(run.folder / "model").recipe.members == ("simple", "forest", "trees", "net")
