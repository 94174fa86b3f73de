"""Training: what is learned, what is told, what is the same the second time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.data.table import Repair
from core.errors import Problem
from core.learn import loop
from core.learn.recipe import Net, Recipe
from core.learn.train import train
from tests.core.learn.conftest import Told, fitted, mixed_frame, table_of, task_of

MIXED = {"text": "text", "same": "constant"}


def xor(rows: int = 800) -> pd.DataFrame:
    draw = np.random.default_rng(0)
    a, b = draw.choice([-1.0, 1.0], rows), draw.choice([-1.0, 1.0], rows)
    noise = draw.normal(scale=0.1, size=(2, rows))
    return pd.DataFrame({"a": a + noise[0], "b": b + noise[1], "y": np.where(a * b > 0, "yes", "no")})


def right(model, frame: pd.DataFrame) -> float:
    said = np.array(model.classes)[model.predict(frame.drop(columns="y")).argmax(axis=1)]
    return float((said == frame["y"].to_numpy()).mean())


def test_the_net_learns_xor():
    assert right(fitted(xor(), "net"), xor()) > 0.97


@pytest.mark.parametrize("member", ["simple", "net"])
def test_what_is_additive_cannot_learn_xor(member):
    assert right(fitted(xor(), member, net=Net(depth=0, epochs=20)), xor()) < 0.7


def test_a_line_is_learned_in_target_units():
    x = np.linspace(0, 100, 300)
    frame = pd.DataFrame({"x": x, "y": 2 * x + 0.5})
    model = fitted(frame, "simple")
    assert model.predict(pd.DataFrame({"x": [10.0, 50.0]})) == pytest.approx([20.5, 100.5], abs=0.5)


def test_every_member_learns_a_line():
    x = np.random.default_rng(0).normal(size=400)
    frame = pd.DataFrame({"x": x, "y": 1000 + 300 * x + np.random.default_rng(1).normal(size=400)})
    for net in (Net(), Net(depth=0)):
        error = fitted(frame, "net", net=net).predict(frame) - frame["y"]
        assert float(np.sqrt((error**2).mean())) < 60, net


def test_a_planted_logistic_is_learned_with_true_probabilities():
    draw = np.random.default_rng(0)
    x = draw.normal(size=3000)
    chance = 1 / (1 + np.exp(-(1.5 * x - 1)))
    frame = pd.DataFrame({"x": x, "y": np.where(draw.random(3000) < chance, "yes", "no")})
    model = fitted(frame, "simple", "net", net=Net(epochs=8))
    assert np.abs(model.predict(frame)[:, 1] - chance).mean() < 0.03


@pytest.fixture(scope="module")
def twice():
    table = table_of(mixed_frame(), **MIXED)
    recipe = Recipe(task_of(table), members=("simple", "net"), net=Net(epochs=5))
    return table, [train(table, recipe, Told())[0] for _ in range(2)]


def test_the_same_recipe_table_and_seed_give_the_identical_model(twice):
    first, second = twice[1]
    assert [m.name for m in first.members] == [m.name for m in second.members]
    assert np.array_equal(first.weights, second.weights)
    for one, other in zip(first.members, second.members, strict=True):
        assert np.array_equal(one.first.line, other.first.line)
        assert np.array_equal(one.first.levels, other.first.levels)
        assert all(np.array_equal(a[0], b[0]) for a, b in zip(one.tail, other.tail, strict=True))


def test_another_seed_gives_another_model(twice):
    table, (first, _) = twice
    other = train(table, replace(first.recipe, seed=1), Told())[0]
    assert not np.array_equal(first.predict(table.frame), other.predict(table.frame))


def test_first_layer_and_finish_give_the_prediction(twice):
    table, (model, _) = twice
    rows = model.ready(table.frame)
    parts = [
        weight * member.finish(member.first_layer(rows).sum(axis=1, dtype=np.float64))
        for member, weight in zip(model.members, model.weights, strict=True)
    ]
    assert np.abs(np.sum(parts, axis=0) - model.predict(table.frame)).max() < 5e-7


def test_a_column_moves_only_its_own_part_of_the_first_layer(twice):
    table, (model, _) = twice
    rows = model.ready(table.frame.head(5))
    changed = rows.assign(number=rows["number"] + 1)
    for member in model.members:
        moved = np.abs(member.first_layer(rows) - member.first_layer(changed)).max(axis=(0, 2))
        assert (moved[1:] == 0).all()


def test_a_row_alone_is_answered_as_in_its_file(twice):
    table, (model, _) = twice
    together = model.predict(table.frame)
    for row in (0, 3, 17):
        assert np.abs(model.predict(table.frame.iloc[[row]]) - together[row]).max() < 5e-7


def test_unseen_and_missing_cells_are_answered(twice):
    table, (model, _) = twice
    rows = table.frame.head(4).drop(columns="y").copy()
    rows["level"] = ["never seen", None, "a", None]
    rows["text"] = ["", None, "全新的文字", "late payment"]
    rows["number"] = [np.nan, 1e9, -1e9, 0.0]
    rows["day"] = pd.to_datetime(["2030-01-01", None, "1990-05-05", None])
    answers = model.predict(rows)
    assert np.isfinite(answers).all()
    assert answers.sum(axis=1) == pytest.approx(1)


def test_text_and_category_are_used(twice):
    table, (model, _) = twice
    rows = table.frame.head(1).drop(columns="y")
    late, paid = (model.predict(rows.assign(text=text))[0, 1] for text in ("late payment", "paid in time"))
    assert late > paid + 0.1


def test_background_rows_are_rows_of_the_table(twice):
    table, (model, _) = twice
    assert len(model.background) == 128
    assert model.background.equals(table.frame.loc[model.background.index, list(model.features)])


def test_a_stop_keeps_the_best_so_far():
    table = table_of(xor())
    watch = Told(stop_after=3)
    model, split = train(table, Recipe(task_of(table), members=("net",)), watch)
    assert len(watch.epochs()) == 3
    assert len(model.predict(table.frame.loc[split.test])) == len(split.test)
    assert right(model, table.frame) > 0.4


def test_a_learner_that_a_stop_left_out_is_named():
    table = table_of(xor(200))
    model, _ = train(table, Recipe(task_of(table), members=("trees", "net")), Told(stop_after=1))
    assert any("was stopped" in note.text for note in model.notes)


def test_a_run_cut_short_is_replayed_bit_for_bit():
    table = table_of(xor())
    recipe = Recipe(task_of(table), members=("net",))
    cut = train(table, recipe, Told(stop_after=4))[0]
    again = train(table, recipe, Told(), steps=cut.steps)[0]
    assert again.steps == cut.steps
    assert np.array_equal(cut.predict(table.frame), again.predict(table.frame))


def test_no_time_at_all_still_gives_a_model():
    table = table_of(xor())
    model, _ = train(table, Recipe(task_of(table)), Told(seconds=0.0))
    assert np.isfinite(model.predict(table.frame)).all()


def test_epochs_are_told_with_their_figures():
    table, watch = table_of(xor()), Told()
    train(table, Recipe(task_of(table), members=("net",), net=Net(epochs=3)), watch)
    wanted = {"epoch", "train_loss", "validation_loss", "rows_per_second", "seconds_left", "best_epoch"}
    assert watch.epochs() and all(set(numbers) == wanted for numbers in watch.epochs())
    assert {e.member for e in watch.events if e.kind == "member"} == {"simple", "net"}


def test_epochs_are_not_told_faster_than_anyone_can_see(monkeypatch):
    from core.learn import loop

    monkeypatch.setattr(loop, "TELL_SECONDS", 1e9)
    table, watch = table_of(xor(200)), Told()
    train(table, Recipe(task_of(table), members=("net",), net=Net(epochs=9, patience=9)), watch)
    assert [numbers["epoch"] for numbers in watch.epochs()] == [1, 9]


def test_the_simple_model_is_always_there_and_no_member_unless_asked():
    model = fitted(xor(), "net")
    assert model.baseline is not None and model.baseline.name == "simple"
    assert [member.name for member in model.members] == ["net"]


def test_class_weights_are_told_and_raise_the_rare_class():
    draw = np.random.default_rng(0)
    x = draw.normal(size=600)
    frame = pd.DataFrame({"x": x, "y": np.where(x + draw.normal(size=600) > 2, "yes", "no")})
    plain, weighed = fitted(frame, "simple"), fitted(frame, "simple", class_weights=True)
    assert weighed.predict(frame)[:, 1].mean() > plain.predict(frame)[:, 1].mean() + 0.1
    assert weighed.notes and not plain.notes


def test_a_diverging_loss_is_said_and_the_rest_is_kept(monkeypatch):
    from core.learn import loop

    seen = []

    def broken(*_):
        seen.append(1)
        return 0.6 if len(seen) < 3 else float("nan")

    monkeypatch.setattr(loop, "measure", broken)
    model = fitted(xor(200), "net")
    assert any("stopped being a number" in note.text for note in model.notes)
    assert np.isfinite(model.predict(xor(20))).all()


def test_repairs_hold_for_training_and_for_later_rows():
    x = np.random.default_rng(0).random(200) * 100
    frame = pd.DataFrame({"x": x, "y": 3 * x})
    table = table_of(frame)
    repairs = (Repair("divide", "x", number=100.0), Repair("filter", "x", number=0.5, operator="<"))
    model, split = train(table, Recipe(task_of(table), repairs=repairs, members=("simple",)), Told())
    assert model.preparation.numbers[0].high <= 0.5
    assert (table.frame["x"].loc[np.concatenate([split.train, split.validation, split.test])] < 50).all()
    assert model.predict(pd.DataFrame({"x": [20.0]})) == pytest.approx([60.0], abs=3)


def test_costs_set_the_cutoff():
    table = table_of(xor(200))
    task = task_of(table, cost_miss=4.0, cost_alarm=1.0)
    assert train(table, Recipe(task, members=("simple",)), Told())[0].cutoff == pytest.approx(0.2)


def test_thirty_rows_are_enough_to_run():
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({"x": draw.normal(size=30), "z": draw.choice(["a", "b"], 30)})
    frame["y"] = np.where(frame["x"] > 0, "yes", "no")
    model = fitted(frame)
    assert right(model, frame) > 0.8


def test_many_classes_and_levels():
    draw = np.random.default_rng(0)
    kind = draw.integers(0, 41, 820)
    frame = pd.DataFrame({"city": [f"c{k}_{draw.integers(7)}" for k in kind], "x": kind + 0.1 * draw.normal(size=820)})
    frame["y"] = [f"class {k}" for k in kind]
    model = fitted(frame, "net", net=Net(epochs=50))
    assert len(model.classes) == 41
    assert right(model, frame) > 0.9


def test_more_columns_than_rows():
    draw = np.random.default_rng(0)
    cells = draw.normal(size=(60, 500))
    frame = pd.DataFrame(cells, columns=[f"g{i}" for i in range(500)])
    frame["y"] = np.where(cells[:, :5].sum(axis=1) > 0, "yes", "no")
    assert np.isfinite(fitted(frame).predict(frame)).all()


def test_too_few_answers_are_refused():
    frame = pd.DataFrame({"x": np.arange(9.0), "y": ["a", "b", "a"] * 3})
    with pytest.raises(Problem):
        fitted(frame)


def test_passes_shorter_than_a_look_still_see_the_wish_to_stop(monkeypatch):
    monkeypatch.setattr(loop, "LOOK_SECONDS", 0.02)
    table = table_of(xor())
    endless = Net(epochs=100_000, patience=100_000, batch_rows=100_000)
    watch = Told(stop_after=3)
    train(table, Recipe(task_of(table), members=("net",), net=endless), watch)
    assert len(watch.epochs()) < 1_000
