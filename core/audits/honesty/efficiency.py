"""Does an answer cost so much that people wait? And size, time, energy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from core.audits.audit import About, Cell, Family, Head, Measure, Part, Report, Sheet, Style, Verdict
from core.audits.honesty.cost import joules, peak, seconds, size
from core.learn.recipe import TITLES
from core.words import N_, Message

if TYPE_CHECKING:
    from core.audits.subject import Subject
    from core.engines.base import Watch

MANY = 1_000


@dataclass(frozen=True)
class Efficiency:
    """Measures on this machine, while nothing else is asked of it by these audits."""

    waiting: float = 1.0
    """Seconds for one answer that interrupt a person's train of thought (Nielsen, 1993)."""

    key: ClassVar[str] = "efficiency"
    family: ClassVar[Family] = "honesty"
    order: ClassVar[int] = 70
    about: ClassVar[About] = About(
        title=N_("Cost of the model"),
        question=N_("Do people have to wait for an answer, and what else does the model cost?"),
        measure=N_(
            "Bytes on disk and in memory; seconds for one row and for 1,000 rows, the median of several repeats here; "
            "seconds of training; energy where the processor tells it. Less is better."
        ),
        reading=N_(
            "A difference is told only where one answer takes longer than a second, at which people lose the thread. "
            "All else is for information."
        ),
        limits=N_(
            "Times are of this machine at this moment and move with what else runs on it. Energy is that of the whole "
            "processor; where it cannot be read, it is not guessed. Explanations cost more than answers."
        ),
        source="Nielsen, 1993, Usability Engineering, ch. 5; Strubell, Ganesh and McCallum, 2019, "
        "doi:10.18653/v1/P19-1355",
    )

    def applies(self, subject: Subject) -> Message | None:
        """A row to ask about is needed."""
        return None if len(subject.test) else Message(N_("There is no row to ask the model about."))

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Measures."""
        features = subject.test.frame[list(subject.model.features)]
        many = pd.concat([features] * -(-MANY // len(features))).iloc[:MANY]
        one, thousand = seconds(subject.model, features.iloc[:1]), seconds(subject.model, many)
        held, made, energy = peak(subject.model, many), size(subject.model), joules(subject.model, many)
        found: Verdict = "difference" if one > self.waiting else "none"
        facts = {"bytes": subject.model_bytes, "one": one, "many": thousand, "rows": MANY}
        facts |= {"ms": 1_000 * one, "many_ms": 1_000 * thousand}
        message = Message(_SLOW if found == "difference" else _FAST, facts)
        rows = (
            _row(N_("Size on disk"), subject.model_bytes),
            _row(N_("Numbers that it is made of, in memory"), made.memory),
            _row(N_("Memory at most while answering for 1,000 rows"), held),
        )
        # In the unit of the sentence above them.
        unit = 1 if found == "difference" else 1_000
        times = (_row(N_("One answer"), unit * one), _row(N_("1,000 answers"), unit * thousand))
        part = Part(
            Message(N_("Size, time and energy")),
            found,
            message,
            (
                _sheet(N_("Size"), "bytes", rows),
                _sheet(_SECONDS if found == "difference" else _MILLISECONDS, "number", times),
                _sheet(N_("Make"), "count", _make(subject, made.members, made.numbers)),
                _energy(energy),
            ),
        )
        figures = (
            ("bytes_on_disk", float(subject.model_bytes), 1),
            ("bytes_in_memory", float(made.memory), 1),
            ("seconds_for_one", one, 1),
            ("seconds_for_1000", thousand, MANY),
            ("seconds_of_training", subject.evaluation.seconds, subject.evaluation.rows.train),
            ("joules_for_one", energy, MANY),
            ("numbers", float(made.numbers), 1),
        )
        measures = tuple(Measure(name, "", value, n=n) for name, value, n in figures)
        cure = Message(_CURE) if found == "difference" else None
        return Report(self.key, self.family, found, message, cure, (part,), measures)


def _make(subject: Subject, members: int, numbers: int) -> tuple[tuple[Cell, ...], ...]:
    used = [one for one, weight in zip(subject.model.members, subject.model.weights, strict=True) if weight]
    titles = [Message(TITLES.get(one.name, one.name)) for one in used]
    trained = Message(N_("Seconds of training, from the table to the model"))
    return (
        (Cell(text=trained), Cell(subject.evaluation.seconds, style="number")),
        (Cell(text=Message(N_("Learners ({names:list})"), {"names": titles})), Cell(members)),
        _row(N_("Numbers learned"), numbers),
        _row(N_("Columns used"), len(subject.model.features)),
    )


def _row(name: str, value: float | None) -> tuple[Cell, ...]:
    return (Cell(text=Message(name)), Cell(None if value is None else float(value)))


def _sheet(title: str, style: Style, rows: tuple[tuple[Cell, ...], ...]) -> Sheet:
    heads = (Head(Message(N_("What"))), Head(Message(N_("Figure")), style))
    return Sheet(Message(title), heads, rows)


def _energy(joule: float | None) -> Sheet:
    heads = (Head(Message(N_("What"))), Head(Message(N_("Joules")), "number"))
    rows = ((Cell(text=Message(N_("One answer, of 1,000 asked together"))), Cell(joule)),
            (Cell(text=Message(N_("Training"))), Cell()))  # fmt: skip
    note = (
        N_("Not known here: the processor’s counter cannot be read.")
        if joule is None
        else N_("Of the whole processor, whatever else ran on it. Of the training it was not measured.")
    )
    return Sheet(Message(N_("Energy")), heads, rows, Message(note))


_MILLISECONDS = N_("Time for answers on this machine, in milliseconds")
_SECONDS = N_("Time for answers on this machine, in seconds")
_FAST = N_(
    "Nobody has to wait: one answer takes {ms:number} ms here, {rows:count} take {many_ms:number} ms. {bytes:bytes} on "
    "disk."
)
_SLOW = N_(
    "One answer takes {one:seconds} here, so people will wait; {rows:count} take {many:seconds}. It is {bytes:bytes} "
    "on disk."
)
_CURE = N_("Train with fewer learners (the simple model, boosted trees), or let answers be worked out beforehand.")
AUDIT = Efficiency()
