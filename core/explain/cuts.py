"""A column cut into few parts, and the parts in words: what points cards and shallow trees are made of."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.explain.readable import Condition, amounts
from core.words import N_, Message

if TYPE_CHECKING:
    from core.data.table import Column

NAMED = 6
"""Categories of a part that are named; of more it is said how many."""


@dataclass(frozen=True)
class Part:
    """Some cells of one column. Numbers lie above ``low`` and up to ``high``; categories are ``levels``, and with
    ``rest`` all that are not ``known``."""

    low: float = -math.inf
    high: float = math.inf
    levels: frozenset[str] | None = None
    rest: bool = False
    missing: bool = False

    def both(self, other: Part) -> Part:
        """The cells that are in both."""
        levels = self.levels if other.levels is None else other.levels
        if self.levels is not None and other.levels is not None:
            levels = self.levels & other.levels
        return Part(
            max(self.low, other.low),
            min(self.high, other.high),
            levels,
            self.rest and other.rest,
            self.missing and other.missing,
        )

    def either(self, other: Part) -> Part:
        """The cells that are in one of them; of numbers, parts that touch."""
        levels = None if self.levels is None else self.levels | (other.levels or frozenset())
        low, high = (self.low, self.high) if self.empty else (other.low, other.high)
        if not self.empty and not other.empty:
            low, high = min(self.low, other.low), max(self.high, other.high)
        return Part(low, high, levels, self.rest or other.rest, self.missing or other.missing)

    @property
    def empty(self) -> bool:
        """No number is in it, at most missing cells."""
        return self.levels is None and self.low >= self.high


NOTHING = Part(0.0, 0.0)
EVERYTHING = Part(missing=True, rest=True)


def condition(
    column: Column, part: Part, known: Sequence[str] = (), gaps: bool = True, others: bool = True
) -> Condition:
    """A part with its words.

    Args:
        column: the contract of the column.
        part: cells of it.
        known: of a category, all levels that parts of this column name.
        gaps: some row has no value; else the words do not speak of missing ones.
        others: some row has a category that is not named; else the words do not speak of others.
    """
    if part.levels is not None:
        named = tuple(level for level in known if level in part.levels)
        return Condition(
            column.name,
            _worded(_levels(named, part.rest, others), part, gaps),
            None,
            None,
            named,
            part.rest,
            part.missing,
            tuple(known),
        )
    low = None if math.isinf(part.low) or part.empty else part.low
    high = None if math.isinf(part.high) or part.empty else part.high
    words = None if part.empty else _range(column, low, high)
    return Condition(column.name, _worded(words, part, gaps), low, high, missing=part.missing)


def _worded(words: Message | None, part: Part, gaps: bool) -> Message:
    if words is None:
        return Message(N_("missing"))
    return Message(N_("{what} or missing"), {"what": words}) if part.missing and gaps else words


def _levels(named: tuple[str, ...], rest: bool, others: bool) -> Message | None:
    if not named:
        return Message(N_("any other")) if rest else None
    shown: list[str | Message] = list(named[:NAMED])
    if len(named) > NAMED:
        shown.append(Message(N_("{n:count} more"), {"n": len(named) - NAMED}))
    if rest and others:
        shown.append(Message(N_("any other")))
    if len(shown) == 1:
        return Message("{level}", {"level": named[0]})
    return Message(N_("one of {levels:list}"), {"levels": shown})


def _range(column: Column, low: float | None, high: float | None) -> Message:
    if column.kind == "date":
        return _days(low, high)
    if column.whole:
        least = None if low is None else math.floor(low) + 1
        most = None if high is None else math.floor(high)
        # Where the training rows end at the limit, "0" says it shorter than "0 or less".
        least = most if least is None and column.low == most else least
        most = least if most is None and column.high == least else most
        if least is not None and least == most:
            return Message("{value:number}", {"value": least})
        return Message(_WHOLE[least is None, most is None], {"least": least, "most": most})
    return Message(_RANGE[low is None, high is None], {"low": low, "high": high})


def _days(low: float | None, high: float | None) -> Message:
    facts = {"low": _day(low), "high": _day(high)}
    return Message(_DATES[low is None, high is None], facts)


def _day(days: float | None) -> str | None:
    return None if days is None else (pd.Timestamp(0) + pd.Timedelta(days=days)).date().isoformat()


_RANGE = {
    (False, False): N_("above {low:number}, up to {high:number}"),
    (False, True): N_("above {low:number}"),
    (True, False): N_("up to {high:number}"),
    (True, True): N_("any number"),
}
_WHOLE = {
    (False, False): N_("{least:number} to {most:number}"),
    (False, True): N_("{least:number} or more"),
    (True, False): N_("{most:number} or less"),
    (True, True): N_("any number"),
}
_DATES = {
    (False, False): N_("after {low:date}, up to {high:date}"),
    (False, True): N_("after {low:date}"),
    (True, False): N_("up to {high:date}"),
    (True, True): N_("any date"),
}


def plain(low: float, high: float) -> float:
    """The number from ``low`` (inclusive) to ``high`` (exclusive) that takes the fewest digits: a limit that parts the
    same cells, and can be read."""
    if not low < high or not math.isfinite(high - low):
        return low
    step = 10.0 ** math.ceil(math.log10(high - low))
    while step > 1e-12 * max(abs(low), abs(high), 1e-300):
        for size in (step, step / 2, step / 5):
            found = math.ceil(low / size) * size
            found = float(f"{found:.12g}")
            if low <= found < high:
                return found
        step /= 10
    return low


@dataclass(frozen=True)
class Cut:
    """A column cut into parts, each with its own value."""

    column: Column
    parts: tuple[Part, ...]
    values: np.ndarray
    """(n_parts,)"""
    known: tuple[str, ...] = ()
    gaps: bool = False
    """Some row has no value."""
    others: bool = False
    """Some row has a category that is not in ``known``."""

    def places(self, cells: pd.Series) -> np.ndarray:
        """(n_rows,) the part that each cell is in."""
        found = np.zeros(len(cells), dtype=np.int64)
        numbers = None if self.known else amounts(cells)
        texts = cells.astype("str") if self.known else None
        gone = cells.isna().to_numpy()
        for place, part in enumerate(self.parts):
            if numbers is not None:
                with np.errstate(invalid="ignore"):
                    inside = (numbers > part.low) & (numbers <= part.high)
            else:
                assert texts is not None
                inside = texts.isin(part.levels or ()).to_numpy()
                if part.rest:
                    inside = inside | ~texts.isin(self.known).to_numpy()
            found[np.where(gone, part.missing, inside)] = place
        return found


def cut(column: Column, cells: pd.Series, wanted: np.ndarray, weights: np.ndarray, most: int, least: int) -> Cut | None:
    """A column cut so that the parts' means of ``wanted`` differ most; None where it cannot be cut.

    Missing cells are a part of their own where there are enough of them, else they go with the part whose value is
    nearest to the mean, as do categories that are rare.

    Args:
        column: its contract; no text.
        cells: (n_rows,) typed.
        wanted: (n_rows,) what the parts' values are to come near.
        weights: (n_rows,) positive.
        most: parts, beside that of missing cells.
        least: rows of a part.
    """
    gone = cells.isna().to_numpy()
    if (~gone).sum() < 2 * least:
        return None
    ordered = pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells)
    make = _numbers if ordered else _categories
    made = make(column, cells[~gone], wanted[~gone], weights[~gone], most, least)
    if made is None or len(made.parts) < 2:
        return None
    centre = float(np.average(wanted, weights=weights))
    if gone.sum() >= least:
        lost = replace(NOTHING if ordered else Part(levels=frozenset()), missing=True)
        value = float(np.average(wanted[gone], weights=weights[gone]))
        return replace(made, parts=(*made.parts, lost), values=np.append(made.values, value), gaps=True)
    parts = _lent(made.parts, _nearest(made.values, centre), missing=True)
    return replace(made, parts=parts, gaps=bool(gone.any()))


def _lent(parts: tuple[Part, ...], place: int, **more: bool) -> tuple[Part, ...]:
    return tuple(replace(part, **more) if at == place else part for at, part in enumerate(parts))  # type: ignore[arg-type]


def _nearest(values: np.ndarray, centre: float) -> int:
    return int(np.abs(values - centre).argmin())


def _numbers(
    column: Column, cells: pd.Series, wanted: np.ndarray, weights: np.ndarray, most: int, least: int
) -> Cut | None:
    numbers = amounts(cells)
    limits = grown(numbers, wanted, weights, most, least)
    seen = np.unique(numbers)
    ends = [plain(*between(seen, limit)) for limit in limits]
    bounds = [-math.inf, *ends, math.inf]
    parts = tuple(Part(low, high) for low, high in pairwise(bounds))
    return Cut(column, parts, _means(np.searchsorted(ends, numbers, side="left"), wanted, weights, len(parts)))


def _categories(
    column: Column, cells: pd.Series, wanted: np.ndarray, weights: np.ndarray, most: int, least: int
) -> Cut | None:
    codes, index = pd.factorize(cells.astype("str"), sort=True)
    names = [str(name) for name in index]
    counts = np.bincount(codes)
    means = _means(codes, wanted, weights, len(names))
    common = np.flatnonzero(counts >= min(least, 5))
    if len(common) < 2:
        return None
    ranks = np.full(len(names), -1.0)
    ranks[common[np.argsort(means[common], kind="stable")]] = np.arange(len(common))
    told = ranks[codes] >= 0
    limits = grown(ranks[codes][told], wanted[told], weights[told], most, least)
    groups = np.searchsorted(limits, ranks, side="left")
    parts = tuple(
        Part(levels=frozenset(names[at] for at in common if groups[at] == group)) for group in range(len(limits) + 1)
    )
    values = _means(groups[codes][told], wanted[told], weights[told], len(parts))
    centre = float(np.average(wanted, weights=weights))
    known = tuple(names[at] for at in common[np.argsort(-counts[common], kind="stable")])
    return Cut(column, _lent(parts, _nearest(values, centre), rest=True), values, known, others=len(known) < len(names))


def grown(numbers: np.ndarray, wanted: np.ndarray, weights: np.ndarray, most: int, least: int) -> list[float]:
    """Rising limits of a tree over one number."""
    from sklearn.tree import DecisionTreeRegressor

    tree = DecisionTreeRegressor(max_leaf_nodes=max(2, most), min_samples_leaf=least, random_state=0)
    tree.fit(numbers[:, None], wanted, sample_weight=weights)
    inner = tree.tree_.children_left >= 0
    return sorted({float(limit) for limit in tree.tree_.threshold[inner]})


def between(seen: np.ndarray, limit: float) -> tuple[float, float]:
    """The values seen (rising) next to a limit: at or below it, and above."""
    place = int(np.searchsorted(seen, limit, side="right"))
    if place == 0 or place == len(seen):
        return limit, limit
    return float(seen[place - 1]), float(seen[place])


def _means(places: np.ndarray, wanted: np.ndarray, weights: np.ndarray, count: int) -> np.ndarray:
    whole = np.bincount(places, weights, minlength=count)
    sums = np.bincount(places, weights * wanted, minlength=count)
    return np.divide(sums, whole, out=np.zeros(count), where=whole > 0)


def joined(parts: Iterable[Part]) -> Part:
    """All cells that are in one of the parts."""
    found: Part | None = None
    for part in parts:
        found = part if found is None else found.either(part)
    return found if found is not None else NOTHING
