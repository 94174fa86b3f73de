"""Texts to dates and times: which way a column writes them, decided by evidence, and the moments themselves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.data.cells import plain

EXCEL = "excel"
"""The pattern of spreadsheet serial numbers: days since 1899-12-30."""
_MONTHS = {
    name: number + 1
    for number, names in enumerate(
        [
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ]
    )
    for name in names.split()
}
_CODES = {
    "%Y": r"(?P<year>\d{4})",
    "%y": r"(?P<year>\d{2})",
    "%m": r"(?P<month>\d{1,2})",
    "%d": r"(?P<day>\d{1,2})",
    "%b": r"(?P<name>[A-Za-z]{3,9})\.?",
    "%H": r"(?P<hour>\d{1,2})",
    "%I": r"(?P<hour>\d{1,2})",
    "%M": r"(?P<minute>\d{1,2})",
    "%S": r"(?P<second>\d{1,2})(?:\.(?P<fraction>\d{1,9}))?",
    "%p": r"(?P<half>[AaPp])\.?[Mm]\.?",
    "%z": r"(?P<zone>Z|[+-]\d{2}:?\d{2})",
}
_ISO = (
    r"^(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
    r"(?:[T ]\s?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<fraction>\d{1,9}))?)?)?"
    r"\s?(?P<zone>Z|[+-]\d{2}:?\d{2})?$"
)
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %H.%M", " %H.%M.%S")
_DAYS = (
    "%Y年%m月%d日",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%y",
    "%d-%m-%y",
    "%m-%d-%y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d/%b/%Y",
    "%b %d, %Y",
    "%b %d %Y",
)
_OTHERS = (
    "%Y年%m月",
    "%Y-%m",
    "%Y/%m",
    "%b %Y",
    "%b-%Y",
    "%b-%y",
    "%H:%M:%S",
    "%H:%M",
    "%H.%M.%S",
    "%I:%M %p",
    "%Y%m%d",
)
_OPPOSITE = {
    pattern: pattern.replace("%d", "%_").replace("%m", "%d").replace("%_", "%m")
    for pattern in _DAYS
    if pattern[:2] in {"%d", "%m"} and "%b" not in pattern
}


@dataclass(frozen=True, eq=False)
class Dates:
    """What dates the distinct texts of a column hold, all arrays ``(n_texts,)``."""

    values: np.ndarray
    """``datetime64[us]``, NaT where the text is no date that a calendar has; zones are turned into UTC."""
    good: np.ndarray
    """The text is a date."""
    shaped: np.ndarray
    """Written like a date, whether or not a calendar has it (0000-00-00)."""
    pattern: str
    sure: bool = True
    """False where day and month could be exchanged throughout and still be dates."""
    zones: bool = False
    """Some texts name a time zone."""


def dates(texts: pa.Array, pattern: str | None = None) -> Dates:
    """The dates in texts.

    Args:
        texts: distinct trimmed texts.
        pattern: how they are written (``Column.pattern``); None finds out from the texts.
    """
    if pattern is None:
        return _found(texts)
    if pattern == EXCEL:
        return serial(texts)
    return _written(texts, pattern)


def likely(texts: pa.Array) -> bool:
    """Whether a look at some texts suggests dates at all: cheap, before the work."""
    some = plain(texts.slice(0, 200))
    shaped = pc.match_substring_regex(
        some, r"^(?:\d{1,4}[-/.年]\d{1,2}|\d{1,2}[:.]\d{2}|\d{1,2}[- /]?[A-Za-z]{3,9}|[A-Za-z]{3,9}\.?[- ]\d|\d{8}$)"
    )
    return bool(len(some)) and (pc.sum(shaped).as_py() or 0) >= 0.8 * len(some)


def _found(texts: pa.Array) -> Dates:
    """The way of writing that most texts share, day before month where the texts do not tell."""
    iso = _written(texts, "")
    if iso.good.any() and iso.shaped.mean() >= 0.9:
        return iso
    some = texts.slice(0, 500) if len(texts) > 500 else texts
    tried = [(float(_written(some, pattern).good.mean()), -place, pattern) for place, pattern in enumerate(_patterns())]
    best, _, pattern = max(tried)
    if best < 0.5:
        return iso
    return _decided(texts, pattern)


def _decided(texts: pa.Array, pattern: str) -> Dates:
    """The dates by a pattern, or by its opposite order of day and month where that reads more of the texts."""
    first = _written(texts, pattern)
    day = next((day for day in _OPPOSITE if pattern.startswith(day)), None)
    if day is None:
        return first
    second = _written(texts, pattern.replace(day, _OPPOSITE[day], 1))
    better = second if second.good.sum() > first.good.sum() else first
    unsure = bool(second.good.sum() == first.good.sum())
    return Dates(better.values, better.good, better.shaped, better.pattern, not unsure, better.zones)


def serial(texts: pa.Array) -> Dates:
    """Spreadsheet serial numbers as dates."""
    good = np.asarray(
        pc.match_substring_regex(texts, r"^\d{1,6}(?:\.\d+)?$").to_numpy(zero_copy_only=False), dtype=bool
    )
    days = np.full(len(texts), np.nan)
    if good.any():
        days[good] = pc.cast(texts.filter(pa.array(good)), pa.float64()).to_numpy(zero_copy_only=False)
    return Dates(from_serial(days), good, good, EXCEL)


def from_serial(days: np.ndarray) -> np.ndarray:
    """``datetime64[us]`` of days since 1899-12-30; NaN gives NaT."""
    there = np.isfinite(days)
    micro = np.where(there, np.rint(np.where(there, days, 0) * 86_400) * 1_000_000, 0).astype("timedelta64[us]")
    return np.where(there, np.datetime64("1899-12-30", "us") + micro, np.datetime64("NaT", "us"))


@cache
def _patterns() -> tuple[str, ...]:
    return tuple(day + time for day in _DAYS for time in _TIMES) + _OTHERS


@cache
def _expression(pattern: str) -> str:
    """The regular expression of a ``strptime`` pattern; empty for ISO."""
    if not pattern:
        return _ISO
    text = "".join(rf"\{sign}" if sign in ".()+?*[]" else sign for sign in pattern).replace(" ", r"\s+")
    text = text.replace(r",\s+", r",\s*").replace(r"\s+%p", r"\s*%p")
    for code, expression in _CODES.items():
        text = text.replace(code, expression)
    return f"^{text}$"


def _written(texts: pa.Array, pattern: str) -> Dates:
    """The dates of texts written by a pattern; where it has a time, a text without one is a date at midnight."""
    result = _extracted(plain(texts), pattern)
    day = pattern.split(" %H", maxsplit=1)[0].split(" %I", maxsplit=1)[0]
    if day == pattern or result.good.all() or not result.good.any():
        return result
    rest = _extracted(plain(texts), day)
    values = np.where(result.good, result.values, rest.values)
    return Dates(values, result.good | rest.good, result.shaped | rest.shaped, pattern, True, result.zones)


def _extracted(texts: pa.Array, pattern: str) -> Dates:
    parts = pc.extract_regex(texts, _expression(pattern))
    shaped = np.asarray(parts.is_valid().to_numpy(zero_copy_only=False), dtype=bool)
    names = {field.name for field in parts.type}
    whole = {name: _whole(parts, name, names) for name in ("month", "day", "hour", "minute", "second")}
    year = _year(parts, names)
    if "name" in names:
        whole["month"] = _named(parts)
    has_day, has_month = "day" in names, bool(names & {"month", "name"})
    month = whole["month"] if has_month else np.ones(len(texts), dtype=np.int64)
    day = whole["day"] if has_day else np.ones(len(texts), dtype=np.int64)
    hour, bad_half = _hour(parts, names, whole["hour"])
    good = shaped & ~bad_half & (month >= 1) & (month <= 12) & (day >= 1) & (year >= 1) & (hour < 24)
    good &= (whole["minute"] < 60) & (whole["second"] < 60)
    months = (np.where(good, year, 1970) - 1970) * 12 + np.where(good, month, 1) - 1
    start = months.astype("datetime64[M]")
    good &= day <= ((start + 1).astype("datetime64[D]") - start.astype("datetime64[D]")).astype(int)
    seconds = ((day - 1) * 24 + hour) * 3600 + whole["minute"] * 60 + whole["second"]
    micro = np.where(good, seconds * 1_000_000 + _micro(parts, names) - _zone(parts, names), 0)
    values = start.astype("datetime64[us]") + micro.astype("timedelta64[us]")
    zones = "zone" in names and bool(pc.any(pc.greater(pc.binary_length(parts.field("zone")), 0)).as_py())
    return Dates(np.where(good, values, np.datetime64("NaT", "us")), good, shaped, pattern, True, zones)


def _whole(parts: pa.StructArray, name: str, names: set[str]) -> np.ndarray:
    """The whole numbers of a group; 0 where it is absent or empty."""
    if name not in names:
        return np.zeros(len(parts), dtype=np.int64)
    texts = pc.fill_null(parts.field(name), "0")
    texts = pc.if_else(pc.equal(texts, ""), "0", texts)
    return np.asarray(pc.cast(texts, pa.int64()).to_numpy(zero_copy_only=False))


def _year(parts: pa.StructArray, names: set[str]) -> np.ndarray:
    """Years; of two digits, 00 to 68 are this century's, as ``strptime`` reads them; times of day stand in 1970."""
    if "year" not in names:
        return np.full(len(parts), 1970, dtype=np.int64)
    year = _whole(parts, "year", names)
    short = np.asarray(
        pc.fill_null(pc.equal(pc.utf8_length(parts.field("year")), 2), False).to_numpy(zero_copy_only=False)
    )
    return np.where(short.astype(bool), np.where(year < 69, year + 2000, year + 1900), year)


