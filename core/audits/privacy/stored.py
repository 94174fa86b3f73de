"""What the files of a model hold of single people: whoever is given the model can read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.data.ordered import ordered
from core.learn.text import WORD, cells_of

if TYPE_CHECKING:
    import pandas as pd

    from core.audits.subject import Subject

MOST_TEXTS = 20_000
"""Texts in which words of the vocabulary are counted."""


@dataclass(frozen=True)
class Stored:
    """What one column left in the files."""

    column: str
    singles: int
    """Categories, or words, that stand in one row only."""
    all: int


def categories(subject: Subject) -> tuple[Stored, ...]:
    """Columns of categories of which some stand in one row only, and are kept by name."""
    found = []
    for column in subject.model.schema.columns:
        if ordered(column) or column.kind == "text" or column.name not in subject.learnt.frame:
            continue
        cells = subject.learnt.frame[column.name].dropna().astype(str)
        counts = cells.value_counts()
        singles = sum(int(counts.get(level, 0)) == 1 for level in column.levels)
        if singles:
            found.append(Stored(column.name, singles, len(column.levels)))
    return tuple(found)


def words(subject: Subject) -> tuple[Stored, ...]:
    """Columns of texts of whose words some stand in one text only, and are kept in the vocabulary."""
    preparation = subject.model.preparation
    found = []
    for held in preparation.texts if preparation is not None else ():
        terms = {term for kind in held.kinds if kind.analyzer == "word" for term in kind.terms if " " not in term}
        singles = _singles(subject.learnt.frame[held.column], terms) if terms else 0
        if singles:
            found.append(Stored(held.column, singles, len(terms)))
    return tuple(found)


def rows(subject: Subject) -> int:
    """Rows of the table that the files hold as they are, to explain answers with."""
    return len(subject.model.background)


def _singles(column: pd.Series, terms: set[str]) -> int:
    from sklearn.feature_extraction.text import CountVectorizer

    order = sorted(terms)
    pattern = {"token_pattern": WORD}
    counter = CountVectorizer(vocabulary=order, binary=True, **pattern)
    texts = cells_of(column)[:MOST_TEXTS]
    return int((np.asarray(counter.transform(texts).sum(axis=0)).ravel() == 1).sum())
