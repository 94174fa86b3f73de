"""Text tables of any extension: clean ones through Arrow's reader, all others row by row with care."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as arrow

from core.data.formats import encoding as encodings
from core.data.formats import grid, header, report, separator
from core.data.formats.careful import Careful
from core.data.formats.cells import decimal_of
from core.data.formats.encoding import Encoding
from core.data.formats.grid import Grid, Stoppable
from core.data.formats.header import Header
from core.data.formats.scan import FIELD_LETTERS, Scan, scan
from core.data.formats.separator import Dialect
from core.data.table import Finding, ReadOptions
from core.errors import Problem
from core.words import N_

SAMPLE_LETTERS, SAMPLE_LINES, SAMPLE_CELLS, LEAST_LINES = 400_000, 400, 100_000, 2


@dataclass(frozen=True)
class Plan:
    """Everything decided before the body is read."""

    encoding: Encoding
    dialect: Dialect
    header: Header
    names: tuple[str, ...] | None
    width: int
    skip: int
    """Lines (not records) before the first record."""
    rows: tuple[tuple[str, ...], ...]
    decimal: str
    decimal_sure: bool


def read(path: Path, options: ReadOptions, watch: Stoppable | None) -> Grid:
    """The cells of a text table.

    Raises:
        Problem: it has no rows, is too large, or a quotation mark is not closed.
    """
    csv.field_size_limit(FIELD_LETTERS)
    encoding = encodings.find(path, options.encoding)
    found = scan(path, encoding, watch)
    plan = make_plan(path, encoding, options)
    if not plan.dialect.padded and found.padded_quotes:
        plan = replace(plan, dialect=replace(plan.dialect, padded=True))
    body, extra = _body(path, plan, found, watch)
    return Grid(
        body,
        plan.names,
        ReadOptions(
            encoding=encoding.name,
            separator=plan.dialect.separator,
            decimal="," if plan.decimal == "," else ".",
            header=plan.header.row,
            names=options.names,
        ),
        line=plan.skip + 1,
        preview=grid.preview(plan.rows),
        findings=(*_said(plan, found, options), *extra),
    )


def make_plan(path: Path, encoding: Encoding, options: ReadOptions) -> Plan:
    """What the first lines say about separator, header and decimal sign."""
    lines = sample(path, encoding)
    dialect = _dialect(lines, options)
    rows, ends = _records(lines, dialect)
    if not any(any(cell.strip() for cell in row) for row in rows):
        raise Problem(N_("The file holds no cells, only blank lines. Check that it was saved, then upload it again."))
    grid.mind_columns(max(map(len, rows)))
    head = header.choose(rows, options.header)
    width, names = _width(rows, head)
    cells = itertools.islice((cell.strip() for row in rows[head.start :] for cell in row), SAMPLE_CELLS)
    decimal, sure = (options.decimal, True) if options.decimal or not dialect.separator else decimal_of(cells)
    skip = ends[head.start - 1] if 0 < head.start <= len(ends) else 0
    return Plan(encoding, dialect, head, names, width, skip, tuple(map(tuple, rows)), decimal or ".", sure)


def sample(path: Path, encoding: Encoding) -> list[str]:
    """The first lines, decoded: 400 of them or 400,000 letters, and never fewer than two."""
    taken, letters = [], 0
    source = encodings.lines(path, encoding)
    for line in itertools.islice(source, SAMPLE_LINES):
        taken.append(line)
        letters += len(line)
        if letters > SAMPLE_LETTERS and len(taken) >= LEAST_LINES:
            break
    return taken


def _dialect(lines: list[str], options: ReadOptions) -> Dialect:
    if options.separator is None:
        return separator.find(lines)
    quoted = options.separator not in ("", separator.AT)
    sign = options.separator[:1] if options.separator != "\\t" else "\t"
    return separator.without_stray_quotes(lines, Dialect(sign, quoted, separator.is_padded(lines)))


def _records(lines: list[str], dialect: Dialect) -> tuple[list[list[str]], list[int]]:
    """The records of the sample and how many lines had been read after each."""
    rows: list[list[str]] = []
    ends: list[int] = []
    source = separator.records(iter(lines), dialect)
    try:
        for row in source:
            rows.append(row)
            ends.append(getattr(source, "line_num", len(rows)))
    except csv.Error:
        pass
    return rows, ends


def _width(rows: list[list[str]], head: Header) -> tuple[int, tuple[str, ...] | None]:
    """Columns to expect and the cells of the header; a body one wider than its header has row names in front."""
    body = [row for row in rows[head.start :] if any(row)]
    usual = separator.width_of(body)
    if head.row < 0 or head.row >= len(rows):
        return max(usual, 1), None
    names = rows[head.row]
    if (
        len(names) == usual - 1
        and names
        and sum(len(row) == usual and bool(row[-1].strip()) for row in body) >= 0.9 * len(body)
    ):
        names = ["", *names]
    width = max(len(names), usual if sum(len(row) == usual for row in body) > 0.5 * len(body) else 0)
    return width, tuple(names) + ("",) * (width - len(names))


def _body(path: Path, plan: Plan, found: Scan, watch: Stoppable | None) -> tuple[pa.Table, tuple[Finding, ...]]:
    plain = plan.encoding.name == "utf-8" and not plan.encoding.bad and found.clean
    if plain and plan.dialect.separator in separator.CANDIDATES and not plan.dialect.padded:
        try:
            return _fast(path, plan, watch), ()
        except pa.ArrowInvalid:
            pass  # rows of different lengths: read with care, which lists them
    return Careful(plan.width, plan.dialect, plan.skip).read(_after(path, plan), watch)


def _after(path: Path, plan: Plan) -> Iterator[str]:
    """The lines of the body."""
    return itertools.islice(encodings.lines(path, plan.encoding), plan.skip, None)


def _fast(path: Path, plan: Plan, watch: Stoppable | None) -> pa.Table:
    names = [str(number) for number in range(plan.width)]
    reader = arrow.open_csv(
        path,
        read_options=arrow.ReadOptions(column_names=names, skip_rows=plan.skip, block_size=8 << 20),
        parse_options=arrow.ParseOptions(
            delimiter=plan.dialect.separator, quote_char='"' if plan.dialect.quoted else False
        ),
        convert_options=arrow.ConvertOptions(
            column_types={name: pa.large_string() for name in names},
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            null_values=[""],
        ),
    )
    batches, rows = [], 0
    for batch in reader:
        grid.mind_stop(watch)
        batches.append(batch)
        rows += batch.num_rows
        grid.mind_rows(rows)
    return grid.table(batches, plan.width)


def _said(plan: Plan, found: Scan, options: ReadOptions) -> Iterator[Finding]:
    encoding, head = plan.encoding, plan.header
    if encoding.bad:
        yield report.bad_bytes(encoding, plan.dialect)
    elif options.encoding is None and encoding.name != "utf-8":
        yield report.encoding(encoding)
    if found.nulls and not encoding.name.startswith("utf-16"):
        yield report.nulls(found.nulls)
    if plan.dialect.separator == "":
        yield report.one_column()
    elif options.separator is None and plan.dialect.separator != ",":
        yield report.separator(plan.dialect.separator)
    if plan.dialect.separator == "\t" and not plan.dialect.quoted:
        yield report.quotes()
    yield from report.header(head, plan.rows, asked=options.header is not None or bool(options.names))
    if options.decimal is None and (plan.decimal == "," or not plan.decimal_sure):
        yield report.decimal(plan.decimal, plan.decimal_sure)
