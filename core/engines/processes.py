"""The one scheduler of a web process: who works, who waits, on how many cores.

It keeps nothing that is not in the run folders: a new server adopts what still runs and lines up what still waits.
"""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

from core.engines.base import ENDED, Run
from core.engines.job import Job, hand, launch, launch_warm, vanished
from core.engines.life import claimed, living
from core.engines.limits import limits
from core.engines.line import Line, Ticket, lend
from core.errors import Problem
from core.settings import settings
from core.words import N_, Message

log = logging.getLogger(__name__)

TICK_SECONDS = 0.05
IDLE_SECONDS = 1.0
HEAVY = {"train", "explain", "lesson", "audit"}
"""Verbs that compute for long: they share the cores, and get the warm worker."""


class Processes:
    """Runs jobs as processes and watches over them from one thread.

    Args:
        home: the data folder; what it left running or waiting is taken up by ``start``.
        cores: lent to jobs that compute; those that read or score have their own lane of half as many.
        warm: keep one worker ready that has torch imported.
        refill_seconds: how long after the start, and after its use, the next one is made: others need the core first.
    """

    def __init__(self, home: Path, cores: int, warm: bool = True, refill_seconds: float = 4.0) -> None:
        self.home, self.cores, self.warm, self.refill_seconds = home, max(1, cores), warm, refill_seconds
        self._line, self._jobs, self._unsaid = Line(), dict[Run, Job](), list[Job]()
        self._lock, self._wake, self._over = threading.RLock(), threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._spare: subprocess.Popen[str] | None = None
        self._refill_at = 0.0

    def start(self) -> Processes:
        """Takes up what an earlier server left and begins; asked again it does nothing."""
        with self._lock:
            if self._thread is None:
                self._adopt()
                self._refill_at = time.monotonic() + self.refill_seconds
                self._thread = threading.Thread(target=self._watch, name="processes", daemon=True)
                self._thread.start()
        return self

    def close(self) -> None:
        """Ends the scheduler and the warm worker; jobs go on by themselves."""
        self._over.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        if self._spare is not None:
            self._spare.kill()
            self._spare.communicate()

    def submit(self, run: Run) -> None:
        """Lines a run up; a second time changes nothing."""
        with self._lock:
            if run not in self._jobs and not run.state().ended:
                self._line.join(_ticket(run))
        self._wake.set()

    def stop(self, run: Run) -> None:
        """Asks a run to stop and keep what it has; it is ended where it does not."""
        if not run.state().ended:
            run.ask_to_stop()
        self._wake.set()

    def place(self, run: Run) -> int | None:
        """Place in the queue, counted from 1; None where it does not wait."""
        with self._lock:
            for lane in ("read", "work"):
                for place, ticket in enumerate(self._line.order(lane, self._busy(lane)), start=1):
                    if ticket.run == run:
                        return place
        return None

    def running(self) -> list[Run]:
        """Runs at work, the oldest first."""
        with self._lock:
            return list(self._jobs)

    def _watch(self) -> None:
        while not self._over.is_set():
            self._wake.wait(TICK_SECONDS if self._jobs or self._line.tickets else IDLE_SECONDS)
            self._wake.clear()
            try:
                self._tick()
            except Exception:
                log.exception("scheduler")

    def _tick(self) -> None:
        with self._lock:
            for job in list(self._jobs.values()):
                self._look(job)
            self._say()
            for ticket in list(self._line.tickets):
                self._forget_stopped(ticket)
            for lane, room in (("read", max(1, self.cores // 2)), ("work", self.cores)):
                self._fill(lane, room)
            self._lend()
            self._refill()

    def _look(self, job: Job) -> None:
        if not job.gone():
            job.check()
            return
        del self._jobs[job.run]
        self._unsaid.append(job)

    def _say(self) -> None:
        """How jobs ended is said again until the disk takes it."""
        for job in list(self._unsaid):
            with suppress(OSError, Problem):
                job.close()
                self._unsaid.remove(job)

    def _forget_stopped(self, ticket: Ticket) -> None:
        run = ticket.run
        if not (run.folder / "request.json").is_file():
            self._line.leave(run)
        elif run.asked_to_stop():
            self._line.leave(run)
            run.set_state("stopped", message=Message(N_("Stopped before it had begun.")))

    def _busy(self, lane: str) -> list[str]:
        return [job.owner for job in self._jobs.values() if _lane(job.verb) == lane]

    def _fill(self, lane: str, room: int) -> None:
        while len(self._busy(lane)) < room:
            order = self._line.order(lane, self._busy(lane))
            if not order:
                return
            self._line.served(order[0])
            self._begin(order[0])

    def _begin(self, ticket: Ticket) -> None:
        run = ticket.run
        try:
            request = run.request()
            job = Job(run, request.verb, ticket.owner, limits(request))
            job.lend(1)
            job.child = self._worker(run, request.verb)
            self._jobs[run] = job
        except (OSError, Problem):
            log.exception("could not start")
            if run.folder.is_dir():
                run.set_state("failed", message=Message(N_("The machine could not start this now. Try again later.")))

    def _worker(self, run: Run, verb: str) -> subprocess.Popen[str]:
        spare = self._spare
        if verb in HEAVY and spare is not None:
            self._spare, self._refill_at = None, time.monotonic() + self.refill_seconds
            if hand(spare, run):
                return spare
        return launch(run)

    def _lend(self) -> None:
        workers = [job for job in self._jobs.values() if _lane(job.verb) == "work"]
        readers = len(self._jobs) - len(workers)
        for job, cores in zip(workers, lend(self.cores - readers, len(workers)), strict=True):
            job.lend(cores)

    def _refill(self) -> None:
        if not self.warm:
            return
        if self._spare is not None and self._spare.poll() is not None:
            self._spare, self._refill_at = None, time.monotonic() + 10 * self.refill_seconds
        if self._spare is None and time.monotonic() >= self._refill_at:
            self._spare = launch_warm()

    def _adopt(self) -> None:
        left = [Run(path.parent) for path in self.home.glob("owners/*/runs/[!.]*/state.json")]
        for run in sorted(left, key=lambda run: run.folder.stat().st_mtime):
            try:
                self._take_up(run)
            except (OSError, Problem):
                log.warning("run %s cannot be read", run.id)

    def _take_up(self, run: Run) -> None:
        if run.state().phase in ENDED:
            return
        taken, ticket, request = claimed(run), _ticket(run), run.request()
        process = living(taken) if taken else None
        if taken is None and run.state().phase == "queued":
            self._line.join(ticket)
        else:
            job = Job(run, request.verb, ticket.owner, limits(request), process=process)
            job.fate = ("interrupted", vanished(request.verb))
            self._jobs[run] = job


def _lane(verb: str) -> str:
    return "work" if verb in HEAVY else "read"


def _ticket(run: Run) -> Ticket:
    request = run.request()
    return Ticket(run, request.owner or run.folder.parent.parent.name, _lane(request.verb))


_once = threading.Lock()


@cache
def _the_one() -> Processes:
    return Processes(settings().home, settings().cores).start()


def processes() -> Processes:
    """The scheduler of this process, at work: the same for every thread."""
    with _once:
        return _the_one()
