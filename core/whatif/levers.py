"""What each cell of a case may become, and what that costs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from core.data.table import Column, Schema
from core.explain.cells import numbers
from core.explain.kin import tidy
from core.whatif.basis import Basis, once, tidied
from core.whatif.passages import passages
from core.whatif.scenario import Cell
from core.whatif.ways import Limit

SHARES = (0.0, 0.02, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.98, 1.0)
"""Shares of the training rows below the numbers that are tried."""
FEW = 24
"""A column with so many different numbers or fewer has codes or counts: only numbers that occur are tried."""
CASES = 700
"""Single changes that are tried in all, about."""
COLUMNS = 120
"""Columns that are tried: of more, those in which cases with the wanted answer differ most from the others."""
FEWEST_LEVELS = 12
"""Categories tried of every column, the most frequent first, however many columns there are."""
PAIRS = 7
"""Rounds in which each training row is held against another to see how far usual cases differ."""
DECIMALS = 6
FINE = 3
"""Digits of a usual distance that a number without a step of its own is told to."""
RARE = 0.3
"""What a category that hardly any row has counts as beside its cost when sets of changes are ranked."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """The training rows as numbers: made once for a basis."""

    numbers: np.ndarray
    """(n_rows, n_columns) as ``core.explain.cells.numbers``."""
    scales: np.ndarray
    """(n_columns,) how far two usual cases differ where they do; 1 for categories and texts."""
    steps: np.ndarray
    """(n_columns,) what the numbers of a column are multiples of; 0 where of nothing."""
    few: tuple[np.ndarray, ...]
    """The numbers of columns with few different ones, sorted; empty for the others."""


@dataclass(frozen=True, eq=False)
class Lever:
    """One column of a case that may be changed."""

    column: Column
    limit: Limit
    now: Cell
    """Numbers and dates (in days since 1970) as float; None for missing."""
    cells: tuple[Cell, ...]
    """What is tried first; never the cell as it is, never a missing one."""
    scale: float = 1.0
    step: float = 0.0
    few: np.ndarray = field(default_factory=lambda: np.zeros(0))
    low: float = -np.inf
    high: float = np.inf
    prices: dict[str, float] = field(default_factory=dict)
    """Of texts, by what the text would become; before the limit's cost."""
    shares: dict[str, float] = field(default_factory=dict)
    """Of categories, in the training rows."""

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def numeric(self) -> bool:
        return self.column.kind in ("number", "date")

    def cost(self, cell: Cell) -> float:
        """Of putting the cell there."""
        if isinstance(self.now, float) and isinstance(cell, float):
            return self.limit.cost * abs(cell - self.now) / self.scale
        return self.limit.cost * self.prices.get(str(cell), 1.0)

    def odd(self, cell: Cell) -> float:
        """What a cell counts as beside its cost: of two categories the more usual one comes first."""
        return RARE * (1 - self.shares.get(str(cell), 0.0)) if self.shares else 0.0

    def within(self, cell: Cell) -> bool:
        """Whether the limits allow it."""
        if cell is None or cell == self.now:
            return False
        if not self.numeric:
            return True
        return isinstance(cell, float) and self.low <= cell <= self.high and self._forward(cell)

    def between(self, far: float, near: float, count: int) -> list[float]:
        """Numbers between two, nearest to ``near`` first, that the column could have."""
        return [cell for cell in self.rounded(np.linspace(near, far, count + 2)[1:-1]) if cell not in (far, near)]

    def rounded(self, wanted: np.ndarray) -> list[float]:
        """Numbers that the column could have near those wanted, each once, in their order."""
        if len(self.few):
            places = np.abs(wanted[:, None] - self.few[None]).argmin(axis=1)
            wanted = self.few[places]
        elif self.step:
            wanted = np.round(np.rint(wanted / self.step) * self.step, DECIMALS)
        else:  # what a reader can take in, and far finer than any two cases differ
            digits = FINE - math.floor(math.log10(self.scale))
            wanted = np.clip(np.round(wanted, digits), self.low, self.high)
        return list(dict.fromkeys(float(number) for number in wanted))

    def reach(self, cost: float) -> list[float]:
        """The furthest numbers that a cost allows, either way."""
        if not isinstance(self.now, float) or not self.limit.cost:
            return []
        far = cost / self.limit.cost * self.scale
        ends = np.clip([self.now - far, self.now + far], self.low, self.high)
        return [cell for cell in self._inner(ends) if self.within(cell) and self.cost(cell) <= cost + 1e-9]

    def _inner(self, ends: np.ndarray) -> list[float]:
        assert isinstance(self.now, float)
        if len(self.few):
            return [float(one) for end in ends for one in self._few_up_to(float(end))]
        if self.step:
            steps = np.trunc(np.round((ends - self.now) / self.step, 6))
            ends = np.round(self.now + steps * self.step, DECIMALS)
        return [float(end) for end in ends]

    def _few_up_to(self, end: float) -> np.ndarray:
        assert isinstance(self.now, float)
        inside = self.few[(self.few >= min(end, self.now)) & (self.few <= max(end, self.now))]
        return inside[:1] if end < self.now else inside[-1:]

    def _forward(self, cell: float) -> bool:
        if not isinstance(self.now, float):
            return True
        return self.limit.may == "any" or (cell > self.now) == (self.limit.may == "up")


