"""What lies before an analyst in one field: a table, a question, a recipe, a run.

Laying down a new thing clears all that was made after it. The table, the run and the step are in the address, so that
a reload, a link and a second tab come back to the same place; what was chosen but not yet trained is kept beside the
table on disk.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from core import values
from core.data import keep
from core.data.table import Kind, Repair, TableCard
from core.data.task import TaskKind
from core.deliver.knobs import members_of
from core.deliver.store import Store
from core.domains.domain import Domain
from core.engines.base import Run
from core.engines.processes import Processes
from core.engines.resident import Resident
from core.errors import Problem
from core.learn.recipe import Encoder, Net, Pretraining, Recipe, Search
from core.values import from_json, to_json
from core.words import N_
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
    """Of ``core.learn.recipe.MEMBERS``; those of an earlier version that are gone count as not chosen."""
    choosing: bool = False
    """The learners are chosen one by one, even where these are all there are."""
    net: Net = field(default_factory=Net)
    search: Search | None = None
    encoder: Encoder | None = None
    pretraining: Pretraining | None = None
    class_weights: bool = False
    seed: int = 0
    named: bool = False
    """The columns of a file without names were named."""
    ready: bool = False
    """The goal was confirmed."""


@lru_cache(maxsize=64)
def _card(folder: Path, changed: int) -> TableCard:
    """The card as it stood when its file was last changed: a wide table's takes a while to open."""
    return keep.card(folder)


class Desk:
    """The session's state in one field of work."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self._held: dict[str, Any] = st.session_state.setdefault(f"desk_{domain.key}", {})
        self.lost: Problem | None = None
        """What the address asked for, but is not there."""
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
        folder = self.store.table_folder(self.table)
        try:
            return _card(folder, (folder / "table.json").stat().st_mtime_ns)
        except (Problem, OSError):
            self.lost = Problem(N_("This data set is no longer there: it was deleted. Choose other data."))
            self.lay_table(None)
            return None

    def lay_table(self, table: str | None) -> None:
        """Lays a table down; the choices and the run of another table are gone from the desk (not from the store)."""
        if table != self.table:
            self.lay_run(None)
        self._hold("table", table)

    def reading(self) -> Run | None:
        """The reading under way, or that failed; None where there is none."""
        name = self._held.get("reading")
        if name is None:
            return None
        try:
            return self.store.run(name)
        except Problem:
            self.lay_reading(None)
            return None

    def lay_reading(self, run: str | None) -> None:
        """Lays a reading down; the table it makes follows."""
        self._hold("reading", run)

    # -- what was chosen ---------------------------------------------------------------------------------------------

    @property
    def draft(self) -> Draft:
        """What was chosen for the table on the desk."""
        return Draft() if self.table is None else self.draft_of(self.table)

    def draft_of(self, table: str) -> Draft:
        """What was chosen for a table."""
        path = self.store.table_folder(table) / _DRAFT
        try:
            return from_json(Draft, path.read_bytes())
        except (OSError, Problem):
            return Draft()

    def choose(self, **changes: Any) -> None:
        """Changes choices; a run made from others leaves the desk (it stays among the models)."""
        self.lay_run(None)
        self.keep(replace(self.draft, **{"ready": False, **changes}))

    def keep(self, draft: Draft, table: str | None = None) -> None:
        """Stores choices beside a table, the one on the desk unless said otherwise."""
        name = table or self.table
        if name is not None:
            values.replace(self.store.table_folder(name) / _DRAFT, to_json(draft))

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
            if name in st.query_params:
                del st.query_params[name]
        else:
            self._held[name] = value
            if st.query_params.get(name) != value:
                st.query_params[name] = value

    def _from_address(self) -> None:
        run, table = st.query_params.get("run"), st.query_params.get("table")
        try:
            if run and run != self._held.get("run"):
                self._open_run(run)
            elif table and table != self.table:
                self._open_table(table)
        except Problem as problem:
            self.lost = problem
        for name in ("table", "run", "reading"):
            self._hold(name, self._held.get(name) or (st.query_params.get(name) if name == "reading" else None))

    def _open_run(self, name: str) -> None:
        run = self.store.run(name)
        self._held.clear()
        self._hold("table", run.table.name)
        self._hold("run", name)
        self.keep(_drafted(recipe_of(run)))

    def _open_table(self, name: str) -> None:
        self.store.table(name)
        self._held.clear()
        self._hold("table", name)


def recipe_of(run: Run) -> Recipe:
    """The recipe that a training run was asked to follow; it never changes, and outlives a run that is deleted."""
    return _recipe_in(str(run.folder))


@lru_cache(maxsize=64)
def _recipe_in(folder: str) -> Recipe:
    """The folder names the owner."""
    return from_json(Recipe, to_json(Run(Path(folder)).request().arguments["recipe"]))


def _drafted(recipe: Recipe) -> Draft:
    """The choices that lead to a recipe."""
    task = recipe.task
    return Draft(
        repairs=recipe.repairs,
        kinds=recipe.kinds,
        goal=str(task.goal),
        kind=task.kind,
        positive=task.positive,
        sensitive=task.sensitive,
        group=task.group or "",
        time=task.time or "",
        cost_miss=task.cost_miss,
        cost_alarm=task.cost_alarm,
        overrules=task.overrules,
        time_budget_seconds=recipe.time_budget_seconds,
        members=members_of(recipe.members),
        net=recipe.net,
        search=recipe.search,
        encoder=recipe.encoder,
        pretraining=recipe.pretraining,
        class_weights=recipe.class_weights,
        seed=recipe.seed,
        ready=True,
    )
