"""Texts as weighted terms: words and pairs of words, and runs of characters (which need no list of words, so Chinese
works as it is). Fitted with scikit-learn, stored as vocabulary and weights, rebuilt from them.

Weights are term frequency (1 + log) times inverse document frequency (Salton and Buckley, 1988,
doi:10.1016/0306-4573(88)90021-0); every row has length 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

CHARACTERS = 1_000
"""Of each cell at most this many are read: what a text is about stands at its beginning."""
FIT_ROWS = 20_000
TOPICS = 32
"""Latent topics at most; also at most a quarter of the rows."""


@dataclass(frozen=True)
class Terms:
    """One way of cutting texts, its vocabulary in column order and the weight of each term."""

    analyzer: Literal["word", "char", "char_wb"]
    shortest: int
    longest: int
    terms: tuple[str, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True)
class Words:
    """One text column."""

    column: str
    kinds: tuple[Terms, ...]

    @property
    def width(self) -> int:
        return sum(len(kind.terms) for kind in self.kinds)


@dataclass(frozen=True, eq=False)
class Topics:
    """Latent topics of one text column: affine in its terms (Deerwester et al., 1990).

    Both fields are plain arrays: a store keeps them as such.
    """

    components: np.ndarray
    """(n_terms, width) float32."""
    centre: np.ndarray
    """(width,) float32: the mean over the training rows."""

    @property
    def width(self) -> int:
        return int(self.components.shape[1])

    def vectors(self, terms: csr_matrix) -> np.ndarray:
        """(n, n_terms) weights of terms -> (n, width) float32, about standard over the training rows."""
        return np.asarray(terms @ self.components - self.centre, dtype=np.float32)


def fit_topics(terms: csr_matrix, seed: int = 0, most: int = TOPICS) -> Topics:
    """Up to ``most`` topics: the right singular vectors of the training rows' terms, by random projection.

    Halko, Martinsson and Tropp, 2011, doi:10.1137/090771806. A topic that does not vary is left out.
    """
    from sklearn.utils.extmath import randomized_svd

    width = min(most, terms.shape[1] - 1, terms.shape[0] // 4)
    if width < 1 or not terms.nnz:
        return Topics(np.zeros((terms.shape[1], 0), dtype=np.float32), np.zeros(0, dtype=np.float32))
    _, _, found = randomized_svd(terms, width, n_iter=4, random_state=seed)
    raw = terms @ found.T
    spread = raw.std(axis=0)
    kept = spread > 1e-3
    components = found[kept].T / spread[kept]
    return Topics(components.astype(np.float32), (raw.mean(axis=0)[kept] / spread[kept]).astype(np.float32))


def fit_text(column: pd.Series, limit: int = 20_000) -> Words:
    """The vocabulary of a column: the ``limit`` most frequent terms of each way of cutting that occur twice or more."""
    cells = _cells(column[:FIT_ROWS] if len(column) > FIT_ROWS else column)
    lowest = 2 if len(cells) < 5_000 else 3
    ways: list[tuple[Any, int, int]] = [("word", 1, 2), ("char", 1, 3) if chinese(cells) else ("char_wb", 3, 5)]
    kinds = [_fit(cells, *way, limit // len(ways), lowest) for way in ways]
    return Words(str(column.name), tuple(kind for kind in kinds if kind.terms))


def encode_text(column: pd.Series, words: Words) -> csr_matrix:
    """(n, n_terms) float32 weights; the row of a missing or wholly unknown text is zero."""
    from scipy.sparse import csr_matrix, hstack

    cells = _cells(column)
    blocks = [_weigh(_counter(kind).transform(cells), np.array(kind.weights)) for kind in words.kinds]
    if not blocks:
        return csr_matrix((len(cells), 0), dtype=np.float32)
    joined = csr_matrix(hstack(blocks, format="csr"), dtype=np.float32)
    joined.data *= np.float32(1 / np.sqrt(len(blocks)))
    return joined


def chinese(cells: list[str]) -> bool:
    """True where more than a fifth of the characters are ideographs or kana."""
    sample = "".join(cells[:500])
    return sum("\u3040" <= sign <= "\u9fff" for sign in sample) > 0.2 * max(1, len(sample))


def _cells(column: pd.Series) -> list[str]:
    return ["" if gone else str(cell)[:CHARACTERS] for cell, gone in zip(column, column.isna(), strict=True)]


def _fit(cells: list[str], analyzer: Any, shortest: int, longest: int, limit: int, lowest: int) -> Terms:
    from sklearn.feature_extraction.text import CountVectorizer

    counter = CountVectorizer(analyzer=analyzer, ngram_range=(shortest, longest), min_df=lowest, max_features=limit)
    try:
        counts = counter.fit_transform(cells)
    except ValueError:  # no term occurs often enough
        return Terms(analyzer, shortest, longest, (), ())
    frequency = np.asarray((counts > 0).sum(axis=0)).ravel()
    weights = np.log((1 + len(cells)) / (1 + frequency)) + 1
    terms = sorted(counter.vocabulary_, key=counter.vocabulary_.__getitem__)
    return Terms(analyzer, shortest, longest, tuple(terms), tuple(float(w) for w in weights))


def _counter(kind: Terms) -> Any:
    from sklearn.feature_extraction.text import CountVectorizer

    span = (kind.shortest, kind.longest)
    vocabulary = {term: place for place, term in enumerate(kind.terms)}
    return CountVectorizer(analyzer=kind.analyzer, ngram_range=span, vocabulary=vocabulary)


def _weigh(counts: Any, weights: np.ndarray) -> csr_matrix:
    from scipy.sparse import csr_matrix

    weighed = csr_matrix(counts, dtype=np.float64)
    weighed.data = (1 + np.log(weighed.data)) * weights[weighed.indices]
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    scale = np.repeat(1 / np.where(lengths > 0, lengths, 1), np.diff(weighed.indptr))
    weighed.data *= scale
    return weighed
