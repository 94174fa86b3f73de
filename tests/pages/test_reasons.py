"""What opens on the reasons step: quality, groups, one column alone, pairs, one page, words, real cases alike."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import values
from core.data.cohort import Cohort, Filter, address
from core.deliver.grades import kept
from core.explain.explanation import Phrase
from core.explain.families import Family
from core.explain.grade import Check, Grade
from core.explain.kin import Neighbour
from core.explain.pairs import Pairs
from core.explain.readable import Condition, Fidelity, Leaf, Line, Step, Surrogate
from core.words import Message
from pages.shared import rooms
from tests.core.plots.test_reasons import curve
from tests.pages import tiny
from tests.pages.asked import Model, picked, told_of
from tests.pages.steps import home, opened, said, script  # noqa: F401

HOURS = "hours"


@pytest.fixture(autouse=True)
def model(monkeypatch: pytest.MonkeyPatch) -> Model:
    """The open model of the page."""
    made = Model()
    monkeypatch.setattr(rooms, "resident", lambda: made)
    return made


def unfolded(made: tiny.Tiny, part: str) -> AppTest:
    """The page with one of its details open."""
    return opened("explain", made, **{f"{part}_{made.run.id}": True})


def graded(made: tiny.Tiny, verdict: str) -> tiny.Tiny:
    """A run whose reasons were checked."""
    checks = (
        Check("adds_up", True, 0.0, 1e-4, Message("The reasons add up in all of {n:count} cases.", {"n": 40})),
        Check("seeds", verdict == "good", 0.9, 0.95, Message("The order of the columns changes.")),
    )
    grade = Grade(verdict, Message("Checked on {rows:count} cases.", {"rows": 40}), checks, 40)  # type: ignore[arg-type]
    (made.run.folder / "model" / "manifest.json").write_text("{}")
    values.write(made.run.folder / "grade.json", grade)
    return made


# -- quality ----------------------------------------------------------------------------------------------------------


def test_the_grade_is_one_line_that_opens_to_its_checks(home: Path) -> None:  # noqa: F811
    page = opened("explain", graded(tiny.prepare(home), "good"))
    assert any("Checked on 40 cases" in part.label for part in page.expander)
    words = said(page)
    assert "✓\u2002The reasons add up in all of 40 cases." in words
    assert "Not every check" not in words


def test_weak_reasons_say_so_beside_each_view(home: Path) -> None:  # noqa: F811
    words = said(opened("explain", graded(tiny.prepare(home), "weak")))
    assert words.count("Not every check of these reasons was passed: the same when worked out again.") == 4


def test_withheld_reasons_are_not_shown_anywhere(home: Path) -> None:  # noqa: F811
    page = opened("explain", graded(tiny.prepare(home), "withheld"))
    words = said(page)
    assert "The reasons of this model are not shown." in words
    assert "Checked on 40 cases." in words
    assert "It adds up" not in words
    assert "What counts" not in words
    assert not page.get("plotly_chart")
    assert "The model gives" in words  # the answer itself is no reason


def test_reasons_that_were_not_checked_are_checked_in_the_background(home: Path, model: Model) -> None:  # noqa: F811
    made = tiny.prepare(home)

    def grade(**_: Any) -> Grade:
        graded(made, "good")
        found = kept(made.run.folder)
        assert found is not None
        return found

    model.answers["grade"] = grade
    page = opened("explain", made)
    assert "is being checked" in said(page)
    due = time.monotonic() + 10
    while not (made.run.folder / "grade.json").exists():
        assert time.monotonic() < due
        time.sleep(0.02)
    assert any("Checked on 40 cases" in part.label for part in page.run().expander)
    assert [verb for verb, _ in model.asked].count("grade") == 1


def test_a_grade_of_a_first_answer_does_not_count_for_the_better_one(home: Path) -> None:  # noqa: F811
    made = graded(tiny.prepare(home), "withheld")
    (made.run.folder / "model" / "manifest.json").write_text("{ }")
    assert "What counts most" in said(opened("explain", made))


# -- groups -----------------------------------------------------------------------------------------------------------


def of_group(made: tiny.Tiny, cohort: Cohort) -> AppTest:
    page = AppTest.from_function(script, args=("explain",), default_timeout=60)
    page.session_state["owner"] = tiny.OWNER
    for name, value in {"run": made.run.id, "lang": "en", "group": address(cohort)}.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def test_a_group_with_few_explained_cases_shows_all_and_says_so(home: Path) -> None:  # noqa: F811
    words = said(of_group(tiny.prepare(home), Cohort(filters=(Filter(HOURS, 1, 2),))))
    assert "Only 2 of the 6 cases explained are in this group" in words
    assert "On average over 6 cases" in words


def test_the_charts_show_the_cases_of_the_group(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr("pages.steps.explain.FEW", 2)
    words = said(of_group(tiny.prepare(home), Cohort(filters=(Filter(HOURS, 1, 2),))))
    assert "The charts show the 2 of 6 explained cases" in words
    assert "On average over 2 cases" in words


def test_related_columns_can_count_as_one(home: Path, model: Model) -> None:  # noqa: F811
    note = Message("{one} and {other} say nearly the same.", {"one": HOURS, "other": "school <b>"})
    model.answers["families"] = {"families": [Family("both", tiny.COLUMNS)], "notes": [note]}
    made = tiny.prepare(home)
    page = opened("explain", made)
    assert r"hours and school \<b\> say nearly the same." in said(page)
    page.toggle(key=f"families_{made.run.id}").set_value(True).run()
    assert "both moves the chance by" in said(page)
    assert r"both: hours and school \<b\>" in said(page)


# -- one column, two columns, one page --------------------------------------------------------------------------------


def test_a_column_can_be_changed_alone(home: Path, model: Model) -> None:  # noqa: F811
    model.answers["partial"] = lambda **_: asdict(replace(curve(), column=HOURS))
    made = tiny.prepare(home)
    page = opened("explain", made)
    page.segmented_control(key=f"dependence_view_{made.run.id}").set_value("alone").run()
    words = said(page)
    assert r"With hours alone changed, the mean chance of “passed \= yes” lies between 20% (at 1) and" in words
    assert "60% (at missing)" in words
    assert "At hollow points no real case lies near" in words
    assert model.asked[-1][1].get("rows") or any(verb == "partial" for verb, _ in model.asked)


def test_the_colour_of_a_dependence_can_be_chosen(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    page = opened("explain", made)
    page.selectbox(key=f"colour_{made.run.id}_hours").set_value("school <b>").run()
    assert r"The colour is the value of school \<b\>" in said(page)


def test_pairs_are_asked_for_only_when_opened(home: Path, model: Model) -> None:  # noqa: F811
    both = np.array([[[0.0, 0.03], [0.03, 0.0]]] * 2)
    model.answers["pairs"] = lambda **_: asdict(Pairs(tiny.COLUMNS, np.arange(2), both, "yes"))
    made = tiny.prepare(home)
    opened("explain", made)
    assert "pairs" not in [verb for verb, _ in model.asked]
    words = said(unfolded(made, "pairs"))
    assert r"hours and school \<b\> together move the answer by 3 points more or less" in words


def card() -> Surrogate:
    """Two lines of one column, two sums, one group."""
    few = Condition(HOURS, Message("up to {high:number}", {"high": 3}), high=3.0)
    many = Condition(HOURS, Message("above {low:number}", {"low": 3}), low=3.0)
    return Surrogate(
        "card",
        "yes",
        ("no", "yes"),
        (HOURS,),
        (Line(few, 0, 9), Line(many, 5, 11)),
        (Step(0, 4, 0.2, 9), Step(5, 5, 0.8, 11)),
        fidelity=Fidelity(20, 0.9, 0.95),
        groups=(Fidelity(12, 0.85, 0.9, "sex", "F"), Fidelity(3, None, None, "sex", "M", enough=False)),
        readable=True,
        message=Message("A card of points over {n:count} column.", {"n": 1}),
    )


def test_a_points_card_is_told_with_its_faithfulness_by_group(home: Path, model: Model) -> None:  # noqa: F811
    model.answers["surrogate"] = card()
    page = unfolded(tiny.prepare(home), "surrogate")
    assert "A card of points over 1 column." in said(page)
    lines, sums, groups = (table.value.to_numpy().tolist() for table in page.table[-3:])
    assert lines == [["hours", "up to 3", "0", "9"], ["", "above 3", r"\+5", "11"]]
    assert [row[:2] for row in sums] == [["0 to 4", "20%"], ["5", "80%"]]
    assert groups[1][1:] == ["12", "90%", "85%"]
    assert groups[2][2:] == ["too few cases", "too few cases"]


def test_a_small_tree_that_is_not_faithful_warns(home: Path, model: Model) -> None:  # noqa: F811
    first = card().lines[0].condition
    leaves = (Leaf((first,), (0.2,), "no", 9), Leaf((), (0.8,), "yes", 11))
    model.answers["surrogate"] = replace(
        card(), form="tree", lines=(), steps=(), leaves=leaves, groups=(), readable=False
    )
    page = unfolded(tiny.prepare(home), "surrogate")
    assert "A card of points" in page.warning[0].value
    assert page.table[-1].value.to_numpy().tolist() == [[r"hours\: up to 3", "20%", "9"], ["always", "80%", "11"]]


# -- one case ---------------------------------------------------------------------------------------------------------


def test_words_of_a_text_are_marked_and_stand_on_the_waterfall(home: Path, model: Model) -> None:  # noqa: F811
    def reasons(rows: list[int], **_: Any) -> dict[str, Any]:
        made = picked(tiny.explanation(), rows)
        cells = (*made.cells[:1], ("<i>late</i> again",))
        phrases = ((Phrase("school <b>", 3, 7, "late", 0.2), Phrase("school <b>", 7, 17, "</i> again", -0.1)),)
        made = replace(made, cells=cells, phrases=phrases)
        return {"explanation": asdict(made), "told": [told_of(made, 0)]}

    model.answers["reasons"] = reasons
    made = tiny.prepare(home)
    page = opened("explain", made, **{f"strongest_{made.run.id}_1": True})
    assert not page.error
    assert r"What it says in school \<b\>" in said(page)
    html = [element.proto.body for element in page.get("html")]
    assert any("&lt;i&gt;" in body and ">late</mark>" in body for body in html)
    assert not any("<i>" in body for body in html)


def test_a_chart_that_does_not_add_up_is_withheld(home: Path, model: Model) -> None:  # noqa: F811
    def reasons(rows: list[int], **_: Any) -> dict[str, Any]:
        made = picked(tiny.explanation(), rows)
        return {"explanation": asdict(replace(made, predictions=made.predictions + 0.01)), "told": [()]}

    model.answers["reasons"] = reasons
    page = opened("explain", tiny.prepare(home))
    assert "It does not add up" in page.warning[0].value
    assert len(page.get("plotly_chart")) == 3  # the views of all cases


def test_real_cases_alike_say_what_differs_and_what_became_of_them(home: Path, model: Model) -> None:  # noqa: F811
    near = Neighbour(7, 0.1, {HOURS: ("1", "2"), "school <b>": ("GP", "")}, "no", (0.9, 0.1))
    model.answers["kin"] = [[near]]
    words = said(unfolded(tiny.prepare(home), "alike"))
    assert r"What became of the 1 case most like it: no." in words
    assert "Data row 8" in words
    assert r"It differs in hours (2 instead of 1) and school \<b\> (missing instead of GP)." in words
    assert r"The model gives “passed \= yes” a chance of 10%." in words
