"""What kind of thing a column holds, and its cells as that kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.data import signs
from core.data.cells import MISSING_WORDS, NO_NUMBERS, Cells, among
from core.data.dates import EXCEL, Dates, dates, from_serial, likely
from core.data.numbers import Numbers, numbers
from core.data.table import Column, Kind
from core.domains.domain import Known
from core.words import N_, Message

MOST_LEVELS = 1000
FEW_ROWS = 20
"""Below this many rows nothing is concluded from every value being different."""
NUMBERS_NEEDED = 0.95
"""Share of cells that must be numbers (or dates) for a column to be one when the rest are words."""
WORDS_ALLOWED = 0.7
"""The same share where the rest is one or two words, each written again and again."""
FIRST_UNNAMED = "column 1"
"""What reading calls the first column of a file without names."""
MOST_EXACT = 2**53
"""Whole numbers above are no longer exact as floating point."""


@dataclass(frozen=True, eq=False)
class Reading:
    """A column understood: its contract, its cells as written and as values."""

    column: Column
    cells: Cells
    values: np.ndarray | pa.Array
    """``(n_rows,)``: float64, int64 or datetime64[us]; texts as an Arrow array."""
    parsed: np.ndarray | None = None
    """The value of each text, ``(n_texts,)``, for numbers and dates."""
    blank: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    """Texts that stand for "no value" ("NA", "?"), a mask ``(n_texts,)``."""
    lost: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    """Other texts that could not be kept as this kind and are missing now, a mask ``(n_texts,)``."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What was noticed while reading: ``infinite``, ``bounds`` (masks), ``sure``, ``zones``, ``scales``, ``zeros`` ..."""

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


def infer(name: str, cells: Cells, decimal: str = ".", known: Known | None = None, kind: Kind | None = None) -> Reading:
    """The column as the kind that its cells, its name and the field's knowledge suggest, or as the kind asked for."""
    found = None
    if kind is None and _some_digits(cells.texts):
        found = numbers(cells.texts, "." if cells.native else decimal)
    blank = np.zeros(len(cells.texts), dtype=bool) if found is not None and found.good.all() else _blank(name, cells)
    if kind is not None:
        return _AS[kind](name, cells, blank, decimal, known)
    if not cells.counts[~blank].sum():
        return as_constant(name, cells, blank, decimal, known)
    reading = _try_number(name, cells, found, blank, decimal, known) if found is not None else None
    reading = reading or _try_date(name, cells, blank, decimal, known)
    return _settled(reading or _words(name, cells, blank, decimal, known))


def _blank(name: str, cells: Cells) -> np.ndarray:
    """Texts that stand for no value, unless the column is made of such words."""
    blank = among(cells.texts, MISSING_WORDS)
    if not blank.any():
        return blank
    if signs.person(name):
        return blank & ~among(cells.texts, frozenset({"na", "null", "nan"}))
    others = cells.texts.filter(pa.array(~blank))
    if len(others) >= 5 and _all(others, r"^[A-Z]{2}$"):
        blank &= ~among(cells.texts, frozenset({"na"}))
    if len(others) and _all(others, r"^[^\pL\pN]+$"):
        blank &= ~among(cells.texts, frozenset({"-", "--", "---", ".", "?"}))
    return blank


def _all(texts: pa.Array, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(texts, pattern)).as_py())


def _try_number(
    name: str, cells: Cells, found: Numbers, blank: np.ndarray, decimal: str, known: Known | None
) -> Reading | None:
    if not found.good.all():
        blank = blank | among(cells.texts, NO_NUMBERS)
        if not _mostly(cells, found, blank):
            return None
    if found.bounds.any() and cells.counts[found.good & ~found.bounds].sum() < 0.5 * cells.counts[~blank].sum():
        return None  # "<=50K" and ">50K" are answers, "<0.5" among measured values is a limit
    if not cells.native and _compact(name, cells, found, blank):
        return None
    other = _code(name, cells, found, blank, known)
    if other is not None:
        return other
    if signs.named(name, "date") and _serial(found, blank):
        return as_date(name, cells, blank, decimal, known, EXCEL)
    return _number(name, cells, found, blank, known)


def _mostly(cells: Cells, found: Numbers, blank: np.ndarray) -> bool:
    """Whether nearly all cells are numbers, or most are and the rest is one or two words ("absent")."""
    counted = np.where(blank, 0, cells.counts)
    good, total = int(counted[found.good].sum()), int(counted.sum())
    strays = int((~found.good & ~blank).sum())
    needed = WORDS_ALLOWED if strays <= 2 and (found.good & ~blank).sum() >= 10 else NUMBERS_NEEDED
    return good > 0 and good >= needed * total and (not strays or _stray(cells, found, blank))


