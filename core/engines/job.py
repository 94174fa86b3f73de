"""A run at work, as its scheduler sees it from outside."""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field

import psutil

from core.engines.base import Phase, Run, Verb
from core.engines.limits import Limits, too_large, too_long
from core.engines.spawn import spawn
from core.words import N_, Message

STOP_SECONDS_AT_MOST = 60.0
"""A training that is seen to save what it has gets this long after the stop."""
STOP_SHARE = 0.25
"""Of the time a training has taken so far, what it gets on top of its grace to come to an end."""
LOOK_SECONDS = 0.5
ALLOWANCE = 1.1
"""The worker guards its own memory; from outside it is ended a little later, should its guard be stuck."""
WORKER = "core.engines.worker"

Fate = tuple[Phase, Message]


@dataclass
class Job:
    """A run and its process: a child of ours, or one that an earlier server left behind."""

    run: Run
    verb: Verb
    owner: str
    limits: Limits
    child: subprocess.Popen[str] | None = None
    process: psutil.Process | None = None
    begun: float = field(default_factory=time.monotonic)
    asked: float | None = None
    """When the stop was first seen."""
    looked: float = 0.0
    cores: int = 0
    fate: Fate | None = None
    """What to record when it is gone without having said how it ended."""

    def gone(self) -> bool:
        """Whether the process has ended; reaps it."""
        if self.child is not None:
            return self.child.poll() is not None
        try:
            return self.process is None or self.process.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    def kill(self, fate: Fate) -> None:
        """Ends it at once."""
        self.fate = self.fate or fate
        process = self.child or self.process
        if process is not None:
            with suppress(ProcessLookupError, psutil.NoSuchProcess):
                process.kill()

    def lend(self, cores: int) -> None:
        """Says how many cores it may use; it looks at each epoch."""
        if cores != self.cores:
            with suppress(OSError):  # deleted in this moment
                (self.run.folder / "cores").write_text(str(cores))
            self.cores = cores

    def check(self) -> None:
        """Ends it where it was asked to stop and did not, or takes more than it may."""
        now = time.monotonic()
        if self.run.asked_to_stop():
            self.asked = self.asked or now
            if now > self._stop_by():
                self.kill(("stopped", Message(N_("Stopped as you asked, before there was anything to keep."))))
        if now - self.begun > self.limits.seconds + 2 * self.limits.grace_seconds:
            self.kill(("failed", too_long(self.limits)))
        if now - self.looked > LOOK_SECONDS:
            self.looked = now
            if self._bytes() > self.limits.memory_bytes * ALLOWANCE:
                self.kill(("failed", too_large(self.limits)))

    def _stop_by(self) -> float:
        """When patience ends: a training gets more, the more work there is to lose, and all of it once it saves."""
        asked = self.asked or 0.0
        if self.verb != "train":
            return asked + self.limits.grace_seconds
        if (self.run.folder / "model").is_dir():
            return asked + STOP_SECONDS_AT_MOST
        at_stake = STOP_SHARE * (asked - self.begun)
        return asked + min(STOP_SECONDS_AT_MOST, self.limits.grace_seconds + at_stake)

    def _bytes(self) -> int:
        try:
            self.process = self.process or psutil.Process(self.child.pid if self.child else None)
            return int(self.process.memory_info().rss)
        except psutil.Error:
            return 0

    def close(self) -> None:
        """Records how it ended where it could not do so itself."""
        if not (self.run.folder / "state.json").is_file() or self.run.state().ended:
            return  # deleted, or said by itself
        phase, message = self.fate or ("interrupted", vanished(self.verb))
        if self.run.usable:
            phase = "stopped"
            message = Message(N_("The model is ready and was measured; only the overall reasons are missing."))
        self.run.set_state(phase, message=message)


def vanished(verb: Verb) -> Message:
    """What to say of a process that ended without a word."""
    if verb == "train":
        return Message(
            N_(
                "Training ended without warning: the machine was restarted, or ran short of memory. "
                "Your data is safe. Train again."
            )
        )
    return Message(
        N_("This ended without warning: the machine was restarted, or ran short of memory. Start it once more.")
    )


def launch(run: Run) -> subprocess.Popen[str]:
    """A cold worker for a run."""
    with (run.folder / "log.txt").open("ab") as log:
        return spawn(WORKER, str(run.folder.resolve()), stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def launch_warm() -> subprocess.Popen[str]:
    """A worker that gets ready and waits for the folder of a run as one line."""
    return spawn(WORKER, "--warm", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def hand(warm: subprocess.Popen[str], run: Run) -> bool:
    """Gives a run to a warm worker; False where it has died."""
    if warm.poll() is not None or warm.stdin is None:
        return False
    try:
        warm.stdin.write(f"{run.folder.resolve()}\n")
        warm.stdin.close()
    except OSError:
        return False
    return True
