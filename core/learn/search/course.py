"""What is decided before the first trial: which settings are open, where trials are judged, on how many rows."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np

from core.errors import Problem
from core.learn.ground import Fold, Ground, Turn
from core.learn.recipe import Search
from core.learn.search.attempt import Bench, bench
from core.learn.search.road import Choice, Grid, Road, usual_grid
from core.learn.search.settings import BY_NAME, checked
from core.learn.search.smart import SEARCHED, Smart
from core.learn.size import WIDE
from core.words import N_, Message

JUDGES = 3
"""Folds that judge at most."""
JUDGED_ROWS = 3_000
"""So many rows held back are enough to judge: on a larger table fewer folds do."""
MOST_ROWS, FEWEST_ROWS = 20_000, 2_000
"""Rows that a trial learns from at most, where there is time for so many; and never fewer for want of time."""
ROWS_A_SECOND, PASSES, TRIALS = 30_000, 25, 12
"""How fast a small net learns, how often it sees a row, and how many trials there should be time for."""
WARM = 12
"""A trial has this part of all passes before it may be given up."""


@dataclass(frozen=True, eq=False)
class Course:
    """The search before its first trial."""

    ground: Ground
    bench: Bench
    judges: tuple[Fold, ...]
    others: tuple[Fold, ...]
    """They judge no trial; records are measured on them. Both are places in the bench's rows."""
    usual: Choice
    """All settings of the net as they would be without a search."""
    road: Road
    turn: Turn
    deadline: float
    """``time.monotonic()`` by which the search ends."""
    most: int
    """Trials."""


def course(ground: Ground, turn: Turn, asked: Search) -> Course | None:
    """Everything decided before the first trial; None where nothing is left to search.

    Raises:
        Problem: the grid names a setting that there is not, or a value that cannot be; or trials or time make no sense.
    """
    _require(asked)
    usual = Bench(ground, len(ground.rows)).usual()
    free = {name: value for name, value in usual.items() if getattr(ground.recipe.net, name) is None}
    if asked.method == "grid":
        road: Road | None = _grid(ground, asked, free, turn.notes)
    else:
        road = _smart(ground, asked, free, max(2, int(usual.get("epochs", 0)) // WARM))
    if road is None:
        turn.notes.append(Message(N_("Every setting of the net is fixed, so there was nothing to search for.")))
        return None
    judges, others = _parts(ground, asked, turn.notes)
    where, places = bench(ground, (*judges, *others), turn.steps is not None)
    deadline, most = min(turn.deadline, time.monotonic() + asked.share * ground.budget), asked.trials
    if turn.steps is not None:
        deadline, most = math.inf, turn.steps
    return Course(ground, where, places[: len(judges)], places[len(judges) :], usual, road, turn, deadline, most)


def _require(asked: Search) -> None:
    if not 0 < asked.share <= 1:
        text = N_("The search may have a share of the training time above 0 and up to 1, but not {x:number}.")
        raise Problem(text, x=asked.share)
    if asked.trials < 1:
        raise Problem(N_("A search needs one trial at least, but {n:count} were asked for."), n=asked.trials)


def _smart(ground: Ground, asked: Search, free: Choice, warm: int) -> Road | None:
    open_ = {name: value for name, value in free.items() if name in SEARCHED}
    if not free.get("inner") and len(ground.plan.numbers) > WIDE:
        # Many figures for each of thousands of numbers would take the memory of the whole net.
        open_.pop("inner", None)
    return Smart(open_, asked.trials, warm, ground.recipe.seed) if open_ else None


def _grid(ground: Ground, asked: Search, free: Choice, notes: list[Message]) -> Road | None:
    wanted = checked(asked.grid) or usual_grid(free)
    fixed = [name for name in wanted if getattr(ground.recipe.net, name) is not None]
    values = {name: numbers for name, numbers in wanted.items() if name not in fixed}
    if fixed:
        text = N_("These settings are fixed, so their values in the grid were not tried: {names:list}.")
        notes.append(Message(text, {"names": [Message(BY_NAME[name].title) for name in fixed]}))
    if not values:
        return None
    grid = Grid(values, asked.trials, ground.recipe.seed)
    if grid.total > asked.trials:
        text = N_("The grid has {all:count} combinations; {n:count} of them, drawn at random, are tried at most.")
        notes.append(Message(text, {"all": grid.total, "n": asked.trials}))
    return grid


def _parts(ground: Ground, asked: Search, notes: list[Message]) -> tuple[tuple[Fold, ...], tuple[Fold, ...]]:
    """The folds that judge, and those that never do; of many rows some, drawn at random."""
    generator = np.random.default_rng(ground.recipe.seed)
    if ground.crossed:
        enough = math.ceil(JUDGED_ROWS / max(1, len(ground.folds[0].check)))
        count = min(JUDGES, enough, len(ground.folds) - 1)
        judges, others = ground.folds[:count], ground.folds[count:][:count]
    else:
        judges, others = _halves(ground.folds[0], generator)
    most, all_rows = _rows(ground, asked, len(judges)), max(len(fold.fit) for fold in judges)
    if all_rows > most:
        text = N_(
            "In the search for settings each trial learned from {n:count} of {all:count} rows, drawn at random, so "
            "that there was time for more trials; the net itself learns from all."
        )
        notes.append(Message(text, {"n": most, "all": all_rows}))
    return _drawn(judges, most, generator), _drawn(others, most, generator)


def _halves(fold: Fold, generator: np.random.Generator) -> tuple[tuple[Fold, ...], tuple[Fold, ...]]:
    """One fold only: half of its rows held back judge trials."""
    order = generator.permutation(fold.check)
    half = max(1, len(order) // 2)
    first, second = np.sort(order[:half]), np.sort(order[half:])
    return (Fold(fold.fit, first),), ((Fold(fold.fit, second),) if len(second) else ())


def _rows(ground: Ground, asked: Search, count: int) -> int:
    """Rows for a trial, by the time that was asked for: not by the clock, so that a replay takes the same."""
    seconds = asked.share * ground.recipe.time_budget_seconds
    affordable = seconds * ROWS_A_SECOND / (PASSES * TRIALS * count)
    return int(min(MOST_ROWS, max(FEWEST_ROWS, affordable)))


def _drawn(folds: tuple[Fold, ...], most: int, generator: np.random.Generator) -> tuple[Fold, ...]:
    def some(places: np.ndarray, count: int) -> np.ndarray:
        return places if len(places) <= count else np.sort(generator.choice(places, count, replace=False))

    return tuple(Fold(some(fold.fit, most), some(fold.check, max(most, JUDGED_ROWS))) for fold in folds)
