"""What linear models and nets are once they have learnt: an affine first layer over columns, a tail of layers, a link.

A pack is several of them side by side (the nets of all folds); its answer is the mean of theirs.

Numpy only: answers need no torch, are the same on every machine that has the same arrays, and come in milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from core.learn.link import sigmoid, softmax, temper
from core.learn.model import CHUNK
from core.learn.prepare import Encoded, Preparation

if TYPE_CHECKING:
    import pandas as pd

HELD = 500_000
"""Numbers of hidden states that are worked on at once: more fall out of the processor's cache."""


@dataclass(frozen=True, eq=False)
class First:
    """The affine first layer in exported form; float32 all.

    A number x adds ``line * clip(standardised x) + base[bin] + share * slope[bin] + gone * (x is missing)``.

    Without ``mix`` every array ends in ``width`` outputs. With it, each column first becomes a few figures, in every
    group (fold) its own: the arrays of numbers and levels then begin with (groups,) and end in figures, and ``mix``
    makes outputs of them.
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
    """Per text column (n_terms, width); not used with ``mix``."""
    reach: float
    """Standardised numbers are drawn in to plus or minus this."""
    vectors: tuple[np.ndarray, ...] = ()
    """Per text column (width of ``Encoded.vectors``, width), or empty where these are not used, or with ``mix``."""
    mix: np.ndarray | None = None
    """(groups, figures, width / groups); figures in this order: of numbers, of categories, of text vectors."""

    @property
    def width(self) -> int:
        return int(self.line.shape[1]) if self.mix is None else self.mix.shape[0] * self.mix.shape[2]

    @property
    def binned(self) -> bool:
        return bool(self.base.shape[-2])


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

        Nets are reckoned in float32, as in their training and in walks: twice as fast, and 1e-7 is no difference.
        """
        if self.first.mix is None:
            step = max(1, CHUNK // (max(1, len(self.preparation.features)) * max(1, self.width)))
        else:
            step = max(1, CHUNK // (self.first.mix[..., 0].size + self.width))
        parts = []
        for start in range(0, max(1, len(rows)), step):
            encoded = self._encoded(rows[start : start + step])
            parts.append(self.finish(self._hidden(encoded)))
        return np.concatenate(parts)

    def first_layer(self, rows: pd.DataFrame | Encoded) -> np.ndarray:
        """(n, n_features, width) float32: what each original column adds."""
        encoded = self._encoded(rows)
        if self.first.mix is not None:
            return self._mixed(encoded)
        owners = self.preparation.owners
        added = np.zeros((len(self.preparation.features), len(encoded), self.width), dtype=np.float32)
        if self.preparation.numbers:
            _lay(added, owners["numbers"], self._numbers(encoded.numbers).transpose(1, 0, 2))
        for place, owner in enumerate(owners["levels"]):
            codes = encoded.codes[:, place] + self.preparation.level_starts[place]
            added[owner] += self.first.levels[codes]
        for text, owner, weights in zip(encoded.texts, owners["texts"], self.first.texts, strict=True):
            added[owner] += text @ weights
        for vectors, owner, weights in zip(encoded.vectors, owners["texts"], self.first.vectors, strict=False):
            added[owner] += vectors @ weights
        return added.transpose(1, 0, 2)

    def finish(self, hidden: np.ndarray) -> np.ndarray:
        """(n, width) sums -> (n, n_outputs) float64 on the scale shown; float32 sums are finished in float32."""
        step = max(1, HELD // max(1, self.width))
        parts = [self._scores(hidden[start : start + step]) for start in range(0, max(1, len(hidden)), step)]
        scores = np.concatenate(parts, axis=1) if len(parts) > 1 else parts[0]
        if self.link == "identity":
            return np.asarray(self.shift + self.scale * scores.mean(axis=0))
        chances = sigmoid(scores) if self.link == "sigmoid" else softmax(scores)
        return temper(chances.mean(axis=0), self.temperature)

    def part(self, group: int) -> Learner:
        """The packs of one group (fold) alone."""
        first = self.first
        if first.mix is None:
            raise ValueError("a learner has groups where its first layer is mixed, but: this one is not")
        one, each = slice(group, group + 1), self.packs // len(first.mix)
        names = ("line", "gone", "base", "slope", "levels", "mix")
        width, packs = first.mix.shape[2], slice(group * each, (group + 1) * each)
        return replace(
            self,
            first=replace(first, **{name: getattr(first, name)[one] for name in names}),
            bias=self.bias[group * width : (group + 1) * width],
            tail=tuple((weights[packs], bias[packs]) for weights, bias in self.tail),
            packs=each,
        )

    def _encoded(self, rows: pd.DataFrame | Encoded) -> Encoded:
        return rows if isinstance(rows, Encoded) else self.preparation.encode(rows)

    def _hidden(self, rows: Encoded) -> np.ndarray:
        """(n, width): contributions put together; float32 of nets, else float64."""
        if self.first.mix is None:
            return np.asarray(self.first_layer(rows).sum(axis=1, dtype=np.float64))
        hidden = np.matmul(self._figures(rows), self._mix)
        return np.asarray(hidden.transpose(1, 0, 2).reshape(len(rows), self.width))

    def _mixed(self, rows: Encoded) -> np.ndarray:
        """(n, n_features, width) float32."""
        figures, mix = self._figures(rows), self._mix
        groups, _, width = mix.shape
        added = np.zeros((len(rows), len(self.preparation.features), groups, width), dtype=np.float32)
        for feature, inputs in self._inputs.items():
            added[:, feature] = np.matmul(figures[:, :, inputs], mix[:, inputs]).transpose(1, 0, 2)
        return added.reshape(*added.shape[:2], self.width)

    def _figures(self, rows: Encoded) -> np.ndarray:
        """(groups, n, figures) float32."""
        first, groups, parts = self.first, len(self._mix), []
        if self.preparation.numbers:
            parts.append(_flat(self._numbers(rows.numbers)))
        if self.preparation.levels:
            codes = rows.codes + self.preparation.level_starts[:-1]
            parts.append(_flat(first.levels[:, codes]))
        parts.extend(np.broadcast_to(part, (groups, *part.shape)) for part in rows.vectors)
        if not parts:
            return np.zeros((groups, len(rows), 0), dtype=np.float32)
        return np.asarray(np.concatenate(parts, axis=2, dtype=np.float32))

    def _numbers(self, numbers: np.ndarray) -> np.ndarray:
        """(..., n, n_numbers, width or figures) float32, with groups in front where there are some."""
        first, grid = self.first, self.preparation.grid(numbers, self.first.binned)
        standard = np.clip(grid.standard, -first.reach, first.reach)
        added = standard[:, :, None] * first.line[..., None, :, :]
        if first.binned:
            added += first.base[..., grid.bins, :]
            added += grid.share[:, :, None] * first.slope[..., grid.bins, :]
        if grid.missing.any():
            added += grid.missing[:, :, None] * first.gone[..., None, :, :]
        return np.asarray(added)

    def _scores(self, hidden: np.ndarray) -> np.ndarray:
        """(packs, n, n_outputs) float64 before the link."""
        single = hidden.dtype == np.float32
        bias, tail = self._single if single else (self.bias, self.tail)
        hidden = hidden if single else hidden.astype(np.float64, copy=False)
        state = (hidden + bias).reshape(len(hidden), self.packs, self.width // self.packs).transpose(1, 0, 2)
        for weights, more in tail:
            state = np.maximum(state, 0.0) @ weights
            state += more[:, None]
        return np.asarray(state, dtype=np.float64)

    @cached_property
    def _mix(self) -> np.ndarray:
        return np.asarray(self.first.mix, dtype=np.float32)

    @cached_property
    def _single(self) -> tuple[np.ndarray, Any]:
        tail = tuple((weights.astype(np.float32), bias.astype(np.float32)) for weights, bias in self.tail)
        return self.bias.astype(np.float32), tail

    @cached_property
    def _inputs(self) -> dict[int, np.ndarray]:
        """Figures of each feature that has some."""
        owners = self.preparation.owners
        widths = list(self.preparation.vector_widths)
        owner = np.concatenate(
            [
                np.repeat(owners["numbers"], self.first.line.shape[-1]),
                np.repeat(owners["levels"], self.first.levels.shape[-1]),
                np.repeat(owners["texts"][: len(widths)], widths),
            ]
        ).astype(np.int64)
        order = np.argsort(owner, kind="stable")
        found, starts = np.unique(owner[order], return_index=True)
        return dict(zip(found.tolist(), np.split(order, starts[1:]), strict=True)) if len(found) else {}


def _flat(figures: np.ndarray) -> np.ndarray:
    """(groups, n, columns, figures) -> (groups, n, columns * figures)."""
    groups, rows, columns, each = figures.shape
    return figures.reshape(groups, rows, columns * each)


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
