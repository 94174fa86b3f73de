"""The goal step: the question meets the repaired rows, and says what the analyst's own word changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from core import values
from core.data.table import Repair
from core.deliver.store import Store
from core.values import to_json
from pages.shared.desk import Draft
from tests.pages.steps import said
from tests.pages.test_data import upload

ROWS = "hours;after;passed\n" + "\n".join(
    f"{i % 13};{'late' if i % 3 else 'never'};{'yes' if i % 3 else 'no'}" for i in range(90)
)


def asked(front: Any, home: Path, owner: str, **choices: Any) -> AppTest:
    """The goal step of a small table, with choices made before."""
    app = upload(front("education", owner=owner), "small.csv", ROWS.encode())
    folder = Store(home, owner).table_folder(app.query_params["table"])
    values.replace(folder / "draft.json", to_json(Draft(goal="passed", **choices)))
    app.button(key="onward_next").click().run()
    assert not app.exception
    return app


def test_a_filter_on_another_column_that_leaves_nothing_says_so(front, home: Path) -> None:
    nothing = Repair("filter", "hours", number=99.0, operator=">")
    app = asked(front, home, "1" * 32, repairs=(nothing,))
    assert "Only 0 rows have a value" in app.error[0].value
    assert not [button for button in app.button if button.key == "goal_train"]


def test_dropping_duplicates_does_not_empty_the_few_columns_that_are_looked_at(front, home: Path) -> None:
    app = asked(front, home, "2" * 32, repairs=(Repair("distinct"),))
    assert not app.error
    assert app.button(key="goal_train")


def test_a_leak_is_set_aside_until_the_analyst_says_why_it_is_used(front, home: Path) -> None:
    app = asked(front, home, "3" * 32)
    assert "it is set aside" in said(app)
    assert "Settle this first" not in said(app)
    reason = next(box for box in app.text_input if (box.key or "").startswith("why_"))
    reason.set_value("Known at the start").run()
    words = said(app)
    assert "is used although it gives the answer away, because you wrote: “Known at the start”" in words
    assert "set aside" not in words
