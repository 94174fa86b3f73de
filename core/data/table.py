"""The table and what is known about it: nouns only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from core.words import Message

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["number", "category", "date", "text", "identifier", "constant"]
Severity = Literal["note", "warning", "stop"]


@dataclass(frozen=True)
class Repair:
    """One change to the cells or rows of a table that also applies to every later file.

    ``divide``: numbers of ``column`` are divided by ``number``. ``merge``: cells equal to a key of ``spellings`` become
    its value. ``missing``: cells equal to one of ``codes`` become missing. ``filter``: only rows where ``column``
    ``operator`` (``number`` or ``codes``) holds are kept (never applied to rows that are only scored).
    ``distinct``: exact duplicates of a row are dropped, the first is kept (training only; ``column`` is empty).
    """

    kind: Literal["divide", "merge", "missing", "filter", "distinct"]
    column: str = ""
    number: float | None = None
    spellings: dict[str, str] = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    operator: Literal["", "=", "!=", ">=", "<=", ">", "<", "present"] = ""


@dataclass(frozen=True)
class Finding:
    """Something the analyst should know about the data or the result."""

    code: str
    """A stable word ("missing", "leak", "personal"): tests and pages key on it, never on the sentence."""
    severity: Severity
    message: Message
    cure: Message | None = None
    column: str | None = None
    rows: tuple[int, ...] = ()
    """Evidence: at most 20 row numbers, counted from 0."""
    offers: tuple[Repair, ...] = ()
    """Repairs that cure it with one click; each is offered on its own."""


@dataclass(frozen=True)
class Column:
    """The contract of one column, which later uploads must meet."""

    name: str
    kind: Kind
    unit: str = ""
    levels: tuple[str, ...] = ()
    """Categories seen, most frequent first, at most 1,000."""
    low: float | None = None
    high: float | None = None
    """Range seen, for numbers (and for dates, in days since 1970)."""
    whole: bool = False
    """Numbers without a fraction."""
    pattern: str = ""
    """How dates are written, as ``strptime`` knows it; empty for ISO and native dates."""
    decimal: str = "."
    scale: str = ""
    """The sign numbers carry in the file: "%", "$", "kg" ...; empty for none."""
    aside: Message | None = None
    """Why the column is not to be used (identifier, constant, leak); None where it may be."""


@dataclass(frozen=True)
class Schema:
    """The columns in file order; names are unique."""

    columns: tuple[Column, ...]

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def __contains__(self, name: str) -> bool:
        return any(column.name == name for column in self.columns)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True)
class Profile:
    """What a page shows of a column without opening the frame."""

    missing: int
    distinct: int
    examples: tuple[str, ...] = ()
    """At most five distinct values as written in the file, personal data masked."""
    quantiles: tuple[float, ...] = ()
    """Minimum, 5 %, 25 %, 50 %, 75 %, 95 %, maximum (numbers; dates in days since 1970)."""
    mean: float | None = None
    edges: tuple[float, ...] = ()
    """Histogram edges, one more than ``counts`` (numbers, dates)."""
    counts: tuple[int, ...] = ()
    levels: tuple[str, ...] = ()
    """The 20 most frequent categories; ``level_counts`` belongs to them."""
    level_counts: tuple[int, ...] = ()


@dataclass(frozen=True)
class ReadOptions:
    """How a file is to be read; None leaves it to be found."""

    encoding: str | None = None
    separator: str | None = None
    """``,`` ``;`` ``\\t`` ``|``, or a blank for any run of blanks."""
    decimal: Literal[".", ","] | None = None
    header: int | None = None
    """Row number of the header, counted from 0; -1 says there is none."""
    names: tuple[str, ...] = ()
    """Column names given by the analyst; they replace those found."""
    sheet: str | None = None


@dataclass(frozen=True)
class Source:
    """One file and how it was read; every field of ``options`` is filled with what was found or asked."""

    name: str
    format: Literal["text", "xlsx", "xls", "parquet", "sample"]
    sha256: str
    size: int
    rows: int
    options: ReadOptions
    sheets: tuple[str, ...] = ()
    preview: tuple[tuple[str, ...], ...] = ()
    """The first 8 rows of the file as cells, before the header was taken out."""


@dataclass(frozen=True)
class TableCard:
    """Everything about a table but its cells: what pages read."""

    id: str
    name: str
    """What people call it: the file's own name, shown escaped."""
    rows: int
    schema: Schema
    profiles: dict[str, Profile]
    findings: tuple[Finding, ...]
    """Reading (repairs made) and checking together, stops first, then warnings, then notes."""
    sources: tuple[Source, ...]
    domain: str = ""
    made_up: bool = False
    """A generated sample: said wherever it appears."""
    created: float = 0.0
    """Seconds since 1970."""


@dataclass(frozen=True, eq=False)
class Table:
    """A checked table. The frame is never changed; its index is 0..n-1 and its columns are the schema's.

    dtypes by kind: number ``float64`` or ``int64``; date ``datetime64``; category, text, identifier and constant
    ``str`` with NaN for missing (a constant column of numbers stays a number).
    """

    frame: pd.DataFrame
    card: TableCard

    @property
    def schema(self) -> Schema:
        return self.card.schema
