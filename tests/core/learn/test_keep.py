"""Models on disk: the same bits, and a changed byte is noticed."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import Problem
from core.learn.keep import keep_model, open_model
from core.learn.recipe import Net
from tests.core.learn.conftest import fitted, mixed_frame


@pytest.fixture(scope="module")
def model():
    return fitted(mixed_frame(), kinds={"text": "text", "same": "constant"}, net=Net(epochs=3))


@pytest.fixture
def folder(model, tmp_path):
    keep_model(model, tmp_path / "model")
    return tmp_path / "model"


def test_a_reopened_model_answers_bit_for_bit(model, folder):
    rows = mixed_frame(50, seed=5)
    opened = open_model(folder)
    assert np.array_equal(opened.predict(rows), model.predict(rows))
    assert np.array_equal(opened.simple(rows), model.simple(rows))


def test_everything_else_comes_back_too(model, folder):
    opened = open_model(folder)
    for name in ("recipe", "schema", "classes", "cutoff", "prior", "target", "history", "steps", "scores", "notes"):
        assert getattr(opened, name) == getattr(model, name), name
    assert opened.background.equals(model.background)
    assert opened.background.dtypes.equals(model.background.dtypes)


def test_only_json_and_safetensors_are_written(folder):
    assert {path.suffix for path in folder.iterdir()} == {".json", ".safetensors"}


@pytest.mark.parametrize("name", ["weights.safetensors", "model.json", "preparation.json", "background.json"])
def test_a_flipped_byte_is_noticed(folder, name):
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(bytes(data))
    with pytest.raises(Problem) as caught:
        open_model(folder)
    assert name in str(caught.value)


def test_a_model_without_its_manifest_is_none(folder):
    (folder / "manifest.json").unlink()
    with pytest.raises(Problem):
        open_model(folder)
