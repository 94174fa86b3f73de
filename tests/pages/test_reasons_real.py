"""The reasons step on a model that was really trained, on numbers, categories, dates, texts and gaps together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from core import values
from core.data.task import Goal, Task
from core.deliver.store import Store
from core.engines.base import Request, Run
from core.engines.inline import run_inline
from core.explain.grade import Grade
from core.learn.recipe import Recipe
from core.settings import settings
from core.words import Message
from pages.shared import rooms
from tests.pages import tiny
from tests.pages.asked import Local
from tests.pages.steps import opened, said

ROWS = 240
COLUMNS = ("hours", "school", "since", "note")


def csv() -> str:
    """Who learns long enough passes, and who is "often late" does not; one hour in ten is missing."""
    draw = np.random.default_rng(0)
    lines = ["hours;school;since;note;passed"]
    for row in range(ROWS):
        hours, late = int(draw.integers(0, 20)), bool(draw.random() < 0.4)
        note = f"pupil {row} is {'often late and quiet' if late else 'on time and lively'} in class {row % 7}"
        cell = "" if row % 10 == 0 else str(hours)
        day = f"2024-{1 + row % 12:02d}-{1 + row % 28:02d}"
        passed = "yes" if hours + (0 if late else 8) + draw.normal() > 12 else "no"
        lines.append(f"{cell};{'GP' if row % 3 else 'MS'};{day};{note};{passed}")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tiny.Tiny]:
    """The finished training, and its model open in this process."""
    home = tmp_path_factory.mktemp("home")
    store = Store(home, tiny.OWNER)
    given = [{"path": str(store.new_upload("pupils.csv", csv().encode())), "name": "pupils.csv"}]
    table = store.table_folder(store.new_table_id())
    asked = {"files": given, "domain": "education", "kinds": {"note": "text"}}
    run_inline(store.new_run(Request("read", table=str(table), arguments=asked)))
    task = Task("binary", Goal("passed"), COLUMNS, ("no", "yes"), "yes", sensitive=("school",))
    recipe = values.from_json(dict, values.to_json(Recipe(task, members=("simple",), time_budget_seconds=20)))
    run = store.new_run(Request("train", table=str(table), arguments={"recipe": recipe}))
    assert run_inline(run).phase == "done"
    values.write(run.folder / "grade.json", Grade("good", Message("Checked."), (), 40))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VITRINE_HOME", str(home))
        settings.cache_clear()
        local = Local()
        patch.setattr(rooms, "resident", lambda: local)
        yield tiny.Tiny(home, table.name, Run(run.folder))
    settings.cache_clear()


def test_the_step_opens_with_its_answer_and_one_case_in_tested_sentences(made: tiny.Tiny) -> None:
    page = opened("explain", made)
    words = said(page)
    assert not page.error
    assert "What counts most: " in words
    assert "hours" in words.split("What counts most: ")[1].splitlines()[0]
    assert "The model gives “passed \\= yes” a chance of" in words
    assert "It adds up: " in words
    assert "What it says in note" in words
    assert any("<mark" in element.proto.body for element in page.get("html"))


def test_every_column_but_texts_can_be_changed_alone(made: tiny.Tiny) -> None:
    page = opened("explain", made)
    page.segmented_control(key=f"dependence_view_{made.run.id}").set_value("alone").run()
    columns = page.selectbox(key=f"dependence_{made.run.id}")
    assert set(columns.options) == {"hours", "school", "since"}
    assert "Not offered: note." in said(page)
    for name in ("hours", "school", "since"):
        page.selectbox(key=f"dependence_{made.run.id}").set_value(name).run()
        assert not page.error
        assert f"With {name} alone changed" in said(page)


def test_all_details_open(made: tiny.Tiny) -> None:
    parts = ("pairs", "surrogate", "other", "alike", "all")
    page = opened("explain", made, **{f"{part}_{made.run.id}": True for part in parts})
    words = said(page)
    assert not page.error
    assert "Looked at: the 4 columns that matter most." in words
    assert "What became of the 3 cases most like it" in words
    assert "in the other case" in words
    assert page.table


def test_a_case_is_found_by_a_date(made: tiny.Tiny) -> None:
    page = opened("explain", made)
    page.segmented_control(key=f"case_way_{made.run.id}").set_value("value").run()
    page.selectbox(key=f"case_column_{made.run.id}").set_value("since").run()
    days = page.selectbox(key=f"case_value_{made.run.id}_since")
    assert days.options[0] == "2024-01-01"
    days.set_value("2024-03-03").run()
    assert "Data row 3." in said(page)
