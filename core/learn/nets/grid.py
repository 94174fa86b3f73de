"""Numbers as the first layer takes them, in torch: what ``Preparation.grid`` does, with gradients to the values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.learn.prepare import Preparation


@dataclass(frozen=True, eq=False)
class Ruler:
    """What the numbers of a preparation are measured by; float64, (n_numbers,) each."""

    fill: Tensor
    mean: Tensor
    scale: Tensor
    low: Tensor
    high: Tensor
    edges: Tensor
    """(n_numbers, most edges of one), infinite beyond the last of each."""
    bins: Tensor
    """int64: how many bins each has."""
    starts: Tensor
    """int64: where they begin among the bins of all."""

    @property
    def numbers(self) -> int:
        return len(self.fill)


def ruler(plan: Preparation, device: str = "cpu") -> Ruler:
    """The ruler of a preparation, on a device."""
    names = ("fill", "mean", "scale", "low", "high")
    parts = [torch.tensor([getattr(number, name) for number in plan.numbers], dtype=torch.float64) for name in names]
    bins = np.diff(plan.bin_starts).astype(np.int64)
    edges = torch.full((len(bins), int(bins.max(initial=0)) + 1), torch.inf, dtype=torch.float64)
    for place, number in enumerate(plan.numbers):
        edges[place, : len(number.edges)] = torch.tensor(number.edges, dtype=torch.float64)
    whole = [*parts, edges, torch.from_numpy(bins), torch.from_numpy(plan.bin_starts[:-1].copy())]
    return Ruler(*[part.to(device) for part in whole])


def grid(rule: Ruler, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Values (..., n_numbers), NaN for missing -> standard float32, bins int32, share float32; (..., n_numbers) each.

    ``standard`` and ``share`` have gradients to the values; the bin stays the one that a value lies in.
    """
    values = values.double()
    filled = torch.where(torch.isnan(values), rule.fill, values)
    reach = rule.high - rule.low
    drawn = torch.minimum(torch.maximum(filled, rule.low - reach), rule.high + reach)
    standard = ((drawn - rule.mean) / rule.scale).float()
    local = _places(rule, drawn.detach())
    numbers = torch.arange(rule.numbers, device=values.device)
    start, stop = rule.edges[numbers, local], rule.edges[numbers, local + 1]
    share = ((drawn - start) / (stop - start)).clamp(0.0, 1.0).float()
    return standard, (local + rule.starts).int(), share


def unmeasured(rule: Ruler, standard: Tensor) -> Tensor:
    """Standardised numbers (..., n_numbers) -> values in their own units, float64."""
    return standard.double() * rule.scale + rule.mean


def laid(rule: Ruler, batch: dict[str, Any], values: Tensor) -> dict[str, Any]:
    """A batch with other values of its numbers, in their own units."""
    standard, bins, share = grid(rule, values)
    before = batch["bins"]
    return {**batch, "standard": standard, "bins": bins.to(before.dtype), "share": share}


def _places(rule: Ruler, values: Tensor) -> Tensor:
    """(..., n_numbers) the bin of each value among those of its number."""
    flat = values.reshape(-1, rule.numbers).T.contiguous()
    found = torch.searchsorted(rule.edges, flat, right=True) - 1
    found = torch.minimum(found.clamp(min=0), (rule.bins - 1)[:, None])
    return found.T.reshape(values.shape)
