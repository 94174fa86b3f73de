"""Training: from a table and a recipe to a model."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import replace

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
from core.learn.evaluation import MemberScore
from core.learn.ground import Ground, Trained
from core.learn.loss import row_losses
from core.learn.model import TrainedModel, answer
from core.learn.plan import contract, plan
from core.learn.recipe import TITLES, Recipe
from core.learn.simple import Lesson, fit_simple
from core.words import N_, Message

BACKGROUND = 128
ROWS = {"cpu": 400_000, "cuda": 2_000_000}
"""Training rows that are learned from; of more, so many are drawn."""
JUDGED_ROWS = 50_000
"""Validation rows by which members are weighed."""
FEWEST = 10
"""Rows with an answer below which nothing can be learned and checked."""


def train(
    table: Table, recipe: Recipe, watch: Watch, steps: Mapping[str, int] | None = None
) -> tuple[TrainedModel, Split]:
    """A model of the recipe's task, and the rows it was trained and will be tested on.

    Args:
        table: checked; never changed.
        recipe: what to train.
        watch: is told of every epoch, and asked about time, cores and the wish to stop: then the best so far is kept.
        steps: ``TrainedModel.steps`` of an earlier run that its time budget cut short: it is replayed bit for bit.

    Raises:
        Problem: too few rows with an answer, or all have the same.
    """
    started = time.monotonic()
    watch.emit(Event("stage", Message(N_("Preparing the columns")), share=0.0))
    frame = repair(table.frame, recipe.repairs, scoring=False)
    answers = target(frame, recipe.task.goal, recipe.task.kind)
    rows = known_rows(_numbered(split(frame, recipe.task, recipe.seed), frame), answers, recipe.task)
    _require(rows, answers, recipe.task)
    device = devices.choose()
    notes: list[Message] = []
    ground = _ground(frame, answers, rows, table.schema, recipe, watch, device, notes, steps)
    with devices.alone():
        trained = _train_members(ground, notes)
        watch.emit(Event("stage", Message(N_("Weighing the learners")), share=0.9))
        model = _assemble(ground, trained, table, rows, notes)
    return replace(model, seconds=time.monotonic() - started), rows


def _numbered(rows: Split, frame: pd.DataFrame) -> Split:
    """Places in a repaired frame, which may lack rows, as row numbers of the table."""
    index = frame.index.to_numpy()
    return replace(rows, train=index[rows.train], validation=index[rows.validation], test=index[rows.test])


def known_rows(rows: Split, answers: pd.Series, task: Task) -> Split:
    """The split without rows whose answer is missing or none of the task's classes."""
    known = answers.notna() if task.kind == "regression" else answers.isin(task.classes)
    good = answers.index[known].to_numpy()
    train, validation, test = (np.intersect1d(part, good) for part in (rows.train, rows.validation, rows.test))
    return replace(rows, train=train, validation=validation, test=test)


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
    frame: pd.DataFrame,
    answers: pd.Series,
    rows: Split,
    schema: Schema,
    recipe: Recipe,
    watch: Watch,
    device: devices.Device,
    notes: list[Message],
    replay: Mapping[str, int] | None,
) -> Ground:
    task = recipe.task
    used = _draw(rows.train, ROWS[device.kind], recipe.seed)
    if len(used) < len(rows.train):
        notes.append(
            Message(
                N_("The model learned from {used:count} of {all:count} training rows, drawn at random."),
                {"used": len(used), "all": len(rows.train)},
            )
        )
    checked = _draw(rows.validation if len(rows.validation) else rows.train, JUDGED_ROWS, recipe.seed)
    features = list(task.features)
    inner = frame.loc[used, features]
    known = {column.name: column for column in schema.columns}
    prepared = plan(inner, Schema(tuple(known[name] for name in features)), recipe.seed)
    truth, checks = class_numbers(answers.loc[used], task), class_numbers(answers.loc[checked], task)
    scaling = (0.0, 1.0)
    if task.kind == "regression":
        scaling = (float(truth.mean()), float(truth.std()) or 1.0)
        truth, checks = (((part - scaling[0]) / scaling[1]).astype(np.float32) for part in (truth, checks))
    weights = _class_weights(truth, len(task.classes), notes) if recipe.class_weights and task.classes else None
    lesson = Lesson(prepared.encode(inner), truth, weights)
    validation = Lesson(prepared.encode(frame.loc[checked, features]), checks)
    left = watch.seconds_left()
    budget = math.inf if replay is not None or math.isinf(left) else max(0.5, 0.85 * left - 0.5)
    return Ground(
        recipe,
        prepared,
        lesson,
        validation,
        len(task.classes),
        scaling,
        device,
        watch,
        time.monotonic(),
        budget,
        replay,
    )


