"""Two columns at once: the mean answer of a group over a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.data.table import Column
from core.errors import Problem
from core.whatif.axis import axis, filled, nearest
from core.whatif.scenario import Cell
from core.whatif.shift import Heat
from core.whatif.spoken import Counted, answers, counted, drawn
from core.words import N_

if TYPE_CHECKING:
    from core.whatif.basis import Basis


def heat(
    basis: Basis,
    frame: pd.DataFrame,
    columns: tuple[str, str],
    *,
    points: int = 12,
    label: str | None = None,
    rows: int = 200,
    seed: int = 0,
) -> Heat:
    """Mean answers with everybody at each pair of values: a partial dependence of two columns (Friedman, 2001,
    doi:10.1214/aos/1013203451) over the group.

    Args:
        basis: the model and its training rows, which give the values tried and are counted near each pair.
        frame: typed rows of the group.
        columns: two features that are no texts.
        points: values of each column at most.
        label: the class whose chance is meant; None for the positive, or the most frequent.
        rows: cases of the group at most; more are drawn.
        seed: draws them.

    Raises:
        Problem: nobody is in the group, or a column cannot be tried.
    """
    first, second = _two(basis, frame, columns)
    which = counted(basis.model, label)
    some = drawn(frame[list(basis.model.features)], rows, seed)
    cells = (axis(first, basis.frame[first.name], points), axis(second, basis.frame[second.name], points))
    values = [_line(basis, some, first, cell, second, cells[1], which) for cell in cells[0]]
    return Heat((first.name, second.name), cells, tuple(values), _near(basis, (first, second), cells), which.label)


def _two(basis: Basis, frame: pd.DataFrame, columns: tuple[str, str]) -> tuple[Column, Column]:
    if not len(frame):
        raise Problem(N_("Nobody is in this group, so there is nothing to move. Widen the group."))
    for name in columns:
        if name not in basis.model.schema:
            raise Problem(
                N_(
                    "The model does not use column {column}, so nothing moves with it. Choose one of the columns it "
                    "uses."
                ),
                column=name,
            )
    if columns[0] == columns[1]:
        raise Problem(N_("The same column was chosen twice. Choose two different ones."))
    return basis.model.schema[columns[0]], basis.model.schema[columns[1]]


def _line(
    basis: Basis,
    some: pd.DataFrame,
    first: Column,
    cell: Cell,
    second: Column,
    cells: tuple[Cell, ...],
    which: Counted,
) -> tuple[float, ...]:
    """Mean answers for one value of the first column and every one of the second."""
    many = pd.concat([some] * len(cells), ignore_index=True)
    known = basis.frame
    many[first.name] = filled(first, many.index, cell, known[first.name])
    parts = [filled(second, some.index, one, known[second.name]) for one in cells]
    many[second.name] = pd.concat(parts, ignore_index=True)
    said = answers(basis.model, many, which).reshape(len(cells), len(some))
    return tuple(float(value) for value in said.mean(axis=1))


def _near(
    basis: Basis, columns: tuple[Column, Column], cells: tuple[tuple[Cell, ...], tuple[Cell, ...]]
) -> tuple[tuple[int, ...], ...]:
    """Training rows by the pair of values they are nearest to."""
    first, second = (
        nearest(column, basis.frame[column.name], tried) for column, tried in zip(columns, cells, strict=True)
    )
    counts = np.zeros((len(cells[0]), len(cells[1])), dtype=np.int64)
    both = (first >= 0) & (second >= 0)
    np.add.at(counts, (first[both], second[both]), 1)
    return tuple(tuple(int(count) for count in line) for line in counts)
