"""The resident worker: ``python -m core.engines.residence FOLDER`` holds open models and answers lines of JSON.

It listens on a socket inside ``FOLDER`` (127.0.0.1 where there are no such sockets), hears only who knows the token
that came as the first line of standard input, and ends when standard input closes.
"""

from __future__ import annotations

import logging
import math
import os
import socket
import socketserver
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from hmac import compare_digest
from pathlib import Path
from typing import Any

import msgspec
import psutil

from core.deliver import shelf
from core.deliver.opened import Opened
from core.deliver.questions import questions
from core.deliver.shelf import no_model
from core.engines.base import Event
from core.engines.inline import incident
from core.engines.limits import is_shortage
from core.errors import Problem
from core.settings import settings
from core.words import N_, Message

LINE_BYTES = 64_000_000
QUICK = 0.2
"""Questions that ask for less effort (seconds) than this are answered one after another: side by side in one
interpreter each would wait for all the others."""
PATIENT = frozenset({"grade", "ready"})
"""Questions that nobody waits for: they rest while others are answered,"""
RESTS, LOOK = 6.0, 0.01
"""in all no longer than so many seconds, looking again after so many."""
FREE_SHARE = 0.1
"""Below this share of free memory, models that nobody asks are closed."""


class Residence:
    """Open models, the least used closed first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._open: OrderedDict[Path, Opened] = OrderedDict()
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._asked = 0

    def model(self, folder: Path) -> Opened:
        """The model of a run.

        Raises:
            Problem: the run has none, or it was deleted.
        """
        with self._lock:
            self._tidy()
            stamp = _stamp(folder)
            held = self._open.get(folder)
            if held is None or held.stamp != stamp:
                held = Opened(folder, shelf.take(folder), stamp)
                self._open[folder] = held
            self._open.move_to_end(folder)
            while len(self._open) > 1 and (len(self._open) > self.most or _short_of_memory()):
                self._open.popitem(last=False)
            return held

    def __len__(self) -> int:
        return len(self._open)

    def busy(self) -> bool:
        """Whether anyone waits for an answer."""
        return self._asked > 0

    @contextmanager
    def asked(self, effort: float) -> Iterator[int]:
        """How many people wait for an answer, this one among them; who asks for a quick one waits for its turn."""
        with self._lock:
            self._asked += 1
            many = self._asked
        try:
            with self._turn if 0 < effort < QUICK else nullcontext():
                yield many
        finally:
            with self._lock:
                self._asked -= 1

    def _tidy(self) -> None:
        """What was deleted on disk is forgotten here as well."""
        for folder in [folder for folder in self._open if not (folder / "model").is_dir()]:
            del self._open[folder]


@dataclass
class Patience:
    """A ``Watch`` of work that nobody waits for."""

    residence: Residence
    rests: float = RESTS
    """Seconds that are left to rest."""

    def emit(self, event: Event) -> None:
        pass

    def should_stop(self) -> bool:
        """Never; but others are let pass first."""
        begun = time.monotonic()
        while self.residence.busy() and time.monotonic() - begun < self.rests:
            time.sleep(LOOK)
        self.rests -= time.monotonic() - begun
        return False

    def cores(self) -> int:
        return 1

    def seconds_left(self) -> float:
        return math.inf


def _stamp(folder: Path) -> shelf.Stamp:
    """Which of a run's models it is: a first answer is replaced by a better one."""
    for _ in range(shelf.TRIES):
        found = shelf.stamp(folder)
        if found is not None:
            return found
        if not (folder / shelf.OLD).is_dir():
            break
        time.sleep(shelf.PAUSE_SECONDS)
    raise no_model()


def _short_of_memory() -> bool:
    memory = psutil.virtual_memory()
    return bool(memory.available < memory.total * FREE_SHARE)


def leaks(residence: Residence, table: str, goal: Any, kind: str, domain: str = "") -> Any:
    """Columns that alone give the answer, as findings. ``goal``: JSON of a ``Goal``, or its text."""
    from core.data import goal as goals
    from core.data import keep
    from core.data.leaks import leaks as look
    from core.data.task import Goal
    from core.domains import domains

    folder = Path(table)
    schema = keep.card(folder).schema
    asked = goals.parse_goal(goal, schema) if isinstance(goal, str) else msgspec.convert(goal, Goal)
    return look(keep.frame(folder), schema, asked, kind, domains().get(domain))  # type: ignore[arg-type]


def ping(residence: Residence) -> dict[str, Any]:
    """That it lives, and how many models are open."""
    return {"pid": os.getpid(), "open": len(residence)}


VERBS: dict[str, Callable[..., Any]] = {"leaks": leaks, "ping": ping}
"""Those that need no model; ``questions`` has the others."""


def _answer(residence: Residence, verb: str, arguments: dict[str, Any]) -> Any:
    if verb in VERBS:
        return VERBS[verb](residence, **arguments)
    held = residence.model(Path(arguments.pop("run")))
    if verb in PATIENT:
        return questions()[verb](held, watch=Patience(residence), **arguments)
    effort = float(arguments.get("effort") or 0.0)
    with residence.asked(effort) as many:
        if effort:  # so that all have their answer in time, a little less precise, which is said
            arguments["effort"] = effort / many
        return questions()[verb](held, **arguments)


def reply(residence: Residence, token: str, line: bytes) -> bytes:
    """The answer to one line, or the Problem that kept it from being given."""
    try:
        question = msgspec.json.decode(line)
        if not compare_digest(str(question["token"]), token):
            return b'{"problem":{"text":""}}'
        return _encode({"answer": _answer(residence, question["verb"], question["arguments"])})
    except Problem as problem:
        return _encode({"problem": problem.message})
    except Exception as error:
        shortage = Message(N_("There was not enough memory to answer. Close other work, or ask for fewer rows."))
        return _encode({"problem": shortage if is_shortage(error) else incident(error)})


def _encode(value: Any) -> bytes:
    return msgspec.json.encode(value, enc_hook=lambda other: other.tolist() if hasattr(other, "tolist") else str(other))


def serve(folder: Path, token: str, local: bool = hasattr(socket, "AF_UNIX")) -> socketserver.BaseServer:
    """A server that listens, inside ``folder`` or (not ``local``) on a port of 127.0.0.1; nobody is told yet."""
    residence = Residence(settings().resident_models)

    class Line(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            line = self.rfile.readline(LINE_BYTES)
            if line.endswith(b"\n"):
                self.wfile.write(reply(residence, token, line) + b"\n")

    kind = socketserver.ThreadingUnixStreamServer if local else socketserver.ThreadingTCPServer
    server = kind(str(folder / "line") if local else ("127.0.0.1", 0), Line)  # type: ignore[arg-type]
    server.daemon_threads = True
    return server


def get_ready() -> None:
    """Imports what the first question would wait for; models answer without torch."""
    from core.data import leaks  # noqa: F401
    from core.explain import shapley  # noqa: F401
    from core.learn import keep  # noqa: F401
    from core.learn.trees.library import lightgbm
    from core.whatif import ask, counterfactual, group  # noqa: F401

    questions()
    lightgbm()


def end_with(source: Any) -> None:
    """Ends this process when the one that started it is gone."""
    source.read()
    os._exit(0)


def main() -> None:
    """Listens, says where, and answers until standard input closes."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    token = sys.stdin.readline().strip()
    server = serve(Path(sys.argv[1]), token)
    threading.Thread(target=end_with, args=(sys.stdin,), daemon=True).start()
    print(msgspec.json.encode(server.server_address).decode(), flush=True)
    threading.Thread(target=get_ready, daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
