"""How near cases are to training rows, by the distance to the nearest alone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.explain.cells import numbers
from core.whatif.answer import Support, Verdict
from core.whatif.basis import Basis, once
from core.whatif.levers import sheet_of

FAR = 3.0


def support(basis: Basis, frame: pd.DataFrame) -> tuple[Support, ...]:
    """One for each row."""
    usual = _usual(basis)
    cells = numbers(frame, basis.model.schema)
    shares = [float((usual >= _nearest(basis, row, -1)).mean()) for row in cells]
    return tuple(Support(share, _verdict(share)) for share in shares)


def _verdict(share: float) -> Verdict:
    return "outside" if share <= 0 else "unusual" if share < 0.05 else "usual"


@once
def _usual(basis: Basis) -> np.ndarray:
    sheet = sheet_of(basis).numbers
    rows = range(0, len(sheet), max(1, len(sheet) // 300))
    return np.array([_nearest(basis, sheet[row], row) for row in rows])


def _nearest(basis: Basis, row: np.ndarray, leave: int) -> float:
    sheet = sheet_of(basis)
    numeric = np.array([column.kind in ("number", "date") for column in basis.model.schema.columns])
    apart = np.abs(sheet.numbers - row)
    apart = np.where(numeric, np.minimum(apart / sheet.scales, FAR), apart > 0)
    apart = np.where(np.isnan(apart), (np.isnan(sheet.numbers) != np.isnan(row)) * 1.0, apart).mean(axis=1)
    if leave >= 0:
        apart[leave] = np.inf
    return float(apart.min())
