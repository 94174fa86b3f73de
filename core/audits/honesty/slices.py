"""For whom does the model err clearly more often than for others?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from core.audits.audit import About, Cell, Family, Head, Mark, Measure, Part, Picture, Report, Sheet, Style, Verdict
from core.audits.honesty.conditions import Condition
from core.audits.honesty.search import Apart, Slice, apart, tried, worst_slices
from core.audits.sure import FEWEST_ROWS, LEVEL, holm, share
from core.data.table import Finding
from core.words import N_, Message

if TYPE_CHECKING:
    from core.audits.subject import Rows, Subject
    from core.engines.base import Watch

POWER = 0.8
"""Chance of seeing the slice that ``clear`` names, for the model to be cleared."""
EVIDENCE = 20


@dataclass(frozen=True)
class Found:
    """A slice found on one half of the rows, and what it is on the other half."""

    slice: Slice
    first: Apart
    check: Apart
    p: float | None
    """Of the check, adjusted for all slices checked."""
    expected: float | None
    """Share of errors that the model itself expects there, by its chances; None for numbers."""

    @property
    def too_sure(self) -> bool:
        """Whether the model errs more often there than its own chances say, beyond chance."""
        low = share(round((self.check.inside or 0.0) * self.check.n), self.check.n).low
        return self.expected is not None and low is not None and self.expected < low


@dataclass(frozen=True)
class Slices:
    """Finds slices on half of the rows and checks them on the other half."""

    most: int = 8
    """Slices that are checked."""
    least: float = 0.05
    """A gap of shares below this is not told (numbers: as a share of the mean absolute error elsewhere)."""
    times: float = 1.25
    """And so many times the errors elsewhere, at least."""
    clear: tuple[float, float] = (0.10, 0.20)
    """The model is cleared where a slice of this share of the rows, with a gap of this size, would have been seen."""

    key: ClassVar[str] = "slices"
    family: ClassVar[Family] = "honesty"
    order: ClassVar[int] = 30
    about: ClassVar[About] = About(
        title=N_("Where it errs"),
        question=N_("For whom does the model err clearly more often than for others?"),
        measure=N_(
            "Share of wrong answers among the rows that meet one or two conditions, less that among all others (0 is "
            "best); of numbers, the mean absolute error. Found on one half of the rows that the model had not met, "
            "checked on the other; chances adjusted for all that were checked (Holm)."
        ),
        reading=N_(
            "Where the model itself expects as many errors as it makes, these cases are hard, and its chances say so. "
            "Where it expects fewer, it is too sure there."
        ),
        limits=N_(
            "Only conditions on one or two columns of the table are tried: levels, quarters of the range, gaps, and "
            "lengths of texts. Slices of few rows are not seen. That a condition marks errors does not say that it "
            "causes them."
        ),
        source="Chung, Kraska, Polyzotis, Tae and Whang, 2019, doi:10.1109/ICDE.2019.00139; Holm, 1979",
    )

    def applies(self, subject: Subject) -> Message | None:
        """Two halves with enough rows are needed."""
        n = len(subject.honest)
        if n < 4 * FEWEST_ROWS:
            return Message(_TOO_FEW, {"n": n, "needed": 4 * FEWEST_ROWS})
        return None

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Finds and checks."""
        rows = subject.honest
        wrong = errors(subject, rows)
        first = halves(subject, rows)
        names = asked(subject, rows)
        found = self.checked(subject, wrong, first, tried(rows.frame, names, subject.schema))
        held = [one for one in found if self.holds(one)]
        seen = _detectable(wrong[~first], self.clear[0], max(1, len(found)))
        verdict: Verdict = "difference" if held else "none" if seen < self.unit(wrong) else "inconclusive"
        facts = {
            "n": len(rows),
            "columns": len(names),
            "gap": seen if np.isfinite(seen) else None,
        }
        shown = tuple(_part(one, wrong) for one in held)
        texts = _SHARES if wrong.dtype == bool else _AMOUNTS
        message = shown[0].message if held else Message(texts[verdict], facts)
        cure = _cure(held[0], wrong) if held else Message(_CURES[verdict]) if verdict in _CURES else None
        whole = (_overall(verdict, message, found, wrong, held),) if found else ()
        findings = tuple(_evidence(one, rows, wrong) for one in held)
        measures = _measures(found, held)
        return Report(self.key, self.family, verdict, message, cure, (*whole, *shown), measures, findings)

    def checked(self, subject: Subject, wrong: np.ndarray, first: np.ndarray, found: list[Condition]) -> list[Found]:
        """The worst slices of the first half, as they are in the other."""
        slices = worst_slices(found, wrong, first, self.most)
        checks = [apart(one, wrong, ~first) for one in slices]
        chances = holm([one.p if one.n >= FEWEST_ROWS else None for one in checks])
        return [
            Found(one, apart(one, wrong, first), check, p, _expected(subject, one.inside & ~first))
            for one, check, p in zip(slices, checks, chances, strict=True)
        ]

    def holds(self, one: Found) -> bool:
        """Whether the slice is no chance find, and worth telling."""
        gap, outside = one.check.gap.value, one.check.outside
        if one.p is None or one.p >= LEVEL or gap is None or outside is None:
            return False
        unit = 1.0 if one.expected is not None else outside
        return gap >= self.least * unit and outside + gap >= self.times * outside

    def unit(self, wrong: np.ndarray) -> float:
        """A gap that matters: of shares, or of numbers twice that share of the mean absolute error."""
        return self.clear[1] if wrong.dtype == bool else 2 * self.clear[1] * float(wrong.mean())


