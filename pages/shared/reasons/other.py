"""Two cases compared: why this one and not that one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.explain.explanation import Explanation
from core.explain.spelled import between
from core.plots.waterfall import BETWEEN, waterfall
from core.words import N_
from pages.shared import cases, chart, show
from pages.shared.language import plain, t
from pages.shared.reasons import checked, told
from pages.shared.reasons.scene import Scene


def compare(scene: Scene, row: int, label: str) -> None:
    """Holds a case against a second one that is chosen here.

    Args:
        scene: the run.
        row: the case asked about.
        label: the class that is explained in both; empty for numbers.
    """
    that = cases.choose(scene.desk, scene.run, scene.card, scene.evaluation, key="other", first=1)
    if that is None:
        return
    if that == row:
        st.info(t("This is the same case. Choose another one to compare it with."))
        return
    made = told.asked(scene, (row, that), label or None)
    if made is None:
        return
    st.markdown(told.truth(scene, that))
    both = made.explanation
    shown = between(both, 0, 1)
    drawn = waterfall(shown, show.theme(), scene.scale, BETWEEN)
    chart.figure("", _answer(scene, both), drawn, key="compared", frame=_frame(both))
    checked.beside(scene)
    st.caption(t("Each bar is one column: the cell of this case, then ← that of the other."))


def _answer(scene: Scene, both: Explanation) -> str:
    this, that = float(both.predictions[0]), float(both.predictions[1])
    facts = {
        "this": scene.answer(this),
        "that": scene.answer(that),
        "label": scene.label(both.labels[0]),
        "gap": scene.moved(this - that),
    }
    if both.labels[0]:
        return t(
            "The chance of “{label}” is {this} here and {that} there; the bars add up to the difference, {gap}.",
            **facts,
        )
    return t("The answer is {this} here and {that} there; the bars add up to the difference, {gap}.", **facts)


def _frame(both: Explanation) -> pd.DataFrame:
    steps = both.values[0] - both.values[1]
    order = np.argsort(-np.abs(steps), kind="stable")
    return pd.DataFrame(
        {
            plain(N_("Column")): [both.columns[place] for place in order],
            plain(N_("This case")): [both.cells[place][0] for place in order],
            plain(N_("The other")): [both.cells[place][1] for place in order],
            plain(N_("Moves the answer by")): steps[order],
        }
    )
