"""An owner's data sets and runs: made, listed, found by nobody else, deleted with all that was made from them."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from core import values
from core.data.table import ReadOptions, Schema, Source, TableCard
from core.deliver.store import Store
from core.engines.base import Request, Run
from core.engines.life import Claim
from core.errors import Problem
from core.settings import settings
from tests.pace import within


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, "secret of ann")


def table_in(store: Store, sha256: str = "0" * 64, name: str = "pupils.csv", created: float = 1.0) -> str:
    """A table's card as reading would have left it."""
    made = store.new_table_id()
    source = Source(name, "text", sha256, 3, 1, ReadOptions())
    folder = store.table_folder(made)
    folder.mkdir(parents=True)
    values.write(folder / "table.json", TableCard(made, name, 1, Schema(()), {}, (), (source,), created=created))
    return made


def run_on(store: Store, table: str, verb: str = "train", **more: object) -> Run:
    return store.new_run(Request(verb, table=str(store.table_folder(table)), **more))  # type: ignore[arg-type]


def test_a_new_run_waits_and_hides_the_secret(store: Store) -> None:
    run = store.new_run(Request("train", name="first"))
    assert run.state().phase == "queued"
    assert run.request().owner == store.key
    assert all(b"secret of ann" not in path.read_bytes() for path in store.home.rglob("*") if path.is_file())


def test_runs_come_newest_first(store: Store) -> None:
    for created in (2.0, 3.0, 1.0):
        store.new_run(Request("train", created=created))
    assert [run.request().created for run in store.runs()] == [3.0, 2.0, 1.0]


def test_a_run_is_found_by_its_id(store: Store) -> None:
    run = store.new_run(Request("train"))
    assert store.run(run.id) == run


@pytest.mark.parametrize(
    "name", ["", "0" * 16, "../" * 5, "0123456789ABCDEF", "a" * 17, "0123456789abcde\n", "..", "/etc"]
)
def test_a_malformed_and_an_unknown_id_are_not_found(store: Store, name: str) -> None:
    store.new_run(Request("train"))
    with pytest.raises(Problem, match="not found"):
        store.run(name)


def test_two_owners_never_see_each_other(store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path, "secret of ben")
    table = table_in(store)
    run = run_on(store, table)
    assert other.runs() == [] and other.tables() == []
    for question in (
        lambda: other.run(run.id),
        lambda: other.table(table),
        lambda: other.delete_run(run.id),
        lambda: other.rename(run.id, "mine"),
        lambda: other.rename(table, "mine"),
    ):
        with pytest.raises(Problem, match="not found"):
            question()
    other.delete_table(table)
    assert store.run(run.id) == run and store.table(table).id == table


def test_the_same_bytes_of_two_owners_lie_apart(store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path, "secret of ben")
    assert store.new_upload("a.csv", b"a;b") != other.new_upload("a.csv", b"a;b")


def test_the_same_bytes_are_stored_once(store: Store) -> None:
    first = store.new_upload("a.csv", b"a;b\n1;2\n")
    assert store.new_upload("b.csv", io.BytesIO(b"a;b\n1;2\n")) == first
    assert first.read_bytes() == b"a;b\n1;2\n"
    assert len(list((store.folder / "uploads").iterdir())) == 1


def test_a_file_name_is_never_a_path(store: Store) -> None:
    path = store.new_upload("../../../evil\n.csv", b"x")
    assert path.parent.parent == store.folder / "uploads" and "evil" not in str(path)


def test_an_upload_that_is_too_large_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_UPLOAD_BYTES", "10")
    settings.cache_clear()
    try:
        with pytest.raises(Problem, match="larger than 10 B"):
            store.new_upload("a.csv", b"x" * 11)
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert list((store.folder / "uploads").iterdir()) == []


def test_tables_come_newest_first(store: Store) -> None:
    for name, created in [("a", 2.0), ("b", 3.0), ("c", 1.0)]:
        table_in(store, name=name, created=created)
    assert [card.name for card in store.tables()] == ["b", "a", "c"]


def test_one_damaged_table_does_not_hide_the_others(store: Store) -> None:
    table_in(store, name="good")
    broken = table_in(store)
    (store.table_folder(broken) / "table.json").write_text("{")
    assert [card.name for card in store.tables()] == ["good"]


