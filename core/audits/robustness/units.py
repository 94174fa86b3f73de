"""Numbers in another unit: what that would do to answers, and whether it would be noticed before answers are used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from core.audits.audit import About, Cell, Family, Head, Measure, Part, Report, Sheet, Verdict
from core.audits.robustness.leading import leading
from core.audits.robustness.stand import MAIN, MEASURES, Stand, Toll, cells, heads, judged, stand, toll
from core.audits.subject import Subject
from core.data.ordered import numbers_of
from core.data.slips import FACTORS, Scale, scales, slips
from core.data.table import Column, Finding
from core.domains.recognise import units
from core.engines.base import Watch
from core.words import N_, Message

TRIED = (10.0, 0.1, 100.0, 1_000.0, 0.001)
FEW_TRIED = (10.0, 0.001)
"""Of tables so wide that each answer takes long."""
MOST_TRIED = 12
"""Columns; of more those that the answers vary most with."""
CODES, YES_NO = 5, 2
"""Whole numbers of no known unit with up to so many different values are codes; two values are in any case."""
LIMIT = 0.01
"""A slip that takes more than this share of the measure must be noticed."""
ALL = N_(
    "All {n:count} unit slips tried, in {columns:count} {columns:column/columns} of numbers, would be noticed before "
    "scoring. Unnoticed, the worst ({column} × {factor}) would {harm}."
)
MISSED = N_(
    "{missed:count} of {n:count} unit slips tried would not be noticed and would cost answers: the worst ({column} × "
    "{factor}) would {harm}."
)
HARMLESS = N_(
    "{missed:count} of {n:count} unit slips tried would not be noticed; none of these is known to cost more than a "
    "point of {metric} on {rows:count} unseen cases."
)
UNSURE = N_(
    "{missed:count} of {n:count} unit slips tried would not be noticed, and {rows:count} unseen cases are too few to "
    "say what they cost."
)
AS_MEASURED = N_("{said} As measured, the worst ({column} × {factor}) would {harm}.")
TAKES = N_("take {loss:number} {loss:point/points} of {metric} and change {changed:percent} of the answers")
MOVES = N_(
    "take {loss:number} {loss:point/points} of {metric} and move answers by {changed:number} standard deviations on "
    "average"
)
RUINS = N_("leave the answers no better than guesses")
CURE = N_("Check the units of a file before scoring; keep a note of the unit with each column.")
NOTHING = N_("The model uses no column of numbers that a unit could change.")
NOTICED, PASSED = N_("noticed"), N_("not noticed")


@dataclass(frozen=True)
class Slip:
    """A column in another unit."""

    column: str
    factor: float
    noticed: bool
    toll: Toll


@dataclass(frozen=True)
class Units:
    """Multiplies each column of numbers by what a slip of units multiplies it by."""

    key: ClassVar[str] = "units"
    family: ClassVar[Family] = "robustness"
    order: ClassVar[int] = 20
    about: ClassVar[About] = About(
        title=N_("Unit slips"),
        question=N_("Is a column in the wrong unit noticed before its answers are used?"),
        measure=N_(
            "Each column of numbers alone × 10, 0.1, 100, 1,000, 0.001 and, where its unit is known, × other known "
            "units; share of these that the check of later files flags (best 100%), and what each takes from answers."
        ),
        reading=N_(
            "A slip that is noticed is a warning when a file is scored. One that is not noticed matters where it takes "
            "more than a point."
        ),
        limits=N_(
            "The whole column slips here. A slip in some of the rows only, or by a factor nobody thought of, may pass. "
            "Columns of two values, and of whole numbers with at most five different ones and no known unit, are taken "
            "for codes and not tried."
        ),
        source="Smirnov (1948), doi:10.1214/aoms/1177730256",
    )

    def applies(self, subject: Subject) -> Message | None:
        """There must be numbers."""
        if numbers(subject):
            return None
        return Message(NOTHING)

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Tries one slip after another."""
        place, columns = stand(subject), numbers(subject)
        tried = leading(place, columns, MOST_TRIED if place.quick else None)
        known = scales(subject.learnt.frame, tried, units([one.name for one in tried], subject.domain))
        found = [
            slip
            for scale in known
            if scale.column in {one.name for one in tried}
            for slip in _tried(place, scale, watch)
        ]
        subject.held["units"] = tuple(found)
        if not found:
            return Report(self.key, self.family, "not_applicable", Message(NOTHING))
        missed = [one for one in found if not one.noticed]
        verdict = _verdict(place, missed)
        return Report(
            self.key,
            self.family,
            verdict,
            _answer(place, found, missed, verdict),
            Message(CURE) if missed else None,
            (_part(place, found, columns, tried, verdict),),
            _measures(place, found),
            _alarms(subject, known),
        )


def numbers(subject: Subject) -> tuple[Column, ...]:
    """Columns of numbers that the model uses; codes, such as 0 for no and 1 for yes, have no unit."""
    frame = subject.learnt.frame
    columns = [column for column in subject.model.schema.columns if column.kind == "number"]
    known = units([column.name for column in columns], subject.domain)
    return tuple(one for one in columns if not _codes(frame[one.name], one.unit or known.get(one.name, "")))


