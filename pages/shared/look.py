"""The little CSS there is, and headings: one reading column, a quiet top bar, the path of steps."""

from __future__ import annotations

import streamlit as st


def heading(title: str, tagline: str = "") -> None:
    """A page's title with one sentence under it."""
    st.title(title, anchor=False)
    if tagline:
        st.markdown(tagline)
