"""The shape of an audit, and what it finds: nouns only.

One more audit is one more file in a folder of this room with a module-level ``AUDIT``; ``core.audits`` finds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

from core.data.table import Finding
from core.words import N_, Message

if TYPE_CHECKING:
    from core.audits.subject import Subject
    from core.engines.base import Watch

Family = Literal["fairness", "privacy", "robustness", "honesty"]
FAMILIES: dict[Family, str] = {
    "fairness": N_("Fairness"),
    "privacy": N_("Privacy"),
    "robustness": N_("Robustness"),
    "honesty": N_("Honesty and cost of the model"),
}
"""In the order in which they are shown."""
Verdict = Literal["difference", "inconclusive", "none", "not_applicable"]
"""``difference``: one was found, beyond chance. ``none``: no evidence of one, although one that matters would have been
seen. ``inconclusive``: too few cases to say. ``not_applicable``: there is nothing to ask, and why is said."""
GRAVITY: tuple[Verdict, ...] = ("difference", "inconclusive", "none", "not_applicable")
"""The verdict of several is the first of these that any has."""
Style = Literal["text", "number", "percent", "points", "distance", "count", "seconds", "bytes"]
"""How a column of figures is said; ``points`` is a difference of two shares, in percentage points with its sign, and
``distance`` one without."""


@dataclass(frozen=True)
class About:
    """What the page and the passport say of an audit: English source sentences, marked with ``N_``."""

    title: str
    """A noun of two to four words: "Membership"."""
    question: str
    """The question in plain words, with its question mark."""
    measure: str
    """The formula in words, its range and best value."""
    reading: str
    """How to read it."""
    limits: str
    """What it cannot see."""
    source: str
    """Author, year, DOI or law; not translated."""


@dataclass(frozen=True)
class Measure:
    """One figure of one group, as a script would want it."""

    name: str
    """A stable word ("recall", "selection_rate_ratio")."""
    group: str = ""
    """"sex = F"; empty for all rows."""
    value: float | None = None
    low: float | None = None
    """95% interval; None where there is none."""
    high: float | None = None
    n: int = 0
    positives: int | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Cell:
    """One cell of a sheet: a figure, perhaps with its interval, or words."""

    value: float | None = None
    """None is shown as "–"."""
    low: float | None = None
    high: float | None = None
    text: str | Message | None = None
    """A plain text is a name or cell of the file, and is shown literally."""
    pale: bool = False
    """Too few cases: shown greyed, without a judgement."""
    style: Style | None = None
    """How it is said where that is not as its head has it."""


@dataclass(frozen=True)
class Head:
    """The head of a column of a sheet."""

    name: Message
    style: Style = "text"


@dataclass(frozen=True)
class Sheet:
    """A table for a reader."""

    title: Message
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: Message | None = None


@dataclass(frozen=True)
class Mark:
    """One mark of a picture."""

    label: str | Message = ""
    """Of its line (bars, intervals); a plain text is shown literally."""
    x: float | None = None
    """Place on the axis across (lines)."""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    series: str | Message = ""
    """Marks of one series have one colour, and are joined in lines."""
    pale: bool = False


@dataclass(frozen=True)
class Picture:
    """A chart as data; ``core.plots.audits`` draws it.

    ``intervals``: a dot with its interval for each mark, one beneath the other. ``bars``: lying bars. ``lines``: value
    over ``x``, with bands.
    """

    kind: Literal["intervals", "bars", "lines"]
    question: Message
    answer: Message
    marks: tuple[Mark, ...]
    axis: Message
    """Title of the axis of values, with its unit."""
    style: Style = "percent"
    across: Message | None = None
    """Title of the axis of ``x``."""
    line: float | None = None
    """A line of reference on the axis of values: no difference, four fifths, what is expected."""
    across_style: Style = "number"


@dataclass(frozen=True)
class Part:
    """What was found of one thing that the audit looked at: a sensitive column, a column, a kind of disturbance."""

    name: str | Message
    """A plain text is a column's name, and is shown literally."""
    verdict: Verdict
    message: Message
    sheets: tuple[Sheet, ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Report:
    """What one audit found."""

    key: str
    family: Family
    verdict: Verdict
    message: Message
    """The answer in one sentence, for the table that the page opens with."""
    cure: Message | None = None
    """What can be done, or what follows; None where there is nothing to do."""
    parts: tuple[Part, ...] = ()
    measures: tuple[Measure, ...] = ()
    findings: tuple[Finding, ...] = ()
    """Further things to know, with evidence rows (of the table, counted from 0)."""
    seconds: float = 0.0


class Audit(Protocol):
    """A frozen dataclass whose fields are its settings."""

    key: ClassVar[str]
    family: ClassVar[Family]
    order: ClassVar[int]
    """Place in its family."""
    about: ClassVar[About]

    def applies(self, subject: Subject) -> Message | None:
        """Why there is nothing to ask of this model; None where there is."""

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Asks it. Randomness comes from ``subject.seed``; ``watch.should_stop()`` is looked at in long work, and what
        is there by then is reported.

        Raises:
            Problem: it cannot be asked, said to the reader as a report without a verdict.
        """


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict of several."""
    return next((one for one in GRAVITY if one in verdicts), "not_applicable")
