"""What breaks first: noise, missing cells, typing errors, categories never seen, each more and more of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from core.audits.audit import (
    About,
    Cell,
    Family,
    Head,
    Mark,
    Measure,
    Part,
    Picture,
    Report,
    Sheet,
    Style,
    Verdict,
    worst,
)
from core.audits.robustness import disturb
from core.audits.robustness.stand import AXES, MAIN, MEASURES, MORE, Stand, Toll, cells, heads, judged, stand, toll
from core.audits.subject import Subject
from core.engines.base import Watch
from core.learn.evaluation import Estimate
from core.words import N_, Message

DRAWS = 3
"""Times that the level by which a disturbance is judged is drawn; the others once."""
FEWEST_LEVELS = 2
Disturb = Callable[[pd.DataFrame, float, np.random.Generator], pd.DataFrame]


@dataclass(frozen=True)
class Kind:
    """A kind of disturbance."""

    key: str
    title: str
    across: str
    """What it is measured in."""
    levels: tuple[float, ...]
    """Rising; shares, or standard deviations."""
    asked: float
    """The level by which it is judged, one that careful files have."""
    limit: float
    """What may be lost at that level, as a share of the measure."""
    saying: str
    """The disturbance at that level."""
    percent: bool = True
    """Whether levels are shares."""


NOISE = Kind(
    "noise",
    N_("Noise on numbers"),
    N_("Noise (standard deviations of each number)"),
    (0.05, 0.1, 0.25, 0.5, 1.0),
    0.25,
    0.010,
    N_("noise of a quarter of a standard deviation on every number"),
    percent=False,
)
MISSING = Kind(
    "missing",
    N_("Missing values"),
    N_("Share of the cells missing"),
    (0.05, 0.1, 0.2, 0.3, 0.5),
    0.20,
    0.015,
    N_("20% of the cells missing"),
)
TYPING = Kind(
    "typing",
    N_("Typing errors"),
    N_("Share of the categories and words mistyped"),
    (0.02, 0.05, 0.1, 0.2),
    0.05,
    0.010,
    N_("typing errors in 5% of the categories and words"),
)
UNSEEN = Kind(
    "unseen",
    N_("Categories never seen"),
    N_("Share of the categories replaced by new ones"),
    (0.05, 0.1, 0.2, 0.5),
    0.05,
    0.010,
    N_("5% of the categories replaced by ones never seen"),
)
BREAKS = N_(
    "What breaks first: {what}. It costs {loss:number} {loss:point/points} of {metric} ({low:number} to "
    "{high:number}; {n:count} unseen cases)."
)
HOLDS = N_(
    "Nothing breaks at the levels asked. Most is lost with {what}: {loss:number} {loss:point/points} of {metric} "
    "({low:number} to {high:number}; {n:count} unseen cases)."
)
UNSURE = N_(
    "Too few cases to rule out a loss that matters. Most is lost with {what}: {loss:number} {loss:point/points} of "
    "{metric} ({low:number} to {high:number}; {n:count} unseen cases)."
)
FEW = N_("With {n:count} unseen cases it cannot be said what a disturbance takes.")
TAKES = N_(
    "With {what}, the model loses {loss:number} {loss:point/points} of {metric} ({low:number} to {high:number})."
)
UNKNOWN = N_("With {what}, it cannot be said how much is lost: there are too few cases.")


@dataclass(frozen=True)
class Curve:
    """What more and more of one disturbance takes."""

    kind: Kind
    tolls: tuple[Toll, ...]
    """At the levels of the kind, as far as they were tried."""

    @property
    def asked(self) -> Toll:
        """At the level by which it is judged."""
        return self.tolls[self.kind.levels.index(self.kind.asked)]


@dataclass(frozen=True)
class Stress:
    """Disturbs what comes into a file, more and more."""

    key: ClassVar[str] = "stress"
    family: ClassVar[Family] = "robustness"
    order: ClassVar[int] = 10
    about: ClassVar[About] = About(
        title=N_("Noise, gaps, typing errors"),
        question=N_("What breaks first when the data gets worse?"),
        measure=N_(
            "The measure on unseen cases as they are, less the measure on the same cases disturbed: order (ROC AUC) "
            "for two answers, right answers with each class counting the same for more, share explained (R²) for "
            "numbers. 0 is best."
        ),
        reading=N_(
            "A loss of one point means, of two answers, that one pair in a hundred is put in the wrong order. At the "
            "level asked (a quarter of a standard deviation, 20% missing, 5% mistyped or new) one point is tolerable, "
            "1.5 for missing values."
        ),
        limits=N_(
            "Disturbances come by chance and hit every column alike; real ones often come together and in one place. "
            "Dates are not disturbed, and texts are never left empty."
        ),
        source="Hendrycks, Dietterich (2019), arXiv:1903.12261; Rubin (1976), doi:10.1093/biomet/63.3.581",
    )
    draws: int = DRAWS

    def applies(self, subject: Subject) -> Message | None:
        """Something must be there to disturb."""
        if disturbances(subject):
            return None
        return Message(N_("The model uses no numbers, categories or texts that could be disturbed."))

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Draws every disturbance a few times at every level."""
        place = stand(subject)
        asked = [(shortened(kind, place), change) for kind, change in disturbances(subject).items()]
        curves = tuple(_curve(place, kind, change, self.draws, watch) for kind, change in asked)
        curves = tuple(one for one in curves if len(one.tolls) == len(one.kind.levels))
        subject.held["stress"] = curves
        if not curves:
            return Report(self.key, self.family, "inconclusive", Message(FEW, {"n": len(place)}), Message(MORE))
        verdicts = judged(place, [one.asked for one in curves], [one.kind.limit for one in curves])
        return Report(
            self.key,
            self.family,
            worst(verdicts),
            _answer(place, curves, worst(verdicts)),
            _cure(curves, verdicts),
            tuple(_part(place, one, verdict) for one, verdict in zip(curves, verdicts, strict=True)),
            tuple(
                measure
                for one, verdict in zip(curves, verdicts, strict=True)
                for measure in _measures(place, one, verdict)
            ),
        )


