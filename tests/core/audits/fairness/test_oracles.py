"""Every figure beside fairlearn's own metrics and AIF360's formulas (written out here by their definitions)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fairlearn import metrics as fair
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as learn

from core.audits.audit import Cell
from core.audits.fairness.abroca import abroca
from core.audits.fairness.figures import lines
from core.audits.fairness.groups import beside, part
from core.audits.fairness.seen import Seen
from core.audits.fairness.tally import Tally, between, equalized_odds, figure, odds, spread, tally
from tests.core.audits.fairness import real

NEAR = 1e-9
FAIRLEARN = {
    "selection_rate": fair.selection_rate,
    "recall": fair.true_positive_rate,
    "miss_rate": fair.false_negative_rate,
    "false_alarm_rate": fair.false_positive_rate,
    "specificity": fair.true_negative_rate,
    "accuracy": learn.accuracy_score,
}


def reference(truth: np.ndarray, named: np.ndarray) -> dict[str, float | None]:
    """AIF360's BinaryLabelDatasetMetric and ClassificationMetric of one group; None where a share is of nothing."""
    hits, misses = float(np.sum(truth & named)), float(np.sum(truth & ~named))
    alarms, passes = float(np.sum(~truth & named)), float(np.sum(~truth & ~named))
    n = hits + misses + alarms + passes

    def share(part: float, whole: float) -> float | None:
        return part / whole if whole else None

    recall, specificity = share(hits, hits + misses), share(passes, passes + alarms)
    return {
        "base_rate": share(hits + misses, n),
        "selection_rate": share(hits + alarms, n),
        "recall": recall,
        "miss_rate": share(misses, hits + misses),
        "false_alarm_rate": share(alarms, alarms + passes),
        "specificity": specificity,
        "precision": share(hits, hits + alarms),
        "false_discovery_rate": share(alarms, hits + alarms),
        "negative_predictive_value": share(passes, passes + misses),
        "false_omission_rate": share(misses, passes + misses),
        "accuracy": share(hits + passes, n),
        "error_rate": share(misses + alarms, n),
        "balanced_accuracy": None if recall is None or specificity is None else (recall + specificity) / 2,
        "f1": share(2 * hits, 2 * hits + misses + alarms),
    }


def compare(truth: np.ndarray, named: np.ndarray, codes: np.ndarray) -> None:
    groups = int(codes.max()) + 1
    counts = tally(truth, named, codes, groups)
    for place in range(groups):
        for name, expected in reference(truth[codes == place], named[codes == place]).items():
            found = figure(counts, name, place).value
            assert (found is None) == (expected is None), name
            assert found is None or found == pytest.approx(expected, abs=NEAR), name
    within(counts, truth, named, codes)


def within(counts: Tally, truth: np.ndarray, named: np.ndarray, codes: np.ndarray) -> None:
    """By group and between groups: fairlearn's, where it is defined in every group."""
    oracle = fair.MetricFrame(metrics=FAIRLEARN, y_true=truth, y_pred=named, sensitive_features=codes)
    for name in FAIRLEARN:
        for place in oracle.by_group.index:
            found = figure(counts, name, place).value
            assert found is None or found == pytest.approx(oracle.by_group[name][place], abs=NEAR)
    apart, over = oracle.difference(), oracle.ratio()
    difference, ratio = spread(counts, "selection_rate")
    assert difference == pytest.approx(apart["selection_rate"], abs=NEAR)
    assert ratio is None or ratio == pytest.approx(over["selection_rate"], abs=NEAR)
    both = [0 < truth[codes == place].sum() < (codes == place).sum() for place in range(int(codes.max()) + 1)]
    if all(both):
        assert spread(counts, "recall")[0] == pytest.approx(apart["recall"], abs=NEAR)
        assert equalized_odds(counts) == pytest.approx(max(apart["recall"], apart["false_alarm_rate"]), abs=NEAR)
        if len(both) == 2:
            alarms = between(counts, "false_alarm_rate", 0, 1)[0]
            recall = between(counts, "recall", 0, 1)[0]
            expected = (alarms + recall) / 2, (abs(alarms) + abs(recall)) / 2
            assert odds(counts, 0, 1) == pytest.approx(expected, abs=NEAR)


def named_by_fairlearn(counts: Tally, truth: np.ndarray, named: np.ndarray, codes: np.ndarray) -> None:
    """The figures that fairlearn has a name for."""
    data = {"y_true": truth, "y_pred": named, "sensitive_features": codes}
    difference, ratio = spread(counts, "selection_rate")
    assert difference == pytest.approx(fair.demographic_parity_difference(**data), abs=NEAR)
    assert ratio == pytest.approx(fair.demographic_parity_ratio(**data), abs=NEAR)
    assert spread(counts, "recall")[0] == pytest.approx(fair.equal_opportunity_difference(**data), abs=NEAR)
    assert equalized_odds(counts) == pytest.approx(fair.equalized_odds_difference(**data), abs=NEAR)


