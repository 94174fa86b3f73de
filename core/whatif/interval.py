"""What the truth is likely to be: conformal sets and intervals, conditional on the class and on the group.

Split conformal prediction (Vovk, Gammerman and Shafer 2005, doi:10.1007/b106715) on answers for rows that the model had
not learned from, each class and each sensitive group by its own cases (Vovk 2012, arXiv:1209.2673). For numbers the
residuals are divided by their usual size among cases with about the same answer (Lei et al. 2018,
doi:10.1080/01621459.2017.1307116).
# DIFF: that usual size is found from the same cases, each without itself, so that few cases need not be halved.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from core.data.ordered import numbers_of
from core.explain import cells
from core.whatif.answer import Interval
from core.whatif.basis import Basis, once
from core.words import N_, Message

ENOUGH = 100
"""Cases of a group (of each class in it) from which on it is judged by its own."""
MOST_GROUPS, BANDS = 12, 4
"""A sensitive column with more values is none of groups; numbers are parted into ranges then."""
NEAR, SMOOTH = 30, 0.1
"""Cases with about the same answer that say how large errors there are; the share that all cases have in that."""
SAME = "", ""
"""The group of all cases."""

Group = tuple[str, str]
"""A column and a value of it."""


@dataclass(frozen=True, eq=False)
class Slice:
    """Errors of the cases of one group, in rising order, by class (numbers: one list)."""

    errors: tuple[np.ndarray, ...]

    @property
    def n(self) -> int:
        return sum(len(one) for one in self.errors)

    def limits(self, level: float) -> tuple[float, ...]:
        """The error that a share ``level`` of such cases stays within; infinite where they are too few to say."""
        return tuple(_limit(one, level) for one in self.errors)


@dataclass(frozen=True, eq=False)
class Local:
    """How large errors of a number usually are by the answer."""

    answers: np.ndarray
    """(n,) rising."""
    sums: np.ndarray
    """(n + 1,) running sums of the sizes of errors in that order."""

    def usual(self, answers: np.ndarray, without: np.ndarray | None = None) -> np.ndarray:
        """(m,) mean size among the cases whose answers are next to each; ``without``: (m,) errors of the cases
        themselves, which are among them and are left out."""
        count, mean = len(self.answers), self.sums[-1] / max(1, len(self.answers))
        width = min(count, max(NEAR, count // 10))
        first = np.clip(np.searchsorted(self.answers, answers) - width // 2, 0, count - width)
        near, own = self.sums[first + width] - self.sums[first], 0
        if without is not None:
            near, own = near - without, 1
        return np.asarray((1 - SMOOTH) * near / max(1, width - own) + SMOOTH * mean + 1e-12 * (1 + mean))


@dataclass(frozen=True, eq=False)
class Bands:
    """Ranges of about as many cases each, into which many numbers are parted."""

    ends: np.ndarray
    """The highest number of each but the last, rising."""
    names: tuple[str, ...]
    """"18–25": the lowest and the highest number known in each."""

    def of(self, number: float) -> str:
        """The range that a number is in; "" for none."""
        return "" if math.isnan(number) else self.names[int(np.searchsorted(self.ends, number, side="left"))]


@dataclass(frozen=True, eq=False)
class Ledger:
    """Honest errors of a model."""

    classes: tuple[str, ...]
    slices: dict[Group, Slice]
    """Of all cases, and of every group with enough of them."""
    groups: pd.DataFrame
    """Columns of groups, as text; the index holds row numbers."""
    bands: dict[str, Bands] = field(default_factory=dict)
    """Of columns of many numbers."""
    local: Local | None = None
    low: float = -math.inf
    high: float = math.inf
    """Numbers: range of the truths known."""


def intervals(basis: Basis, frame: pd.DataFrame, values: np.ndarray, level: float = 0.9) -> tuple[Interval, ...]:
    """For each case, the answers that fit, or the range that the true number is likely to lie in.

    Args:
        basis: holds the honest answers.
        frame: (n, ...) typed rows, for their groups; where a sensitive column is no column of the model, the group of
            the row of the run's table that the index names.
        values: (n, n_classes) or (n,) what the model says of them.
        level: share of such cases in which the truth is to be inside.
    """
    held = ledger(basis)
    wide = values.reshape(len(frame), -1)
    return tuple(_interval(held, _groups(held, frame, at), wide[at], level) for at in range(len(frame)))


@once
def ledger(basis: Basis) -> Ledger:
    """The honest errors of a basis, in order."""
    judged, classes = basis.judged, basis.model.classes
    bands = _banded(basis.groups)
    groups = _parted(basis.groups, bands)
    names = [f"p:{label}" for label in classes] or ["prediction"]
    answers = judged[names].to_numpy(dtype=np.float64)
    if classes:
        order = {label: at for at, label in enumerate(classes)}
        truth = np.array([order.get(str(one), -1) for one in judged["truth"]], dtype=int)
        errors = 1 - answers[np.arange(len(truth)), truth]
        return Ledger(classes, _slices(errors, truth, len(classes), judged["row"].to_numpy(), groups), groups, bands)
    truths = judged["truth"].to_numpy(dtype=np.float64)
    sizes = np.abs(truths - answers[:, 0])
    local = _local(answers[:, 0], sizes)
    errors = sizes / local.usual(answers[:, 0], sizes)
    target = basis.model.target
    low, high = (math.inf, -math.inf) if not len(truths) else (float(truths.min()), float(truths.max()))
    if target is not None and target.low is not None and target.high is not None:
        low, high = min(low, target.low), max(high, target.high)
    kinds = np.zeros(len(truths), dtype=int)
    return Ledger((), _slices(errors, kinds, 1, judged["row"].to_numpy(), groups), groups, bands, local, low, high)


def _local(answers: np.ndarray, sizes: np.ndarray) -> Local:
    order = np.argsort(answers, kind="stable")
    return Local(answers[order], np.concatenate([[0.0], np.cumsum(sizes[order])]))


def _banded(groups: pd.DataFrame) -> dict[str, Bands]:
    """How the sensitive columns of many numbers are parted."""
    found = {}
    for name in groups.columns:
        if pd.api.types.is_numeric_dtype(groups[name]) and groups[name].nunique() > MOST_GROUPS:
            known = np.sort(numbers_of(groups[name].dropna()))
            ends = np.unique(np.quantile(known, np.arange(1, BANDS) / BANDS, method="inverted_cdf"))
            ends = ends[ends < known[-1]]
            parts = np.split(known, np.searchsorted(known, ends, side="right"))
            found[str(name)] = Bands(ends, tuple(f"{part[0]:.6g}–{part[-1]:.6g}" for part in parts))
    return found


def _parted(groups: pd.DataFrame, bands: dict[str, Bands]) -> pd.DataFrame:
    """The sensitive columns that have few values, or are parted, as text."""
    few = [name for name in groups.columns if name in bands or groups[name].nunique() <= MOST_GROUPS]
    texts = {name: [_worded(one, bands.get(str(name))) for one in groups[name].to_numpy(dtype=object)] for name in few}
    return pd.DataFrame(texts, index=groups.index)


def _worded(cell: Any, bands: Bands | None) -> str:
    if bands is None or pd.isna(cell):
        return cells.text(cell)
    return bands.of(float(cell))


def _slices(
    errors: np.ndarray, kinds: np.ndarray, count: int, rows: np.ndarray, groups: pd.DataFrame
) -> dict[Group, Slice]:
    def cut(inside: np.ndarray) -> Slice:
        return Slice(tuple(np.sort(errors[inside & (kinds == kind)]) for kind in range(count)))

    found = {SAME: cut(np.ones(len(errors), dtype=bool))}
    for name in groups.columns:
        theirs = groups[name].reindex(rows).to_numpy(dtype=object)
        for value in set(theirs[[isinstance(one, str) and one != "" for one in theirs]]):
            part = cut(theirs == value)
            if all(len(one) >= ENOUGH for one in part.errors):
                found[(str(name), value)] = part
    return found


def _groups(held: Ledger, frame: pd.DataFrame, at: int) -> list[Group]:
    """The groups a case is in: by its own cells, else by the row it comes from."""
    found = []
    for name in held.groups.columns:
        if name in frame.columns:
            value = _worded(frame[name].iloc[at], held.bands.get(str(name)))
        elif frame.index[at] in held.groups.index:
            value = str(held.groups.at[frame.index[at], name])
        else:
            continue
        if value:
            found.append((str(name), value))
    return found


def _interval(held: Ledger, groups: list[Group], values: np.ndarray, level: float) -> Interval:
    """By the group whose errors are the widest, so that the promise holds in each group that the case is in."""
    known = [group for group in groups if group in held.slices]
    few = [group for group in groups if group not in held.slices]
    limits = {group: held.slices[group].limits(level) for group in known or [SAME]}
    widest = {group: max(bounds) for group, bounds in limits.items()}
    chosen = max(limits, key=lambda group: widest[group]) if held.local is not None else None
    note = _few(few[0]) if few else None
    if held.local is not None and chosen is not None:
        return _range(held, chosen, limits[chosen][0], float(values[0]), level, note)
    bounds = np.max(list(limits.values()), axis=0)
    return _set(held, max(limits, key=lambda group: sum(limits[group])), bounds, values, level, note)


def _set(
    held: Ledger, group: Group, bounds: np.ndarray, values: np.ndarray, level: float, note: Message | None
) -> Interval:
    labels = tuple(
        label for label, bound, value in zip(held.classes, bounds, values, strict=True) if 1 - value <= bound + 1e-12
    )
    unsure = [label for label, bound in zip(held.classes, bounds, strict=True) if math.isinf(bound)]
    if unsure:
        text = N_(
            "Too few cases with the answer {labels:list} are known to rule it out at this level, so it is always named."
        )
        note = Message(text, {"labels": unsure})
    return Interval(level, held.slices[group].n, labels, group=_named(group), note=note)


def _range(held: Ledger, group: Group, limit: float, value: float, level: float, note: Message | None) -> Interval:
    count = held.slices[group].n
    if math.isinf(limit) or held.local is None:
        text = N_(
            "Only {n:count} {n:case is/cases are} known that the model had not learned from: too few for a range that "
            "holds {level:percent} of the truths."
        )
        return Interval(level, count, group=_named(group), note=Message(text, {"n": count, "level": level}))
    reach = limit * float(held.local.usual(np.array([value]))[0])
    low, high = value - reach, value + reach
    # A truth beyond all truths known is rarer than the level speaks of.
    low, high = max(low, min(held.low, value)), min(high, max(held.high, value))
    return Interval(level, count, low=low, high=high, group=_named(group), note=note)


def _named(group: Group) -> str:
    return f"{group[0]}: {group[1]}" if group != SAME else ""


def _few(group: Group) -> Message:
    text = N_("Too few cases with {column} “{value}” are known to judge by them alone; it rests on others.")
    return Message(text, {"column": group[0], "value": group[1]})


def _limit(errors: np.ndarray, level: float) -> float:
    """The order statistic with the correction for finitely many cases."""
    place = math.ceil((len(errors) + 1) * level - 1e-9)
    return float(errors[place - 1]) if place <= len(errors) else math.inf
