"""Columns as figures, in torch: where every net begins."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from core.learn.batches import Batch
from core.learn.prepare import Preparation

LEVEL_FIGURES = 8
"""By which a category is described."""
HEAVY = 4.0
"""A number whose standard deviation is so many times that of its middle half is described by its rank."""


class Columns(nn.Module):
    """Numbers, categories and texts -> (G, b, figures), linear in what each column is encoded to.

    A number becomes ``inner`` figures, linear in its piecewise-linear encoding (Gorishniy, Rubachev and Babenko, 2022,
    arXiv:2203.05556, without activation and with the line beside the bins); a category becomes eight.

    # DIFF: bins are quantiles of the values together with quantiles of the distinct values, and a bin is looked up with
    # the share of it, instead of multiplying by the whole encoding: the same function at a fraction of the work.

    With ``inner`` 0 a number is its one standardised figure, or, where a few values lie far out, its normal score.
    """

    starts: Tensor
    base: Tensor
    fixed: Tensor

    def __init__(self, plan: Preparation, groups: int, inner: int, reach: float) -> None:
        super().__init__()
        numbers, bins, self.inner, self.reach = len(plan.numbers), int(plan.bin_starts[-1]), max(1, inner), reach
        self.codes, self.bins, self.learned = int(plan.level_starts[-1]), bins, inner > 0
        self.gone = nn.Parameter(torch.zeros(groups, numbers, self.inner))
        self.levels = nn.Parameter(_uniform((groups, self.codes, LEVEL_FIGURES), LEVEL_FIGURES))
        if self.learned:
            self.line = nn.Parameter(_uniform((groups, numbers, inner), inner))
            self.slope = nn.Parameter(torch.zeros(groups, bins, inner))
            starts = np.repeat(plan.bin_starts[:-1], np.diff(plan.bin_starts))
            self.register_buffer("starts", torch.from_numpy(starts), persistent=False)
        else:
            line, base, slope = (torch.from_numpy(part).expand(groups, *part.shape) for part in _plain(plan))
            for name, part in (("line", line), ("base", base), ("slope", slope)):
                self.register_buffer(name, part.contiguous(), persistent=False)
        owners = plan.owners
        self.sizes = [self.inner] * numbers + [LEVEL_FIGURES] * len(owners["levels"]) + list(plan.vector_widths)
        """Figures of each input, in their order."""

    @property
    def figures(self) -> int:
        return sum(self.sizes)

    def forward(self, batch: Batch) -> Tensor:
        """-> (G, b, figures)."""
        parts = []
        if self.line.shape[1]:
            parts.append(self._numbers(batch).flatten(2))
        if self.codes:
            parts.append(_looked_up(self.levels, batch["codes"]).flatten(2))
        parts.extend(batch["vectors"])
        if not parts:
            return torch.zeros(batch["groups"], batch["rows"], 0, device=self.gone.device)
        return torch.cat(parts, dim=2) if len(parts) > 1 else parts[0]

    def _numbers(self, batch: Batch) -> Tensor:
        """(G, b, n_numbers, inner)."""
        standard: Tensor = batch["standard"].clamp(-self.reach, self.reach)
        state = standard[..., None] * self.line[:, None]
        if self.bins and self.slope.shape[1]:
            here = _looked_up(torch.cat([self._base(), self.slope], dim=2), batch["bins"])
            state = state + here[..., : self.inner] + batch["share"][..., None] * here[..., self.inner :]
        if batch["missing"] is not None:
            state = state + batch["missing"][..., None] * self.gone[:, None]
        return state

    def _base(self) -> Tensor:
        """(G, n_bins, inner): the sum of the slopes of all earlier bins of the same number."""
        if not self.learned:
            return self.base
        running = torch.cumsum(self.slope, dim=1) - self.slope
        return running - running[:, self.starts]

    @torch.no_grad()
    def arrays(self) -> list[np.ndarray]:
        """line, gone, base, slope and levels of ``First``, groups in front."""
        base = self._base() if self.bins else self.slope
        parts = (self.line, self.gone, base, self.slope, self.levels)
        return [part.detach().float().cpu().numpy().copy() for part in parts]


def _plain(plan: Preparation) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """line (n_numbers, 1), base and slope (n_bins or 0, 1) by which a number stays what it is, or becomes its score."""
    heavy = np.array([_is_heavy(number.edges, number.scores, number.scale) for number in plan.numbers], dtype=bool)
    line = (~heavy).astype(np.float32)[:, None]
    if not heavy.any():
        none = np.zeros((0, 1), dtype=np.float32)
        return line, none, none
    each = np.repeat(heavy, np.diff(plan.bin_starts))
    low = np.concatenate([np.array(number.scores[:-1]) for number in plan.numbers])
    rise = np.concatenate([np.diff(number.scores) for number in plan.numbers])
    base, slope = (np.where(each, part, 0.0).astype(np.float32)[:, None] for part in (low, rise))
    return line, base, slope


def _is_heavy(edges: tuple[float, ...], scores: tuple[float, ...], scale: float) -> bool:
    low, high = np.interp((-0.6745, 0.6745), scores, edges)
    spread = (high - low) / 1.349
    return bool(spread > 0 and scale > HEAVY * spread)


def _looked_up(table: Tensor, places: Tensor) -> Tensor:
    """Rows of each group's own table (G, n, d) at places (G, b, m) -> (G, b, m, d)."""
    groups, count, _ = table.shape
    if groups > 1:
        places = places + count * torch.arange(groups, dtype=places.dtype, device=places.device)[:, None, None]
    return functional.embedding(places, table.flatten(0, 1))


def _uniform(shape: tuple[int, ...], inputs: int) -> Tensor:
    """Uniform within plus or minus 1 / sqrt(inputs); every group begins alike."""
    reach = max(1, inputs) ** -0.5
    return torch.empty(shape[1:]).uniform_(-reach, reach).expand(shape).clone()