def test_dependents_are_found_through_models(store: Store) -> None:
    table, elsewhere = table_in(store), table_in(store)
    model = run_on(store, table, created=1.0)
    scored = store.new_run(Request("score", model=str(model.folder), created=2.0))
    relative = store.new_run(Request("explain", model=f"../{model.id}", created=3.0))
    run_on(store, elsewhere)
    assert store.dependents(table) == [relative, scored, model]
    assert store.dependents(model.id) == [relative, scored]


def test_a_table_goes_with_all_that_was_made_from_it(store: Store) -> None:
    upload = store.new_upload("pupils.csv", b"a;b\n1;2\n")
    sha256 = values.from_json(dict, (upload.parent / "upload.json").read_bytes())["sha256"]
    table, elsewhere = table_in(store, sha256), table_in(store, name="other.csv")
    run_on(store, table, "read", arguments={"files": [{"path": str(upload), "name": "pupils.csv"}]})
    model = run_on(store, table)
    store.new_run(Request("score", model=str(model.folder)))
    kept = run_on(store, elsewhere)
    store.delete_table(table)
    assert [card.id for card in store.tables()] == [elsewhere]
    assert store.runs() == [kept]
    assert not upload.parent.exists()


def test_an_upload_stays_while_another_table_was_read_from_it(store: Store) -> None:
    upload = store.new_upload("pupils.csv", b"a;b\n1;2\n")
    sha256 = values.from_json(dict, (upload.parent / "upload.json").read_bytes())["sha256"]
    first, second = table_in(store, sha256), table_in(store, sha256)
    store.delete_table(first)
    assert upload.exists()
    store.delete_table(second)
    assert not upload.exists()


def test_the_bytes_of_a_reading_that_failed_go_with_it(store: Store) -> None:
    upload = store.new_upload("bad.csv", b"\0")
    run = run_on(store, store.new_table_id(), "read", arguments={"files": [{"path": str(upload), "name": "bad.csv"}]})
    store.delete_run(run.id)
    assert store.runs() == [] and not upload.exists()


def test_a_file_that_was_scored_goes_with_its_run(store: Store) -> None:
    upload = store.new_upload("later.csv", b"a;b\n1;2\n")
    run = store.new_run(Request("score", arguments={"file": {"path": str(upload), "name": "later.csv"}}))
    store.delete_run(run.id)
    assert not upload.exists()


def test_what_a_crash_left_half_deleted_goes_with_the_next(store: Store) -> None:
    crashed, run = store.new_run(Request("train")), store.new_run(Request("train"))
    crashed.folder.rename(crashed.folder.with_name(f".{crashed.id}"))
    assert store.runs() == [run]
    store.delete_run(run.id)
    assert list((store.folder / "runs").iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="processes end otherwise on Windows")
def test_a_run_at_work_is_ended_before_it_is_deleted(store: Store) -> None:
    table = table_in(store)
    run = run_on(store, table)
    worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    values.write(run.folder / "claim", Claim(worker.pid, psutil.Process(worker.pid).create_time()))
    store.delete_table(table)
    assert not psutil.pid_exists(worker.pid)
    worker.wait()
    assert not run.folder.exists()


def test_a_run_and_a_table_are_renamed(store: Store) -> None:
    table = table_in(store)
    run = run_on(store, table)
    store.rename(run.id, "  Winter\nterm ")
    store.rename(table, "x" * 500)
    assert run.request().name == "Winter term"
    assert store.table(table).name == "x" * 200


def test_a_home_that_cannot_be_used_is_said_with_its_place(tmp_path: Path) -> None:
    home = tmp_path / "file"
    home.write_text("in the way")
    with pytest.raises(Problem, match="Check that the folder exists") as caught:
        Store(home, "a").new_upload("a.csv", b"x")
    assert str(home) in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="an administrator may write anywhere")
def test_a_home_that_may_not_be_written_is_said_with_its_cure(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    with pytest.raises(Problem, match="may not write"):
        Store(home, "a").new_run(Request("train"))


def test_many_runs_are_listed_quickly(store: Store) -> None:
    for _ in range(100):
        store.new_run(Request("train"))
    with within(0.5):
        assert len(store.runs()) == 100
