"""What the events of a run come to: how far it is, how fast, and the curves so far. Values only, no widgets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.engines.base import Event
from core.plots.learn import Losses
from core.words import Message

RECENT = 8
"""Passes over which the speed is taken."""


@dataclass(frozen=True)
class Tail:
    """Where a run stands by its events."""

    stage: Message | None = None
    share: float | None = None
    """How far, 0 to 1."""
    member: str = ""
    """The learner at work."""
    epoch: float | None = None
    epochs_per_second: float | None = None
    rows_per_second: float | None = None
    seconds_left: float | None = None
    notes: tuple[Message, ...] = ()
    curves: dict[str, Losses] = field(default_factory=dict)
    """By learner, in the order they began."""


def tail(events: Sequence[Event]) -> Tail:
    """The state of affairs after these events."""
    epochs = [event for event in events if event.kind == "epoch"]
    stages = [event.message for event in events if event.kind == "stage" and event.message is not None]
    shares = [event.share for event in events if event.share is not None]
    last = epochs[-1].numbers if epochs else {}
    now = epochs[-1].member if epochs else ""
    return Tail(
        stage=stages[-1] if stages else None,
        share=min(max(shares[-1], 0.0), 1.0) if shares else None,
        member=now,
        epoch=last.get("epoch"),
        epochs_per_second=_speed([event for event in epochs if event.member == now][-RECENT:]),
        rows_per_second=last.get("rows_per_second"),
        seconds_left=last.get("seconds_left"),
        notes=tuple(event.message for event in events if event.kind == "note" and event.message is not None),
        curves=curves(epochs),
    )


def curves(events: Iterable[Event]) -> dict[str, Losses]:
    """The loss curves by learner, in the order they began; each keeps the pass it ended on as its best."""
    found: dict[str, list[Event]] = {}
    for event in events:
        if event.kind == "epoch":
            found.setdefault(event.member, []).append(event)
    return {name: _curve(name, passes) for name, passes in found.items()}


def _curve(name: str, passes: Sequence[Event]) -> Losses:
    return Losses(
        name=name,
        epochs=[event.numbers.get("epoch") or place for place, event in enumerate(passes, 1)],
        train=[event.numbers.get("train_loss") for event in passes],
        validation=[event.numbers.get("validation_loss") for event in passes],
        best=passes[-1].numbers.get("best_epoch"),
    )


def _speed(passes: Sequence[Event]) -> float | None:
    if len(passes) < 2 or passes[-1].at <= passes[0].at:
        return None
    first, last = (event.numbers.get("epoch") for event in (passes[0], passes[-1]))
    passed = last - first if first and last else len(passes) - 1
    return passed / (passes[-1].at - passes[0].at)
