"""Does the answer change when nothing but the sensitive value does?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from core.audits import sure
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
from core.audits.fairness.figures import SHARE_OF_SPREAD
from core.audits.fairness.groups import silent
from core.audits.fairness.seen import sensitive, unasked
from core.audits.fairness.sentences import among
from core.data.ordered import numbers_of
from core.data.task import TaskKind
from core.learn.evaluation import Estimate
from core.words import N_, Message

if TYPE_CHECKING:
    from core.audits.subject import Subject
    from core.engines.base import Watch

ROWS = 300
"""Rows that are asked again, drawn where there are more."""
MOST_VALUES = 4
"""Groups, the largest ones, whose value is put in."""
TOLERATED, MATTERS = 0.01, 0.05
"""Shares of answers that change: beyond the first for sure, the model goes by the column; the second must be excluded
for there to be no evidence of it. A mean move of chances by the second counts too."""


@dataclass(frozen=True, eq=False)
class Turn:
    """Every row that is not in a group, with that group's value put in."""

    place: int
    """Of the group in its division."""
    changed: np.ndarray
    """(m,) bool: the answer is another."""
    moves: np.ndarray
    """(m,) by how much the chance of the event, or the number, moved; several answers: what share of the chances moved
    from one answer to another."""
    rows: np.ndarray
    """(m,) places of the rows among those asked."""
    up: int = 0
    """Binary: rows that are named now and were not."""


@dataclass(frozen=True, eq=False)
class Flipped:
    """One sensitive column, turned in every way."""

    division: Division
    turns: tuple[Turn, ...]
    n: int
    margin: float
    """Numbers: a move by more is another answer."""

    @property
    def share(self) -> Estimate:
        """Of rows whose answer is another with at least one other value."""
        other = np.zeros(self.n, dtype=bool)
        for one in self.turns:
            other[one.rows[one.changed]] = True
        return sure.share(int(other.sum()), self.n)

    def move(self, one: Turn) -> Estimate:
        """Mean move of one turn."""
        return sure.mean(one.moves)

    @property
    def verdict(self) -> Verdict:
        """By the share of answers that change, and by mean moves."""
        share = self.share
        if share.value is None or share.low is None or share.high is None or not sure.enough(self.n):
            return "inconclusive"
        if share.low > TOLERATED or self._moved():
            return "difference"
        return "none" if share.high < MATTERS else "inconclusive"

    def _moved(self) -> bool:
        """Whether any value moves the answer by enough on average, for sure."""
        ends = [self.move(one) for one in self.turns]
        return any(
            one.low is not None and one.high is not None and (one.low > self.margin or one.high < -self.margin)
            for one in ends
        )


