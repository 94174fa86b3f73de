"""Real cases that are like a case."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Neighbour:
    """A real case near another."""

    row: int
    """Row number in the run's table."""
    distance: float
    """Mean distance over the columns: 0 is the same in every column, 1 as far apart as usual ones are."""
    differs: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Columns in which they differ, the widest first: (cell of the case, cell of the neighbour) as text."""
    truth: str | float | None = None
    """What became of it: a label, or target units; None where it is not known."""
    values: tuple[float, ...] = ()
    """What the model says of it: probability of each class in model order, or one number."""
