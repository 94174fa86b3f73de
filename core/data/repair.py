"""Repairs applied to a typed frame: what the analyst accepted, for this file and every later one."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from core.data.table import Repair
from core.data.twins import repeated

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


def repair(frame: pd.DataFrame, repairs: Sequence[Repair], *, scoring: bool = False) -> pd.DataFrame:
    """The frame with the repairs made, in order; the frame given is not changed.

    Args:
        frame: typed, ``(n_rows, n_columns)``; a repair of a column that it does not have is left out.
        repairs: what to do.
        scoring: rows are only scored: none is dropped.

    Returns:
        A new frame; rows that stay keep their index, so that row numbers stay true.
    """
    result = frame.copy(deep=False)
    for one in repairs:
        if one.kind == "distinct":
            result = result if scoring else result[~repeated(result)]
        elif one.column not in result.columns:
            continue
        elif one.kind == "filter":
            result = result if scoring else result[_kept(result[one.column], one)]
        else:
            result = result.assign(**{one.column: _CHANGES[one.kind](result[one.column], one)})
    return result


def _divided(series: pd.Series, one: Repair) -> pd.Series:
    return series / one.number if one.number and series.dtype.kind in "fiu" else series


def _merged(series: pd.Series, one: Repair) -> pd.Series:
    return series.where(~series.isin(list(one.spellings)), series.map(one.spellings)) if _wordy(series) else series


def _emptied(series: pd.Series, one: Repair) -> pd.Series:
    gone = _equal(series, one.codes)
    return series.mask(gone) if gone.any() else series


def _wordy(series: pd.Series) -> bool:
    return isinstance(series.dtype, pd.StringDtype) or series.dtype == object


def _equal(series: pd.Series, codes: Sequence[str]) -> pd.Series:
    """Where cells equal one of the codes: as numbers in a column of numbers, as dates in one of dates."""
    if series.dtype.kind in "fiu":
        return series.isin([number for number in map(_number, codes) if number is not None])
    if series.dtype.kind == "M":
        return series.isin(pd.to_datetime(pd.Series(list(codes), dtype="str"), errors="coerce").dropna())
    return series.isin(list(codes))


def _number(code: str) -> float | None:
    try:
        return float(code)
    except ValueError:
        return None


def _kept(series: pd.Series, one: Repair) -> pd.Series:
    """Which rows a filter keeps; a row without the value is kept only by ``!=``."""
    if one.operator == "present":
        return series.notna()
    if one.operator in {"=", "!="}:
        codes = one.codes or ((repr(one.number),) if one.number is not None else ())
        same = _equal(series, codes)
        return same if one.operator == "=" else ~same
    if one.operator not in _COMPARE or one.number is None:
        raise ValueError(f"a filter compares with a number by one of {sorted(_COMPARE)}, but: {one}")
    limit = pd.Timestamp(0) + pd.Timedelta(days=one.number) if series.dtype.kind == "M" else one.number
    return pd.Series(_COMPARE[one.operator](series, limit), index=series.index)


_CHANGES: dict[str, Callable[[pd.Series, Repair], pd.Series]] = {
    "divide": _divided,
    "merge": _merged,
    "missing": _emptied,
}
