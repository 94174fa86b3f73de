"""Any supported file to a raw frame of text cells, its ``Source`` and what was found on the way."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path, PurePath
from typing import Literal

import pandas as pd

from core.data.formats import excel, parquet, sniff, text
from core.data.formats.grid import Grid, Stoppable
from core.data.formats.gz import unpack
from core.data.formats.report import finding
from core.data.formats.tidy import tidy
from core.data.table import Finding, ReadOptions, Source
from core.errors import Problem
from core.settings import settings
from core.words import N_, Message

Kind = Literal["text", "xlsx", "xls", "parquet"]
MACROS = (".xlsm", ".xltm", ".xlam", ".xlsb")
ENDINGS: dict[str, Kind] = {
    **dict.fromkeys((".csv", ".tsv", ".tab", ".txt", ".dat", ".data"), "text"),
    **{".xlsx": "xlsx", ".xls": "xls", ".parquet": "parquet", ".pq": "parquet"},
}
"""What a name promises; the content decides."""
CALLED: dict[Kind, str] = {
    "text": N_("a text table"),
    "xlsx": N_("an Excel workbook (.xlsx)"),
    "xls": N_("an old Excel workbook (.xls)"),
    "parquet": N_("a Parquet file"),
}


def read(
    path: Path, name: str, options: ReadOptions = ReadOptions(), watch: Stoppable | None = None
) -> tuple[pd.DataFrame, Source, tuple[Finding, ...]]:
    """The table in a file, as it is written there.

    Args:
        path: where the bytes lie; its own name means nothing.
        name: what people call the file; never used to open anything.
        options: how to read it; what is None is found.
        watch: asked now and then whether to stop.

    Returns:
        The frame (every cell a ``str``, NaN only for an empty one; native types from Parquet alone), how it was read
        (every field of ``options`` filled), and what was found and repaired (codes ``read_...``).

    Raises:
        Problem: the file is not a table, is damaged, dangerous or too large; says what to do.
    """
    size = _mind_size(path)
    ending = PurePath(name.lower().removesuffix(".gz")).suffix
    if ending in MACROS:
        raise Problem(
            N_("Workbooks with macros ({ending}) are not accepted. Save it as .xlsx in Excel and upload that."),
            ending=ending,
        )
    kind = sniff.recognise(path)
    with tempfile.TemporaryDirectory(prefix="vitrine-") as folder:
        inner = path
        if kind == "gzip":
            inner = unpack(path, Path(folder), watch)
            kind = sniff.recognise(inner)
        if kind == "gzip":
            raise sniff.refused(sniff.ARCHIVE)
        mismatch = _mismatch(kind, ending)
        found = _grid(kind, inner, options, watch)
        frame, findings = tidy(found)
    source = Source(name, kind, _sha256(path), size, len(frame), found.options, found.sheets, found.preview)
    return frame, source, (*mismatch, *findings)


def _mind_size(path: Path) -> int:
    size, limit = path.stat().st_size, settings().upload_bytes
    if size > limit:
        raise Problem(
            N_(
                "The file has {size:bytes}; the limit is {limit:bytes}. Leave out columns or rows you do not need, or "
                "split it."
            ),
            size=size,
            limit=limit,
        )
    return size


def _mismatch(kind: Kind, ending: str) -> tuple[Finding, ...]:
    """A note where the content is another format than the name says; text called .xlsx or .parquet is refused."""
    promised = ENDINGS.get(ending)
    if promised is None or promised == kind:
        return ()
    if kind == "text" and promised in ("xlsx", "parquet"):
        raise Problem(
            N_(
                "The file is called {ending}, but its content is plain text, not {promised}. "
                "If it is a text table, rename it to .csv; otherwise export it again."
            ),
            ending=ending,
            promised=_called(promised),
        )
    message = N_("By its name this would be {promised}; its content is {kind} and was read as such.")
    return (finding("content", "note", message, promised=_called(promised), kind=_called(kind)),)


def _called(kind: Kind) -> Message:
    return Message(CALLED[kind])


def _grid(kind: Kind, path: Path, options: ReadOptions, watch: Stoppable | None) -> Grid:
    if kind == "text":
        return text.read(path, options, watch)
    if kind == "parquet":
        return parquet.read(path, options, watch)
    return excel.read(path, options, watch, old=kind == "xls")


def _sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