def disturbances(subject: Subject) -> Mapping[Kind, Disturb]:
    """What can be done to the columns of a model."""
    model = subject.model
    kinds = {
        kind: tuple(one for one in model.schema.columns if one.kind == kind) for kind in ("number", "category", "text")
    }
    spread = disturb.deviations(model, subject.learnt.frame, kinds["number"]) if kinds["number"] else {}
    written, cells = kinds["category"] + kinds["text"], tuple(one for one in model.schema.columns if one.kind != "text")
    found: dict[Kind, Disturb] = {}
    if spread:
        found[NOISE] = lambda frame, level, draw: disturb.noisy(model, frame, spread, level, draw)
    if cells:
        found[MISSING] = lambda frame, level, draw: disturb.emptied(frame, cells, level, draw)
    if written:
        found[TYPING] = lambda frame, level, draw: disturb.mistyped(frame, written, level, draw)
    if kinds["category"]:
        found[UNSEEN] = lambda frame, level, draw: disturb.strange(frame, kinds["category"], level, draw)
    return found


def shortened(kind: Kind, place: Stand) -> Kind:
    """Fewer levels where each answer takes long."""
    if place.quick:
        return kind
    return replace(kind, levels=(kind.asked, kind.levels[-1]))


def _curve(place: Stand, kind: Kind, change: Disturb, draws: int, watch: Watch) -> Curve:
    subject, found = place.subject, list[Toll]()
    for number, level in enumerate(kind.levels):
        if watch.should_stop():
            break
        times = draws if level == kind.asked and len(kind.levels) > FEWEST_LEVELS else 1
        seeds = [(subject.seed, 10, len(kind.key), number, draw) for draw in range(times)]
        answers = [subject.predict(change(place.frame, level, np.random.default_rng(seed))) for seed in seeds]
        found.append(toll(place, answers))
    return Curve(kind, tuple(found))


