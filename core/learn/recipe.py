"""The recipe: everything that decides what a training run does, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from core.data.table import Kind, Repair
from core.data.task import Task
from core.words import N_

MEMBERS = ("simple", "forest", "trees", "net")
TITLES = {
    "simple": N_("Simple model"),
    "forest": N_("Forest"),
    "trees": N_("Boosted trees"),
    "net": N_("Neural net"),
    "net_tuned": N_("Neural net, pretrained"),
}
"""What people call them; ``net_tuned`` joins the others where a recipe asks for pretraining."""


@dataclass(frozen=True)
class Net:
    """Settings of the nets; None leaves the choice to the size of the data and the device."""

    width: int | None = None
    depth: int | None = None
    members: int | None = None
    """Nets in one pack (per fold), which share most weights: k of TabM."""
    inner: int | None = None
    """Figures by which a number is first described."""
    dropout: float | None = None
    learning_rate: float | None = None
    weight_decay: float | None = None
    batch_rows: int | None = None
    epochs: int | None = None
    """At most this many; early stopping may end sooner."""
    patience: int | None = None
    optimizer: Literal["adamw", "adam", "sgd"] | None = None
    noise: float | None = None
    """Standard deviations of noise added to numbers while learning."""
    masking: float | None = None
    """Share of cells hidden (taken for missing) while learning."""
    mixup: float | None = None
    """Parameter of the Beta law by which pairs of rows are mixed while learning; 0 is none."""
    attack: Literal["none", "fgsm", "pgd"] | None = None
    """Adversarial training: inputs are moved against the model, inside each column's range, while learning."""
    attack_size: float | None = None
    """How far, in standard deviations of each number."""
    fixed: tuple[str, ...] = ()
    """Columns that an attack may not move; the domain's immutable and the sensitive ones are added by ``plan``."""


@dataclass(frozen=True)
class Search:
    """A search for settings of the net before it is trained."""

    method: Literal["optuna", "grid"] = "optuna"
    trials: int = 30
    """At most; the time may end sooner."""
    share: float = 0.5
    """Of the time budget."""
    grid: dict[str, tuple[float, ...]] = field(default_factory=dict)
    """Grid: values by the name of a setting of ``Net``; empty takes a usual grid."""


@dataclass(frozen=True)
class Encoder:
    """A pretrained encoder of texts, used through ``transformers``."""

    name: str
    """Folder of a model, or a name on the hub."""
    tuning: Literal["frozen", "lora", "full"] = "frozen"


@dataclass(frozen=True)
class Pretraining:
    """What the net learns before it learns the answers."""

    rows: bool = False
    """From rows without an answer, and the others: cells are hidden and guessed."""
    start: str = ""
    """Folder of a run whose net is tuned on these rows."""
    tuning: Literal["full", "adapters"] = "full"


@dataclass(frozen=True)
class Recipe:
    """What to train and how."""

    task: Task
    domain: str = ""
    repairs: tuple[Repair, ...] = ()
    kinds: dict[str, Kind] = field(default_factory=dict)
    """Kinds the analyst corrected."""
    members: tuple[str, ...] = MEMBERS
    """Learners to train, of ``MEMBERS``; the model is their blend, weighed on rows held back from each."""
    net: Net = field(default_factory=Net)
    search: Search | None = None
    encoder: Encoder | None = None
    pretraining: Pretraining | None = None
    class_weights: bool = False
    """Weigh classes so that each counts the same in the loss."""
    time_budget_seconds: float = 60.0
    """From reading to a usable model."""
    seed: int = 0
