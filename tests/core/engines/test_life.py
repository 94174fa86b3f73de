"""Who works on a run."""

import os
import subprocess
import sys
from pathlib import Path

import psutil

from core import values
from core.engines.base import Request, Run
from core.engines.life import Claim, claim, holder, put_down


def run_in(folder: Path) -> Run:
    run = Run(folder)
    values.write(folder / "request.json", Request("train"))
    run.set_state("queued")
    return run


def taken_by(run: Run, process: subprocess.Popen[bytes]) -> None:
    values.write(run.folder / "claim", Claim(process.pid, psutil.Process(process.pid).create_time()))


def sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])


def test_a_run_is_taken_once(tmp_path: Path) -> None:
    run = run_in(tmp_path)
    assert claim(run) is not None
    assert claim(run) is None
    process = holder(run)
    assert process is not None and process.pid == os.getpid()


def test_a_later_process_with_the_same_pid_is_another(tmp_path: Path) -> None:
    run = run_in(tmp_path)
    values.write(run.folder / "claim", Claim(os.getpid(), psutil.Process().create_time() - 100))
    assert holder(run) is None


def test_a_dead_process_that_nobody_reaped_does_not_live(tmp_path: Path) -> None:
    run = run_in(tmp_path)
    process = sleeper()
    taken_by(run, process)
    assert holder(run) is not None
    psutil.Process(process.pid).kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert holder(run) is None
    process.wait()


def test_whoever_works_on_a_run_is_put_down(tmp_path: Path) -> None:
    run = run_in(tmp_path)
    process = sleeper()
    taken_by(run, process)
    put_down(run)
    assert not psutil.pid_exists(process.pid)
    process.wait()


def test_this_process_is_never_put_down(tmp_path: Path) -> None:
    run = run_in(tmp_path)
    claim(run)
    put_down(run)
    assert holder(run) is not None
