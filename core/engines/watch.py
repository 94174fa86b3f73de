"""What work asks while it runs, answered from its run folder."""

from __future__ import annotations

import math
import threading
import time

from core.engines.base import Emit, Event, Run


class FolderWatch:
    """A ``Watch`` over a run folder: the stop flag and the cores are files, events are lines.

    Args:
        run: the folder.
        budget: seconds until a usable model; infinite where there is no budget.
        limit: seconds after which the run must stop, keeping the best so far.
        echo: also told of every event.
    """

    def __init__(self, run: Run, budget: float = math.inf, limit: float = math.inf, echo: Emit | None = None) -> None:
        self.run, self.echo = run, echo
        self.ending = threading.Lock()
        """Held by whoever records how the run ended: the first one decides."""
        begun = time.monotonic()
        self._due, self._limit = begun + budget, begun + limit

    def emit(self, event: Event) -> None:
        """Tells whoever looks."""
        self.run.emit(event)
        if self.echo is not None:
            self.echo(event)

    def should_stop(self) -> bool:
        """Whether somebody asked to stop, or the limit was reached."""
        return self.overdue() or self.run.asked_to_stop()

    def overdue(self) -> bool:
        """Whether the limit was reached."""
        return time.monotonic() >= self._limit

    def cores(self) -> int:
        """Cores lent at this moment; one where nobody lends any."""
        try:
            return max(1, int((self.run.folder / "cores").read_text()))
        except (OSError, ValueError):
            return 1

    def seconds_left(self) -> float:
        """Of the budget or of the limit, whichever ends first."""
        return max(0.0, min(self._due, self._limit) - time.monotonic())


class Silence:
    """A ``Watch`` that nobody reads: nothing ends it, one core is lent."""

    def emit(self, event: Event) -> None:
        """Goes nowhere."""

    def should_stop(self) -> bool:
        """Nobody asks."""
        return False

    def cores(self) -> int:
        """One."""
        return 1

    def seconds_left(self) -> float:
        """More than enough."""
        return math.inf