def _named(parts: pa.StructArray) -> np.ndarray:
    words = pc.utf8_lower(pc.fill_null(parts.field("name"), "")).to_pylist()
    return np.array([_MONTHS.get(word, 0) for word in words], dtype=np.int64)


def _hour(parts: pa.StructArray, names: set[str], hour: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Hours of the day, and where a twelve-hour clock shows an hour that it does not have."""
    if "half" not in names:
        return hour, np.zeros(len(hour), dtype=bool)
    after = pc.fill_null(pc.is_in(parts.field("half"), value_set=pa.array(["p", "P"], parts.field("half").type)), False)
    noon = np.asarray(after.to_numpy(zero_copy_only=False), dtype=bool)
    return hour % 12 + np.where(noon, 12, 0), (hour < 1) | (hour > 12)


def _micro(parts: pa.StructArray, names: set[str]) -> np.ndarray:
    if "fraction" not in names:
        return np.zeros(len(parts), dtype=np.int64)
    digits = pc.utf8_slice_codeunits(pc.utf8_rpad(pc.fill_null(parts.field("fraction"), ""), 6, "0"), 0, 6)
    return np.asarray(pc.cast(digits, pa.int64()).to_numpy(zero_copy_only=False))


def _zone(parts: pa.StructArray, names: set[str]) -> np.ndarray:
    """Microseconds by which each text's clock is ahead of UTC."""
    if "zone" not in names:
        return np.zeros(len(parts), dtype=np.int64)
    found = pc.extract_regex(pc.fill_null(parts.field("zone"), ""), r"^(?P<sign>[+-])(?P<h>\d{2}):?(?P<m>\d{2})$")
    minutes = _whole(found, "h", {"h"}) * 60 + _whole(found, "m", {"m"})
    minus = np.asarray(
        pc.fill_null(pc.equal(found.field("sign"), "-"), False).to_numpy(zero_copy_only=False), dtype=bool
    )
    return np.asarray(np.where(minus, -minutes, minutes) * 60_000_000)
