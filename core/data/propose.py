"""What a field of work suggests for a table, from its columns alone: goals, sensitive columns, split, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.data.costs import costs
from core.data.labels import COUNTABLE
from core.data.table import Column, TableCard
from core.data.task import Goal
from core.domains.domain import Domain, LikelyTarget
from core.domains.recognise import leaks_into, likely, normal, recognise
from core.words import N_, Message

MOST_GOALS = 5
HALF_A_YEAR = 180
_TARGET_NAMES = re.compile(
    r"target|label|class|classes|y|outcome|output|result|response|status|default|diagnosis|grade|score|flag"
    r"|结果|标签|目标|类别|结局|分类|是否.+"
)


@dataclass(frozen=True)
class Proposal:
    """Suggestions, best first; each with its reason. Nothing here is binding."""

    goals: tuple[tuple[Goal, Message], ...]
    sensitive: tuple[str, ...]
    group: str | None
    time: str | None
    aside: tuple[str, ...]
    """Columns the field sets aside for the first goal: known only afterwards."""
    cost_miss: float
    cost_alarm: float
    cost_why: Message | None
    why: dict[str, Message] = field(default_factory=dict)
    """Reasons by column, for ``sensitive``, ``group``, ``time`` and ``aside``."""


def propose(card: TableCard, domain: Domain | None, chosen: Goal | None = None) -> Proposal:
    """What to ask of a table and how, by the names, kinds and profiles of its columns.

    Args:
        card: what is known of the table; the cells are not read.
        domain: the field of work; without one, or where it knows no column, names and places are judged.
        chosen: the goal for which columns are set aside and costs are given; None takes the first goal proposed.
    """
    goals = tuple(_goals(card, domain))[:MOST_GOALS]
    goal = chosen or (goals[0][0] if goals else None)
    asked = goal.column if goal else ""
    miss, alarm, cost_why = costs(goal, (), domain) if goal else (1.0, 1.0, None)
    why: dict[str, Message] = {}
    sensitive, aside = [], []
    for column in card.schema.columns:
        known = recognise(column.name, domain)
        if known is None or column.name == asked:
            continue
        if known.sensitive and column.kind in ("number", "category", "date"):
            sensitive.append(column.name)
            why[column.name] = Message(known.why or _SENSITIVE)
        if asked and leaks_into(known, asked) and not known.ask:
            aside.append(column.name)
            why[column.name] = Message(known.why or _LATER)
    group, time = _group(card, domain, asked), _time(card, domain, asked)
    why |= {name: reason for name, reason in (group, time) if name is not None and reason is not None}
    return Proposal(
        goals=goals,
        sensitive=tuple(sensitive),
        group=group[0],
        time=time[0],
        aside=tuple(aside),
        cost_miss=miss,
        cost_alarm=alarm,
        cost_why=cost_why,
        why=why,
    )


def _goals(card: TableCard, domain: Domain | None) -> Iterator[tuple[Goal, Message]]:
    """The field's questions, then columns whose names or places say that they are the answer."""
    seen: set[str] = set()
    for column, hint in _hinted(card, domain):
        goal = _goal(column, hint)
        if str(goal) not in seen:
            seen |= {str(goal), column.name}
            yield goal, Message(hint.question) if hint.question else Message(_USUAL, {"column": column.name})
    if seen:
        return
    for column, reason in _by_look(card, domain):
        if column.name not in seen:
            seen.add(column.name)
            yield Goal(column.name), Message(reason, {"column": column.name})


def _hinted(card: TableCard, domain: Domain | None) -> list[tuple[Column, LikelyTarget]]:
    """Columns the field asks about: the last column of the file first, where it is one, then in the field's order.

    Bank marketing has a column "default" among its features; what it is about stands last.
    """
    named = [(column, likely(column.name, domain)) for column in card.schema.columns if _askable(column)]
    hinted = [(column, hint) for column, hint in named if hint is not None]
    rank = {id(hint): at for at, hint in enumerate(domain.targets)} if domain else {}
    last = card.schema.names[-1] if card.schema.names else ""
    return sorted(hinted, key=lambda pair: (pair[0].name != last, rank[id(pair[1])]))


