"""Groups beside all others: every comparison of an audit, judged together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.audits import sure
from core.audits.audit import Verdict, worst
from core.audits.fairness.division import Division
from core.audits.fairness.tally import Tally, figure
from core.learn.evaluation import Estimate
from core.words import N_, Message


@dataclass(frozen=True)
class Comparison:
    """One figure of one group beside all the others together."""

    name: str
    """Of the figure: "recall"."""
    place: int
    """Of the group in its division."""
    own: Estimate
    other: Estimate
    gap: Estimate
    p: float | None
    enough: bool
    """Whether both sides have enough cases to be judged."""
    margin: float = sure.MARGIN
    """A gap as large as this matters; in the figure's unit."""
    label: str = ""
    """Several classes: the one that the figure is of."""
    adjusted: float | None = None
    verdict: Verdict = "inconclusive"

    @property
    def weight(self) -> float:
        """Its size in margins."""
        return 0.0 if self.gap.value is None else abs(self.gap.value) / self.margin


def judged(many: Sequence[Sequence[Comparison]]) -> tuple[tuple[Comparison, ...], ...]:
    """The same with their verdicts: chances adjusted for all that could be judged, in whatever list."""
    flat = [one for some in many for one in some]
    adjusted = iter(sure.holm([one.p if one.enough else None for one in flat]))
    found = []
    for some in many:
        chances = [next(adjusted) for _ in some]
        found.append(tuple(_judged(one, p) for one, p in zip(some, chances, strict=True)))
    return tuple(found)


def _judged(one: Comparison, p: float | None) -> Comparison:
    return replace(one, adjusted=p, verdict=sure.verdict(one.gap, p, one.enough, one.margin))


def verdict_of(comparisons: Sequence[Comparison]) -> Verdict:
    """The verdict of several: too few cases to judge any is inconclusive too."""
    return worst([one.verdict for one in comparisons]) if comparisons else "inconclusive"


def asked(rows: np.ndarray) -> range:
    """Places of the groups that are held against the rest: of two groups only the smaller one, for the other would say
    the same again."""
    if len(rows) == 2:
        place = int(np.argmin(rows))
        return range(place, place + 1)
    return range(len(rows))


def compare_shares(
    counts: Tally, names: Sequence[str], label: str = "", margin: float = sure.MARGIN
) -> list[Comparison]:
    """Every group's shares beside those of the rest, not yet judged."""
    rest = counts.rest()
    return [_shares(counts, rest, name, place, label, margin) for place in asked(counts.rows) for name in names]


def _shares(counts: Tally, rest: Tally, name: str, place: int, label: str, margin: float) -> Comparison:
    part, whole = int(counts.part(name)[place]), int(counts.whole(name)[place])
    other_part, other_whole = int(rest.part(name)[place]), int(rest.whole(name)[place])
    found = sure.difference(part, whole, other_part, other_whole)
    many = plenty(counts, place) and plenty(rest, place) and min(whole, other_whole) >= sure.FEWEST_EACH
    own, other = figure(counts, name, place), figure(rest, name, place)
    return Comparison(name, place, own, other, found.gap, found.p, many, margin, label)


def plenty(counts: Tally, place: int) -> bool:
    """Whether a group has enough rows, and enough of either outcome."""
    return sure.enough(int(counts.rows[place]), int(counts.positives[place]))


def why_pale(rows: int, positives: int | None) -> Message | None:
    """Why a group is not judged; None where it is."""
    if rows < sure.FEWEST_ROWS:
        return Message(N_("too few rows"))
    if positives is not None and positives < sure.FEWEST_EACH:
        return Message(N_("few positives"))
    if positives is not None and rows - positives < sure.FEWEST_EACH:
        return Message(N_("few negatives"))
    return None


def named(division: Division, place: int) -> Message:
    """A group in a sentence: "sex = F", "age ≤ 25", "age “> 25, ≤ 40”", "sex × age “F / ≤ 25”"."""
    name = division.names[place]
    facts = {"column": division.column, "group": name}
    # A name with a comma of its own would fall apart in a list.
    if len(division.columns) > 1 or (division.cuts and (isinstance(name, Message) or ", " in name)):
        return Message(N_("{column} “{group}”"), facts)
    return Message(N_("{column} {group}") if division.cuts else N_("{column} = {group}"), facts)
