"""The quality step on six rows whose figures are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.data.cohort import Cohort, address
from pages.shared import results
from tests.pages import tiny
from tests.pages.steps import cells, home, opened, said  # noqa: F401


def test_it_opens_with_the_answer(home: Path) -> None:  # noqa: F811
    page = opened("quality", tiny.prepare(home))
    assert page.markdown[0].value == "**Group:** all 30 cases"
    assert (
        page.markdown[1].value
        == "### The model finds 2 of 3 cases of “passed \\= yes” and is right about 2 of the 3 it names."
    )
    assert "Measured on 6 rows" in said(page)
    assert "Made-up data" in said(page)


def test_one_cut_off_moves_everything(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    page = opened("quality", made)
    page.slider[0].set_value(25).run()
    assert not page.exception
    words = said(page)
    assert "finds 2 of 3 cases of “passed \\= yes” and is right about 2 of the 4 it names" in words
    assert "4 of 6 cases. Missed: 1. Named wrongly: 2." in words
    assert "It is right about 3 of 6 cases" in words
    assert "Of those it names at your cut-off, 50% are right" in words
    recall = next(row for row in cells(page, 0) if "recall" in row[0])
    assert recall[1].startswith("66.7")


def test_the_cut_off_is_still_there_after_a_reload(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    opened("quality", made).slider[0].set_value(85).run()
    assert "finds 1 of 3" in said(opened("quality", made))


def test_a_capacity_names_as_many_as_can_be_seen(home: Path) -> None:  # noqa: F811
    page = opened("quality", tiny.prepare(home))
    page.segmented_control[0].set_value("capacity").run()
    page.number_input[0].set_value(2).run()
    assert "finds 2 of 3 cases of “passed \\= yes” and is right about 2 of the 2 it names" in said(page)


def test_costs_set_the_cut_off(home: Path) -> None:  # noqa: F811
    page = opened("quality", tiny.prepare(home))
    page.segmented_control[0].set_value("costs").run()
    page.number_input[0].set_value(9.0).run()
    assert "Named from a chance of 10% on" in said(page)


def test_the_whole_report_is_there(home: Path) -> None:  # noqa: F811
    report = cells(opened("quality", tiny.prepare(home)), 1)
    assert [row[0].split(" ")[0] for row in report] == ["no", "yes", "All", "All", "All"]
    assert [row[4] for row in report] == ["3", "3", "6", "6", "6"]
    assert report[1][1:4] == ["66.7%"] * 3


@pytest.mark.parametrize("kind", ["multiclass", "regression"])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_other_tasks_are_measured_too(home: Path, kind: str, language: str) -> None:  # noqa: F811
    words = said(opened("quality", tiny.prepare(home, kind), language))
    if language == "en":
        wanted = "5 of 6 answers are right" if kind == "multiclass" else "off by at most 1"
        assert wanted in words


def test_the_fields_cautions_are_said(home: Path) -> None:  # noqa: F811
    assert "- Six students say little." in said(opened("quality", tiny.prepare(home)))


def test_a_group_is_counted_alone(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    rows = results.predictions(made.run)["row"].tolist()
    page = opened("quality", made, address={"group": address(Cohort(rows=tuple(rows[:3])))})
    assert "finds 2 of 3" in said(page) and "the 2 it names" in said(page)
    assert any("Only 3 of 6 such cases" in caption.value for caption in page.caption)


def test_a_group_without_unseen_cases_says_so_and_all_are_shown(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    seen = set(results.predictions(made.run)["row"].tolist())
    other = next(row for row in range(30) if row not in seen)
    page = opened("quality", made, address={"group": address(Cohort(rows=(other,)))})
    assert any("None of the cases" in info.value for info in page.info)
    assert "finds 2 of 3" in said(page)
