"""The shape of work: a run folder, its state and its events.

``runs/<id>/`` holds ``request.json`` (what to do), ``state.json`` (replaced in one step), ``events.jsonl``
(append-only), ``stop`` (its existence asks to stop), ``cores`` (cores lent, read at each epoch), ``log.txt``, and
what the verb makes (``model/``, ``evaluation.json`` ...). The folder is the whole truth.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Protocol

import msgspec

from core import values
from core.words import Message

Verb = Literal["read", "train", "explain", "score", "lesson", "audit"]
Phase = Literal["queued", "running", "done", "stopped", "failed", "interrupted"]
ENDED: tuple[Phase, ...] = ("done", "stopped", "failed", "interrupted")


@dataclass(frozen=True)
class Event:
    """Something that happened while work ran.

    ``stage``: a new part of the work began (``message`` says which, ``share`` how far, 0 to 1).
    ``epoch``: a learner finished a pass (``member``, ``numbers``: epoch, train_loss, validation_loss,
    rows_per_second, seconds_left, best_epoch).
    ``member``: a learner is done (``numbers``: validation_loss, seconds). ``note``: something worth saying.
    ``trial``: a choice of settings was tried (``member``, ``numbers``: trial, loss (None where it was given up early),
    epochs, seconds, best, and each setting by its name).
    ``first``: a first model can be used while a better one is made.
    """

    kind: Literal["stage", "epoch", "member", "note", "trial", "first"]
    message: Message | None = None
    member: str = ""
    share: float | None = None
    numbers: dict[str, float | None] = field(default_factory=dict)
    at: float = field(default_factory=time.time)


Emit = Callable[[Event], None]


class Watch(Protocol):
    """What work may ask while it runs."""

    def emit(self, event: Event) -> None:
        """Tells whoever looks."""

    def should_stop(self) -> bool:
        """True once somebody asked to stop: keep the best so far and return."""

    def cores(self) -> int:
        """Cores lent at this moment."""

    def seconds_left(self) -> float:
        """Of the time budget (infinite where there is none)."""


@dataclass(frozen=True)
class Request:
    """What a run is to do. Paths are absolute, or relative to the run folder."""

    verb: Verb
    name: str = ""
    table: str = ""
    """Folder of the table to work on, or (``read``) to make."""
    model: str = ""
    """Folder of the run whose model is used (``explain``, ``score``, ``audit``)."""
    arguments: dict[str, Any] = field(default_factory=dict)
    """The verb's own: ``recipe`` (train); ``files``, ``options``, ``domain``, ``kinds`` (read) ..."""
    owner: str = ""
    time_budget_seconds: float | None = None
    memory_bytes: int | None = None
    limit_seconds: float | None = None
    created: float = field(default_factory=time.time)


@dataclass(frozen=True)
class State:
    """Where a run stands."""

    phase: Phase
    pid: int | None = None
    started: float | None = None
    """Start of the process in seconds since 1970, to tell it from a later one with the same pid."""
    updated: float = field(default_factory=time.time)
    message: Message | None = None
    """Why it failed or stopped, and what to do."""
    device: str = ""
    device_name: str = ""

    @property
    def ended(self) -> bool:
        return self.phase in ENDED


@dataclass(frozen=True)
class Run:
    """A run folder; cheap to make, everything is read from disk when asked."""

    folder: Path

    @property
    def id(self) -> str:
        return self.folder.name

    def request(self) -> Request:
        return values.read(self.folder / "request.json", Request)

    def state(self) -> State:
        return values.read(self.folder / "state.json", State)

    def set_state(self, phase: Phase, **changes: Any) -> State:
        """Stores a new state made from the old one."""
        path = self.folder / "state.json"
        old = values.read(path, State) if path.exists() else State(phase)
        new = replace(old, phase=phase, updated=time.time(), **changes)
        values.write(path, new)
        return new

    def emit(self, event: Event) -> None:
        with (self.folder / "events.jsonl").open("ab") as target:
            target.write(msgspec.json.encode(event) + b"\n")

    def events(self, offset: int = 0) -> tuple[list[Event], int]:
        """Events from a byte offset on, and the offset to ask from next time; a half-written line waits."""
        path = self.folder / "events.jsonl"
        if not path.exists():
            return [], offset
        with path.open("rb") as source:
            source.seek(offset)
            data = source.read()
        whole = data[: data.rfind(b"\n") + 1]
        return [msgspec.json.decode(line, type=Event) for line in whole.splitlines() if line], offset + len(whole)

    def ask_to_stop(self) -> None:
        (self.folder / "stop").touch()

    def asked_to_stop(self) -> bool:
        return (self.folder / "stop").exists()

    @property
    def table(self) -> Path:
        return (self.folder / self.request().table).resolve()

    @property
    def usable(self) -> bool:
        """Whether it holds a model that was measured: then it can be used, whatever else is still missing."""
        return (self.folder / "evaluation.json").is_file() and (self.folder / "model").is_dir()
