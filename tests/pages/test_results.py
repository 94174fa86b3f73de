"""Answers are named so that they are understood alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.data.task import Goal
from core.learn.report import ClassReport, Line
from pages.shared.results import event_of
from pages.shared.versus import weakest


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


def test_no_answer_is_called_the_weakest_where_all_are_found_alike() -> None:
    line = Line("a", 1.0, 1.0, 1.0, 3)
    report = ClassReport((line, replace(line, label="b")), line, line, line, np.eye(2, dtype=int) * 3)
    assert weakest(report) == "Every answer is found alike: 100% of its rows."
