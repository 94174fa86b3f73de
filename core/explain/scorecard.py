"""A points card made of a model's answers: whole points per part of a few columns, and what their sum means.

Columns are chosen one after another and cut anew in turn, so that the card comes nearest to the answers' log-odds
(backfitting: Hastie and Tibshirani, 1986, doi:10.1214/ss/1177013604); then values become as few whole points as lose
nothing (after Ustun and Rudin, 2019, jmlr.org/papers/v20/18-615).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.explain.cuts import Cut, condition, cut, joined
from core.explain.readable import Line, Step

if TYPE_CHECKING:
    import pandas as pd

    from core.data.table import Column

COLUMNS = 8
PARTS = 5
"""Of a column, beside that of missing cells."""
LEAST = 0.02
"""Share of the rows that a part holds."""
GAIN = 0.002
"""Share of the variance that a column must still explain to be taken in."""
CANDIDATES = 40
"""Columns that are looked at again after the first look."""
ROUNDS = 8
"""Times that all chosen columns are cut anew."""
NEAR = 0.01
"""Chances nearer to 0 or 1 count as this: their log-odds grow without bound."""
MOST = (3, 5, 10, 20, 50)
"""Points of the column with the widest reach; the fewest that lose nothing are taken."""
LOSS = 0.005
"""Share of the variance that may be lost to rounding."""
STEPS = 20


@dataclass(frozen=True)
class Card:
    """A points card."""

    lines: tuple[Line, ...]
    steps: tuple[Step, ...]
    columns: tuple[str, ...]


def card(frame: pd.DataFrame, chances: np.ndarray, columns: list[Column]) -> Card | None:
    """The card nearest to a model's chances; None where no column can be cut.

    Args:
        frame: (n_rows, ...) typed rows.
        chances: (n_rows,) the model's answers for them.
        columns: that may be used; no texts.
    """
    held = np.clip(chances, NEAR, 1 - NEAR)
    odds, weights = np.log(held / (1 - held)), held * (1 - held)
    least = max(5, int(LEAST * len(frame)))
    cuts = _chosen(frame, odds, weights, columns, least)
    if not cuts:
        return None
    places = [one.places(frame[one.column.name]) for one in cuts]
    points = _rounded(cuts, places, chances)
    return _laid(cuts, places, points, chances)


def _chosen(frame: pd.DataFrame, odds: np.ndarray, weights: np.ndarray, columns: list[Column], least: int) -> list[Cut]:
    """The columns, cut so that the sum of their values comes nearest to the log-odds."""
    whole = _spread(odds - np.average(odds, weights=weights), weights)
    chosen: dict[str, Cut] = {}
    added: dict[str, np.ndarray] = {}
    left = odds - np.average(odds, weights=weights)
    looked = list(columns)
    while len(chosen) < COLUMNS and whole > 0:
        found = {}
        for column in looked:
            if column.name not in chosen:
                made = cut(column, frame[column.name], left, weights, PARTS, least)
                if made is not None:
                    found[column.name] = (made, _spread(left, weights) - _spread(left - _of(made, frame), weights))
        ranked = sorted(found, key=lambda name: -found[name][1])
        if not ranked or found[ranked[0]][1] < GAIN * whole:
            break
        if not chosen:
            looked = [found[name][0].column for name in ranked[:CANDIDATES]]
        chosen[ranked[0]] = found[ranked[0]][0]
        left = _again(frame, odds, weights, chosen, added, least, 1)
    _again(frame, odds, weights, chosen, added, least, ROUNDS)
    return list(chosen.values())


def _again(
    frame: pd.DataFrame,
    odds: np.ndarray,
    weights: np.ndarray,
    chosen: dict[str, Cut],
    added: dict[str, np.ndarray],
    least: int,
    rounds: int,
) -> np.ndarray:
    """Cuts each chosen column anew on what the others leave; (n_rows,) what all leave."""
    base = np.average(odds, weights=weights)
    for name, one in chosen.items():
        added.setdefault(name, _of(one, frame))
    for _ in range(rounds):
        for name, one in list(chosen.items()):
            left = odds - base - sum(part for other, part in added.items() if other != name)
            chosen[name] = cut(one.column, frame[name], left, weights, PARTS, least) or one
            added[name] = _of(chosen[name], frame)
        base += np.average(odds - base - sum(added.values()), weights=weights)
    return np.asarray(odds - base - sum(added.values()))


def _of(one: Cut, frame: pd.DataFrame) -> np.ndarray:
    """(n_rows,) the values of the parts that cells are in."""
    return np.asarray(one.values[one.places(frame[one.column.name])])


def _spread(values: np.ndarray, weights: np.ndarray) -> float:
    return float((weights * values**2).sum())


def _rounded(cuts: list[Cut], places: list[np.ndarray], chances: np.ndarray) -> list[np.ndarray]:
    """(n_parts,) whole points of each column, 0 at least, by the coarsest scale that loses nothing."""
    low = [one.values - one.values.min() for one in cuts]
    reach = max(float(values.max()) for values in low)
    tried = [[np.round(values * (most / reach)).astype(int) for values in low] for most in MOST]
    fits = [_fit(sum(points[at] for points, at in zip(one, places, strict=True)), chances) for one in tried]
    return tried[next(at for at, fit in enumerate(fits) if fit >= max(fits) - LOSS)]


def _fit(sums: np.ndarray | int, chances: np.ndarray) -> float:
    """Share of the variance of the chances that sums explain, told by the steps they are laid into."""
    told = np.asarray(sums)
    steps = _steps(told, chances)
    ends = np.array([step.high for step in steps[:-1]])
    found = np.array([step.chance for step in steps])[np.searchsorted(ends, told, side="left")]
    whole = float(((chances - chances.mean()) ** 2).sum())
    return 1 - float(((chances - found) ** 2).sum()) / whole if whole > 0 else 1.0


def _steps(sums: np.ndarray, chances: np.ndarray, least: int = 0, most: int | None = None) -> list[Step]:
    """At most ``STEPS`` stretches of sums, laid end to end, in which the mean chance never falls."""
    from sklearn.isotonic import IsotonicRegression

    seen = np.unique(sums)
    parts = np.linspace(0, 1, STEPS + 1)[1:]
    ends = np.unique(np.quantile(sums, parts, method="lower")) if len(seen) > STEPS else seen
    place = np.searchsorted(ends, sums, side="left")
    counts = np.bincount(place, minlength=len(ends))
    means = np.bincount(place, chances, minlength=len(ends)) / np.maximum(counts, 1)
    level = IsotonicRegression().fit_transform(np.arange(len(ends)), means, sample_weight=np.maximum(counts, 1))
    lows = np.concatenate([[min(least, int(seen[0]))], ends[:-1] + 1])
    highs = np.concatenate([ends[:-1], [max(int(seen[-1]), most or 0)]])
    return [
        Step(int(low), int(high), float(chance), int(count))
        for low, high, chance, count in zip(lows, highs, level, counts, strict=True)
    ]


def _laid(cuts: list[Cut], places: list[np.ndarray], points: list[np.ndarray], chances: np.ndarray) -> Card:
    """Lines by column, the widest reach first; parts with the same points are one line where they touch."""
    order = sorted(range(len(cuts)), key=lambda at: -int(points[at].max()))
    kept = [at for at in order if points[at].max() > points[at].min()]
    lines = [line for at in kept for line in _lines(cuts[at], places[at], points[at])]
    sums = sum((points[at][places[at]] for at in kept), np.zeros(len(chances), dtype=int))
    most = int(sum(points[at].max() for at in kept))
    return Card(tuple(lines), tuple(_steps(sums, chances, 0, most)), tuple(cuts[at].column.name for at in kept))


def _lines(one: Cut, places: np.ndarray, points: np.ndarray) -> list[Line]:
    counts = np.bincount(places, minlength=len(one.parts))
    groups: list[list[int]] = []
    for at in range(len(one.parts)):
        near = groups and points[groups[-1][-1]] == points[at]
        if near:
            groups[-1].append(at)
        else:
            groups.append([at])
    return [
        Line(
            condition(one.column, joined(one.parts[at] for at in group), one.known, one.gaps, one.others),
            int(points[group[0]]),
            int(counts[group].sum()),
        )
        for group in groups
    ]
