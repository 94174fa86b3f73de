"""From words to a question."""

from __future__ import annotations

import re

from core.data.names import closest, find_column, unknown_column
from core.data.table import Column, Schema
from core.data.task import YES, Goal
from core.errors import Problem
from core.words import N_, Message

_OPERATOR = re.compile(r"(?=(>=|<=|==|[=<>≥≤＝＞＜]))")
_BARE = frozenset(("yes", "no", "y", "n", "true", "false", "t", "f", "是", "否", "有", "无"))
"""Answers that say nothing without their column."""
_SAME = {"≥": ">=", "≤": "<=", "＝": "=", "＞": ">", "＜": "<", "==": "="}


def parse_goal(text: str, schema: Schema) -> Goal:
    """The question that a text asks: ``COL``, ``COL>=NUMBER`` (``>``, ``<=``, ``<``) or ``COL=VALUE|VALUE``.

    A column whose whole name is the text wins; else the longest column name that an operator follows. Blanks around
    names, operators and values do not count; neither do capitals where only one column fits.

    Raises:
        Problem: no such column (the closest names are given), no number after an inequality, a value that the column
            does not have, or an inequality asked of a column of words.
    """
    column = find_column(text, schema)
    if column is not None:
        return Goal(column.name)
    splits = [(text[: at.start()], at.group(1), text[at.end(1) :]) for at in _OPERATOR.finditer(text)]
    for left, operator, right in reversed(splits):
        column = find_column(left, schema)
        if column is not None:
            return _derived(column, _SAME.get(operator, operator), right.strip())
    raise unknown_column(splits[0][0] if splits else text, schema)


def _derived(column: Column, operator: str, right: str) -> Goal:
    if operator == "=":
        return Goal(column.name, "=", values=_values(column, right))
    if column.kind in ("category", "text", "date"):
        raise Problem(
            N_("Column {column} does not hold numbers, so {sign} cannot be asked of it. Write {example} instead."),
            column=column.name,
            sign=operator,
            example=f"{column.name}={'|'.join(column.levels[:2]) or '…'}",
        )
    try:
        number = float(right.replace(",", ".") if right.count(",") == 1 else right)
    except ValueError:
        raise Problem(
            N_("After {sign} a number is needed, but there is “{text}”. Write it like {example}."),
            sign=operator,
            text=right,
            example=f"{column.name}{operator}10",
        ) from None
    return Goal(column.name, operator, number=number)  # type: ignore[arg-type]


def _values(column: Column, right: str) -> tuple[str, ...]:
    asked = [one.strip() for one in right.replace("｜", "|").split("|") if one.strip()]
    if not asked:
        raise Problem(
            N_("After = a value of column {column} is needed. Its values include {levels:list}."),
            column=column.name,
            levels=list(column.levels[:5]),
        )
    if column.kind == "number" or not column.levels:
        return tuple(asked)
    folded = {level.strip().casefold(): level for level in reversed(column.levels)}
    known = set(column.levels)
    missing = [one for one in asked if one not in known and one.casefold() not in folded]
    if missing and len(column.levels) < 1000:
        raise Problem(
            N_("Column {column} has no value {value}. Its values include {levels:list}."),
            column=column.name,
            value=missing[0],
            levels=closest(missing[0], column.levels) or list(column.levels[:5]),
        )
    return tuple(one if one in known else folded.get(one.casefold(), one) for one in asked)


def event_of(goal: Goal, positive: str) -> str | Message:
    """What a yes/no model gives the chance of, so that it is understood alone: not "1" but "DEATH_EVENT = 1".

    An answer that is a word of its own stays as the file has it; for a limit the question itself stands.

    >>> event_of(Goal("DEATH_EVENT"), "1"), event_of(Goal("target"), "Dropout")
    ('DEATH_EVENT = 1', 'Dropout')
    """
    if goal.derived:
        return str(goal) if positive == YES else Message(N_("not {goal}"), {"goal": str(goal)})
    bare = positive.strip().casefold()
    return f"{goal.column} = {positive}" if bare in _BARE or not any(sign.isalpha() for sign in bare) else positive
