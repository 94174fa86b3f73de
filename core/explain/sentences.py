"""Reasons in words and in the few figures that pages show. Light: numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.explain.explanation import Explanation
from core.words import N_, Message

CAUTION = N_("These are patterns in the data, not causes: changing a value need not change what happens.")
SURE = 2.0
"""A value smaller than this many of its standard errors is not spoken of."""
SMALL = 0.005
"""Nor is one that would round to 0 points, or that is under this share of the largest."""


@dataclass(frozen=True)
class Mean:
    """How far a column moves the answer on average over rows, whichever way, with its 95 % interval."""

    column: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Part:
    """One bar of a case's waterfall; ``column`` is empty for all the others together, which are ``count``."""

    column: str
    cell: str
    value: float
    error: float
    count: int = 1


@dataclass(frozen=True)
class Case:
    """One row explained: ``base`` plus the parts' values is the ``prediction``."""

    row: int
    label: str
    base: float
    prediction: float
    parts: tuple[Part, ...]
    """The largest first; the others together last."""

    @property
    def gap(self) -> float:
        """What the sum misses the prediction by."""
        return abs(self.base + sum(part.value for part in self.parts) - self.prediction)


def importance(explanation: Explanation) -> tuple[Mean, ...]:
    """Mean distance by which each column moved the answer, the largest first.

    The interval says how much the mean would differ with other rows of the same kind; a single row has none.
    """
    sizes = np.abs(explanation.values)
    if not len(sizes):
        return ()
    means = sizes.mean(axis=0)
    spread = sizes.std(axis=0, ddof=1) if len(sizes) > 1 else np.zeros(len(means))
    half = 1.96 * np.sqrt(spread**2 + (explanation.errors**2).mean(axis=0)) / np.sqrt(len(sizes))
    return tuple(
        Mean(
            explanation.columns[at], float(means[at]), float(max(means[at] - half[at], 0)), float(means[at] + half[at])
        )
        for at in np.argsort(-means, kind="stable")
    )


def case(explanation: Explanation, at: int, top: int = 10) -> Case:
    """The waterfall of one row.

    Args:
        explanation: values in original columns.
        at: place of the row within the explanation.
        top: columns with a part of their own; a single column left over gets its own too.
    """
    values, errors = explanation.values[at], explanation.errors[at]
    ranks = np.argsort(-np.abs(values), kind="stable")
    shown, rest = (ranks[:top], ranks[top:]) if len(ranks) > top + 1 else (ranks, ranks[:0])
    parts = [
        Part(explanation.columns[place], explanation.cells[place][at], float(values[place]), float(errors[place]))
        for place in shown
    ]
    if len(rest):
        # Errors of columns of one walk partly cancel, so that this is an upper bound.
        parts.append(Part("", "", float(values[rest].sum()), float(np.sqrt((errors[rest] ** 2).sum())), len(rest)))
    return Case(
        int(explanation.rows[at]),
        explanation.labels[at],
        float(explanation.base[at]),
        float(explanation.predictions[at]),
        tuple(parts),
    )


def sentences(explanation: Explanation, at: int, most: int = 4) -> tuple[Message, ...]:
    """One row's reasons in at most ``most`` short sentences: first the answer, then what moves it most.

    A column is only spoken of where its value is clearly not 0.
    """
    shown = case(explanation, at, top=len(explanation.columns))
    largest = max((abs(part.value) for part in shown.parts), default=0.0)
    told = [part for part in shown.parts if _worth_telling(part, largest, shown.label)][: most - 1]
    if not told:
        return _answer(shown), Message(N_("No single column moves this answer much."))
    return _answer(shown), *(_reason(part, shown.label) for part in told)


def _worth_telling(part: Part, largest: float, label: str) -> bool:
    least = SMALL if label else SMALL * largest
    return abs(part.value) > max(SURE * part.error, least)


def _answer(shown: Case) -> Message:
    facts = {"label": shown.label, "answer": shown.prediction, "base": shown.base}
    if shown.label:
        text = N_("The model gives “{label}” a chance of {answer:percent}; the average is {base:percent}.")
        return Message(text, facts)
    return Message(N_("The model answers {answer:number}; the average is {base:number}."), facts)


def _reason(part: Part, label: str) -> Message:
    facts: dict[str, object] = {"column": part.column, "cell": part.cell, "label": label}
    if label:
        facts["points"] = round(100 * abs(part.value), 1) if abs(part.value) < 0.1 else round(100 * abs(part.value))
    else:
        facts["amount"] = abs(part.value)
    return Message(_TEXTS[bool(label), bool(part.cell), part.value > 0], facts)


_TEXTS = {
    (True, True, True): N_(
        "{column} ({cell}) raises the chance of “{label}” by {points:number} {points:point/points}."
    ),
    (True, True, False): N_(
        "{column} ({cell}) lowers the chance of “{label}” by {points:number} {points:point/points}."
    ),
    (True, False, True): N_(
        "{column} (missing) raises the chance of “{label}” by {points:number} {points:point/points}."
    ),
    (True, False, False): N_(
        "{column} (missing) lowers the chance of “{label}” by {points:number} {points:point/points}."
    ),
    (False, True, True): N_("{column} ({cell}) raises the answer by {amount:number}."),
    (False, True, False): N_("{column} ({cell}) lowers the answer by {amount:number}."),
    (False, False, True): N_("{column} (missing) raises the answer by {amount:number}."),
    (False, False, False): N_("{column} (missing) lowers the answer by {amount:number}."),
}
