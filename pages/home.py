"""Home: what this is, the fields, what is running, what was made lately."""

from __future__ import annotations

import streamlit as st

from core.domains import domains
from core.domains.domain import Domain
from pages.shared import look, present, runs, show, showme
from pages.shared.language import t

RECENT = 5
LOOK_SECONDS = 2.0


def page() -> None:
    """The whole page."""
    look.heading(
        t("From a spreadsheet to a model you can question"),
        t(
            "Upload a table, say what you want to know, and Vitrine trains a model, tells you how far to trust it, and "
            "shows why it answers as it does."
        ),
    )
    _fields()
    lines = runs.lines()
    running = [line for line in lines if not line.state.ended]
    if running:
        st.fragment(_running, run_every=LOOK_SECONDS)(len(running))
    if len(running) < len(lines) or not lines:
        _recent([line for line in lines if line.state.ended])
    _foot()


def _fields() -> None:
    fields = list(domains().values())
    for column, domain in zip(st.columns(len(fields)), fields, strict=True):
        with column, st.container(border=True, height="stretch", key=f"card_{domain.key}"):
            _card(domain)


def _card(domain: Domain) -> None:
    st.subheader(t(domain.title), anchor=False)
    st.markdown(t(domain.tagline))
    st.space("stretch")
    with st.container(horizontal=True, gap="small"):
        if st.button(t("Open"), key=f"open_{domain.key}", type="primary"):
            st.switch_page(f"pages/{domain.key}.py")
        if domain.samples and st.button(
            "▶\u2002" + t("Show me"),
            key=f"show_{domain.key}",
            help=t("A sample goes the whole way by itself, in under a minute."),
        ):
            showme.begin(domain)


def _running(known: int) -> None:
    """Runs at work, looked at again and again; the page is drawn anew when one has ended."""
    lines = [line for line in runs.lines() if not line.state.ended]
    if len(lines) != known:
        st.rerun()
    st.subheader(t("Running now"), anchor=False)
    for line in lines:
        runs.show_line(line)


def _recent(lines: list[runs.Line]) -> None:
    st.subheader(t("Your recent models"), anchor=False)
    if not lines:
        st.markdown(
            t(
                "Nothing here yet. Open a field and choose a file or a sample, or press “Show me” and watch a sample "
                "go the whole way."
            )
        )
    for line in lines[:RECENT]:
        runs.show_line(line)
    if len(lines) > RECENT:
        st.page_link("pages/models.py", label=t("All {n:count} models", n=len(lines)))


def _foot() -> None:
    with st.container(key="foot", horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(t("Your data stay on the computer that runs Vitrine. Nothing is sent anywhere else."))
        st.button(
            t("Present to an audience"),
            key="present",
            type="tertiary",
            on_click=present.enter,
            help=t("Larger type, and the controls hidden."),
        )


show.guarded(page)
