"""Sets of changes put to the model, many at once and each only once, until time is over."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.learn.model import TrainedModel
from core.whatif.aims import Target
from core.whatif.levers import Lever
from core.whatif.scenario import Cell

State = tuple[tuple[int, Cell], ...]
"""Changes: (place of the lever, new cell), by place; none is the case as it is."""
CHUNK = 256
"""Cases that are asked about at once; time is looked at in between."""
EACH = 1.0
"""What a change counts beside its cost when sets of changes are ranked: few columns come first."""


class Asker:
    """Holds what is known of each set of changes."""

    def __init__(
        self,
        model: TrainedModel,
        start: pd.DataFrame,
        levers: Sequence[Lever],
        target: Target,
        budget: float | None = None,
    ) -> None:
        self.model, self.start, self.levers, self.target = model, start, tuple(levers), target
        self.budget = np.inf if budget is None else budget
        self.due, self.late = np.inf, False
        self.answers: dict[State, np.ndarray] = {}
        self.gaps: dict[State, float] = {}
        self.pace = 0.0
        """Seconds that the last chunk took."""
        self._now = {str(name): start[name].array for name in start.columns}
        self._ranks: dict[State, float] = {}

    def begin(self, seconds: float) -> None:
        """Time runs from now on: the first answer of a model, which takes longer than later ones, does not count."""
        self.due, self.pace = time.perf_counter() + seconds, 0.0

    @property
    def over(self) -> bool:
        """Whether there is no time for another chunk; asked only where there is more to try, so that it is known."""
        self.late = self.late or time.perf_counter() + self.pace > self.due
        return self.late

    def ask(self, states: Iterable[State]) -> np.ndarray:
        """(n,) gaps to the aim; infinite where time was over before, or the budget is exceeded."""
        wanted = list(states)
        new = [state for state in dict.fromkeys(wanted) if state not in self.gaps and self.cost(state) <= self.budget]
        for first in range(0, len(new), CHUNK):
            if self.over:
                break
            self._chunk(new[first : first + CHUNK])
        return np.array([self.gaps.get(state, np.inf) for state in wanted])

    def cost(self, state: State) -> float:
        """What the changes cost together."""
        return sum(self.levers[place].cost(cell) for place, cell in state)

    def rank(self, state: State) -> float:
        """What sets of changes are ordered by: their cost, how many they are, and how rare."""
        if state not in self._ranks:
            odd = sum(EACH + self.levers[place].odd(cell) for place, cell in state)
            self._ranks[state] = self.cost(state) + odd
        return self._ranks[state]

    def reached(self) -> list[State]:
        """Every set of changes that is known to reach the aim, the best first."""
        met = [state for state, gap in self.gaps.items() if gap <= 0]
        return sorted(met, key=lambda state: (self.rank(state), self.gaps[state], _order(state)))

    def frame(self, states: Sequence[State]) -> pd.DataFrame:
        """The case with each set of changes, a row for each."""
        touched: dict[int, list[tuple[int, Cell]]] = {}
        for row, state in enumerate(states):
            for place, cell in state:
                touched.setdefault(place, []).append((row, cell))
        by_name = {self.levers[place].name: (self.levers[place], cells) for place, cells in touched.items()}
        first = np.zeros(len(states), dtype=np.intp)
        columns: dict[str, Any] = {}
        for name, now in self._now.items():
            columns[name] = _changed(now, len(states), *by_name[name]) if name in by_name else now.take(first)
        return pd.DataFrame(columns, copy=False)

    def _chunk(self, states: Sequence[State]) -> None:
        began = time.perf_counter()
        values = self.model.predict(self.frame(states))
        for state, value, gap in zip(states, values, self.target.gap(values), strict=True):
            self.answers[state], self.gaps[state] = np.atleast_1d(value), float(gap)
        self.pace = time.perf_counter() - began


def with_change(state: State, place: int, cell: Cell) -> State:
    """The changes with one more, or with another cell in its place."""
    return tuple(sorted([one for one in state if one[0] != place] + [(place, cell)], key=lambda one: one[0]))


def without(state: State, places: Iterable[int]) -> State:
    """The changes but for some."""
    gone = set(places)
    return tuple(one for one in state if one[0] not in gone)


def touched(state: State) -> frozenset[int]:
    """Places of the levers that are moved."""
    return frozenset(place for place, _ in state)


def typed(lever: Lever, cell: Cell) -> Any:
    """A cell as a frame holds it."""
    if lever.column.kind == "date":
        return pd.NaT if cell is None else pd.Timestamp(0) + pd.Timedelta(days=float(cell))
    return cell


def _changed(now: Any, count: int, lever: Lever, cells: Sequence[tuple[int, Cell]]) -> Any:
    """(count,) the cell as it is, and other cells in some rows."""
    made = np.empty(count, dtype=np.float64 if lever.column.kind == "number" else object)
    made[:] = None if not lever.numeric and pd.isna(now[0]) else now[0]
    for row, cell in cells:
        made[row] = typed(lever, cell)
    if lever.column.kind == "number":
        return made
    return made.astype("datetime64[us]") if lever.numeric else pd.array(made, dtype="str")


def _order(state: State) -> tuple[tuple[int, str], ...]:
    return tuple((place, str(cell)) for place, cell in state)
