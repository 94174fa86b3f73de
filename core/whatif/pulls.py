"""Which column moves a group most: everybody at its usual low end, and at its usual high end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.data.ordered import numbers_of
from core.data.table import Column
from core.errors import Problem
from core.explain import mix
from core.whatif.axis import filled, moment
from core.whatif.moves import counts_as_number
from core.whatif.scenario import Cell
from core.whatif.shift import Pull
from core.whatif.spoken import Counted, counted, drawn
from core.words import N_

if TYPE_CHECKING:
    from core.whatif.basis import Basis

LOW, HIGH = 0.05, 0.95
COMMON = 0.03
"""Share of the training rows from which on a category is common enough to be tried."""
LEVELS = 8
"""Categories tried at most."""
MOST = 100
"""Columns tried: of more, those that matter most."""


def pulls(
    basis: Basis,
    frame: pd.DataFrame,
    *,
    label: str | None = None,
    rows: int = 200,
    seed: int = 0,
    importance: Mapping[str, float] | None = None,
) -> tuple[Pull, ...]:
    """How far each column by itself moves the mean answer of a group, the widest first.

    Numbers and dates are put at the 5 % and the 95 % quantile of the training rows; categories at those common ones
    that give the lowest and the highest mean. Columns of texts, and those with one value, are left out; so are all but
    ``MOST``.

    Args:
        basis: the model and its training rows.
        frame: typed rows of the group.
        label: the class whose chance is meant; None for the positive, or the most frequent.
        rows: cases of the group at most; more are drawn.
        seed: draws them.
        importance: mean size of each column's part in the reasons, which says the columns to try where there are more
            than ``MOST``; the first of the file where it is not known.

    Raises:
        Problem: nobody is in the group.
    """
    if not len(frame):
        raise Problem(N_("Nobody is in this group, so there is nothing to move. Widen the group."))
    which = counted(basis.model, label)
    some = drawn(frame[list(basis.model.features)], rows, seed)
    sizes, columns = importance or {}, basis.model.schema.columns
    wanted = sorted(columns, key=lambda column: -sizes.get(column.name, 0.0))[:MOST]
    tried = [(column, cells) for column in wanted if len(cells := _tried(column, basis.frame[column.name])) > 1]
    base, means = _means(basis, some, tried, which)
    found = [_pull(column, cells, said, base) for (column, cells), said in zip(tried, means, strict=True)]
    return tuple(sorted(found, key=lambda one: -abs(one.high - one.low)))


def _pull(column: Column, cells: list[Cell], means: list[float], base: float) -> Pull:
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
        return [moment(low, column), moment(high, column)] if column.kind == "date" else [low, high]
    shares = known.value_counts(normalize=True)
    common = shares[shares >= COMMON].index[:LEVELS] if (shares >= COMMON).sum() > 1 else shares.index[:2]
    return [str(level) for level in common]


def _means(
    basis: Basis, some: pd.DataFrame, tried: Sequence[tuple[Column, list[Cell]]], which: Counted
) -> tuple[float, list[list[float]]]:
    """The mean answer as it is, and with each cell of each column in every row: every cell is encoded only once."""
    model, count = basis.model, len(some)
    deepest = max((len(cells) for _, cells in tried), default=0)
    extra = some.iloc[np.zeros(deepest, dtype=int)].reset_index(drop=True)
    for column, cells in tried:
        padded = [*cells, *[cells[-1]] * (deepest - len(cells))]
        parts = [filled(column, extra.index[:1], cell, basis.frame[column.name]) for cell in padded]
        extra[column.name] = pd.concat(parts, ignore_index=True)
    rows = model.encode(pd.concat([some, extra], ignore_index=True) if deepest else some)
    own = np.repeat(np.arange(count)[:, None], len(model.features), axis=1)

    def mean(picks: np.ndarray) -> list[float]:
        said = mix.answers(model, rows, picks)[:, which.place or 0]
        return [float(one) for one in said.reshape(-1, count).mean(axis=1)]

    places = {name: place for place, name in enumerate(model.features)}
    means = []
    for column, cells in tried:
        picks = np.tile(own, (len(cells), 1))
        picks[:, places[column.name]] = np.repeat(count + np.arange(len(cells)), count)
        means.append(mean(picks))
    return mean(own)[0], means
