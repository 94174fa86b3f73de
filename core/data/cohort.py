"""A group of rows chosen by filters, by hand on a chart, or both."""

from __future__ import annotations

import base64
import binascii
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pandas as pd

from core.errors import Problem
from core.words import N_, Message

if TYPE_CHECKING:
    from core.data.table import Schema

LONGEST = 4_000_000
"""Bytes that an address may unfold to."""
NAMED = 6
"""Values of a filter that are named; of more, the first ones."""


@dataclass(frozen=True)
class Filter:
    """What a row must meet in one column; with a column alone: that it is filled in."""

    column: str
    low: float | None = None
    high: float | None = None
    """Numbers, inclusive; dates in days since 1970 (a day is in as a whole)."""
    values: tuple[str, ...] = ()
    """Categories, any of them; empty for any."""
    contains: str = ""
    """Texts: this stands in it, whatever the case of its letters."""
    missing: bool = False
    """Rows without a value are in too; with nothing else said, only they."""


@dataclass(frozen=True)
class Cohort:
    """All filters must be met; the empty cohort is everybody."""

    name: str = ""
    filters: tuple[Filter, ...] = ()
    rows: tuple[int, ...] | None = None
    """Row numbers chosen by hand; None for all."""

    @property
    def everybody(self) -> bool:
        """Whether nothing is asked of a row."""
        return not self.filters and self.rows is None


def columns(cohort: Cohort) -> tuple[str, ...]:
    """Names of the columns that decide who is in, each once."""
    return tuple(dict.fromkeys(one.column for one in cohort.filters))


def members(frame: pd.DataFrame, cohort: Cohort) -> np.ndarray:
    """Who is in.

    Args:
        frame: typed rows with at least ``columns(cohort)``; the index holds row numbers of the table.
        cohort: whom to look for.

    Returns:
        (n_rows,) bool.

    Raises:
        Problem: the table lacks a column, or a filter does not fit the kind of its column.
    """
    inside = np.ones(len(frame), dtype=bool)
    if cohort.rows is not None:
        inside &= np.isin(frame.index.to_numpy(), np.array(cohort.rows, dtype=np.int64))
    for one in cohort.filters:
        if one.column not in frame.columns:
            raise unknown(one.column)
        inside &= _met(frame[one.column], one)
    return inside


def fitting(cohort: Cohort, schema: Schema) -> Cohort:
    """The same cohort, once it is sure that a table has its columns.

    Raises:
        Problem: the table lacks one.
    """
    for name in columns(cohort):
        if name not in schema:
            raise unknown(name)
    return cohort


def unknown(column: str) -> Problem:
    """The group was made for another table."""
    return Problem(
        N_(
            "The group asks for column {column}, which this data set does not have. Clear the group, or choose it anew."
        ),
        column=column,
    )


def said(cohort: Cohort, schema: Schema | None = None) -> Message:
    """Who is in, for people: "sex is F, age 18 to 25 and 40 cases chosen on the chart".

    Args:
        cohort: the group.
        schema: tells columns of dates from those of numbers; without it limits are said as numbers.
    """
    parts = [_said(one, schema) for one in cohort.filters]
    if cohort.rows is not None:
        parts.append(Message(N_("{n:count} {n:case/cases} chosen on the chart"), {"n": len(cohort.rows)}))
    if not parts:
        return Message(N_("all cases"))
    if cohort.name:
        return Message(N_("{name} ({parts:list})"), {"name": cohort.name, "parts": parts})
    return parts[0] if len(parts) == 1 else Message(N_("{parts:list}"), {"parts": parts})


def nobody(cohort: Cohort, schema: Schema | None = None) -> Message:
    """That the group is empty, and what to do."""
    text = N_("No case fits this group: {said}. Widen a range, or take a condition away.")
    return Message(text, {"said": said(cohort, schema)})


def day(days: float) -> str:
    """Days since 1970 as an ISO date."""
    return str(np.datetime64(int(np.floor(days)), "D"))


def days_of(text: str) -> float:
    """An ISO date as days since 1970."""
    return float(np.datetime64(text[:10], "D").astype(np.int64))


def address(cohort: Cohort) -> str:
    """The cohort as letters that may stand in an address; row numbers as the steps between them."""
    plain = {name: value for name, value in msgspec.to_builtins(cohort).items() if value not in ("", [], (), None)}
    plain["filters"] = [_brief(one) for one in cohort.filters]
    if cohort.rows is not None:
        plain["rows"] = np.diff(np.unique(np.array(cohort.rows, dtype=np.int64)), prepend=0).tolist()
    return base64.urlsafe_b64encode(zlib.compress(msgspec.json.encode(plain), 9)).decode().rstrip("=")


def from_address(text: str) -> Cohort:
    """The cohort that ``address`` wrote.

    Raises:
        Problem: it is damaged.
    """
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        unpack = zlib.decompressobj()
        plain = msgspec.json.decode(unpack.decompress(packed, LONGEST))
        if not unpack.eof:
            raise ValueError("an address ends with its checksum, but: this one stops before it")
        found = msgspec.convert(plain, Cohort)
    except (binascii.Error, zlib.error, ValueError, msgspec.MsgspecError, RecursionError):
        raise Problem(N_("The group in this address cannot be read: part of it is missing. Choose it anew.")) from None
    if found.rows is None:
        return found
    rows = np.cumsum(np.array(found.rows, dtype=np.float64))
    return replace(found, rows=tuple(int(row) for row in rows if 0 <= row < 2**53))


