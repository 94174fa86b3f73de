"""What needs care: the costs of the two errors, sensitive columns, who repeats, what comes later, what is left out."""

from __future__ import annotations

import streamlit as st

from core.data.costs import costs as costs_of
from core.data.propose import Proposal
from core.data.table import TableCard
from core.data.task import Task
from core.words import N_
from pages.shared import results
from pages.shared.desk import Desk
from pages.shared.language import literal, plain, t, tell

MOST = 10_000.0
"""Times that one mistake may be as bad as the other."""


def costs(desk: Desk, task: Task) -> None:
    """Which of the two mistakes is worse, and how many times: asked in words, for a ratio below one says nothing."""
    if task.kind != "binary":
        return
    event = results.event_of(task.goal, str(task.positive))
    key = f"{desk.table}_{desk.draft.goal}_{task.positive}"
    said = {
        "miss": t("To miss one: “{event}” is true, and the model does not say so", event=event),
        "alarm": t("To name one wrongly: the model says “{event}”, and it is not so", event=event),
    }
    left, right = st.columns([3, 2], gap="large", vertical_alignment="bottom")
    with left:
        worse = st.radio(
            t("Which mistake is worse?"),
            list(said),
            index=int(task.cost_alarm > task.cost_miss),
            format_func=said.__getitem__,
            key=f"worse_{key}",
        )
    with right:
        now = max(task.cost_miss, task.cost_alarm) / max(min(task.cost_miss, task.cost_alarm), 1e-9)
        times = st.number_input(
            t("How many times as bad as the other?"),
            1.0,
            MOST,
            min(round(now, 3), MOST),
            key=f"costs_{key}",
            format="%g",
        )
    why = costs_of(task.goal, task.classes, desk.domain)[2]
    if why is not None:
        st.caption(tell(why))
    chosen = (times, 1.0) if worse == "miss" else (1.0, times)
    if abs(chosen[0] / chosen[1] - task.cost_miss / max(task.cost_alarm, 1e-9)) > 1e-3:
        desk.choose(cost_miss=chosen[0], cost_alarm=chosen[1])
        st.rerun()


def columns(desk: Desk, card: TableCard, proposal: Proposal) -> None:
    """Sensitive columns, groups, time and columns to leave out, each with the field's reason."""
    draft, target = desk.draft, _column_of(desk)
    others = [name for name in card.schema.names if name != target]
    st.subheader(t("What needs care?"), anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        _several(
            desk,
            "sensitive",
            t("Sensitive columns: is the model as good for everyone?"),
            others,
            draft.sensitive or (),
            t("They may be used to predict; fairness is looked at for each."),
        )
        _reasons(proposal, draft.sensitive or ())
        _several(
            desk,
            "drop",
            t("Columns to leave out"),
            others,
            draft.drop,
            t("For instance what is known only after the answer is, or what must not count."),
        )
    with right:
        _one(
            desk,
            "group",
            t("Who or what repeats?"),
            others,
            t("Rows of one person or thing stay together when rows are held back for the test."),
        )
        _reasons(proposal, (draft.group or "",))
        _one(desk, "time", t("What says which rows are later?"), others, t("Then the latest rows are the test."))
        _reasons(proposal, (draft.time or "",))


def _column_of(desk: Desk) -> str:
    goal, card = desk.draft.goal or "", desk.card()
    names_by_length = sorted(card.schema.names if card else (), key=len, reverse=True)
    return next((name for name in names_by_length if goal.startswith(name)), "")


def _several(desk: Desk, name: str, label: str, options: list[str], now: tuple[str, ...], help_: str) -> None:
    key = f"{name}_{desk.table}_{desk.draft.goal}"
    chosen = st.multiselect(
        label,
        options,
        [one for one in now if one in options],
        key=key,
        help=help_,
        placeholder=plain(N_("None")),
        wrap=True,
    )
    if set(chosen) != set(now) & set(options):
        desk.choose(**{name: tuple(chosen)})
        st.rerun()


def _one(desk: Desk, name: str, label: str, options: list[str], help_: str) -> None:
    now = getattr(desk.draft, name) or ""
    choices = ["", *options]
    chosen = st.selectbox(
        label,
        choices,
        choices.index(now) if now in choices else 0,
        key=f"{name}_{desk.table}_{desk.draft.goal}",
        format_func=lambda one: one or plain(N_("Nothing")),
        help=help_,
    )
    if chosen != now:
        desk.choose(**{name: chosen})
        st.rerun()


def _reasons(proposal: Proposal, shown: tuple[str, ...]) -> None:
    """The field's reasons; one reason for several columns is said once."""
    by_reason: dict[str, list[str]] = {}
    for name in shown:
        if name in proposal.why:
            by_reason.setdefault(tell(proposal.why[name]), []).append(name)
    lines = [f"**{literal(', '.join(columns_))}**: {reason}" for reason, columns_ in by_reason.items()]
    if len(lines) == 1:
        st.caption(lines[0])
    elif lines:
        with st.popover(t("Why these?"), type="tertiary"):
            for line in lines:
                st.caption(line)