def errors(subject: Subject, rows: Rows) -> np.ndarray:
    """(n,) bool: wrong answers; of numbers (n,) absolute errors."""
    if subject.task.kind == "regression":
        return np.asarray(np.abs(rows.truth - rows.answer))
    return np.asarray(subject.said(rows.answer) != rows.truth)


def halves(subject: Subject, rows: Rows) -> np.ndarray:
    """(n,) bool: the half on which slices are looked for; rows of one person are in one half."""
    rng = np.random.default_rng((subject.seed, 301))
    group = subject.task.group
    if group is not None and group in rows.frame:
        codes = pd.factorize(rows.frame[group])[0]
        unit = np.where(codes < 0, codes.max(initial=0) + 1 + np.arange(len(rows)), codes)
    else:
        unit = np.arange(len(rows))
    drawn = rng.random(int(unit.max(initial=0)) + 1)[unit]
    return np.asarray(drawn < np.median(drawn))


def asked(subject: Subject, rows: Rows) -> list[str]:
    """Columns that a person could name a slice by: those of the model, and the sensitive ones."""
    names = [name for name in subject.schema.names if name in rows.frame]
    return [name for name in names if name in subject.model.features or name in subject.sensitive]


def _expected(subject: Subject, inside: np.ndarray) -> float | None:
    if subject.task.kind == "regression" or not inside.any():
        return None
    answer = subject.honest.answer[inside]
    said = subject.said(answer)
    return float(1 - answer[np.arange(len(said)), said].mean())


def _detectable(wrong: np.ndarray, share: float, many: int) -> float:
    """The gap that a slice of this share of the rows needs to be seen with ``POWER``."""
    from scipy import stats

    n = max(1, int(share * len(wrong)))
    if n < FEWEST_ROWS:
        return float("inf")
    spread = float(wrong.astype(np.float64).std()) * np.sqrt(1 / n + 1 / max(1, len(wrong) - n))
    return float((stats.norm.ppf(1 - LEVEL / 2 / many) + stats.norm.ppf(POWER)) * spread)


def _said(one: Found, wrong: np.ndarray) -> Message:
    facts = {"slice": one.slice.name, "inside": one.check.inside, "outside": one.check.outside, "n": one.check.n}
    facts |= {"expected": one.expected}
    if wrong.dtype != bool:
        return Message(_IS_OFF, facts)
    return Message(_TOO_SURE if one.too_sure else _HARD, facts)


def _cure(one: Found, wrong: np.ndarray) -> Message:
    """What can be done about a slice: cases that are hard for good are another matter than cases misjudged."""
    return Message(_HARD_CURE if wrong.dtype == bool and not one.too_sure else _CURES["difference"])


def _part(one: Found, wrong: np.ndarray) -> Part:
    return Part(one.slice.name, "difference", _said(one, wrong), (_sheet([one], wrong, [one]),))


