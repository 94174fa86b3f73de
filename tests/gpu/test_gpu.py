"""Training on a GPU: it is used, it learns the same things, and running out of its memory is survived."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

torch = pytest.importorskip("torch")

from core.learn import device as devices  # noqa: E402
from core.learn.recipe import Net, Recipe  # noqa: E402
from core.learn.train import train  # noqa: E402
from core.settings import Settings  # noqa: E402
from tests.core.learn.conftest import Told, mixed_frame, table_of, task_of  # noqa: E402

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device on this machine"),
]


def learned(frame: pd.DataFrame, **kinds):
    table = table_of(frame, **kinds)
    return train(table, Recipe(task_of(table), members=("torch_mlp",), net=Net(epochs=20)), Told())[0]


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
    assert np.array_equal(first.members[0].first.line, second.members[0].first.line)
