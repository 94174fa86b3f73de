"""The training step: before, while, after, and when it goes wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.engines.base import Event
from core.learn.recipe import Net, Pretraining, Recipe
from core.words import Message
from pages.shared.tail import expected, tail
from tests.pages import tiny
from tests.pages.steps import cells, home, opened, said  # noqa: F401


def test_afterwards_the_verdict_comes_first(home: Path) -> None:  # noqa: F811
    page = opened("train", tiny.prepare(home))
    assert page.markdown[0].value == "### The model finds 2 of 3."
    words = said(page)
    assert "the error went from 0.69 to 0.61 over 4 passes" in words
    assert "one did best alone: Neural net" in words
    assert "comes from the 6 rows that the model has never seen" in words
    assert "Rows were drawn by chance." in words
    assert "on Test processor" in words


def test_members_stand_with_their_share(home: Path) -> None:  # noqa: F811
    rows = cells(opened("train", tiny.prepare(home)), 0)
    assert [row[0] for row in rows] == ["Simple model", "Neural net"]
    assert [row[1] for row in rows] == ["0%", "100%"]


def test_the_gain_over_the_simple_model_stands_with_its_interval(home: Path) -> None:  # noqa: F811
    page = opened("train", tiny.prepare(home))
    assert "The gain is small but sure." in said(page)
    assert cells(page, 1)[0][1:] == ["0.778 (0.5 to 1)", "0.5 (0.4 to 0.6)", "+0.1 (−0.05 to +0.2)"]


def test_what_rows_were_used_for_is_said(home: Path) -> None:  # noqa: F811
    page = opened("train", tiny.prepare(home))
    assert "Rows were drawn by chance." in said(page)
    assert "18 rows" in str(page.table[2].value)
    assert "6 others, to choose and to weigh" in str(page.table[2].value)


def test_trainings_on_the_same_table_are_compared(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    before = len(opened("train", made).table)
    again = tiny.again(made, members=("simple",), time_budget_seconds=15.0)
    page = opened("train", again)
    assert len(page.table) == before + 1
    table = cells(page, before)
    assert len(table) == 2
    assert "0.778 (0.5 to 1)" in table[0][1]
    assert table[0][-1] == "–"
    assert "learners: Simple model, Forest, Boosted trees, and Neural net" in table[1][-1]
    assert "at most 60 sec" in table[1][-1]
    assert "is highest for" in said(page)


def test_trainings_of_the_same_minute_have_names_of_their_own(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    tiny.again(made)
    page = opened("train", tiny.again(made))
    names = [line[0] for line in cells(page, len(page.table) - 1)]
    assert len(set(names)) == 3


def test_differences_that_are_lists_are_told_apart(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    page = opened("train", tiny.again(made, members=("simple",), time_budget_seconds=15.0))
    assert "and Neural net; at most 60 sec" in cells(page, len(page.table) - 1)[1][-1]


@pytest.mark.parametrize(("attack", "wanted"), [(None, False), ("none", False), ("fgsm", True), ("pgd", True)])
def test_it_is_said_that_the_net_was_hardened(home: Path, attack: str | None, wanted: bool) -> None:  # noqa: F811
    made = tiny.again(tiny.prepare(home), net=Net(attack=attack))  # type: ignore[arg-type]
    assert ("The neural net was hardened while it learned" in said(opened("train", made))) is wanted


@pytest.mark.parametrize("phase", ["failed", "interrupted"])
def test_a_training_that_broke_says_why_and_offers_another(home: Path, phase: str) -> None:  # noqa: F811
    made = tiny.prepare(home)
    (made.run.folder / "evaluation.json").unlink()
    made.run.set_state(phase, message=Message("The machine was restarted."))
    page = opened("train", made)
    assert [error.value for error in page.error] == ["The machine was restarted."]
    assert [button.label for button in page.button] == ["Train again"]


def test_a_training_that_was_stopped_with_a_model_shows_it(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    made.run.set_state("stopped", message=Message("Stopped as you asked."))
    words = said(opened("train", made))
    assert "Stopped as you asked." in words
    assert "The model finds 2 of 3." in words


def watching(folder: str, compact: bool) -> None:
    from pathlib import Path

    from core.engines.base import Run
    from pages.shared import watch

    class Line:
        """A scheduler that starts nothing: the run is third in line."""

        def place(self, run: Run) -> int:
            return 3

        def stop(self, run: Run) -> None:
            run.ask_to_stop()

    watch.live(Run(Path(folder)), Line(), compact=compact)


def watched(made: tiny.Tiny, phase: str, compact: bool = False) -> AppTest:
    (made.run.folder / "evaluation.json").unlink(missing_ok=True)
    made.run.set_state(phase, message=None, device_name="Test processor")
    page = AppTest.from_function(watching, args=(str(made.run.folder), compact), default_timeout=60)
    page.run()
    assert not page.exception
    return page


def test_a_live_job_says_how_far_it_is(home: Path) -> None:  # noqa: F811
    words = said(watched(tiny.prepare(home), "running"))
    for wanted in ("Training", "4", "1,234", "8 sec", "Test processor"):
        assert wanted in words


@pytest.mark.parametrize("compact", [False, True])
def test_a_job_that_is_deleted_meanwhile_is_no_error(home: Path, compact: bool) -> None:  # noqa: F811
    made = tiny.prepare(home)
    shutil.rmtree(made.run.folder)
    page = AppTest.from_function(gone, args=(str(made.run.folder), compact), default_timeout=60)
    page.run()
    assert not page.exception
    assert page.markdown[-1].value == "drawn anew"


def gone(folder: str, compact: bool) -> None:
    from pathlib import Path

    import streamlit as st

    from core.engines.base import Run
    from pages.shared import watch

    if "once" not in st.session_state:
        st.session_state["once"] = True
        watch.live(Run(Path(folder)), None, compact=compact)  # type: ignore[arg-type]
    st.markdown("drawn anew")


def test_every_learner_has_its_card_and_its_lane(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    for event in (tiny.begins("simple", 101), tiny.ends("simple", 102, 0.7), tiny.begins("trees", 103)):
        made.run.emit(event)
    numbers = {"epoch": 40.0, "train_loss": 0.5, "validation_loss": 0.6}
    made.run.emit(Event("epoch", member="trees", numbers=numbers, at=104))
    words = said(watched(made, "running"))
    assert "Training side by side: Boosted trees and Neural net" in words
    for wanted in ("Error 0.7", "Round 40, error 0.6", "Pass 4, error 0.64", "lane 1", "lane 2"):
        assert wanted in words
    assert "Forest" not in words


def test_a_first_answer_is_said_while_a_better_one_is_made(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    made.run.emit(Event("first", Message("A first answer is ready, and can be used. A better one is being made.")))
    made.run.emit(tiny.begins("simple", 200))
    made.run.set_state("running")
    assert "These are the figures of a first answer" in said(opened("quality", made))
    words = said(opened("train", made))
    assert "A first answer is ready, and can be used." in words
    assert "The model finds 2 of 3." in words


def test_a_job_in_line_says_how_many_come_first(home: Path) -> None:  # noqa: F811
    assert "2 jobs are before this one" in said(watched(tiny.prepare(home), "queued"))


@pytest.mark.parametrize("compact", [False, True])
def test_stop_asks_the_run_to_stop(home: Path, compact: bool) -> None:  # noqa: F811
    made = tiny.prepare(home)
    page = watched(made, "running", compact)
    page.button[0].click().run()
    assert made.run.asked_to_stop()
    assert "Stopping" in said(page)
    assert page.button[0].disabled


def test_the_speed_is_taken_from_the_last_passes() -> None:
    passes = [Event("epoch", member="net", numbers={"epoch": float(n)}, at=100 + n / 4) for n in range(20)]
    now = tail([Event("stage", Message("Training"), share=0.5), *passes])
    assert now.epochs_per_second == pytest.approx(4)
    assert (now.epoch, now.share, now.member) == (19, 0.5, "net")


def test_a_learner_that_ends_early_counts_as_done() -> None:
    events = [tiny.begins("simple", 0), tiny.ends("simple", 1), tiny.begins("net", 1)]
    assert tail(events, ("simple", "net")).share == pytest.approx(0.05 + 0.85 / 2)
    half = Event("epoch", member="net", numbers={"epoch": 5.0, "seconds_left": 4.0}, at=5)
    assert tail([*events, half], ("simple", "net")).share == pytest.approx(0.05 + 0.85 * 0.75)
    assert tail([*events, half, tiny.ends("net", 6)], ("simple", "net")).share == pytest.approx(0.9)


def test_lanes_are_taken_in_turn() -> None:
    events = [tiny.begins("net", 0), tiny.begins("forest", 1), tiny.ends("forest", 2), tiny.begins("trees", 3)]
    lanes = {one.name: one.lane for one in tail(events).members}
    assert lanes == {"net": 1, "forest": 2, "trees": 2}


def test_after_a_first_answer_the_learners_begin_anew() -> None:
    events = [tiny.begins("net", 0), tiny.ends("net", 1), Event("first", Message("ready")), tiny.begins("simple", 3)]
    now = tail(events, ("simple", "net"))
    assert now.first == Message("ready")
    assert [(one.name, one.done) for one in now.members] == [("simple", False), ("net", False)]
    assert tail([*events, Event("stage", Message("The model is ready"), share=0.94)]).first is None


def test_the_learners_to_come_are_those_of_the_recipe() -> None:
    assert expected(Recipe(tiny.task(), members=("net",))) == ("simple", "net")
    assert expected(Recipe(tiny.task(), members=("net",), pretraining=Pretraining(rows=True)))[-1] == "net_tuned"


def test_curves_are_kept_by_learner() -> None:
    events = [
        Event("epoch", member="linear", numbers={"epoch": 1.0, "train_loss": 0.7, "validation_loss": 0.7}),
        Event("epoch", member="net", numbers={"epoch": 1.0, "train_loss": 0.6, "validation_loss": 0.65}),
        Event(
            "epoch", member="net", numbers={"epoch": 2.0, "train_loss": 0.5, "validation_loss": None, "best_epoch": 1.0}
        ),
    ]
    curves = tail(events).curves
    assert list(curves) == ["linear", "net"]
    assert curves["net"].train == [0.6, 0.5]
    assert curves["net"].best == 1.0


def test_nothing_has_happened_yet() -> None:
    now = tail([])
    assert (now.stage, now.share, now.epoch, now.curves) == (None, None, None, {})
