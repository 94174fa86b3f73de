"""Does the model know what it could not know beforehand?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from core.audits.audit import About, Cell, Family, Head, Measure, Part, Report, Sheet, Verdict, worst
from core.audits.honesty.crossing import copies, people, times
from core.audits.honesty.loss import FIGURES, NAMES, estimated, some
from core.audits.naming import first_of
from core.audits.sure import FEWEST_ROWS
from core.data.leaks import leaks
from core.data.table import Column, Finding, Schema
from core.data.task import Goal
from core.words import N_, Message

if TYPE_CHECKING:
    from core.audits.subject import Subject
    from core.engines.base import Watch

NAMED = 3
"""Columns that are named in a sentence."""
MOST = 6_000
"""Rows on which columns are scored alone."""
PERFECT = {"binary": (0.995, 0.98), "multiclass": (0.995, 0.98), "regression": (0.99, 0.97)}
"""A figure on new rows, and the lower end of its interval, from which it is too good to be believed unasked."""


@dataclass(frozen=True)
class Leaks:
    """Asks the columns, the division of the rows, and the figures."""

    key: ClassVar[str] = "leaks"
    family: ClassVar[Family] = "honesty"
    order: ClassVar[int] = 50
    about: ClassVar[About] = About(
        title=N_("Knowing beforehand"),
        question=N_("Does the model know what it could not know beforehand?"),
        measure=N_(
            "What each column of the model alone knows of the goal: its cross-validated order (ROC AUC) or share "
            "explained (R²), asked about from 0.975 or 0.95 on and a leak from 0.995 or 0.99 on; what the field says "
            "is known only afterwards; shares of new rows whose person, or whose exact copy, was learned from (0 is "
            "best); whether rows tested are later than those learned from; and figures too good to be true."
        ),
        reading=N_(
            "A leak makes every figure of the model too good, and the model useless where the column is not there yet. "
            "A reason that was written down is shown; whether it holds, only a person can say."
        ),
        limits=N_(
            "Leaks of several columns together, and those that need knowledge of how the data came about, are not seen."
        ),
        source="Kaufman, Rosset, Perlich and Stitelman, 2012, doi:10.1145/2382577.2382579; Kapoor and Narayanan, 2023, "
        "doi:10.1016/j.patter.2023.100804",
    )

    def applies(self, subject: Subject) -> Message | None:
        """Rows are needed."""
        return None if len(subject.test) else Message(N_("There are no new rows to look at."))

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Asks each in turn."""
        learnt = some(subject.learnt, 20_000, (subject.seed, 501))
        parts = (_columns(subject), people(subject, learnt), copies(subject, learnt), times(subject, learnt),
                 _perfect(subject))  # fmt: skip
        found = worst([one.verdict for one in parts])
        graver = [one for one in parts if one.verdict == found]
        if found == "none":
            message = Message(_NONE, {"columns": len(subject.model.features), "n": len(subject.test)})
        elif len(graver) == 1 or found == "inconclusive":
            message = graver[0].message
        else:
            message = Message(_SEVERAL, {"n": len(graver), "first": graver[0].message})
        cure = Message(_CURES[found]) if found in _CURES else None
        if found == "inconclusive" and graver[0] is parts[0]:
            cure = Message(_ASK)
        findings = tuple(one for one in alone(subject) if one.code != "leak_text")
        return Report(self.key, self.family, found, message, cure, parts, _measures(subject), findings)


def alone(subject: Subject) -> tuple[Finding, ...]:
    """What is known of each column of the model by itself; worked out once."""
    if "leaks" not in subject.held:
        subject.held["leaks"] = _alone(subject)
    found: tuple[Finding, ...] = subject.held["leaks"]
    return found


def _alone(subject: Subject) -> tuple[Finding, ...]:
    """The findings of the data step, asked again of the rows and columns that this model learned from."""
    rows = subject.learnt if len(subject.learnt) >= FEWEST_ROWS else subject.honest
    rows = some(rows, MOST, (subject.seed, 502))
    task, name = subject.task, subject.task.goal.column
    features = [one for one in subject.model.features if one in rows.frame and one != name]
    classes = np.array(subject.model.classes, dtype=object)
    answer = pd.Series(classes[rows.truth] if len(classes) else rows.truth, index=rows.frame.index)
    frame = rows.frame[features].assign(**{name: answer.astype("str") if len(classes) else answer})
    # A column that the analyst kept is asked about too, though the data step would set it aside.
    asked = tuple(replace(one, aside=None) for one in subject.schema.columns if one.name in features)
    goal = Column(name, "category" if len(classes) else "number")
    found = leaks(frame, Schema((*asked, goal)), Goal(name), task.kind, subject.domain, subject.seed)
    said = str(task.goal)
    return tuple(replace(one, message=Message(one.message.text, {**one.message.facts, "goal": said})) for one in found)


