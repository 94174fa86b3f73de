"""Can somebody who knows a row find out whether the model learned from it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from core.audits.audit import About, Cell, Family, Head, Mark, Measure, Part, Picture, Report, Sheet, Verdict
from core.audits.honesty.loss import simple, some
from core.audits.privacy.attack import Apart, apart, scores
from core.audits.privacy.blind import blind, units
from core.audits.sure import FEWEST_ROWS, LEVEL, share
from core.learn.evaluation import Estimate
from core.words import N_, Message

if TYPE_CHECKING:
    from core.audits.subject import Rows, Subject
    from core.engines.base import Watch

MOST = 5_000
"""Rows of either side: the chance of telling a pair apart is then known to about one point."""
FEW_ALARMS = 0.01
"""Share of unseen rows that a careful attacker may wrongly accuse."""
ENOUGH_UNSEEN = 1_000
"""Unseen rows from which such a share can be measured."""


@dataclass(frozen=True)
class Sides:
    """Rows learned from and unseen ones, and how sure the model is of each by every attack."""

    learnt: Rows
    unseen: Rows
    people: tuple[np.ndarray | None, np.ndarray | None]
    """A number for each person, on either side."""
    attacks: dict[str, tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Membership:
    """Attacks the model: is it surer of rows that it learned from?"""

    margin: float = 0.03
    """Above 0.5; well-regularised models of many rows stay under it."""

    key: ClassVar[str] = "membership"
    family: ClassVar[Family] = "privacy"
    order: ClassVar[int] = 30
    about: ClassVar[About] = About(
        title=N_("Membership"),
        question=N_("Can somebody who knows a person's row find out whether the model learned from it?"),
        measure=N_(
            "An attacker is shown one row learned from and one new row, and points to the one of which the model is "
            "surer. How often is that right? 50% is guessing and best, 100% gives everybody away."
        ),
        reading=N_(
            "A leak is called where the interval lies above 53%, so that chance and the "
            "small edge that any learning leaves are excluded; no leak was found where it stays under 56%. That "
            "somebody is in the table is a secret where the table itself tells one: patients of one illness, debtors."
        ),
        limits=N_(
            "Three simple attacks by the answers alone. Stronger ones train many models and may find more, so this is "
            "no proof that nothing leaks. Where learned and new rows differ by themselves (a split by time, a later "
            "file), attacks must beat what is told without the model."
        ),
        source="Yeom, Giacomelli, Fredrikson and Jha, 2018, doi:10.1109/CSF.2018.00027; Carlini et al., 2022, "
        "doi:10.1109/SP46214.2022.9833649; Watson et al., 2022, arXiv:2111.08440",
    )

    def applies(self, subject: Subject) -> Message | None:
        """Rows on both sides are needed."""
        if not len(subject.test) or not len(subject.learnt):
            return Message(N_("There are no rows to compare: some learned from and some new ones are needed."))
        return None

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Attacks."""
        both = sides(subject)
        level = LEVEL / len(both.attacks)
        found = {name: apart(*both.attacks[name], *both.people, level=level) for name in both.attacks}
        bare = blind(both.learnt, both.unseen, subject.task.group, (subject.seed, 301))
        verdict = self.judged(found, bare, both)
        best = strongest(found)
        message = self.said(verdict, found[best].auc, bare, both, subject.everybody)
        cure = Message(_CURES[verdict]) if verdict in _CURES else None
        part = Part(
            Message(N_("Attacks by how sure the model is")),
            verdict,
            message,
            (_attacked(found, bare, both), *_accused(both.attacks[best])),
            (_drawn(found, bare, both, message),),
        )
        return Report(self.key, self.family, verdict, message, cure, (part,), _measures(found, bare, both))

    def judged(self, found: dict[str, Apart], bare: Apart | None, both: Sides) -> Verdict:
        """A leak where chance, and what is told without the model, are excluded."""
        if min(len(both.learnt), len(both.unseen)) < FEWEST_ROWS:
            return "inconclusive"
        floor = 0.5 + self.margin
        if self.shifted(bare):
            floor = max(floor, _of(bare.auc.high) + self.margin) if bare is not None else floor
        if any(_of(one.auc.low) > floor for one in found.values()):
            return "difference"
        if self.shifted(bare):
            return "inconclusive"
        return "none" if all(_of(one.auc.high) < 0.5 + 2 * self.margin for one in found.values()) else "inconclusive"

    def shifted(self, bare: Apart | None) -> bool:
        """Whether rows learned from and new ones differ by themselves."""
        return bare is not None and _of(bare.auc.low) > 0.5 + self.margin

    def said(self, verdict: Verdict, auc: Estimate, bare: Apart | None, both: Sides, everybody: bool) -> Message:
        """The answer in one sentence."""
        facts: dict[str, float] = {"n": len(both.learnt), "m": len(both.unseen)}
        if min(len(both.learnt), len(both.unseen)) < FEWEST_ROWS or auc.low is None:
            return Message(_FEW, facts)
        facts |= {"right": _of(auc.value), "low": _of(auc.low), "high": _of(auc.high)}
        if verdict == "difference":
            return Message(_LEAKS, facts)
        if verdict == "none":
            return Message(_NONE, facts)
        if self.shifted(bare):
            return Message(_SHIFTED if everybody else _GROUP, facts)
        return Message(_OPEN, facts)


