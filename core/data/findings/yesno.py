"""Yes and no written in several ways: yes, Y, TRUE, 是."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.data.findings.finder import Hit, Rule, Seen
from core.data.findings.levels import folded
from core.data.table import Repair
from core.words import N_

YES = frozenset({"yes", "y", "true", "t", "1", "是", "有", "√"})
NO = frozenset({"no", "n", "false", "f", "0", "否", "无", "没有", "×"})
MOST = 12
MIXED = Rule(
    "yes_no",
    "warning",
    N_("Column {column}: yes and no are written in several ways ({examples:list})."),
    N_("{n:count} columns write yes and no in several ways: {columns:list}."),
    N_("Merge them into one “yes” and one “no”."),
)


def column(seen: Seen) -> Iterator[Hit]:
    """Whether all categories mean yes or no, and one of both has several words."""
    if seen.column.kind != "category" or not 3 <= seen.profile.distinct <= MOST:
        return
    counts = seen.reading.counts
    texts = {int(place): seen.reading.cells.texts[int(place)].as_py() for place in np.flatnonzero(counts)}
    sides = [{p: text for p, text in texts.items() if folded(text) in words} for words in (YES, NO)]
    if len(sides[0]) + len(sides[1]) < len(texts) or not all(len(set(map(folded, side.values()))) for side in sides):
        return
    if max(len(set(map(folded, side.values()))) for side in sides) < 2:
        return  # they differ in case only: that is a matter of spelling
    spellings: dict[str, str] = {}
    for side in sides:
        best = max(side, key=lambda place: int(counts[place]))
        spellings |= {text: side[best] for place, text in side.items() if place != best}
    rare = np.isin(np.arange(len(counts)), [place for place, text in texts.items() if text in spellings])
    facts = {"examples": list(texts.values())[:6]}
    yield Hit(
        MIXED, seen.name, facts, seen.reading.cells.rows(rare), (Repair("merge", seen.name, spellings=spellings),)
    )