def _codes(cells: pd.Series, unit: str) -> bool:
    """Whether numbers stand for answers to choose from, and not for amounts."""
    values = numbers_of(cells)
    different = np.unique(values[np.isfinite(values)])
    if len(different) <= YES_NO:
        return True
    return not unit and len(different) <= CODES and bool((different % 1 == 0).all())


def slipped(frame: pd.DataFrame, column: str, factor: float) -> pd.DataFrame:
    """The rows with a column in another unit."""
    return frame.assign(**{column: pd.Series(numbers_of(frame[column]) * factor, index=frame.index)})


def _tried(place: Stand, scale: Scale, watch: Watch) -> list[Slip]:
    found, frame = list[Slip](), place.subject.test.frame
    factors = (*TRIED, *FACTORS.get(scale.unit.casefold(), ())) if place.quick else FEW_TRIED
    if not (numbers_of(frame[scale.column]) != 0).any() or np.isnan(numbers_of(frame[scale.column])).all():
        return []
    for factor in factors:
        if watch.should_stop():
            break
        noticed = bool(slips(slipped(frame[[scale.column]], scale.column, factor), (scale,)))
        answer = place.subject.predict(slipped(place.frame, scale.column, factor))
        found.append(Slip(scale.column, factor, noticed, toll(place, [answer])))
    return found


def _verdict(place: Stand, missed: Sequence[Slip]) -> Verdict:
    """What those that are not noticed come to."""
    verdicts = judged(place, [one.toll for one in missed], [LIMIT] * len(missed))
    if "difference" in verdicts:
        return "difference"
    return "inconclusive" if "inconclusive" in verdicts else "none"


def _answer(place: Stand, found: Sequence[Slip], missed: Sequence[Slip], verdict: Verdict) -> Message:
    worst = max(missed or found, key=_cost)
    facts = {
        "n": len(found),
        "missed": len(missed),
        "columns": len({one.column for one in found}),
        "column": worst.column,
        "factor": f"{worst.factor:.4g}",
        "metric": MAIN[place.kind],
        "rows": len(place),
        "harm": _harm(place, worst.toll),
    }
    if not missed:
        return Message(ALL, facts)
    if verdict == "difference":
        return Message(MISSED, facts)
    said = Message(HARMLESS if verdict == "none" else UNSURE, facts)
    return said if worst.toll.loss.value is None else Message(AS_MEASURED, facts | {"said": said})


def _harm(place: Stand, toll: Toll) -> Message:
    """What a slip does. The share explained can fall far below 0, which says no more than that nothing is left."""
    guessing = {"binary": 0.5, "regression": 0.0}.get(place.kind)
    if guessing is not None and toll.main is not None and toll.main <= guessing:
        return Message(RUINS)
    lost = max(0.0, toll.points.get("loss", 0.0))
    facts = {"metric": MAIN[place.kind], "changed": toll.changed, "loss": lost}
    return Message(MOVES if place.kind == "regression" else TAKES, facts)


def _cost(slip: Slip) -> tuple[float, float]:
    """What a slip takes, by which they are told and listed; of several that take the same, more answers count."""
    return slip.toll.loss.value or 0.0, slip.toll.changed or 0.0


def _part(
    place: Stand, found: Sequence[Slip], columns: Sequence[Column], tried: Sequence[Column], verdict: Verdict
) -> Part:
    share = sum(one.noticed for one in found)
    message = Message(N_("{noticed:count} of {n:count} slips are noticed."), {"noticed": share, "n": len(found)})
    first = heads(place, Message(N_("Column and slip")))
    rows = []
    for one in sorted(found, key=lambda one: (not one.noticed, *_cost(one)), reverse=True):
        line = cells(place, f"{one.column} × {one.factor:.4g}", one.toll)
        rows.append((line[0], Cell(text=Message(NOTICED if one.noticed else PASSED)), *line[1:]))
    note = Message(
        N_("{tried:count} of {all:count} columns of numbers were tried: those that the answers vary most with."),
        {"tried": len(tried), "all": len(columns)},
    )
    sheet = Sheet(
        Message(N_("What each slip would do")),
        (first[0], Head(Message(N_("Before scoring"))), *first[1:]),
        tuple(rows),
        note if len(tried) < len(columns) else None,
    )
    return Part(Message(N_("Each column of numbers in another unit")), verdict, message, (sheet,))


def _measures(place: Stand, found: Sequence[Slip]) -> tuple[Measure, ...]:
    share = sum(one.noticed for one in found) / len(found)
    name = f"{MEASURES[place.kind][0]}_loss"
    each = [
        Measure(
            name,
            f"{one.column} x {one.factor:.4g}",
            one.toll.loss.value,
            one.toll.loss.low,
            one.toll.loss.high,
            len(place),
        )
        for one in found
    ]
    return (Measure("slips_noticed", "", share, n=len(found)), *each)


def _alarms(subject: Subject, known: Sequence[Scale]) -> tuple[Finding, ...]:
    """What is flagged in the rows looked at as they are: nothing, unless they are of a file with a slip."""
    return slips(subject.test.frame, known)


AUDIT = Units()
