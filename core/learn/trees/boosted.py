"""Gradient-boosted trees (Friedman, 2001, doi:10.1214/aos/1013203451) by LightGBM (Ke et al., 2017)."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.learn.ground import Ground, Trained, Turn
from core.learn.trees.ensemble import Ensemble
from core.learn.trees.grown import Grown, chosen, nothing, stacked
from core.learn.trees.inputs import categories, matrix
from core.learn.trees.library import lightgbm
from core.learn.trees.race import Course, Runner, race
from core.learn.trees.size import AGAIN, AGAIN_ROUNDS, BAGGED_ROWS, TREES, Growth, growth, params
from core.learn.trees.text import read

OTHER = 1_000_000
TRIED_SHARE = 0.1
"""Of the time, for each of two sizes of trees."""
EXTRA = 1.1
"""Growing once more takes so much of the time that its rows tell."""
FASTER = 3
"""Learning rate of a trial, in usual ones."""
CLEARLY = 0.01
"""Share by which the loss must be lower: larger trees cost more everywhere."""


@dataclass(frozen=True, eq=False)
class Field:
    """Rows as LightGBM keeps them."""

    rows: Any
    """``lightgbm.Dataset`` of all rows."""
    growth: Growth
    params: dict[str, Any]
    outputs: int
    """Scores a row."""


def fit_trees(ground: Ground, turn: Turn) -> Trained | None:
    """Boosted trees: the mean of the folds' where rows take turns, else grown again on all rows for as many rounds.

    ``steps`` are the rounds, ``OTHER`` more where trees of the other size were better; negative where trees were to be
    grown again and there was no time for it.
    """
    started = time.monotonic()
    field = _field(ground)
    other = _other(ground, field, turn) if turn.steps is None else abs(turn.steps) >= OTHER
    field = _sized(field, field.growth.other) if other else field
    runners = [_runner(ground, field, place) for place in range(len(ground.folds))]
    rounds = None if turn.steps is None else abs(turn.steps) % OTHER
    now = time.monotonic()
    course = race(runners, ground, Turn(now + (turn.deadline - now) * _growing(ground), rounds), field.growth)
    if not course.rounds:
        return None
    kept = [_kept(runner, course.best) for runner in runners]
    biases = [_bias(ground, place) for place in range(len(runners))]
    answers = [
        _member(ground, field, [part], [bias]).answer(ground.rows.inputs[fold.check])
        for part, bias, fold in zip(kept, biases, ground.folds, strict=True)
    ]
    member = _again(ground, field, course, turn)
    dropped = member is None and _due(ground, field, course)
    steps = course.rounds + OTHER * other
    return Trained(
        member or _member(ground, field, kept, biases),
        time.monotonic() - started,
        -steps if dropped else steps,
        ground.gather(answers),
        tuple(course.history),
    )


def _field(ground: Ground) -> Field:
    lesson, outputs = ground.rows, ground.classes if ground.classes > 2 else 1
    cells = matrix(ground.plan, lesson.inputs)
    grows = growth(len(ground.folds[0].fit), cells.shape[1], len(ground.folds) * outputs)
    named = {0: "regression", 2: "binary"}.get(ground.classes, "multiclass")
    metric = {0: "l2", 2: "binary_logloss"}.get(ground.classes, "multi_logloss")
    found = params(grows, len(ground.folds[0].fit), ground.recipe.seed)
    found |= {"objective": named, "metric": metric, "num_class": outputs, "boost_from_average": False}
    rows = lightgbm().Dataset(
        cells, lesson.truth, weight=lesson.weights, categorical_feature=categories(ground.plan), params=found
    )
    return Field(rows.construct(), grows, found, outputs)


def _other(ground: Ground, field: Field, turn: Turn) -> bool:
    """Whether trees of the other size are clearly better in the first fold, learning fast."""
    growth, now = field.growth, time.monotonic()
    if not growth.other:
        return False
    end = Turn(min(now + TRIED_SHARE * (turn.deadline - now), turn.deadline))
    usual, other = (_tried(ground, _sized(field, leaves, FASTER), end) for leaves in (growth.leaves, growth.other))
    return other < (1 - CLEARLY) * usual


def _tried(ground: Ground, field: Field, turn: Turn) -> float:
    """The lowest validation loss in the first fold; infinite where there was no time."""
    runner, lowest, best, done = _runner(ground, field, 0), math.inf, 0, 0
    while done < field.growth.rounds // FASTER and done - best < field.growth.patience // FASTER:
        if ground.over(turn, done):
            return math.inf
        runner.step()
        done += 1
        loss = runner.losses()[1]
        if loss < lowest:
            lowest, best = loss, done
    return lowest


def _sized(field: Field, leaves: int, faster: int = 1) -> Field:
    changes = {"num_leaves": leaves, "learning_rate": faster * field.growth.learning_rate}
    return replace(field, params={**field.params, **changes})


def _runner(ground: Ground, field: Field, place: int) -> Runner:
    """A fold at its start; it begins with the shares of the classes, or the mean."""
    fold, bias = ground.folds[place], _bias(ground, place)
    parts = []
    for rows in (fold.fit, fold.check):
        part = field.rows.subset(np.asarray(rows)).construct()
        part.set_init_score(np.tile(bias[:, None], len(rows)).ravel())
        parts.append(part)
    booster = lightgbm().Booster({**field.params, "seed": (ground.recipe.seed + 101 * place) % 2**31}, parts[0])
    booster.add_valid(parts[1], "held")
    return Runner(booster)


def _bias(ground: Ground, place: int | None) -> np.ndarray:
    """(outputs,) scores of a fold (None: all rows) before any tree."""
    lesson = ground.rows if place is None else ground.rows[ground.folds[place].fit]
    return lesson.start(ground.classes)


def _kept(runner: Runner, best: int) -> tuple[Grown, int]:
    """The trees of a fold up to the best round, and their rounds."""
    rounds = runner.grown[best]
    return read(runner.booster.model_to_string(num_iteration=max(1, rounds))), rounds


def _member(ground: Ground, field: Field, parts: list[tuple[Grown, int]], biases: list[np.ndarray]) -> Ensemble:
    link: Any = {0: "identity", 2: "sigmoid"}.get(ground.classes, "softmax")
    grown = _woven(parts, field.outputs)
    return Ensemble("trees", ground.plan, grown, np.concatenate(biases), len(parts), link, *ground.scaling)


def _woven(parts: list[tuple[Grown, int]], outputs: int) -> Grown:
    """Trees of several models, a round of each in turn; where one has fewer rounds, trees that add nothing."""
    rounds = max(count for _, count in parts)
    whole = stacked([*(chosen(grown, np.arange(count * outputs)) for grown, count in parts), nothing(1)])
    order = np.full((rounds, len(parts), outputs), len(whole) - 1)
    start = 0
    for place, (_, count) in enumerate(parts):
        order[:count, place] = start + np.arange(count * outputs).reshape(count, outputs)
        start += count * outputs
    return chosen(whole, order.ravel())


def _growing(ground: Ground) -> float:
    """Share of the time for growing in the folds, so that there is enough to grow once more on all rows."""
    fitted = sum(len(fold.fit) for fold in ground.folds)
    return 1 / (1 + EXTRA * len(ground.rows) / max(1, fitted))


def _due(ground: Ground, field: Field, course: Course) -> bool:
    """Whether trees are to be grown again on all rows: of many rows, or where all folds' trees are too many."""
    many = not ground.crossed or len(ground.rows) > BAGGED_ROWS
    return many or len(ground.folds) * field.outputs * course.best > TREES


