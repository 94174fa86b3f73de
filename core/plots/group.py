"""Figures of a whole group: who is in it, what moving it does, two columns on a grid, which column moves it most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.plots.explain import Scale
from core.plots.theme import Theme, apart, blank, fade, literal, rows_height, with_unit
from core.whatif.scenario import Cell
from core.whatif.shift import ENOUGH, Heat, Part, Pull, Shift
from core.words import N_, show_number

POINTS = 2_000
"""Cases in the chart from which a group is chosen, at most."""
LEVELS = 20
"""Categories along an axis."""
ROOMY = 12
"""Columns of a grid up to which its cells carry their number."""
LINES = 24
"""Groups with a line of their own, where there are more than that."""
NARROW = 0.22
"""How far the points of a category are spread to its sides."""


@dataclass(frozen=True, eq=False)
class Axis:
    """One direction of the chart of cases."""

    title: str
    values: np.ndarray
    """(n,) numbers, dates, or texts; NaN, NaT or "" for missing."""
    unit: str = ""
    percent: bool = False
    """The numbers are shares."""


def cases(rows: np.ndarray, x: Axis, y: Axis, theme: Theme, inside: np.ndarray | None = None) -> go.Figure:
    """A point a case, to draw a loop around; each carries its row number.

    Args:
        rows: (n,) row numbers of the table, at most ``POINTS``.
        x: what lies to the right.
        y: what lies upwards.
        theme: appearance and language.
        inside: (n,) bool, those that are in the group already; None for all.
    """
    figure = blank(theme, 420)
    draw = np.random.default_rng(0)
    across, up = _laid(figure, x, "x", theme, draw), _laid(figure, y, "y", theme, draw)
    mine = np.ones(len(rows), dtype=bool) if inside is None else inside
    colours = [theme.palette.main if one else theme.palette.second for one in mine]
    figure.add_scatter(
        x=across,
        y=up,
        mode="markers",
        customdata=rows[:, None],
        marker={"size": 7, "opacity": 0.55, "color": colours},
        selected={"marker": {"opacity": 0.95, "color": theme.palette.raises}},
        unselected={"marker": {"opacity": 0.2}},
        hovertemplate=theme.say(N_("Data row")) + " %{text}<extra></extra>",
        text=[show_number(float(row + 1), theme.language) for row in rows],
    )
    figure.update_layout(dragmode="lasso", newselection={"line": {"color": theme.palette.quiet}})
    return figure


def totals(shift: Shift, theme: Theme, event: str = "", unit: str = "") -> go.Figure:
    """The total of cases, or the mean of numbers, before and after; the bar is the interval of the change.

    Args:
        shift: before and after.
        theme: appearance and language.
        event: what the class counted is called.
        unit: of numbers.
    """
    figure = blank(theme, 190)
    three = (shift.before, shift.after, shift.change)
    first, second, change = three if shift.label else (shift.mean(one) for one in three)
    before, after = first.value or 0.0, second.value or 0.0
    rising = after > before
    colour = theme.palette.raises if rising else theme.palette.lowers
    low, high = before + (change.low or 0.0), before + (change.high or 0.0)
    figure.add_scatter(
        x=[before, after], y=[0, 1], mode="lines", hoverinfo="skip", line={"color": theme.palette.grid, "width": 2}
    )
    figure.add_scatter(
        x=[before, after],
        y=[0, 1],
        mode="markers",
        error_x={
            "type": "data",
            "array": [0, max(high - after, 0.0)],
            "arrayminus": [0, max(after - low, 0.0)],
            "color": theme.palette.quiet,
            "thickness": 2,
            "width": 6,
        },
        marker={"size": 14, "color": [theme.palette.second, colour]},
        hovertemplate="%{x:.4~g}<extra></extra>",
    )
    for place, value in enumerate((before, after)):
        shown = show_number(_three(value), theme.language)
        figure.add_annotation(x=value, y=place, text=shown, showarrow=False, yshift=18)
    names = [theme.say(N_("As they are")), theme.say(N_("After the change"))]
    figure.update_yaxes(tickmode="array", tickvals=[0, 1], ticktext=names, range=[1.6, -0.8], showgrid=False)
    title = _counted(event or shift.label, theme) if shift.label else _mean(Scale(unit=unit), theme)
    figure.update_xaxes(title_text=title, nticks=7, showgrid=True)
    return figure


def _counted(event: str, theme: Theme) -> str:
    return theme.say(N_("Cases of “{event}” to be expected"), event=event)


def told(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The groups that get a line: all where they are few, else those with enough cases of the columns that part most.

    A column's groups stay together, so that they can be compared.
    """
    if len(parts) <= LINES:
        return tuple(parts)
    columns: dict[str, list[Part]] = {}
    for part in parts:
        if part.n >= ENOUGH:
            columns.setdefault(part.column, []).append(part)
    shown: list[str] = []
    for name in sorted(columns, key=lambda name: -_spread(columns[name])):
        if 1 < len(columns[name]) <= LINES - sum(len(columns[one]) for one in shown):
            shown.append(name)
    return tuple(part for name, mine in columns.items() if name in shown for part in mine) or tuple(parts[:LINES])


