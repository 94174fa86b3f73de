"""Parquet: counted by its metadata before anything is loaded, then read in pieces of bounded size."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.data.formats import grid, report
from core.data.formats.grid import Grid, Stoppable, damaged, mind_columns, mind_rows, mind_stop
from core.data.table import Finding, ReadOptions
from core.errors import Problem
from core.settings import settings
from core.words import N_

FIRST_ROWS, PIECE_BYTES = 128, 64_000_000
EXACT = 2**53
"""Whole numbers up to here fit a floating point number without loss."""


def read(path: Path, options: ReadOptions, watch: Stoppable | None) -> Grid:
    """The columns of a Parquet file with their own types; text, categories and yes/no as text.

    Raises:
        Problem: it is damaged or larger than allowed.
    """
    try:
        with pq.ParquetFile(path) as file:
            rows, names = file.metadata.num_rows, file.schema_arrow.names
            mind_columns(max(len(names), file.metadata.num_columns))
            mind_rows(rows)
            body = _pieces(file, watch)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise damaged() from error
    findings: list[Finding] = []
    body, kept = _plain(body, findings)
    preview = [
        names,
        *([_shown(cell) for cell in row.values()] for row in body.slice(0, grid.PREVIEW_ROWS - 1).to_pylist()),
    ]
    return Grid(
        body.rename_columns([str(number) for number in range(len(kept))]),
        tuple(kept),
        ReadOptions(encoding="utf-8", separator="", decimal=".", header=0, names=options.names),
        preview=grid.preview(preview),
        findings=tuple(findings),
        native=True,
    )


def _shown(cell: object) -> str:
    return "" if cell is None else str(cell)


def _pieces(file: pq.ParquetFile, watch: Stoppable | None) -> pa.Table:
    """All rows; the size of a piece follows from how wide the first rows turn out."""
    budget = settings().read_memory_bytes // 2
    first = next(file.iter_batches(FIRST_ROWS), None)
    if first is None:
        return file.schema_arrow.empty_table()
    size = max(FIRST_ROWS, int(PIECE_BYTES / max(1, first.nbytes / max(1, first.num_rows))))
    taken, total = [], 0
    for piece in file.iter_batches(min(size, 1_000_000)):
        mind_stop(watch)
        taken.append(piece)
        total += piece.nbytes
        if total > budget:
            raise Problem(
                N_(
                    "Unpacked, the table needs more than {limit:bytes} of memory. Leave out columns or rows and upload "
                    "it again."
                ),
                limit=budget,
            )
    return pa.Table.from_batches(taken)


def _plain(body: pa.Table, findings: list[Finding]) -> tuple[pa.Table, list[str]]:
    """Columns as numbers, dates or text; those that hold lists or bytes are left out, and that is said."""
    columns, names, odd = [], [], []
    for name, column in zip(body.column_names, body.columns, strict=True):
        plain = _column(column)
        if plain is None:
            odd.append(name)
        else:
            columns.append(plain)
            names.append(name)
    if odd:
        text = N_(
            "{n:count} {n:column holds/columns hold} lists or bytes instead of single values and {n:was/were} left "
            "out: {columns:list}."
        )
        findings.append(report.names("nested", text, odd, "warning"))
    if not columns:
        raise Problem(N_("No column of this file holds single values. Export a flat table, one value in each cell."))
    return pa.Table.from_arrays(columns, names=[str(number) for number in range(len(names))]), names


def _column(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _column(column.cast(kind.value_type))
    if (
        pa.types.is_nested(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
    ):
        return None
    if pa.types.is_boolean(kind):
        return pc.if_else(column, pa.scalar("TRUE", pa.large_string()), pa.scalar("FALSE", pa.large_string()))
    if pa.types.is_decimal(kind) or pa.types.is_float16(kind):
        return column.cast(pa.float64())
    if pa.types.is_integer(kind):
        return _whole(column)
    if pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp(kind.unit))
    if pa.types.is_floating(kind) or pa.types.is_date(kind):
        return column.cast(pa.timestamp("ms")) if pa.types.is_date(kind) else column
    if pa.types.is_null(kind):
        return column.cast(pa.large_string())
    text = column.cast(pa.large_string())
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, text.type), text)


def _whole(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whole numbers; as text where a missing value would cost digits."""
    ends = pc.min_max(column).as_py()
    large = max(abs(ends["min"] or 0), abs(ends["max"] or 0)) > EXACT
    if large and (column.null_count or pa.types.is_unsigned_integer(column.type)):
        return column.cast(pa.large_string())
    return column.cast(pa.int64())
