"""Columns that work together: what two of them move the answer by beyond what each does alone."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.deliver.ask.reasons import ask_pairs
from core.explain.explanation import Explanation
from core.explain.pairs import Pairs
from core.plots import reasons as plots
from core.words import N_
from pages.shared import chart, show
from pages.shared.language import plain, t
from pages.shared.reasons.scene import Scene


def together(scene: Scene, found: Explanation) -> None:
    """Which columns work together?"""
    with st.expander(t("Which columns work together?"), key=f"pairs_{scene.run.id}", on_change="rerun") as part:
        if part.open:
            show.guarded(_together, scene, found)


def _together(scene: Scene, found: Explanation) -> None:
    label = scene.one_label(found)
    with st.spinner(t("Asking the model …")):
        made = _asked(scene, str(scene.run.folder), scene.stamp, label, tuple(int(row) for row in found.rows))
    pairs = plots.joined(made)
    if not pairs:
        st.info(t("Pairs need at least two columns, and a case."))
        return
    frame = pd.DataFrame(
        [
            {
                plain(N_("Column")): one,
                plain(N_("With")): other,
                plain(N_("Moves the answer by, beyond each alone")): size,
                plain(N_("With its sign")): mean,
            }
            for one, other, size, mean in pairs
        ]
    )
    drawn = plots.together(pairs, show.theme(), scene.scale)
    chart.figure("", _answer(scene, pairs[0], made), drawn, key="pairs", frame=frame)
    st.caption(
        t(
            "Looked at: the {n:count} columns that matter most. To see how two of them work together, choose one above "
            "and the other as its colour.",
            n=len(made.columns),
        )
    )


def _answer(scene: Scene, first: tuple[str, str, float, float], made: Pairs) -> str:
    one, other, size, _ = first
    facts = {"one": one, "other": other, "value": scene.moved(size).lstrip("+−"), "n": len(made.rows)}
    if not size:
        return t("No two columns work together: each moves the answer by itself ({n:count} cases).", **facts)
    return t(
        "{one} and {other} together move the answer by {value} more or less than each does alone, on average over "
        "{n:count} {n:case/cases}.",
        **facts,
    )


@st.cache_resource(max_entries=32, show_spinner=False)
def _asked(_scene: Scene, folder: str, stamp: int, label: str | None, rows: tuple[int, ...]) -> Pairs:
    """The folder names the owner, the stamp the model."""
    return ask_pairs(_scene.desk.resident, _scene.run, label=label, rows=rows)
