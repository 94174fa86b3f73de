"""Scenarios that were kept: side by side, renamed, opened again, in files that open again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from core.deliver.ask.whatif import ask_what_if
from core.deliver.whatif import Version, sheet
from core.errors import Problem
from core.plots import inputs
from core.plots import whatif as plots
from core.plots.whatif import Line
from core.whatif import keep
from core.whatif.answer import WhatIf
from core.whatif.scenario import Cell, Scenario, Start
from core.words import N_
from pages.shared import chart, show
from pages.shared.desk import Desk
from pages.shared.language import language, plain, t, tell
from pages.shared.whatif import answer, case
from pages.shared.whatif.answer import View
from pages.shared.whatif.case import Held

MOST = 12
"""Scenarios kept side by side."""
LETTERS = 60
"""Of a name."""
EFFORT = 1.0
"""Seconds that the reasons of a scenario in a sheet may take."""


@dataclass(frozen=True, eq=False)
class Side:
    """A scenario with its start and its answer; without where it has none any more."""

    scenario: Scenario
    start: Start | None
    found: WhatIf | None
    trouble: str = ""

    def cell(self, column: str) -> Cell:
        """What stands in a column."""
        cells = {} if self.start is None else self.start.cells
        return self.scenario.changes.get(column, cells.get(column))


def keeper(view: View, mine: Held) -> None:
    """A name and a button that keeps the case as it is now."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="control_whatif_keep"):
        name = st.text_input(
            t("Name of the scenario"),
            placeholder=plain(fresh(mine)),
            max_chars=LETTERS,
            key=f"whatif_name_{view.run.id}",
        )
        full = len(mine.kept) >= MOST
        if st.button(t("Keep as scenario"), key="whatif_keep", disabled=full, on_click=_keep, args=(mine, name)):
            st.session_state.pop(f"whatif_name_{view.run.id}", None)
            st.rerun()
    if full:
        st.caption(t("{n:count} scenarios are kept, the most there is room for: delete one first.", n=MOST))


def fresh(mine: Held) -> str:
    """A name that no scenario has yet."""
    taken = {one.name for one in mine.kept}
    names = (plain(N_("Scenario {n:count}"), n=number) for number in range(1, MOST + 2))
    return next(name for name in names if name not in taken)


def _keep(mine: Held, name: str) -> None:
    said = name.strip() or fresh(mine)
    mine.kept = [*(one for one in mine.kept if one.name != said), replace(mine.now, name=said)]


def panel(desk: Desk, view: View, mine: Held) -> None:
    """All that was kept."""
    chart.title(t("Scenarios side by side"))
    if not mine.kept:
        st.caption(t("None is kept yet. Change the case above, give it a name and keep it; then change it again."))
    else:
        sides = [_side(desk, view, scenario) for scenario in mine.kept]
        st.html(plots.sides([one.scenario.name for one in sides], lines(sides, view), show.theme()))
        for side in sides:
            if side.trouble:
                st.warning(side.trouble)
        _manage(view, mine)
    _files(desk, view, mine)


def _side(desk: Desk, view: View, scenario: Scenario) -> Side:
    """The scenario with its answer, which is asked for once."""
    made: dict[str, Side] = st.session_state.setdefault(f"whatif_sides_{view.run.id}", {})
    key = keep.to_text([replace(scenario, name="")])
    if key not in made:
        try:
            start = case.start(desk, view.run, scenario)
            made[key] = Side(scenario, start, ask_what_if(desk.resident, view.run, scenario, effort=0.0, before=False))
        except Problem as problem:
            return Side(scenario, None, None, tell(problem.message))
    return replace(made[key], scenario=scenario)


