"""The inputs of a case and its answer."""
# ruff: noqa: F811

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.whatif import keep
from core.whatif.scenario import Cell, Field, Scenario, Start
from pages.shared import results
from pages.shared.chart import bare
from pages.shared.whatif import case, form
from pages.steps import whatif
from tests.pages import changing, tiny
from tests.pages.boxes import box, boxes
from tests.pages.changing import (  # noqa: F401
    FIELDS,
    HOURS,
    SCHOOL,
    Model,
    address,
    belief,
    drawn,
    good,
    headline,
    hours,
    mine,
    model,
    school,
    script,
    start,
    step,
)
from tests.pages.steps import home, opened, said  # noqa: F401


def test_the_start_is_a_real_case_and_its_answer_stands_above(home: Path, model: Model) -> None:
    page = step(home, case="1")
    assert "chance of “passed = yes” is 25%" in headline(page)
    assert "The case starts from data row 2, in truth “yes”" in said(page)
    assert "The answer is “no”" in headline(page)
    assert hours(page).value == 2
    assert "Answers that fit this case: no. In 90% of cases the truth is among them." in belief(page)
    assert "This rests on 40 cases (sex: F)." in belief(page)
    assert len(model.asked) == 1


def test_a_change_moves_the_answer_and_says_what_it_was(home: Path, model: Model) -> None:
    page = step(home, case="1")
    good(hours(page).put(6).run())
    assert "is 65%; it was 25%" in headline(page)
    assert "changes from “no” to “yes”" in headline(page)
    assert "2 → 6" in drawn(page)
    assert "was 2" in hours(page).told["head"]
    assert model.asked[-1] == Scenario(row=1, changes={HOURS: 6})


