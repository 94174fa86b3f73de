"""Partial dependence with individual curves, of any column that is no text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from core.data.conform import conform
from core.data.ordered import numbers_of
from core.errors import Problem
from core.explain.curve import Curve
from core.explain.mix import answers
from core.learn.model import TrainedModel
from core.words import N_, Message

if TYPE_CHECKING:
    from core.data.table import Column

MOST = 500
"""Cases in a mean: its band is then within a tenth of how much the cases differ."""
LEVELS = 30
"""Categories that are shown, the most frequent."""
EVEN = 3
"""Every so manieth point is spread evenly from end to end; the others follow the values, and leave long tails bare."""
NEAR = 0.1
"""A case is near a point that is its nearest, and no further than this share of the range."""


@dataclass(frozen=True, eq=False)
class _Grid:
    """The values to try."""

    kind: Literal["number", "category", "date"]
    values: pd.Series
    """(n_points,) as the column holds them, missing last."""
    numbers: np.ndarray
    """(n_points,)"""
    real: np.ndarray
    """(n_rows,) where the rows' own cells are on the same axis; NaN for missing."""
    counts: np.ndarray
    more: int = 0
    """Categories left out."""


def partial(
    model: TrainedModel,
    frame: pd.DataFrame,
    column: str,
    *,
    label: str | None = None,
    points: int = 24,
    lines: int = 60,
    seed: int = 0,
    centred: bool = False,
    most: int = MOST,
) -> Curve:
    """How the model's answer moves with one column, on the mean of some cases and for single ones.

    Args:
        model: a trained model.
        frame: (n_rows, ...) raw or typed rows; an integer index is taken for their row numbers.
        column: a number, a category or a date.
        label: the class shown. Default: binary the positive class, multiclass the most frequent one.
        points: values of a number or a date, at most; their ends are always among them.
        lines: single cases, at most.
        seed: draws cases where there are more than ``most``, and those that get a line.
        centred: everything is told as distance from the first point.
        most: cases in the mean.

    Raises:
        Problem: the column is a text, or none of the model's, or there are no rows.
    """
    typed = conform(frame, model.schema)[0]
    known = _asked(model, column, typed)
    place = _place(model, label)
    drawn = _drawn(len(typed), most, np.random.default_rng((seed, 0)))
    grid = _grid(model, typed, known, points)
    found, real = _answers(model, typed.iloc[drawn], column, grid.values, place)
    shown = _drawn(len(drawn), lines, np.random.default_rng((seed, 1)))
    if centred:
        found = found - found[:, :1]
    mean, half = found.mean(axis=0), 1.96 * _spread(found) / np.sqrt(len(found))
    bound = (0.0, 1.0) if model.classes and not centred else (-np.inf, np.inf)
    names = frame.index.to_numpy() if frame.index.dtype.kind in "iu" else np.arange(len(frame))
    return Curve(
        column=column,
        label=model.classes[place] if model.classes else "",
        kind=grid.kind,
        cells=_cells(grid.values, known),
        numbers=grid.numbers,
        mean=mean,
        low=np.clip(mean - half, *bound),
        high=np.clip(mean + half, *bound),
        counts=grid.counts,
        lines=found[shown],
        rows=names[drawn[shown]],
        own=grid.real[drawn[shown]],
        answers=real[shown],
        n=len(drawn),
        total=len(typed),
        centred=centred,
        note=_note(len(drawn), len(typed), grid.more),
    )


def _asked(model: TrainedModel, column: str, typed: pd.DataFrame) -> Column:
    if column not in model.features:
        raise Problem(N_("The model does not use the column {column}. Choose one of its columns."), column=column)
    if not len(typed):
        raise Problem(N_("There is no case to draw a curve from. Choose a group with at least one case."))
    known = model.schema[column]
    if known.kind == "text":
        raise Problem(
            N_(
                "{column} holds texts, and texts have no order to draw a curve along. "
                "Look at one case instead: there the words that move its answer are marked."
            ),
            column=column,
        )
    return known


def _place(model: TrainedModel, label: str | None) -> int:
    """Of the class shown; 0 for numbers."""
    if not model.classes:
        return 0
    if label is None:
        label = model.recipe.task.positive
    if label is None:
        return int(np.argmax(model.prior)) if model.prior else 0
    if label not in model.classes:
        raise ValueError(f"the label is one of {model.classes}, but: {label}")
    return model.classes.index(label)


def _drawn(count: int, most: int, draw: np.random.Generator) -> np.ndarray:
    """Places of at most so many of the rows, in order."""
    return np.arange(count) if count <= most else np.sort(draw.choice(count, most, replace=False))


def _answers(
    model: TrainedModel, typed: pd.DataFrame, column: str, values: pd.Series, place: int
) -> tuple[np.ndarray, np.ndarray]:
    """(n_rows, n_points) answers with the column at each value, and (n_rows,) as the rows are."""
    rows, points = len(typed), len(values)
    encoded = model.encode(pd.concat([typed, _with(typed, column, values)], ignore_index=True))
    picks = np.repeat(np.arange(rows), points + 1)[:, None].repeat(len(model.features), axis=1)
    picks = picks.reshape(rows, points + 1, -1)
    picks[:, :points, model.features.index(column)] = rows + np.arange(points)
    found = answers(model, encoded, picks.reshape(rows * (points + 1), -1))[:, place].reshape(rows, points + 1)
    return found[:, :points], found[:, points]


