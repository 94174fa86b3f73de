"""Open models: asked from outside, forgotten when deleted, started again when they died."""

from __future__ import annotations

import json
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import psutil
import pytest

from core.data import keep
from core.data.task import Goal
from core.deliver.ask.rows import ask_answers, ask_leaks, ask_reasons
from core.deliver.shelf import NEXT, lay
from core.engines.base import Run, Watch
from core.engines.inline import run_inline
from core.engines.residence import Patience, Residence, reply, serve
from core.engines.resident import Resident, exchange
from core.errors import Problem
from core.learn.keep import open_model
from core.learn.recipe import Recipe
from tests.core.engines.small_jobs import TASK, Bench
from tests.pace import slowness


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def run(bench: Bench) -> Run:
    run = bench.short()
    run_inline(run)
    return run


@pytest.fixture(scope="module")
def resident() -> Iterator[Resident]:
    made = Resident()
    yield made
    made.close()


def test_rows_of_the_table_are_answered_as_the_model_answers(resident: Resident, run: Run) -> None:
    said = ask_answers(resident, run, rows=[5, 3])
    expected = open_model(run.folder / "model").predict(keep.frame(run.table).iloc[[5, 3]])
    assert said.classes == TASK.classes
    np.testing.assert_array_equal(said.values, expected)


def test_a_better_model_is_answered_with_as_soon_as_it_lies_there(resident: Resident, bench: Bench) -> None:
    run, other = bench.short(), bench.train(Recipe(TASK, members=("simple",), time_budget_seconds=20))
    run_inline(run), run_inline(other)
    before = ask_answers(resident, run, rows=[5]).values
    shutil.copytree(other.folder / "model", run.folder / NEXT)
    lay(run.folder)
    after = ask_answers(resident, run, rows=[5]).values
    assert not np.array_equal(before, after)
    np.testing.assert_array_equal(after, ask_answers(resident, other, rows=[5]).values)


def test_records_are_answered_as_rows_are(resident: Resident, run: Run) -> None:
    row = keep.frame(run.table).iloc[7]
    as_text = ask_answers(resident, run, records=[{"hours": str(row["hours"]), "sleep": None}])
    as_number = ask_answers(resident, run, records=[{"hours": float(row["hours"]), "sleep": None}])
    np.testing.assert_array_equal(as_text.values, as_number.values)


def test_reasons_come_whole_and_add_up(resident: Resident, run: Run) -> None:
    made = ask_reasons(resident, run, rows=[5, 3], effort=1.0)
    assert made.columns == ("hours", "sleep") and made.rows.tolist() == [5, 3]
    assert made.values.shape == (2, 2) and made.gap < 1e-5
    np.testing.assert_array_equal(made.predictions, ask_answers(resident, run, rows=[5, 3]).values[:, 1])


def test_leaks_are_found_by_value_or_by_words(resident: Resident, bench: Bench, run: Run) -> None:
    found = ask_leaks(resident, bench.table, Goal("passed"), "binary", "education")
    assert [one.code for one in found] == [
        one["code"] for one in resident.ask("leaks", table=bench.table, goal="passed", kind="binary")
    ]


def test_a_question_that_cannot_be_answered_is_a_problem(resident: Resident, run: Run, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="There is no row 5,000"):
        ask_answers(resident, run, rows=[5000])
    with pytest.raises(Problem, match="no model"):
        ask_answers(resident, Run(tmp_path), rows=[0])
    with pytest.raises(Problem, match="mistake in Vitrine"):
        resident.ask("predict", run=str(run.folder), nonsense=1)


def test_a_server_that_died_is_started_again(resident: Resident, run: Run) -> None:
    before = resident.ask("ping")["pid"]
    psutil.Process(before).kill()
    assert resident.ask("ping")["pid"] != before
    assert len(ask_answers(resident, run, rows=[0]).values) == 1


def test_patience_ends(resident: Resident, run: Run) -> None:
    server = psutil.Process(resident.ask("ping")["pid"])
    server.suspend()
    try:
        with pytest.raises(Problem, match="did not answer within"):
            resident.ask("ping", seconds=0.2)
    finally:
        server.resume()


def test_an_open_model_answers_in_milliseconds(resident: Resident, run: Run) -> None:
    ask_answers(resident, run, rows=[0])
    taken = []
    for _ in range(11):
        begun = time.perf_counter()
        ask_answers(resident, run, rows=[0])
        taken.append(time.perf_counter() - begun)
    assert min(taken) < 0.2 * slowness()


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no such sockets here")
def test_who_does_not_know_the_token_is_told_nothing(resident: Resident, run: Run) -> None:
    resident.ask("ping")
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(resident._address))
        line.sendall(json.dumps({"verb": "ping", "token": "guess", "arguments": {}}).encode() + b"\n")
        assert b"pid" not in line.recv(1000)
    assert resident._folder is not None and resident._folder.stat().st_mode & 0o077 == 0


def test_it_ends_with_the_one_who_started_it() -> None:
    started = Resident().start()
    server = started._server
    assert server is not None and server.stdin is not None
    server.stdin.close()
    assert server.wait(20) == 0
    started.close()


