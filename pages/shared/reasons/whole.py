"""Reasons overall: which columns matter, and which way each moves the answer."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.explain import sentences
from core.explain.explanation import Explanation
from core.explain.sentences import Mean
from core.plots import explain as plots
from core.plots.beeswarm import beeswarm
from core.words import N_
from pages.shared import chart, show
from pages.shared.language import plain, t
from pages.shared.reasons import checked, related
from pages.shared.reasons.scene import Scene

TOP, MOST = 15, 200
"""Columns shown at first, and at most: the file of numbers has all."""


def headline(means: tuple[Mean, ...]) -> str:
    """What counts, in one sentence."""
    names = [mean.column for mean in means[:3] if mean.value > 0]
    if not names:
        return t("No column moves the answer: the model says nearly the same of every case.")
    if len(names) == 1:
        return t("What counts is {name}.", name=names[0])
    return t("What counts most: {names:list}.", names=names)


def importance(scene: Scene, found: Explanation) -> Explanation:
    """How far each column moves the answer, on average; the reasons as they are shown, related columns as one."""
    chart.title(t("Which columns matter most?"))
    with st.container(horizontal=True, gap="medium"):
        place = st.container(width="content")
        joined = related.joined(scene, found)
        means = sentences.importance(joined)
        with place:
            every = len(means) > TOP and st.toggle(
                t("Show all {n:count} columns", n=len(means))
                if len(means) <= MOST
                else t("Show the first {most:count} of {n:count} columns", most=MOST, n=len(means)),
                key="importance_all",
            )
    drawn = plots.importance(means, show.theme(), MOST if every else TOP, scene.scale)
    chart.figure("", _first(scene, joined, means[0]), drawn, key="importance", frame=_frame(means))
    checked.beside(scene)
    return joined


def _first(scene: Scene, found: Explanation, first: Mean) -> str:
    if scene.evaluation.task == "regression":
        facts = {"column": first.column, "value": first.value, "low": first.low, "high": first.high}
        return t(
            "On average over {n:count} cases the model has never seen, {column} moves the answer by "
            "{value:number} {unit} ({low:number} to {high:number}).",
            n=len(found.rows),
            unit=scene.scale.unit,
            **facts,
        )
    facts = {"column": first.column, "value": _points(first.value), "low": _points(first.low)}
    return t(
        "On average over {n:count} cases the model has never seen, {column} moves the chance by {value:number} "
        "percentage points ({low:number} to {high:number}).",
        n=len(found.rows),
        high=_points(first.high),
        **facts,
    )


def _points(share: float) -> float:
    return round(100 * share, 1)


def _frame(means: tuple[Mean, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                plain(N_("Column")): mean.column,
                plain(N_("Moves the answer by, on average")): mean.value,
                plain(N_("from")): mean.low,
                plain(N_("to")): mean.high,
            }
            for mean in means
        ]
    )


def swarm(scene: Scene, found: Explanation) -> None:
    """A point a case: which way each column moves it."""
    answer = t(
        "Each point is one of {n:count} cases. Points to the right raise the answer, points to the left lower it; the "
        "colour says whether the column's own value is low or high.",
        n=len(found.rows),
    )
    first = [found.columns.index(mean.column) for mean in sentences.importance(found)[:MOST]]
    frame = pd.DataFrame(found.values[:, first], columns=[found.columns[place] for place in first])
    frame.insert(0, plain(N_("Data row")), found.rows + 1, allow_duplicates=True)
    chart.figure(
        t("Which way does each column move it?"),
        answer,
        beeswarm(found, show.theme(), scale=scene.scale),
        key="beeswarm",
        frame=frame,
    )
    checked.beside(scene)
