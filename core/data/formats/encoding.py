"""Which encoding a text file has, judged on all of it, and its lines decoded with nothing lost in silence."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from charset_normalizer import from_bytes

from core.data.formats.grid import EVIDENCE
from core.data.formats.sniff import HEAD, utf16
from core.errors import Problem
from core.words import N_

CHUNK = 1 << 22
SAMPLE_LINES, SAMPLE_BYTES, ODD_LINES = 2_000, 400_000, 300
LEGACY = {"gb18030": ("gb2312", 0xB0, 0xD7), "big5": ("big5", 0xA4, 0xC6)}
"""Chinese encodings: where their frequent characters lie (first bytes under the older standard)."""
OTHERS = ("cp1251", "koi8_r", "cp1253", "shift_jis", "euc_jp")
"""Encodings tried when no Chinese or Western European one makes sense."""
CHOICES = ("utf-8", "utf-16-le", "utf-16-be", "gb18030", "big5", "cp1252", "latin-1")


@dataclass(frozen=True)
class Encoding:
    """An encoding and what did not fit it.

    ``stray`` reads the lines that are not valid (None: their bytes become U+FFFD). ``bad`` counts such lines,
    ``lines`` are the first of them, counted from 1, ``offset`` the bytes before the first bad byte in its line.
    """

    name: str
    stray: str | None = None
    bad: int = 0
    lines: tuple[int, ...] = ()
    prefix: bytes = b""
    sure: bool = True


@dataclass
class _Tally:
    """What the lines with bytes above 127 look like; ``odd`` are the first that do not fit the encoding."""

    total: int = 0
    high: list[bytes] = field(default_factory=list)
    odd: list[bytes] = field(default_factory=list)
    sampled: int = 0
    valid: int = 0
    bad: int = 0
    numbers: list[int] = field(default_factory=list)
    prefix: bytes = b""


def find(path: Path, asked: str | None = None) -> Encoding:
    """The encoding of a file: asked for, or told by its mark, or the one that all of its bytes fit best."""
    with path.open("rb") as source:
        head = source.read(HEAD)
    marked = head.startswith((codecs.BOM_UTF8, b"\xff\xfe", b"\xfe\xff"))
    if asked is not None:
        return _asked(path, asked)
    wide = utf16(head)
    if wide is not None:
        return Encoding(wide)
    if _fits(path, "utf-8"):
        return Encoding("utf-8")
    return _choose(path, _tally(path), marked)


def _asked(path: Path, asked: str) -> Encoding:
    try:
        name = codecs.lookup(asked).name
    except LookupError:
        raise Problem(
            N_("The encoding “{encoding}” is not known. Choose one of {choices:list}."),
            encoding=asked,
            choices=list(CHOICES),
        ) from None
    name = {"iso8859-1": "latin-1", "utf-8-sig": "utf-8", "utf-16": "utf-16-le", "gbk": "gb18030"}.get(name, name)
    if name.startswith("utf-16") or _fits(path, name):
        return Encoding(name)
    tally = _tally(path, name)
    stray = _stray(tally) if name == "utf-8" else None
    return Encoding(name, stray, tally.bad, tuple(tally.numbers), tally.prefix)


def _fits(path: Path, encoding: str) -> bool:
    decode = codecs.getincrementaldecoder(encoding)("strict").decode
    try:
        with path.open("rb") as source:
            while chunk := source.read(CHUNK):
                decode(chunk)
        decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _tally(path: Path, encoding: str = "utf-8") -> _Tally:
    tally = _Tally()
    number = 0
    for block in _blocks(path):
        if block.isascii():
            lines = block.count(b"\n") + block.count(b"\r") - block.count(b"\r\n")
            number, tally.total = number + lines, tally.total + lines
            continue
        for line in block.splitlines():
            number += 1
            if not line.isascii():
                _judge(tally, line, number, encoding)
        tally.total = number
    return tally


def _blocks(path: Path) -> Iterator[bytes]:
    """Pieces of the file that end where a line ends."""
    with path.open("rb") as source:
        rest = b""
        while chunk := source.read(CHUNK):
            chunk = rest + chunk
            cut = max(chunk.rfind(b"\n"), chunk[:-1].rfind(b"\r")) + 1
            rest = chunk[cut:]
            if cut:
                yield chunk[:cut]
        if rest:
            yield rest


def _judge(tally: _Tally, line: bytes, number: int, encoding: str) -> None:
    if len(tally.high) < SAMPLE_LINES and tally.sampled < SAMPLE_BYTES:
        tally.high.append(line[:2000])
        tally.sampled += len(tally.high[-1])
    try:
        line.decode(encoding)
        tally.valid += 1
    except UnicodeDecodeError as error:
        tally.bad += 1
        tally.prefix = tally.prefix or line[: error.start] or b" "
        if len(tally.odd) < ODD_LINES:
            tally.odd.append(line[:2000])
        if len(tally.numbers) < EVIDENCE:
            tally.numbers.append(number)


def _choose(path: Path, tally: _Tally, marked: bool) -> Encoding:
    scores = {name: familiar(tally.high, name) for name in LEGACY}
    best = max(scores, key=lambda name: scores[name])
    few = tally.bad <= tally.total // 1000 or tally.valid >= 4 * tally.bad
    if scores[best] > 0.9 and not marked and not few:
        if _fits(path, best):
            return Encoding(best, sure=len(tally.high) >= 3)
        odd = _tally(path, best)
        if odd.bad <= 0.02 * len(tally.high) + 1:
            return Encoding(best, None, odd.bad, tuple(odd.numbers), odd.prefix)
    if marked or (few and tally.total > 50) or tally.valid >= 0.05 * (tally.valid + tally.bad):
        return Encoding("utf-8", _stray(tally), tally.bad, tuple(tally.numbers), tally.prefix)
    if scores[best] > 0.7 and _fits(path, best):
        return Encoding(best, sure=False)
    share = western(tally.high)
    other = _other(tally.high) if share < 0.5 else None
    if other is not None and _fits(path, other):
        return Encoding(other, sure=False)
    return Encoding("cp1252" if _fits(path, "cp1252") else "latin-1", sure=share > 0.8)


def _other(lines: list[bytes]) -> str | None:
    """Cyrillic, Greek or Japanese text, told by how its letters follow each other."""
    best = from_bytes(b"\n".join(lines[:200]), cp_isolation=list(OTHERS)).best()
    return str(best.encoding) if best is not None else None


def _stray(tally: _Tally) -> str | None:
    """What the lines that are not UTF-8 are written in, where that is beyond doubt."""
    for name in LEGACY:
        if familiar(tally.odd, name) > 0.9:
            return name
    return "cp1252" if western(tally.odd) > 0.95 else None


def familiar(lines: list[bytes], encoding: str) -> float:
    """Share of the Chinese characters in ``lines`` that are frequent ones under an encoding, 0 to 1."""
    standard, low, high = LEGACY[encoding]
    frequent = known = 0
    for line in lines:
        for letter in line.decode(encoding, "replace"):
            if letter < "\u0080" or "\u3000" <= letter <= "\u303f" or (letter >= "\uff01" and letter != "\ufffd"):
                continue
            known += 1
            raw = letter.encode(standard, "ignore")
            frequent += len(raw) == 2 and low <= raw[0] <= high
    return frequent / known if known else 0.0


def western(lines: list[bytes]) -> float:
    """Share of high bytes that stand like an accented letter or a typographic mark: at most two in a row."""
    good = total = 0
    for line in lines:
        for run in re.findall(rb"[\x80-\xff]+", line):
            total += len(run)
            good += len(run) if len(run) <= 2 and b"\xff" not in run else 0
    return good / total if total else 0.0


def lines(path: Path, encoding: Encoding) -> Iterator[str]:
    """The decoded lines with their line ends; NULs are removed; the byte order mark is left out."""
    source = _mended(path, encoding) if encoding.bad else _decoded(path, encoding)
    yield next(source, "").removeprefix("\ufeff").replace("\x00", "")
    for line in source:
        yield line.replace("\x00", "") if "\x00" in line else line


def _decoded(path: Path, encoding: Encoding) -> Iterator[str]:
    with io.TextIOWrapper(path.open("rb"), encoding.name, errors="replace", newline="") as source:
        yield from source


def _mended(path: Path, encoding: Encoding) -> Iterator[str]:
    for block in _blocks(path):
        for line in block.splitlines(keepends=True):
            try:
                yield line.decode(encoding.name)
            except UnicodeDecodeError:
                yield line.decode(encoding.stray or encoding.name, "replace")
