"""The smallest changes that lead to a wanted answer: nouns only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from core.whatif.answer import Support
from core.whatif.scenario import Cell
from core.words import Message

May = Literal["any", "up", "down", "no"]


@dataclass(frozen=True)
class Limit:
    """What may be done to one column."""

    column: str
    may: May = "any"
    low: float | None = None
    high: float | None = None
    """Numbers (dates in days since 1970): at least and at most, beside the range of the training rows."""
    cost: float = 1.0
    """Of moving it as far as two usual cases differ, or to another category; 1 for every column unless said."""
    why: Message | None = None
    """Why it may not change, where the field of work says so."""
    only: May = "any"
    """Which way alone the value of one case can go, whatever is allowed (age: up)."""


@dataclass(frozen=True)
class Aim:
    """The answer that is wanted."""

    label: str = ""
    """Classification: this class is to be the answer."""
    chance: float | None = None
    """Its probability is to be at least this; None: enough to be the answer (binary: the model's cut-off)."""
    low: float | None = None
    high: float | None = None
    """Regression: at least, at most."""


@dataclass(frozen=True)
class Way:
    """One set of changes."""

    changes: dict[str, Cell]
    values: tuple[float, ...]
    """The answer it leads to, as ``Told.values``."""
    cost: float
    support: Support
    reaches: bool = True
    was: dict[str, Cell] = field(default_factory=dict)
    """The cells that are changed, as they were."""


@dataclass(frozen=True)
class Ways:
    """What was found, the cheapest first; different ways change different columns."""

    aim: Aim
    ways: tuple[Way, ...]
    best: Way | None = None
    """Where none reaches the aim: the way that comes nearest."""
    note: Message | None = None
    """That there is no honest way, or that the aim is reached already, or what limited the search."""
    start: tuple[float, ...] = ()
    """The answer to the case as it is."""
    tried: int = 0
    """Cases that the model was asked about."""
    seconds: float = 0.0
    outside: bool = False
    """The case as it is lies outside all that the model has learned from, so that no answer to it is shown."""
