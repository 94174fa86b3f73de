"""What a model is worth on rows it never saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.conform import conform
from core.data.labels import target
from core.data.repair import repair
from core.data.table import Finding, Schema, Table
from core.data.task import Split
from core.learn import metrics
from core.learn.device import alone
from core.learn.evaluation import Estimate, Evaluation, Rows
from core.learn.model import TrainedModel
from core.learn.verdict import Evidence, verdict
from core.learn.worth import worth
from core.words import N_, Message

SEEN_ROWS = 2_000
"""Training rows that are looked at to see whether the model learned by heart."""

Draws = dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Judged:
    """Rows with their truth and the answers of the model, of the simple model and of the prior."""

    rows: np.ndarray
    """(n,) row numbers."""
    truth: np.ndarray
    """(n,) class numbers, or target values."""
    answers: dict[str, np.ndarray]
    """``model``, ``simple``, ``prior``: (n, n_classes), or (n,)."""


def evaluate(
    model: TrainedModel,
    table: Table | pd.DataFrame,
    rows: Split | Sequence[int] | np.ndarray | None = None,
    *,
    seed: int = 0,
    resamples: int | None = None,
) -> tuple[Evaluation, pd.DataFrame]:
    """Metrics with 95% bootstrap intervals beside the prior's and the simple model's on the same rows.

    Args:
        model: to be judged.
        table: the table trained on, or the RAW or typed rows of a new file that holds the goal's column.
        rows: the split (its test rows are judged, its validation rows predicted too), row numbers, or None for all.
        seed: of the resamples.
        resamples: how many; None decides by the number of rows.

    Returns:
        The evaluation, and the predictions as ``core.learn.evaluation.Evaluation`` describes them.

    Raises:
        Problem: a column that the model needs, or the goal's, is missing.
    """
    with alone():
        return _evaluate(model, table.frame if isinstance(table, Table) else table, rows, seed, resamples)


def _evaluate(
    model: TrainedModel,
    frame: pd.DataFrame,
    rows: Split | Sequence[int] | np.ndarray | None,
    seed: int,
    resamples: int | None,
) -> tuple[Evaluation, pd.DataFrame]:
    test = _judge(model, frame, rows.test if isinstance(rows, Split) else rows)
    parts = [_predictions(model, test, "test")]
    seen = None
    if isinstance(rows, Split):
        parts.append(_predictions(model, _held(model, frame, rows), "validation"))
        drawn = np.sort(np.random.default_rng(seed).permutation(rows.train)[:SEEN_ROWS])
        seen = _judge(model, frame, drawn)
    task, count = model.recipe.task, Rows(len(frame), *_sizes(rows, test))
    values, draws = _figures(model, test, seed, resamples)
    estimates = {name: _estimates(values[name], draws[name]) for name in values}
    evidence = Evidence(
        model.recipe, model.classes, values, draws, _seen(model, seen), test.truth, test.answers["model"], model.cutoff
    )
    evaluation = Evaluation(
        task=task.kind,
        target=str(task.goal),
        positive=task.positive if task.kind == "binary" else None,
        classes=model.classes,
        rows=count,
        columns=model.features,
        device=model.environment.get("device", "cpu"),
        device_name=model.environment.get("device_name", ""),
        seconds=model.seconds,
        metrics=estimates["model"],
        baselines={"prior": estimates["prior"], "simple": estimates["simple"]},
        cutoff=model.cutoff,
        verdict=verdict(evidence),
        findings=_findings(model, frame, rows, test),
        members=model.scores,
        environment=model.environment,
        gains=_gains(values, draws),
        worth=worth(evidence, model.scores) if len(test.truth) else None,
    )
    return evaluation, pd.concat(parts, ignore_index=True)


def truth_of(model: TrainedModel, frame: pd.DataFrame) -> pd.Series:
    """Class numbers (Int64) or target values of RAW or typed rows; missing where there is no answer that counts."""
    task = model.recipe.task
    if model.target is None:
        raise ValueError("the model knows the goal's column, but: it was made without one")
    typed, _ = conform(frame, Schema((model.target,)))
    repairs = [change for change in model.recipe.repairs if change.column == task.goal.column]
    answers = target(repair(typed, repairs, scoring=True), task.goal, task.kind)
    if not model.classes:
        return answers
    return answers.map({label: place for place, label in enumerate(model.classes)}).astype("Int64")


def _judge(model: TrainedModel, frame: pd.DataFrame, rows: Sequence[int] | np.ndarray | None) -> Judged:
    if rows is not None:
        frame = frame.loc[np.asarray(rows, dtype=np.int64)]
    truth = truth_of(model, frame)
    known = frame.loc[truth.notna().to_numpy()]
    numbers = truth.dropna().to_numpy(dtype=np.int64 if model.classes else np.float64)
    shape = (len(known), len(model.classes)) if model.classes else (len(known),)
    if not len(known):
        empty = np.zeros(shape)
        return Judged(known.index.to_numpy(), numbers, {"model": empty, "simple": empty, "prior": empty})
    prior = np.broadcast_to(np.array(model.prior) if model.classes else np.array(model.prior[0]), shape)
    answers = {"model": model.predict(known), "simple": model.simple(known), "prior": prior}
    return Judged(known.index.to_numpy(), numbers, answers)


def _held(model: TrainedModel, frame: pd.DataFrame, rows: Split) -> Judged:
    """The rows held back while learning, with the answers of learners that never met them."""
    if model.held is None:
        return _judge(model, frame, rows.validation)
    truth = truth_of(model, frame.loc[model.held.rows])
    known = truth.notna().to_numpy()
    numbers = truth[known].to_numpy(dtype=np.int64 if model.classes else np.float64)
    answers = {"model": model.held.model[known], "simple": model.held.simple[known]}
    return Judged(model.held.rows[known], numbers, answers)


def _figures(
    model: TrainedModel, test: Judged, seed: int, count: int | None
) -> tuple[dict[str, dict[str, float]], dict[str, Draws]]:
    """Values, and their resamples, by whose answers they are of; the same resamples for all, so that they compare."""
    kind, n = model.recipe.task.kind, len(test.truth)
    once = np.ones((1, n))
    values, draws = {}, {}
    blocks = list(metrics.resamples(n, count or metrics.resample_count(n, len(model.classes)), seed)) if n else []
    for name, answer in test.answers.items():
        found = metrics.measure(kind, test.truth, answer, model.cutoff, once)
        values[name] = {metric: float(value[0]) for metric, value in found.items()}
        drawn = [metrics.measure(kind, test.truth, answer, model.cutoff, block) for block in blocks]
        draws[name] = {
            metric: np.concatenate([part[metric] for part in drawn]) if drawn else once[0] for metric in found
        }
    return values, draws


def _estimates(values: dict[str, float], draws: Draws) -> dict[str, Estimate]:
    estimates = {}
    for name, value in values.items():
        if not np.isfinite(value):
            estimates[name] = Estimate(None)
            continue
        ends = metrics.interval(draws[name], value)
        estimates[name] = Estimate(value, *(ends or (None, None)))
    return estimates


def _gains(values: dict[str, dict[str, float]], draws: dict[str, Draws]) -> dict[str, Estimate]:
    """The model's minus the simple model's; both were measured on the same resamples."""
    ours, theirs = values["model"], values["simple"]
    differences = {name: ours[name] - theirs[name] for name in ours}
    return _estimates(differences, {name: draws["model"][name] - draws["simple"][name] for name in ours})


def _seen(model: TrainedModel, seen: Judged | None) -> dict[str, float]:
    """The metrics on rows it learned from."""
    if seen is None or not len(seen.truth):
        return {}
    once = np.ones((1, len(seen.truth)))
    found = metrics.measure(model.recipe.task.kind, seen.truth, seen.answers["model"], model.cutoff, once)
    return {name: float(value[0]) for name, value in found.items()}


def _predictions(model: TrainedModel, judged: Judged, part: str) -> pd.DataFrame:
    columns: dict[str, object] = {"row": judged.rows}
    if model.classes:
        columns["truth"] = np.array(model.classes, dtype=object)[judged.truth]
        for place, label in enumerate(model.classes):
            columns[f"p:{label}"] = judged.answers["model"][:, place]
            columns[f"simple:p:{label}"] = judged.answers["simple"][:, place]
    else:
        columns |= {"truth": judged.truth, "prediction": judged.answers["model"]}
        columns["simple:prediction"] = judged.answers["simple"]
    return pd.DataFrame(columns | {"set": np.full(len(judged.rows), part, dtype=object)})


def _sizes(rows: object, test: Judged) -> tuple[int, int, int]:
    if isinstance(rows, Split):
        return len(rows.train), len(rows.validation), len(test.truth)
    return 0, 0, len(test.truth)


def _findings(model: TrainedModel, frame: pd.DataFrame, rows: object, test: Judged) -> tuple[Finding, ...]:
    found = [Finding("training", "note", note) for note in model.notes] if isinstance(rows, Split) else []
    left = len(frame) - len(test.truth) if rows is None else 0
    if left:
        text = N_(
            "{n:count} {n:row/rows} have no answer in {column}, or one that the model was not trained for, and were "
            "left out of the measuring."
        )
        goal = model.recipe.task.goal.column
        found.append(Finding("unanswered", "warning", Message(text, {"n": left, "column": goal}), column=goal))
    return tuple(found)