def _weight(curve: Curve) -> float:
    """How much is lost, in units of what may be lost."""
    return (curve.asked.loss.value or 0.0) / curve.kind.limit


def _answer(place: Stand, curves: Sequence[Curve], verdict: Verdict) -> Message:
    first = max(curves, key=_weight)
    facts = _facts(place, first) | {"n": len(place)}
    if first.asked.loss.high is None:
        return Message(FEW, facts)
    return Message({"difference": BREAKS, "none": HOLDS}.get(verdict, UNSURE), facts)


def _facts(place: Stand, curve: Curve) -> dict[str, object]:
    return {"what": Message(curve.kind.saying), "metric": MAIN[place.kind], **curve.asked.points}


CURES: Mapping[str, str] = {
    "noise": N_(
        "Train again with noise on the numbers (an expert setting of the neural net), or measure more exactly."
    ),
    "missing": N_("Do not use answers for cases with many empty cells, and train again with rows that have such gaps."),
    "typing": N_("Offer a list to choose from where categories are entered, and check the spelling before scoring."),
    "unseen": N_("Look at the warnings about new categories before scoring, and train again once there are some."),
}


def _cure(curves: Sequence[Curve], verdicts: Sequence[Verdict]) -> Message | None:
    broken = [one for one, verdict in zip(curves, verdicts, strict=True) if verdict == "difference"]
    if broken:
        return Message(CURES[max(broken, key=_weight).kind.key])
    return Message(MORE) if worst(verdicts) == "inconclusive" else None


def _part(place: Stand, curve: Curve, verdict: Verdict) -> Part:
    facts = _facts(place, curve)
    message = Message(TAKES if curve.asked.loss.high is not None else UNKNOWN, facts)
    return Part(
        Message(curve.kind.title), verdict, message, (_sheet(place, curve),), (_picture(place, curve, message),)
    )


def _sheet(place: Stand, curve: Curve) -> Sheet:
    first = Message(curve.kind.across)
    style: Style = "percent" if curve.kind.percent else "number"
    rows = (
        (Cell(level), *cells(place, "", one)[1:]) for level, one in zip(curve.kind.levels, curve.tolls, strict=True)
    )
    note = Message(
        N_("On {n:count} of {all:count} unseen cases, each level drawn once or a few times; 95% intervals."),
        {"n": len(place), "all": len(place.subject.test)},
    )
    return Sheet(Message(curve.kind.title), (Head(first, style), *heads(place, first)[1:]), tuple(rows), note)


def _picture(place: Stand, curve: Curve, answer: Message) -> Picture:
    usual = place.usual
    marks = [Mark(x=0.0, value=usual, low=usual, high=usual, n=len(place))]
    marks += [
        Mark(
            x=level,
            value=one.main,
            low=_less(usual, one.loss, "high"),
            high=_less(usual, one.loss, "low"),
            n=len(place),
        )
        for level, one in zip(curve.kind.levels, curve.tolls, strict=True)
    ]
    question = Message(N_("How much is lost as it gets worse?"))
    across = Message(curve.kind.across)
    style: Style = "percent" if curve.kind.percent else "number"
    return Picture("lines", question, answer, tuple(marks), AXES[place.kind], "percent", across, usual, style)


def _less(usual: float | None, loss: Estimate, end: str) -> float | None:
    bound = getattr(loss, end)
    return None if bound is None or usual is None else usual - bound


def _measures(place: Stand, curve: Curve, verdict: Verdict) -> list[Measure]:
    name = f"{MEASURES[place.kind][0]}_loss"
    return [
        Measure(
            name,
            f"{curve.kind.key} {level:g}",
            one.loss.value,
            one.loss.low,
            one.loss.high,
            len(place),
            verdict=verdict if level == curve.kind.asked else None,
        )
        for level, one in zip(curve.kind.levels, curve.tolls, strict=True)
    ]


AUDIT = Stress()
