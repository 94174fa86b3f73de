"""Reasons: error, time and gap of ours beside other explainers, on blends of ours with 10, 30 and 60 columns.

``python -m benchmarks explain [--quick] [--columns 10 30 60] [--parts ours peers nets many]`` trains on 10,000 made-up
rows of numbers and categories. The truth are all coalitions asked for (10 columns), or a long run with other orders
(30 and 60). The error is the largest distance of a value from the truth as a share of the row's largest value, in the
mean over rows. What a peer would take for the error of ours is its time times the square of the ratio of the errors,
for all are means over random orders or coalitions. Seconds are of the clock; CPU seconds count all cores. A peer that
is not installed is said and left out.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "0")

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import explainers
from benchmarks.ours import Budget, warm
from benchmarks.scale import CHANCE, made
from core.data.check import check
from core.deliver.plan import plan
from core.explain.coalitions import enumerated
from core.explain.opening import FEWEST
from core.explain.shapley import explain
from core.learn.learner import Learner
from core.learn.model import TrainedModel
from core.learn.train import train

TRAINED_ON = 10_000
COLUMNS = (10, 30, 60)
PARTS = ("ours", "peers", "nets", "many")
TEN = (*(f"number {place}" for place in range(1, 9)), "category of 2", "category of 12")
LONG = range(100, 104)
"""Seeds of the long run: each 64 orders a background row."""
HURRY = 0.08
"""Seconds that a what-if may take."""
MANY, MANY_SECONDS = 500, 14.0


@dataclass(frozen=True)
class Cost:
    """Of one way to explain, in the mean over rows."""

    seconds: float
    cpu: float
    error: float
    gap: float


@dataclass(frozen=True)
class Target:
    """Something to reach."""

    name: str
    found: float
    most: float
    unit: str = ""
    least: bool = False

    @property
    def line(self) -> str:
        good = self.found >= self.most if self.least else self.found <= self.most
        asked = f"{'>=' if self.least else '<='} {self.most:g}{self.unit}"
        return f"| {self.name} | {self.found:.3g}{self.unit} | {asked} | {'yes' if good else 'NO'} |"


def table(columns: int) -> pd.DataFrame:
    """Rows and goal; of 60 columns half have a weaker law of their own."""
    frame = made(TRAINED_ON)
    chance = frame.pop(CHANCE)
    if columns == 10:
        return frame[[*TEN, "goal"]]
    if columns == 30:
        return frame
    more = made(TRAINED_ON, seed=5)
    law = np.log(chance / (1 - chance)) + 0.5 * np.log(more[CHANCE] / (1 - more[CHANCE]))
    drawn = np.random.default_rng(6).random(TRAINED_ON) < 1 / (1 + np.exp(-law))
    frame = frame.drop(columns="goal").join(more.drop(columns=[CHANCE, "goal"]).add_prefix("more "))
    return frame.assign(goal=pd.array(np.where(drawn, "yes", "no"), dtype="str"))


def trained(columns: int) -> tuple[TrainedModel, pd.DataFrame]:
    """A blend, and rows that it was not trained on."""
    laid = check(table(columns), (), (), domain="", table_id="explain", name="explain", made_up=True)
    recipe, _ = plan(laid, "goal", time_budget_seconds=60)
    model, rows = train(laid, recipe, Budget(60, len(os.sched_getaffinity(0))))
    return model, laid.frame.loc[rows.test[:MANY], list(model.features)]


def truth(model: TrainedModel, rows: pd.DataFrame, quick: bool) -> np.ndarray:
    """(n_rows, n_columns) values that need no luck, or as little as time allows."""
    if rows.shape[1] <= len(TEN):
        places, background = np.arange(rows.shape[1]), model.background.iloc[:FEWEST]
        typed = model.ready(rows)
        label = model.classes.index(str(model.recipe.task.positive))
        found = [enumerated(model, typed.iloc[[row]], background, places, label) for row in range(len(rows))]
        return np.array(found)
    seeds = LONG[:1] if quick else LONG
    return np.asarray(np.mean([explain(model, rows, seed=seed, precision=0.0).values for seed in seeds], axis=0))


def cost(work: Callable[[int], np.ndarray], true: np.ndarray, moved: np.ndarray) -> Cost:
    """What explaining row after row takes, and how far it is from the truth."""
    cpu, begun = time.process_time(), time.perf_counter()
    values = np.array([work(row) for row in range(len(true))])
    seconds, cpu = (time.perf_counter() - begun) / len(true), (time.process_time() - cpu) / len(true)
    error = (np.abs(values - true).max(axis=1) / np.abs(true).max(axis=1)).mean()
    return Cost(seconds, cpu, float(error), float(np.abs(values.sum(axis=1) - moved).max()))


def moves(model: TrainedModel, rows: pd.DataFrame) -> np.ndarray:
    """(n_rows,) what the values of each row must add up to."""
    found = explain(model, rows, seconds=0.0)
    return np.asarray(found.predictions - found.base)


def ours(model: TrainedModel, rows: pd.DataFrame, true: np.ndarray) -> dict[str, Cost]:
    """Cost of ours, opened before: an explanation at its defaults, and in a hurry."""
    moved = moves(model, rows)

    def work(**limits: Any) -> Callable[[int], np.ndarray]:
        return lambda row: explain(model, rows.iloc[[row]], seed=1, **limits).values[0]

    ways: dict[str, dict[str, Any]] = {"defaults (2 %)": {}, "5 %": {"precision": 0.05}, "0.08 s": {"seconds": HURRY}}
    return {name: cost(work(**limits), true, moved) for name, limits in ways.items()}


def told(name: str, one: Cost, best: Cost | None = None) -> str:
    """A line of the table; beside ours what the peer would take for the same error, in CPU seconds of ours."""
    ratio = "" if best is None else f"{one.cpu * (one.error / best.error) ** 2 / best.cpu:,.0f}"
    return f"| {name} | {one.seconds:.3f} | {one.cpu:.3f} | {one.error:.1%} | {one.gap:.0e} | {ratio} |"


def beside(
    makers: Mapping[str, tuple[Callable[[], explainers.Peer], tuple[int, ...]]],
    true: np.ndarray,
    moved: np.ndarray,
    best: Cost,
) -> Iterator[tuple[str, Cost, str]]:
    """Name, cost and line of every peer at each amount of work."""
    for name, (make, works) in makers.items():
        try:
            peer = make()
            peer(0, works[0])  # imports and compiles
        except ImportError as error:
            yield name, replace(best, cpu=np.inf), f"| {name} | left out: {error} | | | | |"
            continue
        for work in works:
            one = cost(lambda row, peer=peer, work=work: peer(row, work), true, moved)  # type: ignore[misc]
            yield name, one, told(f"{name} x {work:,}", one, best)


def blends(
    model: TrainedModel, rows: pd.DataFrame, true: np.ndarray, best: Cost, quick: bool
) -> Iterator[tuple[str, Cost, str]]:
    """Peers that ask the blend's answers."""
    asked = explainers.ask(model, rows)
    works = (1, 4) if quick else (1, 4, 12)
    evaluations = (256, 1_024) if quick else (256, 1_024, 4_096)
    makers = {
        "shap PermutationExplainer": (lambda: explainers.permutation(explainers.whole(asked)), works),
        "the same, on cells prepared beforehand": (lambda: explainers.permutation(asked), works),
        "shap KernelExplainer": (lambda: explainers.kernel(asked), evaluations),
        "shapiq KernelSHAP": (lambda: explainers.shapiq_kernel(asked), evaluations),
    }
    yield from beside(makers, true, moves(model, rows), best)


