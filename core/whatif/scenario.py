"""A case and what is changed in it: nouns only, kept in the address, in files and beside the run."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.data.table import Kind
from core.domains.domain import Direction
from core.words import Message

Cell = str | float | None
"""A cell as people write it: text (also of dates and categories), a number, or None for missing."""


@dataclass(frozen=True)
class Scenario:
    """A start and the cells that differ from it.

    The start is row ``row`` of the run's table, else the cells of ``cells`` (a row of another file), else the typical
    case: medians and the most frequent categories of the training rows.
    """

    name: str = ""
    row: int | None = None
    cells: dict[str, Cell] | None = None
    changes: dict[str, Cell] = field(default_factory=dict)
    """By column; the model's features only."""


@dataclass(frozen=True)
class Field:
    """What a form needs to know of one column of the model."""

    column: str
    kind: Kind
    unit: str = ""
    whole: bool = False
    low: float | None = None
    high: float | None = None
    """Range of the training rows, for numbers and (in days since 1970) dates."""
    levels: tuple[str, ...] = ()
    """Categories, every one of the training rows, the most frequent first."""
    missing: float = 0.0
    """Share of the training rows without a value."""
    edges: tuple[float, ...] = ()
    """Histogram of numbers and dates: one more than ``counts``."""
    counts: tuple[int, ...] = ()
    """Training rows (of those held) in each bin, or with each of the first ``levels``."""
    typical: Cell = None
    """Median, or most frequent value."""
    importance: float | None = None
    """Mean size of the column's part in the run's reasons; None where there are none."""
    sensitive: bool = False
    immutable: bool = False
    """The field of work says that a case cannot change it."""
    only: Direction = ""
    """Which way alone it can go for one and the same case."""
    why: Message | None = None
    """Why it is sensitive or cannot change, or can only go one way."""


@dataclass(frozen=True)
class Start:
    """Where a scenario begins."""

    cells: dict[str, Cell]
    """Of the model's columns."""
    fields: tuple[Field, ...]
    """The most important first."""
    row: int | None = None
    truth: str | float | None = None
    """What became of that row, where it is known."""
