"""The search for settings: what wins, what stays fixed, what is given up, and when it ends."""

from __future__ import annotations

import math
import subprocess
import sys
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.data.table import Schema
from core.errors import Problem
from core.learn import device as devices
from core.learn.ground import Fold, Ground, Turn
from core.learn.lesson import Lesson
from core.learn.model import Trial
from core.learn.plan import plan
from core.learn.recipe import Net, Recipe, Search
from core.learn.search.course import course
from core.learn.search.road import Grid, usual_grid
from core.learn.search.run import search, searched
from core.learn.search.settings import BY_NAME, SETTINGS, checked, netted, parse
from core.learn.search.smart import Smart
from core.learn.search.trials import best_so_far, chosen, mattered
from core.learn.size import size
from core.learn.train import train
from tests.core.learn.conftest import Told, table_of, task_of

QUICK = Net(width=8, depth=1, members=2, inner=0, batch_rows=32, epochs=4, patience=4, noise=0.0, masking=0.0)
"""A net that learns in no time; rate, weight decay and dropout are open."""
OPEN = ("dropout", "learning_rate", "weight_decay")


def xor(rows: int = 160) -> pd.DataFrame:
    """Two signs, and whether they differ: no column says anything by itself."""
    signs = np.random.default_rng(0).choice([-1.0, 1.0], (rows, 2))
    return pd.DataFrame({"a": signs[:, 0], "b": signs[:, 1], "y": np.where(signs[:, 0] * signs[:, 1] < 0, "yes", "no")})


def ground_of(frame: pd.DataFrame, watch: Any = None, folds: int = 5, **recipe: Any) -> Ground:
    """What a training of ``y`` gives its learners, without a training."""
    table = table_of(frame)
    task = task_of(table)
    features = frame[list(task.features)]
    prepared = plan(features, Schema(tuple(table.schema[name] for name in task.features)), 0)
    places = np.arange(len(frame))
    if folds > 1:
        turns = tuple(Fold(places[places % folds != one], places[places % folds == one]) for one in range(folds))
    else:
        turns = (Fold(places[places % 5 != 0], places[places % 5 == 0]),)
    if task.classes:
        truth = (frame["y"] == task.classes[1]).to_numpy().astype(np.int64)
    else:
        truth = frame["y"].to_numpy(dtype=np.float32)
    made = Recipe(task, members=("net",), **recipe)
    lesson = Lesson(prepared.encode(features), truth)
    return Ground(
        made, prepared, lesson, places, turns, len(task.classes), (0.0, 1.0), devices.processor(), watch or Told(),
        time.monotonic(), math.inf,
    )  # fmt: skip


def told(ground: Ground) -> list[dict[str, float | None]]:
    watch: Any = ground.watch
    return [event.numbers for event in watch.events if event.kind == "trial"]


# -- what wins --------------------------------------------------------------------------------------------------------


def test_the_better_of_two_rates_wins_on_xor() -> None:
    net = replace(QUICK, epochs=12, learning_rate=None)
    ground = ground_of(xor(), net=net, search=Search("grid", grid={"learning_rate": (1e-6, 1e-2)}))
    found, trials = search(ground, Turn())
    assert found == replace(net, learning_rate=1e-2)
    assert len(trials) == 2
    by_rate = {trial.settings["learning_rate"]: trial.loss for trial in trials}
    assert by_rate[1e-2] < 0.5 < 0.65 < by_rate[1e-6]


def test_the_first_smart_trial_has_the_usual_settings_and_only_open_ones_are_tried() -> None:
    ground = ground_of(xor(), net=QUICK, search=Search(trials=3))
    found, trials = search(ground, Turn())
    assert [set(trial.settings) for trial in trials] == [set(OPEN)] * 3
    usual = size(len(ground.rows), ground.plan, ground.device, QUICK)
    assert trials[0].settings == {name: getattr(usual, name) for name in OPEN}
    assert trials[1].settings != trials[0].settings
    assert (found.width, found.epochs, found.inner, found.noise) == (8, 4, 0, 0.0)


def test_a_record_by_luck_is_not_the_choice() -> None:
    lucky = [Trial({"width": 8.0}, 0.5, 4, 1.0, 0.5, 0.52), Trial({"width": 9.0}, 0.3, 4, 1.0, 0.3, 0.6)]
    assert chosen(lucky) == 0
    assert best_so_far(lucky) == [0.5, 0.5]
    assert chosen([*lucky, Trial({"width": 10.0}, 0.2, 4, 1.0, 0.2, 0.4)]) == 2
    assert chosen([Trial({}, None, 2, 1.0, 0.7)]) is None


