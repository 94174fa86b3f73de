"""What kind of thing a column holds: by its cells, its name and the field's knowledge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.data import signs
from core.data.cells import MISSING_WORDS, NO_NUMBERS, Cells, among
from core.data.dates import EXCEL, dates, likely
from core.data.numbers import Numbers, numbers, simply
from core.data.reading import (
    AS,
    MOST_EXACT,
    MOST_LEVELS,
    Given,
    Reading,
    as_date,
    as_text,
    constant,
    date,
    number,
    text,
    years,
)
from core.data.reading import serial as serial_days
from core.data.table import Kind
from core.domains.domain import Known
from core.words import N_, Message

FEW_ROWS = 20
"""Below this many rows nothing is concluded from every value being different, and nothing is trained."""
NUMBERS_NEEDED = 0.95
"""Share of cells that must be numbers (or dates) for a column to be one when the rest are words."""
WORDS_ALLOWED = 0.7
"""The same share where the rest is one or two words, each written again and again."""
FIRST_UNNAMED = "column 1"
"""What reading calls the first column of a file without names."""
BY_FIELD = Message(N_("In this field a column of this name tells cases apart."))


def infer(name: str, cells: Cells, decimal: str = ".", known: Known | None = None, kind: Kind | None = None) -> Reading:
    """The column as the kind that its cells, its name and the field's knowledge suggest, or as the kind asked for."""
    decimal = "." if cells.native else decimal
    if kind is not None:
        return AS[kind](Given(name, cells, _blank(name, cells), decimal, known))
    found = _found(cells, decimal)
    blank = np.zeros(len(cells.texts), dtype=bool) if found is not None and found.good.all() else _blank(name, cells)
    given = Given(name, cells, blank, decimal, known)
    if not given.counts.sum():
        return AS["constant"](given)
    reading = None if found is None else _number(given, found)
    return _settled(reading or _date(given) or _words(given), given)


def _found(cells: Cells, decimal: str) -> Numbers | None:
    """The numbers in the texts; None where there are hardly any digits."""
    simple = simply(cells.texts, decimal)
    if simple is None and _some_digits(cells.texts):
        return numbers(cells.texts, decimal)
    return simple


def _some_digits(texts: pa.Array) -> bool:
    """Whether numbers are worth trying: most of the first texts hold a digit, or are infinite."""
    some = texts.slice(0, 300)
    with_digit = pc.sum(pc.match_substring_regex(some, r"\pN|(?i)^[-+]?inf|∞")).as_py() or 0
    return bool(with_digit >= 0.5 * min(len(some), 6) and with_digit >= 0.2 * len(some))


def _blank(name: str, cells: Cells) -> np.ndarray:
    """Texts that stand for no value, unless the column is made of such words."""
    blank = among(cells.texts, MISSING_WORDS)
    if not blank.any():
        return blank
    if signs.person(name):
        return np.asarray(blank & ~among(cells.texts, frozenset({"na", "null", "nan"})))
    others = cells.texts.filter(pa.array(~blank))
    if len(others) >= 5 and _all(others, r"^[A-Z]{2}$"):
        blank &= ~among(cells.texts, frozenset({"na"}))
    if len(others) and _all(others, r"^[^\pL\pN]+$"):
        blank &= ~among(cells.texts, frozenset({"-", "--", "---", ".", "?"}))
    return blank


def _all(texts: pa.Array, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(texts, pattern)).as_py())


def _number(given: Given, found: Numbers) -> Reading | None:
    """The column as numbers, or as what its numbers stand for: days, cases, codes."""
    if not found.good.all():
        given = given.without(NO_NUMBERS)
        if not _mostly(given, found):
            return None
    counts = given.cells.counts
    if found.bounds.any() and counts[found.good & ~found.bounds].sum() < 0.5 * given.counts.sum():
        return None  # "<=50K" and ">50K" are answers, "<0.5" among measured values is a limit
    kept = found.values[found.good & ~given.blank & ~found.infinite]
    if not given.cells.native and _compact(given.name, kept):
        return None
    coded = _coded(given, found)
    if coded is None and signs.named(given.name, "date") and serial_days(kept):
        return as_date(given, EXCEL)
    return coded or number(given, found)


def _mostly(given: Given, found: Numbers) -> bool:
    """Whether nearly all cells are numbers, or most are and the rest is one or two words ("absent")."""
    good = found.good & ~given.blank
    strays = int((~found.good & ~given.blank).sum())
    needed = WORDS_ALLOWED if strays <= 2 and good.sum() >= 10 else NUMBERS_NEEDED
    if not good.any() or given.cells.counts[good].sum() < needed * given.counts.sum():
        return False
    return not strays or _stray(given, found)


def _stray(given: Given, found: Numbers) -> bool:
    """Whether the texts that are no numbers are a few stray words, not codes such as V27 or 10-20."""
    rest = given.cells.texts.filter(pa.array(~found.good & ~given.blank))
    if len(found.scales) > 1 or len(rest) > 20 + 0.02 * len(given.cells.texts):
        return False
    coded = pc.match_substring_regex(rest, r"^(?:\pL{1,4}[-.]?\d|\d+[-/.:]\d|\d+\pL)")
    return bool((pc.sum(coded).as_py() or 0) <= 0.2 * len(rest))


