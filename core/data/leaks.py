"""Columns that alone give the answer: what no honest model could know beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from core.data.labels import target
from core.data.phrases import best_word
from core.data.single import Single, score_columns
from core.data.table import Column, Finding, Schema, Severity
from core.data.task import Goal, TaskKind
from core.domains.domain import Domain
from core.domains.recognise import leaks_into, recognise
from core.words import N_, Message

WATCH, ASK, ASIDE = 0, 1, 2
LEVELS = {"auc": (0.85, 0.975, 0.995), "r2": (0.7, 0.95, 0.99)}
"""Cross-validated score of a column alone from which to watch it, to ask about it, to set it aside."""
ROWS = 20_000
FEW = 3
"""So many hints are said one by one."""
CELLS = 20_000_000
"""The search reads at most ``ROWS`` rows, and fewer where there are so many columns that it would read more cells."""
_CURE = N_("Use it only if it is known before the answer is; then write down why.")


def leaks(
    frame: pd.DataFrame, schema: Schema, goal: Goal, kind: TaskKind, domain: Domain | None, seed: int = 0
) -> tuple[Finding, ...]:
    """Findings on columns that give the answer away, by what the field knows and by what each column scores alone.

    The score is cross-validated in five folds: area under the ROC curve for classes (the mean over one-against-the-rest
    where there are several), R² for amounts. A score counts only where luck among so many columns cannot explain it.

    Args:
        frame: typed rows.
        schema: its columns; identifiers and constants are not scored; of a free text, each single word is.
        goal: the question.
        kind: how the target is taken.
        domain: the field of work; None for none.
        seed: of the sample of rows and of the folds.

    Returns:
        ``leak`` (the column is set aside), ``leak_ask`` (kept, but the analyst must say), ``leak_watch`` (a hint), and
        ``leak_text`` for free texts that were not searched (amounts). Rows are evidence: row numbers of ``frame``.
    """
    answer = target(frame, goal, kind)
    rows = _sample(answer, len(schema.columns), seed)
    columns = [column for column in schema.columns if column.name != goal.column]
    searched = [c.name for c in columns if c.kind in ("number", "category", "date") and c.aside is None]
    measure = "r2" if kind == "regression" else "auc"
    scores = score_columns(frame, searched, answer, rows, measure, seed) if len(rows) else {}
    judged = [_judge(column, scores.get(column.name), measure, goal, domain) for column in columns]
    texts = [column.name for column in columns if column.kind == "text" and column.aside is None]
    findings = [one for one in judged if one is not None]
    wide = len(searched) > len(rows)
    texts = [name for name in texts if name not in set_aside(findings)]
    said = _unread(texts) if measure == "r2" else _worded(frame, texts, answer, rows, goal)
    return (*_gathered(findings, goal, wide), *said)


def set_aside(findings: Iterable[Finding], overrules: Mapping[str, str] | None = None) -> frozenset[str]:
    """Columns that go out because they leak, but for those with a written reason to keep them."""
    reasons = overrules or {}
    leaking = {one.column for one in findings if one.code == "leak" and one.column is not None}
    return frozenset(name for name in leaking if not reasons.get(name, "").strip())


def _sample(answer: pd.Series, columns: int, seed: int) -> np.ndarray:
    rows = np.flatnonzero(answer.notna().to_numpy())
    most = min(ROWS, max(2_000, CELLS // max(columns, 1)))
    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def _judge(column: Column, single: Single | None, measure: str, goal: Goal, domain: Domain | None) -> Finding | None:
    known = recognise(column.name, domain)
    facts = {"column": column.name, "goal": str(goal), "score": single.score if single else None}
    evidence = single.rows if single else ()
    if known is not None and leaks_into(known, goal.column):
        why = Message(known.why) if known.why else Message(_AFTERWARDS)
        if known.ask:
            return _finding("leak_ask", "warning", _ASKED_BY_FIELD, {**facts, "why": why}, column.name, evidence)
        if single is None or single.level(LEVELS[measure]) < ASIDE:
            return _finding("leak", "warning", _ASIDE_BY_FIELD, {**facts, "why": why}, column.name, evidence)
    level = single.level(LEVELS[measure]) if single else -1
    if level < WATCH:
        return None
    code, severity, texts = _SAID[level]
    return _finding(code, severity, texts[measure], facts, column.name, evidence)


def _finding(
    code: str, severity: Severity, text: str, facts: Mapping[str, object], column: str, rows: tuple[int, ...]
) -> Finding:
    return Finding(code, severity, Message(text, dict(facts)), Message(_CURE), column, rows)


def _gathered(findings: list[Finding], goal: Goal, wide: bool) -> list[Finding]:
    """Findings, with many mere hints said in one: fifteen notes alike are read by nobody."""
    hints = [one for one in findings if one.code == "leak_watch"]
    if len(hints) <= FEW:
        return findings
    strongest = sorted(hints, key=lambda one: -one.message.facts["score"])[:10]
    facts = {"n": len(hints), "goal": str(goal), "columns": [one.column for one in strongest]}
    cure = Message(_BY_LUCK if wide else _CURE)
    whole = Finding("leak_watch", "note", Message(_MANY, facts), cure, None, strongest[0].rows)
    return [*(one for one in findings if one.code != "leak_watch"), whole]


def _worded(
    frame: pd.DataFrame, texts: list[str], answer: pd.Series, rows: np.ndarray, goal: Goal
) -> tuple[Finding, ...]:
    """Texts with a word that alone gives the answer away; a mere hint is what texts are read for, and is not said.

    Of several answers a word can honestly name one ("hypertension" and the heart ward): that is only asked about.
    """
    findings = []
    several = answer.iloc[rows].nunique() > 2
    for name in texts:
        phrase = best_word(frame[name], answer, rows)
        level = (phrase.single.level(LEVELS["auc"]) if phrase else -1) - several
        if phrase is None or level < ASK:
            continue
        facts = {"column": name, "goal": str(goal), "word": phrase.word, "score": phrase.single.score}
        code, severity, _ = _SAID[level]
        findings.append(_finding(code, severity, _BY_WORD[level], facts, name, phrase.single.rows))
    return tuple(findings)


def _unread(texts: list[str]) -> tuple[Finding, ...]:
    if not texts:
        return ()
    text = N_("Free text was not searched for words that give the answer away: {columns:list}.")
    cure = Message(N_("Read a few: was each written before the answer was known?"))
    return (Finding("leak_text", "note", Message(text, {"columns": texts[:10]}), cure, texts[0]),)


_BY_WORD = {
    ASK: N_(
        "In column {column}, the word “{word}” alone nearly gives {goal} away (ROC AUC {score:number}). "
        "Was the text written before the answer was known? It is used unless you take it out."
    ),
    ASIDE: N_(
        "In column {column}, the word “{word}” alone gives {goal} away (ROC AUC {score:number}), so the "
        "column is set aside: a model would only repeat it."
    ),
}
_MANY = N_(
    "{n:count} columns, each alone, tell the answers of {goal} apart well. The strongest are {columns:list}. Check "
    "that "
    "they are known beforehand."
)
_BY_LUCK = N_("There are more columns than rows, so some do better here than they will on new rows.")
_AFTERWARDS = N_("It is known only once the answer is.")
_ASKED_BY_FIELD = N_("Column {column} tells much of {goal}. {why} It is used unless you take it out.")
_ASIDE_BY_FIELD = N_("Column {column} is set aside: {why}")
_SAID: tuple[tuple[str, Severity, dict[str, str]], ...] = (
    (
        "leak_watch",
        "note",
        {
            "auc": N_(
                "Column {column} alone tells the answers of {goal} apart well (ROC AUC {score:number}). "
                "Check that it is known beforehand."
            ),
            "r2": N_(
                "Column {column} alone explains {score:percent} of the differences in {goal}. Check that it is known "
                "beforehand."
            ),
        },
    ),
    (
        "leak_ask",
        "warning",
        {
            "auc": N_(
                "Column {column} alone nearly gives {goal} away (ROC AUC {score:number}). Is it known "
                "before the answer? It is used unless you take it out."
            ),
            "r2": N_(
                "Column {column} alone nearly gives {goal} away: it explains {score:percent} of the differences. Is "
                "it known before the answer? It is used unless you take it out."
            ),
        },
    ),
    (
        "leak",
        "stop",
        {
            "auc": N_(
                "Column {column} alone gives {goal} away (ROC AUC {score:number}), so it is set aside: a "
                "model would only repeat it."
            ),
            "r2": N_(
                "Column {column} alone gives {goal} away: it explains {score:percent} of the differences. It is set "
                "aside, for a model would only repeat it."
            ),
        },
    ),
)
