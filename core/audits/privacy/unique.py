"""Are there people in the table whom a few facts that others know single out?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from core.audits.audit import About, Cell, Family, Head, Mark, Measure, Part, Picture, Report, Sheet, Verdict
from core.audits.privacy.classes import Classes, classes, closeness, diversity, telling
from core.data.personal import mask
from core.domains.people import OUTWARD, PEOPLE
from core.domains.recognise import known_of, recognise
from core.explain.cells import text
from core.words import N_, Message

if TYPE_CHECKING:
    from core.audits.subject import Subject
    from core.engines.base import Watch

SHOWN = 12
"""Smallest classes that are shown, masked."""
STEPS = 8
"""Columns known, up to which the chain is drawn."""


@dataclass(frozen=True)
class Seen:
    """All rows that there are, and their classes."""

    frame: pd.DataFrame
    truth: np.ndarray
    columns: tuple[str, ...]
    found: Classes

    @property
    def alone(self) -> float:
        """Share of the rows that are alone."""
        return self.found.alone / len(self.frame)

    def under(self, k: int) -> float:
        """Share of the rows in classes of fewer than ``k``."""
        return self.found.under(k) / len(self.frame)


@dataclass(frozen=True)
class Unique:
    """Counts rows that are alike in all that others may know of a person."""

    columns: tuple[str, ...] = ()
    """That others may know; empty: the sensitive ones, and those that the field knows to be so."""
    k: int = 5
    """A class of fewer rows hides nobody."""
    alone: float = 0.01
    small: float = 0.05
    """Shares of rows that are alone, and in small classes, from which it is called a difference."""

    key: ClassVar[str] = "unique"
    family: ClassVar[Family] = "privacy"
    order: ClassVar[int] = 20
    about: ClassVar[About] = About(
        title=N_("Singled-out people"),
        question=N_("Can a person be singled out in the table by a few facts that others know?"),
        measure=N_(
            "Rows that are alike in every such column form a class; k is the size of the smallest one (5 or more is "
            "usually asked for, 1 is a person alone). l counts the different answers in a class (1 gives the answer "
            "away), t says how far its answers are from those of all rows (0 is best, 1 worst)."
        ),
        reading=N_(
            "Called a difference where more than 1% of the rows are alone, or more than 5% are in classes of fewer "
            "than 5. It is about the table, and about whoever is given rows of it; a model trained without these "
            "columns may still give them away by others."
        ),
        limits=N_(
            "Which columns others know is a guess from their names and from the sensitive ones. Counted in the rows at "
            "hand: a person alone there need not be alone in the country. Of very many rows a sample is looked at, in "
            "which more are alone than in the whole."
        ),
        source="Sweeney, 2002, doi:10.1142/S0218488502001648; Machanavajjhala et al., 2007, "
        "doi:10.1145/1217299.1217302; Li, Li and Venkatasubramanian, 2007, doi:10.1109/ICDE.2007.367856",
    )

    def applies(self, subject: Subject) -> Message | None:
        """Columns that others may know, and rows, are needed."""
        if not self.known(subject):
            return Message(_NONE_KNOWN)
        return None if len(subject.test) + len(subject.learnt) else Message(_NO_ROWS)

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Counts."""
        seen = look(subject, self.known(subject))
        verdict: Verdict = "none"
        if seen.alone > self.alone or seen.under(self.k) > self.small:
            verdict = "difference"
        message = self.said(verdict, seen)
        chain = telling(seen.frame, seen.columns, STEPS)
        parts = (
            Part(
                Message(N_("People alone")),
                verdict,
                message,
                (_counted(seen, self.k), *smallest(seen)),
                _chained(chain, len(seen.frame)),
            ),
            self.answers(subject, seen),
        )
        cure = Message(_CURE) if verdict == "difference" else None
        return Report(self.key, self.family, verdict, message, cure, parts, _measures(subject, seen, self.k))

    def known(self, subject: Subject) -> tuple[str, ...]:
        """Columns that others may know, in the order of the table."""
        asked = set(self.columns)
        if not asked:
            asked = {name for name in subject.schema.names if name in subject.sensitive or outward(name, subject)}
        asked.discard(subject.task.goal.column)
        return tuple(name for name in subject.schema.names if name in asked and name in subject.test.frame)

    def said(self, verdict: Verdict, seen: Seen) -> Message:
        """The answer in one sentence."""
        facts = {
            "n": len(seen.frame),
            "alone": seen.found.alone,
            "share": seen.alone,
            "few": seen.found.under(self.k),
            "few_share": seen.under(self.k),
            "k": self.k,
            "columns": len(seen.columns),
        }
        return Message(_FOUND if verdict == "difference" else _QUIET, facts)

    def answers(self, subject: Subject, seen: Seen) -> Part:
        """What classes give away of the answer."""
        given, held = diversity(seen.found, seen.truth), seen.found.sizes >= 2
        values, counts = np.unique(seen.truth, return_counts=True)
        # That a class answers as most rows do tells little of it: only the other answers are given away.
        told = (held & (given == 1))[seen.found.codes] & (seen.truth != values[counts.argmax()])
        alike = int(told.sum())
        far = closeness(seen.found, seen.truth, subject.task.kind == "regression")
        several = far[held] if held.any() else far
        share = alike / len(seen.frame)
        facts = {"n": len(seen.frame), "rows": alike, "share": share, "goal": str(subject.task.goal)}
        verdict: Verdict = "difference" if share > self.small else "none"
        sheet = _given(int(given[held].min()) if held.any() else None, float(several.max(initial=0.0)))
        message = Message(_ANSWERS, facts)
        if alike and verdict == "none":
            message = Message(_TOLERATED, {"said": message, "most": self.small})
        return Part(Message(N_("What a class gives away")), verdict, message, (sheet,))


