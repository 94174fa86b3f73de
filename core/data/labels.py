"""The answers a goal asks for, as one column: labels in the file's own words, or numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype

from core.data.task import NO, YES, Goal, TaskKind
from core.errors import Problem
from core.words import N_

if TYPE_CHECKING:
    from collections.abc import Callable

COUNTABLE = 10
"""Whole numbers with at most so many different values are taken for answers to choose from, not for an amount."""

_COMPARE: dict[str, Callable[[pd.Series, float], pd.Series]] = {
    ">=": lambda values, number: values >= number,
    ">": lambda values, number: values > number,
    "<=": lambda values, number: values <= number,
    "<": lambda values, number: values < number,
}


def target(frame: pd.DataFrame, goal: Goal, kind: TaskKind | None = None) -> pd.Series:
    """What is to be predicted, row for row; NaN where the goal's column is missing.

    Args:
        frame: typed rows that hold the goal's column.
        goal: the question.
        kind: the task's kind. Give it whenever a task exists: without it the kind is found from these very rows, and
            a few rows may look different from the whole table.

    Returns:
        ``float64`` for regression, else ``str``: labels as the file writes them (numbers as "0", not "0.0"), and
        YES or NO for a derived goal. Same index as ``frame``.

    Raises:
        Problem: the column is absent or holds what the question cannot be asked of.
    """
    if goal.column not in frame.columns:
        raise Problem(N_("The column {column} is not in this table."), column=goal.column)
    values = frame[goal.column]
    if goal.derived:
        return _answers(values, goal)
    if (kind or found_kind(values)) == "regression":
        return amounts(values)
    return labels(values)


def found_kind(values: pd.Series) -> TaskKind:
    """What kind of question a column is: numbers with a fraction or many values are amounts, all else are classes."""
    distinct = values.nunique()
    if distinct <= 2:
        return "binary"
    if not is_numeric_dtype(values):
        return "multiclass"
    present = values.dropna().to_numpy(dtype=float)
    fractional = bool((present != np.floor(present)).any())
    return "regression" if fractional or distinct > COUNTABLE else "multiclass"


def amounts(values: pd.Series) -> pd.Series:
    """The column as ``float64``; infinities become missing.

    Raises:
        Problem: the column does not hold numbers.
    """
    if not is_numeric_dtype(values):
        raise Problem(
            N_(
                "Column {column} does not hold numbers, so an amount cannot be predicted from it. Choose “classes” as "
                "the kind of question, or correct the column's kind in the data step."
            ),
            column=str(values.name),
        )
    return values.astype("float64").replace([np.inf, -np.inf], np.nan)


def labels(values: pd.Series) -> pd.Series:
    """The column as ``str``: whole numbers without a fraction, dates as ISO dates, words as they are."""
    if is_numeric_dtype(values) or is_datetime64_any_dtype(values):
        codes, distinct = pd.factorize(values)
        words = np.array([*(label(one) for one in distinct), np.nan], dtype=object)
        return pd.Series(words[codes], index=values.index, name=values.name, dtype="str")
    return values.astype("str")


def label(value: object) -> str:
    """One number or date as people write it: 1.0 is "1"."""
    if isinstance(value, pd.Timestamp):
        return value.isoformat() if value != value.normalize() else value.date().isoformat()
    if isinstance(value, bool | np.bool_):
        return str(value)
    number = float(value)  # type: ignore[arg-type]
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else f"{number:.15g}"


def _answers(values: pd.Series, goal: Goal) -> pd.Series:
    if goal.operator == "=":
        said = labels(values)
        wanted = set(goal.values)
        if is_numeric_dtype(values):
            wanted = {label(float(one)) for one in goal.values if _is_number(one)}
        holds = said.isin(wanted)
    else:
        holds = _COMPARE[goal.operator](amounts(values), float(goal.number or 0))
    answer = pd.Series(np.where(holds, YES, NO).astype(object), index=values.index, name=values.name)
    return answer.mask(values.isna()).astype("str")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
