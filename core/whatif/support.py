"""How far a case lies from what the model learned from: ranges, combinations, and the distance to real cases."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.ordered import numbers_of, ordered
from core.data.table import Column
from core.explain import kin
from core.explain.kin import Kinship
from core.whatif import pattern, rules
from core.whatif.answer import Oddity, Support, Verdict
from core.whatif.basis import Basis, once
from core.whatif.pattern import Pattern
from core.whatif.rules import Rules
from core.words import N_, Message

JUDGED = 500
"""Real cases, each held against the others, that say what is usual."""
UNUSUAL = 0.008
"""A case is unusual that lies as far from the others as only this share of real ones do."""
MISSED = 0.005
"""Chance that a new real case lies beyond a range that is warned of, over all columns together."""
WIDEST = 0.45
"""Of the range, the most that a number may lie beyond it without a warning."""
LEAST_BEYOND, MOST_BEYOND = 0.02, 10.0
"""Of the range, the least and the most that what real cases do beyond the ranges of the others allows."""
PASSING = 0.98
"""Share of real cases that are not outside the ranges of all others by as much as that."""
TAIL = 0.05
"""Share of the cases whose spread says how far the next one may reach."""
NOWHERE = 2.0
"""A case is outside all support that lies beyond the farthest real one by this share of its distance from the usual."""
SHOWN, LISTED, FEW = 40, 6, 3
"""Letters of a cell, empty columns, and columns that differ from the nearest case, that are named."""
ORDINARY = 0.005
"""Share of new real cases that may be warned of for a category never seen, over all columns together."""


@dataclass(frozen=True)
class Range:
    """Numbers of one column in the training rows, and how far beyond them the next real one may lie."""

    column: Column
    low: float
    high: float
    below: float
    above: float


@dataclass(frozen=True)
class Vocabulary:
    """Categories of one column in the training rows."""

    levels: frozenset[str]
    ordinary: bool
    """New ones are met so often that one more is no warning."""


@dataclass(frozen=True, eq=False)
class Ground:
    """What the training rows know; every list of real cases in rising order."""

    kinship: Kinship
    rules: Rules
    pattern: Pattern
    ranges: dict[str, Range]
    vocabularies: dict[str, Vocabulary]
    filled: frozenset[str]
    """Columns that are never empty."""
    far: np.ndarray
    """Mean distance of real cases to the nearest others."""
    strange: np.ndarray
    """How little the columns of real cases go together."""
    both: np.ndarray
    """The two, put together."""


def support(basis: Basis, frame: pd.DataFrame) -> tuple[Support, ...]:
    """How near each of some typed or raw rows is to what the model learned from."""
    held = ground(basis)
    placed = kin.places(held.kinship, frame)
    near = kin.nearest(held.kinship, frame, placed=placed)
    unknown = kin.unanswered(held.kinship, near)
    if len(unknown):
        held.kinship.remember(unknown, basis.model.predict(held.kinship.frame.iloc[unknown]))
    return supported(held, frame, near, placed)


def supported(
    held: Ground, frame: pd.DataFrame, near: list[tuple[np.ndarray, np.ndarray]], placed: kin.Places | None = None
) -> tuple[Support, ...]:
    """The same where the nearest real cases are known, and what the model says of them."""
    tidied = kin.tidy(held.kinship.model, frame)
    placed = kin.places(held.kinship, frame) if placed is None else placed
    far = np.array([_mean(fars) for _, fars in near])
    shares = _shares(held.both, _together(held.far, held.strange, far, pattern.strangeness(held.pattern, tidied)))
    pairs = rules.odd(held.rules, tidied, shares < UNUSUAL)
    neighbours = kin.described(held.kinship, frame, near, placed)
    beyond, wordless = _beyond(held, tidied), _wordless(held, tidied, placed)
    nowhere = _surplus(held.far, far) >= NOWHERE
    found = []
    for at, close in enumerate(neighbours):
        single = [*beyond[at], *wordless[at]]
        lost = [_nowhere()] if nowhere[at] else []
        oddities = [*(one for one, _ in single), *pairs[at], *lost]
        if shares[at] < UNUSUAL and not pairs[at] and not lost and close:
            oddities.append(_apart(float(shares[at]), close[0]))
        warned = any(counts for _, counts in single) or len(oddities) > len(single)
        verdict: Verdict = "outside" if any(one.hard for one in oddities) else "unusual" if warned else "usual"
        found.append(Support(float(shares[at]), verdict, tuple(oddities), close))
    return tuple(found)


@once
def ground(basis: Basis) -> Ground:
    """What the training rows of a basis know."""
    model, seed = basis.model, basis.model.recipe.seed
    kinship = kin.related(model, basis.frame, basis.truth, basis.judged)
    tidied = kin.tidy(model, basis.frame)
    columns = model.schema.columns
    known = pattern.learnt(tidied, columns)
    drawn = np.random.default_rng(seed).permutation(len(kinship.frame))[:JUDGED]
    rows = kinship.frame.iloc[drawn]
    far = np.array([_mean(fars) for _, fars in kin.nearest(kinship, rows)])
    strange = pattern.judged(tidied, columns, drawn, seed)
    return Ground(
        kinship,
        rules.learnt(tidied, columns, seed),
        known,
        _ranges(tidied, basis),
        _vocabularies(tidied, [one for one in columns if _worded(one)]),
        frozenset(one.name for one in columns if not tidied[one.name].isna().any()),
        np.sort(far),
        np.sort(strange),
        np.sort(_together(np.sort(far), np.sort(strange), far, strange)),
    )


def _worded(column: Column) -> bool:
    return column.kind != "text" and not ordered(column)


def _mean(distances: np.ndarray) -> float:
    return float(distances.mean()) if len(distances) else 0.0


def _shares(known: np.ndarray, own: np.ndarray) -> np.ndarray:
    """(m,) share of real cases as odd."""
    if not len(known):
        return np.ones(len(own))
    return np.asarray(1 - np.searchsorted(known, own - 1e-9, side="left") / len(known))


def _together(far: np.ndarray, strange: np.ndarray, own_far: np.ndarray, own_strange: np.ndarray) -> np.ndarray:
    """(m,) the surprise (nats) of both measures beside those of real cases."""
    return np.asarray(_surprise(far, own_far) + _surprise(strange, own_strange))


def _surprise(known: np.ndarray, own: np.ndarray) -> np.ndarray:
    """(m,) minus the logarithm of the share of real cases as large; beyond the largest it goes on rising."""
    above = len(known) - np.searchsorted(known, own - 1e-9, side="left")
    return np.asarray(-np.log((above + 1) / (len(known) + 1)) + _surplus(known, own))


def _surplus(known: np.ndarray, own: np.ndarray) -> np.ndarray:
    """(m,) how far beyond the largest of the real cases, in units of its distance from the middle one."""
    if not len(known):
        return np.zeros(len(own))
    largest, middle = float(known[-1]), float(known[len(known) // 2])
    return np.asarray(np.maximum(own - largest, 0.0) / max(largest - middle, 1e-9 + 0.1 * abs(largest)))


def _ranges(tidied: pd.DataFrame, basis: Basis) -> dict[str, Range]:
    """The ranges of numbers and dates, with room for the next case.

    Where the tails of the columns are so long, or the columns so many, that real cases often lie far beyond all the
    others, a range has as much more room: else hardly any new case would ever have an answer.
    """
    columns = [one for one in basis.model.schema.columns if ordered(one)]
    cells = {one.name: numbers_of(tidied[one.name]) for one in columns}
    count = len(basis.model.schema.columns)
    worst = np.zeros(max(1, len(tidied)))
    for numbers in cells.values():
        for at, beyond in _alone(numbers, count):
            worst[at] = max(worst[at], beyond)
    spare = float(np.clip(np.quantile(worst, PASSING, method="higher"), LEAST_BEYOND, MOST_BEYOND))
    emptied = {one.column for one in basis.model.recipe.repairs if one.kind in ("missing", "divide")}
    return {one.name: _range(cells[one.name], one, count, spare, one.name in emptied) for one in columns}


def _alone(numbers: np.ndarray, columns: int) -> list[tuple[int, float]]:
    """The cases with the smallest and the largest number, each with how far it lies beyond the room that the others
    would leave, as a share of their range; 0 where it does not."""
    order = np.argsort(numbers, kind="stable")[: int((~np.isnan(numbers)).sum())]
    there, found = numbers[order], []
    if len(there) > 2:
        _, above = _room(there[:-1], columns)
        below, _ = _room(there[1:], columns)
        for at, step, room, width in (
            (order[-1], there[-1] - there[-2], above, there[-2] - there[0]),
            (order[0], there[1] - there[0], below, there[-1] - there[1]),
        ):
            if width > 0 and step > room:
                found.append((int(at), float(step / width)))
    return found


def _room(there: np.ndarray, columns: int) -> tuple[float, float]:
    """How far below and above some rising numbers the next one may lie: as far as exponential tails reach with the
    chance ``MISSED``."""
    few = max(1, round(TAIL * len(there)))
    steps = max(0.0, math.log(2 * columns / (MISSED * (len(there) + 1))))
    widest = WIDEST * float(there[-1] - there[0])
    if few >= len(there):
        return 0.0, 0.0
    below = steps * float((there[few] - there[:few]).mean())
    above = steps * float((there[-few:] - there[-few - 1]).mean())
    return min(widest, below), min(widest, above)


def _range(numbers: np.ndarray, column: Column, columns: int, spare: float, own: bool) -> Range:
    """The range of one column; ``own``: of its cells alone, since the schema's counts codes for "missing" too."""
    there = np.sort(numbers[~np.isnan(numbers)])
    if not len(there):
        return Range(column, math.nan, math.nan, 0.0, 0.0)
    low, high = float(there[0]), float(there[-1])
    below, above = (max(room, spare * (high - low)) for room in _room(there, columns))
    known_low = low if column.low is None or own else min(low, column.low)
    known_high = high if column.high is None or own else max(high, column.high)
    return Range(column, known_low, known_high, below, above)


