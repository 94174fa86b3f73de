"""The answers that a question of kinds can have: which are kept, and which is the event."""

from __future__ import annotations

import pandas as pd

from core.data.labels import label
from core.data.table import Finding, Severity
from core.data.task import NO, YES, Goal
from core.domains.domain import Domain
from core.domains.recognise import likely
from core.errors import Problem
from core.words import N_, Message

FEWEST = 10
"""Rows that each answer of a yes/no question needs."""
FEWEST_OF_TEXTS = 4
"""The same where there are texts to learn from."""
RARE = 5
"""Answers with fewer rows than this are left out: they cannot stand on all three sides of a split."""
MOST = 200
AFFIRMATIVE = ("yes", "y", "true", "t", "1", "是", "有")


def answers(values: pd.Series, goal: Goal, least: int = FEWEST) -> tuple[pd.Series, tuple[Finding, ...]]:
    """Rows per answer, most frequent first, without those too rare to learn; and what was left out.

    Args:
        values: the answers.
        goal: the question.
        least: rows that each answer of a yes/no question needs; of several answers also at most this many, else 5.

    Raises:
        Problem: fewer than two answers have rows enough, or there are too many answers.
    """
    counts = values.value_counts()
    rare_below = min(RARE, least)
    kept = counts if len(counts) == 2 else counts[counts >= rare_below]
    rare = counts[~counts.index.isin(kept.index)]
    if len(kept) < 2 or (len(kept) == 2 and kept.min() < least):
        scarce = str(kept.index[-1]) if len(kept) == 2 else str(counts.index[1])
        raise _too_few(goal, scarce, int(counts[scarce]), least)
    if len(kept) > MOST:
        raise Problem(
            N_(
                "Column {column} has {n:count} different answers; at most {most:count} can be told apart. Merge rare "
                "ones, "
                "ask about one like {example}, or take it as a number."
            ),
            column=goal.column,
            n=len(counts),
            most=MOST,
            example=f"{goal.column}={counts.index[0]}",
        )
    return kept, _rare_note(rare, values, goal, rare_below) if len(rare) else ()


def imbalance(counts: pd.Series, goal: Goal) -> tuple[Finding, ...]:
    """A finding where one answer is far rarer than an even share."""
    share = float(counts.iloc[-1] / counts.sum()) * len(counts) / 2
    if share >= 0.2:
        return ()
    facts = {"label": str(counts.index[-1]), "n": int(counts.iloc[-1]), "share": float(counts.iloc[-1] / counts.sum())}
    text = N_("Only {n:count} {n:row says/rows say} “{label}” ({share:percent}).")
    cure = Message(
        N_(
            "Do not judge by accuracy: always saying the frequent answer would score high. Look at precision and "
            "recall."
        )
    )
    severity: Severity = "warning" if share < 0.05 else "note"
    return (Finding("imbalance", severity, Message(text, facts), cure, goal.column),)


def pick_positive(
    counts: pd.Series, goal: Goal, positive: str | None, domain: Domain | None
) -> tuple[str, tuple[Finding, ...]]:
    """The event of a yes/no question: as given, else the field's, else yes/true/1/是, else the rarer answer.

    Raises:
        Problem: the answer given is none of the two.
    """
    classes = [str(one) for one in counts.index]
    if positive is not None:
        return _given(_answer_of(positive, goal), classes, goal), ()
    if set(classes) == {YES, NO} and goal.derived:
        return YES, ()
    hint = likely(goal.column, domain)
    events = (*(hint.events if hint else ()), *(domain.events if domain else ()))
    event = _first_of(events, classes)
    if event is not None:
        return event, ()
    event = _first_of(AFFIRMATIVE, classes) or classes[-1]
    return event, _doubt(goal, classes, event)


def _answer_of(positive: str, goal: Goal) -> str:
    """A yes/no question about values of a column may be asked for by one of these values: that is yes."""
    said = positive.strip().casefold()
    return YES if goal.derived and said in {one.strip().casefold() for one in goal.values} - {NO} else positive


def _given(positive: str, classes: list[str], goal: Goal) -> str:
    said = positive.strip().casefold()
    for one in classes:
        if one == positive or one.strip().casefold() == said or _same_number(one, said):
            return one
    raise Problem(
        N_("{goal} has no answer “{value}”. Its answers are {classes:list}; choose one of them as the event."),
        goal=str(goal),
        value=positive,
        classes=classes,
    )


def _same_number(one: str, other: str) -> bool:
    try:
        return label(float(one)) == label(float(other))
    except ValueError:
        return False


def _first_of(wanted: tuple[str, ...], classes: list[str]) -> str | None:
    by_label = {one.strip().rstrip(".").casefold(): one for one in classes}
    return next((by_label[one] for one in wanted if one in by_label), None)


def _doubt(goal: Goal, classes: list[str], event: str) -> tuple[Finding, ...]:
    """Two bare numbers that are not 0 and 1 do not say which of them is the event (German credit: 1 good, 2 bad)."""
    numbers = all(_same_number(one, one) for one in classes)
    if not numbers or set(classes) == {"0", "1"}:
        return ()
    facts = {"column": goal.column, "classes": sorted(classes), "event": event}
    text = N_("Column {column} only says {classes:list}; “{event}” was taken for the event.")
    cure = Message(N_("Choose the other answer as the event if that is what you want to find."))
    return (Finding("positive", "warning", Message(text, facts), cure, goal.column),)


def _too_few(goal: Goal, scarce: str, rows: int, least: int) -> Problem:
    return Problem(
        N_(
            "Only {n:count} {n:row answers/rows answer} {goal} with “{label}”; each answer needs at least "
            "{least:count}. "
            "Add rows, or ask another question."
        ),
        n=rows,
        goal=str(goal),
        label=scarce,
        least=least,
    )


def _rare_note(rare: pd.Series, values: pd.Series, goal: Goal, least: int) -> tuple[Finding, ...]:
    names = [str(one) for one in rare.index]
    rows = values.index[values.isin(names)]
    facts = {"column": goal.column, "classes": names[:10], "n": len(names), "rows": len(rows), "least": least}
    text = N_(
        "{n:count} {n:answer/answers} of {column} with fewer than {least:count} rows {n:is/are} left out of training "
        "and "
        "testing ({rows:count} {rows:row/rows}): {classes:list}."
    )
    cure = Message(N_("Merge them with a similar answer in the data step, or add rows."))
    evidence = tuple(int(row) for row in rows[:20])
    return (Finding("rare_class", "warning", Message(text, facts), cure, goal.column, evidence),)
