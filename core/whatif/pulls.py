"""Which column moves a group most: everybody at its usual low end, and at its usual high end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.data.cohort import day
from core.data.ordered import numbers_of
from core.data.table import Column
from core.errors import Problem
from core.whatif.axis import filled
from core.whatif.moves import counts_as_number
from core.whatif.scenario import Cell
from core.whatif.shift import Pull
from core.whatif.spoken import Counted, answers, counted, drawn
from core.words import N_

if TYPE_CHECKING:
    from core.whatif.basis import Basis

LOW, HIGH = 0.05, 0.95
COMMON = 0.03
"""Share of the training rows from which on a category is common enough to be tried."""
LEVELS = 8
"""Categories tried at most."""


def pulls(
    basis: Basis, frame: pd.DataFrame, *, label: str | None = None, rows: int = 200, seed: int = 0
) -> tuple[Pull, ...]:
    """How far each column by itself moves the mean answer of a group, the widest first.

    Numbers and dates are put at the 5 % and the 95 % quantile of the training rows; categories at those common ones
    that give the lowest and the highest mean. Columns of texts, and those with one value, are left out.

    Args:
        basis: the model and its training rows.
        frame: typed rows of the group.
        label: the class whose chance is meant; None for the positive, or the most frequent.
        rows: cases of the group at most; more are drawn.
        seed: draws them.

    Raises:
        Problem: nobody is in the group.
    """
    if not len(frame):
        raise Problem(N_("Nobody is in this group, so there is nothing to move. Widen the group."))
    which = counted(basis.model, label)
    some = drawn(frame[list(basis.model.features)], rows, seed)
    base = float(answers(basis.model, some, which).mean())
    found = [_pull(basis, some, column, which, base) for column in basis.model.schema.columns]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: -abs(one.high - one.low)))


def _pull(basis: Basis, some: pd.DataFrame, column: Column, which: Counted, base: float) -> Pull | None:
    cells = _tried(column, basis.frame[column.name])
    if len(cells) < 2:
        return None
    means = _means(basis, some, column, cells, which)
    if column.kind == "date" or not isinstance(cells[0], str):
        return Pull(column.name, cells[0], cells[-1], means[0], means[-1], base)
    least, most = int(np.argmin(means)), int(np.argmax(means))
    if least == most:  # every category gives the same
        most = 1
    return Pull(column.name, cells[least], cells[most], means[least], means[most], base)


def _tried(column: Column, known: pd.Series) -> list[Cell]:
    if column.kind == "text":
        return []
    if column.kind == "date" or counts_as_number(column, known):
        values = numbers_of(known)
        values = values[~np.isnan(values)]
        if not len(values):
            return []
        low, high = (float(end) for end in np.quantile(values, [LOW, HIGH], method="inverted_cdf"))
        if low == high:
            low, high = float(values.min()), float(values.max())
        if low == high:
            return []
        return [day(low), day(high)] if column.kind == "date" else [low, high]
    shares = known.value_counts(normalize=True)
    common = shares[shares >= COMMON].index[:LEVELS] if (shares >= COMMON).sum() > 1 else shares.index[:2]
    return [str(level) for level in common]


def _means(basis: Basis, some: pd.DataFrame, column: Column, cells: list[Cell], which: Counted) -> list[float]:
    many = pd.concat([some] * len(cells), ignore_index=True)
    parts = [filled(column, some.index, cell, basis.frame[column.name]) for cell in cells]
    many[column.name] = pd.concat(parts, ignore_index=True)
    said = answers(basis.model, many, which).reshape(len(cells), len(some))
    return [float(mean) for mean in said.mean(axis=1)]
