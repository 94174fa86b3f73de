"""What separates the cells of a text table, judged on its first lines."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from core.data.formats.cells import WORD, is_value, trim

CANDIDATES = (",", ";", "\t", "|")
BLANKS, AT = " ", "@"
GAP = re.compile(r"[ \t\u3000]+")
PROSE = re.compile(r"[,;|] ")
"""A comma and the like before a blank is punctuation more often than a separator."""
SEVERAL = re.compile(r"[+-]?[\d.]+(?: +(?:[+-]?[\d.]+|\?)){2,}")
LEAST = 0.5
"""Share of rows that must have the same number of cells before a sign counts as separator."""


@dataclass(frozen=True)
class Dialect:
    """How lines become cells. ``quoted``: quotation marks enclose cells; ``padded``: blanks may stand before them."""

    separator: str
    quoted: bool = True
    padded: bool = False


def records(lines: Iterable[str], dialect: Dialect) -> Iterator[list[str]]:
    """The cells of each record; a blank line is an empty list.

    Raises:
        csv.Error: a cell is longer than ``csv.field_size_limit()``.
    """
    if dialect.separator == AT:
        return (_at(line.rstrip("\r\n")) for line in lines)
    if dialect.separator == BLANKS:
        return csv.reader((_single(line) for line in lines), delimiter=" ", skipinitialspace=True)
    if not dialect.separator:
        return ([line.rstrip("\r\n")] if line.strip() else [] for line in lines)
    if not dialect.quoted:
        return csv.reader(lines, delimiter=dialect.separator, quoting=csv.QUOTE_NONE)
    return csv.reader(lines, delimiter=dialect.separator, skipinitialspace=dialect.padded)


def _at(line: str) -> list[str]:
    text, sign, label = line.rpartition(AT)
    return [text, label] if sign else [line] if line.strip() else []


def _single(line: str) -> str:
    return GAP.sub(" ", line.strip()) + "\n"


def is_padded(lines: Sequence[str]) -> bool:
    """True where blanks stand between a separator and a quotation mark."""
    return any(re.search(r'[,;\t|] +"', line) for line in lines)


def find(lines: Sequence[str]) -> Dialect:
    """The separator that cuts the lines most evenly into cells that look like values; none gives one column."""
    padded = is_padded(lines)
    scores = {sign: evenness(_rows(lines, Dialect(sign, padded=padded)), sign) for sign in CANDIDATES}
    best = max(scores, key=lambda sign: scores[sign])
    if scores[best] > 0 and not (best == "\t" and _runs_together(_rows(lines, Dialect(best)))):
        return without_stray_quotes(lines, Dialect(best, padded=padded))
    if _labelled(lines):
        return Dialect(AT, quoted=False)
    if evenness(_rows(lines, Dialect(BLANKS)), BLANKS, least=0.85) > 0:
        return Dialect(BLANKS)
    return Dialect("", quoted=False)


def _rows(lines: Sequence[str], dialect: Dialect) -> list[list[str]]:
    try:
        return [row for row in records(lines, dialect) if any(cell.strip() for cell in row)]
    except csv.Error:
        return []


def width_of(rows: Sequence[Sequence[str]]) -> int:
    """The number of cells that most rows have (the larger of two equally frequent)."""
    counts = Counter(len(row) for row in rows if row)
    return max(counts, key=lambda width: (counts[width], width), default=0)


def evenness(rows: list[list[str]], separator: str, least: float = LEAST) -> float:
    """How well a separator fits, 0 (not at all) to 1: equal widths times cells that look like single values."""
    width = width_of(rows)
    if width < 2:
        return 0.0
    first = next(number for number, row in enumerate(rows) if len(row) == width)
    body = rows[first:] if first < max(5, len(rows) // 2) else rows
    even = sum(len(row) == width for row in body) / len(body)
    if even < least or (separator == BLANKS and even * len(body) < min(3, len(rows))):
        return 0.0
    others = [sign for sign in CANDIDATES if sign != separator]
    cells = [cell for row in trim(body[:100]) for cell in row[:50]]
    simple = sum(_simplicity(cell, others) for cell in cells) / max(1, len(cells))
    return even * simple * (1 - 1 / width)


def _simplicity(cell: str, others: list[str]) -> float:
    if not cell or is_value(cell):
        return 1.0
    if any(sign in PROSE.sub(" ", cell) for sign in others):
        return 0.1
    return 1.0 if WORD.fullmatch(cell) else 0.9


def _runs_together(rows: list[list[str]]) -> bool:
    """True where a lone tab parts cells of several numbers with blanks between them: then the blanks separate, too."""
    if width_of(rows) != 2:
        return False
    many = sum(any(SEVERAL.fullmatch(cell.strip()) for cell in row[:20]) for row in rows[:100])
    return many > 0.5 * len(rows[:100])


def without_stray_quotes(lines: Sequence[str], dialect: Dialect) -> Dialect:
    """Tab-separated text seldom quotes: where quotes would swallow lines and plain splitting is even, they are text."""
    if dialect.separator != "\t" or not any('"' in line for line in lines):
        return dialect
    quoted, plain = _rows(lines, dialect), _rows(lines, Dialect("\t", quoted=False))
    width = width_of(plain)
    swallowed = any("\n" in cell for row in quoted for cell in row)
    if swallowed and all(len(row) == width for row in plain):
        return Dialect("\t", quoted=False)
    return dialect


def _labelled(lines: Sequence[str]) -> bool:
    """True for lines "text@label" with a few labels that come again and again."""
    filled = [line.strip() for line in lines if line.strip()]
    labels = [line.rpartition(AT)[2] for line in filled if AT in line]
    if len(filled) < 3 or len(labels) < 0.98 * len(filled):
        return False
    if len(set(labels)) > max(2, len(labels) // 5):
        return False
    return all(len(label) <= 30 and "." not in label and WORD.fullmatch(label) for label in labels)
