"""What a training run left behind, read from its folder once and kept for all who look at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import streamlit as st

from core import values
from core.data import goal as goals
from core.data.table import TableCard
from core.data.task import Goal
from core.engines.base import Run
from core.explain.explanation import Explanation
from core.explain.keep import open_explanation
from core.learn.evaluation import Evaluation
from core.words import Message
from pages.shared.desk import recipe_of
from pages.shared.language import plain
from pages.shared.names import MEMBERS


@dataclass(frozen=True)
class Drawn:
    """How the rows were divided."""

    method: str
    why: Message


def evaluation(run: Run) -> Evaluation:
    """What the model is worth."""
    path = run.folder / "evaluation.json"
    return _evaluation(str(path), path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _evaluation(path: str, changed: int) -> Evaluation:
    return values.read(Path(path), Evaluation)


def used(made: Evaluation) -> list[str]:
    """Learners that have a share in the answer, as people call them."""
    return [plain(MEMBERS.get(one.name) or one.name) for one in made.members if one.weight > 0]


def split(run: Run) -> Drawn | None:
    """How the rows were divided; None where the run does not say."""
    path = run.folder / "split.json"
    return values.read(path, Drawn) if path.is_file() else None


def predictions(run: Run) -> pd.DataFrame:
    """The answers for rows the model has never seen: ``row``, ``truth``, and as ``Evaluation`` says."""
    path = run.folder / "predictions.parquet"
    frame = _predictions(str(path), path.stat().st_mtime_ns)
    return frame[frame["set"] == "test"] if "set" in frame else frame


def reasons(run: Run) -> Explanation | None:
    """The overall reasons; None where they are not there (yet)."""
    folder = run.folder / "explanation"
    if not (folder / "explanation.json").is_file():
        return None
    return _reasons(str(folder), (folder / "explanation.json").stat().st_mtime_ns)


def event(run: Run, evaluation: Evaluation) -> str:
    """What a yes/no model gives the chance of, so that it is understood alone: not "1" but "DEATH_EVENT = 1".

    An answer that is a word of its own ("Dropout") stays as the file has it; for a limit the question itself stands.
    """
    return event_of(recipe_of(run).task.goal, str(evaluation.positive))


def event_of(goal: Goal, positive: str) -> str:
    """The same of a question and its positive answer."""
    said = goals.event_of(goal, positive)
    return said if isinstance(said, str) else plain(said)


def name(run: Run, evaluation: Evaluation, label: str) -> str:
    """An answer as it is shown: the file's own word, but for a limit the question itself, or its opposite."""
    goal = recipe_of(run).task.goal
    return event_of(goal, label) if evaluation.task == "binary" and goal.derived else label


def names(run: Run, evaluation: Evaluation) -> tuple[str, ...]:
    """The classes as they are shown, in their order."""
    return tuple(name(run, evaluation, label) for label in evaluation.classes)


def worded(message: Message, run: Run, evaluation: Evaluation) -> Message:
    """A sentence about the model, and those inside it, with the event named so that it is understood alone."""
    if evaluation.task != "binary":
        return message
    facts: dict[str, Any] = {}
    for name, fact in message.facts.items():
        if isinstance(fact, Message) or (isinstance(fact, Mapping) and "text" in fact):  # as JSON brings it
            facts[name] = worded(msgspec.convert(fact, Message, from_attributes=True), run, evaluation)
        elif name in ("positive", "label", "goal") and fact == evaluation.positive:
            facts[name] = event(run, evaluation)
    return replace(message, facts={**message.facts, **facts}) if facts else message


def unit(card: TableCard, evaluation: Evaluation) -> str:
    """Of the numbers that are predicted; empty where there is none."""
    if evaluation.task != "regression" or evaluation.target not in card.schema:
        return ""
    column = card.schema[evaluation.target]
    return plain(column.unit) if column.unit else column.scale


def chances(frame: pd.DataFrame, label: str, of: str = "") -> np.ndarray:
    """(n,) probability of a class; ``of`` is "simple:" for the simple model's."""
    return frame[f"{of}p:{label}"].to_numpy(dtype=np.float64)


def some(found: Explanation, keep_rows: np.ndarray) -> Explanation:
    """The explanation of some of its rows.

    Args:
        found: an explanation.
        keep_rows: (n_rows,) bool.
    """
    places = np.flatnonzero(keep_rows)
    return replace(
        found,
        values=found.values[places],
        errors=found.errors[places],
        base=found.base[places],
        predictions=found.predictions[places],
        rows=found.rows[places],
        labels=tuple(found.labels[place] for place in places),
        cells=tuple(tuple(column[place] for place in places) for column in found.cells),
        numbers=found.numbers[places],
    )


@st.cache_resource(max_entries=32, show_spinner=False)
def _predictions(path: str, stamp: int) -> pd.DataFrame:
    """The path names the owner, the stamp the version; nobody changes the frame."""
    return pd.read_parquet(Path(path))


@st.cache_resource(max_entries=32, show_spinner=False)
def _reasons(path: str, stamp: int) -> Explanation:
    return open_explanation(Path(path))
