"""The front door: language, theme and navigation over the pages.

``streamlit run dashboard.py`` imports this file once to find ``app`` (the server with its headers and cookie) and then
runs it as a script for every session.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

PROJECT = Path(__file__).resolve().parent


def front() -> None:
    """One run of the script: what is on every page, then the page."""
    from pages.shared import language, look, present
    from pages.shared.warm import warm

    st.set_page_config(page_title="Vitrine", page_icon=look.ICON, layout="wide", initial_sidebar_state="collapsed")
    warm()
    look.dress()
    page = st.navigation(_pages(), position="top")
    language.keep_in_address()
    present.header()
    look.place(f"{page.url_path}/{st.query_params.get('step', '')}")
    page.run()


def _pages() -> list[st.Page]:
    from core.domains import domains
    from core.words import N_
    from pages.shared.language import plain

    fields = [domain for domain in domains().values() if (PROJECT / "pages" / f"{domain.key}.py").exists()]
    return [
        st.Page("pages/home.py", title=plain(N_("Home")), url_path="home", default=True),
        *(st.Page(f"pages/{field.key}.py", title=plain(field.title), url_path=field.key) for field in fields),
        st.Page("pages/models.py", title=plain(N_("Models")), url_path="models"),
        st.Page("pages/learn.py", title=plain(N_("Learn")), url_path="learn"),
    ]


if __name__ == "__main__":
    front()
else:
    from asgi import SCRIPT, parts

    app = st.App(SCRIPT, **parts)
