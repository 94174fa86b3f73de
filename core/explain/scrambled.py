"""A model that learned nothing, made out of one that did: its reasons must look different.

Retraining on shuffled answers takes minutes; so the insides of the trained members are shuffled instead (the test of
random parameters of Adebayo et al., 2018, arXiv:1810.03292). What is left is their shape: as many trees and hidden
units, as strong, blended with the same weights.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.learn.model import CHUNK, Member, TrainedModel
from core.learn.trees.ensemble import Ensemble
from core.learn.trees.grown import Grown, counted
from core.learn.trees.inputs import categories

if TYPE_CHECKING:
    import pandas as pd

    from core.learn.prepare import Encoded

STRONGER = 10.0
"""A column's contributions are made at most so many times as strong."""
SETS = 16
"""Orders in which the levels of a category are laid before they are cut into two."""


@dataclass(frozen=True, eq=False)
class Scrambled:
    """A ``Member`` whose columns are as strong as others were, and whose hidden units have changed places."""

    member: Member
    centre: np.ndarray
    """(n_features, width) what each column contributes on average."""
    strength: np.ndarray
    """(n_features,)"""
    places: np.ndarray
    """(width,) the hidden unit that each is taken from."""
    signs: np.ndarray
    """(width,) 1 or -1."""
    name: str = "scrambled"
    joint: Literal["sum", "all"] = "sum"

    @property
    def width(self) -> int:
        return self.member.width

    def first_layer(self, rows: pd.DataFrame | Encoded) -> np.ndarray:
        """(n_rows, n_features, width)."""
        apart = (self.member.first_layer(rows) - self.centre)[:, :, self.places]
        return np.asarray(self.centre + apart * (self.strength[:, None] * self.signs))

    def finish(self, hidden: np.ndarray) -> np.ndarray:
        """(n, width) -> (n, n_outputs)."""
        return self.member.finish(hidden)

    def answer(self, rows: pd.DataFrame | Encoded) -> np.ndarray:
        """(n, n_outputs) float64."""
        step = max(1, CHUNK // max(1, self.centre.size))
        parts = []
        for start in range(0, max(1, len(rows)), step):
            some = rows.iloc[start : start + step] if hasattr(rows, "iloc") else rows[start : start + step]
            parts.append(self.finish(self.first_layer(some).sum(axis=1, dtype=np.float64)))
        return np.concatenate(parts)

    def tempered(self, temperature: float) -> Scrambled:
        """The same learner with its probabilities raised to 1 / temperature."""
        return replace(self, member=self.member.tempered(temperature))


def scrambled(model: TrainedModel, seed: int = 0) -> TrainedModel:
    """A model like this one that learned nothing; the seed says which."""
    draw = np.random.default_rng(seed)
    rows = model.encode(model.background)
    order = draw.permutation(len(model.features))
    members = tuple(_member(member, rows, order, draw) for member in model.members)
    return replace(model, members=members, baseline=None, held=None)


def _member(
    member: Member, rows: pd.DataFrame | Encoded, order: np.ndarray, draw: np.random.Generator
) -> Scrambled | Ensemble:
    if isinstance(member, Ensemble):
        return _trees(member, rows, order, draw)
    layer = member.first_layer(rows).astype(np.float64)
    centre = layer.mean(axis=0)
    spread = np.sqrt(((layer - centre) ** 2).mean(axis=(0, 2)))
    strength = np.divide(spread[order], spread, out=np.zeros_like(spread), where=spread > 0)
    signs = draw.choice([-1.0, 1.0], member.width)
    return Scrambled(member, centre, np.minimum(strength, STRONGER), draw.permutation(member.width), signs)


def _trees(member: Ensemble, rows: pd.DataFrame | Encoded, order: np.ndarray, draw: np.random.Generator) -> Ensemble:
    """Every split asks another column, with as many rows on either side, and the leaves have changed places."""
    grown, cells = member.grown, member.cells(rows)
    asked = _asked(member.owners, order, draw)
    inputs = asked[grown.inputs].astype(np.int32)
    shares = _shares(grown, cells)
    named = np.isin(inputs, categories(member.preparation))
    thresholds, codes = np.full(len(inputs), np.nan), [np.zeros(0, dtype=np.int32)] * len(inputs)
    for one in np.unique(inputs):
        mine = np.flatnonzero(inputs == one)
        here = cells[~np.isnan(cells[:, one]), one]
        if named[mine[0]]:
            for node, chosen in zip(mine, _sets(here, shares[mine], draw), strict=True):
                codes[node] = chosen
        else:
            thresholds[mine] = np.quantile(here, shares[mine], method="lower") if len(here) else 0.0
    groups = np.repeat(np.arange(len(grown)), np.diff(grown.leaves)) % max(1, member.groups)
    values = grown.values.copy()
    for group in range(member.groups):
        values[groups == group] = draw.permutation(values[groups == group])
    laid = np.concatenate(codes) if len(codes) else np.zeros(0, dtype=np.int32)
    sets = counted(np.array([len(one) for one in codes], dtype=np.int64))
    return replace(
        member,
        grown=replace(
            grown,
            inputs=inputs,
            thresholds=thresholds,
            gaps=grown.gaps & ~named,
            sets=sets,
            codes=laid.astype(np.int32),
            values=values,
        ),
    )


def _asked(owners: np.ndarray, order: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """(n_inputs,) the input that is asked in place of each: one of another column, by the order of all columns."""
    present = np.array([column for column in order if (owners == column).any()], dtype=np.int64)
    other = dict(zip(np.sort(present).tolist(), present.tolist(), strict=True))
    return np.array([draw.choice(np.flatnonzero(owners == other[int(column)])) for column in owners], dtype=np.int64)


def _shares(grown: Grown, cells: np.ndarray) -> np.ndarray:
    """(n_nodes,) share of the rows that each split sends to the left, none too near to all or nothing."""
    shares = np.empty(len(grown.inputs))
    for one in np.unique(grown.inputs):
        mine = np.flatnonzero(grown.inputs == one)
        shares[mine] = grown.lefts(mine, cells[:, one]).mean(axis=1)
    return np.clip(shares, 0.02, 0.98)


def _sets(codes: np.ndarray, shares: np.ndarray, draw: np.random.Generator) -> list[np.ndarray]:
    """For each share: levels drawn by chance that hold about so many of the rows, at least one of them, never all."""
    levels, counts = np.unique(codes, return_counts=True)
    if len(levels) < 2:
        return [levels.astype(np.int32)] * len(shares)
    orders = [draw.permutation(len(levels)) for _ in range(SETS)]
    held = [np.cumsum(counts[order]) / counts.sum() for order in orders]
    which = draw.integers(0, SETS, len(shares))
    many = [
        int(np.clip(np.searchsorted(held[at], share) + 1, 1, len(levels) - 1))
        for at, share in zip(which, shares, strict=True)
    ]
    return [np.sort(levels[orders[at][:size]]).astype(np.int32) for at, size in zip(which, many, strict=True)]
