"""From typed rows to inputs: numbers with their bins, categories as codes, parts of dates, words of texts.

Nouns and the verb ``encode``; ``core.learn.plan`` makes them from training rows. Everything here is plain values, so
that a preparation is stored as JSON and rebuilt without running code from a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from core.learn.encoder import Reader
from core.learn.text import Topics, Words, cells_of, encode_text

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

MISSING, OTHER, FIRST_LEVEL = 0, 1, 2
"""Codes of a category: no value; rare or never seen; then the levels."""
FEW = 16
"""Up to so many rows, categories are looked up cell by cell."""


@dataclass(frozen=True)
class Number:
    """One input that is a number: a column, or a part of a date."""

    column: str
    part: Literal["", "days", "year", "hour"]
    fill: float
    """Median of the training rows; stands in for a missing value."""
    mean: float
    scale: float
    """Standard deviation; 1 where there is none."""
    low: float
    high: float
    """Values further outside the training range than the range is wide are drawn in to that."""
    edges: tuple[float, ...]
    """Bin edges, rising, at least two."""
    scores: tuple[float, ...]
    """Normal score (standard deviations) of each edge by its rank."""
    missing: bool
    """Some training row had no value."""


@dataclass(frozen=True)
class Levels:
    """One input that is a category: a column, or a part of a date."""

    column: str
    part: Literal["", "month", "weekday"]
    levels: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Encoded:
    """Rows as inputs; cut with ``rows[start:stop]`` or ``rows[row_positions]``."""

    numbers: np.ndarray
    """(n, n_numbers) float64, NaN for missing."""
    codes: np.ndarray
    """(n, n_categories) int32."""
    texts: tuple[csr_matrix, ...]
    """Per text column (n, n_terms) float32, rows of length 1."""
    columns: int
    """Original columns, for ``shape``."""
    vectors: tuple[np.ndarray, ...] = ()
    """Per text column (n, width) float32: what the text is about in a few figures, for nets and trees: latent topics of
    its terms, or what an encoder makes of it; each figure about standard over the training rows."""

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.numbers), self.columns

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, rows: Any) -> Encoded:
        texts, vectors = (tuple(part[rows] for part in parts) for parts in (self.texts, self.vectors))
        return Encoded(self.numbers[rows], self.codes[rows], texts, self.columns, vectors)


@dataclass(frozen=True)
class Grid:
    """Numbers as the first layers take them; (n, n_numbers) each."""

    standard: np.ndarray
    """float32, standardised; missing as the median."""
    bins: np.ndarray
    """int32, place in the bins of all numbers laid end to end."""
    share: np.ndarray
    """float32 in [0, 1]: how far into the bin."""
    missing: np.ndarray
    """bool."""


@dataclass(frozen=True)
class Preparation:
    """How the features become inputs."""

    features: tuple[str, ...]
    numbers: tuple[Number, ...]
    levels: tuple[Levels, ...]
    texts: tuple[Words, ...]
    topics: tuple[Topics, ...] = ()
    """Per text column; its fields are arrays."""
    reader: Reader | None = None
    """A pretrained encoder, whose vectors then stand in place of the topics."""

    def encode(self, frame: pd.DataFrame) -> Encoded:
        """Typed, repaired rows -> inputs, a row for a row."""
        numbers = np.empty((len(frame), len(self.numbers)))
        plain = [place for place, number in enumerate(self.numbers) if not number.part]
        numbers[:, plain] = plain_numbers(frame[[self.numbers[place].column for place in plain]])
        for place, number in enumerate(self.numbers):
            if number.part:
                numbers[:, place] = date_number(frame[number.column], number.part)
        codes = np.empty((len(frame), len(self.levels)), dtype=np.int32)
        for place, levels in enumerate(self.levels):
            column = frame[levels.column]
            if len(frame) <= FEW and not levels.part:
                codes[:, place] = _few_codes(column, self._places[place])
            else:
                codes[:, place] = _codes(column, levels, self._index[place])
        texts = tuple(encode_text(frame[words.column], words) for words in self.texts)
        return Encoded(numbers, codes, texts, len(self.features), self._vectors(frame, texts))

    def _vectors(self, frame: pd.DataFrame, texts: tuple[csr_matrix, ...]) -> tuple[np.ndarray, ...]:
        reader = self.reader
        if reader is None:
            return tuple(topics.vectors(terms) for terms, topics in zip(texts, self.topics, strict=True))
        columns = (cells_of(frame[words.column]) for words in self.texts)
        return tuple(reader.vectors(place, cells) for place, cells in enumerate(columns))

    def grid(self, numbers: np.ndarray, binned: bool = True) -> Grid:
        """Numbers of ``encode`` -> standardised, and their places in the bins (zeros where these are not asked)."""
        missing = np.isnan(numbers)
        filled = np.where(missing, self._array("fill"), numbers)
        low, high = self._array("low"), self._array("high")
        reach = high - low
        filled = np.clip(filled, low - reach, high + reach)
        standard = ((filled - self._array("mean")) / self._array("scale")).astype(np.float32)
        bins = np.zeros(numbers.shape, dtype=np.int32)
        share = np.zeros(numbers.shape, dtype=np.float32)
        for place, edges in enumerate(self._edges if binned else ()):
            local = np.searchsorted(edges, filled[:, place], side="right") - 1
            np.clip(local, 0, len(edges) - 2, out=local)
            inside = (filled[:, place] - edges[local]) / (edges[local + 1] - edges[local])
            share[:, place] = np.clip(inside, 0.0, 1.0)
            bins[:, place] = local + self.bin_starts[place]
        return Grid(standard, bins, share, missing)

    @cached_property
    def bin_starts(self) -> np.ndarray:
        """(n_numbers + 1,) int64: where the bins of each number begin, and how many there are in all."""
        return np.concatenate([[0], np.cumsum([len(number.edges) - 1 for number in self.numbers])]).astype(np.int64)

    @cached_property
    def level_starts(self) -> np.ndarray:
        """(n_categories + 1,) int64: where the codes of each category begin in one table, and its length."""
        sizes = [len(levels.levels) + FIRST_LEVEL for levels in self.levels]
        return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    @property
    def vector_widths(self) -> tuple[int, ...]:
        """Figures per text column in ``Encoded.vectors``."""
        if self.reader is not None:
            return (self.reader.width,) * len(self.texts)
        return tuple(topics.width for topics in self.topics)

    @cached_property
    def owners(self) -> dict[str, np.ndarray]:
        """Place in ``features`` of the column behind each number, category and text."""
        place = {name: index for index, name in enumerate(self.features)}
        return {
            "numbers": np.array([place[number.column] for number in self.numbers], dtype=np.int64),
            "levels": np.array([place[levels.column] for levels in self.levels], dtype=np.int64),
            "texts": np.array([place[words.column] for words in self.texts], dtype=np.int64),
        }

    @cached_property
    def _index(self) -> tuple[pd.Index, ...]:
        return tuple(pd.Index(levels.levels, dtype=object) for levels in self.levels)

    @cached_property
    def _places(self) -> tuple[dict[str, int], ...]:
        """Code of each level, of each category."""
        return tuple({level: FIRST_LEVEL + at for at, level in enumerate(one.levels)} for one in self.levels)

    @cached_property
    def _edges(self) -> tuple[np.ndarray, ...]:
        return tuple(np.array(number.edges) for number in self.numbers)

    @cached_property
    def _arrays(self) -> dict[str, np.ndarray]:
        names = ("fill", "low", "high", "mean", "scale")
        return {name: np.array([getattr(number, name) for number in self.numbers]) for name in names}

    def _array(self, name: str) -> np.ndarray:
        return self._arrays[name]


DAY = np.timedelta64(1, "D")
EPOCH = np.datetime64("1970-01-01")


def plain_numbers(frame: pd.DataFrame) -> np.ndarray:
    """(n, n_columns) float64 cells of columns of numbers; NaN for missing and infinite."""
    if not all(pd.api.types.is_numeric_dtype(dtype) for dtype in frame.dtypes):
        frame = frame.apply(pd.to_numeric, errors="coerce")
    values = frame.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)


def date_number(column: pd.Series, part: str) -> np.ndarray:
    """(n,) days since 1970, the year, or the hour of each date; NaN for missing."""
    if part == "days":
        return np.asarray((column.to_numpy(dtype="datetime64[ns]") - EPOCH) / DAY, dtype=np.float64)
    return np.asarray(getattr(column.dt, part).to_numpy(dtype=np.float64, na_value=np.nan))


def date_level(column: pd.Series, part: str) -> pd.Series:
    """The month (1 to 12) or weekday (0 is Monday) of each date as text; missing stays missing."""
    name = "day_of_week" if part == "weekday" else part
    whole: pd.Series = getattr(column.dt, name).astype("Int64").astype(object)
    return whole.map(str, na_action="ignore")


def _few_codes(column: pd.Series, places: dict[str, int]) -> list[int]:
    """Of ``_codes``, cell by cell: a what-if waits for it."""
    cells = column.tolist()
    absent = [bool(pd.isna(cell)) for cell in cells]
    first = next((cell for cell, gone in zip(cells, absent, strict=True) if not gone), "")
    if not isinstance(first, str):
        cells = [str(cell) for cell in cells]
    return [MISSING if gone else places.get(cell, OTHER) for cell, gone in zip(cells, absent, strict=True)]


def _codes(column: pd.Series, levels: Levels, index: pd.Index) -> np.ndarray:
    if levels.part:
        column = date_level(column, levels.part)
    absent = column.isna().to_numpy()
    cells = column.to_numpy(dtype=object)
    if len(cells) and not all(isinstance(cell, str) for cell in cells[~absent][:1]):
        cells = np.array([cell if gone else str(cell) for cell, gone in zip(cells, absent, strict=True)], dtype=object)
    found = index.get_indexer(pd.Index(cells, dtype=object))
    codes = np.where(found < 0, OTHER, found + FIRST_LEVEL)
    return np.where(absent, MISSING, codes).astype(np.int32)
