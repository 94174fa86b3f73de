"""The panel of a whole group, on a model whose answers are known: from two hours on, each gives a tenth more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import values
from core.data import keep
from core.data.cohort import Cohort, Filter, address
from core.data.table import Schema
from core.deliver.opened import Opened
from core.deliver.questions.group import VERBS
from core.engines.residence import _encode as encoded
from core.learn.recipe import Recipe
from core.words import Message
from pages.shared import rooms
from pages.shared.whatif import hand
from tests.core.whatif.handmade import Plain, columns
from tests.core.whatif.handmade import basis as handmade
from tests.pages import tiny
from tests.pages.steps import home, said  # noqa: F401

HOURS = Cohort(filters=(Filter("hours", 1, 2),))


def formula(kind: str) -> Any:
    def tenths(frame: pd.DataFrame) -> np.ndarray:
        chance = 0.1 + frame["hours"].to_numpy(dtype=np.float64) / 10
        if kind == "regression":
            return 100 * chance[:, None]
        rest = [1 - chance] if kind == "binary" else [(1 - chance) / 2] * 2
        return np.column_stack([*rest, chance])

    return tenths


class Resident:
    """The questions themselves, asked of a model made by hand."""

    def __init__(self, made: tiny.Tiny, kind: str) -> None:
        frame = keep.frame(made.run.table, list(tiny.COLUMNS))
        task = replace(tiny.task(kind), sensitive=("school <b>",))
        model = handmade(frame, formula(kind), task.classes).model
        model = replace(model, recipe=Recipe(task), schema=Schema(columns(frame)), members=(Plain(formula(kind)),))
        self.held, self.asked = Opened(made.run.folder, model, None), list[str]()

    def ask(self, verb: str, *, run: str, **arguments: Any) -> Any:
        """The answer as it comes over the line."""
        assert run == str(self.held.folder.resolve())
        self.asked.append(verb)
        plain = msgspec.json.decode(msgspec.json.encode(arguments))
        return msgspec.json.decode(encoded(VERBS[verb](self.held, **plain)))


def script() -> None:
    """One run of a page that shows only the pill and the panel."""
    from pages.shared import pill, results
    from pages.shared.desk import Desk
    from pages.shared.whatif import group
    from tests.pages import tiny

    desk = Desk(tiny.DOMAIN)
    card, run = desk.card(), desk.run()
    assert card is not None
    assert run is not None
    pill.pill(desk, card)
    group.panel(desk, run, card, results.evaluation(run))


def opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str = "binary", language: str = "en", **query: str
) -> tuple[AppTest, Resident, str]:
    made = tiny.prepare(folder, kind)
    drawn = {"train": list(range(6, 30)), "validation": [], "test": list(range(6)), "method": "random"}
    values.write(made.run.folder / "split.json", {**drawn, "why": Message("By chance.")})
    resident = Resident(made, kind)
    monkeypatch.setattr(rooms, "resident", lambda: resident)
    page = AppTest.from_function(script, default_timeout=60)
    page.session_state["owner"] = tiny.OWNER
    page.query_params.update({"run": made.run.id, "lang": language, **query})
    page.run()
    assert not page.exception, page.exception[0].stack_trace
    return page, resident, made.run.id


def move(page: AppTest, run: str, how: str, to: float, place: int = 0) -> None:
    key = f"{run}_{place}"
    page.selectbox(key=f"group_column_{key}").set_value("hours").run()
    page.selectbox(key=f"group_how_{key}_hours").set_value(how).run()
    page.number_input(key=f"group_to_{key}_hours_{how}").set_value(to).run()
    assert not page.exception, page.exception[0].stack_trace


def test_without_a_change_it_says_what_to_do(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    page, resident, _ = opened(home, monkeypatch)
    assert "Choose a column and what is to become of it" in said(page)
    assert "these are the 6 cases the model has never seen" in said(page)
    assert resident.asked == []


def test_a_group_of_unseen_cases_is_moved(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """Hours 1 to 6, chances 0.2 to 0.7: at most two hours leaves 0.2 + 5 x 0.3."""
    page, _, run = opened(home, monkeypatch)
    move(page, run, "most", 2.0)
    words = said(page)
    assert r"Of these 6 cases the model expects 2.7 to be “passed \= yes”, and after the change 1 fewer" in words
    assert "4 of 6 cases are changed. The answer moves the wanted way for 4, the other way for 0" in words
    assert "Named “passed \\= yes” from a chance of 50% on: 3 before, 0 after" in words
    assert "an association and not an effect" in words
    assert "Only 6 cases are in the group" in words


def test_the_pills_group_is_moved_and_what_was_learned_from_is_said(
    home: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page, _, run = opened(home, monkeypatch, group=address(HOURS))
    move(page, run, "least", 6.0)
    words = said(page)
    assert "**Group:** hours 1 to 2 · 10 of 30 cases" in words
    assert r"Of these 10 cases the model expects 2.5" in words
    assert r"4.5 more" in words
    assert "learned from 8 of these 10 cases" in words
    page.toggle(key=f"group_unseen_{run}").set_value(True).run()
    assert "Of these 2 cases" in said(page)


def test_cost_and_capacity_are_answered(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    page, _, run = opened(home, monkeypatch)
    move(page, run, "most", 2.0)
    page.number_input(key=f"group_cost_{run}").set_value(10.0)
    page.number_input(key=f"group_capacity_{run}").set_value(1).run()
    words = said(page)
    assert "Changing 4 cases at 10 each comes to 40 for each case of “passed \\= yes” fewer" in words
    assert "1 can be seen: 2 too many before, 0 too many after" in words
    page.segmented_control(key=f"group_wanted_{run}").set_value("more").run()
    assert "moves the wanted way for 0, the other way for 4" in said(page)


def test_who_moves_is_shown_by_sensitive_group(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    page, _, run = opened(home, monkeypatch)
    move(page, run, "most", 2.0)
    assert "Whose answers move?" in said(page)
    assert "Groups with fewer than 30 cases are grey" in said(page)


def test_several_columns_and_one_taken_away(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    page, resident, run = opened(home, monkeypatch)
    move(page, run, "most", 2.0)
    page.button(key=f"group_more_{run}").click().run()
    page.selectbox(key=f"group_column_{run}_1").set_value("school <b>").run()
    page.selectbox(key=f"group_how_{run}_1_school <b>").set_value("gone").run()
    assert "6 of 6 cases" in said(page) or "5 of 6 cases" in said(page)
    page.button(key=f"group_less_{run}_1").click().run()
    assert "4 of 6 cases are changed" in said(page)
    assert resident.asked.count("shift") == 2  # the first answer is remembered


def test_what_cannot_be_is_said_on_the_page(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    page, _, run = opened(home, monkeypatch, group=address(replace(HOURS, filters=(Filter("hours", 99),))))
    assert "No case fits this group" in said(page)
    move(page, run, "most", 2.0)
    assert "Of these 6 cases" in said(page)


def test_a_group_that_was_all_learned_from_says_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    page, _, run = opened(home, monkeypatch, group=address(Cohort(rows=(7, 8))))
    page.toggle(key=f"group_unseen_{run}").set_value(True).run()
    move(page, run, "most", 2.0)
    assert "None of these 2 cases was kept from the model" in said(page)


def test_two_columns_and_the_widest_pull(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    page, _, run = opened(home, monkeypatch)
    page.segmented_control(key=f"group_section_{run}").set_value("heat").run()
    assert not page.exception
    assert "Where do two columns together raise the answer?" in said(page)
    assert "lowest at hours = 1" in said(page)
    page.segmented_control(key=f"group_section_{run}").set_value("pulls").run()
    assert "hours moves it most: with “1” for everybody the mean answer is 20%, with “6” it is 70%" in said(page)


def test_cases_are_shown_to_draw_a_loop_around(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    page, _, run = opened(home, monkeypatch)
    page.segmented_control(key=f"group_section_{run}").set_value("hand").run()
    assert not page.exception
    assert "6 cases the model has never seen" in said(page)
    assert "Draw around the cases you mean" in said(page)
    page.selectbox(key=f"hand_y_{run}").set_value("school <b>").run()
    assert not page.exception
    assert "30 cases" in said(page)


@pytest.mark.parametrize("customdata", [[7], {"0": 7}, 7])
def test_a_loop_gives_the_rows_inside(customdata: Any) -> None:
    event = {"selection": {"points": [{"customdata": customdata}, {"customdata": [3]}, {"customdata": [3]}]}}
    assert hand.picked_rows(event) == (3, 7)
    assert hand.picked_rows({"selection": {"points": []}}) == ()
    assert hand.picked_rows(None) == ()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("kind", ["multiclass", "regression"])
def test_other_tasks_are_moved_too(
    home: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    language: str,
) -> None:
    page, _, run = opened(home, monkeypatch, kind, language)
    move(page, run, "most", 2.0)
    for section in ("hand", "heat", "pulls"):
        page.segmented_control(key=f"group_section_{run}").set_value(section).run()
        assert not page.exception
        assert not page.error


def test_numbers_are_told_as_means(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    page, _, run = opened(home, monkeypatch, "regression")
    move(page, run, "most", 2.0)
    assert r"On average over these 6 cases the model says 45, and after the change 16.7 less" in said(page)
