"""The model of an earlier run that a training starts from, and a later table as that model knows its columns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.data.conform import conform
from core.data.table import Schema, Table
from core.errors import Problem
from core.learn.keep import open_model
from core.learn.model import TrainedModel
from core.learn.recipe import Recipe
from core.words import N_, Message


def earlier(recipe: Recipe) -> TrainedModel | None:
    """The model whose net is to be tuned; None where a training starts from nothing.

    Raises:
        Problem: it cannot be opened, or has no net.
    """
    if recipe.pretraining is None or not recipe.pretraining.start:
        return None
    found = open_model(Path(recipe.pretraining.start) / "model")
    if not any(member.name.startswith("net") for member in found.members):
        raise Problem(
            N_("The model to start from has no neural net in its blend. Choose another, or train from the beginning.")
        )
    return found


def alike(table: Table, recipe: Recipe) -> tuple[Table, Recipe, tuple[Message, ...]]:
    """The table and the recipe with the columns that the earlier model used, each of the kind it knows.

    Another hospital, school or bank may not have measured everything: a column with one value, or none, would be set
    aside, but the earlier net expects it.

    Raises:
        Problem: the earlier model was trained on other columns.
    """
    model = earlier(recipe)
    if model is None:
        return table, recipe, ()
    used, known = set(recipe.task.features), set(model.features)
    silent = [name for name in model.features if name not in used and _says_nothing(table, recipe, name)]
    other = sorted((known - used - set(silent)) | (used - known))
    if other:
        raise Problem(
            N_("The model to start from was trained on other columns ({names:list}). Use the same ones."), names=other
        )
    columns = {column.name: column for column in model.schema.columns}
    frame = table.frame.copy()
    typed, _ = conform(table.frame[list(columns)], model.schema)
    for name in columns:
        frame[name] = typed[name]
    schema = Schema(tuple(columns.get(column.name, column) for column in table.schema.columns))
    recipe = replace(recipe, task=replace(recipe.task, features=model.features))
    return replace(table, frame=frame, card=replace(table.card, schema=schema)), recipe, _note(silent)


def _says_nothing(table: Table, recipe: Recipe, name: str) -> bool:
    task = recipe.task
    if name not in table.frame.columns or name in (task.goal.column, task.group):
        return False
    return int(table.frame[name].nunique()) < 2


def _note(silent: list[str]) -> tuple[Message, ...]:
    text = N_(
        "{names:list}: one value or none in these rows. Used all the same, for the model to start from was trained "
        "with it."
    )
    return (Message(text, {"names": silent}),) if silent else ()
