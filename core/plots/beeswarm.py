"""A point per case and column: which way each column moves the answer, and at which of its values."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.explain.explanation import Explanation
from core.explain.sentences import importance
from core.plots.explain import ABOVE, NUMBER, Scale, bar, name_columns, ranks
from core.plots.theme import Theme, between, blank, literal, rows_height
from core.words import N_

ROWS, COLUMNS = 1_000, 20
"""Most points of a column, and most columns."""
HEIGHT = 38
"""Pixels of a column's row."""
TINTS, LAYERS = 8, 2
"""Colours of points; each is drawn in so many layers, so that no colour lies on top of all others."""
STROKES = {3: 2.7, 5: 1.5}
"""Width and half the height, in pixels, of the two strokes that make a point round."""
MARGIN = 0.03
"""Beside the outermost points, of the distance between them."""


def beeswarm(
    explanation: Explanation, theme: Theme, top: int = COLUMNS, seed: int = 0, scale: Scale = NUMBER
) -> go.Figure:
    """Where each column moved the answer of each case, coloured by the column's own value.

    Args:
        explanation: values in original columns; at most 1,000 rows are drawn.
        theme: appearance and language.
        top: columns, at most 20.
        seed: draws the rows and spreads the points.
        scale: what an answer is.
    """
    shown = [explanation.columns.index(mean.column) for mean in importance(explanation)[: min(top, COLUMNS)]]
    draw = np.random.default_rng(seed)
    rows = np.arange(len(explanation.rows))
    if len(rows) > ROWS:
        rows = np.sort(draw.choice(rows, ROWS, replace=False))
    x, y, shade, text = np.zeros(0), np.zeros(0), np.zeros(0), list[str]()
    for place, column in enumerate(shown):
        values = explanation.values[rows, column]
        x = np.append(x, values * scale.factor)
        y = np.append(y, place + _spread(values, draw))
        shade = np.append(shade, ranks(explanation.numbers[rows, column]))
        text += [literal(explanation.cells[column][row], 30) for row in rows]
    figure = blank(theme, rows_height(max(len(shown), 4), HEIGHT, 110))
    if len(x):
        _told(figure, x, y, text)
        _shades(figure, theme)
    figure.update_layout(shapes=[*_paths(x, y, shade, theme), _middle(theme)])
    name_columns(figure, [explanation.columns[place] for place in shown])
    figure.update_yaxes(showgrid=True)
    figure.update_xaxes(
        title_text=scale.titled(theme.say(N_("← lowers it   ·   raises it →")), theme, "<br>"), nticks=7
    )
    return figure


def _paths(x: np.ndarray, y: np.ndarray, shade: np.ndarray, theme: Theme) -> list[dict[str, Any]]:
    """The points, each of two short upright strokes, all strokes of a tint as one path.

    As markers thousands of points would each be an element of the page, slow to draw and slow to leave; and WebGL takes
    a second where there is no graphics card.
    """
    low, high = theme.palette.low, theme.palette.high
    tints, layers, paths = np.minimum((shade * TINTS).astype(int), TINTS - 1), np.arange(len(x)) % LAYERS, []
    for layer, tint in np.ndindex(LAYERS, TINTS):
        mine = (tints == tint) & (layers == layer)
        if not mine.any():
            continue
        colour = between(low, high, tint / (TINTS - 1))
        for width, pixels in STROKES.items():
            ends = np.column_stack([x[mine], y[mine] - pixels / HEIGHT, y[mine] + pixels / HEIGHT])
            path = ("M%.5g,%.3fV%.3f" * len(ends)) % tuple(ends.ravel().tolist())
            paths.append({"type": "path", "path": path, "line": {"width": width, "color": colour}, "opacity": 0.75})
    return paths


def _middle(theme: Theme) -> dict[str, Any]:
    """The line at which nothing is moved."""
    line = {"color": theme.palette.quiet, "width": 1}
    return {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper", "line": line}


def _told(figure: go.Figure, x: np.ndarray, y: np.ndarray, text: list[str]) -> None:
    """What a point says when it is pointed at: a line through all of them that is not seen."""
    low, high = min(x.min(), 0.0), max(x.max(), 0.0)
    edge = MARGIN * (high - low) or 1.0
    figure.update_xaxes(range=[low - edge, high + edge])
    figure.add_scatter(
        x=x.astype(np.float32),
        y=y.astype(np.float32),
        mode="lines",
        line={"width": 0, "simplify": False},
        text=text,
        hovertemplate="%{text}: %{x:+.3~g}<extra></extra>",
    )


def _shades(figure: go.Figure, theme: Theme) -> None:
    """The bar that explains the colours, of a trace that draws nothing."""
    colours = theme.palette
    shades = bar(theme, theme.say(N_("The column's value")), theme.say(N_("low")), theme.say(N_("high")))
    scale = [[0, colours.low], [1, colours.high]]
    marker = {"color": [0], "cmin": 0, "cmax": 1, "colorscale": scale, "colorbar": shades}
    figure.add_scatter(x=[None], y=[None], mode="markers", hoverinfo="skip", marker=marker)
    figure.update_layout(margin={"t": ABOVE})


def _spread(values: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Up and down, wider where many points share a place."""
    if len(values) < 2 or np.ptp(values) == 0:
        return draw.uniform(-0.3, 0.3, len(values))
    counts, edges = np.histogram(values, bins=60)
    places = np.clip(np.digitize(values, edges[1:-1]), 0, len(counts) - 1)
    return np.asarray(draw.uniform(-0.38, 0.38, len(values)) * np.sqrt(counts[places] / counts.max()))
