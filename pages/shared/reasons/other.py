"""Two cases compared: why this one and not that one."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.explain.explanation import Explanation
from core.explain.sentences import compared, contrast
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
    chart.figure("", told.lines(scene, contrast(both, 0, 1)), drawn, key="compared", frame=_frame(both))
    checked.beside(scene)
    st.caption(
        t(
            "Each bar is one column: the cell of this case, then ← that of the other. "
            "The bars add up to the difference; gap {gap}.",
            gap=f"{shown.gap:.6f}",
        )
    )


def _frame(both: Explanation) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                plain(N_("Column")): part.column,
                plain(N_("This case")): part.cell,
                plain(N_("The other")): part.other,
                plain(N_("Moves the answer by")): part.value,
                plain(N_("Standard error")): part.error,
            }
            for part in compared(both, 0, 1)
        ]
    )
