"""The shape of a lesson: a question, a small data set, a training to watch, and what it teaches. Nouns only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from core.engines.base import Watch
from core.words import Message


@dataclass(frozen=True)
class Choice:
    """Something the reader may turn, to see what it does."""

    key: str
    title: str
    """Marked for translation, like all texts here."""
    values: tuple[float, ...]
    """From which one is chosen, rising."""
    start: float
    hint: str
    """What to try, and what to look at then."""


@dataclass(frozen=True)
class Ask:
    """How a lesson is to be run."""

    seed: int = 0
    language: str = "en"
    """Of made-up texts, and of the columns' names."""
    settings: dict[str, float] = field(default_factory=dict)
    """By key of a ``Choice``; what is missing starts where the choice starts."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """The data of a lesson as a table that people can read."""

    frame: pd.DataFrame
    about: Message
    """What a row is, and where the rows come from."""
    made_up: bool


@dataclass(frozen=True)
class Figure:
    """A figure that came out, with a plain name."""

    name: str
    value: float | None
    style: Literal["number", "percent", "count"] = "number"


@dataclass(frozen=True)
class Dots:
    """Points, or with ``line`` a line through them."""

    name: Message
    x: tuple[float, ...]
    y: tuple[float, ...]
    line: bool = False
    role: Literal["main", "second", "quiet", "raises"] = "main"


@dataclass(frozen=True)
class Fit:
    """Lines through points."""

    question: str
    answer: Message
    x: str
    """Title of the axis with its unit."""
    y: str
    parts: tuple[Dots, ...]


@dataclass(frozen=True)
class Map:
    """The chance that a net gives at every place of a plane, and the cases on it."""

    question: str
    answer: Message
    x: str
    y: str
    columns: tuple[float, ...]
    """(n_columns,) places along x."""
    rows: tuple[float, ...]
    """(n_rows,) places along y."""
    chance: tuple[tuple[float, ...], ...]
    """(n_rows, n_columns) from 0 to 1."""
    yes: Dots
    no: Dots


@dataclass(frozen=True)
class Roc:
    """Share found against false alarms over all cut-offs."""

    question: str
    answer: Message
    alarms: tuple[float, ...]
    hits: tuple[float, ...]


@dataclass(frozen=True)
class Bars:
    """What pulls the answer up and what pulls it down."""

    question: str
    answer: Message
    title: str
    """Of the axis, with its unit."""
    names: tuple[str, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class Row:
    """One line of a classification report; None where a share is of nothing."""

    label: str
    precision: float | None
    recall: float | None
    f1: float | None
    support: int


@dataclass(frozen=True)
class Report:
    """The classification report of unseen rows, and the crossed table it comes from."""

    question: str
    answer: Message
    classes: tuple[Row, ...]
    macro: Row
    micro: Row
    weighted: Row
    counts: tuple[tuple[int, ...], ...]
    """(n_classes, n_classes); rows are the truth, columns the answer."""


@dataclass(frozen=True)
class Example:
    """One unseen case: what it was, what the model said, and how sure it was."""

    text: str
    truth: str
    said: str
    chance: float


@dataclass(frozen=True)
class Telling:
    """The terms that speak most for a class."""

    label: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """What came out of a lesson. Every sentence is made of what was computed."""

    lesson: str
    ask: Ask
    epochs: int
    """Passes over the data, of all trainings together."""
    headline: Message
    sentences: tuple[Message, ...] = ()
    figures: tuple[Figure, ...] = ()
    """The first is the one by which attempts are compared."""
    fits: tuple[Fit, ...] = ()
    maps: tuple[Map, ...] = ()
    bars: tuple[Bars, ...] = ()
    rocs: tuple[Roc, ...] = ()
    reports: tuple[Report, ...] = ()
    telling: tuple[Telling, ...] = ()
    examples: tuple[Example, ...] = ()
    stopped: bool = False
    """Ended on a wish or by the clock, before the training was through."""
    seconds: float = 0.0


@dataclass(frozen=True)
class Lesson:
    """One lesson. The texts are English source sentences, marked for translation."""

    key: str
    order: int
    title: str
    line: str
    """What it is about, in one line of a card."""
    field: str
    seconds: int
    """What a run takes on one core, about."""
    question: str
    happens: str
    look: str
    """What to look at."""
    teaches: str
    source: str
    """Where the example comes from."""
    choices: tuple[Choice, ...]
    data: Callable[[Ask], Sheet]
    """All rows of the lesson, drawn by the seed; the same ones that ``work`` learns from and checks on."""
    work: Callable[[Ask, Watch], Result]
    domain: str = ""
    """Key of the field on whose page the same table can be taken further; "" for none."""

    def asked(self, seed: int = 0, language: str = "en", settings: dict[str, float] | None = None) -> Ask:
        """A valid wish: settings that are unknown are left out, a value that is no choice becomes the nearest one."""
        given = settings or {}
        chosen = {one.key: _nearest(one, given.get(one.key, one.start)) for one in self.choices}
        return Ask(int(seed), language, chosen)


def _nearest(choice: Choice, wanted: float) -> float:
    return float(min(choice.values, key=lambda value: abs(value - float(wanted))))
