"""A small net led through the one training loop."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.data.task import TaskKind
from core.engines.base import Watch
from core.learn import device as devices
from core.learn import loop
from core.learn.batches import Batch
from core.learn.ground import Fold
from core.learn.size import Size

import torch  # isort: skip - after the device, which settles how threads wait
from torch import Tensor, nn  # isort: skip


@dataclass(frozen=True)
class Plan:
    """How a net is to be trained."""

    kind: TaskKind
    optimizer: Literal["adamw", "adam", "sgd"]
    rate: float
    batch: int
    epochs: int
    patience: int
    decay: float = 0.0


@dataclass(eq=False)
class Rows:
    """Inputs (n, width) with their truth (n,), from which the loop cuts batches."""

    inputs: Tensor
    truth: Tensor
    device: str = "cpu"

    def __len__(self) -> int:
        return len(self.truth)

    def take(self, places: Tensor) -> Batch:
        """The batch of row positions (1, b)."""
        return {
            "groups": places.shape[0],
            "rows": places.shape[1],
            "inputs": self.inputs[places],
            "truth": self.truth[places],
            "weights": None,
        }


class Stack(nn.Module):
    """Layers of units: (width, hidden, ..., outputs), with a bend between them."""

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, batch: Batch) -> Tensor:
        """-> (groups, 1, b, outputs) scores."""
        scores: Tensor = self.layers(batch["inputs"])
        return scores.unsqueeze(1)

    @torch.no_grad()
    def scores(self, inputs: np.ndarray) -> np.ndarray:
        """(n, outputs) scores of inputs (n, width)."""
        self.eval()
        found: np.ndarray = self.layers(tensor(inputs)).double().numpy()
        return found


def tensor(values: np.ndarray) -> Tensor:
    """float32 on the processor: lessons are too small for anything else."""
    return torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32))


def learn(
    net: Stack, inputs: np.ndarray, truth: np.ndarray, fold: Fold, plan: Plan, seed: int, name: str, watch: Watch
) -> loop.Course:
    """Trains a net in place; it keeps the state of its best pass on the rows held back.

    Args:
        net: for inputs of their width.
        inputs: (n, width).
        truth: (n,) class numbers, or numbers.
        fold: places to learn from, and places to check on after every pass.
        plan: how.
        seed: of the order of rows.
        name: of the training, for the curve.
        watch: is told of every pass.
    """
    size = Size(
        width=0, depth=0, members=1, dropout=0.0, learning_rate=plan.rate, weight_decay=plan.decay,
        batch_rows=plan.batch, epochs=plan.epochs, patience=plan.patience, optimizer=plan.optimizer,
    )  # fmt: skip
    known = tensor(truth) if plan.kind == "regression" else torch.from_numpy(truth.astype(np.int64))
    limits = loop.Limits(watch, time.monotonic() + watch.seconds_left())
    given = Rows(tensor(inputs), known)
    return loop.run(net, given, (fold,), plan.kind, size, devices.processor(), limits, seed, name)
