"""What a model is worth on rows it never saw: nouns only."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.data.table import Finding
from core.data.task import TaskKind
from core.words import Message


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95% bootstrap interval; None where it is not defined."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Rows:
    """How many rows there were and what they were used for."""

    read: int
    train: int
    validation: int
    test: int


@dataclass(frozen=True)
class MemberScore:
    """One learner of the model beside the others, by loss (nats, or squared target units) on the validation rows."""

    name: str
    weight: float
    validation_loss: float
    seconds: float
    epochs: int = 0


@dataclass(frozen=True)
class Evaluation:
    """Metrics of a model, of the prior and of the simple model on the same rows.

    The predictions themselves lie beside it in ``predictions.parquet``: columns ``row`` (number in the table),
    ``truth`` (label, or number) and ``p:<class>`` per class, or ``prediction`` for regression; ``set`` is
    ``test`` or ``validation``; ``simple:p:<class>`` / ``simple:prediction`` hold the simple model's.
    """

    task: TaskKind
    target: str
    positive: str | None
    classes: tuple[str, ...]
    rows: Rows
    columns: tuple[str, ...]
    device: str
    device_name: str
    seconds: float
    metrics: dict[str, Estimate]
    baselines: dict[str, dict[str, Estimate]]
    """``prior`` and ``simple``: the same names as ``metrics``."""
    cutoff: float | None
    """Binary: the probability from which the answer is the positive class."""
    verdict: tuple[Message, ...]
    """The answer in words: the first sentence is the headline."""
    findings: tuple[Finding, ...] = ()
    members: tuple[MemberScore, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    gains: dict[str, Estimate] = field(default_factory=dict)
    """The model's figure minus the simple model's, by metric, its interval from the same resamples of both."""
    worth: Message | None = None
    """Whether the gain over the simple model is worth it, in words."""
