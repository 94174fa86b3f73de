"""Rows of any length, one by one: short ones filled, long ones set aside, none ever shifted."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from core.data.formats import grid, report, separator
from core.data.formats.grid import BATCH_ROWS, EVIDENCE, Stoppable
from core.data.formats.scan import too_long
from core.data.formats.separator import Dialect
from core.data.table import Finding
from core.errors import Problem
from core.words import N_

END = "\x00end of the file\x00"
"""Stands alone after the last record, unless a quotation mark that is not closed swallows it."""


@dataclass
class Careful:
    """Reads the body of a text table and keeps account of what it had to do.

    ``skipped`` lines were read before the body; line numbers are counted from 1 over the whole file.
    """

    width: int
    dialect: Dialect
    skipped: int
    blank: int = 0
    short: int = 0
    long: int = 0
    rows: int = 0
    short_rows: list[int] = field(default_factory=list)
    long_lines: list[int] = field(default_factory=list)
    _waiting: int = 0
    _line: int = 0

    def read(self, lines: Iterator[str], watch: Stoppable | None) -> tuple[pa.Table, tuple[Finding, ...]]:
        """All rows as columns, and what was repaired.

        Raises:
            Problem: a quotation mark is not closed, or a limit is passed.
        """
        batches: list[pa.RecordBatch] = []
        taken: list[list[str]] = []
        for row in self._records(lines):
            taken.append(row)
            if len(taken) == BATCH_ROWS:
                grid.mind_stop(watch)
                grid.mind_rows(self.rows)
                batches.append(grid.batch(taken, self.width))
                taken = []
        grid.mind_rows(self.rows)
        batches.append(grid.batch(taken, self.width))
        return grid.table(batches, self.width), tuple(self._findings())

    def _records(self, lines: Iterator[str]) -> Iterator[list[str]]:
        """Rows of the right length."""
        quoted = self.dialect.quoted and self.dialect.separator not in (separator.BLANKS, "")
        source = separator.records(itertools.chain(lines, (END,)) if quoted else lines, self.dialect)
        start = self.skipped
        try:
            for row in source:
                start, self._line = self._next(source, start), start + 1
                if quoted and row and END in row[-1]:
                    self._mind_end(row)
                    return
                if self._line + 1 < start:
                    self._mind_swallowed(row)
                fitted = self._fit(row)
                if fitted is not None:
                    yield fitted
        except csv.Error:
            raise too_long(start + 1) from None

    def _next(self, source: Iterator[list[str]], start: int) -> int:
        read = getattr(source, "line_num", None)
        return start + 1 if read is None else self.skipped + read

    def _fit(self, row: list[str]) -> list[str] | None:
        length = len(row)
        if length == self.width and (length > 1 or row[0].strip()):
            pass
        elif not any(map(str.strip, row)):
            self._waiting += not row
            self.blank += bool(row)
            return None
        elif length < self.width:
            self._note_short()
            row = row + [""] * (self.width - length)
        elif any(map(str.strip, row[self.width :])):
            self.long += 1
            if len(self.long_lines) < EVIDENCE:
                self.long_lines.append(self._line)
            return None
        else:
            row = row[: self.width]
        self.blank, self._waiting = self.blank + self._waiting, 0
        self.rows += 1
        return row

    def _note_short(self) -> None:
        self.short += 1
        if len(self.short_rows) < EVIDENCE:
            self.short_rows.append(self.rows)

    def _mind_end(self, row: list[str]) -> None:
        if row != [END]:
            raise unclosed(self._line)

    def _mind_swallowed(self, row: list[str]) -> None:
        """A cell that holds whole records was opened by a quotation mark that is not closed."""
        sign = self.dialect.separator
        for cell in row:
            inner = cell.splitlines()[1:-1]
            if len(inner) >= 3 and self.width > 1 and all(line.count(sign) == self.width - 1 for line in inner):
                raise unclosed(self._line)

    def _findings(self) -> Iterator[Finding]:
        if self.blank:
            yield report.blank_lines(self.blank)
        if self.short:
            yield report.short_rows(self.short, self.rows, self.width, tuple(self.short_rows))
        if self.long:
            yield report.long_rows(self.long, self.rows, self.width, tuple(self.long_lines))


def unclosed(line: int) -> Problem:
    """The refusal of a file in which a quotation mark is opened and never closed."""
    return Problem(
        N_(
            "A quotation mark that opens a cell in line {line:count} is never closed, so the rows after it run "
            "together. "
            "Close or remove it in that line and upload the file again."
        ),
        line=line,
    )