def test_rows_that_judge_and_rows_that_measure_are_not_the_same() -> None:
    for folds in (5, 2, 1):
        ground = ground_of(xor(), folds=folds, net=QUICK, search=Search(trials=2))
        begun = course(ground, Turn(), Search(trials=2))
        assert begun is not None
        judges, others = (np.concatenate([fold.check for fold in part]) for part in (begun.judges, begun.others))
        assert len(judges) and len(others)
        assert not set(judges) & set(others)
        for fold in (*begun.judges, *begun.others):
            assert not set(fold.fit) & set(fold.check)


def test_only_records_are_measured_on_other_rows() -> None:
    _, trials = search(ground_of(xor(), net=QUICK, search=Search(trials=6)), Turn())
    best = math.inf
    for trial in trials:
        record = trial.loss is not None and trial.loss < best
        assert (trial.unseen is not None) == record
        best = min(best, trial.loss if trial.loss is not None else math.inf)


def test_a_large_table_is_searched_on_some_of_its_rows_and_it_is_said() -> None:
    draw = np.random.default_rng(0).normal(size=6_000)
    frame = pd.DataFrame({"x": draw, "y": 2 * draw})
    turn = Turn()
    ground = ground_of(frame, net=QUICK, search=Search(trials=1), time_budget_seconds=1.0)
    begun = course(ground, turn, Search(trials=1, share=0.5))
    assert begun is not None
    assert {len(fold.fit) for fold in begun.judges} == {2_000}
    assert "2,000 of 4,800 rows" in turn.notes[0].english()


# -- fixed settings and grids -----------------------------------------------------------------------------------------


def test_what_is_fixed_is_not_tried_in_a_grid() -> None:
    turn = Turn()
    asked = Search("grid", grid={"width": (4.0, 16.0), "dropout": (0.0, 0.5)})
    found, trials = search(ground_of(xor(), net=QUICK, search=asked), turn)
    assert found.width == 8
    assert {tuple(trial.settings) for trial in trials} == {("dropout",)}
    assert turn.notes[0].english() == (
        "These settings are fixed, so their values in the grid were not tried: Units in a layer."
    )


def test_nothing_is_left_to_search() -> None:
    turn, net = Turn(), replace(QUICK, dropout=0.1, learning_rate=0.01, weight_decay=0.1)
    assert search(ground_of(xor(), net=net, search=Search()), turn) == (net, ())
    assert "nothing to search for" in turn.notes[0].english()


def test_a_grid_has_every_combination_once() -> None:
    grid = Grid({"width": (8.0, 16.0), "dropout": (0.0, 0.1, 0.2)}, 100, 0)
    seen = []
    while (choice := grid.next()) is not None:
        seen.append((choice["width"], choice["dropout"]))
    assert sorted(seen) == [(w, d) for w in (8.0, 16.0) for d in (0.0, 0.1, 0.2)]
    assert seen != sorted(seen)


def test_a_grid_of_more_combinations_than_trials_is_cut_and_it_is_said() -> None:
    turn = Turn()
    asked = Search("grid", 2, grid={"dropout": (0.0, 0.1, 0.2), "weight_decay": (0.0, 0.1)})
    _, trials = search(ground_of(xor(), net=replace(QUICK, epochs=2), search=asked), turn)
    assert len(trials) == 2
    assert "6 combinations; 2 of them" in turn.notes[0].english()


def test_a_grid_of_astronomic_size_costs_nothing() -> None:
    values = tuple(float(n) for n in range(20))
    grid = Grid({setting.name: values for setting in SETTINGS}, 3, 0)
    assert sum(grid.next() is not None for _ in range(5)) == 3


def test_an_empty_grid_is_a_usual_one_around_what_is_usual() -> None:
    grid = usual_grid({"learning_rate": 3e-3, "width": 32.0, "dropout": 0.3, "depth": 1.0})
    assert grid == {"learning_rate": (1e-3, 3e-3, 9e-3), "width": (16.0, 32.0, 64.0), "dropout": (0.0, 0.3, 0.5)}


