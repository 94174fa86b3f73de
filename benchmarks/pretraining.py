"""What a net gains from having learned before: from rows without an answer, and from another hospital's rows.

Rows without an answer: of each set one row in twenty keeps its answer, the others lose it; a fifth of the rows, held
back with their answers, judges. Another hospital: heart disease in Cleveland (303 rows) is learned, then 60 rows of
Hungary are; the other 234 judge. Losses (nats, or standard deviations squared) of the net alone, each mean over the
seeds beside the standard error of the difference; below 1 a ratio is in favour of having learned before.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedKFold

from benchmarks import sets
from core.data.check import check
from core.data.labels import target
from core.data.read import read
from core.data.repair import repair
from core.data.table import ReadOptions, Table
from core.data.task import Split
from core.deliver.plan import plan
from core.engines.watch import Silence
from core.learn import train as training
from core.learn.evaluate import truth_of
from core.learn.ground import Trained
from core.learn.keep import keep_model
from core.learn.loss import row_losses
from core.learn.model import TrainedModel
from core.learn.recipe import Pretraining, Recipe
from core.learn.team import train_all
from core.words import Message

NAMES = ("compas", "diabetes130 5k", "turkiye", "air quality")
SEEDS = range(3)
KEPT = 0.05
TUNED_ROWS = 60
HEART = (
    "age", "sex", "cp", "trestbps", "chol", "fbs", "restecg", "thalach", "exang", "oldpeak", "slope", "ca", "thal",
    "num",
)  # fmt: skip


def main() -> None:
    """Prints both tables."""
    head = ("labels", "scratch", "full", "ratio", "+-", "adapters", "ratio")
    line = "{:18}{:>8}{:>9}{:>9}{:>9}{:>8}{:>7}{:>10}{:>8}"
    _print(line.format("set", head[0], "without", *head[1:]))
    for name in NAMES:
        if sets.DEVELOPMENT[name].here:
            _row(name, [unlabelled(name, seed) for seed in SEEDS])
    if (sets.DATA / "medicine/heart_disease_uci").is_dir():
        _print(line.format("hospital", head[0], "untuned", *head[1:]))
        _row("Hungary", [hospital(seed) for seed in SEEDS])


def unlabelled(name: str, seed: int) -> tuple[float, ...]:
    """Rows with and without an answer; losses from scratch, pretrained, and pretrained with adapters tuned."""
    table, goal, choices = sets.load(name)
    recipe, _ = plan(table, goal, members=("net",), seed=seed, time_budget_seconds=600, **choices)
    learn, test = sets.folds(table, goal, choices, 1, seed)[0]
    lost = np.sort(np.random.default_rng(seed).permutation(learn)[int(KEPT * len(learn)) :])
    frame = table.frame.copy()
    frame[recipe.task.goal.column] = frame[recipe.task.goal.column].mask(frame.index.isin(lost))
    fewer = replace(table, frame=frame)
    found = []
    for wanted in (Pretraining(rows=True), Pretraining(rows=True, tuning="adapters")):
        model, trained = learned(fewer, replace(recipe, pretraining=wanted), seed, test)
        found.append({key: loss(model, one, table.frame.loc[test]) for key, one in trained.items()})
    return (
        len(learn) - len(lost), len(lost), found[0]["net"], found[0]["net_tuned"], found[1]["net_tuned"],
    )  # fmt: skip


def hospital(seed: int) -> tuple[float, ...]:
    """Rows tuned on, loss of the untuned net, from scratch, tuned, and with adapters tuned."""
    first, second = (_heart(place) for place in ("cleveland", "hungarian"))
    rows = np.random.default_rng(seed).permutation(len(second.frame))
    few, test = np.sort(rows[:TUNED_ROWS]), np.sort(rows[TUNED_ROWS:])
    recipe = _heart_recipe(first, seed)
    with tempfile.TemporaryDirectory() as folder:
        model, trained = learned(first, recipe, seed)
        keep_model(model, Path(folder) / "model")
        shown = second.frame.loc[test]
        losses = [loss(model, trained["net"], shown)]
        own = replace(second, frame=second.frame.loc[few].reset_index(drop=True))
        model, trained = learned(own, _heart_recipe(own, seed), seed)
        losses.append(loss(model, trained["net"], shown))
        for tuning in ("full", "adapters"):
            wanted: Any = Pretraining(start=folder, tuning=tuning)  # type: ignore[arg-type]
            model, trained = learned(own, replace(recipe, pretraining=wanted), seed)
            losses.append(loss(model, trained["net_tuned"], shown))
    return (len(few), *losses)


def learned(
    table: Table, recipe: Recipe, seed: int, test: np.ndarray | None = None
) -> tuple[TrainedModel, dict[str, Trained]]:
    """The model, and every learner of it, also one that got no weight; all rows with an answer but these take turns."""
    answers = target(repair(table.frame, recipe.repairs, scoring=True), recipe.task.goal, recipe.task.kind)
    learn = np.setdiff1d(answers.index[answers.notna()], [] if test is None else test)
    known = answers.loc[learn]
    strata = known.rank(method="first") * 5 // (len(known) + 1) if recipe.task.kind == "regression" else known
    turns = np.empty(len(learn), dtype=np.int64)
    divided = StratifiedKFold(training.FOLDS, shuffle=True, random_state=seed).split(learn, strata.astype(str))
    for turn, (_, held) in enumerate(divided):
        turns[held] = turn
    none = np.zeros(0, dtype=np.int64)
    rows = Split(learn, none, none if test is None else test, "stratified", Message(""), turns)
    trained: dict[str, Trained] = {}

    def kept(*given: Any) -> dict[str, Trained]:
        trained.update(train_all(*given))
        return trained

    with patch.object(training, "train_all", kept):
        model, _ = training.train(table, recipe, Silence(), rows=rows)
    return model, trained


def loss(model: TrainedModel, one: Trained, rows: pd.DataFrame) -> float:
    """Of a learner by itself; amounts in standard deviations of the training rows, squared."""
    truth = truth_of(model, rows).to_numpy().astype(float)
    found = float(row_losses(one.member.answer(model.encode(rows)), truth).mean())
    return found if model.classes else found / float(getattr(one.member, "scale", 1.0)) ** 2


def _heart(place: str) -> Table:
    path = sets.DATA / f"medicine/heart_disease_uci/processed.{place}.data"
    raw, source, findings = read(path, path.name, ReadOptions(header=-1, names=HEART))
    kinds: Any = dict.fromkeys(HEART, "number")
    return check(raw, (source,), findings, domain="", kinds=kinds, table_id=place, name=place)


def _heart_recipe(table: Table, seed: int) -> Recipe:
    known = tuple(HEART[:-1])
    recipe, _ = plan(table, "num>0", members=("net",), seed=seed, time_budget_seconds=600, features=known)
    return recipe


def _row(name: str, found: list[tuple[float, ...]]) -> None:
    figures = np.array(found)
    labels, other, scratch, full, adapters = figures.mean(axis=0)
    ratios = figures[:, 3:] / figures[:, 2:3]
    error, (mean, least) = ratios[:, 0].std(ddof=1) / np.sqrt(len(ratios)), ratios.mean(axis=0)
    losses = f"{scratch:9.4f}{full:9.4f}{mean:8.3f}{error:7.3f}{adapters:10.4f}{least:8.3f}"
    _print(f"{name:18}{labels:8.0f}{other:9.4g}" + losses)


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
