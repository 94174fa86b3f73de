"""Excel workbooks, new and old: the sheet with the table, its cells as the shortest exact text."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from core.data.formats import biff, grid, header, package, report
from core.data.formats.cells import is_value
from core.data.formats.grid import BATCH_ROWS, Grid, Stoppable, damaged, mind_columns, mind_rows, mind_stop
from core.data.formats.header import Header
from core.data.formats.package import Package, SheetScan
from core.data.formats.sniff import locked
from core.data.table import Finding, ReadOptions
from core.errors import Problem
from core.words import N_

SAMPLE_ROWS = 300
MIDNIGHT = dt.time(0)


def read(path: Path, options: ReadOptions, watch: Stoppable | None, *, old: bool) -> Grid:
    """The cells of the sheet asked for, or of the first that looks like a table.

    Raises:
        Problem: damaged, locked, unsafe, too large, no such sheet, or no table in any.
    """
    if old:
        biff.check(path)
    checked = None if old else package.check(path, watch)
    with _damage_told(), CalamineWorkbook.from_path(str(path)) as book:
        return _read(book, path, checked, options, watch)


@contextmanager
def _damage_told() -> Iterator[None]:
    """Whatever the library does with a broken workbook becomes a refusal; it also panics, outside of Exception."""
    try:
        yield
    except PasswordError as error:
        raise locked() from error
    except (CalamineError, OSError) as error:
        raise damaged() from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise damaged() from error


def _read(
    book: CalamineWorkbook, path: Path, checked: Package | None, options: ReadOptions, watch: Stoppable | None
) -> Grid:
    sheets = [item.name for item in book.sheets_metadata if item.typ == SheetTypeEnum.WorkSheet]
    hidden = [
        item.name for item in book.sheets_metadata if item.visible != SheetVisibleEnum.Visible and item.name in sheets
    ]
    if options.sheet is not None and options.sheet not in sheets:
        raise Problem(
            N_("The workbook has no sheet called “{sheet}”. It has {sheets:list}."),
            sheet=options.sheet,
            sheets=sheets[:10],
        )
    parts = _parts(path) if checked is not None else {}
    sheet, rows = _choose(book, [options.sheet] if options.sheet else [s for s in sheets if s not in hidden] or sheets)
    name = sheet.name
    scan = checked.sheets.get(parts.get(name, "")) if checked else None
    head = header.choose(rows, options.header)
    body, width = _body(sheet, head, watch)
    names = _header(rows, head, width)
    margin = ("",) * (sheet.start[1] if sheet.start else 0)
    said = _said(sheets, hidden, name, scan, checked, head, rows, options, (*margin, *(names or ())))
    return Grid(
        body,
        names,
        ReadOptions(encoding="utf-8", separator="", decimal=".", header=head.row, names=options.names, sheet=name),
        line=head.start + 1,
        preview=grid.preview(rows),
        sheets=tuple(sheets),
        findings=tuple(said),
    )


def _parts(path: Path) -> dict[str, str]:
    """Sheet name to the archive entry that holds its cells."""
    with ZipFile(path) as archive:
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        try:
            links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
        except KeyError:
            return {}
    targets = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", links):
        targets[_attribute(tag, "Id")] = _attribute(tag, "Target")
    found = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\s[^>]*>", book):
        target = targets.get(_attribute(tag, r"\w+:id"), "")
        found[_attribute(tag, "name")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


def _attribute(tag: str, name: str) -> str:
    match = re.search(rf"""\s{name}\s*=\s*["']([^"']*)["']""", tag)
    return _unescape(match.group(1)) if match else ""


def _unescape(text: str) -> str:
    for mark, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(mark, sign)
    return text


def _choose(book: CalamineWorkbook, candidates: Sequence[str]) -> tuple[CalamineSheet, list[list[str]]]:
    """The first sheet with a table in it, or else the first that is not empty, and its first rows."""
    filled = None
    for name in candidates:
        sheet = book.get_sheet_by_name(name)
        rows = _first(sheet)
        if looks_like_table(rows):
            return sheet, rows
        if filled is None and any(any(row) for row in rows):
            filled = sheet, rows
    if filled is None:
        raise Problem(
            N_(
                "No table was found: the workbook has only empty sheets or charts. Put the table on a worksheet, save "
                "and upload it again."
            )
        )
    return filled


def _first(sheet: CalamineSheet) -> list[list[str]]:
    mind_columns(sheet.total_width)
    mind_rows(sheet.total_height)
    rows = []
    for row in sheet.iter_rows():
        rows.append([text_of(cell) for cell in row])
        if len(rows) == SAMPLE_ROWS:
            break
    return [row if any(row) else [] for row in rows]


def looks_like_table(rows: list[list[str]]) -> bool:
    """True for two columns or more that are filled to a good part, with values repeated row by row; prose is not."""
    filled = [row for row in rows if sum(map(bool, row)) >= 2]
    if len(filled) < 2:
        return False
    body = filled[1:]
    values = sum(is_value(cell) for row in body for cell in row)
    short = sum(bool(cell) and len(cell) <= 40 for row in body for cell in row)
    cells = sum(bool(cell) for row in body for cell in row)
    return short >= 0.7 * cells and (values >= 0.1 * cells or len(filled) >= 0.8 * len([row for row in rows if row]))


def _body(sheet: CalamineSheet, head: Header, watch: Stoppable | None) -> tuple[pa.Table, int]:
    """All rows below the header. Empty rows stay in; tidying counts and drops them."""
    width = max(1, sheet.width)
    batches, taken = [], []
    for number, row in enumerate(sheet.iter_rows()):
        if number < head.start:
            continue
        cells = [text_of(cell) for cell in row]
        taken.append(cells + [""] * (width - len(cells)))
        if len(taken) == BATCH_ROWS:
            mind_stop(watch)
            batches.append(grid.batch(taken, width))
            taken = []
    batches.append(grid.batch(taken, width))
    return grid.table(batches, width), width


def _header(rows: list[list[str]], head: Header, width: int) -> tuple[str, ...] | None:
    if head.row < 0 or head.row >= len(rows):
        return None
    names = rows[head.row][:width]
    return tuple(names) + ("",) * (width - len(names))


def text_of(cell: object) -> str:
    """A cell as its shortest exact text: 3 for 3.0, an ISO date, TRUE or FALSE."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == MIDNIGHT else cell.isoformat(" ", "auto")
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _said(
    sheets: list[str],
    hidden: list[str],
    name: str,
    scan: SheetScan | None,
    checked: Package | None,
    head: Header,
    rows: list[list[str]],
    options: ReadOptions,
    names: tuple[str, ...],
) -> Iterator[Finding]:
    if len(sheets) > 1 and options.sheet is None:
        text = N_("The workbook has {n:count} sheets; “{sheet}” was read, the first one that looks like a table.")
        yield report.finding(
            "sheets", "warning", text, cure=N_("Choose another sheet if you need it."), n=len(sheets), sheet=name
        )
    if hidden:
        text = N_(
            "The workbook has {n:count} hidden {n:sheet/sheets}: {sheets:list}. Hidden sheets are read only when you "
            "choose them."
        )
        yield report.finding("hidden_sheets", "warning", text, n=len(hidden), sheets=hidden[:10])
    if checked is not None and checked.macros:
        yield report.finding("macros", "note", N_("The workbook holds macros; they were ignored."))
    if checked is not None and checked.links:
        text = N_(
            "The workbook has links to other files; they were not followed, the values stored in the cells were used."
        )
        yield report.finding("links", "note", text)
    yield from report.header(head, rows, asked=options.header is not None or bool(options.names))
    if scan is not None:
        yield from _scanned(scan, head, names)


