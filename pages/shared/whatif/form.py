"""The inputs of a case, the most important first, each with its range, a small histogram and its original value.

They are one element of our own: of Streamlit's widgets, every one is built anew several times at each press of a key,
which took a browser half of the time that a person waits for an answer (docs/adr/0025-inputs-are-one-element.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from core.engines.base import Run
from core.plots import inputs
from core.plots.theme import Theme
from core.whatif.scenario import Cell, Field, Start
from core.words import N_, Message
from pages.shared import show
from pages.shared.language import plain, t, together
from pages.shared.whatif.case import Held

Fields = tuple[tuple[int, Field], ...]
"""Columns with their places in the form."""
SCRIPT = Path(__file__).with_name("fields.js").read_text(encoding="utf-8")
FIRST = 10
"""Inputs that are always there."""
FOUND = 30
"""Inputs shown of those that match a search: every one takes its part of a second."""
WORDS = {
    "missing": N_("missing"),
    "other": N_("another value …"),
    "empty": N_("Empty: the value is missing"),
    "less": N_("Less"),
    "more": N_("More"),
}
"""What the script says."""


def tools(mine: Held, start: Message, ranked: bool) -> None:
    """Where the case starts; undo, redo and reset.

    Args:
        mine: the case.
        start: where it starts, in words.
        ranked: whether the most important columns come first.
    """
    st.markdown(t("The case starts from {start}.", start=start))
    order = [t("The most important columns first.")] if ranked else []
    empties = t("The cross in a box empties it: the value is then missing.")
    st.caption(together([*order, empties]))
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="whatif_tools"):
        back, ahead = mine.at > 0, mine.at + 1 < len(mine.past)
        st.button(t("Undo"), key="whatif_undo", disabled=not back, on_click=mine.step, args=(-1,), type="tertiary")
        st.button(t("Redo"), key="whatif_redo", disabled=not ahead, on_click=mine.step, args=(1,), type="tertiary")
        st.button(
            t("Reset all"), key="whatif_reset", disabled=not mine.now.changes, on_click=mine.reset, type="tertiary"
        )


def inputs_of(mine: Held, run: Run, start: Start) -> None:
    """All inputs: the first at once, the others where they are asked for."""
    every = tuple(enumerate(start.fields))
    _fields(mine, start, every[:FIRST], f"whatif_fields_{run.id}")
    if every[FIRST:]:
        _more(mine, run, start, every[FIRST:])


def _more(mine: Held, run: Run, start: Start, rest: Fields) -> None:
    moved = sum(field.column in mine.now.changes for _, field in rest)
    label = t("More columns ({n:count})", n=len(rest))
    if moved:
        label += " · " + t("{n:count} changed", n=moved)
    opener = st.expander(label, on_change="rerun", key=f"whatif_more_{run.id}")
    if not opener.open:
        return
    with opener:
        wanted = st.text_input(t("Search a column"), key=f"whatif_search_{run.id}").strip().casefold()
        found = tuple((place, field) for place, field in rest if wanted in field.column.casefold())
        if not found:
            st.caption(t("No column has “{text}” in its name.", text=wanted))
        _fields(mine, start, found[:FOUND], f"whatif_fields_more_{run.id}")
        if len(found) > FOUND:
            st.caption(t("{n:count} more: search for their names.", n=len(found) - FOUND))


def _fields(mine: Held, start: Start, shown: Fields, key: str) -> None:
    """Some inputs as one element. What stands in them is always what the scenario says."""
    theme = show.theme()
    state = st.session_state.get(key) or {}
    data = {
        "done": int((state.get("moved") or {}).get("n", 0)),
        "words": {name: plain(word) for name, word in WORDS.items()},
        "fields": [drawn(mine, start, place, field, theme) for place, field in shown],
    }
    mount = st.components.v2.component("vitrine_fields", js=SCRIPT, isolate_styles=False)
    mount(data=data, key=key, on_moved_change=lambda: _moved(mine, start, key))


def drawn(mine: Held, start: Start, place: int, field: Field, theme: Theme) -> dict[str, Any]:
    """One input as the browser is told of it."""
    original = start.cells.get(field.column)
    cell = mine.now.changes.get(field.column, original)
    changed = field.column in mine.now.changes
    told: dict[str, Any] = {
        "place": place,
        "name": field.column,
        "head": inputs.head(field, cell, original, theme),
        "kind": _kind(field),
        "back": plain(N_("Back to {cell}"), cell=inputs.written(original, field, theme)) if changed else None,
    }
    if told["kind"] == "number":
        whole = inputs.exact(field, cell, original)
        value, begin = _number(cell, whole), _number(original if original is not None else field.typical, whole)
        shown = "" if value is None else str(value) if whole else f"{value:g}"
        step = inputs.pace(field)
        told |= {"step": int(step) if whole else step, "shown": shown, "begin": begin or 0}
        return told | {"value": value, "original": _number(original, whole)}
    if told["kind"] == "date":
        return told | {"value": _day(cell), "original": _day(original)}
    if told["kind"] == "choice":
        told["levels"] = field.levels
    return told | {"value": _text(cell), "original": _text(original)}


def _kind(field: Field) -> str:
    if field.kind == "number" or (field.kind == "constant" and field.low is not None):
        return "number"
    return {"date": "date", "text": "text", "identifier": "text"}.get(field.kind, "choice")


def _moved(mine: Held, start: Start, key: str) -> None:
    """Takes what was changed in the browser into the case: one step of undo, whatever was changed together."""
    take(mine, start, ((st.session_state.get(key) or {}).get("moved") or {}).get("cells", []))


def take(mine: Held, start: Start, cells: Sequence[Sequence[Any]]) -> None:
    """Changes a case.

    Args:
        mine: that is changed.
        start: where it starts.
        cells: place of a field and what now stands in it: a number, text (of dates: the day), or None.
    """
    changes = dict(mine.now.changes)
    for place, value in cells:
        field = start.fields[place]
        original = start.cells.get(field.column)
        cell = _cell(field, value, original)
        if cell == original:
            changes.pop(field.column, None)
        else:
            changes[field.column] = cell
    mine.put(replace(mine.now, changes=changes))


def _cell(field: Field, value: Any, original: Cell) -> Cell:
    """What an input holds as a cell."""
    if value is None or value == "":
        return None
    if _kind(field) == "number":
        number = float(value)
        return int(number) if field.whole and number.is_integer() else number
    if _kind(field) == "date":
        return original if value == _day(original) else _moment(str(value), original)
    return str(value)


def _moment(day: str, original: Cell) -> str:
    """A day with the time of the original, where that has one."""
    _, clock, time = str(original or "").partition("T")
    return f"{day}{clock}{time}"


def _day(cell: Cell) -> str | None:
    try:
        return date.fromisoformat(str(cell)[:10]).isoformat() if cell is not None else None
    except ValueError:
        return None


def _number(cell: Cell, whole: bool) -> float | int | None:
    if cell is None:
        return None
    try:
        return int(cell) if whole else float(cell)
    except (ValueError, OverflowError):
        return None


def _text(cell: Cell) -> str | None:
    return None if cell is None else str(cell)
