"""The parts of an .xlsx file, checked before any library opens it: sizes, names, entities, coordinates.

A workbook is a ZIP of XML parts. Everything here streams with a counter; nothing is written to disk, and parts that
hold no cells (pictures, macros, embedded files) are never opened.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from core.data.formats.grid import Stoppable, damaged, mind_columns, mind_rows, mind_stop
from core.data.formats.gz import FLOOR, RATIO, swollen
from core.data.formats.sniff import locked
from core.errors import Problem
from core.words import N_

ENTRIES = 10_000
UNPACKED_BYTES = 4_000_000_000
TAG_BYTES = 4_000_000
AREA, AREA_PER_CELL = 2_000_000, 50
"""Cells that the used range may span: two million, or fifty times the cells that are really there."""

PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)(\d+)["']""")
ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?hidden\s*=\s*["'](?:1|true)["']""")
HIDDEN_COLUMN = re.compile(rb"""<(?:\w+:)?col\s[^>]*?hidden\s*=\s*["'](?:1|true)["'][^>]*>""")
ERROR = re.compile(rb"""<(?:\w+:)?c(?=\s)(?=[^>]*?\st\s*=\s*["']e["'])[^>]*?\sr\s*=\s*["']([A-Za-z]+)\d+["']""")
UNCACHED = re.compile(rb"""</(?:\w+:)?f>\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>""")
MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']([A-Z]+)(\d+):([A-Z]+)(\d+)["']""")
LONG_NUMBER = re.compile(rb"<(?:\w+:)?v>-?\d{16,}</")


@dataclass
class SheetScan:
    """What the bytes of one sheet hold. Rows and columns are counted from 1."""

    cells: int = 0
    placed: int = 0
    """Cells that say where they are."""
    row: int = 0
    """The last row that says where it is; it counts where cells do not say it."""
    rows: int = 0
    last_row: int = 0
    last_column: int = 0
    errors: Counter[int] = field(default_factory=Counter)
    uncached: int = 0
    hidden_rows: int = 0
    hidden_columns: list[int] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Row and column of the first and the last cell of each merged range."""
    long_numbers: int = 0


@dataclass(frozen=True)
class Package:
    """A workbook that passed. ``sheets`` belong to the parts' names."""

    sheets: dict[str, SheetScan]
    macros: bool
    links: bool


