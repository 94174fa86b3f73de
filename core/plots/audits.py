"""Audits drawn: the three kinds of pictures that a report may hold, and its cells as text."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence

import plotly.graph_objects as go

from core.audits.audit import Cell, Mark, Picture, Style
from core.plots.theme import Theme, apart, blank, fade, literal, signed
from core.words import N_, Message, say

NAME = 24
"""Characters of a name beside a picture, at most."""
LABELLED = 20
"""Marks up to which each has its figure written beside it."""
ROOMY, DENSE, LINE = 44, 26, 16
"""Pixels of a line; many lines stand closer; a third line of text needs more."""
WIDE_SIGNS = 0x2E80
"""From here on a sign is as wide as two Latin letters."""
MANY_LINES = 16
_COUNTED = re.compile(r"(?<=\d) (?=[\u4e00-\u9fff])")
_HUNDREDFOLD = ("percent", "points", "distance")
_DASHES = ("solid", "dash", "dot")


# -- figures as text --------------------------------------------------------------------------------------------------


def spoken(cell: Cell, style: Style, language: str) -> str:
    """A cell of a sheet as the reader reads it, with its interval: "81.2% (77% to 84.5%)"."""
    if cell.text is not None:
        return cell.text if isinstance(cell.text, str) else say(cell.text, language)
    return estimate(cell.value, cell.low, cell.high, cell.style or style, language)


def estimate(value: float | None, low: float | None, high: float | None, style: Style, language: str) -> str:
    """A figure with its interval in its style; a dash where it is not defined."""
    if value is None:
        return "–"
    shown = figure_of(value, style, language)
    if style in ("points", "distance"):
        shown = say(N_("{value} points"), language, {"value": shown})
    if low is None or high is None:
        return shown
    ends = {"low": figure_of(low, style, language), "high": figure_of(high, style, language)}
    return say(N_("{x} ({low} to {high})"), language, {"x": shown, **ends})


def figure_of(value: float, style: Style, language: str) -> str:
    """One number in its style; points without their unit."""
    if style == "points":
        return signed(round(100 * value, 1), Theme(language))
    if style == "distance":
        value, style = round(100 * value, 1), "number"
    if style in ("number", "text"):
        return say("{x:number}", language, {"x": value if abs(value) >= 1 else round(value, 3)})
    if style == "percent":
        return say("{x:percent}", language, {"x": round(value, 3)})
    return say(f"{{x:{style}}}", language, {"x": value})


# -- pictures ---------------------------------------------------------------------------------------------------------


def figure(picture: Picture, theme: Theme) -> go.Figure:
    """The chart that a picture describes; marks of too few cases are grey and hollow."""
    return _DRAWN[picture.kind](picture, theme)


def _intervals(picture: Picture, theme: Theme) -> go.Figure:
    """A line for each label; several series stand a little below each other in it."""
    lines, series = _lines_of(picture, theme), _series(picture)
    drawn = _lying(picture, lines, series, theme)
    for place, name in enumerate(series):
        shift = 0.0 if len(series) == 1 else 0.5 * (place / (len(series) - 1) - 0.5)
        for pale in (False, True):
            mine = [one for one in picture.marks if one.series == name and one.pale == pale and one.value is not None]
            if mine:
                drawn.add_scatter(
                    **_dots(mine, picture, theme, theme.palette.second if pale else _colour(place, theme), pale),
                    y=[lines.index(one.label) + shift for one in mine],
                    name=_text(name, theme),
                    showlegend=not pale,
                    legendgroup=str(place),
                )
    return drawn


def _dots(marks: Sequence[Mark], picture: Picture, theme: Theme, colour: str, pale: bool) -> dict[str, object]:
    scale = _scale(picture.style)
    values = [scale * (one.value or 0.0) for one in marks]
    return {
        "x": values,
        "mode": "markers",
        "marker": {"size": 11, "color": colour, "symbol": "circle-open" if pale else "circle"},
        "error_x": {
            "type": "data",
            "array": [_arm(one.high, one.value, scale) for one in marks],
            "arrayminus": [_arm(one.value, one.low, scale) for one in marks],
            "color": fade(colour, 0.55),
            "thickness": 3,
            "width": 0,
        },
        "customdata": [_hover(one, picture, theme) for one in marks],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _bars(picture: Picture, theme: Theme) -> go.Figure:
    """Lying bars, those of one label beside each other."""
    lines, series = _lines_of(picture, theme), _series(picture)
    drawn, scale = _lying(picture, lines, series, theme), _scale(picture.style)
    width = 0.72 / max(len(series), 1)
    for place, name in enumerate(series):
        mine = [one for one in picture.marks if one.series == name]
        colour = _colour(place, theme)
        tones = [theme.palette.second if one.pale else colour for one in mine]
        drawn.add_bar(
            x=[None if one.value is None else scale * one.value for one in mine],
            y=[lines.index(one.label) + width * (place - (len(series) - 1) / 2) for one in mine],
            width=width,
            orientation="h",
            name=_text(name, theme),
            marker={
                "color": [fade(tone, 0.35 if one.pale else 0.85) for tone, one in zip(tones, mine, strict=True)],
                "cornerradius": 3,
            },
            error_x={
                "type": "data",
                "array": [_arm(one.high, one.value, scale) for one in mine],
                "arrayminus": [_arm(one.value, one.low, scale) for one in mine],
                "color": theme.palette.quiet,
                "thickness": 1.5,
                "width": 0,
            },
            customdata=[_hover(one, picture, theme) for one in mine],
            hovertemplate="%{customdata}<extra></extra>",
        )
    return drawn


def _lying(
    picture: Picture, lines: Sequence[str | Message], series: Sequence[str | Message], theme: Theme
) -> go.Figure:
    """The frame of dots and bars: names to the left, values across, a line of reference, figures at the right."""
    names = _names(lines, picture, theme)
    each = (ROOMY if len(lines) <= MANY_LINES else DENSE) + 10 * (len(series) - 1)
    each += LINE * any(name.count("<br>") > 1 for name in names)
    drawn = blank(theme, 90 + each * max(len(lines), 1), legend=len(series) > 1)
    drawn.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(lines))),
        ticktext=names,
        range=[len(lines) - 0.4, -0.6],
        showgrid=False,
    )
    low, high = _span(picture)
    drawn.update_xaxes(**_axis(picture.axis, picture.style, theme), range=[low, high], showgrid=True)
    if picture.line is not None:
        at = picture.line * _scale(picture.style)
        drawn.add_vline(x=at, line={"color": theme.palette.quiet, "width": 1.5, "dash": "dot"})
    if len(series) == 1 and len(picture.marks) <= LABELLED:
        _written(drawn, picture, lines, theme)
    return drawn


def _written(drawn: go.Figure, picture: Picture, lines: Sequence[str | Message], theme: Theme) -> None:
    """Each figure, in a column at the right end."""
    for one in picture.marks:
        shown = "–" if one.value is None else figure_of(one.value, picture.style, theme.language)
        drawn.add_annotation(
            x=1,
            xref="paper",
            y=lines.index(one.label),
            text=shown,
            showarrow=False,
            xanchor="left",
            xshift=8,
            font={"color": theme.palette.quiet if one.pale else theme.palette.ink},
        )
    drawn.update_layout(margin={"r": 76})


def _lines(picture: Picture, theme: Theme) -> go.Figure:
    """A curve for each series, with its band."""
    series, scale, wide = _series(picture), _scale(picture.style), _scale(picture.across_style)
    drawn = blank(theme, 340, legend=len(series) > 1)
    for place, name in enumerate(series):
        mine = sorted((one for one in picture.marks if one.series == name), key=lambda one: one.x or 0.0)
        tone = _colour(place, theme)
        _band(drawn, [one for one in mine if None not in (one.low, one.high)], (wide, scale), tone)
        drawn.add_scatter(
            x=[None if one.x is None else wide * one.x for one in mine],
            y=[None if one.value is None else scale * one.value for one in mine],
            name=_text(name, theme),
            mode="lines+markers",
            line={"color": tone, "width": 2.5, "dash": _DASHES[place // len(theme.palette.groups) % len(_DASHES)]},
            marker={
                "size": 8,
                "color": [theme.palette.second if one.pale else tone for one in mine],
                "symbol": ["circle-open" if one.pale else "circle" for one in mine],
            },
            customdata=[_hover(one, picture, theme) for one in mine],
            hovertemplate="%{customdata}<extra></extra>",
        )
    drawn.update_yaxes(**_axis(picture.axis, picture.style, theme), rangemode="normal")
    drawn.update_xaxes(
        **_axis(picture.across or "", picture.across_style, theme) | {"nticks": 7} | _whole_steps(picture)
    )
    if picture.line is not None:
        at = picture.line * scale
        drawn.add_hline(y=at, line={"color": theme.palette.quiet, "width": 1.5, "dash": "dot"})
    return drawn


def _whole_steps(picture: Picture) -> dict[str, int]:
    """No ticks between whole numbers that follow each other: half a column cannot be known."""
    x = [one.x for one in picture.marks if one.x is not None]
    counted = (
        bool(x)
        and picture.across_style not in _HUNDREDFOLD
        and all(float(at).is_integer() for at in x)
        and max(x) - min(x) < MANY_LINES
    )
    return {"dtick": 1} if counted else {}


def _band(drawn: go.Figure, marks: Sequence[Mark], scales: tuple[float, float], tone: str) -> None:
    if not marks:
        return
    wide, scale = scales
    x = [wide * (one.x or 0.0) for one in marks]
    drawn.add_scatter(
        x=[*x, *reversed(x)],
        y=[*(scale * (one.high or 0.0) for one in marks), *(scale * (one.low or 0.0) for one in reversed(marks))],
        fill="toself",
        fillcolor=fade(tone, 0.14),
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
        showlegend=False,
    )


_DRAWN: dict[str, Callable[[Picture, Theme], go.Figure]] = {"intervals": _intervals, "bars": _bars, "lines": _lines}


def _lines_of(picture: Picture, theme: Theme) -> list[str | Message]:
    """The labels, each once, in their order."""
    found: list[str | Message] = []
    for one in picture.marks:
        if one.label not in found:
            found.append(one.label)
    return found


def _series(picture: Picture) -> list[str | Message]:
    """The series, each once, in their order."""
    found: list[str | Message] = []
    for one in picture.marks:
        if one.series not in found:
            found.append(one.series)
    return found


def _colour(place: int, theme: Theme) -> str:
    return theme.palette.groups[place % len(theme.palette.groups)]


def _names(lines: Sequence[str | Message], picture: Picture, theme: Theme) -> list[str]:
    """The labels beside the lines, each with its number of cases under it where that is one number."""
    whole = [one if isinstance(one, str) else say(one, theme.language) for one in lines]
    names = apart(whole, NAME)
    if len(lines) > MANY_LINES:
        return names
    names = [_wrapped(name) or short for name, short in zip(whole, names, strict=True)]
    shown = []
    for line, name in zip(lines, names, strict=True):
        cases = {one.n for one in picture.marks if one.label == line}
        n = cases.pop() if len(cases) == 1 else None
        small = theme.say(N_("{n:count} {n:case/cases}"), n=n)
        shown.append(name if n is None else f'{name}<br><span style="color:{theme.palette.quiet}">{small}</span>')
    return shown


def _wrapped(name: str) -> str:
    """A name that fits on two lines, on two lines; empty where it needs one, or more."""
    wide = NAME // 2 if any(ord(sign) > WIDE_SIGNS for sign in name) else NAME
    # A figure stays with the Chinese sign that counts it: "5 步" is one word.
    parts = textwrap.wrap(_COUNTED.sub("\u00a0", name), wide)
    return "<br>".join(literal(part) for part in parts) if len(parts) == 2 else ""


def _axis(title: str | Message, style: Style, theme: Theme) -> dict[str, object]:
    ticks: dict[str, object] = {"nticks": 6}
    if style == "percent":
        ticks |= {"ticksuffix": "%"}
    elif style in ("count", "bytes"):
        ticks |= {"tickformat": "~s"}
    return {"title_text": _text(title, theme), **ticks}


def _span(picture: Picture) -> tuple[float, float]:
    """The ends of the axis of values, with a little room; bars begin at 0, shares do not go past 100%."""
    scale = _scale(picture.style)
    ends = [end for one in picture.marks for end in (one.value, one.low, one.high) if end is not None]
    ends += [0.0] if picture.kind == "bars" else []
    ends += [] if picture.line is None else [picture.line]
    low, high = (scale * min(ends), scale * max(ends)) if ends else (0.0, 1.0)
    room = 0.05 * (high - low) or 0.05 * abs(high) or 0.5
    return (0.0 if picture.kind == "bars" and low == 0 else low - room), high + room


def _scale(style: Style) -> float:
    return 100.0 if style in _HUNDREDFOLD else 1.0


def _arm(upper: float | None, lower: float | None, scale: float) -> float:
    return 0.0 if upper is None or lower is None else max(0.0, scale * (upper - lower))


def _hover(one: Mark, picture: Picture, theme: Theme) -> str:
    """What is said of a mark under the pointer."""
    names = [_text(name, theme) for name in (one.label, one.series) if name]
    parts = [", ".join(names), estimate(one.value, one.low, one.high, picture.style, theme.language)]
    if one.n is not None:
        parts.append(theme.say(N_("{n:count} {n:case/cases}"), n=one.n))
    if one.pale:
        parts.append(theme.say(N_("too few cases")))
    return "<br>".join(part for part in parts if part)


def _text(text: str | Message, theme: Theme) -> str:
    return literal(text) if isinstance(text, str) else say(text, theme.language, escape=literal)
