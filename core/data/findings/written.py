"""How cells are written: numbers that cannot be held, limits, stray words, leading zeros, several units."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from core.data.findings.finder import Hit, Rule, Seen
from core.words import N_

INFINITE = Rule(
    "non_finite",
    "warning",
    N_(
        "Column {column}: {cells:count} {cells:value is/values are} infinite or too large to be a number "
        "({examples:list}) and {cells:is/are} taken as missing."
    ),
    N_("{n:count} columns hold infinite values, taken as missing: {columns:list}."),
    N_("They often come from a division by zero: correct them in the file."),
)
STRAY = Rule(
    "not_number",
    "warning",
    N_(
        "Column {column}: {cells:count} {cells:cell is no number/cells are no numbers} ({examples:list}) and "
        "{cells:is/are} taken as missing."
    ),
    N_("{n:count} columns of numbers hold a few words, taken as missing: {columns:list}."),
    N_("Correct them in the file, or choose the kind “category”."),
)
BOUNDS = Rule(
    "bounds",
    "note",
    N_(
        "Column {column}: {cells:count} {cells:cell is a limit/cells are limits} ({examples:list}), read as "
        "the limit itself."
    ),
    N_("{n:count} columns hold limits such as “<0.5”, read as the limit itself: {columns:list}."),
)
ZEROS = Rule(
    "leading_zeros",
    "note",
    N_("Column {column}: its numbers begin with zeros, so they are kept as text, zeros and all."),
    N_("The numbers of {n:count} columns begin with zeros, so they are kept as text: {columns:list}."),
    N_("If they measure something, choose the kind “number”."),
)
LONG = Rule(
    "precision",
    "warning",
    N_("Column {column}: its numbers have more digits than can be computed with exactly, so they are kept as text."),
    N_(
        "The numbers of {n:count} columns have too many digits to compute with exactly, so they are kept as "
        "text: {columns:list}."
    ),
)
CODES = Rule(
    "codes",
    "note",
    N_("Column {column}: by its name, its {distinct:count} whole numbers are codes; they are treated as categories."),
    N_("By their names, {n:count} columns hold codes; their whole numbers are treated as categories: {columns:list}."),
    N_("If a higher number means more, choose the kind “number”."),
)
UNITS = Rule(
    "mixed_units",
    "warning",
    N_("Column {column}: numbers carry several units or currencies ({units:list}), so they are kept as text."),
    N_("The numbers of {n:count} columns carry several units or currencies: {columns:list}."),
    N_("Convert them to one unit in the file."),
)
SCALE = Rule(
    "scale",
    "note",
    N_("Column {column}: the sign {scale} was taken off the numbers."),
    N_("Signs such as “%” were taken off the numbers of {n:count} columns: {columns:list}."),
)
JSON = Rule(
    "json_cells",
    "warning",
    N_("Column {column}: its cells hold lists or records ({examples:list}), not single values. It is set aside."),
    N_("The cells of {n:count} columns hold lists or records; they are set aside: {columns:list}."),
    N_("Spread them over columns of their own in the file."),
)


def column(seen: Seen) -> Iterator[Hit]:
    """What is odd in the way the cells are written."""
    facts = seen.reading.facts
    if facts.get("zeros"):
        yield Hit(ZEROS, seen.name)
    elif facts.get("long"):
        yield Hit(LONG, seen.name)
    if facts.get("codes"):
        yield Hit(CODES, seen.name, {"distinct": seen.profile.distinct})
    if facts.get("nested"):
        yield Hit(JSON, seen.name, {"examples": [text[:30] for text in seen.profile.examples[:1]]})
    if seen.column.kind == "number" or endless(seen):
        yield from _numbers(seen)
    elif facts.get("units"):
        yield Hit(UNITS, seen.name, {"units": list(facts["units"])[:4]})


def endless(seen: Seen) -> bool:
    """Whether a column holds infinite numbers, or some too large to compute with."""
    infinite = seen.reading.facts.get("infinite")
    return infinite is not None and bool(infinite.any())


def _numbers(seen: Seen) -> Iterator[Hit]:
    facts, cells = seen.reading.facts, seen.reading.cells
    infinite = facts.get("infinite")
    infinite = np.zeros(len(cells.texts), dtype=bool) if infinite is None else infinite
    stray = seen.reading.lost & ~infinite
    for rule, marked in ((INFINITE, infinite), (STRAY, stray), (BOUNDS, facts.get("bounds"))):
        if marked is not None and marked.any():
            examples = [text[:30] for text in cells.texts.filter(pa.array(marked)).slice(0, 3).to_pylist()]
            said = {"cells": int(cells.counts[marked].sum()), "examples": examples}
            yield Hit(rule, seen.name, said, cells.rows(marked))
    if seen.column.scale:
        yield Hit(SCALE, seen.name, {"scale": seen.column.scale})
