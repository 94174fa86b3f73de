"""Open models that answer at once, asked from here: a light client that starts their server when it is needed."""

from __future__ import annotations

import queue
import secrets
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from core.engines.spawn import spawn
from core.errors import Problem
from core.settings import settings
from core.words import N_, Message

SERVER = "core.engines.residence"
START_SECONDS = 60.0


class Resident:
    """The line to the resident worker, which ends with this process.

    Every question is a connection of its own, so any thread may ask.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server: subprocess.Popen[str] | None = None
        self._folder: Path | None = None
        self._address: tuple[str, int] | str | None = None
        self._token = secrets.token_hex(16)

    def start(self) -> Resident:
        """Makes sure that the server runs."""
        with self._lock:
            self._connectable()
        return self

    def close(self) -> None:
        """Ends the server."""
        with self._lock:
            self._end()

    def ask(self, verb: str, *, seconds: float = 30.0, **arguments: Any) -> Any:
        """The answer as plain JSON values.

        Args:
            verb: of ``core.deliver.questions``, with ``run``; or ``leaks`` {table, goal, kind, domain}, ``ping``.
                ``run`` and ``table`` are folders out of the owner's store: whose they are is asked there, not here.
            seconds: until patience ends.
            arguments: the verb's own.

        Raises:
            Problem: the server's own, or that it took too long or could not be reached.
        """
        question = msgspec.json.encode({"verb": verb, "token": self._token, "arguments": arguments}, enc_hook=str)
        for _ in range(2):
            with self._lock:
                address = self._connectable()
            try:
                return _open(exchange(address, question, seconds))
            except TimeoutError:
                raise Problem(
                    N_("The model did not answer within {seconds:seconds}. Try again, or ask for fewer rows."),
                    seconds=seconds,
                ) from None
            except (OSError, EOFError):
                self._forget(address)
        raise Problem(N_("The model could not be opened just now: it may need more memory than is free. Try again."))

    def hint(self, verb: str, **arguments: Any) -> None:
        """Asks for something that nobody waits for, where the server runs; what comes of it does not matter."""
        with self._lock:
            runs = self._server is not None and self._server.poll() is None
        if runs:
            with suppress(Problem):
                self.ask(verb, **arguments)

    def _connectable(self) -> tuple[str, int] | str:
        if self._server is None or self._server.poll() is not None or self._address is None:
            self._end()
            self._begin()
        assert self._address is not None
        return self._address

    def _forget(self, address: tuple[str, int] | str) -> None:
        """The server at ``address`` is gone or deaf; another thread may have started a new one."""
        with self._lock:
            if self._address == address:
                self._end()

    def _begin(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="vitrine-"))
        with _log() as log:
            self._server = spawn(SERVER, str(self._folder), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        assert self._server.stdin is not None
        self._server.stdin.write(f"{self._token}\n")
        self._server.stdin.flush()
        self._address = _greeting(self._server)

    def _end(self) -> None:
        server, self._server, self._address = self._server, None, None
        if server is not None:
            server.kill()
            server.wait()
            for pipe in (server.stdin, server.stdout):
                if pipe is not None:
                    pipe.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


def _log() -> Any:
    """Where the server writes what went wrong in it."""
    try:
        settings().home.mkdir(parents=True, exist_ok=True)
        return (settings().home / "resident.log").open("ab")
    except OSError:
        return Path("/dev/null").open("ab") if Path("/dev/null").exists() else tempfile.TemporaryFile()


def _greeting(server: subprocess.Popen[str]) -> tuple[str, int] | str:
    """The address that the server says first."""
    said: queue.Queue[str] = queue.Queue()
    assert server.stdout is not None
    listen = server.stdout.readline
    threading.Thread(target=lambda: said.put(listen()), daemon=True).start()
    try:
        line = said.get(timeout=START_SECONDS)
        address = msgspec.json.decode(line)
    except (queue.Empty, msgspec.DecodeError):
        server.kill()
        raise Problem(
            N_("The part of Vitrine that keeps models open did not start. See resident.log in the data folder.")
        ) from None
    return address if isinstance(address, str) else (address[0], address[1])


def exchange(address: tuple[str, int] | str, question: bytes, seconds: float) -> bytes:
    """The line that answers a line.

    Raises:
        TimeoutError: it did not come in time.
        OSError, EOFError: nobody is there, or hung up.
    """
    family = getattr(socket, "AF_UNIX", socket.AF_INET) if isinstance(address, str) else socket.AF_INET
    due = time.monotonic() + seconds
    with socket.socket(family) as line:
        line.settimeout(seconds)
        line.connect(address)
        line.sendall(question + b"\n")
        answer = bytearray()
        while not answer.endswith(b"\n"):
            line.settimeout(max(0.001, due - time.monotonic()))
            part = line.recv(1 << 16)
            if not part:
                raise EOFError
            answer += part
    return bytes(answer)


def _open(answer: bytes) -> Any:
    value = msgspec.json.decode(answer)
    if "problem" in value:
        message = msgspec.convert(value["problem"], Message)
        raise Problem(message.text, **message.facts)
    return value["answer"]


_once = threading.Lock()


@cache
def _the_one() -> Resident:
    return Resident()


def resident() -> Resident:
    """The one of this process: the same for every thread."""
    with _once:
        return _the_one()
