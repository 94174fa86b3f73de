"""Numbers outside what a field holds possible, and numbers far from all others."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.data.findings.disguised import zeros_are_none
from core.data.findings.finder import Hit, Rule, Seen
from core.data.table import Repair
from core.words import N_, Message

FAR = 8.0
"""Outliers lie so many quartile distances beyond the quartiles."""
FAR_IN_LOGARITHMS = 5.0
"""The same for the logarithms of values that are never negative: both must hold."""
MOST_SHARE = 0.01
"""More than this share of the rows is a long tail, not a handful of outliers."""
RANGE = Rule(
    "out_of_range",
    "warning",
    N_(
        "Column {column}: {cells:count} {cells:value lies/values lie} outside the usual range ({range}); they reach "
        "from {least:number} to {most:number}."
    ),
    N_("{n:count} columns hold values outside their usual range: {columns:list}."),
    N_("Correct them in the file, or declare them missing."),
)
UNIT = Rule(
    "out_of_range",
    "warning",
    N_(
        "Column {column}: {cells:count} {cells:value lies/values lie} outside the usual range ({range}), but fit once "
        "divided by {factor:number}."
    ),
    N_("The values of {n:count} columns would fit their usual range once divided: {columns:list}."),
    N_("If they are in another unit (percent, for example), choose “divide”."),
)
OUTLIERS = Rule(
    "outliers",
    "note",
    N_("Column {column}: {cells:count} {cells:value lies/values lie} far from all others ({examples:list})."),
    N_("In {n:count} columns a few values lie far from all others: {columns:list}."),
    N_("Look whether they are typing errors. Training limits their pull."),
)
FACTORS = (100.0, 10.0, 1000.0, 0.01, 0.1, 0.001)


def column(seen: Seen) -> Iterator[Hit]:
    """Values out of the field's range; without such knowledge, values far from the others."""
    parsed = seen.reading.parsed
    if seen.column.kind != "number" or parsed is None or not seen.profile.quantiles:
        return
    known = seen.known
    outside = (
        ~_within(parsed, known.low, known.high) & (seen.reading.counts > 0) if known else np.zeros(len(parsed), bool)
    )
    if outside.any():
        if not _only_zeros(seen, parsed, outside):
            yield _out(seen, parsed, outside)
    else:
        yield from _outliers(seen, parsed)


def _only_zeros(seen: Seen, parsed: np.ndarray, outside: np.ndarray) -> bool:
    """Whether all that lies outside are zeros that stand for "no value": that is said already."""
    kept = seen.reading.counts > 0
    values, place = np.unique(parsed[kept], return_inverse=True)
    counts = np.bincount(place, weights=seen.reading.counts[kept])
    return not parsed[outside].any() and len(values) >= 4 and zeros_are_none(seen, values, counts)


def _within(values: np.ndarray, low: float | None, high: float | None) -> np.ndarray:
    good = np.ones(len(values), dtype=bool)
    if low is not None:
        good &= ~(values < low)
    if high is not None:
        good &= ~(values > high)
    return good


def _out(seen: Seen, parsed: np.ndarray, outside: np.ndarray) -> Hit:
    known, counts = seen.known, seen.reading.counts
    assert known is not None
    beyond = parsed[outside]
    facts = {
        "cells": int(counts[outside].sum()),
        "range": _range(known.low, known.high),
        "least": float(beyond.min()),
        "most": float(beyond.max()),
    }
    rows = seen.reading.cells.rows(outside)
    for factor in FACTORS:
        if _fits(parsed, counts, outside, factor, (known.low, known.high)):
            repair = Repair("divide", seen.name, number=factor)
            return Hit(UNIT, seen.name, {**facts, "factor": factor}, rows, (repair,))
    codes = np.unique(beyond)
    offers = (Repair("missing", seen.name, codes=tuple(f"{code:.17g}" for code in codes)),) if len(codes) <= 10 else ()
    return Hit(RANGE, seen.name, facts, rows, offers)


def _range(low: float | None, high: float | None) -> Message:
    if low is None:
        return Message(N_("at most {high:number}"), {"high": high})
    if high is None:
        return Message(N_("at least {low:number}"), {"low": low})
    return Message(N_("{low:number} to {high:number}"), {"low": low, "high": high})


def _fits(
    parsed: np.ndarray, counts: np.ndarray, outside: np.ndarray, factor: float, ends: tuple[float | None, float | None]
) -> bool:
    """Whether dividing brings nearly every value into the range and most of them were outside."""
    total = counts.sum()
    inside = _within(parsed / factor, *ends)
    return bool(counts[outside].sum() > 0.5 * total and counts[inside].sum() >= 0.99 * total)


def _outliers(seen: Seen, parsed: np.ndarray) -> Iterator[Hit]:
    quantiles = seen.profile.quantiles
    if quantiles[4] <= quantiles[2] or seen.profile.distinct < 10:
        return
    counts = seen.reading.counts
    far = _far(parsed, quantiles[2], quantiles[4])
    if quantiles[0] >= 0:
        far &= _far(
            np.log1p(np.maximum(parsed, 0)),
            float(np.log1p(quantiles[2])),
            float(np.log1p(quantiles[4])),
            FAR_IN_LOGARITHMS,
        )
    far &= counts > 0
    if not far.any():
        return
    far &= _apart(parsed, far, counts, quantiles[4] - quantiles[2])
    cells = int(counts[far].sum())
    if 0 < cells <= max(1, MOST_SHARE * seen.filled):
        worst = parsed[far][np.argsort(-np.abs(parsed[far] - quantiles[3]))][:3]
        examples = [f"{value:.6g}" for value in worst]
        yield Hit(OUTLIERS, seen.name, {"cells": cells, "examples": examples}, seen.reading.cells.rows(far))


def _apart(values: np.ndarray, far: np.ndarray, counts: np.ndarray, width: float) -> np.ndarray:
    """Which values lie beyond a gap of twice the quartile distance, not at the end of an unbroken tail."""
    near = values[(counts > 0) & ~far]
    above = _beyond(np.unique(np.append(values[far & (values > near.max())], near.max())), 2 * width)
    below = _beyond(np.unique(np.append(-values[far & (values < near.min())], -near.min())), 2 * width)
    return np.asarray((values >= above) | (values <= -below))


def _beyond(steps: np.ndarray, gap: float) -> float:
    """The first of the rising values that follows a gap; infinite where there is none."""
    wide = np.flatnonzero(np.diff(steps) >= gap)
    return float(steps[wide[0] + 1]) if len(wide) else np.inf


def _far(values: np.ndarray, low: float, high: float, times: float = FAR) -> np.ndarray:
    width = high - low
    return np.asarray((values < low - times * width) | (values > high + times * width))
