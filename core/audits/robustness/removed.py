"""Columns taken away: which one the answers stand or fall with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from core.audits import sure
from core.audits.audit import About, Cell, Family, Head, Mark, Measure, Part, Picture, Report, Sheet, Verdict
from core.audits.robustness.leading import leading
from core.audits.robustness.stand import AXES, MAIN, MEASURES, MORE, Stand, Toll, cells, heads, stand, toll
from core.audits.subject import Subject
from core.data.table import Column
from core.engines.base import Watch
from core.words import N_, Message

MOST_TOGETHER = 5
HALF = 0.5
"""A column alone may hold at most this share of what the model knows beyond guessing."""
LEANS = N_(
    "The answers stand or fall with {column}: without it {share:percent} of what the model knows beyond guessing is "
    "gone ({loss:number} {loss:point/points} of {metric}; {low:number} to {high:number}; {n:count} unseen cases)."
)
SPREAD = N_(
    "No single column carries the answers: without {column}, the one missed most, the model loses {loss:number} "
    "{loss:point/points} of {metric} ({low:number} to {high:number}; {n:count} unseen cases)."
)
UNSURE = N_(
    "Too few cases to be sure whether one column alone carries more than half of what the model knows. Most is lost "
    "without {column}: {loss:number} {loss:point/points} of {metric} ({low:number} to {high:number}; {n:count} unseen "
    "cases)."
)
FEW = N_("With {n:count} unseen cases it cannot be said which column the answers rest on.")
ONLY = N_("The model uses one column only, {column}: without it there is nothing to answer from.")
CURE = N_("Make sure that {column} is always filled in and right, or train a model that leans less on it.")


@dataclass(frozen=True)
class Without:
    """The model without a column."""

    column: str
    toll: Toll


@dataclass(frozen=True)
class Removed:
    """Leaves columns empty, one alone and the most important ones together."""

    key: ClassVar[str] = "removed"
    family: ClassVar[Family] = "robustness"
    order: ClassVar[int] = 40
    about: ClassVar[About] = About(
        title=N_("Columns taken away"),
        question=N_("Which column do the answers stand or fall with?"),
        measure=N_(
            "What is lost on unseen cases when a column is empty in all of them, and when the columns missed most are "
            "empty together; also as a share of what the model has beyond guessing. 0 is best."
        ),
        reading=N_(
            "A column that alone holds more than half of what the model knows is a single point of failure: late, "
            "wrong or forged, it decides."
        ),
        limits=N_(
            "The model is not trained again without the column: another one that says the same may then take its "
            "place. Two columns that say the same hide each other here."
        ),
        source="Breiman (2001), doi:10.1023/A:1010933404324; Fisher, Rudin, Dominici (2019), arXiv:1801.01489",
    )

    def applies(self, subject: Subject) -> Message | None:
        """Every model has columns."""
        return None

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Leaves one column after another empty."""
        place, columns = stand(subject), subject.model.schema.columns
        tried = leading(place, columns)
        alone = _alone(place, tried, watch)
        subject.held["removed"] = tuple(alone)
        if not alone or alone[0].toll.loss.high is None:
            few = Message(FEW, {"n": len(place)})
            return Report(self.key, self.family, "inconclusive", few, Message(MORE))
        share, verdict = _share(place, alone[0].toll), _verdict(place, [one.toll for one in alone])
        together = _together(place, alone, watch)
        parts = (_part_alone(place, alone, columns, verdict), *_part_together(place, together, verdict))
        message = _answer(place, alone[0], share, verdict, len(columns))
        cures = {"difference": Message(CURE, {"column": alone[0].column}), "inconclusive": Message(MORE)}
        return Report(
            self.key, self.family, verdict, message, cures.get(verdict), parts, _measures(place, alone, share)
        )


