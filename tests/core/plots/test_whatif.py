"""The answer to a changed case as light HTML: places, widths and words are known beforehand."""

from __future__ import annotations

import re

import pytest

from core.explain.kin import Neighbour
from core.explain.sentences import Case, Part
from core.plots import whatif
from core.plots.explain import Scale
from core.plots.theme import Theme
from core.whatif.answer import Interval, Moved, Oddity, Support
from core.words import Message

THEME, CHANCE = Theme(), Scale(chance=True)


def places(drawn: str, kind: str) -> list[tuple[float, float]]:
    """(left, width) in percent of the boxes of a kind."""
    found = re.findall(rf'class="{kind}" style="left:(?:calc\()?([\d.]+)%?[^;"]*;?(?:width:([\d.]+)%)?', drawn)
    return [(float(left), float(width or 0)) for left, width in found]


def said(drawn: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", drawn))


def test_a_bar_is_as_long_as_the_chance_and_a_mark_says_what_it_was() -> None:
    drawn = whatif.chances(["no", "yes"], [0.75, 0.25], [0.4, 0.6], THEME, {1: 0.5})
    assert places(drawn, "bar") == [(0, 40), (0, 60)]
    assert places(drawn, "was") == [(75, 0), (25, 0)]
    assert places(drawn, "cut") == [(50, 0)]
    assert "60% was 25%" in said(drawn)


def test_a_chance_that_stayed_has_no_mark() -> None:
    drawn = whatif.chances(["no", "yes"], [0.75, 0.25], [0.75, 0.25], THEME, {})
    assert 'class="was"' not in drawn
    assert "was" not in said(drawn)


def test_of_many_classes_the_least_likely_are_one_line_and_all_adds_up() -> None:
    after = [0.2] + [0.8 / 19] * 19
    drawn = whatif.chances([f"c{n}" for n in range(20)], after, after, THEME, {})
    bars = places(drawn, "bar")
    assert len(bars) == whatif.CLASSES + 1
    assert sum(width for _, width in bars) == pytest.approx(100, abs=0.1)
    assert "12 others" in said(drawn)


def test_numbers_stand_on_one_scale_with_their_intervals() -> None:
    before, after = Interval(0.9, 50, low=8.0, high=12.0), Interval(0.9, 50, low=12.0, high=18.0)
    drawn = whatif.numbers((10.0, before), (14.0, after), THEME, "points")
    spans, dots = places(drawn, "span"), places(drawn, "dot")
    assert spans[0][0] + spans[0][1] == pytest.approx(spans[1][0], abs=0.02)
    assert dots[0][0] == pytest.approx(spans[0][0] + spans[0][1] / 2, abs=0.02)
    assert "14 points" in said(drawn)


def test_a_number_without_an_interval_is_drawn_too() -> None:
    bare = Interval(0.9, 0)
    drawn = whatif.numbers((1.0, bare), (1.0, bare), THEME, "")
    assert len(places(drawn, "dot")) == 2
    assert not places(drawn, "span")


def test_changes_go_to_both_sides_of_the_middle() -> None:
    moved = (Moved("hours", "2", "9", -0.3), Moved("school", "", "GP", 0.15))
    drawn = whatif.moves(moved, THEME, CHANCE)
    assert places(drawn, "down") == [(0, 50)]
    assert places(drawn, "up") == [(50, 25)]
    assert "hours 2 → 9" in said(drawn)
    assert "school missing → GP" in said(drawn)
    assert "−30" in said(drawn)


def test_many_changes_are_told_together() -> None:
    moved = tuple(Moved(f"c{n}", "1", "2", 0.01) for n in range(12))
    drawn = whatif.moves(moved, THEME, CHANCE)
    assert f"{12 - whatif.ROWS} other changes" in said(drawn)


def test_reasons_begin_where_the_one_above_ended_and_end_at_the_answer() -> None:
    case = Case(0, "yes", 0.2, 0.6, (Part("a", "1", 0.6, 0), Part("b", "", -0.3, 0), Part("", "", 0.1, 0, 4)))
    drawn = whatif.reasons(case, THEME, CHANCE)
    (first, last) = places(drawn, "up")
    ((left, width),) = places(drawn, "down")
    assert first[0] + first[1] == pytest.approx(left + width, abs=0.02)
    assert last[0] == pytest.approx(left, abs=0.02)
    assert places(drawn, "was")[0][0] == pytest.approx(first[0])
    assert places(drawn, "was")[1][0] == pytest.approx(last[0] + last[1], abs=0.02)
    assert "b = missing" in said(drawn)
    assert "4 other columns" in said(drawn)


def test_a_model_that_always_says_the_same_has_reasons_too() -> None:
    assert "this answer" in whatif.reasons(Case(0, "yes", 0.5, 0.5, ()), THEME, CHANCE)


def test_the_gauge_lights_the_zone_of_the_case() -> None:
    drawn = whatif.usual(Support(0.0, "outside"), [], THEME)
    assert re.findall(r'class="on (\w+)"', drawn) == ["outside"]
    assert "nearest" not in drawn


def test_neighbours_say_what_became_of_them() -> None:
    near = Neighbour(6, 0.2, {"hours": ("2", "3"), "school": ("GP", "")}, "yes", (0.3, 0.7))
    text = said(whatif.usual(Support(0.2, "usual"), [whatif.Kin(near, "yes", "yes: 70%")], THEME))
    assert "Of the real cases, 20% lie as far from others as this one, or further." in text
    assert "7 yes yes: 70% hours: 3; school: missing" in text


def test_scenarios_stand_side_by_side_and_what_was_changed_is_marked() -> None:
    lines = [whatif.Line("Chance", ("30%", "60%")), whatif.Line("hours", ("2", "9"), (False, True))]
    drawn = whatif.sides(["one", "two"], lines, THEME)
    assert re.findall(r'class="changed">([^<]*)', drawn) == ["9"]


@pytest.mark.parametrize("bad", ["<img src=x onerror=alert(1)>", '"><script>', "a\nb", "x" * 1000])
def test_names_and_cells_are_shown_literally(bad: str) -> None:
    moved = (Moved(bad, bad, bad, 0.1),)
    case = Case(0, bad, 0.1, 0.2, (Part(bad, bad, 0.1, 0),))
    kin = [whatif.Kin(Neighbour(0, 0.1, {bad: (bad, bad)}, bad), bad, bad)]
    odd = Support(0.0, "unusual", (Oddity((bad,), Message("{column} is odd.", {"column": bad})),))
    for drawn in (
        whatif.moves(moved, THEME),
        whatif.reasons(case, THEME),
        whatif.usual(odd, kin, THEME),
        whatif.chances([bad, "b"], [0.5, 0.5], [0.6, 0.4], THEME, {}),
        whatif.sides([bad], [whatif.Line(bad, (bad,))], THEME),
    ):
        assert "<img" not in drawn
        assert "<script" not in drawn
        assert len(drawn) < 4000


def test_both_appearances_have_rules() -> None:
    assert whatif.style(Theme()) != whatif.style(Theme(dark=True))
