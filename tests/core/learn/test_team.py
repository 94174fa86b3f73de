"""The learners of a run, in one lane or in two."""

from __future__ import annotations

import numpy as np
import pytest

from core.learn import team
from core.learn.recipe import Net, Recipe
from core.learn.train import train
from tests.core.learn.conftest import Told, mixed_frame, table_of, task_of

KINDS = {"text": "text", "same": "constant"}


class Lent(Told):
    """A watch that lends two cores."""

    def cores(self) -> int:
        return 2


@pytest.fixture(scope="module")
def table():
    return table_of(mixed_frame(200), **KINDS)


def recipe(table, **choices) -> Recipe:
    return Recipe(task_of(table), net=Net(epochs=3), **choices)


def test_two_lanes_give_what_one_gives(table):
    one, two = (train(table, recipe(table), watch)[0] for watch in (Told(), Lent()))
    assert [score.name for score in one.scores] == [score.name for score in two.scores]
    assert np.array_equal(one.weights, two.weights)
    assert np.array_equal(one.predict(table.frame), two.predict(table.frame))


def test_every_learner_is_scored_and_told(table):
    watch = Lent()
    model, _ = train(table, recipe(table), watch)
    assert {score.name for score in model.scores} == {"simple", "forest", "trees", "net"}
    assert {event.member for event in watch.events if event.kind == "member"} == {"simple", "forest", "trees", "net"}
    assert sum(score.weight for score in model.scores) == pytest.approx(1)


def test_rows_held_back_are_all_rows_that_were_learned_from_once(table):
    model, rows = train(table, recipe(table, members=("simple", "trees")), Told())
    assert np.array_equal(model.held.rows, rows.train)
    assert np.isfinite(model.held.model).all()


def test_held_back_answers_are_not_those_of_a_model_that_met_the_row(table):
    model, rows = train(table, recipe(table, members=("trees",)), Told())
    met = model.predict(table.frame.loc[rows.train])
    assert np.abs(met - model.held.model).max() > 1e-3


def test_above_so_many_rows_there_is_no_forest(table, monkeypatch):
    monkeypatch.setattr(team, "FOREST_ROWS", 100)
    model, _ = train(table, recipe(table, members=("simple", "forest", "trees")), Told())
    assert {score.name for score in model.scores} == {"simple", "trees"}
    assert [note.english() for note in model.notes if note.english().startswith("No forest was trained")]
    alone, _ = train(table, recipe(table, members=("forest",)), Told())
    assert [member.name for member in alone.members] == ["forest"]
    beside, _ = train(table, recipe(table, members=("simple", "forest")), Told())
    assert {score.name for score in beside.scores} == {"simple", "forest"}


def test_without_any_time_the_first_learner_answers_and_the_others_are_named(table):
    model, _ = train(table, recipe(table), Told(seconds=0.0))
    assert np.isfinite(model.predict(table.frame)).all()


def test_a_failure_in_the_second_lane_is_not_swallowed(table, monkeypatch):
    monkeypatch.setitem(team.FITS, "trees", ("core.learn.nowhere", "fit"))
    with pytest.raises(ModuleNotFoundError):
        train(table, recipe(table, members=("simple", "trees", "net")), Lent())
