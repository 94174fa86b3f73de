"""Calibration in the large: in each group, what was said less what came true, on average."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.audits.audit import Cell, Head, Mark, Part, Picture, Sheet, Style, Verdict, worst
from core.audits.fairness.division import Division, Name
from core.audits.honesty.loss import mean
from core.audits.naming import first_of
from core.audits.sure import LEVEL, MARGIN, enough, verdict
from core.learn.evaluation import Estimate
from core.words import N_, Message

if TYPE_CHECKING:
    from core.audits.subject import Subject

NAMED = 3
"""Groups that are named in a sentence."""
LEAST = 0.02
"""A gap below this (numbers: share of a standard deviation) is not called a difference, however sure it is."""
SMALL = 0.2
"""Numbers: a gap of so many standard deviations matters: Cohen's small effect (1988, ch. 2)."""


@dataclass(frozen=True)
class Group:
    """Rows of one group."""

    name: Name
    stable: str
    """As measures call it: "sex = F"."""
    said: float | None
    seen: float | None
    gap: Estimate
    """Said less seen: above 0 where too high."""
    p: float | None
    n: int
    positives: int | None
    judged: bool
    """Whether it has enough cases."""


def by_group(subject: Subject, division: Division) -> tuple[Group, ...]:
    """The groups of a sensitive column, among all rows that were answered by learners that had not met them."""
    from core.audits.honesty.calibration import told

    truth, said = told(subject, subject.honest)
    return tuple(
        _group(name, division.stable(place), truth[division.codes == place], said[division.codes == place])
        for place, name in enumerate(division.names)
        if division.rows[place]
    )


def _group(name: Name, stable: str, truth: np.ndarray, said: np.ndarray) -> Group:
    from scipy import stats

    left = said - np.asarray(truth, np.float64)
    gap, error = mean(left)
    positives = int(truth.sum()) if truth.dtype == bool else None
    fit = enough(len(left), positives) and bool(np.isfinite(error))
    p = None
    if fit:
        p = float(2 * stats.t.sf(abs(float(left.mean())) / error, len(left) - 1)) if error > 0 else 1.0
    return Group(name, stable, float(said.mean()), float(truth.mean()), gap, p, len(left), positives, fit)


def judged_groups(column: str, groups: tuple[Group, ...], chances: list[float | None], scale: float | None) -> Part:
    """What is said of a sensitive column.

    Args:
        column: of the table.
        groups: of it.
        chances: of each, adjusted for all comparisons of the audit.
        scale: standard deviation of a target of numbers; None for chances.
    """
    unit, margin = (1.0, MARGIN) if scale is None else (scale, SMALL)
    found = [_judged(one, p, unit, margin) for one, p in zip(groups, chances, strict=True)]
    # A group with too few cases is inconclusive, and so is the column where no other group differs.
    whole = worst(found) if found else "inconclusive"
    message = _said(column, groups, found, whole, scale)
    return Part(column, whole, message, (_sheet(column, groups, found, scale),),
                (_picture(column, groups, message, scale),))  # fmt: skip


def _judged(one: Group, p: float | None, unit: float, margin: float) -> Verdict:
    gap = Estimate(*(None if end is None else end / unit for end in (one.gap.value, one.gap.low, one.gap.high)))
    found = verdict(gap, p, one.judged, margin)
    if found == "difference" and abs(gap.value or 0.0) < LEAST:
        return verdict(gap, LEVEL, one.judged, margin)
    return found


def _said(column: str, groups: tuple[Group, ...], found: list[Verdict], whole: Verdict, scale: float | None) -> Message:
    counted = sum(one.n for one in groups)
    facts: dict[str, Any] = {"column": column, "n": counted, "groups": len(groups)}
    facts |= {"judged": sum(one.judged for one in groups)}
    if whole == "none":
        return Message(_NONE, facts)
    if whole == "inconclusive":
        unsure = [one for one, verdict in zip(groups, found, strict=True) if verdict == "inconclusive"]
        facts |= {"few": _named(unsure)}
        if not all(one.judged for one in unsure):
            return Message(_FEW, facts)
        return Message(_OPEN if scale is None else _OPEN_NUMBERS, facts)
    far = max(
        (one for one, verdict in zip(groups, found, strict=True) if verdict == "difference"),
        key=lambda one: abs(one.gap.value or 0.0),
    )
    facts |= {"group": far.name, "said": far.said, "seen": far.seen, "n": far.n}
    return Message(_FAR if scale is None else _FAR_NUMBERS, facts)


