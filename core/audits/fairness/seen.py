"""What groups are compared on: rows with what became of them and what was said of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.audits.fairness.division import Division, divide
from core.data.repair import repair
from core.data.task import TaskKind
from core.domains.recognise import recognise
from core.words import N_, Message

if TYPE_CHECKING:
    import pandas as pd

    from core.audits.subject import Rows, Subject

NOBODY = N_(
    "No sensitive column is named, so there are no groups of people to compare. Name columns such as sex or age when "
    "you say the goal."
)
ITSELF = N_("Column {column} is what is predicted, so groups cannot be made of it.")


@dataclass(frozen=True, eq=False)
class Seen:
    """Rows as the comparison of groups sees them."""

    kind: TaskKind
    classes: tuple[str, ...]
    """Binary: the event alone. Empty for numbers."""
    truth: np.ndarray
    """(n,) binary: bool, the event came true; class numbers; or target values."""
    said: np.ndarray
    """(n,) binary: bool, the row is named; class numbers; or numbers."""
    chance: np.ndarray | None = None
    """(n,) binary: of the event."""
    event: str | Message = ""
    """Binary: what it is called."""


def seen(subject: Subject, rows: Rows) -> Seen:
    """Rows of a model, at its cut-off."""
    kind = subject.task.kind
    if kind == "regression":
        return Seen(kind, (), rows.truth, rows.answer)
    if kind == "multiclass":
        return Seen(kind, subject.model.classes, rows.truth, subject.said(rows.answer))
    event, happened = subject.model.classes[subject.positive], subject.happened(rows)
    return Seen(kind, (event,), happened, subject.names(rows.answer), subject.chance(rows), subject.event)


def sensitive(subject: Subject, frame: pd.DataFrame) -> dict[str, Division | Message]:
    """The groups of every sensitive column, or why it makes none, by name."""
    return {name: _divided(subject, frame, name) for name in subject.sensitive}


def cells_of(subject: Subject, frame: pd.DataFrame, name: str) -> pd.Series:
    """A column as the model sees it: with the repairs that the analyst accepted."""
    changes = [one for one in subject.model.recipe.repairs if one.column == name and one.kind != "filter"]
    return repair(frame[[name]], changes, scoring=True)[name]


def unasked(subject: Subject) -> Message | None:
    """Why no groups can be compared at all; None where they can."""
    if not subject.sensitive:
        return Message(NOBODY)
    made = sensitive(subject, subject.honest.frame)
    whys = [one for one in made.values() if isinstance(one, Message)]
    return whys[0] if len(whys) == len(made) else None


def _divided(subject: Subject, frame: pd.DataFrame, name: str) -> Division | Message:
    if name == subject.task.goal.column:
        return Message(ITSELF, {"column": name})
    known = recognise(name, subject.domain)
    return divide(cells_of(subject, frame, name), subject.schema[name], known.cuts if known else ())
