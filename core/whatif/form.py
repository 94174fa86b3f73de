"""What a form needs to know of the columns of a model."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.data.ordered import numbers_of, ordered
from core.data.table import Column
from core.domains.domain import Domain, Known
from core.domains.recognise import recognise
from core.whatif.basis import Basis, tidied
from core.whatif.scenario import Cell, Field
from core.whatif.start import typical
from core.words import N_, Message

BINS = 12
DRAWN = 200
"""Columns, the most important ones, that get a histogram."""
FROM, UP_TO = 0.01, 0.99
"""Shares between which a histogram is drawn where few numbers lie far out."""
_WHY = {
    "up": N_("In this field it can only rise for one and the same case."),
    "down": N_("In this field it can only fall for one and the same case."),
    "no": N_("In this field a case cannot change it: use it to compare people, not to advise them."),
}


def form(basis: Basis, importance: Mapping[str, float] | None = None) -> tuple[Field, ...]:
    """The columns of the model, the most important first, else in their order.

    Args:
        basis: the model and its training rows.
        importance: mean size of each column's part in the reasons.
    """
    shares = importance or {}
    columns = sorted(basis.model.schema.columns, key=lambda column: -shares.get(column.name, 0.0))
    middle = typical(basis)
    return tuple(
        _field(column, basis, middle[column.name], shares.get(column.name), at < DRAWN)
        for at, column in enumerate(columns)
    )


def _field(column: Column, basis: Basis, middle: Cell, importance: float | None, drawn: bool) -> Field:
    values = tidied(basis)[column.name]
    low, high = _ends(values, column, basis)
    known = recognise(column.name, basis.domain)
    edges, amounts = _histogram(values, column) if drawn else ((), ())
    return Field(
        column=column.name,
        kind=column.kind,
        unit=column.unit or column.scale,
        whole=column.whole,
        low=low,
        high=high,
        levels=_levels(values, column),
        missing=float(values.isna().mean()) if len(values) else 0.0,
        edges=edges,
        counts=amounts,
        typical=middle,
        importance=importance,
        sensitive=column.name in basis.model.recipe.task.sensitive or (known is not None and known.sensitive),
        immutable=known is not None and known.immutable,
        only="" if known is None else known.only,
        why=_why(known, basis.domain),
    )


def _why(known: Known | None, domain: Domain | None) -> Message | None:
    if known is None or domain is None:
        return None
    if known.only:
        return Message(_WHY[known.only])
    if known.immutable:
        return Message(_WHY["no"])
    return Message(known.why) if known.sensitive and known.why else None


def _ends(values: pd.Series, column: Column, basis: Basis) -> tuple[float | None, float | None]:
    """The range seen; codes that stand for "missing" are no part of it."""
    codes = any(one.kind == "missing" and one.column == column.name for one in basis.model.recipe.repairs)
    numbers = numbers_of(values) if codes and ordered(column) else np.zeros(0)
    numbers = numbers[~np.isnan(numbers)]
    return (float(numbers.min()), float(numbers.max())) if len(numbers) else (column.low, column.high)


def _levels(values: pd.Series, column: Column) -> tuple[str, ...]:
    if ordered(column) or column.kind == "text":
        return ()
    seen = [str(level) for level in values.dropna().value_counts().index]
    return tuple(dict.fromkeys([*seen, *column.levels]))


def _histogram(values: pd.Series, column: Column) -> tuple[tuple[float, ...], tuple[int, ...]]:
    if not ordered(column):
        if column.kind == "text":
            return (), ()
        return (), tuple(int(one) for one in values.dropna().value_counts())
    numbers = numbers_of(values)
    there = numbers[~np.isnan(numbers)]
    if not len(there) or there.min() == there.max():
        return (), ()
    low, high = (float(one) for one in np.quantile(there, [FROM, UP_TO]))
    least, most = float(there.min()), float(there.max())
    if not (high > low and most - least > 3 * (high - low)):
        low, high = least, most
    distinct = np.unique(there)
    bins = np.linspace(low, high, BINS + 1)
    if column.whole and len(distinct) <= BINS:
        bins = np.append(distinct, distinct[-1] + 1) - 0.5 if (np.diff(distinct) == 1).all() else bins
    amounts, edges = np.histogram(np.clip(there, low, high), bins)
    return tuple(float(one) for one in edges), tuple(int(one) for one in amounts)
