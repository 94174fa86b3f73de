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

from core.explain.groves import Grove, Ways, open_trees
from core.explain.packs import Opened, Steps, open_sums
from core.explain.trail import trail
from core.learn.model import Member
from core.learn.trees.ensemble import Ensemble

if TYPE_CHECKING:
    import pandas as pd

    from core.learn.prepare import Encoded

Part = Opened | Grove
Row = Steps | Ways


def lay_open(member: Member, weight: float, rows: pd.DataFrame | Encoded) -> Part:
    """A member with what it makes of the background rows."""
    if isinstance(member, Ensemble):
        return open_trees(member, weight, rows)
    return open_sums(member, weight, rows)


def walk(
    parts: Sequence[Row], moves: np.ndarray, order: np.ndarray, label: int, origin: np.ndarray, two: bool = False
) -> np.ndarray:
    """(n_background, n_columns) float64: what each column added, mean of one walk forward and one backward.

    Args:
        parts: the row explained in each member that is walked.
        moves: (n_background, n_columns) of ``differs``: steps that change nothing count exactly 0 and cost nothing.
        order: (n_background, n_columns) of ``trail.orders``.
        label: place of the class explained; 0 for numbers.
        origin: (n_background,) answers of these members for the background rows.
        two: a second core may be used.
    """
    way = trail(order, moves)
    work = [part.jobs(way, label) for part in parts]
    with SINGLE:
        done([job for jobs, _ in sorted(work, key=lambda one: len(one[0])) for job in jobs], two)
    halves = np.zeros(way.between.shape)
    for _, joined in work:
        halves += joined()
    return way.values(halves, origin, sum(part.end(label) for part in parts))


def differs(parts: Sequence[Row]) -> np.ndarray:
    """(n_background, n_columns) whether a column of the row adds anything else than that of the background row."""
    return np.asarray(np.logical_or.reduce([part.moves() for part in parts]))


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
