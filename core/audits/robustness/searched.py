"""Rows moved without looking inside a model: places drawn by chance in reach, the worst is kept.

What the model's slopes lead to is compared with it: where chance does better, the slopes lead astray (Athalye, Carlini
and Wagner, 2018, arXiv:1802.00420).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.audits.robustness import disturb
from core.audits.subject import Rows, Subject
from core.data.ordered import numbers_of
from core.data.table import Column
from core.domains.recognise import recognise

QUERIES = 500
AT_ONCE = 20
"""Places of each row that are asked together."""


@dataclass(frozen=True)
class Movable:
    """What a person may change."""

    numbers: tuple[Column, ...]
    categories: tuple[Column, ...]
    fixed: tuple[str, ...]
    """The other columns."""


@dataclass(frozen=True, eq=False)
class Reach:
    """Where one number of some rows may go; low and high equal where it may not move."""

    column: Column
    low: np.ndarray
    high: np.ndarray
    whole: bool
    codes: np.ndarray
    """Numbers that stand for a missing value."""


def movable(subject: Subject) -> Movable:
    """What the field of work does not call unchangeable or sensitive, nor the analyst sensitive, a group or a time."""
    task, schema = subject.task, subject.model.schema
    marked = {*task.sensitive, *subject.sensitive, *subject.model.recipe.net.fixed, task.group, task.time}
    free = [column for column in schema.columns if column.name not in marked and not _bound(column, subject)]
    numbers = tuple(one for one in free if one.kind == "number" and one.low is not None and one.low != one.high)
    categories = tuple(one for one in free if one.kind == "category" and len(one.levels) > 1)
    names = {one.name for one in (*numbers, *categories)}
    return Movable(numbers, categories, tuple(name for name in schema.names if name not in names))


def _bound(column: Column, subject: Subject) -> bool:
    known = recognise(column.name, subject.domain)
    return known is not None and (known.immutable or known.sensitive or known.part in ("identifier", "group", "time"))


def reaches(subject: Subject, frame: pd.DataFrame, numbers: Sequence[Column], size: float) -> tuple[Reach, ...]:
    """So many standard deviations up and down, inside the range of the training rows; whole numbers inwards."""
    spread = disturb.deviations(subject.model, subject.learnt.frame, numbers)
    found = []
    for column in numbers:
        values = numbers_of(frame[column.name])
        reach = size * spread.get(column.name, 0.0)
        low = np.maximum(values - reach, -np.inf if column.low is None else column.low)
        high = np.minimum(values + reach, np.inf if column.high is None else column.high)
        whole = disturb.whole(subject.model, column)
        if whole:
            low, high = np.ceil(low - 1e-9), np.floor(high + 1e-9)
        stuck = disturb.blank(subject.model, frame[column.name]) | ~np.isfinite(values) | ~(low < high)
        codes = [float(one) for one in disturb.codes(subject.model, column.name) if _plain(one)]
        found.append(Reach(column, np.where(stuck, values, low), np.where(stuck, values, high), whole, np.array(codes)))
    return tuple(found)


def searched(
    subject: Subject,
    rows: Rows,
    reach: Sequence[Reach],
    categories: Sequence[Column],
    generator: np.random.Generator,
    queries: int = QUERIES,
) -> np.ndarray:
    """The worst answers found for each row, in the form of ``Rows.answer``.

    Args:
        subject: its model is asked.
        rows: with their answers.
        reach: of the numbers of these rows.
        categories: at most one of these takes another level, in half of the tries.
        generator: of the places.
        queries: answers asked for each row; of classes, a row that is answered wrongly is left in peace.
    """
    frame = rows.frame[list(subject.model.features)]
    best, most = rows.answer.copy(), errors(subject, rows, rows.answer)
    for _ in range(max(1, queries // AT_ONCE)):
        left = np.flatnonzero(~wrong(subject, rows, best)) if subject.model.classes else np.arange(len(rows))
        if not len(left):
            break
        asked = np.repeat(left, AT_ONCE)
        answer = subject.predict(_elsewhere(frame.iloc[asked], asked, reach, categories, generator))
        found = errors(subject, rows.some(asked), answer).reshape(len(left), AT_ONCE)
        top = found.argmax(axis=1)
        better = found[np.arange(len(left)), top] > most[left]
        chosen = (np.arange(len(left)) * AT_ONCE + top)[better]
        best[left[better]], most[left[better]] = answer[chosen], found.max(axis=1)[better]
    return best


def errors(subject: Subject, rows: Rows, answer: np.ndarray) -> np.ndarray:
    """(n,) how far each answer errs: 1 less the chance of the truth, or the size of the error."""
    if not subject.model.classes:
        return np.asarray(np.abs(answer - rows.truth))
    return np.asarray(1 - answer[np.arange(len(rows)), rows.truth])


def wrong(subject: Subject, rows: Rows, answer: np.ndarray) -> np.ndarray:
    """(n,) bool; classes only."""
    return np.asarray(subject.said(answer) != rows.truth)


def _elsewhere(
    frame: pd.DataFrame,
    places: np.ndarray,
    reach: Sequence[Reach],
    categories: Sequence[Column],
    generator: np.random.Generator,
) -> pd.DataFrame:
    """The rows (of row numbers ``places``) with numbers in reach by chance, half of them at the very ends."""
    moved: dict[str, pd.Series] = {}
    ends = generator.random(len(places)) < 0.5
    for one in reach:
        share = generator.random(len(places))
        share = np.where(ends, np.rint(share), share)
        low, high = one.low[places], one.high[places]
        found = low + share * (high - low)
        found = np.rint(found) if one.whole else found
        kept = numbers_of(frame[one.column.name])
        moved[one.column.name] = pd.Series(
            np.where((low < high) & ~np.isin(found, one.codes), found, kept), index=frame.index
        )
    return _relabelled(frame.assign(**moved), categories, generator)


def _relabelled(frame: pd.DataFrame, categories: Sequence[Column], generator: np.random.Generator) -> pd.DataFrame:
    """In half of the rows one category, drawn, takes a known level, drawn."""
    if not categories:
        return frame
    which = generator.integers(0, 2 * len(categories), len(frame))
    changed: Mapping[str, pd.Series] = {}
    for place, column in enumerate(categories):
        drawn = np.array(column.levels, dtype=object)[generator.integers(0, len(column.levels), len(frame))]
        cells = frame[column.name].astype(object).to_numpy(copy=True)
        taken = (which == place) & frame[column.name].notna().to_numpy()
        cells[taken] = drawn[taken]
        changed = {**changed, column.name: pd.Series(cells, index=frame.index, dtype="str")}
    return frame.assign(**changed)


def _plain(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