def check(path: Path, watch: Stoppable | None = None) -> Package:
    """Streams every XML part once.

    Raises:
        Problem: the container is damaged, locked, swollen or unsafe, or a sheet is larger than allowed.
    """
    try:
        with ZipFile(path) as archive:
            entries = archive.infolist()
            _mind_entries(entries)
            return _look(archive, entries, path.stat().st_size, watch)
    except (
        BadZipFile,
        OSError,
        EOFError,
        zlib.error,
        struct.error,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise damaged() from error


def _mind_entries(entries: list[ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    twice = len({name.lower() for name in names}) < len(names)
    if len(names) > ENTRIES or twice or "xl/workbook.xml" not in names:
        raise damaged()
    for entry in entries:
        parts = re.split(r"[/\\]", entry.filename)
        if ".." in parts or entry.filename.startswith(("/", "\\")) or ":" in parts[0]:
            raise Problem(
                N_(
                    "The workbook holds a part with an unsafe name and was refused. Save the table anew in Excel and "
                    "upload that file."
                )
            )
        if entry.flag_bits & 1:
            raise locked()
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise damaged()


def _look(archive: ZipFile, entries: list[ZipInfo], packed: int, watch: Stoppable | None) -> Package:
    names = {entry.filename for entry in entries}
    sheets: dict[str, SheetScan] = {}
    total, most = 0, min(UNPACKED_BYTES, max(FLOOR, RATIO * packed))
    for entry in entries:
        if not entry.filename.endswith((".xml", ".rels", ".vml")):
            continue
        mind_stop(watch)
        scan = SheetScan() if re.match(r"/?xl/worksheets/[^/]+\.xml$", entry.filename) else None
        total += _stream(archive, entry, scan, most - total)
        if scan is not None:
            mind_area(scan)
            sheets[entry.filename] = scan
    links = any(name.startswith("xl/externalLinks/") for name in names)
    return Package(sheets, any(name.endswith("vbaProject.bin") for name in names), links)


def _stream(archive: ZipFile, entry: ZipInfo, scan: SheetScan | None, left: int) -> int:
    """Reads one part in whole tags; gives its true size."""
    size, rest = 0, b""
    with archive.open(entry) as source:
        while chunk := source.read(1 << 20):
            size += len(chunk)
            _mind_growth(size, min(left, max(FLOOR, RATIO * entry.compress_size)))
            if not rest and size == len(chunk):
                _mind_encoding(chunk)
            chunk = rest + chunk
            _mind_entities(chunk)
            cut = chunk.rfind(b"</") if scan is not None else len(chunk)
            if len(chunk) - max(cut, 0) > TAG_BYTES:
                raise damaged()
            if cut > 0 and scan is not None:
                _count(scan, chunk[:cut])
            rest = chunk[cut:] if cut > 0 else chunk
    if scan is not None:
        _count(scan, rest)
    if size != entry.file_size:
        raise damaged()
    return size


def _mind_growth(size: int, limit: int) -> None:
    if size > limit:
        raise swollen(max(limit, FLOOR))


def _mind_encoding(head: bytes) -> None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in head[:200]:
        raise damaged()


def _mind_entities(chunk: bytes) -> None:
    if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
        raise Problem(
            N_(
                "The workbook defines XML entities, which Excel never writes, and was refused. Save the table anew in "
                "Excel and upload it."
            )
        )


def _count(scan: SheetScan, piece: bytes) -> None:
    scan.cells += len(CELL.findall(piece))
    scan.rows += len(ROW.findall(piece))
    _place(scan, piece)
    scan.long_numbers += len(LONG_NUMBER.findall(piece))
    if b"f>" in piece:
        scan.uncached += len(UNCACHED.findall(piece))
    if b'"e"' in piece or b"'e'" in piece:
        scan.errors.update(number_of(letters) for letters in ERROR.findall(piece))
    if b"hidden" in piece:
        scan.hidden_rows += len(HIDDEN_ROW.findall(piece))
        for tag in HIDDEN_COLUMN.findall(piece):
            scan.hidden_columns += _span(tag)
    if b"mergeCell" in piece:
        for first, top, last, bottom in MERGED.findall(piece):
            scan.merged.append((int(top), number_of(first), int(bottom), number_of(last)))
    if scan.last_column > 20_000 or scan.last_row > 2_000_000:
        mind_area(scan)


def _place(scan: SheetScan, piece: bytes) -> None:
    """How far the cells reach. A row that only says where it is counts where cells do not say where they are."""
    places = PLACE.findall(piece)
    letters = {letters for letters, _ in places} - {b""}
    rows = {digits[:12] for letters, digits in places if letters}
    bare = {digits[:12] for letters, digits in places if not letters}
    scan.placed += sum(1 for letters, _ in places if letters)
    scan.last_column = max(scan.last_column, *map(number_of, letters), 0)
    scan.last_row = max(scan.last_row, *map(int, rows), 0)
    scan.row = max(scan.row, *map(int, bare), 0)
    if scan.placed < scan.cells:
        scan.last_row = max(scan.last_row, scan.row, scan.rows)


def _span(tag: bytes) -> Iterator[int]:
    ends = [re.search(rb"""\s%s\s*=\s*["'](\d{1,6})["']""" % name, tag) for name in (b"min", b"max")]
    first, last = (int(end.group(1)) if end else 0 for end in ends)
    return iter(range(first, min(last, first + 1000) + 1))


def number_of(letters: bytes) -> int:
    """The number of a column, counted from 1: A is 1, XFD is 16,384."""
    number = 0
    for letter in letters.upper()[:6]:
        number = number * 26 + letter - 64
    return number


def mind_area(scan: SheetScan) -> None:
    """Refuses a sheet whose range is vast and almost empty, and one over the limits."""
    area = scan.last_row * scan.last_column
    if area > max(AREA, AREA_PER_CELL * scan.cells):
        raise Problem(
            N_(
                "A sheet has a cell far away, in row {row:count} and column {column:count}, with almost nothing in "
                "between. "
                "Delete everything outside the table, save, and upload it again."
            ),
            row=scan.last_row,
            column=scan.last_column,
        )
    mind_columns(scan.last_column)
    mind_rows(scan.last_row)
