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
from core.words import N_, Message

MOST_TEXTS = 20_000
"""Distinct texts of a column that are looked at; more are a sample of that size."""
LONGEST = 4_000
"""Characters of a cell that are looked at."""
ENOUGH, BY_CHANCE = 20, 0.3
"""Of so many long numbers, one in ten passes a check digit by chance: a smaller share than this is no evidence."""
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
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖"
    "贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
PLACES = "省市县区镇乡村路街道州州旗屯湖江河山岛港湾寺桥科室院校所店部局厅"


@dataclass(frozen=True)
class Sort:
    """A sort of personal data: what it is called, how it looks, how it is checked."""

    key: str
    label: str
    shape: str
    """For RE2 and ``re`` alike; no look-around, digits next to a match are refused by ``good``."""
    good: Callable[[str], bool]


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
    if not 15 <= len(bare) <= 34 or not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]+", bare):
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


SORTS = (
    Sort(
        "e_mail",
        N_("e-mail addresses"),
        r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,6}",
        lambda t: t[-1].isalpha(),
    ),
    Sort(
        "resident",
        N_("Chinese resident numbers"),
        r"[1-9]\d{5}[\s-]?(?:18|19|20)\d{2}[\s-]?\d{4}[\s-]?\d{3}[\s-]?[\dXx]",
        resident,
    ),
    Sort("resident", N_("Chinese resident numbers"), r"[1-9]\d{5}[\s-]?\d{6}[\s-]?\d{3}", resident),
    Sort("card", N_("payment card numbers"), r"[2-6]\d{3}(?:[ -]?\d){9,15}", card),
    Sort("iban", N_("bank account numbers (IBAN)"), r"[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]){11,30}", iban),
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


@cache
def _around(shape: str) -> re.Pattern[str]:
    """The shape as a word of its own: no digit or letter touches it."""
    return re.compile(rf"(?<![A-Za-z0-9._%+\-])(?:{shape})(?![A-Za-z0-9])")


def pieces(text: str) -> list[tuple[int, int, Sort]]:
    """Personal data in one text: start, end and sort of each piece; the first sort that fits takes it."""
    flat = text.translate(_NARROW)
    taken = bytearray(len(flat))
    found: list[tuple[int, int, Sort]] = []
    for sort in SORTS:
        for match in _around(sort.shape).finditer(flat):
            start, end = match.span()
            if not any(taken[start:end]) and sort.good(match.group()):
                taken[start:end] = b"\1" * (end - start)
                found.append((start, end, sort))
    return sorted(found, key=lambda piece: piece[0])


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
        parts += [text[end:start], _hidden(text[start:stop])]
        end = stop
    return "".join([*parts, text[end:]])


def _hidden(text: str) -> str:
    if len(text) <= 2:
        return text[:1] + "*"
    return text[0] + "*" * min(len(text) - 2, 12) + text[-1]


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
    return any(sort.good(match.group()) for match in _around(sort.shape).finditer(text))


def _names(name: str, texts: pa.Array, weights: np.ndarray) -> np.ndarray:
    """Texts that are names of people, judged by the whole column and its header: a mask."""
    nobody = np.zeros(len(texts), dtype=bool)
    distinct = int((weights > 0).sum())
    if signs.person(name):
        looks = _matches(texts, PLAIN_NAME)
        return looks if weights[looks].sum() >= 0.5 * weights.sum() else nobody
    if distinct < 20 or distinct < 0.3 * weights.sum():
        return nobody
    chinese = _matches(texts, rf"^[{''.join(sorted(SURNAMES))}]\p{{Han}}{{1,3}}$") & ~_matches(texts, rf"[{PLACES}]$")
    return chinese if weights[chinese].sum() >= 0.85 * weights.sum() else nobody


def birth(name: str) -> bool:
    """Whether the name of a column says that it holds dates of birth."""
    return re.fullmatch(BIRTH, signs.normal(name)) is not None