def _again(ground: Ground, field: Field, course: Course, turn: Turn) -> Ensemble | None:
    """Trees grown on all rows for as many rounds as were best; None where it is not due, or there is no time."""
    if not _due(ground, field, course) or (turn.steps is not None and turn.steps < 0):
        return None
    fitted = sum(len(fold.fit) for fold in ground.folds)
    needed = EXTRA * course.round_seconds * course.best * len(ground.rows) / max(1, fitted)
    free = Turn(math.inf if turn.steps is not None else turn.deadline, None)
    if turn.steps is None and time.monotonic() + needed > turn.deadline:
        return None
    bias = _bias(ground, None)
    field.rows.set_init_score(np.tile(bias[:, None], len(ground.rows)).ravel())
    rounds, rate = _paced(field, course.best)
    runner = Runner(lightgbm().Booster({**field.params, "learning_rate": rate}, field.rows))
    for done in range(rounds):
        if turn.steps is None and ground.over(free, done):
            return None
        runner.step()
    return _member(ground, field, [_kept(runner, rounds)], [bias])


def _paced(field: Field, best: int) -> tuple[int, float]:
    """Rounds, and the learning rate that goes as far in them as the usual one in ``best``."""
    rounds = max(1, min(best, max(AGAIN // field.outputs, AGAIN_ROUNDS)))
    return rounds, field.params["learning_rate"] * best / rounds
