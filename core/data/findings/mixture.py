"""Numbers in two units: two heaps that lie a round factor apart."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.data.findings.finder import Hit, Rule, Seen
from core.words import N_

FACTORS = (10.0, 100.0, 1000.0, 2.2046, 2.54, 18.016, 88.42, 7.5006)
"""Tens, pounds and kilograms, inches and centimetres, mmol/L and mg/dL of glucose and of creatinine, kPa and mmHg."""
LEAST_SHARE, LEAST_ROWS = 0.02, 8
MIXED = Rule(
    "unit_mix",
    "warning",
    N_(
        "Column {column}: values lie in two heaps, {low:number} to {below:number} ({small:count} rows) and "
        "{above:number} to {high:number} ({large:count} rows), about {factor:number} times apart."
    ),
    N_("The values of {n:count} columns lie in two heaps, as if two units were mixed: {columns:list}."),
    N_("If two units are mixed, convert one of them in the file."),
)


def column(seen: Seen) -> Iterator[Hit]:
    """Whether a column of positive numbers has two tight heaps a known factor apart."""
    parsed = seen.reading.parsed
    if seen.column.kind != "number" or parsed is None or (seen.column.low or 0) <= 0 or seen.profile.distinct < 10:
        return
    kept = seen.reading.counts > 0
    order = np.argsort(parsed[kept])
    values, counts = parsed[kept][order], seen.reading.counts[kept][order]
    logs = np.log10(values)
    cut = int(np.argmax(np.diff(logs)))
    small, large = int(counts[: cut + 1].sum()), int(counts[cut + 1 :].sum())
    if min(small, large) < max(LEAST_ROWS, LEAST_SHARE * (small + large)):
        return
    factor = _factor(logs, counts, cut)
    if factor is not None:
        facts = {
            "low": float(values[0]),
            "below": float(values[cut]),
            "above": float(values[cut + 1]),
            "high": float(values[-1]),
            "small": small,
            "large": large,
            "factor": factor,
        }
        fewer = parsed <= values[cut] if small < large else parsed > values[cut]
        yield Hit(MIXED, seen.name, facts, seen.reading.cells.rows(fewer & kept))


def _factor(logs: np.ndarray, counts: np.ndarray, cut: int) -> float | None:
    """The known factor between the heaps' middles; None where the heaps are not apart or not alike."""
    below, above = logs[: cut + 1], logs[cut + 1 :]
    gap = above[0] - below[-1]
    distance = _middle(above, counts[cut + 1 :]) - _middle(below, counts[: cut + 1])
    if gap < 0.25 * distance or gap < 4 * np.median(np.diff(logs)) or len(below) < 3 or len(above) < 3:
        return None
    best = min(FACTORS, key=lambda factor: abs(np.log10(factor) - distance))
    return best if abs(np.log10(best) - distance) < 0.07 and gap > 0.15 else None


def _middle(logs: np.ndarray, counts: np.ndarray) -> float:
    total = np.cumsum(counts)
    return float(logs[np.searchsorted(total, total[-1] / 2)])
