"""Where the model may be used: the ranges it was tried in, and what it bears; from what the other audits measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.audits.audit import About, Cell, Family, Head, Part, Report, Sheet, Verdict
from core.audits.robustness import stress
from core.audits.robustness.envelope import Borne, Envelope, Known, Range, measures
from core.audits.robustness.mix import groups
from core.audits.robustness.stand import MAIN, stand
from core.audits.robustness.stress import Curve
from core.audits.subject import Subject
from core.data.ordered import numbers_of
from core.data.table import Column
from core.engines.base import Watch
from core.words import N_, Message

BOUND = 0.02
"""What may be lost at most, as a share of the measure."""
MOST_SHOWN = 500
"""Columns in the tables."""
INSIDE = N_("Use it only inside the ranges tried. {said}")
KNOWN = N_("Use it only for the categories known. {said}")
BEARS = N_(
    "It bears {sure:list} before more than two points of {metric} are lost, chance allowed for ({n:count} unseen "
    "cases)."
)
MEASURED = N_(
    "As measured, no more than two points of {metric} are lost with {open:list}, but chance allows more ({n:count} "
    "unseen cases)."
)
BOTH = N_(
    "It bears {sure:list} before more than two points of {metric} are lost, chance allowed for; as measured also "
    "{open:list}, but there chance allows more ({n:count} unseen cases)."
)
TOO_LITTLE = N_(
    "Even with {less:list}, more than two points of {metric} are lost as measured ({n:count} unseen cases)."
)
AND_LESS = N_("{said} With {less:list}, more are lost as measured.")
RANGES = N_(
    "Use it only inside the ranges tried. How much noise and how many gaps it bears is not known ({n:count} unseen "
    "cases)."
)
NARROW = N_("The limits are narrow. {said}")
AS_FAR = N_("So few cases show only this much. {said}")
CURE = N_("Keep cases outside these limits for a person to decide.")
BEYOND = N_("{n:count} {n:column/columns} of numbers: outside the range learned from, answers are guesses.")
BEYOND_DATES = N_(
    "{n:count} {n:column/columns} of numbers and dates: outside the range learned from, answers are guesses."
)
NOTED = N_("Of {n:count} cases learned from.")
NOTED_DATES = N_("Of {n:count} cases learned from; dates in days since 1970.")
LESS, NOTHING = N_("up to {most}"), N_("less than {least}")
LOADS: Mapping[str, str] = {
    "missing": N_("{level} of the cells missing"),
    "noise": N_("noise of {level} times the standard deviation of each number"),
}
"""The two that are told in the sentence."""


@dataclass(frozen=True)
class Limits:
    """Puts together where the model was tried and what it bears."""

    key: ClassVar[str] = "limits"
    family: ClassVar[Family] = "robustness"
    order: ClassVar[int] = 70
    about: ClassVar[About] = About(
        title=N_("Operating limits"),
        question=N_("Are the limits within which it may be used narrow, and where are they?"),
        measure=N_(
            "The range and the middle 98% of every number learned from, the categories known, the most noise, gaps and "
            "typing errors tried that cost at most two points, also at the upper end of the 95% interval, the smallest "
            "group."
        ),
        reading=N_("Outside of these limits the figures of this model were not measured, and say nothing."),
        limits=N_("Each column is looked at alone: a combination of usual values can still be one never seen."),
        source="Mitchell et al. (2019), doi:10.1145/3287560.3287596",
    )

    def applies(self, subject: Subject) -> Message | None:
        """Every model has limits."""
        return None

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Looks at the rows learned from, and takes over what was measured before."""
        if "stress" not in subject.held and stress.AUDIT.applies(subject) is None:
            stress.AUDIT.run(subject, watch)
        curves: tuple[Curve, ...] = subject.held.get("stress", ())
        found = _envelope(subject, curves)
        subject.held["limits"] = found
        verdict = _verdict(subject, curves)
        dated = any(column.kind == "date" for column in subject.model.schema.columns)
        metric = MAIN[subject.task.kind]
        parts = (*_ranges(found, dated), *_categories(found), *_borne(curves, found, verdict, metric))
        return Report(
            self.key, self.family, verdict, _answer(subject, found, verdict), Message(CURE), parts, measures(found)
        )


def _envelope(subject: Subject, curves: tuple[Curve, ...]) -> Envelope:
    frame, schema = subject.learnt.frame, subject.model.schema
    ranges = [
        _range(column, numbers_of(frame[column.name])) for column in schema.columns if column.kind in ("number", "date")
    ]
    sizes = [int(min(one.inside.sum(), (~one.inside).sum())) for one in groups(subject, stand(subject).rows.frame)]
    return Envelope(
        tuple(one for one in ranges if one is not None),
        tuple(Known(one.name, len(one.levels)) for one in schema.columns if one.kind == "category"),
        tuple(Borne(one.kind.key, borne(one), one.kind.levels[-1], borne(one, sure=False)) for one in curves),
        min(sizes, default=0),
        len(frame),
    )


def _range(column: Column, values: np.ndarray) -> Range | None:
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    low, high = (float(one) for one in np.quantile(known, (0.01, 0.99)))
    least, most = float(known.min()), float(known.max())
    return Range(
        column.name,
        least if column.low is None else min(least, column.low),
        most if column.high is None else max(most, column.high),
        low,
        high,
    )


def borne(curve: Curve, sure: bool = True) -> float:
    """The highest level up to which no level tried takes more than the bound; to be sure, at the upper end too."""
    most = 0.0
    for level, one in zip(curve.kind.levels, curve.tolls, strict=True):
        lost = one.loss.high if sure else one.loss.value
        if lost is None or lost > BOUND:
            break
        most = level
    return most


