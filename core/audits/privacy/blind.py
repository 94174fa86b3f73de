"""How well learned and unseen rows are told apart without the model: what an attack must beat to mean anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.audits.privacy.attack import Apart, apart
from core.data.ordered import numbers_of
from core.data.twins import joined, twins

if TYPE_CHECKING:
    from core.audits.subject import Rows

MOST = 1_000
"""Rows of either side."""
FOLDS = 3
TREES = 50
LEAF = 10
COLUMNS = 100
"""Looked at; of more, some are drawn."""


def units(rows: Rows, group: str | None) -> np.ndarray:
    """(n,) a number for each person (where the task names who repeats), and for each set of equal rows."""
    frame = rows.frame
    alike = twins(frame, list(frame.columns), np.arange(len(frame)))
    if group is None or group not in frame:
        return alike
    codes, distinct = pd.factorize(frame[group])
    alone = codes < 0
    return joined(np.where(alone, len(distinct) + np.cumsum(alone), codes), alike)


def blind(learnt: Rows, unseen: Rows, group: str | None, seed: tuple[int, ...]) -> Apart | None:
    """The attack of somebody without the model (Das, Zhang and Tramèr, 2024, arXiv:2406.16201): a forest learns to tell
    the sides apart by their cells, and answers for rows of people that it did not meet. None for too few."""
    rng = np.random.default_rng(seed)
    sides = [rows.some(_drawn(len(rows), rng)) for rows in (learnt, unseen)]
    people = [units(rows, group) for rows in sides]
    if min(len(np.unique(one)) for one in people) < 2 * FOLDS:
        return None
    cells = inputs(pd.concat([rows.frame for rows in sides], ignore_index=True), rng)
    cells = np.column_stack([cells, np.concatenate([rows.truth for rows in sides]).astype(np.float64)])
    member = np.repeat([True, False], [len(rows) for rows in sides])
    fold = np.concatenate([rng.permutation(one.max() + 1)[one] % FOLDS for one in people])
    chance = _answered(cells, member, fold, int(rng.integers(2**31)))
    return apart(chance[member], chance[~member], people[0], people[1])


def _drawn(rows: int, rng: np.random.Generator) -> np.ndarray:
    return np.sort(rng.choice(rows, min(rows, MOST), replace=False))


def _answered(cells: np.ndarray, member: np.ndarray, fold: np.ndarray, seed: int) -> np.ndarray:
    """(n,) chance of each row, by trees that met none of its fold; ranked within the fold, so that they compare."""
    from sklearn.ensemble import ExtraTreesClassifier

    found = np.empty(len(member))
    for one in range(FOLDS):
        held = fold == one
        forest = ExtraTreesClassifier(TREES, min_samples_leaf=LEAF, class_weight="balanced", random_state=seed)
        forest.fit(cells[~held], member[~held])
        chance = forest.predict_proba(cells[held])[:, 1]
        found[held] = (np.argsort(np.argsort(chance, kind="stable")) + 0.5) / max(1, held.sum())
    return found


def inputs(frame: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """(n, n_columns) cells as numbers: categories by how often they stand there, texts by their length."""
    names = list(frame.columns)
    if len(names) > COLUMNS:
        names = [names[place] for place in np.sort(rng.choice(len(names), COLUMNS, replace=False))]
    if not names:
        return np.zeros((len(frame), 0))
    return np.asarray(np.nan_to_num(np.column_stack([_numbers(frame[name]) for name in names]), nan=-1e9))


def _numbers(cells: pd.Series) -> np.ndarray:
    if pd.api.types.is_numeric_dtype(cells) or cells.dtype.kind == "M":
        return numbers_of(cells)
    codes, levels = pd.factorize(cells)
    if len(levels) * 2 > len(cells):
        return cells.astype("str").str.len().to_numpy(dtype=np.float64, na_value=np.nan)
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    rank = np.argsort(np.argsort(-counts, kind="stable"))
    return np.asarray(np.where(codes < 0, np.nan, rank[codes] if len(rank) else 0.0), dtype=np.float64)
