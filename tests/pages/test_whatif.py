"""The step What if, with a model that is known: the chance is a tenth for each hour, and 0.05 more at school MS."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from core.errors import Problem
from core.explain.explanation import Explanation
from core.explain.kin import Neighbour
from core.whatif import keep
from core.whatif.answer import Interval, Moved, Oddity, Support, Told, WhatIf
from core.whatif.scenario import Cell, Field, Scenario, Start
from core.words import Message
from pages.shared import results
from pages.shared.chart import bare
from pages.shared.whatif import case, form, scenarios
from pages.shared.whatif.answer import View
from pages.steps import whatif
from tests.pages import tiny
from tests.pages.steps import home, opened, said  # noqa: F401

HOURS, SCHOOL = tiny.COLUMNS
FIELDS = (
    Field(HOURS, "number", unit="h", whole=True, low=1, high=6, edges=(1.0, 3.0, 6.0), counts=(10, 20), typical=3),
    Field(SCHOOL, "category", levels=("GP", "MS"), counts=(15, 10), missing=0.1, typical="GP", sensitive=True,
          why=Message("Where people live often stands in for origin and wealth.")),
)  # fmt: skip
GONE = Problem("This model is no longer there.")


def start(row: int | None) -> dict[str, Cell]:
    """The cells of a row of the tiny table."""
    if row is None:
        return {HOURS: 3, SCHOOL: "GP"}
    return {HOURS: 1 + row % 6, SCHOOL: ("GP", "MS", "GP", "MS", None, "GP")[row % 6]}


def told(cells: dict[str, Cell], kind: str) -> Told:
    """What the model says of cells, by its law."""
    hours = cells[HOURS]
    chance = (float(hours) if hours is not None else 3.5) / 10 + 0.05 * (cells[SCHOOL] == "MS")  # type: ignore[arg-type]
    chance = min(chance, 1.0)
    reasons = Explanation(
        tiny.COLUMNS, np.array([[chance - 0.4, 0.0]]), np.zeros((1, 2)), np.array([0.4]), np.array([chance]),
        np.array([-1]), ("yes" if kind != "regression" else "",), ((str(hours),), (str(cells[SCHOOL] or ""),)),
        np.zeros((1, 2)), "walks", 0.0,
    )  # fmt: skip
    if kind == "regression":
        return Told((10 * chance,), "", Interval(0.9, 40, low=10 * chance - 1, high=10 * chance + 1), reasons)
    if kind == "multiclass":
        rest = (1 - chance) / 2
        return Told((rest, rest, chance), "c" if chance > 0.4 else "a", Interval(0.9, 40, ("a", "c")), reasons)
    fits = ("no", "yes") if 0.3 < chance < 0.7 else ("yes",) if chance >= 0.7 else ("no",)
    return Told(
        (1 - chance, chance), "yes" if chance >= 0.5 else "no", Interval(0.9, 40, fits, group="sex: F"), reasons
    )


class Model:
    """Stands for the open models: counts what it is asked, and can be gone."""

    def __init__(self, kind: str = "binary") -> None:
        self.kind, self.gone, self.asked = kind, False, list[Scenario]()

    def start(self, _resident: Any, _run: Any, scenario: Scenario | None = None) -> Start:
        if self.gone:
            raise GONE
        row = scenario.row if scenario else None
        cells = start(row) | ((scenario.cells if scenario else None) or {})
        return Start(cells, FIELDS, row, None if row is None else tiny.TRUTH[row % 6])

    def what_if(self, _resident: Any, _run: Any, scenario: Scenario, **_: Any) -> WhatIf:
        if self.gone:
            raise GONE
        self.asked.append(scenario)
        before = start(scenario.row)
        first, last = told(before, self.kind), told({**before, **scenario.changes}, self.kind)
        hours = scenario.changes.get(HOURS)
        far = isinstance(hours, (int, float)) and hours > 100
        moved = [Moved(name, str(before[name] or ""), str(cell or ""), last.values[-1] - first.values[-1])
                 for name, cell in scenario.changes.items()]  # fmt: skip
        odd = (Oddity((HOURS,), Message("hours is far beyond any seen."), True),) if far else ()
        near = Neighbour(8, 0.1, {HOURS: ("1", "2")}, "yes" if self.kind != "regression" else 12.0, last.values)
        return WhatIf(
            () if self.kind == "regression" else ("no", "yes") if self.kind == "binary" else ("a", "b", "c"),
            {"regression": "", "binary": "yes", "multiclass": "c"}[self.kind],
            first, last, tuple(moved), Support(0.0 if far else 0.4, "outside" if far else "usual", odd, (near,)),
            Message("This case lies outside all that the model has seen.") if far else None,
        )  # fmt: skip


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Model:
    made = Model()
    monkeypatch.setattr(whatif, "ask_what_if", made.what_if)
    monkeypatch.setattr(scenarios, "ask_what_if", made.what_if)
    monkeypatch.setattr(case, "ask_start", made.start)
    return made


def step(home: Path, kind: str = "binary", language: str = "en", **address: str) -> AppTest:  # noqa: F811
    """The step, run once on the tiny training."""
    made = tiny.prepare(home, kind)
    page = AppTest.from_function(_script, default_timeout=60)
    page.session_state["owner"] = tiny.OWNER
    page.query_params.update({"run": made.run.id, "lang": language, **address})
    page.run()
    return good(page)


def _script() -> None:
    from pages.shared.desk import Desk
    from pages.steps import whatif
    from tests.pages import tiny

    whatif.render(Desk(tiny.DOMAIN))


def good(page: AppTest) -> AppTest:
    assert not page.exception, page.exception[0].stack_trace
    return page


def drawn(page: AppTest) -> str:
    """The light drawings."""
    return "\n".join(body for element in page.get("html") if "<style>" not in (body := element.proto.body))


def hours(page: AppTest) -> Any:
    return next(one for one in page.number_input if one.label == "hours")


def school(page: AppTest) -> Any:
    return next(one for one in page.selectbox if "school" in one.label)


def headline(page: AppTest) -> str:
    return next(one.value for one in page.markdown if one.value.startswith("###") and "####" not in one.value)


def address(page: AppTest, name: str) -> str:
    """What stands in the address."""
    value = page.query_params[name]
    return value if isinstance(value, str) else value[0]


def mine(page: AppTest) -> case.Held:
    found: case.Held = page.session_state[f"whatif_{address(page, 'run')}"]
    return found


def test_the_start_is_a_real_case_and_its_answer_stands_above(home: Path, model: Model) -> None:  # noqa: F811
    page = step(home, case="1")
    assert "chance of “passed \\= yes” is 25%" in headline(page)
    assert "The case starts from data row 2, in truth “yes”" in said(page)
    assert "The answer is “no”" in headline(page)
    assert hours(page).value == 2
    assert "Answers that fit this case: no. In 90% of cases the truth is among them." in said(page)
    assert "This rests on 40 cases (sex: F)." in said(page).replace("\\", "")
    assert len(model.asked) == 1


def test_a_change_moves_the_answer_and_says_what_it_was(home: Path, model: Model) -> None:  # noqa: F811
    page = step(home, case="1")
    good(hours(page).set_value(6).run())
    assert "is 65%; it was 25%" in headline(page)
    assert "changes from “no” to “yes”" in headline(page)
    assert "2 → 6" in drawn(page)
    assert "was 2" in drawn(page)
    assert model.asked[-1] == Scenario(row=1, changes={HOURS: 6})


def test_one_question_for_each_change(home: Path, model: Model) -> None:  # noqa: F811
    page = step(home, case="1")
    before = len(model.asked)
    good(hours(page).set_value(6).run())
    assert len(model.asked) == before + 1


def test_undo_redo_and_reset(home: Path, model: Model) -> None:  # noqa: F811
    page = step(home, case="1")
    good(hours(page).set_value(6).run())
    good(school(page).select("GP").run())
    assert "is 60%" in headline(page)
    good(page.button(key="whatif_undo").click().run())
    assert "is 65%" in headline(page)
    assert school(page).value == "MS"
    good(page.button(key="whatif_redo").click().run())
    assert school(page).value == "GP"
    good(page.button(key="whatif_reset").click().run())
    assert "is 25%" in headline(page)
    assert (hours(page).value, school(page).value) == (2, "MS")
    good(page.button(key="whatif_undo").click().run())
    assert "is 60%" in headline(page)


def test_one_column_goes_back_alone(home: Path, model: Model) -> None:  # noqa: F811
    page = step(home, case="1")
    good(hours(page).set_value(6).run())
    good(school(page).select("GP").run())
    back = next(one for one in page.button if one.label == "↺")
    good(back.click().run())
    assert mine(page).now.changes == {SCHOOL: "GP"}
    assert hours(page).value == 2


def test_the_original_value_typed_again_is_no_change(home: Path, model: Model) -> None:  # noqa: F811
    page = step(home, case="1")
    good(hours(page).set_value(6).run())
    good(hours(page).set_value(2).run())
    assert mine(page).now.changes == {}


def test_missing_is_a_value_too(home: Path, model: Model) -> None:  # noqa: F811
    page = step(home, case="1")
    good(hours(page).set_value(None).run())
    assert mine(page).now.changes == {HOURS: None}
    good(school(page).select("").run())
    assert mine(page).now.changes == {HOURS: None, SCHOOL: None}
    assert "is 35%" in headline(page)
    assert "2 → missing" in drawn(page)


def test_a_case_that_misses_a_value_shows_it_so(home: Path, model: Model) -> None:  # noqa: F811
    page = step(home, case="4")
    assert school(page).value == ""
    assert school(page).options[0] == "missing"


def test_all_categories_are_offered_and_another_can_be_typed(home: Path, model: Model) -> None:  # noqa: F811
    page = step(home, case="1")
    assert school(page).options == ["missing", "GP", "MS"]
    mine(page).set(SCHOOL, "Elsewhere <b>", "MS")
    good(page.run())
    assert page.session_state[school(page).key] == "Elsewhere <b>"
    assert "Elsewhere &lt;b&gt;" in drawn(page)


def test_outside_all_support_there_is_a_reason_instead_of_a_number(home: Path, model: Model) -> None:  # noqa: F811
    page = step(home, case="1")
    good(hours(page).set_value(500).run())
    assert "No answer for this case" in headline(page)
    assert "outside all that the model has seen" in said(page)
    assert "hours is far beyond any seen." in drawn(page)
    assert "vw-track" not in drawn(page)
    assert hours(page).value == 500


def test_why_a_sensitive_column_needs_care_is_said(home: Path, model: Model) -> None:  # noqa: F811
    assert "Where people live often stands in for origin and wealth." in drawn(step(home))


def test_two_scenarios_stand_side_by_side_and_stay_in_the_address(home: Path, model: Model) -> None:  # noqa: F811
    page = step(home, case="1")
    good(hours(page).set_value(6).run())
    good(page.text_input(key=_name(page)).set_value("More hours").run())
    good(page.button(key="whatif_keep").click().run())
    good(school(page).select("GP").run())
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


def test_a_link_opens_the_scenario(home: Path, model: Model) -> None:  # noqa: F811
    text = keep.to_text([Scenario(row=1, changes={HOURS: 6}), Scenario("Kept", row=2, changes={SCHOOL: "MS"})])
    page = step(home, case="1", whatif=text)
    assert "is 65%; it was 25%" in headline(page)
    assert [one.name for one in mine(page).kept] == ["Kept"]


def test_a_link_from_the_reasons_starts_anew_with_that_case(home: Path, model: Model) -> None:  # noqa: F811
    page = step(home, case="1")
    good(hours(page).set_value(6).run())
    page.query_params["case"] = "3"
    good(page.run())
    assert mine(page).now == Scenario(row=3)
    assert hours(page).value == 4


def test_the_browsers_way_back_undoes_and_is_not_written_over(home: Path, model: Model) -> None:  # noqa: F811
    page = step(home, case="1")
    good(hours(page).set_value(6).run())
    good(page.button(key="whatif_keep").click().run())
    kept = address(page, "whatif")
    good(hours(page).set_value(5).run())
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


def test_leaving_the_page_loses_nothing(home: Path, model: Model) -> None:  # noqa: F811
    page = step(home, case="1")
    good(hours(page).set_value(6).run())
    before = address(page, "whatif")
    del page.query_params["whatif"]
    del page.query_params["case"]
    good(page.run())
    assert hours(page).value == 6
    assert address(page, "whatif") == before
    assert address(page, "case") == "1"


@pytest.mark.parametrize("bad", ["x", "1.AAAA", "9.abc", "1." + "A" * 500])
def test_a_damaged_address_is_said_and_the_page_goes_on(home: Path, model: Model, bad: str) -> None:  # noqa: F811
    page = step(home, whatif=bad)
    assert len(page.error) == 1
    assert "damaged" in page.error[0].value
    assert headline(page)


@pytest.mark.parametrize("row", ["999", "-1", "x"])
def test_a_row_that_is_not_there_is_said(home: Path, model: Model, row: str) -> None:  # noqa: F811
    page = step(home, case=row)
    assert "is asked for, but the data has 30 rows" in page.error[0].value
    assert headline(page)


def test_columns_of_another_model_are_left_out_and_said(home: Path, model: Model) -> None:  # noqa: F811
    page = step(home, whatif=keep.to_text([Scenario(row=1, changes={HOURS: 6, "strange": 1})]))
    assert "strange" in page.info[0].value
    assert mine(page).now.changes == {HOURS: 6}


def test_a_model_that_was_deleted_is_said_and_the_scenario_stays(home: Path, model: Model) -> None:  # noqa: F811
    page = step(home, case="1")
    good(hours(page).set_value(6).run())
    model.gone = True
    good(hours(page).set_value(5).run())
    assert "no longer there" in page.error[0].value
    assert mine(page).now.changes == {HOURS: 5}
    assert hours(page).value == 5
    assert keep.from_text(address(page, "whatif"))[0].changes == {HOURS: 5}


def test_a_case_is_still_named_when_its_run_was_deleted_in_another_tab(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    evaluation, begun = results.evaluation(made.run), Start({}, (), 1, "yes")
    before = case.said(made.run, evaluation, Scenario(row=1), begun)
    shutil.rmtree(made.run.folder)
    assert case.said(made.run, evaluation, Scenario(row=1), begun) == before
    assert before.english() == "data row 2, in truth “yes”"


def test_the_typical_case_is_a_start(home: Path, model: Model) -> None:  # noqa: F811
    page = step(home)
    way = next(one for one in page.segmented_control if str(one.key).startswith("whatif_from_"))
    good(way.set_value("typical").run())
    assert mine(page).now == Scenario()
    assert "the typical case" in said(page)
    assert "is 30%" in headline(page)


def test_scenarios_are_renamed_opened_and_deleted(home: Path, model: Model) -> None:  # noqa: F811
    page = step(home, case="1")
    good(hours(page).set_value(6).run())
    good(page.button(key="whatif_keep").click().run())
    good(page.button(key="whatif_reset").click().run())
    rename = next(one for one in page.text_input if "rename" in str(one.key))
    good(rename.set_value("Better").run())
    assert [one.name for one in mine(page).kept] == ["Better"]
    good(page.button(key="whatif_open_0").click().run())
    assert hours(page).value == 6
    good(page.button(key="whatif_delete_0").click().run())
    assert mine(page).kept == []


def test_a_file_opens_again(home: Path, model: Model) -> None:  # noqa: F811
    page = step(home)
    file = keep.to_file([Scenario("From a file", row=1, changes={HOURS: 6})])
    good(page.file_uploader[0].set_value(("scenarios.json", file, "application/json")).run())
    assert [one.name for one in mine(page).kept] == ["From a file"]
    assert hours(page).value == 6


def test_a_file_that_is_none_is_said(home: Path, model: Model) -> None:  # noqa: F811
    page = step(home)
    good(page.file_uploader[0].set_value(("x.json", b"[1, 2", "application/json")).run())
    assert "no file of scenarios" in page.error[0].value
    assert headline(page)


def test_the_sheet_holds_every_scenario(home: Path, model: Model) -> None:  # noqa: F811
    made = tiny.prepare(home)
    view = View(made.run, None, tiny.evaluation(), 0.5)  # type: ignore[arg-type]
    desk = type("Desk", (), {"resident": None})()
    every = [Scenario("one", row=1, changes={HOURS: 6}), Scenario("two", row=2)]
    page = load_workbook(BytesIO(scenarios.workbook(desk, view, every))).worksheets[0]
    assert [cell.value for cell in page[1]][1:] == ["one", "two"]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("kind", ["multiclass", "regression"])
def test_other_tasks_are_answered_too(home: Path, model: Model, kind: str, language: str) -> None:  # noqa: F811
    model.kind = kind
    page = step(home, kind, language, case="1", whatif=keep.to_text([Scenario(row=1, changes={HOURS: 6})]))
    assert "65%" in headline(page) if kind == "multiclass" else "6.5" in bare(headline(page))


def test_only_the_first_inputs_are_drawn_until_more_are_asked_for(
    home: Path,  # noqa: F811
    model: Model,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    others = tuple(Field(f"column {n}", "number", low=0, high=1, typical=0.5) for n in range(15))
    monkeypatch.setattr(sys.modules[__name__], "FIELDS", (*FIELDS, *others))
    page = step(home, case="1")
    assert len(page.number_input) + len(page.selectbox) == form.FIRST + 1  # and one in the chooser of cases


@pytest.mark.parametrize(("text", "found"), [("", 7), ("N 14", 1), ("nothing", 0)])
def test_other_columns_are_found_by_a_part_of_their_name(
    home: Path,  # noqa: F811
    model: Model,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    found: int,
) -> None:
    others = tuple(Field(f"column {n}", "number", low=0, high=1, typical=0.5) for n in range(15))
    monkeypatch.setattr(sys.modules[__name__], "FIELDS", (*FIELDS, *others))
    made = tiny.prepare(home)
    page = AppTest.from_function(_script, default_timeout=60)
    page.session_state["owner"] = tiny.OWNER
    page.session_state[f"whatif_more_{made.run.id}"] = True
    page.session_state[f"whatif_search_{made.run.id}"] = text
    page.query_params.update({"run": made.run.id, "case": "1"})
    good(page.run())
    assert len([one for one in page.number_input if one.label.startswith("column")]) == form.FIRST - 2 + found
    assert ("No column has “nothing” in its name." in said(page)) == (not found)


@pytest.mark.parametrize(
    ("kind", "cell", "widget", "given", "wanted"),
    [
        ("date", "2024-05-31", date(2024, 5, 31), date(2024, 6, 1), "2024-06-01"),
        ("date", "2024-05-31T10:30:00", date(2024, 5, 31), date(2024, 6, 1), "2024-06-01T10:30:00"),
        ("date", "2024-05-31", date(2024, 5, 31), None, None),
        ("text", "Hello", "Hello", "😀" * 40_000, "😀" * 40_000),
        ("text", "Hello", "Hello", "", None),
        ("number", 0.5, 0.5, 1e300, 1e300),
        ("constant", 7, 7.0, 8.0, 8.0),
    ],
)
def test_every_kind_of_column_has_its_input(
    home: Path,  # noqa: F811
    model: Model,
    monkeypatch: pytest.MonkeyPatch,
    kind: Any,
    cell: Cell,
    widget: Any,
    given: Any,
    wanted: Cell,
) -> None:
    field = Field("x", kind, low=0.0 if kind != "text" else None, high=20_000.0 if kind != "text" else None)
    monkeypatch.setattr(sys.modules[__name__], "FIELDS", (*FIELDS, field))
    monkeypatch.setattr(case, "ask_start", lambda *_: Start({**start(1), "x": cell}, (*FIELDS, field), 1))
    monkeypatch.setattr(
        whatif, "ask_what_if", lambda _r, _n, asked, **_k: model.what_if(0, 0, replace(asked, changes={}))
    )
    page = step(home, case="1")
    box = next(one for one in [*page.date_input, *page.text_area, *page.number_input] if one.label == "x")
    assert box.value == widget
    good(box.set_value(given).run())
    assert mine(page).now.changes == {"x": wanted}
    good(page.button(key="whatif_undo").click().run())
    box = next(one for one in [*page.date_input, *page.text_area, *page.number_input] if one.label == "x")
    assert box.value == widget


def test_a_missing_number_moved_by_a_key_is_not_the_browsers_smallest(home: Path, model: Model) -> None:  # noqa: F811
    page = step(home, case="1")
    good(hours(page).set_value(None).run())
    good(hours(page).set_value(-(2**53) + 2).run())
    assert hours(page).value == 2
    assert mine(page).now.changes == {}


def test_history_forgets_what_was_undone_when_something_new_is_done() -> None:
    held = case.Held()
    held.set("a", 1, 0)
    held.set("a", 2, 0)
    held.step(-1)
    held.set("b", 5, 0)
    assert held.now.changes == {"a": 1, "b": 5}
    assert [one.changes for one in held.past] == [{}, {"a": 1}, {"a": 1, "b": 5}]
    held.step(5)
    assert held.now.changes == {"a": 1, "b": 5}


def test_history_has_an_end() -> None:
    held = case.Held()
    for number in range(1, case.STEPS + 50):
        held.set("a", number, 0)
    assert len(held.past) == case.STEPS
    assert held.now.changes == {"a": case.STEPS + 49}


def test_changes_of_a_way_are_taken_in_at_once() -> None:
    held = case.Held()
    held.set("a", 1, 0)
    held.take({"b": "x", "a": 3})
    assert held.now.changes == {"a": 3, "b": "x"}
    held.step(-1)
    assert held.now.changes == {"a": 1}


def test_a_name_is_given_where_none_is() -> None:
    held = case.Held()
    held.kept = [Scenario("Scenario 1"), Scenario("Scenario 3")]
    assert scenarios.fresh(held) == "Scenario 2"


def test_a_long_scenario_stays_out_of_the_address(home: Path, model: Model) -> None:  # noqa: F811
    page = step(home, case="1")
    noise = "".join(chr(0x4E00 + n * 7919 % 20000) for n in range(20_000))
    mine(page).put(replace(mine(page).now, changes={SCHOOL: noise}))
    good(page.run())
    assert "whatif" not in page.query_params
    assert mine(page).now.changes == {SCHOOL: noise}
