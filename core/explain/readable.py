"""A copy of a model that can be read: nouns, and what they answer. Light: numpy and pandas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from core.words import Message

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Form = Literal["card", "tree", "none"]
DAY_ZERO = "1970-01-01"


@dataclass(frozen=True)
class Condition:
    """Which cells of a column are meant: numbers in a range, some categories, or missing ones."""

    column: str
    message: Message
    """The same in words: "20 to 35", "A or B", "missing"."""
    low: float | None = None
    """Numbers (dates in days since 1970) above this, not at it."""
    high: float | None = None
    """Up to and at this."""
    levels: tuple[str, ...] | None = None
    """Any of these categories; None for numbers."""
    rest: bool = False
    """Categories that no condition of the column names are meant too."""
    missing: bool = False
    """Cells without a value are meant too."""
    known: tuple[str, ...] = ()
    """With ``rest``: the categories that other conditions of the column name."""


@dataclass(frozen=True)
class Line:
    """One line of a points card."""

    condition: Condition
    points: int
    n: int
    """Cases the card was made of that it holds for."""


@dataclass(frozen=True)
class Step:
    """What a sum of points means."""

    low: int
    high: int
    """Sums from and up to, both inclusive."""
    chance: float
    n: int


@dataclass(frozen=True)
class Leaf:
    """One way through a tree: where all conditions hold, this is the answer."""

    conditions: tuple[Condition, ...]
    values: tuple[float, ...]
    """Probability of each class in model order, or one number; binary: one, of the class shown."""
    label: str
    """The class that is the answer; empty for regression, and for binary below the cut-off the other one."""
    n: int


@dataclass(frozen=True)
class Fidelity:
    """How well the copy answers as the model does, on rows it was not made of."""

    n: int
    explained: float | None
    """Share of the variance of the model's answers (R squared), at most 1; None where they do not differ."""
    agreement: float | None
    """Share of cases with the same class (binary: at the model's cut-off); None for regression."""
    column: str = ""
    group: str = ""
    """Of this group of a sensitive column; empty for all cases."""
    enough: bool = True
    """False: too few cases to be judged."""


@dataclass(frozen=True)
class Surrogate:
    """A points card, or a shallow tree, made of the model's answers."""

    form: Form
    label: str
    """The class whose chance it tells; empty for several classes and for regression."""
    classes: tuple[str, ...]
    columns: tuple[str, ...]
    """The columns it uses, those with the widest reach first."""
    lines: tuple[Line, ...] = ()
    """Of a card, by column; a case has the points of one line of each column."""
    steps: tuple[Step, ...] = ()
    """Of a card, from the lowest sum to the highest."""
    leaves: tuple[Leaf, ...] = ()
    """Of a tree, from left to right."""
    fidelity: Fidelity | None = None
    groups: tuple[Fidelity, ...] = ()
    readable: bool = False
    """True: faithful enough to stand for the model (``core.explain.surrogate.FAITHFUL``)."""
    message: Message | None = None
    """What it is and how far it may be trusted; or why there is none."""
    rows: int = 0
    """Cases it was made of."""


def meant(condition: Condition, cells: pd.Series) -> np.ndarray:
    """(n_rows,) bool: the condition holds."""
    import numpy as np

    gone = cells.isna().to_numpy()
    if condition.levels is not None:
        texts = cells.astype("str")
        inside = texts.isin(condition.levels).to_numpy()
        if condition.rest:
            inside = inside | ~texts.isin(condition.known).to_numpy()
    else:
        numbers = amounts(cells)
        with np.errstate(invalid="ignore"):
            inside = np.ones(len(cells), dtype=bool)
            if condition.low is not None:
                inside &= numbers > condition.low
            if condition.high is not None:
                inside &= numbers <= condition.high
            inside &= (condition.low, condition.high) != (None, None) or not condition.missing
    return np.where(gone, condition.missing, inside)


def amounts(cells: pd.Series) -> np.ndarray:
    """(n_rows,) float64 of numbers and dates (days since 1970); NaN for missing."""
    import numpy as np
    import pandas as pd

    if pd.api.types.is_datetime64_any_dtype(cells):
        cells = (cells - pd.Timestamp(DAY_ZERO)) / pd.Timedelta(days=1)
    return np.asarray(cells.to_numpy(dtype=np.float64, na_value=np.nan))


def points(surrogate: Surrogate, frame: pd.DataFrame) -> np.ndarray:
    """(n_rows,) int64 sum of points of typed rows, of a card."""
    import numpy as np

    total = np.zeros(len(frame), dtype=np.int64)
    for line in surrogate.lines:
        total += line.points * meant(line.condition, frame[line.condition.column])
    return total


def copied(surrogate: Surrogate, frame: pd.DataFrame) -> np.ndarray:
    """(n_rows, n_outputs) float64: what the copy answers for typed rows; one column but for several classes."""
    import numpy as np

    if surrogate.form == "card":
        sums = points(surrogate, frame)
        ends = np.array([step.high for step in surrogate.steps[:-1]], dtype=np.int64)
        chances = np.array([step.chance for step in surrogate.steps])
        return np.asarray(chances[np.searchsorted(ends, sums, side="left")][:, None])
    if surrogate.form == "none":
        raise ValueError("a copy answers, but: there is none")
    found = np.zeros((len(frame), len(surrogate.leaves[0].values)))
    for leaf in surrogate.leaves:
        inside = np.ones(len(frame), dtype=bool)
        for condition in leaf.conditions:
            inside &= meant(condition, frame[condition.column])
        found[inside] = leaf.values
    return found
