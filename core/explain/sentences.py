"""Reasons in words and in the few figures that pages show. Light: numpy only."""

from __future__ import annotations

from collections.abc import Sequence
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
    other: str = ""
    """Where two rows are compared: what stands in the cell of the second."""


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
    parts = tuple(
        Part(explanation.columns[place], explanation.cells[place][at], float(values[place]), float(errors[place]))
        for place in np.argsort(-np.abs(values), kind="stable")
    )
    return Case(
        int(explanation.rows[at]),
        explanation.labels[at],
        float(explanation.base[at]),
        float(explanation.predictions[at]),
        shortened(parts, top),
    )


def shortened(parts: tuple[Part, ...], top: int) -> tuple[Part, ...]:
    """The first ``top`` parts and all the others together; a single one left over stays by itself."""
    if len(parts) <= top + 1:
        return parts
    rest = parts[top:]
    # Errors of columns of one walk partly cancel, so that this is an upper bound.
    error = float(np.sqrt(np.sum([part.error**2 for part in rest])))
    return (*parts[:top], Part("", "", float(np.sum([part.value for part in rest])), error, len(rest)))


def clear(parts: Sequence[Part], label: str) -> list[Part]:
    """Those that are clearly not 0, in their order; ``label`` is empty for numbers."""
    largest = max((abs(part.value) for part in parts), default=0.0)
    least = SMALL if label else SMALL * largest
    return [part for part in parts if abs(part.value) > max(SURE * part.error, least)]


def answered(shown: Case) -> Message:
    """The answer, beside the average."""
    facts = {"label": shown.label, "answer": shown.prediction, "base": shown.base}
    if shown.label:
        text = N_("The model gives “{label}” a chance of {answer:percent}; the average is {base:percent}.")
        return Message(text, facts)
    return Message(N_("The model answers {answer:number}; the average is {base:number}."), facts)


def size(value: float, label: str) -> dict[str, object]:
    """How far a part moves the answer, as facts: percentage points of a chance, else target units."""
    if not label:
        return {"amount": abs(value), "label": label}
    return {"points": round(100 * abs(value), 1) if abs(value) < 0.1 else round(100 * abs(value)), "label": label}


def compared(explanation: Explanation, first: int, second: int) -> tuple[Part, ...]:
    """Why one row is answered otherwise than another: column by column what the first's cell does more than the
    second's, the largest first; they add up to the difference of the answers.

    Args:
        explanation: both rows, for the same class.
        first: place of the row asked about.
        second: place of the row it is held against; its cells are the parts' ``other``.
    """
    if explanation.labels[first] != explanation.labels[second]:
        classes = f"{explanation.labels[first]}, {explanation.labels[second]}"
        raise ValueError(f"two rows compared explain the same class, but: {classes}")
    steps = explanation.values[first] - explanation.values[second]
    errors = np.hypot(explanation.errors[first], explanation.errors[second])
    return tuple(
        Part(
            explanation.columns[place],
            explanation.cells[place][first],
            float(steps[place]),
            float(errors[place]),
            other=explanation.cells[place][second],
        )
        for place in np.argsort(-np.abs(steps), kind="stable")
    )


def contrast(explanation: Explanation, first: int, second: int) -> tuple[Message, ...]:
    """Both answers in one sentence, and, where one is clear, in a second the column in which they differ most."""
    label, parts = explanation.labels[first], compared(explanation, first, second)
    here, there = float(explanation.predictions[first]), float(explanation.predictions[second])
    facts = {"here": here, "there": there, **size(here - there, label)}
    text = _CONTRASTS[bool(label), 0 if facts.get("points", facts.get("amount")) == 0 else 1 if here > there else -1]
    best = clear(parts, label)[:1]
    return Message(text, facts), *(_most(part, label) for part in best)


def _most(part: Part, label: str) -> Message:
    facts: dict[str, object] = {"column": part.column, "cell": said(part.cell), "other": said(part.other)}
    facts |= size(part.value, label)
    return Message(_MOST[bool(label), part.value > 0], facts)


def said(cell: str, most: int = 40) -> str | Message:
    """A cell within a sentence: a long one is cut, a missing one is called so."""
    if not cell.strip():
        return Message(N_("missing"))
    flat = " ".join(cell.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"


NOTHING = Message(N_("No single column moves this answer much."))
_CONTRASTS = {
    (True, 1): N_(
        "The chance of “{label}” is {here:percent} here and {there:percent} in the other case: "
        "{points:number} {points:point/points} more."
    ),
    (True, -1): N_(
        "The chance of “{label}” is {here:percent} here and {there:percent} in the other case: "
        "{points:number} {points:point/points} less."
    ),
    (True, 0): N_("The chance of “{label}” is {here:percent} in both cases."),
    (False, 1): N_("The answer is {here:number} here and {there:number} in the other case: {amount:number} more."),
    (False, -1): N_("The answer is {here:number} here and {there:number} in the other case: {amount:number} less."),
    (False, 0): N_("The answer is {here:number} in both cases."),
}
_MOST = {
    (True, True): N_(
        "{column} sets them apart most: {cell} here, {other} there, {points:number} {points:point/points} more."
    ),
    (True, False): N_(
        "{column} sets them apart most: {cell} here, {other} there, {points:number} {points:point/points} less."
    ),
    (False, True): N_("{column} sets them apart most: {cell} here, {other} there, {amount:number} more."),
    (False, False): N_("{column} sets them apart most: {cell} here, {other} there, {amount:number} less."),
}
