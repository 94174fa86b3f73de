"""Figures of training and quality: what is drawn is what was given."""

from __future__ import annotations

import numpy as np
import pytest

from core.learn.evaluation import Estimate
from core.plots import curves
from core.plots.learn import Bar, Losses, comparison, estimate, losses
from core.plots.theme import Theme
from tests.pace import within

THEME = Theme()


def test_loss_curves_mark_the_pass_that_was_kept() -> None:
    figure = losses(Losses("net", [1, 2, 3], [0.7, 0.5, 0.3], [0.7, 0.6, 0.65], best=2), THEME)
    assert list(figure.data[0].y) == [0.7, 0.5, 0.3]
    assert list(figure.data[1].y) == [0.7, 0.6, 0.65]
    assert (figure.data[2].x[0], figure.data[2].y[0]) == (2, 0.6)


@pytest.mark.parametrize(
    ("name", "title"), [("net", "Passes over the data"), ("trees", "Rounds"), ("forest", "Rounds")]
)
def test_trees_go_by_rounds_and_nets_by_passes(name: str, title: str) -> None:
    assert losses(Losses(name, [1, 2], [0.7, 0.5], [0.7, 0.6]), THEME).layout.xaxis.title.text == title


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Estimate(0.81234, 0.77, 0.853), "0.812 (0.77 to 0.853)"),
        (Estimate(0.5), "0.5"),
        (Estimate(None), "–"),
        (None, "–"),
    ],
)
def test_an_estimate_is_said_with_its_interval(value: Estimate | None, shown: str) -> None:
    assert estimate(value, THEME) == shown


def test_a_comparison_leaves_out_what_is_not_defined() -> None:
    bars = [Bar("model", Estimate(0.8, 0.7, 0.9)), Bar("simple", Estimate(None)), Bar("guessing", Estimate(0.5))]
    figure = comparison(bars, THEME)
    assert list(figure.layout.yaxis.ticktext) == ["model", "guessing"]
    assert figure.data[0].error_x.array[0] == pytest.approx(0.1)


def test_the_cut_off_is_marked_on_the_roc_curve() -> None:
    figure = curves.roc(np.array([0, 0.5, 1]), np.array([0, 0.8, 1]), THEME, at=(0.5, 0.8))
    assert (figure.data[-1].x[0], figure.data[-1].y[0]) == (0.5, 0.8)


def test_confusion_counts_stand_in_their_cells() -> None:
    figure = curves.confusion(np.array([[2, 1], [1, 2]]), ["no", "<i>yes</i>"], THEME)
    cells = [text for row in figure.data[0].text for text in row]
    assert [text.split("<")[0] for text in cells] == ["2", "1", "1", "2"]
    assert "66.7%" in cells[0]
    assert figure.layout.yaxis.ticktext[1] == "&lt;i&gt;yes&lt;/i&gt;"


def test_many_classes_are_crossed_at_once() -> None:
    with within(5):
        figure = curves.confusion(np.eye(60, dtype=int) * 3, [f"class {place}" for place in range(60)], THEME)
    assert [text for text in figure.data[0].text[1] if text] == ["3"]


def test_a_class_without_cases_divides_by_nothing() -> None:
    figure = curves.confusion(np.array([[0, 0], [1, 2]]), ["a", "b"], THEME)
    assert np.isfinite(figure.data[0].z).all()


def test_the_two_groups_are_shares_of_themselves() -> None:
    truth = np.array([True, True, False, False])
    figure = curves.chances(truth, np.array([0.9, 0.9, 0.1, 0.3]), ("no", "yes"), 0.5, THEME)
    assert [sum(bars.y) for bars in figure.data] == [1.0, 1.0]
    assert figure.layout.shapes[0].x0 == 0.5


def test_a_scatter_is_drawn_from_at_most_two_thousand_points() -> None:
    said = np.arange(10_000.0)
    drawn = curves.against(said, said, "points", THEME).data[-1]
    assert len(drawn.x) == 2_000
    assert drawn.x.dtype == np.float32
    assert curves.against(said, said, "", THEME).data[-1].x.tolist() == drawn.x.tolist()


def test_lift_marks_the_share_named_on_the_curve() -> None:
    figure = curves.lift(np.array([0, 0.5, 1]), np.array([0, 0.9, 1]), 0.4, THEME, at=0.25)
    assert figure.data[-1].y[0] == pytest.approx(0.45)


def test_errors_are_all_counted() -> None:
    figure = curves.errors(np.array([-1.0, 0.0, 2.0]), np.array([1, 2]), "", THEME)
    assert list(figure.data[0].y) == [1, 2]
    assert list(figure.data[0].x) == [-0.5, 1.0]
