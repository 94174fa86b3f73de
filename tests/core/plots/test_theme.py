"""The theme: colours that can be seen, names shown as they are written."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import pytest

from core.plots.theme import DARK, LIGHT, Palette, Theme, blank, fade, literal, signed


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_marks_stand_out_from_the_paper(palette: Palette) -> None:
    weak = {
        name for name in ("raises", "lowers", "main", "second") if contrast(getattr(palette, name), palette.paper) < 3
    }
    assert not weak
    assert contrast(palette.ink, palette.paper) >= 7
    assert contrast(palette.quiet, palette.paper) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_effect_colours_are_used_for_nothing_else(palette: Palette) -> None:
    assert len({palette.raises, palette.lowers, palette.main, palette.second, palette.low, palette.high}) == 6
    assert len(set(palette.groups)) == len(palette.groups) >= 8


def test_markup_in_a_name_is_shown_literally() -> None:
    assert literal("<b>a</b> & <script>") == "&lt;b&gt;a&lt;/b&gt; &amp; &lt;script&gt;"


def test_a_long_name_is_shortened_in_the_middle() -> None:
    short = literal("a" * 30 + "b" * 30, 21)
    assert len(short) == 21
    assert short.startswith("aaaa") and short.endswith("bbb") and "…" in short


def test_a_line_break_in_a_name_breaks_no_line() -> None:
    assert literal("one\n two\tthree") == "one two three"


@pytest.mark.parametrize(
    ("value", "shown"), [(0.1234, "+0.123"), (-0.5, "−0.5"), (0.0001, "0"), (12.345, "+12.3"), (-1234.6, "−1,235")]
)
def test_a_change_has_its_sign(value: float, shown: str) -> None:
    assert signed(value, Theme()) == shown


def test_fade_keeps_the_colour() -> None:
    assert fade("#d55e00", 0.5) == "rgba(213,94,0,0.5)"


def test_colours_are_set_on_the_figure_itself() -> None:
    for dark, size in itertools.product((False, True), ("normal", "large")):
        theme = Theme("zh_CN", dark, size)
        layout = blank(theme).layout
        assert tuple(layout.colorway) == theme.palette.groups
        assert "Noto Sans CJK SC" in layout.font.family
        assert layout.paper_bgcolor == theme.palette.paper


def test_the_paper_is_the_pages() -> None:
    config = Path(__file__).resolve().parents[3] / ".streamlit" / "config.toml"
    look = tomllib.loads(config.read_text(encoding="utf-8"))["theme"]
    assert look["light"]["backgroundColor"] == LIGHT.paper
    assert look["dark"]["backgroundColor"] == DARK.paper