def _goal(column: Column, hint: LikelyTarget) -> Goal:
    """The question as the field asks it; the column itself where the field's limits do not fit the numbers."""
    if not hint.goal:
        return Goal(column.name)
    found = re.fullmatch(r"\{column\}(>=|<=|=|>|<)(.+)", hint.goal)
    if found is None:
        return Goal(column.name)
    operator, right = found.groups()
    if operator == "=":
        values = tuple(one for one in right.split("|") if one in column.levels)
        return Goal(column.name, "=", values=values) if values and len(column.levels) > 2 else Goal(column.name)
    return Goal(column.name, operator, float(right)) if _inside(column, hint) else Goal(column.name)  # type: ignore[arg-type]


def _inside(column: Column, hint: LikelyTarget) -> bool:
    if column.kind != "number" or column.low is None or column.high is None:
        return False
    low = hint.low if hint.low is not None else column.low
    high = hint.high if hint.high is not None else column.high
    return low <= column.low and column.high <= high


def _askable(column: Column) -> bool:
    return column.kind in ("number", "category")


def _by_look(card: TableCard, domain: Domain | None) -> Iterator[tuple[Column, str]]:
    """Named like an answer, standing last, or with two values; nobody is asked to predict what is sensitive."""
    columns = [column for column in card.schema.columns if _askable(column) and not _sensitive(column, domain)]
    for column in reversed(columns):
        if _TARGET_NAMES.fullmatch(normal(column.name)) and _few(card, column):
            yield column, _BY_NAME
    for column in reversed(columns):
        if _TARGET_NAMES.fullmatch(normal(column.name)) and not _few(card, column):
            yield column, _BY_NAME
    if columns and columns[-1].name == card.schema.names[-1]:
        yield columns[-1], _BY_PLACE
    for column in reversed(columns):
        profile = card.profiles.get(column.name)
        if profile is not None and profile.distinct == 2:
            yield column, _BY_TWO


def _sensitive(column: Column, domain: Domain | None) -> bool:
    known = recognise(column.name, domain)
    return known is not None and known.sensitive


def _few(card: TableCard, column: Column) -> bool:
    profile = card.profiles.get(column.name)
    return profile is not None and 2 <= profile.distinct <= COUNTABLE


def _group(card: TableCard, domain: Domain | None, asked: str) -> tuple[str | None, Message | None]:
    """The column that names who repeats: a known one, met at least twice on a tenth of the rows."""
    for column in card.schema.columns:
        known, profile = recognise(column.name, domain), card.profiles.get(column.name)
        if known is None or known.part not in ("group", "identifier") or column.name == asked or profile is None:
            continue
        present = card.rows - profile.missing
        if 10 <= profile.distinct <= 0.9 * present:
            facts = {"column": column.name, "n": profile.distinct, "rows": present}
            return column.name, Message(_REPEATS, facts)
    return None, None


def _time(card: TableCard, domain: Domain | None, asked: str) -> tuple[str | None, Message | None]:
    """A column the field knows as time of the row, where it holds dates or numbers with several moments."""
    for column in card.schema.columns:
        known, profile = recognise(column.name, domain), card.profiles.get(column.name)
        if known is None or known.part != "time" or column.name == asked or column.kind not in ("date", "number"):
            continue
        if profile is not None and _spans(column, profile.distinct) and not leaks_into(known, asked):
            return column.name, Message(_LATER_ROWS, {"column": column.name})
    return None, None


def _spans(column: Column, distinct: int) -> bool:
    """Dates over half a year, or three years by number: within a few weeks nothing is later in earnest."""
    if column.kind == "number" or column.low is None or column.high is None:
        return distinct >= 3
    return distinct >= 5 and column.high - column.low >= HALF_A_YEAR


_USUAL = N_("Column {column} is what this field usually asks for.")
_BY_NAME = N_("Column {column} is named like an answer.")
_BY_PLACE = N_("Column {column} is the last one, where answers often stand.")
_BY_TWO = N_("Column {column} has two values, so it can be asked as a yes or no question.")
_SENSITIVE = N_("People must not be treated differently for it without a good reason.")
_LATER = N_("It is known only after the answer is.")
_REPEATS = N_(
    "{n:count} different {column} fill {rows:count} rows: rows of one should stay on one side, or the test would meet "
    "old "
    "acquaintances."
)
_LATER_ROWS = N_("With {column}, the test can be the latest rows, as it will be in use.")
