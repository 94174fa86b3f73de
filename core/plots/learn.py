"""Figures of training: loss curves, and models side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from core.learn.evaluation import Estimate
from core.plots.theme import Theme, blank, fade, literal, mark, rows_height
from core.words import N_, show_number


@dataclass(frozen=True)
class Losses:
    """One learner's loss at each pass over the data."""

    name: str
    epochs: Sequence[float]
    train: Sequence[float | None]
    validation: Sequence[float | None]
    best: float | None = None
    """The pass that was kept."""


@dataclass(frozen=True)
class Bar:
    """A figure with its interval, for one of the models that are compared."""

    name: str
    estimate: Estimate


def is_rounds(name: str) -> bool:
    """Whether a learner goes forward by rounds, a tree each, and not by passes over the data."""
    return name in ("forest", "trees")


def losses(curve: Losses, theme: Theme) -> go.Figure:
    """Loss on the rows learned from and on rows held back; a mark where the model was kept."""
    colours = theme.palette
    figure = blank(theme, 320, legend=True)
    lines = (
        (theme.say(N_("Rows it learns from")), curve.train, colours.second),
        (theme.say(N_("Rows held back")), curve.validation, colours.main),
    )
    for name, values, colour in lines:
        figure.add_scatter(
            x=list(curve.epochs),
            y=list(values),
            name=name,
            mode="lines",
            line={"color": colour, "width": 2.5},
            hovertemplate="%{y:.3g}<extra>%{fullData.name}</extra>",
        )
    if curve.best is not None and curve.best in curve.epochs:
        at = list(curve.epochs).index(curve.best)
        mark(figure, curve.best, curve.validation[at], theme.say(N_("kept")), theme)
    figure.update_layout(hovermode="x unified")
    step = 1 if len(curve.epochs) < 12 else None
    title = theme.say(N_("Rounds") if is_rounds(curve.name) else N_("Passes over the data"))
    figure.update_xaxes(title_text=title, rangemode="tozero", dtick=step)
    figure.update_yaxes(title_text=theme.say(N_("Error (loss)")), nticks=6)
    return figure


def comparison(bars: Sequence[Bar], theme: Theme, share: bool = True) -> go.Figure:
    """One metric of several models as points with intervals, the first in the main colour.

    Args:
        bars: the model first.
        theme: appearance and language.
        share: the metric lies between 0 and 1.
    """
    shown = [bar for bar in bars if bar.estimate.value is not None]
    figure = blank(theme, rows_height(len(shown), 34, 60))
    for place, bar in enumerate(shown):
        value = float(bar.estimate.value or 0.0)
        low = bar.estimate.low if bar.estimate.low is not None else value
        high = bar.estimate.high if bar.estimate.high is not None else value
        figure.add_scatter(
            x=[value],
            y=[place],
            mode="markers",
            marker={"size": 12, "color": theme.palette.main if place == 0 else theme.palette.second},
            error_x={
                "type": "data",
                "array": [high - value],
                "arrayminus": [value - low],
                "thickness": 3,
                "width": 0,
                "color": fade(theme.palette.main if place == 0 else theme.palette.second, 0.6),
            },
            hovertemplate=f"{estimate(bar.estimate, theme)}<extra></extra>",
        )
    figure.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(shown))),
        ticktext=[literal(bar.name) for bar in shown],
        range=[len(shown) - 0.5, -0.5],
        showgrid=False,
    )
    figure.update_xaxes(showgrid=True, nticks=6)
    if share:
        figure.update_xaxes(range=[-0.02, 1.02])
    return figure


def estimate(value: Estimate | None, theme: Theme) -> str:
    """A figure with its interval: "0.81 (0.77 to 0.85)"; a dash where it is not defined."""
    if value is None or value.value is None:
        return "–"
    if value.low is None or value.high is None:
        return show_number(value.value, theme.language)
    return theme.say(N_("{x:number} ({low:number} to {high:number})"), x=value.value, low=value.low, high=value.high)
