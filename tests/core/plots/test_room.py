"""Margins are there before the browser looks: wide enough for the labels, never narrower than a figure asked."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from core.plots.room import room, width
from core.plots.theme import Theme, blank


def figure(**axis: object) -> go.Figure:
    return blank(Theme()).update_yaxes(**axis)


def test_chinese_signs_are_as_wide_as_the_letters_are_high_and_others_narrower() -> None:
    assert width("学习时间", 14) == 4 * 14
    assert width("ill", 14) < width("mmm", 14) < width("学学学", 14)


def test_the_longest_line_counts_and_markup_does_not() -> None:
    assert width("a<br>bbb", 10) == width("bbb", 10)
    assert width("<b>one</b> &lt; two", 10) == width("one < two", 10)
    assert width("", 10) == 0


@pytest.mark.parametrize("points", [14, 18])
def test_labels_that_are_known_fit_beside_the_axis(points: int) -> None:
    drawn = figure(ticktext=["short", "a name of a column"], tickvals=[0, 1], tickfont={"size": points})
    assert room(drawn).layout.margin.l > width("a name of a column", points)
    assert drawn.layout.yaxis.automargin is False


def test_labels_that_are_not_known_are_still_measured_by_the_browser() -> None:
    drawn = room(figure().update_xaxes(ticktext=["one", "two"], tickvals=[0, 1]))
    assert drawn.layout.yaxis.automargin is True
    assert drawn.layout.xaxis.automargin is True  # labels of categories may be turned


def test_very_long_labels_are_left_to_the_browser_which_knows_how_wide_the_screen_is() -> None:
    drawn = room(figure(ticktext=["a name of a column with all of its " * 2], tickvals=[0]))
    assert drawn.layout.margin.l == blank(Theme()).layout.margin.l
    assert drawn.layout.yaxis.automargin is True


def test_a_title_of_two_lines_takes_more_room_than_one() -> None:
    one, two = (room(blank(Theme()).update_xaxes(title_text=text)).layout.margin.b for text in ("a", "a<br>b"))
    assert two > one > room(blank(Theme())).layout.margin.b


def test_an_axis_above_has_its_room_above() -> None:
    drawn = room(blank(Theme()).update_xaxes(side="top", title_text="a<br>b"))
    assert drawn.layout.margin.t > 40 and drawn.layout.margin.b == blank(Theme()).layout.margin.b


def test_what_a_figure_asked_for_stays() -> None:
    drawn = room(figure(visible=False).update_layout(margin={"l": 200, "b": 100}))
    assert (drawn.layout.margin.l, drawn.layout.margin.b) == (200, 100)
    assert room(figure(visible=False)).layout.margin.l == blank(Theme()).layout.margin.l
