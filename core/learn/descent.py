"""The steps by which a net's parameters follow their gradients.

torch's own optimizers are not used: the first one made in a process takes a second for what it imports.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core.learn.size import Size

UNDECAYED = ("bias", "line", "turn", "stretch")
"""Last parts of the names of parameters that weight decay leaves alone."""
FADING = (0.9, 0.999)
"""How much of the means of gradients and of their squares is kept at each step."""
LEAST = 1e-8


class Descent:
    """AdamW (Loshchilov and Hutter, 2019, arXiv:1711.05101), Adam (Kingma and Ba, 2015, arXiv:1412.6980) or plain SGD.

    Args:
        net: its parameters that have gradients are moved.
        size: ``optimizer``, ``learning_rate`` and ``weight_decay``.
    """

    def __init__(self, net: nn.Module, size: Size) -> None:
        named = [(name.rsplit(".", 1)[-1] in UNDECAYED, part) for name, part in net.named_parameters()]
        named = [(free, part) for free, part in named if part.requires_grad]
        self.groups: list[tuple[list[Tensor], float]] = [
            ([part for free, part in named if not free], size.weight_decay),
            ([part for free, part in named if free], 0.0),
        ]
        self.kind, self.rate = size.optimizer, size.learning_rate
        self._means: dict[Tensor, tuple[Tensor, Tensor, Tensor]] = {}

    @property
    def parameters(self) -> list[Tensor]:
        return [part for parts, _ in self.groups for part in parts]

    def clear(self) -> None:
        """Forgets the gradients."""
        for part in self.parameters:
            part.grad = None

    def slow(self, factor: float) -> None:
        """Multiplies the learning rate."""
        self.rate *= factor

    @torch.no_grad()
    def step(self) -> None:
        """One step along the gradients that there are."""
        for parts, decay in self.groups:
            moved = [part for part in parts if part.grad is not None]
            if moved:
                self._move(moved, [part.grad for part in moved if part.grad is not None], decay)

    def _move(self, parts: list[Tensor], grads: list[Tensor], decay: float) -> None:
        if self.kind == "sgd":
            if decay:
                grads = list(torch._foreach_add(grads, parts, alpha=decay))
            torch._foreach_add_(parts, grads, alpha=-self.rate)
            return
        means, squares, counts = (list(state) for state in zip(*[self._state(part) for part in parts], strict=True))
        torch._foreach_add_(counts, 1)
        move = torch._fused_adamw_ if self.kind == "adamw" else torch._fused_adam_
        move(
            parts, grads, means, squares, [], counts, lr=self.rate, beta1=FADING[0], beta2=FADING[1],
            weight_decay=decay, eps=LEAST, amsgrad=False, maximize=False,
        )  # fmt: skip

    def _state(self, part: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        if part not in self._means:
            count = torch.zeros((), dtype=torch.float32, device=part.device)
            self._means[part] = (torch.zeros_like(part), torch.zeros_like(part), count)
        return self._means[part]
