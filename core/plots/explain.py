"""Figures of reasons: what matters, and which way each column moves the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.explain.sentences import Mean
from core.plots.theme import Theme, apart, blank, fade, literal, rows_height, signed
from core.words import N_, show_number

ABOVE = 108
"""Pixels that ``bar`` takes above a figure."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Scale:
    """What an answer is: a number in its unit, or a chance, which is drawn in percent and its changes in points."""

    chance: bool = False
    unit: str = ""

    @property
    def factor(self) -> float:
        return 100.0 if self.chance else 1.0

    def effect(self, value: float, theme: Theme) -> str:
        """A change of the answer with its sign."""
        return signed(round(100 * value, 1) if self.chance else value, theme)

    def answer(self, value: float, theme: Theme) -> str:
        """An answer: "31%" or "12.4"."""
        if self.chance:
            return theme.say(N_("{x:percent}"), x=value)
        return theme.say(N_("{x:number}"), x=_short(value))

    def titled(self, title: str, theme: Theme, between: str = " ") -> str:
        """An axis title with the unit of changes; ``between`` stands between the two."""
        unit = theme.say(N_("percentage points")) if self.chance else literal(self.unit)
        return f"{title}{between}({unit})" if unit else title


NUMBER = Scale()


def importance(means: Sequence[Mean], theme: Theme, top: int = 15, scale: Scale = NUMBER) -> go.Figure:
    """Mean distance by which each column moved the answer, the largest on top, with its interval."""
    shown = list(means[:top])
    values = [mean.value * scale.factor for mean in shown]
    most = max((mean.high for mean in shown), default=0.0) * scale.factor or 1.0
    figure = blank(theme, rows_height(len(shown), 32))
    figure.add_bar(
        x=values,
        y=list(range(len(shown))),
        orientation="h",
        marker={"color": fade(theme.palette.main, 0.85), "cornerradius": 3},
        error_x={
            "type": "data",
            "array": [(mean.high - mean.value) * scale.factor for mean in shown],
            "arrayminus": [(mean.value - mean.low) * scale.factor for mean in shown],
            "color": theme.palette.quiet,
            "thickness": 1.5,
            "width": 0,
        },
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=[mean.high * scale.factor for mean in shown],
        y=list(range(len(shown))),
        mode="text",
        text=[f" {show_number(_short(mean.value * scale.factor), theme.language)}" for mean in shown],
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
    )
    name_columns(figure, [mean.column for mean in shown])
    title = scale.titled(theme.say(N_("On average")), theme, "<br>")
    figure.update_xaxes(title_text=title, showticklabels=False, range=[0, 1.12 * most])
    return figure


def numeric(cells: Sequence[str]) -> np.ndarray | None:
    """(n,) the cells as numbers, NaN for missing, where all that are present are numbers and more than eight differ."""
    present = [cell for cell in cells if cell]
    if len(set(present)) <= 8:
        return None
    try:
        return np.array([float(cell.replace(",", "")) if cell else np.nan for cell in cells])
    except ValueError:
        return None


def moments(cells: Sequence[str]) -> np.ndarray | None:
    """(n,) the cells as days, NaT for missing, where all that are present are ISO dates and more than eight differ."""
    present = [cell for cell in cells if cell]
    if len(set(present)) <= 8 or not all(_DAY.match(cell) for cell in present):
        return None
    try:
        return np.array([cell[:10] if cell else "NaT" for cell in cells], dtype="datetime64[D]")
    except ValueError:
        return None


def bar(theme: Theme, title: str, low: str, high: str) -> dict[str, Any]:
    """The small bar above a figure that explains its shades, of numbers from 0 to 1."""
    colours = theme.palette
    return {
        "title": {"text": title, "side": "top", "font": {"color": colours.quiet, "size": theme.points - 1}},
        "orientation": "h",
        "x": 1,
        "xanchor": "right",
        "y": 1.0,
        "yanchor": "bottom",
        "tickvals": [0.02, 0.98],
        "ticktext": [low, high],
        "thickness": 8,
        "outlinewidth": 0,
        "len": 200,
        "lenmode": "pixels",
        "tickfont": {"color": colours.quiet},
    }


def name_columns(figure: go.Figure, names: Sequence[str]) -> None:
    """A line of the figure for each name, the first on top."""
    figure.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(names))),
        ticktext=apart(names, 28),
        range=[len(names) - 0.4, -0.6],
        showgrid=False,
    )


def ranks(numbers: np.ndarray) -> np.ndarray:
    """(n,) place of each number among the others, 0 to 1, equal for equals; the middle for missing."""
    ranks = np.full(len(numbers), 0.5)
    present = ~np.isnan(numbers)
    if present.any():
        distinct, codes = np.unique(numbers[present], return_inverse=True)
        ranks[present] = codes / max(len(distinct) - 1, 1) if len(distinct) > 1 else 0.5
    return ranks


def tints(values: Sequence[float] | np.ndarray, theme: Theme) -> list[str]:
    """The colour of each effect: what raises, what lowers."""
    return [theme.palette.raises if value > 0 else theme.palette.lowers for value in values]


def _short(value: float) -> float:
    return float(value) if abs(value) >= 1 else round(float(value), 3)
