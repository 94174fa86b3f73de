from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from core.data.table import Column, Schema
from core.explain.cuts import plain
from core.explain.readable import copied, meant, points
from core.explain.surrogate import FAITHFUL, surrogate

CLASSES = ("no", "yes")


def schema_of(frame: pd.DataFrame, **columns: Column) -> Schema:
    def column(name: str) -> Column:
        if name in columns:
            return columns[name]
        cells = frame[name]
        if pd.api.types.is_datetime64_any_dtype(cells):
            return Column(name, "date")
        numeric = pd.api.types.is_numeric_dtype(cells)
        return Column(name, "number" if numeric else "category", whole=cells.dtype.kind == "i")

    return Schema(tuple(column(name) for name in frame))


def people(rows: int = 1500, seed: int = 0) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "age": draw.integers(18, 80, rows),
            "income": np.round(np.exp(draw.normal(8, 0.5, rows)), 2),
            "work": pd.Series(draw.choice(["none", "part", "full"], rows), dtype="str"),
            "debt": np.where(draw.random(rows) < 0.15, np.nan, draw.normal(size=rows)),
            "noise": draw.normal(size=rows),
        }
    )


def true_points(frame: pd.DataFrame) -> np.ndarray:
    """A points card over three columns, one of them with missing cells."""
    age = np.select([frame["age"] <= 30, frame["age"] <= 50], [0, 2], 3)
    work = frame["work"].map({"none": 0, "part": 1, "full": 4}).to_numpy()
    debt = np.where(frame["debt"].isna(), 5, np.where(frame["debt"] <= 0, 3, 0))
    return np.asarray(age + work + debt)


def chances(scores: np.ndarray) -> np.ndarray:
    chance = 1 / (1 + np.exp(-scores))
    return np.column_stack([1 - chance, chance])


def test_a_model_that_is_a_points_card_is_told_exactly():
    frame = people()
    found = surrogate(frame, chances(0.6 * true_points(frame) - 3), schema_of(frame), classes=CLASSES)
    assert found.form == "card" and found.readable
    assert found.fidelity.explained > 0.999
    assert found.fidelity.agreement == 1.0
    assert set(found.columns) == {"age", "work", "debt"}
    ages = [line for line in found.lines if line.condition.column == "age"]
    assert [line.condition.message.english() for line in ages] == ["30 or less", "31 to 50", "51 or more"]
    debts = [line.condition.message.english() for line in found.lines if line.condition.column == "debt"]
    assert debts[-1] == "missing" and len(debts) == 3


def test_a_card_gives_every_case_one_line_a_column():
    frame = people()
    found = surrogate(frame, chances(0.6 * true_points(frame) - 3), schema_of(frame), classes=CLASSES)
    odd = people(50, seed=1)
    odd.loc[0, "work"] = "a word never seen"
    odd.loc[1, ["work"]] = None
    odd.loc[2, "age"] = 200
    odd["debt"] = odd["debt"] * 100
    for column in found.columns:
        lines = [line for line in found.lines if line.condition.column == column]
        assert (sum(meant(line.condition, odd[column]).astype(int) for line in lines) == 1).all()
    assert np.isfinite(copied(found, odd)).all()
    assert (points(found, odd) >= 0).all()


def test_sums_mean_chances_that_never_fall():
    frame = people()
    found = surrogate(frame, chances(0.6 * true_points(frame) - 3), schema_of(frame), classes=CLASSES)
    steps = found.steps
    assert all(one.chance <= other.chance for one, other in pairwise(steps))
    assert all(one.high + 1 == other.low for one, other in pairwise(steps))
    assert steps[0].low == 0
    best = {
        column: max(line.points for line in found.lines if line.condition.column == column) for column in found.columns
    }
    assert steps[-1].high == sum(best.values())


def test_a_model_that_is_a_tree_is_told_exactly():
    frame = people()
    full = (frame["work"] == "full").to_numpy()
    number = np.where(frame["age"] <= 40, np.where(full, 10.0, 20.0), np.where(frame["noise"] <= 0.5, 35.0, 70.0))
    found = surrogate(frame, number, schema_of(frame))
    assert found.form == "tree" and found.readable
    assert found.fidelity.explained == pytest.approx(1.0)
    assert found.fidelity.agreement is None
    assert sorted(leaf.values[0] for leaf in found.leaves) == pytest.approx([10, 20, 35, 70])
    young = next(leaf for leaf in found.leaves if leaf.values[0] == pytest.approx(10))
    assert {(one.column, one.message.english()) for one in young.conditions} >= {("work", "full")}
    assert any(one.message.english().startswith("40 or less") for one in young.conditions)


def test_several_classes_are_told_by_a_tree():
    frame = people()
    place = np.select([frame["age"] <= 30, frame["age"] <= 60], [0, 1], 2)
    answers = np.full((len(frame), 3), 0.1)
    answers[np.arange(len(frame)), place] = 0.8
    found = surrogate(frame, answers, schema_of(frame), classes=("a", "b", "c"))
    assert (found.form, found.label) == ("tree", "")
    assert [leaf.label for leaf in found.leaves] == ["a", "b", "c"]
    assert found.fidelity.agreement == 1.0


def parity(frame: pd.DataFrame, columns: list[str]) -> np.ndarray:
    return chances(4 * np.prod(np.sign(frame[columns].to_numpy()), axis=1))