def outward(name: str, subject: Subject) -> bool:
    """Whether others may know what stands in a column of that name."""
    known = recognise(name, subject.domain) or known_of(name, PEOPLE)
    return known is not None and known.label in OUTWARD


def look(subject: Subject, columns: tuple[str, ...]) -> Seen:
    """All rows, learned and unseen."""
    learnt, test = subject.learnt, subject.test
    names = [name for name in columns if name in learnt.frame]
    frame = pd.concat([learnt.frame[names], test.frame[names]], ignore_index=True)
    return Seen(frame, np.concatenate([learnt.truth, test.truth]), tuple(names), classes(frame, names))


def _counted(seen: Seen, k: int) -> Sheet:
    heads = (
        Head(Message(N_("What was counted"))),
        Head(Message(N_("Number")), "count"),
        Head(Message(N_("Of all rows")), "percent"),
    )
    n = len(seen.frame)
    lines = (
        (Message(N_("rows")), n, None),
        (Message(N_("classes of rows alike")), len(seen.found), None),
        (Message(N_("rows that are alone")), seen.found.alone, seen.alone),
        (Message(N_("rows in classes of fewer than {k:count}"), {"k": k}), seen.found.under(k), seen.under(k)),
        (Message(N_("rows of the smallest class (k)")), int(seen.found.sizes.min()), None),
    )
    rows = tuple((Cell(text=said), Cell(float(number)), Cell(share)) for said, number, share in lines)
    note = Message(N_("Alike in: {columns:list}."), {"columns": list(seen.columns)})
    return Sheet(Message(N_("Rows that are alike in what others know")), heads, rows, note)


def _given(least: int | None, most: float) -> Sheet:
    heads = (Head(Message(N_("Figure"))), Head(Message(N_("Value")), "number"))
    rows = (
        (Cell(text=Message(N_("different answers in a class of two or more, at least (l)"))), Cell(least)),
        (Cell(text=Message(N_("distance of its answers from those of all rows, at most (t)"))), Cell(most)),
    )
    return Sheet(Message(N_("Answers in a class")), heads, rows)


