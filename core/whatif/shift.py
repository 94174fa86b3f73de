"""A whole group moved at once: nouns only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.learn.evaluation import Estimate
from core.whatif.answer import Verdict
from core.whatif.scenario import Cell
from core.words import Message

How = Literal["to", "least", "most", "by", "times"]
Wanted = Literal["fewer", "more"]
ENOUGH = 30
"""Cases from which on a group within the cohort says something."""


@dataclass(frozen=True)
class Move:
    """One column changed for everybody in the group: set to a cell, raised to at least or lowered to at most a number,
    moved by a number, or multiplied by one."""

    column: str
    how: How
    to: Cell


@dataclass(frozen=True)
class Part:
    """One group within the cohort."""

    column: str
    group: str
    """A category, a range of numbers, a year; empty for missing."""
    n: int
    before: float
    after: float
    """Mean probability, or mean number."""
    change: Estimate


@dataclass(frozen=True)
class Shift:
    """What the model says of the group before and after; associations, never effects."""

    label: str
    """The class that is counted; empty for regression."""
    n: int
    """Cases in the group."""
    changed: int
    """Cases in which a cell really changed."""
    before: Estimate
    after: Estimate
    """Expected number of cases (sum of probabilities), or sum of the numbers predicted."""
    change: Estimate
    """With its 95 % bootstrap interval over the cases of the group."""
    named_before: int | None = None
    named_after: int | None = None
    """Binary: cases at or above the cut-off."""
    gainers: int = 0
    losers: int = 0
    """Cases whose answer moved the wanted way, and the other."""
    parts: tuple[Part, ...] = ()
    """By sensitive column; those with fewer than ``ENOUGH`` cases have no interval."""
    each: float | None = None
    """Cost for each case avoided, where a cost a changed case was given and cases are avoided."""
    support: dict[Verdict, int] | None = None
    """Changed cases by how near they are to what the model learned from."""
    notes: tuple[Message, ...] = ()
    wanted: Wanted = "fewer"
    """Whether gainers are those whose answer fell ("fewer" cases, or lower numbers) or rose."""
    cutoff: float | None = None
    """From which chance on a case is named."""
    capacity: int | None = None
    """Named cases that can be seen to, where that was said."""

    def mean(self, total: Estimate) -> Estimate:
        """A total of the group as its mean a case."""
        ends = (None if end is None else end / self.n for end in (total.value, total.low, total.high))
        return Estimate(*ends)

    def over(self, named: int | None) -> int:
        """Named cases beyond the capacity."""
        return max(0, (named or 0) - self.capacity) if self.capacity is not None else 0

    @property
    def sure(self) -> bool:
        """Whether the interval of the change keeps to one side of nothing."""
        low, high = self.change.low or 0.0, self.change.high or 0.0
        return low > 0 or high < 0

    @property
    def looked_at(self) -> int:
        """Changed cases whose support was judged."""
        return sum((self.support or {}).values())


@dataclass(frozen=True)
class Heat:
    """Mean answers of a group over a grid of two columns."""

    columns: tuple[str, str]
    cells: tuple[tuple[Cell, ...], tuple[Cell, ...]]
    """The values tried of each column."""
    values: tuple[tuple[float, ...], ...]
    """(first column, second column): mean probability or number."""
    counts: tuple[tuple[int, ...], ...]
    """Real training cases near each point of the grid; 0 is where the model guesses."""
    label: str = ""

    def peaks(self) -> tuple[tuple[int, int], tuple[int, int]] | None:
        """Places of the lowest and the highest answer among the pairs near which real cases lie; None without any."""
        real = [(at, to) for at, line in enumerate(self.counts) for to, count in enumerate(line) if count]
        if not real:
            return None
        ordered = sorted(real, key=lambda place: self.values[place[0]][place[1]])
        return ordered[0], ordered[-1]


@dataclass(frozen=True)
class Pull:
    """How far one column can move the mean answer of a group, between the usual ends of its values."""

    column: str
    low_cell: Cell
    high_cell: Cell
    low: float
    high: float
    """Mean answer with everybody at that cell."""
    base: float
    """Mean answer as they are."""
