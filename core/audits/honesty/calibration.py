"""Does what is said come true as often as it is said, for everybody?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

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
from core.audits.fairness.division import Division
from core.audits.fairness.seen import sensitive
from core.audits.honesty.calibrated import Distance, Line, distance, logistic, straight
from core.audits.honesty.large import Group, by_group, judged_groups
from core.audits.sure import LEVEL, enough, holm
from core.learn.evaluation import Estimate
from core.words import N_, Message

if TYPE_CHECKING:
    from core.audits.subject import Rows, Subject
    from core.engines.base import Watch


@dataclass(frozen=True)
class Overall:
    """All rows together."""

    line: Line
    distance: Distance
    lean: float
    """Mean of what was said less what came true: above 0 where too high."""
    n: int
    positives: int | None
    """Rows that came true; None for numbers."""
    unit: float
    """What ``distance`` is told in: the standard deviation of the target of these rows; 1 for chances."""


@dataclass(frozen=True)
class Calibration:
    """Measures the distance between said and seen, overall and in every group of the sensitive columns.

    Settings hold for chances (0 to 1); of numbers, for shares of the standard deviation of the target.
    """

    least: float = 0.02
    """A mean distance below this matters to nobody."""
    most: float = 0.05
    """The model is cleared where the interval leaves no room for this."""
    least_numbers: float = 0.05
    most_numbers: float = 0.15

    key: ClassVar[str] = "calibration"
    family: ClassVar[Family] = "honesty"
    order: ClassVar[int] = 20
    about: ClassVar[About] = About(
        title=N_("Answers that hold"),
        question=N_("Does what the model says come true as often as it says, for everybody?"),
        measure=N_(
            "Rows with about the same chance are put together; the mean distance between the chance said and the "
            "share that came true, less what chance alone adds (0 is best, 1 worst). Slope and intercept of what came "
            "true on what was said: 1 and 0 are best; a slope below 1 means that it is too sure. Of several answers "
            "the one given is judged; of numbers, the mean error among rows with about the same answer, held against "
            "the standard deviation of the target. In each group: mean chance less the share that came true."
        ),
        reading=N_(
            "At a distance of 5 points, of 100 cases with a chance of 30% about 25 or 35 come true. Below 2 points it "
            "matters to hardly anybody."
        ),
        limits=N_(
            "It is about means: a model that says the overall share to everybody is without fault here, and useless. "
            "In groups the rows held back while learning are counted too, answered by learners that had not met them."
        ),
        source="Cox, 1958, doi:10.2307/2333203; Naeini, Cooper and Hauskrecht, 2015, AAAI 29; Van Calster et al., "
        "2019, doi:10.1186/s12916-019-1466-7",
    )

    def applies(self, subject: Subject) -> Message | None:
        """New rows are needed."""
        return None if len(subject.test) else Message(N_("There are no new rows to judge its answers on."))

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Measures."""
        whole = overall(subject)
        scale = _scale(subject)
        divided = sensitive(subject, subject.honest.frame)
        groups = {name: by_group(subject, one) for name, one in divided.items() if isinstance(one, Division)}
        chances = [whole.line.p, *(one.p for many in groups.values() for one in many)]
        adjusted = iter(holm(chances))
        first = self.judged(subject, whole, next(adjusted))
        parts = [_everybody(subject, whole, first, scale)]
        for name, many in groups.items():
            parts.append(judged_groups(name, many, [next(adjusted) for _ in many], scale))
        parts += [Part(name, "not_applicable", why) for name, why in divided.items() if isinstance(why, Message)]
        found = worst([one.verdict for one in parts])
        # The part that decides speaks for all: its sentence has the figures.
        message = next(one.message for one in parts if one.verdict == found)
        if found == "none" and groups:
            message = Message(_ALL_FINE[scale is None], parts[0].message.facts)
        cure = Message(_CURES[found]) if found in _CURES else None
        return Report(self.key, self.family, found, message, cure, tuple(parts), _measures(whole, groups))

    def judged(self, subject: Subject, whole: Overall, p: float | None) -> Verdict:
        """A distance beyond chance that matters; surely none that does; or it cannot be told."""
        numbers = subject.task.kind == "regression"
        least, most = (self.least_numbers, self.most_numbers) if numbers else (self.least, self.most)
        error = whole.distance.error
        if error.value is None or error.high is None or not enough(whole.n, whole.positives):
            return "inconclusive"
        if p is not None and p < LEVEL and error.value >= least:
            return "difference"
        return "none" if error.high < most else "inconclusive"


