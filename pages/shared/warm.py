"""What the web process imports before anyone comes, then freezes.

A full garbage collection follows every run of a page; without the freeze it walks over every imported module and holds
up all sessions. The web process never imports torch, shap or scikit-learn.
"""

from __future__ import annotations

import gc
import importlib
import logging
import threading
import time
from pathlib import Path

import streamlit as st

from core.audits import audits
from pages.shared import rooms

_LIGHT = ("pandas", "pyarrow.parquet", "plotly.graph_objects", "babel.dates", "babel.units", "msgspec")
AFTER_SECONDS = 2.0
"""The resident worker starts so long after the server: the first page goes first."""
_PAGES = Path(__file__).resolve().parent.parent


@st.cache_resource(show_spinner=False)
def warm() -> bool:
    """Imports, starts the scheduler and freezes, once a process."""
    for name in (*_LIGHT, *_own()):
        importlib.import_module(name)
    _warm_words()
    audits()  # their page shows their names
    rooms.processes()
    threading.Thread(target=_first_ask, name="vitrine-resident", daemon=True).start()
    gc.collect()
    gc.freeze()
    return True


def _first_ask() -> None:
    """Starts the worker that answers at once, so that nobody's first question waits for it; a failure is told then."""
    time.sleep(AFTER_SECONDS)
    try:
        rooms.resident().start()
    except Exception:
        logging.getLogger("vitrine").exception("the resident worker did not start")


def close() -> None:
    """Ends the scheduler and the resident worker; jobs that run go on and are found again."""
    for room in (rooms.processes, rooms.resident):
        ended = getattr(room(), "close", None)
        if ended is not None:
            ended()


def _own() -> list[str]:
    return [
        f"pages.{path.parent.name}.{path.stem}"
        for folder in ("shared", "steps")
        for path in sorted((_PAGES / folder).glob("[a-z]*.py"))
    ]


def _warm_words() -> None:
    from core.words import languages, say

    for code in languages():
        say("{n:count} {t:seconds}", code, {"n": 1, "t": 1})


logging.getLogger("vitrine").setLevel(logging.INFO)
