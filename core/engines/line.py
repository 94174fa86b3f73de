"""Who is next: fair between owners, first come first served for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.engines.base import Run


@dataclass(frozen=True)
class Ticket:
    """A run that waits."""

    run: Run
    owner: str
    lane: str
    """Those who read wait only for such: a file is looked at while a model trains."""


@dataclass
class Line:
    """Tickets in the order they came, and whose turn was when."""

    tickets: list[Ticket] = field(default_factory=list)
    turns: dict[str, int] = field(default_factory=dict)

    def join(self, ticket: Ticket) -> None:
        """At the end; a run already in line keeps its place."""
        if all(waiting.run != ticket.run for waiting in self.tickets):
            self.tickets.append(ticket)

    def leave(self, run: Run) -> None:
        """Out of the line, if in it."""
        self.tickets = [ticket for ticket in self.tickets if ticket.run != run]

    def served(self, ticket: Ticket) -> None:
        """It is started: out of the line, and its owner's turn is over."""
        self.leave(ticket.run)
        self.turns[ticket.owner] = max(self.turns.values(), default=0) + 1

    def order(self, lane: str, busy: Iterable[str]) -> list[Ticket]:
        """Tickets of a lane as they would be started: the owner with least at work first, then who waits longest.

        Args:
            lane: whose tickets.
            busy: the owner of each run at work in that lane.
        """
        waiting = [ticket for ticket in self.tickets if ticket.lane == lane]
        load, turns, order = Counter(busy), dict(self.turns), list[Ticket]()
        while waiting:
            chosen = min(waiting, key=lambda t: (load[t.owner], turns.get(t.owner, 0)))
            waiting.remove(chosen)
            order.append(chosen)
            load[chosen.owner] += 1
            turns[chosen.owner] = max(turns.values(), default=0) + 1
        return order


def lend(cores: int, running: int) -> list[int]:
    """Cores for each run at work: at least one, the idle ones shared out from the oldest on."""
    if not running:
        return []
    each, more = divmod(max(cores, running), running)
    return [each + (place < more) for place in range(running)]
