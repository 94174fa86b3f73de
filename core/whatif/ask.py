"""The answer to a changed case: before, after, which change moved it how much, and how far it may be believed."""

from __future__ import annotations

import time
from dataclasses import replace
from math import factorial

import numpy as np
import pandas as pd

from core.explain import cells, kin
from core.explain.explanation import Explanation
from core.explain.shapley import explain
from core.learn.model import TrainedModel, blend
from core.learn.prepare import Encoded
from core.whatif.answer import Interval, Moved, Oddity, Support, Told, WhatIf
from core.whatif.basis import Basis
from core.whatif.interval import intervals
from core.whatif.rules import turned
from core.whatif.support import ground, supported
from core.words import N_, Message

MOST = 10
"""Changes whose parts are found by trying every set of them."""
CELL = 120
"""Letters of a cell that are shown."""


def what_if(
    basis: Basis,
    start: pd.DataFrame,
    after: pd.DataFrame,
    *,
    label: str | None = None,
    seconds: float = 0.08,
    seed: int = 0,
    before: bool = True,
    level: float = 0.9,
) -> WhatIf:
    """What the model says of a case and of the same case with other cells.

    Args:
        basis: the model, and what its answers are held against.
        start: one typed row; its index is its number in the run's table, or negative.
        after: the same row, changed.
        label: the class whose chance is explained; default: binary the positive one, else the answer before.
        seconds: for the reasons of each of the two; none are given for 0.
        seed: draws the orders of the walks.
        before: whether the reasons of ``start`` are wanted too.
        level: of the intervals.
    """
    begun, model = time.monotonic(), basis.model
    after = after.set_axis(start.index)
    moving = _moving(model, start, after)
    said, found, encoded = _said(basis, start, after, tuple(moving))
    place = _place(model, label, said[0])
    named = model.classes[place] if model.classes else ""
    answers = said[[0, -1]]
    told = []
    for values, row, given, wanted in zip(answers, (start, after), encoded, (before, True), strict=True):
        interval = intervals(basis, row, values[None], level)[0]
        why = _reasons(model, row, given, named, seconds, seed) if wanted and seconds > 0 else None
        told.append(_told(model, values, interval, why))
    return WhatIf(
        classes=model.classes,
        label=named,
        before=told[0],
        after=told[1],
        moved=_moved(model, start, after, moving, said[:, place], named, seed),
        support=found,
        withheld=_withheld(found),
        seconds=time.monotonic() - begun,
    )


