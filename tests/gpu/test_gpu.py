"""Training on a GPU: it is used, it learns the same things, and running out of its memory is survived."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

torch = pytest.importorskip("torch")

from core.learn import device as devices  # noqa: E402
from core.learn.nets import fit  # noqa: E402
from core.learn.recipe import Net, Recipe  # noqa: E402
from core.learn.size import size  # noqa: E402
from core.learn.train import train  # noqa: E402
from core.settings import Settings  # noqa: E402
from tests.core.learn.conftest import Told, mixed_frame, table_of, task_of  # noqa: E402
from tests.core.learn.test_learner import ground_of  # noqa: E402

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device on this machine"),
]


def learned(frame: pd.DataFrame, **kinds):
    table = table_of(frame, **kinds)
    return train(table, Recipe(task_of(table), members=("net",), net=Net(epochs=20)), Told())[0]


def xor(rows: int) -> pd.DataFrame:
    draw = np.random.default_rng(0)
    a, b = draw.choice([-1.0, 1.0], rows), draw.choice([-1.0, 1.0], rows)
    return pd.DataFrame({"a": a, "b": b, "y": np.where(a * b > 0, "yes", "no")})


def test_the_gpu_is_chosen_and_named():
    device = devices.choose()
    assert device.kind == "cuda" and device.name


def test_the_processor_can_be_asked_for(monkeypatch):
    monkeypatch.setattr(devices, "settings", lambda: Settings(device="cpu"))
    assert devices.choose().kind == "cpu"


@pytest.mark.parametrize("rows", [1_000, 30_000])
def test_xor_is_learned_in_half_precision(rows):
    frame = xor(rows)
    model = learned(frame)
    said = np.array(model.classes)[model.predict(frame.head(500)).argmax(axis=1)]
    assert (said == frame["y"].head(500)).mean() > 0.99
    assert model.environment["device"] == "cuda"


def test_every_kind_of_column_is_learned():
    frame = mixed_frame(600)
    assert np.isfinite(learned(frame, text="text", same="constant").predict(frame)).all()


def test_the_same_run_gives_the_identical_model():
    first, second = (learned(xor(3_000)) for _ in range(2))
    assert np.array_equal(first.members[0].first.mix, second.members[0].first.mix)


def test_large_nets_are_taken_and_answer_on_the_processor():
    frame = xor(3_000)
    model = learned(frame)
    member = model.members[0]
    assert member.packs == 5 * 32 and member.width == 5 * 32 * 256
    alone = model.predict(frame.iloc[[7]])
    assert np.abs(alone - model.predict(frame.head(9))[7]).max() < 1e-12


def test_a_run_cut_short_is_replayed():
    table = table_of(xor(1_000))
    recipe = Recipe(task_of(table), members=("net",))
    cut = train(table, recipe, Told(stop_after=3))[0]
    again = train(table, recipe, Told(), steps=cut.steps)[0]
    assert np.array_equal(cut.predict(table.frame), again.predict(table.frame))


def test_rows_held_back_teach_their_fold_nothing():
    weights = []
    for change in (0, 1):
        frame = xor(1_000)
        ground = ground_of(frame, 2)
        truth = ground.rows.truth.copy()
        truth[ground.folds[0].check] ^= change
        ground = replace(ground, rows=replace(ground.rows, truth=truth), device=devices.choose())
        chosen = replace(size(1_000, ground.plan, ground.device, Net()), epochs=1)
        with devices.seeded(0, ground.device):
            net = fit.build(ground, chosen, ground.folds, ground.device)
            fit.course(net, ground, chosen, ground.folds, fit.Turn())
        weights.append(net.mix.weight.detach().cpu())
    assert torch.equal(weights[0][0], weights[1][0])
    assert not torch.equal(weights[0][1], weights[1][1])


@pytest.mark.parametrize("disturbed", [{"noise": 0.1, "masking": 0.1, "mixup": 0.4}, {"attack": "pgd"}])
def test_batches_are_disturbed_on_the_device(disturbed):
    table = table_of(mixed_frame(600), text="text", same="constant")
    recipe = Recipe(task_of(table), members=("net",), net=Net(epochs=3, **disturbed))
    assert np.isfinite(train(table, recipe, Told())[0].predict(table.frame)).all()