def _scanned(scan: SheetScan, head: Header, names: tuple[str, ...]) -> Iterator[Finding]:
    if scan.hidden_rows or scan.hidden_columns:
        columns = [_name(names, number) for number in scan.hidden_columns]
        text = N_(
            "{hidden_rows:count} hidden {hidden_rows:row/rows} and {n:count} hidden {n:column/columns} were read like "
            "the others."
        )
        listed = N_(
            "{hidden_rows:count} hidden {hidden_rows:row/rows} and {n:count} hidden {n:column/columns} "
            "({columns:list}) were read like the others."
        )
        cure = N_("Delete what is not meant to be used, or leave those columns out.")
        shown = report.names("hidden", listed if columns else text, columns, "warning", hidden_rows=scan.hidden_rows)
        yield report.with_cure(shown, cure)
    if any(top <= head.start <= bottom or bottom <= head.start for top, _, bottom, _ in scan.merged):
        text = N_("Cells of the header are merged; only the first cell of each merged group holds a name.")
        yield report.finding(
            "merged", "warning", text, cure=N_("Check the column names, or choose another row for them.")
        )
    if scan.uncached:
        text = N_("{n:count} {n:formula has/formulas have} no stored result and {n:was/were} read as empty.")
        cure = N_("Open the workbook in Excel, let it calculate, save it and upload it again.")
        yield report.finding("formulas", "warning", text, cure=cure, n=scan.uncached)
    if scan.errors:
        yield _errors(scan.errors, names)
    if scan.long_numbers:
        text = N_(
            "{n:count} {n:cell holds a number/cells hold numbers} of 16 digits or more, of which Excel keeps only 15."
        )
        cure = N_("If these are identifiers, format the column as text in Excel and enter them again.")
        yield report.finding("long_numbers", "warning", text, cure=cure, n=scan.long_numbers)


def _errors(errors: Counter[int], names: tuple[str, ...]) -> Finding:
    text = N_(
        "{cells:count} {cells:cell holds an error/cells hold errors} such as #REF! or #DIV/0! and {cells:counts/count} "
        "as missing, in {columns:list}."
    )
    listed = [f"{_name(names, number)} ({count})" for number, count in errors.most_common(5)]
    return report.finding("cell_errors", "warning", text, cells=errors.total(), columns=listed)


def _name(names: tuple[str, ...], number: int) -> str:
    """The name of a sheet's column, counted from 1; ``names`` begin at column A."""
    return (names[number - 1].strip() if 0 < number <= len(names) else "") or f"column {number}"
