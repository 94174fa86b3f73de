"""Another mix of groups: what the figures would be where one group is rarer or more frequent than in the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from core.audits import sure
from core.audits.audit import About, Cell, Family, Head, Mark, Measure, Part, Picture, Report, Sheet, Verdict, worst
from core.audits.robustness.leading import leading
from core.audits.robustness.stand import AXES, MAIN, MEASURES, MORE, Stand, Toll, estimated, figures, judged, stand
from core.audits.subject import Subject
from core.data.ordered import numbers_of, ordered
from core.data.table import Column
from core.engines.base import Watch
from core.words import N_, Message

ENDS = (0.1, 0.9)
SHARES = tuple(np.linspace(0.1, 0.9, 9).round(1).tolist())
LIMIT = 0.05
"""What may be lost, as a share of the measure, when a group makes up a tenth or nine tenths of the cases."""
MOST_LEVELS, MOST_COLUMNS = 6, 6
WORSE = N_(
    "If {group} made up {share:percent} of all instead of {now:percent}, {loss:number} {loss:point/points} of "
    "{metric} would be lost ({low:number} to {high:number}; {n:count} unseen cases)."
)
HOLDS = N_(
    "The figures hold under another mix of {groups:count} {groups:group/groups}. The worst: if {group} made up "
    "{share:percent} of all instead of {now:percent}, {loss:number} {loss:point/points} of {metric} would be lost."
)
UNSURE = N_(
    "Too few cases to say what another mix would do. The worst found: if {group} made up {share:percent} of all "
    "instead of {now:percent}, {loss:number} {loss:point/points} of {metric} would be lost ({low:number} to "
    "{high:number})."
)
FEW = N_("No group has enough unseen cases to say what another mix would do.")
CURE = N_(
    "Measure the model again on a file with the mix of the place of use, or look at the group in the fairness audits."
)


@dataclass(frozen=True, eq=False)
class Group:
    """Some of the rows."""

    column: str
    name: Message
    inside: np.ndarray
    """(n,) bool."""


@dataclass(frozen=True)
class Mixed:
    """A group with another share of all cases."""

    group: Group
    share: float
    toll: Toll
    enough: bool


@dataclass(frozen=True)
class Mix:
    """Weighs the cases of each group from a tenth to nine tenths of all."""

    key: ClassVar[str] = "mix"
    family: ClassVar[Family] = "robustness"
    order: ClassVar[int] = 30
    about: ClassVar[About] = About(
        title=N_("Another mix of cases"),
        question=N_("Do the figures hold where groups are rarer or more frequent?"),
        measure=N_(
            "What is lost when the unseen cases are weighed so that a group makes up a tenth or nine tenths of them. 0 "
            "is best; five points are taken as tolerable."
        ),
        reading=N_("A large loss says that the figures of this model do not carry over to a place with another mix."),
        limits=N_(
            "Within a group, cases stay as they are. Only groups that the file knows, and one at a time, are weighed."
        ),
        source="Shimodaira (2000), doi:10.1016/S0378-3758(00)00115-4; Koh et al. (2021), arXiv:2012.07421",
    )

    def applies(self, subject: Subject) -> Message | None:
        """There must be two groups of something."""
        if any(True for _ in groups(subject, subject.test.frame)):
            return None
        return Message(N_("No sensitive column, category or date divides the unseen cases into groups."))

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Weighs one group after another."""
        place = stand(subject)
        found = [mixed for group in groups(subject, place.rows.frame) for mixed in _weighed(place, group)]
        able = [one for one in found if one.enough and one.toll.loss.value is not None]
        if not able:
            return Report(self.key, self.family, "inconclusive", Message(FEW), Message(MORE))
        verdicts = judged(place, [one.toll for one in able], [LIMIT] * len(able))
        verdict, hardest = worst(verdicts), max(able, key=lambda one: one.toll.loss.value or 0.0)
        cure = {"difference": Message(CURE), "inconclusive": Message(MORE)}.get(verdict)
        names = list(dict.fromkeys(one.group.column for one in found))
        parts = tuple(_part(place, name, found, able, verdicts) for name in names)
        return Report(
            self.key, self.family, verdict, _answer(place, hardest, able, verdict), cure, parts, _measures(place, able)
        )


def groups(subject: Subject, frame: pd.DataFrame) -> Iterator[Group]:
    """Of sensitive columns their groups, of other categories the most frequent, of dates the newer half."""
    schema, sensitive = subject.card.schema, subject.sensitive
    for name in sensitive:
        yield from _groups(schema[name], frame[name], MOST_LEVELS)
    features = [one for one in subject.model.schema.columns if one.kind == "category" and one.name not in sensitive]
    if len(features) > MOST_COLUMNS:
        features = list(leading(stand(subject), tuple(features), MOST_COLUMNS))
    for column in features:
        yield from _groups(column, frame[column.name], 1)
    dates = [one for one in schema.columns if one.kind == "date" and one.name in frame and one.name not in sensitive]
    chosen = [one for one in dates if one.name == subject.task.time] or dates[:1]
    for column in chosen:
        yield from _groups(column, frame[column.name], 1)


