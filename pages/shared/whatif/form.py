"""The inputs of a case, the most important first, each with its range, a small histogram and its original value."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from core.engines.base import Run
from core.plots import inputs
from core.plots.theme import Theme
from core.whatif.scenario import Cell, Field, Start
from core.words import N_, Message
from pages.shared import show
from pages.shared.language import literal, plain, t
from pages.shared.whatif.case import Held

FIRST = 10
"""Inputs that are always there."""
FOUND = 30
"""Inputs shown of those that match a search: every one takes its part of a second."""
EDGE = 1e15
"""A browser begins beyond this where a missing number is moved by a key: what was there before is meant."""
DAYS = (date(1, 1, 1), date(9999, 12, 31))


def tools(mine: Held, start: Message) -> None:
    """Where the case starts; undo, redo and reset."""
    st.markdown(t("The case starts from {start}.", start=start))
    st.caption(t("The most important columns first. The cross in a box empties it: the value is then missing."))
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="whatif_tools"):
        back, ahead = mine.at > 0, mine.at + 1 < len(mine.past)
        st.button(t("Undo"), key="whatif_undo", disabled=not back, on_click=mine.step, args=(-1,), type="tertiary")
        st.button(t("Redo"), key="whatif_redo", disabled=not ahead, on_click=mine.step, args=(1,), type="tertiary")
        st.button(
            t("Reset all"), key="whatif_reset", disabled=not mine.now.changes, on_click=mine.reset, type="tertiary"
        )


def inputs_of(mine: Held, run: Run, start: Start) -> None:
    """All inputs: the first at once, the others where they are asked for."""
    theme = show.theme()
    for place, field in enumerate(start.fields[:FIRST]):
        _input(mine, run, start, (place, field), theme)
    rest = list(enumerate(start.fields))[FIRST:]
    if rest:
        _more(mine, run, start, rest, theme)


def _more(mine: Held, run: Run, start: Start, rest: list[tuple[int, Field]], theme: Theme) -> None:
    moved = sum(field.column in mine.now.changes for _, field in rest)
    label = t("More columns ({n:count})", n=len(rest))
    if moved:
        label += " · " + t("{n:count} changed", n=moved)
    opener = st.expander(label, on_change="rerun", key=f"whatif_more_{run.id}")
    if not opener.open:
        return
    with opener:
        wanted = st.text_input(t("Search a column"), key=f"whatif_search_{run.id}").strip().casefold()
        found = [(place, field) for place, field in rest if wanted in field.column.casefold()]
        if not found:
            st.caption(t("No column has “{text}” in its name.", text=wanted))
        for one in found[:FOUND]:
            _input(mine, run, start, one, theme)
        if len(found) > FOUND:
            st.caption(t("{n:count} more: search for their names.", n=len(found) - FOUND))


def _input(mine: Held, run: Run, start: Start, one: tuple[int, Field], theme: Theme) -> None:
    place, field = one
    original = start.cells.get(field.column)
    cell = mine.now.changes.get(field.column, original)
    key = f"whatif_{run.id}_{place}"
    with st.container(key=f"whatif_input_{place}", horizontal=True, gap="xxsmall", vertical_alignment="center"):
        st.html(inputs.head(field, cell, original, theme))
        _widget(mine, field, cell, original, key)
        if field.column in mine.now.changes:
            back = t("Back to {cell}", cell=inputs.written(original, field, theme))
            st.button("↺", key=f"{key}_back", help=back, type="tertiary", on_click=mine.reset, args=(field.column,))


def _widget(mine: Held, field: Field, cell: Cell, original: Cell, key: str) -> None:
    """The input itself. What stands in it is always what the scenario says."""
    asked: dict[str, Any] = {
        "label": literal(field.column),
        "key": key,
        "label_visibility": "collapsed",
        "on_change": _changed,
        "args": (mine, field, original, key),
    }
    if field.kind == "date":
        _put(key, _day(cell))
        st.date_input(value=None, min_value=DAYS[0], max_value=DAYS[1], **asked)
    elif field.kind == "number" or (field.kind == "constant" and field.low is not None):
        whole = inputs.exact(field, cell, original)
        step = inputs.pace(field)
        _put(key, _number(cell, whole))
        st.number_input(
            value=None,
            step=int(step) if whole else float(step),
            format="%d" if whole else "%g",
            placeholder=plain(N_("missing")),
            **asked,
        )
    elif field.kind in ("text", "identifier"):
        _put(key, "" if cell is None else str(cell))
        st.text_area(height=110, placeholder=plain(N_("missing")), **asked)
    else:
        _category(field, cell, asked)


def _category(field: Field, cell: Cell, asked: dict[str, Any]) -> None:
    """Every category of the training rows; another one can be typed."""
    held = "" if cell is None else str(cell)
    options = ["", *field.levels]
    if held not in options:
        options.append(held)
    _put(asked["key"], held)
    missing = plain(N_("missing"))
    st.selectbox(
        options=options,
        format_func=lambda one: one or missing,
        accept_new_options=True,
        placeholder=plain(N_("Choose or type a value")),
        **asked,
    )


def _put(key: str, value: Any) -> None:
    """Shows a value in a widget that shows another: after undo, a reset or another start."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def _changed(mine: Held, field: Field, original: Cell, key: str) -> None:
    before = mine.now.changes.get(field.column, original)
    cell = _cell(st.session_state[key], original)
    if before is None and isinstance(cell, (int, float)) and abs(cell) >= EDGE:
        cell = original if original is not None else field.typical
    mine.set(field.column, cell, original)


def _cell(value: Any, original: Cell) -> Cell:
    """What a widget holds as a cell."""
    if value is None or value == "":
        return None
    if isinstance(value, date):
        return _moment(value, original)
    found: Cell = value
    return found


def _moment(day: date, original: Cell) -> str:
    """A day with the time of the original, where that has one."""
    _, clock, time = str(original or "").partition("T")
    return f"{day.isoformat()}{clock}{time}"


def _day(cell: Cell) -> date | None:
    try:
        return date.fromisoformat(str(cell)[:10]) if cell is not None else None
    except ValueError:
        return None


def _number(cell: Cell, whole: bool) -> float | int | None:
    if cell is None:
        return None
    try:
        return int(cell) if whole else float(cell)
    except (ValueError, OverflowError):
        return None
