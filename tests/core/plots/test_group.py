"""Figures of groups: what they draw is what they were given."""

from __future__ import annotations

import numpy as np
import pytest

from core.learn.evaluation import Estimate
from core.plots import group as plots
from core.plots.explain import Scale
from core.plots.theme import DARK, LIGHT, Theme
from core.whatif.shift import Heat, Part, Pull, Shift

CHANCE = Scale(chance=True)
LIGHTLY, DARKLY = Theme(), Theme(language="zh_CN", dark=True)


def moved(change: Estimate, label: str = "yes") -> Shift:
    return Shift(label, 300, 280, Estimate(75.8, 66, 86), Estimate(75.8 + (change.value or 0), 60, 90), change)


def test_points_carry_their_rows_and_a_loop_can_be_drawn() -> None:
    rows = np.array([7, 3, 9])
    figure = plots.cases(
        rows,
        plots.Axis("sex <b>", np.array(["F", "M", "F"], dtype=object)),
        plots.Axis("Chance", np.array([0.1, 0.2, 0.9]), percent=True),
        LIGHTLY,
        np.array([True, False, True]),
    )
    trace = figure.data[0]
    assert [row[0] for row in trace.customdata] == [7, 3, 9]
    assert list(trace.y) == [0.1, 0.2, 0.9]
    assert np.round(trace.x).tolist() == [0, 1, 0]  # the most frequent first
    assert list(figure.layout.xaxis.ticktext) == ["F", "M"]
    assert figure.layout.xaxis.title.text == "sex &lt;b&gt;"
    assert list(trace.marker.color) == [LIGHT.main, LIGHT.second, LIGHT.main]
    assert figure.layout.dragmode == "lasso"


def test_missing_words_have_a_place_of_their_own() -> None:
    axis = plots.Axis("x", np.array(["", "a", "a"], dtype=object))
    figure = plots.cases(np.arange(3), axis, plots.Axis("y", np.arange(3.0)), LIGHTLY)
    assert list(figure.layout.xaxis.ticktext) == ["a", "missing"]


def test_dates_keep_their_own_axis() -> None:
    days = np.array(["2024-01-01", "NaT", "2024-02-01"], dtype="datetime64[us]")
    figure = plots.cases(np.arange(3), plots.Axis("came", days), plots.Axis("y", np.arange(3.0)), LIGHTLY)
    assert np.datetime64(figure.data[0].x[0]) == days[0]


@pytest.mark.parametrize(("value", "colour"), [(4.7, LIGHT.raises), (-4.7, LIGHT.lowers)])
def test_a_total_shows_before_after_and_the_interval_of_the_change(value: float, colour: str) -> None:
    figure = plots.totals(moved(Estimate(value, value - 1.5, value + 1.5)), LIGHTLY)
    marks = figure.data[1]
    assert list(marks.x) == pytest.approx([75.8, 75.8 + value])
    assert list(marks.error_x.array) == pytest.approx([0, 1.5])
    assert list(marks.error_x.arrayminus) == pytest.approx([0, 1.5])
    assert marks.marker.color[1] == colour
    assert figure.layout.xaxis.title.text == "Cases of “yes” to be expected"


def test_numbers_are_drawn_as_means_with_their_unit() -> None:
    figure = plots.totals(moved(Estimate(30.0, 15, 60), label=""), LIGHTLY, unit="points")
    assert figure.layout.xaxis.title.text == "Mean answer in the group (points)"
    assert list(figure.data[1].x) == pytest.approx([75.8 / 300, 105.8 / 300])
    assert list(figure.data[1].error_x.array) == pytest.approx([0, 0.1])


