"""Rows disturbed while a net learns, so that it learns no single row by heart and no answer hangs on a hair.

Mixed rows: Zhang, Cisse, Dauphin and Lopez-Paz, 2018, arXiv:1710.09412. Rows moved against the net: Madry et al., 2018,
arXiv:1706.06083; in one step from a place by chance: Wong, Rice and Kolter, 2020, arXiv:2001.03994.

# DIFF: half a category cannot be had, so each category of a mixed row comes from one of the two rows by their shares
# (as patches of a picture do in Yun et al., 2019, arXiv:1905.04899).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from core.data.task import TaskKind
from core.learn.batches import Batch
from core.learn.device import Device
from core.learn.ground import Ground
from core.learn.nets.attack import SIZE, Box, Losses, box, climb, factors, worst
from core.learn.nets.grid import Ruler, laid, ruler, unmeasured
from core.learn.prepare import MISSING, Preparation
from core.learn.size import Size

STEPS = {"fgsm": 1, "pgd": 3}
"""Of an attack on each batch: what a full attack would cost is not worth it while learning."""
LEFT = 0.25
"""Share of the rows of a batch that are not attacked, so that rows as they are stay known too."""
LOOKS = 4
"""Places drawn for each row before the steps begin at the worst: without them a net learns to hide its slopes."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Where the inputs of a preparation lie, as tensors."""

    rule: Ruler
    plain: Tensor
    """(n_numbers,) bool: a column of numbers, no part of a date."""
    numbers: Tensor
    """(n_numbers,) int64: the feature behind each."""
    levels: Tensor
    """(n_categories,) int64."""
    texts: Tensor
    """(n_texts,) int64."""
    codes: Tensor
    """(n_categories,) int32: the code of a missing value."""
    features: int


def cells(plan: Preparation, device: str = "cpu") -> Cells:
    """Where the inputs of a preparation lie."""
    owners = {name: torch.from_numpy(places).to(device) for name, places in plan.owners.items()}
    plain = torch.tensor([not number.part for number in plan.numbers], dtype=torch.bool, device=device)
    codes = torch.from_numpy((plan.level_starts[:-1] + MISSING).astype(np.int32)).to(device)
    return Cells(ruler(plan, device), plain, **owners, codes=codes, features=len(plan.features))


def hidden(where: Cells, batch: Batch, gone: Tensor) -> Batch:
    """A batch in which cells are taken for missing.

    Args:
        where: the inputs lie.
        batch: of ``core.learn.batches``.
        gone: (..., n_features) bool: the cells.
    """
    numbers = gone[..., where.numbers]
    values = torch.where(numbers, where.rule.fill, unmeasured(where.rule, batch["standard"]))
    missing = numbers.float() if batch["missing"] is None else torch.maximum(batch["missing"], numbers.float())
    codes = torch.where(gone[..., where.levels], where.codes.to(batch["codes"].dtype), batch["codes"])
    vectors = [
        part * (~gone[..., place, None]) for part, place in zip(batch["vectors"], where.texts.tolist(), strict=False)
    ]
    return {**laid(where.rule, batch, values), "missing": missing, "codes": codes, "vectors": vectors}


