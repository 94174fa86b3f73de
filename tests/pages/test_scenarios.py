"""Scenarios: kept, in the address, in files, and the history of a case."""
# ruff: noqa: F811

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from core.whatif import keep
from core.whatif.scenario import Scenario
from pages.shared.whatif import case, scenarios
from pages.shared.whatif.answer import View
from tests.pages import tiny
from tests.pages.changing import HOURS, SCHOOL, Model, address, drawn, good, headline, hours, mine, model, school, step  # noqa: F401
from tests.pages.steps import home, opened  # noqa: F401


def test_two_scenarios_stand_side_by_side_and_stay_in_the_address(home: Path, model: Model) -> None:
    page = step(home, case="1")
    good(hours(page).put(6).run())
    good(page.text_input(key=_name(page)).set_value("More hours").run())
    good(page.button(key="whatif_keep").click().run())
    good(school(page).put("GP").run())
    good(page.button(key="whatif_keep").click().run())
    assert [one.name for one in mine(page).kept] == ["More hours", "Scenario 1"]
    assert [one.changes for one in mine(page).kept] == [{HOURS: 6}, {HOURS: 6, SCHOOL: "GP"}]
    table = drawn(page)
    assert "More hours" in table
    assert "passed = yes: 65%" in table or "yes: 65%" in table
    now, *kept = keep.from_text(address(page, "whatif"))
    assert kept == mine(page).kept
    assert now == mine(page).now


def _name(page: AppTest) -> str:
    return next(str(one.key) for one in page.text_input if str(one.key).startswith("whatif_name_"))


def test_a_link_opens_the_scenario(home: Path, model: Model) -> None:
    text = keep.to_text([Scenario(row=1, changes={HOURS: 6}), Scenario("Kept", row=2, changes={SCHOOL: "MS"})])
    page = step(home, case="1", whatif=text)
    assert "is 65%; it was 25%" in headline(page)
    assert [one.name for one in mine(page).kept] == ["Kept"]


def test_a_link_from_the_reasons_starts_anew_with_that_case(home: Path, model: Model) -> None:
    page = step(home, case="1")
    good(hours(page).put(6).run())
    page.query_params["case"] = "3"
    good(page.run())
    assert mine(page).now == Scenario(row=3)
    assert hours(page).value == 4


def test_the_browsers_way_back_undoes_and_is_not_written_over(home: Path, model: Model) -> None:
    page = step(home, case="1")
    good(hours(page).put(6).run())
    good(page.button(key="whatif_keep").click().run())
    kept = address(page, "whatif")
    good(hours(page).put(5).run())
    page.query_params["whatif"] = kept
    good(page.run())
    assert hours(page).value == 6
    assert address(page, "whatif") == kept
    del page.query_params["whatif"]
    good(page.run())
    assert hours(page).value == 2
    assert "whatif" not in page.query_params
    assert len(mine(page).kept) == 1
    good(page.button(key="whatif_undo").click().run())
    assert hours(page).value == 6


def test_leaving_the_page_loses_nothing(home: Path, model: Model) -> None:
    page = step(home, case="1")
    good(hours(page).put(6).run())
    before = address(page, "whatif")
    del page.query_params["whatif"]
    del page.query_params["case"]
    good(page.run())
    assert hours(page).value == 6
    assert address(page, "whatif") == before
    assert address(page, "case") == "1"


@pytest.mark.parametrize("bad", ["x", "1.AAAA", "9.abc", "1." + "A" * 500])
def test_a_damaged_address_is_said_and_the_page_goes_on(home: Path, model: Model, bad: str) -> None:
    page = step(home, whatif=bad)
    assert len(page.error) == 1
    assert "damaged" in page.error[0].value
    assert headline(page)


@pytest.mark.parametrize("row", ["999", "-1", "x"])
def test_a_row_that_is_not_there_is_said(home: Path, model: Model, row: str) -> None:
    page = step(home, case=row)
    assert "is asked for, but the data has 30 rows" in page.error[0].value
    assert headline(page)