def overall(subject: Subject) -> Overall:
    """The figures of the rows that the model was not shown."""
    truth, said = told(subject, subject.test)
    rng = np.random.default_rng((subject.seed, 201))
    numbers = subject.task.kind == "regression"
    line = straight(truth, said) if numbers else logistic(truth, said)
    unit = (float(truth.std()) or 1.0) if numbers else 1.0
    return Overall(
        line,
        distance(truth, said, rng, unit),
        float(np.mean(said - truth)),
        len(truth),
        None if numbers else int(truth.sum()),
        unit,
    )


def told(subject: Subject, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """(n,) what came true and what was said: the event; of several answers, that the one given is right; numbers."""
    kind = subject.task.kind
    if kind == "binary":
        return subject.happened(rows), subject.chance(rows)
    if kind == "regression":
        return rows.truth, rows.answer
    return np.asarray(rows.answer.argmax(axis=1) == rows.truth), np.asarray(rows.answer.max(axis=1))


def _scale(subject: Subject) -> float | None:
    """Standard deviation of a target of numbers; None for chances."""
    if subject.task.kind != "regression":
        return None
    return float(subject.honest.truth.std()) or 1.0


def _everybody(subject: Subject, whole: Overall, found: Verdict, scale: float | None) -> Part:
    error = whole.distance.error
    facts = {"n": whole.n, "lean": _lean(whole, scale is not None)}
    for name, value in (("error", error.value), ("low", error.low), ("high", error.high)):
        if value is None or scale is not None:
            facts[name] = None if value is None else whole.unit * value
        else:
            facts[name] = round(100 * value, 1)
    texts = _NUMBERS if scale is not None else _CHANCES
    few = error.value is None or not enough(whole.n, whole.positives)
    message = Message(texts["few" if few and found == "inconclusive" else found], facts)
    sheets = [_lines(whole, scale), _bins(whole, scale)]
    if subject.task.kind == "multiclass":
        sheets.append(_classes(subject))
    return Part(Message(N_("Everybody")), found, message, tuple(sheets), _picture(whole, scale, message))


def _lean(whole: Overall, numbers: bool) -> Message:
    """In which way it errs most."""
    if abs(whole.lean) >= 0.5 * whole.unit * (whole.distance.plain or 0.0) or whole.line.slope.value is None:
        return Message(_TOO_HIGH if whole.lean > 0 else _TOO_LOW)
    return Message(_BOLD[numbers] if whole.line.slope.value < 1 else _TIMID[numbers])


def _lines(whole: Overall, scale: float | None) -> Sheet:
    # In the unit of the target, or in points, as the sentence says it; ``Measure`` and the verdict have it as it is.
    error, plain = (_times(one, whole.unit) for one in (whole.distance.error, Estimate(whole.distance.plain)))
    bins = len(whole.distance.bins)
    apart: Style = "distance" if scale is None else "number"
    lean: Style = "points" if scale is None else "number"
    usual = Message(N_("Mean distance as usually told (ECE, in {bins:count} {bins:group/groups})"), {"bins": bins})
    rows: tuple[tuple[Message, Estimate, float, Style], ...] = (
        (Message(N_("Mean distance, less what chance adds")), error, 0.0, apart),
        (usual, plain, 0.0, apart),
        (Message(N_("Slope")), whole.line.slope, 1.0, "number"),
        (Message(N_("Intercept")), whole.line.intercept, 0.0, "number"),
        (Message(N_("What was said less what came true, on average")), Estimate(whole.lean), 0.0, lean),
    )
    heads = (
        Head(Message(N_("Figure"))),
        Head(Message(N_("Value")), "number"),
        Head(Message(N_("Best")), "number"),
        Head(Message(N_("Number of rows")), "count"),
    )
    cells = tuple(
        (
            Cell(text=name),
            Cell(one.value, one.low, one.high, style=style),
            Cell(best, style=style),
            Cell(whole.n),
        )
        for name, one, best, style in rows
    )
    return Sheet(Message(N_("Figures of calibration")), heads, cells)


def _times(one: Estimate, unit: float) -> Estimate:
    return Estimate(*(None if end is None else end * unit for end in (one.value, one.low, one.high)))


def _bins(whole: Overall, scale: float | None) -> Sheet:
    style: Style = "percent" if scale is None else "number"
    heads = (
        Head(Message(N_("Said")), style),
        Head(Message(N_("Came true") if scale is None else N_("Truth")), style),
        Head(Message(N_("Number of rows")), "count"),
    )
    rows = tuple((Cell(one.said), Cell(one.seen, one.low, one.high), Cell(one.n)) for one in whole.distance.bins)
    return Sheet(Message(N_("Rows with about the same answer")), heads, rows)


def _classes(subject: Subject) -> Sheet:
    rows = subject.test
    heads = (
        Head(Message(N_("Answer"))),
        Head(Message(N_("Mean chance said")), "percent"),
        Head(Message(N_("Came true")), "percent"),
        Head(Message(N_("Number of rows")), "count"),
    )
    cells = tuple(
        (
            Cell(text=label),
            Cell(float(rows.answer[:, place].mean())),
            Cell(float((rows.truth == place).mean())),
            Cell(len(rows)),
        )
        for place, label in enumerate(subject.model.classes)
    )
    return Sheet(Message(N_("Each answer")), heads, cells)


def _picture(whole: Overall, scale: float | None, message: Message) -> tuple[Picture, ...]:
    bins = whole.distance.bins
    if not bins:
        return ()
    seen, ideal = Message(N_("came true") if scale is None else N_("truth")), Message(N_("as it should be"))
    marks = [Mark(x=one.said, value=one.seen, low=one.low, high=one.high, n=one.n, series=seen) for one in bins]
    marks += [Mark(x=one.said, value=one.said, series=ideal) for one in bins]
    return (
        Picture(
            "lines",
            Message(N_("Does it come true as often as is said?")),
            message,
            tuple(marks),
            Message(N_("Came true") if scale is None else N_("Truth")),
            "percent" if scale is None else "number",
            Message(N_("Said")),
            across_style="percent" if scale is None else "number",
        ),
    )


def _measures(whole: Overall, groups: dict[str, tuple[Group, ...]]) -> tuple[Measure, ...]:
    error, line, n, true = whole.distance.error, whole.line, whole.n, whole.positives
    found = [
        Measure("ece", "", error.value, error.low, error.high, n, true),
        Measure("ece_plain", "", whole.distance.plain, None, None, n, true),
        Measure("calibration_slope", "", line.slope.value, line.slope.low, line.slope.high, n, true),
        Measure("calibration_intercept", "", line.intercept.value, line.intercept.low, line.intercept.high, n, true),
    ]
    found += [
        Measure("said_less_seen", one.stable, one.gap.value, one.gap.low, one.gap.high, one.n, one.positives)
        for many in groups.values()
        for one in many
    ]
    return tuple(found)


_TOO_LOW, _TOO_HIGH = N_("too low"), N_("too high")
_BOLD = {False: N_("too sure of themselves"), True: N_("too far from the mean")}
_TIMID = {False: N_("not sure enough"), True: N_("too near the mean")}
_CHANCES = {
    "difference": N_(
        "The chances mislead: on {n:count} new rows they are off by {error:number} points on average ({low:number} to "
        "{high:number}), mostly {lean}."
    ),
    "none": N_(
        "No evidence that the chances mislead: on {n:count} new rows they are off by at most {high:number} points on "
        "average."
    ),
    "inconclusive": N_(
        "{n:count} new rows are too few to clear the chances: by what can be seen, they may be off by up to "
        "{high:number} points on average."
    ),
    "few": N_("{n:count} new {n:row/rows}, or too few of one answer: nothing can be said of the chances."),
}
_NUMBERS = {
    "difference": N_(
        "The answers are off in one direction: rows with about the same answer by {error:number} on average "
        "({low:number} to {high:number}, {n:count} new rows), mostly {lean}."
    ),
    "none": N_(
        "No evidence that the answers lean: rows with about the same answer are off by {error:number} on average, by "
        "{high:number} at most ({n:count} new rows)."
    ),
    "inconclusive": N_(
        "{n:count} new rows are too few to clear the answers: rows with about the same answer are off by "
        "{error:number} on average, but it may be {high:number}."
    ),
    "few": N_("{n:count} new {n:row/rows}: too few to say whether the answers lean."),
}
_ALL_FINE = {
    True: N_(
        "No evidence that the chances mislead, overall or in a group: on {n:count} new rows they are off by at most "
        "{high:number} points on average."
    ),
    False: N_(
        "No evidence that the answers lean, overall or in a group: of {n:count} new rows, rows with about the same "
        "answer are off by {error:number} on average, by {high:number} at most."
    ),
}
_CURES = {
    "difference": N_(
        "Do not take its figures at their word: read them by the table of what was said and what came true, or train "
        "again with more rows."
    ),
    "inconclusive": N_("Test on more rows, above all of the groups with few cases."),
}
AUDIT = Calibration()
