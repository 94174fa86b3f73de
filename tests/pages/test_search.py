"""The search on the pages: the form asks in words, the chart is live, the table has the best trials."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.engines.base import Event
from core.learn.recipe import Net, Search
from pages.shared import search
from pages.shared.chart import bare
from tests.pages.steps import cells, said


def asking(now: object, net: object) -> None:
    import streamlit as st

    from pages.shared import search

    st.session_state["asked"] = search.form(now, net, "k")


def seeing(events: object) -> None:
    import streamlit as st

    from pages.shared import search

    st.session_state["live"] = search.live(events, "k")
    search.shown(search.trials(events), "k")


def form(now: Search | None, net: Net | None = None, language: str = "en") -> AppTest:
    page = AppTest.from_function(asking, args=(now, net or Net()), default_timeout=60)
    page.query_params["lang"] = language
    page.run()
    assert not page.exception
    return page


def seen(events: list[Event], language: str = "en") -> AppTest:
    page = AppTest.from_function(seeing, args=(events,), default_timeout=60)
    page.query_params["lang"] = language
    page.run()
    assert not page.exception
    return page


def trial(number: int, loss: float | None, rate: float, unseen: float | None = None, reached: float = 0.9) -> Event:
    numbers = {"trial": float(number), "loss": loss, "epochs": 5.0, "seconds": 1.0, "best": None, "reached": reached}
    return Event("trial", member="net", numbers={**numbers, "unseen": unseen, "learning_rate": rate, "width": 32.0})


TRIALS = [
    trial(1, 0.6, 0.001, unseen=0.62),
    trial(2, None, 0.9),
    trial(3, 0.4, 0.003, unseen=0.43),
    *(trial(number, 0.5, 0.002 * number) for number in range(4, 9)),
]


def test_no_search_is_asked_for_at_first() -> None:
    page = form(None)
    assert page.session_state["asked"] is None
    assert not page.number_input


@pytest.mark.parametrize(
    "asked",
    [
        Search("optuna", 12, 0.3),
        Search("optuna", 5_000, 0.03),
        Search("grid", 12, 1 / 3, {"dropout": (1 / 3, 0.0), "width": (16.0,), "attack_size": (0.1,)}),
    ],
)
def test_a_search_comes_back_as_it_was_asked_for(asked: Search) -> None:
    assert form(asked, Net(width=8)).session_state["asked"] == asked


def test_trials_and_time_can_be_changed() -> None:
    page = form(Search())
    page.number_input[0].set_value(7)
    page.slider[0].set_value(20)
    page.run()
    assert page.session_state["asked"] == Search("optuna", 7, 0.2)


def test_a_grid_is_written_as_lists() -> None:
    page = form(Search("grid", 5, grid={"dropout": (0.0, 0.25)}))
    fields = {field.label: field for field in page.text_input}
    assert fields["Dropout"].value == "0, 0.25"
    fields["Units in a layer"].set_value("16, 32，64").run()
    assert page.session_state["asked"] == Search("grid", 5, grid={"width": (16.0, 32.0, 64.0), "dropout": (0.0, 0.25)})
    assert "6 combinations, of which 5" in said(page)


def test_a_bad_value_is_named_and_the_search_stays_as_it_was() -> None:
    before = Search("grid", 5, grid={"dropout": (0.0, 0.25)})
    page = form(before)
    next(field for field in page.text_input if field.label == "Dropout").set_value("0.1, much").run()
    assert [bare(error.value) for error in page.error] == [
        "Dropout: “much” is not a number. Write numbers parted by commas, for instance 0, 0.1, 0.3."
    ]
    assert page.session_state["asked"] == before


def test_what_is_fixed_has_no_field() -> None:
    page = form(Search("grid"), Net(dropout=0.2))
    assert "Dropout" not in {field.label for field in page.text_input}
    assert "Fixed, so not varied: Dropout" in said(page)
    assert "Size of the attack" not in {field.label for field in page.text_input}


def test_the_form_speaks_chinese() -> None:
    assert form(Search("grid"), language="zh_CN").text_input


def test_trials_are_live_until_the_net_itself_is_trained() -> None:
    assert not seen([]).session_state["live"]
    assert seen(TRIALS[:2]).session_state["live"]
    assert not seen([*TRIALS, Event("epoch", member="net", numbers={"epoch": 1.0})]).session_state["live"]


def test_the_choice_stands_beside_the_next_best_and_the_first() -> None:
    page = seen(TRIALS)
    assert "Of 8 trials, number 3 is the choice" in said(page)
    table = page.table[0].value
    assert [name.replace("\\", "") for name in table.columns] == [
        "Setting", "Chosen: trial 3", "Trial 4", "Trial 5", "Trial 1",
    ]  # fmt: skip
    rows = {row[0]: row[1:] for row in cells(page, 0)}
    assert rows["Learning rate"] == ["0.003", "0.008", "0.01", "0.001"]
    assert rows["Error on other rows"] == ["0.43", "–", "–", "0.62"]
    assert "How large the steps are" in said(page)


def test_events_become_trials() -> None:
    tried = search.trials([Event("note"), *TRIALS])
    assert len(tried) == 8
    assert tried[1].loss is None
    assert tried[1].reached == 0.9
    assert tried[2].settings == {"learning_rate": 0.003, "width": 32.0}
