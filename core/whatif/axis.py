"""Values of one column that are tried on a whole group."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.cohort import day
from core.data.ordered import dated, numbers_of, timed
from core.data.table import Column
from core.errors import Problem
from core.whatif.moves import counts_as_number
from core.whatif.scenario import Cell
from core.words import N_

TAIL = 0.02
"""Of the training rows that lies beyond the outermost numbers tried: single extreme cases decide nothing."""


def axis(column: Column, known: pd.Series, points: int) -> tuple[Cell, ...]:
    """Up to ``points`` values of a column: numbers and dates at quantiles of the training rows, rising; categories by
    frequency.

    Raises:
        Problem: the column holds texts, or nothing.
    """
    if column.kind == "text":
        raise Problem(
            N_(
                "Column {column} holds texts, which have no order to be tried in. Choose a number, a date or a "
                "category."
            ),
            column=column.name,
        )
    if column.kind != "date" and not counts_as_number(column, known):
        found: tuple[Cell, ...] = tuple(str(level) for level in known.value_counts().index[:points])
    else:
        found = tuple(_steps(column, known, points))
    if not found:
        raise Problem(N_("Column {column} is empty in the cases the model learned from."), column=column.name)
    return found


def nearest(column: Column, known: pd.Series, cells: tuple[Cell, ...]) -> np.ndarray:
    """(n,) the place of the value tried that each training row is nearest to; -1 where it is near none."""
    if isinstance(cells[0], str) and column.kind != "date":
        ranks = {cell: place for place, cell in enumerate(cells)}
        return np.asarray(known.map(ranks).fillna(-1).to_numpy(dtype=np.int64))
    tried = np.array([_days(cell) if isinstance(cell, str) else float(cell or 0) for cell in cells])
    values = numbers_of(known)
    limits = (tried[1:] + tried[:-1]) / 2
    places = np.searchsorted(limits, np.where(np.isnan(values), 0.0, values))
    return np.asarray(np.where(np.isnan(values), -1, places))


def filled(column: Column, index: pd.Index, cell: Cell, like: pd.Series) -> pd.Series:
    """A column with the same cell in every row."""
    if column.kind == "date":
        return dated(np.full(len(index), _days(str(cell))), index)
    if counts_as_number(column, like):
        return pd.Series(float(cell if cell is not None else np.nan), index=index, dtype=np.float64)
    return pd.Series(pd.array([cell] * len(index), dtype="str"), index=index)


def moment(days: float, column: Column) -> str:
    """Days since 1970 as an ISO date; of a column of times of a day to the second."""
    if not timed(column):
        return day(days)
    return str(np.datetime64("1970-01-01T00:00:00") + np.timedelta64(round(days * 86_400), "s"))


def _days(cell: str) -> float:
    """The other way round."""
    return float(np.datetime64(cell, "s").astype(np.int64)) / 86_400


def _steps(column: Column, known: pd.Series, points: int) -> list[Cell]:
    values = numbers_of(known)
    values = values[~np.isnan(values)]
    if not len(values):
        return []
    distinct = np.unique(values)
    if len(distinct) > points:
        # values that occur: a whole number stays one, a date a day
        distinct = np.unique(np.quantile(values, np.linspace(TAIL, 1 - TAIL, points), method="inverted_cdf"))
    if column.kind == "date":
        return list(dict.fromkeys(moment(value, column) for value in distinct))
    return [float(f"{value:.6g}") for value in distinct]