def _groups(column: Column, cells: pd.Series, most: int) -> Iterator[Group]:
    """Groups of one column, each with cases inside and outside."""
    if ordered(column):
        values = numbers_of(cells)
        known = values[np.isfinite(values)]
        middle = float(np.median(known)) if len(known) else np.nan
        upper = values > middle
        text = (
            N_("newer cases ({column})") if column.kind == "date" else N_("cases with {column} above {middle:number}")
        )
        facts = {"column": column.name, "middle": middle}
        found = [(Message(text, facts), upper)]
    else:
        levels = cells.value_counts().index[:most]
        text = N_("cases with {column} = {value}")
        found = [
            (Message(text, {"column": column.name, "value": str(one)}), (cells == one).to_numpy(bool)) for one in levels
        ]
    for name, inside in found:
        if inside.any() and not inside.all():
            yield Group(column.name, name, inside)


def weights(inside: np.ndarray, share: float) -> np.ndarray:
    """(n,) what each case counts so that the group makes up a share of all, with a mean of 1."""
    part = inside.mean()
    return np.asarray(np.where(inside, share / part, (1 - share) / (1 - part)))


def _weighed(place: Stand, group: Group) -> Iterator[Mixed]:
    enough = place.enough and _enough(place, group.inside) and _enough(place, ~group.inside)
    rows, subject = place.rows, place.subject
    for share in ENDS:
        counted = place.weights * weights(group.inside, share)
        main, side = figures(subject, rows.truth, rows.answer, counted)
        losses = place.main - main
        spread = float(np.nanstd(losses[1:])) if np.isfinite(losses[1:]).any() else 0.0
        toll = Toll(float(main[0]) if np.isfinite(main[0]) else None, estimated(losses), spread, side, 0.0)
        yield Mixed(group, share, toll, enough)


def _enough(place: Stand, inside: np.ndarray) -> bool:
    positives = int(place.subject.happened(place.rows)[inside].sum()) if place.kind == "binary" else None
    return sure.enough(int(inside.sum()), positives)


def _answer(place: Stand, hardest: Mixed, able: Sequence[Mixed], verdict: Verdict) -> Message:
    facts = {
        "group": hardest.group.name,
        "share": hardest.share,
        "now": float(hardest.group.inside.mean()),
        "metric": MAIN[place.kind],
        "n": len(place),
        "groups": len({id(one.group) for one in able}),
        **hardest.toll.points,
    }
    return Message({"difference": WORSE, "none": HOLDS}.get(verdict, UNSURE), facts)


def _part(
    place: Stand, column: str, found: Sequence[Mixed], able: Sequence[Mixed], verdicts: Sequence[Verdict]
) -> Part:
    mine = [one for one in found if one.group.column == column]
    judged_here = [verdict for one, verdict in zip(able, verdicts, strict=True) if one.group.column == column]
    message = _hardest(place, column, [one for one in mine if one in able])
    rows = tuple(
        (
            Cell(text=one.group.name),
            Cell(float(one.group.inside.mean())),
            Cell(one.share),
            Cell(one.toll.main, pale=not one.enough),
            Cell(one.toll.loss.value, one.toll.loss.low, one.toll.loss.high, pale=not one.enough),
        )
        for one in mine
    )
    heads = (
        Head(Message(N_("Group"))),
        Head(Message(N_("Share now")), "percent"),
        Head(Message(N_("Share tried")), "percent"),
        Head(AXES[place.kind], "percent"),
        Head(Message(N_("Lost, points of {metric}"), {"metric": MAIN[place.kind]}), "points"),
    )
    sheet = Sheet(Message(N_("Another share of all cases")), heads, rows)
    return Part(column, worst(judged_here or ["inconclusive"]), message, (sheet,), (_picture(place, mine, message),))


def _hardest(place: Stand, column: str, able: Sequence[Mixed]) -> Message:
    """The mix that takes most, of the groups large enough to say so."""
    if not able:
        return Message(N_("Too few cases in every group of {column}."), {"column": column})
    hardest = max(able, key=lambda one: one.toll.loss.value or 0.0)
    text = N_("The worst: {group} at {share:percent} of the cases, {loss:number} {loss:point/points} of {metric} lost.")
    facts = {"group": hardest.group.name, "share": hardest.share, "metric": MAIN[place.kind], **hardest.toll.points}
    return Message(text, facts)


def _picture(place: Stand, mine: Sequence[Mixed], answer: Message) -> Picture:
    marks = []
    for group in {id(one.group): one.group for one in mine}.values():
        for share in SHARES:
            counted = weights(group.inside, share)[None]
            main = figures(place.subject, place.rows.truth, place.rows.answer, counted)[0][0]
            marks.append(Mark(x=share, value=float(main) if np.isfinite(main) else None, series=group.name))
    question = Message(N_("What if a group were rarer or more frequent?"))
    across = Message(N_("Share of the group"))
    axis = AXES[place.kind]
    return Picture("lines", question, answer, tuple(marks), axis, "percent", across, place.usual, "percent")


def _measures(place: Stand, able: Sequence[Mixed]) -> tuple[Measure, ...]:
    name = f"{MEASURES[place.kind][0]}_loss"
    return tuple(
        Measure(
            name,
            f"{one.group.name.english()} at {one.share:g}",
            one.toll.loss.value,
            one.toll.loss.low,
            one.toll.loss.high,
            int(one.group.inside.sum()),
        )
        for one in able
    )


AUDIT = Mix()
