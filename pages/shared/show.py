"""Messages, findings, downloads, and what is said when something goes wrong."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner_utils.exceptions import RerunException, StopException

from core.errors import Problem
from pages.shared.language import t, tell

_LOG = logging.getLogger("vitrine")


def guarded(part: Callable[..., None], *arguments: Any) -> None:
    """Runs a part of a page; whatever goes wrong becomes a sentence, never a traceback."""
    try:
        part(*arguments)
    except (RerunException, StopException):
        raise
    except Problem as problem:
        st.error(tell(problem.message))
    except Exception:
        incident = secrets.token_hex(4)
        _LOG.exception("incident %s", incident)
        st.error(
            t(
                "Something went wrong here, and it is our fault, not your data's. Nothing is lost: reload the page, or "
                "go back a step. If it happens again, report incident {incident}.",
                incident=incident,
            )
        )