def test_groups_with_few_cases_are_grey() -> None:
    parts = [
        Part("sex", "F", 100, 0.3, 0.4, Estimate(0.1, 0.05, 0.15)),
        Part("sex", "M", 100, 0.3, 0.2, Estimate(-0.1, -0.15, -0.05)),
        Part("sex", "X", 100, 0.3, 0.31, Estimate(0.01, -0.02, 0.03)),
        Part("sex", "", 12, 0.3, 0.9, Estimate(0.6)),
    ]
    figure = plots.groups(parts, LIGHTLY, CHANCE)
    trace = figure.data[0]
    assert list(trace.x) == pytest.approx([10, -10, 1, 60])
    assert list(trace.marker.color) == [LIGHT.raises, LIGHT.lowers, LIGHT.quiet, LIGHT.second]
    assert figure.layout.yaxis.ticktext[3] == "sex: missing (n = 12)"
    assert plots.widest(parts) == (parts[1], parts[0])
    assert plots.widest(parts[3:]) is None


def test_a_grid_lies_the_right_way_round_and_guesses_are_crossed() -> None:
    found = Heat(("a", "b"), ((1.0, 2.0), ("x", "y", "z")), ((0.1, 0.2, 0.3), (0.4, 0.5, 0.6)), ((5, 0, 1), (2, 3, 0)))
    figure = plots.heat(found, LIGHTLY, CHANCE)
    grid, guesses, crosses = figure.data
    np.testing.assert_allclose(grid.z, [[10, 40], [np.nan, 50], [30, np.nan]])
    np.testing.assert_allclose(guesses.z, [[np.nan, np.nan], [20, np.nan], [np.nan, 60]])
    assert (grid.zmin, grid.zmax) == (guesses.zmin, guesses.zmax) == pytest.approx((10, 60))
    assert grid.text[0][1] == "40%"
    assert list(figure.layout.xaxis.ticktext) == ["1", "2"]
    assert list(figure.layout.yaxis.ticktext) == ["x", "y", "z"]
    assert list(zip(crosses.x, crosses.y, strict=True)) == [(0, 1), (1, 2)]


def test_a_pull_goes_from_end_to_end_blue_below_the_mean_and_orange_above() -> None:
    pulls = [
        Pull("a", 1.0, 9.0, 0.2, 0.7, 0.5),
        Pull("b", "x", "y", 0.6, 0.45, 0.5),
        Pull("c", "p", "q", 0.3, 0.4, 0.5),
        Pull("d", "p", "q", 0.8, 0.6, 0.5),
    ]
    figure = plots.tornado(pulls, DARKLY, CHANCE)
    below, above, left, right = figure.data
    assert list(below.base) == pytest.approx([20, 45, 30, 60])
    assert list(below.x) == pytest.approx([30, 5, 10, 0])
    assert list(above.base) == pytest.approx([50, 50, 40, 60])
    assert list(above.x) == pytest.approx([20, 10, 0, 20])
    assert (below.marker.color, above.marker.color) == (DARK.lowers, DARK.raises)
    assert [text.strip() for text in left.text] == ["1", "y", "p", "q"]
    assert [text.strip() for text in right.text] == ["9", "x", "q", "p"]
    assert figure.layout.xaxis.range[0] < 20
    assert figure.layout.xaxis.range[1] > 80


def test_only_the_widest_are_drawn_unless_asked() -> None:
    pulls = [Pull(f"c{place}", 0.0, 1.0, 0.0, 1.0, 0.5) for place in range(40)]
    assert len(plots.tornado(pulls, LIGHTLY, Scale()).data[0].x) == 15
    assert len(plots.tornado(pulls, LIGHTLY, Scale(), 40).data[0].x) == 40


def test_of_very_many_groups_whole_columns_that_part_most_are_drawn() -> None:
    few = [Part("place", f"f{at}", 2, 0.3, 0.9, Estimate(0.6)) for at in range(40)]
    alike = [Part("job", f"j{at}", 100, 0.3, 0.3, Estimate(0.5)) for at in range(20)]
    apart = [Part("sex", name, 100, 0.3, 0.3, Estimate(value)) for name, value in (("F", 0.1), ("M", 0.4))]
    wide = [Part("school", f"s{at}", 100, 0.3, 0.3, Estimate(at / 100)) for at in range(10)]
    drawn = plots.told([*few, *alike, *apart, *wide])
    assert [part.group for part in drawn] == ["F", "M", *(f"s{at}" for at in range(10))]
    assert plots.told(few[:24]) == tuple(few[:24])
    assert len(plots.told(few)) == 24
