"""The one place of colours, fonts and margins; every figure starts from ``blank``."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Literal

import plotly.graph_objects as go

from core.words import say

FONT = (
    '"Source Sans", "Source Sans 3", "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", '
    '"Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Micro Hei", sans-serif'
)
"""Names a Chinese face for every common system, so that no label falls back to boxes."""

CLEAR = "rgba(0,0,0,0)"
SIDES = 3
"""Signs at both ends of a name that are kept beside what tells it from another."""


@dataclass(frozen=True)
class Palette:
    """The colours of one appearance. Every mark reaches a contrast of 3 to 1 with ``paper``."""

    paper: str
    """The page's own background, so that a saved picture can be read anywhere."""
    ink: str
    quiet: str
    """Axis labels, reference lines, what is compared against."""
    grid: str
    raises: str
    lowers: str
    main: str
    """The model's own marks: the accent of the page, neither of the two effect colours."""
    second: str
    low: str
    """Ends of the scale for a column's own values: neither of the two effect colours."""
    high: str
    groups: tuple[str, ...]
    """Okabe and Ito (2008), https://jfly.uni-koeln.de/color/, after the accent."""


LIGHT = Palette(
    paper="#fdfcfa",
    ink="#24292d",
    quiet="#64686b",
    grid="#e8e5de",
    raises="#d55e00",
    lowers="#0072b2",
    main="#0f766e",
    second="#8d9296",
    low="#d2b55b",
    high="#4b2a86",
    groups=("#0f766e", "#e69f00", "#56b4e9", "#cc79a7", "#d55e00", "#0072b2", "#7a6c00", "#000000"),
)
DARK = Palette(
    paper="#14181b",
    ink="#e6e4df",
    quiet="#a2a7a9",
    grid="#2a3136",
    raises="#ff9a4d",
    lowers="#56b4e9",
    main="#2fa89c",
    second="#858b8f",
    low="#8a7a3c",
    high="#d9b8ff",
    groups=("#2fa89c", "#e69f00", "#56b4e9", "#cc79a7", "#d55e00", "#4a9bd1", "#f0e442", "#ffffff"),
)


@dataclass(frozen=True)
class Theme:
    """How a figure looks and speaks."""

    language: str = "en"
    dark: bool = False
    size: Literal["normal", "large"] = "normal"
    """``large`` for a room with an audience."""
    palette: Palette = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "palette", DARK if self.dark else LIGHT)

    def say(self, text: str, /, **facts: Any) -> str:
        """The sentence in the reader's language; names and cells in it are shown literally."""
        return say(text, self.language, facts, escape=literal)

    @property
    def points(self) -> int:
        """Font size in pixels."""
        return 18 if self.size == "large" else 14


def literal(text: str, most: int = 40) -> str:
    """Text that plotly shows as it stands: no markup, no line break, shortened in the middle to ``most`` characters."""
    flat = re.sub(r"\s+", " ", str(text)).strip()
    if len(flat) > most:
        head = (most - 1) * 2 // 3
        flat = f"{flat[:head]}…{flat[len(flat) - (most - 1 - head) :]}"
    return html.escape(flat, quote=False)


def apart(names: Sequence[str], most: int) -> list[str]:
    """Names as plotly shows them, shortened as ``literal`` does, but so that different names stay different.

    >>> apart(["units of the 1st term (passed)", "units of the 2nd term (passed)"], 18)
    ['units…1st…assed)', 'units…2nd…assed)']
    """
    shown = [literal(name, most) for name in names]
    for short in {one for one in shown if shown.count(one) > 1}:
        same = [place for place, one in enumerate(shown) if one == short]
        for place in same:
            shown[place] = _told([names[other] for other in same], names[place], most)
    return shown


def _told(names: Sequence[str], name: str, most: int) -> str:
    """One of several names that look alike when shortened, with the words (or signs) in which they differ."""
    others = sorted(set(names))
    if len(others) < 2:
        return literal(name, most)
    first, last = _same(others), _same([one[::-1] for one in others])
    stop = max(len(name) - last, first + 1)
    end = name.find(" ", stop)
    for span in ((name.rfind(" ", 0, first) + 1, end if end >= 0 else len(name)), (first, stop)):
        rest = (most - 2 - (span[1] - span[0])) // 2
        if rest >= SIDES:
            return literal(f"{name[:rest].strip()}…{name[slice(*span)]}…{name[len(name) - rest :].strip()}", most)
    return literal(name, len(name))


