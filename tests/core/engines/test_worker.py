"""What one worker does and how it ends."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest

from core.engines.base import Run
from core.engines.inline import perform
from core.engines.watch import FolderWatch
from core.errors import Problem
from core.settings import PROJECT
from tests.core.engines.small_jobs import LARGE, Bench, wait


def work(run: Run, seconds: float = 60.0) -> int:
    done = subprocess.run([sys.executable, "-m", "core.engines.worker", str(run.folder)], cwd=PROJECT, timeout=seconds)
    return done.returncode


def said(run: Run) -> str:
    message = run.state().message
    return message.english() if message else ""


HEAVY = ("torch", "sklearn", "scipy", "lightgbm", "shap", "plotly", "streamlit")


def started(code: str) -> tuple[str, float]:
    """What a fresh Python says, and the seconds of a processor it took."""
    before = os.times()
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    after = os.times()
    used = after.children_user - before.children_user + after.children_system - before.children_system
    return done.stdout.strip(), used


def test_a_reader_starts_without_what_only_training_needs() -> None:
    """Its start is most of the wait for a small file, and most of the start is pandas."""
    code = f"import sys; from core.engines import inline, worker; print(*({set(HEAVY)} & set(sys.modules)))"
    readers = [started(code) for _ in range(2)]
    assert readers[0][0] == ""
    least = min(started("import pandas, pyarrow.parquet")[1] for _ in range(2))
    assert min(used for _, used in readers) < 2 * least + 0.2


def test_a_file_that_cannot_be_read_is_refused_in_words(bench: Bench) -> None:
    run = bench.read(b"")
    work(run)
    assert run.state().phase == "failed" and "incident" not in said(run)


def test_a_mistake_of_ours_gets_a_number_and_no_cells_in_the_log(bench: Bench) -> None:
    run = bench.short()
    (run.table / "frame.parquet").write_bytes(b"SECRET CELL")
    work(run)
    assert run.state().phase == "failed" and "Traceback" not in said(run)
    assert "SECRET CELL" not in (run.folder / "log.txt").read_text()


def test_too_much_memory_is_said_so(bench: Bench) -> None:
    run = bench.read(memory_bytes=60_000_000)
    work(run)
    assert run.state().phase == "failed" and "more than 60 MB of memory" in said(run)


def test_an_endless_training_leaves_a_model_at_its_time_limit(bench: Bench) -> None:
    run = bench.long(limit_seconds=6.0)
    work(run)
    assert run.state().phase in ("stopped", "done") and run.usable


def test_work_that_reached_its_limit_says_so(bench: Bench) -> None:
    run = bench.read(limit_seconds=7.0)
    with pytest.raises(Problem):
        perform(run, FolderWatch(run, limit=0.0))
    assert run.state().phase == "stopped" and "not finished after 7" in said(run)


def test_a_run_is_never_done_twice(bench: Bench) -> None:
    run = bench.read()
    work(run)
    first = run.state()
    work(run)
    assert run.state() == first


@pytest.mark.skipif(os.name == "nt", reason="nice is not Windows'")
def test_a_worker_is_nice_and_shows_that_it_lives(bench: Bench) -> None:
    run = bench.read(LARGE)
    worker = subprocess.Popen([sys.executable, "-m", "core.engines.worker", str(run.folder)], cwd=PROJECT)
    try:
        wait(lambda: run.state().phase == "running")
        assert psutil.Process(worker.pid).nice() >= 10
        before = (run.folder / "state.json").stat().st_mtime
        wait(lambda: (run.folder / "state.json").stat().st_mtime > before, 3.0)
    finally:
        worker.kill()
        worker.wait()


def test_a_warm_worker_ends_when_nobody_needs_it() -> None:
    warm = subprocess.Popen([sys.executable, "-m", "core.engines.worker", "--warm"], cwd=PROJECT, stdin=subprocess.PIPE)
    assert warm.stdin is not None
    warm.stdin.close()
    assert warm.wait(60) == 0


def test_a_warm_worker_trains_the_same_model_as_a_cold_one(bench: Bench) -> None:
    cold, warm = bench.short(), bench.short()
    work(cold)
    ready = subprocess.Popen(
        [sys.executable, "-m", "core.engines.worker", "--warm"], cwd=PROJECT, stdin=subprocess.PIPE, text=True
    )
    ready.communicate(f"{warm.folder}\n", timeout=300)
    assert warm.state().phase == "done", (warm.folder / "log.txt").read_text()
    name = "model/weights.safetensors"
    assert (warm.folder / name).read_bytes() == (cold.folder / name).read_bytes()