def test_the_least_used_model_is_closed_and_a_deleted_one_forgotten(bench: Bench, run: Run) -> None:
    residence = Residence(most=1)
    residence.model(run.folder)
    other = bench.short()
    run_inline(other)
    residence.model(other.folder)
    assert list(residence._open) == [other.folder]
    bench.store.delete_run(other.id)
    with pytest.raises(Problem, match="no model"):
        residence.model(other.folder)
    assert len(residence) == 0


def test_a_line_that_is_no_question_is_no_crash() -> None:
    assert b"problem" in reply(Residence(1), "t", b"{")


def test_without_local_sockets_it_listens_on_this_machine_only(tmp_path: Path) -> None:
    server = serve(tmp_path, "token", local=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host, port = server.server_address  # type: ignore[attr-defined]
    question = json.dumps({"verb": "ping", "token": "token", "arguments": {}}).encode()
    assert host == "127.0.0.1" and b"pid" in exchange((host, port), question, 5.0)
    server.shutdown()
    server.server_close()


def test_who_asks_beside_others_is_answered_with_their_share_of_the_effort(monkeypatch, tmp_path):
    held = Residence(2)
    monkeypatch.setattr(held, "model", lambda folder: folder)
    monkeypatch.setattr("core.engines.residence.questions", lambda: {"told": lambda _, effort: effort})

    def told(effort: float | None) -> object:
        line = msgspec.json.encode({"verb": "told", "token": "t", "arguments": {"run": "r", "effort": effort}})
        return msgspec.json.decode(reply(held, "t", line))["answer"]

    with held.asked(0.0) as first, held.asked(4.0) as second:
        assert (first, second) == (1, 2)
        assert told(0.09) == pytest.approx(0.03) and told(None) is None
    assert told(0.09) == pytest.approx(0.09)


def test_quick_questions_are_answered_one_after_another_and_long_ones_beside_them(monkeypatch, tmp_path):
    held, inside, most = Residence(2), [0], [0]
    monkeypatch.setattr(held, "model", lambda folder: folder)

    def told(_: object, effort: float) -> None:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        time.sleep(0.02)
        inside[0] -= 1

    monkeypatch.setattr("core.engines.residence.questions", lambda: {"told": told})

    def asked(effort: float) -> int:
        most[0] = 0
        line = msgspec.json.encode({"verb": "told", "token": "t", "arguments": {"run": "r", "effort": effort}})
        threads = [threading.Thread(target=reply, args=(held, "t", line)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return most[0]

    assert asked(0.08) == 1
    assert asked(4.0) > 1


def test_what_nobody_waits_for_lets_others_pass(monkeypatch):
    held, order = Residence(2), []
    monkeypatch.setattr(held, "model", lambda folder: folder)

    def graded(_: object, watch: Watch) -> None:
        assert not watch.should_stop() and watch.cores() == 1
        order.append("grade")

    monkeypatch.setattr("core.engines.residence.questions", lambda: {"grade": graded})
    line = msgspec.json.encode({"verb": "grade", "token": "t", "arguments": {"run": "r"}})
    grading = threading.Thread(target=reply, args=(held, "t", line))
    with held.asked(0.08) as many:
        grading.start()
        time.sleep(0.1)
        order.append("answer")
        assert many == 1 and order == ["answer"]
    grading.join()
    assert order == ["answer", "grade"]


def test_but_not_for_ever():
    held = Residence(2)
    watch = Patience(held, rests=0.05)
    with held.asked(0.08):
        begun = time.monotonic()
        assert not watch.should_stop()
        assert time.monotonic() - begun >= 0.05 and watch.rests <= 0
        begun = time.monotonic()
        watch.should_stop()
        assert time.monotonic() - begun < 0.05


def test_who_asks_beside_a_grade_has_the_whole_of_the_effort(monkeypatch):
    held, told = Residence(2), []
    monkeypatch.setattr(held, "model", lambda folder: folder)

    def graded(_: object, watch: Watch) -> None:
        line = msgspec.json.encode({"verb": "told", "token": "t", "arguments": {"run": "r", "effort": 0.09}})
        told.append(msgspec.json.decode(reply(held, "t", line))["answer"])

    monkeypatch.setattr("core.engines.residence.questions", lambda: {"grade": graded, "told": lambda _, effort: effort})
    reply(held, "t", msgspec.json.encode({"verb": "grade", "token": "t", "arguments": {"run": "r"}}))
    assert told == [pytest.approx(0.09)]


def test_a_model_is_made_ready_before_anyone_asks(run: Run) -> None:
    held = Residence(1)
    line = msgspec.json.encode({"verb": "ready", "token": "t", "arguments": {"run": str(run.folder)}})
    assert msgspec.json.decode(reply(held, "t", line)) == {"answer": None}
    made = vars(held.model(run.folder).basis)
    assert any(name.endswith("support.ground") for name in made)


def test_a_hint_starts_no_server_and_says_nothing_of_what_went_wrong(resident: Resident, tmp_path: Path) -> None:
    asleep = Resident()
    asleep.hint("ready", run=str(tmp_path))
    assert asleep._server is None
    resident.start().hint("ready", run=str(tmp_path))
