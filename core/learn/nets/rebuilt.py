"""A net in torch again from the arrays of a saved one: before it learns anything, it answers as that one did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from core.learn.batches import Batch
from core.learn.ground import Ground
from core.learn.learner import Learner
from core.learn.nets.net import Head, Net
from core.learn.size import Size


class Own(nn.Module):
    """A layer whose members have weights of their own, with figures that stretch them (1 at the beginning)."""

    def __init__(self, weight: Tensor, bias: Tensor, first: bool) -> None:
        """(G, k, inputs, width) and (G, k, width); the first layer has the same inputs for all members."""
        super().__init__()
        self.weight, self.bias, self.first = nn.Parameter(weight), nn.Parameter(bias), first
        self.turn = nn.Parameter(torch.ones(weight.shape[:3]))
        self.stretch = nn.Parameter(torch.ones(bias.shape))

    def forward(self, state: Tensor) -> Tensor:
        """(G, b, inputs), or (G, k, b, inputs) behind the first -> (G, k, b, width)."""
        return self.bias[:, :, None] + (state[:, None] if self.first else state) @ self._weights()

    def _weights(self) -> Tensor:
        return self.weight * self.turn[..., None] * self.stretch[:, :, None]

    def whole(self) -> Tensor:
        """(G, k, inputs, width), or for the first layer (G, inputs, k * width)."""
        weights = self._weights()
        return weights.transpose(1, 2).flatten(2) if self.first else weights


class Spread(nn.Module):
    """A net in which several groups stand for one fold: their members answer together."""

    def __init__(self, net: Net, each: int) -> None:
        super().__init__()
        self.net, self.each = net, each

    def forward(self, batch: Batch) -> Tensor:
        """-> (G, each * k, b, outputs)."""
        if self.each == 1:
            alone: Tensor = self.net(batch)
            return alone
        groups = batch["groups"] * self.each
        spread = {name: self._repeated(part) for name, part in batch.items()}
        scores = self.net({**spread, "groups": groups, "rows": batch["rows"]})
        return scores.reshape(batch["groups"], -1, *scores.shape[2:])  # type: ignore[no-any-return]

    def _repeated(self, part: object) -> object:
        if isinstance(part, list):
            return [self._repeated(one) for one in part]
        return part.repeat_interleave(self.each, dim=0) if isinstance(part, Tensor) else part


class Anchor(nn.Module):
    """A parameter as its beginning and what was learned since, which weight decay draws to nothing.

    L2-SP: Li, Grandvalet and Davoine, 2018, arXiv:1802.01483.
    """

    start: Tensor

    def __init__(self, start: Tensor) -> None:
        super().__init__()
        self.register_buffer("start", start.detach().clone())

    def forward(self, since: Tensor) -> Tensor:
        return self.start + since

    def right_inverse(self, value: Tensor) -> Tensor:
        return value - self.start


def rebuilt(ground: Ground, learner: Learner, chosen: Size, whole: bool) -> Spread:
    """A net of every fold of the ground, on the processor, each beginning with all members of a learner.

    Args:
        ground: its preparation is the learner's.
        learner: a saved net.
        chosen: settings; its shape gives way to the learner's.
        whole: the classes are the learner's too; otherwise the last layer begins anew.
    """
    first, mix = learner.first, _mix_of(learner)
    each, members = len(mix), learner.packs // len(mix)
    groups, depth = len(ground.folds) * each, len(learner.tail)
    plain = first.line.shape[-1] == 1 and bool(np.isin(first.line, (0.0, 1.0)).all())
    width = mix.shape[-1] // members
    size = replace(
        chosen, members=1, depth=0, width=width, inner=0 if plain else first.line.shape[-1], reach=first.reach
    )
    net = Net(ground.plan, width, groups, size)
    columns = {"gone": first.gone, "levels": first.levels}
    columns |= {} if plain else {"line": first.line, "slope": first.slope}
    _fill(net.columns, columns, len(ground.folds))
    layers = _layers(ground, learner, members, width)
    owned = [Own(_folded(one, ground), _folded(bias, ground), not place) for place, (one, bias) in enumerate(layers)]
    outputs = ground.classes if ground.classes > 2 else 1
    if depth:
        head = Head(groups, members, layers[-1][0].shape[2], outputs)
        if whole:
            head.weight.data, head.bias.data = owned[-1].weight.data, owned[-1].bias.data
        net.head, owned = head, owned[:-1]
    net.mix, net.hidden = owned[0], nn.ModuleList(owned[1:])  # type: ignore[assignment]
    return Spread(net, each)


def anchored(net: nn.Module) -> None:
    """What each parameter learns from now on is kept apart, so that weight decay draws it back to where it began."""
    for part in list(net.modules()):
        for name, value in list(part.named_parameters(recurse=False)):
            parametrize.register_parametrization(part, name, Anchor(value))


def released(net: nn.Module) -> None:
    """Parameters as one again."""
    for part in list(net.modules()):
        for name in list(getattr(part, "parametrizations", {})):
            parametrize.remove_parametrizations(part, name)


def _mix_of(learner: Learner) -> np.ndarray:
    if learner.first.mix is None:
        raise ValueError(f"a net that is rebuilt has a mixed first layer, but: {learner.name} has none")
    return learner.first.mix


def _layers(ground: Ground, learner: Learner, members: int, width: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """(groups, members, inputs, width) and (groups, members, width) of every layer; targets on the ground's scale."""
    mix = _mix_of(learner)
    each = len(mix)
    found = [(mix.reshape(each, -1, members, width).transpose(0, 2, 1, 3), learner.bias.reshape(each, members, width))]
    for weights, bias in learner.tail:
        found.append((weights.reshape(each, members, *weights.shape[1:]), bias.reshape(each, members, -1)))
    if learner.link == "identity" and not ground.classes:
        weights, bias = found[-1]
        mean, scale = ground.scaling
        found[-1] = (weights * learner.scale / scale, (bias * learner.scale + learner.shift - mean) / scale)
    return found


def _fill(part: nn.Module, arrays: dict[str, np.ndarray], folds: int) -> None:
    parameters = dict(part.named_parameters(recurse=False))
    for name, array in arrays.items():
        parameters[name].data = _repeated(array, folds)


def _folded(array: np.ndarray, ground: Ground) -> Tensor:
    return _repeated(array, len(ground.folds))


def _repeated(array: np.ndarray, folds: int) -> Tensor:
    """The groups of an array, once for every fold."""
    part = torch.from_numpy(np.ascontiguousarray(array, dtype=np.float32))
    return part.repeat(folds, *[1] * (part.dim() - 1))


def scales(net: nn.Module) -> Iterable[nn.Parameter]:
    """What is trained where only adapters are: stretches, biases and the last layer."""
    for name, part in net.named_parameters():
        if name.rsplit(".", 1)[-1] in ("turn", "stretch", "bias") or ".head." in f".{name}":
            yield part
