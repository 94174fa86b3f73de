"""Figures of columns, from profiles alone."""

from __future__ import annotations

from core.data.table import Column, Profile
from core.plots.data import LEVELS, column, drawable
from core.plots.theme import Theme

THEME = Theme()


def test_a_histogram_shows_the_counts_of_the_profile() -> None:
    profile = Profile(0, 9, quantiles=(0, 0, 1, 2, 3, 4, 4), edges=(0.0, 2.0, 4.0), counts=(3, 6))
    figure = column(Column("hours", "number", unit="h"), profile, THEME)
    assert list(figure.data[0].y) == [3, 6]
    assert list(figure.data[0].x) == [1.0, 3.0]
    assert figure.layout.xaxis.title.text == "hours (h)"
    assert [note.text for note in figure.layout.annotations] == ["median 2"]


def test_dates_lie_on_a_calendar() -> None:
    figure = column(Column("day", "date"), Profile(0, 2, edges=(0.0, 2.0), counts=(2,)), THEME)
    assert figure.data[0].x[0].startswith("1970-01-02")
    assert figure.data[0].text[0] == "1970-01-01 to 1970-01-03"


def test_categories_that_do_not_fit_are_one_bar() -> None:
    names = tuple(f"level {place}" for place in range(20))
    profile = Profile(missing=5, distinct=30, levels=names, level_counts=tuple(range(40, 20, -1)))
    figure = column(Column("town", "category"), profile, THEME, rows=1000)
    bars = list(figure.data[0].x)
    assert len(bars) == LEVELS + 1
    assert sum(bars) == 1000 - 5
    assert figure.layout.yaxis.ticktext[-1] == "18 other values"


def test_few_categories_have_no_other_bar() -> None:
    profile = Profile(0, 2, levels=("<b>yes</b>", "no"), level_counts=(4, 6))
    figure = column(Column("passed", "category"), profile, THEME, rows=10)
    assert list(figure.layout.yaxis.ticktext) == ["&lt;b&gt;yes&lt;/b&gt;", "no"]


def test_a_text_column_has_no_picture() -> None:
    assert not drawable(Profile(0, 9))
    assert drawable(Profile(0, 2, edges=(0, 1), counts=(2,)))


def test_the_axis_speaks_the_readers_language() -> None:
    english = column(Column("x", "number"), Profile(0, 2, edges=(0, 1), counts=(2,)), Theme("en"))
    assert english.layout.yaxis.title.text == "Rows"
