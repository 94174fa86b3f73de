"""The samples are what they say: real, or made up by a law that can be looked up."""

import numpy as np
import pandas as pd
import pytest

from core.data.samples import sample, truth
from core.domains import domains
from core.domains.recognise import likely, recognise

SHAPES = {"breast_cancer": (569, 31), "students": (2_000, 15), "loans": (5_000, 15)}
MADE_UP = ("students", "loans")


@pytest.mark.parametrize("key", SHAPES)
def test_a_sample_is_a_frame_of_strings(key: str) -> None:
    frame, source, _ = sample(key)
    assert frame.shape == SHAPES[key]
    assert {str(kind) for kind in frame.dtypes} == {"str"}
    assert (source.format, source.rows, len(source.preview)) == ("sample", len(frame), 8)


@pytest.mark.parametrize(
    ("key", "start"), [("breast_cancer", "af399a019264"), ("students", "e11d9252c7ca"), ("loans", "b84a01b3aa0c")]
)
def test_a_sample_is_the_same_everywhere(key: str, start: str) -> None:
    assert sample(key)[1].sha256.startswith(start)


def test_a_sample_that_is_changed_is_still_whole_for_the_next() -> None:
    frame = sample("students")[0]
    frame.loc[:, "Sex"] = "x"
    assert set(sample("students")[0]["Sex"]) == {"female", "male"}


def test_an_unknown_sample_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(ValueError, match="students"):
        sample("teachers")
    with pytest.raises(ValueError, match="students"):
        truth("breast_cancer")


@pytest.mark.parametrize("key", SHAPES)
def test_made_up_data_says_so(key: str) -> None:
    assert ("made_up" in [one.code for one in sample(key)[2]]) == (key in MADE_UP)


@pytest.mark.parametrize("key", MADE_UP)
def test_the_outcome_follows_the_true_chance(key: str) -> None:
    frame, known = sample(key)[0], truth(key)
    chance = known.probability(frame)
    happened = (frame[known.target] == known.event).to_numpy()
    assert set(frame[known.target]) == {known.event, known.other}
    assert happened.mean() == pytest.approx(chance.mean(), abs=0.02)
    for part in np.array_split(np.argsort(chance), 5):
        spread = 3 * np.sqrt((chance[part] * (1 - chance[part])).sum()) / len(part)
        assert happened[part].mean() == pytest.approx(chance[part].mean(), abs=spread)


@pytest.mark.parametrize("key", MADE_UP)
def test_effects_and_intercept_make_the_chance(key: str) -> None:
    frame, known = sample(key)[0].head(200), truth(key)
    odds = known.intercept + known.effects(frame).sum(axis=1)
    assert np.allclose(known.probability(frame), 1 / (1 + np.exp(-odds)))
    assert list(known.effects(frame).columns) == list(known.columns)


def test_the_law_on_one_student() -> None:
    row = pd.DataFrame(
        {
            "Attendance": [0.78], "Homework hours per week": [4.8], "Previous grade": [62], "Failed courses": [0.4],
            "Travel minutes": [24], "Parents' education": ["primary"], "Extra support": ["no"],
            "Teacher's remark": ["A diligent child."],
        }
    )  # fmt: skip
    known = truth("students")
    expected = known.intercept + 0.1 * 7.0 + 0.5 - 1.2
    assert known.probability(row)[0] == pytest.approx(1 / (1 + np.exp(-expected)))


def test_a_missing_cell_has_no_effect() -> None:
    frame = sample("students")[0]
    effects = truth("students").effects(frame)
    assert (effects["Homework hours per week"][frame["Homework hours per week"].isna()] == 0).all()
    assert (effects["Parents' education"][frame["Parents' education"].isna()] == 0).all()


@pytest.mark.parametrize("key", MADE_UP)
def test_a_made_up_sample_has_what_a_demonstration_needs(key: str) -> None:
    frame = sample(key)[0]
    assert frame.isna().sum().sum() > 100
    assert "Sex" in frame
    assert "Sex" not in truth(key).columns
    assert max(frame[name].str.split().str.len().mean() for name in frame) > 8


def test_every_sample_of_a_field_can_be_asked_its_question() -> None:
    for field in domains().values():
        for one in field.samples:
            frame = sample(one.key)[0]
            assert one.goal in frame
            assert set(one.sensitive) <= set(frame.columns)
            assert one.made_up == (one.key in MADE_UP)
            assert likely(one.goal, field) is not None
            assert all(recognise(name, field) is not None for name in frame.columns)
