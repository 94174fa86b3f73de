"""Do two sensitive columns together hide a group that fares otherwise than either alone shows?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, ClassVar

from core.audits.audit import About, Family, Part, Report
from core.audits.fairness.division import Division, cross
from core.audits.fairness.groups import beside, part, report
from core.audits.fairness.seen import seen, sensitive, unasked
from core.words import N_, Message

if TYPE_CHECKING:
    from core.audits.subject import Subject
    from core.engines.base import Watch

MOST_PAIRS = 6
"""Pairs of columns that are looked at: the first ones, in the order of the table."""
ONE = N_("Crossed groups need two sensitive columns with groups; this model has only {column}.")
LEFT = N_("{n:count} further {n:pair/pairs} of sensitive columns")
MOST = N_("Not looked at: at most {most:count} pairs are. Name fewer sensitive columns to choose which.")


@dataclass(frozen=True)
class Crossed:
    """Every group of one sensitive column within every group of another."""

    key: ClassVar[str] = "crossed"
    family: ClassVar[Family] = "fairness"
    order: ClassVar[int] = 20
    about: ClassVar[About] = About(
        N_("Crossed groups"),
        N_("Do two sensitive columns together hide a group that the model treats otherwise?"),
        N_(
            "The figures of “Groups” for each crossing of two sensitive columns, held against all other rows together. "
            "Best gap: 0. At most six pairs of columns, and twenty crossings of a pair: smaller ones are put together."
        ),
        N_(
            "As under “Groups”. A gap here without one there means that only the crossing fares otherwise: neither "
            "column alone would have shown it."
        ),
        N_("Crossings are small, so many cannot be judged. Three columns at once are not crossed."),
        "Crenshaw 1989; Buolamwini and Gebru 2018 (proceedings.mlr.press/v81/buolamwini18a.html); Kearns et al. 2018, "
        "arXiv:1711.05144",
    )

    def applies(self, subject: Subject) -> Message | None:
        """There are not two divisions to cross."""
        why = unasked(subject)
        if why is not None:
            return why
        made = sensitive(subject, subject.honest.frame)
        divided = [name for name, one in made.items() if isinstance(one, Division)]
        return Message(ONE, {"column": divided[0]}) if len(divided) == 1 else None

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Crosses pairs of columns, and compares."""
        rows = seen(subject, subject.honest)
        made = sensitive(subject, subject.honest.frame)
        pairs = list(combinations([one for one in made.values() if isinstance(one, Division)], 2))
        found = beside(rows, [cross(*pair) for pair in pairs[:MOST_PAIRS]], subject.seed)
        return report(self.key, rows, found, (*(part(rows, one) for one in found), *_left(len(pairs))))


def _left(pairs: int) -> tuple[Part, ...]:
    """That there were more pairs than are looked at."""
    if pairs <= MOST_PAIRS:
        return ()
    name = Message(LEFT, {"n": pairs - MOST_PAIRS})
    return (Part(name, "not_applicable", Message(MOST, {"most": MOST_PAIRS})),)


AUDIT = Crossed()
