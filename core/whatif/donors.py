"""Real cases that have the wanted answer and are near: what would have to be copied from them.

Nearest unlike neighbours as starting points (Keane and Smyth, 2020, doi:10.1007/978-3-030-58342-2_11). DIFF: the
answer of a neighbour is what became of it, not what the model says, for that is at hand; the model judges the copy.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.explain.cells import numbers
from core.explain.kin import tidy
from core.whatif.asker import State
from core.whatif.basis import Basis, tidied
from core.whatif.levers import Lever, sheet_of

MOST = 40
"""Real cases that are copied from."""
FAR = 3.0
"""Usual distances beyond which two numbers count as that far apart."""


def donors(basis: Basis, start: pd.DataFrame, levers: tuple[Lever, ...], wanted: np.ndarray) -> list[State]:
    """The changes that copy all that may be copied from the nearest real cases with the wanted answer.

    Args:
        basis: rows the model learned from.
        start: the case, one typed row.
        levers: what may be changed.
        wanted: (n_rows,) bool, the rows with the wanted answer.
    """
    rows = np.flatnonzero(wanted)
    if not len(rows) or not levers:
        return []
    near = rows[np.argsort(_distances(basis, start, rows), kind="stable")[:MOST]]
    frame, sheet = tidied(basis).iloc[near], sheet_of(basis).numbers[near]
    place = {name: at for at, name in enumerate(basis.model.features)}
    made: list[list[tuple[int, str | float | None]]] = [[] for _ in near]
    for at, lever in enumerate(levers):
        if lever.column.kind == "text":
            continue
        cells = sheet[:, place[lever.name]] if lever.numeric else frame[lever.name].to_numpy(dtype=object)
        for row, cell in enumerate(cells):
            kept = None if pd.isna(cell) else float(cell) if lever.numeric else str(cell)
            if lever.within(kept):
                made[row].append((at, kept))
    return list(dict.fromkeys(tuple(state) for state in made if state))


def _distances(basis: Basis, start: pd.DataFrame, rows: np.ndarray) -> np.ndarray:
    """(n_rows,) mean distance over the columns: numbers in usual distances, else 0 or 1; missing is 1 from the rest."""
    sheet, schema = sheet_of(basis), basis.model.schema
    now = numbers(tidy(basis.model, start), schema)
    numeric = np.array([column.kind in ("number", "date") for column in schema.columns])
    apart = np.abs(sheet.numbers[rows] - now)
    apart = np.where(numeric, np.minimum(apart / sheet.scales, FAR), apart > 0)
    gone = np.isnan(sheet.numbers[rows]) != np.isnan(now)
    both = np.isnan(sheet.numbers[rows]) & np.isnan(now)
    return np.asarray(np.where(both, 0.0, np.where(gone, 1.0, apart)).mean(axis=1))