def nets(model: TrainedModel, rows: pd.DataFrame, quick: bool) -> Iterator[str]:
    """Ours and peers that need a torch net, on the net of the blend alone."""
    found = [one for one in model.members if isinstance(one, Learner) and one.tail]
    if not found:
        yield "| there is no net in this blend | | | | | |"
        return
    net = found[0].tempered(1.0)
    alone = replace(model, members=(net,), weights=np.ones(1))
    true, moved = truth(alone, rows, quick), moves(alone, rows)
    costs = ours(alone, rows, true)
    for name, one in costs.items():
        yield told(f"ours, {name}", one)
    laid = explainers.tensors(net, alone, rows)
    makers = {
        "shap GradientExplainer": (lambda: explainers.gradient(laid), (200,) if quick else (200, 2_000)),
        "shap DeepExplainer": (lambda: explainers.deep(laid), (1,)),
        "captum IntegratedGradients": (lambda: explainers.integrated(laid), (50,)),
        "captum ShapleyValueSampling": (lambda: explainers.sampling(laid), (1,) if quick else (1, 3)),
    }
    for _, _, line in beside(makers, true, moved, costs["defaults (2 %)"]):
        yield line


def many(model: TrainedModel, rows: pd.DataFrame) -> tuple[str, float]:
    """A line for 500 rows as in the background, and its seconds."""
    cpu = sum(os.times()[:4])  # copies of this process too
    found = explain(model, rows, seconds=MANY_SECONDS)
    cpu = sum(os.times()[:4]) - cpu
    share = (found.errors.max(axis=1) / np.abs(found.values).max(axis=1)).mean()
    name = f"ours, {len(rows)} rows together, seconds in all"
    return f"| {name} | {found.seconds:.1f} | {cpu:.1f} | said {share:.1%} | {found.gap:.0e} | |", found.seconds