def sides(subject: Subject) -> Sides:
    """Rows of either side, drawn where there are very many, with the scores of every attack."""
    kind, group = subject.task.kind, subject.task.group
    learnt = some(subject.learnt, MOST, (subject.seed, 302))
    unseen = some(subject.test, MOST, (subject.seed, 303))
    plain = tuple(scores(kind, rows.truth, rows.answer) for rows in (learnt, unseen))
    attacks = {"loss": (plain[0], plain[1])}
    if kind != "regression":
        attacks["class"] = _within(plain, (learnt.truth, unseen.truth))
    simpler = [simple(subject, rows) for rows in (learnt, unseen)]
    if simpler[0] is not None and simpler[1] is not None:
        easy = [
            scores(kind, rows.truth, said)
            for rows, said in zip((learnt, unseen), simpler, strict=True)
            if said is not None
        ]
        attacks["beyond"] = (plain[0] - easy[0], plain[1] - easy[1])
    return Sides(learnt, unseen, (units(learnt, group), units(unseen, group)), attacks)


def _within(plain: tuple[np.ndarray, ...], truth: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The rank of each score among those of its class, both sides together."""
    every, classes = np.concatenate(plain), np.concatenate(truth)
    ranks = np.empty(len(every))
    for one in np.unique(classes):
        inside = np.flatnonzero(classes == one)
        order = np.sort(every[inside])
        below = np.searchsorted(order, every[inside], "left") + np.searchsorted(order, every[inside], "right")
        ranks[inside] = below / (2 * len(inside))
    return ranks[: len(plain[0])], ranks[len(plain[0]) :]


def strongest(found: dict[str, Apart]) -> str:
    """The attack whose interval reaches highest from below."""
    return max(found, key=lambda name: _of(found[name].auc.low))


def _attacked(found: dict[str, Apart], bare: Apart | None, both: Sides) -> Sheet:
    heads = (
        Head(Message(N_("Attack"))),
        Head(Message(N_("Learned row found in a pair")), "percent"),
        Head(Message(N_("Rows learned from")), "count"),
        Head(Message(N_("New rows")), "count"),
    )
    pale = min(len(both.learnt), len(both.unseen)) < FEWEST_ROWS
    lines = [(name, one.auc) for name, one in found.items()]
    lines += [("blind", bare.auc)] if bare is not None else []
    rows = tuple(
        (
            Cell(text=Message(_ATTACKS[name])),
            Cell(one.value, one.low, one.high, pale=pale),
            Cell(len(both.learnt)),
            Cell(len(both.unseen)),
        )
        for name, one in lines
    )
    return Sheet(Message(N_("What each attack found")), heads, rows, Message(_TOGETHER))


def _accused(best: tuple[np.ndarray, np.ndarray]) -> tuple[Sheet, ...]:
    """What an attacker finds who hardly ever accuses wrongly; only where so small a share can be measured."""
    learnt, unseen = best
    if len(unseen) < ENOUGH_UNSEEN:
        return ()
    line = np.sort(unseen)[::-1][int(FEW_ALARMS * len(unseen))]
    right, wrong = (share(int((side > line).sum()), len(side)) for side in best)
    heads = (
        Head(Message(N_("Which rows"))),
        Head(Message(N_("Accused of having been learned")), "percent"),
        Head(Message(N_("Number of rows")), "count"),
    )
    rows = (
        (Cell(text=Message(N_("learned from"))), Cell(right.value, right.low, right.high), Cell(len(learnt))),
        (Cell(text=Message(N_("new"))), Cell(wrong.value, wrong.low, wrong.high), Cell(len(unseen))),
    )
    return (Sheet(Message(N_("An attacker who accuses only where he is nearly sure")), heads, rows),)


def _drawn(found: dict[str, Apart], bare: Apart | None, both: Sides, answer: Message) -> Picture:
    lines = [(name, one.auc) for name, one in found.items()]
    lines += [("blind", bare.auc)] if bare is not None else []
    marks = tuple(
        Mark(Message(_ATTACKS[name]), value=one.value, low=one.low, high=one.high, n=len(both.unseen))
        for name, one in lines
    )
    return Picture(
        "intervals",
        Message(N_("How often is the learned row of a pair found?")),
        answer,
        marks,
        Message(N_("Pairs in which the learned row was found")),
        "percent",
        line=0.5,
    )


def _measures(found: dict[str, Apart], bare: Apart | None, both: Sides) -> tuple[Measure, ...]:
    n = len(both.learnt) + len(both.unseen)
    every = found if bare is None else found | {"blind": bare}
    made = [
        Measure(f"membership_auc_{name}", "", one.auc.value, one.auc.low, one.auc.high, n)
        for name, one in every.items()
    ]
    learnt, unseen = both.attacks["loss"]
    # Yeom's attacker takes the mean loss of the rows learned from as his line: no row of the other side chose it.
    right, wrong = (float((side >= learnt.mean()).mean()) for side in (learnt, unseen))
    return (*made, Measure("membership_advantage", "", right - wrong, n=n))


def _of(one: float | None) -> float:
    return 0.5 if one is None else one


_ATTACKS = {
    "loss": N_("by how sure the model is of the truth"),
    "class": N_("the same, among rows with the same answer"),
    "beyond": N_("by how much surer it is than the simple model"),
    "blind": N_("for comparison: without the model"),
}
_TOGETHER = N_("The intervals of all attacks hold together with 95%.")
_CURES = {
    "difference": N_(
        "Share neither the model nor single answers with chances outside. Train again with more rows, fewer columns, "
        "or the simple model alone, and look again."
    ),
    "inconclusive": N_("Treat the model as confidential as the table, and look again with more new rows."),
}
_LEAKS = N_(
    "The model leaks who was in the table: shown one learned and one new row, an attacker picks the learned one in "
    "{right:percent} of pairs ({low:percent} to {high:percent}; 50% is guessing; {n:count} learned, {m:count} new "
    "rows)."
)
_NONE = N_(
    "No leak found by these attacks: shown one learned and one new row, an attacker picks the learned one in "
    "{right:percent} of pairs ({low:percent} to {high:percent}; 50% is guessing; {n:count} learned, {m:count} new "
    "rows)."
)
_OPEN = N_(
    "It cannot be told: shown one learned and one new row, an attacker picks the learned one in {right:percent} of "
    "pairs, but it may be {low:percent} to {high:percent} (50% is guessing; {n:count} learned, {m:count} new rows)."
)
_SHIFTED = N_(
    "It cannot be told: learned and new rows differ by themselves, as by time, so the attacks (right in "
    "{right:percent} of pairs; 50% is guessing) say little about the model ({n:count} and {m:count} rows)."
)
_GROUP = N_(
    "It cannot be told: the chosen group differs from the rows learned from, so the attacks (right in "
    "{right:percent} of pairs; 50% is guessing) say little about the model ({n:count} and {m:count} rows)."
)
_FEW = N_("{n:count} learned and {m:count} new rows: too few to say whether the model leaks who was in the table.")
AUDIT = Membership()
