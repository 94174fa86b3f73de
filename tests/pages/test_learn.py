"""Learn: six cards, a lesson runs with one click, its result comes back, and nothing of it is among the models."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.deliver.lessons import RESULT
from core.deliver.store import Store
from core.engines.base import Request
from core.lessons import lessons
from pages.shared.chart import bare
from tests.pages.conftest import wait
from tests.pages.steps import said

OWNER = "a" * 32


def lesson_runs(home: Path, owner: str) -> list:
    return [run for run in Store(home, owner).runs() if run.request().verb == "lesson"]


def ran(front, key: str, owner: str, lang: str = "en", **turned: float):
    app = front("learn", owner=owner, step=key, lang=lang)
    for name, value in turned.items():
        app.select_slider(key=f"choice_{key}_{name}").set_value(value)
    app.button(key=f"run_{key}").click().run()
    return wait(app, lambda page: not page.button(key=f"run_{key}").disabled)


def test_the_gallery_shows_every_lesson_in_both_languages(front) -> None:
    for lang in ("en", "zh_CN"):
        app = front("learn", lang=lang)
        assert not app.exception
        assert not app.error
        assert [button.key for button in app.button if button.key and button.key.startswith("lesson_")] == [
            f"lesson_{key}" for key in lessons()
        ]


@pytest.mark.parametrize("key", list(lessons()))
@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_a_lesson_opens_with_its_data_and_says_where_they_come_from(front, key: str, lang: str) -> None:
    app = front("learn", step=key, lang=lang)
    assert not app.exception
    assert not app.error
    assert len(app.dataframe[0].value) >= 4
    if lang == "en":
        assert ("Made-up data" in bare(said(app))) is (key != "cancer")


def test_a_click_opens_a_lesson_and_another_leads_back(front) -> None:
    app = front("learn")
    app.button(key="lesson_xor").click().run()
    assert app.title[0].value == "Exactly one of two"
    app.button(key="lesson_back").click().run()
    assert app.title[0].value == "Learn by watching"


def test_an_unknown_lesson_is_said_and_the_gallery_is_there(front) -> None:
    app = front("learn", step="alchemy")
    assert "alchemy" in app.info[0].value
    assert app.button(key="lesson_xor")


def test_a_lesson_runs_and_its_result_is_there_when_one_comes_back(front, home: Path) -> None:
    app = ran(front, "xor", OWNER, hidden=3)
    assert not app.error
    assert "All four cases are right" in said(app)
    assert app.get("plotly_chart")
    again = front("learn", owner=OWNER, step="xor")
    assert "All four cases are right" in said(again)
    assert again.select_slider(key="choice_xor_hidden").value == 3
    assert "Exactly one of two" not in said(front("models", owner=OWNER))
    assert "Exactly one of two" not in said(front("home", owner=OWNER))


def test_attempts_stand_side_by_side_and_the_oldest_go(front, home: Path) -> None:
    owner = "b" * 32
    store = Store(home, owner)
    for seed in range(8):
        run = store.new_run(Request("lesson", arguments={"lesson": "xor", "seed": seed}))
        run.set_state("stopped")
    app = ran(front, "xor", owner)
    assert len(lesson_runs(home, owner)) == 6
    app.button(key="run_xor").click().run()
    app = wait(app, lambda page: not page.button(key="run_xor").disabled)
    assert "How do your attempts compare?" in said(app)
    assert len(lesson_runs(home, owner)) == 6


def test_a_failed_a_deleted_and_a_damaged_run_are_said_in_words(front, home: Path) -> None:
    owner = "c" * 32
    run = Store(home, owner).new_run(Request("lesson", arguments={"lesson": "xor"}))
    run.set_state("failed")
    app = front("learn", owner=owner, step="xor")
    assert "ended before there was a result" in said(app)
    run.set_state("done")
    (run.folder / RESULT).write_text("{")
    assert "can no longer be read" in said(app.run())
    shutil.rmtree(run.folder)
    app.run()
    assert not app.exception
    assert not app.error
    assert app.button(key="run_xor").label == "Run the lesson"


def test_the_table_of_a_lesson_goes_to_the_page_of_its_field(front, home: Path) -> None:
    owner = "d" * 32
    app = front("learn", owner=owner, step="symptoms")
    app.button(key="further_symptoms").click().run()
    assert not app.exception
    assert not app.error
    (run,) = Store(home, owner).runs()
    assert run.request().verb == "read"
    assert run.request().arguments["domain"] == "medicine"
