"""How long tables of 10,000, 100,000 and 1,000,000 rows take, and how near the best possible the answers come.

``python -m benchmarks scale [--rows 10000 100000 1000000] [--seconds 300]`` trains on made-up rows of 30 columns whose
law is known, so that the best possible loss is known too, in a fresh warm process each, on two cores. The table is
checked and kept beforehand, as after an upload. Below 300,001 rows the first answer is that of the simple model.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.engine import keep_to
from benchmarks.ours import Budget, warm
from benchmarks.peers import Clock
from core.data.check import check
from core.data.keep import keep, open_table
from core.deliver.plan import plan
from core.engines.base import Event
from core.engines.spawn import ENVIRONMENT
from core.learn.train import train

ROWS = (10_000, 100_000, 1_000_000)
SECONDS = 300.0
ASKED_ROWS = 100_000
"""So many answers are timed."""
TARGETS = {10_000: "<= 15 s", 100_000: "<= 30 s", 1_000_000: "first <= 30 s, end <= 300 s, <= 8 GB"}
CHANCE = "chance"
"""Name of the column that holds the true chance; it is kept beside the table, never in it."""


def made(rows: int, seed: int = 0) -> pd.DataFrame:
    """Thirty columns, the goal and the true chance: 20 numbers (one in ten gaps in two of them), 10 categories."""
    rng = np.random.default_rng(seed)
    law_rng = np.random.default_rng(1)
    numbers = rng.normal(0, 1, (rows, 20)).astype(np.float32).astype(np.float64)
    numbers[:, 10:14] = np.exp(numbers[:, 10:14])
    levels = (2, 3, 4, 5, 8, 12, 30, 60, 200, 1_000)
    words = [np.minimum((many * rng.beta(0.9, 2.0, rows)).astype(int), many - 1) for many in levels]
    law = sum(law_rng.normal(0, 0.45, many)[codes] for many, codes in zip(levels, words, strict=True))
    law = law + 0.7 * numbers[:, 0] - 0.5 * np.abs(numbers[:, 1]) + 0.8 * np.sin(2 * numbers[:, 2])
    law = law + 0.6 * numbers[:, 3] * numbers[:, 4] + 0.4 * np.log(numbers[:, 10]) * (words[0] == 1)
    law = law + 0.9 * (numbers[:, 5] > 0.5) * (numbers[:, 6] > 0) + 0.3 * np.log(numbers[:, 11]) - 1.0
    chance = 1 / (1 + np.exp(-law))
    frame = pd.DataFrame({f"number {place + 1}": numbers[:, place].round(4) for place in range(20)})
    for place in (0, 7):
        frame.loc[rng.random(rows) < 0.1, f"number {place + 1}"] = np.nan
    for many, codes in zip(levels, words, strict=True):
        names = np.array([f"level {code}" for code in range(many)], dtype=object)
        frame[f"category of {many}"] = pd.array(names[codes], dtype="str")
    frame["goal"] = pd.array(np.where(rng.random(rows) < chance, "yes", "no"), dtype="str")
    return frame.assign(**{CHANCE: chance})


def lay_out(rows: int, folder: Path, seconds: float, cores: int = 2) -> None:
    """A checked table in a folder, the true chances beside it, and what is asked."""
    frame = made(rows)
    np.save(folder / "chance.npy", frame.pop(CHANCE).to_numpy())
    table = check(frame, (), (), domain="", table_id="scale", name="scale", made_up=True)
    keep(table, folder / "table")
    about = {"seconds": seconds, "cores": cores}
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")


def trained(folder: Path) -> dict[str, Any]:
    """Trains in this process: seconds to the first answer and the end, losses, memory, seconds to answer."""
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    table = open_table(folder / "table")
    recipe, _ = plan(table, "goal", time_budget_seconds=about["seconds"])
    warm()
    clock, watch = Clock(), Budget(about["seconds"], about["cores"])
    model, rows = train(table, recipe, watch, first=lambda _model, _rows: watch.emit(Event("first")))
    cost: dict[str, Any] = clock.spent()
    asked = table.frame.sample(ASKED_ROWS, replace=len(table.frame) < ASKED_ROWS, random_state=0)
    begun = time.perf_counter()
    model.predict(asked.reset_index(drop=True))
    cost["answer"] = time.perf_counter() - begun
    cost["memory"] = clock.spent()["memory"]
    test = table.frame.loc[rows.test]
    truth = (test["goal"] == recipe.task.positive).to_numpy()
    chance = np.load(folder / "chance.npy")[rows.test]
    chance = chance if recipe.task.positive == "yes" else 1 - chance
    losses = {"loss": model.predict(test)[:, 1], "simple": model.simple(test)[:, 1], "best": chance}
    cost |= {name: _loss(said, truth) for name, said in losses.items()}
    members = {name: spent for name, spent in watch.done.items() if name not in ("first", "epoch")}
    first = watch.done.get("first", min(members.values(), default=cost["wall"]))
    weights = ", ".join(f"{one.name} {one.weight:.2f}" for one in model.scores)
    return cost | {"first": first, "epoch": watch.done.get("epoch", first), "weights": weights,
                   "device": model.environment.get("device_name", "")}  # fmt: skip


def apart(folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    """``trained`` in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.scale", "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment | ENVIRONMENT)
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or ["no reason given"])[-1])
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main() -> None:
    """Prints the table, a line as soon as it is known."""
    ask = argparse.ArgumentParser(prog="python -m benchmarks scale")
    ask.add_argument("--rows", type=int, nargs="+", default=list(ROWS))
    ask.add_argument("--seconds", type=float, default=SECONDS)
    ask.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = ask.parse_args()
    if options.folder:
        sys.stdout.write(json.dumps(trained(options.folder)) + "\n")
        return
    keep_to(2)
    head = ("rows", "first answer s", "end s", "CPU s", "peak MB", "loss", "best possible", "simple model",
            f"{ASKED_ROWS:,} answers s", "weights", "to reach")  # fmt: skip
    sys.stdout.write(f"| {' | '.join(head)} |\n|{'---|' * len(head)}\n")
    for rows in options.rows:
        with tempfile.TemporaryDirectory() as place:
            lay_out(rows, Path(place), options.seconds)
            sys.stdout.write(_line(rows, apart(Path(place), dict(os.environ))))
            sys.stdout.flush()


def _line(rows: int, one: dict[str, Any]) -> str:
    cells = (
        f"{rows:,}", f"{one['first']:.1f}", f"{one['wall']:.1f}", f"{one['cpu']:.1f}", f"{one['memory']:,.0f}",
        f"{one['loss']:.4f}", f"{one['best']:.4f}", f"{one['simple']:.4f}", f"{one['answer']:.2f}", one["weights"],
        TARGETS.get(rows, ""),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |\n"


def _loss(said: np.ndarray, truth: np.ndarray) -> float:
    safe = np.clip(said, 1e-15, 1 - 1e-15)
    return float(-np.log(np.where(truth, safe, 1 - safe)).mean())


if __name__ == "__main__":
    main()
