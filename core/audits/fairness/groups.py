"""Does the model answer as well, and name as often, in every group of people?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from core.audits.audit import About, Family, Measure, Part, Report, Verdict, worst
from core.audits.fairness import sentences, shown
from core.audits.fairness.comparison import Comparison, judged, named, verdict_of
from core.audits.fairness.division import Division, moved
from core.audits.fairness.figures import lines
from core.audits.fairness.lines import Lines
from core.audits.fairness.seen import Seen, cells_of, seen, sensitive, unasked
from core.words import N_, Message

if TYPE_CHECKING:
    from core.audits.subject import Subject
    from core.engines.base import Watch


@dataclass(frozen=True, eq=False)
class Beside:
    """One division with what is known of its groups, judged."""

    division: Division
    lines: Lines
    comparisons: tuple[Comparison, ...]

    @property
    def verdict(self) -> Verdict:
        """Of all its comparisons."""
        return verdict_of(self.comparisons)


@dataclass(frozen=True)
class Groups:
    """Every group of every sensitive column beside all others."""

    key: ClassVar[str] = "groups"
    family: ClassVar[Family] = "fairness"
    order: ClassVar[int] = 10
    about: ClassVar[About] = About(
        N_("Groups"),
        N_("Does the model answer as well, and name as often, in every group of people?"),
        N_(
            "For each group the shares named, found, named wrongly and right when named (0 to 1; several answers: "
            "means over the answers, each against the rest; numbers: mean error with and without its sign). Each is "
            "held against all other groups together. Best gap: 0."
        ),
        N_(
            "A difference is called where chance is excluded after correction for all comparisons (Holm). No evidence: "
            "a gap of 10 points (numbers: a fifth of the target's standard deviation) would have been seen. Otherwise "
            "there are too few cases to say."
        ),
        N_(
            "A gap is not yet unfair, and no gap is no proof of fairness: that depends on what is done with the "
            "answer. Groups that the file does not name cannot be compared, nor those under 30 rows or 10 of "
            "either answer."
        ),
        "Hardt, Price and Srebro 2016, arXiv:1610.02413; Barocas, Hardt and Narayanan, Fairness and Machine Learning; "
        "Holm 1979; Newcombe 1998; Cohen 1988; fairlearn (Weerts et al. 2023, arXiv:2303.16626)",
    )

    def applies(self, subject: Subject) -> Message | None:
        """No groups can be made."""
        return unasked(subject)

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Compares them on all rows that the model had not met."""
        rows = seen(subject, subject.honest)
        made = sensitive(subject, subject.honest.frame)
        found = beside(rows, [one for one in made.values() if isinstance(one, Division)], subject.seed)
        parts = [part(rows, one, steady(subject, rows, one)) for one in found]
        return report(self.key, rows, found, (*parts, *silent(made)))


def beside(rows: Seen, divisions: Sequence[Division], seed: int = 0) -> tuple[Beside, ...]:
    """Divisions of the same rows, judged together."""
    known = [lines(rows, one, seed) for one in divisions]
    verdicts = judged([one.comparisons for one in known])
    return tuple(Beside(*one) for one in zip(divisions, known, verdicts, strict=True))


def part(rows: Seen, one: Beside, steadiness: Message | None = None) -> Part:
    """What is shown of one division.

    Args:
        rows: that it divides.
        one: judged.
        steadiness: what a cut elsewhere would have changed; None where nothing is cut.
    """
    event = rows.event if rows.kind == "binary" else ""
    message = sentences.of_part(one.division, one.comparisons, one.verdict, event, named)
    tables = shown.sheets(rows, one.division, one.lines, one.comparisons)
    if steadiness is not None:
        tables = (
            replace(tables[0], note=Message(N_("{one} {other}"), {"one": steadiness, "other": tables[0].note})),
            *tables[1:],
        )
    drawn = shown.pictures(rows, one.division, one.lines, one.comparisons, message)
    return Part(one.division.column, one.verdict, message, tables, drawn)


def steady(subject: Subject, rows: Seen, one: Beside) -> Message | None:
    """Whether the verdict of a column that is cut holds when the cut moves a little."""
    if not one.division.cuts:
        return None
    cells = cells_of(subject, subject.honest.frame, one.division.columns[0])
    return steadiness(one, [beside(rows, [other])[0] for other in moved(one.division, cells)])


