"""Cells that look like personal data: found by shape and check digit, and masked; in linear time."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.data import signs
from core.data.cells import cells
from core.data.persons import COMMON, COMPOUND, GIVEN, PLACES, SURNAMES, TITLES
from core.words import N_, Message

MOST_TEXTS = 20_000
"""Distinct texts of a column that are looked at; more are a sample of that size."""
MOST_NAMES = 2_000
"""Of texts that look like names so many are held against common given names."""
LONGEST = 4_000
"""Characters of a cell that are looked at."""
ENOUGH, BY_CHANCE = 20, 0.3
"""Of so many long numbers, one in ten passes a check digit by chance: a smaller share than this is no evidence."""
WHOLE_COLUMN = 0.5
"""From this share of cells on the column itself is personal data, not only some of its cells."""
PROVINCES = frozenset(
    str(code)
    for codes in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82, 83, 91),
    )
    for code in codes
)
"""First digits of resident numbers (GB/T 2260)."""
IBANS = {
    15: "NO", 16: "BE", 18: "DK FI FO GL NL FK SD", 19: "MK SI", 20: "AT BA EE KZ LT LU XK MN", 21: "CH CR HR LI LV",
    22: "BG BH DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM TL SO", 24: "AD CZ ES MD PK RO SA SE SK TN VG LY",
    25: "PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
}  # fmt: skip
"""Countries by the length of their account numbers (SWIFT, IBAN registry): what follows a number is no part of it."""


@dataclass(frozen=True)
class Sort:
    """A sort of personal data: what it is called, how it looks, how it is checked."""

    key: str
    label: str
    shape: str
    """For RE2 and ``re`` alike; no look-around, digits next to a match are refused by ``good``."""
    good: Callable[[str], bool]
    begins: str = ""
    """How it begins, for a quick look ahead where the shape is many."""


@dataclass(frozen=True, eq=False)
class Trace:
    """Personal data of one sort in a column."""

    key: str
    label: Message
    share: float
    """Of the filled rows, 0 to 1."""
    rows: tuple[int, ...]
    """The first 20."""
    sampled: bool = False


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def luhn(text: str) -> bool:
    """Whether the digits pass the check of payment cards (Luhn, ISO/IEC 7812-1)."""
    digits = [int(sign) for sign in reversed(_digits(text))]
    total = sum(digits[0::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return bool(digits) and total % 10 == 0


def resident(text: str) -> bool:
    """Whether it is a Chinese resident number: 18 digits with the check digit, or 15 of old (GB 11643-1999)."""
    bare = re.sub(r"[\s-]", "", text).upper()
    if bare[:2] not in PROVINCES or not re.fullmatch(r"\d{15}|\d{17}[\dX]", bare):
        return False
    born = bare[6:14] if len(bare) == 18 else "19" + bare[6:12]
    try:
        day = date(int(born[:4]), int(born[4:6]), int(born[6:]))
    except ValueError:
        return False
    if not date(1870, 1, 1) <= day <= date(2100, 1, 1):
        return False
    return len(bare) == 15 or check_digit(bare[:17]) == bare[17]


def check_digit(seventeen: str) -> str:
    """The last sign of a resident number (ISO 7064 MOD 11-2)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(seventeen, weights, strict=True))
    return "10X98765432"[total % 11]


def card(text: str) -> bool:
    """Whether it is a payment card number: a known issuer's first digits, the right length, and Luhn."""
    digits = _digits(text)
    issuer = re.match(r"4|5[1-5]|2[2-7]|3[47]|35|6011|65|62|60", digits) is not None
    return issuer and 13 <= len(digits) <= 19 and len(set(digits)) > 1 and luhn(digits)


def iban(text: str) -> bool:
    """Whether it is an international account number with its check digits (ISO 13616)."""
    bare = re.sub(r"\s", "", text).upper()
    if bare[:2] not in IBANS.get(len(bare), "") or not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]+", bare):
        return False
    return int("".join(str(int(sign, 36)) for sign in bare[4:] + bare[:4])) % 97 == 1


