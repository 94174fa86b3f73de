"""Small real jobs for the engines."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from core import values
from core.data.task import Goal, Task
from core.deliver.store import Store
from core.engines.base import Request, Run
from core.engines.inline import run_inline
from core.learn.recipe import Net, Recipe

CSV = b"hours;sleep;passed\n" + b"".join(
    f"{i % 11},5;{(i * 7) % 13};{'yes' if (i * 3) % 17 + i % 11 > 12 else 'no'}\n".encode() for i in range(1_200)
)
LARGE = b"hours;passed\n" + b"1;yes\n2;no\n" * 1_500_000
"""Takes some seconds to read."""
TASK = Task("binary", Goal("passed"), ("hours", "sleep"), ("no", "yes"), "yes")


class Bench:
    """A store with one table, and requests on it."""

    def __init__(self, home: Path, owner: str = "ann") -> None:
        self.home, self.store = home, Store(home, owner)
        self.table = ""

    def read(self, content: bytes = CSV, **limits: float) -> Run:
        """A run that reads a file."""
        path = self.store.new_upload("pupils.csv", content)
        table = self.store.table_folder(self.store.new_table_id())
        arguments = {"files": [{"path": str(path), "name": "pupils.csv"}], "domain": "education"}
        return self.store.new_run(Request("read", table=str(table), arguments=arguments, **limits))  # type: ignore[arg-type]

    def train(self, recipe: Recipe, **limits: float) -> Run:
        """A run that trains on the one table."""
        if not self.table:
            run = self.read()
            run_inline(run)
            self.table = str(run.table)
        arguments = {"recipe": values.from_json(dict, values.to_json(recipe))}
        return self.store.new_run(Request("train", table=self.table, arguments=arguments, **limits))  # type: ignore[arg-type]

    def short(self, **limits: float) -> Run:
        """A training of a few passes."""
        return self.train(Recipe(TASK, members=("net",), net=Net(epochs=3), time_budget_seconds=200), **limits)

    def long(self, **limits: float) -> Run:
        """A training that goes on until it is stopped."""
        net = Net(epochs=10**7, patience=10**7, batch_rows=64)
        return self.train(Recipe(TASK, members=("net",), net=net, time_budget_seconds=300), **limits)


def wait(condition: Callable[[], object], seconds: float = 120.0) -> float:
    """Seconds until the condition held."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, "waited in vain"
        time.sleep(0.02)
    return time.monotonic() - begun


def training(run: Run) -> bool:
    """Whether a pass is done."""
    return any(event.kind == "epoch" for event in run.events()[0])
