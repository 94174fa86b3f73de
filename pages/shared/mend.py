"""Repairs of the analyst's own: a code declared missing, numbers divided, spellings merged, rows filtered."""

from __future__ import annotations

import streamlit as st

from core.data.table import Column, Repair, TableCard
from core.words import N_
from pages.shared import show
from pages.shared.desk import Desk
from pages.shared.language import plain, t

WAYS = {
    "missing": N_("take a value for missing"),
    "divide": N_("divide its numbers"),
    "merge": N_("take several of its values for one"),
    "present": N_("keep only rows where it is filled in"),
    "=": N_("keep only rows where it is …"),
    "!=": N_("leave out rows where it is …"),
    ">=": N_("keep only rows where it is at least …"),
    "<=": N_("keep only rows where it is at most …"),
}
NUMBERS = ("missing", "divide", "present", ">=", "<=")
WORDS = ("missing", "merge", "present", "=", "!=")
OTHERS = ("missing", "present")


def own(desk: Desk, card: TableCard) -> None:
    """The form; what it makes joins the repairs of the recipe."""
    with st.expander(t("A repair of your own"), key=f"mend_{card.id}", on_change="rerun") as form:
        if not form.open:
            return
        left, right = st.columns(2)
        with left:
            name = st.selectbox(t("Column"), card.schema.names, key=f"mend_column_{card.id}")
        column = card.schema[name]
        ways = NUMBERS if column.kind == "number" else WORDS if column.levels else OTHERS
        with right:
            way = st.selectbox(
                t("What to do"), ways, format_func=lambda one: plain(WAYS[one]), key=f"mend_way_{card.id}_{name}"
            )
        repair = _number(column, way) if column.kind == "number" else _words(column, way)
        st.button(
            t("Add this repair"),
            key=f"mend_add_{card.id}",
            disabled=repair is None or repair in desk.draft.repairs,
            on_click=show.guarded,
            args=(_add, desk, repair),
        )


def _add(desk: Desk, repair: Repair) -> None:
    desk.choose(repairs=(*desk.draft.repairs, repair))


def _number(column: Column, way: str) -> Repair | None:
    if way == "present":
        return Repair("filter", column.name, operator="present")
    start = 100.0 if way == "divide" else column.low or 0.0
    value = st.number_input(t("Number"), value=start, format="%g", key=f"mend_number_{column.name}_{way}")
    if way == "divide":
        return Repair("divide", column.name, number=float(value)) if value else None
    if way == "missing":
        return Repair("missing", column.name, codes=(f"{value:.15g}",))
    return Repair("filter", column.name, number=float(value), operator=">=" if way == ">=" else "<=")


def _words(column: Column, way: str) -> Repair | None:
    if way == "present":
        return Repair("filter", column.name, operator="present")
    if not column.levels:
        word = st.text_input(t("Value"), key=f"mend_text_{column.name}")
        return Repair("missing", column.name, codes=(word,)) if word else None
    chosen = st.multiselect(
        t("Values"), column.levels, key=f"mend_values_{column.name}_{way}", placeholder=plain(N_("Choose values"))
    )
    if not chosen:
        return None
    if way == "missing":
        return Repair("missing", column.name, codes=tuple(chosen))
    if way == "merge":
        kept = st.selectbox(t("… are all called"), column.levels, key=f"mend_kept_{column.name}")
        spellings = {value: kept for value in chosen if value != kept}
        return Repair("merge", column.name, spellings=spellings) if spellings else None
    return Repair("filter", column.name, codes=tuple(chosen), operator="=" if way == "=" else "!=")
