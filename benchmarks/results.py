"""What one fit came to, kept as a line of a CSV file, so that a run can be continued; and the measures of it."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from core.data.task import TaskKind
from core.learn.loss import row_losses
from core.learn.metrics import measure

OURS = "vitrine"


@dataclass(frozen=True)
class Result:
    """One fit on one outer fold."""

    set: str
    fold: int
    folds: int
    seed: int
    model: str
    version: str
    """Of the peer; the weights of our blend."""
    code: str
    """Digest of our own code; empty for peers."""
    kind: str
    rows: int
    """Learned from."""
    tested: int
    loss: float
    """Nats, or root of the mean squared error in target units."""
    auc: float
    """Of the positive class, or the mean of each class against the rest."""
    ece: float
    """Ten bins of equal count, of the positive or of the likeliest class."""
    cpu: float
    """Seconds of all cores, to fit."""
    wall: float
    """Seconds to fit."""
    answer: float
    """Seconds to answer for the rows tested."""
    memory: float
    """MB at most."""
    busy: float
    """Cores that other processes used meanwhile; NaN where it is not known."""
    when: str
    error: str = ""

    @property
    def key(self) -> tuple[str, int, int, int, str]:
        return self.set, self.fold, self.folds, self.seed, self.model


class Results:
    """A CSV file, and beside it a folder with the loss of every row tested."""

    def __init__(self, path: Path) -> None:
        self.path, self.rows_folder = path, path.with_suffix(".rows")
        self.kept: list[Result] = []
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as file:
                self.kept = [_result(row) for row in csv.DictReader(file)]

    def has(self, key: tuple[str, int, int, int, str], code: str) -> bool:
        """Whether this fit is there, made by the same code."""
        return any(one.key == key and one.code == code for one in self.kept)

    def add(self, one: Result, losses: np.ndarray | None) -> None:
        """Keeps a result at once; ``losses`` (n_tested,) are nats or squared errors."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = not self.path.is_file()
        with self.path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [item.name for item in fields(Result)])
            if fresh:
                writer.writeheader()
            writer.writerow(asdict(one))
        self.kept.append(one)
        if losses is not None:
            self.rows_folder.mkdir(exist_ok=True)
            np.save(self._rows_of(one), losses.astype(np.float32))

    def latest(self) -> list[Result]:
        """The last result of each fit that did not fail."""
        last = {one.key: one for one in self.kept}
        return [one for one in last.values() if not one.error]

    def losses(self, one: Result) -> np.ndarray | None:
        """(n_tested,) as given to ``add``, where they are still there."""
        path = self._rows_of(one)
        return np.load(path).astype(np.float64) if path.is_file() else None

    def _rows_of(self, one: Result) -> Path:
        name = hashlib.sha256(repr(one.key).encode()).hexdigest()[:16]
        return self.rows_folder / f"{name}.npy"


def judged(kind: TaskKind, truth: np.ndarray, said: np.ndarray) -> tuple[dict[str, float], np.ndarray]:
    """``loss``, ``auc`` and ``ece`` (NaN for amounts), and the loss of each row.

    Args:
        kind: of task.
        truth: (n,) class numbers, or amounts.
        said: (n, n_classes) probabilities, or (n,) amounts.
    """
    losses = row_losses(said if said.ndim == 2 else said[:, None], truth)
    if not np.isfinite(losses).all():
        raise ValueError("answers must be finite numbers")
    found = measure(kind, truth, said, None, np.ones((1, len(truth))))
    if kind == "regression":
        return {"loss": float(np.sqrt(losses.mean())), "auc": np.nan, "ece": np.nan}, losses
    auc = found["roc_auc" if kind == "binary" else "roc_auc_ovr"]
    return {"loss": float(losses.mean()), "auc": float(auc[0]), "ece": float(found["ece"][0])}, losses


def _result(row: dict[str, str]) -> Result:
    kinds: dict[str, Any] = {"int": int, "float": float, "str": str}
    return Result(**{item.name: kinds[str(item.type)](row[item.name]) for item in fields(Result)})
