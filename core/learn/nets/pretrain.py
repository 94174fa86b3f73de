"""What a net can learn before it learns the answers: cells are hidden, and it guesses them from the others.

Masked columns: VIME (Yoon, Zhang, Jordon and van der Schaar, 2020, NeurIPS 33) and SAINT (Somepalli et al., 2021,
arXiv:2106.01342); what it brings to tables: Rubachev et al., 2022, arXiv:2207.03208.

# DIFF: a hidden cell looks missing instead of being drawn from another row, for the nets here know missing cells.

Labels are never looked at, so rows without one serve too, and so do those held back in a fold.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from core.engines.base import Event, Watch
from core.learn import batches, loop
from core.learn.batches import Batch
from core.learn.device import Device
from core.learn.ground import Fold, Ground, Turn
from core.learn.nets.augment import Cells, cells, hidden
from core.learn.nets.fit import build
from core.learn.nets.net import Net
from core.learn.prepare import Encoded, Preparation
from core.learn.size import Size

SHARE = 0.3
"""Of the cells, hidden at a time."""
HELD = 10
"""One row of so many judges when the guesses stop getting better."""
EPOCHS, PATIENCE = 60, 5
REACH = 4.0
"""Standard deviations to which a number is guessed."""
BATCH, RATE = 128, 5e-3
"""At least: there are more cells to guess than answers to learn."""
TIME_SHARE = 0.4
"""Of what is left, after which the answers must be learned."""


@dataclass(frozen=True, eq=False)
class Begun:
    """Weights to begin with."""

    state: dict[str, Tensor]
    """Of ``Net`` with one group; the last layer is not among them."""
    inputs: Encoded
    """All rows that were looked at."""
    steps: int


def pretrained(ground: Ground, chosen: Size, device: Device, turn: Turn) -> Begun | None:
    """What can be learned from the cells of all rows; None where there is nothing to guess.

    Args:
        ground: its rows and the spare ones are used, its answers are not.
        chosen: settings of the net.
        device: where it learns.
        turn: when it must end; ``steps`` replays.
    """
    plan, inputs = ground.plan, _everything(ground)
    if not chosen.depth or not (plan.numbers or plan.levels) or len(inputs) < 2 * HELD:
        return None
    net = build(ground, chosen, ground.folds[:1], device)
    guess = Guess(net, plan).to(device.kind)
    seed = ground.recipe.seed
    feed = Cloze(inputs, plan, device, seed)
    size = replace(
        chosen, epochs=EPOCHS, patience=PATIENCE, smoothing=0.0, weight_decay=min(chosen.weight_decay, 0.01),
        batch_rows=max(chosen.batch_rows, BATCH), learning_rate=max(chosen.learning_rate, RATE),
    )  # fmt: skip
    deadline = time.monotonic() + TIME_SHARE * (turn.deadline - time.monotonic())
    limits = loop.Limits(_Quiet(ground.watch), deadline, turn.steps)
    done = loop.run(guess, feed, [feed.fold], "regression", size, device, limits, seed, "net_tuned")
    state = {name: value for name, value in net.state_dict().items() if not name.startswith("head.")}
    return Begun(state, inputs, done.steps)


class Guess(nn.Module):
    """A net whose last hidden state guesses the hidden cells.

    It gives, as a score, the root of each row's loss, so that the one training loop (squared distance from 0) serves.
    """

    def __init__(self, net: Net, plan: Preparation) -> None:
        super().__init__()
        self.net, self.numbers = net, len(plan.numbers)
        self.starts = [int(start) for start in plan.level_starts]
        width = net.mix.weight.shape[-1]
        self.guess = nn.Linear(width, self.numbers + self.starts[-1])

    def forward(self, batch: Batch) -> Tensor:
        """-> (1, k, b, 1)."""
        guesses = self.guess(body(self.net, batch)).float()
        wanted, counted = (batch[name][:, None].expand(*guesses.shape[:3], -1) for name in ("wanted", "counted"))
        losses = [torch.square(guesses[..., : self.numbers] - wanted[..., : self.numbers])]
        for place, (start, stop) in enumerate(pairwise(self.starts), self.numbers):
            logits = guesses[..., self.numbers + start : self.numbers + stop]
            losses.append(_surprise(logits, wanted[..., place].long() - start)[..., None])
        total = (torch.cat(losses, dim=-1) * counted).sum(dim=-1) / counted.sum(dim=-1).clamp(min=1.0)
        return torch.sqrt(total + 1e-12)[..., None]


def body(net: Net, batch: Batch) -> Tensor:
    """(G, k, b, width) the last hidden state, dropout left out."""
    state: Tensor = net.mix(net.columns(batch))
    for layer in net.hidden:
        state = layer(torch.relu(state))
    return torch.relu(state)


class Cloze:
    """Rows with hidden cells: a ``Feed``. Those that judge always lack the same ones."""

    def __init__(self, inputs: Encoded, plan: Preparation, device: Device, seed: int) -> None:
        self.rows = batches.rows(inputs, plan, np.zeros(len(inputs), dtype=np.float32), None, device.kind)
        self.where: Cells = cells(plan, device.kind)
        self.generator = torch.Generator(device.kind).manual_seed(seed)
        places = np.random.default_rng(seed).permutation(len(inputs))
        check, fit = (np.sort(part) for part in np.split(places, [len(inputs) // HELD]))
        self.fold = Fold(fit, check)
        self.judges = torch.zeros(len(inputs), dtype=torch.bool, device=device.kind)
        self.judges[torch.from_numpy(check).to(device.kind)] = True
        self.gaps = self._draw((len(inputs),))

    @property
    def device(self) -> str:
        return self.rows.device

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, places: Tensor) -> Batch:
        """The batch of row positions (G, b) with hidden cells; ``wanted``, ``counted`` (G, b, numbers + categories)."""
        batch, where = self.rows.take(places), self.where
        gone = torch.where(self.judges[places, None], self.gaps[places], self._draw(tuple(places.shape)))
        known = torch.ones_like(batch["standard"]) if batch["missing"] is None else 1 - batch["missing"]
        named = batch["codes"] != where.codes
        wanted = torch.cat([batch["standard"].clamp(-REACH, REACH), batch["codes"].float()], dim=-1)
        counted = torch.cat([gone[..., where.numbers] * known, gone[..., where.levels] & named], dim=-1)
        return {**hidden(where, batch, gone), "wanted": wanted, "counted": counted}

    def _draw(self, shape: tuple[int, ...]) -> Tensor:
        whole = (*shape, self.where.features)
        return torch.rand(whole, generator=self.generator, device=self.rows.device) < SHARE


class _Quiet:
    """A watch that tells nobody: guesses are no points of the curve of answers."""

    def __init__(self, watch: Watch) -> None:
        self.should_stop, self.cores, self.seconds_left = watch.should_stop, watch.cores, watch.seconds_left

    def emit(self, event: Event) -> None:
        """Nothing."""


def _surprise(logits: Tensor, codes: Tensor) -> Tensor:
    """(1, k, b) cross-entropy, 1 for who knows nothing."""
    flat = functional.cross_entropy(logits.flatten(0, 2), codes.flatten(), reduction="none")
    return flat.view(codes.shape) / float(np.log(logits.shape[-1]))


def _everything(ground: Ground) -> Encoded:
    """All rows, those without an answer behind the others; texts as vectors only."""
    parts = [ground.rows.inputs] if ground.spare is None else [ground.rows.inputs, ground.spare]
    vectors = tuple(np.concatenate(one) for one in zip(*[part.vectors for part in parts], strict=True))
    numbers, codes = (np.concatenate([getattr(part, name) for part in parts]) for name in ("numbers", "codes"))
    return Encoded(numbers, codes, (), parts[0].columns, vectors)


def opened(state: dict[str, Tensor], folds: Sequence[Fold]) -> dict[str, Tensor]:
    """Weights of one group as the beginning of every fold."""
    return {name: value.expand(len(folds), *value.shape[1:]).clone() for name, value in state.items()}
