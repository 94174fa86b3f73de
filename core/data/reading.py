"""A column understood: its cells as the kind that was chosen for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from core.data.cells import NO_NUMBERS, Cells, among
from core.data.dates import EXCEL, Dates, dates
from core.data.numbers import Numbers, numbers
from core.data.table import Column, Kind
from core.domains.domain import Known
from core.words import N_, Message

MOST_LEVELS = 1000
MOST_EXACT = 2**53
"""Whole numbers above are no longer exact as floating point."""


@dataclass(frozen=True, eq=False)
class Given:
    """A column before its kind is known."""

    name: str
    cells: Cells
    blank: np.ndarray
    """Texts that stand for "no value" ("NA", "?"), a mask ``(n_texts,)``."""
    decimal: str = "."
    known: Known | None = None

    def without(self, words: frozenset[str]) -> Given:
        """The column with these words standing for no value too."""
        return replace(self, blank=self.blank | among(self.cells.texts, words))

    @property
    def texts(self) -> pa.Array:
        """The texts that are values."""
        return self.cells.texts.filter(pa.array(~self.blank))

    @property
    def counts(self) -> np.ndarray:
        """Rows of each of the texts that are values."""
        return np.asarray(self.cells.counts[~self.blank])


@dataclass(frozen=True, eq=False)
class Reading:
    """A column understood: its contract, its cells as written and as values."""

    column: Column
    cells: Cells
    values: np.ndarray | pa.Array
    """``(n_rows,)``: float64, int64 or datetime64[us]; texts as an Arrow array."""
    parsed: np.ndarray | None
    """The value of each text, ``(n_texts,)``, for numbers and dates."""
    blank: np.ndarray
    """Texts that stand for "no value" ("NA", "?"), a mask ``(n_texts,)``."""
    lost: np.ndarray
    """Other texts that could not be kept as this kind and are missing now, a mask ``(n_texts,)``."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What was noticed: ``infinite``, ``bounds`` (masks), ``sure``, ``zones``, ``scales``, ``zeros`` ..."""

    @property
    def counts(self) -> np.ndarray:
        """Rows of each text that is a value, 0 for those that became missing."""
        return np.where(self.blank | self.lost, 0, self.cells.counts)

    @property
    def missing(self) -> int:
        """Rows without a value."""
        return len(self.cells) - int(self.counts.sum())

    @property
    def distinct(self) -> int:
        """Different values (different texts where they are not numbers or dates)."""
        kept = self.counts > 0
        if self.parsed is not None and not self.cells.native:
            return len(np.unique(self.parsed[kept]))
        return int(kept.sum())

    def series(self) -> pd.Series:
        """The values as a table holds them."""
        if isinstance(self.values, np.ndarray):
            return pd.Series(self.values, copy=False)
        return pd.Series(pd.array(self.values, dtype="str"), copy=False)


def number(given: Given, found: Numbers) -> Reading:
    """The column as the numbers found in it; whole ones as such where none is missing."""
    parsed = np.where(given.blank, np.nan, found.values)
    kept = parsed[~np.isnan(parsed)]
    whole = bool(len(kept)) and bool((kept == np.rint(kept)).all() and np.abs(kept).max() <= MOST_EXACT)
    values = given.cells.spread(parsed, np.nan)
    if whole and not np.isnan(values).any():
        values = values.astype(np.int64)
    column = Column(
        given.name,
        "number",
        unit=(given.known.unit if given.known else "") or found.scale,
        low=float(kept.min()) if len(kept) else None,
        high=float(kept.max()) if len(kept) else None,
        whole=whole,
        decimal=found.decimal,
        scale=found.scale,
    )
    facts = {"infinite": found.infinite & ~given.blank, "bounds": found.bounds & ~given.blank}
    return Reading(column, given.cells, values, parsed, given.blank, ~given.blank & np.isnan(parsed), facts)


def as_number(given: Given) -> Reading:
    """The column as numbers, whatever else stands in it."""
    return number(given.without(NO_NUMBERS), numbers(given.cells.texts, given.decimal))


