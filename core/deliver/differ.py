"""What two trainings on the same table did differently, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from core.learn.recipe import TITLES, Net, Recipe
from core.learn.search.settings import BY_NAME
from core.words import N_, Message


def differences(one: Recipe, other: Recipe) -> tuple[Message, ...]:
    """What ``one`` did that ``other`` did not; empty where both are the same."""
    found = [*_task(one, other), *_learners(one, other), *_net(one.net, other.net), *_more(one, other)]
    if one.time_budget_seconds != other.time_budget_seconds:
        found.append(Message(N_("at most {s:seconds}"), {"s": one.time_budget_seconds}))
    if one.seed != other.seed:
        found.append(Message(N_("seed {n}"), {"n": str(one.seed)}))
    return tuple(found)


def _task(one: Recipe, other: Recipe) -> list[Message]:
    mine, theirs = one.task, other.task
    found = []
    if str(mine.goal) != str(theirs.goal):
        found.append(Message(N_("goal {goal}"), {"goal": str(mine.goal)}))
    less = [name for name in theirs.features if name not in mine.features and name != mine.goal.column]
    more = [name for name in mine.features if name not in theirs.features and name != theirs.goal.column]
    found += _columns(less, N_("without {names:list}"), N_("without {n:count} columns"))
    found += _columns(more, N_("with {names:list}"), N_("with {n:count} more columns"))
    for part, text in (("group", N_("kept together by {name}")), ("time", N_("latest by {name} held back"))):
        value = getattr(mine, part)
        if value != getattr(theirs, part):
            nothing = Message(N_("nothing"))
            found.append(Message(text, {"name": value or nothing}))
    if one.repairs != other.repairs:
        found.append(Message(N_("{n:count} {n:repair/repairs}"), {"n": len(one.repairs)}))
    return found


def _columns(names: Sequence[str], few: str, many: str) -> list[Message]:
    if not names:
        return []
    return [Message(few, {"names": list(names)}) if len(names) <= 3 else Message(many, {"n": len(names)})]


def _learners(one: Recipe, other: Recipe) -> list[Message]:
    if one.members == other.members:
        return []
    titles = [Message(TITLES.get(name, name)) for name in one.members]
    return [Message(N_("learners: {names:list}"), {"names": titles})]


def _net(one: Net, other: Net) -> list[Message]:
    found = []
    for field in fields(Net):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        if field.name == "fixed" or (mine or None) == (theirs or None):
            continue
        title = Message(BY_NAME[field.name].title) if field.name in BY_NAME else Message(_TITLES[field.name])
        value = Message(N_("automatic")) if mine is None else mine
        if isinstance(value, str):
            value = value.upper() if value != "none" else Message(N_("none"))
        style = N_("{setting} {x:number}") if isinstance(value, (int, float)) else N_("{setting}: {x}")
        found.append(Message(style, {"setting": title, "x": value}))
    return found


def _more(one: Recipe, other: Recipe) -> list[Message]:
    found = []
    if one.class_weights != other.class_weights:
        text = N_("every class weighs the same") if one.class_weights else N_("classes weigh as they come")
        found.append(Message(text))
    if one.search != other.search:
        found.append(
            Message(N_("no search for settings"))
            if one.search is None
            else Message(N_("search for settings, {n:count} trials"), {"n": one.search.trials})
        )
    if one.encoder != other.encoder:
        found.append(
            Message(N_("texts without an encoder"))
            if one.encoder is None
            else Message(N_("texts by {name}"), {"name": one.encoder.name})
        )
    if one.pretraining != other.pretraining:
        text = N_("net from scratch") if one.pretraining is None else N_("net learned beforehand")
        found.append(Message(text))
    return found


_TITLES = {"optimizer": N_("Optimizer"), "attack": N_("Attack while learning")}
