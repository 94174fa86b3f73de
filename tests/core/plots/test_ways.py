"""The figure of ways: it begins at the case, ends at the answers, and says where the aim is."""

from __future__ import annotations

import pytest

from core.plots.explain import Scale
from core.plots.theme import LIGHT, Theme
from core.plots.ways import Reach, reached

THEME = Theme()
WAYS = [Reach("Way 1", 0.4, "hours"), Reach("Way 2", 0.8, "school")]


def test_each_way_goes_from_the_case_to_its_answer() -> None:
    drawn = reached(WAYS, 0.6, [0.5], THEME, Scale(chance=True))
    assert [list(line.x) for line in drawn.data] == [[60, 40], [60, 80]]
    assert [line.line.color for line in drawn.data] == [LIGHT.lowers, LIGHT.raises]
    assert drawn.layout.shapes[0].x0 == 50
    low, high = drawn.layout.xaxis.range
    assert low < 40 and high > 80


def test_no_tick_stands_beyond_what_a_chance_can_be() -> None:
    drawn = reached([Reach("Way 1", 0.02, "a")], 0.95, [0.1], THEME, Scale(chance=True))
    assert drawn.layout.xaxis.range[0] < 0
    assert drawn.layout.xaxis.range[1] > 100
    assert min(drawn.layout.xaxis.tickvals) == 0
    assert max(drawn.layout.xaxis.tickvals) <= 100


def test_names_are_shown_as_they_are_written() -> None:
    drawn = reached([Reach("Way 1", 2.0, "<b>x</b>")], 1.0, [], THEME)
    assert "&lt;b&gt;" in drawn.data[0].customdata[1]
    assert not drawn.layout.shapes


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_way_that_moves_nothing_is_still_drawn(language: str) -> None:
    drawn = reached([Reach("Way 1", 1.0, "a")], 1.0, [2.0, 3.0], Theme(language))
    assert len(drawn.data) == 1 and len(drawn.layout.shapes) == 2
