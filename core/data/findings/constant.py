"""Columns that say nothing, or nearly nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from core.data.findings.finder import Hit, Rule, Seen
from core.data.findings.written import endless
from core.words import N_

NEARLY = 0.99
EMPTY = Rule(
    "empty",
    "note",
    N_("Column {column} is empty and is set aside."),
    N_("{n:count} columns are empty and are set aside: {columns:list}."),
)
SAME = Rule(
    "constant",
    "note",
    N_("Column {column} has one value only ({value}) and is set aside."),
    N_("{n:count} columns have one value only and are set aside: {columns:list}."),
)
STRAY = Rule(
    "constant",
    "warning",
    N_("Column {column} is empty but for {cells:count} {cells:cell/cells} ({value}) and is set aside."),
    N_("{n:count} columns are empty but for a stray cell and are set aside: {columns:list}."),
    N_("Look whether the cell belongs to another column."),
    N_("Look whether these cells belong to other columns."),
)
NEAR = Rule(
    "near_constant",
    "note",
    N_("Column {column} has the value {value} in {share:percent} of its rows; only {others:count} differ."),
    N_("{n:count} columns have the same value in nearly every row: {columns:list}."),
    N_("It can hardly help; leaving it out does no harm."),
    N_("They can hardly help; leaving them out does no harm."),
)
SAME_OR_NONE = replace(NEAR, one=N_("Column {column} has the value {value} wherever it has one."))


def column(seen: Seen) -> Iterator[Hit]:
    """Whether one value is all there is."""
    counts = seen.reading.counts
    filled = int(counts.sum())
    if not filled:
        if not endless(seen):  # that its numbers were too large says more than that none is left
            yield Hit(EMPTY, seen.name)
        return
    value = seen.reading.cells.texts[int(np.argmax(counts))].as_py()[:40]
    value = "•••" if seen.traces else value
    if seen.column.kind == "constant":
        if filled < 0.5 * seen.rows:
            yield Hit(STRAY, seen.name, {"cells": filled, "value": value}, seen.reading.cells.rows(counts > 0))
        else:
            yield Hit(SAME, seen.name, {"value": value})
    elif seen.column.kind in {"number", "category"} and counts.max() >= NEARLY * filled and filled >= 100:
        facts = {"value": value, "share": int(counts.max()) / filled, "others": filled - int(counts.max())}
        rare = (counts > 0) & (np.arange(len(counts)) != np.argmax(counts))
        yield Hit(NEAR if facts["others"] else SAME_OR_NONE, seen.name, facts, seen.reading.cells.rows(rare))
