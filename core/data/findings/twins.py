"""Columns that say the same as another."""

from __future__ import annotations

from collections.abc import Iterator

from core.data.findings.finder import Hit, Rule, View
from core.words import N_

MOST = 10
SAME = Rule(
    "same_columns",
    "note",
    N_("Column {column} says the same as {other}: each value of one goes with one value of the other."),
    N_("{n:count} columns say the same as another column: {columns:list}."),
    N_("Keep one of them; otherwise the reasons are shared between both."),
    N_("Keep one of each; otherwise the reasons are shared between both."),
)


def table(view: View) -> Iterator[Hit]:
    """Columns whose equal cells stand in the same rows as those of an earlier one."""
    first: dict[bytes, str] = {}
    for column in view.columns:
        profile = view.profiles[column.name]
        if column.aside is not None or profile.distinct < 2 or column.kind == "text":
            continue
        if profile.distinct > 0.9 * len(view.frame):
            continue  # where every row differs, any two columns go together
        pattern = view.patterns[column.name]
        if pattern in first:
            yield Hit(SAME, column.name, {"other": first[pattern]})
        else:
            first[pattern] = column.name
