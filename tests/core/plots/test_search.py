"""Figures of a search: every trial is drawn, the choice stands out, every setting has its panel."""

from __future__ import annotations

import pytest

from core.learn.model import Trial
from core.plots.search import hover, settings, trials
from core.plots.theme import Theme

TRIED = (
    Trial({"width": 32.0, "dropout": 0.0, "learning_rate": 0.001}, 0.6, 20, 1.0, 0.6, 0.62),
    Trial({"width": 64.0, "dropout": 0.1, "learning_rate": 0.01}, None, 4, 0.2, 0.9),
    Trial({"width": 64.0, "dropout": 0.2, "learning_rate": 0.003}, 0.4, 20, 1.0, 0.4, 0.41),
    Trial({"width": 64.0, "dropout": 0.3, "learning_rate": 0.002}, 0.5, 20, 1.0, 0.5),
    Trial({"width": 64.0, "dropout": 0.9, "learning_rate": 0.9}, None, 1, 0.1),
)
"""Finished, given up, the choice, finished, and one whose loss was no number."""


@pytest.mark.parametrize("theme", [Theme(), Theme("zh_CN", dark=True)])
def test_trials_stand_in_their_order_with_the_best_so_far(theme: Theme) -> None:
    figure = trials(TRIED, theme)
    line, dropped, ended, best = figure.data
    assert list(line.y) == [0.6, 0.6, 0.4, 0.4, 0.4]
    assert line.line.shape == "hv"
    assert (list(dropped.x), list(dropped.y)) == ([2], [0.9])
    assert list(ended.x) == [1, 3, 4]
    assert (list(best.x), list(best.y)) == ([3], [0.4])
    assert best.marker.color != ended.marker.color


def test_what_was_given_up_is_fainter() -> None:
    figure = trials(TRIED, Theme())
    assert figure.data[1].marker.color.startswith("rgba")


def test_a_trial_says_its_settings() -> None:
    assert hover(TRIED[2], Theme()).split("<br>") == [
        "Error 0.4, 20 passes", "Units in a layer 64", "Dropout 0.2", "Learning rate 0.003",
    ]  # fmt: skip


def test_every_setting_that_was_varied_has_a_panel_the_weightiest_first() -> None:
    figure = settings(TRIED, {"dropout": 0.8, "width": 0.1}, Theme())
    titles = [note.text for note in figure.layout.annotations]
    assert titles == ["Dropout: 80%", "Units in a layer: 10%", "Learning rate"]
    assert [list(panel.x) for panel in figure.data] == [[0.0, 0.3, 0.2], [32.0, 64.0, 64.0], [0.001, 0.002, 0.003]]
    assert [panel.marker.size[-1] for panel in figure.data] == [13, 13, 13]
    assert (figure.layout.xaxis.type, figure.layout.xaxis2.type, figure.layout.xaxis3.type) == ("linear", "log", "log")


def test_no_panel_where_nothing_was_varied() -> None:
    assert not settings(TRIED[:1], {}, Theme()).data
    assert not settings((), {}, Theme()).data
    assert len(trials(TRIED[4:], Theme()).data) == 1
