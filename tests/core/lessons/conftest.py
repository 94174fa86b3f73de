"""Lessons carried out once for all tests that look at their results."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from core.engines.base import Event
from core.engines.watch import Silence
from core.learn import device as devices
from core.lessons import lessons
from core.lessons.lesson import Result


class Ear(Silence):
    """Hears every event, and asks to stop after so many passes."""

    def __init__(self, passes: int | None = None) -> None:
        self.events: list[Event] = []
        self.passes = passes

    def emit(self, event: Event) -> None:
        self.events.append(event)

    def should_stop(self) -> bool:
        return self.passes is not None and len(self.events) >= self.passes


@cache
def _done(key: str, seed: int, language: str, settings: tuple[tuple[str, float], ...]) -> tuple[Result, Ear]:
    one, ear = lessons()[key], Ear()
    with devices.alone():
        return one.work(one.asked(seed, language, dict(settings)), ear), ear


@pytest.fixture
def done() -> Callable[..., tuple[Result, Ear]]:
    """``done("xor", seed=1, language="zh_CN", hidden=2)`` -> the result, and what was told meanwhile."""

    def carried_out(key: str, seed: int = 0, language: str = "en", **settings: float) -> tuple[Result, Ear]:
        return _done(key, seed, language, tuple(sorted(settings.items())))

    return carried_out


def figure(result: Result, name: str) -> float:
    """The figure of that name."""
    (found,) = [one.value for one in result.figures if one.name == name]
    assert found is not None
    return found
