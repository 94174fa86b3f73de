"""Encoded rows as tensors on a device, cut into batches; every fold has its own rows in a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from core.learn.prepare import Encoded, Preparation

Batch = dict[str, Any]
"""What a net is given.

``groups`` G and ``rows`` b; tensors with leading dimensions (G, b): ``standard``, ``share`` and ``missing`` (or None)
(G, b, n_numbers) float32, ``bins`` (G, b, n_numbers) int32, ``codes`` (G, b, n_categories) int32, ``vectors`` a list of
(G, b, width) float32, ``truth`` (G, b) int64 or float32, ``weights`` (G, b) float32 or None. Where rows were mixed,
``other`` is the truth of the second row and ``mixed`` (G, b) its share.
"""


class Feed(Protocol):
    """Rows from which batches are cut: ``Rows``, or a lesson's own."""

    @property
    def device(self) -> str: ...

    def __len__(self) -> int: ...

    def take(self, places: Tensor) -> Batch:
        """The batch of row positions (G, b) int64, on the device."""


@dataclass(eq=False)
class Rows:
    """All rows of a table, ready for a net."""

    standard: Tensor
    bins: Tensor
    share: Tensor
    missing: Tensor | None
    codes: Tensor
    vectors: tuple[Tensor, ...]
    truth: Tensor
    """(n,) class numbers, or (n,) standardised targets."""
    weights: Tensor | None
    """(n,) weights in the loss."""
    device: str

    def __len__(self) -> int:
        return len(self.truth)

    def take(self, places: Tensor) -> Batch:
        """The batch of row positions (G, b) int64, on the device."""
        return {
            "groups": places.shape[0],
            "rows": places.shape[1],
            "standard": self.standard[places],
            "bins": self.bins[places],
            "share": self.share[places],
            "missing": None if self.missing is None else self.missing[places],
            "codes": self.codes[places],
            "vectors": [part[places] for part in self.vectors],
            "truth": self.truth[places],
            "weights": None if self.weights is None else self.weights[places],
        }


def rows(encoded: Encoded, plan: Preparation, truth: np.ndarray, weights: np.ndarray | None, device: str) -> Rows:
    """Encoded rows with their truth (n,) and weights (n,), where rows are weighed, as tensors on a device."""
    grid = plan.grid(encoded.numbers)
    codes = (encoded.codes + plan.level_starts[:-1]).astype(np.int32)
    missing = torch.from_numpy(grid.missing.astype(np.float32)) if grid.missing.any() else None
    return Rows(
        torch.from_numpy(grid.standard).to(device),
        torch.from_numpy(grid.bins).to(device),
        torch.from_numpy(grid.share).to(device),
        None if missing is None else missing.to(device),
        torch.from_numpy(codes).to(device),
        tuple(torch.from_numpy(np.ascontiguousarray(part, dtype=np.float32)).to(device) for part in encoded.vectors),
        torch.from_numpy(truth).to(device),
        None if weights is None else torch.from_numpy(weights.astype(np.float32)).to(device),
        device,
    )
