"""A column as the file has it: its distinct texts, how often each stands, and where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

MISSING_WORDS = frozenset(
    {"na", "n/a", "n.a.", "n.a", "#n/a", "#na", "<na>", "nan", "nat", "null", "(null)", "\\n", "missing", "n.d."}
    | {"-", "--", "---", "–", "—", ".", "..", "?", "??", "???", "缺失", "缺失值", "无数据", "空", "空值"}
    | {"#div/0!", "#ref!", "#value!", "#name?", "#num!", "#null!", "not available", "not applicable", "no data"}
)
"""What people and programs write for "no value", in lower case."""
UNSURE_WORDS = frozenset(
    {"unknown", "unspecified", "other/unknown", "unkn", "unk", "undefined", "undisclosed", "refused", "not stated"}
    | {"not known", "no answer", "don't know", "prefer not to say", "not specified"}
    | {"未知", "不详", "不明", "未填", "未说明", "保密"}
)
"""Words that say a value is not known and yet are an answer: kept as categories, missing among numbers and dates."""
NO_NUMBERS = UNSURE_WORDS | {"none", "nil", "无"}
"""Words that stand for no value among numbers and dates only."""


@dataclass(frozen=True, eq=False)
class Cells:
    """The distinct texts of a column (trimmed, none empty) and the rows they stand in."""

    texts: pa.Array
    """Distinct texts, ``(n_texts,)``."""
    counts: np.ndarray
    """Rows of each text, ``(n_texts,)``."""
    codes: np.ndarray
    """Per row the number of its text, -1 where the cell is empty, ``(n_rows,)``."""
    native: bool = False
    """The column came with a type of its own (Parquet, a sample), not as text."""

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def empty(self) -> int:
        """Rows without any text."""
        return len(self.codes) - int(self.counts.sum())

    @property
    def filled(self) -> int:
        """Rows with a text."""
        return int(self.counts.sum())

    def rows(self, which: np.ndarray, most: int = 20) -> tuple[int, ...]:
        """The first row numbers whose text is one of those marked in ``which``, a mask over the texts."""
        marked = np.append(which, False)
        return tuple(int(row) for row in np.flatnonzero(marked[self.codes])[:most])

    def spread(self, values: np.ndarray, gap: object) -> np.ndarray:
        """One value per row from one value per text; ``gap`` where the cell is empty."""
        return np.asarray(np.append(values, np.array([gap], dtype=values.dtype))[self.codes])


def cells(series: pd.Series) -> Cells:
    """The cells of one raw column: text, or any native type."""
    native = not isinstance(series.dtype, pd.StringDtype) and series.dtype != object
    encoded = pc.dictionary_encode(_texts(series))
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    raw = encoded.dictionary
    texts = pc.utf8_trim_whitespace(raw)
    counts = np.bincount(codes[codes >= 0], minlength=len(raw))
    changed = pc.not_equal(texts, raw).to_numpy(zero_copy_only=False)
    empty = pc.equal(texts, "").to_numpy(zero_copy_only=False)
    if not changed.any() and not empty.any():
        return Cells(texts, counts, codes, native)
    return _merged(texts, codes, native)


def _merged(texts: pa.Array, codes: np.ndarray, native: bool) -> Cells:
    """Cells after trimming made some texts equal, or empty."""
    again = pc.dictionary_encode(pc.if_else(pc.equal(texts, ""), None, texts))
    target = again.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    codes = np.append(target, np.int32(-1))[codes].astype(np.int32, copy=False)
    counts = np.bincount(codes[codes >= 0], minlength=len(again.dictionary))
    return Cells(again.dictionary, counts, codes, native)


def _texts(series: pd.Series) -> pa.Array:
    if isinstance(series.dtype, pd.StringDtype):
        return pa.array(series, from_pandas=True)
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype(series.cat.categories.dtype)
    if isinstance(series.dtype, pd.DatetimeTZDtype):
        series = series.dt.tz_convert("UTC").dt.tz_localize(None)
    if series.dtype.kind == "m":
        series = series.dt.total_seconds()
    if series.dtype == object:
        return _plain(series)
    try:
        return pc.cast(pa.array(series, from_pandas=True), pa.large_string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
        return _plain(series)


def _plain(series: pd.Series) -> pa.Array:
    """Cells of mixed Python values (lists, dictionaries, numbers beside words) as their text."""
    present = series.notna().to_numpy()
    texts = [str(value) if there else None for value, there in zip(series, present, strict=True)]
    return pa.array(texts, type=pa.large_string())


def lower(texts: pa.Array) -> pa.Array:
    """Texts for comparing: full-width forms folded, lower case."""
    return pc.utf8_lower(pc.utf8_normalize(texts, "NFKC"))


def among(texts: pa.Array, words: frozenset[str]) -> np.ndarray:
    """Which texts are one of the words, whatever their case and width: a mask ``(n_texts,)``."""
    short = pc.less_equal(pc.utf8_length(texts), 24)
    if not pc.any(short).as_py():
        return np.zeros(len(texts), dtype=bool)
    found = pc.is_in(lower(texts), value_set=pa.array(sorted(words), type=texts.type))
    return np.asarray(pc.and_(short, found).to_numpy(zero_copy_only=False), dtype=bool)


def plain(texts: pa.Array) -> pa.Array:
    """Texts with full-width digits and signs in their usual form, blanks around them gone."""
    if pc.all(pc.string_is_ascii(texts)).as_py():
        return texts
    return pc.utf8_trim_whitespace(pc.replace_substring(pc.utf8_normalize(texts, "NFKC"), "−", "-"))