def _same(texts: Sequence[str]) -> int:
    """Signs that all of some different texts begin with."""
    return next(place for place, signs in enumerate(zip_longest(*texts)) if len(set(signs)) > 1)


def with_unit(title: str, unit: str) -> str:
    """An axis title with its unit in brackets, where it has one."""
    return f"{title} ({literal(unit)})" if unit else title


def fade(colour: str, share: float) -> str:
    """A hex colour at an opacity of ``share`` (0 to 1)."""
    red, green, blue = _parts(colour)
    return f"rgba({red},{green},{blue},{share:g})"


def between(low: str, high: str, share: float) -> str:
    """The colour at ``share`` (0 to 1) of the way from one hex colour to another."""
    mixed = (one + share * (other - one) for one, other in zip(_parts(low), _parts(high), strict=True))
    return "#" + "".join(f"{round(part):02x}" for part in mixed)


def _parts(colour: str) -> tuple[int, ...]:
    """Red, green and blue (0 to 255) of a hex colour."""
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def blank(theme: Theme, height: int = 360, *, legend: bool = False) -> go.Figure:
    """An empty figure in the theme: few lines, colours set on the figure itself.

    Args:
        theme: appearance and language.
        height: pixels.
        legend: shows one above the plot.
    """
    colours = theme.palette
    axis = {
        "gridcolor": colours.grid,
        "linecolor": colours.grid,
        "zerolinecolor": colours.grid,
        "zeroline": False,
        "tickfont": {"color": colours.quiet},
        "title": {"font": {"color": colours.quiet, "size": theme.points}, "standoff": 12},
        "automargin": True,
        "ticks": "",
        "fixedrange": True,
    }
    return go.Figure(
        layout={
            "template": "none",
            "height": round(height * (1.2 if theme.size == "large" else 1)),
            "paper_bgcolor": colours.paper,
            "plot_bgcolor": CLEAR,
            "colorway": list(colours.groups),
            "font": {"family": FONT, "size": theme.points, "color": colours.ink},
            "margin": {"l": 8, "r": 22, "t": 48 if legend else 16, "b": 8},
            "xaxis": {**axis, "showgrid": False},
            "yaxis": axis,
            "showlegend": legend,
            "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom", "bgcolor": CLEAR},
            "hoverlabel": {
                "bgcolor": colours.paper,
                "bordercolor": colours.grid,
                "font": {"family": FONT, "size": theme.points, "color": colours.ink},
                "align": "left",
            },
            "modebar": {"bgcolor": CLEAR, "color": fade(colours.quiet, 0.6), "activecolor": colours.main},
            "hovermode": "closest",
            "dragmode": False,
            "bargap": 0.25,
        }
    )


def rows_height(rows: int, each: int = 30, rest: int = 80) -> int:
    """Pixels for a figure with one line of text per row."""
    return rest + each * max(rows, 1)


def signed(value: float, theme: Theme) -> str:
    """A change with its sign, at most three significant digits and never finer than a thousandth of one."""
    shown = value if abs(value) >= 1 else round(value, 3)
    sign = "+" if shown > 0 else "−" if shown < 0 else ""
    return sign + theme.say("{x:number}", x=abs(shown))


def mark(
    figure: go.Figure, x: float, y: float | None, text: str, theme: Theme, *, above: bool = False, left: bool = False
) -> None:
    """A point that stands out, with its name beside it, on the side where the curve is not and the figure goes on."""
    colours = theme.palette
    figure.add_scatter(
        x=[x],
        y=[y],
        mode="markers",
        showlegend=False,
        hovertemplate="%{x:.3g}, %{y:.3g}<extra></extra>",
        marker={"size": 12, "color": colours.raises, "line": {"color": colours.paper, "width": 2}},
    )
    figure.add_annotation(
        x=x,
        y=y,
        text=text,
        showarrow=False,
        xanchor="right" if left else "left",
        yanchor="bottom" if above else "top",
        xshift=-8 if left else 8,
        yshift=4 if above else -4,
        font={"color": colours.ink},
    )