def _draw(rows: np.ndarray, most: int, seed: int) -> np.ndarray:
    if len(rows) <= most:
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


def _train_members(ground: Ground, notes: list[Message]) -> dict[str, Trained]:
    trained = {"simple": _judged(ground, "simple", _train_simple(ground))}
    nets = [name for name in ground.recipe.members if name != "simple"]
    for place, name in enumerate(nets):
        if _skipped(ground, name, trained):
            notes.append(_left_out(ground, name))
            continue
        net = _train_net(ground, name, (place + 1) / len(nets), notes)
        if net is not None:
            trained[name] = _judged(ground, name, net)
    return trained


def _judged(ground: Ground, name: str, one: Trained) -> Trained:
    """With its answers for the validation rows; whoever watches is told that it is done."""
    answers = answer(one.learner, ground.validation.inputs)
    loss = float(row_losses(answers, ground.truth).mean())
    numbers: dict[str, float | None] = {"validation_loss": loss, "seconds": one.seconds}
    ground.watch.emit(Event("member", member=name, numbers=numbers))
    return replace(one, answers=answers, loss=loss)


def _skipped(ground: Ground, name: str, trained: dict[str, Trained]) -> bool:
    if not any(done in ground.recipe.members for done in trained):
        return False
    if ground.replay is not None:
        return not ground.replay.get(name, 1)
    return ground.pressed(1.0)


def _left_out(ground: Ground, name: str) -> Message:
    stopped = ground.watch.should_stop()
    text = (
        N_("Training was stopped before this learner began: {name}.")
        if stopped
        else N_("There was no time left for a learner: {name}.")
    )
    return Message(text, {"name": Message(TITLES[name])})


def _train_simple(ground: Ground) -> Trained:
    started = time.monotonic()
    ground.watch.emit(Event("stage", Message(N_("Fitting the simple model")), share=0.05))
    limit = None if ground.replay is None else ground.replay.get("simple")

    def hurry(tried: int) -> bool:
        return tried >= limit if limit is not None else ground.pressed(0.15)

    learner, tried = fit_simple(
        ground.plan, ground.train, ground.validation, ground.task.kind, ground.classes, ground.scaling,
        ground.recipe.seed, hurry,
    )  # fmt: skip
    return Trained(learner, time.monotonic() - started, tried)


def _train_net(ground: Ground, name: str, share: float, notes: list[Message]) -> Trained | None:
    from core.learn.nets.fit import fit_net

    ground.watch.emit(Event("stage", Message(N_("Training: {name}"), {"name": Message(TITLES[name])}), share=0.1))
    spent = time.monotonic() - ground.started
    allotted = spent + (ground.budget - spent) * (1.0 if share >= 1 else 0.35 * share / 0.5)
    steps = None if ground.replay is None else ground.replay.get(name)
    return fit_net(ground, name, ground.started + allotted, steps, notes)


def _assemble(
    ground: Ground, trained: dict[str, Trained], table: Table, rows: Split, notes: list[Message]
) -> TrainedModel:
    recipe, task = ground.recipe, ground.task
    chosen = [name for name in trained if name in recipe.members] or ["simple"]
    weights = weigh([trained[name].answers for name in chosen], ground.truth)
    shares = dict(zip(chosen, (float(weight) for weight in weights), strict=True))
    kept = [(trained[name].learner, weight) for name, weight in zip(chosen, weights, strict=True) if weight > 0]
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
        baseline=trained["simple"].learner,
        prior=_prior(ground),
        target=table.schema[task.goal.column],
        history={name: one.history for name, one in trained.items() if one.history},
        steps={
            name: trained[name].steps if name in trained else 0
            for name in {"simple": 0, **dict.fromkeys(recipe.members)}
        },
        scores=tuple(
            MemberScore(name, shares.get(name, 0.0), one.loss, one.seconds, len(one.history))
            for name, one in trained.items()
        ),
        notes=tuple(notes),
        environment=devices.environment(ground.device),
    )


def _prior(ground: Ground) -> tuple[float, ...]:
    if not ground.classes:
        return (ground.scaling[0],)
    counts = np.bincount(ground.train.truth, minlength=ground.classes)
    return tuple(float(share) for share in counts / counts.sum())


def _cutoff(task: Task, truth: np.ndarray, answers: np.ndarray, weighted: bool) -> float | None:
    """From the prices of the two errors; where class weights bent the probabilities, the cheapest on these rows."""
    if task.kind != "binary":
        return None
    if not weighted or len(np.unique(truth)) < 2:
        return fair_cutoff(task.cost_miss, task.cost_alarm)
    return by_cost(truth == 1, answers[:, 1], task.cost_miss, task.cost_alarm, fitted=True).cutoff
