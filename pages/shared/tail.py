"""What the events of a run come to: how far it is, who is at work, how fast, and the curves so far. Values only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from core.engines.base import Event
from core.learn.recipe import TITLES, Recipe
from core.plots.learn import Losses
from core.words import Message

RECENT = 8
"""Passes over which the speed is taken."""
BEGUN, WEIGHED = 0.05, 0.9
"""Shares at which the learners begin and have all ended."""
_NAMES = {title: name for name, title in TITLES.items()}


@dataclass(frozen=True)
class Doing:
    """One learner: whether it waits, is at work or is done, and how it fares."""

    name: str
    lane: int = 0
    """Counted from 1; 0 while it waits."""
    done: bool = False
    skipped: bool = False
    """Others went before it, and it will not come."""
    began: float = 0.0
    """Seconds since 1970."""
    seconds: float = 0.0
    """At work so far."""
    epoch: float | None = None
    """Passes over the data, or rounds."""
    loss: float | None = None
    """On rows held back."""
    epochs_per_second: float | None = None
    rows_per_second: float | None = None
    seconds_left: float | None = None

    @property
    def share(self) -> float:
        """How far, 0 to 1."""
        if self.done or self.skipped:
            return 1.0
        if not self.lane or self.seconds_left is None:
            return 0.0
        return self.seconds / max(self.seconds + self.seconds_left, 1e-9)


@dataclass(frozen=True)
class Tail:
    """Where a run stands by its events."""

    stage: Message | None = None
    share: float | None = None
    """How far, 0 to 1."""
    member: str = ""
    """The learner that was heard of last."""
    epoch: float | None = None
    epochs_per_second: float | None = None
    rows_per_second: float | None = None
    seconds_left: float | None = None
    notes: tuple[Message, ...] = ()
    curves: dict[str, Losses] = field(default_factory=dict)
    """By learner, in the order they began."""
    members: tuple[Doing, ...] = ()
    """Those asked for, in their order, and others that began."""
    first: Message | None = None
    """A first answer is there, and a better one is being made."""


def tail(events: Sequence[Event], asked: Sequence[str] = ()) -> Tail:
    """The state of affairs after these events.

    Args:
        events: of a run, in order.
        asked: learners that will come, where that is known.
    """
    first, events = _since_first(events)
    epochs = [event for event in events if event.kind == "epoch"]
    stages = [event.message for event in events if event.kind == "stage" and event.message is not None]
    last = epochs[-1].numbers if epochs else {}
    now = epochs[-1].member if epochs else ""
    members = doing(events, asked)
    share = _share(events, members)
    return Tail(
        stage=stages[-1] if stages else None,
        share=share,
        member=now,
        epoch=last.get("epoch"),
        epochs_per_second=_speed([event for event in epochs if event.member == now][-RECENT:]),
        rows_per_second=last.get("rows_per_second"),
        seconds_left=last.get("seconds_left"),
        notes=tuple(event.message for event in events if event.kind == "note" and event.message is not None),
        curves=curves(epochs),
        members=members,
        first=first if (share or 0.0) <= WEIGHED else None,
    )


def expected(recipe: Recipe) -> tuple[str, ...]:
    """Learners that a recipe will train, in their order; the simple model always comes first."""
    tuned = ("net_tuned",) if recipe.pretraining is not None and "net" in recipe.members else ()
    return tuple(dict.fromkeys(("simple", *recipe.members, *tuned)))


def curves(events: Iterable[Event]) -> dict[str, Losses]:
    """The loss curves by learner, in the order they began; each keeps the pass it ended on as its best."""
    found: dict[str, list[Event]] = {}
    for event in events:
        if event.kind == "first":
            found = {}
        elif event.kind == "epoch":
            found.setdefault(event.member, []).append(event)
    return {name: _curve(name, passes) for name, passes in found.items()}


def doing(events: Sequence[Event], asked: Sequence[str] = ()) -> tuple[Doing, ...]:
    """Every learner asked for, and how it stands."""
    found = {name: Doing(name) for name in asked}
    for event in events:
        name = _named(event) if event.kind == "stage" else event.member
        begins = event.kind == "epoch" and (name not in found or not found[name].lane)
        if name and (event.kind == "stage" or begins):
            busy = {one.lane for one in found.values() if not one.done}
            lane = next(lane for lane in range(1, len(found) + 2) if lane not in busy)
            found[name] = Doing(name, lane, began=event.at)
        elif event.kind == "member" and name in found:
            seconds = event.numbers.get("seconds") or event.at - found[name].began
            loss = event.numbers.get("validation_loss")
            found[name] = replace(found[name], done=True, loss=loss, seconds=seconds, seconds_left=None)
    begun = {name: _at_work(one, events) for name, one in found.items()}
    return tuple(_skipped(one, begun) for one in begun.values())


def _since_first(events: Sequence[Event]) -> tuple[Message | None, Sequence[Event]]:
    """That a first answer is there, and the events after it: the learners begin anew."""
    for place in range(len(events) - 1, -1, -1):
        if events[place].kind == "first":
            return events[place].message, events[place + 1 :]
    return None, events


def _share(events: Sequence[Event], members: Sequence[Doing]) -> float | None:
    """By the stages; between them by the learners, for one that ends early is done."""
    shares = [event.share for event in events if event.share is not None]
    if not shares:
        return None
    share = min(max(*shares, 0.0), 1.0)
    if members and BEGUN <= share < WEIGHED:
        share = max(share, BEGUN + (WEIGHED - BEGUN) * sum(one.share for one in members) / len(members))
    return share


def _named(event: Event) -> str:
    """The learner that a stage is about; empty where it is about none."""
    name = event.message.facts.get("name") if event.message is not None else None
    text = name.get("text", "") if isinstance(name, dict) else getattr(name, "text", "")
    return _NAMES.get(text, "")


def _at_work(one: Doing, events: Sequence[Event]) -> Doing:
    mine = [event for event in events if event.kind == "epoch" and event.member == one.name and one.lane]
    if not mine:
        last = events[-1].at if events else one.began
        return one if one.done or not one.lane else replace(one, seconds=max(0.0, last - one.began))
    now = replace(one, epoch=mine[-1].numbers.get("epoch") or len(mine))
    if one.done:
        return now
    return replace(
        now,
        seconds=max(0.0, mine[-1].at - one.began),
        loss=mine[-1].numbers.get("validation_loss"),
        epochs_per_second=_speed(mine[-RECENT:]),
        rows_per_second=mine[-1].numbers.get("rows_per_second"),
        seconds_left=mine[-1].numbers.get("seconds_left"),
    )


def _skipped(one: Doing, begun: dict[str, Doing]) -> Doing:
    """A forest comes before the boosted trees, or not at all."""
    passed = one.name == "forest" and not one.lane and begun.get("trees", one).lane > 0
    return replace(one, skipped=True) if passed else one


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
