"""What the pages ask of the rest: the one scheduler, the resident worker, and the store of this session's owner."""

from __future__ import annotations

from core.deliver.store import Store
from core.engines import processes as engines
from core.engines import resident as residents
from core.engines.processes import Processes
from core.engines.resident import Resident
from core.settings import settings
from pages.shared.owner import owner


def processes() -> Processes:
    """The one scheduler of this server, at work."""
    return engines.processes()


def resident() -> Resident:
    """The worker that holds open models and answers at once."""
    return residents.resident()


def store() -> Store:
    """The tables and runs of this session's owner."""
    return Store(settings().home, owner())
