"""Moves of a whole group, applied to its cells: never further than the model has seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.cohort import day
from core.data.ordered import dated, numbers_of
from core.data.table import Column, Schema
from core.errors import Problem
from core.whatif.scenario import Cell
from core.whatif.shift import Move
from core.words import N_, Message


@dataclass(frozen=True, eq=False)
class Moves:
    """A group after its moves."""

    frame: pd.DataFrame
    """Typed, the features only, with the index of the rows given."""
    changed: np.ndarray
    """(n,) bool: a cell of the row is another than before."""
    notes: tuple[Message, ...]


def moved(frame: pd.DataFrame, moves: Sequence[Move], schema: Schema, known: pd.DataFrame) -> Moves:
    """The rows with every move made, in order.

    A number is kept within the range of the training rows (a cell that lies outside it already goes no further out),
    and missing cells stay missing unless they are set.

    Args:
        frame: typed rows with the features.
        moves: what to change.
        schema: of the model's features.
        known: training rows, for ranges that the schema does not hold.

    Raises:
        Problem: a column is not the model's, or a move does not fit it.
    """
    before = frame[list(schema.names)]
    after, notes = before.copy(deep=False), list[Message]()
    for move in moves:
        column = _column(move, schema)
        cells, said = _moved(after[move.column], move, column, known[move.column])
        after[move.column] = cells
        notes += said
    changed = np.zeros(len(frame), dtype=bool)
    for name in {move.column for move in moves}:
        changed |= _differs(before[name], after[name])
    return Moves(after, changed, tuple(notes))


def ends(column: Column, known: pd.Series) -> tuple[float, float]:
    """Lowest and highest number that the model has seen (dates in days since 1970)."""
    if column.low is not None and column.high is not None:
        return column.low, column.high
    values = numbers_of(known)
    values = values[~np.isnan(values)]
    return (float(values.min()), float(values.max())) if len(values) else (-np.inf, np.inf)


def counts_as_number(column: Column, cells: pd.Series) -> bool:
    """Whether a column's cells are numbers."""
    return column.kind == "number" or (column.kind == "constant" and pd.api.types.is_numeric_dtype(cells))


def _column(move: Move, schema: Schema) -> Column:
    if move.column not in schema:
        raise Problem(
            N_("The model does not use column {column}, so nothing moves with it. Choose one of the columns it uses."),
            column=move.column,
        )
    return schema[move.column]


def _moved(cells: pd.Series, move: Move, column: Column, known: pd.Series) -> tuple[pd.Series, list[Message]]:
    if move.how == "to" and (move.to is None or move.to == ""):
        return _emptied(cells, column), []
    if counts_as_number(column, cells):
        new, notes = _stepped(numbers_of(cells), move, _size(move), column, known)
        return pd.Series(new, index=cells.index), notes
    if column.kind == "date":
        size = _size(move) if move.how in ("by", "times") else _moment(move)
        new, notes = _stepped(numbers_of(cells), move, size, column, known)
        return dated(new, cells.index), notes
    return _worded(cells, move, column), []


def _emptied(cells: pd.Series, column: Column) -> pd.Series:
    if counts_as_number(column, cells):
        return pd.Series(np.nan, index=cells.index, dtype=np.float64)
    if column.kind == "date":
        return pd.Series(np.datetime64("NaT", "us"), index=cells.index)
    return pd.Series(pd.array([None] * len(cells), dtype="str"), index=cells.index)


def _worded(cells: pd.Series, move: Move, column: Column) -> pd.Series:
    if move.how != "to":
        raise Problem(
            N_("Column {column} holds words, which cannot be raised or lowered. Choose “set to” and a value."),
            column=column.name,
        )
    text = str(move.to)
    if column.kind == "category" and column.levels and text not in column.levels and len(column.levels) < 1_000:
        raise Problem(
            N_(
                "Column {column} has no “{value}” among the cases the model learned from. Choose one of: {levels:list}."
            ),
            column=column.name,
            value=text,
            levels=list(column.levels[:8]),
        )
    return pd.Series(pd.array([text] * len(cells), dtype="str"), index=cells.index)


def _stepped(
    values: np.ndarray, move: Move, size: float, column: Column, known: pd.Series
) -> tuple[np.ndarray, list[Message]]:
    """(n,) the numbers moved and kept within what was seen, and what was held back."""
    if move.how == "times" and column.kind == "date":
        raise Problem(
            N_("Column {column} holds dates, which cannot be multiplied. Choose “move by” and a number of days."),
            column=column.name,
        )
    wished = _wished(values, move, size)
    low, high = ends(column, known)
    # a cell beyond the range already may stay where it is: drawn in, it would move against what was asked
    new = np.clip(wished, np.fmin(low, values), np.fmax(high, values))
    held = int((np.abs(new - wished) > 1e-9 * np.maximum(1.0, np.abs(wished))).sum())
    if column.whole:
        new = np.where(np.isnan(new) | (new == values), new, np.rint(new))
    return new, [_held(held, column, low, high)] if held else []


def _wished(values: np.ndarray, move: Move, size: float) -> np.ndarray:
    if move.how == "to":
        return np.full(len(values), size)
    if move.how == "least":
        return np.asarray(np.maximum(values, size))
    if move.how == "most":
        return np.asarray(np.minimum(values, size))
    return values + size if move.how == "by" else values * size


def _held(n: int, column: Column, low: float, high: float) -> Message:
    if column.kind == "date":
        text = N_(
            "{n:count} {n:cell/cells} of {column} {n:was/were} held between {low:date} and {high:date}: the model has "
            "seen nothing beyond."
        )
        return Message(text, {"n": n, "column": column.name, "low": day(low), "high": day(high)})
    text = N_(
        "{n:count} {n:cell/cells} of {column} {n:was/were} held between {low:number} and {high:number}: the model has "
        "seen nothing beyond."
    )
    return Message(text, {"n": n, "column": column.name, "low": low, "high": high})


def _size(move: Move) -> float:
    """The number of a move."""
    try:
        found = float(move.to) if move.to is not None else np.nan
    except ValueError:
        found = np.nan
    if not np.isfinite(found):
        raise Problem(
            N_("Column {column}: “{value}” is no number. Enter how far it is to move, or to what, as a number."),
            column=move.column,
            value=_text(move.to),
        )
    return found


def _moment(move: Move) -> float:
    """The date of a move, in days since 1970."""
    found = pd.to_datetime(_text(move.to), errors="coerce", format="ISO8601")
    if pd.isna(found):
        raise Problem(
            N_("Column {column}: “{value}” is no date. Write it as year-month-day, for example 2024-05-31."),
            column=move.column,
            value=_text(move.to),
        )
    return float((found.tz_localize(None) - pd.Timestamp(0)) / pd.Timedelta(days=1))


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _differs(before: pd.Series, after: pd.Series) -> np.ndarray:
    gone, left = before.isna().to_numpy(), after.isna().to_numpy()
    same = np.asarray(before.to_numpy(dtype=object) == after.to_numpy(dtype=object), dtype=bool)
    return np.asarray(np.where(gone | left, gone != left, ~same))
