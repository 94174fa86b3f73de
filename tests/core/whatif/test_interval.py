"""RB-06 and RB-07: what the truth is likely to be holds it as often as promised, by class and by group."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.whatif.basis import Basis
from core.whatif.interval import intervals, ledger
from tests.core.whatif.handmade import basis, chances
from tests.pace import quickest

LEVEL = 0.9


def of(truth: np.ndarray, said: np.ndarray, groups: pd.DataFrame | None = None, classes=("no", "yes")) -> Basis:
    """A basis whose honest answers are ``said``: (n, n_classes) or (n,)."""
    frame = pd.DataFrame({"x": np.arange(len(truth), dtype=float)})
    bare = basis(frame, lambda rows: chances(rows["x"].to_numpy()) if classes else rows[["x"]].to_numpy(), classes)
    names = [f"p:{label}" for label in classes] or ["prediction"]
    judged = pd.DataFrame(said.reshape(len(truth), -1), columns=names)
    judged.insert(0, "truth", np.array(classes)[truth] if classes else truth)
    judged.insert(0, "set", "test")
    judged.insert(0, "row", np.arange(len(truth)))
    return replace(bare, judged=judged, groups=pd.DataFrame(index=frame.index) if groups is None else groups)


def rows(numbers: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"x": numbers.astype(float)}, index=numbers)


def score(features: np.ndarray, truth: np.ndarray, fitted: np.ndarray, steps: int = 25) -> np.ndarray:
    """Chances of the second class of all rows, by logistic regression (Newton) on those fitted."""
    wide = np.column_stack([np.ones(len(features)), features])
    weights = np.zeros(wide.shape[1])
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-np.clip(wide[fitted] @ weights, -30, 30)))
        slope = wide[fitted].T @ (truth[fitted] - chance) - weights
        bend = (wide[fitted] * (chance * (1 - chance))[:, None]).T @ wide[fitted] + np.eye(len(weights))
        weights = weights + np.linalg.solve(bend, slope)
    return 1 / (1 + np.exp(-np.clip(wide @ weights, -30, 30)))


def coverage(truth: np.ndarray, chance: np.ndarray, sex: np.ndarray, splits: int) -> dict[str, float]:
    """Mean share of truths held, of all new cases, of each class and of each sex, over splits into known and new."""
    held: dict[str, list[float]] = {}
    for seed in range(splits):
        order = np.random.default_rng(seed).permutation(len(truth))
        known, new = order[: len(order) // 2], order[len(order) // 2 :]
        both = np.concatenate([known, new])
        groups = pd.DataFrame({"sex": pd.array(sex[both], dtype="str")})
        said = np.column_stack([1 - chance[both], chance[both]])
        made = of(truth[both], said, groups)
        made = replace(made, judged=made.judged[: len(known)])
        at = np.arange(len(known), len(both))
        found = intervals(made, rows(at), said[at], LEVEL)
        inside = np.array(
            [made.model.classes[truth[row]] in one.labels for row, one in zip(both[at], found, strict=True)]
        )
        held.setdefault("all", []).append(inside.mean())
        for label in (0, 1):
            held.setdefault(f"class {label}", []).append(inside[truth[new] == label].mean())
        for one in set(sex):
            held.setdefault(f"sex {one}", []).append(inside[sex[new] == one].mean())
    return {name: float(np.mean(shares)) for name, shares in held.items()}


def test_classes_and_groups_are_held_as_promised():
    draw = np.random.default_rng(0)
    sex = draw.choice(["f", "m"], 4_000, p=[0.3, 0.7])
    x = draw.normal(size=(4_000, 2)) + (sex == "m")[:, None] * 0.4
    truth = (draw.random(4_000) < 1 / (1 + np.exp(1.2 - 1.5 * x[:, 0] - (sex == "m") * x[:, 1]))).astype(int)
    found = coverage(truth, _chance(x), sex, 12)
    assert 0.89 <= found.pop("all") <= 0.92
    assert all(0.88 <= share <= 0.93 for share in found.values()), found


def _chance(x: np.ndarray) -> np.ndarray:
    """A model that knows nothing of the sexes."""
    return np.asarray(1 / (1 + np.exp(1.0 - 1.3 * x[:, 0] - 0.5 * x[:, 1])))


@pytest.mark.slow
def test_adult_over_fifty_splits(data_dir):
    raw = pd.read_csv(data_dir / "finance" / "adult" / "adult-train.csv", header=None, skipinitialspace=True)
    truth = (raw[14].str.startswith(">")).to_numpy().astype(int)
    wide = pd.get_dummies(raw[[1, 3, 5, 6, 7, 8, 9]]).to_numpy(dtype=float)
    numbers = raw[[0, 4, 12]].to_numpy(dtype=float)
    numbers = (numbers - numbers.mean(axis=0)) / numbers.std(axis=0)
    features = np.column_stack([wide, numbers, numbers**2, np.log1p(raw[[10, 11]].to_numpy(dtype=float))])
    fitted = np.random.default_rng(0).permutation(len(raw))[:16_000]
    others = np.setdiff1d(np.arange(len(raw)), fitted)
    chance = score(features, truth, fitted)[others]
    found = coverage(truth[others], chance, raw[9].to_numpy(dtype=str)[others], 50)
    assert 0.89 <= found.pop("all") <= 0.92
    assert all(0.88 <= share <= 0.93 for share in found.values()), found


def test_diabetes_over_fifty_splits():
    from sklearn.datasets import load_diabetes

    features, truth = load_diabetes(return_X_y=True)
    wide = np.column_stack([np.ones(len(features)), features])
    shares, widths = [], []
    for seed in range(50):
        order = np.random.default_rng(seed).permutation(len(truth))
        fitted, known, new = order[:180], order[180:320], order[320:]
        weights = np.linalg.solve(wide[fitted].T @ wide[fitted] + 0.05 * np.eye(11), wide[fitted].T @ truth[fitted])
        said = wide @ weights
        found = intervals(of(truth[known], said[known], classes=()), rows(new), said[new], LEVEL)
        inside = [one.low <= truth[row] <= one.high for row, one in zip(new, found, strict=True)]
        shares.append(np.mean(inside))
        widths.append(np.mean([one.high - one.low for one in found]))
    assert 0.87 <= np.mean(shares) <= 0.93
    assert 100 < np.mean(widths) < 250  # the truths go from 25 to 346, with a standard deviation of 77


def test_a_range_is_wider_where_errors_are_larger():
    draw = np.random.default_rng(1)
    said = draw.uniform(0, 10, 3_000)
    truth = said + draw.normal(size=3_000) * (0.2 + said / 5)
    made = of(truth, said, classes=())
    low, high = intervals(made, rows(np.array([5_000, 5_001])), np.array([1.0, 9.0]), LEVEL)
    assert high.high - high.low > 2.5 * (low.high - low.low)
    new = draw.uniform(0, 10, 3_000)
    real = new + draw.normal(size=3_000) * (0.2 + new / 5)
    found = intervals(made, rows(np.arange(5_000, 8_000)), new, LEVEL)
    inside = np.array([one.low <= value <= one.high for one, value in zip(found, real, strict=True)])
    assert 0.88 <= inside.mean() <= 0.92
    assert all(0.85 <= inside[(new >= at) & (new < at + 2.5)].mean() <= 0.95 for at in (0, 2.5, 5, 7.5))


def test_the_order_statistic_is_the_one_of_the_books():
    """19 errors 0.01 to 0.19 in each class: at 90 % the ceil(20 * 0.9) = 18th smallest."""
    error = np.tile(np.arange(1, 20) / 100, 2)
    truth = np.repeat([0, 1], 19)
    chance = np.where(truth == 1, 1 - error, error)
    made = of(truth, np.column_stack([1 - chance, chance]))
    assert ledger(made).slices["", ""].limits(LEVEL) == pytest.approx((0.18, 0.18))
    for value, expected in ((0.83, ("yes",)), (0.17, ("no",)), (0.5, ())):
        found = intervals(made, rows(np.array([99])), np.array([[1 - value, value]]), LEVEL)[0]
        assert (found.labels, found.n) == (expected, 38)


def test_too_few_cases_say_that_no_answer_can_be_ruled_out():
    made = of(np.array([0] * 8 + [1] * 20), np.tile([0.9, 0.1], (28, 1)))
    found = intervals(made, rows(np.array([99])), np.array([[0.01, 0.99]]), LEVEL)[0]
    assert "no" in found.labels
    assert "no" in found.note.english()
    bare = of(np.arange(8.0), np.arange(8.0), classes=())
    found = intervals(bare, rows(np.array([99])), np.array([3.0]), LEVEL)[0]
    assert (found.low, found.high, found.n) == (None, None, 8)
    assert "8 cases are" in found.note.english()
    assert intervals(bare, rows(np.array([99])), np.array([3.0]), 0.5)[0].low is not None


def test_a_group_with_enough_cases_is_judged_by_its_own_and_others_say_so():
    draw = np.random.default_rng(2)
    group = np.array(["a"] * 300 + ["b"] * 300 + ["c"] * 20)
    said = draw.normal(size=620)
    truth = said + draw.normal(size=620) * np.where(group == "b", 3.0, 1.0)
    made = of(truth, said, pd.DataFrame({"team": pd.array(group, dtype="str")}), classes=())
    found = intervals(made, rows(np.array([0, 300, 610])), np.zeros(3), LEVEL)
    assert [one.group for one in found] == ["team: a", "team: b", ""]
    assert found[1].high > 2 * found[0].high
    assert found[2].note is not None
    assert found[0].n == 300


def test_the_group_follows_the_changed_cell():
    draw = np.random.default_rng(3)
    group = np.array(["a"] * 200 + ["b"] * 200)
    said = draw.normal(size=400)
    made = of(
        said + draw.normal(size=400) * np.where(group == "b", 3.0, 1.0),
        said,
        pd.DataFrame({"team": pd.array(group, dtype="str")}),
        classes=(),
    )
    case = rows(np.array([0])).assign(team=pd.array(["b"], dtype="str"))
    assert intervals(made, case, np.zeros(1), LEVEL)[0].group == "team: b"


def test_a_range_does_not_leave_what_truths_can_be():
    draw = np.random.default_rng(4)
    truth = np.clip(draw.normal(2, 2, 500), 0, 20)
    found = intervals(of(truth, np.full(500, 2.0), classes=()), rows(np.array([9])), np.array([2.0]), LEVEL)[0]
    assert found.low == 0


def test_a_question_is_answered_in_a_blink():
    draw = np.random.default_rng(5)
    chance = draw.random(20_000)
    truth = (draw.random(20_000) < chance).astype(int)
    made = of(truth, np.column_stack([1 - chance, chance]))
    ledger(made)
    quickest(
        lambda: intervals(made, rows(np.array([3])), np.array([[0.3, 0.7]]), LEVEL), 0.01
    )  # 0.3 ms of an idle core


def test_a_sensitive_column_of_many_numbers_is_judged_by_ranges():
    draw = np.random.default_rng(0)
    age = draw.integers(18, 78, 4_000).astype(float)
    wide = np.where(age < 33, 5.0, 1.0)  # the young are told badly
    said = draw.normal(size=4_000)
    truth = said + wide * draw.normal(size=4_000)
    made = of(truth, said, pd.DataFrame({"age": age}), classes=())
    made = replace(made, judged=made.judged[:2_000])
    new = np.arange(2_000, 4_000)
    found = intervals(made, rows(new), said[new], LEVEL)
    inside = np.array([one.low <= value <= one.high for one, value in zip(found, truth[new], strict=True)])
    assert 0.86 <= inside[age[new] < 33].mean() <= 0.94
    assert 0.86 <= inside[age[new] >= 33].mean() <= 0.94
    assert {one.group for one in found} == {f"age: {name}" for name in ledger(made).bands["age"].names}
    assert intervals(made, rows(np.array([99_999])), said[:1], LEVEL)[0].group == ""  # nothing is known of its age
