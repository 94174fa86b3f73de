"""The one group of a run: a line at the top of every page that can be asked about some of the cases.

It is kept in the session for each run and in the address, so that a reload and a link keep it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from weakref import WeakSet

import numpy as np
import streamlit as st

from core.data import keep
from core.data.cohort import (
    Cohort,
    Filter,
    address,
    columns,
    day,
    days_of,
    fitting,
    from_address,
    members,
    nobody,
    said,
)
from core.data.table import Column, TableCard
from core.engines.base import Run
from core.errors import Problem
from core.words import N_
from pages.shared import show
from pages.shared.desk import Desk
from pages.shared.language import plain, t, tell

PARAMETER = "group"
MOST_LEVELS = 1_000
"""Values of a column that are offered."""
_WRITTEN = "pill_written"
_SHOWN: WeakSet[Desk] = WeakSet()
"""Every run of a page has a desk of its own: those whose page has its pill."""


def pill(desk: Desk, card: TableCard) -> Cohort | None:
    """Shows the group and lets the analyst change it, once a page, however often it is called.

    Returns:
        The group; None for everybody, also where the group holds nobody.
    """
    now, folder = chosen(desk, card), _folder(desk, card)
    n = card.rows if now is None else len(_rows_of(folder, now))
    if desk not in _SHOWN:
        _SHOWN.add(desk)
        _show(desk, card, folder, now, n)
    return now if n else None


def _show(desk: Desk, card: TableCard, folder: Path, now: Cohort | None, n: int) -> None:
    with st.container(key="pill", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(_line(now, n, card), width="content")
        with st.popover(t("change") if now else t("Choose a group"), type="tertiary", key="pill_open"):
            _builder(desk, card, folder, now or Cohort())
        if now is not None:
            st.button(t("clear"), type="tertiary", key="pill_clear", on_click=lay, args=(desk, card, None))
    if now is not None and not n:
        until = t("Until then, all cases are shown.")
        st.warning(f"{tell(nobody(now, card.schema))} {until}")


def chosen(desk: Desk, card: TableCard) -> Cohort | None:
    """The group as it was chosen last, or as the address has it; None for everybody."""
    key, text = _key(desk, card), st.query_params.get(PARAMETER, "")
    written = st.session_state.get(_WRITTEN, "")
    if text and text != written:
        st.session_state[key] = _opened(text, card)
    now: Cohort | None = st.session_state.get(key)
    _write(key, now)
    return now


def lay(desk: Desk, card: TableCard, cohort: Cohort | None) -> None:
    """Chooses a group; None, or one that asks nothing, for everybody."""
    st.session_state[_key(desk, card)] = None if cohort is None or cohort.everybody else cohort
    _write(_key(desk, card), st.session_state[_key(desk, card)])


def rows_of(desk: Desk, run: Run, cohort: Cohort | None) -> np.ndarray:
    """(n,) row numbers of the run's table that are in the group, rising; not to be changed.

    Raises:
        Problem: the group was made for another table.
    """
    return _rows_of(run.table, cohort or Cohort())


def _key(desk: Desk, card: TableCard) -> str:
    run = desk.run()
    return f"pill_{card.id if run is None else run.id}"


def _folder(desk: Desk, card: TableCard) -> Path:
    run = desk.run()
    return desk.store.table_folder(card.id) if run is None else run.table


def _rows_of(folder: Path, cohort: Cohort) -> np.ndarray:
    return _rows(str(folder), (folder / keep.CARD).stat().st_mtime_ns, address(cohort))


@st.cache_resource(max_entries=64, show_spinner=False)
def _rows(folder: str, stamp: int, group: str) -> np.ndarray:
    """The path names the owner, the stamp the version; nobody changes the array."""
    cohort, card = from_address(group), keep.card(Path(folder))
    asked = columns(fitting(cohort, card.schema)) or card.schema.names[:1]
    found = np.flatnonzero(members(keep.frame(Path(folder), asked), cohort))
    found.setflags(write=False)
    return found


@st.cache_resource(max_entries=64, show_spinner=False)
def _levels(folder: str, stamp: int, column: str) -> tuple[str, ...]:
    """The values of a column, the most frequent first."""
    counts = keep.frame(Path(folder), [column])[column].value_counts()
    return tuple(str(level) for level in counts.index[:MOST_LEVELS])


def _opened(text: str, card: TableCard) -> Cohort | None:
    """The group of an address; one that cannot be is said, and left out."""
    try:
        found = fitting(from_address(text), card.schema)
    except Problem as problem:
        show.trouble(problem)
        return None
    return None if found.everybody else found


def _write(key: str, now: Cohort | None) -> None:
    text = "" if now is None else address(now)
    st.session_state[_WRITTEN] = text
    if text and st.query_params.get(PARAMETER) != text:
        st.query_params[PARAMETER] = text
    if not text and PARAMETER in st.query_params:
        del st.query_params[PARAMETER]


def _line(now: Cohort | None, n: int, card: TableCard) -> str:
    if now is None:
        return t("**Group:** all {n:count} {n:case/cases}", n=n)
    return t("**Group:** {said} · {n:count} of {all:count} cases", said=said(now, card.schema), n=n, all=card.rows)


# -- how it is built --------------------------------------------------------------------------------------------------


def _builder(desk: Desk, card: TableCard, folder: Path, now: Cohort) -> None:
    for place, one in enumerate(now.filters):
        rest = replace(now, filters=now.filters[:place] + now.filters[place + 1 :])
        _condition(desk, card, Cohort(filters=(one,)), rest, f"pill_drop_{place}")
    if now.rows is not None:
        _condition(desk, card, Cohort(rows=now.rows), replace(now, rows=None), "pill_drop_rows")
    name = st.selectbox(
        t("Add a condition on"), card.schema.names, index=None, placeholder=plain(N_("Column")), key="pill_column"
    )
    if name is None:
        st.caption(t("A case must meet every condition."))
        return
    made = _asked(card.schema[name], folder)
    if made is None:
        return
    more = replace(now, filters=(*now.filters, made))
    st.button(t("Add this condition"), type="primary", key="pill_add", on_click=_added, args=(desk, card, more))


def _condition(desk: Desk, card: TableCard, one: Cohort, rest: Cohort, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(tell(said(one, card.schema)), width="stretch")
        st.button("✕", type="tertiary", key=key, help=t("Remove"), on_click=lay, args=(desk, card, rest))


def _added(desk: Desk, card: TableCard, cohort: Cohort) -> None:
    lay(desk, card, cohort)
    st.session_state["pill_column"] = None


def _asked(column: Column, folder: Path) -> Filter | None:
    """A condition on one column as it stands in the fields; None where they hold nothing yet."""
    low: float | None = None
    high: float | None = None
    values: tuple[str, ...] = ()
    text = ""
    if column.kind == "date":
        low, high = _days(column)
    elif column.kind == "number":
        low, high = _numbers(column)
    elif column.kind in ("category", "constant"):
        offered = column.levels or _levels(str(folder), (folder / keep.CARD).stat().st_mtime_ns, column.name)
        values = tuple(_several(offered, column.name))
    else:
        text = st.text_input(t("It contains"), key=f"pill_text_{column.name}").strip()
    missing = st.checkbox(t("Cases without a value"), key=f"pill_missing_{column.name}")
    if low is None and high is None and not values and not text and not missing:
        return None
    if low is not None and high is not None and low > high:
        low, high = high, low
    return Filter(column.name, low, high, values, text, missing)


def _several(offered: Sequence[str], name: str) -> list[str]:
    return st.multiselect(t("It is one of"), offered, placeholder=plain(N_("Choose values")), key=f"pill_values_{name}")


def _numbers(column: Column) -> tuple[float | None, float | None]:
    with st.container(horizontal=True, gap="small"):
        low = st.number_input(
            t("At least"),
            value=None,
            placeholder=_end(column.low),
            key=f"pill_low_{column.name}",
            width=160,
            format="%g",
        )
        high = st.number_input(
            t("At most"),
            value=None,
            placeholder=_end(column.high),
            key=f"pill_high_{column.name}",
            width=160,
            format="%g",
        )
    return (None if low is None else float(low)), (None if high is None else float(high))


def _end(number: float | None) -> str:
    return "" if number is None else show.number(number)


def _days(column: Column) -> tuple[float | None, float | None]:
    least = date(1800, 1, 1) if column.low is None else date.fromisoformat(day(column.low))
    most = date(2200, 1, 1) if column.high is None else date.fromisoformat(day(column.high))
    with st.container(horizontal=True, gap="small"):
        low = _day(t("From"), least, most, f"pill_low_{column.name}")
        high = _day(t("Until"), least, most, f"pill_high_{column.name}")
    return low, high


def _day(label: str, least: date, most: date, key: str) -> float | None:
    found = st.date_input(label, value=None, min_value=least, max_value=most, format="YYYY-MM-DD", key=key, width=160)
    return days_of(found.isoformat()) if isinstance(found, date) else None