def test_two_columns_that_only_count_together_need_a_tree():
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(draw.choice([-1.0, 1.0], (1200, 2)), columns=["a", "b"])
    found = surrogate(frame, parity(frame, ["a", "b"]), schema_of(frame), classes=CLASSES)
    assert found.form == "tree" and found.fidelity.explained == pytest.approx(1.0)
    forced = surrogate(frame, parity(frame, ["a", "b"]), schema_of(frame), classes=CLASSES, form="card")
    assert not forced.readable


def test_what_is_too_intricate_is_said_to_be_so():
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(1500, 6))).add_prefix("c")
    found = surrogate(frame, parity(frame, list(frame)), schema_of(frame), classes=CLASSES)
    assert not found.readable
    assert found.fidelity.explained < FAITHFUL
    assert found.message.english().startswith("The model is too intricate to be told so simply")


def test_fidelity_is_measured_on_other_rows():
    """Answers drawn by chance can be learned by heart, but not told."""
    frame = people(900)
    noise = np.random.default_rng(1).random(900)
    found = surrogate(frame, np.column_stack([1 - noise, noise]), schema_of(frame), classes=CLASSES)
    assert found.form == "none" or found.fidelity.explained < 0.1


def test_fidelity_by_group_shows_where_the_copy_fails():
    frame = people(3000)
    groups = pd.DataFrame({"sex": np.where(np.arange(3000) % 4 == 0, "f", "m")}, index=frame.index)
    wild = np.random.default_rng(1).normal(size=3000) * 2
    scores = np.where(groups["sex"] == "f", wild, 0.6 * true_points(frame) - 3)
    found = surrogate(frame, chances(scores), schema_of(frame), classes=CLASSES, groups=groups)
    by = {one.group: one for one in found.groups}
    assert by["m"].explained > 0.9 > 0.3 > by["f"].explained
    assert by["m"].n + by["f"].n == found.fidelity.n == 1000


def test_small_groups_are_marked_and_numbers_are_banded():
    frame = people(600)
    groups = pd.DataFrame({"born": frame["age"], "town": ["small"] * 12 + ["large"] * 588})
    found = surrogate(frame, chances(true_points(frame) - 4), schema_of(frame), classes=CLASSES, groups=groups)
    towns = {one.group: one.enough for one in found.groups if one.column == "town"}
    assert towns == {"large": True, "small": False}
    ages = [one for one in found.groups if one.column == "born"]
    assert len(ages) == 4 and all("–" in one.group for one in ages)
    assert sum(one.n for one in ages) == 200


def test_the_cut_off_decides_what_agreement_is():
    frame = people()
    answers = chances(0.6 * true_points(frame) - 3)
    answers[:, 1] *= 0.4
    answers[:, 0] = 1 - answers[:, 1]
    found = surrogate(frame, answers, schema_of(frame), classes=CLASSES, cutoff=0.3, form="tree")
    assert {leaf.label for leaf in found.leaves} == {"no", "yes"}
    assert all((leaf.label == "yes") == (leaf.values[0] >= 0.3) for leaf in found.leaves)
    other = surrogate(frame, answers, schema_of(frame), classes=CLASSES, positive="no")
    assert other.label == "no"
    assert copied(other, frame)[:, 0].mean() == pytest.approx(answers[:, 0].mean(), abs=0.02)


def test_a_constant_model_few_rows_and_texts_have_no_copy():
    frame = people(200)
    constant = surrogate(frame, np.tile([0.7, 0.3], (200, 1)), schema_of(frame), classes=CLASSES)
    assert constant.form == "none" and "same answer" in constant.message.english()
    few = surrogate(frame.iloc[:20], np.arange(20.0), schema_of(frame))
    assert few.form == "none" and "There are 20" in few.message.english()
    texts = pd.DataFrame({"text": pd.Series([f"word {place}" for place in range(200)], dtype="str")})
    only = surrogate(texts, np.arange(200.0), schema_of(texts, text=Column("text", "text")))
    assert only.form == "none" and "texts" in only.message.english()


def test_dates_are_limits_in_words():
    days = np.arange(400) // 10 * 10
    frame = pd.DataFrame({"day": pd.Timestamp("2020-01-01") + pd.to_timedelta(days, unit="D")})
    found = surrogate(frame, np.where(days < 200, 1.0, 5.0), schema_of(frame))
    assert found.fidelity.explained == pytest.approx(1.0)
    high = found.leaves[0].conditions[0].high
    assert date(2020, 7, 9) <= (pd.Timestamp(0) + pd.Timedelta(days=high)).date() < date(2020, 7, 19)
    assert "2020" in found.leaves[0].conditions[0].message.english()


@pytest.mark.parametrize(
    ("low", "high", "wanted"), [(29.0, 31.0, 30.0), (0.1234, 0.2, 0.15), (-7.3, 4.1, 0.0), (1999.2, 2003.0, 2000.0)]
)
def test_limits_take_the_fewest_digits_that_part_the_same_cells(low, high, wanted):
    found = plain(low, high)
    assert low <= found < high
    assert found == pytest.approx(wanted)


def test_whole_numbers_at_the_end_of_a_column_are_told_alone():
    frame = pd.DataFrame({"failures": np.arange(600) % 4})
    schema = Schema((Column("failures", "number", low=0.0, high=3.0, whole=True),))
    told = surrogate(frame, np.array([9.0, 5.0, 2.0, 1.0])[frame["failures"]], schema)
    words = [leaf.conditions[0].message.english() for leaf in told.leaves]
    assert words == ["0", "1", "2", "3"]
    open_ended = surrogate(frame, np.where(frame["failures"] > 1, 1.0, 0.0), schema)
    assert [leaf.conditions[0].message.english() for leaf in open_ended.leaves] == ["1 or less", "2 or more"]
