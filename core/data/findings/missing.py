"""Cells without a value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from core.data.findings.finder import Hit, Rule, Seen
from core.words import N_

MOSTLY = 0.5
FILL = N_("Nothing need be done: training fills the gaps and is told where they were.")
LEAVE = N_("Leave the column out, unless it says something that a value is missing.")
LEAVE_THEM = N_("Leave these columns out, unless it says something that a value is missing.")
ITEM = N_("{column} ({share:percent})")
SOME = Rule(
    "missing",
    "note",
    N_("Column {column}: {share:percent} of the values are missing ({missing:count} of {rows:count})."),
    N_("{n:count} columns have missing values: {columns:list}."),
    FILL,
    item=ITEM,
)
WORDS = Rule(
    "missing",
    "note",
    N_(
        "Column {column}: {share:percent} of the values are missing ({missing:count} of {rows:count}), "
        "{cells:count} of them written as {words:list}."
    ),
    N_("{n:count} columns have missing values that are written as words or signs such as “?” or “NA”: {columns:list}."),
    N_("If such a word is an answer, spell it out in the file; if not, nothing need be done."),
    item=ITEM,
)
MANY = Rule(
    "missing",
    "warning",
    N_("Column {column}: most values are missing ({share:percent}, {missing:count} of {rows:count})."),
    N_("In {n:count} columns most values are missing: {columns:list}."),
    LEAVE,
    LEAVE_THEM,
    ITEM,
)


def column(seen: Seen) -> Iterator[Hit]:
    """Missing cells, and words that were taken for them."""
    lost = int(seen.reading.cells.counts[seen.reading.lost].sum())  # said by what could not be read
    missing, rows = seen.profile.missing - lost, seen.rows
    if not missing or missing == rows or seen.column.kind == "constant":
        return
    facts: dict[str, Any] = {"share": missing / rows, "missing": missing, "rows": rows}
    blank = seen.reading.blank
    rule = MANY if missing >= MOSTLY * rows else WORDS if blank.any() else SOME
    if rule is WORDS:
        facts["words"] = seen.reading.cells.texts.filter(pa.array(blank)).slice(0, 3).to_pylist()
        facts["cells"] = int(seen.reading.cells.counts[blank].sum())
    yield Hit(rule, seen.name, facts, _rows(seen))


def _rows(seen: Seen) -> tuple[int, ...]:
    gone = np.append(seen.reading.blank, True)
    return tuple(int(row) for row in np.flatnonzero(gone[seen.reading.cells.codes])[:20])
