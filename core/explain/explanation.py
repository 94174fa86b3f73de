"""An explanation: nouns only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.words import Message

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Phrase:
    """A stretch of a text and its part of the answer."""

    column: str
    start: int
    stop: int
    """Characters of the cell, from and up to."""
    text: str
    value: float


@dataclass(frozen=True, eq=False)
class Explanation:
    """Shapley values of some rows in original columns, on the scale shown.

    The scale is the probability of ``label`` (binary: the positive class; multiclass: one class), or target units.
    ``base + values.sum(axis=1)`` equals ``predictions`` up to ``gap``.
    """

    columns: tuple[str, ...]
    """Original columns, in the order of the model's features."""
    values: np.ndarray
    """(n_rows, n_columns) float64."""
    errors: np.ndarray
    """(n_rows, n_columns) standard error of each value."""
    base: np.ndarray
    """(n_rows,) mean answer over the background rows, the same for all rows that explain the same class."""
    predictions: np.ndarray
    """(n_rows,) the model's own answer for each row."""
    rows: np.ndarray
    """(n_rows,) row numbers in the table or file."""
    labels: tuple[str, ...]
    """(n_rows,) the class explained in each row; empty strings for regression."""
    cells: tuple[tuple[str, ...], ...]
    """(n_columns, n_rows) what stands in each cell, as text for the reader; "" for missing."""
    numbers: np.ndarray
    """(n_rows, n_columns) the cell as a number for colouring (categories by frequency rank); NaN for missing."""
    method: str
    seconds: float
    note: Message | None = None
    """How the values were found and how precise they are, for the reader."""
    phrases: tuple[tuple[Phrase, ...], ...] = ()
    """(n_rows) the parts of the text columns' values, in the order of the text; of a column they add up to its value.
    Empty where they were not asked for."""

    @property
    def gap(self) -> float:
        """Largest distance between base plus values and the prediction."""
        import numpy as np

        if not len(self.rows):
            return 0.0
        return float(np.abs(self.base + self.values.sum(axis=1) - self.predictions).max())
