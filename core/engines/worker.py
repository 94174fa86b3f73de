"""The process that does one run: ``python -m core.engines.worker RUN_DIR``, or ``--warm`` to wait for its folder.

It is nice, keeps within its limits and says in the folder how it ended. A warm one has torch imported and ends when its
standard input closes; once it has a run it outlives the server.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import sys
import threading
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import psutil

from core.engines.base import Run
from core.engines.life import beat
from core.engines.limits import Limits, limits, too_large, too_long
from core.engines.watch import FolderWatch, Silence

if TYPE_CHECKING:
    from core.words import Message

NICE, NICER = 10, 15
"""Somebody waits for a file to be read; a training is in nobody's way."""
LOOK_SECONDS = 0.1
BEAT_SECONDS = 1.0
ROOM_BYTES = 1_000_000_000
"""Address space that libraries take and do not fill."""


def main(arguments: list[str]) -> None:
    """Does the run named on the command line, or the one that arrives on standard input."""
    settle()
    if arguments[:1] == ["--warm"]:
        yield_to_others(NICER)
        warm()
        folder = sys.stdin.readline().strip()
        if not folder:
            leave()
    else:
        folder = arguments[0]
    work(Run(Path(folder)))
    leave()


def settle() -> None:
    """Small threads, low priority, deaf to the terminal of the server."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", "0")
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    yield_to_others(NICE)


def yield_to_others(nice: int) -> None:
    """Low priority; on Windows there is one step only."""
    if os.name == "nt":
        psutil.Process().nice(getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS"))  # noqa: B009 - absent elsewhere
    else:
        os.nice(max(0, nice - os.nice(0)))


def warm() -> None:
    """Goes the whole road once with 60 made-up rows: the first walk imports 3,000 modules, the second takes 0.1 s."""
    import pandas as pd

    from core.data.check import check
    from core.data.task import Goal, Task
    from core.engines import inline  # noqa: F401 - the next run needs it
    from core.explain import keep  # noqa: F401
    from core.explain.shapley import explain
    from core.learn.evaluate import evaluate
    from core.learn.recipe import Net, Recipe
    from core.learn.train import train

    answers = ["no" if row % 2 else "yes" for row in range(60)]
    raw = pd.DataFrame({"n": [str(row % 7) for row in range(60)], "c": answers[::-1], "t": "a word", "y": answers})
    raw["t"] += raw["n"]
    table = check(raw, (), (), domain="", kinds={"t": "text"}, table_id="", name="")
    task = Task("binary", Goal("y"), ("n", "c", "t"), ("no", "yes"), "yes")
    few = {"forest": 1, "trees": 3}  # LightGBM and scikit-learn's trees are imported, and no time is spent on more
    model, split = train(table, Recipe(task, net=Net(epochs=1)), Silence(), few)
    evaluate(model, table, split, resamples=10)
    explain(model, table.frame.iloc[:1], seconds=0.0)


def work(run: Run) -> None:
    """Does the run within its limits; how it ended stands in its folder."""
    listen(run.folder / "log.txt")
    log = logging.getLogger(__name__)
    try:
        from core.engines.inline import begin, perform

        watch = begin(run)
        if watch is None:
            log.info("taken or ended already")
            return
        bound = limits(run.request())
        yield_to_others(NICE if run.request().verb in ("read", "score") else NICER)
        fence(run, bound)
        threading.Thread(target=guard, args=(watch, bound), daemon=True).start()
        state = perform(run, watch)
        log.info("%s", state.phase)
    except Exception as error:  # the folder says why; nobody waits for a traceback
        log.debug("%s", type(error).__name__)


def listen(path: Path) -> None:
    """All that this process says from now on goes to the run's log."""
    target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(target, 1)
    os.dup2(target, 2)
    faulthandler.enable(2)
    warnings.simplefilter("ignore")  # some quote cells
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)


def fence(run: Run, bound: Limits) -> None:
    """A hard wall behind the guard for what strangers' files can make a reader allocate at one stroke."""
    if run.request().verb == "read" and sys.platform == "linux":
        import resource

        wall = bound.memory_bytes + ROOM_BYTES
        resource.setrlimit(resource.RLIMIT_DATA, (wall, wall))


def guard(watch: FolderWatch, bound: Limits) -> None:
    """Gives signs of life and ends the process where it takes more than it may."""
    mine, begun, beaten = psutil.Process(), time.monotonic(), 0.0
    while True:
        now = time.monotonic()
        if now - beaten >= BEAT_SECONDS:
            beat(watch.run.folder)
            beaten = now
        if mine.memory_info().rss > bound.memory_bytes:
            give_up(watch, too_large(bound))
        if now - begun > bound.seconds + bound.grace_seconds:
            give_up(watch, too_long(bound))
        time.sleep(LOOK_SECONDS)


def give_up(watch: FolderWatch, why: Message) -> NoReturn:
    """Says why and ends at once."""
    from core.engines.inline import finish

    finish(watch, "failed", why)
    leave()


def leave() -> NoReturn:
    """Ends without the second that taking torch apart would need; everything of worth is on disk."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
