"""How one column's values move the answer, case by case, coloured by which way or by the column it works with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.explain.explanation import Explanation
from core.plots.beeswarm import COLUMNS, ROWS
from core.plots.explain import ABOVE, NUMBER, Scale, bar, moments, numeric, ranks, tints
from core.plots.theme import Theme, blank, literal
from core.words import N_, show_number

LEVELS = 6
"""Categories of the column that gives the colour; the least frequent share one."""


@dataclass(frozen=True)
class Ends:
    """What a dependence comes to in one sentence: mean effects at the two ends."""

    column: str
    numeric: bool
    """The ends are the lowest and the highest quarter of the values; else the lowest and highest level."""
    low_name: str
    low: float
    high_name: str
    high: float
    n: int


def ends(explanation: Explanation, column: str) -> Ends:
    """Mean effect of a column at both ends of its values; for levels, of the one that lowers and that raises most."""
    place = explanation.columns.index(column)
    cells, values = explanation.cells[place], explanation.values[:, place]
    scale = numeric(cells)
    days = moments(cells) if scale is None else None
    if scale is None and days is not None:
        scale = np.where(np.isnat(days), np.nan, days.astype(np.float64))
    if scale is not None:
        low, high = np.nanquantile(scale, [0.25, 0.75])
        down, up = values[scale <= low].mean(), values[scale >= high].mean()
        names = [_end_name(end, days is not None) for end in (low, high)]
        return Ends(column, True, names[0], float(down), names[1], float(up), len(cells))
    levels, codes = np.unique(np.asarray(cells, dtype=str), return_inverse=True)
    means = np.bincount(codes, weights=values) / np.bincount(codes)
    least, most = int(means.argmin()), int(means.argmax())
    return Ends(
        column, False, str(levels[least]), float(means[least]), str(levels[most]), float(means[most]), len(cells)
    )


def dependence(
    explanation: Explanation, column: str, theme: Theme, seed: int = 0, scale: Scale = NUMBER, colour: str = ""
) -> go.Figure:
    """How one column's values move the answer, a point a case (at most 1,000).

    Categories stand side by side, the most frequent first; numbers lie on their own scale.

    Args:
        explanation: values in original columns.
        column: the one that is laid along the axis.
        theme: appearance and language.
        seed: draws the cases, and spreads those of a category.
        scale: what an answer is.
        colour: a second column that gives the colour; empty: whether the value raises or lowers.
    """
    place = explanation.columns.index(column)
    draw = np.random.default_rng(seed)
    rows = np.arange(len(explanation.rows))
    if len(rows) > ROWS:
        rows = np.sort(draw.choice(rows, ROWS, replace=False))
    figure = blank(theme, 400, legend=bool(colour))
    figure.add_hline(y=0, line={"color": theme.palette.quiet, "width": 1})
    x, shown = _along(figure, [explanation.cells[place][row] for row in rows], theme, draw)
    rows = rows[shown]
    y = (explanation.values[rows, place] * scale.factor).astype(np.float32)
    if colour:
        _coloured(figure, x, y, rows, explanation, (place, explanation.columns.index(colour)), theme)
    else:
        cells = [literal(explanation.cells[place][row], 30) for row in rows]
        _points(figure, x, y, cells, theme, color=tints(y, theme))
    figure.update_xaxes(title_text=literal(column))
    figure.update_yaxes(title_text=scale.titled(theme.say(N_("Moves the answer by")), theme), nticks=6)
    return figure


def _along(
    figure: go.Figure, cells: Sequence[str], theme: Theme, draw: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Where the cells lie on the axis, and which of them are shown at all."""
    numbers = numeric(cells)
    if numbers is not None:
        return numbers.astype(np.float32), np.ones(len(cells), dtype=bool)
    days = moments(cells)
    if days is not None:
        return days, np.ones(len(cells), dtype=bool)
    names, codes, counts = np.unique(np.asarray(cells, dtype=str), return_inverse=True, return_counts=True)
    order = _order(names, counts)
    places = np.argsort(order, kind="stable")[codes]
    shown = places < COLUMNS
    titles = [literal(names[at], 16) or theme.say(N_("missing")) for at in order[:COLUMNS]]
    figure.update_xaxes(tickmode="array", tickvals=list(range(len(titles))), ticktext=titles)
    jitter = draw.uniform(-0.22, 0.22, len(cells))
    return (places + jitter)[shown].astype(np.float32), shown


