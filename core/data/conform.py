"""A later file brought to the contract of the table that a model was made from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.data.cells import MISSING_WORDS, NO_NUMBERS, Cells, among, cells
from core.data.dates import dates
from core.data.numbers import LARGEST, numbers
from core.data.reading import MOST_EXACT, MOST_LEVELS
from core.data.table import Column, Finding, Schema
from core.errors import Problem
from core.words import N_, Message

_PLAIN_DAY = re.compile(r"(?!.*%[bpz])(?=.*%[yY])(?=.*%m)(?=.*%d)")
"""Patterns that ``strptime`` reads as the reader of whole columns does: a full day, no names, no zones."""
FEW = 16
"""Up to so many rows, cells are read one by one: a what-if waits for it."""
MOST_NAMES = 10
MOST_LOOKED_AT = 20_000
"""New categories that are compared with the known ones."""


def conform(raw: pd.DataFrame, schema: Schema) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Rows of a later file as the contract says.

    Args:
        raw: cells as text, or typed already; columns in any order, more than needed is no harm.
        schema: the columns that are needed, every one of them.

    Returns:
        The frame with the schema's columns in its order, dtypes as documented on ``Table``, the index of ``raw``;
        and what had to be said: columns found under a like name or left out, cells that could not be read,
        categories not seen before (kept as they are).

    Raises:
        Problem: columns are missing; names them and the closest ones found.
    """
    found, findings = _matched([str(name) for name in raw.columns], schema)
    arrays: dict[str, Any] = {}
    plain = raw.columns.is_unique  # a column by its name is quicker than by its place
    for column in schema.columns:
        place = found[column.name]
        series = raw[raw.columns[place]] if plain else raw.iloc[:, place]
        values = _few(series, column) if len(raw) <= FEW else None
        if values is None or (column.kind == "category" and not _all_known(column, values)):
            values, notes = _whole(series, column)
            findings += notes
        arrays[column.name] = values
    return pd.DataFrame(arrays, index=raw.index, copy=False), tuple(findings)


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()


def _matched(names: Sequence[str], schema: Schema) -> tuple[dict[str, int], list[Finding]]:
    """The place of each of the schema's columns, and what is to be said about the names."""
    places = {name: place for place, name in reversed(list(enumerate(names)))}
    found = {name: places[name] for name in schema.names if name in places}
    if len(found) == len(schema.names):
        return found, _extra(names, found)
    taken = set(found.values())
    loose = {_key(name): place for place, name in reversed(list(enumerate(names))) if place not in taken}
    alike = {name: loose[_key(name)] for name in schema.names if name not in found and _key(name) in loose}
    found |= alike
    missing = [name for name in schema.names if name not in found]
    if missing:
        raise _absent(missing, [name for place, name in enumerate(names) if place not in set(found.values())])
    note = Message(
        N_("{n:count} {n:column was/columns were} found under a slightly different name: {columns:list}."),
        {"n": len(alike), "columns": _few_names([names[place] for place in alike.values()])},
    )
    return found, [Finding("renamed_columns", "note", note), *_extra(names, found)]


def _extra(names: Sequence[str], found: dict[str, int]) -> list[Finding]:
    used = set(found.values())
    extra = [name for place, name in enumerate(names) if place not in used]
    if not extra:
        return []
    text = N_("{n:count} {n:column is/columns are} not needed and left out: {columns:list}.")
    return [Finding("extra_columns", "note", Message(text, {"n": len(extra), "columns": _few_names(extra)}))]


def _absent(missing: Sequence[str], others: Sequence[str]) -> Problem:
    keys = {_key(name): name for name in others}
    near = [keys[key] for name in missing for key in get_close_matches(_key(name), list(keys), n=1, cutoff=0.6)]
    facts = {"n": len(missing), "columns": _few_names(missing)}
    if near:
        return Problem(
            N_(
                "The file lacks {n:count} {n:column/columns} that the model needs: {columns:list}. The closest names "
                "in "
                "it are {closest:list}. Rename them in the file, or choose another file."
            ),
            **facts,
            closest=_few_names(list(dict.fromkeys(near))),
        )
    return Problem(
        N_(
            "The file lacks {n:count} {n:column/columns} that the model needs: {columns:list}. Add what is missing, "
            "or choose another file."
        ),
        **facts,
    )


def _few_names(names: Iterable[str]) -> list[Any]:
    all_names: list[Any] = list(names)
    if len(all_names) <= MOST_NAMES:
        return all_names
    return [*all_names[:MOST_NAMES], Message(N_("{n:count} more"), {"n": len(all_names) - MOST_NAMES})]


