"""Answers, reasons and leaks, asked of the open models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import msgspec
import numpy as np

from core.data.table import Finding
from core.data.task import Goal, TaskKind
from core.engines.base import Run
from core.engines.resident import Resident
from core.explain.explanation import Explanation, Phrase
from core.words import Message

Records = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, eq=False)
class Answers:
    """What a model says of some rows."""

    classes: tuple[str, ...]
    """In the order of the columns of ``values``; empty for regression."""
    values: np.ndarray
    """(n, n_classes) probabilities, or (n,) target units."""
    cutoff: float | None
    """Binary: the probability from which the answer is the positive class, the last of ``classes``."""


def ask_answers(
    resident: Resident, run: Run, *, rows: Sequence[int] | None = None, records: Records | None = None
) -> Answers:
    """What a run's model says of rows of its table, or of records with cells as text or numbers."""
    said = resident.ask("predict", run=place(run), **asked(rows, records))
    return Answers(tuple(said["classes"]), np.array(said["values"], dtype=float), said["cutoff"])


def ask_reasons(
    resident: Resident,
    run: Run,
    *,
    rows: Sequence[int] | None = None,
    records: Records | None = None,
    labels: Sequence[str] | None = None,
    effort: float | None = 5.0,
) -> Explanation:
    """Why a run's model answers so; ``effort`` in seconds, after which the values are as good as they are."""
    chosen = list(labels) if labels is not None else None
    said = resident.ask("explain", run=place(run), effort=effort, labels=chosen, **asked(rows, records))
    return open_reasons(said)


def ask_leaks(resident: Resident, table: str, goal: Goal, kind: TaskKind, domain: str = "") -> tuple[Finding, ...]:
    """Columns of the table in folder ``table`` that alone give the answer."""
    said = resident.ask("leaks", table=table, goal=msgspec.to_builtins(goal), kind=kind, domain=domain)
    return msgspec.convert(said, tuple[Finding, ...])


def open_reasons(said: Mapping[str, Any]) -> Explanation:
    """An explanation out of its JSON fields; null is NaN."""
    opened = {field.name: _value(field.name, said[field.name]) for field in fields(Explanation) if field.name in said}
    return Explanation(**opened)


def _value(name: str, value: Any) -> Any:
    if name in ("columns", "labels"):
        return tuple(value)
    if name == "cells":
        return tuple(tuple(column) for column in value)
    if name == "rows":
        return np.array(value, dtype=np.int64)
    if name == "phrases":
        return msgspec.convert(value, tuple[tuple[Phrase, ...], ...])
    if isinstance(value, list):
        return np.array(value, dtype=float)
    return msgspec.convert(value, Message) if isinstance(value, dict) else value


def asked(rows: Sequence[int] | None, records: Records | None) -> dict[str, Any]:
    """The rows of a question: numbers of the run's table, or records of cells."""
    if (rows is None) == (records is None):
        raise ValueError("either rows or records are asked about, but: both or neither were given")
    if rows is not None:
        return {"rows": [int(row) for row in rows]}
    return {"records": [dict(record) for record in records or ()]}


def place(run: Run) -> str:
    """A run in a question."""
    return str(run.folder.resolve())