def _with(typed: pd.DataFrame, column: str, values: pd.Series) -> pd.DataFrame:
    """The first row once for each value of the column."""
    made = typed.iloc[np.zeros(len(values), dtype=int)].reset_index(drop=True)
    made[column] = values.reset_index(drop=True)
    return made


def _spread(found: np.ndarray) -> np.ndarray:
    return np.asarray(found.std(axis=0, ddof=1)) if len(found) > 1 else np.zeros(found.shape[1])


def _grid(model: TrainedModel, typed: pd.DataFrame, known: Column, points: int) -> _Grid:
    """The values to try, without those that the model's repairs take for missing; missing, last, where it occurs."""
    cells = typed[known.name]
    repaired = model.ready(typed)[known.name] if model.recipe.repairs else cells
    if not (pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells)):
        return _levels(model, typed, known, repaired)
    date = pd.api.types.is_datetime64_any_dtype(cells)
    real = numbers_of(cells)
    real = np.where(repaired.isna().to_numpy(), np.nan, real)
    seen = np.unique(np.append(real[~np.isnan(real)], [end for end in (known.low, known.high) if end is not None]))
    seen = seen[_told(model, typed, known.name, _column(seen, date))]
    numbers = _spaced(seen, points)
    gone = int(np.isnan(real).sum())
    counts = _near(real[~np.isnan(real)], numbers)
    if gone:
        numbers, counts = np.append(numbers, np.nan), np.append(counts, gone)
    return _Grid("date" if date else "number", _column(numbers, date), numbers, real, counts)


def _column(numbers: np.ndarray, date: bool) -> pd.Series:
    """Places on the axis as the column holds them."""
    return pd.Series(pd.Timestamp(0) + pd.to_timedelta(numbers, unit="D")) if date else pd.Series(numbers)


def _told(model: TrainedModel, typed: pd.DataFrame, column: str, values: pd.Series) -> np.ndarray:
    """(n_values,) whether the model's repairs leave a value: one that stands for "no value" is missing to the model."""
    if not model.recipe.repairs or values.empty:
        return np.ones(len(values), dtype=bool)
    return np.asarray(model.ready(_with(typed, column, values))[column].notna())


def _spaced(seen: np.ndarray, points: int) -> np.ndarray:
    """At most so many of the values seen, rising: most by their order, some evenly from end to end."""
    if len(seen) <= points:
        return seen
    even = max(2, points // EVEN)
    order = seen[np.round(np.linspace(0, len(seen) - 1, max(2, points - even + 2))).astype(int)]
    wanted = np.linspace(seen[0], seen[-1], even)
    right = np.clip(np.searchsorted(seen, wanted), 1, len(seen) - 1)
    nearest = np.where(wanted - seen[right - 1] <= seen[right] - wanted, seen[right - 1], seen[right])
    return np.unique(np.concatenate([order, nearest]))


def _near(real: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """(n_points,) rows for which a point is the nearest, and near."""
    if not len(numbers):
        return np.zeros(0, dtype=np.int64)
    nearest = np.searchsorted((numbers[1:] + numbers[:-1]) / 2, real)
    near = np.abs(real - numbers[nearest]) <= NEAR * (numbers[-1] - numbers[0])
    return np.bincount(nearest[near], minlength=len(numbers))


def _levels(model: TrainedModel, typed: pd.DataFrame, known: Column, repaired: pd.Series) -> _Grid:
    counted = repaired.value_counts()
    names = list(dict.fromkeys([*known.levels, *(str(name) for name in counted.index)]))
    told = model.ready(_with(typed, known.name, pd.Series(names, dtype="str")))[known.name] if names else repaired[:0]
    levels = list(dict.fromkeys(str(name) for name in told.dropna()))  # spellings that are merged count once
    gone = int(repaired.isna().sum())
    shown = levels[:LEVELS]
    places = {name: float(place) for place, name in enumerate(shown)}
    counts = [int(counted.get(name, 0)) for name in shown] + [gone] * bool(gone)
    numbers = np.append(np.arange(len(shown), dtype=float), [np.nan] * bool(gone))
    values = pd.Series([*shown, *([None] * bool(gone))], dtype="str")
    real = repaired.map(places).to_numpy(dtype=np.float64, na_value=np.nan)
    return _Grid("category", values, numbers, real, np.array(counts, dtype=np.int64), len(levels) - len(shown))


def _cells(values: pd.Series, known: Column) -> tuple[str | float | None, ...]:
    return tuple(_cell(value, known.whole) for value in values.tolist())


def _cell(value: Any, whole: bool) -> str | float | None:
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.round("s").isoformat().removesuffix("T00:00:00")
    if isinstance(value, str):
        return value
    return int(value) if whole and float(value).is_integer() else float(value)


def _note(n: int, total: int, more: int) -> Message:
    facts = {"n": n, "total": total, "more": more, "shown": LEVELS}
    if more:
        text = N_(
            "Mean over {n:count} of {total:count} cases. The {shown:count} most frequent categories are shown; "
            "{more:count} more are not."
        )
    elif n < total:
        text = N_("Mean over {n:count} cases, drawn by chance from {total:count}.")
    else:
        text = N_("Mean over all {n:count} cases.")
    return Message(text, facts)