def lines(sides: list[Side], view: View) -> list[Line]:
    """The answer of each, then every column in which they differ from each other or from their starts."""
    theme, lines = show.theme(), [_line(N_("The answer"), sides, lambda found: view.short(found.after.values))]
    lines.append(_line(N_("The truth is likely"), sides, lambda found: answer.likely(found.after.interval, view)))
    lines.append(_line(N_("How usual"), sides, lambda found: plain(plots.VERDICTS[found.support.verdict])))
    starts = tuple(plain(case.said(view.run, view.evaluation, one.scenario, one.start)) for one in sides)
    lines.append(Line(plain(N_("Starts from")), starts))
    fields = next((one.start.fields for one in sides if one.start is not None), ())
    for field in fields:
        cells = [one.cell(field.column) for one in sides]
        changed = tuple(field.column in one.scenario.changes for one in sides)
        if any(changed) or any(cell != cells[0] for cell in cells):
            lines.append(Line(field.column, tuple(inputs.written(cell, field, theme) for cell in cells), changed))
    return lines


def _line(name: str, sides: list[Side], say: Callable[[WhatIf], str]) -> Line:
    said = [plain(N_("no answer")) if one.found is None or one.found.withheld else say(one.found) for one in sides]
    return Line(plain(name), tuple(said))


def _manage(view: View, mine: Held) -> None:
    """A line for each: its name, open it, delete it."""
    with st.popover(t("Rename, open or delete"), key=f"whatif_manage_{view.run.id}"):
        for place, scenario in enumerate(mine.kept):
            with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
                key = f"whatif_rename_{view.run.id}_{place}"
                if st.session_state.get(key) != scenario.name:
                    st.session_state[key] = scenario.name
                st.text_input(
                    t("Name of the scenario"),
                    key=key,
                    label_visibility="collapsed",
                    max_chars=LETTERS,
                    on_change=_rename,
                    args=(mine, place, key),
                )
                st.button(t("Open"), key=f"whatif_open_{place}", on_click=case.open_one, args=(mine, scenario))
                st.button(t("Delete"), key=f"whatif_delete_{place}", on_click=_delete, args=(mine, place))


def _rename(mine: Held, place: int, key: str) -> None:
    name = str(st.session_state[key]).strip()
    if name and name not in {one.name for one in mine.kept}:
        mine.kept = [replace(one, name=name) if at == place else one for at, one in enumerate(mine.kept)]


def _delete(mine: Held, place: int) -> None:
    mine.kept = [one for at, one in enumerate(mine.kept) if at != place]


def _files(desk: Desk, view: View, mine: Held) -> None:
    """Out: as a file that opens again, and as a sheet. In: such a file."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="control_whatif_files"):
        st.download_button(
            t("Scenarios (file that opens again)"),
            data=lambda: keep.to_file(mine.kept or [mine.now]),
            file_name="scenarios.json",
            mime="application/json",
            key=f"whatif_json_{view.run.id}",
            on_click="ignore",
            type="tertiary",
        )
        st.download_button(
            t("Sheet (XLSX)"),
            data=lambda: workbook(desk, view, mine.kept or [mine.now]),
            file_name="scenarios.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            key=f"whatif_xlsx_{view.run.id}",
            on_click="ignore",
            type="tertiary",
        )
        with st.popover(t("Open a file"), type="tertiary", key=f"whatif_file_{view.run.id}"):
            given = st.file_uploader(t("A file of scenarios that was saved here"), key=f"whatif_upload_{view.run.id}")
            show.guarded(_take, view, mine, given)


def workbook(desk: Desk, view: View, every: list[Scenario]) -> bytes:
    """The scenarios as a sheet, each with its answer and reasons."""
    versions = []
    for scenario in every:
        found = ask_what_if(desk.resident, view.run, scenario, effort=EFFORT, before=False)
        versions.append(Version(scenario, case.start(desk, view.run, scenario), found))
    return sheet(versions, language())


def _take(view: View, mine: Held, given: Any) -> None:
    """Opens a file once: the first scenario is shown, all are kept."""
    if given is None or given.file_id == mine.file:
        return
    mine.file = given.file_id
    found = case.known(mine, keep.from_file(given.getvalue()), view.evaluation, view.card)
    named = {one.name: one for one in (*mine.kept, *found)}
    mine.kept = list(named.values())[:MOST]
    case.open_one(mine, found[0])
    st.rerun()
