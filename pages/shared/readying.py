"""The model on the desk is opened in the background, before anyone asks it anything."""

from __future__ import annotations

import threading

from core.deliver.shelf import stamp
from core.engines.resident import Resident
from pages.shared.desk import Desk

AFTER_SECONDS = 1.0
"""The page is drawn first."""
MOST = 10_000
"""Models that are remembered as opened."""
_ASKED: set[object] = set()


def ready(desk: Desk) -> None:
    """Has the model that the desk shows made ready, once a process."""
    run = desk.run()
    if run is None or not run.usable:
        return
    key = (str(run.folder), stamp(run.folder))
    if key in _ASKED:
        return
    if len(_ASKED) >= MOST:
        _ASKED.clear()
    _ASKED.add(key)
    later = threading.Timer(AFTER_SECONDS, _hint, (desk.resident, str(run.folder)))
    later.daemon = True
    later.start()


def _hint(resident: Resident, folder: str) -> None:
    resident.hint("ready", run=folder)
