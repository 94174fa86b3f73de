"""A whole group: who is in it, what is changed for all of them, and what the model then says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from core.data.cohort import Cohort, day
from core.data.table import Column, TableCard
from core.deliver.ask.group import ask_shift
from core.engines.base import Run
from core.learn.evaluation import Evaluation
from core.plots.explain import Scale
from core.whatif.scenario import Cell
from core.whatif.shift import How, Move, Wanted
from core.whatif.spoken import wanted as wanted_of
from core.words import N_
from pages.shared import chart, cut, pill, results, show
from pages.shared.desk import Desk, recipe_of
from pages.shared.language import plain, t
from pages.shared.whatif import grids, hand, moving

SECTIONS = {
    "move": N_("Change the group"),
    "hand": N_("Choose cases on a chart"),
    "heat": N_("Two columns at once"),
    "pulls": N_("What moves it most?"),
}
HOWS: dict[How, str] = {
    "to": N_("set to"),
    "least": N_("raise to at least"),
    "most": N_("lower to at most"),
    "by": N_("move by"),
    "times": N_("multiply by"),
}
WANTED: dict[Wanted, str] = {"fewer": N_("fewer, or lower"), "more": N_("more, or higher")}
GONE = "gone"
"""Way of changing a column: its cells become missing."""
KEPT = 16
"""Answers that a session remembers."""


@dataclass(frozen=True)
class Group:
    """Whom the questions are about."""

    cohort: Cohort | None
    """None for the rows that the model has never seen."""
    unseen: bool
    label: str | None
    """The class whose chance is meant; None for a number."""
    event: str
    """How it is called; empty for a number."""
    scale: Scale


def panel(desk: Desk, run: Run, card: TableCard, evaluation: Evaluation) -> None:
    """The part of the what-if step that is about many cases at once."""
    chart.title(t("What if a whole group changed?"))
    group = _group(desk, run, card, evaluation)
    section = st.segmented_control(
        t("What to look at"),
        list(SECTIONS),
        default="move",
        required=True,
        format_func=lambda one: plain(SECTIONS[one]),
        key=f"group_section_{run.id}",
        label_visibility="collapsed",
    )
    if section == "hand":
        show.guarded(hand.choose, desk, run, card, evaluation)
    elif section == "heat":
        show.guarded(grids.heat, desk, run, group, asked)
    elif section == "pulls":
        show.guarded(grids.pulls, desk, run, group, asked)
    else:
        show.guarded(_move, desk, run, card, evaluation, group)


def asked(run: Run, *key: object, ask: Callable[[], Any]) -> Any:
    """The answer to a question, remembered in the session as long as the model stays the same."""
    held: dict[object, Any] = st.session_state.setdefault("group_answers", {})
    known = (run.id, (run.folder / "evaluation.json").stat().st_mtime_ns, *key)
    if known not in held:
        with st.spinner(t("Asking the model about the group …")):
            held[known] = ask()
        for old in list(held)[:-KEPT]:
            del held[old]
    return held[known]


def _group(desk: Desk, run: Run, card: TableCard, evaluation: Evaluation) -> Group:
    cohort = pill.pill(desk, card)
    unseen = cohort is None and bool(len(results.predictions(run)))
    if cohort is None:
        text = N_("No group is chosen: these are the {n:count} cases the model has never seen.") if unseen else ""
        st.caption(t(text, n=len(results.predictions(run))) if text else t("No group is chosen: these are all cases."))
        cohort = None if unseen else Cohort()
    else:
        unseen = st.toggle(t("Only cases the model has never seen"), key=f"group_unseen_{run.id}")
    if evaluation.task == "regression":
        return Group(cohort, unseen, None, "", Scale(unit=results.unit(card, evaluation)))
    label = _label(run, evaluation)
    event = results.event(run, evaluation) if evaluation.task == "binary" else label
    return Group(cohort, unseen, label, event, Scale(chance=True))


def _label(run: Run, evaluation: Evaluation) -> str:
    if evaluation.task == "binary":
        return str(evaluation.positive)
    found = st.selectbox(t("Chance of the answer"), evaluation.classes, key=f"group_label_{run.id}", width=320)
    return str(found)


# -- what is changed --------------------------------------------------------------------------------------------------


def _move(desk: Desk, run: Run, card: TableCard, evaluation: Evaluation, group: Group) -> None:
    moves = _moves(run, card)
    wanted, cost, capacity = _aims(desk, run, evaluation)
    if not moves:
        st.info(t("Choose a column and what is to become of it, for example: raise attendance to at least 90."))
        return
    limit = cut.cutoff(run, evaluation)
    key = (tuple(moves), group.cohort, group.unseen, group.label, wanted, cost, capacity, limit)
    found = asked(
        run,
        "shift",
        *key,
        ask=lambda: ask_shift(
            desk.resident,
            run,
            moves,
            group.cohort,
            unseen=group.unseen,
            label=group.label,
            cost=cost,
            capacity=capacity,
            wanted=wanted,
            cutoff=limit,
        ),
    )
    moving.result(found, group.event, group.scale, cost)


def _moves(run: Run, card: TableCard) -> list[Move]:
    """The changes as they stand in the fields; half-filled ones are left out."""
    places: list[int] = st.session_state.setdefault(f"group_places_{run.id}", [0])
    found: list[Move] = []
    for place in places:
        move = _one(run, card, place, len(places) > 1)
        if move is not None:
            found.append(move)
    st.button(t("Change another column too"), key=f"group_more_{run.id}", type="tertiary", on_click=_more, args=(run,))
    return found


def _more(run: Run) -> None:
    places = st.session_state[f"group_places_{run.id}"]
    places.append(max(places, default=-1) + 1)


def _less(run: Run, place: int) -> None:
    st.session_state[f"group_places_{run.id}"].remove(place)


def _one(run: Run, card: TableCard, place: int, several: bool) -> Move | None:
    key = f"{run.id}_{place}"
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key=f"group_move_{key}"):
        name = st.selectbox(
            t("Column to change"),
            grids.ranked(run, card),
            index=None,
            placeholder=plain(N_("Column")),
            key=f"group_column_{key}",
            width=260,
        )
        move = None if name is None else _filled(card.schema[name], f"{key}_{name}")
        if several:
            st.button(
                "✕", type="tertiary", key=f"group_less_{key}", help=t("Remove"), on_click=_less, args=(run, place)
            )
    return move


def _filled(column: Column, key: str) -> Move | None:
    ways = {how: plain(text) for how, text in _ways(column).items()}
    how = st.selectbox(t("How it changes"), list(ways), format_func=ways.__getitem__, key=f"group_how_{key}", width=200)
    if how == GONE:
        return Move(column.name, "to", None)
    cell = _cell(column, how, f"group_to_{key}_{how}")
    return None if cell is None else Move(column.name, how, cell)


def _ways(column: Column) -> dict[Any, str]:
    gone = {GONE: N_("make missing")}
    if column.kind == "number":
        return {**HOWS, **gone}
    if column.kind == "date":
        days = {"by": N_("move by days")}
        return {**{how: text for how, text in HOWS.items() if how != "times"}, **days, **gone}
    return {"to": HOWS["to"], **gone}


def _cell(column: Column, how: str, key: str) -> Cell:
    label = t("Value")
    if column.kind == "number" or how == "by":
        span = plain(N_("{low:number} to {high:number}"), low=column.low, high=column.high)
        hint = span if how in ("to", "least", "most") and column.low is not None else ""
        found = st.number_input(label, value=None, placeholder=hint, key=key, width=180, format="%g")
        return None if found is None else float(found)
    if column.kind == "date":
        low, high = (date.fromisoformat(day(end or 0.0)) for end in (column.low, column.high))
        when = st.date_input(label, None, low, high, format="YYYY-MM-DD", key=key, width=180)
        return when.isoformat() if isinstance(when, date) else None
    if column.kind == "text" or not column.levels:
        return st.text_input(label, key=key, width=320) or None
    chosen = st.selectbox(label, column.levels, index=None, placeholder=plain(N_("Value")), key=key, width=260)
    return None if chosen is None else str(chosen)


def _aims(desk: Desk, run: Run, evaluation: Evaluation) -> tuple[Wanted, float | None, int | None]:
    """What is better, what changing a case costs, and how many named cases can be seen to."""
    with st.expander(t("What is better, what it costs, how many can be seen")):
        wanted = st.segmented_control(
            t("Which is better?"),
            list(WANTED),
            default=wanted_of(recipe_of(run).task, desk.domain),
            required=True,
            format_func=lambda one: plain(WANTED[one]),
            key=f"group_wanted_{run.id}",
        )
        cost = st.number_input(
            t("What changing one case costs"), 0.0, None, None, key=f"group_cost_{run.id}", width=260, format="%g"
        )
        capacity = None
        if evaluation.task == "binary":
            label = t("How many {cases} we can see", cases=plain(desk.domain.cases))
            capacity = st.number_input(label, 0, None, None, key=f"group_capacity_{run.id}", width=260)
    return wanted or "fewer", cost, None if capacity is None else int(capacity)
