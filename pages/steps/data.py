"""Step 1, data: a file, a sample or an earlier table; what was read how; what was noticed; what is used as what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.data.findings import distinct
from core.data.table import Finding, Repair, TableCard
from core.settings import settings
from core.words import N_
from pages.shared import ask, columns, intake, mend, show, watch
from pages.shared.desk import Desk
from pages.shared.language import literal, plain, t

TITLE = N_("Data")
FINDINGS = 4
"""Shown openly; the rest can be opened."""


def render(desk: Desk) -> None:
    """The step."""
    reading = desk.reading()
    card = desk.card()
    if reading is not None:
        if not reading.state().ended:
            watch.live(reading, desk.processes, compact=True)
            return
        if (reading.table / "table.json").exists():
            intake.settle(desk, reading)
        intake.failure(desk, reading)
        ask.retry(desk, reading)
    if card is None:
        _choose(desk)
    else:
        _table(desk, card)


# -- nothing is there yet ---------------------------------------------------------------------------------------------


def _choose(desk: Desk) -> None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        _upload(desk)
    with right:
        _samples(desk)
    _earlier(desk)


def _upload(desk: Desk) -> None:
    st.subheader(t("Your file"), anchor=False)
    st.markdown(
        t(
            "A table with one row for each {case}. CSV and other text tables, Excel (XLSX, XLS) or Parquet, up to "
            "{limit:bytes}. Several files with the same columns become one table.",
            case=plain(desk.domain.case),
            limit=settings().upload_bytes,
        )
    )
    turn = st.session_state.setdefault("upload_turn", 0)
    files = st.file_uploader(
        t("Drop files here, or choose them"),
        type=None,  # files are told by what is in them; what is no table is refused in words
        accept_multiple_files=True,
        key=f"upload_{desk.domain.key}_{turn}",
        label_visibility="collapsed",
    )
    st.caption(t("The file stays on the computer that runs Vitrine."))
    if files:
        intake.take(desk, files)
        st.session_state["upload_turn"] = turn + 1
        st.rerun()


def _samples(desk: Desk) -> None:
    if not desk.domain.samples:
        return
    st.subheader(t("Or a sample"), anchor=False)
    for sample in desk.domain.samples:
        with st.container(border=True, key=f"card_sample_{sample.key}"):
            st.markdown(f"**{t(sample.title)}**{_origin(sample.made_up)}")
            st.caption(t(sample.note))
            st.button(
                t("Use this sample"),
                key=f"sample_{sample.key}",
                on_click=show.guarded,
                args=(intake.take_sample, desk, sample),
            )


def _origin(made_up: bool) -> str:
    """A badge for generated data: said wherever they appear."""
    return "\u2002" + show.badge(plain(N_("made-up data")), "violet") if made_up else ""


def _earlier(desk: Desk) -> None:
    cards = [card for card in desk.store.tables() if card.domain in ("", desk.domain.key)]
    if not cards:
        return
    st.subheader(t("Or data you have used before"), anchor=False)
    for card in cards[:8]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"earlier_{card.id}"):
            st.markdown(f"**{literal(card.name)}**\u2002{_size(card)}", width="stretch")
            _button(t("Use"), f"use_{card.id}", desk.lay_table, card.id)
            _delete(desk, card, f"earlier_{card.id}")


def _size(card: TableCard) -> str:
    return t(
        "{rows:count} {rows:row/rows}, {columns:count} {columns:column/columns}, {day:date}",
        rows=card.rows,
        columns=len(card.schema.columns),
        day=show.moment(card.created),
    )


def _delete(desk: Desk, card: TableCard, key: str) -> None:
    with st.popover(t("Delete"), key=f"delete_{key}"):
        made = len([run for run in desk.store.dependents(card.id) if run.request().verb == "train"])
        st.caption(
            t(
                "Deletes this data set, the uploaded file and {n:count} {n:model/models} made from it. It cannot be "
                "undone.",
                n=made,
            )
        )
        _button(t("Delete this data set"), f"really_{key}", _really, desk, card.id)


def _really(desk: Desk, table: str) -> None:
    desk.store.delete_table(table)
    if desk.table == table:
        desk.lay_table(None)


# -- a table lies on the desk -----------------------------------------------------------------------------------------


def _table(desk: Desk, card: TableCard) -> None:
    _headline(desk, card)
    ask.names(desk, card)
    _findings(desk, card)
    _repairs(desk)
    mend.own(desk, card)
    st.subheader(t("What is used as what"), anchor=False)
    st.caption(t("Correct a kind where it is wrong: click the cell under “Used as”."))
    columns.table(desk, card)
    st.subheader(t("Look at a column"), anchor=False)
    columns.chart(card)
    with st.expander(t("The first rows"), key=f"rows_{card.id}", on_change="rerun") as rows:
        if rows.open:
            columns.preview(desk, card)
    with st.expander(t("How the file was read"), key=f"how_{card.id}", on_change="rerun") as how:
        if how.open:
            ask.reading(desk, card)


def _headline(desk: Desk, card: TableCard) -> None:
    words, doors = st.columns([5, 2], vertical_alignment="center")
    with words:
        st.markdown(f"### {literal(card.name)}{_origin(card.made_up)}")
        st.markdown(_verdict(card))
    with doors, st.container(horizontal=True, horizontal_alignment="right", gap="small", key="control_data"):
        _button(t("Use other data"), "other_data", _other, desk)
        _delete(desk, card, card.id)


def _other(desk: Desk) -> None:
    desk.lay_reading(None)
    desk.lay_table(None)


def _verdict(card: TableCard) -> str:
    facts = {"rows": card.rows, "columns": len(card.schema.columns)}
    severities = [finding.severity for finding in distinct(card.findings)]
    stops, checks = severities.count("stop"), severities.count("warning")
    if stops:
        return t(
            "{rows:count} rows and {columns:count} columns were read. {n:count} {n:thing/things} must be settled "
            "before you go on.",
            **facts,
            n=stops,
        )
    if checks:
        return t(
            "{rows:count} rows and {columns:count} columns were read. {n:count} {n:thing/things} should be checked.",
            **facts,
            n=checks,
        )
    return t("{rows:count} rows and {columns:count} columns were read. Nothing needs your attention.", **facts)


def _findings(desk: Desk, card: TableCard) -> None:
    taken = desk.draft.repairs
    findings = distinct(card.findings)
    urgent = [finding for finding in findings if finding.severity != "note"]
    notes = [finding for finding in findings if finding.severity == "note"]
    _list(desk, urgent[:FINDINGS], taken, "urgent")
    rest = urgent[FINDINGS:]
    if rest:
        with st.expander(t("{n:count} more to check", n=len(rest)), key=f"more_{card.id}"):
            _list(desk, rest, taken, "more")
    if notes:
        with st.expander(t("{n:count} {n:note/notes}", n=len(notes)), key=f"notes_{card.id}"):
            _list(desk, notes, taken, "note")


def _list(desk: Desk, findings: list[Finding], taken: tuple[Repair, ...], key: str) -> None:
    def offer(repair: Repair) -> None:
        desk.choose(repairs=(*desk.draft.repairs, repair))

    for number, finding in enumerate(findings):
        show.finding(finding, f"{key}_{number}", offer, taken)


def _repairs(desk: Desk) -> None:
    repairs = desk.draft.repairs
    if not repairs:
        return
    st.markdown(t("**Repairs that will be made, here and in every later file**"))
    for number, repair in enumerate(repairs):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"repair_{number}"):
            st.markdown(f"✓\u2002{show.repair_words(repair)}", width="stretch")
            _button(t("Undo"), f"undo_{number}", _undo, desk, number)


def _undo(desk: Desk, number: int) -> None:
    repairs = desk.draft.repairs
    desk.choose(repairs=repairs[:number] + repairs[number + 1 :])


def _button(label: str, key: str, does: Callable[..., object], *arguments: Any) -> None:
    st.button(label, key=key, on_click=show.guarded, args=(does, *arguments))