def _few(series: pd.Series, column: Column) -> Any | None:
    """A few cells read one by one; None where one of them needs more care than that."""
    kind = series.dtype.kind
    if _numeric(column):
        if kind == "i" and column.whole:
            return series.to_numpy(dtype=np.int64)
        if kind in "fiu":
            return _number_values(series.to_numpy(dtype=np.float64, na_value=np.nan), column)
        read = [_float(cell, column.decimal) for cell in series.tolist()] if kind != "M" else [None]
        return None if None in read else _number_values(np.array(read, dtype=np.float64), column)
    if column.kind == "date":
        return _few_dates(series, column.pattern)
    if kind not in "OTU" and not isinstance(series.dtype, pd.StringDtype):
        return None
    texts = series.tolist()
    read_texts = [_text(cell, column) for cell in texts]
    if False in read_texts:
        return None
    if read_texts == texts and isinstance(series.dtype, pd.StringDtype):
        return series.array
    return pd.array(pa.array(read_texts, pa.large_string()), dtype="str")


def _few_dates(series: pd.Series, pattern: str) -> np.ndarray | None:
    if series.dtype.kind == "M":
        return series.to_numpy().astype("datetime64[us]") if _naive(series) else None
    if series.dtype.kind not in "OTU" and not isinstance(series.dtype, pd.StringDtype):
        return None
    read = [_moment(cell, pattern) for cell in series.tolist()]
    return None if None in read else np.array(read, dtype="datetime64[us]")


def _moment(cell: Any, pattern: str) -> Any | None:
    """The moment of a cell; None where it is not plainly one."""
    if _gone(cell):
        return np.datetime64("NaT", "us")
    if not isinstance(cell, str):
        return None
    try:
        if not pattern:
            found = datetime.fromisoformat(cell.strip()) if cell[4:5] == "-" else None
        else:
            found = datetime.strptime(cell.strip(), pattern) if _PLAIN_DAY.match(pattern) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is None else None


def _naive(series: pd.Series) -> bool:
    return not isinstance(series.dtype, pd.DatetimeTZDtype)


def _gone(cell: Any) -> bool:
    return cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and np.isnan(cell))


def _float(cell: Any, decimal: str) -> float | None:
    """The number of a cell; None where it is not plainly one."""
    if _gone(cell):
        return np.nan
    if isinstance(cell, str) and (decimal != "." or not cell.isascii() or "_" in cell):
        return None
    try:
        number = float(cell)
    except (TypeError, ValueError):
        return None
    return number if abs(number) <= LARGEST else None


def _text(cell: Any, column: Column) -> Any:
    """The text of a cell, None for a missing one, False where it needs more care."""
    if _gone(cell):
        return None
    if not isinstance(cell, str):
        return False
    text = cell.strip()
    if not text:
        return None
    return text if text in column.levels or len(text) > 24 else False


def _numeric(column: Column) -> bool:
    return column.kind == "number" or (column.kind == "constant" and column.low is not None)


def _number_values(values: np.ndarray, column: Column) -> np.ndarray:
    """Whole numbers as such where the contract has them and none is missing."""
    finite = np.abs(values) <= LARGEST
    if not finite.all():
        return np.where(finite, values, np.nan)
    whole = column.whole or column.kind == "constant"
    if whole and (values == np.rint(values)).all() and (np.abs(values) <= MOST_EXACT).all():
        return values.astype(np.int64)
    return values


def _whole(series: pd.Series, column: Column) -> tuple[Any, list[Finding]]:
    """All cells of a column at once, and what could not be read."""
    if _numeric(column) and series.dtype.kind in "fiu":
        return _number_values(series.to_numpy(dtype=np.float64, na_value=np.nan), column), []
    if column.kind == "date" and series.dtype.kind == "M" and _naive(series):
        return series.to_numpy().astype("datetime64[us]"), []
    texts = cells(series)
    blank = among(texts.texts, MISSING_WORDS) & ~_known(texts.texts, column)
    reader = _numbers if _numeric(column) else _dates if column.kind == "date" else _texts
    return reader(texts, column, blank)


def _known(texts: pa.Array, column: Column) -> np.ndarray:
    """Which texts are categories of the contract."""
    known = pc.is_in(texts, value_set=pa.array(column.levels, texts.type))
    return np.asarray(known.to_numpy(zero_copy_only=False), dtype=bool)


def _numbers(texts: Cells, column: Column, blank: np.ndarray) -> tuple[Any, list[Finding]]:
    blank = blank | among(texts.texts, NO_NUMBERS)
    found = numbers(texts.texts, "." if texts.native else column.decimal, column.scale)
    parsed = np.where(blank, np.nan, found.values)
    text = N_(
        "Column {column}: {rows:count} {rows:cell is no number/cells are no numbers} ({examples:list}) and "
        "{rows:is/are} taken as missing."
    )
    findings = _lost("not_number", text, column, texts, ~blank & np.isnan(parsed))
    return _number_values(texts.spread(parsed, np.nan), column), findings