@dataclass(frozen=True)
class Flip:
    """Counterfactual answers with the sensitive value alone changed."""

    key: ClassVar[str] = "flip"
    family: ClassVar[Family] = "fairness"
    order: ClassVar[int] = 50
    about: ClassVar[About] = About(
        N_("Flip test"),
        N_("Does the answer change when nothing but the sensitive value does?"),
        N_(
            "Share of rows whose answer is another when only this column is set to the value of another group "
            "(numbers: to its middle), and how far the chance or the number moves on average. 0 to 1, best 0."
        ),
        N_(
            "More than 1 in 100 answers for sure, or a mean move of 5 points (numbers: a fifth of the target's "
            "spread): the model goes by the column itself. No evidence: 5 in 100 are excluded."
        ),
        N_(
            "All else stays, also what would differ in a real person of the other group: columns that stand in for "
            "this one keep their values. So no change here does not mean that groups are treated alike; nor is it the "
            "causal test of Kusner et al."
        ),
        "Kusner et al. 2017, arXiv:1703.06856; Galhotra, Brun and Meliou 2017, doi:10.1145/3106237.3106277",
    )

    def applies(self, subject: Subject) -> Message | None:
        """The model uses none of the sensitive columns."""
        why = unasked(subject)
        if why is not None:
            return why
        used = [name for name in subject.sensitive if name in subject.task.features]
        return None if used else Message(_UNUSED, {"columns": list(subject.sensitive)})

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Asks the model about changed rows."""
        rng = np.random.default_rng((subject.seed, self.order))
        many = len(subject.honest)
        places = np.sort(rng.choice(many, ROWS, replace=False)) if many > ROWS else np.arange(many)
        made = sensitive(subject, subject.honest.frame)
        parts, found = list(silent(made)), []
        before = subject.predict(subject.honest.frame.iloc[places])
        for name, one in made.items():
            if not isinstance(one, Division) or watch.should_stop():
                continue
            if name in subject.task.features:
                found.append(flipped(subject, places, before, one))
                parts.append(_part(subject, found[-1]))
            else:
                parts.append(Part(name, "not_applicable", Message(_UNUSED, {"columns": [name]})))
        verdict = worst([one.verdict for one in found])
        top = max(found, key=_weight, default=None)
        message = Message(_STOPPED) if top is None else _headline(subject, found, top)
        measured = tuple(one for some in found for one in _measures(some))
        return Report(self.key, "fairness", verdict, message, _CURES.get(verdict), tuple(parts), measured)


def flipped(subject: Subject, places: np.ndarray, before: np.ndarray, division: Division) -> Flipped:
    """Rows asked again with each other group's value.

    Args:
        subject: the model.
        places: (m,) of the rows among the honest ones.
        before: (m, n_classes) or (m,) the answers as they are.
        division: of all honest rows, by a column of the model.
    """
    name, codes = division.columns[0], division.codes[places]
    frame = subject.honest.frame
    values = {place: _value(frame[name], division.codes == place) for place in _put_in(division)}
    asked = [np.flatnonzero(codes != place) for place in values]
    changed = [_with(frame.iloc[places[rows]], name, value) for rows, value in zip(asked, values.values(), strict=True)]
    after = subject.predict(pd.concat(changed)) if changed else before[:0]
    parts = np.split(after, np.cumsum([len(rows) for rows in asked])[:-1]) if changed else []
    margin = MATTERS if subject.model.classes else SHARE_OF_SPREAD * float(np.std(subject.honest.truth)) or 1.0
    turns = tuple(
        _turn(subject, place, rows, before[rows], answer, margin)
        for place, rows, answer in zip(values, asked, parts, strict=True)
        if len(rows)
    )
    return Flipped(division, turns, len(places), margin)


def _put_in(division: Division) -> list[int]:
    """Places of the largest groups that have a value of their own."""
    able = [place for place, name in enumerate(division.names) if isinstance(name, str)]
    return sorted(sorted(able, key=lambda place: -division.rows[place])[:MOST_VALUES])


def _value(cells: pd.Series, inside: np.ndarray) -> Any:
    """The cell that stands for a group: its most frequent one, of numbers and dates the one in the middle."""
    own = cells[inside].dropna()
    if pd.api.types.is_numeric_dtype(own) or own.dtype.kind == "M":
        return own.iloc[int(np.argsort(numbers_of(own), kind="stable")[(len(own) - 1) // 2])]
    return own.value_counts().index[0]


def _with(frame: pd.DataFrame, name: str, value: Any) -> pd.DataFrame:
    return frame.assign(**{name: pd.Series([value] * len(frame), index=frame.index, dtype=frame[name].dtype)})


def _turn(subject: Subject, place: int, rows: np.ndarray, before: np.ndarray, after: np.ndarray, margin: float) -> Turn:
    if not subject.model.classes:
        moves = after - before
        return Turn(place, np.abs(moves) > margin, moves, rows)
    changed = subject.said(before) != subject.said(after)
    if subject.task.kind == "multiclass":
        return Turn(place, changed, np.abs(after - before).sum(axis=1) / 2, rows)
    moves = after[:, subject.positive] - before[:, subject.positive]
    return Turn(place, changed, moves, rows, int((changed & subject.names(after)).sum()))


def _weight(one: Flipped) -> tuple[int, float, float]:
    order = ("not_applicable", "none", "inconclusive", "difference")
    moves = [abs(one.move(turn).value or 0.0) for turn in one.turns]
    # Means can move where no answer changes, each by what counts as another answer in its unit.
    return order.index(one.verdict), one.share.value or 0.0, max(moves, default=0.0) / one.margin


def _headline(subject: Subject, found: Sequence[Flipped], top: Flipped) -> Message:
    """What is found of the column that moves answers most; of several that move few, or of which some cannot be judged,
    how many they are."""
    if top.verdict == "inconclusive":
        unsure = [one.division.column for one in found if one.verdict == "inconclusive"]
        return among(_said(subject, top), unsure, len(found))
    if top.verdict != "none" or len(found) == 1:
        return _said(subject, top)
    facts = {"n": len(found), "column": top.division.column, "rows": top.n, "share": top.share.value}
    facts |= {"low": top.share.low, "high": top.share.high, "count": round((top.share.value or 0.0) * top.n)}
    facts |= {"margin": float(f"{top.margin:.3g}")}
    numbers = subject.task.kind == "regression"
    if not facts["count"]:
        return Message(_STILL_NUMBER if numbers else _STILL, facts)
    return Message(_NONE_NUMBER if numbers else _NONE, facts)


def _part(subject: Subject, one: Flipped) -> Part:
    message = _said(subject, one)
    return Part(one.division.column, one.verdict, message, (_sheet(subject, one),), (_picture(subject, one, message),))


def _said(subject: Subject, one: Flipped) -> Message:
    share = one.share
    facts = {"column": one.division.column, "n": one.n, "count": round((share.value or 0.0) * one.n)}
    facts |= {"share": share.value, "low": share.low, "high": share.high, "margin": float(f"{one.margin:.3g}")}
    if not one.turns:
        return Message(_NO_VALUE, facts)
    numbers = subject.task.kind == "regression"
    top = max(one.turns, key=lambda turn: abs(one.move(turn).value or 0.0))
    move = one.move(top).value or 0.0
    # Nothing is raised or lowered "most" where nothing moves.
    if subject.task.kind == "multiclass" or not (move if numbers else round(100 * move, 1)):
        return Message(_COUNT_NUMBER if numbers else _COUNT, facts)
    facts |= {"group": one.division.names[top.place], "move": round(100 * abs(move), 1)}
    if numbers:
        return Message(_NUMBER_UP if move >= 0 else _NUMBER_DOWN, facts | {"move": abs(move)})
    return Message(_CHANCE_UP if move >= 0 else _CHANCE_DOWN, facts | {"event": subject.event})


def _style(subject: Subject) -> Style:
    styles: dict[TaskKind, Style] = {"binary": "points", "multiclass": "percent", "regression": "number"}
    return styles[subject.task.kind]


def _sheet(subject: Subject, one: Flipped) -> Sheet:
    binary = subject.task.kind == "binary"
    heads = [
        Head(Message(N_("Value put in"))),
        Head(Message(N_("Rows asked again")), "count"),
        Head(Message(N_("Answers that change")), "percent"),
    ]
    heads += [Head(Message(N_("Named now")), "count"), Head(Message(N_("Named no longer")), "count")] if binary else []
    heads.append(Head(Message(_MOVE[subject.task.kind]), _style(subject)))
    rows = []
    for turn in one.turns:
        share, move, many = sure.share(int(turn.changed.sum()), len(turn.rows)), one.move(turn), len(turn.rows)
        cells = [Cell(text=one.division.names[turn.place]), Cell(many), Cell(share.value, share.low, share.high)]
        cells += [Cell(turn.up), Cell(int(turn.changed.sum()) - turn.up)] if binary else []
        rows.append((*cells, Cell(move.value, move.low, move.high)))
    return Sheet(Message(N_("Only this value changed")), tuple(heads), tuple(rows), Message(_SAMPLE, {"n": one.n}))


def _picture(subject: Subject, one: Flipped, answer: Message) -> Picture:
    marks = []
    for turn in one.turns:
        move, name = one.move(turn), one.division.names[turn.place]
        marks.append(Mark(name, None, move.value, move.low, move.high, len(turn.rows)))
    question = Message(N_("How far does the answer move with each value of {column}?"), {"column": one.division.column})
    axis = Message(_AXIS.get(subject.task.kind, _MOVE[subject.task.kind]))
    return Picture("intervals", question, answer, tuple(marks), axis, _style(subject), line=0.0)


def _measures(one: Flipped) -> list[Measure]:
    share = one.share
    found = [Measure("flip_rate", one.division.column, share.value, share.low, share.high, one.n, None, one.verdict)]
    for turn in one.turns:
        move = one.move(turn)
        found.append(
            Measure("flip_move", one.division.stable(turn.place), move.value, move.low, move.high, len(turn.rows))
        )
    return found


_UNUSED = N_(
    "The model does not use {columns:list}, so changing it alone changes no answer. Other columns may stand in for it: "
    "see “Origin of the gap”."
)
_STOPPED = N_("The test was stopped before the first column.")
_NO_VALUE = N_("{column}: no group of the {n:count} rows has a value of its own to put in.")
_COUNT = N_(
    "With another value of {column} and all else the same, {count:count} of {n:count} answers change ({share:percent}; "
    "{low:percent} to {high:percent})."
)
_COUNT_NUMBER = N_(
    "With another value of {column} and all else the same, {count:count} of {n:count} answers move by more than "
    "{margin:number} ({share:percent}; {low:percent} to {high:percent})."
)
_CHANCE_UP = N_(
    "With another value of {column} and all else the same, {count:count} of {n:count} answers change ({share:percent}; "
    "{low:percent} to {high:percent}). Setting it to “{group}” raises the chance of “{event}” "
    "most, by {move:number} points."
)
_CHANCE_DOWN = N_(
    "With another value of {column} and all else the same, {count:count} of {n:count} answers change ({share:percent}; "
    "{low:percent} to {high:percent}). Setting it to “{group}” lowers the chance of “{event}” "
    "most, by {move:number} points."
)
_NUMBER_UP = N_(
    "With another value of {column} and all else the same, {count:count} of {n:count} answers move by more than "
    "{margin:number} ({share:percent}). Setting it to “{group}” raises them most, by {move:number} on "
    "average."
)
_NUMBER_DOWN = N_(
    "With another value of {column} and all else the same, {count:count} of {n:count} answers move by more than "
    "{margin:number} ({share:percent}). Setting it to “{group}” lowers them most, by {move:number} on "
    "average."
)
_NONE = N_(
    "In none of {n:count} columns does another value alone change answers enough to matter; most by {column}: "
    "{count:count} of {rows:count} answers change ({share:percent}; {low:percent} to {high:percent})."
)
_NONE_NUMBER = N_(
    "In none of {n:count} columns does another value alone change answers enough to matter; most by {column}: "
    "{count:count} of {rows:count} answers move by more than {margin:number} ({share:percent}; {low:percent} to "
    "{high:percent})."
)
_STILL = N_("In none of {n:count} columns does another value alone change any of {rows:count} answers.")
_STILL_NUMBER = N_(
    "In none of {n:count} columns does another value alone move any of {rows:count} answers by more than "
    "{margin:number}."
)
_MOVE = {
    "binary": N_("Mean move of the chance"),
    "multiclass": N_("Share of the chances that moves to other answers"),
    "regression": N_("Mean move of the answer"),
}
_AXIS = {"binary": N_("Mean move of the chance, points")}
_SAMPLE = N_(
    "Worked out on {n:count} unseen rows; of more, they are drawn at random. Each row keeps all its other values."
)
_CURES = {
    "difference": Message(
        N_(
            "Train without the column and compare; or write down why it may count. Without it, watch the columns that "
            "stand in for it."
        )
    ),
    "inconclusive": Message(N_("Too few rows were asked to exclude that 5 in 100 answers change: audit on more rows.")),
}
AUDIT = Flip()
