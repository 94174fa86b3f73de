"""The head of an input: what the column is called, its range, a histogram the size of a word, and what it was before.

Light HTML in the rules of ``core.plots.whatif.style``; names and cells are shown literally.
"""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import quote

from core.plots.theme import Theme, literal
from core.whatif.scenario import Cell, Field
from core.words import N_, show_date

WIDE, HIGH = 96, 18
"""Pixels of a histogram; of more bars neighbours stand as one, the highest."""
STEPS = 100
"""Steps from one end of a column's range to the other, about."""
SAFE = "/ =:;,."
"""What stands in a drawing and needs no code in an address between quotation marks."""
MANY = 10
"""From more categories on, their number is said."""
EXACT = 2**53
"""Beyond it a browser does not tell whole numbers apart."""


@dataclass(frozen=True)
class Bars:
    """How often each bin or category comes, and where the case stands in it."""

    counts: tuple[int, ...]
    at: float | None = None
    """Place of the case's value along the bins, 0 (left) to 1 (right); None where it has none."""
    was: float | None = None
    """The same of its original value, where that is another."""


def pace(field: Field) -> float:
    """By how much one press of a key moves a number: 1, 2 or 5 times a power of ten, whole where the column is.

    >>> pace(Field("age", "number", whole=True, low=17, high=90))
    1.0
    >>> pace(Field("dose", "number", low=0.0, high=4.0))
    0.05
    """
    if field.low is None or field.high is None or not field.high > field.low:
        return 1.0
    rough = (field.high - field.low) / STEPS
    power = 10.0 ** math.floor(math.log10(rough))
    nice = next(round(times * power, 12) for times in (1, 2, 5, 10) if times * power >= rough * 0.999)
    return max(1.0, nice) if field.whole else nice


def exact(field: Field, *cells: Cell) -> bool:
    """Whether a column's numbers are whole and small enough to be shown as such."""
    ends = [field.low, field.high, *(cell for cell in cells if isinstance(cell, (int, float)))]
    return field.whole and all(end is None or (abs(end) < EXACT and float(end).is_integer()) for end in ends)


def bars(field: Field, cell: Cell, original: Cell) -> Bars:
    """A column's histogram with the case in it."""
    return Bars(field.counts, _place(field, cell), None if cell == original else _place(field, original))


def _place(field: Field, cell: Cell) -> float | None:
    if cell is None or not field.counts:
        return None
    if field.edges:
        number = _number(cell)
        width = field.edges[-1] - field.edges[0]
        return None if number is None else (number - field.edges[0]) / width if width else 0.5
    known = field.levels[: len(field.counts)]
    return (known.index(str(cell)) + 0.5) / len(field.counts) if str(cell) in known else None


def _number(cell: Cell) -> float | None:
    """A number, or the days since 1970 of a date."""
    if not isinstance(cell, str):
        return cell
    try:
        return (datetime.fromisoformat(cell).replace(tzinfo=None) - datetime(1970, 1, 1)).total_seconds() / 86_400
    except ValueError:
        return None


@lru_cache(maxsize=512)
def histogram(bars: Bars, theme: Theme, alt: str = "") -> str:
    """A histogram as an image; empty where there is nothing to draw. Kept, for every key press draws all again."""
    most = max(bars.counts, default=0)
    if not most:
        return ""
    together = -(-len(bars.counts) // WIDE)
    counts = [max(bars.counts[place : place + together]) for place in range(0, len(bars.counts), together)]
    step, foot = WIDE * together / len(bars.counts), HIGH - 2.5
    path = "".join(
        f"M{place * step:.1f} {foot:g}v-{max(0.6, foot * count / most):.1f}h{max(step - 0.7, 0.5):.1f}V{foot:g}z"
        for place, count in enumerate(counts)
        if count
    )
    colours = theme.palette
    now = _tick(bars.at, colours.main if bars.was is None else colours.raises)
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}"><path d="{path}" '
        f'fill="{colours.quiet}" fill-opacity="0.45"/>{_tick(bars.was, colours.quiet)}{now}</svg>'
    )
    return f'<img alt="{html.escape(alt)}" src="data:image/svg+xml,{quote(drawn, safe=SAFE)}">'


def _tick(at: float | None, colour: str) -> str:
    if at is None:
        return ""
    x = 1 + min(max(at, 0.0), 1.0) * (WIDE - 2)
    return f'<path d="M{x:.1f} 0V{HIGH}" stroke="{colour}" stroke-width="2"/>'


def head(field: Field, cell: Cell, original: Cell, theme: Theme) -> str:
    """All that stands above an input."""
    facts = [_range(field, theme)]
    if cell != original:
        was = theme.say(N_("was {cell}"), cell=written(original, field, theme))
        facts.append(f"<b>{was}</b>")
    alt = theme.say(N_("How often each value of {column} comes"), column=field.column)
    parts = [
        f'<span class="vw-name">{literal(field.column, 60)}</span>',
        f'<span class="q">{" · ".join(fact for fact in facts if fact)}</span>',
        histogram(bars(field, cell, original), theme, alt),
    ]
    return f'<div class="vw vw-head">{"".join(parts)}{_care(field, theme)}</div>'


def _range(field: Field, theme: Theme) -> str:
    if field.low is None or field.high is None:
        return theme.say(N_("{n:count} different values"), n=len(field.levels)) if len(field.levels) > MANY else ""
    if field.kind == "date":
        low, high = (show_date(_day(end), theme.language) for end in (field.low, field.high))
    else:
        low, high = (theme.say("{x:number}", x=end) for end in (field.low, field.high))
    if low == high:
        return theme.say(N_("always {low} {unit}"), low=low, unit=field.unit).strip()
    return theme.say(N_("{low} to {high} {unit}"), low=low, high=high, unit=field.unit).strip()


def _day(days: float) -> str:
    return date.fromordinal(date(1970, 1, 1).toordinal() + round(days)).isoformat()


def written(cell: Cell, field: Field, theme: Theme) -> str:
    """A cell as the reader writes it, not yet escaped; missing is said so."""
    if cell is None:
        return theme.say(N_("missing"))
    if isinstance(cell, str):
        try:
            return show_date(cell, theme.language) if field.kind == "date" else cell
        except ValueError:
            return cell
    return theme.say("{x:number}", x=cell) if abs(cell) < 1e6 else f"{cell:,.15g}"


def _marks(field: Field, theme: Theme) -> list[str]:
    marks = [theme.say(N_("sensitive"))] if field.sensitive else []
    if field.only:
        marks.append(theme.say(N_("can only rise") if field.only == "up" else N_("can only fall")))
    elif field.immutable:
        marks.append(theme.say(N_("cannot change")))
    return marks


def _care(field: Field, theme: Theme) -> str:
    """What needs care about a column, and why."""
    parts = [f'<span class="mark">{mark}</span>' for mark in _marks(field, theme)]
    if field.why is not None:
        parts.append(theme.say(field.why.text, **field.why.facts))
    return f'<small class="why">{" ".join(parts)}</small>' if parts else ""
