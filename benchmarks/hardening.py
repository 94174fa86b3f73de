"""How far answers can be turned by small changes of what a person can change, and what learning against it costs.

Adult, divided as its authors did (32,561 rows to learn from, 16,281 to test on). What can be changed: capital gain,
capital loss, hours a week, each by a quarter of its standard deviation and inside its training range. Accuracy of the
net on the test rows as they are, moved in one step, in 5 and in 20 (best of three starts), and at the worst of 500
places drawn by chance in the same reach (2,000 rows; were it much worse than 20 steps, the gradient would be hidden).
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.sets import DATA
from core.data.check import check
from core.data.read import read
from core.data.split import split
from core.data.table import ReadOptions, Table
from core.deliver.plan import plan
from core.engines.watch import Silence
from core.learn.evaluate import truth_of
from core.learn.model import TrainedModel
from core.learn.recipe import Net
from core.learn.train import train

SEEDS = (0, 1, 2)
SIZE = 0.25
MASKING = 0.2
"""Share of the cells that a hardened net learns without; against attacks it changes nothing, against gaps much."""
MOVABLE = ("capital-gain", "capital-loss", "hours-per-week")
NAMES = (
    "age", "workclass", "fnlwgt", "education", "education-num", "marital-status", "occupation", "relationship", "race",
    "sex", "capital-gain", "capital-loss", "hours-per-week", "native-country", "income",
)  # fmt: skip
DRAWN_ROWS, DRAWS = 2_000, 500


@dataclass(frozen=True, eq=False)
class Tested:
    """A model of Adult, and the rows it is tested on."""

    model: TrainedModel
    learned: pd.DataFrame
    rows: pd.DataFrame
    truth: np.ndarray
    seconds: float

    def accuracy(self, rows: pd.DataFrame) -> float:
        return float((self.model.predict(rows).argmax(axis=1) == self.truth[: len(rows)]).mean())


def main() -> None:
    """Prints the table."""
    if not (DATA / "finance/adult").is_dir():
        _print("The Adult data set is not here.")
        return
    head = ("net", "seed", "seconds", "as they are", "1 step", "5 steps", "20 steps", "drawn", "20 steps")
    _print("{:14}{:>5}{:>9}{:>13}{:>9}{:>9}{:>10}{:>8}{:>10}".format(*head))
    table, plain = adult(), dict[int, float]()
    for name, net in (("plain", Net()), ("hardened", hardened())):
        for seed in SEEDS:
            line = measured(tested(table, net, seed))
            plain.setdefault(seed, line[1])
            drop = f"   {100 * (line[1] - plain[seed]):+.2f} points on rows as they are"
            _print(
                f"{name:14}{seed:5}{line[0]:9.0f}"
                + "{:13.4f}{:9.4f}{:9.4f}{:10.4f}{:8.4f}{:10.4f}".format(*line[1:])
                + drop
            )
    _print("The last two: the worst of 500 places drawn, and 20 steps, on the same 2,000 rows.")


def adult() -> Table:
    """The rows to learn from, then those to test on."""
    options = ReadOptions(header=-1, names=NAMES)
    parts = [
        read(path, path.name, options) for path in sorted((DATA / "finance/adult").glob("adult-t*.csv"), reverse=True)
    ]
    raw = pd.concat([part[0] for part in parts], ignore_index=True)
    raw["income"] = raw["income"].str.strip().str.rstrip(".")
    return check(raw, [part[1] for part in parts], (), domain="", kinds=None, table_id="adult", name="adult")


def hardened(attack: Any = "pgd") -> Net:
    """Settings of adversarial training in which only what a person can change is moved, and cells are missing."""
    fixed = tuple(name for name in NAMES if name not in MOVABLE)
    return Net(attack=attack, attack_size=SIZE, fixed=fixed, masking=MASKING)


def tested(table: Table, net: Net, seed: int) -> Tested:
    """A net alone, trained on the rows to learn from."""
    recipe, _ = plan(table, "income", members=("net",), net=net, seed=seed, time_budget_seconds=1_000)
    test = np.arange(32_561, len(table.frame))
    rows = split(table.frame, recipe.task, seed, 0, test)
    started = time.process_time()
    model, _ = train(table, recipe, Silence(), rows=rows)
    seconds = time.process_time() - started
    learned = table.frame.loc[np.concatenate([rows.train, rows.validation])]
    frame = table.frame.loc[test]
    return Tested(model, learned, frame, truth_of(model, frame).to_numpy().astype(int), seconds)


def drawn(one: Tested, rows: int = DRAWN_ROWS, draws: int = DRAWS, seed: int = 0) -> float:
    """Accuracy at the worst of so many places drawn by chance in reach of each row."""
    generator, frame = np.random.default_rng(seed), one.rows.head(rows)
    right = one.model.predict(frame).argmax(axis=1) == one.truth[:rows]
    for _ in range(draws):
        left = np.flatnonzero(right)
        moved = frame.iloc[left].assign(
            **{name: _elsewhere(frame[name].to_numpy()[left], one.learned[name], generator) for name in MOVABLE}
        )
        right[left] = one.model.predict(moved).argmax(axis=1) == one.truth[:rows][left]
    return float(right.mean())


def _elsewhere(values: np.ndarray, learned: pd.Series, generator: np.random.Generator) -> np.ndarray:
    reach = SIZE * learned.std(ddof=0)
    low = np.ceil(np.maximum(values - reach, learned.min()))
    high = np.floor(np.minimum(values + reach, learned.max()))
    return np.asarray(generator.integers(low, high + 1))


def measured(one: Tested) -> list[float]:
    from core.learn.nets.attack import attack

    found = [one.seconds, one.accuracy(one.rows)]
    for steps in (1, 5, 20):
        restarts = 1 if steps == 1 else 3
        moved = attack(one.model, one.rows, truth=one.truth, movable=MOVABLE, size=SIZE, steps=steps, restarts=restarts)
        found.append(one.accuracy(moved))
    return [*found, drawn(one), one.accuracy(moved.head(DRAWN_ROWS))]


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
