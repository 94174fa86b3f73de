"""Pretrained encoders of texts: a tiny one, made here, is read, tuned, kept, and refused where it is broken."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.errors import Problem
from core.learn.encoder import Reader
from core.learn.encoders.source import digest_of
from core.learn.encoders.teach import Lecture, with_encoder
from core.learn.ground import Fold
from core.learn.keep import keep_model, open_model
from core.learn.plan import plan
from core.learn.recipe import Encoder, Recipe
from core.learn.train import train
from tests.core.learn.conftest import Told, table_of, task_of

transformers = pytest.importorskip("transformers", reason="transformers is not installed (make setup-text)")

GOOD, BAD = ("good", "great", "fine", "好"), ("bad", "poor", "late", "坏")
WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "pupil", "bill", "is", "paid", "学", "生", *GOOD, *BAD)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two layers that knows twenty words."""
    import torch

    place = tmp_path_factory.mktemp("encoder")
    (place / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=40, initializer_range=0.3,
    )  # fmt: skip
    transformers.BertModel(config).save_pretrained(place, safe_serialization=True)
    transformers.BertTokenizerFast(str(place / "vocab.txt")).save_pretrained(place)
    return place


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(folder, tmp_path / "copy")


def sentences(rows: int = 120, seed: int = 0) -> pd.DataFrame:
    """Texts whose answer hangs on one of eight words, and a number that says nothing."""
    draw = np.random.default_rng(seed)
    good = draw.random(rows) < 0.5
    words = [str(draw.choice(GOOD if one else BAD)) for one in good]
    fill = draw.choice(["the pupil is", "the bill is", "学生", "paid the bill is"], rows)
    texts = [f"{start} {word}" for start, word in zip(fill, words, strict=True)]
    answers = np.where(good, "yes", "no")
    return pd.DataFrame({"text": pd.Series(texts, dtype="str"), "number": draw.normal(size=rows), "y": answers})


def learned(frame: pd.DataFrame, encoder: Encoder, seconds: float = math.inf, **recipe):
    """A simple model with the encoder."""
    table = table_of(frame, text="text")
    recipe.setdefault("members", ("simple",))
    return train(table, Recipe(task_of(table), encoder=encoder, **recipe), Told(seconds=seconds))[0]


