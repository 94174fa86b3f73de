"""What lies before an analyst in one field: a table, a question, a recipe, a run.

Laying down a new thing clears all that was made after it. The table, the run and the step are in the address, so that
a reload, a link and a second tab come back to the same place; what was chosen but not yet trained is kept beside the
table on disk.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from core import values
from core.data.table import Kind, Repair, TableCard
from core.data.task import TaskKind
from core.deliver.store import Store
from core.domains.domain import Domain
from core.engines.base import Run
from core.engines.processes import Processes
from core.engines.resident import Resident
from core.errors import Problem
from core.learn.recipe import Net, Recipe
from core.values import from_json, to_json
from pages.shared import rooms

_DRAFT = "draft.json"


@dataclass(frozen=True)
class Draft:
    """What the analyst has chosen for a table; None leaves it to the field's proposal."""

    repairs: tuple[Repair, ...] = ()
    kinds: dict[str, Kind] = field(default_factory=dict)
    goal: str | None = None
    """As ``core.data.goal.parse_goal`` reads it."""
    kind: TaskKind | None = None
    positive: str | None = None
    sensitive: tuple[str, ...] | None = None
    group: str | None = None
    """Empty: no column repeats, said by the analyst."""
    time: str | None = None
    drop: tuple[str, ...] = ()
    cost_miss: float | None = None
    cost_alarm: float | None = None
    overrules: dict[str, str] = field(default_factory=dict)
    time_budget_seconds: float | None = None
    members: tuple[str, ...] | None = None
    net: Net = field(default_factory=Net)
    class_weights: bool = False
    seed: int = 0
    ready: bool = False
    """The goal was confirmed."""


class Desk:
    """The session's state in one field of work."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self._held: dict[str, Any] = st.session_state.setdefault(f"desk_{domain.key}", {})
        self._from_address()

    @property
    def store(self) -> Store:
        """The owner's tables and runs."""
        return rooms.store()

    @property
    def processes(self) -> Processes:
        """The one scheduler of this server."""
        return rooms.processes()

    @property
    def resident(self) -> Resident:
        """Answers at once for open models."""
        return rooms.resident()

    # -- where one is ------------------------------------------------------------------------------------------------

    @property
    def step(self) -> str:
        """Key of the step in the address; empty where there is none."""
        return st.query_params.get("step", "")

    @property
    def seen(self) -> set[str]:
        """Steps that were opened for the run on the desk."""
        seen: set[str] = self._held.setdefault("seen", set())
        return seen

    def go(self, step: str) -> None:
        """Opens a step."""
        st.query_params["step"] = step
        st.rerun()

    # -- the table ---------------------------------------------------------------------------------------------------

    @property
    def table(self) -> str | None:
        """Id of the table on the desk."""
        return self._held.get("table")

    def card(self) -> TableCard | None:
        """What is known about the table; None where there is none (any more)."""
        if self.table is None:
            return None
        try:
            return self.store.card(self.table)
        except (Problem, FileNotFoundError):
            self.lay_table(None)
            return None

    def lay_table(self, table: str | None) -> None:
        """Lays a table down; the choices and the run of another table are gone from the desk (not from the store)."""
        if table != self.table:
            self.lay_run(None)
        self._hold("table", table)

    # -- what was chosen ---------------------------------------------------------------------------------------------

    @property
    def draft(self) -> Draft:
        """What was chosen for the table on the desk."""
        if self.table is None:
            return Draft()
        path = self.store.table(self.table) / _DRAFT
        try:
            return from_json(Draft, path.read_bytes())
        except (OSError, Problem):
            return Draft()

    def choose(self, **changes: Any) -> Draft:
        """Changes choices. Whatever the answer depends on takes the confirmation of the goal back."""
        changes.setdefault("ready", False)
        draft = replace(self.draft, **changes)
        if self.table is not None:
            values.replace(self.store.table(self.table) / _DRAFT, to_json(draft))
        return draft

    # -- the run -----------------------------------------------------------------------------------------------------

    def run(self) -> Run | None:
        """The run on the desk; None where there is none (any more)."""
        name = self._held.get("run")
        if name is None:
            return None
        try:
            return self.store.run(name)
        except (Problem, FileNotFoundError):
            self.lay_run(None)
            return None

    def lay_run(self, run: str | None) -> None:
        """Lays a run down."""
        if run != self._held.get("run"):
            self._held.pop("seen", None)
        self._hold("run", run)

    def recipe(self) -> Recipe | None:
        """The recipe of the run on the desk."""
        run = self.run()
        return None if run is None else recipe_of(run)

    # -- the address -------------------------------------------------------------------------------------------------

    def _hold(self, name: str, value: str | None) -> None:
        if value is None:
            self._held.pop(name, None)
            st.query_params.pop(name, None)
        else:
            self._held[name] = value
            st.query_params[name] = value

    def _from_address(self) -> None:
        run, table = st.query_params.get("run"), st.query_params.get("table")
        if run and run != self._held.get("run"):
            self._open_run(run)
        elif table and table != self.table:
            self._open_table(table)
        for name in ("table", "run"):
            if name in self._held and st.query_params.get(name) != self._held[name]:
                st.query_params[name] = self._held[name]

    def _open_run(self, name: str) -> None:
        run = self.store.run(name)
        self._held.clear()
        self._hold("table", run.table.name)
        self._hold("run", name)

    def _open_table(self, name: str) -> None:
        self.store.card(name)
        self._held.clear()
        self._hold("table", name)


def recipe_of(run: Run) -> Recipe:
    """The recipe that a training run was asked to follow."""
    return from_json(Recipe, to_json(run.request().arguments["recipe"]))
