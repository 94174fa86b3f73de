"""The training loop: folds that know nothing of each other, honest losses, hooks, and steps by the book."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from core.learn import device as devices
from core.learn import loop
from core.learn.descent import Descent
from core.learn.ground import Fold
from core.learn.size import Size
from tests.core.learn.conftest import Told

SIZE = Size(4, 1, 1, 0.0, 0.1, 0.0, 4, 3, 99)


class Points:
    """Rows of one number each: a feed."""

    device = "cpu"

    def __init__(self, x, truth, weights=None) -> None:
        self.x, self.truth = torch.as_tensor(x, dtype=torch.float32), torch.as_tensor(truth)
        self.weights, self.taken = weights, []

    def __len__(self) -> int:
        return len(self.x)

    def take(self, places):
        self.taken.append(places)
        batch = {"groups": len(places), "rows": places.shape[1], "x": self.x[places], "truth": self.truth[places]}
        return {**batch, "weights": None if self.weights is None else self.weights[places]}


class Line(nn.Module):
    """score = slope x + bias of every member in every fold."""

    def __init__(self, groups: int, members: int = 1) -> None:
        super().__init__()
        self.slope = nn.Parameter(torch.zeros(groups, members))
        self.bias = nn.Parameter(torch.zeros(groups, members))

    def forward(self, batch):
        return (self.slope[:, :, None] * batch["x"][:, None] + self.bias[:, :, None])[..., None]


class Said(nn.Module):
    """Fixed scores (G, k, b, outputs)."""

    def __init__(self, scores) -> None:
        super().__init__()
        self.scores = torch.tensor(scores)

    def forward(self, batch):
        return self.scores


def ran(net, feed, folds, size=SIZE, kind="regression", watch=None, **hooks):
    limits = loop.Limits(watch or Told(), time.monotonic() + 60, hooks.pop("steps", None))
    with devices.threads():
        return loop.run(net, feed, folds, kind, size, devices.processor(), limits, 0, "net", **hooks)


def halves(rows: int) -> list[Fold]:
    places = np.arange(rows)
    return [Fold(places[: rows // 2], places[rows // 2 :]), Fold(places[rows // 2 :], places[: rows // 2])]


def test_rows_held_back_teach_their_fold_nothing():
    x, truth = np.linspace(-1, 1, 16), np.linspace(-2, 2, 16).astype(np.float32)
    changed = truth.copy()
    changed[8:] += 7
    nets = [Line(2), Line(2)]
    for net, answers in zip(nets, (truth, changed), strict=True):
        ran(net, Points(x, answers), halves(16), replace(SIZE, epochs=1))
    (first, second), (as_first, changed_second) = ((net.slope, net.bias) for net in nets)
    assert torch.equal(first[0], as_first[0]) and torch.equal(second[0], changed_second[0])
    assert not torch.equal(second[1], changed_second[1])


def test_folds_of_unequal_size_see_all_their_rows():
    feed = Points(np.zeros(9), np.zeros(9, dtype=np.float32))
    folds = [Fold(np.arange(5), np.arange(5, 9)), Fold(np.arange(5, 9), np.arange(5))]
    ran(Line(2), feed, folds, replace(SIZE, epochs=1, batch_rows=3))
    places = torch.cat(feed.taken[:2], dim=1)
    assert set(places[0].tolist()) == {0, 1, 2, 3, 4}
    assert set(places[1].tolist()) == {5, 6, 7, 8}


def test_the_loss_is_that_of_the_mean_answer_and_counts_every_row_once():
    scores = [[[[0.0], [9.0]], [[math.log(3)], [9.0]]], [[[0.0], [math.log(3)]], [[0.0], [math.log(3)]]]]
    checks = torch.tensor([[0, -1], [1, 2]])
    feed = Points(np.zeros(3), np.array([1, 0, 1]))
    loss = loop.measure(Said(scores), feed, checks, "binary", devices.processor())
    assert loss == pytest.approx(-(math.log((0.5 + 0.75) / 2) + math.log(0.5) + math.log(0.75)) / 3, rel=1e-6)


def test_several_classes_and_weights_are_measured():
    scores = np.log([[[[0.2, 0.3, 0.5], [0.6, 0.2, 0.2]]]]).astype(np.float32)
    feed = Points(np.zeros(2), np.array([2, 1]), torch.tensor([3.0, 1.0]))
    loss = loop.measure(Said(scores), feed, torch.tensor([[0, 1]]), "multiclass", devices.processor())
    assert loss == pytest.approx(-(3 * math.log(0.5) + math.log(0.2)) / 4, rel=1e-6)


def test_members_learn_each_for_itself_and_mixed_rows_in_part():
    scores = torch.tensor([[[[1.0]], [[3.0]]]])
    batch = {"truth": torch.tensor([[0.0]]), "weights": None}
    assert loop.loss_of(scores, batch, "regression").tolist() == [5.0]
    mixed = {**batch, "other": torch.tensor([[1.0]]), "mixed": torch.tensor([[0.25]])}
    assert loop.loss_of(scores, mixed, "regression").tolist() == [0.75 * 5.0 + 0.25 * 2.0]


def test_plain_descent_takes_the_step_of_the_book():
    net = Line(1)
    size = replace(SIZE, epochs=1, optimizer="sgd", learning_rate=0.1)
    ran(net, Points([1.0, 2.0], np.array([2.0, 4.0], dtype=np.float32)), [Fold(np.arange(2), np.arange(2))], size)
    slope, bias = 0.1 * (2 * 1 * 2 + 2 * 2 * 4) / 2, 0.1 * (2 * 2 + 2 * 4) / 2
    norm = math.hypot(slope, bias) / 0.1
    assert net.slope.item() == pytest.approx(slope * loop.STEEPEST / norm, rel=1e-5)
    assert net.bias.item() == pytest.approx(bias * loop.STEEPEST / norm, rel=1e-5)


@pytest.mark.parametrize("name", ["adamw", "adam"])
def test_steps_are_those_of_the_papers(name):
    draw = np.random.default_rng(0)
    net, rate, decay = nn.Linear(3, 1, bias=False), 0.01, 0.1
    value = net.weight.detach().numpy().astype(float).copy()
    steps = Descent(net, replace(SIZE, optimizer=name, learning_rate=rate, weight_decay=decay))
    mean, square = np.zeros((1, 3)), np.zeros((1, 3))
    for turn in range(1, 6):
        slope = draw.normal(size=(1, 3))
        net.weight.grad = torch.from_numpy(slope).float()
        steps.step()
        if name == "adam":
            slope = slope + decay * value
        else:
            value = value * (1 - rate * decay)
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        value = value - rate * mean / (1 - 0.9**turn) / (np.sqrt(square / (1 - 0.999**turn)) + 1e-8)
    assert net.weight.detach().numpy() == pytest.approx(value, abs=1e-6)


def test_biases_do_not_decay():
    net = nn.Linear(1, 1)
    nn.init.ones_(net.weight), nn.init.ones_(net.bias)
    net.weight.grad, net.bias.grad = torch.zeros(1, 1), torch.zeros(1)
    Descent(net, replace(SIZE, learning_rate=0.1, weight_decay=0.5)).step()
    assert net.weight.item() == pytest.approx(0.95) and net.bias.item() == 1.0


def test_long_gradients_are_shortened_in_their_own_fold_only():
    part = nn.Parameter(torch.zeros(2, 2))
    part.grad = torch.tensor([[30.0, 40.0], [0.3, 0.4]])
    loop._shorten([part], 2)
    assert part.grad[0].norm().item() == pytest.approx(loop.STEEPEST, rel=1e-4)
    assert part.grad[1].tolist() == pytest.approx([0.3, 0.4])


def test_what_disturbs_a_batch_is_what_is_learned():
    def turned(net, batch, generator):
        assert isinstance(generator, torch.Generator)
        return {**batch, "truth": -batch["truth"]}

    feed = Points(np.linspace(-1, 1, 8), np.linspace(-1, 1, 8).astype(np.float32))
    net = Line(1)
    ran(net, feed, [Fold(np.arange(8), np.arange(8))], replace(SIZE, epochs=1), disturb=turned)
    assert net.slope.item() < -0.05


def test_whoever_is_told_may_end_the_training():
    told = []

    def enough(epoch, loss):
        told.append((epoch, loss))
        return epoch == 2

    feed = Points(np.linspace(-1, 1, 8), np.linspace(-1, 1, 8).astype(np.float32))
    course = ran(Line(1), feed, [Fold(np.arange(8), np.arange(8))], replace(SIZE, epochs=50), told=enough)
    assert [epoch for epoch, _ in told] == [1, 2] and len(course.history) == 2
    assert course.history[1].validation_loss == told[1][1]


def test_the_best_weights_are_kept(monkeypatch):
    losses = iter([0.5, 0.1, 0.9, 0.8])
    seen = []

    def measured(net, *_):
        seen.append(net.slope.item())
        return next(losses)

    monkeypatch.setattr(loop, "measure", measured)
    feed, net = Points(np.linspace(-1, 1, 8), np.linspace(-1, 1, 8).astype(np.float32)), Line(1)
    course = ran(net, feed, [Fold(np.arange(8), np.arange(8))], replace(SIZE, epochs=4))
    assert course.best_epoch == 2 and net.slope.item() == seen[1]


def test_a_replay_ends_after_its_steps():
    feed = Points(np.linspace(-1, 1, 8), np.linspace(-1, 1, 8).astype(np.float32))
    course = ran(Line(1), feed, [Fold(np.arange(8), np.arange(8))], replace(SIZE, epochs=50), steps=5)
    assert course.steps == 5 and len(course.history) == 2