def _vocabularies(tidied: pd.DataFrame, columns: list[Column]) -> dict[str, Vocabulary]:
    """What each column of categories knows, those first in which a new one is least likely.

    The share of cases that are alone with their category is that of new cases with a new one (Good 1953,
    doi:10.1093/biomet/40.3-4.237).
    """
    sizes = {one.name: tidied[one.name].dropna().value_counts() for one in columns}
    alone = {name: int((found == 1).sum()) for name, found in sizes.items()}
    room, met = max(1.0, ORDINARY * len(tidied)), 0
    vocabularies = {}
    for one in sorted(columns, key=lambda column: alone[column.name]):
        met += alone[one.name]
        levels = frozenset(str(level) for level in sizes[one.name].index) | frozenset(one.levels)
        vocabularies[one.name] = Vocabulary(levels, met > room)
    return vocabularies


def _beyond(held: Ground, tidied: pd.DataFrame) -> list[list[tuple[Oddity, bool]]]:
    """For each case, what no training row has in single columns, and whether it is a warning."""
    found: list[list[tuple[Oddity, bool]]] = [[] for _ in range(len(tidied))]
    empty: list[list[str]] = [[] for _ in range(len(tidied))]
    for name, known in held.ranges.items():
        numbers = numbers_of(tidied[name])
        for at in np.flatnonzero((numbers < known.low) | (numbers > known.high)):
            found[at].append(_out(known, float(numbers[at])))
        if name in held.filled:
            _note(empty, np.isnan(numbers), name)
    for name, vocabulary in held.vocabularies.items():
        cells = tidied[name].to_numpy(dtype=object)
        for row, cell in enumerate(cells):
            if isinstance(cell, str) and cell not in vocabulary.levels:
                found[row].append(_unseen(name, cell, vocabulary))
        if name in held.filled:
            _note(empty, np.asarray(pd.isna(cells)), name)
    for name in held.filled - set(held.ranges) - set(held.vocabularies):
        _note(empty, tidied[name].isna().to_numpy(), name)
    return [[*_listed(one), *_emptied(gone)] for one, gone in zip(found, empty, strict=True)]


