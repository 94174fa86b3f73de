"""What a single cell looks like: a number, a date, a mark for missing, or words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

NUMBER = re.compile(r"[+-]?(?:[$€£¥]\s?)?(?:\d+(?:[.,'\u00a0]\d+)*[.,]?|[.,]\d+)(?:[eE][+-]?\d+)?\s?[%$€£¥]?")
COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d*),\d+(?:[eE][+-]?\d+)?\s?[%$€£¥]?")
POINT = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d*)\.\d+(?:[eE][+-]?\d+)?\s?[%$€£¥]?")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+")
DATE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T]\d{1,2}:\d{2}.*)?"
    r"|\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?(?:\s?[AaPp][Mm])?"
    r"|\d{4}年\d{1,2}月(?:\d{1,2}日)?"
)
MISSING = frozenset(
    {"?", "na", "n/a", "#n/a", "nan", "null", "none", "-", "--", ".", "..", "missing", "无", "缺失", "空"}
)
WORD = re.compile(r"[\w.+#%&/:()<>=*!'\u2019-]+")


def is_value(cell: str) -> bool:
    """True for what stands in a body but hardly ever in a header: numbers, dates, marks for missing."""
    return bool(NUMBER.fullmatch(cell) or DATE.fullmatch(cell)) or cell.lower() in MISSING


def is_number(cell: str) -> bool:
    """True for a number in any notation."""
    return NUMBER.fullmatch(cell) is not None


def decimal_of(cells: Iterable[str]) -> tuple[str | None, bool]:
    """Which sign the numbers use for decimals, and whether that is beyond doubt.

    Returns (None, True) where no number has decimals.
    """
    comma = point = grouped = 0
    for cell in cells:
        if GROUPED.fullmatch(cell):
            grouped += 1
        elif COMMA.fullmatch(cell):
            comma += 1
        elif POINT.fullmatch(cell):
            point += 1
    if comma > point:
        return ",", point == 0
    if point:
        return ".", comma == 0
    if grouped:
        return ".", False
    return None, True


def trim(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    """The rows with their cells stripped, for judging only."""
    return [[cell.strip() for cell in row] for row in rows]
