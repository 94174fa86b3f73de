"""A text with the phrases that move the answer marked in it: HTML that shows every sign of the text literally."""

from __future__ import annotations

import html
from collections.abc import Sequence

import plotly.graph_objects as go

from core.explain.explanation import Phrase
from core.plots.explain import NUMBER, Scale, tints
from core.plots.theme import Theme, blank, fade, literal, rows_height
from core.words import N_

LONG = 600
"""Characters from which on a text is cut around its phrases."""
AROUND = 70
"""Characters that are kept on both sides of a phrase."""
STRONGEST = 8
"""Phrases that a text is cut around."""
LEAST = 0.06
"""Phrases that move the answer by less than this share of the strongest are not marked."""
FAINT, BOLD = 0.14, 0.5
"""Opacity of the weakest and of the strongest mark."""


def marked(text: str, phrases: Sequence[Phrase], theme: Theme, scale: Scale = NUMBER, *, whole: bool = False) -> str:
    """The text as HTML, what raises the answer in orange and underlined, what lowers it in blue and dotted.

    Args:
        text: the cell.
        phrases: of this text, in its order.
        theme: appearance and language.
        scale: what an answer is.
        whole: shows all of a long text; else what stands around its strongest phrases.
    """
    written = [phrase for phrase in phrases if phrase.stop > phrase.start]
    most = max((abs(phrase.value) for phrase in written), default=0.0)
    strong = [phrase for phrase in written if phrase.value and abs(phrase.value) >= LEAST * most]
    spans = [(0, len(text))] if whole or not is_long(text) else around(len(text), strong)
    parts, last = [], 0
    for start, stop in spans:
        parts.append(' <span style="opacity:.6">…</span> ' if start > last else "")
        parts.append(_stretch(text, start, stop, strong, most, theme, scale))
        last = stop
    parts.append(' <span style="opacity:.6">…</span>' if last < len(text) else "")
    look = "line-height:1.9;overflow-wrap:anywhere;white-space:pre-wrap;margin:0"
    return f'<p dir="auto" style="{look}">{"".join(parts)}</p>'


def bars(phrases: Sequence[Phrase], theme: Theme, scale: Scale = NUMBER, top: int = 8) -> go.Figure:
    """The strongest phrases of a text, the largest on top, and all the rest of it in one bar, so that it adds up.

    Args:
        phrases: of one text.
        theme: appearance and language.
        scale: what an answer is.
        top: phrases with a bar of their own.
    """
    ranked = sorted((one for one in phrases if one.text.strip()), key=lambda one: -abs(one.value))[:top]
    names = [f"“{literal(one.text, 28)}”" for one in ranked]
    values = [one.value for one in ranked]
    rest = sum(one.value for one in phrases) - sum(values)
    if len(ranked) < len(phrases):
        names, values = [*names, theme.say(N_("all the rest of the text"))], [*values, rest]
    sizes = [value * scale.factor for value in values]
    figure = blank(theme, rows_height(len(values), 32))
    figure.add_bar(
        x=sizes,
        y=list(range(len(values))),
        orientation="h",
        marker={"color": tints(sizes, theme), "cornerradius": 3},
        text=[scale.effect(value, theme) for value in values],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{text}<extra></extra>",
    )
    figure.update_xaxes(title_text=scale.titled(theme.say(N_("Moves the answer by")), theme), zeroline=True)
    ends = [min(0.0, *sizes), max(0.0, *sizes)] if sizes else [0.0, 1.0]
    pad = 0.18 * ((ends[1] - ends[0]) or 1.0)
    figure.update_xaxes(range=[ends[0] - pad, ends[1] + pad])
    figure.update_yaxes(tickvals=list(range(len(values))), ticktext=names, autorange="reversed", showgrid=False)
    return figure


def is_long(text: str) -> bool:
    """Whether a text is cut unless all of it is asked for."""
    return len(text) > LONG


def around(length: int, phrases: Sequence[Phrase]) -> list[tuple[int, int]]:
    """Stretches (start, stop) of a long text to show: around its strongest phrases, else its beginning.

    >>> around(1000, [Phrase("a", 500, 505, "words", 0.1)])
    [(430, 575)]
    """
    best = sorted(phrases, key=lambda phrase: -abs(phrase.value))[:STRONGEST]
    if not best:
        return [(0, min(LONG, length))]
    merged: list[tuple[int, int]] = []
    for phrase in sorted(best, key=lambda phrase: phrase.start):
        start, stop = max(0, phrase.start - AROUND), min(length, max(phrase.stop, phrase.start + 1) + AROUND)
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


def legend(theme: Theme, raises: str, lowers: str) -> str:
    """What the two kinds of marks mean, as HTML; the words are plain text."""
    return f"{_mark(raises, 0.35, True, theme, '')}&emsp;{_mark(lowers, 0.35, False, theme, '')}"


def _stretch(
    text: str, start: int, stop: int, phrases: Sequence[Phrase], most: float, theme: Theme, scale: Scale
) -> str:
    parts, at = [], start
    for phrase in phrases:
        begin, end = max(phrase.start, at), min(phrase.stop, stop)
        if begin >= end or phrase.start >= stop:
            continue
        share = abs(phrase.value) / most
        title = scale.effect(phrase.value, theme)
        parts.append(html.escape(text[at:begin]))
        parts.append(_mark(text[begin:end], FAINT + (BOLD - FAINT) * share, phrase.value > 0, theme, title))
        at = end
    parts.append(html.escape(text[at:stop]))
    return "".join(parts)


def _mark(text: str, share: float, up: bool, theme: Theme, title: str) -> str:
    colour = theme.palette.raises if up else theme.palette.lowers
    line = f"2px {'solid' if up else 'dotted'} {colour}"
    look = f"background:{fade(colour, round(share, 2))};border-bottom:{line};color:inherit;padding:0 2px;"
    hint = f' title="{html.escape(title)}"' if title else ""
    return f'<mark style="{look}border-radius:3px"{hint}>{html.escape(text)}</mark>'
