"""Answers are named so that they are understood alone."""

from __future__ import annotations

import pytest

from core.data.task import Goal
from pages.shared.results import event_of


@pytest.mark.parametrize(
    ("goal", "answer", "shown"),
    [
        (Goal("DEATH_EVENT"), "1", "DEATH_EVENT = 1"),
        (Goal("y"), "yes", "y = yes"),
        (Goal("是否违约"), "是", "是否违约 = 是"),
        (Goal("Target"), "Dropout", "Dropout"),
        (Goal("G3", ">=", number=10.0), "yes", "G3>=10"),
        (Goal("G3", ">=", number=10.0), "no", "not G3>=10"),
    ],
)
def test_an_answer_names_its_column_unless_it_speaks_for_itself(goal: Goal, answer: str, shown: str) -> None:
    assert event_of(goal, answer) == shown
