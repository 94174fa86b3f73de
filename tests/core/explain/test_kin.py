"""Real cases near another: by hand, and against trying every column of every case."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.explain.kin import distances, kin, nearest, places, related
from tests.core.whatif.handmade import basis, chances

FRAME = pd.DataFrame(
    {
        "age": [20.0, 21.0, 40.0, 60.0, 61.0, np.nan],
        "sex": pd.array(["F", "F", "M", "M", "F", None], dtype="str"),
        "day": pd.to_datetime(["2024-01-01"] * 3 + ["2025-01-01"] * 3).astype("datetime64[us]"),
    },
    index=[10, 11, 12, 13, 14, 15],
)


def kinship(frame: pd.DataFrame = FRAME):
    made = basis(frame, lambda rows: chances(np.nan_to_num(rows.iloc[:, 0].to_numpy(dtype=float)) / 50 - 1))
    return related(made.model, made.frame, made.truth, made.judged[:3])


def test_the_nearest_come_first_and_never_the_case_itself():
    near = kin(kinship(), FRAME[:1])[0]
    assert near[0].row == 11
    assert 10 not in [one.row for one in near]
    assert len(near) == 3
    assert [one.distance for one in near] == sorted(one.distance for one in near)


def test_the_same_cells_in_a_case_of_another_file_are_at_no_distance():
    near = kin(kinship(), FRAME[:1].set_axis([-1]))[0]
    assert near[0].row == 10
    assert near[0].distance == 0
    assert near[0].differs == {}


def test_what_differs_is_told_the_widest_first_as_text():
    case = FRAME[:1].set_axis([-1]).assign(age=21.0, sex=pd.array(["M"], dtype="str"))
    near = {one.row: one for one in kin(kinship(), case)[0]}
    assert near[11].differs == {"sex": ("M", "F")}
    assert list(near[10].differs) == ["sex", "age"]
    assert near[10].differs["age"] == ("21", "20")


def test_what_became_of_them_and_what_the_model_says():
    reference = kinship()
    assert np.isnan(reference.answers[3:]).all()
    near = kin(reference, FRAME.iloc[[4]])[0]
    by_row = {one.row: one for one in near}
    expected = 1 / (1 + np.exp(-(60 / 50 - 1)))
    assert by_row[13].truth == "yes"
    assert by_row[13].values == pytest.approx((1 - expected, expected))


def test_a_missing_cell_is_near_another_missing_one():
    reference = kinship()
    case = FRAME.iloc[[5]].set_axis([-1])
    assert kin(reference, case)[0][0].row == 15
    assert kin(reference, case)[0][0].distance == 0


def test_raw_cells_are_read_first():
    raw = pd.DataFrame({"age": ["21"], "sex": ["F"], "day": ["2024-01-01"]}, index=[-1])
    assert kin(kinship(), raw)[0][0].row == 11


def test_two_usual_cases_are_about_one_apart():
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "a": draw.normal(size=1_000),
            "b": draw.exponential(size=1_000),
            "c": draw.integers(0, 5, 1_000).astype(float),
            "d": pd.array(draw.choice(["x", "y", "z"], 1_000), dtype="str"),
            "e": pd.array(draw.choice(["no", "yes"], 1_000, p=[0.8, 0.2]), dtype="str"),
        }
    )
    reference = kinship(frame)
    placed = places(reference, frame[:100])
    mean = np.mean([distances(reference, placed, at).mean() for at in range(100)])
    assert mean == pytest.approx(1, abs=0.1)


def test_the_nearest_are_those_that_trying_all_finds():
    draw = np.random.default_rng(1)
    frame = pd.DataFrame({"a": draw.normal(size=300), "d": pd.array(draw.choice(["x", "y"], 300), dtype="str")})
    reference = kinship(frame)
    cases = pd.DataFrame(
        {"a": draw.normal(size=5), "d": pd.array(draw.choice(["x", "y"], 5), dtype="str")}, index=-1 - np.arange(5)
    )
    placed = places(reference, cases)
    for at, (found, far) in enumerate(nearest(reference, cases)):
        every = distances(reference, placed, at)
        assert far.tolist() == sorted(every)[:3]
        assert set(found) == set(np.argsort(every)[:3])


def test_one_huge_number_does_not_make_all_others_alike():
    frame = pd.DataFrame({"pay": [*np.arange(1.0, 100.0), 1e9]})
    near = kin(kinship(frame), pd.DataFrame({"pay": [50.2]}, index=[-1]))[0]
    assert {one.row for one in near} == {48, 49, 50}


def test_few_cases_have_few_neighbours():
    two = FRAME[:2]
    assert [len(kin(kinship(two), case)[0]) for case in (two[:1], two[:1].set_axis([-1]))] == [1, 2]
