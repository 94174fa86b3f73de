"""The goal step: the question meets the repaired rows, and says what the analyst's own word changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from core import values
from core.data.table import Repair
from core.deliver.store import Store
from core.learn.recipe import Encoder, Pretraining
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


def kept(home: Path, app: AppTest, owner: str) -> Draft:
    """What lies beside the table."""
    return values.read(Store(home, owner).table_folder(app.query_params["table"]) / "draft.json", Draft)


def box(app: AppTest, kind: str, begins: str) -> Any:
    """The first widget of a kind whose key begins so."""
    return next(one for one in getattr(app, kind) if (one.key or "").startswith(begins))


def test_the_time_is_checked_in_words_and_nothing_starts_until_it_is_right(front, home: Path) -> None:
    owner = "4" * 32
    app = asked(front, home, owner)
    for wrong, word in (
        ("0", "above 0"),
        ("-3", "above 0"),
        ("10 days", "The largest is 48 min"),
        ("soon", "not a time"),
    ):
        box(app, "text_input", "budget_said_").set_value(wrong).run()
        assert any(word in error.value for error in app.error), wrong
        assert not [button for button in app.button if button.key == "goal_train"]
    box(app, "text_input", "budget_said_").set_value("2 min").run()
    assert not app.error and app.button(key="goal_train")
    assert kept(home, app, owner).time_budget_seconds == 120


def test_one_choice_says_what_may_be_used(front, home: Path) -> None:
    owner = "5" * 32
    app = asked(front, home, owner, members=("torch_mlp",))
    assert box(app, "radio", "use_").value == "best"
    box(app, "radio", "use_").set_value("simple").run()
    assert kept(home, app, owner).members == ("simple",)
    box(app, "radio", "use_").set_value("net").run()
    assert kept(home, app, owner).members == ("net",)
    box(app, "radio", "use_").set_value("own").run()
    assert box(app, "pills", "members_").value == ["net"]
    box(app, "pills", "members_").set_value(["simple", "trees"]).run()
    assert kept(home, app, owner).members == ("simple", "trees")
    box(app, "radio", "use_").set_value("best").run()
    assert kept(home, app, owner).members is None


def test_experts_set_what_guards_against_over_fitting(front, home: Path) -> None:
    owner = "6" * 32
    app = asked(front, home, owner, sensitive=("hours",))
    assert "Always on" in said(app)
    box(app, "number_input", "net_dropout_").set_value(0.4).run()
    box(app, "number_input", "net_width_").set_value(32).run()
    box(app, "segmented_control", "net_attack_").set_value("pgd").run()
    assert "Never moved" in said(app) and "hours" in said(app)
    box(app, "number_input", "net_attack_size_").set_value(0.1).run()
    box(app, "checkbox", "weights_").set_value(True).run()
    now = kept(home, app, owner)
    assert (now.net.dropout, now.net.width, now.net.attack, now.net.attack_size) == (0.4, 32, "pgd", 0.1)
    assert now.class_weights
    box(app, "segmented_control", "net_attack_").set_value("none").run()
    assert kept(home, app, owner).net.attack is None


def test_a_search_is_asked_for_and_left_again(front, home: Path) -> None:
    owner = "7" * 32
    app = asked(front, home, owner)
    box(app, "segmented_control", "search_way_").set_value("optuna").run()
    assert kept(home, app, owner).search is not None
    box(app, "segmented_control", "search_way_").set_value("off").run()
    assert kept(home, app, owner).search is None


def test_learning_beforehand_needs_the_net(front, home: Path) -> None:
    owner = "8" * 32
    app = asked(front, home, owner)
    box(app, "checkbox", "pretrain_").set_value(True).run()
    assert kept(home, app, owner).pretraining == Pretraining(rows=True)
    assert "Every row has an answer" in said(app)
    box(app, "radio", "use_").set_value("simple").run()
    assert not [one for one in app.checkbox if (one.key or "").startswith("pretrain_")]
    assert "so it is left out" in said(app)


def test_an_encoder_is_offered_only_where_texts_are_used(front, home: Path) -> None:
    owner = "9" * 32
    app = asked(front, home, owner)
    assert not [one for one in app.text_input if (one.key or "").startswith("encoder_")]
    note = "the pupil number {} was often late this year and {} forgot the homework of week {}"
    rows = [(note.format(i, ("often", "never", "once")[i % 3], i * 7 % 40), ("yes", "no")[i % 2]) for i in range(90)]
    text = "remark;passed\n" + "\n".join(f"{remark};{passed}" for remark, passed in rows)
    app = upload(front("education", owner=owner), "texts.csv", text.encode())
    app.button(key="onward_next").click().run()
    box(app, "text_input", "encoder_").set_value("/models/small").run()
    box(app, "radio", "tuning_").set_value("lora").run()
    assert kept(home, app, owner).encoder == Encoder("/models/small", "lora")
    assert any("There is no encoder folder" in one.value for one in app.warning)
    box(app, "text_input", "encoder_").set_value("").run()
    assert kept(home, app, owner).encoder is None