def readied(folder: Path, cells: list[str], tuning: str = "frozen"):
    """A preparation of one text column with the encoder, and what was said."""
    frame, notes = pd.DataFrame({"text": pd.Series(cells, dtype="str")}), []
    table = table_of(frame, text="text")
    half = np.arange(len(cells) // 2)
    lecture = Lecture(frame, np.arange(len(cells)) % 2, None, 2, (Fold(half, half),), 0, Told(), math.inf, 0)
    made, _ = with_encoder(plan(frame, table.schema), Encoder(str(folder), tuning), lecture, notes)
    return made, [note.english() for note in notes]


def vector_of(folder: Path, text: str) -> np.ndarray:
    """The mean of the last states over the tokens, as the library gives it."""
    import torch

    model = transformers.AutoModel.from_pretrained(folder)
    tokens = transformers.AutoTokenizer.from_pretrained(folder)(text, return_tensors="pt")
    with torch.inference_mode():
        return model.eval()(**tokens).last_hidden_state[0].mean(dim=0).numpy()


def test_a_vector_is_the_mean_of_the_last_states(folder):
    made, _ = readied(folder, ["the pupil is good", "the bill is bad", "good"])
    raw = made.reader.raw(["the bill is bad", "the pupil is good"])
    assert raw[0] == pytest.approx(vector_of(folder, "the bill is bad"), abs=1e-5)
    assert raw[1] == pytest.approx(vector_of(folder, "the pupil is good"), abs=1e-5)


def test_vectors_are_standard_over_the_training_rows_and_empty_texts_are_zero(folder):
    made, notes = readied(folder, ["good pupil", "bad pupil", "the bill", "paid late"])
    rows = made.encode(pd.DataFrame({"text": ["good pupil", "bad pupil", "the bill", "paid late", None, " "]}))
    (vectors,) = rows.vectors
    assert vectors[:4].mean(axis=0) == pytest.approx(np.zeros(32), abs=1e-5)
    assert vectors[:4].std(axis=0) == pytest.approx(np.ones(32), abs=1e-4)
    assert not vectors[4:].any()
    assert made.vector_widths == (32,)
    assert "4 different texts" in notes[0]


@pytest.mark.parametrize("cells", [["好 学生", "坏 学生"] * 3, ["good " * 50_000, "bad"] * 3, ["😀", "e"] * 3])
def test_chinese_long_and_strange_texts_are_read(folder, cells):
    made, _ = readied(folder, cells)
    assert np.isfinite(made.encode(pd.DataFrame({"text": cells})).vectors[0]).all()


def test_a_column_without_any_text_is_no_error(folder):
    made, _ = readied(folder, [None] * 6)
    assert not made.encode(pd.DataFrame({"text": [None, "good"]})).vectors[0][0].any()


@pytest.mark.parametrize("tuning", ["frozen", "lora", "full"])
def test_a_kept_model_answers_like_the_one_trained(folder, tmp_path, tuning):
    if tuning == "lora":
        pytest.importorskip("peft", reason="peft is not installed (make setup-text)")
    model = learned(sentences(), Encoder(str(folder), tuning))
    keep_model(model, tmp_path / "model")
    assert {path.suffix for path in (tmp_path / "model").iterdir()} <= {".json", ".safetensors", ".txt"}
    rows, opened = sentences(20, seed=5), open_model(tmp_path / "model")
    assert opened.preparation.reader.tuning == tuning
    assert opened.predict(rows) == pytest.approx(model.predict(rows), abs=1e-4)
    sure = opened.predict(rows).argmax(axis=1) == (rows["y"] == "yes")
    assert sure.mean() > 0.9


@pytest.mark.parametrize("tuning", ["lora", "full"])
def test_tuning_sees_no_answer_of_the_rows_held_back(folder, tuning):
    if tuning == "lora":
        pytest.importorskip("peft", reason="peft is not installed (make setup-text)")
    frame = sentences(80)
    table, truth = table_of(frame[["text"]], text="text"), np.array(frame["y"] == "yes").astype(np.int64)
    folds = (Fold(np.arange(60), np.arange(60, 80)), Fold(np.arange(20, 80), np.arange(20)))
    found = []
    for held in (truth[60:], 1 - truth[60:]):
        answers = np.concatenate([truth[:60], held])
        lecture = Lecture(frame[["text"]], answers, None, 2, folds, 0, Told(), math.inf, 0)
        made, used = with_encoder(plan(frame[["text"]], table.schema), Encoder(str(folder), tuning), lecture, [])
        assert used == folds[:1]
        assert made.reader.tuning == tuning
        found.append(made.encode(frame).vectors[0])
    assert np.array_equal(*found)
    frozen, _ = readied(folder, frame["text"].tolist())
    assert not np.allclose(found[0], frozen.encode(frame).vectors[0], atol=1e-3)


def test_a_replay_takes_the_same_steps(folder):
    frame = sentences(80)
    table = table_of(frame, text="text")
    recipe = Recipe(task_of(table), encoder=Encoder(str(folder), "full"), members=("simple",))
    model, _ = train(table, recipe, Told())
    again, _ = train(table, recipe, Told(), steps=model.steps)
    assert model.steps["encoder"] > 1
    assert np.array_equal(again.predict(frame), model.predict(frame))


def test_where_time_is_short_words_are_used_and_it_is_said(folder):
    model = learned(sentences(), Encoder(str(folder)), seconds=0.0)
    assert model.preparation.reader is None
    assert any("TF-IDF" in note.english() and "would take" in note.english() for note in model.notes)


def test_a_table_without_texts_needs_no_encoder():
    model = learned(sentences().drop(columns="text"), Encoder("nowhere/at-all"))
    assert any("no text column" in note.english() for note in model.notes)


def test_without_the_library_words_are_used_and_it_is_said(monkeypatch):
    import importlib.util

    known = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "transformers" else known(name))
    model = learned(sentences(), Encoder("nowhere/at-all"))
    assert any("make setup-text" in note.english() for note in model.notes)


