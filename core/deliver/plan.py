"""From a table and an analyst's choices to a recipe: one road for pages and for the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.data.goal import parse_goal
from core.data.pose import pose
from core.data.table import Finding, Kind, Repair, Table
from core.data.task import Task
from core.learn.recipe import MEMBERS, Net, Recipe
from core.settings import settings
from core.words import N_, Message


def plan(
    table: Table,
    goal: str,
    domain: str = "",
    *,
    repairs: Sequence[Repair] = (),
    kinds: Mapping[str, Kind] | None = None,
    members: Sequence[str] = MEMBERS,
    net: Net | None = None,
    class_weights: bool = False,
    time_budget_seconds: float | None = None,
    seed: int = 0,
    **choices: Any,
) -> tuple[Recipe, tuple[Finding, ...]]:
    """The recipe for a goal in words, leaks set aside, and what the analyst should know before training.

    Pure: nothing is written, and the table is not changed.

    Args:
        table: a checked table.
        goal: as ``core.data.goal.parse_goal`` reads it: a column, ``COL>=NUMBER`` or ``COL=VALUE|VALUE``.
        domain: key of the field of work; "" for none.
        repairs: changes to cells and rows that the analyst took up.
        kinds: kinds the analyst corrected (the table was checked with them).
        members: learners to train.
        net: settings of the torch learners.
        class_weights: weigh classes so that each counts the same.
        time_budget_seconds: None takes the setting.
        seed: of everything drawn.
        **choices: as ``core.data.pose.pose`` takes them: ``positive``, ``drop``, ``sensitive``, ``group``, ``time``,
            ``kind``, ``features``, ``overrules``, ``cost_miss``, ``cost_alarm``.

    Raises:
        Problem: the question cannot be asked of this table.
    """
    task, findings = pose(table, parse_goal(goal, table.schema), domain, repairs=tuple(repairs), **choices)
    task, notes = _without_origin(table, task)
    recipe = Recipe(
        task=task,
        domain=domain,
        repairs=tuple(repairs),
        kinds=dict(kinds or {}),
        members=tuple(members),
        net=net or Net(),
        class_weights=class_weights,
        time_budget_seconds=settings().time_budget_seconds if time_budget_seconds is None else time_budget_seconds,
        seed=seed,
    )
    return recipe, (*findings, *notes)


def _without_origin(table: Table, task: Task) -> tuple[Task, tuple[Finding, ...]]:
    """The task without the column that names the file a row came from: a later file has no such column."""
    origins = {one.column for one in table.card.findings if one.code == "read_stacked"}
    out = [name for name in task.features if name in origins and name not in task.overrules]
    if not out or len(out) == len(task.features):
        return task, ()
    text = N_("Column {column} says which file a row came from. It is not used to predict, for a later file has none.")
    notes = tuple(Finding("origin", "note", Message(text, {"column": name}), column=name) for name in out)
    return replace(task, features=tuple(name for name in task.features if name not in out)), notes