def _listed(found: list[tuple[Oddity, bool]]) -> list[tuple[Oddity, bool]]:
    """The first of them, warnings before what is only a little outside, and how many more there are."""
    ranked = sorted(found, key=lambda one: not one[1])
    if len(ranked) <= LISTED + 1:
        return ranked
    rest = ranked[LISTED:]
    text = N_("{n:count} more columns hold what the model has not seen in training.")
    names = tuple(name for one, _ in rest for name in one.columns)
    more = Oddity(names, Message(text, {"n": len(rest)})), any(counts for _, counts in rest)
    return [*ranked[:LISTED], more]


def _note(empty: list[list[str]], gone: np.ndarray, name: str) -> None:
    for at in np.flatnonzero(gone):
        empty[at].append(name)


def _unseen(name: str, cell: str, vocabulary: Vocabulary) -> tuple[Oddity, bool]:
    text = N_("No training case has “{cell}” in column {column}: the model takes it for unknown.")
    message = Message(text, {"cell": cell[:SHOWN], "column": name})
    return Oddity((name,), message, not vocabulary.ordinary), not vocabulary.ordinary


def _out(known: Range, number: float) -> tuple[Oddity, bool]:
    hard = number > known.high + known.above or number < known.low - known.below
    text = N_("Column {column}: {number} lies outside all that the model has seen, which is {low} to {high}.")
    if not hard:
        text = N_("Column {column}: {number} lies a little outside what the model has seen, which is {low} to {high}.")
    facts = {
        "column": known.column.name,
        "number": rules.written(number, known.column),
        "low": rules.written(known.low, known.column),
        "high": rules.written(known.high, known.column),
    }
    return Oddity((known.column.name,), Message(text, facts), hard), hard


