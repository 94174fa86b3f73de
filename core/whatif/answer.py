"""What a changed case is told: nouns only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.explain.explanation import Explanation
from core.explain.kin import Neighbour
from core.words import Message

Verdict = Literal["usual", "unusual", "outside"]


@dataclass(frozen=True)
class Interval:
    """What the truth is likely to be: conformal, from answers for rows the model had not learned from."""

    level: float
    """Share of such cases in which it holds the truth."""
    n: int
    """Cases that it rests on."""
    labels: tuple[str, ...] = ()
    """Classification: the answers that fit; none is said as "no answer fits"."""
    low: float | None = None
    high: float | None = None
    """Regression, in target units."""
    group: str = ""
    """The group whose own cases it rests on ("sex: F"); empty for all cases."""
    note: Message | None = None
    """What limits it: too few cases of this kind, say."""


@dataclass(frozen=True)
class Oddity:
    """Something about a case that the training rows do not know."""

    columns: tuple[str, ...]
    message: Message
    hard: bool = False
    """It lies outside all that the model has seen: its answer is no more than a guess."""


@dataclass(frozen=True)
class Support:
    """How near a case is to what the model learned from."""

    share: float
    """Of the training rows that lie as far from their neighbours as this case, or further: 1 is quite usual, 0 is
    further than any."""
    verdict: Verdict
    oddities: tuple[Oddity, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    """The three nearest real cases."""


@dataclass(frozen=True, eq=False)
class Told:
    """What the model says of one version of the case."""

    values: tuple[float, ...]
    """Probability of each class in model order, or one number in target units."""
    label: str
    """The class that is the answer (binary: at the model's cut-off); empty for regression."""
    interval: Interval
    reasons: Explanation | None = None
    """Of this one row; None where they were not asked for."""


@dataclass(frozen=True)
class Moved:
    """What one change did to the answer: Shapley values over the changes alone, so that they add up."""

    column: str
    before: str
    after: str
    """As text for the reader; "" for missing."""
    value: float
    """Probability of the class explained, or target units."""


@dataclass(frozen=True, eq=False)
class WhatIf:
    """Before and after, and what to make of it."""

    classes: tuple[str, ...]
    label: str
    """The class whose chance is explained; empty for regression."""
    before: Told
    after: Told
    moved: tuple[Moved, ...]
    """The largest first; they add up to what the answer moved by."""
    support: Support
    """Of the changed case."""
    withheld: Message | None = None
    """Why the answer is greyed: the case lies outside all support."""
    seconds: float = 0.0