def levers(basis: Basis, start: pd.DataFrame, limits: Sequence[Limit], wanted: np.ndarray) -> tuple[Lever, ...]:
    """The columns of a case that may be changed, with what is tried of each.

    Args:
        basis: rows the model learned from.
        start: the case, one typed row.
        limits: one a column.
        wanted: (n_rows of the basis,) bool, the rows whose answer is the wanted one.
    """
    sheet, schema, known = sheet_of(basis), basis.model.schema, tidied(basis)
    start = tidy(basis.model, start)
    now = numbers(start, schema)[0]
    free = _telling(sheet, [place for place, limit in enumerate(limits) if limit.may != "no"], wanted)
    shares = max(3, min(len(SHARES), CASES // max(len(free), 1)))
    made = []
    for place in free:
        column = schema.columns[place]
        if column.kind in ("number", "date"):
            made.append(_number(column, limits[place], sheet, place, float(now[place]), wanted, shares))
        elif column.kind == "text":
            made.append(_text(column, limits[place], known[column.name], start[column.name].iloc[0], wanted))
        else:
            made.append(_levels(column, limits[place], known[column.name], start[column.name].iloc[0], len(free)))
    return tuple(lever for lever in made if lever.cells)


def _telling(sheet: Sheet, free: list[int], wanted: np.ndarray) -> list[int]:
    """At most ``COLUMNS`` of the columns, in their order."""
    if len(free) <= COLUMNS:
        return free
    cells = sheet.numbers[:, free]
    there = np.isfinite(cells)
    means = [_mean(cells, there & rows[:, None]) for rows in (wanted, ~wanted)]
    spread = np.sqrt(_mean((cells - _mean(cells, there)) ** 2, there))
    apart = np.abs(means[0] - means[1]) / np.maximum(spread, 1e-12)
    return [free[at] for at in np.sort(np.argsort(-apart, kind="stable")[:COLUMNS])]


def _mean(cells: np.ndarray, there: np.ndarray) -> np.ndarray:
    """(n_columns,) mean of the cells that are there; 0 where none is."""
    return np.asarray(np.where(there, cells, 0.0).sum(axis=0) / np.maximum(there.sum(axis=0), 1))


@once
def sheet_of(basis: Basis) -> Sheet:
    """The training rows as numbers."""
    schema: Schema = basis.model.schema
    cells = numbers(tidied(basis), schema)
    numeric = [column.kind in ("number", "date") for column in schema.columns]
    scales = [_scale(cells[:, place]) if is_number else 1.0 for place, is_number in enumerate(numeric)]
    few = [_few(cells[:, place]) if is_number else np.zeros(0) for place, is_number in enumerate(numeric)]
    steps = [_step(cells[:, place]) if is_number else 0.0 for place, is_number in enumerate(numeric)]
    return Sheet(cells, np.array(scales), np.array(steps), tuple(few))


def _scale(cells: np.ndarray) -> float:
    """Median distance of rows that differ; robust, and not 0 where most rows have the same number."""
    known = cells[np.isfinite(cells)]
    draw = np.random.default_rng(0)
    apart = [np.abs(known - known[draw.permutation(len(known))]) for _ in range(PAIRS)]
    distances = np.concatenate(apart) if len(known) else np.zeros(0)
    distances = distances[distances > 0]
    return float(np.median(distances)) if len(distances) else 1.0


def _few(cells: np.ndarray) -> np.ndarray:
    different = np.unique(cells[np.isfinite(cells)])
    return different if len(different) <= FEW else np.zeros(0)


def _step(cells: np.ndarray) -> float:
    """1, 0.1, 0.01 ... that all numbers are multiples of; 0 where none down to a thousandth is."""
    known = cells[np.isfinite(cells)]
    for decimals in range(4):
        if np.allclose(known, np.round(known, decimals), rtol=0, atol=1e-9):
            return float(10.0**-decimals)
    return 0.0


def _number(
    column: Column, limit: Limit, sheet: Sheet, place: int, now: float, wanted: np.ndarray, shares: int
) -> Lever:
    cells = sheet.numbers[:, place]
    known, of_wanted = cells[np.isfinite(cells)], cells[np.isfinite(cells) & wanted]
    if not len(known):
        return Lever(column, limit, None, ())
    low = max(float(known.min()), -np.inf if limit.low is None else limit.low)
    high = min(float(known.max()), np.inf if limit.high is None else limit.high)
    start = now if np.isfinite(now) else None
    made = Lever(
        column, limit, start, (), float(sheet.scales[place]), float(sheet.steps[place]), sheet.few[place], low, high
    )
    at = np.quantile(known, np.linspace(0, 1, shares) if shares < len(SHARES) else SHARES)
    typical = np.quantile(of_wanted, (0.25, 0.5, 0.75)) if len(of_wanted) and shares > 3 else []
    tried = made.few if len(made.few) else np.concatenate([at, typical, [low, high]])
    fit = [cell for cell in made.rounded(np.clip(tried, low, high)) if made.within(cell)]
    return Lever(column, limit, start, tuple(sorted(fit)), made.scale, made.step, made.few, low, high)


def _levels(column: Column, limit: Limit, cells: pd.Series, now: Any, free: int) -> Lever:
    start = None if pd.isna(now) else str(now)
    shares = {str(level): float(share) for level, share in cells.value_counts(normalize=True).items()}
    seen = tuple(level for level in column.levels if level in shares) or tuple(shares)
    most = max(FEWEST_LEVELS, CASES // max(free, 1))
    return Lever(column, limit, start, tuple([level for level in seen if level != start][:most]), shares=shares)


def _text(column: Column, limit: Limit, cells: pd.Series, now: Any, wanted: np.ndarray) -> Lever:
    text = "" if pd.isna(now) else str(now)
    prices = passages(text, cells[wanted])
    return Lever(column, limit, text or None, tuple(prices), prices=prices)
