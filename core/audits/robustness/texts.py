"""Texts cut short, edited or written in another manner: does the answer stay?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from core.audits import sure
from core.audits.audit import About, Cell, Family, Head, Mark, Measure, Part, Picture, Report, Sheet, Verdict, worst
from core.audits.robustness.edits import CHANGES, KEEPS, Edit
from core.audits.robustness.stand import MORE, Stand, Toll, cells, changed, heads, stand, toll
from core.audits.subject import Subject
from core.engines.base import Watch
from core.learn.evaluation import Estimate
from core.words import N_, Message

LIMITS = {"keeps": 0.05, "changes": 0.20}
"""Share of answers that may change where the meaning stays, and where some of it is lost."""
TITLES = {"keeps": N_("Edits that leave the meaning"), "changes": N_("Edits that lose some of it")}
RARE = 0.01
"""An edit that changes fewer texts is left out: such signs do not occur in them."""
TURNS = N_(
    "Texts {what}: {share:percent} of the answers change ({low:percent} to {high:percent}; {n:count} unseen cases)."
)
STAYS = N_(
    "Answers mostly stay when texts are edited. Most change for texts {what}: {share:percent} ({low:percent} to "
    "{high:percent}; {n:count} unseen cases)."
)
UNSURE = N_(
    "Too few cases to say whether answers stay when texts are edited. Most change for texts {what}: {share:percent} "
    "({low:percent} to {high:percent}; {n:count} unseen cases)."
)
NUMBERS = N_("Texts {what}: answers change by {share:number} standard deviations on average ({n:count} unseen cases).")
NONE = N_("None of the edits tried changes these texts.")
CURE = N_("Bring texts to one manner of writing before scoring, and do not use answers for texts that were cut off.")


@dataclass(frozen=True)
class Edited:
    """One edit."""

    key: str
    family: str
    what: str
    change: Estimate
    """Share of answers that change; of numbers, the mean change in standard deviations."""
    toll: Toll


@dataclass(frozen=True)
class Texts:
    """Edits every text."""

    key: ClassVar[str] = "texts"
    family: ClassVar[Family] = "robustness"
    order: ClassVar[int] = 60
    about: ClassVar[About] = About(
        title=N_("Edited texts"),
        question=N_("Do answers stay when texts are cut or written in another manner?"),
        measure=N_(
            "Share of unseen cases whose answer changes when all texts are edited. 0 is best; 5% is taken as tolerable "
            "where the meaning stays, 20% where some of it is lost."
        ),
        reading=N_("Answers that change with capital letters or punctuation rest on the manner of writing."),
        limits=N_("Edits are mechanical; other words for the same thing are not tried."),
        source="Ribeiro et al. (2020), doi:10.18653/v1/2020.acl-main.442",
    )

    def applies(self, subject: Subject) -> Message | None:
        """There must be a text."""
        if any(column.kind == "text" for column in subject.model.schema.columns):
            return None
        return Message(N_("The model reads no column of texts."))

    def run(self, subject: Subject, watch: Watch) -> Report:
        """One edit after another."""
        place, found = stand(subject), list[Edited]()
        for family, edits in (("keeps", KEEPS), ("changes", CHANGES)):
            for number, (key, (what, edit)) in enumerate(edits.items()):
                frame = None if watch.should_stop() else edited(place, edit, (subject.seed, 60, number))
                if frame is not None:
                    found.append(_edited(place, key, family, what, frame))
        subject.held["texts"] = tuple(found)
        if not found:
            return Report(self.key, self.family, "inconclusive", Message(NONE))
        parts = tuple(_part(place, name, [one for one in found if one.family == name]) for name in LIMITS)
        parts = tuple(part for part in parts if part.sheets)
        verdict = worst([part.verdict for part in parts])
        cure = {"difference": Message(CURE), "inconclusive": Message(MORE)}.get(verdict)
        return Report(
            self.key, self.family, verdict, _answer(place, found, verdict), cure, parts, _measures(place, found)
        )


def edited(place: Stand, edit: Edit, seed: tuple[int, ...]) -> pd.DataFrame | None:
    """The rows with every text edited; None where that changes next to none."""
    draw, frame, touched = np.random.default_rng(seed), place.frame, np.zeros(len(place), dtype=bool)
    after = {}
    for column in place.columns:
        if column.kind == "text":
            before = frame[column.name].astype(object)
            cells = [edit(cell, draw) if isinstance(cell, str) else None for cell in before]
            after[column.name] = pd.Series(cells, index=frame.index, dtype="str")
            touched |= np.array([isinstance(a, str) and a != b for a, b in zip(before, cells, strict=True)], dtype=bool)
    return frame.assign(**after) if touched.mean() > RARE else None


def _edited(place: Stand, key: str, family: str, what: str, frame: pd.DataFrame) -> Edited:
    subject, rows = place.subject, place.rows
    answer = subject.predict(frame)
    if subject.model.classes:
        turned = subject.said(answer) != subject.said(rows.answer)
        change = sure.share(int(turned.sum()), len(rows))
    else:
        change = Estimate(changed(subject, rows, answer))
    return Edited(key, family, what, change, toll(place, [answer]))


def _verdict(place: Stand, one: Edited) -> Verdict:
    """Whether more answers change than is tolerable; of numbers, by the loss alone."""
    limit = LIMITS[one.family]
    low, high = (
        (one.change.low, one.change.high) if place.subject.model.classes else (one.toll.loss.low, one.toll.loss.high)
    )
    if not sure.enough(len(place)) or low is None or high is None:
        return "inconclusive"
    if low > limit:
        return "difference"
    return "none" if high <= limit else "inconclusive"


def _weight(one: Edited) -> float:
    return (one.change.value or 0.0) / LIMITS[one.family]


def _facts(place: Stand, one: Edited) -> dict[str, object]:
    change = one.change
    return {"what": Message(one.what), "share": change.value, "low": change.low, "high": change.high, "n": len(place)}


def _answer(place: Stand, found: Sequence[Edited], verdict: Verdict) -> Message:
    facts = _facts(place, max(found, key=_weight))
    if not place.subject.model.classes:
        return Message(NUMBERS, facts)
    return Message({"difference": TURNS, "none": STAYS}.get(verdict, UNSURE), facts)


def _part(place: Stand, family: str, found: Sequence[Edited]) -> Part:
    title = Message(TITLES[family])
    if not found:
        return Part(title, "not_applicable", Message(NONE))
    first, numbers = heads(place, Message(N_("Texts"))), not place.subject.model.classes
    rows = []
    for one in found:
        line = cells(place, Message(one.what), one.toll)
        rows.append((line[0], Cell(one.change.value, one.change.low, one.change.high), *line[1:3]))
    sheet = Sheet(title, (first[0], Head(first[3].name, first[3].style), *first[1:3]), tuple(rows))
    hardest = max(found, key=_weight)
    message = Message(NUMBERS if numbers else TURNS, _facts(place, hardest))
    marks = tuple(
        Mark(Message(one.what), value=one.change.value, low=one.change.low, high=one.change.high) for one in found
    )
    question = Message(N_("How many answers change?"))
    picture = Picture("intervals", question, message, marks, first[3].name, first[3].style, line=LIMITS[family])
    return Part(title, worst([_verdict(place, one) for one in found]), message, (sheet,), (picture,))


def _measures(place: Stand, found: Sequence[Edited]) -> tuple[Measure, ...]:
    return tuple(
        Measure("changed", one.key, one.change.value, one.change.low, one.change.high, len(place)) for one in found
    )


AUDIT = Texts()