@pytest.mark.parametrize(
    ("grid", "words"),
    [
        ({"wdith": (1.0,)}, "a setting that there is not: wdith"),
        ({"width": ("many",)}, "Units in a layer: “many” is not a number"),
        ({"width": (float("nan"),)}, "Units in a layer: “nan” is not a number"),
        ({"width": (10.5,)}, "Units in a layer: 10.5 is not a whole number"),
        ({"dropout": (0.1, 7.0)}, "Dropout: 7 lies outside of 0 to 0.9"),
        ({"learning_rate": (True,)}, "Learning rate: “True” is not a number"),
        ({"width": tuple(range(8, 60))}, "52 values are too many"),
    ],
)
def test_bad_grids_are_refused_in_words(grid: dict[str, Any], words: str) -> None:
    ground = ground_of(xor(), net=QUICK, search=Search("grid", grid=grid))
    with pytest.raises(Problem) as caught:
        search(ground, Turn())
    assert words in caught.value.message.english()


@pytest.mark.parametrize("asked", [Search(share=0.0), Search(share=2.0), Search(share=math.nan), Search(trials=0)])
def test_a_search_without_time_or_trials_is_refused(asked: Search) -> None:
    with pytest.raises(Problem):
        search(ground_of(xor(), net=QUICK, search=asked), Turn())


@pytest.mark.parametrize("text", ["0.1, 0.3", "0.1，0.3", "0.1；0.3", " 0.1  0.3 0.1", "1e-1、.3,"])
def test_values_are_read_as_people_write_them(text: str) -> None:
    assert parse(text, BY_NAME["dropout"]) == (0.1, 0.3)


def test_settings_are_those_of_the_net() -> None:
    assert set(BY_NAME) <= set(vars(Net()))
    assert netted(Net(), {"width": 8.0, "dropout": 0.5}) == Net(width=8, dropout=0.5)
    assert type(netted(Net(), {"width": 8.0}).width) is int
    assert checked({"width": ()}) == {}


# -- what is given up -------------------------------------------------------------------------------------------------


def test_what_falls_behind_is_given_up_and_what_leads_is_not() -> None:
    road = Smart({"learning_rate": 1e-2}, trials=20, warm=2, seed=0)
    for _ in range(5):
        assert road.next() is not None
        assert all(road.goes_on(epoch, 0.5) for epoch in range(1, 6))
        road.done(0.5)
    road.next()
    assert all(road.goes_on(epoch, 0.4) for epoch in range(1, 6))
    road.done(0.4)
    road.next()
    assert [road.goes_on(epoch, 0.9) for epoch in (1, 2)] == [True, False]
    road.dropped()
    assert road.next() is not None


def test_a_trial_without_a_number_for_its_loss_counts_as_failed() -> None:
    road = Smart({"learning_rate": 1e-2}, trials=20, warm=2, seed=0)
    for _ in range(4):
        assert road.next() is not None
        road.done(None)
    assert road.next() is not None


def test_hopeless_settings_are_given_up_early() -> None:
    net = replace(QUICK, epochs=24, patience=24, dropout=0.0, weight_decay=0.0)
    _, trials = search(ground_of(xor(), net=net, search=Search(trials=12)), Turn())
    dropped = [trial for trial in trials if trial.loss is None]
    assert dropped
    assert all(trial.epochs < 24 and trial.reached is not None for trial in dropped)


# -- when it ends, and again ------------------------------------------------------------------------------------------


class Stopping(Told):
    """Somebody asks to stop after so many trials."""

    def __init__(self, trials: int) -> None:
        super().__init__()
        self.trials = trials

    def should_stop(self) -> bool:
        return sum(event.kind == "trial" for event in self.events) >= self.trials


def test_a_stop_keeps_the_best_so_far() -> None:
    ground = ground_of(xor(), Stopping(2), net=QUICK, search=Search(trials=30))
    found, trials = search(ground, Turn())
    assert len(trials) == 2
    best = trials[chosen(trials) or 0]
    assert found.learning_rate == best.settings["learning_rate"]


def test_a_search_without_time_keeps_the_usual_settings_and_says_so() -> None:
    turn = Turn(deadline=time.monotonic())
    assert search(ground_of(xor(), net=QUICK, search=Search()), turn) == (QUICK, ())
    assert "More time may help" in turn.notes[-1].english()


