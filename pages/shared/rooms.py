"""What all sessions of this server share: one scheduler, one resident worker; and each owner's store."""

from __future__ import annotations

import streamlit as st

from core.deliver.store import Store
from core.engines.processes import Processes
from core.engines.resident import Resident
from core.settings import settings
from pages.shared.owner import owner


@st.cache_resource(show_spinner=False)
def processes() -> Processes:
    """The one scheduler; it starts with the first who asks."""
    return Processes(settings().home)


@st.cache_resource(show_spinner=False)
def resident() -> Resident:
    """The worker that holds open models."""
    return Resident()


def store() -> Store:
    """The store of this session's owner."""
    return Store(settings().home, owner())
