"""From a table and an analyst's choices to a recipe: one road for pages and for the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.data.goal import parse_goal
from core.data.pose import pose
from core.data.table import Finding, Kind, Repair, Table
from core.data.task import Task
from core.deliver.budget import budget
from core.deliver.knobs import kept, named
from core.domains import domains
from core.domains.recognise import recognise
from core.learn.recipe import MEMBERS, Encoder, Net, Pretraining, Recipe, Search
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
    search: Search | None = None,
    encoder: Encoder | None = None,
    pretraining: Pretraining | None = None,
    class_weights: bool = False,
    time_budget_seconds: float | str | None = None,
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
        members: learners to train, of ``core.learn.recipe.MEMBERS``.
        net: settings of the net; ``fixed`` is filled up with what the field calls immutable, and what is sensitive.
        search: for settings of the net before it is trained.
        encoder: of texts; set aside where no text column is used.
        pretraining: what the net learns before it learns the answers.
        class_weights: weigh classes so that each counts the same.
        time_budget_seconds: seconds, or as ``core.deliver.budget.budget`` reads it; None takes the setting.
        seed: of everything drawn.
        **choices: as ``core.data.pose.pose`` takes them: ``positive``, ``drop``, ``sensitive``, ``group``, ``time``,
            ``kind``, ``features``, ``overrules``, ``cost_miss``, ``cost_alarm``.

    Raises:
        Problem: the question cannot be asked of this table.
    """
    task, findings = pose(table, parse_goal(goal, table.schema), domain, repairs=tuple(repairs), **choices)
    task, notes = _without_origin(table, task)
    seconds = settings().time_budget_seconds if time_budget_seconds is None else time_budget_seconds
    recipe = Recipe(
        task=task,
        domain=domain,
        repairs=tuple(repairs),
        kinds=dict(kinds or {}),
        members=named(members),
        net=_fixed(kept(net or Net()), task, domain),
        search=search,
        encoder=encoder,
        pretraining=pretraining,
        class_weights=class_weights,
        time_budget_seconds=budget(seconds),
        seed=seed,
    )
    recipe, more = _without_idle(table, recipe)
    return recipe, (*findings, *notes, *more)


def _fixed(net: Net, task: Task, domain: str) -> Net:
    """What an attack may never move: nobody can change it, or it must not count."""
    field = domains().get(domain)
    immutable = [name for name in task.features if (known := recognise(name, field)) is not None and known.immutable]
    named = dict.fromkeys((*net.fixed, *immutable, *task.sensitive))
    return replace(net, fixed=tuple(name for name in named if name in task.features))


def _without_idle(table: Table, recipe: Recipe) -> tuple[Recipe, tuple[Finding, ...]]:
    """The recipe without what would have nothing to work on, each said."""
    changes: dict[str, Any] = {}
    texts: list[str] = []
    if recipe.encoder is not None and not any(table.schema[name].kind == "text" for name in recipe.task.features):
        changes["encoder"] = None
        texts.append(N_("No text column is used, so the text encoder is left out."))
    if recipe.search is not None and "net" not in recipe.members:
        changes["search"] = None
        texts.append(N_("The search for settings is for the neural net, which is not asked for, so it is left out."))
    wanted = recipe.pretraining
    if wanted is not None and not (wanted.rows or wanted.start):
        changes["pretraining"] = None
    elif wanted is not None and "net" not in recipe.members:
        changes["pretraining"] = None
        texts.append(N_("Learning beforehand is for the neural net, which is not asked for, so it is left out."))
    return replace(recipe, **changes), tuple(Finding("idle", "note", Message(text)) for text in texts)


def _without_origin(table: Table, task: Task) -> tuple[Task, tuple[Finding, ...]]:
    """The task without the column that names the file a row came from: a later file has no such column."""
    origins = {one.column for one in table.card.findings if one.code == "read_stacked"}
    out = [name for name in task.features if name in origins and name not in task.overrules]
    if not out or len(out) == len(task.features):
        return task, ()
    text = N_("Column {column} says which file a row came from. It is not used to predict, for a later file has none.")
    notes = tuple(Finding("origin", "note", Message(text, {"column": name}), column=name) for name in out)
    return replace(task, features=tuple(name for name in task.features if name not in out)), notes
