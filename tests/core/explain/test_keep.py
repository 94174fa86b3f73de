from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from core.errors import Problem
from core.explain.explanation import Phrase
from core.explain.keep import keep_explanation, open_explanation
from core.explain.shapley import explain


@pytest.fixture
def found(kit):
    rows = kit.rows(4, 3, seed=1)
    rows.iloc[0, 0] = np.nan
    return explain(kit.build([kit.net(3, 2)], kit.rows(64, 3), ("否", "是")), rows)


def test_what_was_kept_comes_back_bit_for_bit(found, tmp_path):
    keep_explanation(found, tmp_path / "explanation")
    again = open_explanation(tmp_path / "explanation")
    for name in ("values", "errors", "base", "predictions", "rows", "numbers"):
        assert np.array_equal(getattr(again, name), getattr(found, name), equal_nan=True), name
        assert getattr(again, name).dtype == getattr(found, name).dtype
    for name in ("columns", "labels", "cells", "method", "seconds", "note"):
        assert getattr(again, name) == getattr(found, name), name


@pytest.mark.parametrize("name", ["explanation.json", "explanation.safetensors"])
@pytest.mark.parametrize("damage", ["absent", "cut"])
def test_a_damaged_folder_is_refused_in_words(found, tmp_path, name, damage):
    keep_explanation(found, tmp_path)
    path = tmp_path / name
    if damage == "absent":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(Problem):
        open_explanation(tmp_path)


def test_numbers_of_another_explanation_are_refused(found, kit, tmp_path):
    keep_explanation(found, tmp_path)
    numbers = (tmp_path / "explanation.safetensors").read_bytes()
    other = explain(kit.build([kit.net(2, 2)], kit.rows(64, 2), ("no", "yes")), kit.rows(4, 2))
    keep_explanation(other, tmp_path)
    (tmp_path / "explanation.safetensors").write_bytes(numbers)
    with pytest.raises(Problem, match="missing or damaged"):
        open_explanation(tmp_path)


def test_phrases_are_kept(found, tmp_path):
    spoken = replace(found, phrases=((Phrase("c0", 0, 4, "逾期 👍", 0.1),), (), (), ()))
    keep_explanation(spoken, tmp_path)
    assert open_explanation(tmp_path).phrases == spoken.phrases


def test_a_folder_from_before_there_were_phrases_still_opens(found, tmp_path):
    keep_explanation(found, tmp_path)
    path = tmp_path / "explanation.json"
    words = msgspec.json.decode(path.read_bytes())
    del words["phrases"]
    path.write_bytes(msgspec.json.encode(words))
    assert open_explanation(tmp_path).phrases == ()


def test_phrases_of_other_rows_are_refused(found, tmp_path):
    keep_explanation(replace(found, phrases=((),)), tmp_path)
    with pytest.raises(Problem, match="missing or damaged"):
        open_explanation(tmp_path)
