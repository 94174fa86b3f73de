"""Weighed mixes against figures worked out from the groups alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.audits.robustness.mix import AUDIT, weights
from core.audits.robustness.stand import figures, stand
from core.audits.subject import Subject
from core.engines.watch import Silence
from tests.core.audits.handmade import subject
from tests.core.audits.robustness.planted import made, steady
from tests.core.whatif.handmade import chances


def test_weights_make_the_share_and_keep_the_whole() -> None:
    inside = np.arange(100) < 20
    found = weights(inside, 0.9)
    assert found[inside].sum() / found.sum() == pytest.approx(0.9) and found.mean() == pytest.approx(1.0)


def two_sites(n: int = 1_600) -> Subject:
    """The answer is right at site a and drawn by chance at site b, which is a tenth of all."""
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({"x": draw.normal(size=n), "site": np.where(draw.random(n) < 0.15, "b", "a")})
    truth = np.where(frame["site"] == "a", frame["x"] > 0, draw.random(n) < 0.5).astype(int)
    return subject(frame, truth, lambda rows: chances(3 * rows["x"].to_numpy()), features=("x",), sensitive=("site",))


def test_a_site_where_the_model_fails() -> None:
    report = AUDIT.run(two_sites(), Silence())
    assert report.verdict == "difference"
    assert "If cases with site = b made up 90% of all" in report.message.english()


def test_figures_that_hold_anywhere() -> None:
    assert AUDIT.run(made(steady), Silence()).verdict in ("none", "inconclusive")


def test_weighing_is_what_drawing_again_would_give() -> None:
    """Accuracy with a share of 0.9 equals 0.9 of the group's and 0.1 of the others'."""
    one = two_sites()
    place = stand(one)
    inside = (place.rows.frame["site"] == "b").to_numpy()
    right = one.said(place.rows.answer) == place.rows.truth
    counted = weights(inside, 0.9)
    expected = 0.9 * right[inside].mean() + 0.1 * right[~inside].mean()
    assert (counted * right).sum() / counted.sum() == pytest.approx(expected)
    assert figures(one, place.rows.truth, place.rows.answer, counted[None])[0].shape == (1,)


def test_no_groups() -> None:
    frame = pd.DataFrame({"x": np.arange(60.0)})
    why = AUDIT.applies(subject(frame, [0, 1] * 30, lambda rows: chances(rows["x"].to_numpy())))
    assert why is not None


def test_groups_too_small_to_judge_call_for_more_rows() -> None:
    frame = pd.DataFrame({"x": np.arange(24.0), "site": ["a", "b"] * 12})
    truth = [0, 0, 1, 1] * 6
    one = subject(frame, truth, lambda rows: chances(rows["x"].to_numpy()), features=("x",), sensitive=("site",))
    report = AUDIT.run(one, Silence())
    assert report.verdict == "inconclusive"
    assert report.cure is not None and report.cure.english() == "Test on more rows."
