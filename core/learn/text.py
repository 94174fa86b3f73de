"""Texts as weighted terms: words and pairs of words, and runs of characters (which need no list of words, so Chinese
works as it is). Fitted with scikit-learn, stored as vocabulary and weights, rebuilt from them.

Weights are term frequency (1 + log) times inverse document frequency (Salton and Buckley, 1988,
doi:10.1016/0306-4573(88)90021-0); every row has length 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from core.data.personal import mask

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

CHARACTERS = 10_000
"""Of each cell at most this many are read: what a text is about stands at its beginning."""
RUN_CHARACTERS = 2_000
"""Of these, so many are cut into runs of characters: there are many more of them than words, and words go on."""
FIT_ROWS = 20_000
FIT_CHARACTERS = 10_000_000
"""Terms are chosen on at most so many rows, and characters."""
FEW_ROWS = 1_000
CHINESE_WORDS = 0.5
"""Length of the words' part beside runs of characters: what stands between blanks is seldom a word there."""
WORD = r"(?u)\b\w+\b"
NARROW = {0xFF01 + place: 0x21 + place for place in range(94)} | {0x3000: 0x20}
"""Full-width signs are read as those they stand for; each stays one sign, so that places in a text stay true."""
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
    length: float = 1.0
    """Of the part of a row that these terms are, before the parts are laid together."""


@dataclass(frozen=True)
class Words:
    """One text column."""

    column: str
    kinds: tuple[Terms, ...]
    cut: int = 0
    """Training rows of which only the beginning is read."""

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


def fit_text(column: pd.Series, limit: int = 40_000) -> Words:
    """The vocabulary of a column: the most frequent terms of both ways of cutting, ``limit`` in all.

    A term occurs at least twice; in fewer than 1,000 rows a word that occurs once counts too.
    """
    every = cells_of(column)
    cells = _drawn(every)
    lowest = 1 if len(cells) < FEW_ROWS else 2
    dense = chinese(cells)
    words = _fit(cells, "word", 1, 2, limit // 2, lowest)
    runs: tuple[Any, int, int] = ("char", 1, 3) if dense else ("char_wb", 3, 5)
    kinds = (
        replace(words, length=CHINESE_WORDS if dense else 1.0),
        _fit(cells, *runs, limit - len(words.terms), 2),
    )
    cut = sum(len(cell) >= CHARACTERS for cell in every)
    return Words(str(column.name), tuple(kind for kind in kinds if kind.terms), cut)


def encode_text(column: pd.Series, words: Words) -> csr_matrix:
    """(n, n_terms) float32 weights; the row of a missing or wholly unknown text is zero."""
    from scipy.sparse import csr_matrix, hstack

    cells = cells_of(column)
    blocks = [_weigh(_counts(kind, cells), np.array(kind.weights)) * kind.length for kind in words.kinds]
    if not blocks:
        return csr_matrix((len(cells), 0), dtype=np.float32)
    joined = csr_matrix(hstack(blocks, format="csr"), dtype=np.float32)
    joined.data *= np.float32(1 / np.sqrt(sum(kind.length**2 for kind in words.kinds)))
    return joined


def chinese(cells: list[str]) -> bool:
    """True where more than a fifth of the characters are ideographs or kana."""
    sample = "".join(cell[:1_000] for cell in cells[:500])
    return sum("\u3040" <= sign <= "\u9fff" for sign in sample) > 0.2 * max(1, len(sample))


def cells_of(column: pd.Series) -> list[str]:
    """The texts as they are read: without their ends where they are very long, missing ones empty, full-width signs as
    narrow ones, personal data masked, so that none of them becomes a term."""
    return [
        "" if gone else mask(str(cell)[:CHARACTERS].translate(NARROW), whole=False)
        for cell, gone in zip(column, column.isna(), strict=True)
    ]


def _drawn(cells: list[str]) -> list[str]:
    """Cells from all over the column, few enough to choose terms on quickly."""
    step = max(1, -(-len(cells) // FIT_ROWS), -(-sum(len(cell) for cell in cells) // FIT_CHARACTERS))
    return cells[::step]


def _fit(cells: list[str], analyzer: Any, shortest: int, longest: int, limit: int, lowest: int) -> Terms:
    try:
        counter = _counter(analyzer, shortest, longest, min_df=lowest, max_features=limit)
        counts = counter.fit_transform(_shortened(cells, analyzer))
    except ValueError:  # no term occurs often enough
        return Terms(analyzer, shortest, longest, (), ())
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    weights = np.log((1 + len(cells)) / (1 + frequency)) + 1
    terms = sorted(counter.vocabulary_, key=counter.vocabulary_.__getitem__)
    return Terms(analyzer, shortest, longest, tuple(terms), tuple(float(w) for w in weights))


def _counts(kind: Terms, cells: list[str]) -> Any:
    vocabulary = {term: place for place, term in enumerate(kind.terms)}
    counter = _counter(kind.analyzer, kind.shortest, kind.longest, vocabulary=vocabulary)
    return counter.transform(_shortened(cells, kind.analyzer))


def _shortened(cells: list[str], analyzer: str) -> list[str]:
    """For runs of characters the beginning only; where words have no blanks between them, without any blanks."""
    if analyzer == "word":
        return cells
    if analyzer == "char":
        cells = ["".join(cell.split()) for cell in cells]
    return [cell[:RUN_CHARACTERS] for cell in cells]


def _counter(analyzer: str, shortest: int, longest: int, **settings: Any) -> Any:
    from sklearn.feature_extraction.text import CountVectorizer

    pattern = {"token_pattern": WORD} if analyzer == "word" else {}
    return CountVectorizer(analyzer=analyzer, ngram_range=(shortest, longest), **pattern, **settings)


def _weigh(counts: Any, weights: np.ndarray) -> csr_matrix:
    from scipy.sparse import csr_matrix

    weighed = csr_matrix(counts, dtype=np.float64)
    weighed.data = (1 + np.log(weighed.data)) * weights[weighed.indices]
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    scale = np.repeat(1 / np.where(lengths > 0, lengths, 1), np.diff(weighed.indptr))
    weighed.data *= scale
    return weighed
