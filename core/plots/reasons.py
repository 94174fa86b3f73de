"""Figures of what lies behind the reasons: one column moved alone, and columns that work together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.explain.curve import Curve
from core.explain.pairs import Pairs
from core.plots.explain import NUMBER, Scale
from core.plots.theme import Theme, apart, blank, fade, literal, rows_height, with_unit
from core.words import N_, show_number

JOINED = 10
"""Pairs that are drawn, the strongest."""


def curve(found: Curve, theme: Theme, scale: Scale = NUMBER) -> go.Figure:
    """The mean answer with one column at one value after another, over the curves of single cases."""
    figure = blank(theme, 400)
    places = _places(found, figure, theme)
    for part in _runs(found):
        _lines(figure, places[part], found.lines[:, part] * scale.factor, theme, found.kind == "category")
    for part in _runs(found):
        _mean(figure, found, places, part, theme, scale)
    figure.update_xaxes(title_text=literal(found.column))
    title = theme.say(N_("Chance")) if scale.chance else with_unit(theme.say(N_("The answer")), scale.unit)
    ticks: dict[str, Any] = {"ticksuffix": "%", "rangemode": "tozero"} if scale.chance else {}
    figure.update_yaxes(title_text=title, nticks=6, **ticks)
    return figure


def _places(found: Curve, figure: go.Figure, theme: Theme) -> np.ndarray:
    """Where the points lie; missing stands apart at the right, categories by name."""
    names = [_cell(cell, theme) for cell in found.cells]
    if found.kind == "category":
        figure.update_xaxes(tickmode="array", tickvals=list(range(len(names))), ticktext=names)
        return np.arange(len(names), dtype=np.float64)
    known = found.numbers[~np.isnan(found.numbers)]
    beyond = known[-1] + 0.12 * max(float(np.ptp(known)), 1.0) if len(known) else 0.0
    places = np.where(np.isnan(found.numbers), beyond, found.numbers)
    if found.kind == "date":
        return np.array(places * 86_400_000, dtype="datetime64[ms]")
    if np.isnan(found.numbers).any():
        look = {"showarrow": False, "font": {"color": theme.palette.quiet}}
        figure.add_annotation(x=beyond, y=0, yref="paper", yanchor="top", text=names[-1], **look)
    return places


def _runs(found: Curve) -> list[np.ndarray]:
    """Points that belong to one line: all but missing, and missing by itself."""
    gone = np.isnan(found.numbers) & (found.kind != "category")
    return [part for part in (np.flatnonzero(~gone), np.flatnonzero(gone)) if len(part)]


def _lines(figure: go.Figure, x: np.ndarray, lines: np.ndarray, theme: Theme, levels: bool) -> None:
    """All single cases as one trace, with gaps between them."""
    if not len(lines):
        return
    gaps = np.full((len(lines), 1), np.nan)
    y = np.concatenate([lines, gaps], axis=1).ravel().astype(np.float32)
    along = np.tile(np.append(x, x[-1:]), len(lines))
    single = len(x) == 1 or levels
    figure.add_scatter(
        x=along,
        y=y,
        mode="lines+markers" if single else "lines",
        line={"color": fade(theme.palette.second, 0.28), "width": 1},
        marker={"size": 4, "color": fade(theme.palette.second, 0.35)},
        hoverinfo="skip",
        connectgaps=False,
    )


def _mean(figure: go.Figure, found: Curve, places: np.ndarray, part: np.ndarray, theme: Theme, scale: Scale) -> None:
    colours, factor = theme.palette, scale.factor
    mean = found.mean[part] * factor
    figure.add_scatter(
        x=places[part],
        y=mean,
        mode="lines+markers",
        line={"color": colours.main, "width": 3},
        marker={
            "size": 8,
            "color": [colours.paper if guess else colours.main for guess in found.guessed[part]],
            "line": {"color": colours.main, "width": 2},
        },
        error_y={
            "type": "data",
            "array": found.high[part] * factor - mean,
            "arrayminus": mean - found.low[part] * factor,
            "color": fade(colours.main, 0.5),
            "thickness": 1.5,
            "width": 0,
        },
        customdata=[
            f"{_cell(found.cells[at], theme)}: {scale.answer(float(found.mean[at]), theme)}" for at in part.tolist()
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _cell(cell: str | float | None, theme: Theme) -> str:
    if cell is None:
        return theme.say(N_("missing"))
    return literal(cell, 16) if isinstance(cell, str) else show_number(float(cell), theme.language)


def joined(found: Pairs) -> list[tuple[str, str, float, float]]:
    """(one, other, mean size, mean) of what two columns move the answer by together, beyond each alone; by size."""
    if not len(found.values):
        return []
    sizes, means = np.abs(found.values).mean(axis=0), found.values.mean(axis=0)
    count = len(found.columns)
    pairs = [
        (found.columns[one], found.columns[other], float(sizes[one, other]), float(means[one, other]))
        for one in range(count)
        for other in range(one + 1, count)
    ]
    return sorted(pairs, key=lambda pair: -pair[2])


def together(pairs: Sequence[tuple[str, str, float, float]], theme: Theme, scale: Scale = NUMBER) -> go.Figure:
    """A bar for each of the pairs of ``joined`` that move the answer most."""
    shown = list(pairs[:JOINED])
    sizes = [size * scale.factor for _, _, size, _ in shown]
    figure = blank(theme, rows_height(len(shown), 32))
    figure.add_bar(
        x=sizes,
        y=list(range(len(shown))),
        orientation="h",
        marker={"color": fade(theme.palette.main, 0.85), "cornerradius": 3},
        text=[f" {show_number(float(f'{size:.2g}'), theme.language)}" for size in sizes],
        textposition="outside",
        cliponaxis=False,
        hoverinfo="skip",
    )
    columns = sorted({column for pair in shown for column in pair[:2]})
    short = dict(zip(columns, apart(columns, 20), strict=True))
    names = [f"{short[pair[0]]} × {short[pair[1]]}" for pair in shown]
    figure.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(shown))),
        ticktext=names,
        range=[len(shown) - 0.4, -0.6],
        showgrid=False,
    )
    title = theme.say(N_("Moves the answer by, beyond each alone"))
    most = max(sizes, default=0.0) or 1.0
    figure.update_xaxes(title_text=scale.titled(title, theme, "<br>"), showticklabels=False, range=[0, 1.15 * most])
    return figure
