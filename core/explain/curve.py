"""How the answer moves with one column: nouns only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from core.words import Message

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, eq=False)
class Curve:
    """Answers with one column put at one value after another, all else of each case as it is.

    The mean over cases is the partial dependence (Friedman, 2001, doi:10.1214/aos/1013203451); a line is one case
    (Goldstein, Kapelner, Bleich and Pitkin, 2015, doi:10.1080/10618600.2014.907095).
    """

    column: str
    label: str
    """The class whose probability it is; empty for regression (target units)."""
    kind: Literal["number", "category", "date"]
    cells: tuple[str | float | None, ...]
    """(n_points,) the values tried: numbers, categories (most frequent first), dates as ISO text; None, always the
    last, is missing."""
    numbers: np.ndarray
    """(n_points,) where they lie on the axis: numbers, days since 1970, places of categories; NaN for missing."""
    mean: np.ndarray
    """(n_points,) mean answer over ``n`` cases; with ``centred``, its distance from that at the first point."""
    low: np.ndarray
    high: np.ndarray
    """(n_points,) 95 % band of the mean: how far it would differ with other cases of the same kind."""
    counts: np.ndarray
    """(n_points,) real cases near each point; where there are none the model only guesses."""
    lines: np.ndarray
    """(n_lines, n_points) answers of single cases, drawn by chance; with ``centred``, from the first point."""
    rows: np.ndarray
    """(n_lines,) their row numbers."""
    own: np.ndarray
    """(n_lines,) where each case really is, on the axis of ``numbers``; NaN for missing, or a category not shown."""
    answers: np.ndarray
    """(n_lines,) the answer each case really gets."""
    n: int
    """Cases in the mean."""
    total: int
    """Cases there were."""
    centred: bool
    note: Message
    """What it is the mean of, and what was left out."""

    @property
    def guessed(self) -> np.ndarray:
        """(n_points,) bool: no real case lies near."""
        import numpy as np

        return np.asarray(self.counts == 0)
