"""Is the gain worth it? Figures whose answer is known beforehand."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.task import Goal, Task
from core.learn.evaluation import MemberScore
from core.learn.recipe import MEMBERS, Recipe
from core.learn.verdict import Evidence
from core.learn.worth import pretrained, worth

TASK = Task("binary", Goal("y"), ("x",), ("no", "yes"), "yes")


def evidence(ours: float, spread: float, members: tuple[str, ...] = MEMBERS, same: bool = False) -> Evidence:
    """Losses of the model beside 1.0 of the simple model, drawn with a spread."""
    drawn = ours + spread * np.linspace(-1, 1, 101)
    draws = {"model": {"log_loss": np.ones(101) if same else drawn}, "simple": {"log_loss": np.ones(101)}}
    values = {"model": {"log_loss": ours}, "simple": {"log_loss": 1.0}}
    return Evidence(Recipe(TASK, members=members), TASK.classes, values, draws, {}, np.zeros(200), np.zeros(0), 0.5)


@pytest.mark.parametrize(
    ("ours", "spread", "begins"),
    [
        (0.9, 0.02, "The gain is large"),
        (0.98, 0.01, "The gain is small but sure"),
        (0.98, 0.05, "The gain is within chance"),
        (1.1, 0.02, "There is no gain"),
    ],
)
def test_the_gain_is_called_what_it_is(ours: float, spread: float, begins: str) -> None:
    said = worth(evidence(ours, spread))
    assert said is not None and said.english().startswith(begins)


def test_where_the_interval_holds_zero_both_ways_are_said() -> None:
    said = worth(evidence(0.98, 0.05))
    assert said is not None
    assert "2.7% higher to 6.8% lower" in said.english()


@pytest.mark.parametrize(("members", "word"), [(MEMBERS, "came down to"), (("simple",), "You asked for")])
def test_the_simple_model_is_not_weighed_against_itself(members: tuple[str, ...], word: str) -> None:
    said = worth(evidence(1.0, 0.0, members, same=True))
    assert said is not None and word in said.english()


def test_what_was_never_trained_is_not_called_worse() -> None:
    alone = [MemberScore("simple", 1.0, 0.4, 1.0)]
    said = worth(evidence(1.0, 0.0, same=True), alone)
    assert said is not None and said.english().startswith("Only the simple model was trained")
    said = worth(evidence(1.0, 0.0, same=True), [*alone, MemberScore("trees", 0.0, 0.5, 1.0)])
    assert said is not None and "nothing else did better" in said.english()


def scores(net: float, tuned: float) -> list[MemberScore]:
    return [MemberScore("net", 0.5, net, 1.0), MemberScore("net_tuned", 0.5, tuned, 1.0)]


@pytest.mark.parametrize(
    ("net", "tuned", "begins"),
    [(0.5, 0.4, "helped"), (0.4, 0.5, "did not help"), (0.4, 0.401, "changed little")],
)
def test_learning_beforehand_is_compared_with_learning_from_scratch(net: float, tuned: float, begins: str) -> None:
    said = pretrained(scores(net, tuned))
    assert said is not None and said.english().startswith(f"Learning beforehand {begins}")


def test_without_both_nets_nothing_is_compared() -> None:
    assert pretrained(scores(0.5, 0.4)[:1]) is None
