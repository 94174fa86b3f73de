"""The net: k members that share most of their weights, in G folds that share none.

TabM (Gorishniy, Kotelnikov and Babenko, 2024, arXiv:2410.24210): every layer of a member is the common one with its
inputs and outputs stretched by figures of the member's own (BatchEnsemble; Wen, Tran and Ba, 2020, arXiv:2002.06715),
which for the first layer begin as random signs; the last layer is the member's own.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from core.learn.batches import Batch
from core.learn.learner import First
from core.learn.nets.columns import Columns
from core.learn.prepare import Preparation
from core.learn.size import Size

Tail = tuple[tuple[np.ndarray, np.ndarray], ...]


class Mix(nn.Module):
    """Figures (G, b, f) -> (G, k, b, width): the first layer of every member."""

    def __init__(self, groups: int, members: int, sizes: list[int], width: int) -> None:
        super().__init__()
        figures = sum(sizes)
        self.weight = nn.Parameter(_uniform((groups, figures, width), figures))
        signs = 1.0 - 2.0 * torch.randint(0, 2, (len(sizes), members)).float()
        turn = torch.repeat_interleave(signs, torch.tensor(sizes, dtype=torch.long), dim=0)
        self.turn = nn.Parameter(turn.expand(groups, -1, -1).clone())
        self.stretch = nn.Parameter(torch.ones(groups, members, width))
        self.bias = nn.Parameter(torch.zeros(groups, members, width))

    def whole(self) -> Tensor:
        """(G, f, k * width): the layers of all members side by side.

        # DIFF: the members' figures are put into the weights, here and below, not on each row: the same at less work.
        """
        return (self.weight[:, :, None] * self.turn[..., None] * self.stretch[:, None]).flatten(2)

    def forward(self, figures: Tensor) -> Tensor:
        state = torch.baddbmm(self.bias.flatten(1)[:, None], figures, self.whole())
        return state.view(*figures.shape[:2], *self.bias.shape[1:]).transpose(1, 2).contiguous()


class Layer(nn.Module):
    """(G, k, b, inputs) -> (G, k, b, width): one hidden layer."""

    def __init__(self, groups: int, members: int, inputs: int, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(_uniform((groups, inputs, width), inputs))
        self.turn = nn.Parameter(torch.ones(groups, members, inputs))
        self.stretch = nn.Parameter(torch.ones(groups, members, width))
        self.bias = nn.Parameter(_uniform((groups, members, width), inputs))

    def whole(self) -> Tensor:
        """(G, k, inputs, width)."""
        return self.turn[..., None] * self.weight[:, None] * self.stretch[:, :, None]

    def forward(self, state: Tensor) -> Tensor:
        return _affine(state, self.whole(), self.bias)


class Head(nn.Module):
    """(G, k, b, inputs) -> (G, k, b, outputs): the last layer, every member's own."""

    def __init__(self, groups: int, members: int, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(_uniform((groups, members, inputs, outputs), inputs))
        self.bias = nn.Parameter(torch.zeros(groups, members, outputs))

    def whole(self) -> Tensor:
        """(G, k, inputs, outputs)."""
        return self.weight

    def forward(self, state: Tensor) -> Tensor:
        return _affine(state, self.weight, self.bias)


class Net(nn.Module):
    """``depth`` layers of ``width`` with rectifiers and dropout, after which come ``outputs``; depth 0 is additive."""

    def __init__(self, plan: Preparation, outputs: int, groups: int, size: Size) -> None:
        super().__init__()
        self.columns = Columns(plan, groups, size.inner, size.reach)
        width = size.width if size.depth else outputs
        self.mix = Mix(groups, size.members, self.columns.sizes, width)
        self.hidden = nn.ModuleList([Layer(groups, size.members, width, width) for _ in range(size.depth - 1)])
        self.head = Head(groups, size.members, width, outputs) if size.depth else None
        self.dropout = size.dropout

    def forward(self, batch: Batch) -> Tensor:
        """-> (G, k, b, outputs) scores."""
        state: Tensor = self.mix(self.columns(batch))
        layers = [*self.hidden, self.head] if self.head is not None else []
        for layer in layers:
            state = torch.relu(state)
            state = layer(dropped(state, self.dropout) if self.training and self.dropout else state)
        return state

    @torch.no_grad()
    def begin(self, scores: Tensor) -> None:
        """Sets the bias of the last layer to scores (G, outputs)."""
        last = self.mix.bias if self.head is None else self.head.bias
        last.copy_(scores[:, None].expand_as(last))

    @torch.no_grad()
    def export(self) -> tuple[First, np.ndarray, Tail]:
        """First layer, its bias (packs * width,), and the tail, packs in front."""
        layers = [*self.hidden, self.head] if self.head is not None else []
        tail = tuple(
            (_array(layer.whole().flatten(0, 1)), _array(layer.bias.flatten(0, 1)))  # type: ignore[operator, union-attr]
            for layer in layers
        )
        mix = self.mix.whole().detach().float().cpu().numpy().copy()
        line, gone, base, slope, levels = self.columns.arrays()
        first = First(line, gone, base, slope, levels, (), self.columns.reach, (), mix)
        return first, _array(self.mix.bias.flatten()), tail


def dropped(state: Tensor, share: float) -> Tensor:
    """A share of the figures set to 0 by chance, the others made larger by as much.

    On a processor one byte decides on each figure: torch's own draw takes as long as the whole net.
    """
    if state.device.type != "cpu":
        return functional.dropout(state, share)
    limit = min(255, round(256 * share))
    words = torch.empty(state.numel() // 8 + 1, dtype=torch.int64).random_(-(2**63), None)
    kept = words.view(torch.uint8)[: state.numel()].view(state.shape) >= limit
    return state * kept.to(state.dtype).mul_(256 / (256 - limit))


def _affine(state: Tensor, weights: Tensor, bias: Tensor) -> Tensor:
    """(G, k, b, inputs), (G, k, inputs, outputs), (G, k, outputs) -> (G, k, b, outputs)."""
    moved = torch.baddbmm(bias.flatten(0, 1)[:, None], state.flatten(0, 1), weights.flatten(0, 1))
    return moved.view(*state.shape[:3], -1)


def _uniform(shape: tuple[int, ...], inputs: int) -> Tensor:
    """Uniform within plus or minus 1 / sqrt(inputs); every group draws its own."""
    reach = max(1, inputs) ** -0.5
    return torch.empty(shape).uniform_(-reach, reach)


def _array(part: Tensor) -> np.ndarray:
    return part.detach().double().cpu().numpy().copy()
