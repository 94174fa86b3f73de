"""Who works on a run: one process at most, known by its pid and its start."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from core import values
from core.engines.base import Run
from core.errors import Problem

TOLERANCE = 2.0
"""Seconds by which two readings of a start may differ: the clock is set while machines run."""


@dataclass(frozen=True)
class Claim:
    """The process that took a run; ``started`` in seconds since 1970 tells it from a later one with its pid."""

    pid: int
    started: float


def claim(run: Run) -> Claim | None:
    """Takes the run for this process; None where another has taken it already."""
    mine = Claim(os.getpid(), psutil.Process().create_time())
    try:
        with (run.folder / "claim").open("xb") as target:
            target.write(values.to_json(mine))
    except FileExistsError:
        return None
    return mine


def claimed(run: Run) -> Claim | None:
    """Who took the run, whether it still lives or not."""
    try:
        return values.read(run.folder / "claim", Claim)
    except (OSError, Problem):
        return None


def holder(run: Run) -> psutil.Process | None:
    """The living process that works on the run."""
    taken = claimed(run)
    return living(taken) if taken else None


def living(taken: Claim) -> psutil.Process | None:
    """The process of a claim, unless it ended or its pid went to another."""
    try:
        process = psutil.Process(taken.pid)
        same = abs(process.create_time() - taken.started) <= TOLERANCE
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None


def put_down(run: Run, seconds: float = 5.0) -> None:
    """Ends the process that works on the run and waits until it is gone; this process is never ended."""
    process = holder(run)
    if process is None or process.pid == os.getpid():
        return
    with suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
        process.kill()
        process.wait(seconds)


def beat(folder: Path) -> None:
    """A sign of life: the time of ``state.json`` moves, its content does not."""
    with suppress(OSError):
        os.utime(folder / "state.json")
