"""Rows for training, for choosing and for the honest test, so that no row's twin stands on two sides."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype

from core.data.labels import target
from core.data.task import Split, Task
from core.data.twins import joined, twins
from core.errors import Problem
from core.words import N_, Message

TRAIN, VALIDATION, TEST = 0, 1, 2
FEW_PATTERNS = 30
"""With fewer different rows than this, equal rows are no copies: any two cases would be equal soon."""
BANDS = 5
"""Amounts are drawn evenly from this many bands of equal count."""
HANDFUL = 64
"""With fewer rows a quarter is the test, so that one of four rows of an answer is in it."""
CROSSED_ROWS = 25_000
"""From so many rows on, one part held back says enough, and taking turns costs too much."""


def split(frame: pd.DataFrame, task: Task, seed: int, folds: int = 0, test: np.ndarray | None = None) -> Split:
    """Divides the rows whose answer is known.

    By time where the task names a column for it (the latest rows are the test), else evenly over the answers; rows of
    one group, and rows whose features are all equal, always stay on one side. Shares are 60/20/20; 80/10/10 from
    100,000 rows; below 500 the validation rows are fewer,
    below 64 a quarter is the test.

    Args:
        frame: typed rows that hold the goal, the features, and the group and time columns of the task.
        task: the question.
        seed: of the draw; the same rows, task and seed give the same split.
        folds: where given, there are fewer than 25,000 rows and time does not matter, the rows for validation join
            those for training, and all of these take turns: each is held back in one of so many folds.
        test: places of rows in the frame that are the test, where that was decided elsewhere.

    Raises:
        Problem: the rows cannot be divided in three, or one answer would be missing from training or testing.
    """
    answer = target(frame, task.goal, task.kind)
    known = answer.isin(task.classes) if task.classes else answer.notna()
    rows = np.flatnonzero(known.to_numpy())
    answer = answer.iloc[rows]
    strata = _strata(answer, task)
    unit, notes = _units(frame, task, rows)
    shares = _shares(len(rows))
    if task.group is not None and len(rows) and unit.max() < 2:
        raise _together(task.group, int(unit.max()) + 1)
    if test is not None:
        side = _around(np.isin(rows, test), strata, unit, shares, np.random.default_rng(seed))
    elif task.time is not None:
        when, undated = _when(frame[task.time].iloc[rows], task.time)
        side = _by_time(when, unit, strata, shares, np.random.default_rng(seed), task.time)
        notes = (*notes, *_undated(undated, task.time))
    else:
        side = _by_chance(strata, unit, shares, np.random.default_rng(seed))
    _check(side, answer, task)
    turns = None
    if folds and task.time is None and len(rows) < CROSSED_ROWS:
        side = np.where(side == VALIDATION, TRAIN, side)
        learned = side == TRAIN
        turns = _turns(strata[learned], unit[learned], folds, np.random.default_rng((seed, folds)))
    train, validation, test = (rows[side == one] for one in (TRAIN, VALIDATION, TEST))
    sizes = (len(train), len(validation), len(test))
    return Split(train, validation, test, _method(task), _why(task, sizes, turns, notes), turns)


def _around(
    tested: np.ndarray, strata: np.ndarray, unit: np.ndarray, shares: tuple[float, float], rng: np.random.Generator
) -> np.ndarray:
    """The side of each row where the test is given: the others are drawn for training and validation."""
    side = np.full(len(tested), TEST)
    left, inverse = np.unique(unit[~tested], return_inverse=True)
    if len(left) < 3:
        raise _indivisible(len(left))
    drawn = _by_chance(strata[~tested], inverse, (shares[0] / (1 - shares[1]), 0.0), rng)
    side[~tested] = np.where(drawn == TEST, VALIDATION, drawn)
    return side


def _turns(strata: np.ndarray, unit: np.ndarray, folds: int, rng: np.random.Generator) -> np.ndarray:
    """The fold of each row: units, the largest first, go where their stratum has the fewest rows so far."""
    unit = np.unique(unit, return_inverse=True)[1]
    size = np.bincount(unit)
    home = _home(strata, unit, len(size))
    folds = min(folds, len(size))
    held, total = np.zeros((int(home.max()) + 1, folds)), np.zeros(folds)
    fold = np.empty(len(size), dtype=np.int64)
    for one in np.lexsort((rng.random(len(size)), home, -size)):
        place = int(np.lexsort((total, held[home[one]]))[0])
        fold[one] = place
        held[home[one], place] += size[one]
        total[place] += size[one]
    return np.asarray(fold[unit])


def _shares(rows: int) -> tuple[float, float]:
    """Shares of validation and test."""
    if rows >= 100_000:
        return 0.1, 0.1
    if rows >= 500:
        return 0.2, 0.2
    return 0.15, 0.2 if rows >= HANDFUL else 0.25


def _method(task: Task) -> Literal["stratified", "grouped", "time"]:
    if task.time is not None:
        return "time"
    return "grouped" if task.group is not None else "stratified"


def _strata(answer: pd.Series, task: Task) -> np.ndarray:
    """A number per row: its class, or the band of its amount."""
    if task.kind != "regression":
        return pd.Categorical(answer, categories=list(task.classes)).codes.astype(np.int64)
    place = answer.rank(method="first").to_numpy() - 1
    return (place * BANDS // max(len(answer), 1)).astype(np.int64)


def _units(frame: pd.DataFrame, task: Task, rows: np.ndarray) -> tuple[np.ndarray, tuple[Message, ...]]:
    """A number per row: rows with the same number stay on one side; and what to say about it."""
    unit = twins(frame, [name for name in task.features if name in frame.columns], rows)
    patterns = int(unit.max(initial=-1)) + 1
    extra = len(rows) - patterns
    notes = _twin_note(extra)
    if patterns < FEW_PATTERNS < len(rows):
        unit, extra, notes = np.arange(len(rows)), 0, (_pattern_note(patterns),)
    if task.group is None:
        return unit, notes
    group, distinct = pd.factorize(frame[task.group].iloc[rows])
    alone = group < 0
    group = np.where(alone, len(distinct) + np.cumsum(alone), group)
    both = joined(group, unit)
    if extra and np.bincount(both).max() > max(0.2 * len(rows), np.bincount(group).max()):
        return np.unique(group, return_inverse=True)[1], (_linked_note(task.group),)
    return both, notes


def _when(values: pd.Series, name: str) -> tuple[np.ndarray, int]:
    """Times as numbers, missing ones before all others; and how many are missing."""
    if is_datetime64_any_dtype(values):
        when = values.to_numpy().astype("int64").astype(float)
    elif is_numeric_dtype(values):
        when = values.to_numpy(dtype=float, na_value=np.nan)
    else:
        codes, _ = pd.factorize(values, sort=True)
        when = np.where(codes < 0, np.nan, codes).astype(float)
    missing = values.isna().to_numpy() | np.isnan(when)
    if len(np.unique(when[~missing])) < 2:
        raise Problem(
            N_(
                "Column {column} has only one moment, so no row comes later than another. Choose another column for "
                "time, or none."
            ),
            column=name,
        )
    return np.where(missing, -np.inf, when), int(missing.sum())


def _by_chance(
    strata: np.ndarray, unit: np.ndarray, shares: tuple[float, float], rng: np.random.Generator
) -> np.ndarray:
    """The side of each row: units are shuffled within the stratum of most of their rows, then dealt by their size."""
    size = np.bincount(unit)
    if len(size) < 3:
        raise _indivisible(len(size))
    home = _home(strata, unit, len(size))
    order = np.lexsort((rng.random(len(size)), home))
    place = _places(size[order], home[order], rng)
    validation, test = shares
    side = np.empty(len(size), dtype=np.int64)
    side[order] = np.where(place < test, TEST, np.where(place < test + validation, VALIDATION, TRAIN))
    return np.asarray(_most_to_train(_filled(side, size), size)[unit])


def _places(size: np.ndarray, home: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Where each unit stands in its stratum, 0 to 1 by rows; units come sorted by stratum.

    A unit stands at a random point of its own stretch, the same in all of its stratum, so that shares are right in the
    mean however few units there are; in its middle where one unit is most of the stratum, which then goes to training.
    """
    total = np.bincount(home, weights=size)
    largest = np.zeros(len(total))
    np.maximum.at(largest, home, size / np.maximum(total[home], 1))
    point = np.where(largest > 0.4, 0.5, rng.random(len(total)))
    start = np.concatenate([[0], np.cumsum(total)[:-1]])
    before = np.cumsum(size) - size - start[home]
    return np.asarray((before + size * point[home]) / total[home])


