"""Combinations of two columns that nearly never occur though each part is common, and columns that move one way only.

Each column is parted into regions: categories, missing, and of numbers all that is small or large, by a ladder of
shares. Two regions of two unrelated columns meet in ``n_a * n_b / n`` cases; how much less often they really do is told
by the chance of so few by accident (Poisson, by Chernoff's bound). How odd the oddest pair of a case may be is read off
real cases, each judged without itself: so it does not matter how many pairs are looked at.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from core.data.ordered import numbers_of, ordered, timed
from core.data.table import Column
from core.domains.domain import Domain
from core.domains.recognise import recognise
from core.explain import cells
from core.whatif.answer import Oddity
from core.words import N_, Message

LADDER = (0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4)
"""Shares of the smallest, and of the largest numbers that are regions."""
SHORT = (0.05, 0.2)
"""The same where there are very many columns."""
LEVELS = 12
"""Categories of a column that are regions."""
REGIONS = 1_400
"""At most, of all columns together: their square is held."""
RARE = 0.1
"""A combination is odd that occurs less than this share as often as it would if its parts were unrelated."""
LEAST = 4.0
"""Smallest evidence (nats): less may be an accident of one single pair."""
PASSING = 0.98
"""Share of real cases that are not odd."""
CLEAR = 8.0
"""Evidence (nats) that is enough in a case that is odd anyway, where the limit is higher."""
JUDGED = 1_200
"""Real cases that the limit is read off."""
TOLD = 4
"""Combinations that are named at most."""


@dataclass(frozen=True)
class Region:
    """Cells of one column: ``is`` a category (or any other than those listed), ``low`` (at most a number), ``high`` (at
    least), or ``missing``."""

    column: str
    kind: str
    cell: Any = ""


@dataclass(frozen=True, eq=False)
class Rules:
    """What goes together in the training rows."""

    regions: tuple[Region, ...]
    columns: dict[str, tuple[Column, np.ndarray]]
    """Those that are looked at, with the numbers of their regions."""
    owner: np.ndarray
    """(n_regions,) number of the column."""
    sizes: np.ndarray
    """(n_regions,) cases in each."""
    both: np.ndarray
    """(n_regions, n_regions) float32: cases in two of them."""
    odds: np.ndarray
    """(n_regions, n_regions) float32: evidence (nats) that cases avoid the combination; 0 where it is not rare."""
    n: int
    limit: float = math.inf
    """Evidence from which on a case is odd."""


def learnt(tidied: pd.DataFrame, schema: tuple[Column, ...], seed: int = 0) -> Rules:
    """The rules that hold among some typed rows (n, ...) of these columns."""
    ladder = LADDER if len(schema) * (2 * len(LADDER) + 1) <= REGIONS else SHORT
    regions: list[Region] = []
    columns: dict[str, tuple[Column, np.ndarray]] = {}
    for column in schema:
        if len(regions) > REGIONS - 2 * len(LADDER):
            break
        own = _regions(tidied[column.name], column, ladder)
        if len(own) < 2:
            continue
        columns[column.name] = column, np.arange(len(regions), len(regions) + len(own))
        regions += own
    owner = np.array([at for at, (_, places) in enumerate(columns.values()) for _ in places], dtype=int)
    rules = Rules(tuple(regions), columns, owner, np.zeros(0), np.zeros((0, 0)), np.zeros((0, 0)), len(tidied))
    inside = _inside(rules, tidied).astype(np.float32)
    both = inside.T @ inside
    sizes = both.diagonal().astype(np.float64)
    rules = replace(rules, sizes=sizes, both=both, odds=_odds(both, sizes, owner, rules.n))
    return replace(rules, limit=_limit(rules, inside > 0, seed))


def evidence(rules: Rules, tidied: pd.DataFrame) -> np.ndarray:
    """(m,) evidence (nats) against the oddest pair of cells of each case."""
    inside = _inside(rules, tidied)
    return np.array([_largest(rules.odds, np.flatnonzero(row)) for row in inside])


def odd(rules: Rules, tidied: pd.DataFrame, strange: np.ndarray) -> list[tuple[Oddity, ...]]:
    """For each case the pairs of cells that nearly never stand together, the oddest first, each two columns once.

    Of a case that is odd, or ``strange`` (m,) for another reason, what alone would not have been enough is said too.
    """
    return [
        _oddities(rules, np.flatnonzero(row), bool(eased))
        for row, eased in zip(_inside(rules, tidied), strange, strict=True)
    ]


def turned(
    start: pd.DataFrame, after: pd.DataFrame, columns: tuple[Column, ...], domain: Domain | None
) -> tuple[Oddity, ...]:
    """Numbers of a case that moved the way that the field of work says they cannot ("age cannot fall")."""
    found = []
    for column in columns if domain is not None else ():
        known = recognise(column.name, domain) if ordered(column) else None
        if known is None or not known.only:
            continue
        before, now = (numbers_of(frame[column.name])[0] for frame in (start, after))
        if (now < before) if known.only == "up" else (now > before):
            facts = {"column": column.name, "before": written(before, column), "after": written(now, column)}
            found.append(Oddity((column.name,), Message(_TURNED[known.only], facts)))
    return tuple(found)


_TURNED = {
    "up": N_("Column {column} cannot fall for one and the same case, but here it goes from {before} to {after}."),
    "down": N_("Column {column} cannot rise for one and the same case, but here it goes from {before} to {after}."),
}


def _regions(values: pd.Series, column: Column, ladder: tuple[float, ...]) -> list[Region]:
    missing = [Region(column.name, "missing")] if values.isna().any() else []
    if not ordered(column):
        if column.kind == "text":
            return []
        levels = values.dropna().value_counts()
        return [Region(column.name, "is", cells.text(level)) for level in levels.index[:LEVELS]] + missing
    numbers = numbers_of(values)
    there = numbers[~np.isnan(numbers)]
    if not len(there) or there.min() == there.max():
        return missing
    low = np.unique(np.quantile(there, ladder, method="lower"))
    high = np.unique(np.quantile(there, [1 - share for share in ladder], method="higher"))
    lows = [Region(column.name, "low", float(one)) for one in low[low < there.max()]]
    return lows + [Region(column.name, "high", float(one)) for one in high[high > there.min()]] + missing


def _inside(rules: Rules, tidied: pd.DataFrame) -> np.ndarray:
    """(m, n_regions) which regions each case is in."""
    found = np.zeros((len(tidied), len(rules.regions)), dtype=bool)
    for name, (column, places) in rules.columns.items():
        values = tidied[name]
        if ordered(column):
            cells_of: Any = numbers_of(values)
            gone = np.isnan(cells_of)
        else:
            cells_of = values.to_numpy(dtype=object)
            gone = np.asarray(pd.isna(cells_of))
        for place in places:
            found[:, place] = _meets(cells_of, gone, rules.regions[place])
    return found


def _meets(cells_of: np.ndarray, gone: np.ndarray, region: Region) -> np.ndarray:
    if region.kind == "missing":
        return gone
    if region.kind == "is":
        return np.asarray((cells_of == region.cell) & ~gone)
    return np.asarray(cells_of <= region.cell) if region.kind == "low" else np.asarray(cells_of >= region.cell)


def _odds(both: np.ndarray, sizes: np.ndarray, owner: np.ndarray, n: int) -> np.ndarray:
    expected = np.outer(sizes, sizes) / max(1, n)
    rare = (both < RARE * expected) & (owner[:, None] != owner[None, :])
    found = np.zeros(both.shape, dtype=np.float32)
    seen, awaited = np.maximum(both[rare].astype(np.float64), 0.0), expected[rare]
    found[rare] = awaited - seen + seen * np.log(np.maximum(seen, 1e-9) / awaited)
    return found


def _limit(rules: Rules, inside: np.ndarray, seed: int) -> float:
    """What real cases nearly all stay below, each without itself: it is in every pair of regions it is in."""
    count = len(inside)
    if count < 2 or not len(rules.regions):
        return math.inf
    drawn = np.random.default_rng(seed).permutation(count)[:JUDGED]
    without = _odds(rules.both - 1, rules.sizes, rules.owner, rules.n)
    found = np.array([_largest(without, np.flatnonzero(inside[row])) for row in drawn])
    return max(LEAST, float(np.quantile(found, PASSING, method="higher")) + 1e-6)


def _largest(odds: np.ndarray, regions: np.ndarray) -> float:
    return float(odds[np.ix_(regions, regions)].max(initial=0.0))


def _oddities(rules: Rules, regions: np.ndarray, eased: bool) -> tuple[Oddity, ...]:
    odds = np.triu(rules.odds[np.ix_(regions, regions)])
    if odds.max(initial=0.0) < (min(CLEAR, rules.limit) if eased else rules.limit):
        return ()
    pairs: dict[tuple[int, int], list[tuple[float, int, int]]] = {}
    for one, two in np.argwhere(odds >= min(CLEAR, rules.limit)).tolist():
        first, second = int(regions[one]), int(regions[two])
        owners = int(rules.owner[first]), int(rules.owner[second])
        pairs.setdefault(owners, []).append((float(odds[one, two]), first, second))
    oddest = sorted(pairs.values(), key=lambda found: -max(found)[0])[:TOLD]
    return tuple(_oddity(rules, *_clearest(rules, found)) for found in oddest)


def _clearest(rules: Rules, found: list[tuple[float, int, int]]) -> tuple[int, int]:
    """What never occurred is said rather than what hardly ever did, though that may be the stronger evidence."""
    _, first, second = max(found, key=lambda one: (rules.both[one[1], one[2]] == 0, one[0]))
    return first, second


def _oddity(rules: Rules, first: int, second: int) -> Oddity:
    one, two = rules.regions[first], rules.regions[second]
    seen = round(float(rules.both[first, second]))
    facts = {
        "n": rules.n,
        "both": seen,
        "first": _said(one, rules),
        "second": _said(two, rules),
        "one": round(float(rules.sizes[first])),
        "two": round(float(rules.sizes[second])),
    }
    return Oddity((one.column, two.column), Message(_NEVER if not seen else _HARDLY, facts))


_NEVER = N_(
    "None of {n:count} cases has {first} together with {second}, though {one:count} {one:has/have} the first and "
    "{two:count} {two:has/have} the second."
)
_HARDLY = N_(
    "Only {both:count} of {n:count} cases {both:has/have} {first} together with {second}, though {one:count} have the "
    "first and {two:count} have the second."
)
_REGIONS = {
    "is": N_("{column} “{cell}”"),
    "low": N_("{column} of {cell} or less"),
    "high": N_("{column} of {cell} or more"),
    "missing": N_("no value in {column}"),
}


def _said(region: Region, rules: Rules) -> Message:
    column = rules.columns[region.column][0]
    facts: dict[str, Any] = {"column": region.column}
    if region.kind != "missing":
        facts["cell"] = region.cell if region.kind == "is" else written(region.cell, column)
    return Message(_REGIONS[region.kind], facts)


def written(number: float, column: Column) -> Message:
    """A number, or the date of a number of days, as it is written."""
    if timed(column) and 0 <= number < 1:
        minutes = round(24 * 60 * float(number))
        return Message("{time}", {"time": f"{minutes // 60:02d}:{minutes % 60:02d}"})
    if column.kind == "date":
        day = str(np.datetime64("1970-01-01") + np.timedelta64(round(float(number)), "D"))
        return Message("{day:date}", {"day": day})
    return Message("{number:number}", {"number": float(number)})
