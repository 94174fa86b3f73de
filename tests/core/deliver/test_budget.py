"""A time budget in words, and what is no time."""

from __future__ import annotations

import pytest

from core.deliver.budget import budget, largest
from core.errors import Problem


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("60", 60),
        (" 90 s ", 90),
        ("2 min", 120),
        ("1.5 Minutes", 90),
        ("1,5 min", 90),
        ("0.5h", 1800),
        ("３ 分钟", 180),
        ("30秒", 30),
        (45.0, 45),
        ("1e2", 100),
    ],
)
def test_times_are_understood(said: str | float, seconds: float) -> None:
    assert budget(said) == seconds


@pytest.mark.parametrize("said", ["soon", "", "5 apples", "1 2", "--3", "nan"])
def test_what_is_no_time_is_refused_with_an_example(said: str) -> None:
    with pytest.raises(Problem, match="is not a time"):
        budget(said)


@pytest.mark.parametrize("said", ["0", "-5", 0.0, "-1 min"])
def test_no_time_at_all_is_refused(said: str | float) -> None:
    with pytest.raises(Problem, match="above 0"):
        budget(said)


@pytest.mark.parametrize("said", ["10 days", 1e12, "1e300"])
def test_too_long_names_the_largest(said: str | float) -> None:
    with pytest.raises(Problem) as caught:
        budget(said)
    assert caught.value.message.facts["largest"] == largest()
    assert "VITRINE_JOB_SECONDS" in str(caught.value)