def _spread(parts: Sequence[Part]) -> float:
    changes = [part.change.value or 0.0 for part in parts]
    return max(changes) - min(changes)


def groups(parts: Sequence[Part], theme: Theme, scale: Scale) -> go.Figure:
    """Mean change of the answer in each group with its interval; groups with few cases are grey."""
    shown = list(parts)
    figure = blank(theme, rows_height(len(shown), 32))
    figure.add_vline(x=0, line={"color": theme.palette.quiet, "width": 1})
    values = [(part.change.value or 0.0) * scale.factor for part in shown]
    lows = [_end(part.change.low, value, scale) for part, value in zip(shown, values, strict=True)]
    highs = [_end(part.change.high, value, scale) for part, value in zip(shown, values, strict=True)]
    figure.add_scatter(
        x=values,
        y=list(range(len(shown))),
        mode="markers",
        marker={"size": 11, "color": [_tone(part, theme) for part in shown]},
        error_x={
            "type": "data",
            "array": [high - value for high, value in zip(highs, values, strict=True)],
            "arrayminus": [value - low for low, value in zip(lows, values, strict=True)],
            "color": theme.palette.quiet,
            "thickness": 1.5,
            "width": 4,
        },
        text=[scale.effect(part.change.value or 0.0, theme) for part in shown],
        hovertemplate="%{text}<extra></extra>",
    )
    names = [_group(part, theme) for part in shown]
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(names))), ticktext=names, range=[len(names) - 0.4, -0.6]
    )
    figure.update_xaxes(title_text=scale.titled(theme.say(N_("On average")), theme, "<br>"), nticks=7)
    return figure


def widest(parts: Sequence[Part]) -> tuple[Part, Part] | None:
    """The groups, of those with enough cases, whose answers move most downwards and most upwards."""
    enough = sorted((part for part in parts if part.n >= ENOUGH), key=lambda part: part.change.value or 0.0)
    return (enough[0], enough[-1]) if len(enough) > 1 else None


def heat(found: Heat, theme: Theme, scale: Scale) -> go.Figure:
    """Mean answers over two columns; a cross marks where no real case lies near, so that the model guesses."""
    across = [_cell(cell, theme) for cell in found.cells[0]]
    up = [_cell(cell, theme) for cell in found.cells[1]]
    values = np.array(found.values, dtype=np.float64).T * scale.factor
    counts = np.array(found.counts).T
    figure = blank(theme, 480)
    for real in (True, False):
        _grid(figure, values, counts, real, theme, scale)
    high, wide = np.nonzero(counts == 0)
    cross = {"symbol": "x-thin", "size": 16, "line": {"width": 1, "color": theme.palette.quiet}}
    figure.add_scatter(x=wide, y=high, mode="markers", hoverinfo="skip", marker=cross)
    ticks = {"tickmode": "array", "showgrid": False}
    figure.update_xaxes(
        title_text=literal(found.columns[0]), tickvals=list(range(len(across))), ticktext=across, **ticks
    )
    figure.update_yaxes(title_text=literal(found.columns[1]), tickvals=list(range(len(up))), ticktext=up, **ticks)
    return figure


def _grid(figure: go.Figure, values: np.ndarray, counts: np.ndarray, real: bool, theme: Theme, scale: Scale) -> None:
    """The cells near which real cases lie, or, faint and without their numbers, the others."""
    shown = (counts > 0) == real
    told = np.vectorize(lambda value, here: scale.answer(value / scale.factor, theme) if here else "", otypes=[object])
    figure.add_heatmap(
        z=np.where(shown, values, np.nan),
        customdata=counts,
        text=told(values, shown),
        texttemplate="%{text}" if real and values.shape[1] <= ROOMY else None,
        textfont={"color": theme.palette.ink},
        hovertemplate="%{text} · n = %{customdata}<extra></extra>",
        hoverongaps=False,
        # no stronger than its numbers can be read on, by light and in the dark
        colorscale=[[0, fade(theme.palette.main, 0.04)], [1, fade(theme.palette.main, 0.6)]],
        zmin=values.min(),
        zmax=values.max(),
        opacity=1.0 if real else 0.25,
        showscale=real,
        colorbar={
            "ticksuffix": "%" if scale.chance else "",
            "outlinewidth": 0,
            "thickness": 10,
            "tickfont": {"color": theme.palette.quiet},
        },
        xgap=1,
        ygap=1,
    )


