"""Nets that learned before: from hidden cells, and from a saved model's rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from core.errors import Problem
from core.learn import batches, device
from core.learn import train as training
from core.learn.ground import Ground, Turn
from core.learn.keep import keep_model
from core.learn.lesson import Lesson
from core.learn.nets import pretrain, tuned
from core.learn.nets.rebuilt import anchored, rebuilt, released
from core.learn.recipe import Net, Pretraining, Recipe
from core.learn.size import size
from core.learn.train import train
from tests.core.learn.conftest import Told, table_of, task_of

SMALL = Net(epochs=6, members=2, width=8)


@pytest.fixture(autouse=True)
def briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells are guessed for a few passes only."""
    monkeypatch.setattr(pretrain, "EPOCHS", 4)


def twins(rows: int = 400, seed: int = 0, shift: float = 0.0) -> pd.DataFrame:
    """Columns that tell each other, and an answer that depends on what they share."""
    draw = np.random.default_rng(seed)
    hidden = draw.normal(size=(rows, 2))
    frame = pd.DataFrame({f"x{i}": hidden[:, i % 2] + 0.1 * draw.normal(size=rows) + shift for i in range(4)})
    frame["side"] = np.where(hidden[:, 0] > 0, "right", "left")
    chance = 1 / (1 + np.exp(-4 * hidden[:, 0] * hidden[:, 1]))
    frame["y"] = np.where(draw.random(rows) < chance, "yes", "no")
    return frame


def ground_of(frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, **recipe) -> Ground:
    """What the learners of a run would be given."""
    found: list[Ground] = []

    def caught(ground, notes):
        found.append(ground)
        return {}

    table = table_of(frame)
    recipe = {"net": SMALL, "members": ("net",), **recipe}
    with monkeypatch.context() as patch:
        patch.setattr(training, "train_all", caught)
        patch.setattr(training, "_assemble", lambda *given: training.TrainedModel(*[None] * 6))
        train(table, Recipe(task_of(table), **recipe), Told())
    return found[0]


def begun(ground: Ground) -> pretrain.Begun:
    cpu = device.processor()
    with device.seeded(0, cpu):
        found = pretrain.pretrained(ground, size(400, ground.plan, cpu, ground.recipe.net), cpu, Turn())
    assert found is not None
    return found


def same(one: pretrain.Begun, other: pretrain.Begun) -> bool:
    return all(torch.equal(value, other.state[name]) for name, value in one.state.items())


def unlabelled(frame: pd.DataFrame, known: int) -> pd.DataFrame:
    return frame.assign(y=frame["y"].where(np.arange(len(frame)) < known))


def test_labels_are_not_looked_at_and_rows_without_one_are(monkeypatch):
    ground = ground_of(unlabelled(twins(), 150), monkeypatch, pretraining=Pretraining(rows=True))
    assert ground.spare is not None and len(ground.spare) == 250
    turned = Lesson(ground.rows.inputs, 1 - ground.rows.truth, ground.rows.weights)
    first, again, other = (begun(one) for one in (ground, replace(ground, rows=turned), replace(ground, spare=None)))
    assert same(first, again)
    assert not same(first, other)
    assert len(first.inputs) == len(ground.rows) + 250


def test_cells_are_guessed_from_their_twins(monkeypatch):
    losses = []
    original = pretrain.loop.run

    def watched(*given, **named):
        course = original(*given, **named)
        losses.extend(point.validation_loss for point in course.history)
        return course

    monkeypatch.setattr(pretrain.loop, "run", watched)
    monkeypatch.setattr(pretrain, "EPOCHS", 30)
    begun(ground_of(twins(), monkeypatch, net=replace(SMALL, width=32), pretraining=Pretraining(rows=True)))
    assert losses[0] > 0.5 and min(losses) < 0.6 * losses[0]