def _verdict(subject: Subject, curves: tuple[Curve, ...]) -> Verdict:
    """Narrow where a level that careful files have takes clearly more than the bound."""
    if not {"noise", "missing"} & {one.kind.key for one in curves} or not stand(subject).enough:
        return "inconclusive"
    if any(one.asked.loss.low is not None and one.asked.loss.low > BOUND for one in curves):
        return "difference"
    held = all(one.asked.loss.high is not None and one.asked.loss.high <= BOUND for one in curves)
    return "none" if held else "inconclusive"


def _answer(subject: Subject, found: Envelope, verdict: Verdict) -> Message:
    said = {one.kind: one for one in found.borne}
    if "missing" not in said or not stand(subject).enough:
        return Message(RANGES, {"n": len(stand(subject))})
    borne = _said(subject, [said[kind] for kind in LOADS if kind in said])
    told = Message(INSIDE if "noise" in said else KNOWN, {"said": borne})
    if verdict == "difference":
        return Message(NARROW, {"said": told})
    doubted = any(one.measured > one.most for one in said.values() if one.kind in LOADS)
    return Message(AS_FAR, {"said": told}) if verdict == "inconclusive" and not doubted else told


def _said(subject: Subject, loads: Sequence[Borne]) -> Message:
    """What is borne for sure, what only as measured, and what is not even so."""
    place = stand(subject)
    sure = [_load(one, one.most) for one in loads if one.most]
    doubted = [_load(one, one.measured) for one in loads if one.measured and not one.most]
    less = [_load(one, _kind(one).levels[0], least=True) for one in loads if not one.measured]
    facts = {"sure": sure, "open": doubted, "less": less, "metric": MAIN[place.kind], "n": len(place)}
    if not sure and not doubted:
        return Message(TOO_LITTLE, facts)
    said = Message(BOTH if sure and doubted else BEARS if sure else MEASURED, facts)
    return Message(AND_LESS, {"said": said, "less": less}) if less else said


def _load(one: Borne, level: float, least: bool = False) -> Message:
    """So much of a disturbance, in words."""
    shown = _level(level, _kind(one).percent)
    return Message(LOADS[one.kind], {"level": shown if least else Message(LESS, {"most": shown})})


def _kind(one: Borne) -> stress.Kind:
    kinds = (stress.NOISE, stress.MISSING, stress.TYPING, stress.UNSEEN)
    return next(kind for kind in kinds if kind.key == one.kind)


def _most(one: Borne, level: float) -> Message:
    """The level in words."""
    kind = _kind(one)
    if not level:
        return Message(NOTHING, {"least": _level(kind.levels[0], kind.percent)})
    return Message(LESS, {"most": _level(level, kind.percent)})


def _level(level: float, percent: bool) -> Message:
    return Message("{level:percent}" if percent else "{level:number}", {"level": level})


def _ranges(found: Envelope, dated: bool) -> tuple[Part, ...]:
    if not found.ranges:
        return ()
    names = (N_("Column"), N_("Smallest"), N_("1st percentile"), N_("99th percentile"), N_("Largest"))
    heads = tuple(Head(Message(name), "text" if not place else "number") for place, name in enumerate(names))
    rows = tuple(
        (Cell(text=one.column), Cell(one.low), Cell(one.usual_low), Cell(one.usual_high), Cell(one.high))
        for one in found.ranges[:MOST_SHOWN]
    )
    note = Message(NOTED_DATES if dated else NOTED, {"n": found.rows})
    title = Message(N_("Use it only in these ranges"))
    message = Message(BEYOND_DATES if dated else BEYOND, {"n": len(found.ranges)})
    return (Part(title, "none", message, (Sheet(title, heads, rows, note),)),)


def _categories(found: Envelope) -> tuple[Part, ...]:
    if not found.known:
        return ()
    title = Message(N_("Use it only for these categories"))
    heads = (Head(Message(N_("Column"))), Head(Message(N_("Categories known")), "count"))
    rows = tuple((Cell(text=one.column), Cell(float(one.levels))) for one in found.known[:MOST_SHOWN])
    message = Message(N_("A category not among those known is answered as if the cell said nothing."))
    note = None
    if found.smallest_group:
        note = Message(N_("The smallest group looked at has {n:count} unseen cases."), {"n": found.smallest_group})
    return (Part(title, "none", message, (Sheet(title, heads, rows, note),)),)


def _borne(curves: tuple[Curve, ...], found: Envelope, verdict: Verdict, metric: Message) -> tuple[Part, ...]:
    if not curves:
        return ()
    title = Message(N_("Use it only for files as good as this"))
    heads = (
        Head(Message(N_("Disturbance"))),
        Head(Message(N_("Borne"))),
        Head(Message(N_("As measured alone"))),
        Head(Message(N_("Measured in"))),
        Head(Message(N_("Lost at the highest level tried, points")), "points"),
    )
    rows = tuple(
        (
            Cell(text=Message(curve.kind.title)),
            Cell(text=_most(one, one.most)),
            Cell(text=_most(one, one.measured)),
            Cell(text=Message(curve.kind.across)),
            Cell(curve.tolls[-1].loss.value, curve.tolls[-1].loss.low, curve.tolls[-1].loss.high),
        )
        for curve, one in zip(curves, found.borne, strict=True)
    )
    message = Message(
        N_(
            "“Borne” means: at most two points of {metric} are lost, also at the upper end of the 95% interval. “As "
            "measured alone” leaves the interval aside."
        ),
        {"metric": metric},
    )
    return (Part(title, verdict, message, (Sheet(title, heads, rows),)),)


AUDIT = Limits()
