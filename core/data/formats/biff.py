"""Old Excel workbooks (.xls), checked before any library opens them: a damaged or malicious one places a cell so far
away that a dense sheet would need more memory than there is.

Sources: [MS-CFB] (the container: sectors in chains) and [MS-XLS] (the records in its "Workbook" stream).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from core.data.formats.grid import damaged
from core.data.formats.package import SheetScan, mind_area
from core.data.formats.sniff import locked

LAST = 0xFFFFFFFA
"""Sector numbers from here on are marks: free, end of chain."""
START, END, LOCKED, MULTIPLE = 0x0809, 0x000A, 0x002F, (0x00BD, 0x00BE)
CELLS = frozenset({0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E})
"""Records that begin with a row and a column, two bytes each."""


def check(path: Path) -> None:
    """Walks the records of all sheets once.

    Raises:
        Problem: the container is damaged or locked, or a sheet is larger than allowed.
    """
    try:
        _walk(_workbook(path.read_bytes()))
    except (struct.error, IndexError) as error:
        raise damaged() from error


def _walk(stream: bytes) -> None:
    scan, place = SheetScan(), 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        place += 4
        if kind == LOCKED:
            raise locked()
        if kind in (START, END):
            mind_area(scan)
            scan = SheetScan()
        elif kind in CELLS and length >= 4:
            row, column = struct.unpack_from("<HH", stream, place)
            last = struct.unpack_from("<H", stream, place + length - 2)[0] if kind in MULTIPLE else column
            scan.cells += max(1, last - column + 1) if last < 256 else 1
            scan.last_row = max(scan.last_row, row + 1)
            scan.last_column = max(scan.last_column, column + 1, last + 1)
        place += length
    mind_area(scan)


def _workbook(data: bytes) -> bytes:
    """The stream that holds the sheets."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    if size not in (512, 4096):
        raise damaged()
    fat = _fat(data, size)
    start, cutoff, mini = (struct.unpack_from("<I", data, place)[0] for place in (48, 56, 60))
    directory = b"".join(_sectors(data, fat, start, size))
    entries = {name: (first, length) for name, first, length in _entries(directory)}
    found = entries.get("workbook") or entries.get("book")
    if found is None:
        raise damaged()
    if found[1] >= cutoff:
        return b"".join(_sectors(data, fat, found[0], size))[: found[1]]
    root = b"".join(_sectors(data, fat, entries["root entry"][0], size)) if "root entry" in entries else b""
    small = _numbers(b"".join(_sectors(data, fat, mini, size)))
    return b"".join(root[number * 64 : number * 64 + 64] for number in _chain(small, found[0]))[: found[1]]


def _fat(data: bytes, size: int) -> tuple[int, ...]:
    """The table that says which sector follows which."""
    places = list(struct.unpack_from("<109I", data, 76))
    following, seen = struct.unpack_from("<I", data, 68)[0], set[int]()
    while following < LAST:
        if following in seen:
            raise damaged()
        seen.add(following)
        more = _numbers(_sector(data, following, size))
        places += more[:-1]
        following = more[-1]
    return _numbers(b"".join(_sector(data, place, size) for place in places if place < LAST))


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) & ~3])


def _sector(data: bytes, number: int, size: int) -> bytes:
    place = (number + 1) * size
    if place >= len(data):
        raise damaged()
    return data[place : place + size].ljust(size, b"\x00")


def _chain(table: tuple[int, ...], start: int) -> Iterator[int]:
    """Numbers from ``start`` on; a chain that runs in a ring or out of the table is damage."""
    number, steps = start, 0
    while number < LAST:
        if steps > len(table):
            raise damaged()
        yield number
        number, steps = table[number], steps + 1


def _sectors(data: bytes, fat: tuple[int, ...], start: int, size: int) -> Iterator[bytes]:
    return (_sector(data, number, size) for number in _chain(fat, start))


def _entries(directory: bytes) -> Iterator[tuple[str, int, int]]:
    for place in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, place + 64)[0]
        name = directory[place : place + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        first, size = struct.unpack_from("<II", directory, place + 116)
        if name:
            yield name.lower(), first, size
