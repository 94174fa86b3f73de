"""How long training may take, and what it may use: the two choices that everybody sees."""

from __future__ import annotations

import streamlit as st

from core.deliver.budget import budget, largest
from core.deliver.knobs import members_of
from core.errors import Problem
from core.learn.recipe import MEMBERS
from core.settings import settings
from core.words import N_
from pages.shared import names, show
from pages.shared.desk import Desk
from pages.shared.language import plain, t

BUDGETS = (15.0, 60.0, 300.0, 900.0)
"""Seconds offered with one click."""
BEST, SIMPLE, NET, OWN = "best", "simple", "net", "own"
USES = {BEST: None, SIMPLE: ("simple",), NET: ("net",)}
TITLES = {
    BEST: N_("Whatever answers best (recommended)"),
    SIMPLE: N_("The simple model only"),
    NET: N_("A neural net (torch) only"),
    OWN: N_("Let me choose"),
}
NOTES = {
    BEST: N_("Several learners are tried; the blend that does best on rows held back is kept."),
    SIMPLE: N_("One weight for each column: the easiest to explain, often nearly as good."),
    NET: N_("Nothing but a net, with all its settings below."),
    OWN: N_("Pick the learners yourself."),
}


def choose(desk: Desk) -> bool:
    """Both choices; they go to the desk. False where the time is not one, so that nothing can start."""
    left, right = st.columns(2, gap="large")
    with left:
        fine = _time(desk)
    with right:
        _uses(desk)
    return fine


def _time(desk: Desk) -> bool:
    st.subheader(t("How long may it take?"), anchor=False)
    now = desk.draft.time_budget_seconds or settings().time_budget_seconds
    quick = st.segmented_control(
        t("At most this long; it ends sooner where more time would not help"),
        [seconds for seconds in BUDGETS if seconds <= largest()],
        default=now if now in BUDGETS else None,
        format_func=lambda seconds: plain("{s:seconds}", s=seconds),
        key=f"budget_{desk.table}_{now:g}",
    )
    said = st.text_input(
        t("or in seconds"),
        f"{now:g}",
        key=f"budget_said_{desk.table}_{now:g}",
        max_chars=40,
        width=200,
        help=t("From 1 second to {largest:seconds}. “2 min” and “1 hour” are understood too.", largest=largest()),
    )
    try:
        chosen = budget(quick if quick is not None and quick != now else said)
    except Problem as problem:
        show.trouble(problem)
        return False
    if abs(chosen - now) > 1e-9:
        desk.choose(time_budget_seconds=chosen)
        st.rerun()
    return True


def _uses(desk: Desk) -> None:
    st.subheader(t("What may be used?"), anchor=False)
    now = use_of(desk)
    chosen = st.radio(
        t("What may be used?"),
        list(TITLES),
        index=list(TITLES).index(now),
        format_func=lambda use: plain(TITLES[use]),
        captions=[plain(NOTES[use]) for use in TITLES],
        key=f"use_{desk.table}_{now}",
        label_visibility="collapsed",
    )
    if chosen != now:
        members = members_of(desk.draft.members) if chosen == OWN else USES[chosen]
        desk.choose(members=members, choosing=chosen == OWN)
        st.rerun()
    if now == OWN:
        _learners(desk)


def use_of(desk: Desk) -> str:
    """Which of the choices the learners on the desk are."""
    members = members_of(desk.draft.members)
    if desk.draft.choosing:
        return OWN
    return next((use for use, meant in USES.items() if members == (meant or MEMBERS)), OWN)


def _learners(desk: Desk) -> None:
    now = members_of(desk.draft.members)
    chosen = st.pills(
        t("Learners"),
        MEMBERS,
        selection_mode="multi",
        default=now,
        format_func=lambda name: plain(names.MEMBERS[name]),
        key=f"members_{desk.table}_{'_'.join(now)}",
    )
    if not chosen:
        st.caption(t("At least one is needed; the last choice stays."))
    elif set(chosen) != set(now):
        desk.choose(members=tuple(name for name in MEMBERS if name in chosen), choosing=True)
        st.rerun()
