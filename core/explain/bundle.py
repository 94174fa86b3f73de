"""Walks through a member of several packs (the nets of all folds): of each turn only some packs are walked.

The packs of a net are alike, and so are the background rows: to walk every pack from every row, all in one order,
tells little more than to walk a few of them, each in an order of its own. From every background row a turn walks some
of the packs, and what it did not walk is made up for by three parts that are unbiased together (multilevel Monte Carlo:
Giles 2015, doi:10.1017/S096249291500001X):

- the *guess* of every pack from every row: its slopes at both ends of the way, which cost two passes through the net
  and no walk, made to add up;
- what the walks of some packs say beyond their guess;
- the *bend*: tempered probabilities are not the mean of those of the packs. What they differ by is small, and all
  packs are walked together from only a few rows for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.explain.packs import Steps
from core.explain.trail import Turn, orders, trail

HELD, LEAST = 8_000, 4
"""About so many numbers have the hidden states on the way from a background row in a turn, of the packs walked from it
together; at least so many packs."""
TOGETHER = 2
"""Background rows from which all packs are walked together in a turn, at least."""


@dataclass(frozen=True, eq=False)
class Lot:
    """Ways that are walked in a turn."""

    rows: np.ndarray
    """(n_ways,) the background row of each."""
    order: np.ndarray
    """(n_ways, n_columns)"""
    packs: np.ndarray
    """(n_ways,) the pack of each; empty where all packs are walked."""


def apart(count: int, columns: int, packs: int, slots: int, turn: Turn) -> Lot:
    """From every background row some packs, slot by slot, each in an order of its own; one after another in turns."""
    deal = np.random.default_rng(turn.seed).permuted(np.tile(np.arange(packs), (count, 1)), axis=1)
    chosen = deal[:, (turn.number * slots + np.arange(slots)) % packs]
    order = [orders(count, columns, turn.seed, turn.number, slot + 1) for slot in range(slots)]
    return Lot(np.tile(np.arange(count), slots), np.concatenate(order), chosen.T.ravel())


def together(count: int, columns: int, many: int, turn: Turn) -> Lot:
    """From a few background rows, one of each stretch of them, all packs."""
    starts = np.arange(many + 1) * count // many
    draw = np.random.default_rng((turn.seed, turn.number, 1, 1))
    rows = draw.integers(starts[:-1], starts[1:])
    return Lot(rows, draw.permuted(np.tile(np.arange(columns), (many, 1)), axis=1), np.empty(0, dtype=np.int64))


@dataclass(frozen=True, eq=False)
class Bundle:
    """A row explained, in a member of several packs."""

    steps: Steps

    def jobs(self, turns: Sequence[Turn]) -> tuple[list[Callable[[], None]], Callable[[], list[list[np.ndarray]]]]:
        """Work that may be done at the same time, and what to make of it: of ``walks.walk``."""
        (count, columns), packs = self.steps.moves.shape, self.steps.part.packs
        slots = min(packs, max(LEAST, HELD // max(1, columns * self.steps.ends.shape[1])))
        some = [apart(count, columns, packs, slots, turn) for turn in turns]
        every = [together(count, columns, self._many(slots), turn) for turn in turns if self._bent]
        which = np.concatenate([lot.packs for lot in some])
        rows, order = (np.concatenate([getattr(lot, name) for lot in (*some, *every)]) for name in ("rows", "order"))
        way, own = trail(order, self.steps.moves[rows]), len(which)
        halves = np.zeros((own, max(1, way.steps) - 1))
        scores: dict[int, np.ndarray] = {}

        def job(pack: int) -> None:
            mine = np.flatnonzero(which == pack)
            chosen = np.concatenate([mine, np.arange(own, len(rows))])
            found = self.steps.walked(pack, way.of(chosen), rows[chosen])
            there, back = self._single(found[:, : len(mine)])
            halves[mine, : there.shape[1]] = (there - back) / 2
            scores[pack] = found[:, len(mine) :]

        def joined() -> list[list[np.ndarray]]:
            mine = way.of(slice(own))
            values = mine.values(
                halves[:, : max(1, mine.steps) - 1], self._starts[which, rows[:own]], self._ends[which]
            )
            values -= self._guess[which, rows[:own]]
            means = values.reshape(len(turns), -1, count, columns).mean(axis=1) + self._guess.mean(axis=0)
            bends = self._bends([scores[pack] for pack in range(packs)], every) if every else [[]] * len(turns)
            return [[mean, *bend] for mean, bend in zip(means, bends, strict=True)]

        return [lambda pack=pack: job(pack) for pack in range(packs)], joined  # type: ignore[misc]

    def exact(self, columns: int) -> np.ndarray:
        """(n_columns,) values of an affine member."""
        return self.steps.exact(columns)

    def _bends(self, scores: list[np.ndarray], every: list[Lot]) -> list[list[np.ndarray]]:
        """Of each turn (n_ways, n_columns) of what the answer differs by from the mean of the packs'."""
        steps = self.steps
        rows = np.concatenate([lot.rows for lot in every])
        way = trail(np.concatenate([lot.order for lot in every]), steps.moves[rows])
        there, back = self._differing(np.stack([part[:, :, : max(1, way.steps) - 1] for part in scores]))
        (starts, end), moves = self._bend, np.asarray(steps.moves.any(axis=0))
        share = _shares(np.abs(self._guess.mean(axis=(0, 1))), moves)
        values = way.values((there - back) / 2, starts[rows], end)
        values -= (end - starts[rows])[:, None] * share
        sure = (end - starts.mean()) * share
        return [[part * _weights(len(part), len(starts)) + sure] for part in np.split(values, len(every))]

    def _single(self, scores: np.ndarray) -> np.ndarray:
        """(..., n_outputs) scores -> (...) weighted answers of each pack by itself."""
        return self.steps.part.alone(scores, self.steps.label)

    def _differing(self, scores: np.ndarray) -> np.ndarray:
        """(packs, ..., n_outputs) scores -> (...) what the weighted answer differs by from the mean of the packs'."""
        flat = scores.reshape(len(scores), -1, scores.shape[-1])
        answers = self.steps.part.linked(flat, self.steps.label).reshape(scores.shape[1:-1])
        return np.asarray(answers - self._single(scores).mean(axis=0))

    def _many(self, slots: int) -> int:
        """Background rows from which all packs are walked: the more, the more of the answers' differences is bend; the
        fewer, the more packs there are (shares by the root of variance and cost: Giles 2015)."""
        (starts, _), (packs, count) = self._bend, self._starts.shape
        whole = float(self._starts.mean(axis=0).std())
        share = float(starts.std()) / whole if whole else 0.0
        return int(min(count, max(TOGETHER, round(count * slots * share / packs**0.5))))

    @property
    def _bent(self) -> bool:
        """Whether the answer is anything else than the mean of those of the packs."""
        return self.steps.part.tempered

    @cached_property
    def _starts(self) -> np.ndarray:
        """(packs, n_background) weighted answers of each pack for the background rows."""
        return self._single(self.steps.part.scores)

    @cached_property
    def _ends(self) -> np.ndarray:
        """(packs,) weighted answers of each pack for the row."""
        return self._single(self.steps.scores)[:, 0]

    @cached_property
    def _bend(self) -> tuple[np.ndarray, float]:
        """(n_background,) what the answers for background rows differ by from the mean of the packs'; of the row."""
        return self._differing(self.steps.part.scores), float(self._differing(self.steps.scores)[0])

    @cached_property
    def _guess(self) -> np.ndarray:
        """(packs, n_background, n_columns) what the columns add by the slopes at both ends, made to add up."""
        steps, part = self.steps, self.steps.part
        (near, there), laid = part.sloped(steps.label), steps.laid
        far = part.slopes(steps.ends[:, None], steps.label)
        packs, width = len(laid), laid.shape[-1]
        found = np.matmul(near, laid.transpose(0, 2, 1)) - there
        found += np.matmul(laid, far.transpose(0, 2, 1)).transpose(0, 2, 1)
        found -= np.matmul(part.background.reshape(packs, -1, width), far.transpose(0, 2, 1)).reshape(found.shape)
        guess = np.where(steps.moves, found / 2, 0.0).astype(np.float64)
        gap = self._ends[:, None] - self._starts - guess.sum(axis=2)
        return np.asarray(guess + gap[..., None] * _shares(np.abs(guess), steps.moves))


def _shares(sizes: np.ndarray, moves: np.ndarray) -> np.ndarray:
    """(..., n_columns) parts of a whole by size; where all are 0, each column that moves has the same."""
    whole = sizes.sum(axis=-1, keepdims=True)
    even = moves / np.maximum(moves.sum(axis=-1, keepdims=True), 1)
    return np.asarray(np.where(whole > 0, sizes / np.where(whole > 0, whole, 1.0), even))


def _weights(many: int, count: int) -> np.ndarray:
    """(many, 1) of stretches of the background rows: 1 where all are equally long."""
    starts = np.arange(many + 1) * count // many
    return np.asarray(np.diff(starts) * many / count)[:, None]
