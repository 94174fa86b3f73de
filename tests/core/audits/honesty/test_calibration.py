"""Calibration against a line fitted elsewhere, laws that are known, and groups that are planted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.audits.fairness.groups import AUDIT as GROUPS
from core.audits.honesty.calibrated import distance, logistic, straight
from core.audits.honesty.calibration import AUDIT
from core.engines.watch import Silence
from core.words import say
from tests.core.audits.handmade import subject
from tests.core.whatif.handmade import chances, shares


def law(n: int, seed: int, spread: float = 1.5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log-odds, true chances, outcomes."""
    rng = np.random.default_rng(seed)
    score = rng.normal(0, spread, n)
    chance = 1 / (1 + np.exp(-score))
    return score, chance, rng.random(n) < chance


def newton(truth: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logistic regression with an intercept as statsmodels' Logit fits it: coefficients and standard errors."""
    design, beta = np.column_stack([np.ones_like(score), score]), np.zeros(2)
    for _ in range(100):
        fitted = 1 / (1 + np.exp(-design @ beta))
        hessian = design.T @ (design * (fitted * (1 - fitted))[:, None])
        beta = beta + np.linalg.solve(hessian, design.T @ (truth - fitted))
    return beta, np.sqrt(np.diag(np.linalg.inv(hessian)))


@pytest.mark.parametrize("bold", [0.5, 1.0, 3.0])
def test_slope_and_intercept_equal_the_oracle(bold: float) -> None:
    """EX-14: within 1e-6 of a plain Newton fit."""
    score, _, truth = law(400, 3)
    said = 1 / (1 + np.exp(-bold * score - 0.2))
    beta, errors = newton(truth.astype(float), np.log(said / (1 - said)))
    found = logistic(truth, said)
    assert (found.intercept.value, found.slope.value) == pytest.approx(tuple(beta), abs=1e-6)
    assert found.slope.high - found.slope.value == pytest.approx(1.959964 * errors[1], abs=1e-5)


def test_a_perfect_model_has_slope_one() -> None:
    """EX-14: 1.00 within 0.05."""
    _, chance, truth = law(20_000, 1)
    found = logistic(truth, chance)
    assert found.slope.value == pytest.approx(1.0, abs=0.05)
    assert found.intercept.value == pytest.approx(0.0, abs=0.05)


def test_the_interval_of_a_share_stays_between_nothing_and_all() -> None:
    """Of 20 rows none, and of 20 all, came true: Wilson's ends are 0 to 0.161 and 0.839 to 1."""
    truth, said = np.repeat([False, True], 20), np.repeat([0.13, 0.98], 20)
    low, high = distance(truth, said, np.random.default_rng(0)).bins
    assert (low.low, low.high) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert (high.low, high.high) == pytest.approx((0.8389, 1.0), abs=1e-4)


def test_the_line_of_numbers_equals_least_squares() -> None:
    rng = np.random.default_rng(0)
    answer = rng.normal(5, 2, 500)
    truth = 1.0 + 0.7 * answer + rng.normal(0, 1, 500)
    slope, intercept = np.polyfit(answer, truth, 1)
    found = straight(truth, answer)
    assert (found.intercept.value, found.slope.value) == pytest.approx((intercept, slope), abs=1e-9)
    assert found.p is not None and found.p < 1e-6


@pytest.mark.parametrize(("n", "most"), [(200, 0.03), (1_000, 0.012), (5_000, 0.006)])
def test_what_chance_adds_is_taken_away(n: int, most: float) -> None:
    """Of a perfect model: the usual figure is far above 0 with few rows, the corrected one is not."""
    found = [distance(truth, chance, np.random.default_rng(0)) for _, chance, truth in (law(n, s) for s in range(60))]
    assert np.mean([one.error.value for one in found]) < most
    assert np.mean([one.plain for one in found]) > 2.5 * np.mean([one.error.value for one in found])


def test_the_interval_holds_the_true_distance() -> None:
    """95% intervals of a model whose log-odds are three times too bold hold the true distance in 90 to 99 %."""
    score, chance, _ = law(1_000_000, 99)
    bold = 1 / (1 + np.exp(-3 * score))
    order = np.array_split(np.argsort(bold), 10)
    true = float(np.mean([abs((chance - bold)[part].mean()) for part in order]))
    inside = 0
    for seed in range(200):
        score, _, truth = law(1_000, seed)
        error = distance(truth, 1 / (1 + np.exp(-3 * score)), np.random.default_rng(seed)).error
        inside += error.low <= true <= error.high
    assert 0.90 <= inside / 200 <= 0.99


def judged(frame: pd.DataFrame, truth: np.ndarray, bold: float = 1.0, **more):
    looked = subject(frame, truth, lambda rows: chances(bold * rows["x"].to_numpy()), **more)
    return AUDIT.run(looked, Silence())


def test_an_over_confident_model_is_found_and_its_repair_clears_it() -> None:
    """RB-08, the audit's half: log-odds times three are found, the model as it should be is cleared."""
    score, _, truth = law(4_000, 5)
    frame = pd.DataFrame({"x": score})
    bold, sober = judged(frame, truth, 3.0), judged(frame, truth)
    assert (bold.verdict, sober.verdict) == ("difference", "none")
    assert bold.measures[0].value >= 0.05
    assert sober.measures[0].value <= 0.02
    assert "too sure" in bold.message.english()


def test_a_perfect_model_is_seldom_accused() -> None:
    """At most 5 % of 200, with two sensitive columns of no effect."""
    accused = 0
    for seed in range(200):
        score, _, truth = law(600, seed)
        rng = np.random.default_rng(seed)
        frame = pd.DataFrame({"x": score, "sex": rng.choice(["F", "M"], 600), "age": rng.integers(18, 70, 600)})
        accused += judged(frame, truth, sensitive=("sex", "age")).verdict == "difference"
    assert accused / 200 <= 0.05


def test_a_planted_group_is_named_and_a_small_one_is_not_judged() -> None:
    """Where town is B, 25 points more come true than are said; of C there are three people (FA-14)."""
    rng = np.random.default_rng(2)
    n = 1_203
    frame = pd.DataFrame({"x": rng.normal(0, 0.3, n), "town": ["A"] * 900 + ["B"] * 300 + ["C"] * 3})
    truth = rng.random(n) < np.where(frame["town"] == "B", 0.75, 0.5)
    report = judged(frame, truth, sensitive=("town",))
    part = next(one for one in report.parts if one.name == "town")
    assert part.verdict == "difference"
    assert "for “B”, 49.4% was said and 71.7% came true" in part.message.english()
    small = next(row for row in part.sheets[0].rows if row[1].value == 3)
    assert all(cell.pale for cell in small)


def test_names_with_commas_are_told_apart_in_a_list() -> None:
    """Ages cut at their quartiles; nobody of any of them can be judged."""
    frame = pd.DataFrame({"x": np.zeros(160), "age": np.arange(160)})
    part = judged(frame, (np.arange(160) % 40 == 0).astype(int), sensitive=("age",)).parts[1]
    assert "for “≤ 39”, “> 39, ≤ 79”, “> 79, ≤ 119”, and “> 119” there" in part.message.english()
    assert "“≤ 39”、“> 39, ≤ 79”、“> 79, ≤ 119”和“> 119”" in say(part.message, "zh_CN")


@pytest.mark.parametrize(("share", "excess"), [(0.4, 10.0), (0.7, -20.0)])
def test_said_less_came_true_is_positive_where_too_much_is_said(share: float, excess: float) -> None:
    """To everybody of 200 a half is said; 40 or 70 of 100 of either sex came true."""
    truth = np.tile(np.arange(100) < 100 * share, 2).astype(int)
    frame = pd.DataFrame({"x": np.zeros(200), "sex": np.repeat(["F", "M"], 100)})
    report = judged(frame, truth, sensitive=("sex",))
    whole, part = report.parts
    figures = {row[0].text.text: row for row in whole.sheets[0].rows}
    assert 100 * figures["What was said less what came true, on average"][1].value == pytest.approx(excess)
    assert whole.message.facts["lean"].english() == ("too high" if excess > 0 else "too low")
    (sheet,), (picture,) = part.sheets, part.pictures
    assert [one.name.text for one in sheet.heads][4] == "Said less came true"
    assert [100 * row[4].value for row in sheet.rows] == pytest.approx([excess] * 2)
    assert all(row[4].low < row[4].value < row[4].high for row in sheet.rows)
    assert [100 * one.value for one in picture.marks] == pytest.approx([excess] * 2)
    assert picture.axis.english() == "Said less came true, points"
    assert say(picture.axis, "zh_CN") == "所说减去实际发生（百分点）"
    assert [100 * one.value for one in report.measures if one.name == "said_less_seen"] == pytest.approx([excess] * 2)
    assert "verdicts are corrected for all groups" in sheet.note.english()
    assert say(sheet.note, "zh_CN").endswith("区间只针对单个组，结论按所有组校正。")


def test_the_audits_that_tell_how_far_chances_lie_from_what_came_true_agree_in_sign() -> None:
    """Of 100 women 40 and of 200 men 120 came true, where a half is said: 10 points too high, and 10 too low."""
    truth = np.concatenate([np.arange(100) < 40, np.arange(200) < 120]).astype(int)
    frame = pd.DataFrame({"x": np.zeros(300), "sex": np.repeat(["F", "M"], [100, 200])})
    looked = subject(frame, truth, lambda rows: chances(rows["x"].to_numpy()), sensitive=("sex",))
    held = [one for one in AUDIT.run(looked, Silence()).measures if one.name == "said_less_seen"]
    beside = [one for one in GROUPS.run(looked, Silence()).measures if one.name == "calibration_gap"]
    for some in (held, beside):
        assert {one.group: round(100 * one.value, 6) for one in some} == {"sex = F": 10, "sex = M": -10}


@pytest.mark.parametrize(("n", "told"), [(61, "in 3 groups"), (30, "in 1 group"), (400, "in 10 groups")])
def test_the_usual_distance_names_its_groups(n: int, told: str) -> None:
    score, _, truth = law(n, 1)
    rows = judged(pd.DataFrame({"x": score}), truth).parts[0].sheets[0].rows
    assert rows[1][0].text.english() == f"Mean distance as usually told (ECE, {told})"
    assert say(rows[1][0].text, "zh_CN") == f"通常所说的平均差距（ECE，分 {told.split()[1]} 组）"


def towns(*sizes: int):
    """What is said of towns in which it holds, in the audit's words."""
    rng = np.random.default_rng(3)
    n = sum(sizes)
    frame = pd.DataFrame({"x": np.zeros(n), "town": np.repeat(list("ABCDEF")[: len(sizes)], sizes)})
    truth = np.zeros(n, dtype=np.int64)
    start = 0
    for size in sizes:  # half of each came true, as is said
        truth[start + rng.permutation(size)[: size // 2]] = 1
        start += size
    return next(one for one in judged(frame, truth, sensitive=("town",)).parts if one.name == "town")


def test_a_group_that_could_not_be_judged_leaves_the_column_open() -> None:
    few = towns(1_000, 1_000, 6)
    assert few.verdict == "inconclusive"
    assert few.message.english() == "town: for “C” there are too few cases to say whether what is said holds."
    many = towns(1_000, 6, 6, 6, 6, 6).message
    assert "for “B”, “C”, “D”, and 2 more groups there" in many.english()
    assert "town：“B”、“C”、“D”和另外 2 个群体的个案太少" in say(many, "zh_CN")
    # A single name is never hidden behind "1 more".
    assert "for “B”, “C”, “D”, and “E” there" in towns(1_000, 6, 6, 6, 6).message.english()


def test_judged_groups_that_may_be_far_off_are_told_apart_from_unjudged_ones() -> None:
    """Of 60 rows the interval of the gap is 13 points to either side; of 1,000, 3 points."""
    assert towns(1_000, 1_000).verdict == "none"
    wide = towns(1_000, 60)
    assert wide.verdict == "inconclusive"
    assert wide.message.english().startswith("town: no difference beyond chance, but for “B” what came true may still")


def test_several_answers_are_judged_by_the_one_given() -> None:
    """FA-18: three classes, and numbers."""
    rng = np.random.default_rng(0)
    cells = rng.normal(0, 1.5, (3_000, 3))
    true = shares(cells)
    truth = np.array([rng.choice(3, p=row) for row in true])
    frame = pd.DataFrame(cells, columns=list("abc"))
    fair, bold = (
        AUDIT.run(
            subject(frame, truth, lambda r, f=f: shares(f * r.to_numpy()), kind="multiclass", classes=tuple("pqr")),
            Silence(),
        )
        for f in (1.0, 3.0)
    )
    assert (fair.verdict, bold.verdict) == ("none", "difference")


def test_numbers_that_lean_are_found() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(0, 1, 2_000)})
    truth = 10 + 2 * frame["x"].to_numpy() + rng.normal(0, 1, 2_000)
    right = subject(frame, truth, lambda rows: 10 + 2 * rows[["x"]].to_numpy(), kind="regression")
    flat = subject(frame, truth, lambda rows: 10 + 1 * rows[["x"]].to_numpy(), kind="regression")
    assert AUDIT.run(right, Silence()).verdict == "none"
    found = AUDIT.run(flat, Silence())
    assert found.verdict == "difference"
    # Rows with about the same answer are off by the mean of |x|, 0.8 of the goal's unit; its deviation is 2.2.
    assert found.parts[0].message.facts["error"] == pytest.approx(np.sqrt(2 / np.pi), abs=0.05)
    assert found.measures[0].value == pytest.approx(np.sqrt(2 / np.pi) / truth.std(), abs=0.03)
    assert "of a standard deviation" not in found.message.english()


def test_few_rows_are_inconclusive() -> None:
    score, _, truth = law(25, 0)
    assert judged(pd.DataFrame({"x": score}), truth).verdict == "inconclusive"


def test_the_report_is_the_same_again() -> None:
    score, _, truth = law(500, 0)
    frame = pd.DataFrame({"x": score})
    assert replace(judged(frame, truth), seconds=0) == replace(judged(frame, truth), seconds=0)