@st.composite
def tables(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n = draw(st.integers(2, 60))
    groups = draw(st.integers(2, min(4, n)))
    bits = st.lists(st.booleans(), min_size=n, max_size=n)
    codes = np.array(draw(st.lists(st.integers(0, groups - 1), min_size=n, max_size=n)))
    codes[:groups] = np.arange(groups)
    return np.array(draw(bits)), np.array(draw(bits)), codes


@settings(max_examples=50, deadline=None, derandomize=True)
@given(tables())
def test_random_tables(table: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    """FA-05."""
    compare(*table)


@pytest.mark.parametrize("name", ["adult", "german", "compas"])
def test_real_tables(name: str, data_dir: Path) -> None:
    """FA-05: predictions by a rule of one column."""
    if name == "adult":
        frame = real.adult(data_dir)
        truth, named, by = real.rich(frame), frame["education-num"].to_numpy() >= 13, frame["race"]
    elif name == "german":
        frame = real.german(data_dir)
        truth, named = frame["default"].to_numpy() == 1, frame["duration_in_month"].to_numpy() > 24
        by = frame["personal_status_sex"]
    else:
        frame = real.compas(data_dir)
        truth, named = frame["two_year_recid"].to_numpy() == 1, frame["decile_score"].to_numpy() >= 5
        by = frame["race"]
    codes = real.divided(by).codes
    compare(truth, named, codes)
    named_by_fairlearn(tally(truth, named, codes, int(codes.max()) + 1), truth, named, codes)


def test_what_is_not_defined_is_a_dash() -> None:
    """FA-05: a share of nothing is None in measures and "–" on the page, never 0 or NaN."""
    truth, named = np.array([True, True, False, False]), np.array([False, False, True, False])
    division = real.divided(pd.Series(["a", "a", "b", "b"], name="g"))
    rows = Seen("binary", ("yes",), truth, named)
    (found,) = beside(rows, [division])
    precision = found.lines.figures["precision"][real.place(division, "a")]
    assert (precision.value, precision.low, precision.high) == (None, None, None)
    cells = [cell for sheet in part(rows, found).sheets for row in sheet.rows for cell in row]
    assert Cell(None, pale=True) in cells
    assert not [cell for cell in cells if cell.value is not None and np.isnan(cell.value)]


def test_macro_means_are_scikit_learns() -> None:
    """FA-18: three classes, every one present in each group."""
    rng = np.random.default_rng(3)
    truth, said = rng.integers(0, 3, 300), rng.integers(0, 3, 300)
    division = real.divided(pd.Series(np.where(np.arange(300) % 2, "a", "b"), name="g"))
    found = lines(Seen("multiclass", ("x", "y", "z"), truth, said), division)
    for place in range(2):
        mine = division.codes == place
        options = {"average": "macro", "zero_division": 0}
        recall = learn.recall_score(truth[mine], said[mine], **options)
        precision = learn.precision_score(truth[mine], said[mine], **options)
        assert found.figures["macro_recall"][place].value == pytest.approx(recall, abs=NEAR)
        assert found.figures["macro_precision"][place].value == pytest.approx(precision, abs=NEAR)
        alarms = [np.mean(said[mine & (truth != label)] == label) for label in range(3)]
        assert found.figures["macro_false_alarm_rate"][place].value == pytest.approx(np.mean(alarms), abs=NEAR)


@pytest.mark.parametrize("seed", range(6))
def test_area_between_curves(seed: int) -> None:
    """FA-19: beside trapezoids on a dense grid; curves that cross, and chances with ties."""
    rng = np.random.default_rng(seed)
    truth, inside = rng.random(400) < 0.4, rng.random(400) < 0.5
    chance = np.where(inside, truth * 0.4, truth * 0.1) + rng.normal(0, 0.3, 400)
    if seed % 2:
        chance = chance.round(1)
    grid = np.linspace(0, 1, 200_001)
    curves = [
        np.interp(grid, *learn.roc_curve(truth[some], chance[some], drop_intermediate=False)[:2])
        for some in (inside, ~inside)
    ]
    expected = np.trapezoid(np.abs(curves[0] - curves[1]), grid)
    assert abroca(truth, chance, inside) == pytest.approx(expected, abs=1e-3)
    assert expected > 0.02


def test_no_area_without_both_outcomes() -> None:
    truth, inside = np.array([True, True, False, True]), np.array([True, True, False, False])
    assert abroca(truth, np.linspace(0, 1, 4), inside) is None


def test_errors_of_numbers() -> None:
    """FA-18: too high by 2 in one group, by turns too high and too low by 1 in the other."""
    truth = np.zeros(80)
    said = np.concatenate([np.full(40, 2.0), np.tile([1.0, -1.0], 20)])
    division = real.divided(pd.Series(["a"] * 40 + ["b"] * 40, name="g"))
    found = lines(Seen("regression", (), truth + np.arange(80), said + np.arange(80)), division)
    a, b = real.place(division, "a"), real.place(division, "b")
    assert [found.figures["mae"][at].value for at in (a, b)] == pytest.approx([2.0, 1.0])
    assert [found.figures["bias"][at].value for at in (a, b)] == pytest.approx([2.0, 0.0])
    assert [found.figures["too_high"][at].value for at in (a, b)] == pytest.approx([1.0, 0.5])