def _overall(verdict: Verdict, message: Message, found: list[Found], wrong: np.ndarray, held: list[Found]) -> Part:
    shares = wrong.dtype == bool
    marks = tuple(
        Mark(one.slice.name, value=one.check.gap.value, low=one.check.gap.low, high=one.check.gap.high, n=one.check.n,
             pale=one not in held)
        for one in found
    )  # fmt: skip
    picture = Picture(
        "intervals",
        Message(N_("How much more does it err there, on rows that were not used to find the slice?")),
        message,
        marks,
        Message(_MORE[shares]),
        "points" if shares else "number",
        line=0.0,
    )
    sheets = (_sheet(found, wrong, held),)
    return Part(Message(N_("All slices that were checked")), verdict, message, sheets, (picture,))


def _sheet(found: list[Found], wrong: np.ndarray, held: list[Found]) -> Sheet:
    shares = wrong.dtype == bool
    style: Style = "percent" if shares else "number"
    heads = (
        Head(Message(N_("Slice"))),
        Head(Message(N_("Number of rows")), "count"),
        Head(Message(N_("Errors there") if shares else N_("Mean absolute error there")), style),
        Head(Message(N_("Elsewhere")), style),
        Head(Message(N_("Difference")), "points" if shares else "number"),
        Head(Message(N_("Errors that the model itself expects")), "percent"),
        Head(Message(N_("On the half where it was found")), style),
        Head(Message(N_("Finding"))),
    )
    rows = tuple(
        (
            Cell(text=one.slice.name, pale=one not in held),
            Cell(one.check.n),
            Cell(one.check.inside),
            Cell(one.check.outside),
            Cell(one.check.gap.value, one.check.gap.low, one.check.gap.high),
            Cell(one.expected),
            Cell(one.first.inside),
            Cell(text=Message(N_("confirmed") if one in held else N_("may be chance"))),
        )
        for one in found
    )
    return Sheet(Message(N_("Slices, on the half that was not used to find them")), heads, rows)


def _evidence(one: Found, rows: Rows, wrong: np.ndarray) -> Finding:
    inside = np.flatnonzero(one.slice.inside)
    places = inside[np.argsort(-wrong[inside].astype(np.float64), kind="stable")][:EVIDENCE]
    numbers = tuple(int(number) for number in rows.frame.index[places])
    return Finding("slice", "warning", _said(one, wrong), _cure(one, wrong), rows=numbers)


def _measures(found: list[Found], held: list[Found]) -> tuple[Measure, ...]:
    return tuple(
        Measure(
            "error_gap",
            one.slice.name.english(),
            one.check.gap.value,
            one.check.gap.low,
            one.check.gap.high,
            one.check.n,
            verdict="difference" if one in held else "inconclusive",
        )
        for one in found
    )


_MORE = {
    True: N_("Share of errors more than elsewhere, points"),
    False: N_("Mean absolute error more than elsewhere"),
}
_TOO_FEW = N_(
    "There are {n:count} rows that the model had not met; slices are looked for on one half and checked on the other, "
    "which needs {needed:count}."
)
_HARD = N_(
    "{slice}: the model errs in {inside:percent} of {n:count} cases, elsewhere in {outside:percent}. Its own chances "
    "say so too (they let {expected:percent} be expected): these cases are hard."
)
_TOO_SURE = N_(
    "{slice}: the model errs in {inside:percent} of {n:count} cases, elsewhere in {outside:percent}. Its own chances "
    "let only {expected:percent} be expected: it is too sure of these cases."
)
_IS_OFF = N_("{slice}: it is off by {inside:number} on average ({n:count} cases), elsewhere by {outside:number}.")
_SHARES = {
    "none": N_(
        "No slice was found where it errs clearly more often: {columns:count} {columns:column/columns} tried on "
        "{n:count} rows; a tenth of them with {gap:percent} more errors would have been seen."
    ),
    "inconclusive": N_("No slice was found in {n:count} rows, but these are too few to be sure that there is none."),
}
_AMOUNTS = {
    "none": N_(
        "No slice was found where it is off by clearly more: {columns:count} {columns:column/columns} tried on "
        "{n:count} rows; a tenth of them off by {gap:number} more would have been seen."
    ),
    "inconclusive": N_("No slice was found in {n:count} rows, but these are too few to be sure that there is none."),
}
_CURES = {
    "difference": N_(
        "Look at these cases: are there too few of them, is something not recorded, are they decided differently? "
        "Until then let a person decide them."
    ),
    "inconclusive": N_("Test on more rows."),
}
_HARD_CURE = N_(
    "Let a person decide these cases, or record something that tells them apart: the model knows that it does not know."
)
AUDIT = Slices()
