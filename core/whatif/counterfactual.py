"""The smallest changes that lead the model to a wanted answer, and an honest no where there are none.

Several ways that change different columns (Mothilal, Sharma and Tan, 2020, doi:10.1145/3351095.3372850), few columns
first, near real cases. DIFF: no gradient and no random start; candidates come from real rows, so that categories,
missing values, dates and texts are searched like numbers.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.data.conform import conform
from core.errors import Problem
from core.whatif.aims import target
from core.whatif.answer import Support
from core.whatif.asker import Asker, State, touched, typed
from core.whatif.basis import Basis
from core.whatif.donors import donors
from core.whatif.levers import COLUMNS, levers
from core.whatif.limits import limits, overruled
from core.whatif.search import POOL, Move, climb, grow, prune, refine, scatter, singles
from core.whatif.start import cell
from core.whatif.support import support
from core.whatif.ways import Aim, Limit, Way, Ways
from core.words import N_, Message

__all__ = ["limits", "ways"]

SHARE = 0.8
"""Of the time, for the search; the rest is for holding its results against real cases."""
UNUSUAL = 2.0
"""Changes that an unusual result counts as, beside its own."""
ALIKE = 2.0
"""Changes that a way counts as which changes the very columns of one shown already."""
WAVES = 3
"""Times that other sets are looked at where results are unusual."""
JUDGED = 20
"""Sets of changes that are held against real cases."""
NEEDLESS = 0.003
"""Share of the whole distance to the aim that a change must be worth where the aim is out of reach."""
MOST = 12

ALREADY = N_("The model already gives this answer: nothing has to change.")
FIXED = N_("No column may be changed. Allow at least one of them to change.")
STUCK = N_("There is no honest way: nothing that may be changed moves the model's answer in this direction.")
NO_WAY = N_(
    "There is no honest way: no changes within these limits lead the model to “{label}”. The nearest has a chance of "
    "{chance:percent}."
)
NO_NUMBER = N_(
    "There is no honest way: no changes within these limits lead the model to this number. The nearest is "
    "{answer:number}."
)
STRANGE = N_(
    "There is no honest way: the model would give this answer only to cases unlike all those that it learned from."
)
TOO_LATE = N_("Time was over before a way was found. Allow more time, or let fewer columns change.")
PART = N_(
    "Of {all:count} columns that may change, the {n:count} were tried in which cases with this answer differ most from "
    "the others."
)
BOTH = N_("{first} {second}")
LATE = N_("Time was over before everything was tried: a smaller change may exist.")


@dataclass(frozen=True, eq=False)
class _Judged:
    """A set of changes, held against real cases."""

    state: State
    support: Support
    rank: float


def ways(
    basis: Basis,
    start: pd.DataFrame,
    aim: Aim,
    limits: Sequence[Limit],
    *,
    most: int = 3,
    seconds: float = 1.5,
    seed: int = 0,
    budget: float | None = None,
    cutoff: float | None = None,
) -> Ways:
    """The smallest changes of a case that lead to a wanted answer.

    Args:
        basis: the model and rows it learned from.
        start: the case, one row with the model's columns; missing cells may be filled, none is emptied.
        aim: the answer that is wanted.
        limits: what may be changed, in place of what the field of work says; a column that is not named keeps that.
        most: ways to find at most, each over other columns.
        seconds: to spend at most; with enough of them the same question has the same answer.
        seed: of the sets of changes that are tried by chance where no way is found.
        budget: what the changes of one way may cost together at most.
        cutoff: two classes: from which chance of the second it is the answer; the model's own unless said.

    Raises:
        Problem: the aim or a limit is not possible for this model.
    """
    began = time.perf_counter()
    if not 1 <= most <= MOST:
        raise Problem(N_("Between 1 and {most:count} ways can be looked for."), most=MOST)
    goal = target(aim, basis.model, cutoff)
    case, _ = conform(start.iloc[:1], basis.model.schema)
    allowed = overruled(_usual(basis), limits)
    wanted = _wanted(basis, aim)
    asker = Asker(basis.model, case, levers(basis, case, allowed, wanted), goal, budget)
    if asker.ask([()])[0] <= 0:
        return _done(asker, aim, (), None, Message(ALREADY), began)
    if not asker.levers:
        return _done(asker, aim, (), None, Message(FIXED), began)
    begun = support(basis, case)[0]
    asker.begin(SHARE * seconds)
    _look(asker, basis, case, wanted, most, seed)
    chosen = _different(_judge(asker, basis, begun, most), most)
    if chosen:
        note = Message(LATE) if asker.late else _part(allowed)
        done = _done(asker, aim, tuple(_way(asker, one) for one in chosen), None, note, began)
    else:
        best = _nearest(asker, basis, begun)
        done = _done(asker, aim, (), best, _said(_no_way(asker, aim, best), _part(allowed)), began)
    return replace(done, outside=begun.verdict == "outside")


def _usual(basis: Basis) -> tuple[Limit, ...]:
    return limits(basis.model, basis.domain, basis.model.recipe.task)


def _wanted(basis: Basis, aim: Aim) -> np.ndarray:
    """(n_rows,) bool: training rows with the wanted answer."""
    if basis.model.classes:
        return np.asarray(basis.truth.astype(str).to_numpy() == aim.label)
    truth = pd.to_numeric(basis.truth).to_numpy(dtype=np.float64)
    low = -np.inf if aim.low is None else aim.low
    high = np.inf if aim.high is None else aim.high
    return np.asarray((truth >= low) & (truth <= high))


def _look(asker: Asker, basis: Basis, case: pd.DataFrame, wanted: np.ndarray, most: int, seed: int) -> None:
    """Fills the asker with sets of changes that reach the aim, as far as there are any."""
    moves = singles(asker)
    grow(asker, moves, most)
    copies = donors(basis, case, asker.levers, wanted)
    asker.ask(copies)
    prune(asker, sorted((one for one in copies if asker.gaps.get(one, np.inf) <= 0), key=asker.rank)[:POOL])
    if not asker.reached():
        climb(asker)
    if not asker.reached():
        scatter(asker, moves, seed)
    for _ in range(most - 1):
        found = _pool(asker, asker.reached(), most)
        if not found or len(_apart(found)) >= most or asker.over:
            break
        grow(asker, _but(moves, _apart(found)), 1)


def _but(moves: Sequence[Sequence[Move]], states: Sequence[State]) -> list[list[Move]]:
    """The moves of the columns that none of the sets changes."""
    used = {place for state in states for place in touched(state)}
    return [[] if place in used else list(of_lever) for place, of_lever in enumerate(moves)]


def _apart(states: Sequence[State]) -> list[State]:
    """The first, and each further that has no column in common with those before."""
    chosen: list[State] = []
    for state in states:
        if all(not touched(state) & touched(one) for one in chosen):
            chosen.append(state)
    return chosen


def _pool(asker: Asker, states: Sequence[State], most: int) -> list[State]:
    """The best set over each different set of columns, none of which needs more columns than another; then the most
    different first."""
    best: dict[frozenset[int], State] = {}
    for state in states:
        if not any(known < touched(state) for known in best):
            best.setdefault(touched(state), state)
    left, chosen = list(best.values()), list[State]()
    while left and len(chosen) < most:
        after = min(left, key=lambda state: asker.rank(state) + ALIKE * _overlap(state, chosen))
        chosen.append(after)
        left.remove(after)
    return chosen


def _overlap(state: State, others: Sequence[State]) -> float:
    """The largest share of columns in common with one of the others."""
    shares = [len(touched(state) & touched(one)) / len(touched(state) | touched(one)) for one in others]
    return max(shares, default=0.0)


def _judge(asker: Asker, basis: Basis, begun: Support, most: int) -> list[_Judged]:
    """The sets, made as small as they go, whose result is not unlike all real cases, the best first.

    Where fewer results are usual than ways are wanted, others are looked at, and in the end copies of real cases.
    """
    judged: list[_Judged] = []
    seen: set[State] = set()
    for _ in range(WAVES):
        pool = _pool(asker, [state for state in asker.reached() if state not in seen], POOL)
        if not pool or sum(one.support.verdict == "usual" for one in judged) >= most:
            break
        small = [state for state in dict.fromkeys(refine(asker, pool)) if state not in seen]
        seen |= {*pool, *small, *(state for state in asker.reached() if touched(state) in map(touched, pool))}
        judged += _held(asker, basis, small, begun)
    if not judged:
        judged = _held(asker, basis, _pool(asker, asker.reached()[::-1], JUDGED), begun)
    return sorted(judged, key=lambda one: one.rank)


def _held(asker: Asker, basis: Basis, states: Sequence[State], begun: Support) -> list[_Judged]:
    if not states:
        return []
    supports = support(basis, asker.frame(states))
    judged = [
        _Judged(state, one, asker.rank(state) + UNUSUAL * (one.verdict != "usual"))
        for state, one in zip(states, supports, strict=True)
        if one.verdict != "outside" or _no_stranger(asker, state, one, begun)
    ]
    return sorted(judged, key=lambda one: one.rank)


def _no_stranger(asker: Asker, state: State, after: Support, begun: Support) -> bool:
    """Whether a case that was outside all support already is so only by what was not changed."""
    if begun.verdict != "outside":
        return False
    moved = {asker.levers[place].name for place in touched(state)}
    before = {odd.columns for odd in begun.oddities}
    return not any(odd.hard and moved & set(odd.columns) and odd.columns not in before for odd in after.oddities)


def _different(judged: Sequence[_Judged], most: int) -> list[_Judged]:
    """The best, then those best that change other columns; in the order of their rank."""
    left, chosen = list(judged), list[_Judged]()
    while left and len(chosen) < most:
        shown = [one.state for one in chosen]
        after = min(left, key=lambda one: one.rank + ALIKE * _overlap(one.state, shown))
        chosen.append(after)
        left = [one for one in left if not touched(after.state) <= touched(one.state)]
    return sorted(chosen, key=lambda one: one.rank)


def _nearest(asker: Asker, basis: Basis, begun: Support) -> Way | None:
    """The set of changes that comes nearest to the aim, without changes that hardly matter, near real cases."""
    start = asker.gaps[()]
    scores = {
        state: max(gap, 0.0) + NEEDLESS * start * len(state)
        for state, gap in asker.gaps.items()
        if gap < start * (1 - NEEDLESS) and state
    }
    ranked = sorted(scores, key=lambda state: (scores[state], asker.rank(state)))
    for first in range(0, min(len(ranked), 3 * JUDGED), JUDGED):
        held = _held(asker, basis, ranked[first : first + JUDGED], begun)
        if held:
            return _way(asker, min(held, key=lambda one: scores[one.state]))
    return None


def _way(asker: Asker, judged: _Judged) -> Way:
    changes = {asker.levers[place].name: cell(typed(asker.levers[place], now)) for place, now in judged.state}
    was = {name: cell(asker.start[name].iloc[0]) for name in changes}
    values, reaches = _values(asker, judged.state), asker.gaps[judged.state] <= 0
    return Way(changes, values, asker.cost(judged.state), judged.support, reaches, was)


def _values(asker: Asker, state: State) -> tuple[float, ...]:
    return tuple(float(value) for value in asker.answers[state])


def _part(allowed: Sequence[Limit]) -> Message | None:
    """That not every column was tried, where so it is."""
    free = sum(limit.may != "no" for limit in allowed)
    return Message(PART, {"all": free, "n": COLUMNS}) if free > COLUMNS else None


def _said(first: Message, second: Message | None) -> Message:
    return first if second is None else Message(BOTH, {"first": first, "second": second})


def _no_way(asker: Asker, aim: Aim, best: Way | None) -> Message:
    if asker.late and not asker.reached():
        return Message(TOO_LATE)
    if best is None:
        return Message(STRANGE) if asker.reached() else Message(STUCK)
    if best.reaches:
        return Message(STRANGE)
    if asker.target.place < 0:
        return Message(NO_NUMBER, {"answer": best.values[0]})
    return Message(NO_WAY, {"label": aim.label, "chance": best.values[asker.target.place]})


def _done(asker: Asker, aim: Aim, found: tuple[Way, ...], best: Way | None, note: Message | None, began: float) -> Ways:
    return Ways(aim, found, best, note, _values(asker, ()), len(asker.gaps), time.perf_counter() - began)
