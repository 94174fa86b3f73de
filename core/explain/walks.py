"""Walks from a background row to the row explained, one original column at a time.

Each step changes one column; what the answer moves by is that column's part. The mean over background rows and over
orders of the columns is the Shapley value (Castro, Gómez and Tejada 2009, doi:10.1016/j.cor.2008.04.004), and every
order is walked backwards too, which removes all error of second-order interactions (Mitchell et al. 2022,
arXiv:2104.12199). Learners begin with an affine layer that is a sum over columns, so that a step costs one addition
(``core.explain.packs``); of trees only those are looked at that a step can change (``core.explain.groves``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

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


def walk(parts: Sequence[Row], moves: np.ndarray, order: np.ndarray, label: int, origin: np.ndarray) -> np.ndarray:
    """(n_background, n_columns) float64: what each column added, mean of one walk forward and one backward.

    Args:
        parts: the row explained in each member that is walked.
        moves: (n_background, n_columns) of ``differs``: steps that change nothing count exactly 0 and cost nothing.
        order: (n_background, n_columns) of ``trail.orders``.
        label: place of the class explained; 0 for numbers.
        origin: (n_background,) answers of these members for the background rows.
    """
    way = trail(order, moves)
    work = [part.jobs(way, label) for part in parts]
    done([job for jobs, _ in reversed(work) for job in jobs])
    halves = np.zeros(way.between.shape)
    for _, joined in work:
        halves += joined()
    return way.values(halves, origin, sum(part.end(label) for part in parts))


def differs(parts: Sequence[Row]) -> np.ndarray:
    """(n_background, n_columns) whether a column of the row adds anything else than that of the background row."""
    return np.asarray(np.logical_or.reduce([part.moves() for part in parts]))


def done(jobs: list[Callable[[], None]]) -> None:
    """Does all of them."""
    for job in jobs:
        job()
