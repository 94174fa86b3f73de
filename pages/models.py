"""The owner's models: open, rename, delete."""

from __future__ import annotations

import streamlit as st

from pages.shared import look, runs, show
from pages.shared.language import t


def page() -> None:
    """The whole page."""
    look.heading(t("Your models"), t("Everything you have trained in this browser, newest first."))
    lines = runs.lines()
    if not lines:
        st.markdown(t("Nothing here yet. Open a field above and choose a file or a sample; a model appears here."))
    for line in lines:
        runs.show_line(line, rename=True)


show.guarded(page)
