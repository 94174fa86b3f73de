"""The engine beside scikit-learn's learners, on the same rows in one run.

Every set is read and checked as an upload is, and divided as a run is. The peers (logistic or ridge regression, an MLP
with early stopping, HistGradientBoosting; otherwise their defaults, numbers standardised, categories one column a
level) learn from the training and validation rows together, the engine from the same rows. Loss on the test rows (nats,
or squared target units); a ratio below 1 is better than the peer. One division of the rows a set: differences of a few
percent are chance on small sets.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "0")

import hashlib
import math
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.data.check import check
from core.data.read import read
from core.data.table import ReadOptions, Source, Table
from core.data.task import Split, Task
from core.deliver.plan import plan
from core.engines.base import Event
from core.engines.watch import Silence
from core.learn.device import alone, choose
from core.learn.evaluate import truth_of
from core.learn.loss import row_losses
from core.learn.model import TrainedModel
from core.learn.train import train

DATA = Path(os.environ.get("VITRINE_DATA", Path(__file__).resolve().parent.parent.parent / "shared" / "data"))
SHARED: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("pima", "medicine/pima/*.csv", "#-1", {}),
    ("heart (Cleveland)", "medicine/heart_disease_uci/processed.cleveland.data", "#-1>0", {}),
    ("german credit", "finance/german_credit/german.data", "#-1", {}),
    ("student pass", "education/student_performance/student-por.csv", "G3>=10", {"drop": ("G1", "G2")}),
    ("student grade", "education/student_performance/student-por.csv", "G3", {"drop": ("G1", "G2")}),
    ("drop-out", "education/uci_dropout/data.csv", "Target", {}),
    ("credit default", "finance/credit_default_tw/credit-card-clients.csv", "#-1", {}),
    ("adult", "finance/adult/adult-train.csv", "#-1", {}),
    ("bank", "finance/bank_marketing/bank-full.csv", "y", {"drop": ("duration",)}),
)


class First(Silence):
    """A watch that notes when the first epoch came."""

    def __init__(self) -> None:
        self.started, self.first = time.monotonic(), math.nan

    def emit(self, event: Event) -> None:
        if event.kind == "epoch" and math.isnan(self.first):
            self.first = time.monotonic() - self.started

    def cores(self) -> int:
        return os.cpu_count() or 1

    def seconds_left(self) -> float:
        return 60.0


def main() -> None:
    """Prints the table."""
    head = ("set", "rows", "first", "engine", "logistic", "MLP", "HGB", "loss", "/logistic", "/MLP", "/HGB")
    _print(f"{choose().name}; seconds for the engine and its peers, loss of the engine, ratios of losses")
    _print("{:20}{:>8}{:>7}{:>8}{:>10}{:>7}{:>7}{:>9}{:>11}{:>8}{:>8}".format(*head))
    ratios = []
    for name, table, goal, choices in sets():
        seconds, losses, first = measured(table, goal, choices)
        ratio = [losses[0] / max(loss, 1e-12) for loss in losses[1:]]
        ratios.append(ratio)
        times = "{:7.2f}{:8.1f}{:10.1f}{:7.1f}{:7.1f}".format(first, *seconds)
        _print(f"{name:20}{len(table.frame):8}{times}{losses[0]:9.4f}" + "{:11.3f}{:8.3f}{:8.3f}".format(*ratio))
    if ratios:
        means = np.exp(np.log(np.array(ratios)).mean(axis=0))
        _print(f"{'geometric mean':76}" + "{:11.3f}{:8.3f}{:8.3f}".format(*means))
    if not DATA.is_dir():
        _print("Real data sets are absent: only scikit-learn's were measured.")


def sets() -> Iterator[tuple[str, Table, str, dict[str, Any]]]:
    """Name, table, goal and choices of each set."""
    from sklearn import datasets

    for name in ("breast_cancer", "wine", "diabetes", "digits"):
        bunch = getattr(datasets, f"load_{name}")(as_frame=True)
        frame = bunch.data.copy()
        words: Any = getattr(bunch, "target_names", None)
        frame["goal"] = bunch.target if name == "diabetes" else [f"{words[place]}" for place in bunch.target]
        yield name, _checked(frame.astype(str), name), "goal", {}
    for name, pattern, goal, choices in SHARED:
        for path in sorted(DATA.glob(pattern))[:1]:
            raw, source, findings = read(path, path.name, ReadOptions())
            table = check(raw, (source,), findings, domain="", kinds=None, table_id=name, name=name)
            yield name, table, goal.replace("#-1", table.schema.names[-1]), choices


def measured(table: Table, goal: str, choices: dict[str, Any]) -> tuple[list[float], list[float], float]:
    """Seconds and losses of the engine and its peers, and the seconds to the first epoch."""
    recipe, _ = plan(table, goal, **choices)
    watch = First()
    started = time.monotonic()
    model, split = train(table, recipe, watch)
    seconds = [time.monotonic() - started]
    answer = model.predict(table.frame.loc[split.test])
    truth = truth_of(model, table.frame).astype(float)
    losses = [_loss(answer, truth.loc[split.test].to_numpy())]
    for kind in ("linear", "mlp", "trees"):
        started = time.monotonic()
        losses.append(_peer(kind, model, table, split, truth, recipe.task))
        seconds.append(time.monotonic() - started)
    return seconds, losses, watch.first


def _peer(kind: str, model: TrainedModel, table: Table, split: Split, truth: pd.Series, task: Task) -> float:
    from sklearn.pipeline import make_pipeline

    learned = np.concatenate([split.train, split.validation])
    inputs = table.frame[list(model.features)]
    pipeline = make_pipeline(_columns(model, inputs), _learner(kind, task))
    with alone(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pipeline.fit(inputs.loc[learned], truth.loc[learned])
        tested = inputs.loc[split.test]
        if task.kind == "regression":
            answer = pipeline.predict(tested)
        else:
            answer = np.full((len(tested), len(model.classes)), 1e-9)
            answer[:, pipeline.classes_.astype(int)] = pipeline.predict_proba(tested)
    return _loss(answer, truth.loc[split.test].to_numpy())


def _columns(model: TrainedModel, inputs: pd.DataFrame) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = [column.name for column in model.schema.columns if column.kind == "number"]
    words = [column.name for column in model.schema.columns if column.kind == "category"]
    levels = OneHotEncoder(handle_unknown="ignore", min_frequency=2, max_categories=200, sparse_output=False)
    filled = make_pipeline(SimpleImputer(strategy="constant", fill_value="missing", missing_values=np.nan), levels)
    scaled = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    return ColumnTransformer([("numbers", scaled, numbers), ("words", filled, words)])


def _learner(kind: str, task: Task) -> Any:
    from sklearn import ensemble, linear_model, neural_network

    if task.kind == "regression":
        return {
            "linear": linear_model.RidgeCV(np.logspace(-2, 3, 11)),
            "mlp": neural_network.MLPRegressor(early_stopping=True, random_state=0, max_iter=500),
            "trees": ensemble.HistGradientBoostingRegressor(random_state=0),
        }[kind]
    return {
        "linear": linear_model.LogisticRegression(max_iter=500),
        "mlp": neural_network.MLPClassifier(early_stopping=True, random_state=0),
        "trees": ensemble.HistGradientBoostingClassifier(random_state=0),
    }[kind]


def _loss(answer: np.ndarray, truth: np.ndarray) -> float:
    return float(row_losses(answer if answer.ndim == 2 else answer[:, None], truth).mean())


def _checked(raw: pd.DataFrame, name: str) -> Table:
    digest = hashlib.sha256(name.encode()).hexdigest()
    source = Source(name, "sample", digest, 0, len(raw), ReadOptions())
    table = check(raw, (source,), (), domain="", kinds=None, table_id=name, name=name)
    return replace(table)


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
