"""The scheduler with real processes: started, queued, stopped, killed, found again."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from core import values
from core.engines.base import Run
from core.engines.job import vanished
from core.engines.life import Claim, claimed, holder
from core.engines.processes import Processes
from tests.core.engines.small_jobs import LARGE, Bench, training, wait

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are not those of Windows")


def ended(run: Run) -> bool:
    return run.state().ended


def lent(run: Run) -> str:
    return (run.folder / "cores").read_text()


def test_a_file_is_read_by_a_process_of_its_own(bench: Bench, processes: Processes) -> None:
    run = bench.read()
    processes.submit(run)
    wait(lambda: ended(run))
    state = run.state()
    assert state.phase == "done", (run.folder / "log.txt").read_text()
    assert state.pid != os.getpid()
    assert bench.store.table(run.table.name).rows == 1_200


def test_a_run_submitted_twice_is_one_job(bench: Bench, processes: Processes) -> None:
    run = bench.read()
    for _ in range(3):
        processes.submit(run)
    wait(lambda: ended(run))
    processes.submit(run)
    assert run.state().phase == "done" and processes.place(run) is None
    assert (
        sum(event.message is not None and event.message.text == "Storing the data set" for event in run.events()[0])
        == 1
    )


def test_an_owner_with_many_files_does_not_keep_another_waiting(bench: Bench, processes: Processes) -> None:
    other = Bench(bench.home, "ben")
    mine = [bench.read(b"a;b\n%d;2\n3;4\n5;6\n" % i) for i in range(3)]
    theirs = other.read()
    for run in (*mine, theirs):
        processes.submit(run)
    wait(processes.running)
    assert [processes.place(run) for run in (mine[1], mine[2], theirs)] == [2, 3, 1]
    wait(lambda: all(ended(run) for run in (*mine, theirs)))
    started = sorted((run.state().started or 0, run.id) for run in (*mine, theirs))
    assert [name for _, name in started][1] == theirs.id


def test_an_idle_core_is_lent_and_taken_back(bench: Bench, processes: Processes) -> None:
    first, second = bench.long(), bench.long()
    processes.submit(first)
    wait(lambda: training(first))
    assert lent(first) == "2"
    processes.submit(second)
    wait(lambda: training(second))
    assert (lent(first), lent(second)) == ("1", "1")
    os.kill(second.state().pid or 0, signal.SIGKILL)
    wait(lambda: lent(first) == "2", 1.0)


def test_a_killed_worker_is_said_within_half_a_second(bench: Bench, processes: Processes) -> None:
    run = bench.read(LARGE)
    processes.submit(run)
    wait(lambda: run.state().phase == "running")
    os.kill(run.state().pid or 0, signal.SIGKILL)
    assert wait(lambda: ended(run), 2.0) < 0.5
    state = run.state()
    assert state.phase == "interrupted" and state.message is not None
    after = bench.read()
    processes.submit(after)
    wait(lambda: ended(after))
    assert after.state().phase == "done"


def test_a_lost_training_says_train_again() -> None:
    assert "Train again" in vanished("train").english()


def test_stop_keeps_the_best_so_far(bench: Bench, processes: Processes) -> None:
    run = bench.long()
    processes.submit(run)
    wait(lambda: training(run))
    processes.stop(run)
    wait(lambda: ended(run), 10.0)
    assert run.state().phase == "stopped" and run.usable


def test_a_waiting_run_is_stopped_without_ever_starting(bench: Bench, tmp_path: Path) -> None:
    run = bench.read()
    idle = Processes(tmp_path, cores=1, warm=False)
    idle.submit(run)
    idle.stop(run)
    idle.start()
    wait(lambda: ended(run), 2.0)
    assert run.state().phase == "stopped" and claimed(run) is None
    idle.close()


def test_a_worker_that_does_not_stop_is_ended(bench: Bench, processes: Processes) -> None:
    run = bench.read(LARGE)
    processes.submit(run)
    wait(lambda: run.state().phase == "running")
    process = psutil.Process(run.state().pid)
    process.suspend()
    for job in processes._jobs.values():
        job.limits = replace(job.limits, grace_seconds=0.3)
    processes.stop(run)
    wait(lambda: ended(run), 3.0)
    assert run.state().phase == "stopped" and not psutil.pid_exists(process.pid)


def test_a_new_server_finds_what_the_old_one_left(bench: Bench, tmp_path: Path) -> None:
    running, waiting, lost = bench.read(LARGE), bench.read(), bench.read(b"a;b\n1;2\n")
    old = Processes(tmp_path, cores=1, warm=False).start()
    old.submit(running)
    wait(lambda: running.state().phase == "running")
    old.close()
    lost.set_state("running", pid=os.getpid(), started=1.0)
    values.write(lost.folder / "claim", Claim(os.getpid(), 1.0))
    new = Processes(tmp_path, cores=1, warm=False).start()
    try:
        assert running in new.running() and new.place(waiting) == 1
        wait(lambda: ended(lost), 1.0)
        assert lost.state().phase == "interrupted" and running.state().phase == "running"
        os.kill(running.state().pid or 0, signal.SIGKILL)
        assert wait(lambda: ended(running), 2.0) < 0.5
        wait(lambda: ended(waiting))
        assert waiting.state().phase == "done"
    finally:
        new.close()


def test_a_warm_worker_is_used_and_ends_with_the_server(bench: Bench, tmp_path: Path) -> None:
    server = Processes(tmp_path, cores=1, refill_seconds=0.2).start()
    wait(lambda: server._spare is not None)
    spare = server._spare
    assert spare is not None
    run = bench.short()
    server.submit(run)
    wait(lambda: ended(run))
    assert run.state().phase == "done", (run.folder / "log.txt").read_text()
    assert run.state().pid == spare.pid
    wait(lambda: server._spare is not None)
    second = server._spare
    server.close()
    assert second is not None and second.poll() is not None


def test_a_run_deleted_while_at_work_leaves_no_process(bench: Bench, processes: Processes) -> None:
    run = bench.read(LARGE)
    processes.submit(run)
    wait(lambda: run.state().phase == "running")
    process = holder(run)
    bench.store.delete_run(run.id)
    wait(lambda: not processes.running(), 2.0)
    assert process is not None and not process.is_running()
