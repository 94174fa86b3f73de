"""The search for small sets of changes: single ones, sets that grow, cells of real cases, and what may be taken back.

No derivative is asked for, so that it works with any model: many cases are put to it at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.whatif.asker import Asker, State, touched, with_change, without
from core.whatif.levers import Lever
from core.whatif.passages import shorter
from core.whatif.scenario import Cell

BEAM = 8
"""Sets of changes of one size that are made larger."""
WIDE = 256
"""Larger sets that are tried of one size."""
DEPTH = 4
"""Columns changed together, at most; while nothing reaches the aim, ``DEEPEST``."""
DEEPEST = 7
MOVES = 3
"""Cells of a column that larger sets are made of."""
POOL = 8
"""Sets that are made as small as they go."""
SENTENCES = 4
"""Sentences left out of a text beside the first."""
LEAST = 0.002
"""Share of the way left that a further step must be worth."""
POINTS = 5
"""Numbers tried between a cell and where it was."""
ROUNDS = 8


@dataclass(frozen=True)
class Move:
    """One change, and what it did by itself."""

    place: int
    cell: Cell
    gain: float
    """How much nearer to the aim, by itself."""
    rank: float


def singles(asker: Asker) -> list[list[Move]]:
    """Every cell that is tried, by itself; the best moves of each lever."""
    states = [((place, cell),) for place, lever in enumerate(asker.levers) for cell in _tried(asker, lever)]
    gaps = asker.ask([(), *states])
    start = gaps[0]
    moves: list[list[Move]] = [[] for _ in asker.levers]
    for state, gap in zip(states, gaps[1:], strict=True):
        if np.isfinite(gap):
            place, cell = state[0]
            moves[place].append(Move(place, cell, float(start - gap), asker.rank(state)))
    for place, lever in enumerate(asker.levers):
        if lever.column.kind == "text" and moves[place]:
            moves[place] += _deeper(asker, place, start)
    return [_best(of_lever) for of_lever in moves]


def _deeper(asker: Asker, place: int, start: float) -> list[Move]:
    """Of a text: more and more of it left out, always what brings the answer nearest."""
    found: list[Move] = []
    for _ in range(SENTENCES):
        lever = asker.levers[place]
        whole = str(lever.now or "")
        cut = [cell for cell in lever.cells if len(str(cell)) < len(whole)]
        best = min(cut, key=lambda cell: asker.gaps.get(((place, cell),), np.inf), default=None)
        if best is None or asker.gaps.get(((place, best),), np.inf) <= 0:
            break
        less = shorter(str(best), whole, lever.prices[str(best)])
        new = {one: cost for one, cost in less.items() if one not in lever.prices}
        if not new:
            break
        longer = replace(lever, prices={**lever.prices, **new}, cells=(*lever.cells, *new))
        asker.levers = (*asker.levers[:place], longer, *asker.levers[place + 1 :])
        states: list[State] = [((place, one),) for one in new]
        gaps = asker.ask(states)
        found += [
            Move(place, one, float(start - gap), asker.rank(state))
            for one, state, gap in zip(new, states, gaps, strict=True)
            if np.isfinite(gap)
        ]
    return found


def _tried(asker: Asker, lever: Lever) -> list[Cell]:
    far = lever.reach(asker.budget) if np.isfinite(asker.budget) else []
    return list(dict.fromkeys([*lever.cells, *far]))


def _best(moves: Sequence[Move]) -> list[Move]:
    """The one that gains most, that which gains most for what it costs, and a cheap one."""
    if not moves:
        return []
    by_gain = sorted(moves, key=lambda move: (-move.gain, move.rank))
    by_worth = sorted(moves, key=lambda move: (-move.gain / move.rank, move.rank))
    if by_gain[0].gain <= 0:
        return by_gain[:1]
    half = [move for move in by_gain if move.gain >= by_gain[0].gain / 2]
    chosen = [by_gain[0], by_worth[0], min(half, key=lambda move: move.rank)]
    return list(dict.fromkeys(chosen))[:MOVES]


def grow(asker: Asker, moves: Sequence[Sequence[Move]], enough: int) -> None:
    """Sets of two, three and more changes, the most promising first; what they lead to is kept by the asker.

    Args:
        asker: knows the single changes already.
        moves: of each lever; empty for those that are to stay.
        enough: different sets of columns that reach the aim, after which only better ones are looked for.
    """
    start = asker.gaps[()]
    worth = max((move.gain / move.rank for of_lever in moves for move in of_lever), default=0.0)
    price = 1 / worth if worth > 0 else 1 / max(start, 1e-9)
    beam: list[State] = [()]
    for depth in range(1, DEEPEST + 1):
        found = _sets(asker)
        if (depth > DEPTH and found) or asker.over:
            return
        bound = found[enough - 1] if len(found) >= enough else np.inf
        larger = _larger(asker, beam, moves, price, bound)
        if depth == 1:
            larger += [((move.place, move.cell),) for of_lever in moves for move in of_lever]
        asker.ask(larger)
        open_ones = [state for state in dict.fromkeys(larger) if 0 < asker.gaps.get(state, np.inf) < np.inf]
        beam = _promising(asker, open_ones, price)
        if not beam:
            return


def _larger(
    asker: Asker, beam: Sequence[State], moves: Sequence[Sequence[Move]], price: float, bound: float
) -> list[State]:
    """Each set of the beam with one more change, those that should come nearest first."""
    hoped: dict[State, float] = {}
    for state in beam:
        taken, spent = touched(state), asker.cost(state)
        for place, of_lever in enumerate(moves):
            if place in taken:
                continue
            for move in [*of_lever, *_rest(asker, place, of_lever, spent)]:
                made = with_change(state, place, move.cell)
                rank = asker.rank(made)
                if rank < bound and asker.cost(made) <= asker.budget:
                    left = max(asker.gaps[state] - move.gain, 0.0)
                    hoped[made] = min(hoped.get(made, np.inf), rank + price * left)
    return sorted(hoped, key=lambda made: hoped[made])[:WIDE]


def _rest(asker: Asker, place: int, moves: Sequence[Move], spent: float) -> list[Move]:
    """With a budget: as far as the rest of it goes."""
    if not np.isfinite(asker.budget) or not moves:
        return []
    lever = asker.levers[place]
    best = max(moves, key=lambda move: move.gain)
    now = lever.now
    if not isinstance(now, float) or not isinstance(best.cell, float):
        return []
    far = [cell for cell in lever.reach(asker.budget - spent) if (cell > now) == (best.cell > now)]
    return [Move(place, cell, best.gain, asker.rank(((place, cell),))) for cell in far]


def _promising(asker: Asker, states: Sequence[State], price: float) -> list[State]:
    """The sets worth making larger, one for each set of columns."""
    hoped = {state: asker.rank(state) + price * asker.gaps[state] for state in states}
    chosen: dict[frozenset[int], State] = {}
    for state in sorted(states, key=lambda one: hoped[one]):
        chosen.setdefault(touched(state), state)
    return list(chosen.values())[:BEAM]


def prune(asker: Asker, states: Sequence[State]) -> None:
    """Takes back what is not needed of large sets that reach the aim; what is left is kept by the asker.

    Of each set the changes are put in the order of how much the answer misses them; as many of the least missed as
    possible are then taken back at once, and again.
    """
    left = [state for state in states if asker.gaps.get(state, np.inf) <= 0]
    for _ in range(ROUNDS):
        if not left or asker.over:
            return
        asker.ask(without(state, [place]) for state in left for place in touched(state))
        steps = {state: _ladder(asker, state) for state in left}
        asker.ask(one for ladder in steps.values() for one in ladder)
        smaller = [_shortest(asker, state, ladder) for state, ladder in steps.items()]
        left = [now for now, state in zip(smaller, steps, strict=True) if now != state]


def _ladder(asker: Asker, state: State) -> list[State]:
    """The set without its least missed change, without its two least missed, and so on."""

    def missed(place: int) -> tuple[float, float, int]:
        gap = asker.gaps.get(without(state, [place]), np.inf)
        cost = asker.levers[place].cost(dict(state)[place])
        return gap - 0.01 * cost, -cost, place

    order = sorted(touched(state), key=missed)
    return [without(state, order[:count]) for count in range(1, len(order))]


def _shortest(asker: Asker, state: State, ladder: Sequence[State]) -> State:
    fit = [one for one in ladder if asker.gaps.get(one, np.inf) <= 0]
    return min(fit, key=asker.rank, default=state)


def refine(asker: Asker, states: Sequence[State]) -> list[State]:
    """Each set as small as it goes: changes taken back, numbers brought nearer to where they were."""
    now = list(states)
    fails: list[dict[int, float]] = [{} for _ in now]
    active = set(range(len(now)))
    for _ in range(ROUNDS):
        if not active or asker.over:
            break
        tried = {at: _smaller(asker, now[at], fails[at]) for at in sorted(active)}
        asker.ask(one for options in tried.values() for one in options)
        for at, options in tried.items():
            known = dict(fails[at])
            better = _tightened(asker, now[at], options, fails[at])
            if better == now[at] and fails[at] == known:
                active.discard(at)
            now[at] = better
    return now


def _smaller(asker: Asker, state: State, fails: dict[int, float]) -> list[State]:
    """What is a little less than a set of changes."""
    options = [without(state, [place]) for place, _ in state] if len(state) > 1 else []
    for place, cell in state:
        lever = asker.levers[place]
        if isinstance(cell, float) and isinstance(lever.now, float):
            near = fails.get(place, lever.now)
            nearer = [one for one in lever.between(cell, near, POINTS) if lever.within(one)]
            options += [with_change(state, place, one) for one in nearer]
    return options


def _tightened(asker: Asker, state: State, options: Sequence[State], fails: dict[int, float]) -> State:
    """The best of the options that still reaches the aim; where numbers failed is noted."""
    bound = -asker.target.margin if asker.gaps[state] <= -asker.target.margin else 0.0
    fit = [one for one in options if asker.gaps.get(one, np.inf) <= bound]
    best = min(fit, key=asker.rank, default=state)
    if asker.rank(best) >= asker.rank(state):
        best = state
    cells = dict(state)
    for one in options:
        if asker.gaps.get(one, -np.inf) > bound and len(one) == len(state):
            place, cell = next((place, cell) for place, cell in one if cells[place] != cell)
            lever = asker.levers[place]
            if isinstance(cell, float) and isinstance(lever.now, float):
                known = fails.get(place, lever.now)
                new, reached = dict(best).get(place), abs(cell - lever.now)
                inside = not isinstance(new, float) or reached < abs(new - lever.now)
                if inside and reached > abs(known - lever.now):
                    fails[place] = cell
    return best


def _sets(asker: Asker) -> list[float]:
    """The rank of the best way over each different set of columns, rising."""
    best: dict[frozenset[int], float] = {}
    for state in asker.reached():
        best.setdefault(touched(state), asker.rank(state))
    return sorted(best.values())


def climb(asker: Asker) -> None:
    """From the set that comes nearest: one cell after the other put where it brings the answer nearer, or put back."""
    now = min(asker.gaps, key=lambda state: (asker.gaps[state], asker.rank(state)))
    for _ in range(ROUNDS):
        options = [without(now, [place]) for place in touched(now)]
        for place, lever in enumerate(asker.levers):
            spent = asker.cost(without(now, [place]))
            far = lever.reach(asker.budget - spent) if np.isfinite(asker.budget) else []
            options += [with_change(now, place, cell) for cell in (*lever.cells, *far)]
        asker.ask(options)
        best = min(options, key=lambda state: (asker.gaps.get(state, np.inf), asker.rank(state)))
        if asker.gaps.get(best, np.inf) >= asker.gaps[now] * (1 - LEAST) or asker.over:
            return
        now = best
        if asker.gaps[now] <= 0:
            prune(asker, [now])
            return


def scatter(asker: Asker, moves: Sequence[Sequence[Move]], seed: int) -> None:
    """Sets of changes by chance, for answers that no change moves by itself; the seed decides which."""
    draw = np.random.default_rng(seed)
    open_ones = [place for place, of_lever in enumerate(moves) if of_lever]
    if len(open_ones) < 2:
        return
    made = []
    for _ in range(WIDE):
        places = draw.choice(open_ones, size=min(int(draw.integers(2, DEPTH + 1)), len(open_ones)), replace=False)
        cells = [
            (int(place), asker.levers[place].cells[draw.integers(len(asker.levers[place].cells))]) for place in places
        ]
        made.append(tuple(sorted(cells, key=lambda one: one[0])))
    asker.ask(made)
    prune(asker, asker.reached()[:POOL])
