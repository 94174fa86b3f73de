"""Audits drawn: three kinds of pictures, cells as text, and the table of verdicts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.audits.audit import Cell, Mark, Picture, Report
from core.audits.robustness import adversarial as attacks
from core.audits.verdicts import SIGNS, WORDS
from core.plots import audits as plots
from core.plots import verdicts
from core.plots.theme import DARK, LIGHT, Theme
from core.words import Message

ASKED = Message("Is it as good for all?")
ANSWER = Message("It is.")


def picture(kind: str, *marks: Mark, **changes: object) -> Picture:
    made = Picture(kind, ASKED, ANSWER, marks, Message("Found (%)"))  # type: ignore[arg-type]
    return replace(made, **changes)


def test_a_dot_a_group_with_its_interval_in_percent() -> None:
    drawn = plots.figure(picture("intervals", Mark("F", value=0.25, low=0.2, high=0.4, n=40), line=0.5), Theme())
    (dots,) = drawn.data
    assert list(dots.x) == [25.0]
    assert dots.error_x.array[0] == pytest.approx(15)
    assert dots.error_x.arrayminus[0] == pytest.approx(5)
    assert "F" in drawn.layout.yaxis.ticktext[0]
    assert "40 cases" in drawn.layout.yaxis.ticktext[0]
    assert drawn.layout.shapes[0].x0 == 50.0
    assert "25% (20% to 40%)" in dots.customdata[0]


def test_too_few_cases_are_grey_and_hollow_and_said() -> None:
    marks = (Mark("F", value=0.5, n=100), Mark("M", value=0.9, n=3, pale=True))
    full, pale = plots.figure(picture("intervals", *marks), Theme()).data
    assert full.marker.symbol == "circle"
    assert pale.marker.symbol == "circle-open"
    assert pale.marker.color == LIGHT.second
    assert "too few cases" in pale.customdata[0]


def test_series_have_the_colours_of_groups_and_a_legend() -> None:
    marks = tuple(Mark("F", value=0.5, series=Message("s{n}", {"n": str(at)})) for at in range(3))
    drawn = plots.figure(picture("intervals", *marks), Theme(dark=True))
    assert [one.marker.color for one in drawn.data] == list(DARK.groups[:3])
    assert drawn.layout.showlegend
    assert len({one.y[0] for one in drawn.data}) == 3


def test_bars_begin_at_nothing_and_may_go_below() -> None:
    up = plots.figure(picture("bars", Mark("a", value=0.3), Mark("b", value=0.6)), Theme())
    assert up.layout.xaxis.range[0] == 0
    down = plots.figure(picture("bars", Mark("a", value=-0.3), Mark("b", value=0.6), style="points"), Theme())
    assert down.layout.xaxis.range[0] < -30
    assert [one.text for one in down.layout.annotations] == ["−30", "+60"]


def test_lines_are_joined_in_order_of_x_with_a_band() -> None:
    marks = (Mark(x=1.0, value=0.6, low=0.5, high=0.7), Mark(x=0.0, value=0.8, low=0.7, high=0.9))
    band, line = plots.figure(picture("lines", *marks, across=Message("Noise")), Theme()).data
    assert list(line.x) == [0.0, 1.0]
    assert list(line.y) == [80.0, 60.0]
    assert band.fill == "toself"


def test_shares_across_are_in_percent_too() -> None:
    marks = (Mark(x=0.0, value=0.1, low=0.0, high=0.2), Mark(x=1.0, value=0.8, low=0.7, high=0.9))
    drawn = plots.figure(picture("lines", *marks, across=Message("Said"), across_style="percent"), Theme())
    band, line = drawn.data
    assert list(line.x) == [0.0, 100.0] and list(band.x) == [0.0, 100.0, 100.0, 0.0]
    assert drawn.layout.xaxis.ticksuffix == drawn.layout.yaxis.ticksuffix == "%"
    assert drawn.layout.xaxis.dtick is None


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_no_attack_is_cut_in_the_picture(language: str) -> None:
    names = [Message(name) for name in (*attacks.NAMES.values(), attacks.SAME)]
    drawn = plots.figure(picture("intervals", *(Mark(name, value=0.5) for name in names)), Theme(language))
    assert not [name for name in drawn.layout.yaxis.ticktext if "…" in name]


@pytest.mark.parametrize("kind", ["intervals", "bars", "lines"])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_picture_without_figures_is_empty_and_no_mistake(kind: str, language: str) -> None:
    plots.figure(picture(kind), Theme(language))
    plots.figure(picture(kind, Mark("F", x=0.0), Mark("M", x=1.0, value=0.0)), Theme(language))


@pytest.mark.parametrize("kind", ["intervals", "bars", "lines"])
def test_names_are_shown_as_they_are_written(kind: str) -> None:
    drawn = plots.figure(picture(kind, Mark("<b>x</b>", x=0.0, value=0.5, series="<i>y</i>")), Theme())
    assert "<b>x" not in drawn.to_json().replace("\\u003c", "<")


def test_long_names_take_two_lines_and_longer_ones_are_shortened() -> None:
    names = (
        "by how much surer it is than the simple model",
        "与最小的模型相比它更加确定的程度是多少",
        5 * "a very long name ",
    )
    drawn = plots.figure(picture("intervals", *(Mark(name, value=0.5) for name in names)), Theme())
    first, second, third = drawn.layout.yaxis.ticktext
    assert first == "by how much surer it is<br>than the simple model"
    assert second.count("<br>") == 1
    assert "…" in third


def test_a_figure_stays_with_the_chinese_sign_that_counts_it() -> None:
    drawn = plots.figure(picture("bars", Mark("沿梯度走 5 步（PGD）", value=0.5)), Theme("zh_CN"))
    assert drawn.layout.yaxis.ticktext[0].startswith("沿梯度走<br>5 步（PGD）")


def test_whole_steps_have_no_ticks_between() -> None:
    whole = plots.figure(picture("lines", Mark(x=1.0, value=0.5), Mark(x=2.0, value=0.6)), Theme())
    assert whole.layout.xaxis.dtick == 1
    parts = plots.figure(picture("lines", Mark(x=0.0, value=0.5), Mark(x=0.25, value=0.6)), Theme())
    assert parts.layout.xaxis.dtick is None


def test_many_groups_stand_closer() -> None:
    few, many = (
        plots.figure(picture("intervals", *(Mark(f"g{at}", value=0.5, n=40) for at in range(n))), Theme())
        for n in (10, 60)
    )
    assert many.layout.height < 6 * few.layout.height
    assert not many.layout.annotations


@pytest.mark.parametrize(
    ("cell", "style", "said"),
    [
        (Cell(0.8123, 0.77, 0.845), "percent", "81.2% (77% to 84.5%)"),
        (Cell(-0.051, -0.1, 0.02), "points", "−5.1 points (−10 to +2)"),
        (Cell(1234), "count", "1,234"),
        (Cell(0.0312, 0.01, 0.05), "distance", "3.1 points (1 to 5)"),
        (Cell(0.0312, style="distance"), "number", "3.1 points"),
        (Cell(0.12345), "number", "0.123"),
        (Cell(-0.12345, -1.5, 0.1), "number", "−0.123 (−1.5 to 0.1)"),
        (Cell(12.0), "seconds", "12 sec"),
        (Cell(1_234_567), "bytes", "1.23 MB"),
        (Cell(None), "percent", "–"),
        (Cell(None, text="a {x}"), "text", "a {x}"),
        (Cell(text=Message("{n:count} rows", {"n": 3})), "text", "3 rows"),
    ],
)
def test_cells_in_words(cell: Cell, style: str, said: str) -> None:
    assert plots.spoken(cell, style, "en") == said  # type: ignore[arg-type]


def reports() -> list[Report]:
    return [
        Report("a", "privacy", "difference", Message("Of {n:count} < 30, {name}.", {"n": 5, "name": "<b>x</b>"})),
        Report("b", "fairness", "none", Message("Nothing."), Message("Go on.")),
    ]


def test_the_table_goes_family_by_family_and_shows_everything_literally() -> None:
    table = verdicts.overview(reports(), {"a": "Membership"}, Theme())
    assert table.index("Fairness") < table.index("Nothing.") < table.index("Privacy") < table.index("Membership")
    assert "Robustness" not in table
    assert "Of 5 &lt; 30, &lt;b&gt;x&lt;/b&gt;." in table
    assert '<td class="cure">Go on.</td>' in table


def test_a_verdict_is_told_by_sign_and_word_in_both_languages() -> None:
    assert len(set(SIGNS.values())) == 4
    for language in ("en", "zh_CN"):
        said = {verdict: verdicts.badge(verdict, Theme(language)) for verdict in WORDS}
        assert all(SIGNS[verdict] in text for verdict, text in said.items())
        assert len(set(said.values())) == 4
        assert not any(word in text.lower() for text in said.values() for word in ("fair", "safe", "安全", "公平"))
