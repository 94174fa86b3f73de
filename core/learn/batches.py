"""Encoded rows as tensors on a device, cut into batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.learn.prepare import Encoded, Preparation


@dataclass(eq=False)
class Rows:
    """All training or validation rows, ready for a net; ``take`` cuts a batch."""

    standard: Tensor
    bins: Tensor
    share: Tensor
    missing: Tensor | None
    codes: Tensor
    texts: tuple[Any, ...]
    truth: Tensor
    """(n,) class numbers, or (n,) standardised targets."""
    weights: Tensor | None
    """(n,) weights in the loss."""
    device: str

    def __len__(self) -> int:
        return len(self.truth)

    def take(self, rows: np.ndarray) -> dict[str, Any]:
        """The batch of some row positions."""
        places = torch.from_numpy(rows).to(self.device)
        return {
            "rows": len(rows),
            "standard": self.standard[places],
            "bins": self.bins[places],
            "share": self.share[places],
            "missing": None if self.missing is None else self.missing[places],
            "codes": self.codes[places],
            "texts": [_terms(text[rows], self.device) for text in self.texts],
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
        encoded.texts,
        torch.from_numpy(truth).to(device),
        None if weights is None else torch.from_numpy(weights.astype(np.float32)).to(device),
        device,
    )


def _terms(text: Any, device: str) -> tuple[Tensor, Tensor, Tensor]:
    parts = (text.indices.astype(np.int64), text.indptr[:-1].astype(np.int64), text.data.astype(np.float32))
    terms, ends, weights = (torch.from_numpy(part).to(device) for part in parts)
    return terms, ends, weights