def test_rows_that_judge_always_lack_the_same_cells(monkeypatch):
    ground = ground_of(twins(), monkeypatch, pretraining=Pretraining(rows=True))
    feed = pretrain.Cloze(ground.rows.inputs, ground.plan, device.processor(), 0)
    places, others = (torch.from_numpy(part[:20])[None] for part in (feed.fold.check, feed.fold.fit))
    assert torch.equal(feed.take(places)["counted"], feed.take(places)["counted"])
    assert not torch.equal(feed.take(others)["counted"], feed.take(others)["counted"])
    batch = feed.take(others)
    assert float(batch["counted"].mean()) == pytest.approx(pretrain.SHARE, abs=0.1)
    assert (batch["missing"][batch["counted"][..., :4] > 0] == 1).all()


def test_every_fold_begins_alike(monkeypatch):
    ground = ground_of(twins(), monkeypatch, pretraining=Pretraining(rows=True))
    opened = pretrain.opened(begun(ground).state, ground.folds)
    assert {len(value) for value in opened.values()} == {5}
    assert all(torch.equal(value[0], value[4]) for value in opened.values())


def test_both_nets_stand_beside_each_other():
    table, watch = table_of(unlabelled(twins(), 200)), Told()
    model, _ = train(
        table, Recipe(task_of(table), members=("net",), net=SMALL, pretraining=Pretraining(rows=True)), watch
    )
    assert [score.name for score in model.scores] == ["simple", "net", "net_tuned"]
    assert watch.epochs("net_tuned") and len(model.history["net_tuned"]) == len(watch.epochs("net_tuned"))
    assert len({score.validation_loss for score in model.scores}) == 3


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A run whose model learned from many rows."""
    folder, table = tmp_path_factory.mktemp("run"), table_of(twins(900))
    model, _ = train(table, Recipe(task_of(table), members=("net",), net=Net(epochs=60, members=2, width=32)), Told())
    keep_model(model, folder / "model")
    return folder, model


def start(saved) -> dict:
    return {"pretraining": Pretraining(start=str(saved[0])), "net": SMALL}


def test_a_rebuilt_net_answers_as_the_saved_one(saved, monkeypatch):
    model = saved[1]
    few = twins(80, 3)
    ground = ground_of(few, monkeypatch, **start(saved))
    learner = model.members[0]
    net = rebuilt(ground, learner, size(80, ground.plan, device.processor(), SMALL), True)
    rows = batches.rows(ground.rows.inputs, ground.plan, ground.rows.truth, None, "cpu")
    with torch.no_grad():
        scores = net.eval()(rows.take(torch.arange(len(ground.rows)).expand(len(ground.folds), -1)))
    wanted = replace(learner, temperature=1.0).answer(ground.rows.inputs)[:, 1]
    for fold in torch.sigmoid(scores[..., 0]).mean(dim=1):
        assert fold.numpy() == pytest.approx(wanted, abs=1e-5)
    told = tuned._told(ground, tuned.Start(net, SMALL, None, saved=True))
    assert told[1][:, 1] == pytest.approx(wanted[ground.checked], abs=1e-5)


@pytest.mark.parametrize("kind", ["number", "classes"])
def test_so_does_one_of_numbers_and_one_of_three_classes(kind, monkeypatch, tmp_path):
    frame = twins(150).drop(columns="y")
    frame["y"] = (
        50 + 9 * frame["x0"] if kind == "number" else np.select([frame["x0"] > 0.5, frame["x1"] > 0], ["a", "b"], "c")
    )
    table = table_of(frame)
    model, _ = train(table, Recipe(task_of(table), members=("net",), net=SMALL), Told())
    keep_model(model, tmp_path / "model")
    ground = ground_of(frame.head(60), monkeypatch, pretraining=Pretraining(start=str(tmp_path)))
    net = rebuilt(ground, model.members[0], size(60, ground.plan, device.processor(), SMALL), True)
    told = tuned._told(ground, tuned.Start(net, SMALL, None, saved=True))
    wanted = replace(model.members[0], temperature=1.0).answer(ground.rows.inputs[ground.checked])
    assert told[1] == pytest.approx(wanted, abs=1e-4 * np.abs(wanted).max())


def test_a_tuned_net_knows_more_than_few_rows_say(saved):
    table = table_of(twins(60, 5, shift=0.2))
    model, _ = train(table, Recipe(task_of(table), members=("net",), **start(saved)), Told())
    losses = {score.name: score.validation_loss for score in model.scores}
    assert losses["net_tuned"] < 0.9 * losses["net"]


def test_a_column_that_another_hospital_did_not_measure_is_used_all_the_same(saved):
    frame = twins(60, 5)
    frame["x3"] = 0.0
    table = table_of(frame, x3="constant")
    task = task_of(table)
    task = replace(task, features=tuple(name for name in task.features if name != "x3"))
    model, _ = train(table, Recipe(task, members=("net",), **start(saved)), Told())
    assert model.features == saved[1].features
    assert [note.english() for note in model.notes if note.english().startswith("x3: one value or none")]
    assert "net_tuned" in [score.name for score in model.scores]
    assert model.predict(frame).shape == model.predict(twins(60, 5)).shape


def test_adapters_leave_what_was_learned(saved, monkeypatch):
    wanted = Pretraining(start=str(saved[0]), tuning="adapters")
    ground = ground_of(twins(80, 3), monkeypatch, pretraining=wanted)
    notes: list = []
    begin = tuned._start(ground, Turn(), device.processor(), notes)
    before = {name: value.detach().clone() for name, value in begin.net.named_parameters()}
    tuned._tune(ground, begin, Turn(), device.processor())
    moved = {name for name, value in begin.net.named_parameters() if not torch.equal(value, before[name])}
    last = {name.rsplit(".", 1)[-1] for name in moved if "head" not in name}
    assert last == {"turn", "stretch", "bias"} and any("head" in name for name in moved)


def test_an_anchor_holds_until_it_is_released():
    layer = torch.nn.Linear(3, 2)
    before = layer.weight.detach().clone()
    anchored(layer)
    assert torch.equal(layer.weight, before)
    assert all(not part.any() for part in layer.parameters())
    with torch.no_grad():
        layer.parametrizations.weight.original.add_(1.0)
    released(layer)
    assert torch.equal(layer.weight, before + 1) and isinstance(layer.weight, torch.nn.Parameter)


def test_another_question_begins_its_last_layer_anew(saved):
    frame = twins(80, 3)
    frame["y"] = np.where(frame["x0"] > 0, "high", "low")
    table = table_of(frame)
    model, _ = train(table, Recipe(task_of(table), members=("net",), **start(saved)), Told())
    assert any("another question" in note.text for note in model.notes)
    assert "net_tuned" in [score.name for score in model.scores]


@pytest.mark.parametrize("rows", [True, False])
def test_it_is_replayed_bit_for_bit(rows, saved, monkeypatch):
    frame = unlabelled(twins(200, 2), 120)
    wanted = Pretraining(rows=True) if rows else Pretraining(start=str(saved[0]))
    ground = ground_of(frame, monkeypatch, pretraining=wanted)
    first = tuned.fit_tuned(ground, Turn())
    again = tuned.fit_tuned(ground, Turn(steps=first.steps))
    assert again.steps == first.steps
    assert np.array_equal(first.answers, again.answers)
    assert np.array_equal(first.member.first.mix, again.member.first.mix)


def test_what_cannot_be_a_beginning_is_refused_in_words(saved, tmp_path):
    table = table_of(twins(80).rename(columns={"x3": "other"}))
    with pytest.raises(Problem, match="other columns"):
        train(table, Recipe(task_of(table), **start(saved)), Told())
    fine = table_of(twins(80))
    with pytest.raises(Problem, match="no complete model"):
        train(fine, Recipe(task_of(fine), pretraining=Pretraining(start=str(tmp_path))), Told())
    simple, _ = train(fine, Recipe(task_of(fine), members=("simple",)), Told())
    keep_model(simple, tmp_path / "model")
    with pytest.raises(Problem, match="no neural net"):
        train(fine, Recipe(task_of(fine), pretraining=Pretraining(start=str(tmp_path))), Told())


def test_nothing_to_guess_is_said():
    frame = pd.DataFrame({"words": ["late payment", "paid in time"] * 40, "y": ["yes", "no"] * 40})
    table = table_of(frame, words="text")
    recipe = Recipe(task_of(table), members=("net",), net=SMALL, pretraining=Pretraining(rows=True))
    model, _ = train(table, recipe, Told())
    assert any("nothing to learn beforehand" in note.text for note in model.notes)
    assert [score.name for score in model.scores] == ["simple", "net"]
