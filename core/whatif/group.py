"""A whole group moved at once, and what the model then says of it: association, never effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.domains.recognise import recognise
from core.errors import Problem
from core.learn.evaluation import Estimate
from core.whatif.answer import Verdict
from core.whatif.heat import heat
from core.whatif.moves import moved
from core.whatif.pulls import pulls
from core.whatif.shift import ENOUGH, Move, Part, Shift, Wanted
from core.whatif.spoken import Counted, answers, counted, drawn
from core.whatif.support import support
from core.words import N_, Message

if TYPE_CHECKING:
    from core.whatif.basis import Basis

__all__ = ["heat", "pulls", "shift"]

MOST = 10_000
"""Cases that the model is asked about; of larger groups so many are drawn."""
DRAWS = 2_000
"""Bootstrap samples."""
LOOKED_AT = 500
"""Changed cases whose support is judged."""
STILL = 1e-3
"""A chance that moved by less has not moved; for numbers, this share of their standard deviation."""
GROUPS = 12
"""Groups of a sensitive column, the largest."""
_BLOCK = 500_000
"""Cells of a bootstrap that are drawn at once: few enough to stay near the processor."""


@dataclass(frozen=True, eq=False)
class _Pair:
    """Answers of the same cases before and after."""

    before: np.ndarray
    after: np.ndarray
    scale: float
    """Cases of the group for each case asked about."""


def shift(
    basis: Basis,
    frame: pd.DataFrame,
    moves: Sequence[Move],
    *,
    label: str | None = None,
    groups: pd.DataFrame | None = None,
    cost: float | None = None,
    capacity: int | None = None,
    seed: int = 0,
    wanted: Wanted = "fewer",
    cutoff: float | None = None,
    learnt: np.ndarray | None = None,
    of: int | None = None,
    draws: int = DRAWS,
) -> Shift:
    """What the model says of a group before and after its cells are moved.

    The interval of the change is a paired percentile bootstrap over the cases (Efron and Tibshirani, 1993, ISBN
    0-412-04231-2, chapter 13): both answers of a case are drawn together, so that what differs between cases and does
    not move stays out of it. It says how far the change hangs on who is in the group, not whether the model is right.

    Args:
        basis: the model and the rows around it.
        frame: (n, n_columns) typed rows with the features; the index holds row numbers of the run's table.
        moves: what is changed, in order.
        label: the class that is counted; None for the positive, or, of several classes, the most frequent.
        groups: (n, ...) sensitive columns of the same rows; None takes those that the basis holds.
        cost: of changing one case.
        capacity: named cases that can be seen to.
        seed: draws the cases of a large group, and the bootstrap.
        wanted: fewer cases (lower numbers), or more.
        cutoff: from which chance a case is named; None for the model's own.
        learnt: row numbers that the model learned from; None for those of the basis.
        of: cases in the group where ``frame`` was drawn from it.
        draws: bootstrap samples.

    Raises:
        Problem: nobody is in the group, nothing is changed, or a move does not fit its column.
    """
    _sure(frame, moves)
    some, total = drawn(frame, MOST, seed), max(of or 0, len(frame))
    changed = moved(some, moves, basis.model.schema, basis.frame)
    which = counted(basis.model, label)
    pair = _pair(basis, some, changed.frame, changed.changed, which, total / len(some))
    rng = np.random.default_rng(seed)
    sums = _sums(pair, draws, rng)
    named = _named(basis, pair, which, cutoff)
    up, down = _movers(pair, bool(which.label), wanted)
    avoided = (pair.before.sum() - pair.after.sum()) * (1 if wanted == "fewer" else -1) * pair.scale
    n_changed = round(changed.changed.sum() * pair.scale)
    return Shift(
        label=which.label,
        n=total,
        changed=n_changed,
        before=_estimate(pair.before.sum() * pair.scale, sums[0]),
        after=_estimate(pair.after.sum() * pair.scale, sums[1]),
        change=_estimate((pair.after - pair.before).sum() * pair.scale, sums[1] - sums[0]),
        named_before=named[0],
        named_after=named[1],
        gainers=up,
        losers=down,
        parts=_parts(pair, _groups(basis, some, groups), draws, rng),
        each=cost * n_changed / avoided if cost is not None and which.label and avoided > 0.5 else None,
        support=_support(basis, changed.frame[changed.changed], seed),
        notes=(*changed.notes, *_notes(basis, some, moves, learnt, total, n_changed)),
        wanted=wanted,
        cutoff=named[2],
        capacity=capacity,
    )


def _sure(frame: pd.DataFrame, moves: Sequence[Move]) -> None:
    if not len(frame):
        raise Problem(N_("Nobody is in this group, so there is nothing to move. Widen the group."))
    if not moves:
        raise Problem(N_("Nothing is changed yet. Choose a column and what is to become of it."))


def _pair(
    basis: Basis, before: pd.DataFrame, after: pd.DataFrame, changed: np.ndarray, which: Counted, scale: float
) -> _Pair:
    then = answers(basis.model, before, which)
    now = then.copy()
    if changed.any():
        now[changed] = answers(basis.model, after[changed], which)
    return _Pair(then, now, scale)


def _sums(pair: _Pair, draws: int, rng: np.random.Generator) -> np.ndarray:
    """(2, draws) totals before and after over bootstrap samples of the cases."""
    n = len(pair.before)
    found, each = np.empty((2, draws)), max(1, _BLOCK // n)
    for start in range(0, draws, each):
        rows = rng.integers(0, n, size=(min(each, draws - start), n), dtype=np.int32)
        found[0, start : start + len(rows)] = pair.before[rows].sum(axis=1)
        found[1, start : start + len(rows)] = pair.after[rows].sum(axis=1)
    return found * pair.scale


def _estimate(value: float, sums: np.ndarray) -> Estimate:
    low, high = np.quantile(sums, [0.025, 0.975])
    return Estimate(float(value), float(min(low, value)), float(max(high, value)))


def _named(
    basis: Basis, pair: _Pair, which: Counted, cutoff: float | None
) -> tuple[int | None, int | None, float | None]:
    """Cases at or above the cut-off, before and after, and the cut-off."""
    limit = basis.model.cutoff if cutoff is None else cutoff
    if len(basis.model.classes) != 2 or limit is None or which.place != 1:
        return None, None, None
    before, after = ((values >= limit).sum() * pair.scale for values in (pair.before, pair.after))
    return round(before), round(after), limit


def _movers(pair: _Pair, chance: bool, wanted: Wanted) -> tuple[int, int]:
    """Cases that moved the wanted way, and the other."""
    step = pair.before - pair.after if wanted == "fewer" else pair.after - pair.before
    still = STILL if chance else STILL * max(float(pair.before.std()), 1e-12)
    return round((step > still).sum() * pair.scale), round((step < -still).sum() * pair.scale)


def _groups(basis: Basis, frame: pd.DataFrame, groups: pd.DataFrame | None) -> pd.DataFrame:
    known = basis.groups if groups is None else groups
    rows = frame.index.intersection(known.index)
    return known.loc[rows].reindex(frame.index) if len(rows) else known.iloc[:0].reindex(frame.index[:0])


def _parts(pair: _Pair, groups: pd.DataFrame, draws: int, rng: np.random.Generator) -> tuple[Part, ...]:
    if len(groups) != len(pair.before):
        return ()
    found: list[Part] = []
    for column in groups.columns:
        names = banded(groups[column])
        order = pd.Series(names).value_counts().index[:GROUPS]
        found += [_part(pair, str(column), str(name), names == name, draws, rng) for name in order]
    return tuple(found)


def _part(pair: _Pair, column: str, name: str, inside: np.ndarray, draws: int, rng: np.random.Generator) -> Part:
    mine = _Pair(pair.before[inside], pair.after[inside], 1.0)
    n = int(inside.sum())
    before, after = float(mine.before.mean()), float(mine.after.mean())
    if n < ENOUGH:
        change = Estimate(after - before)
    else:
        sums = _sums(mine, draws, rng) / n
        change = _estimate(after - before, sums[1] - sums[0])
    return Part(column, name, round(n * pair.scale), before, after, change)


def banded(cells: pd.Series) -> np.ndarray:
    """(n,) the group of each cell as text: categories as they are, many numbers in four ranges of about as many cases,
    dates by their year; "" for missing."""
    if pd.api.types.is_datetime64_any_dtype(cells):
        values, short = cells.dt.year.to_numpy(dtype=np.float64, na_value=np.nan), False
    elif pd.api.types.is_numeric_dtype(cells):
        values, short = cells.to_numpy(dtype=np.float64, na_value=np.nan), cells.nunique() > 6
    else:
        return cells.astype(object).where(cells.notna(), "").to_numpy(dtype=object)
    known = ~np.isnan(values)
    names = np.full(len(cells), "", dtype=object)
    if short:
        names[known] = _ranges(values[known])
    else:
        names[known] = [f"{value:g}" for value in values[known]]
    return names


def _ranges(values: np.ndarray) -> np.ndarray:
    """(n,) "18–24", "25": quarters, each named by the lowest and highest number in it."""
    limits = np.unique(np.quantile(values, [0.25, 0.5, 0.75]))
    places = np.searchsorted(limits, values, side="left")
    names = np.empty(len(values), dtype=object)
    for place in np.unique(places):
        mine = values[places == place]
        ends = dict.fromkeys(f"{end:.4g}" for end in (mine.min(), mine.max()))
        names[places == place] = "–".join(ends)
    return names


def _support(basis: Basis, changed: pd.DataFrame, seed: int) -> dict[Verdict, int] | None:
    """Changed cases by how near they are to what the model learned from, of up to ``LOOKED_AT`` drawn."""
    if not len(changed):
        return None
    counts: dict[Verdict, int] = {"usual": 0, "unusual": 0, "outside": 0}
    for one in support(basis, drawn(changed, LOOKED_AT, seed)):
        counts[one.verdict] += 1
    return counts


def _notes(
    basis: Basis, frame: pd.DataFrame, moves: Sequence[Move], learnt: np.ndarray | None, total: int, changed: int
) -> list[Message]:
    notes = [Message(ASSOCIATION)]
    if not changed:
        notes.append(Message(N_("No cell becomes another: everybody in the group has these values already.")))
    if len(frame) < total:
        text = N_(
            "Worked out on {n:count} cases drawn from the {all:count} of the group, and scaled up to all of them."
        )
        notes.append(Message(text, {"n": len(frame), "all": total}))
    if total < ENOUGH:
        text = N_("Only {n:count} {n:case is/cases are} in the group: with so few, the range says little.")
        notes.append(Message(text, {"n": total}))
    known = learnt if learnt is not None else basis.frame.index.to_numpy()
    seen = round(np.isin(frame.index.to_numpy(), known).mean() * total)
    if seen:
        text = N_(
            "The model learned from {n:count} of these {all:count} cases: its answers for them fit better than they "
            "would for new ones."
        )
        notes.append(Message(text, {"n": seen, "all": total}))
    return notes + [note for move in moves for note in _fixed(basis, move.column)]


def _fixed(basis: Basis, column: str) -> list[Message]:
    """That a column cannot be changed, or is one of which fairness is asked."""
    known = recognise(column, basis.domain)
    if known is not None and known.immutable:
        text = N_("Nobody can change {column}: read this as a comparison of cases, not as a plan.")
    elif column in basis.model.recipe.task.sensitive:
        text = N_("{column} is a sensitive column: read this as a question of fairness, not as a plan.")
    else:
        return []
    return [Message(text, {"column": column})]


ASSOCIATION = N_(
    "This is how the model's answers go with the columns, an association and not an effect: what would happen in the "
    "world if someone changed them, this data cannot say."
)
