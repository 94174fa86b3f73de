"""Learners: the arrays answer as the nets in torch did, column by column, alone or in a file."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from core.data.table import Schema
from core.learn import batches
from core.learn import device as devices
from core.learn.ground import Fold, Ground
from core.learn.lesson import Lesson
from core.learn.nets import fit
from core.learn.nets.columns import Columns
from core.learn.plan import plan
from core.learn.recipe import Net, Recipe
from core.learn.size import size
from core.learn.train import class_numbers
from tests.core.learn.conftest import Told, fitted, mixed_frame, table_of, task_of
from tests.pace import within

KINDS = {"text": "text", "same": "constant"}
SINGLE = 5e-7
"""Of a probability: nets are reckoned in float32, in whatever order the processor likes best."""


def ground_of(frame: pd.DataFrame, folds: int, **kinds) -> Ground:
    """All rows of a frame, held back in turns."""
    table = table_of(frame, **kinds)
    task = task_of(table)
    known = {column.name: column for column in table.schema.columns}
    inner = table.frame[list(task.features)]
    prepared = plan(inner, Schema(tuple(known[name] for name in task.features)))
    truth, scaling = class_numbers(table.frame["y"], task), (0.0, 1.0)
    if task.kind == "regression":
        scaling = (float(truth.mean()), float(truth.std()))
        truth = ((truth - scaling[0]) / scaling[1]).astype(np.float32)
    places = np.arange(len(frame))
    turns = tuple(Fold(places[places % folds != one], places[places % folds == one]) for one in range(folds))
    return Ground(
        Recipe(task), prepared, Lesson(prepared.encode(inner), truth), places, turns, len(task.classes), scaling,
        devices.processor(), Told(), time.monotonic(), 60.0,
    )  # fmt: skip


def shaken(net: fit.Net) -> fit.Net:
    """Every parameter moved by chance, so that nothing is zero or one."""
    with torch.no_grad():
        for part in net.parameters():
            part.add_(0.3 * torch.randn(part.shape))
    return net.eval()


def frames() -> dict[str, pd.DataFrame]:
    mixed = mixed_frame(120)
    amounts = mixed.drop(columns="y").assign(y=np.arange(120.0) ** 1.5)
    three = mixed.assign(y=np.array(["a", "b", "c"])[np.arange(120) % 3])
    return {"binary": mixed, "regression": amounts, "multiclass": three}


@pytest.mark.parametrize("inner", [0, 4])
@pytest.mark.parametrize("kind", ["binary", "regression", "multiclass"])
def test_the_arrays_answer_as_the_net_does(kind, inner):
    ground = ground_of(frames()[kind], 3, **KINDS)
    chosen = replace(size(120, ground.plan, ground.device, Net()), inner=inner, members=2, depth=2, width=5)
    torch.manual_seed(0)
    net = shaken(fit.build(ground, chosen, ground.folds, ground.device))
    batch = fit.laid(ground, ground.device).take(torch.arange(120).expand(3, -1))
    with torch.no_grad():
        scores = net(batch).double()
    if kind == "regression":
        wanted = (scores * ground.scaling[1] + ground.scaling[0]).mean(dim=(0, 1))
    elif kind == "binary":
        positive = torch.sigmoid(scores).mean(dim=(0, 1))
        wanted = torch.cat([1 - positive, positive], dim=1)
    else:
        wanted = torch.softmax(scores, dim=-1).mean(dim=(0, 1))
    everywhere = [Fold(np.arange(120), np.arange(0)) for _ in ground.folds]
    learner = fit.export(net, ground, everywhere, "net")
    answers = learner.answer(ground.rows.inputs)
    assert np.abs(answers - wanted.numpy()).max() < 2e-5 * max(1.0, np.abs(wanted.numpy()).max())


@pytest.fixture(scope="module")
def learned():
    ground = ground_of(mixed_frame(), 3, **KINDS)
    chosen = replace(size(240, ground.plan, ground.device, Net()), members=2)
    torch.manual_seed(1)
    net = shaken(fit.build(ground, chosen, ground.folds, ground.device))
    return ground, fit.export(net, ground, ground.folds, "net")


def test_columns_put_together_give_the_answer(learned):
    ground, learner = learned
    rows = ground.rows.inputs
    layer = learner.first_layer(rows)
    assert layer.shape == (240, len(ground.plan.features), learner.width)
    assert np.abs(learner.finish(layer.sum(axis=1)) - learner.answer(rows)).max() < SINGLE


def test_single_precision_is_finished_in_single_precision(learned):
    ground, learner = learned
    hidden = learner.first_layer(ground.rows.inputs).sum(axis=1, dtype=np.float64)
    single = learner.finish(hidden.astype(np.float32))
    assert single.dtype == np.float64
    assert 0 < np.abs(single - learner.finish(hidden)).max() < 1e-5


def test_a_row_alone_is_answered_as_in_its_file(learned):
    ground, learner = learned
    together = learner.answer(ground.rows.inputs)
    for row in (0, 3, 17):
        assert np.abs(learner.answer(ground.rows.inputs[row : row + 1]) - together[row]).max() < SINGLE


def test_chunks_make_no_difference(learned, monkeypatch):
    ground, learner = learned
    whole = learner.answer(ground.rows.inputs)
    monkeypatch.setattr("core.learn.learner.CHUNK", 1_000)
    monkeypatch.setattr("core.learn.learner.HELD", 100)
    assert np.abs(learner.answer(ground.rows.inputs) - whole).max() < SINGLE


def test_the_answer_is_the_mean_of_the_folds(learned):
    ground, learner = learned
    parts = [learner.part(place).answer(ground.rows.inputs) for place in range(3)]
    assert np.abs(np.mean(parts, axis=0) - learner.answer(ground.rows.inputs)).max() < SINGLE


def test_a_column_adds_nothing_to_another(learned):
    ground, learner = learned
    rows = ground.rows.inputs
    for place, owner in enumerate(ground.plan.owners["numbers"]):
        moved = replace(rows, numbers=rows.numbers.copy())
        moved.numbers[:, place] = 1.0
        there = np.abs(learner.first_layer(moved) - learner.first_layer(rows)).max(axis=(0, 2))
        assert (np.delete(there, owner) == 0).all() and there[owner] > 0


def test_no_rows_are_answered_too(learned):
    ground, learner = learned
    assert learner.answer(ground.rows.inputs[:0]).shape == (0, 2)


def test_a_level_that_a_fold_never_met_stands_in_the_middle():
    ground = ground_of(pd.DataFrame({"level": ["a", "b", "c", "a", "b", "c"] * 4, "y": ["n", "y"] * 12}), 2)
    learner = fit.export(
        fit.build(ground, size(24, ground.plan, ground.device, Net()), ground.folds[:1], ground.device),
        ground,
        [Fold(np.flatnonzero(np.arange(24) % 3 < 2), np.arange(0))],
        "net",
    )
    codes = {name: 2 + place for place, name in enumerate(ground.plan.levels[0].levels)}
    levels = learner.first.levels[0]
    middle = (levels[codes["a"]] + levels[codes["b"]]) / 2
    assert levels[codes["c"]] == pytest.approx(middle) and levels[1] == pytest.approx(middle)


@pytest.mark.parametrize("far", [1, 40])
def test_values_far_out_leave_the_others_apart(far):
    cells = np.concatenate([np.arange(400.0), np.full(far, 1e9)])
    rows = len(cells)
    frame = pd.DataFrame({"x": cells, "plain": np.arange(float(rows)), "y": (["n", "y"] * rows)[:rows]})
    prepared = ground_of(frame, 2).plan
    batch = batches.rows(prepared.encode(frame[["x", "plain"]]), prepared, np.zeros(rows), None, "cpu")
    figures = Columns(prepared, 1, 0, 4.0)(batch.take(torch.arange(rows)[None]))[0].detach().numpy()
    assert np.ptp(figures[:400, 0]) > 1.5 and figures[:400, 0].max() < figures[400:, 0].min() <= 4
    plain = np.arange(float(rows))
    assert figures[:, 1] == pytest.approx((plain - plain.mean()) / plain.std(), abs=1e-5)


@pytest.mark.parametrize("rows", [80, 400])
def test_single_extreme_cells_and_constants_do_no_harm(rows):
    draw = np.random.default_rng(0)
    x = draw.normal(size=rows)
    frame = pd.DataFrame({"x": x, "same": 7.0, "y": np.where(x > 0, "yes", "no")})
    frame.loc[3, "x"], frame.loc[4, "x"] = 1e9, -1e9
    model = fitted(frame, "net")
    said = np.array(model.classes)[model.predict(frame).argmax(axis=1)]
    assert (said == frame["y"])[5:].mean() > 0.95


def test_one_case_in_a_hundred_is_told_by_its_share():
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({"x": draw.normal(size=1500)})
    frame["y"] = np.where(draw.random(1500) < 0.012, "yes", "no")
    shares = fitted(frame, "net", net=Net(epochs=4)).predict(frame)[:, 1]
    assert 0.004 < shares.mean() < 0.03


def test_thousands_of_columns_take_seconds():
    draw = np.random.default_rng(0)
    cells = draw.normal(size=(60, 2_000))
    frame = pd.DataFrame(cells, columns=[f"g{place}" for place in range(2_000)])
    frame["y"] = np.where(cells[:, :20].sum(axis=1) > 0, "yes", "no")
    ground = ground_of(frame, 5)
    with within(30):
        found = fit.fit_net(ground, fit.Turn(time.monotonic() + 60))
    assert np.isfinite(found.answers).all()