def _brief(one: Filter) -> dict[str, Any]:
    """A filter without what is not asked; 0 is a limit."""
    limits = {name: float(end) for name in ("low", "high") if (end := getattr(one, name)) is not None}
    plain: dict[str, Any] = msgspec.to_builtins(one) | limits
    return {name: value for name, value in plain.items() if value not in ("", [], (), None) and value is not False}


def _met(cells: pd.Series, one: Filter) -> np.ndarray:
    """(n,) bool: what one filter says of each cell."""
    gone = cells.isna().to_numpy()
    asked = one.low is not None or one.high is not None or bool(one.values) or bool(one.contains)
    if not asked:
        return gone if one.missing else ~gone
    inside = ~gone
    if one.low is not None or one.high is not None:
        inside &= _between(cells, one)
    if one.values:
        inside &= _among(cells, one.values)
    if one.contains:
        if not _wordy(cells):
            raise _misfit(one.column)
        inside &= cells.str.casefold().str.contains(one.contains.casefold(), regex=False).fillna(False).to_numpy(bool)
    return np.asarray(inside | gone if one.missing else inside)


def _between(cells: pd.Series, one: Filter) -> np.ndarray:
    if _wordy(cells) or pd.api.types.is_bool_dtype(cells):
        raise _misfit(one.column)
    if pd.api.types.is_datetime64_any_dtype(cells):
        days = (pd.to_datetime(cells) - pd.Timestamp(0)) / pd.Timedelta(days=1)
        values = np.floor(days.to_numpy(dtype=np.float64, na_value=np.nan))
    else:
        values = cells.to_numpy(dtype=np.float64, na_value=np.nan)
    with np.errstate(invalid="ignore"):
        above = values >= one.low if one.low is not None else ~np.isnan(values)
        below = values <= one.high if one.high is not None else ~np.isnan(values)
    return np.asarray(above & below)


def _among(cells: pd.Series, values: tuple[str, ...]) -> np.ndarray:
    if pd.api.types.is_datetime64_any_dtype(cells):
        days = pd.to_datetime(pd.Series(list(values), dtype="str"), errors="coerce", format="ISO8601").dt.normalize()
        return np.asarray(cells.dt.normalize().isin(days.dropna()))
    if pd.api.types.is_numeric_dtype(cells):
        return np.asarray(cells.isin([number for number in map(_number, values) if number is not None]))
    return np.asarray(cells.isin(list(values)))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _wordy(cells: pd.Series) -> bool:
    return isinstance(cells.dtype, pd.StringDtype) or cells.dtype == object


def _misfit(column: str) -> Problem:
    return Problem(
        N_(
            "The group's condition on column {column} does not fit what stands in it: words have no smallest or "
            "largest value, and numbers contain no words. Take the condition away, or choose it anew."
        ),
        column=column,
    )


def _said(one: Filter, schema: Schema | None) -> Message:
    asked = [*_said_range(one, schema), *_said_values(one)]
    if one.contains:
        asked.append(Message(N_("{column} contains “{text}”"), {"column": one.column, "text": one.contains}))
    if not asked:
        text = N_("{column} is missing") if one.missing else N_("{column} is filled in")
        return Message(text, {"column": one.column})
    whole = asked[0] if len(asked) == 1 else Message(N_("{parts:list}"), {"parts": asked})
    return Message(N_("{condition} or missing"), {"condition": whole}) if one.missing else whole


def _said_range(one: Filter, schema: Schema | None) -> list[Message]:
    low, high = one.low, one.high
    dated = schema is not None and one.column in schema and schema[one.column].kind == "date"
    facts: dict[str, Any] = {"column": one.column}
    if dated:
        facts |= {"low": None if low is None else day(low), "high": None if high is None else day(high)}
    else:
        facts |= {"low": low, "high": high}
    if low is not None and high is not None:
        if facts["low"] == facts["high"]:
            return [Message(N_("{column} is {low:date}") if dated else N_("{column} is {low:number}"), facts)]
        text = N_("{column} {low:date} to {high:date}") if dated else N_("{column} {low:number} to {high:number}")
        return [Message(text, facts)]
    if low is not None:
        return [Message(N_("{column} from {low:date} on") if dated else N_("{column} at least {low:number}"), facts)]
    if high is not None:
        return [Message(N_("{column} until {high:date}") if dated else N_("{column} at most {high:number}"), facts)]
    return []


def _said_values(one: Filter) -> list[Message]:
    if not one.values:
        return []
    facts: dict[str, Any] = {"column": one.column, "value": one.values[0], "values": list(one.values[:NAMED])}
    if len(one.values) == 1:
        return [Message(N_("{column} is {value}"), facts)]
    if len(one.values) <= NAMED:
        return [Message(N_("{column} is one of {values:list}"), facts)]
    facts["more"] = len(one.values) - NAMED
    return [Message(N_("{column} is one of {values:list} and {more:count} more"), facts)]