def _dates(texts: Cells, column: Column, blank: np.ndarray) -> tuple[Any, list[Finding]]:
    blank = blank | among(texts.texts, NO_NUMBERS)
    found = dates(texts.texts, column.pattern)
    parsed = found.values
    if column.pattern and not found.good.all():
        parsed = np.where(found.good, parsed, dates(texts.texts, "").values)
    parsed = np.where(blank, np.datetime64("NaT", "us"), parsed)
    text = N_(
        "Column {column}: {rows:count} {rows:cell is no date/cells are no dates} ({examples:list}) and {rows:is/are} "
        "taken as missing."
    )
    findings = _lost("not_date", text, column, texts, ~blank & np.isnat(parsed))
    return texts.spread(parsed, np.datetime64("NaT", "us")), findings


def _texts(texts: Cells, column: Column, blank: np.ndarray) -> tuple[Any, list[Finding]]:
    words, findings = texts.texts, list[Finding]()
    if column.kind == "category" and column.levels:
        words, alike, findings = _respelled(texts, column, ~blank & ~_known(texts.texts, column))
        findings += _new_words(column, texts, ~blank & ~alike & ~_known(texts.texts, column))
    codes = np.append(np.where(blank, -1, np.arange(len(blank))), -1)[texts.codes]
    return pd.array(words.take(pa.array(codes, mask=codes < 0)), dtype="str"), findings


def _spelling(text: str) -> str:
    """What counts when categories are compared; a hyphen does, for A- is not A."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).rstrip(" .。")


def _respelled(texts: Cells, column: Column, new: np.ndarray) -> tuple[pa.Array, np.ndarray, list[Finding]]:
    """The texts with new ones as the contract spells them, where only case, width, blanks or a full stop differ.

    Which texts were changed is a mask ``(n_texts,)``.
    """
    alike = np.zeros(len(new), dtype=bool)
    if not new.any() or len(column.levels) >= MOST_LEVELS:
        return texts.texts, alike, []
    groups: dict[str, list[str]] = {}
    for level in column.levels:
        groups.setdefault(_spelling(level), []).append(level)
    words = texts.texts.to_pylist()
    for place in np.flatnonzero(new)[:MOST_LOOKED_AT]:
        known = groups.get(_spelling(words[place]), [])
        if len(known) == 1:
            words[place], alike[place] = known[0], True
    if not alike.any():
        return texts.texts, alike, []
    facts = {"column": column.name, "rows": int(texts.counts[alike].sum()), "examples": _examples(texts, alike)}
    text = N_(
        "Column {column}: {rows:count} {rows:cell is/cells are} spelled a little differently than before "
        "({examples:list}) and {rows:was/were} taken for the same."
    )
    found = Finding("respelled", "warning", Message(text, facts), None, column.name, texts.rows(alike))
    return pa.array(words, texts.texts.type), alike, [found]


def _lost(code: str, text: str, column: Column, texts: Cells, lost: np.ndarray) -> list[Finding]:
    if not lost.any():
        return []
    facts = {"column": column.name, "rows": int(texts.counts[lost].sum()), "examples": _examples(texts, lost)}
    cure = Message(N_("Correct them in the file if the values are known."))
    return [Finding(code, "warning", Message(text, facts), cure, column.name, texts.rows(lost))]


def _new_words(column: Column, texts: Cells, new: np.ndarray) -> list[Finding]:
    rows = int(texts.counts[new].sum())
    if not rows or len(column.levels) >= MOST_LEVELS:
        return []  # the contract lists only the most frequent categories: those it lacks may have been seen
    facts = {"column": column.name, "rows": rows, "examples": _examples(texts, new)}
    text = N_("Column {column}: {rows:count} {rows:row holds/rows hold} categories not seen before ({examples:list}).")
    cure = Message(N_("The model treats them as unknown. Check the spelling."))
    return [Finding("unseen_category", "note", Message(text, facts), cure, column.name, texts.rows(new))]


def _examples(texts: Cells, marked: np.ndarray) -> list[str]:
    return [text[:40] for text in texts.texts.filter(pa.array(marked)).slice(0, 3).to_pylist()]


def _all_known(column: Column, values: Any) -> bool:
    """Whether a few cells, too long to be words for "missing", are categories of the contract."""
    return all(value in column.levels for value in values if isinstance(value, str))