def _compact(name: str, values: np.ndarray) -> bool:
    """Whether every number is a day of the calendar in eight digits: 20240301."""
    if not len(values) or not (values.min() >= 19000101 and values.max() <= 21001231 and (values % 1 == 0).all()):
        return False
    if len(values) < 10 and not signs.named(name, "date"):
        return False
    day, month = values % 100, values // 100 % 100
    return bool(((day >= 1) & (day <= 31) & (month >= 1) & (month <= 12)).all())


def _coded(given: Given, found: Numbers) -> Reading | None:
    """The column as identifier or category where its whole numbers are names; None where they count or measure."""
    kept = found.good & ~given.blank & ~found.infinite
    values, counts = found.values[kept], given.cells.counts[kept]
    if not len(values) or found.scale or (values != np.rint(values)).any():
        return None
    distinct, rows, digits = len(values), int(counts.sum()), _written_out(given, kept)
    why = _names_rows(given, values, distinct, rows, digits)
    if why is not None:
        return text(given, "identifier", why=why)
    long, zeros = digits and bool(np.abs(values).max() > MOST_EXACT), _zeros(given, kept)
    if long or zeros:
        facts = {"zeros": zeros, "long": long}
        if distinct < 0.9 * rows or rows < FEW_ROWS:
            return text(given, "category", facts)
        why = Message(N_("Its numbers begin with zeros or are very long: they name something, they do not measure."))
        return text(given, "identifier", facts, why)
    if signs.named(given.name, "code") and 3 <= distinct <= max(200, rows // 100) and distinct <= 0.2 * rows:
        return text(given, "category", {"codes": True})
    return None


def _zeros(given: Given, kept: np.ndarray) -> bool:
    """Whether whole numbers of three digits or more begin with a zero."""
    texts = given.cells.texts if kept.all() else given.cells.texts.filter(pa.array(kept))
    return not given.cells.native and bool(pc.any(pc.match_substring_regex(texts, r"^0\d{2,}$")).as_py())


def _written_out(given: Given, kept: np.ndarray) -> bool:
    """Whether numbers are written in 15 digits or more, as names are; 1e300 is a measure."""
    texts = given.cells.texts.filter(pa.array(kept))
    return bool(pc.any(pc.match_substring_regex(texts, r"^[-+]?\d[\d,.'’ ]{14,}$")).as_py())


def _names_rows(given: Given, values: np.ndarray, distinct: int, rows: int, digits: bool) -> Message | None:
    """Why whole numbers only name the rows; None where they may measure."""
    why = _by_name(given, distinct, rows)
    if why is not None or rows < FEW_ROWS:
        return why
    low, high = values.min(), values.max()
    if distinct == len(given.cells) and high - low == rows - 1 and not years(values):
        return Message(
            N_("It only numbers the rows, from {low:count} to {high:count}."), {"low": int(low), "high": int(high)}
        )
    if given.name == FIRST_UNNAMED and distinct >= 0.9 * rows and low >= 10_000:
        return Message(N_("It is the first column, has no name, and nearly every row has a large number of its own."))
    if distinct >= 0.99 * rows and low >= 10**14 and digits:
        return Message(N_("Nearly every row has its own number of 15 digits or more."))
    return None


def _by_name(given: Given, distinct: int, rows: int) -> Message | None:
    """Why the column is an identifier by the field's knowledge or its own name; None where it is not."""
    every = distinct == rows >= FEW_ROWS
    if given.known is not None and given.known.part == "identifier" and (distinct > 50 or every):
        return BY_FIELD
    many = rows >= FEW_ROWS and distinct > 50 and distinct >= 0.3 * rows
    if signs.named(given.name, "identifier") and (every or many):
        text = N_("Its name says so, and {distinct:count} of {rows:count} values differ.")
        return Message(text, {"distinct": distinct, "rows": rows})
    return None


def _date(given: Given) -> Reading | None:
    """The column as dates, where nearly all cells are written as such."""
    if not likely(given.texts):
        return None
    found, counts = dates(given.texts), given.counts
    if counts[found.shaped].sum() < NUMBERS_NEEDED * counts.sum() or counts[found.good].sum() < 0.5 * counts.sum():
        return None
    return date(given, dates(given.cells.texts, found.pattern), found.sure)


def _words(given: Given) -> Reading:
    """The column as free text, identifier or category."""
    texts = given.texts
    distinct, rows = len(texts), int(given.counts.sum())
    if signs.nested(texts):
        return text(given, "text", {"nested": True}, Message(N_("Its cells hold lists or records, not single values.")))
    if signs.prose(signs.measure(texts), distinct, rows):
        return as_text(given)
    why = _by_name(given, distinct, rows)
    if why is None and rows >= FEW_ROWS and distinct >= 0.99 * rows:
        why = Message(N_("Nearly every row has a value of its own."))
    if why is not None:
        return text(given, "identifier", why=why)
    return text(given, "category", _units(texts, given.decimal))


def _units(texts: pa.Array, decimal: str) -> Mapping[str, Any]:
    """The units of numbers that carry several, so that they could not be read as numbers."""
    if len(texts) > MOST_LEVELS or not _some_digits(texts):
        return {}
    found = numbers(texts, decimal)
    return {"units": found.scales} if found.mixed else {}


def _settled(reading: Reading, given: Given) -> Reading:
    """The reading; as a constant where one value is all there is, as a category where it is there or missing."""
    if reading.distinct > 1:
        return reading
    missing, rows = reading.missing, len(reading.cells)
    if not missing or min(missing, rows - missing) < max(5, 0.01 * rows):
        return constant(reading)
    if reading.column.kind == "number" and not reading.lost.any():
        return text(given, "category")
    return reading
