"""What if: one case changed, with its answer, range and reasons at once; the ways to a wanted answer; a whole group."""

from __future__ import annotations

import streamlit as st

from core.deliver.ask.whatif import ask_what_if
from core.engines.base import Run
from core.errors import Problem
from core.plots import whatif as plots
from core.whatif.answer import WhatIf
from core.whatif.scenario import Cell, Start
from core.words import N_
from pages.shared import cut, results, show
from pages.shared.desk import Desk
from pages.shared.language import plain, t, together
from pages.shared.whatif import answer, case, form, group, scenarios, ways
from pages.shared.whatif.answer import View
from pages.shared.whatif.case import Held

TITLE = N_("What if")
PARTS = {
    "one": N_("One case"),
    "ways": N_("What would have to change?"),
    "group": N_("A whole group"),
}
EFFORT = 0.08
"""Seconds that the reasons of one change may take."""


def render(desk: Desk) -> None:
    """The step."""
    run, card = desk.run(), desk.card()
    if run is None or card is None or not run.usable:
        st.info(t("First train a model."))
        return
    desk.seen.add("whatif")
    evaluation, mine = results.evaluation(run), case.held(run)
    st.html(plots.style(show.theme()))
    if mine.goto:
        st.session_state[f"whatif_part_{run.id}"], mine.goto = mine.goto, ""
    part = st.segmented_control(
        t("What would you like to change?"),
        list(PARTS),
        default="one",
        required=True,
        format_func=lambda one: plain(PARTS[one]),
        key=f"whatif_part_{run.id}",
        label_visibility="collapsed",
    )
    if part == "group":
        group.panel(desk, run, card, evaluation)
        return
    case.begin(desk, run, card, evaluation)
    view = View(run, card, evaluation, cut.cutoff(run, evaluation))
    with st.spinner(t("Asking the model …")):
        start = _start(desk, run, mine)
    if start is None:
        return
    if part == "ways":
        begins = t("The case starts from {start}.", start=case.said(run, evaluation, mine.now, start))
        st.markdown(together([begins, _so_far(mine)]))
        ways.panel(desk, run, card, mine.now, lambda changes: _apply(mine, changes))
        return
    st.fragment(show.guarded)(_one, desk, view, mine)
    scenarios.panel(desk, view, mine)


def _one(desk: Desk, view: View, mine: Held) -> None:
    """The form and its answer: one fragment, so that a key press runs only this.

    The answer is had and put into words before anything is drawn: a browser draws in bursts, and each costs it a look
    at the whole page.
    """
    start = _start(desk, view.run, mine)
    if start is None:
        return
    asked = _asked(desk, view, mine)
    said = None if isinstance(asked, Problem) else answer.said(asked, view)
    with st.container(key="whatif_case"):
        with st.container(key="whatif_head", gap="xsmall"):
            if isinstance(asked, Problem):
                show.trouble(asked)
            if said is not None:
                st.html(said.headline, width="stretch")
        if said is not None:
            st.html(said.belief, width="stretch")
        left, right = st.columns([5, 6], gap="large")
        with right:
            _chooser(view)
        with right, st.container(key="whatif_answer", gap="small"):
            if said is not None:
                st.html(said.drawn, width="stretch")
        with left, st.container(key="whatif_form", gap="small"):
            form.tools(mine, case.said(view.run, view.evaluation, mine.now, start), case.ranked(start))
            form.inputs_of(mine, view.run, start)
        with right:
            if not isinstance(asked, Problem):
                answer.whole(asked, view)
            scenarios.keeper(view, mine)
    case.write(mine)


def _asked(desk: Desk, view: View, mine: Held) -> WhatIf | Problem:
    """The answer, or why there is none: the changes stay."""
    try:
        return ask_what_if(desk.resident, view.run, mine.now, label=_label(view), effort=EFFORT, before=False)
    except Problem as problem:
        return problem


def _label(view: View) -> str | None:
    """The class whose chance is explained: as chosen where there are several."""
    if view.evaluation.task != "multiclass":
        return None
    return st.session_state.get(f"whatif_label_{view.run.id}") or None


def _so_far(mine: Held) -> str:
    changes = len(mine.now.changes)
    return t("{n:count} {n:value is/values are} changed so far.", n=changes) if changes else ""


def _chooser(view: View) -> None:
    """For several classes: whose chance the reasons are about."""
    if view.evaluation.task != "multiclass":
        return
    start = plain(N_("the answer of the start"))
    st.selectbox(
        t("Reasons for the chance of"),
        ["", *view.evaluation.classes],
        format_func=lambda label: label or start,
        key=f"whatif_label_{view.run.id}",
    )


def _start(desk: Desk, run: Run, mine: Held) -> Start | None:
    """Where the case starts, asked once; None where it cannot be had, which is said: the changes stay."""
    try:
        return case.start(desk, run, mine.now)
    except Problem as problem:
        show.trouble(problem)
        return None


def _apply(mine: Held, changes: dict[str, Cell]) -> None:
    """Takes changes into the case and goes to it."""
    mine.take(changes)
    mine.goto = "one"
