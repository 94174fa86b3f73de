"""Learn: known examples of machine learning, to run with one click and to watch."""

from __future__ import annotations

import streamlit as st

from core.lessons import lessons
from pages.shared import lesson, show
from pages.shared.language import t


def page() -> None:
    """The gallery, or the lesson in the address."""
    key = st.query_params.get("step", "")
    chosen = lessons().get(key)
    if chosen is not None:
        lesson.room(chosen)
        return
    if key:
        st.info(t("There is no lesson called {key}. Here are all there are.", key=key))
    lesson.gallery()


show.guarded(page)