def steadiness(one: Beside, others: Sequence[Beside]) -> Message:
    """In words, what another cut says."""
    turned = [other for other in others if other.verdict != one.verdict]
    facts = {"here": _cuts(one.division), "verdict": Message(sentences.VERDICTS[one.verdict])}
    if turned:
        text = N_("The verdict hangs on the cut. Cut as “{here}”: “{verdict}”; as “{there}”: “{other}”.")
        other = Message(sentences.VERDICTS[turned[0].verdict])
        return Message(text, facts | {"there": _cuts(turned[0].division), "other": other})
    return Message(
        N_("The verdict holds when the cut moves. Cut as “{here}” or as “{there}”: both times “{verdict}”."),
        facts | {"there": _cuts(others[0].division)},
    )


def _cuts(division: Division) -> str:
    """The groups of a division that is cut; their names hold commas."""
    return "; ".join(name for name in division.names if isinstance(name, str))


def silent(made: Mapping[str, Division | Message]) -> tuple[Part, ...]:
    """Columns that make no groups, and why."""
    return tuple(Part(name, "not_applicable", one) for name, one in made.items() if isinstance(one, Message))


def report(key: str, rows: Seen, found: Sequence[Beside], parts: Sequence[Part]) -> Report:
    """The verdict of all divisions."""
    verdict = worst([one.verdict for one in found])
    measured: list[Measure] = []
    for one in found:
        measured += shown.measures(one.division, one.lines, one.comparisons)
    return Report(
        key,
        "fairness",
        verdict,
        headline(rows, found, parts, verdict),
        _PRICELESS if verdict == "difference" and rows.kind != "binary" else _CURES.get(verdict),
        tuple(parts),
        tuple(measured),
    )


def headline(rows: Seen, found: Sequence[Beside], parts: Sequence[Part], verdict: Verdict) -> Message:
    """The answer in one sentence: the largest gap, or that there is none, or why it cannot be said."""
    n = len(rows.truth)
    if verdict == "none":
        return Message(sentences.NOTHING, {"n": n, "columns": [one.division.column for one in found]})
    if verdict == "inconclusive" and len(found) > 1:
        return _open(found, n)
    weights = [_weight(one, verdict) for one in found]
    first = parts[int(np.argmax(weights))].message
    if verdict == "difference":
        flat = [one for some in found for one in some.comparisons]
        facts = {"first": first, "n": n, "all": sum(one.enough for one in flat)}
        return Message(sentences.MANY, facts | {"count": sum(one.verdict == "difference" for one in flat)})
    return first


def _open(found: Sequence[Beside], n: int) -> Message:
    """Several columns of which some cannot be judged: which, and how many of the others are cleared."""
    facts = {"columns": [one.division.column for one in found if one.verdict != "none"]}
    cleared = len(found) - len(facts["columns"])
    if not cleared:
        return Message(_ALL_OPEN, facts | {"n": n})
    crossed = len(found[0].division.columns) > 1
    return Message(_SOME_OPEN_PAIRS if crossed else _SOME_OPEN, facts | {"n": cleared})


def _weight(one: Beside, verdict: Verdict) -> float:
    top = sentences.largest(one.comparisons, verdict)
    return (1.0 if one.verdict == verdict else 0.0) + (top.weight if top is not None else 0.0)


_SOME_OPEN = N_("No gap beyond chance in {n:count} {n:column/columns}; too few cases to judge {columns:list}.")
_SOME_OPEN_PAIRS = N_(
    "No gap beyond chance in {n:count} {n:pair/pairs} of columns; too few cases to judge {columns:list}."
)
_ALL_OPEN = N_("Too few of {n:count} unseen rows to judge {columns:list}.")
_PRICELESS = Message(N_("See under “Origin of the gap” what may lie behind it, before anybody acts on these answers."))
"""Only a yes/no answer has a price in people."""
_CURES = {
    "difference": Message(
        N_(
            "See under “Origin of the gap” what may lie behind it, and under “Which question?” what closing it "
            "would cost whom, before anybody acts on these answers."
        )
    ),
    "inconclusive": Message(
        N_("Collect more cases of the groups with wide intervals, or judge on a later file with known answers.")
    ),
}
AUDIT = Groups()
