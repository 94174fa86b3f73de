"""The owner's models: open, rename, delete."""

from __future__ import annotations

import streamlit as st

from pages.shared import look, runs, show
from pages.shared.language import t

SHOWN = 20  # at first, and more at a click; a text on a line of its own would be shown, for this file is a page


def page() -> None:
    """The whole page."""
    look.heading(t("Your models"), t("Everything you have trained in this browser, newest first."))
    lines = runs.lines()
    if not lines:
        st.markdown(t("Nothing here yet. Open a field above and choose a file or a sample; a model appears here."))
    shown = st.session_state.setdefault("models_shown", SHOWN)
    for line in lines[:shown]:
        runs.show_line(line, rename=True)
    if len(lines) > shown and st.button(t("Show {n:count} more", n=min(SHOWN, len(lines) - shown)), key="models_more"):
        st.session_state["models_shown"] = shown + SHOWN
        st.rerun()


show.guarded(page)
