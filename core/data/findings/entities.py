"""Cases that come more than once, and identifiers set aside."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.data.findings.finder import Hit, Rule, Seen
from core.words import N_

LEAST_VALUES = 10
REPEATED = Rule(
    "repeated_entity",
    "warning",
    N_(
        "Column {column} names {distinct:count} different cases in {rows:count} rows: {again:count} of them "
        "come more than once."
    ),
    N_("{n:count} columns name cases that come more than once: {columns:list}."),
    N_("Choose it as the group in the goal, so that the same case is not learned and tested."),
    N_("Choose the one that names a person as the group in the goal."),
)
NAMES = Rule(
    "identifier",
    "note",
    N_("Column {column} only tells rows apart and is set aside. {why}"),
    N_("{n:count} columns only tell rows apart and are set aside: {columns:list}."),
    N_("If it measures something, choose another kind for it."),
    N_("If one of them measures something, choose another kind for it."),
)


def column(seen: Seen) -> Iterator[Hit]:
    """Whether an identifier repeats, or is one for every row."""
    if seen.column.kind != "identifier" or seen.column.aside is None:
        return
    counts = seen.reading.counts
    distinct, filled = int((counts > 0).sum()), int(counts.sum())
    again = int((counts > 1).sum())
    if again and distinct >= LEAST_VALUES and again >= 0.02 * distinct:
        facts = {"distinct": distinct, "rows": filled, "again": again}
        often = np.zeros(len(counts), dtype=bool)
        often[np.argmax(counts)] = True
        yield Hit(REPEATED, seen.name, facts, seen.reading.cells.rows(often))
    elif not seen.traces:
        yield Hit(NAMES, seen.name, {"why": seen.column.aside})
