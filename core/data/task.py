"""What is to be predicted, from what, and how the rows are divided: nouns only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from core.words import Message

if TYPE_CHECKING:
    import numpy as np

TaskKind = Literal["binary", "multiclass", "regression"]

YES, NO = "yes", "no"
"""Labels of a derived goal such as ``G3 >= 10``."""


@dataclass(frozen=True)
class Goal:
    """The question: a column itself, or a yes/no question about it (then the column is no feature)."""

    column: str
    operator: Literal["", ">=", ">", "<=", "<", "="] = ""
    number: float | None = None
    values: tuple[str, ...] = ()

    @property
    def derived(self) -> bool:
        return bool(self.operator)

    def __str__(self) -> str:
        if not self.derived:
            return self.column
        return f"{self.column}{self.operator}" + ("|".join(self.values) if self.values else f"{self.number:.15g}")


@dataclass(frozen=True)
class Task:
    """A question that the table can be asked."""

    kind: TaskKind
    goal: Goal
    features: tuple[str, ...]
    classes: tuple[str, ...] = ()
    """Labels in the file's own words, in model order; binary: (other, positive). Empty for regression."""
    positive: str | None = None
    """Binary only: the event whose probability is shown; one of ``classes``."""
    sensitive: tuple[str, ...] = ()
    group: str | None = None
    """Column that names the person or thing that repeats: its rows stay on one side of the split."""
    time: str | None = None
    """Column by which later rows are held back."""
    cost_miss: float = 1.0
    cost_alarm: float = 1.0
    overrules: dict[str, str] = field(default_factory=dict)
    """Columns used although a finding advised against them, with the analyst's written reason."""


@dataclass(frozen=True, eq=False)
class Split:
    """Row numbers, sorted, disjoint; rows without a target are in none."""

    train: np.ndarray
    validation: np.ndarray
    """Empty where the training rows take turns at being held back (``folds``)."""
    test: np.ndarray
    method: Literal["stratified", "random", "grouped", "time"]
    why: Message
    folds: np.ndarray | None = None
    """(n_train,) number of the fold in which each training row is held back."""
