"""Rows are divided so that the test is honest."""

import numpy as np
import pandas as pd
import pytest

from core.data.split import split
from core.data.task import Goal, Split, Task
from core.errors import Problem
from tests.pace import within


def task(features: tuple[str, ...] = ("x",), **choices: object) -> Task:
    settings = {"kind": "binary", "goal": Goal("y"), "classes": ("no", "yes"), "positive": "yes"} | choices
    return Task(features=features, **settings)  # type: ignore[arg-type]


def frame(n: int = 1000, events: float = 0.3, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {"x": rng.normal(size=n), "y": pd.Series(np.where(np.arange(n) < events * n, "yes", "no"), dtype="str")}
    )


def sides(drawn: Split, n: int) -> np.ndarray:
    """Side per row: 0 train, 1 validation, 2 test, -1 none."""
    side = np.full(n, -1)
    for at, part in enumerate((drawn.train, drawn.validation, drawn.test)):
        assert (side[part] == -1).all()
        assert (np.diff(part) > 0).all()
        side[part] = at
    return side


@pytest.mark.parametrize(
    ("n", "shares"), [(200, (130, 30, 40)), (1000, (600, 200, 200)), (100_000, (80_000, 10_000, 10_000))]
)
def test_shares_by_size(n: int, shares: tuple[int, int, int]) -> None:
    drawn = split(frame(n), task(), 0)
    assert np.abs(np.array([len(drawn.train), len(drawn.validation), len(drawn.test)]) - shares).max() <= 2


def test_every_side_has_the_same_share_of_events() -> None:
    data = frame(1000, 0.05)
    drawn = split(data, task(), 0)
    assert drawn.method == "stratified"
    for part in (drawn.train, drawn.validation, drawn.test):
        assert (data["y"].iloc[part] == "yes").mean() == pytest.approx(0.05, abs=0.006)


def test_the_seed_decides() -> None:
    data = frame()
    first, again, other = (split(data, task(), seed) for seed in (1, 1, 2))
    assert (first.test == again.test).all()
    assert (first.train == again.train).all()
    assert not np.array_equal(first.test, other.test)


def test_rows_without_an_answer_or_of_a_class_left_out_are_in_none() -> None:
    data = frame()
    data.loc[:9, "y"] = np.nan
    data.loc[10:19, "y"] = "maybe"
    assert (sides(split(data, task(), 0), 1000)[:20] == -1).all()
    assert (sides(split(data, task(), 0), 1000)[20:] >= 0).all()


def test_a_class_of_five_stands_on_every_side() -> None:
    data = frame(500)
    data.loc[:4, "y"] = "rare"
    for seed in range(20):
        drawn = split(data, task(kind="multiclass", classes=("no", "rare", "yes"), positive=None), seed)
        assert set(sides(drawn, 500)[:5]) == {0, 1, 2}


def test_twins_stay_on_one_side() -> None:
    data = frame(1200)
    data["x"] = np.arange(1200) % 300
    drawn = split(data, task(), 0)
    side = sides(drawn, 1200)
    assert all(len(set(side[data["x"] == value])) == 1 for value in range(300))
    assert set(side) == {0, 1, 2}
    assert "900" in drawn.why.english()


def test_a_handful_of_patterns_is_drawn_by_rows_and_that_is_said() -> None:
    data = frame(1000)
    data["x"] = np.arange(1000) % 4
    drawn = split(data, task(), 0)
    assert all(set(sides(drawn, 1000)[data["x"] == value]) == {0, 1, 2} for value in range(4))
    assert "only 4 combinations" in drawn.why.english()


def test_dates_beyond_nanoseconds_are_dates() -> None:
    data = frame(200)
    data["day"] = np.array(["1500-01-01", "9999-12-31"], dtype="datetime64[us]")[np.arange(200) % 2]
    drawn = split(data, task(("x", "day"), time="day"), 0)
    assert set(data["day"].iloc[drawn.test].dt.year) == {9999}


def test_groups_stay_on_one_side() -> None:
    data = frame(2000)
    data["who"] = np.random.default_rng(3).integers(0, 300, 2000)
    drawn = split(data, task(group="who"), 0)
    side = sides(drawn, 2000)
    assert drawn.method == "grouped"
    assert all(len(set(side[data["who"] == one])) <= 1 for one in range(300))
    assert abs((side == 2).mean() - 0.2) < 0.03
    assert "who" in drawn.why.english()


