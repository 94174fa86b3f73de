"""A grid to a raw frame: names made usable, cells trimmed, empty rows and columns left out; all of it said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.data.formats import grid, report
from core.data.formats.grid import Grid
from core.data.table import Finding
from core.errors import Problem
from core.words import N_

TOTALS = frozenset(
    {
        "total",
        "totals",
        "grand total",
        "subtotal",
        "sum",
        "sums",
        "overall",
        "average",
        "mean",
        "summe",
        "gesamt",
        "totale",
    }
    | {"合计", "总计", "小计", "总和", "总数", "合計", "總計", "平均", "平均值"}
)
BESIDE_SHARE, BESIDE_ROWS = 0.2, 20
GUARDED = re.compile(r"'+[=+\-@\t\r]")
"""Text that an export has protected from being taken for a formula; one apostrophe is ours."""
PLAIN = re.compile(r"'[+-]?[\d.,]+(?:[eE][+-]?\d+)?%?")


def tidy(found: Grid) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """The frame of a grid and what was done to it.

    Raises:
        Problem: there is no row; the given names are not as many as the columns.
    """
    if not found.body.num_rows:
        raise no_rows(found)
    said = list(found.findings)
    body = found.body if found.native else _cleaned(found.body, said)
    body = _without_empty_rows(body, said)
    if not found.native and found.header is not None:
        body = _without_headers(body, found.header, said)
    if not body.num_rows:
        raise no_rows(found)
    body, header = _kept_columns(body, found.header, said)
    names = _named(header, body.num_columns, found.options.names, said)
    frame = body.rename_columns(names).to_pandas(types_mapper=_strings)
    said += _totals(frame, found.native)
    return frame, tuple(said)


def _strings(kind: pa.DataType) -> Any:
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    return pd.StringDtype("pyarrow", na_value=np.nan) if text else None


def no_rows(found: Grid) -> Problem:
    """The refusal of a table without records."""
    names = [cell.strip() for cell in found.header or () if cell.strip()]
    if not names:
        return Problem(
            N_("The file holds no rows of data. Upload one that has at least one row below its column names.")
        )
    return Problem(
        N_("The file has column names ({names:list}) but no rows. Upload one that has rows below its names."),
        names=[grid.shorten(name, 40) for name in names[:8]],
    )


def _cleaned(body: pa.Table, said: list[Finding]) -> pa.Table:
    """Cells without blanks around them, empty ones null, apostrophes of an export taken away."""
    padded = freed = 0
    columns = []
    for column in body.columns:
        bare, changed = _stripped(column)
        bare, opened = _opened(bare)
        padded, freed = padded + changed, freed + opened
        columns.append(bare)
    if padded:
        said.append(
            report.finding("padded", "note", N_("Blanks around {n:count} {n:cell/cells} were removed."), n=padded)
        )
    if freed:
        text = N_("{n:count} {n:cell/cells} began with an apostrophe that protects from formulas; it was taken away.")
        said.append(report.finding("apostrophe", "note", text, n=freed))
    return pa.Table.from_arrays(columns, names=body.column_names)


def _stripped(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, int]:
    bare = pc.utf8_trim_whitespace(column)
    changed = pc.sum(pc.not_equal(pc.binary_length(column), pc.binary_length(bare))).as_py() or 0
    if not changed:
        bare = column  # the trimmed copy would only cost memory
    if pc.any(pc.equal(pc.binary_length(bare), 0)).as_py():
        bare = pc.if_else(pc.equal(bare, ""), pa.scalar(None, bare.type), bare)
    return bare, changed


def _opened(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, int]:
    marks = pc.starts_with(column, "'")
    if not pc.any(marks).as_py():
        return column, 0
    guarded = pc.fill_null(pc.match_substring_regex(column, f"(?s)^{GUARDED.pattern}"), False)
    guarded = pc.and_(guarded, pc.invert(pc.fill_null(pc.match_substring_regex(column, f"^{PLAIN.pattern}$"), False)))
    count = pc.sum(guarded).as_py() or 0
    return pc.if_else(guarded, pc.utf8_slice_codeunits(column, 1), column) if count else column, count


def _without_empty_rows(body: pa.Table, said: list[Finding]) -> pa.Table:
    empty = None
    for column in body.columns:
        here = pc.is_null(column)
        empty = here if empty is None else pc.and_(empty, here)
        if not pc.any(empty).as_py():
            return body
    count = pc.sum(empty).as_py()
    before = next((item for item in said if item.code == "read_blank_lines"), None)
    if before is not None:
        said.remove(before)
        count += before.message.facts["n"]
    said.append(report.blank_lines(count))
    return body.filter(pc.invert(empty))


def _without_headers(body: pa.Table, header: tuple[str, ...], said: list[Finding]) -> pa.Table:
    """Without rows that repeat the header, as files have that were put together from several."""
    same = None
    for column, name in zip(body.columns, header, strict=True):
        bare = name.strip()
        here = pc.fill_null(pc.equal(column, bare), False) if bare else pc.is_null(column)
        same = here if same is None else pc.and_(same, here)
        if not pc.any(same).as_py():
            return body
    count = pc.sum(same).as_py()
    text = N_("{n:count} {n:row/rows} that repeat the column names {n:was/were} left out.")
    said.append(report.finding("repeated_header", "note", text, n=count))
    return body.filter(pc.invert(same))


def _kept_columns(
    body: pa.Table, header: tuple[str, ...] | None, said: list[Finding]
) -> tuple[pa.Table, tuple[str, ...] | None]:
    """Without columns that have neither name nor cell, and without notes that stand beside the table.

    Where there is no header, only empty columns at the right edge go, so that numbers of columns stay true.
    """
    names = header if header is not None else ("",) * body.num_columns
    filled = [body.num_rows - column.null_count for column in body.columns]
    blank = [not name.strip() and not count for name, count in zip(names, filled, strict=True)]
    end = max((place + 1 for place, empty in enumerate(blank) if not empty), default=1)
    if header is None:
        kept = list(range(end))
    else:
        beside = _beside(blank[:end], filled, body.num_rows)
        if beside < end:
            _say_beside(body, names, [place for place in range(beside, end) if not blank[place]], said)
        kept = [place for place in range(beside) if not blank[place]] or [0]
    dropped = sum(blank[place] for place in set(range(body.num_columns)) - set(kept))
    if dropped:
        text = N_("{n:count} empty {n:column/columns} without a name {n:was/were} left out.")
        said.append(report.finding("empty_columns", "note", text, n=dropped))
    return body.select(kept), tuple(names[place] for place in kept) if header is not None else None


def _beside(blank: list[bool], filled: list[int], rows: int) -> int:
    """Where notes beside the table begin: after an empty column, all columns are almost empty."""
    if rows < BESIDE_ROWS:
        return len(blank)
    first = blank.index(False) if False in blank else 0
    for number in range(first + 2, len(blank)):
        if blank[number - 1] and all(count < BESIDE_SHARE * rows for count in filled[number : len(blank)]):
            return number
    return len(blank)


def _say_beside(body: pa.Table, header: tuple[str, ...], taken: list[int], said: list[Finding]) -> None:
    names = [header[place].strip() or f"#{place + 1}" for place in taken]
    cells = sum(body.num_rows - body.column(place).null_count for place in taken)
    text = N_(
        "Beside the table, after an empty column, stand notes ({columns:list}: {cells:count} {cells:cell/cells}); they "
        "were left out."
    )
    said.append(report.names("beside", text, names, "warning", cells=cells))


def _named(header: tuple[str, ...] | None, width: int, asked: tuple[str, ...], said: list[Finding]) -> list[str]:
    """Names that are trimmed, present and different."""
    if asked:
        if len(asked) != width:
            raise Problem(
                N_(
                    "You gave {given:count} column names, but the table has {width:count} columns. Give one name for "
                    "each."
                ),
                given=len(asked),
                width=width,
            )
        header = asked
    if header is None:
        return [f"column {number + 1}" for number in range(width)]
    header = tuple(name[1:] if GUARDED.match(name) and not PLAIN.fullmatch(name) else name for name in header)
    names = [clean(name) for name in header]
    said += _about(header, names)
    empty = [number for number, name in enumerate(names) if not name]
    for number in empty:
        names[number] = f"column {number + 1}"
    if empty:
        text = N_("{n:count} {n:column has/columns have} no name and {n:is/are} called {columns:list}.")
        said.append(report.names("empty_names", text, [names[number] for number in empty]))
    return _different(names, said)


def clean(name: str) -> str:
    """The name in one line, composed (NFC), without blanks around it."""
    return unicodedata.normalize("NFC", " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", name).split()))


def _about(header: tuple[str, ...], names: list[str]) -> Iterator[Finding]:
    changed = [name for name, raw in zip(names, header, strict=True) if name and name != raw]
    if changed:
        text = N_(
            "Blanks, tabs or line breaks were removed from the {n:name/names} of {n:count} {n:column/columns}: "
            "{columns:list}."
        )
        yield report.names("trimmed_names", text, changed)
    folded: dict[str, set[str]] = {}
    for name in filter(None, names):
        folded.setdefault(name.casefold(), set()).add(name)
    alike = sorted(name for group in folded.values() if len(group) > 1 for name in group)
    if alike:
        text = N_(
            "These column names differ only in capital letters: {columns:list}. They were kept as different columns."
        )
        yield report.names("similar_names", text, alike, "warning")


def free_name(name: str, taken: Container[str]) -> str:
    """The name, or with the first number from 2 on that is not taken: "grade (2)"."""
    number, free = 2, name
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free


def _different(names: list[str], said: list[Finding]) -> list[str]:
    taken = set(names)
    seen: set[str] = set()
    renamed = []
    for place, name in enumerate(names):
        if name in seen:
            names[place] = free_name(name, taken)
            taken.add(names[place])
            renamed.append(names[place])
        seen.add(name)
    if renamed:
        text = N_(
            "{n:count} column {n:name/names} came more than once; the later {n:column is/columns are} called "
            "{columns:list}."
        )
        said.append(report.names("duplicate_names", text, renamed, "warning"))
    return names


def _totals(frame: pd.DataFrame, native: bool) -> Iterator[Finding]:
    """A row of sums among the last three."""
    if native or len(frame) < 4:
        return
    for row in range(len(frame) - 3, len(frame)):
        for column in frame.columns[:3]:
            cell = frame[column].iat[row]
            if isinstance(cell, str) and cell.casefold().rstrip(":： ") in TOTALS:
                if (frame[column].iloc[:-3] == cell).sum() == 0:
                    yield report.total_row(column, cell, row)
                break
