"""The training step: before, while, after, and when it goes wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.engines.base import Event
from core.words import Message
from pages.shared.tail import tail
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


def test_trainings_on_the_same_table_are_compared(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    assert len(opened("train", made).table) == 1
    again = tiny.again(made)
    table = cells(opened("train", again), 1)
    assert len(table) == 2
    assert "0.778 (0.5 to 1)" in table[0][-1]


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
