"""Reasons: time and error of the walks, and of ``shap.PermutationExplainer`` on the same model and background rows.

The error is the largest distance of a value from that of a long run with other seeds, as a share of the row's largest
value, in the mean over rows. What a peer would take for the same error is its time times the square of the ratio of
the errors, for both are means over random orders.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "0")

import sys
import time
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from core.data.check import check
from core.data.samples import sample
from core.deliver.plan import plan
from core.engines.watch import Silence
from core.explain.shapley import explain
from core.learn.model import TrainedModel

ROWS = 5
LONG = range(100, 116)
"""Seeds of the long run."""


def trained() -> tuple[TrainedModel, pd.DataFrame]:
    """A model of 30 number columns, and 500 rows to explain."""
    from core.learn.train import train

    raw, source, findings = sample("breast_cancer")
    table = check(raw, (source,), findings, domain="medicine", kinds={}, table_id="reasons", name="reasons")
    recipe, _ = plan(table, "diagnosis", "medicine", time_budget_seconds=30)
    model, _ = train(table, recipe, Silence())
    return model, table.frame.iloc[:500]


def timed(work: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    """Seconds, and what came of it."""
    begun = time.perf_counter()
    made = work()
    return time.perf_counter() - begun, made


def error(values: np.ndarray, truth: np.ndarray) -> float:
    """Mean over rows of the largest distance, as a share of the row's largest true value."""
    return float((np.abs(values - truth).max(axis=1) / np.abs(truth).max(axis=1)).mean())


def long_run(model: TrainedModel, rows: pd.DataFrame) -> np.ndarray:
    """(n_rows, n_columns) mean of independent explanations, each as precise as walks may get."""
    from core.explain import sampling

    usual, sampling.PRECISION = sampling.PRECISION, 0.0
    try:
        return np.mean([explain(model, rows, seed=seed).values for seed in LONG], axis=0)
    finally:
        sampling.PRECISION = usual


def peer(model: TrainedModel, rows: pd.DataFrame, turns: int) -> np.ndarray:
    """(n_rows, n_columns) values of ``shap.PermutationExplainer`` against the same background rows."""
    import shap

    columns = list(model.features)

    def chance(cells: np.ndarray) -> np.ndarray:
        return model.predict(pd.DataFrame(cells, columns=columns))[:, 1]

    masker = shap.maskers.Independent(model.background.to_numpy(), max_samples=len(model.background))
    explainer = shap.explainers.Permutation(chance, masker, seed=0)
    found = explainer(rows[columns].to_numpy(), max_evals=turns * (2 * len(columns) + 1), silent=True)
    return np.asarray(found.values)


def many(model: TrainedModel, rows: pd.DataFrame) -> Iterable[list[str]]:
    """Rows of the table for one row and for 500, with the largest standard error said of them."""
    explain(model, rows.iloc[:1])
    for count, seconds in ((1, None), (1, 0.08), (500, 14.0)):
        found = explain(model, rows.iloc[:count], seconds=seconds)
        said = (found.errors.max(axis=1) / np.abs(found.values).max(axis=1)).mean()
        limit = "until precise" if seconds is None else f"at most {seconds:g} s"
        yield [f"{count} row(s), {limit}", f"{found.seconds:.3f}", f"{said:.2%}", f"gap {found.gap:.1e}"]


def beside(model: TrainedModel, rows: pd.DataFrame) -> Iterable[list[str]]:
    """Rows of the table for the walks and for the peer, with errors against the long run."""
    truth = long_run(model, rows)
    own, values = timed(lambda: explain(model, rows, seed=1).values)
    miss = error(values, truth)
    yield [f"walks, {ROWS} rows", f"{own:.3f}", f"{miss:.2%}", "1"]
    peer(model, rows.iloc[:1], 1)
    for turns in (1, 10, 50):
        spent, values = timed(lambda t=turns: peer(model, rows, t))  # type: ignore[misc]
        other = error(values, truth)
        ratio = spent * (other / miss) ** 2 / own
        yield [f"shap permutations x {turns}, {ROWS} rows", f"{spent:.3f}", f"{other:.2%}", f"{ratio:.0f}"]


def show(title: list[str], lines: Iterable[list[str]]) -> None:
    """A table on standard output, a line as soon as it is known."""
    for line in [title, *lines]:
        sys.stdout.write(f"{line[0]:<34}{line[1]:>10}{line[2]:>12}{line[3]:>16}\n")


def main() -> None:
    """Prints both tables."""
    model, rows = trained()
    sys.stdout.write(f"{len(model.features)} columns, {len(model.background)} background rows, ")
    sys.stdout.write(f"{len(model.members)} members; to reach: 1 row 0.1 s, 500 rows 15 s, error 5 %, gap 1e-5\n")
    show(["explained", "seconds", "said error", ""], many(model, rows))
    show(["against a long run", "seconds", "error", "times the work"], beside(model, rows.iloc[:ROWS]))


if __name__ == "__main__":
    main()