def without(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The rows with some columns empty."""
    return frame.assign(**{name: frame[name].mask(np.ones(len(frame), dtype=bool)) for name in columns})


def _alone(place: Stand, tried: Sequence[Column], watch: Watch) -> list[Without]:
    """Each column empty alone; the one missed most first."""
    found = []
    for column in tried:
        if watch.should_stop():
            break
        answer = place.subject.predict(without(place.frame, [column.name]))
        found.append(Without(column.name, toll(place, [answer])))
    return sorted(found, key=lambda one: -(one.toll.loss.value or 0.0))


def _together(place: Stand, alone: Sequence[Without], watch: Watch) -> list[Toll]:
    """The columns missed most empty together: the first two, the first three ..."""
    found = [alone[0].toll]
    for many in range(2, min(MOST_TOGETHER, len(alone)) + 1):
        if watch.should_stop():
            break
        names = [one.column for one in alone[:many]]
        found.append(toll(place, [place.subject.predict(without(place.frame, names))]))
    return found


def beyond(place: Stand) -> float:
    """What the model has beyond guessing, in its measure."""
    if place.kind == "regression":
        return float(place.main[0])
    return float(place.main[0]) - (0.5 if place.kind == "binary" else 1 / len(place.subject.model.classes))


def _share(place: Stand, one: Toll) -> float | None:
    """How much of it is gone."""
    held = beyond(place)
    return None if one.loss.value is None or held <= 0 else min(1.0, max(0.0, one.loss.value / held))


def _verdict(place: Stand, tolls: Sequence[Toll]) -> Verdict:
    """Whether one column holds more than half: its loss against half of what there is, on the same resamples."""
    from scipy import stats

    bound = HALF * max(0.0, beyond(place))
    if not place.enough or not bound:
        return "inconclusive"
    noise = [float(np.hypot(one.spread, HALF * float(np.nanstd(place.main[1:])))) for one in tolls]
    chances = [
        float(stats.norm.sf(((one.loss.value or 0.0) - bound) / max(wide, 1e-12)))
        for one, wide in zip(tolls, noise, strict=True)
    ]
    least = sure.holm(chances)[0]
    if least is not None and least < sure.LEVEL / 2:
        return "difference"
    highest = max((one.loss.high if one.loss.high is not None else np.inf) for one in tolls)
    return "none" if highest <= bound else "inconclusive"


def _answer(place: Stand, first: Without, share: float | None, verdict: Verdict, columns: int) -> Message:
    facts = {"column": first.column, "metric": MAIN[place.kind], "n": len(place), "share": share, **first.toll.points}
    if columns == 1:
        return Message(ONLY, facts)
    return Message({"difference": LEANS, "none": SPREAD}.get(verdict, UNSURE), facts)


def _part_alone(place: Stand, alone: Sequence[Without], columns: Sequence[Column], verdict: Verdict) -> Part:
    first = heads(place, Message(N_("Column left empty")))
    rows = [
        (
            *cells(place, one.column, one.toll)[:2],
            Cell(_share(place, one.toll)),
            *cells(place, one.column, one.toll)[2:],
        )
        for one in alone
    ]
    head = (*first[:2], Head(Message(N_("Share of what the model knows")), "percent"), *first[2:])
    note = Message(
        N_("{tried:count} of {all:count} columns were tried one by one: those that the answers vary most with."),
        {"tried": len(alone), "all": len(columns)},
    )
    message = Message(
        N_("Missed most: {columns:list}."),
        {"columns": [one.column for one in alone[:3] if (one.toll.loss.value or 0) > 0] or ["–"]},
    )
    title = Message(N_("Each column left empty alone"))
    sheet = Sheet(title, head, tuple(rows), note if len(alone) < len(columns) else None)
    marks = tuple(
        Mark(one.column, value=one.toll.loss.value, low=one.toll.loss.low, high=one.toll.loss.high)
        for one in alone[:15]
    )
    question = Message(N_("What is lost without a column?"))
    axis = Message(N_("Lost, points of {metric}"), {"metric": MAIN[place.kind]})
    return Part(
        title, verdict, message, (sheet,), (Picture("intervals", question, message, marks, axis, "points", line=0.0),)
    )


def _part_together(place: Stand, together: Sequence[Toll], verdict: Verdict) -> tuple[Part, ...]:
    if len(together) < 2:
        return ()
    title = Message(N_("The columns missed most left empty together"))
    marks = [Mark(x=0.0, value=place.usual)]
    marks += [Mark(x=float(many), value=one.main) for many, one in enumerate(together, 1)]
    message = Message(
        N_(
            "For information: with the {n:count} columns missed most all empty, the model loses {loss:number} "
            "{loss:point/points} of {metric}."
        ),
        {"n": len(together), "metric": MAIN[place.kind], **together[-1].points},
    )
    across = Message(N_("Columns left empty"))
    picture = Picture(
        "lines",
        Message(N_("How fast do the answers fall?")),
        message,
        tuple(marks),
        AXES[place.kind],
        "percent",
        across,
    )
    rows = tuple((Cell(float(many)), *cells(place, "", one)[1:]) for many, one in enumerate(together, 1))
    first = heads(place, across)
    sheet = Sheet(title, (Head(across, "count"), *first[1:]), rows)
    return (Part(title, "none" if verdict == "none" else "inconclusive", message, (sheet,), (picture,)),)


def _measures(place: Stand, alone: Sequence[Without], share: float | None) -> tuple[Measure, ...]:
    name = f"{MEASURES[place.kind][0]}_loss"
    each = [
        Measure(name, f"without {one.column}", one.toll.loss.value, one.toll.loss.low, one.toll.loss.high, len(place))
        for one in alone
    ]
    return (Measure("largest_share", alone[0].column, share, n=len(place)), *each)


AUDIT = Removed()
