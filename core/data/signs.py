"""What the name of a column and the look of its texts suggest."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.domains import domains, recognise
from core.domains.domain import Known

_NAMES = {
    "identifier": r"(?:.*_)?(?:id|ids|uid|uuid|guid|key|nbr|no|mrn|index|idx|serial|isbn|acct|account_number|"
    r"(?:phone|mobile|card|policy|case|record|ticket|order|invoice|student|patient|customer|client)_(?:no|num|number)|"
    r"reference)|id_.*|unnamed(?:_\d+)?|.*(?:编号|学号|工号|证号|卡号|序号|号码|单号|流水号|病历号|住院号|门诊号|账号|帐号|身份证)",
    "code": r".*(?:code|_id|_type|_category|nationality|nacionality|occupation|qualification|profession|ethnicity)s?|"
    r"(?:.*_)?(?:course|type|category|zip|postcode|region|province|district|country|ward|icd|diagnosis)|"
    r".*(?:代码|编码|类别|类型|专业|民族|职业|科室|院系|地区|省份|邮编|诊断|编号)",
    "date": r"(?:.*_)?(?:date|dates|dob|birthday|birthdate|timestamp|datetime)(?:_.*)?|.*(?:日期|时间|生日|年月|出生)",
    "person": r"(?:.*_)?(?:name|first|last|firstname|lastname|forename|surname|full_?name|given_?name|family_?name|"
    r"maiden_?name|nick_?name)(?:_name)?|.*(?:姓名|名字|姓氏|联系人|家长|监护人)",
}
NOT_PERSON = (
    r"(?:.*_)?(?:school|college|university|course|class|product|file|company|brand|city|country|hospital|department|drug|"
    r"disease|test|item|variable|column|table|event|user_agent|bank|branch|subject|topic|skill|team|host|domain|feature)"
    r"_?names?|.*(?:学校|医院|公司|课程|产品|药品|疾病|科室)(?:姓名|名字)"
)


@cache
def normal(name: str) -> str:
    """The name as patterns expect it, its humps ("BloodPressure") taken for words."""
    return recognise.normal(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name[:200]))


@cache
def _expression(what: str) -> re.Pattern[str]:
    return re.compile(_NAMES[what])


def named(name: str, what: str) -> bool:
    """Whether the name of a column says that it holds an ``identifier``, a ``code`` or a ``date``."""
    return _expression(what).fullmatch(normal(name)) is not None


def person(name: str) -> bool:
    """Whether the name of a column says that it holds people's names."""
    return named(name, "person") and re.fullmatch(NOT_PERSON, normal(name)) is None


def knowledge(domain: str) -> Callable[[str], Known | None]:
    """What a field of work knows of a column by its name; nothing where the field is not one of ours."""
    field = domains().get(domain)
    return lambda name: recognise.recognise(name[:200], field)


@dataclass(frozen=True)
class Measure:
    """How long the distinct texts of a column are."""

    size: float
    """Median characters; a Chinese, Japanese or Korean character counts three, for it says as much."""
    words: float
    """Mean words; two such characters count as one."""


def measure(texts: pa.Array) -> Measure:
    """The length of texts, from the first 2,000."""
    some = texts.slice(0, 2000)
    if not len(some):
        return Measure(0.0, 0.0)
    length = _count(pc.utf8_length(some))
    wide = _count(pc.count_substring_regex(some, r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]"))
    words = _count(pc.count_substring_regex(some, r"[^\s\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]+"))
    return Measure(float(np.median(length + 2 * wide)), float(np.mean(words + wide / 2)))


def _count(numbers: pa.Array) -> np.ndarray:
    return np.asarray(numbers.to_numpy(zero_copy_only=False), dtype=np.float64)


def prose(measured: Measure, distinct: int, rows: int) -> bool:
    """Whether texts of that length, of which so many differ, are sentences rather than categories."""
    if distinct < 10 or distinct < 0.1 * rows:
        return False
    if measured.size >= 60 and measured.words >= 4:
        return distinct >= 20 or distinct >= 0.5 * rows
    return measured.words >= 4 and measured.size >= 15 and distinct >= 0.5 * rows


def nested(texts: pa.Array) -> bool:
    """Whether the texts are lists or records as JSON or Python write them."""
    some = texts.slice(0, 200)
    return bool(len(some)) and bool(pc.all(pc.match_substring_regex(some, r"(?s)^(?:\[.*\]|\{.*\})$")).as_py())
