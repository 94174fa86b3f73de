"""A text cut into units: words where there are blanks, characters where there are none, each emoji whole."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.learn.text import CHARACTERS

SENTENCE, CLAUSE, WORD, NONE = 3, 2, 1, 0
"""How strong the border behind a unit is."""

_DENSE = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
"""Ideographs and kana, which stand without blanks."""
_STACKED = (
    "\u0e01-\u0e30\u0e32\u0e33\u0e3f-\u0e46\u0e50-\u0e5b"
    "\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0eff\u1000-\u109f\u1780-\u17ff"
)
"""Thai, Lao, Burmese and Khmer, which stand without blanks too."""
_MARKS = "\u0300-\u036f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u3099\u309a"
_SIGN = "[\u2190-\u21ff\u2300-\u23ff\u2460-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff]"
_DRESS = "[\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
_LETTER = f"(?:(?![{_DENSE}{_STACKED}])[^\\W_][{_MARKS}]*)"
_UNIT = re.compile(
    f"[{_DENSE}{_STACKED}][{_MARKS}]*"
    "|\\d+(?:[.,]\\d+)+"
    f"|{_LETTER}+(?:['’\\-]{_LETTER}+)*"
    "|[\U0001f1e6-\U0001f1ff]{2}"
    f"|{_SIGN}{_DRESS}(?:\u200d{_SIGN}{_DRESS})*"
)
_SOLID = re.compile(f"[{_DENSE}{_STACKED}{_MARKS}]")
_ENDS = re.compile("[\n\r。！？!?…]|[.][\"'”’)\\]]*\\s")
_PAUSES = re.compile(r"[,;:，；：、()（）\[\]“”\"—–|/]")


@dataclass(frozen=True)
class Unit:
    """The smallest stretch of a text that is taken out."""

    start: int
    stop: int
    """Characters of the text that a reader would call the word."""
    begins: int
    ends: int
    """The stretch that is its own: blanks and signs behind it go with it (before it too, of the first unit)."""
    border: int
    """Behind it: ``SENTENCE``, ``CLAUSE``, ``WORD`` or ``NONE``."""


def units(text: str, most: int = CHARACTERS) -> tuple[Unit, ...]:
    """The units of the first ``most`` characters, which models read; together they are all of these.

    >>> [(one.start, one.stop, one.border) for one in units("Paid late, 不好")]
    [(0, 4, 1), (5, 9, 2), (11, 12, 0), (12, 13, 3)]
    """
    read = text[:most]
    spans = [match.span() for match in _UNIT.finditer(read)]
    if not spans:
        bare = read.strip()
        spans = [(read.find(bare), read.find(bare) + len(bare))] if bare else []
    if not spans:
        return ()
    begins = [0, *(start for start, _ in spans[1:])]
    ends = [*begins[1:], len(read)]
    return tuple(
        Unit(start, stop, begin, end, _border(read, stop, end, at == len(spans) - 1))
        for at, ((start, stop), begin, end) in enumerate(zip(spans, begins, ends, strict=True))
    )


def kept(text: str, cut: tuple[Unit, ...], stretches: tuple[tuple[int, int], ...]) -> str:
    """The text of some units alone: stretches (first, behind the last) in rising order."""
    return "".join(text[cut[first].begins : cut[behind - 1].ends] for first, behind in stretches if behind > first)


def _border(text: str, stop: int, end: int, last: bool) -> int:
    gap = text[stop:end]
    if last or _ENDS.search(gap):
        return SENTENCE
    if _PAUSES.search(gap):
        return CLAUSE
    return NONE if not gap and _SOLID.match(text[stop - 1]) and _SOLID.match(text[stop]) else WORD
