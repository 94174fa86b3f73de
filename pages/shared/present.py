"""What stands in the header at the right, and the present mode: larger type, controls hidden, for an audience."""

from __future__ import annotations

import streamlit as st

from pages.shared import language
from pages.shared.language import t

_LARGE = """
html { font-size: 20px !important; }
[data-testid="stHeader"], .st-key-header, .st-key-onward, .st-key-present, [class*="st-key-control_"] {
  display: none !important; }
.stMainBlockContainer { max-width: 1300px !important; padding-top: 1rem !important; }
.st-key-leave_present { position: fixed; right: 1rem; bottom: 1rem; width: auto !important; opacity: 0.25;
  z-index: 999996; }
.st-key-leave_present:hover, .st-key-leave_present:focus-within { opacity: 1; }
"""
_KEY = "presenting"


def presenting() -> bool:
    """Whether this session shows to an audience."""
    return bool(st.session_state.get(_KEY))


def header() -> None:
    """The language switch; in present mode only the way out of it."""
    if "present" in st.query_params:
        st.session_state[_KEY] = st.query_params["present"] == "1"
    if not presenting():
        with st.container(key="header", horizontal=True, gap="small"):
            language.switch()
        return
    st.query_params["present"] = "1"
    st.html(f"<style>{_LARGE}</style>")
    st.button(t("Leave the presentation"), key="leave_present", on_click=leave)


def enter() -> None:
    """Turns present mode on."""
    st.session_state[_KEY] = True
    st.query_params["present"] = "1"


def leave() -> None:
    """Turns it off."""
    st.session_state[_KEY] = False
    st.query_params.pop("present", None)
