"""Which row of a table names its columns; a first record is never taken for one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from core.data.formats.cells import is_number, is_value, trim
from core.data.formats.separator import width_of
from core.errors import Problem
from core.words import N_

SAMPLE_ROWS, SAMPLE_COLUMNS = 200, 300
WORDS = """id no nr number index key code name names title label labels class target outcome result score scores grade
    grades mark marks sex gender age date day month year time week type kind category group status state country city
    region district address school student teacher course subject department hospital ward patient diagnosis disease
    symptom treatment drug dose price amount balance income value rate ratio count total weight height text comment
    comments question answer ask review sentence sentiment message content description desc note notes email phone job
    education marital race nationality language url source customer client account product item order first last user
    owner x y
    序号 编号 学号 工号 姓名 名称 名字 性别 年龄 日期 时间 年 月 日 类别 类型 分类 标签 标题 内容 文本 评论 描述 备注
    学校 班级 年级 成绩 分数 科目 课程 老师 学生 医院 科室 病人 患者 诊断 疾病 症状 治疗 药物 结果 金额 收入 余额 价格
    地区 城市 省份 国家 地址 电话 职业 学历 民族 状态 问题 回答 来源 数量 单位 身高 体重"""
NAMES = frozenset(WORDS.split())
"""Words that name columns far more often than they stand in a cell."""


UNIT = re.compile(r"[(\[].*[)\]]|[%°µ]?\w{0,2}(?:/\w{1,3})?|-")
"""How units are written: in brackets, or as kg, mm, g/dl."""


@dataclass(frozen=True)
class Header:
    """Row numbers counted from 0: ``row`` of the names (-1: there is none), ``start`` of the first record.

    ``titles`` are rows above that hold no table; ``second`` is another row of names or units beside the chosen one;
    ``sure`` is False where it was a close call.
    """

    row: int
    start: int
    titles: tuple[int, ...] = ()
    second: int | None = None
    sure: bool = True


def find(rows: Sequence[Sequence[str]]) -> Header:
    """The header among the first rows of a table (blank rows are empty lists)."""
    sample = trim(rows[:SAMPLE_ROWS])
    width = width_of([row for row in sample if any(row)])
    candidate = _candidate(sample, width)
    if candidate is not None:
        verdict = is_header(sample[candidate], _body(sample, candidate + 1))
        second = _second(sample, candidate)
        if second is not None:
            return _two(sample, candidate, second)
        if verdict > 0:
            return Header(candidate, candidate + 1, _filled(sample, candidate), sure=verdict > 1)
    start = next((number for number, row in enumerate(sample) if _is_record(row, width)), 0)
    return Header(-1, start, _filled(sample, start), sure=False)


def choose(rows: Sequence[Sequence[str]], asked: int | None) -> Header:
    """The header asked for, or else the one found.

    Raises:
        Problem: there is no such row among the first.
    """
    if asked is None:
        return find(rows)
    if asked >= len(rows):
        raise Problem(
            N_("Row {row:count} cannot hold the column names: only the first {rows:count} rows can be chosen."),
            row=asked + 1,
            rows=len(rows),
        )
    return at(rows, asked)


def at(rows: Sequence[Sequence[str]], asked: int) -> Header:
    """The header that the analyst asked for; -1 says there is none."""
    sample = trim(rows[: max(SAMPLE_ROWS, asked + 20)])
    if asked >= 0:
        below = _second(sample, asked) if asked < len(sample) else None
        start = asked + 1 if below is None else below + 1
        return Header(asked, start, _filled(sample, asked), below)
    width = width_of([row for row in sample if any(row)])
    start = next((number for number, row in enumerate(sample) if _is_record(row, width)), 0)
    return Header(-1, start, _filled(sample, start))


def _filled(rows: list[list[str]], end: int) -> tuple[int, ...]:
    return tuple(number for number in range(min(end, len(rows))) if any(rows[number]))


def _body(rows: list[list[str]], start: int) -> list[list[str]]:
    return [row for row in rows[start:] if any(row)]


def _is_record(row: list[str], width: int) -> bool:
    return len(row) >= width and any(row) and not row[0].startswith("#")


def _candidate(rows: list[list[str]], width: int) -> int | None:
    """The first row that is filled about as well as the rows of the body; comments and titles are not."""
    usual = median([sum(map(bool, row)) for row in rows if any(row)] or [0])
    for number, row in enumerate(rows):
        comment = bool(row) and row[0].startswith("#") and len(row) < width
        if not comment and sum(map(bool, row)) >= max(1, 0.5 * usual) and len(row) >= min(2, width):
            return number
    return None


def _second(rows: list[list[str]], candidate: int) -> int | None:
    """The row below the candidate where it, too, holds names or units and not values."""
    body = _body(rows, candidate + 2)
    if candidate + 1 >= len(rows) or len(body) < 2 or not any(rows[candidate + 1]):
        return None
    upper, lower = (votes(rows[number], body) for number in (candidate, candidate + 1))
    both = all(vote[0] >= max(1, 0.5 * vote[2]) and vote[1] == 0 for vote in (upper, lower))
    return candidate + 1 if both else None


def _two(rows: list[list[str]], upper: int, lower: int) -> Header:
    """Of two rows of names the one with more different names; equally many: the lower one, unless it holds units."""
    names = [len({cell for cell in rows[number] if cell}) for number in (upper, lower)]
    units = all(UNIT.fullmatch(cell) for cell in rows[lower] if cell)
    row, other = (upper, lower) if names[0] > names[1] or units else (lower, upper)
    titles = tuple(number for number in _filled(rows, upper + 2) if number not in (upper, lower))
    return Header(row, lower + 1, titles, second=other, sure=False)


def is_header(row: list[str], body: list[list[str]]) -> int:
    """2: surely a row of names; 1: probably; 0: a record (or not to be told)."""
    if not any(row):
        return 0
    body = [other for other in body if other != row] or body  # a header repeated within the table is no record
    if not body:
        return 0 if any(is_value(cell) for cell in row if cell) else 2
    names, values, typed = votes(row, body)
    for counts in (_counts_up, _years):
        if counts(row) and not any(counts(other) for other in body[:20]) and (counts is _counts_up or not values):
            return 1
    if names and names >= 3 * values:
        return 2 if names >= 0.5 * typed else 1
    if names or values:
        return 0
    return _looks_like_names(row, body)


def votes(row: list[str], body: list[list[str]]) -> tuple[int, int, int]:
    """How many cells speak for names, how many for values, and how many columns hold numbers or dates."""
    names = values = typed = 0
    years = _years(row)
    for number, cell in enumerate(row[:SAMPLE_COLUMNS]):
        below = [other[number] for other in body if number < len(other) and other[number]]
        if not below:
            continue
        if sum(map(is_value, below)) >= 0.8 * len(below):
            typed += 1
            names += bool(cell) and not is_value(cell)
            values += bool(cell) and is_value(cell) and not years and not _lone_year(cell, below)
        elif cell and ((is_value(cell) and not years) or cell in below):
            values += 1
    return names, values, typed


def _years(row: list[str]) -> bool:
    """True where the numbers of a row rise or fall evenly, as 2019, 2020, 2021 do in a header."""
    numbers = [int(cell) for cell in row if cell.isdecimal() and cell.isascii() and len(cell) == 4]
    steps = {after - before for before, after in pairwise(numbers)}
    plain = sum(map(is_number, row)) == len(numbers)
    return plain and len(numbers) >= 2 and len(steps) == 1 and 0 not in steps and 1800 < min(numbers) < 2200


def _lone_year(cell: str, below: list[str]) -> bool:
    """True for a year above figures that are none."""
    return _is_year(cell) and not any(map(_is_year, below))


def _is_year(cell: str) -> bool:
    return len(cell) == 4 and cell.isascii() and cell.isdecimal() and 1800 < int(cell) < 2200


def _counts_up(row: list[str]) -> bool:
    """True for 0, 1, 2, ... or 1, 2, 3, ...: the numbers a program gives to columns without names."""
    filled = row[1:] if row and not row[0] else row
    return len(filled) >= 3 and filled in ([str(n + first) for n in range(len(filled))] for first in (0, 1))


def _looks_like_names(row: list[str], body: list[list[str]]) -> int:
    """For tables of words only: known names, or short words above long texts and repeated categories; 0, 1 or 2."""
    filled = [cell for cell in row if cell]
    if len(set(filled)) < len(filled) or max(map(len, filled)) > 60:
        return 0
    known = sum(_known(cell) for cell in filled)
    if known >= max(1, 0.3 * len(filled)):
        return 2 if known > 0.5 * len(filled) else 1
    if len(row) < 2:
        return 0
    hints = sum(_above(cell, [other[n] for other in body if n < len(other) and other[n]]) for n, cell in enumerate(row))
    return int(hints > 0.5 * len(filled))


def _known(cell: str) -> bool:
    words = re.split(r"[\s_\-./()]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cell).lower())
    return len(words) <= 4 and any(word in NAMES or word.rstrip("s") in NAMES for word in words if word)


def _above(cell: str, below: list[str]) -> bool:
    """True where a cell is set off from what stands below it: much shorter, or none of a few categories."""
    if not cell or len(below) < 5:
        return False
    if len(cell) <= 30 and median(map(len, below)) > 3 * len(cell):
        return True
    return len(below) >= 20 and len(set(below)) <= 0.3 * len(below)
