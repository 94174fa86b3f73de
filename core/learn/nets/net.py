"""The nets: a first layer over columns, then (for the MLP) layers with rectifiers and dropout."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from core.learn.learner import First
from core.learn.nets.columns import Columns
from core.learn.prepare import Preparation

Tail = tuple[tuple[np.ndarray, np.ndarray], ...]


class Net(nn.Module):
    """``depth`` layers of ``width`` after which come ``outputs``; depth 0 is the additive (linear) net."""

    def __init__(
        self, plan: Preparation, outputs: int, *, width: int, depth: int, dropout: float, bins: bool, reach: float
    ) -> None:
        super().__init__()
        if depth:
            self.columns = Columns(plan, width, 4, bins, reach)
        else:
            self.columns = Columns(plan, outputs, None, bins, reach)
        sizes = [width] * depth + [outputs]
        self.tail = nn.ModuleList([nn.Linear(sizes[i], sizes[i + 1]) for i in range(depth)])
        self.dropout = nn.Dropout(dropout)

    def forward(self, batch: dict[str, Any]) -> Tensor:
        """-> (batch, outputs) scores."""
        state: Tensor = self.columns(batch)
        for layer in self._layers():
            state = layer(self.dropout(torch.relu(state)))
        return state

    def _layers(self) -> list[nn.Linear]:
        return [layer for layer in self.tail if isinstance(layer, nn.Linear)]

    @torch.no_grad()
    def export(self, plan: Preparation, counts: np.ndarray) -> tuple[First, np.ndarray, Tail]:
        """First layer, its bias, and the tail as arrays."""
        tail = tuple((_array(layer.weight).T.copy(), _array(layer.bias)) for layer in self._layers())
        return self.columns.export(plan, counts), _array(self.columns.bias), tail


def _array(part: Tensor) -> np.ndarray:
    return part.detach().double().cpu().numpy().copy()