def _named(groups: list[Group]) -> list[str | Message]:
    return first_of([_quoted(one) for one in groups], NAMED, N_("{n:count} more groups"))


def _quoted(group: Group) -> Message:
    """A name in a sentence: one such as "> 48, ≤ 56" holds a comma of its own."""
    return Message(N_("“{group}”"), {"group": group.name})


def _sheet(column: str, groups: tuple[Group, ...], found: list[Verdict], scale: float | None) -> Sheet:
    style: Style = "percent" if scale is None else "number"
    heads = (
        Head(Message(N_("Group"))),
        Head(Message(N_("Number of rows")), "count"),
        Head(Message(N_("Said")), style),
        Head(Message(N_("Came true") if scale is None else N_("Truth")), style),
        Head(Message(_LESS[scale is None]), "points" if scale is None else "number"),
        Head(Message(N_("Finding"))),
    )
    rows = tuple(
        (
            Cell(text=one.name, pale=not one.judged),
            Cell(one.n, pale=not one.judged),
            Cell(one.said, pale=not one.judged),
            Cell(one.seen, pale=not one.judged),
            Cell(one.gap.value, one.gap.low, one.gap.high, pale=not one.judged),
            Cell(text=Message(_FOUND[verdict] if one.judged else _TOO_FEW), pale=not one.judged),
        )
        for one, verdict in zip(groups, found, strict=True)
    )
    return Sheet(Message(N_("Groups of {column}"), {"column": column}), heads, rows, Message(_NOTE))


def _picture(column: str, groups: tuple[Group, ...], message: Message, scale: float | None) -> Picture:
    marks = tuple(
        Mark(one.name, value=one.gap.value, low=one.gap.low, high=one.gap.high, n=one.n, pale=not one.judged)
        for one in groups
    )
    return Picture(
        "intervals",
        Message(N_("Does what is said hold in every group of {column}?"), {"column": column}),
        message,
        marks,
        Message(N_("Said less came true, points") if scale is None else _LESS[False]),
        "points" if scale is None else "number",
        line=0.0,
    )


_LESS = {True: N_("Said less came true"), False: N_("Said less truth")}
_NOTE = N_(
    "Above 0: what is said is too high; below 0: too low. Each interval is of one group; verdicts are corrected for "
    "all groups."
)
_FOUND: dict[Verdict, str] = {
    "difference": N_("said and seen differ"),
    "none": N_("no evidence of a difference"),
    "inconclusive": N_("too few to say"),
}
_TOO_FEW = N_("too few cases to judge")
_NONE = N_(
    "No evidence that what is said holds less in a group of {column}: {judged:count} of {groups:count} groups could be "
    "judged ({n:count} cases)."
)
_FEW = N_("{column}: for {few:list} there are too few cases to say whether what is said holds.")
_OPEN = N_(
    "{column}: no difference beyond chance, but for {few:list} what came true may still be 10 points or more away from "
    "what is said; only more cases can tell."
)
_OPEN_NUMBERS = N_(
    "{column}: no difference beyond chance, but for {few:list} the truth may still be a fifth of a standard deviation "
    "or more away from what is said; only more cases can tell."
)
_FAR = N_(
    "What is said does not hold in every group of {column}: for “{group}”, {said:percent} was said and {seen:percent} "
    "came true ({n:count} cases)."
)
_FAR_NUMBERS = N_(
    "What is said does not hold in every group of {column}: for “{group}”, {said:number} was said on average and the "
    "truth is {seen:number} ({n:count} cases)."
)
