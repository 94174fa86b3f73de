"""Dates: order of day and month, days that no calendar has, days to come, time zones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from core.data.dates import EXCEL
from core.data.findings.finder import Hit, Rule, Seen
from core.words import N_, Message

DAY_FIRST, MONTH_FIRST = N_("day before month"), N_("month before day")
ORDER = Rule(
    "date_order",
    "warning",
    N_("Column {column}: its dates could be read either way; they were read as {order} ({example})."),
    N_("The dates of {n:count} columns could be read either way; they were read as day before month: {columns:list}."),
    N_("If that is wrong, write the dates as year-month-day in the file."),
)
DECIDED = Rule(
    "date_order",
    "note",
    N_("Column {column}: its dates are read as {order}, for only so all of them are dates ({example})."),
    N_("Day and month of {n:count} columns were told apart by the dates themselves: {columns:list}."),
)
ODD = Rule(
    "odd_date",
    "warning",
    N_(
        "Column {column}: {cells:count} {cells:date is/dates are} not of any real day ({examples:list}) and "
        "{cells:is/are} taken as missing."
    ),
    N_("{n:count} columns hold dates of no real day, taken as missing: {columns:list}."),
    N_("Correct them in the file if the days are known."),
)
FILLER = Rule(
    "odd_date",
    "warning",
    N_("Column {column}: {cells:count} {cells:date looks/dates look} like a filler ({examples:list})."),
    N_("{n:count} columns hold dates that look like fillers, such as 9999-12-31: {columns:list}."),
    N_("Leave such rows out, or empty the cells in the file."),
)
FUTURE = Rule(
    "future_date",
    "warning",
    N_("Column {column}: {cells:count} {cells:date lies/dates lie} in the future ({examples:list})."),
    N_("{n:count} columns hold dates in the future: {columns:list}."),
    N_("If they were planned and not yet known to have happened, they may not be used to predict."),
)
ZONES = Rule(
    "time_zones",
    "note",
    N_("Column {column}: its times name time zones; all were turned into universal time (UTC)."),
    N_("The times of {n:count} columns name time zones; all were turned into universal time (UTC): {columns:list}."),
)
SERIAL = Rule(
    "serial_dates",
    "note",
    N_("Column {column}: its numbers are dates as spreadsheets store them ({example}) and were turned into dates."),
    N_("The numbers of {n:count} columns are dates as spreadsheets store them: {columns:list}."),
    N_("If they are plain numbers, choose the kind “number”."),
)
FIRST, LAST = np.datetime64("1900-01-02", "us"), np.datetime64("2262-01-01", "us")


def column(seen: Seen) -> Iterator[Hit]:
    """What is odd about the dates of a column."""
    if seen.column.kind != "date" or seen.reading.parsed is None:
        return
    pattern, facts = seen.column.pattern, seen.reading.facts
    if pattern[:2] in {"%d", "%m"} and "%b" not in pattern:
        order = Message(DAY_FIRST if pattern.startswith("%d") else MONTH_FIRST)
        rule = DECIDED if facts.get("sure", True) else ORDER
        if "." not in pattern[:3] or rule is DECIDED:
            yield Hit(rule, seen.name, {"order": order, "example": _example(seen)})
    if facts.get("zones"):
        yield Hit(ZONES, seen.name)
    if pattern == EXCEL:
        yield Hit(SERIAL, seen.name, {"example": _example(seen)})
    yield from _odd(seen)


def _example(seen: Seen) -> str:
    """The first text and the day it was read as."""
    parsed = seen.reading.parsed
    assert parsed is not None
    good = np.flatnonzero(~np.isnat(parsed) & (seen.reading.counts > 0))
    text = seen.reading.cells.texts[int(good[0])].as_py()
    return f"{text} → {np.datetime_as_string(parsed[good[0]], unit='D')}"


def _odd(seen: Seen) -> Iterator[Hit]:
    parsed, kept = seen.reading.parsed, seen.reading.counts > 0
    assert parsed is not None
    now = np.datetime64(datetime.now(tz=UTC).replace(tzinfo=None), "us") + np.timedelta64(1, "D")
    filler = kept & ((parsed < FIRST) | (parsed >= LAST))
    future = kept & (parsed > now) & ~filler
    for rule, marked in ((ODD, seen.reading.lost), (FILLER, filler), (FUTURE, future)):
        if marked.any():
            cells = seen.reading.cells
            examples = [text[:30] for text in cells.texts.filter(pa.array(marked)).slice(0, 3).to_pylist()]
            yield Hit(
                rule, seen.name, {"cells": int(cells.counts[marked].sum()), "examples": examples}, cells.rows(marked)
            )
