"""Figures of lessons: lines through points, the plane of a net, weights."""

from __future__ import annotations

import plotly.graph_objects as go

from core.lessons.lesson import Bars, Dots, Fit, Map
from core.plots.theme import Theme, blank, fade, literal, rows_height
from core.words import N_, Message, say

BORDER = 0.5
"""From this chance on the answer is yes."""


def fit(shown: Fit, theme: Theme) -> go.Figure:
    """Lines through points."""
    figure = blank(theme, 380, legend=True)
    for part in shown.parts:
        _part(figure, part, theme)
    figure.update_xaxes(title_text=theme.say(shown.x), showgrid=True)
    figure.update_yaxes(title_text=theme.say(shown.y))
    return figure


def plane(shown: Map, theme: Theme) -> go.Figure:
    """The chance at every place as a shade, the border where it is one half, and the cases as marks."""
    colours = theme.palette
    figure = blank(theme, 470, legend=True)
    figure.add_heatmap(
        x=shown.columns,
        y=shown.rows,
        z=shown.chance,
        zmin=0,
        zmax=1,
        zsmooth="best",
        colorscale=[[0, fade(colours.lowers, 0.55)], [0.5, fade(colours.quiet, 0.06)], [1, fade(colours.raises, 0.55)]],
        colorbar={"title": {"text": theme.say(N_("Chance"))}, "tickformat": ".0%", "thickness": 12, "outlinewidth": 0},
        hovertemplate="%{x:.3g}, %{y:.3g}: %{z:.0%}<extra></extra>",
    )
    _border(figure, shown, theme)
    for part, colour, sign in ((shown.yes, colours.raises, "circle"), (shown.no, colours.lowers, "x")):
        figure.add_scatter(
            x=part.x,
            y=part.y,
            name=literal(_said(part.name, theme)),
            mode="markers",
            marker={
                "size": 9 if len(shown.yes.x) + len(shown.no.x) > 8 else 16,
                "color": colour,
                "symbol": sign,
                "line": {"color": colours.paper, "width": 1},
            },
            hovertemplate="%{x:.3g}, %{y:.3g}<extra>%{fullData.name}</extra>",
        )
    figure.update_xaxes(title_text=theme.say(shown.x), range=[shown.columns[0], shown.columns[-1]])
    figure.update_yaxes(title_text=theme.say(shown.y), range=[shown.rows[0], shown.rows[-1]])
    return figure


def bars(shown: Bars, theme: Theme) -> go.Figure:
    """Weights as bars from zero, the largest on top: orange raises, blue lowers."""
    colours = theme.palette
    figure = blank(theme, rows_height(len(shown.names), 32, 70))
    figure.add_bar(
        x=shown.values,
        y=list(range(len(shown.names))),
        orientation="h",
        marker={"color": [colours.raises if value > 0 else colours.lowers for value in shown.values]},
        hovertemplate="%{x:.3g}<extra></extra>",
    )
    figure.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(shown.names))),
        ticktext=[literal(name) for name in shown.names],
        range=[len(shown.names) - 0.4, -0.6],
        showgrid=False,
    )
    figure.update_xaxes(title_text=theme.say(shown.title), showgrid=True, zeroline=True)
    return figure


def _part(figure: go.Figure, part: Dots, theme: Theme) -> None:
    colours = theme.palette
    colour = {
        "main": colours.main,
        "second": colours.second,
        "quiet": fade(colours.quiet, 0.7),
        "raises": colours.raises,
    }[part.role]
    figure.add_scatter(
        x=part.x,
        y=part.y,
        name=literal(_said(part.name, theme)),
        mode="lines" if part.line else "markers",
        line={"color": colour, "width": 2.5},
        marker={"color": colour, "size": 7 if len(part.x) > 20 else 11},
        hovertemplate="%{x:.3g}, %{y:.3g}<extra>%{fullData.name}</extra>",
    )


def _border(figure: go.Figure, shown: Map, theme: Theme) -> None:
    """A line where the answer turns; none where it is the same everywhere."""
    cells = [cell for row in shown.chance for cell in row]
    if min(cells) >= BORDER or max(cells) < BORDER:
        return
    figure.add_contour(
        x=shown.columns,
        y=shown.rows,
        z=shown.chance,
        contours={"start": BORDER, "end": BORDER, "size": 1, "coloring": "none"},
        line={"color": theme.palette.ink, "width": 2},
        showscale=False,
        hoverinfo="skip",
        showlegend=False,
    )


def _said(name: Message, theme: Theme) -> str:
    return say(name, theme.language)
