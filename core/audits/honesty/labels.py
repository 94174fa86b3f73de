"""Are some of the recorded answers likely to be wrong?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from core.audits.audit import About, Cell, Family, Head, Measure, Part, Report, Sheet, Verdict
from core.audits.honesty.doubt import Doubts, of_classes, of_numbers
from core.audits.sure import FEWEST_ROWS, share
from core.data.table import Finding, Severity
from core.words import N_, Message

if TYPE_CHECKING:
    from core.audits.subject import Subject
    from core.engines.base import Watch

SHOWN = 20


@dataclass(frozen=True)
class Labels:
    """Looks among rows that were answered by learners that had not met them."""

    least: float = 0.005
    """Share of the rows, by the lower end of its interval, from which doubts are told as a finding."""
    gathered: float = 0.4
    """Share of the model's errors, by the lower end of its interval, that must be made where it is sure."""

    key: ClassVar[str] = "labels"
    family: ClassVar[Family] = "honesty"
    order: ClassVar[int] = 40
    about: ClassVar[About] = About(
        title=N_("Doubtful answers"),
        question=N_("Are some of the recorded answers likely to be wrong?"),
        measure=N_(
            "Number of rows where the recorded answer speaks against one that the model is sure of (80% or more), and "
            "that confident learning takes for an issue; of numbers, where the error is more than 8 times the usual "
            "one of rows with about the same answer. 0 is best. Beside it, the share of all errors of this kind."
        ),
        reading=N_(
            "Where outcomes are partly chance, most errors are made where the model is unsure. Where recorded answers "
            "are wrong, most are made where it is sure. Only the second is told as a finding."
        ),
        limits=N_(
            "A doubtful answer may be right: a rare case looks the same. Wrong answers that follow a rule, which the "
            "model has learned too, are not seen, nor are those where it is unsure."
        ),
        source="Northcutt, Jiang and Chuang, 2021, doi:10.1613/jair.1.12125; cleanlab",
    )

    def applies(self, subject: Subject) -> Message | None:
        """Rows with answers of learners that had not met them are needed."""
        n = len(subject.honest)
        if n < FEWEST_ROWS:
            return Message(_TOO_FEW, {"n": n, "needed": FEWEST_ROWS})
        if subject.task.kind != "regression" and len(np.unique(subject.honest.truth)) < 2:
            return Message(N_("All recorded answers of these rows are the same, so none speaks against another."))
        return None

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Looks."""
        rows, numbers = subject.honest, subject.task.kind == "regression"
        doubts = of_numbers(rows.truth, rows.answer) if numbers else of_classes(rows.truth, rows.answer)
        found = self.judged(doubts, len(rows), numbers)
        facts = {"n": len(rows), "doubtful": len(doubts.places), "errors": doubts.errors}
        message = Message((_NUMBERS if numbers else _CLASSES)[found if len(doubts.places) else "clean"], facts)
        parts: tuple[Part, ...] = ()
        findings: tuple[Finding, ...] = ()
        if len(doubts.places):
            parts = (Part(Message(_ROWS), found, message, (_sheet(subject, doubts),)),)
            findings = (_evidence(subject, doubts, message, found),)
        measures = _measures(doubts, len(rows), numbers)
        cure = Message(_CURE) if found != "none" else None
        return Report(self.key, self.family, found, message, cure, parts, measures, findings)

    def judged(self, doubts: Doubts, n: int, numbers: bool) -> Verdict:
        """Doubts that gather as wrong answers would; none to speak of; or such as chance may explain."""
        k = len(doubts.places)
        if (share(k, n).low or 0.0) <= self.least:
            return "none"
        if numbers or (share(k, max(k, doubts.errors)).low or 0.0) > self.gathered:
            return "difference"
        return "inconclusive"


def _sheet(subject: Subject, doubts: Doubts) -> Sheet:
    rows, classes = subject.honest, subject.model.classes
    heads = (
        Head(Message(N_("Row, counted from 1")), "count"),
        Head(Message(N_("Recorded")), "text" if classes else "number"),
        Head(Message(N_("The model says")), "text" if classes else "number"),
        Head(Message(N_("Chance of that") if classes else N_("Times the usual error")),
             "percent" if classes else "number"),
    )  # fmt: skip
    cells = []
    for place, said, strength in zip(doubts.places, doubts.expected, doubts.strength, strict=True):
        truth = rows.truth[place]
        named = [Cell(text=classes[one]) if classes else _number(one) for one in (truth, said)]
        cells.append((Cell(float(rows.frame.index[place]) + 1), *named, _number(strength)))
    note = None
    if len(cells) > SHOWN:
        note = Message(N_("The {shown:count} most doubtful of {n:count}."), {"shown": SHOWN, "n": len(cells)})
    return Sheet(Message(_ROWS), heads, tuple(cells[:SHOWN]), note)


def _number(value: float) -> Cell:
    return Cell(float(value))


def _evidence(subject: Subject, doubts: Doubts, message: Message, found: Verdict) -> Finding:
    numbers = tuple(int(number) for number in subject.honest.frame.index[doubts.places[:SHOWN]])
    severity: Severity = "warning" if found == "difference" else "note"
    return Finding("labels", severity, message, Message(_CURE), subject.task.goal.column, numbers)


def _measures(doubts: Doubts, n: int, numbers: bool) -> tuple[Measure, ...]:
    k = len(doubts.places)
    one = share(k, n)
    found = [Measure("doubtful_share", "", one.value, one.low, one.high, n, k)]
    if not numbers and doubts.errors:
        part = share(min(k, doubts.errors), doubts.errors)
        found.append(Measure("sure_share_of_errors", "", part.value, part.low, part.high, doubts.errors, k))
    return tuple(found)


_TOO_FEW = N_(
    "There are {n:count} {n:row/rows} that the model had not met; {needed:count} are needed to doubt an answer."
)
_ROWS = N_("Rows whose recorded answer should be looked at again")
_CLASSES = {
    "difference": N_(
        "{doubtful:count} of {n:count} recorded answers look doubtful: the likelier answer is wrong {errors:count} "
        "times, mostly where the model is sure, as wrong records would show. Some may be right all the same."
    ),
    "inconclusive": N_(
        "{doubtful:count} of {n:count} recorded answers look doubtful, but the likelier answer is wrong {errors:count} "
        "times, mostly where the model is unsure: they may be wrong records or rare cases."
    ),
    "none": N_(
        "No evidence of wrong records: {doubtful:count} of {n:count} recorded answers {doubtful:looks/look} doubtful, "
        "which rare cases may explain."
    ),
    "clean": N_("No evidence of wrong records: none of {n:count} speaks against an answer that the model is sure of."),
}
_NUMBERS = {
    "difference": N_(
        "{doubtful:count} of {n:count} recorded numbers look doubtful: they lie more than 8 times the usual error from "
        "what the model says. Some may be right all the same."
    ),
    "none": N_(
        "No evidence of wrong records: {doubtful:count} of {n:count} recorded numbers {doubtful:lies/lie} far from "
        "what the model says, which rare cases may explain."
    ),
    "clean": N_("No evidence of wrong records: none of {n:count} numbers lies far from what the model says."),
}
_CURE = N_(
    "Look these rows up where they were recorded. Correct what is wrong there and train again; never delete rows only "
    "because the model disagrees."
)
AUDIT = Labels()
