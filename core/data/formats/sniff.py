"""What a file is, by its first and last bytes and never by its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from core.errors import Problem
from core.words import N_, Message

Format = Literal["text", "xlsx", "xls", "parquet", "gzip"]
HEAD = 65_536

IMAGE, PDF, PROGRAM = N_("an image"), N_("a PDF document"), N_("a program")
PICKLE, ARCHIVE, BINARY = N_("a Python object file"), N_("a compressed archive"), N_("binary data")
FEATHER, SPSS, STATA, SAS = N_("a Feather or Arrow file"), N_("an SPSS file"), N_("a Stata file"), N_("a SAS file")
DATABASE, MEDIA, HDF, NUMPY = N_("a database"), N_("sound or video"), N_("an HDF5 file"), N_("a NumPy file")
JSON, PAGE, XML, RTF = N_("JSON text"), N_("a web page"), N_("XML text"), N_("an RTF document")
ODS, XLSB, OFFICE, OLD = (
    N_("an OpenDocument file"),
    N_("a binary Excel workbook (.xlsb)"),
    N_("an Office document without a sheet"),
    N_("an old Office document without a sheet"),
)

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", IMAGE),
    (b"\xff\xd8\xff", IMAGE),
    (b"GIF87a", IMAGE),
    (b"GIF89a", IMAGE),
    (b"II*\x00", IMAGE),
    (b"MM\x00*", IMAGE),
    (b"%PDF", PDF),
    (b"\x7fELF", PROGRAM),
    (b"\xfe\xed\xfa", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"BZh", ARCHIVE),
    (b"\xfd7zXZ\x00", ARCHIVE),
    (b"\x28\xb5\x2f\xfd", ARCHIVE),
    (b"ARROW1", FEATHER),
    (b"FEA1", FEATHER),
    (b"$FL2", SPSS),
    (b"$FL3", SPSS),
    (b"<stata_dta>", STATA),
    (b"SQLite format 3\x00", DATABASE),
    (b"\x89HDF\r\n\x1a\n", HDF),
    (b"\x93NUMPY", NUMPY),
    (b"HEADER RECORD*******", SAS),
    (b"\x00" * 12 + b"\xc2\xea\x81\x60", SAS),
    (b"{\\rtf", RTF),
    (b"ID3", MEDIA),
    (b"OggS", MEDIA),
    (b"\x1aE\xdf\xa3", MEDIA),
)
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
STREAMS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))


def recognise(path: Path) -> Format:
    """The format of a file.

    Raises:
        Problem: it is empty, locked with a password, or nothing that can be read as a table; says what it is.
    """
    head, tail = _ends(path)
    if not head:
        raise Problem(N_("The file is empty: it has no bytes. Check that it was saved, then upload it again."))
    for magic, format_of in CONTAINERS:
        if head.startswith(magic):
            return format_of(path, head, tail)
    _refuse_known(head, tail)
    return "text"


def _ends(path: Path) -> tuple[bytes, bytes]:
    with path.open("rb") as source:
        head = source.read(HEAD)
        source.seek(max(0, path.stat().st_size - 512))
        return head, source.read()


def refused(what: str) -> Problem:
    """The refusal of a file that is something else than a table."""
    return Problem(
        N_(
            "The content of this file is {what}, not a table, whatever its name says. "
            "Vitrine reads CSV and other text tables, Excel (.xlsx, .xls) and Parquet: export your table as one of "
            "these."
        ),
        what=Message(what),
    )


def _zip(path: Path, head: bytes, _tail: bytes) -> Format:
    names = _names(path)
    if "xl/workbook.xml" in names or any(name.startswith("xl/worksheets/") for name in names):
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise refused(XLSB)
    if b"mimetypeapplication/vnd.oasis" in head[:200]:
        raise refused(ODS)
    if "[Content_Types].xml" in names:
        raise refused(OFFICE)
    raise Problem(
        N_(
            "The file is a ZIP archive. Unzip it on your computer and upload the table that is in it (CSV, Excel or "
            "Parquet)."
        )
    )


def _names(path: Path) -> set[str]:
    """Entry names; found in the local headers too, so that a broken archive is still known for a workbook."""
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(path) as archive:
            return set(archive.namelist())
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        with path.open("rb") as source:
            data = source.read(4_000_000)
        return {name for name in ("xl/workbook.xml", "xl/worksheets/", "[Content_Types].xml") if name.encode() in data}


def _ole(path: Path, _head: bytes, _tail: bytes) -> Format:
    found = _search(path, (ENCRYPTED, *STREAMS))
    if ENCRYPTED in found:
        raise locked()
    if not found:
        raise refused(OLD)
    return "xls"


def locked() -> Problem:
    """The refusal of a workbook with a password."""
    return Problem(
        N_(
            "The workbook is locked with a password. Open it in Excel, remove the password (File, Info, Protect), save "
            "and upload it."
        )
    )


def _search(path: Path, needles: tuple[bytes, ...]) -> set[bytes]:
    found: set[bytes] = set()
    with path.open("rb") as source:
        before = b""
        while chunk := source.read(1 << 20):
            found |= {needle for needle in needles if needle in before + chunk}
            before = chunk[-64:]
    return found


def _parquet(_path: Path, _head: bytes, _tail: bytes) -> Format:
    return "parquet"


def _gzip(_path: Path, _head: bytes, _tail: bytes) -> Format:
    return "gzip"


CONTAINERS: tuple[tuple[bytes, Callable[[Path, bytes, bytes], Format]], ...] = (
    (b"PK\x03\x04", _zip),
    (b"PK\x05\x06", _zip),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _ole),
    (b"PAR1", _parquet),
    (b"\x1f\x8b", _gzip),
)


def _refuse_known(head: bytes, tail: bytes) -> None:
    for magic, what in MAGIC:
        if head.startswith(magic):
            raise refused(what)
    if head[:1] == b"\x80" and head[1:2] in b"\x02\x03\x04\x05" and tail.endswith(b"."):
        raise refused(PICKLE)
    if head[:2] in (b"MZ", b"BM") and b"\x00" in head[:64]:
        raise refused(PROGRAM if head[:2] == b"MZ" else IMAGE)
    if head[:4] == b"RIFF" and b"\x00" in head[:12]:
        raise refused(IMAGE if head[8:12] == b"WEBP" else MEDIA)
    if head[4:8] == b"ftyp":
        raise refused(IMAGE if head[8:12] in (b"heic", b"avif", b"mif1") else MEDIA)
    if head[:1] in b"\x6c\x6e\x6f\x71\x72\x73" and head[1:4] in (b"\x01\x01\x00", b"\x02\x01\x00"):
        raise refused(STATA)
    _refuse_markup(head, tail)
    if _binary(head):
        raise refused(BINARY)


def _refuse_markup(head: bytes, tail: bytes) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if re.match(rb"<!doctype html|<html|<table|<head|<body", start):
        raise refused(PAGE)
    if start.startswith(b"<?xml"):
        raise refused(XML)
    if start[:1] in (b"{", b"[") and tail.rstrip()[-1:] in (b"}", b"]", b"["):
        raise refused(JSON)


def _binary(head: bytes) -> bool:
    """True where control characters, or NULs that UTF-16 does not explain, are more than a few."""
    if utf16(head) is not None:
        return False
    nulls = head.count(b"\x00")
    controls = sum(head.count(bytes([code])) for code in (*range(1, 9), *range(14, 27), 28, 29, 30, 31))
    return nulls > 0.1 * len(head) or controls > 0.02 * len(head) + 4


def utf16(head: bytes) -> str | None:
    """The byte order of UTF-16 text, by its mark or by where its NULs stand; None for other text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16-le" if head[0] == 0xFF else "utf-16-be"
    sample = head[: len(head) & ~1][:8192]
    half = len(sample) // 2
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if half >= 4 and odd > 0.3 * half and even < 0.02 * half + 1:
        return "utf-16-le"
    if half >= 4 and even > 0.3 * half and odd < 0.02 * half + 1:
        return "utf-16-be"
    return None