def _columns(subject: Subject) -> Part:
    strong = [one for one in alone(subject) if one.code in ("leak", "leak_ask")]
    hints = [one for one in alone(subject) if one.code in ("leak_watch", "leak_text")]
    reasons = subject.task.overrules
    heads = (Head(Message(N_("Column"))), Head(Message(N_("What it knows alone")), "number"),
             Head(Message(N_("Finding"))), Head(Message(N_("Reason for using it"))))  # fmt: skip
    rows = [
        (
            Cell(text=one.column or Message(N_("several"))),
            Cell(one.message.facts.get("score")),
            Cell(text=Message(_LEVELS[one.code])),
            Cell(text=reasons.get(one.column or "") or Message(N_("none was written down"))),
        )
        for one in (*strong, *hints)
        if one.code != "leak_text"
    ]
    known = {one.column for one in strong}
    rows += [
        (Cell(text=name), Cell(), Cell(text=Message(N_("advised against when the goal was set"))), Cell(text=reason))
        for name, reason in reasons.items()
        if name not in known and reason.strip() and name in subject.model.features
    ]
    sheets = (Sheet(Message(N_("Columns that know much of the goal alone")), heads, tuple(rows)),) if rows else ()
    facts: dict[str, Any] = {"n": len(subject.model.features), "goal": str(subject.task.goal)}
    facts |= {"columns": first_of([one.column or "" for one in strong], NAMED)}
    if not strong:
        return Part(Message(_COLUMNS), "none", Message(_NO_COLUMN, facts), sheets)
    sure = any(one.code == "leak" for one in strong)
    kept = all(reasons.get(one.column or "", "").strip() for one in strong)
    verdict: Verdict = "difference" if sure else "inconclusive"
    said = _ONE if len(strong) == 1 and not sure and not kept else _STRONG[sure, kept]
    return Part(Message(_COLUMNS), verdict, Message(said, facts), sheets)


def _perfect(subject: Subject) -> Part:
    kind, rows = subject.task.kind, some(subject.test, 5_000, (subject.seed, 503))
    one = estimated(kind, rows, (subject.seed, 504))[0]
    facts = {"figure": Message(FIGURES[kind]), "value": one.value, "n": len(subject.test)}
    if len(rows) < FEWEST_ROWS or one.value is None:
        return Part(Message(_FIGURES), "not_applicable", Message(_NO_FIGURE, facts))
    limit, least = PERFECT[kind]
    if one.value >= limit and (one.low or 0.0) >= least:
        return Part(Message(_FIGURES), "inconclusive", Message(_TOO_GOOD, facts))
    return Part(Message(_FIGURES), "none", Message(_USUAL, facts))


def _measures(subject: Subject) -> tuple[Measure, ...]:
    kind = subject.task.kind
    name = "r2_alone" if kind == "regression" else f"{NAMES['binary']}_alone"
    return tuple(
        Measure(name, one.column, one.message.facts.get("score"), n=len(subject.learnt),
                verdict="none" if one.code == "leak_watch" else "difference")
        for one in alone(subject)
        if one.column is not None and one.code != "leak_text"
    )  # fmt: skip


_COLUMNS, _FIGURES = N_("Columns"), N_("Figures too good to be true")
_LEVELS = {
    "leak": N_("gives the answer away"),
    "leak_ask": N_("may give the answer away"),
    "leak_watch": N_("knows much of it"),
}
_NO_COLUMN = N_("Not one of the model’s {n:count} {n:column/columns} gives {goal} away alone.")
_ONE = N_(
    "{columns:list}: it tells so much of {goal} that a person must say whether it is known when the model is used."
)
_STRONG = {
    (True, False): N_("Enough alone to give {goal} away, or known only afterwards: {columns:list}."),
    (True, True): N_(
        "Enough alone to give {goal} away, or known only afterwards, with the reason for its use written down: "
        "{columns:list}."
    ),
    (False, False): N_(
        "{columns:list}: they tell so much of {goal} that a person must say whether they are known when the model is "
        "used."
    ),
    (False, True): N_("Very telling of {goal}, with the reason for its use written down: {columns:list}."),
}
_TOO_GOOD = N_(
    "{figure}: {value:percent} on {n:count} new rows, which is seldom real. Look for a column that holds the answer, "
    "or for copies."
)
_USUAL = N_("{figure}: {value:percent} on {n:count} new rows, which is not too good to be true.")
_NO_FIGURE = N_("{n:count} new {n:row/rows} are too few to ask whether figures are too good.")
_NONE = N_(
    "No leak was found: {columns:count} {columns:column/columns}, the division of the rows and the figures on "
    "{n:count} new rows were looked at."
)
_SEVERAL = N_("{n:count} leaks were found. The first: {first}")
_CURES = {
    "difference": N_(
        "Take the column out, or keep what belongs together on one side (group, time), and train again; only then are "
        "the figures worth reading."
    ),
    "inconclusive": N_("Find out how it came about; write the reason down, or train again without it."),
}
_ASK = N_("Say whether this is known in time; write the reason down, or train again without it.")
AUDIT = Leaks()