def test_the_columns_get_their_order_when_the_reasons_are_known(
    home: Path,
    model: Model,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = results.reasons
    monkeypatch.setattr(results, "reasons", lambda _run: None)
    page = step(home, case="1")
    assert "most important" not in said(page)
    assert [one.told["name"] for one in boxes(page)] == [HOURS, SCHOOL]
    ranks = tuple(replace(one, importance=share) for one, share in zip(reversed(FIELDS), (0.4, 0.1), strict=True))
    monkeypatch.setattr(changing, "FIELDS", ranks)
    monkeypatch.setattr(results, "reasons", known)
    good(page.run())
    assert "The most important columns first." in said(page)
    assert [one.told["name"] for one in boxes(page)] == [SCHOOL, HOURS]


def test_one_question_for_each_change(home: Path, model: Model) -> None:
    page = step(home, case="1")
    before = len(model.asked)
    good(hours(page).put(6).run())
    assert len(model.asked) == before + 1


def test_undo_redo_and_reset(home: Path, model: Model) -> None:
    page = step(home, case="1")
    good(hours(page).put(6).run())
    good(school(page).put("GP").run())
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


def test_one_column_goes_back_alone(home: Path, model: Model) -> None:
    page = step(home, case="1")
    good(hours(page).put(6).run())
    good(school(page).put("GP").run())
    assert hours(page).told["back"] == "Back to 2"
    good(hours(page).put(hours(page).told["original"]).run())
    assert hours(page).told["back"] is None
    assert mine(page).now.changes == {SCHOOL: "GP"}
    assert hours(page).value == 2


def test_the_original_value_typed_again_is_no_change(home: Path, model: Model) -> None:
    page = step(home, case="1")
    good(hours(page).put(6).run())
    good(hours(page).put(2).run())
    assert mine(page).now.changes == {}


def test_missing_is_a_value_too(home: Path, model: Model) -> None:
    page = step(home, case="1")
    good(hours(page).put(None).run())
    assert mine(page).now.changes == {HOURS: None}
    good(school(page).put(None).run())
    assert mine(page).now.changes == {HOURS: None, SCHOOL: None}
    assert "is 35%" in headline(page)
    assert "2 → missing" in drawn(page)


def test_a_case_that_misses_a_value_shows_it_so(home: Path, model: Model) -> None:
    page = step(home, case="4")
    assert school(page).value is None
    assert school(page).options[0] == "missing"


def test_all_categories_are_offered_and_another_can_be_typed(home: Path, model: Model) -> None:
    page = step(home, case="1")
    assert school(page).options == ["missing", "GP", "MS"]
    mine(page).take({SCHOOL: "Elsewhere <b>"})
    good(page.run())
    assert school(page).value == "Elsewhere <b>"
    assert "Elsewhere &lt;b&gt;" in drawn(page)


def test_outside_all_support_there_is_a_reason_instead_of_a_number(home: Path, model: Model) -> None:
    page = step(home, case="1")
    good(hours(page).put(500).run())
    assert "No answer for this case" in headline(page)
    assert "outside all that the model has seen" in belief(page)
    assert "hours is far beyond any seen." in drawn(page)
    assert "vw-track" not in drawn(page)
    assert hours(page).value == 500


def test_why_a_sensitive_column_needs_care_is_said(home: Path, model: Model) -> None:
    head = school(step(home)).told["head"]
    assert "Where people live often stands in for origin and wealth." in head


def test_a_model_that_was_deleted_is_said_and_the_scenario_stays(home: Path, model: Model) -> None:
    page = step(home, case="1")
    good(hours(page).put(6).run())
    model.gone = True
    good(hours(page).put(5).run())
    assert "no longer there" in page.error[0].value
    assert mine(page).now.changes == {HOURS: 5}
    assert hours(page).value == 5
    assert keep.from_text(address(page, "whatif"))[0].changes == {HOURS: 5}


def test_a_case_is_still_named_when_its_run_was_deleted_in_another_tab(home: Path) -> None:
    made = tiny.prepare(home)
    evaluation, begun = results.evaluation(made.run), Start({}, (), 1, "yes")
    before = case.said(made.run, evaluation, Scenario(row=1), begun)
    shutil.rmtree(made.run.folder)
    assert case.said(made.run, evaluation, Scenario(row=1), begun) == before
    assert before.english() == "data row 2, in truth “yes”"


def test_the_typical_case_is_a_start(home: Path, model: Model) -> None:
    page = step(home)
    way = next(one for one in page.segmented_control if str(one.key).startswith("whatif_from_"))
    good(way.set_value("typical").run())
    assert mine(page).now == Scenario()
    assert "the typical case" in said(page)
    assert "is 30%" in headline(page)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("kind", ["multiclass", "regression"])
def test_other_tasks_are_answered_too(home: Path, model: Model, kind: str, language: str) -> None:
    model.kind = kind
    page = step(home, kind, language, case="1", whatif=keep.to_text([Scenario(row=1, changes={HOURS: 6})]))
    assert "65%" in headline(page) if kind == "multiclass" else "6.5" in bare(headline(page))


def test_only_the_first_inputs_are_drawn_until_more_are_asked_for(
    home: Path,
    model: Model,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    others = tuple(Field(f"column {n}", "number", low=0, high=1, typical=0.5) for n in range(15))
    monkeypatch.setattr(changing, "FIELDS", (*FIELDS, *others))
    page = step(home, case="1")
    assert len(boxes(page)) == form.FIRST


@pytest.mark.parametrize(("text", "found"), [("", 7), ("N 14", 1), ("nothing", 0)])
def test_other_columns_are_found_by_a_part_of_their_name(
    home: Path,
    model: Model,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    found: int,
) -> None:
    others = tuple(Field(f"column {n}", "number", low=0, high=1, typical=0.5) for n in range(15))
    monkeypatch.setattr(changing, "FIELDS", (*FIELDS, *others))
    made = tiny.prepare(home)
    page = AppTest.from_function(script, default_timeout=60)
    page.session_state["owner"] = tiny.OWNER
    page.session_state[f"whatif_more_{made.run.id}"] = True
    page.session_state[f"whatif_search_{made.run.id}"] = text
    page.query_params.update({"run": made.run.id, "case": "1"})
    good(page.run())
    assert len(boxes(page)) == form.FIRST + found
    assert ("No column has “nothing” in its name." in said(page)) == (not found)


@pytest.mark.parametrize(
    ("kind", "cell", "widget", "given", "wanted"),
    [
        ("date", "2024-05-31", "2024-05-31", "2024-06-01", "2024-06-01"),
        ("date", "2024-05-31T10:30:00", "2024-05-31", "2024-06-01", "2024-06-01T10:30:00"),
        ("date", "2024-05-31", "2024-05-31", None, None),
        ("text", "Hello", "Hello", "😀" * 40_000, "😀" * 40_000),
        ("text", "Hello", "Hello", "", None),
        ("number", 0.5, 0.5, 1e300, 1e300),
        ("constant", 7, 7.0, 8.0, 8.0),
    ],
)
def test_every_kind_of_column_has_its_input(
    home: Path,
    model: Model,
    monkeypatch: pytest.MonkeyPatch,
    kind: Any,
    cell: Cell,
    widget: Any,
    given: Any,
    wanted: Cell,
) -> None:
    field = Field("x", kind, low=0.0 if kind != "text" else None, high=20_000.0 if kind != "text" else None)
    monkeypatch.setattr(changing, "FIELDS", (*FIELDS, field))
    monkeypatch.setattr(case, "ask_start", lambda *_: Start({**start(1), "x": cell}, (*FIELDS, field), 1))
    monkeypatch.setattr(
        whatif, "ask_what_if", lambda _r, _n, asked, **_k: model.what_if(0, 0, replace(asked, changes={}))
    )
    page = step(home, case="1")
    assert box(page, "x").value == widget
    good(box(page, "x").put(given).run())
    assert mine(page).now.changes == {"x": wanted}
    good(page.button(key="whatif_undo").click().run())
    assert box(page, "x").value == widget


def test_a_missing_number_is_moved_from_where_it_was(home: Path, model: Model) -> None:
    """The browser is told where to begin: at the original value, else at the typical one."""
    page = step(home, case="1")
    good(hours(page).put(None).run())
    assert (hours(page).value, hours(page).told["begin"], hours(page).told["step"]) == (None, 2, 1)


def test_what_comes_back_together_is_one_step_of_undo(home: Path, model: Model) -> None:
    page = step(home, case="1")
    form.take(mine(page), Start(start(1), FIELDS, 1), [[0, 6], [1, "GP"], [0, 5]])
    good(page.run())
    assert mine(page).now.changes == {HOURS: 5, SCHOOL: "GP"}
    good(page.button(key="whatif_undo").click().run())
    assert mine(page).now.changes == {}
