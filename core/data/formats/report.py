"""What reading found and repaired, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from core.data.formats.encoding import Encoding
from core.data.formats.grid import EVIDENCE, shorten
from core.data.formats.header import Header
from core.data.formats.separator import AT, BLANKS, Dialect
from core.data.table import Finding, Repair, Severity
from core.words import N_, Message

SIGNS = {
    ",": N_("commas"),
    ";": N_("semicolons"),
    "\t": N_("tabs"),
    "|": N_("vertical bars"),
    BLANKS: N_("blanks"),
    AT: N_("the last @ of a line"),
}
ENCODINGS = {
    "gb18030": N_("GB18030 (Chinese)"),
    "big5": N_("Big5 (traditional Chinese)"),
    "cp1252": N_("Windows-1252 (Western European)"),
    "latin-1": N_("Latin-1 (Western European)"),
    "utf-16-le": N_("UTF-16 (Unicode)"),
    "utf-16-be": N_("UTF-16 (Unicode)"),
}
LETTERS = 80


def finding(
    code: str,
    severity: Severity,
    text: str,
    *,
    cure: str = "",
    column: str | None = None,
    rows: Sequence[int] = (),
    **facts: Any,
) -> Finding:
    """A finding of reading; its code begins with "read_". The column is a fact of its sentence too."""
    if column is not None:
        facts["column"] = column
    remedy = Message(cure) if cure else None
    return Finding(f"read_{code}", severity, Message(text, facts), remedy, column, tuple(rows[:EVIDENCE]))


def said(name: str) -> Message | str:
    """The name of an encoding in words."""
    return Message(ENCODINGS[name]) if name in ENCODINGS else name.upper()


def encoding(found: Encoding) -> Finding:
    """Which encoding was found."""
    text = N_("The text is not UTF-8; it was read as {encoding}.")
    cure = N_("If accents or characters look wrong, choose another encoding.")
    return finding("encoding", "note" if found.sure else "warning", text, cure=cure, encoding=said(found.name))


def bad_bytes(found: Encoding, dialect: Dialect) -> Finding:
    """Lines that do not fit the encoding of the others."""
    facts: dict[str, Any] = {"n": found.bad, "encoding": said(found.name), "lines": _lines(found.lines, found.bad)}
    sign = dialect.separator if dialect.separator.strip() or dialect.separator == "\t" else None
    facts["place"] = found.prefix.count(sign.encode()) + 1 if sign else 1
    cure = N_("Look at these lines; save the file as UTF-8 to be sure.")
    if found.stray:
        text = N_(
            "{n:count} {n:line/lines} of this {encoding} file {n:is/are} in another encoding and {n:was/were} read as "
            "{other}: "
            "{n:line/lines} {lines:list} (the first in column {place})."
        )
        return finding("bad_bytes", "warning", text, cure=cure, other=said(found.stray), **facts)
    text = N_(
        "{n:count} {n:line/lines} {n:holds/hold} bytes that are not {encoding}; each such byte is shown as �: "
        "{n:line/lines} {lines:list} (the first in column {place})."
    )
    return finding("bad_bytes", "warning", text, cure=cure, **facts)


def _lines(numbers: Sequence[int], count: int) -> list[int | str]:
    """The first eight line numbers, and a sign that there are more."""
    return [*numbers[:8], *(["…"] if count > min(8, len(numbers)) else [])]


def nulls(count: int) -> Finding:
    """NULs removed."""
    text = N_("{n:count} NUL {n:character/characters}, which no text needs, {n:was/were} removed.")
    return finding("nul", "warning", text, n=count)


def separator(sign: str) -> Finding:
    """Which separator was found."""
    text = N_("The cells are separated by {sign}.")
    return finding("separator", "note", text, sign=Message(SIGNS[sign]) if sign in SIGNS else sign)


def one_column() -> Finding:
    """No separator was found."""
    text = N_("No sign separates the lines into cells, so each line is one cell of a single column.")
    return finding("one_column", "warning", text, cure=N_("If the file has columns, choose what separates them."))


def quotes() -> Finding:
    """Quotation marks are part of the text."""
    text = N_("Quotation marks in this file do not enclose cells; they were kept as part of the text.")
    return finding("quotes", "note", text)


def decimal(sign: str, sure: bool) -> Finding:
    """Which decimal sign was found."""
    cure = N_("If that is wrong, choose the other decimal sign.")
    if sign == ",":
        return finding(
            "decimal",
            "note" if sure else "warning",
            N_("Numbers are read with a decimal comma: 1,5 is one and a half."),
            cure=cure,
        )
    text = N_("Commas within numbers are read as thousands separators: 1,500 is fifteen hundred.")
    return finding("decimal", "warning", text, cure=cure)


def header(found: Header, rows: Sequence[Sequence[str]], *, asked: bool) -> Iterator[Finding]:
    """Where the names of the columns came from."""
    if found.titles:
        text = N_("{n:count} {n:row/rows} above the table {n:was/were} left out: “{first}”.")
        first = " ".join(cell.strip() for cell in rows[found.titles[0]] if cell.strip())
        yield finding("titles", "note", text, n=len(found.titles), first=shorten(first, LETTERS))
    if asked:
        return
    if found.row < 0:
        text = N_(
            "No row with column names was found, so the columns are called “column 1”, “column 2” and so on. The first "
            "row is data."
        )
        yield finding("no_header", "warning", text, cure=N_("Give the columns names, or say which row holds them."))
    elif found.second is not None:
        text = N_(
            "Rows {row:count} and {second:count} both look like column names; row {row:count} was taken, the other "
            "left out."
        )
        cure = N_("Choose another row if that is wrong.")
        yield finding("two_headers", "warning", text, cure=cure, row=found.row + 1, second=found.second + 1)
    elif not found.sure:
        text = N_("Row {row:count} was taken for the column names; that was a close call.")
        yield finding(
            "header",
            "warning",
            text,
            cure=N_("If it is a record, say that there are no column names."),
            row=found.row + 1,
        )


def blank_lines(count: int) -> Finding:
    """Empty rows left out."""
    return finding("blank_lines", "note", N_("{n:count} empty {n:row/rows} {n:was/were} left out."), n=count)


def short_rows(count: int, rows: int, width: int, where: Sequence[int]) -> Finding:
    """Rows with too few cells."""
    text = N_(
        "{n:count} of {total:count} rows {n:has/have} fewer than {width:count} cells; the missing cells at the end "
        "were left empty."
    )
    cure = N_("If values stand in the wrong columns, check these rows or choose another separator.")
    severity: Severity = "warning" if count > 0.01 * rows or count < 20 else "note"
    return finding("ragged", severity, text, cure=cure, rows=where, n=count, total=rows, width=width)


def long_rows(count: int, rows: int, width: int, lines: Sequence[int]) -> Finding:
    """Rows with too many cells."""
    text = N_(
        "{n:count} {n:row/rows} with more than {width:count} cells {n:was/were} set aside, because it is unclear which "
        "cell "
        "belongs where: {n:line/lines} {lines:list} of the file. {total:count} rows were read."
    )
    cure = N_("Often a text holds the separator: put that text in quotation marks and upload the file again.")
    severity: Severity = "stop" if count > 0.1 * rows else "warning"
    return finding("malformed", severity, text, cure=cure, n=count, total=rows, width=width, lines=_lines(lines, count))


def names(code: str, text: str, columns: Sequence[str], severity: Severity = "note", **facts: Any) -> Finding:
    """Something about the names of columns; at most five are listed."""
    shown = [shorten(column, LETTERS) for column in columns[:5]]
    return finding(code, severity, text, n=len(columns), columns=shown, **facts)


def with_cure(found: Finding, cure: str) -> Finding:
    """The finding with what can be done about it."""
    return replace(found, cure=Message(cure))


def total_row(column: str, cell: str, row: int) -> Finding:
    """A row of sums below the records."""
    text = N_("Row {row:count} looks like a total (“{cell}”), not a record. It was kept.")
    found = finding("total_row", "warning", text, column=column, rows=(row,), row=row + 1, cell=shorten(cell, LETTERS))
    repair = Repair("filter", column, codes=(cell,), operator="!=")
    return replace(found, cure=Message(N_("Leave the row out.")), offers=(repair,))
