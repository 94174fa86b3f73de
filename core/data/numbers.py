"""Texts to numbers: thousands separators, decimal comma, percent, currency, units, accounting negatives."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.data.cells import plain

BEFORE = r"(?:US\$|HK\$|NT\$|R\$|[$€£¥₹₩]|(?:USD|EUR|GBP|CNY|RMB|HKD|JPY|CHF)\s?)"
AFTER = r"(?:%|‰|°[CF]?|[^\d\s.,+\-()<>=~][^\d\s,+()<>=~]{0,9}(?: ?[²³])?)"
SHAPE = (
    rf"^(?P<bound>[<>≤≥]=?\s?)?(?P<open>\()?(?P<sign>[-+])?\s?(?P<before>{BEFORE})?\s?(?P<sign2>[-+])?"
    r"(?P<body>\d[\d.,'’\s]*|[.,]\d+)(?P<exponent>[eE][-+]?\d+)?"
    rf"\s?(?P<after>{AFTER})?(?P<close>\))?$"
)
GROUPED = {
    ".": r"^\d{1,3}(?:,\d{3})+(?:\.\d*)?$|^\d{1,3}(?:[\s'’]\d{3})+(?:\.\d*)?$",
    ",": r"^\d{1,3}(?:\.\d{3})+(?:,\d*)?$|^\d{1,3}(?:[\s'’]\d{3})+(?:,\d*)?$",
}
PLAIN = {".": r"^(?:\d+\.?\d*|\.\d+)$", ",": r"^(?:\d+,?\d*|,\d+)$"}
_MONEY = "$ us$ hk$ nt$ r$ € £ ¥ ₹ ₩ usd eur gbp cny rmb hkd jpy chf 元 万 万元 千元 亿"
_MASS = "kg g mg µg ug ng lb lbs oz t 公斤 斤 千克 克 吨"
_LENGTH = "cm mm m km in inch ft 厘米 毫米 米 公里"
_VOLUME = "ml l dl µl 毫升 升 mg/dl mmol/l g/l g/dl µmol/l iu u/l"
_TIME = "h hr hrs hours min mins minutes s sec seconds ms d day days week weeks mo month months y yr yrs year years"
_OTHER = "% ‰ mmhg kpa bpm °c °f 岁 天 周 月 年 小时 分钟 秒"
UNITS = frozenset(unit for group in (_MONEY, _MASS, _LENGTH, _VOLUME, _TIME, _OTHER) for unit in group.split())
NEARLY_ALL = 0.9
LONGEST_WITH_UNIT = 14
"""Longer digits with a letter behind are numbers of people or things (a resident number that ends in X)."""
LARGEST = 1e30
"""Beyond it single precision, which learning computes with, soon ends: such a number is no measure but a mistake."""
INFINITE = r"(?i)^[-+]?(?:inf(?:inity)?|∞)$"


@dataclass(frozen=True, eq=False)
class Numbers:
    """What numbers the distinct texts of a column hold, all arrays ``(n_texts,)``."""

    values: np.ndarray
    """float64; NaN where the text is no number, or none that can be computed with."""
    good: np.ndarray
    """The text is a number (an infinite one too)."""
    infinite: np.ndarray
    """A number beyond what can be computed with: 1e400, inf."""
    bounds: np.ndarray
    """A limit such as "<0.5", read as the limit itself."""
    decimal: str = "."
    scale: str = ""
    scales: tuple[str, ...] = ()
    """Units and currencies found; where there is more than one, no text with a unit is good."""

    @property
    def mixed(self) -> bool:
        """Several known units or currencies stand beside the numbers."""
        return len(self.scales) > 1 and all(scale.casefold() in UNITS for scale in self.scales)


def numbers(texts: pa.Array, decimal: str = ".", scale: str | None = None) -> Numbers:
    """The numbers in texts.

    Args:
        texts: distinct trimmed texts, none empty.
        decimal: what the file was found to use; the column's own cells overrule it.
        scale: the one unit that is accepted; None takes the one that most cells have.
    """
    return simply(texts, decimal) or _careful(texts, decimal, scale)


def simply(texts: pa.Array, decimal: str = ".") -> Numbers | None:
    """The numbers in texts if all are written as computers write them: quick; None if one is not."""
    if decimal == "," and pc.any(pc.match_substring(texts, ".")).as_py():
        return None  # "1.234" may be a thousand and more
    try:
        return _simple(pc.cast(texts, pa.float64()).to_numpy(zero_copy_only=False))
    except pa.ArrowInvalid:
        return None


def _simple(values: np.ndarray) -> Numbers:
    """Every text is a number as computers write them; "nan" is a word."""
    finite = np.abs(values) <= LARGEST
    nothing = np.zeros(len(values), dtype=bool)
    if finite.all():
        return Numbers(values, finite, nothing, nothing)
    infinite = np.abs(values) > LARGEST
    return Numbers(np.where(finite, values, np.nan), finite | infinite, infinite, nothing)


def _careful(texts: pa.Array, decimal: str, scale: str | None) -> Numbers:
    flat = plain(texts)
    parts = pc.extract_regex(flat, SHAPE)
    body = pc.utf8_trim_whitespace(parts.field("body"))
    decimal = _decimal(body, decimal)
    scales = _scales(parts)
    kept = scale if scale is not None else _common(parts, scales)
    digits = pc.if_else(_mask(body, PLAIN[decimal]), body, _ungrouped(body, decimal))
    digits = pc.replace_substring(digits, ",", ".") if decimal == "," else digits
    exponent = pc.fill_null(parts.field("exponent"), "")
    values = _floats(pc.binary_join_element_wise(digits, exponent, pa.scalar("", exponent.type)))
    good = ~np.isnan(values) & _fits(parts, kept)
    values = np.where(_negative(parts), -values, values)
    endless = np.asarray(_mask(flat, INFINITE).to_numpy(zero_copy_only=False), dtype=bool)
    infinite = ((np.abs(values) > LARGEST) & good) | endless
    good |= endless
    bounds = good & (_lengths(parts, "bound") > 0)
    return Numbers(np.where(good & ~infinite, values, np.nan), good, infinite, bounds, decimal, kept, scales)


def _mask(texts: pa.Array, pattern: str) -> pa.Array:
    return pc.fill_null(pc.match_substring_regex(texts, pattern), False)


def _lengths(parts: pa.StructArray, name: str) -> np.ndarray:
    lengths = pc.fill_null(pc.binary_length(parts.field(name)), 0)
    return np.asarray(lengths.to_numpy(zero_copy_only=False))


def _decimal(body: pa.Array, found: str) -> str:
    """The column's decimal sign: the file's, unless the cells can only be read with the other."""
    with_sign = body.filter(pc.fill_null(pc.match_substring_regex(body, "[.,]"), False))
    if not len(with_sign):
        return found

    def readable(decimal: str) -> int:
        either = pc.or_(_mask(with_sign, PLAIN[decimal]), _mask(with_sign, GROUPED[decimal]))
        return int(pc.sum(either).as_py() or 0)

    other = "," if found == "." else "."
    return other if readable(other) > readable(found) else found


def _ungrouped(body: pa.Array, decimal: str) -> pa.Array:
    """Digits without thousands separators; null where the groups are not of three."""
    good = _mask(body, GROUPED[decimal])
    bare = pc.replace_substring_regex(body, r"[,\s'’]" if decimal == "." else r"[.\s'’]", "")
    return pc.if_else(good, bare, None)


def _floats(texts: pa.Array) -> np.ndarray:
    return np.asarray(pc.cast(texts, pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def _signs(parts: pa.StructArray) -> pa.Array:
    """The unit or currency of each text, "" for none, null where the text is no number."""
    after = pc.fill_null(parts.field("after"), "")
    before = pc.utf8_trim_whitespace(pc.fill_null(parts.field("before"), ""))
    joined = pc.if_else(pc.not_equal(before, ""), before, after)
    return pc.if_else(pc.is_valid(parts.field("body")), joined, None)


def _scales(parts: pa.StructArray) -> tuple[str, ...]:
    """Units and currencies found, most frequent first, spelled as most write them."""
    seen = _signs(parts).drop_null()
    table = pc.value_counts(seen.filter(pc.not_equal(seen, "")))
    tally: Counter[str] = Counter()
    spelling: dict[str, tuple[int, str]] = {}
    for item in table.to_pylist():
        key = item["values"].casefold()
        tally[key] += item["counts"]
        spelling[key] = max(spelling.get(key, (0, "")), (item["counts"], item["values"]))
    return tuple(spelling[key][1] for key, _ in tally.most_common(12))


def _common(parts: pa.StructArray, scales: tuple[str, ...]) -> str:
    """The one unit that the numbers carry; a word that is no known unit must stand beside nearly all of them."""
    if len(scales) != 1:
        return ""
    signs = _signs(parts).drop_null()
    share = (pc.sum(pc.not_equal(signs, "")).as_py() or 0) / len(signs)
    return scales[0] if scales[0].casefold() in UNITS or share >= NEARLY_ALL else ""


def _fits(parts: pa.StructArray, scale: str) -> np.ndarray:
    """Texts whose unit is none or the one accepted, and whose brackets close."""
    signs = pc.utf8_lower(_signs(parts))
    fits = pc.or_(pc.equal(signs, ""), pc.equal(signs, scale.casefold()))
    closed = (_lengths(parts, "open") > 0) == (_lengths(parts, "close") > 0)
    both = (_lengths(parts, "before") > 0) & (_lengths(parts, "after") > 0)
    twice = (_lengths(parts, "sign") > 0) & (_lengths(parts, "sign2") > 0)
    good = np.asarray(pc.fill_null(fits, False).to_numpy(zero_copy_only=False), dtype=bool)
    good &= (_lengths(parts, "body") < LONGEST_WITH_UNIT) | np.asarray(pc.equal(signs, "").fill_null(True))
    return np.asarray(good & closed & ~both & ~twice)


def _negative(parts: pa.StructArray) -> np.ndarray:
    minus = [
        pc.fill_null(pc.equal(parts.field(name), "-"), False).to_numpy(zero_copy_only=False)
        for name in ("sign", "sign2")
    ]
    return np.asarray((_lengths(parts, "open") > 0) ^ minus[0] ^ minus[1])