def date(given: Given, found: Dates, sure: bool) -> Reading:
    """The column as the dates found in it."""
    given = given.without(NO_NUMBERS)
    parsed = np.where(given.blank, np.datetime64("NaT", "us"), found.values)
    days = in_days(parsed[~np.isnat(parsed)])
    low, high = (float(days.min()), float(days.max())) if len(days) else (None, None)
    column = Column(given.name, "date", low=low, high=high, pattern=found.pattern)
    values = given.cells.spread(parsed, np.datetime64("NaT", "us"))
    facts = {"sure": sure, "zones": found.zones}
    return Reading(column, given.cells, values, parsed, given.blank, ~given.blank & np.isnat(parsed), facts)


def as_date(given: Given, pattern: str | None = None) -> Reading:
    """The column as dates, whatever else stands in it; bare numbers are years or a spreadsheet's days."""
    if pattern is None and not given.cells.native:
        found = numbers(given.cells.texts, given.decimal)
        kept = found.values[found.good & ~given.blank]
        if len(kept) > 0.5 * len(given.texts):
            pattern = "%Y" if years(kept) else EXCEL if serial(kept) else None
    if pattern is not None:
        return date(given, dates(given.cells.texts, pattern), True)
    part = dates(given.texts)
    return date(given, dates(given.cells.texts, part.pattern), part.sure)


def serial(values: np.ndarray) -> bool:
    """Whether numbers may be days from 1954 to 2119 as spreadsheets store them."""
    return bool(len(values)) and bool((values >= 20_000).all() and (values <= 80_000).all())


def years(values: np.ndarray) -> bool:
    """Whether numbers may be years."""
    return bool(len(values)) and bool(values.min() >= 1900 and values.max() <= 2100 and (values % 1 == 0).all())


def in_days(moments: np.ndarray) -> np.ndarray:
    """Days since 1970 with their fraction, of ``datetime64[us]`` without gaps."""
    return np.asarray(moments.astype(np.int64) / 86_400e6)


def text(given: Given, kind: Kind, facts: Mapping[str, Any] | None = None, why: Message | None = None) -> Reading:
    """The column as its texts, trimmed; ``why`` sets it aside."""
    cells, blank = given.cells, given.blank
    codes = np.append(np.where(blank, -1, np.arange(len(blank))), -1)[cells.codes] if blank.any() else cells.codes
    taken = cells.texts.take(pa.array(codes, mask=codes < 0))
    levels: tuple[str, ...] = ()
    if kind == "category":
        counts = np.where(blank, 0, cells.counts)
        order = np.argsort(-counts, kind="stable")[:MOST_LEVELS]
        levels = tuple(cells.texts.take(pa.array(order[counts[order] > 0])).to_pylist())
    column = Column(given.name, kind, levels=levels, aside=why)
    return Reading(column, cells, taken, None, blank, np.zeros(len(blank), dtype=bool), facts or {})


def as_category(given: Given) -> Reading:
    """The column as categories."""
    return text(given, "category")


def as_text(given: Given) -> Reading:
    """The column as free text."""
    return text(given, "text")


def as_identifier(given: Given) -> Reading:
    """The column as names of rows, because the analyst says so."""
    return text(given, "identifier", why=Message(N_("The analyst says that it is an identifier.")))


def as_constant(given: Given) -> Reading:
    """The column as one value, set aside."""
    return constant(as_category(given))


def constant(reading: Reading) -> Reading:
    """The reading set aside because its column says nothing; numbers stay numbers."""
    why = (
        Message(N_("It is empty.")) if not reading.counts.sum() else Message(N_("It has the same value in every row."))
    )
    levels = tuple(reading.cells.texts.filter(pa.array(reading.counts > 0)).slice(0, 1).to_pylist())
    old = reading.column
    column = Column(old.name, "constant", old.unit, levels, old.low, old.high, aside=why)
    return replace(reading, column=column)


AS: dict[Kind, Callable[[Given], Reading]] = {
    "number": as_number,
    "category": as_category,
    "date": as_date,
    "text": as_text,
    "identifier": as_identifier,
    "constant": as_constant,
}
"""What makes a reading of the kind that the analyst asked for."""
