"""How far each way moves the answer, beside what is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from core.plots.explain import NUMBER, Scale
from core.plots.theme import Theme, blank, literal, rows_height, with_unit
from core.plots.waterfall import percents
from core.words import N_

ROOM = 0.34
"""Of the width, on both sides of the lines: for their figures, on a telephone too."""


@dataclass(frozen=True)
class Reach:
    """One way."""

    name: str
    value: float
    """The answer that it leads to: a chance, or a number."""
    changed: str
    """What it changes, for the reader."""


def reached(
    ways: Sequence[Reach], start: float, wanted: Sequence[float], theme: Theme, scale: Scale = NUMBER
) -> go.Figure:
    """A line a way, from the answer to the case as it is to the new one; dotted lines are what is wanted.

    Args:
        ways: what was found, the first on top.
        start: the answer to the case as it is.
        wanted: ends of what is wanted, in the unit of answers.
        theme: appearance and language.
        scale: what an answer is.
    """
    figure = blank(theme, rows_height(len(ways), 44, 110))
    for place, way in enumerate(ways):
        _line(figure, place, start, way, theme, scale)
    for bound in wanted:
        figure.add_vline(x=bound * scale.factor, line={"color": theme.palette.quiet, "width": 1.5, "dash": "dot"})
    if wanted:
        text = theme.say(N_("wanted"))
        figure.add_annotation(
            x=wanted[0] * scale.factor,
            y=-0.75,
            text=text,
            showarrow=False,
            xanchor="left",
            xshift=6,
            font={"color": theme.palette.quiet},
        )
    title = theme.say(N_("Chance (%)")) if scale.chance else with_unit(theme.say(N_("The answer")), scale.unit)
    low, high = _span([start, *(way.value for way in ways), *wanted], scale)
    ticks = {"tickvals": percents(low, high)} if scale.chance else {"nticks": 6}
    figure.update_xaxes(title_text=title, range=[low, high], **ticks)
    names = [literal(way.name, 24) for way in ways]
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(ways))), ticktext=names, range=[len(ways) - 0.4, -1], showgrid=False
    )
    return figure


def _line(figure: go.Figure, place: int, start: float, way: Reach, theme: Theme, scale: Scale) -> None:
    colours = theme.palette
    colour = colours.raises if way.value > start else colours.lowers
    ends = [start * scale.factor, way.value * scale.factor]
    figure.add_scatter(
        x=ends,
        y=[place, place],
        mode="lines+markers",
        line={"color": colour, "width": 3},
        marker={"size": [9, 13], "color": [colours.second, colour]},
        hovertemplate="%{customdata}<extra></extra>",
        customdata=[
            theme.say(N_("as it is: {x}"), x=scale.answer(start, theme)),
            f"{literal(way.changed, 120)}<br>{scale.answer(way.value, theme)}",
        ],
    )
    side = "left" if way.value >= start else "right"
    figure.add_annotation(
        x=ends[1],
        y=place,
        text=scale.answer(way.value, theme),
        showarrow=False,
        xanchor=side,
        xshift=12 if side == "left" else -12,
        font={"color": colours.ink},
    )


def _span(values: Sequence[float], scale: Scale) -> list[float]:
    """The axis, with room for the figures beside its ends."""
    low, high = min(values) * scale.factor, max(values) * scale.factor
    room = ROOM * (high - low or 1.0)
    return [low - room, high + room]