def tornado(pulls: Sequence[Pull], theme: Theme, scale: Scale, top: int = 15) -> go.Figure:
    """How far the group's mean answer goes between both ends of each column; blue below what it is, orange above."""
    shown = list(pulls[:top])
    figure = blank(theme, rows_height(len(shown), 34, 100))
    base = shown[0].base if shown else 0.0
    ends = [sorted([(one.low, one.low_cell), (one.high, one.high_cell)], key=lambda end: end[0]) for one in shown]
    lows, highs = [end[0][0] for end in ends], [end[1][0] for end in ends]
    _stretch(figure, lows, [min(high, max(low, base)) for low, high in zip(lows, highs, strict=True)], theme, scale)
    _stretch(figure, [max(low, min(high, base)) for low, high in zip(lows, highs, strict=True)], highs, theme, scale)
    for place, side in ((0, "middle left"), (1, "middle right")):
        figure.add_scatter(
            x=[end[place][0] * scale.factor for end in ends],
            y=list(range(len(shown))),
            mode="text",
            text=[f" {_cell(end[place][1], theme)} " for end in ends],
            textposition=side,
            cliponaxis=False,
            customdata=[scale.answer(end[place][0], theme) for end in ends],
            hovertemplate="%{text}: %{customdata}<extra></extra>",
        )
    figure.add_vline(x=base * scale.factor, line={"color": theme.palette.ink, "width": 1})
    names = apart([one.column for one in shown], 28)
    ticks = {"tickmode": "array", "tickvals": list(range(len(names))), "ticktext": names}
    figure.update_yaxes(**ticks, range=[len(names) - 0.4, -0.6], showgrid=False)
    figure.update_xaxes(title_text=_mean(scale, theme), nticks=7, showgrid=True, range=_roomy(shown, base, scale))
    figure.update_layout(barmode="overlay", bargap=0.4)
    return figure


def _stretch(figure: go.Figure, left: list[float], right: list[float], theme: Theme, scale: Scale) -> None:
    """A bar a column from one answer to another: what lies below the group's mean, then what lies above it."""
    below = not figure.data
    figure.add_bar(
        x=[(end - start) * scale.factor for start, end in zip(left, right, strict=True)],
        base=[start * scale.factor for start in left],
        y=list(range(len(left))),
        orientation="h",
        marker={"color": theme.palette.lowers if below else theme.palette.raises},
        hoverinfo="skip",
    )


def _mean(scale: Scale, theme: Theme) -> str:
    if scale.chance:
        return theme.say(N_("Mean chance in the group, in percent"))
    return with_unit(theme.say(N_("Mean answer in the group")), scale.unit)


def _roomy(shown: Sequence[Pull], base: float, scale: Scale) -> list[float] | None:
    """The range of the ends, with room for their names beside them."""
    ends = [base, *(one.low for one in shown), *(one.high for one in shown)]
    low, high = min(ends) * scale.factor, max(ends) * scale.factor
    room = 0.15 * (high - low)
    return [low - room, high + room] if room else None


def _laid(figure: go.Figure, axis: Axis, side: str, theme: Theme, draw: np.random.Generator) -> np.ndarray:
    """(n,) where each case lies; names the axis."""
    settings: dict[str, Any] = {"title_text": with_unit(literal(axis.title), axis.unit), "nticks": 7}
    values = axis.values
    if values.dtype.kind in "OUT":
        names, codes = _ranked(values)
        values = np.where(codes < LEVELS, codes + draw.uniform(-NARROW, NARROW, len(codes)), np.nan)
        titles = [literal(name, 14) or theme.say(N_("missing")) for name in names[:LEVELS]]
        settings |= {"tickmode": "array", "tickvals": list(range(len(titles))), "ticktext": titles}
    if axis.percent:
        settings |= {"tickformat": ".0%"}
    (figure.update_xaxes if side == "x" else figure.update_yaxes)(**settings)
    return values


def _ranked(cells: np.ndarray) -> tuple[list[str], np.ndarray]:
    """The texts, the most frequent first, and (n,) the place of each cell's."""
    names, codes, counts = np.unique(cells.astype(str), return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return [str(name) for name in names[order]], np.argsort(order, kind="stable")[codes]


def _tone(part: Part, theme: Theme) -> str:
    if part.n < ENOUGH or part.change.low is None or part.change.high is None:
        return theme.palette.second
    if part.change.low <= 0 <= part.change.high:
        return theme.palette.quiet
    return theme.palette.raises if (part.change.value or 0.0) > 0 else theme.palette.lowers


def _end(value: float | None, other: float, scale: Scale) -> float:
    return other if value is None else value * scale.factor


def _group(part: Part, theme: Theme) -> str:
    name = part.group or theme.say(N_("missing"))
    return theme.say(N_("{column}: {group} (n = {n:count})"), column=part.column, group=name, n=part.n)


def _cell(cell: Cell, theme: Theme) -> str:
    if cell is None or cell == "":
        return theme.say(N_("missing"))
    return literal(cell, 18) if isinstance(cell, str) else show_number(_three(cell), theme.language)


def _three(value: float) -> float:
    return float(f"{value:.3g}") if abs(value) < 100 else float(round(value))
