"""Room for the texts around a figure, reckoned beforehand: a browser that has to find it draws the figure twice."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go

NUMBER, SHARE = "0.25", "100%"
"""As long as the labels of most axes of numbers, and of percentages."""
EDGE, LABEL = 6, 4
"""Pixels at the edge of a figure, and between an axis and its labels."""
WIDEST = 230
"""Pixels beside a figure, at most, that are left free beforehand: on a telephone little else would be left."""
LINE = 1.3
"""Height of a line of text, in sizes of its letters."""
_BREAK, _TAG = re.compile(r"<br ?/?>"), re.compile(r"<[^>]*>")
_SLIM, _BROAD = frozenset("iljtfrI.,:;'|!()[]- "), frozenset("mwMW%@—…")


def room(figure: go.Figure) -> go.Figure:
    """The figure with margins that its axes' labels and titles need, where they are smaller. It is itself changed.

    Only where labels are not known, very long, or may be turned, the browser still measures them and makes more room.
    """
    layout, points = figure.layout, figure.layout.font.size or 14
    left = _beside(layout.yaxis, points)
    wide = left > WIDEST
    needed = {
        "l": 0.0 if wide else left,
        "t" if layout.xaxis.side == "top" else "b": _along(layout.xaxis, points),
    }
    for side, pixels in needed.items():
        layout.margin[side] = max(layout.margin[side] or 0, round(pixels))
    layout.xaxis.automargin = bool(layout.xaxis.ticktext)
    layout.yaxis.automargin = wide or not layout.yaxis.ticktext
    return figure


def width(text: str, points: float) -> float:
    """Pixels that the longest line of a text takes, about; a little too many rather than too few."""
    lines = (html.unescape(_TAG.sub("", line)) for line in _BREAK.split(text))
    return points * max(sum(_share(sign) for sign in line) for line in lines)


def _share(sign: str) -> float:
    """Of the size of the letters, how wide a sign is in the faces of the page."""
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    return 0.32 if sign in _SLIM else 0.88 if sign in _BROAD else 0.62 if sign.isupper() else 0.52


def _beside(axis: Any, points: float) -> float:
    """Pixels left of the vertical axis."""
    usual = SHARE if "%" in (axis.tickformat or "") else NUMBER
    return _taken(axis, points, usual, width)


def _along(axis: Any, points: float) -> float:
    """Pixels above or under the horizontal axis, of labels that are not turned."""
    return _taken(axis, points, NUMBER, _height)


def _taken(axis: Any, points: float, usual: str, size: Callable[[str, float], float]) -> float:
    """Pixels across an axis: of its labels, of which ``usual`` is one where they are not known, and of its title."""
    if axis.visible is False:
        return 0.0
    found, title = float(EDGE), axis.title
    if axis.showticklabels is not False:
        found += LABEL + max(size(one, axis.tickfont.size or points) for one in axis.ticktext or (usual,))
    if title.text:
        found += (title.standoff or 0) + _height(title.text, title.font.size or points)
    return found


def _height(text: str, points: float) -> float:
    """Pixels of the lines of a text."""
    return LINE * points * (1 + len(_BREAK.findall(text)))
