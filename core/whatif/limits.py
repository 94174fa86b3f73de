"""What may be changed in a case: what the field of work says of each column, and what the analyst says instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.data.table import Column
from core.data.task import Task
from core.domains.domain import Domain, Known
from core.domains.recognise import recognise
from core.errors import Problem
from core.learn.model import TrainedModel
from core.whatif.ways import Limit, May
from core.words import N_, Message

IMMUTABLE = N_("A person cannot change it: it is what they are, or what has happened already.")
SENSITIVE = N_("It is marked as sensitive: nobody should be asked to change it.")
RECORDED = N_("It only says which case this is, or when it was recorded.")
TEXT = N_("A text stays as it is, unless you allow sentences to be left out or added.")
CONSTANT = N_("All cases that the model learned from have the same value.")


def limits(model: TrainedModel, domain: Domain | None, task: Task) -> tuple[Limit, ...]:
    """What may be done to each of the model's columns before the analyst says otherwise.

    Args:
        model: its schema holds the range of the training rows.
        domain: the field of work knows what a person cannot change and what is sensitive.
        task: what the analyst marked as sensitive, as what repeats and as time.

    Returns:
        One a column, in the order of the model's features.
    """
    return tuple(_limit(column, recognise(column.name, domain), task) for column in model.schema.columns)


def overruled(base: Sequence[Limit], said: Sequence[Limit]) -> tuple[Limit, ...]:
    """The limits with those that the analyst gave in their place; what can go one way alone never goes the other.

    Raises:
        Problem: a column is not one of the model's, or a limit contradicts itself.
    """
    given = {limit.column: limit for limit in said}
    unknown = sorted(set(given) - {limit.column for limit in base})
    if unknown:
        raise Problem(
            N_("The model does not use the column {column}, so that it cannot be limited."), column=unknown[0]
        )
    return tuple(_joined(limit, given[limit.column]) if limit.column in given else limit for limit in base)


def _limit(column: Column, known: Known | None, task: Task) -> Limit:
    why = _why(column, known, task)
    only: May = known.only if known is not None and known.only and column.kind in ("number", "date") else "any"
    may: May = only if why is None else "no"
    low, high = column.low, column.high
    if known is not None and column.kind == "number":
        low, high = _inner(low, high, known)
    return Limit(column.name, may, low, high, why=why, only=only)


def _inner(low: float | None, high: float | None, known: Known) -> tuple[float | None, float | None]:
    """The range seen, inside what the field of work calls sane; where that leaves nothing, units differ: the range."""
    lows = [end for end in (low, known.low) if end is not None]
    highs = [end for end in (high, known.high) if end is not None]
    if lows and highs and max(lows) > min(highs):
        return low, high
    return max(lows, default=None), min(highs, default=None)


def _why(column: Column, known: Known | None, task: Task) -> Message | None:
    if column.name in (task.group, task.time) or column.kind == "identifier":
        return Message(RECORDED)
    if known is not None and (known.immutable or known.sensitive):
        return Message(known.why or (IMMUTABLE if known.immutable else SENSITIVE))
    if known is not None and known.part in ("identifier", "group", "time"):
        return Message(known.why or RECORDED)
    if column.name in task.sensitive:
        return Message(SENSITIVE)
    if column.kind == "text":
        return Message(TEXT)
    if column.kind == "constant" or len(column.levels) == 1 or (column.low is not None and column.low == column.high):
        return Message(CONSTANT)
    return None


def _joined(base: Limit, said: Limit) -> Limit:
    if said.cost < 0:
        raise Problem(N_("Column {column}: what a change costs cannot be less than 0."), column=base.column)
    low = base.low if said.low is None else said.low
    high = base.high if said.high is None else said.high
    if low is not None and high is not None and low > high:
        text = N_("Column {column}: at least {low:number} and at most {high:number} cannot both hold.")
        raise Problem(text, column=base.column, low=low, high=high)
    may = _both(base.only, said.may)
    return replace(base, may=may, low=low, high=high, cost=said.cost, why=base.why if may == "no" else None)


def _both(only: May, may: May) -> May:
    """What is left of two permissions.

    >>> _both("up", "any"), _both("up", "down"), _both("any", "down")
    ('up', 'no', 'down')
    """
    if only in ("any", may):
        return may
    return only if may == "any" else "no"
