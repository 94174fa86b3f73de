"""Columns that say nearly the same, told as one reason where the analyst wants it."""

from __future__ import annotations

import streamlit as st

from core.deliver.ask.reasons import Related, ask_families
from core.errors import Problem
from core.explain.explanation import Explanation
from core.explain.families import gathered
from pages.shared.language import t, tell
from pages.shared.reasons.scene import Scene

NOTES = 3
"""Pairs of near copies that are spoken of."""


def joined(scene: Scene, found: Explanation) -> Explanation:
    """The reasons with related columns as one, where there are any and that is chosen."""
    try:
        related = _asked(scene, str(scene.run.folder), scene.stamp)
    except Problem:  # the case below asks the same model, and says what is wrong
        return found
    for note in related.notes[:NOTES]:
        st.caption(tell(note))
    if not related.families:
        return found
    label = t("Count related columns as one reason ({n:count} {n:group/groups})", n=len(related.families))
    if not st.toggle(label, key=f"families_{scene.run.id}"):
        return found
    for family in related.families:
        st.caption(t("{name}: {columns:list}", name=family.name, columns=family.columns))
    return gathered(found, related.families)


@st.cache_resource(max_entries=64, show_spinner=False)
def _asked(_scene: Scene, folder: str, stamp: int) -> Related:
    """The folder names the owner, the stamp the model."""
    return ask_families(_scene.desk.resident, _scene.run)
