"""Numbers that stand for "no value": -1, 99, 999, -200, or a zero where nobody has one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from core.data.findings.finder import Hit, Rule, Seen
from core.data.table import Repair
from core.words import N_

CODES = frozenset(
    {-1.0, -9.0, -8.0, -7.0, -99.0, -98.0, -97.0, -999.0, -998.0, -200.0, -9999.0, -99999.0}
    | {9.0, 97.0, 98.0, 99.0, 997.0, 998.0, 999.0, 9999.0, 99999.0, 999999.0}
)
LEAST_ROWS = 3
ITEM = N_("{column} ({code} in {cells:count} {cells:row/rows})")
ZERO = Rule(
    "missing_code",
    "warning",
    N_("Column {column}: {cells:count} of {rows:count} values are 0, which nobody has."),
    N_("{n:count} columns hold zeros where nobody has a zero: {columns:list}."),
    N_("They probably stand for “not measured”. Choose “0 means missing”."),
    item=ITEM,
)
APART = Rule(
    "missing_code",
    "note",
    N_(
        "Column {column}: {code} stands in {cells:count} {cells:row/rows} and far from all other values "
        "({low:number} to {high:number})."
    ),
    N_("In {n:count} columns one value stands far from all others, as a code for “missing” does: {columns:list}."),
    N_("If it stands for “not known”, declare it missing."),
    item=ITEM,
)
OFTEN = replace(APART, severity="warning")
OFTEN_SHARE = 0.01
"""From this share of a column's values on, a code changes what a model learns, and the analyst is asked."""


def column(seen: Seen) -> Iterator[Hit]:
    """At most two codes of a column of numbers."""
    parsed = seen.reading.parsed
    if seen.column.kind != "number" or parsed is None or seen.profile.distinct < 4:
        return
    kept = seen.reading.counts > 0
    values, place = np.unique(parsed[kept], return_inverse=True)
    counts = np.bincount(place, weights=seen.reading.counts[kept])
    if zeros_are_none(seen, values, counts):
        yield _hit(ZERO, seen, parsed, 0.0, int(counts[values == 0][0]), values)
        return
    for code in _apart(values, counts, seen)[:2]:
        cells = int(counts[values == code][0])
        yield _hit(OFTEN if cells >= OFTEN_SHARE * seen.filled else APART, seen, parsed, code, cells, values)


def zeros_are_none(seen: Seen, values: np.ndarray, counts: np.ndarray) -> bool:
    """Whether zeros stand for "no value" in a column with these values, sorted and different, in so many rows each."""
    return seen.known is not None and seen.known.zero_is_missing and _never_zero(values, counts)


def _never_zero(values: np.ndarray, counts: np.ndarray) -> bool:
    """Some are zero and the rest lies above."""
    return bool(values[0] == 0 and values[1] > 0 and counts[0] < 0.95 * counts.sum())


def _apart(values: np.ndarray, counts: np.ndarray, seen: Seen) -> list[float]:
    """Codes at an end of the values, with a gap to the others that the others do not have among themselves."""
    codes = []
    for code, rest, many in ((values[0], values[1:], counts[0]), (values[-1], values[:-1], counts[-1])):
        if many < LEAST_ROWS or not _code(float(code), seen):
            continue
        if _isolated(float(code), rest, counts[1:] if rest is not values[:-1] and code == values[0] else counts[:-1]):
            codes.append(float(code))
    return codes


def _code(value: float, seen: Seen) -> bool:
    known = seen.known
    if known is not None and (known.low is not None or known.high is not None):
        return False  # within the field's range it is a value, beyond it the range says so
    return value in CODES or value == 0


def _isolated(code: float, rest: np.ndarray, counts: np.ndarray) -> bool:
    """Whether the gap is wide against the spread of the rest and against the steps next to it."""
    near = np.sort(np.abs(rest - code))
    step = float(np.median(np.diff(near[:11]))) if len(near) > 2 else near[0]
    low, high = _quartiles(rest, counts)
    if code == 0 and not (near[0] >= 5 * step and near[0] > 0.1 * (high - low)):
        return False
    if code < 0 <= rest[0]:
        return len(rest) > 3
    if abs(code) == 9:
        return near[0] >= 3 * step and len(rest) >= 3
    return bool(near[0] >= 5 * step and (code == 0 or near[0] >= 1.5 * (high - low)))


def _quartiles(values: np.ndarray, counts: np.ndarray) -> tuple[float, float]:
    total = np.cumsum(counts)
    at = np.searchsorted(total, [0.25 * total[-1], 0.75 * total[-1]])
    return float(values[at[0]]), float(values[at[1]])


def _hit(rule: Rule, seen: Seen, parsed: np.ndarray, code: float, cells: int, values: np.ndarray) -> Hit:
    rest = values[values != code]
    text = f"{code:g}"
    facts = {
        "code": text,
        "cells": cells,
        "rows": seen.filled,
        "low": float(rest[0]),
        "high": float(rest[-1]),
    }
    rows = seen.reading.cells.rows(parsed == code)
    return Hit(rule, seen.name, facts, rows, (Repair("missing", seen.name, codes=(text,)),))
