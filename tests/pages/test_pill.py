"""The pill: one group for all pages of a run, in the session and in the address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.data.cohort import Cohort, Filter, address
from tests.pages import tiny
from tests.pages.steps import home, said  # noqa: F401

HOURS = Cohort(filters=(Filter("hours", 1, 2),))
"""Ten of the thirty rows."""


def script() -> None:
    """One run of a page with the pill, and the rows it gives."""
    import streamlit as st

    from pages.shared import pill
    from pages.shared.desk import Desk
    from tests.pages import tiny

    desk = Desk(tiny.DOMAIN)
    card, run = desk.card(), desk.run()
    assert card is not None
    assert run is not None
    now = pill.pill(desk, card)
    st.markdown(f"rows {len(pill.rows_of(desk, run, now))}")


def opened(made: tiny.Tiny, language: str = "en", **query: str) -> AppTest:
    page = AppTest.from_function(script, default_timeout=60)
    page.session_state["owner"] = tiny.OWNER
    page.query_params["run"] = made.run.id
    page.query_params["lang"] = language
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception, page.exception[0].stack_trace
    return page


def parameter(page: AppTest) -> Any:
    found = page.query_params.get("group")
    return found[0] if isinstance(found, list) else found


def test_without_a_group_everybody_is_in(home: Path) -> None:  # noqa: F811
    page = opened(tiny.prepare(home))
    assert "all 30 cases" in said(page)
    assert "rows 30" in said(page)
    assert parameter(page) is None


def test_a_link_opens_its_group(home: Path) -> None:  # noqa: F811
    page = opened(tiny.prepare(home), group=address(HOURS))
    assert r"**Group:** hours 1 to 2 · 10 of 30 cases" in said(page)
    assert "rows 10" in said(page)


def test_a_condition_is_built_and_goes_into_the_address(home: Path) -> None:  # noqa: F811
    page = opened(tiny.prepare(home))
    page.selectbox(key="pill_column").set_value("hours").run()
    page.number_input(key="pill_low_hours").set_value(1.0)
    page.number_input(key="pill_high_hours").set_value(2.0).run()
    page.button(key="pill_add").click().run()
    assert not page.exception
    assert "10 of 30 cases" in said(page)
    assert parameter(page) == address(HOURS)


def test_a_second_condition_narrows_and_one_is_taken_away(home: Path) -> None:  # noqa: F811
    page = opened(tiny.prepare(home), group=address(HOURS))
    page.selectbox(key="pill_column").set_value("school <b>").run()
    assert page.multiselect(key="pill_values_school <b>").options == ["GP", "MS"]
    page.multiselect(key="pill_values_school <b>").set_value(["GP"]).run()
    page.button(key="pill_add").click().run()
    assert "rows 5" in said(page)
    page.button(key="pill_drop_0").click().run()
    assert "rows 15" in said(page)
    page.button(key="pill_clear").click().run()
    assert "rows 30" in said(page)
    assert parameter(page) is None


def test_missing_values_can_be_asked_for(home: Path) -> None:  # noqa: F811
    page = opened(tiny.prepare(home))
    page.selectbox(key="pill_column").set_value("school <b>").run()
    page.checkbox(key="pill_missing_school <b>").check().run()
    page.button(key="pill_add").click().run()
    assert r"school \<b\> is missing · 5 of 30" in said(page)


def test_a_group_with_nobody_says_so_and_shows_all(home: Path) -> None:  # noqa: F811
    page = opened(tiny.prepare(home), group=address(Cohort(filters=(Filter("hours", 99),))))
    assert "No case fits this group: hours at least 99" in said(page)
    assert "rows 30" in said(page)


@pytest.mark.parametrize(
    ("text", "words"),
    [("nonsense", "cannot be read"), (address(Cohort(filters=(Filter("G3", 1),))), "G3, which this data set")],
)
def test_an_address_that_cannot_be_is_said_and_left_out(home: Path, text: str, words: str) -> None:  # noqa: F811
    page = opened(tiny.prepare(home), group=text)
    assert words in said(page)
    assert "rows 30" in said(page)
    page.run()
    assert words not in said(page)


def test_each_run_keeps_its_own_group(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    other = tiny.again(made)
    page = opened(made, group=address(HOURS))
    page.query_params["run"] = other.run.id
    page.run()
    assert "rows 30" in said(page)
    assert parameter(page) is None
    page.query_params["run"] = made.run.id
    page.run()
    assert "rows 10" in said(page)
    assert parameter(page) == address(HOURS)


def test_it_speaks_chinese(home: Path) -> None:  # noqa: F811
    assert not opened(tiny.prepare(home), "zh_CN", group=address(HOURS)).exception