def _emptied(names: list[str]) -> list[tuple[Oddity, bool]]:
    if not names:
        return []
    text = N_("{n:count} {n:column is/columns are} empty here that every training case fills: {columns:list}.")
    shown = (
        names if len(names) <= LISTED else [*names[:LISTED], Message(N_("{n:count} more"), {"n": len(names) - LISTED})]
    )
    return [(Oddity(tuple(names), Message(text, {"n": len(names), "columns": shown})), True)]


def _wordless(held: Ground, tidied: pd.DataFrame, placed: kin.Places) -> list[list[tuple[Oddity, bool]]]:
    """For each case, the texts of which the model knows no word."""
    found: list[list[tuple[Oddity, bool]]] = [[] for _ in range(len(tidied))]
    for name, terms in zip(held.kinship.texts, placed.texts, strict=True):
        there = tidied[name].notna().to_numpy()
        for at in np.flatnonzero(there & (np.diff(terms.indptr) == 0)):
            text = N_("The model knows none of the words in column {column}.")
            found[at].append((Oddity((name,), Message(text, {"column": name})), True))
    return found


def _apart(share: float, nearest: kin.Neighbour) -> Oddity:
    names = tuple(nearest.differs)[:FEW]
    text = N_("No real case lies as far from the others as this one; from the nearest it differs in {columns:list}.")
    if share > 0:
        text = N_(
            "Only {share:percent} of the real cases lie as far from the others as this one; from the nearest it "
            "differs in {columns:list}."
        )
    if not names:
        text = N_("Its columns go together as in hardly any real case.")
    return Oddity(names, Message(text, {"share": share, "columns": list(names)}))


def _nowhere() -> Oddity:
    text = N_("No real case is anywhere near this one, so the model's answer is no more than a guess.")
    return Oddity((), Message(text), True)