def test_rows_without_a_group_are_each_their_own() -> None:
    data = frame(1000)
    data["who"] = pd.Series([None] * 500 + [f"p{n // 5}" for n in range(500)], dtype="str")
    side = sides(split(data, task(group="who"), 0), 1000)
    assert set(side[:500]) == {0, 1, 2}


def test_groups_and_their_twins_stay_together() -> None:
    data = frame(600)
    data["who"] = np.arange(600) // 2
    data.loc[1, "x"] = data.loc[2, "x"]
    for seed in range(10):
        assert len(set(sides(split(data, task(group="who"), seed), 600)[:4])) == 1


def test_twins_that_would_chain_all_groups_give_way_and_that_is_said() -> None:
    data = frame(600)
    data["who"] = np.arange(600) // 3
    data["x"] = np.random.default_rng(0).integers(0, 40, 600)
    drawn = split(data, task(group="who"), 0)
    assert all(len(set(sides(drawn, 600)[3 * one : 3 * one + 3])) == 1 for one in range(200))
    assert "may stand on two sides" in drawn.why.english()


def test_the_latest_rows_are_the_test_and_ties_stay_together() -> None:
    data = frame(1000)
    data = data.sample(frac=1, random_state=0).reset_index(drop=True)
    data["day"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(1000) // 7, unit="D")
    drawn = split(data, task(time="day"), 0)
    assert drawn.method == "time"
    day = data["day"].to_numpy()
    assert day[drawn.train].max() < day[drawn.validation].min()
    assert day[drawn.validation].max() < day[drawn.test].min()
    assert len(drawn.test) == pytest.approx(200, abs=7)


def test_a_row_without_a_time_counts_as_early() -> None:
    data = frame(500).sample(frac=1, random_state=0).reset_index(drop=True)
    data["year"] = np.repeat(np.arange(2000.0, 2010.0), 50)
    data.loc[[100, 499], "year"] = np.nan
    drawn = split(data, task(time="year"), 0)
    assert {100, 499} <= set(drawn.train)
    assert "2 rows have no year" in drawn.why.english()


def test_with_two_moments_the_validation_is_drawn_from_the_earlier() -> None:
    data = frame(1000).sample(frac=1, random_state=0).reset_index(drop=True)
    data["year"] = np.repeat([2020, 2021], [700, 300])
    drawn = split(data, task(time="year"), 0)
    assert (drawn.test >= 700).all()
    assert len(drawn.test) == 300
    assert 100 < len(drawn.validation) < 250


def test_a_twin_from_before_goes_with_the_later_one() -> None:
    data = frame(1000).sample(frac=1, random_state=0).reset_index(drop=True)
    data["day"] = np.arange(1000)
    data.loc[0, "x"] = data.loc[999, "x"]
    assert {0, 999} <= set(split(data, task(time="day"), 0).test)


def test_amounts_are_drawn_from_every_band() -> None:
    data = pd.DataFrame({"x": np.arange(1000), "y": np.sort(np.random.default_rng(0).normal(size=1000))})
    drawn = split(data, task(kind="regression", classes=(), positive=None), 0)
    assert ((drawn.test < 200).sum(), (drawn.test >= 800).sum()) == (40, 40)


@pytest.mark.parametrize(
    ("change", "choices"),
    [
        (lambda data: data.assign(year=2020), {"time": "year"}),
        (lambda data: data.assign(who=np.arange(1000) % 2), {"group": "who"}),
        (lambda data: data.assign(day=np.where(data["y"] == "yes", 2, 1)), {"time": "day"}),
    ],
)
def test_what_cannot_be_divided_is_refused(change: object, choices: dict[str, str]) -> None:
    with pytest.raises(Problem):
        split(change(frame(1000)), task(**choices), 0)  # type: ignore[operator,arg-type]


def test_a_million_rows_take_seconds() -> None:
    n = 1_000_000
    rng = np.random.default_rng(0)
    data = pd.DataFrame({f"x{at}": rng.normal(size=n) for at in range(5)})
    data["k"] = pd.Series(rng.choice(["a", "b", "c"], n), dtype="str")
    data["y"] = pd.Series(rng.choice(["no", "yes"], n), dtype="str")
    data["who"] = rng.integers(0, 200_000, n)
    features = ("x0", "x1", "x2", "x3", "x4", "k")
    with within(3):
        drawn = split(data, task(features, group="who"), 0)
    assert len(drawn.test) == pytest.approx(100_000, rel=0.02)


def test_forty_one_diseases_in_304_patterns(data_dir: object) -> None:
    data = pd.read_csv(data_dir / "medicine" / "symptom_disease_41" / "Training.csv").iloc[:, :133]  # type: ignore[operator]
    data = data.rename(columns={"prognosis": "y"})
    features = tuple(name for name in data.columns if name != "y")
    asked = task(features, kind="multiclass", classes=tuple(sorted(data["y"].unique())), positive=None)
    drawn = split(data, asked, 0)
    pattern = data[list(features)].astype(str).agg("".join, axis=1)
    assert not set(pattern[drawn.train]) & set(pattern[drawn.test])
    assert not set(pattern[drawn.train]) & set(pattern[drawn.validation])
    assert len(set(data["y"][drawn.train])) == 41


@pytest.mark.parametrize("seed", range(12))
def test_of_a_few_large_groups_most_rows_are_trained_on(seed: int) -> None:
    data = frame(600).assign(ward=np.repeat(["a", "b", "c", "d"], [100, 130, 170, 200]), y=["yes", "no"] * 300)
    drawn = split(data, task(group="ward"), seed)
    assert len(drawn.train) >= max(len(drawn.validation), len(drawn.test))


@pytest.mark.parametrize("n", [30, 200, 3_000])
def test_in_turns_every_row_is_held_back_once_and_folds_are_even(n: int) -> None:
    data = frame(n)
    plain, drawn = split(data, task(), 0), split(data, task(), 0, folds=5)
    assert drawn.folds is not None
    assert len(drawn.validation) == 0
    assert (drawn.test == plain.test).all()
    assert np.array_equal(drawn.train, np.union1d(plain.train, plain.validation))
    counts = np.bincount(drawn.folds, minlength=5)
    assert counts.max() - counts.min() <= 2
    events = np.bincount(drawn.folds, weights=data["y"].iloc[drawn.train] == "yes", minlength=5)
    assert events.max() - events.min() <= 1


def test_in_turns_groups_and_twins_stay_in_one_fold() -> None:
    rng = np.random.default_rng(0)
    data = frame(600).assign(who=rng.integers(0, 60, 600).astype(str))
    data["x"] = data["who"].astype(float)
    drawn = split(data, task(group="who"), 0, folds=5)
    assert drawn.folds is not None
    assert (
        pd.DataFrame({"who": data["who"].iloc[drawn.train], "f": drawn.folds}).groupby("who")["f"].nunique().max() == 1
    )
    assert np.bincount(drawn.folds).min() > 0.6 * len(drawn.train) / 5


def test_a_class_of_two_still_leaves_one_to_learn_from() -> None:
    data = frame(200, 0.0)
    data.loc[:3, "y"] = "yes"
    drawn = split(data, task(), 0, folds=5)
    assert drawn.folds is not None
    with_event = drawn.folds[(data["y"].iloc[drawn.train] == "yes").to_numpy()]
    assert len(np.unique(with_event)) == len(with_event)


def test_with_time_or_many_rows_nothing_takes_turns() -> None:
    dated = frame(300).sample(frac=1, random_state=0, ignore_index=True)
    dated["t"] = pd.date_range("2020-01-01", periods=300)
    assert split(dated, task(time="t"), 0, folds=5).folds is None
    assert split(frame(26_000), task(), 0, folds=5).folds is None


def test_a_test_decided_elsewhere_is_kept_and_the_rest_is_divided() -> None:
    data, test = frame(1000), np.arange(0, 1000, 4)
    drawn = split(data, task(), 0, test=test)
    assert np.array_equal(drawn.test, test)
    assert len(drawn.train) + len(drawn.validation) == 750
    assert len(drawn.validation) == pytest.approx(187, abs=3)
    assert len(split(data, task(), 0, folds=5, test=test).train) == 750
