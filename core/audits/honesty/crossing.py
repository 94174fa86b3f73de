"""What stands on both sides of the division of the rows: people, copies, later times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype

from core.audits.audit import Cell, Head, Part, Sheet
from core.audits.subject import Rows
from core.data.split import FEW_PATTERNS
from core.data.twins import twins
from core.domains.recognise import recognise
from core.words import N_, Message

if TYPE_CHECKING:
    from core.audits.subject import Subject

COPIES = 0.01
"""Share of new rows with a copy from which it is told as a finding."""


def people(subject: Subject, learnt: Rows) -> Part:
    """Whether rows of one person, or thing, stand on both sides."""
    title = Message(N_("One person on both sides"))
    names = _names_people(subject, learnt)
    if not names:
        return Part(title, "not_applicable", Message(_NOBODY))
    rows, shares = [], {}
    for name in names:
        known = subject.test.frame[name].dropna()
        both = int(known.isin(learnt.frame[name].dropna()).sum())
        shares[name] = both
        rows.append((Cell(text=name), Cell(both), Cell(both / max(1, len(subject.test)))))
    heads = (Head(Message(N_("Column"))), Head(Message(N_("New rows whose person was learned from")), "count"),
             Head(Message(N_("Share")), "percent"))  # fmt: skip
    sheets = (Sheet(title, heads, tuple(rows)),)
    name = max(shares, key=lambda one: shares[one])
    facts = {"column": name, "rows": shares[name], "n": len(subject.test), "columns": names}
    if shares[name]:
        return Part(title, "difference", Message(_BOTH, facts), sheets)
    return Part(title, "none", Message(_APART, facts), sheets)


def copies(subject: Subject, learnt: Rows) -> Part:
    """Whether new rows are exact copies, in all columns of the model, of rows learned from."""
    title = Message(N_("Copies on both sides"))
    names = [one for one in subject.model.features if one in learnt.frame and one in subject.test.frame]
    if not len(learnt) or not names:
        return Part(title, "not_applicable", Message(_NO_LEARNT))
    both = pd.concat([learnt.frame[names], subject.test.frame[names]], ignore_index=True)
    number = twins(both, names, np.arange(len(both)))
    facts: dict[str, float] = {"n": len(subject.test), "patterns": int(number.max(initial=-1)) + 1}
    if facts["patterns"] < FEW_PATTERNS:
        return Part(title, "not_applicable", Message(_PATTERNS, facts))
    copied = np.isin(number[len(learnt) :], number[: len(learnt)])
    facts |= {"rows": int(copied.sum()), "share": float(copied.mean())}
    if facts["share"] > COPIES:
        return Part(title, "difference", Message(_COPIED, facts))
    return Part(title, "none", Message(_NO_COPIES, facts))


def times(subject: Subject, learnt: Rows) -> Part:
    """Whether the model was tested on later rows than it learned from."""
    title = Message(N_("Order of time"))
    name = subject.task.time
    if name is not None and name in learnt.frame and name in subject.test.frame and len(learnt):
        return _ordered(title, name, learnt, subject.test)
    known = [one for one in _moments(subject) if one in subject.test.frame]
    if not known:
        return Part(title, "not_applicable", Message(_NO_TIME))
    return Part(title, "inconclusive", Message(_MIXED, {"columns": known}))


def _ordered(title: Message, name: str, learnt: Rows, test: Rows) -> Part:
    ranks, cut = _ranks(learnt.frame[name], test.frame[name])
    before, after = ranks[:cut], ranks[cut:]
    before, after = before[~np.isnan(before)], after[~np.isnan(after)]
    if not len(before) or not len(after):
        return Part(title, "not_applicable", Message(_NO_TIME))
    late = int((before > after.min()).sum())
    facts = {"column": name, "rows": late, "n": len(before)}
    if late:
        return Part(title, "difference", Message(_LATER, facts))
    return Part(title, "none", Message(_IN_ORDER, facts))


def _ranks(one: pd.Series, other: pd.Series) -> tuple[np.ndarray, int]:
    both = pd.concat([one, other], ignore_index=True)
    if is_datetime64_any_dtype(both) or is_numeric_dtype(both):
        return both.rank(method="min").to_numpy(np.float64, na_value=np.nan), len(one)
    codes = pd.factorize(both, sort=True)[0].astype(np.float64)
    return np.where(codes < 0, np.nan, codes), len(one)


def _names_people(subject: Subject, learnt: Rows) -> list[str]:
    """Columns that name who or what a row is about: the task's, and identifiers."""
    there = [one for one in subject.schema.columns if one.name in learnt.frame and one.name in subject.test.frame]
    return [
        one.name
        for one in there
        if one.name == subject.task.group
        or one.kind == "identifier"
        or ((known := recognise(one.name, subject.domain)) is not None and known.part in ("group", "identifier"))
    ]


def _moments(subject: Subject) -> list[str]:
    """Columns that say when a row came about: those the field knows, and dates it does not take for anything else."""
    found = []
    for one in subject.schema.columns:
        known = recognise(one.name, subject.domain)
        if (known is not None and known.part == "time") or (known is None and one.kind == "date"):
            found.append(one.name)
    return found


_NOBODY = N_("No column names whose row it is, so it cannot be told whether one person stands on both sides.")
_BOTH = N_(
    "{rows:count} of {n:count} new rows are of somebody ({column}) whose other rows the model learned from: it may "
    "know them by heart."
)
_APART = N_("Nobody ({columns:list}) stands on both sides: the model had met none of {n:count} new rows’ people.")
_NO_LEARNT = N_("There are no rows learned from to compare with.")
_PATTERNS = N_(
    "There are only {patterns:count} different rows in the columns used, so that any two cases would soon be alike."
)
_COPIED = N_(
    "{rows:count} of {n:count} new rows ({share:percent}) are exact copies, in all columns used, of rows learned from."
)
_NO_COPIES = N_("{rows:count} of {n:count} new rows {rows:is an exact copy/are exact copies} of rows learned from.")
_NO_TIME = N_("No column says when a row came about, so the order of time cannot be looked at.")
_MIXED = N_(
    "Rows of all times ({columns:list}) were learned from and tested on alike: whether the model holds for later ones "
    "was not tested."
)
_LATER = N_("{rows:count} of {n:count} rows learned from are later ({column}) than the first row tested.")
_IN_ORDER = N_("All {n:count} rows learned from are no later ({column}) than the first row tested.")
