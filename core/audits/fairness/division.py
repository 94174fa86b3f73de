"""People divided into groups by a sensitive column, or by two of them crossed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from core.data.cohort import day
from core.data.ordered import numbers_of
from core.data.table import Column
from core.explain.cells import text
from core.words import N_, Message

MOST = 10
"""Groups of a column with a name of their own; the values of fewer rows are put together."""
MOST_CROSSED = 20
FEW_VALUES = 6
"""A column of numbers with up to so many different ones is not cut: each is a group."""
QUARTERS = 120
"""Rows from which on numbers are cut at their quartiles; fewer at the median."""
SHIFT = 0.05
"""Share of rows by which a cut that no row lies on is moved, to see whether the verdict holds."""
NOT_STATED = N_("not stated")
OTHERS = N_("other ({n:count} values)")
SMALL = N_("other crossings ({n:count})")
WORDS = N_("Column {column} holds free text, so it makes no groups.")
NAMES = N_("Column {column} tells rows apart one by one, so it makes no groups.")
ALIKE = N_("All rows looked at have the same value in column {column}, so there are no groups to compare.")
LEVELS = 0.5
"""A column of words with more different values than this share of the rows tells rows apart."""

Name = str | Message


@dataclass(frozen=True, eq=False)
class Division:
    """Groups; every row is in one."""

    columns: tuple[str, ...]
    names: tuple[Name, ...]
    """A plain text is a value of the file."""
    codes: np.ndarray
    """(n,) place in ``names``."""
    cuts: tuple[float, ...] = ()
    """Where numbers are cut (dates: days since 1970)."""
    upward: bool = False
    """A number that equals a cut belongs above it."""

    @property
    def column(self) -> str:
        """The column, or both with a cross between."""
        return " × ".join(self.columns)

    @property
    def rows(self) -> np.ndarray:
        """(groups,) rows of each."""
        return np.bincount(self.codes, minlength=len(self.names))

    def stable(self, place: int) -> str:
        """A group as measures call it: "sex = F"."""
        name = self.names[place]
        return f"{self.column} = {name if isinstance(name, str) else name.english()}"


def divide(cells: pd.Series, column: Column, cuts: Sequence[float] = ()) -> Division | Message:
    """The groups of a column, or why it makes none.

    Args:
        cells: (n,) typed.
        column: what is known of it.
        cuts: customary ones, for numbers: a value that equals a cut belongs below it.
    """
    if column.kind in ("text", "identifier"):
        return Message(WORDS if column.kind == "text" else NAMES, {"column": column.name})
    if pd.api.types.is_numeric_dtype(cells) or cells.dtype.kind == "M":
        made = _of_numbers(cells, column.name, cuts)
    else:
        made = _of_values(cells, column.name)
    if len(made.names) < 2:
        return Message(ALIKE, {"column": column.name})
    if not made.cuts and cells.nunique() > max(FEW_VALUES, LEVELS * len(cells)):
        return Message(NAMES, {"column": column.name})
    return made


def cut(values: np.ndarray, column: str, cuts: Sequence[float], upward: bool = False, dates: bool = False) -> Division:
    """Numbers parted at cuts.

    Args:
        values: (n,) float64; NaN is a group of its own.
        column: its name.
        cuts: rising.
        upward: a number that equals a cut belongs above it.
        dates: the numbers are days since 1970.
    """
    codes = np.searchsorted(np.asarray(cuts), values, side="right" if upward else "left")
    codes = np.where(np.isnan(values), len(cuts) + 1, codes)
    said = [day(one) if dates else f"{one:.6g}" for one in cuts]
    low, high = ("≥ ", "< ") if upward else ("> ", "≤ ")
    between = [f"{low}{one}, {high}{other}" for one, other in pairwise(said)]
    names: list[Name] = [f"{high}{said[0]}", *between, f"{low}{said[-1]}", Message(NOT_STATED)]
    return _filled(Division((column,), tuple(names), codes, tuple(float(one) for one in cuts), upward))


def moved(division: Division, cells: pd.Series) -> tuple[Division, ...]:
    """The same groups with cuts that lie a little elsewhere: on the other side of the rows that lie on a cut, or, where
    none does, so that one row in twenty changes its group."""
    if not division.cuts:
        return ()
    values, dates = numbers_of(cells), cells.dtype.kind == "M"
    known = np.sort(values[~np.isnan(values)])
    if np.isin(division.cuts, known).any():
        return (cut(values, division.columns[0], division.cuts, not division.upward, dates),)
    shares = np.searchsorted(known, division.cuts, side="right") / len(known)
    shifted = [np.unique(np.quantile(known, np.clip(shares + step, 0.01, 0.99))) for step in (-SHIFT, SHIFT)]
    return tuple(cut(values, division.columns[0], cuts.tolist(), division.upward, dates) for cuts in shifted)


def cross(one: Division, other: Division, most: int = MOST_CROSSED) -> Division:
    """Every group of one within every group of the other; the smallest are put together where there are many."""
    both = one.codes * len(other.names) + other.codes
    found, counts = np.unique(both, return_counts=True)
    kept = found[np.argsort(-counts, kind="stable")]
    named = kept if len(kept) <= most else kept[: most - 1]
    places = {int(value): place for place, value in enumerate(named)}
    codes = np.array([places.get(int(value), len(named)) for value in found])[np.searchsorted(found, both)]
    names: list[Name] = [
        _joined(one.names[value // len(other.names)], other.names[value % len(other.names)]) for value in named
    ]
    if len(named) < len(kept):
        names.append(Message(SMALL, {"n": len(kept) - len(named)}))
    return Division((*one.columns, *other.columns), tuple(names), codes)


def _of_numbers(cells: pd.Series, name: str, cuts: Sequence[float]) -> Division:
    values, dates = numbers_of(cells), cells.dtype.kind == "M"
    known = values[~np.isnan(values)]
    if len(np.unique(known)) <= FEW_VALUES:
        return _of_values(cells, name)
    inside = [one for one in cuts if known.min() <= one < known.max()] or _quantiles(known)
    return cut(values, name, inside, dates=dates)


def _quantiles(known: np.ndarray) -> list[float]:
    shares = [0.25, 0.5, 0.75] if len(known) >= QUARTERS else [0.5]
    found = np.unique(np.quantile(known, shares, method="inverted_cdf"))
    inside = found[found < known.max()]
    # Where more than half the rows hold the largest number, the rest is parted from it.
    return [float(one) for one in inside] or [float(known[known < known.max()].max())]


def _of_values(cells: pd.Series, name: str) -> Division:
    """A group for each of the most frequent values, one for the others, one for those without; most frequent first
    (numbers rising)."""
    codes, levels = pd.factorize(cells)
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    order = np.argsort(-counts, kind="stable")
    if len(levels) <= FEW_VALUES and pd.api.types.is_numeric_dtype(cells):
        order = np.argsort(levels.to_numpy(dtype=np.float64), kind="stable")
    named = order if len(order) <= MOST else order[: MOST - 1]
    places = np.full(len(levels) + 1, len(named))
    places[named] = np.arange(len(named))
    places[-1] = len(named) + 1
    names: list[Name] = [text(levels[one]) for one in named]
    names += [Message(OTHERS, {"n": len(levels) - len(named)}), Message(NOT_STATED)]
    return _filled(Division((name,), tuple(names), places[codes]))


def _filled(division: Division) -> Division:
    """Without groups that nobody is in."""
    there = np.flatnonzero(division.rows)
    places = np.full(len(division.names), -1)
    places[there] = np.arange(len(there))
    names = tuple(division.names[place] for place in there)
    return Division(division.columns, names, places[division.codes], division.cuts, division.upward)


def _joined(one: Name, other: Name) -> Name:
    if isinstance(one, str) and isinstance(other, str):
        return f"{one} / {other}"
    return Message(N_("{one} / {other}"), {"one": one, "other": other})
