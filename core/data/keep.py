"""A table as a folder: ``table.json`` for what is known of it, ``frame.parquet`` for its cells."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core import values
from core.data.table import Table, TableCard
from core.errors import Problem
from core.words import N_

CARD, FRAME = "table.json", "frame.parquet"
ROWS_IN_A_GROUP = 100_000
WIDE = 500
"""From so many columns on statistics of each are not stored: they would be larger than the cells."""


def keep(table: Table, folder: Path) -> None:
    """Stores the table; the card is written last, so that a folder with a card is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f".{FRAME}.{secrets.token_hex(4)}"
    narrow = table.frame.shape[1] < WIDE
    pq.write_table(
        _arrow(table.frame),
        beside,
        row_group_size=ROWS_IN_A_GROUP,
        compression="zstd",
        write_statistics=narrow,
        use_dictionary=narrow,
        store_schema=True,
    )
    beside.replace(folder / FRAME)
    values.write(folder / CARD, table.card)


def card(folder: Path) -> TableCard:
    """What is known of the table in a folder.

    Raises:
        Problem: there is no table, or its file is damaged.
    """
    if not (folder / CARD).is_file():
        raise Problem(N_("The data set is no longer there. Upload the file again."))
    return values.read(folder / CARD, TableCard)


def frame(folder: Path, columns: Sequence[str] | None = None, rows: Iterable[int] | None = None) -> pd.DataFrame:
    """The cells of the table in a folder, or some of them.

    Args:
        folder: where it was kept.
        columns: names, in the order wanted; None for all.
        rows: row numbers, in the order wanted; the index of the result names them. None for all.
    """
    names = None if columns is None else list(columns)
    with pq.ParquetFile(folder / FRAME) as file:
        if rows is None:
            read = file.read(names)
            return _pandas(read, pd.RangeIndex(read.num_rows))
        chosen = np.fromiter(rows, dtype=np.int64)
        groups, inside = np.unique(chosen // ROWS_IN_A_GROUP, return_inverse=True)
        read = file.read_row_groups(groups.tolist(), names)
    places = inside.reshape(-1) * ROWS_IN_A_GROUP + chosen % ROWS_IN_A_GROUP
    return _pandas(read.take(pa.array(places)), pd.Index(chosen))


def open_table(folder: Path) -> Table:
    """The whole table in a folder."""
    kept = card(folder)
    return Table(frame(folder, kept.schema.names), kept)


def _arrow(cells: pd.DataFrame) -> pa.Table:
    """The cells without any metadata: what they mean is said by the card."""
    arrays = [pa.array(series, from_pandas=series.dtype.kind != "f") for _, series in cells.items()]
    return pa.Table.from_arrays(arrays, names=[str(name) for name in cells.columns])


def _pandas(read: pa.Table, index: pd.Index) -> pd.DataFrame:
    return pd.DataFrame(
        {name: _series(read.column(name), index) for name in read.column_names}, index=index, copy=False
    )


def _series(column: pa.ChunkedArray, index: pd.Index) -> pd.Series:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return pd.Series(pd.array(pc.cast(column, pa.large_string()), dtype="str"), index=index, copy=False)
    return pd.Series(column.to_numpy(), index=index, copy=False)
