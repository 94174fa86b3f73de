"""The waterfall of one case with the phrases of its texts among its columns. Light: numpy only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.explain.explanation import Explanation, Phrase
from core.explain.sentences import Case, Part, case, compared, shortened

EACH = 4
"""Phrases of a text that get a bar of their own, at most."""
SHORT = 14
"""Signs of a cell that is shown beside another."""
BESIDE = " ← "
"""Stands between the cells of two cases."""
REST = "…"
"""Stands for the cell where the rest of a text is meant."""


def spelled(explanation: Explanation, at: int, top: int = 10) -> Case:
    """The waterfall of one row; a text column that is among the largest is split into its strongest phrases.

    Args:
        explanation: values in original columns, with phrases where its columns hold texts.
        at: place of the row within the explanation.
        top: columns with bars of their own; a single column left over gets its own too.
    """
    whole = case(explanation, at, top)
    phrases = explanation.phrases[at] if len(explanation.phrases) else ()
    parts: list[Part] = []
    for part in whole.parts:
        own = [phrase for phrase in phrases if part.column and phrase.column == part.column]
        parts += _split(part, own) if part.column else [part]
    named = sorted((part for part in parts if part.column), key=lambda part: -abs(part.value))
    others = [part for part in parts if not part.column]
    return Case(whole.row, whole.label, whole.base, whole.prediction, (*named, *others))


def _split(part: Part, phrases: list[Phrase]) -> list[Part]:
    """A text column's bar as those of its strongest phrases and of the rest, which has the column's error."""
    spoken = [phrase for phrase in phrases if phrase.text.strip() and phrase.value]
    best = sorted(spoken, key=lambda phrase: -abs(phrase.value))[:EACH]
    if not best:
        return [part]
    made = [Part(part.column, f"“{phrase.text.strip()}”", phrase.value, 0.0) for phrase in best]
    rest = part.value - float(np.sum([phrase.value for phrase in best]))
    return [*made, Part(part.column, REST, rest, part.error)]


def between(explanation: Explanation, one: int, other: int, top: int = 10) -> Case:
    """Why one row is answered otherwise than another, as a waterfall from the other's answer to the one's.

    Args:
        explanation: both rows, for the same class.
        one: place of the row asked about.
        other: place of the row it is held against.
        top: columns with bars of their own; a single column left over gets its own too.
    """
    parts = [
        replace(part, cell=f"{_short(part.cell)}{BESIDE}{_short(part.other)}") if part.column else part
        for part in shortened(compared(explanation, one, other), top)
    ]
    return Case(
        int(explanation.rows[one]),
        explanation.labels[one],
        float(explanation.predictions[other]),
        float(explanation.predictions[one]),
        tuple(parts),
    )


def _short(cell: str) -> str:
    return (cell if len(cell) <= SHORT else f"{cell[: SHORT - 1]}…") or "–"