@dataclass(frozen=True, eq=False)
class Disturbance:
    """What is done to each batch before a net learns from it; called as ``disturb(net, batch, generator)``."""

    size: Size
    kind: TaskKind
    cells: Cells
    free: Tensor
    """(n_numbers,) bool: what an attack may move."""
    units: Tensor
    """(n_numbers,) whole numbers are multiples of these; 0 for any value."""
    attacks: bool

    def __call__(self, net: nn.Module, batch: Batch, generator: torch.Generator) -> Batch:
        """The batch to learn from; the one given is not changed."""
        if self.size.mixup and batch["rows"] > 1:
            batch = self._mixed(batch, generator)
        if self.size.noise:
            batch = self._noisy(batch, generator)
        if self.size.masking:
            shape = (*batch["truth"].shape, self.cells.features)
            draw = torch.rand(shape, generator=generator, device=batch["truth"].device)
            batch = hidden(self.cells, batch, draw < self.size.masking)
        if self.attacks:
            batch = self._attacked(net, batch, generator)
        return batch

    def _mixed(self, batch: Batch, generator: torch.Generator) -> Batch:
        """Each row with another of its fold: numbers and texts in part, categories by chance, the truth in part."""
        truth = batch["truth"]
        share = _beta(self.size.mixup, truth.shape, generator, truth.device)
        share = torch.minimum(share, 1 - share)
        order = torch.argsort(torch.rand(truth.shape, generator=generator, device=truth.device), dim=-1)
        part = share[..., None]

        def other(cell: Tensor) -> Tensor:
            return torch.gather(cell, 1, order.reshape(*order.shape, *[1] * (cell.dim() - 2)).expand_as(cell))

        rule, codes = self.cells.rule, batch["codes"]
        values, second = (unmeasured(rule, cell) for cell in (batch["standard"], other(batch["standard"])))
        swap = torch.rand(codes.shape, generator=generator, device=codes.device) < part
        missing = batch["missing"]
        return {
            **laid(rule, batch, torch.lerp(values, second, part.double())),
            "missing": None if missing is None else torch.lerp(missing, other(missing), part),
            "codes": torch.where(swap, other(codes), codes),
            "vectors": [torch.lerp(cell, other(cell), part) for cell in batch["vectors"]],
            "other": other(truth),
            "mixed": share,
        }

    def _noisy(self, batch: Batch, generator: torch.Generator) -> Batch:
        standard, rule = batch["standard"], self.cells.rule
        draw = torch.randn(standard.shape, generator=generator, device=standard.device)
        size = self.size.noise * rule.scale * self.cells.plain
        if batch["missing"] is not None:
            draw = draw * (1 - batch["missing"])
        return laid(rule, batch, unmeasured(rule, standard) + size * draw)

    def _attacked(self, net: nn.Module, batch: Batch, generator: torch.Generator) -> Batch:
        """Moved uphill, dropout left out; cells that are missing stay."""
        rule, values = self.cells.rule, unmeasured(self.cells.rule, batch["standard"])
        free = self.free if batch["missing"] is None else self.free & (batch["missing"] == 0)
        where = box(rule, values, free, self.size.attack_size or SIZE, self.units)
        learning = net.training
        net.eval()
        try:
            moved = self._worst(lambda there: self._losses(net, batch, there), where, generator)
        finally:
            net.train(learning)
        left = torch.rand(batch["truth"].shape, generator=generator, device=values.device) < LEFT
        return laid(rule, batch, torch.where(left[..., None], values, moved))

    def _worst(self, losses: Losses, where: Box, generator: torch.Generator) -> Tensor:
        start = worst(losses, where, LOOKS, generator)
        return climb(losses, start, where, STEPS[self.size.attack])

    def _losses(self, net: nn.Module, batch: Batch, values: Tensor) -> Tensor:
        """(G, b)."""
        there = laid(self.cells.rule, batch, values)
        scores = net(there).float()
        losses = _row_losses(scores, batch["truth"], self.kind)
        if "mixed" not in batch:
            return losses
        return torch.lerp(losses, _row_losses(scores, batch["other"], self.kind), batch["mixed"])


def _row_losses(scores: Tensor, truth: Tensor, kind: TaskKind) -> Tensor:
    """Scores (G, k, b, outputs) and truth (G, b) -> (G, b) means over the members."""
    truth = truth[:, None].expand(scores.shape[:3])
    if kind == "binary":
        losses = functional.binary_cross_entropy_with_logits(scores[..., 0], truth.float(), reduction="none")
    elif kind == "multiclass":
        losses = functional.cross_entropy(scores.flatten(0, 2), truth.flatten(), reduction="none").view(truth.shape)
    else:
        losses = torch.square(scores[..., 0] - truth.float())
    return losses.mean(dim=1)


def disturbance(ground: Ground, chosen: Size, device: Device) -> Disturbance | None:
    """What the settings ask to do to each batch of training rows; None for nothing."""
    plan = ground.plan
    free = [not number.part and number.column not in chosen.fixed for number in plan.numbers]
    attacks = chosen.attack in STEPS and any(free)
    if not (chosen.noise or chosen.masking or chosen.mixup or attacks):
        return None
    parts = factors(ground.recipe, plan)
    units = np.where(_whole(ground.rows.inputs.numbers * parts), 1.0 / parts, 0.0)
    return Disturbance(
        chosen,
        ground.task.kind,
        cells(plan, device.kind),
        torch.tensor(free, dtype=torch.bool, device=device.kind),
        torch.from_numpy(units).to(device.kind),
        attacks,
    )


def _whole(values: np.ndarray) -> np.ndarray:
    """(n_numbers,) bool: all known values are whole numbers."""
    return np.asarray((np.isnan(values) | (np.abs(values - np.rint(values)) < 1e-9)).all(axis=0))


def _beta(parameter: float, shape: torch.Size, generator: torch.Generator, device: torch.device) -> Tensor:
    """Draws of Beta(parameter, parameter), from a generator."""
    draws = torch._standard_gamma(torch.full((2, *shape), parameter, device=device), generator=generator)
    return draws[0] / draws.sum(dim=0).clamp(min=1e-30)
