"""The reasons step: what matters, and one case that adds up."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.deliver.store import Store
from core.engines.base import Request, Run
from core.explain.explanation import Explanation
from core.explain.keep import keep_explanation
from pages.shared import rooms
from pages.shared.cases import matching
from pages.shared.results import some
from pages.steps import explain
from tests.pages import tiny
from tests.pages.steps import home, opened, said  # noqa: F401


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
    page = opened("explain", tiny.prepare(home))
    page.segmented_control[0].set_value("miss").run()
    words = said(page)
    assert "One of 1 such case" in words
    assert "Data row 3. In truth it was “yes”." in words
    assert "gives “passed \\= yes” a chance of 20%" in words


def test_a_case_is_found_by_its_row(home: Path) -> None:  # noqa: F811
    page = opened("explain", tiny.prepare(home))
    page.segmented_control[0].set_value("row").run()
    page.number_input[0].set_value(4).run()
    assert "Data row 4. In truth it was “no”." in said(page)


def test_a_case_is_found_by_what_stands_in_a_column(home: Path) -> None:  # noqa: F811
    page = opened("explain", tiny.prepare(home))
    page.segmented_control[0].set_value("value").run()
    page.text_input[0].set_value("2").run()
    assert "Data row 2." in said(page)


def test_a_value_that_is_nowhere_says_so(home: Path) -> None:  # noqa: F811
    page = opened("explain", tiny.prepare(home))
    page.segmented_control[0].set_value("value").run()
    page.text_input[0].set_value("99").run()
    assert "No row has “99” in hours." in said(page)


@pytest.mark.parametrize("kind", ["multiclass", "regression"])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_other_tasks_have_reasons_too(home: Path, kind: str, language: str) -> None:  # noqa: F811
    page = opened("explain", tiny.prepare(home, kind), language)
    assert page.markdown


def test_reasons_that_are_not_there_yet_are_no_error(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    (made.run.folder / "explanation" / "explanation.json").unlink()
    page = opened("explain", made, reasons={(made.run.id, 0, None): tiny.explanation()})
    assert "were not worked out" in said(page)


def test_numbers_match_by_their_value_and_texts_by_a_part() -> None:
    assert matching(pd.Series([1.0, 12.0, 2.0, 2.0]), "2").tolist() == [2, 3]
    assert matching(pd.Series(["GP", "MS", None]), "gp").tolist() == [0]
    assert matching(pd.Series(["North", "South", "northern"]), "outh").tolist() == [1]
    assert matching(pd.Series([1.0, 2.0]), "x").tolist() == []


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
    monkeypatch.setattr(explain, "_one", lambda *_: None)
    page = opened("explain", made)
    page.button(key=f"overall_{made.run.id}").click()
    page.run()
    asked = line.given[0].request()
    assert asked.verb == "explain"
    assert Path(asked.model) == made.run.folder.resolve()
    assert asked.arguments["rows"] == [0, 1, 2, 3, 4, 5]


def test_overall_reasons_made_later_are_found_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    made = stopped(home)
    monkeypatch.setattr(explain, "_one", lambda *_: None)
    job = Store(home, tiny.OWNER).new_run(Request("explain", model=str(made.run.folder.resolve())))
    keep_explanation(tiny.explanation(), job.folder / "explanation")
    job.set_state("done")
    page = opened("explain", made)
    assert "What counts most" in said(page)
    assert not [one for one in page.button if one.key.startswith("overall")]
