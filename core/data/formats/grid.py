"""What every format gives: cells as text in columns, and how they were found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

from core.data.table import Finding, ReadOptions
from core.errors import Problem
from core.settings import settings
from core.words import N_

BATCH_ROWS = 20_000
PREVIEW_ROWS, PREVIEW_COLUMNS, PREVIEW_LETTERS = 8, 100, 500
EVIDENCE = 20
"""Rows or lines a finding lists at most."""


class Stoppable(Protocol):
    """The part of ``core.engines.base.Watch`` that reading needs."""

    def should_stop(self) -> bool:
        """True once somebody asked to stop."""


@dataclass(frozen=True)
class Grid:
    """The body of a table before names and cells are tidied.

    ``body`` has string columns called "0", "1", ... (native types where ``native``); ``header`` the cells of the
    header row, None where there is none; ``line`` the number, counted from 1, that the file gives the first body row.
    """

    body: pa.Table
    header: tuple[str, ...] | None
    options: ReadOptions
    line: int = 2
    preview: tuple[tuple[str, ...], ...] = ()
    sheets: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    native: bool = False


def batch(rows: Sequence[Sequence[str]], width: int) -> pa.RecordBatch:
    """Rows of exactly ``width`` cells as string columns."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in range(width))
    arrays = [pa.array(column, pa.large_string()) for column in columns]
    return pa.RecordBatch.from_arrays(arrays, names=[str(number) for number in range(width)])


def table(batches: list[pa.RecordBatch], width: int) -> pa.Table:
    """Batches joined without copying."""
    return pa.Table.from_batches(batches or [batch([], width)])


def preview(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """The first rows, long cells cut, wide rows cut."""
    return tuple(tuple(shorten(cell) for cell in row[:PREVIEW_COLUMNS]) for row in rows[:PREVIEW_ROWS])


def shorten(cell: str, letters: int = PREVIEW_LETTERS) -> str:
    """The cell with an ellipsis where it is too long to show."""
    return cell if len(cell) <= letters else cell[: letters - 1] + "…"


def mind_stop(watch: Stoppable | None) -> None:
    """Ends reading with a ``Problem`` where somebody asked for it."""
    if watch is not None and watch.should_stop():
        raise Problem(N_("Reading was stopped; nothing was kept. Upload the file again when you want to go on."))


def mind_rows(rows: int) -> None:
    """Refuses more rows than allowed with a ``Problem``."""
    limit = settings().table_rows
    if rows > limit:
        raise Problem(
            N_(
                "The table has at least {rows:count} rows; the limit is {limit:count}. "
                "Keep the rows you need, or split the file."
            ),
            rows=rows,
            limit=limit,
        )


def mind_columns(columns: int) -> None:
    """Refuses more columns than allowed with a ``Problem``."""
    limit = settings().table_columns
    if columns > limit:
        raise Problem(
            N_(
                "The table has {columns:count} columns; the limit is {limit:count}. "
                "Remove the columns you do not need and upload it again."
            ),
            columns=columns,
            limit=limit,
        )


def damaged(name: str = "", **facts: Any) -> Problem:
    """The refusal of a file whose container is broken."""
    return Problem(
        N_(
            "The file is damaged and cannot be opened. Open it in the program it comes from, save it anew and upload "
            "that."
        ),
        name=name,
        **facts,
    )
