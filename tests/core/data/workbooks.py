"""Workbooks made by code, new (.xlsx) and old (.xls), and their parts replaced one by one."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import openpyxl


def workbook(change: Callable[[openpyxl.Workbook], None] | None = None, rows: int = 30) -> bytes:
    """A small valid workbook."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["age", "dose", "outcome"])
    for number in range(rows):
        sheet.append([20 + number, number * 0.5, "yes" if number % 2 else "no"])
    if change is not None:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rezip(data: bytes, changes: dict[str, bytes | None], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A workbook with parts replaced, added or (None) removed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", compression) as target:
        for name in source.namelist():
            if name not in changes:
                target.writestr(name, source.read(name))
        for name, content in changes.items():
            if content is not None:
                target.writestr(name, content)
    return out.getvalue()


SHEET1, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet_xml(rows: str) -> bytes:
    """The part of a worksheet around its rows."""
    return f'<?xml version="1.0"?><worksheet xmlns="{SPACE}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def biff(rows: list[tuple[object, ...]], far: tuple[int, int] | None = None) -> bytes:
    """A BIFF8 workbook of one sheet in a container of 512-byte sectors, as [MS-XLS] and [MS-CFB] ask for it."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def cell(row: int, column: int, value: object) -> bytes:
        place = struct.pack("<HHH", row, column, 0)
        if isinstance(value, str):
            return record(0x0204, place + struct.pack("<HB", len(value), 0) + value.encode("latin-1"))
        return record(0x0203, place + struct.pack("<d", value))

    end = record(0x0A, b"")
    start = record(0x0809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    name = struct.pack("<BB", 5, 0) + b"Sheet"
    offset = len(start) + 4 + 6 + len(name) + len(end)
    book = start + record(0x85, struct.pack("<IH", offset, 0) + name) + end
    cells = b"".join(cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row))
    if far is not None:
        cells += cell(*far, 1.0)
    stream = book + record(0x0809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + cells + end
    return container(stream.ljust(4096, b"\x00"))


def container(stream: bytes) -> bytes:
    """The stream "Workbook" in a compound file: sector 0 the table, 1 the directory, then the stream."""
    count = -(-len(stream) // 512)
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + count), 0xFFFFFFFE]
    fat += [0xFFFFFFFF] * (128 - len(fat))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += b"\x00" * 10 + struct.pack("<IIIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    head += b"\xff" * (512 - len(head))

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        text = (name + "\x00").encode("utf-16-le")
        links = struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return text.ljust(64, b"\x00") + links + b"\x00" * 36 + struct.pack("<III", first, size, 0)

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
    return head + struct.pack("<128I", *fat) + directory.ljust(512, b"\x00") + stream.ljust(count * 512, b"\x00")
