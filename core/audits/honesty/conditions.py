"""Parts of the rows that one condition on one column picks out, said in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype

from core.data.cohort import Cohort, Filter, said
from core.words import N_, Message

if TYPE_CHECKING:
    from core.data.table import Schema

FEW_VALUES = 6
"""A number with at most so many different values is taken value by value."""
PARTS = 4
"""Parts of equal count that other numbers are cut into."""


@dataclass(frozen=True, eq=False)
class Condition:
    """Rows that meet it."""

    column: str
    name: Message
    inside: np.ndarray
    """(n,) bool."""

    def __len__(self) -> int:
        return int(self.inside.sum())


def conditions(frame: pd.DataFrame, column: str, schema: Schema | None, most: int) -> Iterator[Condition]:
    """Of one column: its levels, its values, or quarters of its range (of a text: of its length); and its gaps.

    Args:
        frame: (n, columns) typed rows.
        column: one of them.
        schema: tells texts from categories.
        most: levels at most, the most frequent first.
    """
    cells = frame[column]
    gone = cells.isna().to_numpy()
    if is_numeric_dtype(cells) and not is_bool_dtype(cells):
        yield from _numbers(column, cells.to_numpy(np.float64, na_value=np.nan), schema)
    elif is_datetime64_any_dtype(cells):
        days = np.floor(((cells - pd.Timestamp(0)) / pd.Timedelta(days=1)).to_numpy(np.float64, na_value=np.nan))
        yield from _numbers(column, days, schema)
    elif schema is not None and column in schema and schema[column].kind == "text":
        yield from _lengths(column, cells.str.len().to_numpy(np.float64, na_value=np.nan))
    else:
        yield from _levels(column, cells, schema, most)
    if gone.any() and not gone.all():
        yield Condition(column, said(Cohort("", (Filter(column, missing=True),)), schema), gone)


def _levels(column: str, cells: pd.Series, schema: Schema | None, most: int) -> Iterator[Condition]:
    for level in cells.value_counts().index[:most]:
        name = said(Cohort("", (Filter(column, values=(str(level),)),)), schema)
        yield Condition(column, name, (cells == level).fillna(False).to_numpy(bool))


def _numbers(column: str, values: np.ndarray, schema: Schema | None) -> Iterator[Condition]:
    for low, high in _ranges(values):
        with np.errstate(invalid="ignore"):
            inside = np.ones(len(values), bool) & ~np.isnan(values)
            inside &= values >= (-np.inf if low is None else low)
            inside &= values <= (np.inf if high is None else high)
        yield Condition(column, said(Cohort("", (Filter(column, low, high),)), schema), inside)


def _lengths(column: str, lengths: np.ndarray) -> Iterator[Condition]:
    for low, high in _ranges(lengths):
        with np.errstate(invalid="ignore"):
            inside = (lengths >= (0 if low is None else low)) & (lengths <= (np.inf if high is None else high))
        facts = {"column": column, "low": low, "high": high}
        yield Condition(column, Message(_LENGTHS[low is not None, high is not None], facts), inside)


def _ranges(values: np.ndarray) -> list[tuple[float | None, float | None]]:
    """Inclusive ends of the parts, which hold every value once; open where nothing lies beyond."""
    there = np.unique(values[np.isfinite(values)])
    if len(there) < 2:
        return []
    if len(there) <= FEW_VALUES:
        return [(float(one), float(one)) for one in there]
    edges = np.unique(np.quantile(values[np.isfinite(values)], np.arange(1, PARTS) / PARTS, method="lower"))
    part = np.searchsorted(edges, there, side="left")
    groups = [there[part == one] for one in np.unique(part)]
    ends: list[tuple[float | None, float | None]] = [(float(one[0]), float(one[-1])) for one in groups]
    ends[0], ends[-1] = (None, ends[0][1]), (ends[-1][0], None)
    return ends if len(ends) > 1 else []


_LENGTHS = {
    (False, True): N_("{column} has at most {high:count} characters"),
    (True, True): N_("{column} has {low:count} to {high:count} characters"),
    (True, False): N_("{column} has at least {low:count} characters"),
}
