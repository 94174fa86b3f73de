"""Disturbances keep what must be kept, a planted weakness is found, a steady model is left in peace."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.audits.audit import Measure, Report
from core.audits.robustness import disturb
from core.audits.robustness.envelope import Borne, envelope
from core.audits.robustness.limits import AUDIT as LIMITS
from core.audits.robustness.limits import _said, borne
from core.audits.robustness.stand import Toll, judged, stand, toll
from core.audits.robustness.stress import AUDIT, MISSING, Curve, Kind
from core.data.table import Column
from core.engines.watch import Silence
from core.learn.evaluation import Estimate
from core.words import Message
from tests.core.audits.handmade import subject
from tests.core.audits.robustness.planted import brittle, drawn, made, steady, table
from tests.core.whatif.handmade import chances


def test_noise_is_as_large_as_asked_and_leaves_whole_numbers_whole() -> None:
    one = made(steady)
    frame, columns = one.test.frame, [column for column in one.schema.columns if column.kind == "number"]
    spread = disturb.deviations(one.model, frame, columns)
    moved = disturb.noisy(one.model, frame, spread, 0.25, np.random.default_rng(0))
    assert (moved["strong"] - frame["strong"]).std() == pytest.approx(0.25 * spread["strong"], rel=0.1)
    assert (moved["count"] % 1 == 0).all() and (moved["count"] != frame["count"]).mean() > 0.5
    for name in ("strong", "weak", "count"):
        assert frame[name].min() <= moved[name].min() and moved[name].max() <= frame[name].max()
    assert moved["level"].equals(frame["level"])


def test_missing_cells_stay_missing_under_noise() -> None:
    frame = pd.DataFrame({"x": [1.0, np.nan, 3.0, 4.0]})
    one = subject(frame, [0, 1, 0, 1], lambda rows: chances(rows["x"].fillna(0).to_numpy()))
    moved = disturb.noisy(one.model, frame, {"x": 1.0}, 1.0, np.random.default_rng(0))
    assert moved["x"].isna().tolist() == [False, True, False, False]


def test_shares_of_cells_are_as_asked() -> None:
    frame = table(4_000)
    columns = [Column("level", "category"), Column("weak", "number")]
    gone = disturb.emptied(frame, columns, 0.2, np.random.default_rng(0))
    assert gone[["level", "weak"]].isna().mean().tolist() == pytest.approx([0.2, 0.2], abs=0.02)
    new = disturb.strange(frame, columns[:1], 0.1, np.random.default_rng(0))
    assert (new["level"] == disturb.UNSEEN).mean() == pytest.approx(0.1, abs=0.02)
    slips = disturb.mistyped(frame, columns[:1], 0.05, np.random.default_rng(0))
    assert 0.03 < (slips["level"] != frame["level"]).mean() <= 0.06


def test_chinese_words_are_mistyped_too() -> None:
    text = "患者头痛三天，伴有恶心和呕吐，无发热。"
    slipped = disturb.slipped_words(text, 0.3, np.random.default_rng(1))
    assert slipped != text and sorted(slipped) == sorted(text)


def test_the_loss_is_the_difference_of_the_measure_on_the_same_rows() -> None:
    """Answers turned upside down: AUC a becomes 1 - a, so that 2a - 1 is lost."""
    one = made(steady)
    place = stand(one)
    found = toll(place, [place.rows.answer[:, ::-1]])
    assert found.loss.value == pytest.approx(2 * place.main[0] - 1, abs=1e-5)
    assert found.loss.low is not None and found.loss.low > 0.3
    nothing = toll(place, [place.rows.answer])
    assert (nothing.loss, nothing.changed) == (Estimate(0.0, 0.0, 0.0), 0.0)


def test_verdicts_by_interval() -> None:
    place = stand(made(steady))
    sure = Toll(0.8, Estimate(0.03, 0.02, 0.04), 0.005, 0.8, 0.1)
    within = Toll(0.8, Estimate(0.002, -0.002, 0.006), 0.002, 0.8, 0.1)
    unknown = Toll(0.8, Estimate(0.012, -0.01, 0.03), 0.01, 0.8, 0.1)
    assert judged(place, [sure, within, unknown], [0.01] * 3) == ["difference", "none", "inconclusive"]


def test_a_brittle_model_breaks_by_noise_first() -> None:
    report = AUDIT.run(made(brittle), Silence())
    assert report.verdict == "difference" and "What breaks first: noise" in report.message.english()
    assert report.cure is not None
    noise = report.parts[0]
    assert noise.verdict == "difference"
    assert len(noise.sheets[0].rows) == 5 and len(noise.pictures[0].marks) == 6


def test_too_few_rows_are_said_to_be() -> None:
    report = AUDIT.run(made(steady, 24), Silence())
    assert report.verdict == "inconclusive"


def test_columns_that_do_nothing_cost_nothing() -> None:
    frame = table(2_000)

    def formula(rows: pd.DataFrame) -> np.ndarray:
        return chances(2 * rows["level"].map({"low": -1, "high": 1}).fillna(0).to_numpy(float))

    report = AUDIT.run(subject(frame, drawn(formula(frame), 1), formula), Silence())
    verdicts = {part.name.text: part.verdict for part in report.parts}  # type: ignore[union-attr]
    assert verdicts["Noise on numbers"] == "none" and verdicts["Missing values"] == "difference"


def test_nothing_to_disturb() -> None:
    days = pd.DataFrame({"day": pd.date_range("2020-01-01", periods=60)})
    one = subject(days, [0, 1] * 30, lambda rows: chances(np.zeros(len(rows))))
    assert AUDIT.applies(one) is None  # cells of dates can be missing
    assert [part.name.text for part in AUDIT.run(one, Silence()).parts] == ["Missing values"]  # type: ignore[union-attr]


def test_limits_are_kept_and_read_again() -> None:
    one = made(steady)
    AUDIT.run(one, Silence())
    report = LIMITS.run(one, Silence())
    found = envelope(report)
    assert found == one.held["limits"]
    ranges = {each.column: (each.low, each.high) for each in found.ranges}
    assert ranges["count"] == (0, 49)
    assert [(each.column, each.levels) for each in found.known] == [("level", 3)]
    assert {each.kind for each in found.borne} == {"noise", "missing", "typing", "unseen"}
    assert found.rows == 1_500
    assert report.parts[0].message.english().startswith("3 columns of numbers: outside the range")
    assert report.parts[0].sheets[0].note == Message("Of {n:count} cases learned from.", {"n": 1_500})


def loads(*points: tuple[float, float], kind: Kind = MISSING) -> Curve:
    """Losses and the upper ends of their intervals, in points, level by level."""
    tolls = [Toll(0.8, Estimate(one / 100, -0.01, high / 100), 0.005, 0.8, 0.1) for one, high in points]
    return Curve(replace(kind, levels=kind.levels[: len(points)]), tuple(tolls))


def test_borne_is_what_chance_does_not_undo() -> None:
    """5% surely, 10% as measured: there up to 2.1 points may be lost."""
    curve = loads((0.1, 0.5), (0.4, 2.1), (2.5, 4.0))
    assert (borne(curve), borne(curve, sure=False)) == (0.05, 0.1)


@pytest.mark.parametrize(
    ("missing", "noise", "said"),
    [
        ((0.2, 0.2), (1.0, 1.0), "It bears up to 20% of the cells missing and noise of up to 1 times"),
        ((0.0, 0.5), (0.0, 1.0), "As measured, no more than two points of order (ROC AUC) are lost with up to 50% of"),
        ((0.2, 0.5), (0.0, 1.0), "It bears up to 20% of the cells missing before more than two points"),
        ((0.0, 0.0), (0.0, 0.0), "Even with 5% of the cells missing and noise of 0.05 times"),
        ((0.2, 0.5), (0.0, 0.0), "With noise of 0.05 times the standard deviation of each number, more are lost"),
    ],
)
def test_what_is_borne_in_words(missing: tuple[float, float], noise: tuple[float, float], said: str) -> None:
    loads = [Borne("missing", missing[0], 0.5, missing[1]), Borne("noise", noise[0], 1.0, noise[1])]
    told = _said(made(steady), loads).english()
    assert said in told
    assert ("chance allows more" in told) == any(sure == 0 and most > 0 for sure, most in (missing, noise))


def test_limits_of_an_earlier_version_are_read() -> None:
    """They were measured alone, and one figure was kept."""
    kept = Measure("borne", "missing", 0.5, 0.0, 0.5)
    report = Report("limits", "robustness", "none", Message("x"), measures=(kept,))
    assert envelope(report).borne == (Borne("missing", 0.5, 0.5, 0.5),)


def test_dates_are_named_where_there_are_some() -> None:
    days = pd.DataFrame({"day": pd.date_range("2020-01-01", periods=60)})
    ranges = LIMITS.run(subject(days, [0, 1] * 30, lambda rows: chances(np.zeros(len(rows)))), Silence()).parts[0]
    assert ranges.message.english().startswith("1 column of numbers and dates: outside the range")
    assert "days since 1970" in ranges.sheets[0].note.english()


@pytest.fixture(scope="module")
def adult(data_dir):  # type: ignore[no-untyped-def]
    """The net hardened as for RB-02: what a person can change is moved by a quarter of a deviation."""
    from benchmarks import hardening

    if not (data_dir / "finance/adult").is_dir():
        pytest.skip("the Adult data set is absent")
    return hardening.tested(hardening.adult(), hardening.hardened(), 0)


def drop(one, change) -> float:  # type: ignore[no-untyped-def]
    """Mean loss of right answers, of three draws."""
    draws = [np.random.default_rng(seed) for seed in range(3)]
    return one.accuracy(one.rows) - float(np.mean([one.accuracy(change(one.rows, draw)) for draw in draws]))


@pytest.mark.slow
@pytest.mark.timeout(1_200)
def test_noise_and_missing_cells_cost_little_on_adult(adult) -> None:  # type: ignore[no-untyped-def]
    """RB-04: noise of a quarter of a deviation at most 1 point, a fifth of all cells missing at most 1.5."""
    cells = adult.model.schema.columns
    numbers = [one for one in cells if one.kind == "number"]
    spread = disturb.deviations(adult.model, adult.learned, numbers)
    assert drop(adult, lambda rows, draw: disturb.noisy(adult.model, rows, spread, 0.25, draw)) <= 0.010
    assert drop(adult, lambda rows, draw: disturb.emptied(rows, cells, 0.2, draw)) <= 0.015
