"""The case that a scenario begins with, and what its changes make of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from core.data.conform import conform
from core.data.names import unknown_column
from core.data.ordered import numeric, timed
from core.data.personal import mask
from core.data.table import Column, Schema
from core.errors import Problem
from core.whatif.basis import Basis, once, tidied
from core.whatif.scenario import Cell, Scenario
from core.words import N_

NO_ROW = -1
"""Index of a case that is no row of the run's table."""
SHOWN = 40
"""Letters of a cell that are quoted."""
LOST = {
    "not_number": N_("Column {column}: “{cell}” is not a number. Write it like 12.5, or leave it empty."),
    "not_date": N_("Column {column}: “{cell}” is not a date. Write it like 2024-05-31, or leave it empty."),
    "not_time": N_("Column {column}: “{cell}” is not a time. Write it like 18:30, or leave it empty."),
}
EXACT = 2**53
"""Whole numbers up to here are told apart."""


def started(rows: Callable[[list[int]], pd.DataFrame], basis: Basis, scenario: Scenario) -> pd.DataFrame:
    """The case that a scenario begins with, without its changes.

    Args:
        rows: rows of the run's table by number, typed (``Opened.rows``).
        basis: the model and its training rows.
        scenario: says which row, cells or typical case.

    Returns:
        One typed row with the model's columns; its index is the row number, or ``NO_ROW``.

    Raises:
        Problem: there is no such row, or a cell cannot be read.
    """
    schema = basis.model.schema
    if scenario.row is not None:
        return rows([scenario.row])[list(schema.names)]
    if scenario.cells is None:
        return framed(typical(basis), schema)
    known = {name: scenario.cells.get(name) for name in schema.names}
    return framed(known, schema)


def changed(start: pd.DataFrame, scenario: Scenario, schema: Schema) -> pd.DataFrame:
    """The case with the scenario's changes: one typed row, the index of ``start``.

    A category never seen and a number beyond any seen are taken as they are; ``support`` says so.

    Raises:
        Problem: a cell is no number or no date where one is needed, or the model has no such column.
    """
    if not scenario.changes:
        return start
    arrays: dict[str, Any] = {name: start[name].array for name in schema.names}
    for name, cell in scenario.changes.items():
        arrays[name] = read(cell, _column(name, schema))
    return pd.DataFrame(arrays, index=start.index, copy=False)


@once
def typical(basis: Basis) -> dict[str, Cell]:
    """The typical case: medians (of whole numbers a whole number) and the most frequent category, date or text of the
    training rows; a column that is mostly empty is left empty."""
    return {column.name: _typical(tidied(basis)[column.name], column) for column in basis.model.schema.columns}


def framed(known: dict[str, Cell], schema: Schema) -> pd.DataFrame:
    """One typed row of cells; what is not there is missing.

    Raises:
        Problem: a cell is no number or no date where one is needed.
    """
    arrays = {column.name: read(known.get(column.name), column) for column in schema.columns}
    return pd.DataFrame(arrays, index=pd.Index([NO_ROW]), copy=False)


def cells(row: pd.DataFrame) -> dict[str, Cell]:
    """A typed row as people write it: dates as ISO text, None for missing."""
    return {str(name): cell(row[name].iloc[0]) for name in row.columns}


def masked(known: dict[str, Cell], schema: Schema) -> dict[str, Cell]:
    """The same with personal data in texts hidden: the model reads texts so, and the answer stays the same."""
    return {
        name: mask(one, whole=False) if isinstance(one, str) and schema[name].kind == "text" else one
        for name, one in known.items()
    }


def cell(value: Any) -> Cell:
    """One typed value as people write it."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, (datetime, date, np.datetime64)):
        moment = pd.Timestamp(value)
        return None if pd.isna(moment) else moment.isoformat().removesuffix("T00:00:00")
    number = float(value)
    if math.isnan(number):
        return None
    return int(number) if _whole(number) else number


def same(one: Cell, other: Cell) -> bool:
    """Whether two cells hold the same; missing is the same as missing."""
    return one == other


def read(given: Cell, column: Column) -> Any:
    """(1,) array of a cell as the column holds it.

    Raises:
        Problem: it is no number or no date where one is needed.
    """
    if isinstance(given, str) and not given.strip():
        given = None
    if numeric(column):
        return _number(given, column)
    if column.kind == "date":
        return _date(given, column)
    if given is not None and not isinstance(given, str):
        given = _written(given)
    if given is None or column.kind == "text" or given in column.levels:
        return pd.array(pa.array([given], pa.large_string()), dtype="str")
    return _carefully(given, column)


def _column(name: str, schema: Schema) -> Column:
    if name not in schema:
        raise unknown_column(name, schema)
    return schema[name]


def _number(given: Cell, column: Column) -> Any:
    if given is None:
        return np.array([np.nan])
    if isinstance(given, str):
        return _carefully(given, column)
    if not math.isfinite(given):
        raise _lost("not_number", str(given), column)
    return np.array([given], dtype=np.int64 if column.whole and _whole(given) else np.float64)


def _date(given: Cell, column: Column) -> Any:
    if given is None:
        return np.array(["NaT"], dtype="datetime64[us]")
    if not isinstance(given, str):
        raise _lost("not_date", str(given), column)
    try:
        moment = _moment(given.strip(), column)
    except ValueError:
        return _carefully(given, column)
    return np.array([moment.replace(tzinfo=None)], dtype="datetime64[us]")


def _moment(given: str, column: Column) -> datetime:
    if timed(column) and ":" in given and "-" not in given:
        return datetime.combine(date(1970, 1, 1), time.fromisoformat(given.zfill(5)))
    return datetime.fromisoformat(given)


def _carefully(given: str, column: Column) -> Any:
    """As a later file would be read: decimal commas, units, other spellings, words for "missing"."""
    frame, findings = conform(pd.DataFrame({column.name: pd.array([given], dtype="str")}), Schema((column,)))
    for one in findings:
        if one.code in LOST:
            raise _lost("not_time" if one.code == "not_date" and timed(column) else one.code, given, column)
    return frame[column.name].array


def _lost(code: str, given: str, column: Column) -> Problem:
    return Problem(LOST[code], column=column.name, cell=given if len(given) <= SHOWN else f"{given[:SHOWN]}…")


def _written(number: float) -> str:
    return str(int(number)) if _whole(number) else f"{number:.15g}"


def _whole(number: float) -> bool:
    return float(number).is_integer() and abs(number) < EXACT


def _typical(values: pd.Series, column: Column) -> Cell:
    there = values.dropna()
    if len(there) * 2 < len(values) or there.empty:
        return None
    if numeric(column):
        middle = float(np.median(there.to_numpy(dtype=np.float64)))
        whole = column.whole or bool((there.to_numpy(dtype=np.float64) % 1 == 0).all())
        return cell(round(middle) if whole else float(f"{middle:.10g}"))
    counts = there.value_counts()
    if counts.iloc[0] < 2 < len(counts) and column.kind in ("text", "date"):
        return None if column.kind == "text" else cell(there.sort_values().iloc[len(there) // 2])
    return cell(counts.index[0])
