"""Columns that say nearly the same, told as one reason where the analyst wants it."""

from __future__ import annotations

import streamlit as st

from core.deliver.ask.reasons import Related, ask_families
from core.errors import Problem
from core.explain.explanation import Explanation
from core.explain.families import gathered
from pages.shared import show
from pages.shared.language import t, tell
from pages.shared.reasons.scene import Scene

NOTES = 3
"""Pairs of near copies that are spoken of."""


def joined(scene: Scene, found: Explanation) -> Explanation:
    """The reasons with related columns as one, where that is chosen and there are any."""
    if len(found.columns) < 2 or not st.toggle(
        t("Count related columns as one reason"), key=f"families_{scene.run.id}"
    ):
        return found
    try:
        families = _asked(scene, str(scene.run.folder), scene.stamp).families
    except Problem as problem:
        show.trouble(problem)
        return found
    if not families:
        st.caption(t("No columns are so much alike that they would count as one."))
        return found
    for family in families:
        st.caption(t("{name}: {columns:list}", name=family.name, columns=family.columns))
    return gathered(found, families)


def notes(scene: Scene) -> None:
    """What is to be said of columns that are nearly copies of each other."""
    try:
        found = _asked(scene, str(scene.run.folder), scene.stamp).notes
    except Problem:  # the case below asks the same model, and says what is wrong
        return
    for note in found[:NOTES]:
        st.caption(tell(note))


@st.cache_resource(max_entries=64, show_spinner=False)
def _asked(_scene: Scene, folder: str, stamp: int) -> Related:
    """The folder names the owner, the stamp the model."""
    return ask_families(_scene.desk.resident, _scene.run)
