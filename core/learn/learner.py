"""What linear models and nets are once they have learnt: an affine first layer over columns, a tail of layers, a link.

A pack is several of them side by side (the nets of all folds); its answer is the mean of theirs.

Numpy only: answers need no torch, are the same on every machine that has the same arrays, and come in milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.learn.link import sigmoid, softmax, temper
from core.learn.model import CHUNK
from core.learn.prepare import Encoded, Preparation

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class First:
    """The affine first layer in exported form; ``width`` outputs, float32 all.

    A number x adds ``line * clip(standardised x) + base[bin] + share * slope[bin] + gone * (x is missing)``.
    """

    line: np.ndarray
    """(n_numbers, width)."""
    gone: np.ndarray
    """(n_numbers, width): added where the number is missing."""
    base: np.ndarray
    """(n_bins of all numbers, width), or no rows where bins are not used."""
    slope: np.ndarray
    """Like ``base``."""
    levels: np.ndarray
    """(n_codes of all categories, width)."""
    texts: tuple[np.ndarray, ...]
    """Per text column (n_terms, width)."""
    reach: float
    """Standardised numbers are drawn in to plus or minus this."""
    vectors: tuple[np.ndarray, ...] = ()
    """Per text column (width of ``Encoded.vectors``, width), or empty where these are not used."""

    @property
    def width(self) -> int:
        return int(self.line.shape[1])


@dataclass(frozen=True, eq=False)
class Learner:
    """A ``Member``: the simple model and the nets differ in their arrays only."""

    name: str
    preparation: Preparation
    first: First
    """Its width is that of all packs together, pack by pack."""
    bias: np.ndarray
    """(width,) float64."""
    tail: tuple[tuple[np.ndarray, np.ndarray], ...] = ()
    """Layers (weights (packs, inputs, outputs), bias (packs, outputs)) float64, each after a rectifier."""
    packs: int = 1
    link: Literal["sigmoid", "softmax", "identity"] = "identity"
    shift: float = 0.0
    scale: float = 1.0
    """Regression: the answer is ``shift + scale * output``."""
    temperature: float = 1.0
    joint: Literal["sum", "all"] = "sum"

    @property
    def width(self) -> int:
        return self.first.width

    def tempered(self, temperature: float) -> Learner:
        """The same with its probabilities raised to 1 / temperature."""
        return replace(self, temperature=temperature)

    def answer(self, rows: pd.DataFrame | Encoded) -> np.ndarray:
        """(n, n_outputs) float64, a chunk of rows at a time.

        Contributions are summed in float64, in the same way wherever they are summed, so that reasons add up.
        """
        step = max(1, CHUNK // (max(1, len(self.preparation.features)) * max(1, self.width)))
        starts = range(0, max(1, len(rows)), step)
        parts = [self.first_layer(rows[start : start + step]).sum(axis=1, dtype=np.float64) for start in starts]
        return np.concatenate([self.finish(part) for part in parts])

    def first_layer(self, rows: pd.DataFrame | Encoded) -> np.ndarray:
        """(n, n_features, width) float32: what each original column adds."""
        encoded = rows if isinstance(rows, Encoded) else self.preparation.encode(rows)
        owners = self.preparation.owners
        added = np.zeros((len(self.preparation.features), len(encoded), self.width), dtype=np.float32)
        if self.preparation.numbers:
            _lay(added, owners["numbers"], self._numbers(encoded.numbers))
        for place, owner in enumerate(owners["levels"]):
            codes = encoded.codes[:, place] + self.preparation.level_starts[place]
            added[owner] += self.first.levels[codes]
        for text, owner, weights in zip(encoded.texts, owners["texts"], self.first.texts, strict=True):
            added[owner] += text @ weights
        for vectors, owner, weights in zip(encoded.vectors, owners["texts"], self.first.vectors, strict=False):
            added[owner] += vectors @ weights
        return added.transpose(1, 0, 2)

    def finish(self, hidden: np.ndarray) -> np.ndarray:
        """(n, width) sums -> (n, n_outputs) float64 on the scale shown."""
        state = hidden.astype(np.float64, copy=False) + self.bias
        state = state.reshape(len(state), self.packs, -1).transpose(1, 0, 2)
        for weights, bias in self.tail:
            state = np.maximum(state, 0.0) @ weights + bias[:, None]
        if self.link == "identity":
            return np.asarray(self.shift + self.scale * state.mean(axis=0))
        chances = sigmoid(state) if self.link == "sigmoid" else softmax(state)
        return temper(chances.mean(axis=0), self.temperature)

    def _numbers(self, numbers: np.ndarray) -> np.ndarray:
        """(n_numbers, n, width) float32."""
        first, grid = self.first, self.preparation.grid(numbers, len(self.first.base) > 0)
        standard = np.clip(grid.standard, -first.reach, first.reach)
        added = standard.T[:, :, None] * first.line[:, None, :]
        if len(first.base):
            bins = grid.bins.T
            added += first.base[bins]
            added += grid.share.T[:, :, None] * first.slope[bins]
        if grid.missing.any():
            added += grid.missing.T[:, :, None] * first.gone[:, None, :]
        return np.asarray(added)


def _lay(added: np.ndarray, owners: np.ndarray, parts: np.ndarray) -> None:
    """Lays parts into the columns that own them; a date owns several."""
    if len(np.unique(owners)) == len(owners):
        added[owners] = parts
    else:
        np.add.at(added, owners, parts)


def neutral(levels: np.ndarray, counts: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """(n_codes, width) levels; codes that no training row had become the mean over the training rows of their column.

    Args:
        levels: (n_codes, width), changed in place.
        counts: (n_codes,) training rows of each code.
        starts: (n_columns + 1,) where the codes of each column begin.
    """
    for start, stop in pairwise(starts):
        seen = counts[start:stop]
        if seen.sum():
            mean = (seen @ levels[start:stop]) / seen.sum()
            levels[start:stop][seen == 0] = mean
    return levels
