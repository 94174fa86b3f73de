"""One fast pass over the bytes of a text file: refuses what no table has, and tells whether the fast reader may run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.data.formats.encoding import CHUNK, Encoding
from core.data.formats.grid import Stoppable, mind_rows, mind_stop
from core.errors import Problem
from core.words import N_

LINE_BYTES = 10_000_000
FIELD_LETTERS = 1_000_000
SEPARATORS = b",;\t|"
PADDED = re.compile(rb'[,;\t|] +"')


@dataclass
class Scan:
    """What the bytes hold. ``odd_quotes``: a line ends inside quotes, or a quote stands alone."""

    nulls: int = 0
    lines: int = 0
    blank: bool = False
    odd_quotes: bool = False
    quotes: int = 0
    padded_quotes: bool = False
    _run: int = 0
    _last: bytes = b""

    @property
    def clean(self) -> bool:
        """Nothing here that the fast reader would get wrong."""
        return not (self.nulls or self.blank or self.odd_quotes or self.padded_quotes)


def scan(path: Path, encoding: Encoding, watch: Stoppable | None = None) -> Scan:
    """Counts lines, NULs and quotes.

    Raises:
        Problem: a line or cell is too long, or there are more lines than rows are allowed.
    """
    found = Scan()
    wide = encoding.name.startswith("utf-16")
    with path.open("rb") as source:
        while chunk := source.read(CHUNK):
            mind_stop(watch)
            _look(found, chunk.replace(b"\x00", b"") if wide else chunk)
            if not found.quotes and not wide:
                mind_rows(found.lines - 1000)
    return found


def _look(found: Scan, chunk: bytes) -> None:
    found.nulls += chunk.count(b"\x00")
    data = np.frombuffer(chunk, np.uint8)
    ends = np.flatnonzero((data == 10) | (data == 13))
    _mind_length(found, chunk, ends)
    found.lines += chunk.count(b"\n") or int(ends.size)
    joined = found._last + chunk
    found.blank |= any(pair in joined for pair in (b"\n\n", b"\n\r", b"\r\r"))
    found.padded_quotes |= b' "' in joined and PADDED.search(joined) is not None
    found._last = chunk[-3:]
    if (quotes := chunk.count(b'"')) or found.quotes % 2:
        _mind_quotes(found, data, ends, quotes)


def _mind_quotes(found: Scan, data: np.ndarray, ends: np.ndarray, quotes: int) -> None:
    """A line that ends after an odd number of quotes ends inside a cell (or holds a stray quote)."""
    places = np.flatnonzero(data == 34)
    before = np.searchsorted(places, ends) + found.quotes
    found.odd_quotes |= bool((before % 2).any())
    found.quotes += quotes


def _mind_length(found: Scan, chunk: bytes, ends: np.ndarray) -> None:
    if not ends.size:
        found._run += len(chunk)
        longest = found._run
    else:
        inner = int(np.diff(ends).max()) if ends.size > 1 else 0
        longest = max(found._run + int(ends[0]), inner)
        found._run = len(chunk) - int(ends[-1])
    if longest <= LINE_BYTES:
        return
    if found.lines and sum(chunk.count(bytes([sign])) for sign in SEPARATORS) < len(chunk) // FIELD_LETTERS + 1:
        raise too_long(found.lines + 1)
    raise Problem(
        N_(
            "Line {line:count} is longer than {limit:bytes}, which no table needs. "
            "The file has lost its line breaks, or is no table: export it again as CSV or Excel."
        ),
        line=found.lines + 1,
        limit=LINE_BYTES,
    )


def too_long(line: int) -> Problem:
    """The refusal of a cell without end."""
    return Problem(
        N_(
            "A cell that begins at line {line:count} is longer than {limit:count} characters. "
            "Look there for a quotation mark that is not closed; otherwise shorten the text."
        ),
        line=line,
        limit=FIELD_LETTERS,
    )
