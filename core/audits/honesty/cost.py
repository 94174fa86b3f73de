"""What answers cost on this machine: time, memory, energy."""

from __future__ import annotations

import dataclasses
import statistics
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.learn.model import TrainedModel

REPEATS = 7
LONGEST = 2.0
"""Seconds after which a thing is not timed again."""
POWERCAP = Path("/sys/class/powercap")
JOULES = 1e-6
"""Of the counters, which count microjoules."""
ENERGY_SECONDS = 0.5
"""So long answers are asked while energy is measured: counters move every millisecond."""


@dataclass(frozen=True)
class Size:
    """What a model is made of."""

    members: int
    numbers: int
    """Learned or kept by its members: weights, splits, leaves."""
    memory: int
    """Bytes of these numbers when loaded."""


def size(model: TrainedModel) -> Size:
    """Members that count, and the numbers they hold."""
    used = [one for one, weight in zip(model.members, model.weights, strict=True) if weight]
    arrays = {id(one): one for member in used for one in _arrays(member, set())}
    return Size(len(used), sum(one.size for one in arrays.values()), sum(one.nbytes for one in arrays.values()))


def seconds(model: TrainedModel, rows: pd.DataFrame) -> float:
    """Median time to answer for some rows; the first time, which fills caches, is not counted."""
    begun = time.perf_counter()
    model.predict(rows)
    first = time.perf_counter() - begun
    if first > LONGEST:
        return first
    spent = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        model.predict(rows)
        spent.append(time.perf_counter() - begun)
        if sum(spent) > LONGEST:
            break
    return statistics.median(spent)


def peak(model: TrainedModel, rows: pd.DataFrame) -> int | None:
    """Bytes held at most while answering, beyond what is there before; None where memory is being traced already."""
    if tracemalloc.is_tracing():
        return None
    tracemalloc.start(1)
    try:
        before = tracemalloc.get_traced_memory()[0]
        model.predict(rows)
        return max(0, tracemalloc.get_traced_memory()[1] - before)
    finally:
        tracemalloc.stop()


def joules(model: TrainedModel, rows: pd.DataFrame, folder: Path = POWERCAP) -> float | None:
    """Energy of the processor package for one answer, all that runs on it included (RAPL); None where it cannot be
    read."""
    if _counted(folder) is None:
        return None
    before, begun, answers = _counted(folder), time.perf_counter(), 0
    while time.perf_counter() - begun < ENERGY_SECONDS:
        model.predict(rows)
        answers += len(rows)
    after = _counted(folder)
    if before is None or after is None or after <= before or not answers:
        return None
    return (after - before) * JOULES / answers


def _counted(folder: Path) -> int | None:
    """Microjoules of all packages so far."""
    try:
        return sum(int((one / "energy_uj").read_text()) for one in sorted(folder.glob("intel-rapl:?"))) or None
    except (OSError, ValueError):
        return None


def _arrays(value: Any, seen: set[int]) -> Iterator[np.ndarray]:
    """Arrays of numbers inside a value, each once."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, np.ndarray):
        if value.dtype.kind in "fiub":
            yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _arrays(one, seen)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _arrays(one, seen)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from _arrays(getattr(value, field.name), seen)
