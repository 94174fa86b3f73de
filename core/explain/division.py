"""A value divided over the units of a text by what the answer does when they are taken out.

Up to ``FEW`` units by the definition of the Shapley value (Shapley, 1953), up to ``SOME`` by walks that are also walked
backwards (Mitchell et al. 2022, arXiv:2104.12199), more by halving: sentences, then clauses, then words, each pair of
halves by the definition, beside one half of the text's other units and beside the other half (a coalition structure
after Owen, 1977, doi:10.1007/978-3-642-45494-3_7). The halves whose absence moves the answer most are divided first,
so that a long text costs as much as a middling one.

# DIFF: Owen walks through all orders of the other groups; half of the other units is what an order has passed on
# average, and a single word with nothing beside it, which texts are not like, is asked about far less often.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.explain.sampling import Clock

FEW, SOME = 8, 20
MOST = 400
"""Texts that the model is asked about, at most."""
BATCHES = (4, 3, 3)
"""Walks, each forward and backward, that are asked about at once; there must be time for the first of these batches,
for fewer walks are worse than halving."""
STILL = 0.02
"""A stretch that moves the answer by less than this share of what the text does is not divided."""
ROUND = 8
"""Stretches divided at once."""
PROBES = 8
"""Texts that tell how long one takes."""

Stretch = tuple[int, int]
Kept = tuple[Stretch, ...]
"""Stretches of units (first, behind the last) that stay in the text."""
Ask = Callable[[Sequence[Kept]], np.ndarray]
"""Texts -> (n,) answers."""


@dataclass(frozen=True)
class Share:
    """A stretch of units and its part."""

    first: int
    behind: int
    value: float


@dataclass
class Asked:
    """The answers there are, so that none is asked for twice; and what they cost."""

    ask: Ask
    clock: Clock
    known: dict[Kept, float] = field(default_factory=dict)
    once: float = 0.0
    """Seconds that the first question took, which is about two texts: most of it is the price of any question."""
    each: float = 0.0
    """Seconds that each further text takes."""

    def __call__(self, texts: Sequence[Kept]) -> np.ndarray:
        """(n,) answers for texts."""
        texts = [tidy(text) for text in texts]
        fresh = list(dict.fromkeys(text for text in texts if text not in self.known))
        if fresh:
            began = self.clock.passed()
            self.known.update(zip(fresh, self.ask(fresh).tolist(), strict=True))
            self._learn(len(fresh), self.clock.passed() - began)
        return np.array([self.known[text] for text in texts])

    def fits(self, more: int) -> bool:
        """Whether so many more texts are within the time and the number allowed."""
        return len(self.known) + more <= MOST and self.once + more * self.each <= self.clock.left()

    def _learn(self, count: int, seconds: float) -> None:
        if not self.once:
            self.once, self.each = seconds, seconds / count
        elif count > 2:
            self.each = max((seconds - self.once) / (count - 2), seconds / (4 * count))


def divide(borders: Sequence[int], ask: Ask, clock: Clock) -> tuple[tuple[Share, ...], bool]:
    """The parts of a text's units, in order, and whether time ended before it was divided as finely as usual.

    Args:
        borders: (n_units,) how strong the border behind each unit is.
        ask: answers for texts of which only some units are kept.
        clock: no further text is asked about once it is over; of all and of none is asked in any case.

    The values add up to the answer for the whole text less that for an empty one.
    """
    count, asked = len(borders), Asked(ask, clock)
    if not count:
        return (), False
    whole, none = asked([((0, count),), ()])
    if count == 1 or clock.over():
        return (Share(0, count, float(whole - none)),), count > 1
    if count <= SOME:
        asked([_without((at, at + 1), count) for at in range(min(count, PROBES))])
    if count <= FEW and asked.fits(2**count - len(asked.known)):
        return _single(_enumerated(asked, count)), False
    if FEW < count <= SOME and asked.fits(BATCHES[0] * 2 * (count - 1)):
        return _single(_walked(asked, count)), False
    return _halved(asked, borders, abs(float(whole - none)))


def tidy(text: Kept) -> Kept:
    """Neighbouring stretches as one, empty ones left out.

    >>> tidy(((0, 2), (2, 3), (4, 4), (5, 6)))
    ((0, 3), (5, 6))
    """
    found: list[Stretch] = []
    for first, behind in text:
        if found and found[-1][1] == first:
            found[-1] = (found[-1][0], behind)
        elif behind > first:
            found.append((first, behind))
    return tuple(found)


def _single(values: np.ndarray) -> tuple[Share, ...]:
    return tuple(Share(at, at + 1, float(value)) for at, value in enumerate(values))


def _without(stretch: Stretch, count: int) -> Kept:
    return ((0, stretch[0]), (stretch[1], count))


def _of_mask(present: np.ndarray) -> Kept:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], np.asarray(present, dtype=bool), [False]])))
    return tuple(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _enumerated(asked: Asked, count: int) -> np.ndarray:
    """(n_units,) Shapley values by their definition."""
    sets = np.arange(2**count)
    present = (sets[:, None] >> np.arange(count)) & 1
    answers = asked([_of_mask(one) for one in present])
    sizes = present.sum(axis=1)
    weights = np.array([1 / (count * math.comb(count - 1, size)) for size in range(count)])
    values = np.empty(count)
    for at in range(count):
        out = sets[present[:, at] == 0]
        values[at] = weights[sizes[out]] @ (answers[out | (1 << at)] - answers[out])
    return values


def _walked(asked: Asked, count: int) -> np.ndarray:
    """(n_units,) mean of what each unit added along walks, in pairs of opposite orders."""
    total, walks, draw = np.zeros(count), 0, np.random.default_rng(0)
    for pairs in BATCHES:
        if walks and not asked.fits(2 * pairs * (count - 1)):
            break
        orders = [order for _ in range(pairs) for order in _both(draw.permutation(count))]
        texts = [_of_mask(np.argsort(order) < length) for order in orders for length in range(count + 1)]
        for order, answers in zip(orders, asked(texts).reshape(len(orders), count + 1), strict=True):
            total[order] += np.diff(answers)
        walks += len(orders)
    return total / walks


def _both(order: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return order, order[::-1]


@dataclass(frozen=True)
class _Piece:
    """A stretch not yet divided, what it is worth, and how far its absence moves the answer at most."""

    first: int
    behind: int
    value: float
    reach: float


def _halved(asked: Asked, borders: Sequence[int], scale: float) -> tuple[tuple[Share, ...], bool]:
    count = len(borders)
    beside = np.random.default_rng(0).permutation(count) < count // 2
    value = float(asked.known[((0, count),)] - asked.known[()])
    waiting, done, late = [_Piece(0, count, value, math.inf)], list[_Piece](), False
    while waiting:
        waiting.sort(key=lambda piece: (-piece.reach, piece.first - piece.behind, piece.first))
        ready = [piece for piece in waiting if piece.reach > STILL * scale][:ROUND]
        while ready and not asked.fits(8 * len(ready)):
            ready.pop()
        if not ready:
            late = waiting[0].reach > STILL * scale and len(asked.known) + 8 <= MOST
            break
        middles = [_middle(piece, borders) for piece in ready]
        asked([text for piece, at in zip(ready, middles, strict=True) for text in _texts(piece, at, beside)])
        halves = [half for piece, at in zip(ready, middles, strict=True) for half in _halves(asked, piece, at, beside)]
        scale = max(scale, *(half.reach for half in halves))
        waiting = [*waiting[len(ready) :], *(half for half in halves if half.behind - half.first > 1)]
        done += [half for half in halves if half.behind - half.first == 1]
    pieces = sorted([*waiting, *done], key=lambda piece: piece.first)
    return tuple(Share(piece.first, piece.behind, piece.value) for piece in pieces), late


def _texts(piece: _Piece, middle: int, halves: np.ndarray) -> list[Kept]:
    """What is asked about the halves of a piece, beside either half of the text's other units: both, without the left,
    without the right, without both."""
    found = []
    for among in (halves, ~halves):
        for left, right in ((True, True), (False, True), (True, False), (False, False)):
            present = among.copy()
            present[piece.first : middle], present[middle : piece.behind] = left, right
            found.append(_of_mask(present))
    return found


def _halves(asked: Asked, piece: _Piece, middle: int, halves: np.ndarray) -> tuple[_Piece, _Piece]:
    """Both halves of a piece, each by the definition for two players, the mean over what stands beside them."""
    both, no_left, no_right, neither = asked(_texts(piece, middle, halves)).reshape(2, 4).T
    left, right = (both - no_left + no_right - neither) / 2, (both - no_right + no_left - neither) / 2
    parts = settled(np.array([left.mean(), right.mean()]), piece.value)
    of_left, of_right = np.abs([both - no_left, no_right - neither]), np.abs([both - no_right, no_left - neither])
    return (
        _Piece(piece.first, middle, float(parts[0]), float(of_left.max())),
        _Piece(middle, piece.behind, float(parts[1]), float(of_right.max())),
    )


def _middle(piece: _Piece, borders: Sequence[int]) -> int:
    """The unit with which the second half begins: behind the strongest border, of these the one nearest the middle."""
    inside = range(piece.first + 1, piece.behind)
    centre = (piece.first + piece.behind) / 2
    return min(inside, key=lambda at: (-borders[at - 1], abs(at - centre)))


def settled(values: np.ndarray, total: float) -> np.ndarray:
    """The values with what they miss ``total`` by given to them in proportion to their sizes; a 0 stays one.

    >>> settled(np.array([3.0, -1.0, 0.0]), 4.0).tolist()
    [4.5, -0.5, 0.0]
    """
    sizes = np.abs(values)
    if not sizes.sum():
        return np.full(len(values), total / max(1, len(values)))
    return np.asarray(values + sizes / sizes.sum() * (total - values.sum()))
