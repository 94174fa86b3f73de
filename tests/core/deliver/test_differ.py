"""What two trainings did differently, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.data.task import Goal, Task
from core.deliver.differ import differences
from core.learn.recipe import Encoder, Net, Pretraining, Recipe, Search

TASK = Task("binary", Goal("y"), ("a", "b", "c"), ("no", "yes"), "yes")
NOW = Recipe(TASK)


def said(one: Recipe) -> list[str]:
    return [message.english() for message in differences(one, NOW)]


def test_the_same_choices_differ_in_nothing() -> None:
    assert said(NOW) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"members": ("simple",)}, "learners: Simple model"),
        ({"time_budget_seconds": 15.0}, "at most 15 sec"),
        ({"seed": 7}, "seed 7"),
        ({"net": Net(dropout=0.3)}, "Dropout 0.3"),
        ({"net": Net(attack="pgd")}, "Attack while learning: PGD"),
        ({"class_weights": True}, "every class weighs the same"),
        ({"search": Search(trials=12)}, "search for settings, 12 trials"),
        ({"encoder": Encoder("/models/e5")}, "texts by /models/e5"),
        ({"pretraining": Pretraining(rows=True)}, "net learned beforehand"),
        ({"task": replace(TASK, features=("a", "b"))}, "without c"),
        ({"task": replace(TASK, group="school")}, "kept together by school"),
        ({"task": replace(TASK, goal=Goal("z"), features=("a", "b", "c"))}, "goal z"),
    ],
)
def test_each_difference_is_said(changes: dict[str, object], words: str) -> None:
    assert said(replace(NOW, **changes)) == [words]  # type: ignore[arg-type]


def test_columns_that_only_an_attack_may_not_move_are_no_difference() -> None:
    assert said(replace(NOW, net=Net(fixed=("a",)))) == []