def _moving(model: TrainedModel, start: pd.DataFrame, after: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """The columns that were changed, with the cells before and after as text."""
    names = list(model.features)
    frames = [frame if list(frame.columns) == names else frame[names] for frame in (start, after)]
    pairs = [frame.to_numpy(dtype=object)[0] for frame in frames]
    return {
        name: (cells.text(was), cells.text(now))
        for name, was, now in zip(names, *pairs, strict=True)
        if not (was == now or (pd.isna(was) and pd.isna(now)))
    }


def _said(
    basis: Basis, start: pd.DataFrame, after: pd.DataFrame, moving: tuple[str, ...]
) -> tuple[np.ndarray, Support, tuple[Encoded | None, ...]]:
    """(n_sets, n_outputs) answers to the sets of changes, how near the changed case is to real ones, and the case
    before and after as the members take it, where it is encoded.

    The model is asked once: what it says of the nearest real cases is found with the rest.
    """
    held, model = ground(basis), basis.model
    placed = kin.places(held.kinship, after)
    near = kin.nearest(held.kinship, after, placed=placed)
    unknown = kin.unanswered(held.kinship, near)
    sets = _sets(start, after, moving)
    rows = model.encode(pd.concat([sets, held.kinship.frame.iloc[unknown]]) if len(unknown) else sets)
    said = blend(model.members, model.weights, rows)
    held.kinship.remember(unknown, said[len(sets) :])
    found = supported(held, after, near, placed)[0]
    ends = np.array([0, len(sets) - 1])
    encoded = tuple(rows[ends[[at]]] if isinstance(rows, Encoded) else None for at in range(2))
    return said[: len(sets)], _against(found, turned(start, after, model.schema.columns, basis.domain)), encoded


def _sets(start: pd.DataFrame, after: pd.DataFrame, moving: tuple[str, ...]) -> pd.DataFrame:
    """The case before, with every set of the changes, and with all of them, in the order of binary numbers; of too
    many changes only before and after."""
    bits = np.arange(2 ** len(moving)) if len(moving) <= MOST else np.array([0, -1])
    arrays = {}
    for name in start.columns:
        if name not in moving:
            arrays[name] = start[name].array.take(np.zeros(len(bits), dtype=int))
            continue
        both = pd.concat([start[name], after[name]], ignore_index=True)
        arrays[name] = both.array.take((bits >> moving.index(name)) & 1)
    return pd.DataFrame(arrays, index=pd.Index(np.full(len(bits), start.index[0])), copy=False)


def _place(model: TrainedModel, label: str | None, answer: np.ndarray) -> int:
    if not model.classes:
        return 0
    if label is None:
        label = model.recipe.task.positive if len(model.classes) == 2 else None
    return model.classes.index(label) if label in model.classes else int(np.argmax(answer))


def _told(model: TrainedModel, values: np.ndarray, interval: Interval, reasons: Explanation | None) -> Told:
    return Told(tuple(float(value) for value in values), answer_of(model, values), interval, reasons)


def answer_of(model: TrainedModel, values: np.ndarray) -> str:
    """The class that is the answer (binary: at the model's cut-off); empty for regression."""
    if not model.classes:
        return ""
    if len(model.classes) == 2 and model.cutoff is not None:
        return model.classes[int(values[1] >= model.cutoff)]
    return model.classes[int(np.argmax(values))]


def _reasons(
    model: TrainedModel, row: pd.DataFrame, encoded: Encoded | None, label: str, seconds: float, seed: int
) -> Explanation:
    return explain(model, row, labels=label or None, seconds=seconds, seed=seed, encoded=encoded)


def _moved(
    model: TrainedModel,
    start: pd.DataFrame,
    after: pd.DataFrame,
    moving: dict[str, tuple[str, str]],
    answers: np.ndarray,
    label: str,
    seed: int,
) -> tuple[Moved, ...]:
    if len(moving) <= MOST:
        values = shares(answers, len(moving))
    else:
        found = explain(model, after, labels=label or None, seed=seed, background=start)
        values = np.array([found.values[0, found.columns.index(name)] for name in moving])
    parts = [
        Moved(name, was[:CELL], now[:CELL], float(value))
        for (name, (was, now)), value in zip(moving.items(), values, strict=True)
    ]
    return tuple(sorted(parts, key=lambda part: -abs(part.value)))


def shares(answers: np.ndarray, count: int) -> np.ndarray:
    """(count,) Shapley values (1953) of ``count`` changes from the answers to every set of them.

    Args:
        answers: (2 ** count,) bit k of the place says whether change k is made.
        count: changes.
    """
    sets = np.arange(len(answers))
    sizes = np.array([int(one).bit_count() for one in sets])
    values = np.zeros(count)
    for change in range(count):
        without = sets[(sets >> change) & 1 == 0]
        weights = np.array([factorial(size) * factorial(count - size - 1) for size in sizes[without]]) / factorial(
            count
        )
        values[change] = (weights * (answers[without | (1 << change)] - answers[without])).sum()
    return values


def _against(found: Support, more: tuple[Oddity, ...]) -> Support:
    """With what the field of work says against the change."""
    if not more:
        return found
    verdict = found.verdict if found.verdict != "usual" else "unusual"
    return replace(found, verdict=verdict, oddities=(*more, *found.oddities))


def _withheld(found: Support) -> Message | None:
    if found.verdict != "outside":
        return None
    hard = next(one for one in found.oddities if one.hard)
    return Message(N_("No answer can be relied on here. {why}"), {"why": hard.message})
