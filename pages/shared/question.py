"""What is to be predicted: the field's proposals, or any other question of the table."""

from __future__ import annotations

import streamlit as st

from core.data.goal import parse_goal
from core.data.propose import Proposal
from core.data.table import Column, Profile, TableCard
from core.data.task import Goal, Task, TaskKind
from core.errors import Problem
from core.words import N_, Message
from pages.shared.desk import Desk
from pages.shared.language import literal, plain, t, tell

SHOWN = 3
"""Questions shown, unless the field itself has more."""
OTHER = ""
"""Stands for another question than those proposed."""
MANY = 30
"""Different numbers from which on they are not offered as classes."""
WAYS = {
    "": N_("the number itself"),
    ">=": N_("whether it is at least …"),
    ">": N_("whether it is more than …"),
    "<=": N_("whether it is at most …"),
    "<": N_("whether it is less than …"),
    "classes": N_("which of its values it is"),
}


def choose(desk: Desk, card: TableCard, proposal: Proposal) -> bool:
    """The question; the choice goes to the desk. False while another question is still being put together."""
    st.subheader(t("What do you want to know?"), anchor=False)
    proposed = _shown(proposal)
    questions = {str(goal): question for goal, question in proposal.goals}
    now = desk.draft.goal or OTHER
    chosen = st.radio(
        t("What do you want to know?"),
        [*proposed, OTHER],
        index=proposed.index(now) if now in proposed else len(proposed),
        format_func=lambda goal: _label(questions[goal], goal) if goal else t("Something else"),
        captions=[*(_caption(questions[goal], goal) for goal in proposed), t("Any column, or a limit on it")],
        key=f"question_{card.id}",
        label_visibility="collapsed",
    )
    if chosen == OTHER:
        return _other(desk, card, now if now not in proposed else OTHER)
    if chosen != now:
        _ask(desk, chosen, None)
        st.rerun()
    return True


def _ask(desk: Desk, goal: str, kind: TaskKind | None) -> None:
    """Another question: its event and what its mistakes cost are the field's again."""
    desk.choose(goal=goal, kind=kind, positive=None, cost_miss=None, cost_alarm=None)


def _shown(proposal: Proposal) -> list[str]:
    """The field's own questions, and a few columns that look like answers."""
    own = [str(goal) for goal, question in proposal.goals if not question.facts]
    looks = [str(goal) for goal, question in proposal.goals if question.facts]
    return [*own, *looks[: max(0, SHOWN - len(own))]]


def _label(question: Message, goal: str) -> str:
    """The field's own question, else the goal as it is written: then the message says why it is proposed."""
    return literal(goal) if question.facts else tell(question)


def _caption(question: Message, goal: str) -> str:
    return tell(question) if question.facts else literal(goal)


def _other(desk: Desk, card: TableCard, now: str) -> bool:
    known = _parsed(now, card)
    names = [column.name for column in card.schema.columns if column.kind in ("number", "category", "constant")]
    place = names.index(known.column) if known and known.column in names else None
    with st.container(border=True, key="question_other"):
        name = st.selectbox(
            t("Column"), names, place, key=f"goal_column_{card.id}", placeholder=plain(N_("Choose a column"))
        )
        if name is None:
            return False
        column = card.schema[name]
        goal, kind = _number(card, column, known, desk) if column.kind == "number" else _category(card, column, known)
    if goal is not None and (str(goal) != desk.draft.goal or kind != desk.draft.kind):
        _ask(desk, str(goal), kind)
        st.rerun()
    return goal is not None


def _parsed(text: str, card: TableCard) -> Goal | None:
    try:
        return parse_goal(text, card.schema) if text else None
    except Problem:
        return None


def _number(card: TableCard, column: Column, known: Goal | None, desk: Desk) -> tuple[Goal | None, TaskKind | None]:
    profile = card.profiles.get(column.name, Profile(0, 0))
    ways = [way for way in WAYS if way != "classes" or profile.distinct <= MANY]
    mine = known if known and known.column == column.name else None
    now = mine.operator if mine else ("classes" if profile.distinct == 2 else "")
    if mine and not mine.operator and desk.draft.kind in ("binary", "multiclass"):
        now = "classes"
    way = st.selectbox(
        t("What about it?"),
        ways,
        ways.index(now) if now in ways else 0,
        format_func=lambda one: plain(WAYS[one]),
        key=f"goal_way_{card.id}_{column.name}",
    )
    if way == "classes":
        return Goal(column.name), "binary" if profile.distinct == 2 else "multiclass"
    if way == "":
        return Goal(column.name), "regression"
    start = mine.number if mine and mine.number is not None else _middle(profile)
    limit = st.number_input(t("Limit"), value=start, key=f"goal_limit_{card.id}_{column.name}", format="%g")
    return Goal(column.name, way, number=float(limit)), None  # type: ignore[arg-type]


def _middle(profile: Profile) -> float:
    return float(profile.quantiles[3]) if len(profile.quantiles) == 7 else 0.0


def _category(card: TableCard, column: Column, known: Goal | None) -> tuple[Goal | None, TaskKind | None]:
    mine = known if known and known.column == column.name else None
    if len(column.levels) <= 2:
        return Goal(column.name), None
    some = st.segmented_control(
        t("What about it?"),
        ["each", "some"],
        default="some" if mine and mine.values else "each",
        format_func=lambda one: plain(
            N_("which of its values it is") if one == "each" else N_("whether it is one of …")
        ),
        key=f"goal_some_{card.id}_{column.name}",
        required=True,
    )
    if some != "some":
        return Goal(column.name), None
    values = st.multiselect(
        t("Values"),
        column.levels,
        [value for value in (mine.values if mine else ()) if value in column.levels],
        key=f"goal_values_{card.id}_{column.name}",
        placeholder=plain(N_("Choose values")),
    )
    return (Goal(column.name, "=", values=tuple(values)), None) if values else (None, None)


def event(desk: Desk, task: Task) -> None:
    """Which of the two answers is the event whose chance is shown."""
    if task.kind != "binary" or task.goal.derived:
        return
    now = task.positive or task.classes[-1]
    chosen = st.segmented_control(
        t("Which answer is the event? Its chance is what the model gives."),
        sorted(task.classes),
        default=now,
        format_func=literal,
        key=f"event_{desk.table}_{desk.draft.goal}",
        required=True,
    )
    if chosen and chosen != now:
        desk.choose(positive=chosen, cost_miss=None, cost_alarm=None)
        st.rerun()