def smallest(seen: Seen) -> tuple[Sheet, ...]:
    """The smallest classes, of each longer cell the first and the last sign; none where no sign is left to show."""
    order = np.argsort(seen.found.sizes, kind="stable")[:SHOWN]
    first = {int(code): place for place, code in reversed(list(enumerate(seen.found.codes))) if code in order}
    heads = (
        Head(Message(N_("Rows")), "count"),
        *(Head(Message("{column}", {"column": name})) for name in seen.columns[:STEPS]),
    )
    rows, shown = [], set[str]()
    for code in order:
        cells = [text(seen.frame[name].iloc[first[int(code)]]) for name in seen.columns[:STEPS]]
        masked = [_masked(cell) for cell in cells]
        shown.update(*masked)
        rows.append((Cell(float(seen.found.sizes[code])), *(Cell(text=cell) for cell in masked)))
    if shown <= {"*"}:
        return ()
    return (Sheet(Message(N_("The smallest classes, masked")), heads, tuple(rows), Message(_MASKED)),)


def _masked(cell: str) -> str:
    """Hidden; the ends of a cell of one or two signs would be the cell, or all but one sign of it."""
    return "*" * bool(cell) if len(cell) <= 2 else mask(cell)


def _chained(chain: list[tuple[str, int]], n: int) -> tuple[Picture, ...]:
    if len(chain) < 2:
        return ()
    marks = tuple(Mark(x=place + 1.0, value=alone / n, n=alone) for place, (_, alone) in enumerate(chain))
    facts: dict[str, Any] = {"columns": [name for name, _ in chain], "share": chain[-1][1] / n}
    picture = Picture(
        "lines",
        Message(N_("How many facts must be known until people are alone?")),
        Message(
            N_("In this order they single out most: {columns:list}; with all of these {share:percent} are alone."),
            facts,
        ),
        marks,
        Message(N_("Rows that are alone")),
        "percent",
        Message(N_("Columns known")),
    )
    return (picture,)


def _measures(subject: Subject, seen: Seen, k: int) -> tuple[Measure, ...]:
    n, given = len(seen.frame), diversity(seen.found, seen.truth)
    far = closeness(seen.found, seen.truth, subject.task.kind == "regression")
    values = {
        "classes": float(len(seen.found)),
        "unique_rows": float(seen.found.alone),
        f"rows_under_{k}": float(seen.found.under(k)),
        "k": float(seen.found.sizes.min()),
        "l": float(given.min()),
        "t": float(far.max()),
    }
    return tuple(Measure(name, "", value, n=n) for name, value in values.items())


_NONE_KNOWN = N_(
    "No column is known to hold what others know of a person, such as age, sex or place. Name such columns as "
    "sensitive to have them counted."
)
_NO_ROWS = N_("There are no rows to count.")
_FOUND = N_(
    "People can be singled out: {alone:count} of {n:count} rows ({share:percent}) are alone in {columns:count} "
    "{columns:column/columns} that others may know, {few:count} ({few_share:percent}) in classes under {k:count}."
)
_QUIET = N_(
    "Few people can be singled out: {alone:count} of {n:count} rows ({share:percent}) are alone in {columns:count} "
    "{columns:column/columns} that others may know, {few:count} ({few_share:percent}) in classes under {k:count}."
)
_CURE = N_(
    "Before you share rows, coarsen or drop what singles out most: age in ranges, a region for a postcode, rare "
    "categories together."
)
_ANSWERS = N_(
    "{rows:count} of {n:count} rows ({share:percent}) are in classes of two or more that all have the same, less "
    "common answer in {goal}: whoever knows the class knows the answer."
)
_TOLERATED = N_("{said} Up to {most:percent} is not called a difference.")
_MASKED = N_("Of each cell only the first and the last sign are shown; of those of one or two signs, none.")
AUDIT = Unique()
