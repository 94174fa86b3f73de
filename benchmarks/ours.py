"""The engine of this project, one fit in a process of its own: ``python -m benchmarks.ours FOLDER``.

Like ``benchmarks.peers``, but ``about.json`` names the folder of the kept table, and ``learn.npy`` and ``test.npy``
hold row numbers of it. Every row to learn from is learned from: the fifth that a run of the product holds back for its
test is another part that takes its turn.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.peers import Clock
from core.data.check import check
from core.data.keep import open_table
from core.data.repair import repair
from core.data.split import split
from core.data.table import Repair, Table
from core.data.task import Split
from core.deliver.plan import plan
from core.engines.base import Event
from core.learn.recipe import Recipe
from core.learn.train import FOLDS, train


class Budget:
    """A ``Watch`` with a budget; it notes when each learner was done, and when the first epoch came."""

    def __init__(self, seconds: float, cores: int) -> None:
        self.begun, self.seconds, self.lent = time.monotonic(), seconds, cores
        self.done: dict[str, float] = {}

    def emit(self, event: Event) -> None:
        if event.kind in ("epoch", "member", "first"):
            self.done.setdefault(event.member if event.kind == "member" else event.kind, self.spent())

    def should_stop(self) -> bool:
        return False

    def cores(self) -> int:
        return self.lent

    def seconds_left(self) -> float:
        return max(0.0, self.seconds - self.spent())

    def spent(self) -> float:
        """Seconds."""
        return time.monotonic() - self.begun


def divided(table: Table, recipe: Recipe, learn: np.ndarray) -> Split:
    """All rows to learn from, in turns or with some to check on, as the product divides them; none to test on."""
    frame = repair(table.frame, recipe.repairs, scoring=False).loc[learn]
    found = split(frame, recipe.task, recipe.seed, FOLDS - 1)
    index, none = frame.index.to_numpy(), np.empty(0, dtype=np.int64)
    train, check, last = (index[part] for part in (found.train, found.validation, found.test))
    if found.folds is None:
        return replace(found, train=np.sort(np.concatenate([train, last])), validation=check, test=none)
    rows, turns = np.concatenate([train, last]), np.concatenate([found.folds, np.full(len(last), FOLDS - 1)])
    order = np.argsort(rows)
    return replace(found, train=rows[order], validation=none, test=none, folds=turns[order])


def recipe_of(table: Table, about: dict[str, Any]) -> Recipe:
    """The analyst's choices, as they came through JSON."""
    choices = dict(about["choices"])
    choices["repairs"] = tuple(Repair(**{**one, "codes": tuple(one["codes"])}) for one in choices.get("repairs", ()))
    choices |= {"members": about["members"]} if about.get("members") else {}
    return plan(table, about["goal"], time_budget_seconds=about["seconds"], **choices)[0]


def warm() -> None:
    """Imports, by a training on 60 rows: as the product's worker does before it is given work."""
    answers = ["no" if row % 2 else "yes" for row in range(60)]
    raw = pd.DataFrame({"n": [str(row % 7) for row in range(60)], "c": answers[::-1], "y": answers})
    table = check(raw, (), (), domain="", table_id="", name="")
    train(table, plan(table, "y", time_budget_seconds=5.0)[0], Budget(5.0, 1))


def main() -> None:
    """Fits, answers, and says what it cost; like the product's worker it is warm before the clock runs."""
    folder = Path(sys.argv[1])
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    table = open_table(Path(about["table"]))
    learn, test = (np.load(folder / f"{part}.npy") for part in ("learn", "test"))
    recipe = recipe_of(table, about)
    warm()
    clock, watch = Clock(), Budget(about["seconds"], about["cores"])
    model, _ = train(table, recipe, watch, rows=divided(table, recipe, learn))
    cost: dict[str, Any] = clock.spent()
    again = time.perf_counter()
    said = model.predict(table.frame.loc[test, list(model.features)])
    cost |= {"answer": time.perf_counter() - again, "memory": clock.spent()["memory"]}
    weights = " ".join(f"{one.name} {one.weight:.2f}" for one in model.scores)
    np.save(folder / "answers.npy", said)
    (folder / "cost.json").write_text(json.dumps({**cost, "version": weights}))


if __name__ == "__main__":
    main()
