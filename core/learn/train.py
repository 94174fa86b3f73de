"""Training: from a table and a recipe to a model."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.data.labels import target
from core.data.repair import repair
from core.data.split import split
from core.data.table import Schema, Table
from core.data.task import Split, Task
from core.engines.base import Event, Watch
from core.errors import Problem
from core.learn import device as devices
from core.learn.blend import weigh
from core.learn.cutoff import by_cost, fair_cutoff
from core.learn.encoders.teach import Lecture, with_encoder
from core.learn.evaluation import MemberScore
from core.learn.ground import Fold, Ground, Trained
from core.learn.lesson import Lesson
from core.learn.model import Held, TrainedModel, Trial
from core.learn.plan import contract, plan
from core.learn.prepare import Encoded, Preparation
from core.learn.recipe import Recipe
from core.learn.search.run import searched
from core.learn.start import alike, earlier
from core.learn.team import train_all
from core.words import N_, Message

BACKGROUND = 128
FOLDS = 5
TERM_CREDIT = 10.0
"""Rows credited to the simple model beforehand where there are topics of texts."""
JUDGED_ROWS = 50_000
"""Validation rows by which members are weighed."""
MANY_ROWS = 300_000
"""Above so many training rows a first answer comes from some of them."""
FIRST_ROWS, FIRST_SECONDS = 40_000, 20.0
FEWEST = 8
"""Rows with an answer below which nothing can be learned and checked."""

First = Callable[[TrainedModel, Split], None]


@dataclass(frozen=True, eq=False)
class Sources:
    """What a model is made from."""

    table: Table
    frame: pd.DataFrame
    """Typed and repaired."""
    answers: pd.Series
    rows: Split
    recipe: Recipe
    watch: Watch
    device: devices.Device
    started: float
    said: tuple[Message, ...] = ()
    """What should be known of them."""


def train(
    table: Table,
    recipe: Recipe,
    watch: Watch,
    steps: Mapping[str, int] | None = None,
    first: First | None = None,
    rows: Split | None = None,
) -> tuple[TrainedModel, Split]:
    """A model of the recipe's task, and the rows it was trained and will be tested on.

    Args:
        table: checked; never changed.
        recipe: what to train.
        watch: is told of every epoch, and asked about time, cores and the wish to stop: then the best so far is kept.
        steps: ``TrainedModel.steps`` of an earlier run that its time budget cut short: it is replayed bit for bit.
        first: is given a first answer where there are very many rows: a model of some of them, long before the end.
        rows: the division to keep to, in row numbers of the table; made by ``core.data.split`` unless given.

    Raises:
        Problem: too few rows with an answer, or all have the same.
    """
    started = time.monotonic()
    watch.emit(Event("stage", Message(N_("Preparing the columns")), share=0.0))
    table, recipe, said = alike(table, recipe)
    frame = repair(table.frame, recipe.repairs, scoring=False)
    answers = target(frame, recipe.task.goal, recipe.task.kind)
    if rows is None:
        rows = _numbered(split(frame, recipe.task, recipe.seed, FOLDS), frame)
    _require(rows, answers, recipe.task)
    sources = Sources(table, frame, answers, rows, recipe, watch, devices.choose(), started, said)
    if first is not None and steps is None and len(rows.train) > MANY_ROWS:
        first(_model(sources, FIRST_ROWS, FIRST_SECONDS, None), rows)
    return _model(sources, None, math.inf, steps), rows


def _model(sources: Sources, most: int | None, seconds: float, steps: Mapping[str, int] | None) -> TrainedModel:
    """A model of all training rows, or of at most so many, in at most so many seconds."""
    notes: list[Message] = [*sources.said]
    trials: tuple[Trial, ...] = ()
    recipe = sources.recipe
    with devices.alone():
        ground = _ground(sources, most, seconds, notes, steps)
        if recipe.search is not None and most is None:
            ground, trials = searched(ground, notes)
        trained = train_all(ground, notes)
        sources.watch.emit(Event("stage", Message(N_("Weighing the learners")), share=0.9))
        model = _assemble(ground, trained, sources, notes)
    taken = {**model.steps, "search": len(trials)} if trials else model.steps
    return replace(model, recipe=recipe, trials=trials, steps=taken, seconds=time.monotonic() - sources.started)


def _numbered(rows: Split, frame: pd.DataFrame) -> Split:
    """Places in a repaired frame, which may lack rows, as row numbers of the table."""
    index = frame.index.to_numpy()
    parts = {name: index[getattr(rows, name)] for name in ("train", "validation", "test")}
    return replace(rows, **parts)


def class_numbers(answers: pd.Series, task: Task) -> np.ndarray:
    """(n,) int64 places in ``task.classes``, or float64 target values."""
    if task.kind == "regression":
        return answers.to_numpy(dtype=np.float64)
    return pd.Index(task.classes, dtype=object).get_indexer(pd.Index(answers.astype(object))).astype(np.int64)


def _require(rows: Split, answers: pd.Series, task: Task) -> None:
    total = len(rows.train) + len(rows.validation) + len(rows.test)
    if total < FEWEST or not len(rows.train):
        raise Problem(
            N_(
                "Only {n:count} {n:row/rows} have a value in {column}, and at least {least:count} are needed. "
                "Add rows, or choose another goal."
            ),
            n=total,
            column=task.goal.column,
            least=FEWEST,
        )
    if answers.loc[rows.train].nunique() < 2:
        raise Problem(
            N_(
                "All {n:count} training rows have the same answer in {column}, so there is nothing to learn. "
                "Choose another goal, or another way to divide the rows."
            ),
            n=len(rows.train),
            column=str(task.goal),
        )


def _ground(
    sources: Sources, most: int | None, seconds: float, notes: list[Message], replay: Mapping[str, int] | None
) -> Ground:
    recipe, task, answers = sources.recipe, sources.recipe.task, sources.answers
    used, folds = _folds(sources.rows, most, recipe.seed)
    if most is not None:
        notes.append(
            Message(
                N_("The model learned from {used:count} of {all:count} training rows, drawn at random."),
                {"used": len(folds[0].fit), "all": len(sources.rows.train)},
            )
        )
    inner = sources.frame.loc[used, list(task.features)]
    known = {column.name: column for column in sources.table.schema.columns}
    before = earlier(recipe)
    prepared = before.preparation if before is not None else None
    if prepared is None:
        prepared = plan(inner, Schema(tuple(known[name] for name in task.features)), recipe.seed)
    truth, scaling = class_numbers(answers.loc[used], task), (0.0, 1.0)
    if task.kind == "regression":
        scaling = (float(truth.mean()), float(truth.std()) or 1.0)
        truth = ((truth - scaling[0]) / scaling[1]).astype(np.float32)
    weights = _class_weights(truth, len(task.classes), notes) if recipe.class_weights and task.classes else None
    if recipe.encoder is not None and before is None:
        others = len(sources.frame) - len(used)
        left = math.inf if replay is not None else min(seconds, sources.watch.seconds_left())
        lecture = Lecture(
            inner, truth, weights, len(task.classes), folds, others, sources.watch, left, recipe.seed, replay
        )  # fmt: skip
        prepared, folds = with_encoder(prepared, recipe.encoder, lecture, notes)
    lesson = Lesson(prepared.encode(inner), truth, weights)
    left = min(seconds, sources.watch.seconds_left())
    budget = math.inf if replay is not None or math.isinf(left) else max(0.5, 0.85 * left - 0.5)
    return Ground(
        recipe, prepared, lesson, used, folds, len(task.classes), scaling, sources.device, sources.watch,
        time.monotonic(), budget, replay, _spare(sources, prepared), before,
    )  # fmt: skip


def _spare(sources: Sources, prepared: Preparation) -> Encoded | None:
    """Rows without an answer, where the recipe asks to learn from them too."""
    wanted = sources.recipe.pretraining
    if wanted is None or not wanted.rows:
        return None
    unknown = sources.frame.loc[sources.answers.isna().to_numpy(), list(sources.recipe.task.features)]
    return prepared.encode(unknown) if len(unknown) else None


def _folds(rows: Split, most: int | None, seed: int) -> tuple[np.ndarray, tuple[Fold, ...]]:
    """Row numbers to learn from, and the folds as places in them."""
    if rows.folds is not None:
        places = np.arange(len(rows.train))
        numbers = np.unique(rows.folds)
        turns = tuple(Fold(places[rows.folds != one], places[rows.folds == one]) for one in numbers)
        return rows.train, turns if len(turns) > 1 else (Fold(places, places),)
    fit = _draw(rows.train, most, seed)
    check = _draw(rows.validation if len(rows.validation) else rows.train, JUDGED_ROWS, seed)
    used = np.union1d(fit, check)
    return used, (Fold(np.searchsorted(used, fit), np.searchsorted(used, check)),)


def _draw(rows: np.ndarray, most: int | None, seed: int) -> np.ndarray:
    if most is None or len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def _class_weights(truth: np.ndarray, classes: int, notes: list[Message]) -> np.ndarray:
    counts = np.bincount(truth, minlength=classes)
    weights = len(truth) / (max(1, (counts > 0).sum()) * np.maximum(counts, 1))
    notes.append(
        Message(
            N_(
                "Every class counted the same while learning, however many rows it has; probabilities of rare classes "
                "are therefore higher than their true share."
            )
        )
    )
    return np.asarray(weights[truth])


def _assemble(ground: Ground, trained: dict[str, Trained], sources: Sources, notes: list[Message]) -> TrainedModel:
    recipe, task, table, rows = ground.recipe, ground.task, sources.table, sources.rows
    chosen = [name for name in trained if name in (*recipe.members, "net_tuned")] or ["simple"]
    weights = weigh([trained[name].answers for name in chosen], ground.truth, _credit(ground, chosen))
    shares = dict(zip(chosen, (float(weight) for weight in weights), strict=True))
    kept = [(trained[name].member, weight) for name, weight in zip(chosen, weights, strict=True) if weight > 0]
    mixture = np.asarray(sum(shares[name] * trained[name].answers for name in chosen))
    drawn = np.sort(np.random.default_rng(recipe.seed).permutation(rows.train)[:BACKGROUND])
    return TrainedModel(
        recipe=recipe,
        schema=contract(table.schema, task.features, table.frame.loc[rows.train]),
        classes=task.classes,
        members=tuple(learner for learner, _ in kept),
        weights=np.array([weight for _, weight in kept]),
        background=table.frame.loc[drawn, list(task.features)],
        cutoff=_cutoff(task, ground.truth, mixture, recipe.class_weights),
        preparation=ground.plan,
        baseline=trained["simple"].member,
        prior=_prior(ground),
        target=table.schema[task.goal.column],
        history={name: one.history for name, one in trained.items() if one.history},
        steps=_steps(ground, trained),
        scores=tuple(
            MemberScore(name, shares.get(name, 0.0), one.loss, one.seconds, len(one.history))
            for name, one in trained.items()
        ),
        held=_held(ground, mixture, trained["simple"].answers),
        notes=tuple(notes),
        environment=devices.environment(ground.device),
    )


def _credit(ground: Ground, chosen: list[str]) -> list[float] | None:
    """With topics of texts, a head start for the simple model, which reads the terms themselves.

    Topics are fitted on all rows, those held back too, and so flatter the learners that use them; the fewer the rows,
    the more.
    """
    if not ground.plan.topics or ground.plan.reader is not None:
        return None
    return [TERM_CREDIT if name == "simple" else 0.0 for name in chosen]


def _steps(ground: Ground, trained: dict[str, Trained]) -> dict[str, int]:
    """What a replay needs to know; 0 is "was not used"."""
    names = {"simple": 0, **dict.fromkeys(ground.recipe.members), **trained}
    steps = {name: trained[name].steps if name in trained else 0 for name in names}
    if ground.recipe.encoder is not None:
        steps["encoder"] = ground.plan.reader.steps if ground.plan.reader is not None else 0
    return steps


def _held(ground: Ground, model: np.ndarray, simple: np.ndarray) -> Held:
    shown = [part if ground.classes else part[:, 0] for part in (model, simple)]
    return Held(ground.numbers[ground.checked], *shown)


def _prior(ground: Ground) -> tuple[float, ...]:
    if not ground.classes:
        return (ground.scaling[0],)
    counts = np.bincount(ground.rows.truth, minlength=ground.classes)
    return tuple(float(share) for share in counts / counts.sum())


def _cutoff(task: Task, truth: np.ndarray, answers: np.ndarray, weighted: bool) -> float | None:
    """From the prices of the two errors; where class weights bent the probabilities, the cheapest on these rows."""
    if task.kind != "binary":
        return None
    if not weighted or len(np.unique(truth)) < 2:
        return fair_cutoff(task.cost_miss, task.cost_alarm)
    return by_cost(truth == 1, answers[:, 1], task.cost_miss, task.cost_alarm, fitted=True).cutoff
