"""From training rows to a preparation: which inputs each feature gives, with their bins and levels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from core.data.table import Column, Schema
from core.learn.prepare import EPOCH, Levels, Number, Preparation, date_level, date_number, plain_numbers
from core.learn.text import Topics, Words, encode_text, fit_text, fit_topics

LEVELS = 1_000
"""Levels kept of one category; rarer ones share a code."""
TERMS = 40_000
"""Terms kept of all text columns together."""
BINS = 24
"""Edges by quantiles of the values, and as many by quantiles of the distinct values."""
QUANTILE_ROWS = 100_000
FENCE = 20.0
"""Widths of the middle half of a number's values, further away from which a value counts as no further."""
TOPIC_ROWS = 10_000


def plan(frame: pd.DataFrame, schema: Schema, seed: int = 0) -> Preparation:
    """How the columns of a schema become inputs.

    Args:
        frame: typed, repaired training rows.
        schema: the features only.
        seed: draws the rows from which quantiles are taken where there are more than 100,000.
    """
    numbers: list[Number] = []
    levels: list[Levels] = []
    texts: list[Words] = []
    topics: list[Topics] = []
    rows = _draw(len(frame), seed)
    wordy = sum(column.kind == "text" for column in schema.columns)
    for column in schema.columns:
        cells = frame[column.name]
        if column.kind == "number":
            numbers.append(fit_number(column.name, "", cells, rows))
        elif column.kind == "date":
            numbers.extend(_date_numbers(column, cells, rows))
            levels.extend(_date_levels(column, cells))
        elif column.kind == "text":
            words = fit_text(cells, TERMS // wordy)
            texts.append(words)
            topics.append(_topics(cells, words, seed))
        elif column.kind != "constant":
            levels.append(Levels(column.name, "", _levels(cells)))
    return Preparation(schema.names, tuple(numbers), tuple(levels), tuple(texts), tuple(topics))


def _topics(cells: pd.Series, words: Words, seed: int) -> Topics:
    rows = np.random.default_rng(seed).permutation(len(cells))[:TOPIC_ROWS]
    return fit_topics(encode_text(cells.iloc[np.sort(rows)], words), seed)


def contract(schema: Schema, features: tuple[str, ...], frame: pd.DataFrame) -> Schema:
    """The features' columns with the levels and ranges of the training rows (typed, not repaired)."""
    found, known = [], {column.name: column for column in schema.columns}
    for name in features:
        column, cells = known[name], frame[name].dropna()
        if column.kind in ("category", "constant", "identifier"):
            column = replace(column, levels=tuple(str(level) for level in cells.value_counts().index[:LEVELS]))
        elif column.kind in ("number", "date") and len(cells):
            spread = date_number(cells, "days") if column.kind == "date" else cells.to_numpy(dtype=np.float64)
            column = replace(column, low=float(spread.min()), high=float(spread.max()))
        found.append(column)
    return Schema(tuple(found))


def fit_number(column: str, part: str, cells: pd.Series, rows: np.ndarray) -> Number:
    """Centre, spread and bins of one number; ``rows`` are the places of the cells that quantiles are taken from."""
    values = date_number(cells, part) if part else plain_numbers(cells.to_frame())[:, 0]
    known = values[np.isfinite(values)]
    missing = bool(len(known) < len(values))
    if not len(known):
        return Number(column, part, 0.0, 0.0, 1.0, 0.0, 0.0, (0.0, 1.0), (0.0, 0.0), missing)  # type: ignore[arg-type]
    low, high = fence(known)
    known = np.clip(known, low, high)
    scale = float(known.std())
    if not np.isfinite(scale) or scale <= 1e-12 * max(1.0, abs(low), abs(high)):
        scale = 1.0
    drawn = values[rows]
    drawn = np.clip(np.sort(drawn[np.isfinite(drawn)]), low, high) if len(drawn) else known
    edges = bin_edges(drawn if len(drawn) else np.sort(known))
    fill, mean = float(np.median(known)), float(known.mean())
    scores = normal_scores(drawn, edges)
    return Number(column, part, fill, mean, scale, low, high, _floats(edges), _floats(scores), missing)  # type: ignore[arg-type]


def fence(known: np.ndarray) -> tuple[float, float]:
    """Lowest and highest value that count: no further from the middle half of the values than 20 times its width.

    One cell of 1e9 among hundreds would otherwise leave no digits to tell the others apart. Where the middle half has
    no width, that of the distinct values is taken.
    """
    low, high = float(known.min()), float(known.max())
    for values in (known, np.unique(known)):
        near, far = np.quantile(values, [0.25, 0.75])
        room = FENCE * float(far - near)
        if room > 0:
            return max(low, float(near) - room), min(high, float(far) + room)
    return low, high


def bin_edges(values: np.ndarray, bins: int = BINS) -> np.ndarray:
    """Rising edges: quantiles of sorted values together with quantiles of the distinct values.

    Quantiles of the values alone leave few bins for a column in which most values are the same. A constant column
    gets one bin of width 1.
    """
    distinct = np.unique(values)
    wanted = int(np.clip(len(values) // 20, 2, bins))
    shares = np.linspace(0, 1, wanted + 1)
    edges = np.unique(np.concatenate([np.quantile(values, shares), np.quantile(distinct, shares)]))
    gap = 1e-9 * max(abs(edges[0]), abs(edges[-1]), 1e-30)
    edges = edges[np.concatenate([[True], np.diff(edges) > gap])]
    return edges if len(edges) > 1 else np.array([edges[0], edges[0] + 1.0])


def normal_scores(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """(n_edges,) standard deviations at which a normal law has the rank that each edge has among sorted values."""
    from scipy.special import ndtri

    ranks = (np.searchsorted(values, edges, "left") + np.searchsorted(values, edges, "right")) / 2
    share = np.clip(ranks / max(1, len(values)), 0.5 / max(1, len(values)), 1 - 0.5 / max(1, len(values)))
    return np.asarray(ndtri(share))


def _draw(rows: int, seed: int) -> np.ndarray:
    if rows <= QUANTILE_ROWS:
        return np.arange(rows)
    return np.sort(np.random.default_rng(seed).choice(rows, QUANTILE_ROWS, replace=False))


def _levels(cells: pd.Series) -> tuple[str, ...]:
    """Levels by falling frequency; one that occurs once (in large tables: seldom) is left to the rare ones."""
    counts = cells.dropna().astype(str).value_counts(sort=False)
    least = max(2, len(cells) // 20_000)
    kept = counts[counts >= least].sort_index().sort_values(ascending=False, kind="stable")
    return tuple(str(level) for level in kept.index[:LEVELS])


def _date_numbers(column: Column, cells: pd.Series, rows: np.ndarray) -> list[Number]:
    parts = ["days", "year"]
    moments = cells.to_numpy(dtype="datetime64[ns]")
    timed = ((moments - EPOCH) % np.timedelta64(1, "D"))[~np.isnat(moments)]
    if len(timed) and (timed != np.timedelta64(0, "ns")).any():
        parts.append("hour")
    return [fit_number(column.name, part, cells, rows) for part in parts]


def _date_levels(column: Column, cells: pd.Series) -> list[Levels]:
    return [Levels(column.name, part, _levels(date_level(cells, part))) for part in ("month", "weekday")]  # type: ignore[arg-type]


def _floats(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