def test_columns_of_another_model_are_left_out_and_said(home: Path, model: Model) -> None:
    page = step(home, whatif=keep.to_text([Scenario(row=1, changes={HOURS: 6, "strange": 1})]))
    assert "strange" in page.info[0].value
    assert mine(page).now.changes == {HOURS: 6}


def test_scenarios_are_renamed_opened_and_deleted(home: Path, model: Model) -> None:
    page = step(home, case="1")
    good(hours(page).put(6).run())
    good(page.button(key="whatif_keep").click().run())
    good(page.button(key="whatif_reset").click().run())
    rename = next(one for one in page.text_input if "rename" in str(one.key))
    good(rename.set_value("Better").run())
    assert [one.name for one in mine(page).kept] == ["Better"]
    good(page.button(key="whatif_open_0").click().run())
    assert hours(page).value == 6
    good(page.button(key="whatif_delete_0").click().run())
    assert mine(page).kept == []


def test_a_file_opens_again(home: Path, model: Model) -> None:
    page = step(home)
    file = keep.to_file([Scenario("From a file", row=1, changes={HOURS: 6})])
    good(page.file_uploader[0].set_value(("scenarios.json", file, "application/json")).run())
    assert [one.name for one in mine(page).kept] == ["From a file"]
    assert hours(page).value == 6


def test_a_file_that_is_none_is_said(home: Path, model: Model) -> None:
    page = step(home)
    good(page.file_uploader[0].set_value(("x.json", b"[1, 2", "application/json")).run())
    assert "no file of scenarios" in page.error[0].value
    assert headline(page)


def test_the_sheet_holds_every_scenario(home: Path, model: Model) -> None:
    made = tiny.prepare(home)
    view = View(made.run, None, tiny.evaluation(), 0.5)  # type: ignore[arg-type]
    desk = type("Desk", (), {"resident": None})()
    every = [Scenario("one", row=1, changes={HOURS: 6}), Scenario("two", row=2)]
    page = load_workbook(BytesIO(scenarios.workbook(desk, view, every))).worksheets[0]
    assert [cell.value for cell in page[1]][1:] == ["one", "two"]


def test_history_forgets_what_was_undone_when_something_new_is_done() -> None:
    held = case.Held()
    held.take({"a": 1})
    held.take({"a": 2})
    held.step(-1)
    held.take({"b": 5})
    assert held.now.changes == {"a": 1, "b": 5}
    assert [one.changes for one in held.past] == [{}, {"a": 1}, {"a": 1, "b": 5}]
    held.step(5)
    assert held.now.changes == {"a": 1, "b": 5}


def test_history_has_an_end() -> None:
    held = case.Held()
    for number in range(1, case.STEPS + 50):
        held.take({"a": number})
    assert len(held.past) == case.STEPS
    assert held.now.changes == {"a": case.STEPS + 49}


def test_changes_of_a_way_are_taken_in_at_once() -> None:
    held = case.Held()
    held.take({"a": 1})
    held.take({"b": "x", "a": 3})
    assert held.now.changes == {"a": 3, "b": "x"}
    held.step(-1)
    assert held.now.changes == {"a": 1}


def test_a_name_is_given_where_none_is() -> None:
    held = case.Held()
    held.kept = [Scenario("Scenario 1"), Scenario("Scenario 3")]
    assert scenarios.fresh(held) == "Scenario 2"


def test_a_long_scenario_stays_out_of_the_address(home: Path, model: Model) -> None:
    page = step(home, case="1")
    noise = "".join(chr(0x4E00 + n * 7919 % 20000) for n in range(20_000))
    mine(page).put(replace(mine(page).now, changes={SCHOOL: noise}))
    good(page.run())
    assert "whatif" not in page.query_params
    assert mine(page).now.changes == {SCHOOL: noise}
