"""The affine first layer over columns, in torch."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from core.learn.learner import First, neutral
from core.learn.prepare import Preparation


class Columns(nn.Module):
    """Numbers, categories and texts -> (batch, width).

    A number is first a vector of ``inner`` figures, linear in its piecewise-linear encoding (Gorishniy, Rubachev and
    Babenko, 2022, arXiv:2203.05556), then mixed into the width; a category or a term adds its row of a table.

    # DIFF: bins are quantiles of the values together with quantiles of the distinct values, and a bin is looked up with
    # the share of it, instead of multiplying by the whole encoding: the same function at a fraction of the work.
    """

    starts: Tensor

    def __init__(self, plan: Preparation, width: int, inner: int | None, bins: bool, reach: float) -> None:
        super().__init__()
        numbers, self.inner, self.reach = len(plan.numbers), inner or width, reach
        spread = self.inner**-0.5
        line = torch.empty(numbers, self.inner).uniform_(-spread, spread) if inner else torch.zeros(numbers, width)
        self.line = nn.Parameter(line)
        self.gone = nn.Parameter(torch.zeros(numbers, self.inner))
        self.slope = nn.Parameter(torch.zeros(int(plan.bin_starts[-1]) if bins else 0, self.inner))
        self.register_buffer("starts", _starts(plan) if bins else torch.zeros(0, dtype=torch.long))
        total = max(1, numbers * self.inner + len(plan.levels) + 8 * len(plan.texts))
        self.mix = nn.Parameter(_uniform((numbers, self.inner, width), total)) if inner else None
        self.levels = nn.Parameter(_uniform((int(plan.level_starts[-1]), width), total) * (1.0 if inner else 0.0))
        self.texts = nn.ParameterList(
            [_uniform((max(1, words.width), width), total) * (1.0 if inner else 0.0) for words in plan.texts]
        )
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, batch: dict[str, Any]) -> Tensor:
        """Batch of ``core.learn.batches`` -> (batch, width)."""
        total = self.bias.expand(batch["rows"], -1)
        if len(self.line):
            total = total + self._numbers(batch)
        if len(self.levels):
            total = total + functional.embedding_bag(batch["codes"], self.levels, mode="sum")
        for table, (terms, ends, weights) in zip(self.texts, batch["texts"], strict=True):
            total = total + functional.embedding_bag(terms, table, ends, mode="sum", per_sample_weights=weights)
        return total

    def _numbers(self, batch: dict[str, Any]) -> Tensor:
        standard = batch["standard"].clamp(-self.reach, self.reach)
        state = standard[..., None] * self.line
        if len(self.slope):
            before = self._base()
            here = functional.embedding(batch["bins"], torch.cat([before, self.slope], dim=1))
            state = state + here[..., : self.inner] + batch["share"][..., None] * here[..., self.inner :]
        if batch["missing"] is not None:
            state = state + batch["missing"][..., None] * self.gone
        if self.mix is None:
            return torch.sum(state, dim=1)
        return torch.mm(state.flatten(1), self.mix.flatten(0, 1))

    def _base(self) -> Tensor:
        """(n_bins, inner): the sum of the slopes of all earlier bins of the same number."""
        running = torch.cumsum(self.slope, dim=0) - self.slope
        return running - running[self.starts]

    @torch.no_grad()
    def export(self, plan: Preparation, counts: np.ndarray) -> First:
        """The layer as arrays.

        Args:
            plan: how the columns were prepared.
            counts: (n_codes,) training rows of each code; a code without any gets its category's mean.
        """
        before = self._base() if len(self.slope) else self.slope
        owner = torch.repeat_interleave(torch.arange(len(plan.numbers)), torch.from_numpy(np.diff(plan.bin_starts)))
        mixed = [self._mixed(part, owner if len(part) else owner[:0]) for part in (before, self.slope)]
        everyone = torch.arange(len(plan.numbers))
        line, gone = self._mixed(self.line, everyone), self._mixed(self.gone, everyone)
        levels = neutral(self.levels.float().cpu().numpy().copy(), counts, plan.level_starts)
        texts = tuple(
            table.float().cpu().numpy()[: words.width] for table, words in zip(self.texts, plan.texts, strict=True)
        )
        return First(line, gone, mixed[0], mixed[1], levels, texts, self.reach)

    def _mixed(self, part: Tensor, owner: Tensor) -> np.ndarray:
        """(n, inner) of the numbers ``owner`` -> (n, width)."""
        part = part.float().cpu()
        if self.mix is None:
            return part.numpy().copy()
        mix = self.mix.float().cpu()
        rows = [
            part[start : start + 4096, None, :] @ mix[owner[start : start + 4096]]
            for start in range(0, len(part), 4096)
        ]
        width = mix.shape[-1]
        return torch.cat(rows)[:, 0, :].numpy().copy() if rows else np.zeros((0, width), dtype=np.float32)


def _starts(plan: Preparation) -> Tensor:
    """(n_bins,) the first bin of the same number."""
    return torch.from_numpy(np.repeat(plan.bin_starts[:-1], np.diff(plan.bin_starts)))


def _uniform(shape: tuple[int, ...], inputs: int) -> Tensor:
    return torch.empty(shape).uniform_(-(inputs**-0.5), inputs**-0.5)
