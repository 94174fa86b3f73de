"""A goal and the analyst's choices as a task that a table can be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from core.data.classes import FEWEST, FEWEST_OF_TEXTS, answers, imbalance, pick_positive
from core.data.costs import costs
from core.data.labels import found_kind, target
from core.data.leaks import leaks, set_aside
from core.data.names import unknown_column
from core.data.repair import repair
from core.data.table import Column, Finding, Repair, Schema, Severity, Table
from core.data.task import Goal, Task, TaskKind
from core.domains import domains
from core.domains.domain import Domain
from core.errors import Problem
from core.words import N_, Message

FEWEST_ROWS = 20
FEWEST_TEXTS = 8
"""Texts say more a row than figures do: so few can be learned from, and what comes of it is called uncertain."""


@dataclass(frozen=True)
class _Choices:
    """What the analyst asked for beside the goal."""

    drop: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    group: str | None = None
    time: str | None = None
    features: tuple[str, ...] | None = None
    overrules: dict[str, str] = field(default_factory=dict)


def pose(
    table: Table,
    goal: Goal,
    domain_key: str = "",
    *,
    positive: str | None = None,
    drop: tuple[str, ...] = (),
    sensitive: tuple[str, ...] = (),
    group: str | None = None,
    time: str | None = None,
    kind: TaskKind | None = None,
    features: tuple[str, ...] | None = None,
    overrules: Mapping[str, str] | None = None,
    cost_miss: float | None = None,
    cost_alarm: float | None = None,
    found: tuple[Finding, ...] | None = None,
    repairs: Sequence[Repair] = (),
) -> tuple[Task, tuple[Finding, ...]]:
    """The goal and the analyst's choices as a task that the table can be asked, and what should be known about it.

    Args:
        table: a checked table.
        goal: the question.
        domain_key: the field of work; "" for none.
        positive: the event; else the field's, else yes/true/1/是, else the rarer class.
        drop: columns not to be used.
        sensitive: columns of which fairness is asked; they may be used as well.
        group: the column that names who repeats; it is no feature.
        time: the column by which later rows are held back.
        kind: how to take the target; None finds it from the values.
        features: the columns to use; None takes all that are fit. Unfit ones are left out either way.
        overrules: columns to use against a finding's advice, with the written reason.
        cost_miss: what a missed event costs; None takes the field's figure where the question is about its event.
        cost_alarm: what a false alarm costs, in the same unit.
        found: what ``leaks`` found for this goal; None asks it here.
        repairs: the recipe's: the question is asked of the rows and labels that are left after them.

    Raises:
        Problem: the question cannot be asked of this table; says why and what to do.
    """
    domain = domains().get(domain_key)
    table = replace(table, frame=repair(table.frame, repairs)) if repairs else table
    choices = _Choices(drop, sensitive, group, time, features, dict(overrules or {}))
    _check_choices(table, goal, choices)
    values, asked, classes, event, notes = _question(table, goal, kind, positive, domain)
    if found is None:
        found = leaks(table.frame, _offered(table.schema, choices), goal, asked, domain)
    miss, alarm, _ = costs(goal, classes, domain) if asked == "binary" else (1.0, 1.0, None)
    used = _features(table, goal, choices, set_aside(found, choices.overrules))
    task = Task(
        *(asked, goal, used, classes, event),
        sensitive=sensitive,
        group=group,
        time=time,
        cost_miss=miss if cost_miss is None else cost_miss,
        cost_alarm=alarm if cost_alarm is None else cost_alarm,
        overrules=choices.overrules,
    )
    doubts = (*_without_event(positive, goal, asked), *_alphabetical(time, table))
    return task, (*found, *notes, *_target_notes(values, goal, asked, table), *doubts)


def _check_choices(table: Table, goal: Goal, choices: _Choices) -> None:
    schema = table.schema
    if goal.column not in schema:
        raise unknown_column(goal.column, schema)
    named = (*choices.drop, *choices.sensitive, *(choices.features or ()), *filter(None, (choices.group, choices.time)))
    for name in named:
        if name not in schema:
            raise unknown_column(name, schema)
    if goal.column in choices.sensitive:
        raise Problem(
            N_(
                "Column {column} is what is to be predicted, so it cannot be a sensitive column too. Remove it from "
                "one."
            ),
            column=goal.column,
        )
    if goal.column in (choices.features or ()):
        raise Problem(
            N_(
                "Column {column} is what is to be predicted, so it cannot also be used to predict. Remove it from the "
                "columns used."
            ),
            column=goal.column,
        )
    if goal.column in (choices.group, choices.time):
        raise Problem(
            N_(
                "Column {column} is what is to be predicted, so the rows cannot be divided by it. Choose another "
                "column."
            ),
            column=goal.column,
        )
    _check_kind(schema[goal.column])


def _check_kind(column: Column) -> None:
    if column.kind == "text":
        raise Problem(
            N_(
                "Column {column} holds free text, which cannot be predicted. Choose a column with a few answers or "
                "with "
                "numbers, or correct its kind in the data step."
            ),
            column=column.name,
        )
    if column.kind == "date":
        raise Problem(
            N_(
                "Column {column} holds dates, which cannot be predicted. Turn it into a number of days or into yes and "
                "no in the file, and upload that."
            ),
            column=column.name,
        )
    if column.kind == "identifier":
        raise Problem(
            N_(
                "Column {column} names each row, so there is nothing to learn from it. Choose another column, or "
                "correct "
                "its kind in the data step."
            ),
            column=column.name,
        )


def _check_rows(values: pd.Series, goal: Goal, least: int) -> None:
    present = int(values.notna().sum())
    if present < least:
        raise Problem(
            N_(
                "Only {n:count} {n:row has/rows have} a value in {column}; at least {least:count} are needed. Add "
                "rows, or "
                "choose another column."
            ),
            n=present,
            column=goal.column,
            least=least,
        )


def _check_varies(values: pd.Series, goal: Goal) -> None:
    if values.nunique() < 2:
        raise Problem(
            N_(
                "There is nothing to predict: every row gives the same answer for {goal}. Choose another column or "
                "limit."
            ),
            goal=str(goal),
        )


def _question(
    table: Table, goal: Goal, kind: TaskKind | None, positive: str | None, domain: Domain | None
) -> tuple[pd.Series, TaskKind, tuple[str, ...], str | None, tuple[Finding, ...]]:
    asked: TaskKind = "binary" if goal.derived else (kind or found_kind(table.frame[goal.column]))
    values = target(table.frame, goal, asked)
    texts = any(column.kind == "text" for column in table.schema.columns if column.name != goal.column)
    _check_rows(values, goal, FEWEST_TEXTS if texts else FEWEST_ROWS)
    _check_varies(values, goal)
    if asked == "regression":
        return values, asked, (), None, ()
    return values, *_pose_classes(values, goal, asked, positive, domain, texts)


def _pose_classes(
    values: pd.Series, goal: Goal, asked: TaskKind, positive: str | None, domain: Domain | None, texts: bool
) -> tuple[TaskKind, tuple[str, ...], str | None, tuple[Finding, ...]]:
    counts, notes = answers(values, goal, FEWEST_OF_TEXTS if texts else FEWEST)
    if asked == "binary" and len(counts) > 2:
        raise Problem(
            N_(
                "Column {column} has {n:count} different answers, not two. Ask about one of them, like {example}, or "
                "choose “classes” as the kind."
            ),
            column=goal.column,
            n=len(counts),
            example=f"{goal.column}={counts.index[0]}",
        )
    notes = (*notes, *imbalance(counts, goal))
    if len(counts) > 2:
        return "multiclass", _ordered(list(counts.index)), None, notes
    event, doubts = pick_positive(counts, goal, positive, domain)
    other = next(one for one in counts.index if one != event)
    return "binary", (other, event), event, (*notes, *doubts)


def _ordered(classes: list[str]) -> tuple[str, ...]:
    try:
        return tuple(sorted(classes, key=float))
    except ValueError:
        return tuple(sorted(classes))


def _features(table: Table, goal: Goal, choices: _Choices, leaking: frozenset[str]) -> tuple[str, ...]:
    wanted = choices.features if choices.features is not None else table.schema.names
    out = {goal.column, choices.group, *choices.drop, *leaking}
    used = tuple(name for name in wanted if name not in out and _fit(table, name, choices))
    if not used:
        raise Problem(
            N_("No column is left to predict {goal} from. Keep at least one column that is not set aside."),
            goal=str(goal),
        )
    return used


def _offered(schema: Schema, choices: _Choices) -> Schema:
    """The columns but for those that are out anyway: nobody need be told what they give away."""
    out = {choices.group, *choices.drop}
    return Schema(tuple(column for column in schema.columns if column.name not in out))


def _fit(table: Table, name: str, choices: _Choices) -> bool:
    column, profile = table.schema[name], table.card.profiles.get(name)
    if column.kind == "constant" or (profile is not None and profile.missing >= table.card.rows):
        return False
    return (column.aside is None and column.kind != "identifier") or bool(choices.overrules.get(name, "").strip())


def _target_notes(values: pd.Series, goal: Goal, kind: TaskKind, table: Table) -> tuple[Finding, ...]:
    notes = []
    missing = values.index[values.isna()]
    if len(missing):
        notes.append(_missing_note(goal, len(missing), len(values), tuple(int(row) for row in missing[:20])))
    if goal.derived:
        text = N_("The question {goal} is answered by column {column} itself, so {column} is not used to predict.")
        notes.append(
            Finding("derived", "note", Message(text, {"goal": str(goal), "column": goal.column}), None, goal.column)
        )
    elif kind == "multiclass" and table.schema[goal.column].kind == "number":
        notes.append(_kind_note(goal, values))
    return tuple(notes)


def _without_event(positive: str | None, goal: Goal, kind: TaskKind) -> tuple[Finding, ...]:
    if positive is None or kind == "binary":
        return ()
    text = N_("“{value}” was named as the event, but only a question with two answers has an event. {goal} is none.")
    cure = Message(N_("Ask a yes/no question if one answer matters most."))
    facts = {"value": positive, "goal": str(goal)}
    return (Finding("positive", "warning", Message(text, facts), cure, goal.column),)


def _alphabetical(time: str | None, table: Table) -> tuple[Finding, ...]:
    if time is None or table.schema[time].kind in ("number", "date", "constant"):
        return ()
    text = N_("Column {column} holds neither dates nor numbers; which rows are later was taken from the alphabet.")
    cure = Message(N_("Choose a column of dates if that is not the order of time."))
    return (Finding("time_order", "warning", Message(text, {"column": time}), cure, time),)


def _missing_note(goal: Goal, missing: int, rows: int, evidence: tuple[int, ...]) -> Finding:
    facts = {"column": goal.column, "n": missing, "share": missing / rows}
    text = N_(
        "{n:count} {n:row has/rows have} no value in {column} ({share:percent}). They are used neither for training "
        "nor "
        "for testing."
    )
    cure = Message(
        N_("Find out why the answer is missing: if it is missing for a reason, the model is only true for the others.")
    )
    severity: Severity = "warning" if missing / rows >= 0.3 else "note"
    return Finding("target_missing", severity, Message(text, facts), cure, goal.column, evidence)


def _kind_note(goal: Goal, values: pd.Series) -> Finding:
    text = N_("Column {column} has {n:count} different whole numbers; each is taken for an answer of its own.")
    cure = Message(N_("To predict the number itself, choose “number” as the kind of question."))
    return Finding(
        "kind", "note", Message(text, {"column": goal.column, "n": int(values.nunique())}), cure, goal.column
    )