def test_the_share_of_the_budget_is_kept() -> None:
    began = time.monotonic()
    ground = replace(
        ground_of(xor(), net=replace(QUICK, epochs=2), search=Search(trials=1_000, share=0.25)), budget=4.0
    )
    _, trials = search(ground, Turn())
    assert 1 <= len(trials) < 1_000
    assert time.monotonic() - began < 4.0


def test_the_same_seed_finds_the_same_and_a_replay_ends_where_the_clock_did() -> None:
    ground = ground_of(xor(), net=QUICK, search=Search(trials=6), seed=3)
    found, trials = search(ground, Turn())
    again, replayed = search(ground, Turn())
    assert [(one.settings, one.loss, one.unseen) for one in trials] == [
        (one.settings, one.loss, one.unseen) for one in replayed
    ]
    assert again == found
    _, cut = search(replace(ground, watch=Stopping(0)), Turn(deadline=0.0, steps=4))
    assert [(one.settings, one.loss, one.unseen) for one in cut] == [
        (one.settings, one.loss, one.unseen) for one in trials[:4]
    ]


def test_every_trial_is_told_with_its_settings_and_no_pass_of_it() -> None:
    ground = ground_of(xor(), net=QUICK, search=Search(trials=3))
    _, trials = search(ground, Turn())
    watch: Any = ground.watch
    assert {event.kind for event in watch.events} == {"stage", "trial"}
    numbers = told(ground)
    assert [one["trial"] for one in numbers] == [1.0, 2.0, 3.0]
    assert all(isinstance(value, (float, type(None))) for one in numbers for value in one.values())
    for one, trial in zip(numbers, trials, strict=True):
        assert {"trial", "loss", "epochs", "seconds", "best", *OPEN} <= set(one)
        assert (one["loss"], one["epochs"]) == (trial.loss, trial.epochs)
        assert {name: one[name] for name in OPEN} == trial.settings
    assert [one["best"] for one in numbers] == best_so_far(trials)
    assert all(event.member == "net" for event in watch.events if event.kind == "trial")


def test_the_ground_goes_on_with_what_was_found() -> None:
    ground = replace(ground_of(xor(), net=QUICK, search=Search(trials=2)), budget=60.0)
    notes: list[Any] = []
    after, trials = searched(ground, notes)
    assert len(trials) == 2
    assert len(notes) == 1
    assert after.recipe.net.learning_rate is not None
    assert after.budget < 60.0
    plain = ground_of(xor(), net=QUICK)
    assert searched(plain, notes) == (plain, ())
    rest = replace(ground, replay={"net": 5})
    assert searched(rest, [])[0].recipe.net == QUICK


def test_a_trained_model_keeps_its_trials_and_is_replayed_bit_for_bit() -> None:
    table = table_of(xor())
    recipe = Recipe(task_of(table), members=("net",), net=QUICK, search=Search(trials=3))
    model, _ = train(table, recipe, Told())
    assert (len(model.trials), model.steps["search"]) == (3, 3)
    assert model.recipe == recipe
    again, _ = train(table, recipe, Told(), model.steps)
    np.testing.assert_array_equal(model.predict(xor()), again.predict(xor()))


def test_nothing_of_optuna_is_loaded_unless_a_search_is_made() -> None:
    code = "import sys; import core.learn.search.run; print('optuna' in sys.modules, 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["False", "False"]


# -- what mattered ----------------------------------------------------------------------------------------------------


def test_what_decides_the_loss_mattered_and_what_does_not_did_not() -> None:
    draw = np.random.default_rng(0)
    trials = []
    for _ in range(40):
        rate, decay = float(10 ** draw.uniform(-4, -1)), float(draw.uniform(0, 1))
        trials.append(Trial({"learning_rate": rate, "weight_decay": decay}, (np.log10(rate) + 2.5) ** 2, 4, 1.0))
    shares = mattered(trials)
    assert list(shares) == ["learning_rate", "weight_decay"]
    assert shares["learning_rate"] > 0.9
    assert shares["weight_decay"] < 0.15


def test_of_few_trials_nothing_is_said() -> None:
    few = [Trial({"width": float(n)}, 1.0 / (n + 1), 4, 1.0) for n in range(5)]
    assert mattered(few) == {}
    assert mattered([]) == {}


def test_equal_losses_have_no_cause() -> None:
    assert mattered([Trial({"width": float(n)}, 0.5, 4, 1.0) for n in range(8)]) == {"width": 0.0}