def test_an_absent_folder_is_said():
    with pytest.raises(Problem, match="no encoder folder"):
        readied(Path("/no/such/folder"), ["a", "b"])


def test_a_hub_out_of_reach_is_said(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(Problem, match="could not be fetched"):
        readied(Path("no-such-owner/no-such-encoder"), ["a", "b"])


def test_a_pickle_is_not_opened(copy):
    (copy / "head.pkl").write_bytes(b"cos\nsystem\n(S'touch hacked'\ntR.")
    with pytest.raises(Problem, match=r"holds head\.pkl"):
        readied(copy, ["a", "b"])


def test_weights_that_are_a_pickle_only_are_not_opened(copy):
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    with pytest.raises(Problem, match=r"pytorch_model\.bin only"):
        readied(copy, ["a", "b"])


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_a_missing_file_is_said(copy, name):
    (copy / name).unlink()
    with pytest.raises(Problem, match=name):
        readied(copy, ["a", "b"])


def test_a_missing_tokenizer_is_said(copy):
    for name in ("tokenizer.json", "vocab.txt"):
        (copy / name).unlink(missing_ok=True)
    with pytest.raises(Problem, match="no tokenizer"):
        readied(copy, ["a", "b"])


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json"])
def test_a_damaged_file_is_said(copy, name):
    (copy / name).write_bytes((copy / name).read_bytes()[:100])
    with pytest.raises(Problem):
        readied(copy, ["a", "b"])


def test_weights_of_another_model_are_said(copy):
    settings = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps({**settings, "num_hidden_layers": 4}))
    with pytest.raises(Problem, match="cannot be used"):
        readied(copy, ["a", "b"])


def test_code_in_the_folder_is_not_run(copy):
    settings = json.loads((copy / "config.json").read_text())
    auto = {"AutoConfig": "evil.Evil", "AutoModel": "evil.Evil"}
    (copy / "config.json").write_text(json.dumps({**settings, "model_type": "evil", "auto_map": auto}))
    (copy / "evil.py").write_text("raise SystemExit('ran')")
    with pytest.raises(Problem, match="cannot be used"):
        readied(copy, ["a", "b"])


def test_a_changed_encoder_is_refused_when_a_kept_model_answers(copy, tmp_path):
    model = learned(sentences(60), Encoder(str(copy)))
    keep_model(model, tmp_path / "model")
    settings = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps({**settings, "layer_norm_eps": 0.5}))
    with pytest.raises(Problem, match="has changed"):
        open_model(tmp_path / "model").predict(sentences(5, seed=1))
    shutil.rmtree(copy)
    with pytest.raises(Problem, match="no encoder folder"):
        open_model(tmp_path / "model").predict(sentences(5, seed=1))


def test_the_digest_names_what_is_read_only(copy):
    before = digest_of(copy)
    (copy / "README.md").write_text("hello")
    assert digest_of(copy) == before
    (copy / "vocab.txt").write_text("other")
    assert digest_of(copy) != before


def test_reading_ends_where_asked(folder):
    made, _ = readied(folder, ["good", "bad"])
    reader = Reader(str(folder), "frozen", made.reader.digest, made.reader.centre, made.reader.spread)
    raw = reader.raw([f"good {place}" for place in range(100)], lambda done: done >= 64)
    assert (np.abs(raw).sum(axis=1) == 0).sum() == 36
