"""A model that is held open, with the rows around it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.data import keep
from core.deliver import shelf
from core.deliver.work import no_row
from core.domains import domains
from core.engines.base import Run
from core.errors import Problem

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from core.learn.model import TrainedModel
    from core.whatif.basis import Basis

FRAME_CELLS = 5_000_000
"""A table with more is read anew for each question."""


@dataclass
class Opened:
    """A model that is held open, and its table where that is small."""

    folder: Path
    model: TrainedModel
    stamp: shelf.Stamp | None
    lock: threading.RLock = field(default_factory=threading.RLock)
    frame: pd.DataFrame | None = None
    sizes: dict[str, float] = field(default_factory=dict)

    def rows(self, numbers: list[int]) -> pd.DataFrame:
        """Rows of the table it was trained on, typed; the index holds their numbers.

        Raises:
            Problem: there is no such row.
        """
        features, count = list(self.model.features), self.count
        wrong = [number for number in numbers if not 0 <= number < count]
        if wrong:
            raise no_row(wrong[0], count)
        if count * len(features) > FRAME_CELLS:
            return keep.frame(self.table, features, numbers)
        with self.lock:
            if self.frame is None:
                self.frame = keep.frame(self.table, features)
        return self.frame.iloc[numbers]

    @property
    def table(self) -> Path:
        """Folder of the table it was trained on.

        Raises:
            Problem: the run is gone.
        """
        try:
            return Run(self.folder).table
        except FileNotFoundError:
            raise shelf.no_model() from None

    @cached_property
    def count(self) -> int:
        """Rows of that table."""
        return keep.card(self.table).rows

    @property
    def importance(self) -> dict[str, float]:
        """Mean size of each column's part in the run's reasons; empty while it has none."""
        with self.lock:
            self.sizes = self.sizes or self._sizes()
        return self.sizes

    def _sizes(self) -> dict[str, float]:
        from core.explain.keep import open_explanation
        from core.explain.sentences import importance

        try:
            found = open_explanation(self.folder / "explanation")
        except Problem:
            return {}
        return {one.column: one.value for one in importance(found)}

    def truth(self, row: int) -> Any:
        """What became of a row, where it is known: a label, or target units."""
        import pandas as pd

        basis = self.basis
        known = basis.truth.get(row)
        if known is None:
            judged = basis.judged
            known = next(iter(judged.loc[judged["row"] == row, "truth"].tolist()), None)
        return None if pd.isna(known) else known

    @property
    def basis(self) -> Basis:
        """What its answers for changed cases are held against; made at the first question."""
        with self.lock:
            return self._basis

    @cached_property
    def _basis(self) -> Basis:
        import pandas as pd

        from core.whatif.basis import MOST, Basis

        recipe = self.model.recipe
        learnt = drawn(self._learnt(), MOST, recipe.seed)
        judged = self._judged()
        known = pd.Index(learnt).union(pd.Index(judged["row"].to_numpy()))
        sensitive = [name for name in recipe.task.sensitive if name in keep.card(self.table).schema]
        return Basis(
            model=self.model,
            frame=self.rows(learnt.tolist()),
            truth=self._truth(learnt),
            judged=judged,
            groups=keep.frame(self.table, sensitive, known.tolist()) if sensitive else pd.DataFrame(index=known),
            domain=domains().get(recipe.domain),
        )

    def _judged(self) -> pd.DataFrame:
        """Answers for rows it had not learned from."""
        import pandas as pd

        try:
            return pd.read_parquet(self.folder / "predictions.parquet")
        except FileNotFoundError:
            raise shelf.no_model() from None

    def _learnt(self) -> np.ndarray:
        """Rows it was fitted on, with those held back in turn."""
        import msgspec
        import numpy as np

        try:
            drawn = msgspec.json.decode((self.folder / "split.json").read_bytes())
        except FileNotFoundError:
            raise shelf.no_model() from None
        return np.array(drawn["train"], dtype=np.int64)

    def _truth(self, rows: np.ndarray) -> pd.Series:
        from core.data.labels import target
        from core.data.repair import repair

        task = self.model.recipe.task
        changes = tuple(one for one in self.model.recipe.repairs if one.column == task.goal.column)
        frame = repair(keep.frame(self.table, [task.goal.column], rows.tolist()), changes, scoring=True)
        return target(frame, task.goal, task.kind)


def opened(folder: Path) -> Opened:
    """The model of a run folder, opened.

    Raises:
        Problem: there is none, or it is damaged.
    """
    return Opened(folder, shelf.take(folder), shelf.stamp(folder))


def drawn(rows: np.ndarray, most: int, seed: int) -> np.ndarray:
    """At most so many of the row numbers, rising."""
    import numpy as np

    return rows if len(rows) <= most else np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))