def address_ip(text: str) -> bool:
    """Whether it is an internet address and not the number of a version."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return False
    if found.version == 6:
        return ":" in text and len(text) > 4
    parts = [int(part) for part in text.split(".")]
    return max(parts) > 31 or parts[0] in {10, 127}


def _ssn(text: str) -> bool:
    area, group, number = text.split("-")
    return area not in {"000", "666"} and area < "900" and group != "00" and number != "0000"


def _accounts() -> str:
    """Account numbers of every country, as long as they are there."""
    return "|".join(
        rf"(?i:{countries.replace(' ', '|')})\d{{2}}(?: ?[A-Za-z0-9]){{{length - 4}}}"
        for length, countries in IBANS.items()
    )


SORTS = (
    Sort(
        "e_mail",
        N_("e-mail addresses"),
        r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,6}",
        lambda t: t[-1].isalpha(),
    ),
    Sort("iban", N_("bank account numbers (IBAN)"), _accounts(), iban, r"[A-Za-z]{2}\d"),
    Sort(
        "resident",
        N_("Chinese resident numbers"),
        r"[1-9]\d{5}[\s-]?(?:18|19|20)\d{2}[\s-]?\d{4}[\s-]?\d{3}[\s-]?[\dXx]",
        resident,
    ),
    Sort("resident", N_("Chinese resident numbers"), r"[1-9]\d{5}[\s-]?\d{6}[\s-]?\d{3}", resident),
    Sort("card", N_("payment card numbers"), r"[2-6]\d{3}(?:[ -]?\d){9,15}", card),
    Sort("phone", N_("phone numbers"), r"(?:(?:\+|00)?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}", lambda t: True),
    Sort("phone", N_("phone numbers"), r"\+[1-9]\d{0,2}(?:[ .()-]{0,2}\d){7,12}", lambda t: 8 <= len(_digits(t)) <= 15),
    Sort(
        "phone",
        N_("phone numbers"),
        r"\(\d{3}\) ?\d{3}[-. ]\d{4}|\d{3}[-.]\d{3}[-.]\d{4}|0\d{2,3}-\d{7,8}",
        lambda t: True,
    ),
    Sort("ssn", N_("US social security numbers"), r"\d{3}-\d{2}-\d{4}", _ssn),
    Sort("ip", N_("internet addresses"), r"\d{1,3}(?:\.\d{1,3}){3}", address_ip),
    Sort("ip", N_("internet addresses"), r"[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}", address_ip),
)
NAME = Sort("name", N_("names of people"), "", lambda t: True)
BIRTH = r"(?:.*_)?(?:dob|birth_?date|birthday|date_of_birth)|birth|.*(?:出生日期|生日|出生年月)"
PLAIN_NAME = r"^\pL[\pL'’.\-]*(?:[\s,·]+[\pL'’.\-]+){0,4}$"
WRITTEN_NAME = r"^\p{Lu}[\p{L}'’.\-]*(?:,? \p{Lu}[\p{L}'’.\-]*){1,3}$"
CHINESE_NAME = rf"^(?:[{''.join(sorted(SURNAMES))}]\p{{Han}}{{1,2}}|(?:{'|'.join(COMPOUND)})\p{{Han}}{{1,2}})$"
COMMON_SHARE = 0.25
"""Of a column of Chinese names so many cells begin with one of the 20 commonest family names (half of all people do);
words of other kinds that begin with signs that are also family names seldom do."""
MANY, GIVEN_SHARE = 0.8, 0.5
"""A column without a telling header holds names where so many of its cells look like one, and so many of these hold a
given name that is common."""


@cache
def _around(shape: str, begins: str = "") -> re.Pattern[str]:
    """The shape as a word of its own: no digit or letter touches it."""
    ahead = f"(?={begins})" if begins else ""
    return re.compile(rf"(?<![A-Za-z0-9._%+\-]){ahead}(?:{shape})(?![A-Za-z0-9])")


def pieces(text: str) -> list[tuple[int, int, Sort]]:
    """Personal data in one text: start, end and sort of each piece; the first sort that fits takes it."""
    if _HINT.search(text) is None:
        return []
    flat = text if text.isascii() else text.translate(_NARROW)
    taken = bytearray(len(flat))
    found: list[tuple[int, int, Sort]] = []
    for sort in SORTS:
        for match in _around(sort.shape, sort.begins).finditer(flat):
            start, end = match.span()
            if not any(taken[start:end]) and sort.good(match.group()):
                taken[start:end] = b"\1" * (end - start)
                found.append((start, end, sort))
    return sorted(found, key=lambda piece: piece[0])


_HINT = re.compile(
    r"[@＠]|:[0-9A-Fa-f]{0,4}:|\d[.．]\d{1,3}[.．]\d|(?:\d\D{0,2}){7}|[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]){11}"
)
"""Without any of these a text holds no piece: most texts are read once and no more."""
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
"""Full-width digits, letters and signs to usual ones, sign for sign, so that places in the text stay true."""


def mask(text: str, whole: bool = True) -> str:
    """The text with personal data hidden: of each piece the first and the last sign stay.

    Args:
        text: a cell.
        whole: the cell is personal data as such (a name), so it is hidden even where no piece has a shape of its own;
            False for sentences in which personal data may stand.
    """
    found = pieces(text)
    if not found:
        return _hidden(text) if whole else text
    parts, end = [], 0
    for start, stop, _ in found:
        parts += [text[end:start], _hidden(text[start:stop], stop - start)]
        end = stop
    return "".join([*parts, text[end:]])


def _hidden(text: str, length: int = 14) -> str:
    """The ends of a text; a piece keeps its length, so that places in the text around it stay true."""
    if len(text) <= 2:
        return text[:1] + "*" * max(1, len(text) - 1)
    return text[0] + "*" * (min(len(text), length) - 2) + text[-1]


def scan(series: pd.Series, name: str = "") -> tuple[Trace, ...]:
    """Sorts of personal data in a column, the most frequent first."""
    column = cells(series)
    return traces(name, column.texts, column.counts, column.rows)


def traces(
    name: str, texts: pa.Array, counts: np.ndarray, rows: Callable[[np.ndarray], tuple[int, ...]]
) -> tuple[Trace, ...]:
    """Sorts of personal data in the distinct texts of a column.

    Args:
        name: the column's name.
        texts: distinct texts ``(n_texts,)``.
        counts: rows of each, ``(n_texts,)``; 0 where it is no value.
        rows: row numbers of a mask over the texts.
    """
    sampled = len(texts) > MOST_TEXTS
    chosen = np.linspace(0, len(texts) - 1, MOST_TEXTS).astype(np.int64) if sampled else np.arange(len(texts))
    some = texts.take(pa.array(chosen)) if sampled else texts
    weights = counts[chosen]
    total = max(int(weights.sum()), 1)
    found = []
    for key, (label, marked) in _marked(name, some, weights).items():
        there = np.zeros(len(texts), dtype=bool)
        there[chosen[marked]] = True
        found.append(Trace(key, Message(label), int(weights[marked].sum()) / total, rows(there), sampled))
    return tuple(sorted(found, key=lambda trace: -trace.share))


def _marked(name: str, texts: pa.Array, weights: np.ndarray) -> dict[str, tuple[str, np.ndarray]]:
    """By sort its label and a mask over the texts."""
    result: dict[str, tuple[str, np.ndarray]] = {}
    flat = pc.utf8_slice_codeunits(texts, 0, LONGEST)
    if not pc.all(pc.string_is_ascii(flat)).as_py():
        flat = pc.utf8_normalize(flat, "NFKC")
    taken = np.zeros(len(texts), dtype=bool)
    for sort in SORTS:
        candidates = np.flatnonzero(_matches(flat, sort.shape) & ~taken & (weights > 0))
        hits = [place for place in candidates if _holds(flat[int(place)].as_py(), sort)]
        if not hits or (len(candidates) >= ENOUGH and len(hits) < BY_CHANCE * len(candidates)):
            continue
        taken[hits] = True
        label, before = result.get(sort.key, (sort.label, np.zeros(len(texts), dtype=bool)))
        before[hits] = True
        result[sort.key] = (label, before)
    named = _names(name, flat, weights) & ~taken
    if named.any():
        result[NAME.key] = (NAME.label, named)
    return result


def _matches(texts: pa.Array, pattern: str) -> np.ndarray:
    return np.asarray(pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False), dtype=bool)


def _holds(text: str, sort: Sort) -> bool:
    return any(sort.good(match.group()) for match in _around(sort.shape, sort.begins).finditer(text))


def _names(name: str, texts: pa.Array, weights: np.ndarray) -> np.ndarray:
    """Texts that are names of people, judged by the whole column and its header: a mask."""
    nobody = np.zeros(len(texts), dtype=bool)
    distinct = int((weights > 0).sum())
    if signs.person(name):
        looks = _matches(texts, PLAIN_NAME)
        return looks if weights[looks].sum() >= 0.5 * weights.sum() else nobody
    if distinct < 20 or distinct < 0.3 * weights.sum():
        return nobody
    chinese: np.ndarray = _matches(texts, CHINESE_NAME) & ~_matches(texts, rf"[{PLACES}]$")
    if weights[chinese].sum() >= MANY * weights.sum():
        often = _matches(texts, rf"^[{COMMON}]")
        return chinese if weights[chinese & often].sum() >= COMMON_SHARE * weights.sum() else nobody
    written = _matches(texts, WRITTEN_NAME)
    if weights[written].sum() < MANY * weights.sum():
        return nobody
    some = np.flatnonzero(written)[:MOST_NAMES]
    known = sum(bool(_given(str(texts[int(at)].as_py()))) for at in some)
    return written if int(known) >= GIVEN_SHARE * len(some) else nobody


def _given(text: str) -> bool:
    """Whether a given name that is common stands where one stands: in front, behind a title, or behind a comma."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    while len(words) > 1 and words[0] in TITLES:
        words = words[1:]
    behind = re.findall(r"[^\W\d_]+", text.lower().partition(",")[2])
    return words[0] in GIVEN or (bool(behind) and behind[0] in GIVEN)


def birth(name: str) -> bool:
    """Whether the name of a column says that it holds dates of birth."""
    return re.fullmatch(BIRTH, signs.normal(name)) is not None
