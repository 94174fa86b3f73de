"""What pages show of a column: counts, quantiles, a histogram, the most frequent values."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pyarrow as pa

from core.data.personal import mask
from core.data.reading import Reading, in_days
from core.data.table import Profile

SHARES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
BINS = 20
MOST = 20
EXAMPLES = 5
LONGEST = 80
"""Characters of an example that are shown."""
LONGEST_MASKED = 200
"""Characters that are searched for personal data before an example is cut: none may straddle the cut."""
Privacy = Literal["open", "pieces", "whole"]


def profile(reading: Reading, personal: Privacy = "open") -> Profile:
    """The profile of one column; its cells are shown as they are, with personal pieces masked, or masked whole."""
    counts = reading.counts
    distinct = reading.distinct
    examples = _examples(reading, counts, personal)
    missing = len(reading.cells) - int(counts.sum())
    if reading.parsed is not None and isinstance(reading.values, np.ndarray):
        return _numeric(reading, missing, distinct, examples)
    if reading.column.kind == "text":
        return Profile(missing, distinct, examples)
    order = _frequent(counts)[:MOST]
    levels = [_shown(text, personal) for text in reading.cells.texts.take(pa.array(order)).to_pylist()]
    return Profile(missing, distinct, examples, levels=tuple(levels), level_counts=tuple(int(n) for n in counts[order]))


def _frequent(counts: np.ndarray) -> np.ndarray:
    """Numbers of the texts that are values, most frequent first."""
    order = np.argsort(-counts, kind="stable")
    return order[counts[order] > 0]


def _examples(reading: Reading, counts: np.ndarray, personal: Privacy) -> tuple[str, ...]:
    chosen = np.flatnonzero(counts[: 10 * EXAMPLES] > 0)[:EXAMPLES]
    if not len(chosen):
        chosen = np.flatnonzero(counts > 0)[:EXAMPLES]
    return tuple(_shown(text, personal) for text in reading.cells.texts.take(pa.array(chosen)).to_pylist())


def _shown(text: str, personal: Privacy) -> str:
    text = text if personal == "open" else mask(text[:LONGEST_MASKED], personal == "whole")
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _numeric(reading: Reading, missing: int, distinct: int, examples: tuple[str, ...]) -> Profile:
    values = reading.values
    if values.dtype.kind == "M":
        values = in_days(values[~np.isnat(values)])
    else:
        values = values[~np.isnan(values)] if values.dtype.kind == "f" else values.astype(np.float64)
    if not len(values):
        return Profile(missing, 0, examples)
    quantiles = _quantiles(values)
    edges, counts = _histogram(values, quantiles, reading.column.whole)
    return Profile(
        missing,
        distinct,
        examples,
        quantiles=tuple(float(q) for q in quantiles),
        mean=float(values.mean()),
        edges=tuple(float(e) for e in edges),
        counts=tuple(int(n) for n in counts),
    )


def _quantiles(values: np.ndarray) -> np.ndarray:
    """Values at ``SHARES``, interpolated as ``np.quantile`` does; sorting is quicker than it for short columns."""
    if len(values) > 10_000:
        return np.asarray(np.quantile(values, SHARES))
    places = np.array(SHARES) * (len(values) - 1)
    below = places.astype(np.int64)
    ordered, part = np.sort(values), places - below
    above = ordered[np.minimum(below + 1, len(values) - 1)]
    return np.asarray(ordered[below] + part * (above - ordered[below]))


def _histogram(values: np.ndarray, quantiles: np.ndarray, whole: bool) -> tuple[np.ndarray, np.ndarray]:
    """Edges and counts; whole numbers of a small range get a bin each, a far tail does not flatten the rest."""
    low, high = float(quantiles[0]), float(quantiles[-1])
    if whole and high - low < BINS:
        edges = np.arange(low - 0.5, high + 1.0)
    else:
        high = high if high > low else low + 1.0
        edges = np.linspace(low, high, BINS + 1)
    if not np.isfinite(edges).all() or (np.diff(edges) <= 0).any():
        return np.array([low, max(high, np.nextafter(low, np.inf))]), np.array([len(values)])
    width = edges[1] - edges[0]
    bins = np.clip(((values - edges[0]) / width).astype(np.int64), 0, len(edges) - 2)
    return edges, np.bincount(bins, minlength=len(edges) - 1)
