"""Step 2, goal: what is to be predicted, what needs care, how long it may take."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from core.data.findings import distinct
from core.data.propose import Proposal, propose
from core.data.table import Finding, TableCard
from core.errors import Problem
from core.words import N_, Message
from pages.shared import ask, beforehand, care, expert, means, question, show
from pages.shared.ask import Planned
from pages.shared.desk import Desk
from pages.shared.language import t
from pages.steps import train

TITLE = N_("Goal")
SHOWN = 3
"""Findings on the question shown openly; the rest can be opened."""


def render(desk: Desk) -> None:
    """The step."""
    card = desk.card()
    if card is None:
        return
    proposal = _proposal(desk, card)
    begin(desk, proposal)
    if not question.choose(desk, card, proposal):
        return
    made = _planned(desk)
    if made is not None:
        question.event(desk, made.recipe.task)
        care.costs(desk, made.recipe.task)
        _findings(desk, made)
    if desk.draft.goal:
        care.columns(desk, card, proposal)
    if made is not None:
        fine = means.choose(desk)
        _spare(card, made)
        expert.panel(desk, card, made.recipe)
        if fine:
            _train(desk, card, made)


def _proposal(desk: Desk, card: TableCard) -> Proposal:
    """What the field suggests for the table, found once: a wide table has thousands of names to recognise."""
    key = (card.id, desk.domain.key)
    held: tuple[tuple[str, str], Proposal] | None = st.session_state.get("proposal")
    if held is None or held[0] != key:
        held = (key, propose(card, desk.domain))
        st.session_state["proposal"] = held
    return held[1]


def begin(desk: Desk, proposal: Proposal) -> None:
    """Takes up what the field proposes, where nothing was chosen yet."""
    if desk.draft.goal is None and proposal.goals:
        desk.choose(
            goal=str(proposal.goals[0][0]),
            sensitive=proposal.sensitive,
            group=proposal.group or "",
            time=proposal.time or "",
        )


def _planned(desk: Desk) -> Planned | None:
    try:
        return ask.planned(desk)
    except Problem as problem:
        show.trouble(problem)
        return None


def _findings(desk: Desk, made: Planned) -> None:
    findings = distinct(made.findings)
    urgent = [finding for finding in findings if finding.severity != "note"]
    notes = [finding for finding in findings if finding.severity == "note"]
    urgent.sort(key=lambda finding: finding.code == "leak" and finding.severity != "stop")
    _urgent(desk, urgent[:SHOWN], "goal")
    if urgent[SHOWN:]:
        with st.expander(t("{n:count} more to check", n=len(urgent) - SHOWN), key=f"goal_more_{desk.table}"):
            _urgent(desk, urgent[SHOWN:], "goal_more")
    if notes:
        with st.expander(t("{n:count} {n:note/notes}", n=len(notes)), key="goal_notes"):
            for place, finding in enumerate(notes):
                show.finding(finding, f"goal_note_{place}")


def _urgent(desk: Desk, findings: list[Finding], key: str) -> None:
    for place, finding in enumerate(findings):
        show.finding(_heard(desk, finding), f"{key}_{place}", answer=partial(_answer, desk))


def _heard(desk: Desk, finding: Finding) -> Finding:
    """A leak as it stands now: set aside, which stops nobody, or used because the analyst overruled it."""
    reason = desk.draft.overrules.get(finding.column or "", "")
    if finding.code == "leak_ask":
        return replace(finding, cure=Message(N_("Leave it out unless it is known before the answer is.")))
    if finding.code != "leak":
        return finding
    if not reason:
        return replace(finding, severity="warning")
    text = N_("Column {column} is used although it gives the answer away, because you wrote: “{reason}”.")
    return replace(finding, severity="note", message=Message(text, {"column": finding.column, "reason": reason}))


def _answer(desk: Desk, finding: Finding, key: str) -> None:
    """What the analyst may answer to a leak: use the column all the same, with a reason, or leave it out."""
    name = finding.column
    if name is None or finding.code not in ("leak", "leak_ask"):
        return
    draft = desk.draft
    if finding.code == "leak_ask":
        if name not in draft.drop:
            st.button(
                t("Leave {column} out", column=name),
                key=f"out_{key}",
                on_click=show.guarded,
                args=(_leave_out, desk, name),
            )
        return
    given = draft.overrules.get(name, "")
    with st.expander(t("Use {column} all the same", column=name), key=f"use_{key}", expanded=bool(given)):
        reason = st.text_input(
            t("Why is it known before the answer is? This is kept with the model."), given, key=f"why_{key}"
        )
        if reason.strip() != given:
            kept = {other: why for other, why in draft.overrules.items() if other != name}
            desk.choose(overrules={**kept, name: reason.strip()} if reason.strip() else kept)
            st.rerun()


def _leave_out(desk: Desk, name: str) -> None:
    desk.choose(drop=(*desk.draft.drop, name))


def _spare(card: TableCard, made: Planned) -> None:
    """Many rows without an answer can still teach the net; said where it is not asked for yet."""
    spare, wanted = beforehand.unanswered(card, made.recipe), made.recipe.pretraining
    if spare < max(beforehand.MANY, card.rows - spare) or (wanted is not None and wanted.rows):
        return
    if "net" in made.recipe.members:
        st.info(
            t(
                "{n:count} of {all:count} rows have no answer. The neural net can learn from them too: see “Learning "
                "beforehand” for experts.",
                n=spare,
                all=card.rows,
            )
        )


def _train(desk: Desk, card: TableCard, made: Planned) -> None:
    task = made.recipe.task
    st.divider()
    with st.container(horizontal=True, vertical_alignment="center", key="goal_ready"):
        st.markdown(
            t(
                "From {columns:count} {columns:column/columns} of {rows:count} rows, predict **{goal}**.",
                columns=len(task.features),
                rows=card.rows,
                goal=str(task.goal),
            ),
            width="stretch",
        )
        pressed = st.button(t("Train"), type="primary", key="goal_train")
    if pressed:
        desk.keep(ask.confirmed(desk))
        train.start(desk, made.recipe)
        desk.go("train")