def measured(columns: int, parts: list[str], quick: bool) -> list[Target]:
    """Prints the tables of one blend; what was reached."""
    model, rows = trained(columns)
    few = rows.iloc[: 2 if quick else 5]
    say(f"\n{columns} columns: {', '.join(f'{one.name} {one.weight:.2f}' for one in model.scores)}")
    cpu = time.process_time()
    explain(model, few.iloc[:1], seconds=0.0)
    say(f"opened in {time.process_time() - cpu:.2f} CPU s\n")
    say("| explainer | s a row | CPU s a row | error | gap | times ours at equal error |\n|---|---|---|---|---|---|")
    true = truth(model, few, quick)
    costs = ours(model, few, true)
    for name, one in costs.items():
        say(told(f"ours, {name}", one))
    loose, usual = costs["5 %"], costs["defaults (2 %)"]
    reached = [
        Target(f"{columns} columns: error", 100 * loose.error, 5.0, " %"),
        Target(f"{columns} columns: gap", max(one.gap for one in costs.values()), 1e-5),
    ]
    if columns == 30:
        reached.append(Target("1 row at error <= 5 %", loose.seconds, 0.1, " s"))
    if "peers" in parts:
        last: dict[str, Cost] = {}
        for name, one, line in blends(model, few, true, usual, quick):
            say(line)
            last[name] = one
        other = last["shap PermutationExplainer"]
        ratio = other.cpu * (other.error / usual.error) ** 2 / usual.cpu
        reached.append(Target(f"{columns} columns: cheaper than shap.PermutationExplainer", ratio, 20, " times", True))
    if "many" in parts and columns == 30:
        line, seconds = many(model, rows)
        say(line)
        reached.append(Target(f"{len(rows)} rows", seconds, 15.0, " s"))
    if "nets" in parts and columns == 30:
        say("| the net alone: | | | | | |")
        for line in nets(model, few, quick):
            say(line)
    return reached


def say(line: str) -> None:
    """At once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Prints the tables and the targets."""
    ask = argparse.ArgumentParser(prog="python -m benchmarks explain")
    ask.add_argument("--columns", type=int, nargs="+", choices=COLUMNS)
    ask.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    ask.add_argument("--quick", action="store_true")
    options = ask.parse_args()
    warm()
    reached = []
    for columns in options.columns or (COLUMNS[:2] if options.quick else COLUMNS):
        reached += measured(columns, options.parts, options.quick)
    say("\n| to reach | found | at most | reached |\n|---|---|---|---|")
    for one in reached:
        say(one.line)


if __name__ == "__main__":
    main()