def _home(strata: np.ndarray, unit: np.ndarray, units: int) -> np.ndarray:
    """The stratum that most rows of each unit belong to."""
    if units == len(unit):
        home = np.empty(units, dtype=np.int64)
        home[unit] = strata
        return home
    pairs, count = np.unique(unit * (strata.max() + 1) + strata, return_counts=True)
    order = np.argsort(count, kind="stable")
    home = np.empty(units, dtype=np.int64)
    home[pairs[order] // (strata.max() + 1)] = pairs[order] % (strata.max() + 1)
    return home


def _filled(side: np.ndarray, size: np.ndarray) -> np.ndarray:
    """No side is left empty where large units leave one without rows: the smallest units of the fullest side move."""
    for empty in (TRAIN, VALIDATION, TEST):
        if not (side == empty).any():
            fullest = np.bincount(side, minlength=3).argmax()
            mine = np.flatnonzero(side == fullest)
            side[mine[np.argmin(size[mine])]] = empty
    return side


def _most_to_train(side: np.ndarray, size: np.ndarray) -> np.ndarray:
    """A few large units may fall so that another side has the most rows; it then trades places with training."""
    largest = int(np.bincount(side, weights=size, minlength=3).argmax())
    traded = np.arange(3)
    traded[[TRAIN, largest]] = largest, TRAIN
    return np.asarray(traded[side])


def _by_time(
    when: np.ndarray,
    unit: np.ndarray,
    strata: np.ndarray,
    shares: tuple[float, float],
    rng: np.random.Generator,
    name: str,
) -> np.ndarray:
    """The latest units are the test, those before them the validation; a unit is as late as its latest row."""
    latest = np.full(int(unit.max()) + 1, -np.inf)
    np.maximum.at(latest, unit, when)
    moment = latest[unit]
    validation, test = shares
    start = _boundary(moment, 1 - test)
    if start is None:
        raise Problem(
            N_(
                "Nearly all rows of column {column} belong together at one moment, so none can be held back as later. "
                "Choose another column for time, or none."
            ),
            column=name,
        )
    older = moment < start
    side = np.where(older, TRAIN, TEST)
    cut = _boundary(moment[older], 1 - validation / (1 - test))
    if cut is not None and _every(strata, older & (moment < cut)):
        side[older & (moment >= cut)] = VALIDATION
        return side
    return _around(~older, strata, unit, shares, rng)


def _boundary(moment: np.ndarray, share: float) -> float | None:
    """The moment from which on rows are later, so that about ``share`` of the rows lie before it."""
    distinct, count = np.unique(moment, return_counts=True)
    if len(distinct) < 2:
        return None
    before = np.cumsum(count)[:-1] / len(moment)
    return float(distinct[1:][np.argmin(np.abs(before - share))])


def _every(strata: np.ndarray, inside: np.ndarray) -> bool:
    return len(np.unique(strata[inside])) == len(np.unique(strata))


def _check(side: np.ndarray, answer: pd.Series, task: Task) -> None:
    """Training needs every class, and the test at least two; a split by time or group may fail that."""
    if task.kind == "regression":
        return
    absent = set(task.classes) - set(answer[side == TRAIN])
    if absent:
        raise Problem(
            N_(
                "After the division no row says “{label}” among those to train on. Choose another column for time or "
                "group, or none."
            ),
            label=sorted(absent)[0],
        )
    if answer[side == TEST].nunique() < 2:
        raise Problem(
            N_(
                "After the division all rows to test on give the same answer, so nothing can be measured. Choose "
                "another "
                "column for time or group, or none."
            )
        )


def _indivisible(units: int) -> Problem:
    return Problem(
        N_(
            "The rows form only {n:count} {n:block/blocks} that must stay together; three are needed to train, to "
            "choose and to test. Add rows."
        ),
        n=units,
    )


def _together(column: str, units: int) -> Problem:
    return Problem(
        N_(
            "Column {column} names only {n:count} {n:group/groups} whose rows must stay together; three are needed to "
            "train, to choose and to test. Choose another column for who repeats, or none, or add rows."
        ),
        n=units,
        column=column,
    )


def _why(task: Task, sizes: tuple[int, int, int], turns: np.ndarray | None, notes: tuple[Message, ...]) -> Message:
    facts = {"train": sizes[0], "validation": sizes[1], "test": sizes[2], "how": _how(task)}
    if turns is not None:
        facts = {"train": sizes[0], "folds": int(turns.max()) + 1, "test": sizes[2], "how": facts["how"]}
    said = Message(_WHY if turns is None else _WHY_TURNS, facts)
    for note in notes:
        said = Message(_AND, {"first": said, "then": note})
    return said


def _how(task: Task) -> Message:
    if task.time is not None:
        return Message(N_("The latest by {column} are the test, as they will be in use."), {"column": task.time})
    if task.group is not None:
        return Message(
            N_("All rows of one {column} stay on one side, for the model will meet new ones."), {"column": task.group}
        )
    if task.kind == "regression":
        return Message(N_("They were drawn at random, with low and high values on every side."))
    return Message(N_("They were drawn at random, with the same share of each answer on every side."))


def _twin_note(extra: int) -> tuple[Message, ...]:
    if not extra:
        return ()
    text = N_(
        "{n:count} {n:row repeats/rows repeat} another one exactly; repeats stay on one side, or the test would hold "
        "rows "
        "already learnt."
    )
    return (Message(text, {"n": extra}),)


def _pattern_note(patterns: int) -> Message:
    text = N_(
        "The columns used have only {n:count} {n:combination/combinations} of values, so equal rows stand on every "
        "side: "
        "the test says little about new combinations."
    )
    return Message(text, {"n": patterns})


def _linked_note(group: str) -> Message:
    text = N_("Equal rows of different {column} may stand on two sides: keeping them together would leave no test.")
    return Message(text, {"column": group})


def _undated(missing: int, name: str) -> tuple[Message, ...]:
    text = N_("{n:count} {n:row has/rows have} no {column} and {n:counts/count} as the earliest.")
    return (Message(text, {"n": missing, "column": name}),) if missing else ()


_WHY = N_(
    "{train:count} {train:row/rows} to train, {validation:count} to choose the best state, {test:count} held back for "
    "the "
    "test. {how}"
)
_AND = N_("{first} {then}")
_WHY_TURNS = N_(
    "{train:count} {train:row/rows} to learn from, which take turns in {folds:count} parts at being held back to "
    "choose and to weigh; {test:count} held back for the test. {how}"
)
