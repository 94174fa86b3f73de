"""The recipe: everything that decides what a training run does, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.data.table import Kind, Repair
from core.data.task import Task
from core.words import N_

MEMBERS = ("simple", "torch_linear", "torch_mlp")
TITLES = {"simple": N_("Simple model"), "torch_linear": N_("Linear net"), "torch_mlp": N_("Neural net")}
"""What people call them."""


@dataclass(frozen=True)
class Net:
    """Settings of the torch members; None leaves the choice to the size of the data and the device."""

    width: int | None = None
    depth: int | None = None
    dropout: float | None = None
    learning_rate: float | None = None
    weight_decay: float | None = None
    batch_rows: int | None = None
    epochs: int | None = None
    """At most this many; early stopping may end sooner."""
    patience: int | None = None


@dataclass(frozen=True)
class Recipe:
    """What to train and how."""

    task: Task
    domain: str = ""
    repairs: tuple[Repair, ...] = ()
    kinds: dict[str, Kind] = field(default_factory=dict)
    """Kinds the analyst corrected."""
    members: tuple[str, ...] = MEMBERS
    """Learners to train, of ``MEMBERS``; the model is the one, or the blend, with the best validation loss."""
    net: Net = field(default_factory=Net)
    class_weights: bool = False
    """Weigh classes so that each counts the same in the loss."""
    time_budget_seconds: float = 60.0
    """From reading to a usable model."""
    seed: int = 0
