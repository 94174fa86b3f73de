"""How long all audits take, one by one and together, and how near fairlearn the fairness figures are.

``python -m benchmarks audits [--rows 10000 50000] [--seconds 30]`` trains on the made-up rows of ``scale`` with two
sensitive columns, then opens the run in a fresh process on two cores, as a worker would, and runs every audit there.
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

from benchmarks.engine import keep_to
from benchmarks.scale import CHANCE, made
from core.engines.base import Event
from core.engines.spawn import ENVIRONMENT

ROWS = (10_000, 50_000)
SECONDS = 30.0
"""Of training."""
SENSITIVE = ("sex", "age")
TARGETS = {10_000: "< 60 s", 50_000: "< 180 s"}


def lay_out(rows: int, folder: Path, seconds: float) -> Path:
    """A trained run of made-up rows; ages lean with one of the columns, sexes with nothing."""
    frame = made(rows).drop(columns=CHANCE)
    rng = np.random.default_rng(2)
    frame["sex"] = rng.choice(["F", "M"], rows)
    frame["age"] = np.clip(45 + 10 * frame["number 4"] + rng.normal(0, 12, rows), 18, 90).round()
    frame.to_csv(folder / "rows.csv", index=False)
    chosen = [word for name in SENSITIVE for word in ("--sensitive", name)]
    command = [sys.executable, "-m", "core", "train", str(folder / "rows.csv"), "--target", "goal", *chosen,
               "--budget", str(seconds), "--out", str(folder / "run")]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, env=dict(os.environ) | ENVIRONMENT)
    return folder / "run"


def audited(folder: Path, cores: int = 2) -> dict[str, Any]:
    """All audits in this process: seconds to open, of each, in all; verdicts; peak memory; distance to fairlearn."""
    begun = time.perf_counter()
    from benchmarks.peers import Clock
    from core.audits.run import audit
    from core.deliver.audits import subject

    clock, watch = Clock(), Lent(cores)
    looked = subject(folder)
    opened = time.perf_counter() - begun
    reports = audit(looked, watch)
    found = {one.key: {"seconds": one.seconds, "verdict": one.verdict, "family": one.family} for one in reports}
    whole = time.perf_counter() - begun
    return {"open": opened, "all": whole, "audits": found, "memory": clock.spent()["memory"], "rows": len(looked.test),
            "fairlearn": distance(looked, reports)}  # fmt: skip


def distance(looked: Any, reports: Any) -> float:
    """Largest difference between a group's figures and fairlearn's of the same rows."""
    from fairlearn import metrics as fair

    rows = looked.honest
    truth, named = looked.happened(rows), looked.names(rows.answer)
    theirs = {"selection_rate": fair.selection_rate, "recall": fair.true_positive_rate,
              "miss_rate": fair.false_negative_rate, "false_alarm_rate": fair.false_positive_rate,
              "specificity": fair.true_negative_rate}  # fmt: skip
    frame = fair.MetricFrame(metrics=theirs, y_true=truth, y_pred=named, sensitive_features=rows.frame["sex"])
    ours = {(one.name, one.group): one.value for report in reports if report.key == "groups" for one in report.measures}
    gaps = [
        abs(ours[name, f"sex = {group}"] - frame.by_group.loc[group, name])
        for name in theirs
        for group in frame.by_group.index
    ]
    return float(max(gaps))


class Lent:
    """A watch that lends so many cores and is told nothing."""

    def __init__(self, cores: int) -> None:
        self._cores = cores

    def emit(self, event: Event) -> None:
        """Goes nowhere."""

    def should_stop(self) -> bool:
        """Nobody asks."""
        return False

    def cores(self) -> int:
        """As many as were given."""
        return self._cores

    def seconds_left(self) -> float:
        """More than enough."""
        return float("inf")


def apart(folder: Path) -> dict[str, Any]:
    """``audited`` in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.audits", "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ) | ENVIRONMENT)
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or ["no reason given"])[-1])
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main() -> None:
    """Prints a table: a line for each audit, a column for each number of rows."""
    ask = argparse.ArgumentParser(prog="python -m benchmarks audits")
    ask.add_argument("--rows", type=int, nargs="+", default=list(ROWS))
    ask.add_argument("--seconds", type=float, default=SECONDS)
    ask.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = ask.parse_args()
    if options.folder:
        sys.stdout.write(json.dumps(audited(options.folder)) + "\n")
        return
    keep_to(2)
    found = {}
    for rows in options.rows:
        with tempfile.TemporaryDirectory() as place:
            found[rows] = apart(lay_out(rows, Path(place), options.seconds))
    for line in _lines(found):
        sys.stdout.write(f"| {' | '.join(line)} |\n")


def _lines(found: dict[int, dict[str, Any]]) -> list[tuple[str, ...]]:
    first = next(iter(found.values()))
    lines = [("audit", *(f"{rows:,} rows, s" for rows in found)), tuple("---" for _ in range(len(found) + 1))]
    lines += [
        (f"{one['family']}: {key}", *(f"{of['audits'][key]['seconds']:.2f}" for of in found.values()))
        for key, one in first["audits"].items()
    ]
    lines.append(("opening the model and its rows", *(f"{of['open']:.2f}" for of in found.values())))
    lines.append(("in all", *(f"{of['all']:.1f}" for of in found.values())))
    lines.append(("to reach", *(TARGETS.get(rows, "") for rows in found)))
    lines.append(("rows looked at", *(f"{of['rows']:,}" for of in found.values())))
    lines.append(("peak MB", *(f"{of['memory']:,.0f}" for of in found.values())))
    lines.append(("largest difference to fairlearn", *(f"{of['fairlearn']:.1e}" for of in found.values())))
    return lines


if __name__ == "__main__":
    main()
