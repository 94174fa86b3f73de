"""Figures of single columns, drawn from their profiles: no frame is opened."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import plotly.graph_objects as go

from core.data.table import Column, Profile
from core.plots.theme import Theme, blank, fade, literal, rows_height, with_unit
from core.words import N_, show_count, show_number

LEVELS = 12
"""Bars in a figure of categories; the rest is one grey bar."""


def drawable(profile: Profile) -> bool:
    """True where there is something to draw: a histogram or categories."""
    return bool(profile.counts or profile.level_counts)


def column(column: Column, profile: Profile, theme: Theme, rows: int | None = None) -> go.Figure:
    """The column's values: a histogram for numbers and dates, bars for everything that has levels.

    Args:
        column: the contract; its unit goes into the axis title.
        profile: histogram edges and counts, or level counts.
        theme: appearance and language.
        rows: rows of the table, for the bar of all other categories.
    """
    if profile.counts:
        return histogram(column, profile, theme)
    return levels(profile, theme, rows)


def histogram(column: Column, profile: Profile, theme: Theme) -> go.Figure:
    """Rows per interval of a number or a date; the median as a line."""
    edges = np.asarray(profile.edges, dtype=np.float64)
    dated = column.kind == "date"
    places = _days(edges) if dated else edges
    figure = blank(theme, 260)
    figure.add_bar(
        x=_middles(edges, dated),
        y=list(profile.counts),
        width=_widths(edges, dated),
        marker={"color": fade(theme.palette.main, 0.85), "line": {"color": theme.palette.paper, "width": 1}},
        text=[_interval(low, high, dated, theme) for low, high in pairwise(places)],
        customdata=[show_count(count, theme.language) for count in profile.counts],
        hovertemplate="%{text}<br>%{customdata}<extra></extra>",
        textposition="none",
    )
    if len(profile.quantiles) == 7 and not dated:
        _median(figure, profile.quantiles[3], theme)
    figure.update_layout(bargap=0.0)
    figure.update_xaxes(title_text=_named(column, theme))
    figure.update_yaxes(title_text=theme.say(N_("Rows")), nticks=5, rangemode="tozero")
    return figure


def levels(profile: Profile, theme: Theme, rows: int | None = None) -> go.Figure:
    """Rows per category, the most frequent on top; what does not fit is one grey bar."""
    names = [literal(level, 24) for level in profile.levels[:LEVELS]]
    counts = list(profile.level_counts[:LEVELS])
    colours = [fade(theme.palette.main, 0.85)] * len(names)
    others = max(0, (rows or sum(profile.level_counts)) - profile.missing - sum(counts)) if rows else 0
    others = others or sum(profile.level_counts[LEVELS:])
    if others > 0 and profile.distinct > len(names):
        names.append(theme.say(N_("{n:count} other values"), n=profile.distinct - len(counts)))
        counts.append(others)
        colours.append(theme.palette.second)
    figure = blank(theme, rows_height(len(names), 28, 70))
    figure.add_bar(
        x=counts,
        y=list(range(len(names))),
        orientation="h",
        marker={"color": colours},
        text=[show_count(count, theme.language) for count in counts],
        textposition="outside",
        cliponaxis=False,
        customdata=names,
        hovertemplate="%{customdata}: %{text}<extra></extra>",
    )
    figure.update_xaxes(
        title_text=theme.say(N_("Rows")), showticklabels=False, range=[0, 1.15 * max(counts, default=1)]
    )
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(names))), ticktext=names, autorange="reversed", showgrid=False
    )
    return figure


def _median(figure: go.Figure, value: float, theme: Theme) -> None:
    figure.add_vline(
        x=value,
        line={"color": theme.palette.quiet, "width": 1, "dash": "dot"},
        annotation={
            "text": theme.say(N_("median {value:number}"), value=value),
            "font": {"color": theme.palette.quiet, "size": theme.points - 1},
            "yanchor": "bottom",
        },
        annotation_position="top right",
    )
    figure.update_layout(margin={"t": 28})


def _days(edges: np.ndarray) -> np.ndarray:
    return (edges * 86_400_000).astype("datetime64[ms]")


def _middles(edges: np.ndarray, dated: bool) -> list[object]:
    middles = (edges[:-1] + edges[1:]) / 2
    return [str(day) for day in _days(middles)] if dated else middles.tolist()


def _widths(edges: np.ndarray, dated: bool) -> list[float]:
    widths = np.diff(edges)
    return list(widths * 86_400_000 if dated else widths)


def _interval(low: object, high: object, dated: bool, theme: Theme) -> str:
    if dated:
        return theme.say(N_("{low} to {high}"), low=str(low)[:10], high=str(high)[:10])
    first, last = show_number(float(low), theme.language), show_number(float(high), theme.language)  # type: ignore[arg-type]
    return theme.say(N_("{low} to {high}"), low=first, high=last)


def _named(column: Column, theme: Theme) -> str:
    unit = theme.say(column.unit) if column.unit else column.scale
    return with_unit(literal(column.name), unit)
