"""How fast this machine is at the moment: bounds on time are told in its own pace, for it may be slow or busy."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd

REFERENCE = 0.015
"""Seconds of a processor the yardstick takes on the machine whose seconds the tests name."""


def yardstick() -> float:
    """Seconds of a processor for a fixed piece of mixed work: a loop, sorting, strings in a table."""
    begun = time.process_time()
    total = 0
    for number in range(150_000):
        total += number % 7
    draw = np.random.default_rng(0).random(200_000)
    draw.sort()
    pd.Series([f"{number % 997}" for number in range(20_000)], dtype="str").value_counts()
    return time.process_time() - begun


def slowness() -> float:
    """How many times slower than the reference this machine is now; never under 1."""
    return max(1.0, min(yardstick() for _ in range(3)) / REFERENCE)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """What is inside takes at most so many seconds of a processor, of a machine as fast as the reference."""
    begun = time.process_time()
    try:
        yield
    finally:
        _judge(time.process_time() - begun, seconds)


def quickest(what: Callable[[], object], seconds: float, tries: int = 20) -> None:
    """One of some tries takes at most so many seconds of a processor, of a machine as fast as the reference."""
    best = math.inf
    for _ in range(tries):
        begun = time.process_time()
        what()
        best = min(best, time.process_time() - begun)
        if best <= seconds:
            return
    _judge(best, seconds)


def _judge(used: float, seconds: float) -> None:
    if used > seconds:  # only then does it matter how slow the machine is
        pace = slowness()
        assert used <= seconds * pace, f"{used:.4f} s used, {seconds:g} s allowed, {pace:.1f} times slower than usual"