def _coloured(
    figure: go.Figure,
    x: np.ndarray,
    y: np.ndarray,
    rows: np.ndarray,
    explanation: Explanation,
    places: tuple[int, int],
    theme: Theme,
) -> None:
    """Points in the colour of a second column: shades for numbers and dates, one colour for each category."""
    own, other = (explanation.cells[place] for place in places)
    name = explanation.columns[places[1]]
    texts = [f"{literal(own[row], 30)}<br>{literal(name, 24)} = {_named(other[row], theme)}" for row in rows]
    if numeric(other) is None and moments(other) is None:
        _by_level(figure, x, y, texts, [other[row] for row in rows], name, theme)
        return
    numbers = explanation.numbers[rows, places[1]]
    low, high = _ends_of([other[row] for row in rows], numbers)
    colours = theme.palette
    scale: dict[str, Any] = {
        "color": ranks(numbers).astype(np.float32),
        "cmin": 0,
        "cmax": 1,
        "colorscale": [[0, colours.low], [1, colours.high]],
        "colorbar": bar(theme, literal(name, 24), literal(low, 12), literal(high, 12)),
    }
    _points(figure, x, y, texts, theme, **scale)
    figure.update_layout(margin={"t": ABOVE})


def _by_level(
    figure: go.Figure, x: np.ndarray, y: np.ndarray, texts: list[str], cells: list[str], name: str, theme: Theme
) -> None:
    levels, codes, counts = np.unique(np.asarray(cells, dtype=str), return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    known = order if len(order) <= LEVELS else order[: LEVELS - 1]
    known = known[_order(levels[known], counts[known])]
    for place, level in enumerate([*known, *([-1] if len(known) < len(order) else [])]):
        inside = codes == level if level >= 0 else ~np.isin(codes, known)
        title = _named(str(levels[level]), theme) if level >= 0 else theme.say(N_("others"))
        some = [text for text, one in zip(texts, inside, strict=True) if one]
        _points(figure, x[inside], y[inside], some, theme, title, color=theme.palette.groups[place])
    figure.update_layout(legend={"title": {"text": f"{literal(name, 24)}\u2002"}, "itemsizing": "constant"})


def _points(
    figure: go.Figure, x: np.ndarray, y: np.ndarray, texts: list[str], theme: Theme, name: str = "", **marker: Any
) -> None:
    figure.add_trace(
        go.Scatter(
            x=x,
            y=y,
            mode="markers",
            marker={"size": 6, "opacity": 0.6, **marker},
            text=texts,
            name=name,
            showlegend=bool(name),
            hovertemplate="%{text}: %{y:+.3~g}<extra></extra>",
        )
    )


def _ends_of(cells: list[str], numbers: np.ndarray) -> tuple[str, str]:
    """The cells with the smallest and the largest number."""
    present = np.flatnonzero(~np.isnan(numbers))
    if not len(present):
        return "", ""
    return cells[present[numbers[present].argmin()]], cells[present[numbers[present].argmax()]]


def _order(names: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Places of the levels: by size where all are numbers, missing last; else the most frequent first."""
    try:
        return np.argsort([float(name) if name else np.inf for name in names], kind="stable")
    except ValueError:
        return np.argsort(-counts, kind="stable")


def _named(cell: str, theme: Theme) -> str:
    return literal(cell, 24) or theme.say(N_("missing"))


def _end_name(value: float, dated: bool) -> str:
    return str(np.datetime64(round(value), "D")) if dated else show_number(float(f"{value:.3g}"))
