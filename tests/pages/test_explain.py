"""The reasons step: what matters, and one case that adds up."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.deliver.store import Store
from core.engines.base import Request, Run
from core.errors import Problem
from core.explain.explanation import Explanation
from core.explain.keep import keep_explanation
from pages.shared import rooms, show
from pages.shared.cases import matching, nearest, offer
from pages.shared.results import some
from pages.steps import explain
from tests.pages import tiny
from tests.pages.asked import Model
from tests.pages.steps import home, opened, said, script  # noqa: F401


@pytest.fixture(autouse=True)
def model(monkeypatch: pytest.MonkeyPatch) -> Model:
    """The open model of the page."""
    made = Model()
    monkeypatch.setattr(rooms, "resident", lambda: made)
    return made


def way(page: AppTest, made: tiny.Tiny, name: str) -> AppTest:
    """Another way of finding a case."""
    return page.segmented_control(key=f"case_way_{made.run.id}").set_value(name).run()


def test_it_names_what_counts_and_says_it_is_no_cause(home: Path) -> None:  # noqa: F811
    words = said(opened("explain", tiny.prepare(home)))
    assert r"What counts most: hours and school \<b\>." in words
    assert words.count("not causes") == 1
    assert "hours moves the chance by 22.5 percentage points" in words


def test_one_case_adds_up_and_the_page_shows_it(home: Path) -> None:  # noqa: F811
    words = said(opened("explain", tiny.prepare(home)))
    assert "It adds up: average 50%, reasons" in words
    assert "gap 0\\.000000" in words


def test_a_miss_is_found_by_the_cut_off_of_the_page(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    words = said(way(opened("explain", made), made, "miss"))
    assert "One of 1 such case" in words
    assert "Data row 3. In truth it was “yes”." in words
    assert "gives “passed \\= yes” a chance of 20%" in words


def test_a_case_is_found_by_its_row(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    page = way(opened("explain", made), made, "row")
    page.number_input(key=f"case_row_{made.run.id}").set_value(4).run()
    assert "Data row 4. In truth it was “no”." in said(page)


def test_a_case_is_found_by_what_stands_in_a_column(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    page = way(opened("explain", made), made, "value")
    values = page.selectbox(key=f"case_value_{made.run.id}_hours")
    assert values.options == ["1", "2", "3", "4", "5", "6"]
    values.set_value("2").run()
    assert "Data row 2." in said(page)


def test_cases_without_a_value_are_offered_too(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    page = way(opened("explain", made), made, "value")
    page.selectbox(key=f"case_column_{made.run.id}").set_value("school <b>").run()
    page.selectbox(key=f"case_value_{made.run.id}_school <b>").set_value("").run()
    assert "Data row 5." in said(page)


@pytest.mark.parametrize(("language", "row"), [("en", "Data row 4."), ("zh_CN", "数据第 4 行")])
def test_a_false_alarm_with_a_chance_over_a_limit(home: Path, language: str, row: str) -> None:  # noqa: F811
    made = tiny.prepare(home)
    page = way(opened("explain", made, language), made, "alarm")
    assert row in said(page)
    page.selectbox(key=f"case_bound_{made.run.id}").set_value("over").run()
    assert row not in said(page)  # the only one has 70 %, the limit is 80 %
    assert len(page.info) == 1
    page.number_input(key=f"case_limit_{made.run.id}").set_value(65).run()
    assert row in said(page)


def test_a_typical_case_is_a_real_one(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    assert "Data row 3." in said(way(opened("explain", made), made, "typical"))  # in the middle of hours, and at GP


def test_the_case_in_the_address_is_shown(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    page = AppTest.from_function(script, args=("explain",), default_timeout=60)
    page.session_state["owner"] = tiny.OWNER
    for name, value in {"run": made.run.id, "lang": "en", "case": "1"}.items():
        page.query_params[name] = value
    assert "Data row 2." in said(page.run())


def test_a_case_can_be_taken_to_what_if(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    page = way(opened("explain", made), made, "miss")
    page.button(key=f"change_{made.run.id}").click().run()
    assert page.query_params["case"] in ("2", ["2"])
    assert page.query_params["step"] in ("whatif", ["whatif"])


def test_two_cases_are_compared_column_by_column(home: Path, model: Model) -> None:  # noqa: F811
    made = tiny.prepare(home)
    page = opened("explain", made)
    page.session_state[f"other_{made.run.id}"] = True
    words = said(page.run())
    assert "is 90% here and 20% in the other case: 70 points more." in words
    assert "The bars add up to the difference; gap 0\\.000000." in words
    assert [0, 2] in [asked.get("rows") for verb, asked in model.asked if verb == "reasons"]
    page.segmented_control(key=f"case_way_other_{made.run.id}").set_value("hit").run()
    assert "the same case" in said(page)


def test_a_model_that_cannot_answer_leaves_what_is_known(home: Path, model: Model) -> None:  # noqa: F811
    made = tiny.prepare(home)
    model.answers["reasons"] = gone
    page = opened("explain", made)
    assert "The model was deleted" in said(page)
    assert "It adds up" in said(page)


def test_a_part_of_a_model_that_was_deleted_in_another_tab_says_so(
    home: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, told = tiny.prepare(home), list[Problem]()
    monkeypatch.setattr(show, "trouble", told.append)
    scene = SimpleNamespace(run=made.run)
    explain._guarded(lambda *_: told.append(Problem("drawn")), scene, None)  # type: ignore[arg-type]
    shutil.rmtree(made.run.folder)
    explain._guarded(lambda *_: told.append(Problem("drawn")), scene, None)  # type: ignore[arg-type]
    assert [one.message.text[:21] for one in told] == ["drawn", "This run has no model"]


def gone(**_: object) -> None:
    raise Problem("The model was deleted.")


@pytest.mark.parametrize("kind", ["multiclass", "regression"])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_other_tasks_have_reasons_too(home: Path, model: Model, kind: str, language: str) -> None:  # noqa: F811
    model.kind = kind
    page = opened("explain", tiny.prepare(home, kind), language)
    assert page.markdown
    assert not page.error


def test_of_several_answers_it_is_said_which_one_the_reasons_are_about(
    home: Path,  # noqa: F811
    model: Model,
) -> None:
    model.kind = "multiclass"
    made = tiny.prepare(home, "multiclass")
    page = opened("explain", made)
    assert "raising and lowering are about different answers" in said(page)
    page.selectbox(key=f"class_{made.run.id}").set_value("b").run()
    assert "raising and lowering are about different answers" not in said(page)


def test_reasons_that_are_not_there_yet_are_no_error(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    (made.run.folder / "explanation" / "explanation.json").unlink()
    assert "were not worked out" in said(opened("explain", made))


def test_numbers_match_by_their_value_and_texts_by_a_part() -> None:
    assert matching(offer(pd.Series([1.0, 12.0, 2.0, 2.0])), "2").tolist() == [2, 3]
    assert matching(offer(pd.Series(["GP", "MS", None])), "gp").tolist() == [0]
    assert matching(offer(pd.Series(["North", "South", "northern"])), "outh").tolist() == [1]
    assert matching(offer(pd.Series([1.0, 2.0])), "x").tolist() == []


def test_dates_are_offered_in_their_order_and_found_by_a_part() -> None:
    days = offer(pd.Series(pd.to_datetime(["2024-03-02", None, "2024-01-31", "2024-03-01"])))
    assert days.texts == ("2024-01-31", "2024-03-01", "2024-03-02", "")
    assert matching(days, "2024-03").tolist() == [0, 3]
    assert matching(days, "").tolist() == [1]


def test_a_number_that_is_nowhere_leads_to_the_nearest() -> None:
    offered = offer(pd.Series([1.0, 5.0, 2.5]))
    assert nearest(offered, "2.4") == 1
    assert nearest(offered, "abc") is None


def test_a_column_of_very_many_values_is_asked_by_typing() -> None:
    offered = offer(pd.Series(np.arange(3_000.0)))
    assert offered.texts == ()
    assert matching(offered, "17").tolist() == [17]


def test_some_rows_of_an_explanation_are_whole() -> None:
    made: Explanation = some(tiny.explanation(), np.array([False, True, False, True, False, False]))
    assert made.rows.tolist() == [1, 3]
    assert made.cells[0] == ("2", "4")
    assert made.gap < 1e-12


class Line:
    """A scheduler that only notes what it is given."""

    def __init__(self) -> None:
        self.given: list[Run] = []

    def submit(self, run: Run) -> None:
        self.given.append(run)


def stopped(home: Path) -> tiny.Tiny:  # noqa: F811
    """A training that was stopped before the overall reasons were made."""
    made = tiny.prepare(home)
    shutil.rmtree(made.run.folder / "explanation")
    made.run.set_state("stopped")
    return made


def test_overall_reasons_can_be_made_later(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    made, line = stopped(home), Line()
    monkeypatch.setattr(rooms, "processes", lambda: line)
    monkeypatch.setattr(explain.case, "case", lambda *_: None)
    page = opened("explain", made)
    page.button(key=f"overall_{made.run.id}").click()
    page.run()
    asked = line.given[0].request()
    assert asked.verb == "explain"
    assert Path(asked.model) == made.run.folder.resolve()
    assert asked.arguments["rows"] == [0, 1, 2, 3, 4, 5]


def test_overall_reasons_made_later_are_found_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    made = stopped(home)
    monkeypatch.setattr(explain.case, "case", lambda *_: None)
    job = Store(home, tiny.OWNER).new_run(Request("explain", model=str(made.run.folder.resolve())))
    keep_explanation(tiny.explanation(), job.folder / "explanation")
    job.set_state("done")
    page = opened("explain", made)
    assert "What counts most" in said(page)
    assert not [one for one in page.button if one.key.startswith("overall")]
