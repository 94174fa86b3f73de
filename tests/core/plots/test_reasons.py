"""Figures of one column changed alone, and of columns that work together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.explain.curve import Curve
from core.explain.pairs import Pairs
from core.plots import reasons as plots
from core.plots.explain import Scale
from core.plots.theme import LIGHT, Theme
from core.words import Message

THEME = Theme()
CHANCE = Scale(chance=True)


def curve() -> Curve:
    """A number with three values and missing; two cases; no case is near the last value."""
    lines = np.array([[0.1, 0.2, 0.3, 0.5], [0.3, 0.4, 0.5, 0.7]])
    mean = lines.mean(axis=0)
    return Curve(
        column="hours <b>",
        label="yes",
        kind="number",
        cells=(1.0, 2.0, 10.0, None),
        numbers=np.array([1.0, 2.0, 10.0, np.nan]),
        mean=mean,
        low=mean - 0.05,
        high=mean + 0.05,
        counts=np.array([3, 4, 0, 1]),
        lines=lines,
        rows=np.array([0, 1]),
        own=np.array([1.0, np.nan]),
        answers=np.array([0.1, 0.7]),
        n=2,
        total=2,
        centred=False,
        note=Message("Mean over all {n:count} cases.", {"n": 2}),
    )


def test_the_mean_is_drawn_in_percent_and_guesses_are_hollow() -> None:
    figure = plots.curve(curve(), THEME, CHANCE)
    mean = figure.data[2]
    assert list(mean.y) == pytest.approx([20, 30, 40])
    assert list(mean.marker.color) == [LIGHT.main, LIGHT.main, LIGHT.paper]
    assert mean.customdata[0] == "1: 20%"


def test_missing_stands_apart_and_is_named() -> None:
    figure = plots.curve(curve(), THEME, CHANCE)
    assert figure.data[3].x[0] > 10
    assert figure.data[3].y[0] == pytest.approx(60)
    assert [one.text for one in figure.layout.annotations] == ["missing"]


def test_single_cases_are_one_trace_with_gaps() -> None:
    lines = plots.curve(curve(), THEME, CHANCE).data[0]
    assert np.isnan(lines.y).tolist() == [False, False, False, True] * 2
    assert lines.y[4] == pytest.approx(30)


def test_names_are_shown_literally() -> None:
    assert plots.curve(curve(), THEME).layout.xaxis.title.text == "hours &lt;b&gt;"


def test_dates_lie_on_a_calendar() -> None:
    dated = replace(
        curve(),
        kind="date",
        cells=("2024-01-01", "2024-01-02", "2024-03-01", None),
        numbers=np.array([19723.0, 19724.0, 19783.0, np.nan]),
    )
    assert str(plots.curve(dated, THEME).data[2].x[0]).startswith("2024-01-01")


def test_categories_stand_side_by_side() -> None:
    named = replace(curve(), kind="category", cells=("a", "b", "c", None), numbers=np.array([0.0, 1.0, 2.0, np.nan]))
    figure = plots.curve(named, THEME)
    assert list(figure.layout.xaxis.ticktext) == ["a", "b", "c", "missing"]
    assert len(figure.data) == 2


def test_a_column_with_one_value_is_drawn() -> None:
    one = replace(
        curve(),
        cells=(1.0,),
        numbers=np.ones(1),
        mean=np.ones(1),
        low=np.ones(1),
        high=np.ones(1),
        counts=np.ones(1, dtype=int),
        lines=np.ones((2, 1)),
    )
    assert len(plots.curve(one, THEME).data) == 2


def test_pairs_come_by_size_and_once() -> None:
    values = np.array([[[0, 0.1, -0.4], [0.1, 0, 0], [-0.4, 0, 0]], [[0, 0.1, 0.2], [0.1, 0, 0], [0.2, 0, 0]]])
    made = plots.joined(Pairs(("a", "b", "c"), np.arange(2), values))
    assert [(one, other) for one, other, _, _ in made] == [("a", "c"), ("a", "b"), ("b", "c")]
    assert made[0][2:] == (pytest.approx(0.3), pytest.approx(-0.1))
    assert list(plots.together(made, THEME, CHANCE).data[0].x) == pytest.approx([30, 10, 0])


def test_a_single_column_has_no_pair() -> None:
    assert plots.joined(Pairs(("a",), np.arange(1), np.zeros((1, 1, 1)))) == []
