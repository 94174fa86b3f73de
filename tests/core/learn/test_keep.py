"""Models on disk: the same bits, and a changed byte is noticed."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest
from safetensors.numpy import load, save

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


def changed(folder, name, data):
    """A file and its checksum replaced, as somebody would who means it."""
    (folder / name).write_bytes(data)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][name] = hashlib.sha256(data).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_a_reopened_model_answers_bit_for_bit(model, folder):
    rows = mixed_frame(50, seed=5)
    opened = open_model(folder)
    assert np.array_equal(opened.predict(rows), model.predict(rows))
    assert np.array_equal(opened.simple(rows), model.simple(rows))


@pytest.mark.parametrize("name", ["simple", "forest", "trees", "net"])
def test_every_kind_of_member_answers_bit_for_bit(name, tmp_path):
    model = fitted(mixed_frame(), name, kinds={"text": "text", "same": "constant"}, net=Net(epochs=2))
    assert [member.name for member in model.members] == [name]
    keep_model(model, tmp_path / "model")
    rows = mixed_frame(50, seed=5)
    assert np.array_equal(open_model(tmp_path / "model").predict(rows), model.predict(rows))


def test_everything_else_comes_back_too(model, folder):
    opened = open_model(folder)
    for name in ("recipe", "schema", "classes", "cutoff", "prior", "target", "history", "steps", "scores", "notes"):
        assert getattr(opened, name) == getattr(model, name), name
    assert opened.background.equals(model.background)
    assert opened.background.dtypes.equals(model.background.dtypes)


def test_only_json_text_and_safetensors_are_written(folder):
    assert {path.suffix for path in folder.iterdir()} <= {".json", ".safetensors", ".txt"}


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


@pytest.fixture(scope="module")
def wooden():
    return fitted(mixed_frame(120), "trees", "forest", kinds={"text": "text", "same": "constant"})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("left_child=", "left_child=99 "),
        ("split_feature=", "split_feature=-1 "),
        ("leaf_value=", "leaf_value=nan "),
        ("num_leaves=", "num_leaves=9"),
        ("threshold=", "threshold=x "),
        ("Tree=0", "Tree of 0"),
    ],
)
def test_a_manipulated_text_of_trees_is_refused(wooden, tmp_path, before, after):
    keep_model(wooden, tmp_path / "model")
    text = (tmp_path / "model" / "trees.txt").read_text()
    assert before in text
    changed(tmp_path / "model", "trees.txt", text.replace(before, after, 1).encode())
    with pytest.raises(Problem):
        open_model(tmp_path / "model")


@pytest.mark.parametrize("part", ["grown.left", "grown.inputs", "grown.nodes", "grown.values", "bias"])
def test_manipulated_arrays_of_a_forest_are_refused(wooden, tmp_path, part):
    keep_model(wooden, tmp_path / "model")
    arrays = dict(load((tmp_path / "model" / "weights.safetensors").read_bytes()))
    array = arrays[f"forest.{part}"].copy()
    array[0] = 10_000 if array.dtype.kind == "i" else np.nan
    arrays[f"forest.{part}"] = array
    changed(tmp_path / "model", "weights.safetensors", save(arrays))
    with pytest.raises(Problem):
        open_model(tmp_path / "model")


@pytest.mark.parametrize("part", ["simple.first.line", "simple.bias", "preparation.topics.0.components"])
def test_an_array_that_is_gone_or_too_short_is_refused(model, tmp_path, part):
    keep_model(model, tmp_path / "model")
    arrays = dict(load((tmp_path / "model" / "weights.safetensors").read_bytes()))
    whole = arrays.pop(part)
    changed(tmp_path / "model", "weights.safetensors", save(arrays))
    with pytest.raises(Problem):
        open_model(tmp_path / "model")
    if part.startswith("simple"):
        arrays[part] = np.concatenate([whole, whole, whole])
        changed(tmp_path / "model", "weights.safetensors", save(arrays))
        with pytest.raises(Problem):
            open_model(tmp_path / "model")
