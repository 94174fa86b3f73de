"""Devices: named for people, overruled by a setting, and out of memory survived."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.learn import device as devices
from core.learn import loop
from core.learn.recipe import Net
from core.settings import Settings
from tests.core.learn.conftest import Told, fitted, mixed_frame


def test_the_processor_is_named_with_its_cores(monkeypatch):
    monkeypatch.setattr(devices, "settings", lambda: Settings(device="cpu"))
    device = devices.choose()
    assert device.kind == "cpu"
    assert device.name.startswith("CPU (") and "core" in device.name


def test_running_out_of_memory_halves_the_batch_and_then_takes_the_processor(monkeypatch):
    batches = []
    real = loop.run

    def starved(net, rows, folds, kind, size, *rest):
        batches.append(size.batch_rows)
        if len(batches) < 3:
            raise torch.cuda.OutOfMemoryError("no room")
        return real(net, rows, folds, kind, size, *rest)

    monkeypatch.setattr(loop, "run", starved)
    model = fitted(mixed_frame(), "net", kinds={"text": "text", "same": "constant"}, net=Net(epochs=2, batch_rows=128))
    assert batches == [128, 64, 128]
    assert len([note for note in model.notes if "out of memory" in note.text]) == 2
    assert np.isfinite(model.predict(mixed_frame(20))).all()


def test_another_error_is_not_taken_for_want_of_memory(monkeypatch):
    def broken(*_):
        raise RuntimeError("a shape is wrong")

    monkeypatch.setattr(loop, "run", broken)
    with pytest.raises(RuntimeError, match="shape"):
        fitted(mixed_frame(), "net", kinds={"text": "text", "same": "constant"})


def test_threads_are_one_for_few_rows_and_given_back():
    before = torch.get_num_threads()
    with devices.threads():
        devices.use_cores(100_000, 3)
        assert torch.get_num_threads() == 3
        devices.use_cores(1_000, 3)
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before


def test_cores_lent_and_taken_back_do_not_change_the_model(monkeypatch):
    monkeypatch.setattr(devices, "SMALL_ROWS", 100)
    lent = iter([2, 1] * 10)
    monkeypatch.setattr(Told, "cores", lambda _: next(lent))
    frame = mixed_frame(400)
    first = fitted(frame, "net", kinds={"text": "text", "same": "constant"}, net=Net(epochs=4))
    monkeypatch.setattr(Told, "cores", lambda _: 1)
    second = fitted(frame, "net", kinds={"text": "text", "same": "constant"}, net=Net(epochs=4))
    assert np.array_equal(first.predict(frame), second.predict(frame))
