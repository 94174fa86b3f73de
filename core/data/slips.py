"""Numbers of a later file that look as if they came in another unit, or with a shifted decimal point.

Kept apart from ``findings``, which look at a table alone: here a later file is held against the one learned from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.ordered import numbers_of
from core.data.table import Column, Finding
from core.words import N_, Message

POWERS = (10.0, 100.0, 1_000.0, 0.1, 0.01, 0.001)
"""What a shifted decimal point, a percentage or a prefix (m, k) makes of a number."""
FACTORS: Mapping[str, tuple[float, ...]] = {
    "cm": (1 / 2.54, 1 / 30.48),
    "kg": (2.20462, 15.4324),
    "mg/dl": (1 / 18.0156, 1 / 38.67, 88.42, 1 / 88.57),
    "mmol/l": (18.0156, 38.67, 88.57),
    "µmol/l": (1 / 88.42,),
    "mmhg": (1 / 7.50062,),
    "g/dl": (1 / 1.611,),
    "years": (12.0, 365.25),
    "months": (1 / 12, 30.4375),
    "days": (24.0, 1 / 7, 1 / 30.4375, 1 / 365.25),
    "hours": (60.0, 3_600.0, 1 / 24),
}
"""By unit (lower case), what numbers are multiplied by where somebody wrote another known one: inches and feet; pounds;
millimoles of glucose, of cholesterol, micromoles of creatinine, millimoles of triglycerides; kilopascals ..."""
PLACES = 101
"""Quantiles that a column is known by."""
NEAR = 1 / 3
"""The slipped column, put right, must lie nearer to the known one than this share of how far it lies now."""
FAR = 0.5
"""It must lie further off than this share of the slip, on the scale of orders of magnitude."""
CHANCE = 1e-4
"""A column as far from the known one may be met so often by chance: with thousands of columns still next to never."""
MARKED = 0.99
"""Of whole numbers made larger so many still are multiples; of those made smaller fewer are whole."""
BEYOND = 1.0
"""Of a few rows: their middle lies beyond all known values by more than this many halves of the slip."""


@dataclass(frozen=True, eq=False)
class Scale:
    """How large the numbers of a column are."""

    column: str
    unit: str
    sizes: np.ndarray
    """(PLACES,) quantiles of the decimal logarithm of the size of all values that are not 0."""
    rows: int
    """Values that they are of."""
    whole: bool = False
    """Numbers without a fraction."""


def scales(frame: pd.DataFrame, columns: Sequence[Column], units: Mapping[str, str] | None = None) -> tuple[Scale, ...]:
    """What numbers of known rows are like; columns of zeros alone have no scale.

    Args:
        frame: typed rows.
        columns: those with kind number are looked at.
        units: of columns whose contract names none.
    """
    known = []
    for column in columns:
        if column.kind != "number" or column.name not in frame:
            continue
        sizes = _sizes(frame[column.name])
        if len(sizes):
            unit = column.unit or (units or {}).get(column.name, "")
            quantiles = np.quantile(sizes, np.linspace(0, 1, PLACES))
            known.append(Scale(column.name, unit, quantiles, len(sizes), column.whole))
    return tuple(known)


def slips(frame: pd.DataFrame, known: Sequence[Scale]) -> tuple[Finding, ...]:
    """What looks slipped in later rows (typed, as ``conform`` gives them)."""
    found = []
    for scale in known:
        factor = slip(frame[scale.column], scale) if scale.column in frame else None
        if factor is not None:
            found.append(_finding(frame[scale.column], scale, factor))
    return tuple(found)


def slip(values: pd.Series, scale: Scale) -> float | None:
    """What the numbers look multiplied by; None where they look like the known ones, or like nothing known."""
    sizes = _sizes(values)
    if not len(sizes):
        return None
    there = np.quantile(sizes, np.linspace(0, 1, PLACES))
    now = _apart(there, scale.sizes)
    best = min(_factors(scale.unit), key=lambda factor: _apart(there - np.log10(factor), scale.sizes))
    size = abs(float(np.log10(best)))
    if now < FAR * size or _apart(there - np.log10(best), scale.sizes) > NEAR * now:
        return None
    if _beyond(there, scale.sizes, best):
        return best
    return best if _chance(sizes, scale) < CHANCE and _marked(values, scale, best) else None


def _factors(unit: str) -> Iterator[float]:
    yield from POWERS
    yield from FACTORS.get(unit.casefold(), ())


def _sizes(values: pd.Series) -> np.ndarray:
    """Decimal logarithms of the sizes of values that are known and not 0."""
    numbers = np.abs(numbers_of(values))
    return np.asarray(np.log10(numbers[np.isfinite(numbers) & (numbers > 0)]))


def _apart(one: np.ndarray, other: np.ndarray) -> float:
    """Wasserstein's distance of two columns given by quantiles: orders of magnitude between values on average."""
    return float(np.abs(one - other).mean())


def _beyond(there: np.ndarray, known: np.ndarray, factor: float) -> bool:
    """Whether the middle of the values lies beyond all that is known, by half the slip: then a few rows are enough."""
    middle, step = float(np.median(there)), BEYOND * abs(float(np.log10(factor))) / 2
    return bool(middle > known[-1] + step if factor > 1 else middle < known[0] - step)


def _marked(values: pd.Series, scale: Scale, factor: float) -> bool:
    """Whether whole numbers bear the mark of the slip: fractions, or steps of 10; a group of small ones has neither."""
    if not scale.whole:
        return True
    numbers = numbers_of(values)
    numbers = numbers[np.isfinite(numbers) & (numbers != 0)]
    put_right = numbers / factor if factor > 1 else numbers
    whole = float((np.abs(put_right - np.rint(put_right)) < 1e-6 * np.maximum(1, np.abs(put_right))).mean())
    return whole > MARKED if factor > 1 else whole < MARKED


def _chance(sizes: np.ndarray, scale: Scale) -> float:
    """Chance that rows like the known ones lie as far from them: the test of Kolmogorov and Smirnov, both sides."""
    ordered = np.sort(sizes)
    steps = np.concatenate([ordered, scale.sizes])
    ours = np.searchsorted(ordered, steps, side="right") / len(ordered)
    theirs = np.searchsorted(scale.sizes, steps, side="right") / PLACES
    gap = max(0.0, float(np.abs(ours - theirs).max()) - 1 / PLACES)
    many = len(sizes) * scale.rows / (len(sizes) + scale.rows)
    return float(min(1.0, 2 * np.exp(-2 * many * gap**2)))


def _finding(values: pd.Series, scale: Scale, factor: float) -> Finding:
    numbers = np.abs(numbers_of(values))
    middle = float(np.nanmedian(numbers[numbers > 0]))
    facts = {"column": scale.column, "middle": middle, "known": float(10 ** scale.sizes[PLACES // 2])}
    if factor > 1:
        text = N_(
            "Column {column}: the values are about {factor:number} times those that the model learned from (typically "
            "{middle:number} instead of {known:number}), as in another unit or with a shifted decimal point."
        )
        facts["factor"] = _short(factor)
    else:
        text = N_(
            "Column {column}: the values are about 1/{factor:number} of those that the model learned from (typically "
            "{middle:number} instead of {known:number}), as in another unit or with a shifted decimal point."
        )
        facts["factor"] = _short(1 / factor)
    cure = Message(N_("Check the unit of this column, and correct the file before you use the answers."))
    return Finding("unit_slip", "warning", Message(text, facts), cure, scale.column)


def _short(factor: float) -> float:
    return float(f"{factor:.3g}")
