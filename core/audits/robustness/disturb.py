"""Disturbances of typed rows: what happens to cells on their way into a file."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.data.ordered import numbers_of
from core.data.table import Column
from core.learn.model import TrainedModel

UNSEEN = "⟨?⟩"
"""A category that no file has."""
_WORD = re.compile(r"[^\W\d_]+")
_HAN = re.compile(r"[\u3400-\u9fff]")


def codes(model: TrainedModel, column: str) -> set[str]:
    """What the recipe takes for a missing value in a column."""
    return {
        code for one in model.recipe.repairs if one.kind == "missing" and one.column == column for code in one.codes
    }


def blank(model: TrainedModel, cells: pd.Series) -> np.ndarray:
    """(n,) bool: cells that are missing, or hold a code that the recipe takes for missing."""
    known, gone = codes(model, str(cells.name)), cells.isna().to_numpy()
    if not known:
        return np.asarray(gone)
    if not pd.api.types.is_numeric_dtype(cells):
        return np.asarray(gone | cells.isin(known).to_numpy())
    numbers = pd.to_numeric(pd.Series(sorted(known), dtype=object), errors="coerce").dropna().to_numpy(np.float64)
    return np.asarray(gone | np.isin(numbers_of(cells), numbers))


def whole(model: TrainedModel, column: Column) -> bool:
    """Whether a column holds whole numbers, by its contract or by all rows known."""
    known = model.background[column.name]
    if column.whole or not pd.api.types.is_numeric_dtype(known):
        return column.whole
    known = known.dropna()
    return len(known) > 0 and bool((known == np.rint(known)).all())


def deviations(model: TrainedModel, frame: pd.DataFrame, columns: Sequence[Column]) -> dict[str, float]:
    """Standard deviation of each column of numbers, without cells that are missing; those without any are left out."""
    found = {}
    for column in columns:
        values = numbers_of(frame[column.name])[~blank(model, frame[column.name])]
        values = values[np.isfinite(values)]
        if len(values) and values.std() > 0:
            found[column.name] = float(values.std())
    return found


def noisy(
    model: TrainedModel, frame: pd.DataFrame, spread: dict[str, float], size: float, generator: np.random.Generator
) -> pd.DataFrame:
    """Every number off by chance (normally distributed, ``size`` standard deviations), inside the range known.

    Whole numbers stay whole; missing cells stay missing, and a number outside the range is no further outside.
    """
    moved, contract = {}, {column.name: column for column in model.schema.columns}
    for name, deviation in spread.items():
        column, values = contract[name], numbers_of(frame[name])
        found = values + size * deviation * generator.standard_normal(len(values))
        found = np.rint(found) if whole(model, column) else found
        low = values if column.low is None else np.minimum(values, column.low)
        high = values if column.high is None else np.maximum(values, column.high)
        found = np.where(blank(model, frame[name]), values, np.clip(found, low, high))
        moved[name] = pd.Series(found, index=frame.index)
    return frame.assign(**moved)


def emptied(
    frame: pd.DataFrame, columns: Sequence[Column], share: float, generator: np.random.Generator
) -> pd.DataFrame:
    """A share of the cells of some columns missing, each by chance."""
    gone = {column.name: frame[column.name].mask(generator.random(len(frame)) < share) for column in columns}
    return frame.assign(**gone)


def strange(
    frame: pd.DataFrame, columns: Sequence[Column], share: float, generator: np.random.Generator
) -> pd.DataFrame:
    """A share of the cells of some columns of categories replaced by one never seen."""
    changed = {}
    for column in columns:
        cells = frame[column.name]
        chosen = (generator.random(len(cells)) < share) & cells.notna().to_numpy()
        changed[column.name] = cells.mask(chosen, UNSEEN)
    return frame.assign(**changed)


def mistyped(
    frame: pd.DataFrame, columns: Sequence[Column], share: float, generator: np.random.Generator
) -> pd.DataFrame:
    """Typing errors: in a share of the cells of categories, in a share of the words of texts."""
    changed = {}
    for column in columns:
        cells = frame[column.name].astype(object).to_numpy(copy=True)
        known = frame[column.name].notna().to_numpy()
        if column.kind == "text":
            for place in np.flatnonzero(known):
                cells[place] = slipped_words(str(cells[place]), share, generator)
        else:
            for place in np.flatnonzero(known & (generator.random(len(cells)) < share)):
                cells[place] = slipped(str(cells[place]), generator)
        changed[column.name] = pd.Series(cells, index=frame.index, dtype="str")
    return frame.assign(**changed)


def slipped(word: str, generator: np.random.Generator) -> str:
    """One slip of the fingers: neighbours swapped, a sign left out, doubled or another one."""
    place = int(generator.integers(len(word)))
    way = int(generator.integers(4))
    if way == 0 and len(word) > 1:
        place = min(place, len(word) - 2)
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if way == 1 and len(word) > 1:
        return word[:place] + word[place + 1 :]
    if way == 2:
        return word[: place + 1] + word[place:]
    return word[:place] + string.ascii_lowercase[int(generator.integers(26))] + word[place + 1 :]


def slipped_words(text: str, share: float, generator: np.random.Generator) -> str:
    """A text with slips in a share of its words; of Chinese, with a share of its characters swapped with the next."""

    def one(found: re.Match[str]) -> str:
        word = found.group()
        if _HAN.search(word):
            return _swapped(word, share, generator)
        return slipped(word, generator) if generator.random() < share else word

    return _WORD.sub(one, text)


def _swapped(word: str, share: float, generator: np.random.Generator) -> str:
    signs, chosen = list(word), generator.random(len(word)) < share
    for place in np.flatnonzero(chosen[:-1]):
        signs[place], signs[place + 1] = signs[place + 1], signs[place]
    return "".join(signs)
