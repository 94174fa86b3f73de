"""Walks from a background row to the row explained, one original column at a time.

Each step changes one column; what the answer moves by is that column's part. The mean over background rows and over
orders of the columns is the Shapley value (Castro, Gómez and Tejada 2009, doi:10.1016/j.cor.2008.04.004), and every
order is walked backwards too, which removes all error of second-order interactions (Mitchell et al. 2022,
arXiv:2104.12199). Learners begin with an affine layer that is a sum over columns, so that a step costs one addition
(``core.explain.packs``); of trees only those are looked at that a step can change (``core.explain.groves``).
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from core.explain.bundle import Bundle
from core.explain.groves import Grove, Ways, open_trees
from core.explain.packs import Opened, Steps, open_sums
from core.explain.trail import Turn
from core.learn.model import Member
from core.learn.trees.ensemble import Ensemble

if TYPE_CHECKING:
    import pandas as pd

    from core.learn.prepare import Encoded

Part = Opened | Grove
Row = Steps | Bundle | Ways


def lay_open(member: Member, weight: float, rows: pd.DataFrame | Encoded) -> Part:
    """A member with what it makes of the background rows."""
    if isinstance(member, Ensemble):
        return open_trees(member, weight, rows)
    return open_sums(member, weight, rows)


def ready(part: Part, layer: np.ndarray, label: int) -> Row:
    """What must be known of a row explained before it is walked.

    Args:
        part: a member.
        layer: of ``part.layers``, of this row.
        label: place of the class explained; 0 for numbers.
    """
    if isinstance(part, Grove):
        return part.ready(layer, label)
    row = part.ready(layer, label)
    return Bundle(row) if part.packs > 1 else row


def walk(parts: Sequence[Row], turns: Sequence[Turn], two: bool = False) -> list[list[np.ndarray]]:
    """Of each turn some tables (n_ways, n_columns) float64: what each column added, mean of a walk there and one back.

    The tables are drawn apart from each other, and so are the ways of each; the sum of their means over ways is what
    the columns add.

    Args:
        parts: the row explained in each member that is walked.
        turns: which.
        two: a second core may be used.
    """
    work = [part.jobs(turns) for part in parts]
    with SINGLE:
        done([job for jobs, _ in sorted(work, key=lambda one: len(one[0])) for job in jobs], two)
    tables = [joined() for _, joined in work]
    return [[table for found in tables for table in found[at]] for at in range(len(turns))]


class _Single:
    """While anyone is inside, products of matrices take one thread: several lose more by waiting for each other (three
    times the processor's work was measured on a busy machine) than states of a few hundred kilobytes can win."""

    def __init__(self) -> None:
        self._lock, self._inside = threading.Lock(), 0
        self._limit: Any = None

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._limit = _libraries().limit(limits=1, user_api="blas")

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside and self._limit is not None:
                self._limit.restore_original_limits()


SINGLE = _Single()


@cache
def _libraries() -> Any:
    from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

    return ThreadpoolController()


def done(jobs: list[Callable[[], None]], two: bool) -> None:
    """Does all of them, where a second core is free on both: numpy lets go of the interpreter while it works."""
    waiting = deque(jobs)

    def some() -> None:
        while waiting:
            try:
                job = waiting.popleft()
            except IndexError:
                return
            job()

    other = _second().submit(some) if two and len(jobs) > 1 else None
    some()
    if other is not None and not other.cancel():  # busy elsewhere, it never began
        other.result()


@cache
def _second() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "walks")
