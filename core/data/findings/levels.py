"""Categories: too many of them, one spelled in several ways, words for "not known"."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.data.cells import UNSURE_WORDS, among
from core.data.findings.finder import Hit, Rule, Seen
from core.data.table import Repair
from core.words import N_

MANY = 50
MOST_LOOKED_AT = 20_000
HIGH = Rule(
    "high_cardinality",
    "note",
    N_("Column {column} has {distinct:count} different categories; {single:count} of them stand in a single row."),
    N_("{n:count} columns have more than 50 categories: {columns:list}."),
    N_("Rare categories are treated as one. Grouping them in the file often helps."),
)
REPEATED = replace(HIGH, one=N_("Column {column} has {distinct:count} different categories."))
SPELLED = Rule(
    "spelling_variants",
    "warning",
    N_(
        "Column {column}: {variants:count} {variants:spelling differs/spellings differ} from another only in "
        "case, blanks or width ({examples:list})."
    ),
    N_("{n:count} columns spell the same category in several ways: {columns:list}."),
    N_("Merge them, unless the difference is meant."),
)
UNSURE = Rule(
    "unsure_words",
    "note",
    N_(
        "Column {column}: {cells:count} {cells:cell says/cells say} {words:list}; that is kept as a category of "
        "its own."
    ),
    N_("In {n:count} columns words such as “unknown” are kept as categories of their own: {columns:list}."),
    N_("If it only means that nobody asked, declare it missing."),
)


def column(seen: Seen) -> Iterator[Hit]:
    """What is odd about the categories of a column."""
    if seen.column.kind != "category":
        return
    counts = seen.reading.counts
    distinct = seen.profile.distinct
    if distinct > MANY:
        single = int((counts == 1).sum())
        yield Hit(HIGH if single else REPEATED, seen.name, {"distinct": distinct, "single": single})
    yield from _spelled(seen, counts)
    unsure = among(seen.reading.cells.texts, UNSURE_WORDS) | _python_none(seen.reading.cells.texts)
    unsure &= counts > 0
    if unsure.any():
        words = seen.reading.cells.texts.filter(pa.array(unsure)).slice(0, 3).to_pylist()
        offers = tuple(Repair("missing", seen.name, codes=(word,)) for word in words)
        facts = {"cells": int(counts[unsure].sum()), "words": words}
        yield Hit(UNSURE, seen.name, facts, seen.reading.cells.rows(unsure), offers)


def _python_none(texts: pa.Array) -> np.ndarray:
    """The word as programs write "no value"; in lower case it is mostly an answer ("none of them")."""
    return np.asarray(pc.equal(texts, "None").to_numpy(zero_copy_only=False), dtype=bool)


def _spelled(seen: Seen, counts: np.ndarray) -> Iterator[Hit]:
    chosen = np.flatnonzero(counts > 0)[:MOST_LOOKED_AT]
    groups: dict[str, list[int]] = defaultdict(list)
    for place, text in zip(chosen, seen.reading.cells.texts.take(pa.array(chosen)).to_pylist(), strict=True):
        groups[folded(text)].append(int(place))
    alike = [group for group in groups.values() if len(group) > 1]
    if not alike:
        return
    texts = seen.reading.cells.texts
    spellings: dict[str, str] = {}
    marked = np.zeros(len(counts), dtype=bool)
    for group in alike:
        best = max(group, key=lambda place: (int(counts[place]), texts[place].as_py().isascii()))
        others = [place for place in group if place != best]
        spellings |= {texts[place].as_py(): texts[best].as_py() for place in others}
        marked[others] = True
    examples = [f"{old} / {new}" for old, new in list(spellings.items())[:3]]
    facts = {"variants": len(spellings), "examples": examples}
    repair = Repair("merge", seen.name, spellings=spellings)
    yield Hit(SPELLED, seen.name, facts, seen.reading.cells.rows(marked), (repair,))


def folded(text: str) -> str:
    """What is left of a text when case, width, and blanks, hyphens and underscores between words are ignored."""
    return re.sub(r"[\s_\-]+", " ", unicodedata.normalize("NFKC", text)).strip(" .").casefold()
