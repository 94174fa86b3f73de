"""Single words of a free text that alone give the answer: "discharged to the mortuary"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import pandas as pd

from core.data.single import RISK, Single, bounds, ends

ROWS = 5_000
CHARACTERS = 2_000
"""Of each text, so many are read."""
WORDS = 5_000
"""The most frequent words that are tried."""
FEWEST = 10
"""Rows with the word, and rows without it, below which it is not tried."""
_WORD = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+")


@dataclass(frozen=True)
class Phrase:
    """The word of a column that knows most, and how much."""

    word: str
    single: Single


def best_word(texts: pd.Series, answer: pd.Series, rows: np.ndarray) -> Phrase | None:
    """The word (or pair of Chinese characters) whose presence tells one answer from the rest best.

    Args:
        texts: the column.
        answer: labels, aligned with ``texts``.
        rows: places of the rows to use, none with a missing answer; of more than ``ROWS`` every n-th is read.
    """
    rows = rows[:: max(1, -(-len(rows) // ROWS))]
    classes, names = pd.factorize(answer.iloc[rows])
    words, row, word = _words(texts.iloc[rows])
    count = np.bincount(word, minlength=len(words))
    fit = np.flatnonzero((count >= FEWEST) & (count <= len(rows) - FEWEST))
    fit = fit[np.argsort(-count[fit], kind="stable")][:WORDS]
    if not len(fit) or len(names) < 2:
        return None
    of_class = np.bincount(classes, minlength=len(names))
    hits = np.bincount(word * len(names) + classes[row], minlength=len(words) * len(names)).reshape(-1, len(names))[fit]
    found = hits / of_class
    elsewhere = (hits.sum(axis=1, keepdims=True) - hits) / (len(rows) - of_class)
    areas = 0.5 + np.abs(found - elsewhere) / 2
    best, label = np.unravel_index(int(areas.argmax()), areas.shape)
    present = np.zeros(len(rows))
    present[row[word == fit[best]]] = 1
    z = NormalDist().inv_cdf(1 - RISK / areas.size)
    score = float(areas[best, label])
    luck, sure = bounds(score, float(of_class[label]), float(len(rows) - of_class[label]), z)
    evidence = ends(present, texts.index.to_numpy()[rows])
    return Phrase(words[fit[best]], Single(score, luck, sure, evidence))


def _words(texts: pd.Series) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The distinct words, and for each occurrence in a row (counted once) its row and its word, as numbers."""
    number: dict[str, int] = {}
    row, word = [], []
    for place, text in enumerate(texts.fillna("")):
        said = {piece for match in _WORD.finditer(text[:CHARACTERS].casefold()) for piece in _pieces(match.group())}
        row += [place] * len(said)
        word += [number.setdefault(one, len(number)) for one in sorted(said)]
    return list(number), np.array(row, dtype=np.int64), np.array(word, dtype=np.int64)


def _pieces(word: str) -> list[str]:
    """A word as it is; a run of Chinese characters as its pairs."""
    if "\u3400" <= word[0] <= "\u9fff":
        return [one + other for one, other in pairwise(word)] or [word]
    return [word]