def _some_digits(texts: pa.Array) -> bool:
    """Whether numbers are worth trying: most of the first texts hold a digit, or are infinite."""
    some = texts.slice(0, 300)
    with_digit = pc.sum(pc.match_substring_regex(some, r"\pN|(?i)^[-+]?inf|∞")).as_py() or 0
    return bool(with_digit >= 0.5 * min(len(some), 6) and with_digit >= 0.2 * len(some))


def _stray(cells: Cells, found: Numbers, blank: np.ndarray) -> bool:
    """The texts that are no numbers are a few stray words, not codes such as V27 or 10-20."""
    rest = cells.texts.filter(pa.array(~found.good & ~blank))
    if len(found.scales) > 1 or len(rest) > 20 + 0.02 * len(cells.texts):
        return False
    coded = pc.match_substring_regex(rest, r"^(?:\pL{1,4}[-.]?\d|\d+[-/.:]\d|\d+\pL)")
    return (pc.sum(coded).as_py() or 0) <= 0.2 * len(rest)


def _compact(name: str, cells: Cells, found: Numbers, blank: np.ndarray) -> bool:
    """Eight digits in every cell that all are days of a calendar: 20240301."""
    kept = found.values[found.good & ~blank]
    if len(kept) < 3 or not (kept.min() >= 19000101 and kept.max() <= 21001231 and (kept % 100 <= 31).all()):
        return False
    if len(kept) < 10 and not signs.named(name, "date"):
        return False
    return bool(((kept // 100 % 100 <= 12) & (kept // 100 % 100 >= 1) & (kept % 100 >= 1)).all())


def _serial(found: Numbers, blank: np.ndarray) -> bool:
    """Numbers as spreadsheets store days from 1954 to 2119."""
    kept = found.values[found.good & ~blank]
    return bool(len(kept)) and bool((kept >= 20_000).all() and (kept <= 80_000).all())


def _code(name: str, cells: Cells, found: Numbers, blank: np.ndarray, known: Known | None) -> Reading | None:
    """The column as identifier or category where its numbers are names of things; None where they count or measure."""
    kept = found.good & ~blank & ~found.infinite
    values, counts = found.values[kept], cells.counts[kept]
    if not len(values) or found.scale or (values != np.rint(values)).any():
        return None
    distinct, rows = len(values), int(counts.sum())
    arguments = (name, cells, blank, ".", known)
    why = _why_identifier(name, cells, values, distinct, rows, known)
    if why is not None:
        return as_identifier(*arguments, why=why)
    if (not cells.native and _zeros(cells.texts, kept)) or np.abs(values).max() > MOST_EXACT:
        facts = {"zeros": _zeros(cells.texts, kept), "long": bool(np.abs(values).max() > MOST_EXACT)}
        if distinct >= 0.9 * rows and rows >= FEW_ROWS:
            why = Message(
                N_("Its numbers begin with zeros or are very long: they name something, they do not measure.")
            )
            return as_identifier(*arguments, why=why, facts=facts)
        return as_category(*arguments, facts=facts)
    if signs.named(name, "code") and 3 <= distinct <= max(200, rows // 100) and distinct <= 0.2 * rows:
        return as_category(*arguments, facts={"codes": True})
    return None


def _zeros(texts: pa.Array, kept: np.ndarray) -> bool:
    """Whole numbers of three digits or more that begin with a zero."""
    return bool(pc.any(pc.match_substring_regex(texts.filter(pa.array(kept)), r"^0\d{2,}$")).as_py())


def _why_identifier(
    name: str, cells: Cells, values: np.ndarray, distinct: int, rows: int, known: Known | None
) -> Message | None:
    """Why whole numbers only name the rows; None where they may measure."""
    many = distinct > 50 or distinct == rows >= FEW_ROWS
    if known is not None and known.part == "identifier" and many:
        return Message(N_("In this field a column of this name tells cases apart."))
    if signs.named(name, "identifier") and rows >= FEW_ROWS and (distinct == rows or (many and distinct >= 0.3 * rows)):
        return Message(
            N_("Its name says so, and {distinct:count} of {rows:count} values differ."),
            {"distinct": distinct, "rows": rows},
        )
    if distinct == rows == len(cells) >= FEW_ROWS and values.max() - values.min() == rows - 1 and not _years(values):
        return Message(N_("It only numbers the rows, from {low:count} to {high:count}."), _ends(values))
    if name == FIRST_UNNAMED and distinct >= 0.9 * rows and rows >= FEW_ROWS and values.min() >= 10_000:
        return Message(N_("It is the first column, has no name, and nearly every row has a large number of its own."))
    if distinct >= 0.99 * rows and rows >= FEW_ROWS and values.min() >= 10**14:
        return Message(N_("Nearly every row has its own number of 15 digits or more."))
    return None


def _years(values: np.ndarray) -> bool:
    return bool(values.min() >= 1900 and values.max() <= 2100)


def _ends(values: np.ndarray) -> dict[str, int]:
    return {"low": int(values.min()), "high": int(values.max())}


def _number(name: str, cells: Cells, found: Numbers, blank: np.ndarray, known: Known | None) -> Reading:
    parsed = np.where(blank, np.nan, found.values)
    lost = ~blank & np.isnan(parsed)
    facts = {"infinite": found.infinite & ~blank, "bounds": found.bounds & ~blank, "scales": found.scales}
    kept = parsed[~np.isnan(parsed)]
    whole = bool(len(kept)) and bool((kept == np.rint(kept)).all() and np.abs(kept).max() <= MOST_EXACT)
    values: np.ndarray = cells.spread(parsed, np.nan)
    if whole and not np.isnan(values).any():
        values = values.astype(np.int64)
    column = Column(
        name,
        "number",
        unit=(known.unit if known else "") or found.scale,
        low=float(kept.min()) if len(kept) else None,
        high=float(kept.max()) if len(kept) else None,
        whole=whole,
        decimal=found.decimal,
        scale=found.scale,
    )
    return Reading(column, cells, values, parsed, blank, lost, facts)


def as_number(name: str, cells: Cells, blank: np.ndarray, decimal: str, known: Known | None) -> Reading:
    """The column as numbers, whatever else stands in it."""
    blank = blank | among(cells.texts, NO_NUMBERS)
    return _number(name, cells, numbers(cells.texts, "." if cells.native else decimal), blank, known)


def _try_date(name: str, cells: Cells, blank: np.ndarray, decimal: str, known: Known | None) -> Reading | None:
    texts = cells.texts.filter(pa.array(~blank))
    if not likely(texts):
        return None
    found = dates(texts)
    counted = cells.counts[~blank]
    if counted[found.shaped].sum() < NUMBERS_NEEDED * counted.sum() or counted[found.good].sum() < 0.5 * counted.sum():
        return None
    return _date(name, cells, dates(cells.texts, found.pattern), blank, found.sure)


def as_date(
    name: str, cells: Cells, blank: np.ndarray, decimal: str, known: Known | None, pattern: str | None = None
) -> Reading:
    """The column as dates, whatever else stands in it."""
    if pattern is None and not cells.native:
        found = numbers(cells.texts, decimal)
        if _serial(found, blank) and found.good[~blank].mean() > 0.5:
            pattern = EXCEL
        elif _years(found.values[found.good & ~blank]) if (found.good & ~blank).any() else False:
            pattern = "%Y"
    if pattern is None:
        part = dates(cells.texts.filter(pa.array(~blank)))
        return _date(name, cells, dates(cells.texts, part.pattern), blank, part.sure)
    return _date(name, cells, dates(cells.texts, pattern), blank, True)


def _date(name: str, cells: Cells, found: Dates, blank: np.ndarray, sure: bool) -> Reading:
    blank = blank | among(cells.texts, NO_NUMBERS)
    parsed = np.where(blank, np.datetime64("NaT", "us"), found.values)
    lost = ~blank & np.isnat(parsed)
    days = in_days(parsed[~np.isnat(parsed)])
    column = Column(
        name,
        "date",
        low=float(days.min()) if len(days) else None,
        high=float(days.max()) if len(days) else None,
        pattern=found.pattern,
    )
    facts = {"sure": sure, "zones": found.zones}
    return Reading(column, cells, cells.spread(parsed, np.datetime64("NaT", "us")), parsed, blank, lost, facts)


def in_days(moments: np.ndarray) -> np.ndarray:
    """Days since 1970 with their fraction, of ``datetime64[us]`` without gaps."""
    return moments.astype(np.int64) / 86_400e6


def _words(name: str, cells: Cells, blank: np.ndarray, decimal: str, known: Known | None) -> Reading:
    """The column as free text, identifier or category."""
    arguments = (name, cells, blank, decimal, known)
    kept = ~blank
    texts, counts = cells.texts.filter(pa.array(kept)), cells.counts[kept]
    distinct, rows = len(texts), int(counts.sum())
    measure = signs.measure(texts)
    if signs.nested(texts):
        why = Message(N_("Its cells hold lists or records, not single values."))
        return _texts("text", name, cells, blank, {"nested": True}, why)
    if signs.prose(measure, distinct, rows):
        return as_text(*arguments)
    if known is not None and known.part == "identifier" and (distinct > 50 or distinct == rows >= FEW_ROWS):
        return as_identifier(*arguments, why=Message(N_("In this field a column of this name tells cases apart.")))
    if rows >= FEW_ROWS and (distinct == rows or distinct >= 0.99 * rows):
        return as_identifier(*arguments, why=Message(N_("Nearly every row has a value of its own.")))
    if rows >= FEW_ROWS and signs.named(name, "identifier") and distinct > 50 and distinct >= 0.3 * rows:
        why = Message(
            N_("Its name says so, and {distinct:count} of {rows:count} values differ."),
            {"distinct": distinct, "rows": rows},
        )
        return as_identifier(*arguments, why=why)
    return as_category(*arguments, facts=_units(texts, decimal))


def _units(texts: pa.Array, decimal: str) -> Mapping[str, Any]:
    """The units of numbers that carry several, so that they could not be read as numbers."""
    if len(texts) > MOST_LEVELS or not _some_digits(texts):
        return {}
    found = numbers(texts, decimal)
    return {"units": found.scales} if found.mixed else {}


def _texts(
    kind: Kind, name: str, cells: Cells, blank: np.ndarray, facts: Mapping[str, Any] | None, why: Message | None
) -> Reading:
    codes = np.append(np.where(blank, -1, np.arange(len(blank))), -1)[cells.codes] if blank.any() else cells.codes
    taken = cells.texts.take(pa.array(codes, mask=codes < 0))
    levels: tuple[str, ...] = ()
    if kind == "category":
        counts = np.where(blank, 0, cells.counts)
        order = np.argsort(-counts, kind="stable")[:MOST_LEVELS]
        levels = tuple(cells.texts.take(pa.array(order[counts[order] > 0])).to_pylist())
    column = Column(name, kind, levels=levels, aside=why)
    return Reading(column, cells, taken, None, blank, np.zeros(len(blank), dtype=bool), facts or {})


def as_category(
    name: str,
    cells: Cells,
    blank: np.ndarray,
    decimal: str,
    known: Known | None,
    facts: Mapping[str, Any] | None = None,
) -> Reading:
    """The column as categories: its texts, trimmed."""
    return _texts("category", name, cells, blank, facts, None)


def as_text(name: str, cells: Cells, blank: np.ndarray, decimal: str, known: Known | None) -> Reading:
    """The column as free text."""
    return _texts("text", name, cells, blank, None, None)


def as_identifier(
    name: str,
    cells: Cells,
    blank: np.ndarray,
    decimal: str,
    known: Known | None,
    why: Message | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Reading:
    """The column as names of rows, set aside."""
    chosen = Message(N_("The analyst says that it is an identifier."))
    return _texts("identifier", name, cells, blank, facts, why or chosen)


def as_constant(name: str, cells: Cells, blank: np.ndarray, decimal: str, known: Known | None) -> Reading:
    """The column as one value, set aside; numbers stay numbers."""
    return constant(as_category(name, cells, blank, decimal, known))


def constant(reading: Reading) -> Reading:
    """The reading set aside, because its column says nothing."""
    why = (
        Message(N_("It is empty.")) if not reading.counts.sum() else Message(N_("It has the same value in every row."))
    )
    column = Column(
        reading.column.name,
        "constant",
        unit=reading.column.unit,
        levels=tuple(reading.cells.texts.filter(pa.array(reading.counts > 0)).slice(0, 1).to_pylist()),
        low=reading.column.low,
        high=reading.column.high,
        aside=why,
    )
    return Reading(column, reading.cells, reading.values, reading.parsed, reading.blank, reading.lost, reading.facts)


def _settled(reading: Reading) -> Reading:
    """The reading; as a constant where one value is all there is, as a category where it is there or missing."""
    counts = reading.counts
    if int((counts > 0).sum()) > 1 and reading.distinct > 1:
        return reading
    missing, rows = reading.missing, len(reading.cells)
    if not missing or min(missing, rows - missing) < max(5, 0.01 * rows):
        return constant(reading)
    if reading.column.kind == "number" and not reading.lost.any():
        return as_category(reading.column.name, reading.cells, reading.blank, ".", None)
    return reading


_AS: dict[Kind, Callable[..., Reading]] = {
    "number": as_number,
    "category": as_category,
    "date": as_date,
    "text": as_text,
    "identifier": as_identifier,
    "constant": as_constant,
}

__all__ = ["Reading", "from_serial", "in_days", "infer"]
