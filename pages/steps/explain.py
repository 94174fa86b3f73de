"""Reasons: which columns matter, how each moves the answer, and why one case got its answer."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.explain import sentences
from core.explain.explanation import Explanation
from core.words import N_
from pages.shared import chart, overall, pill, results
from pages.shared.desk import Desk
from pages.shared.language import plain, t, tell
from pages.shared.reasons import case, column, related, together, whole
from pages.shared.reasons.scene import Scene

TITLE = N_("Reasons")
FEW = 10
"""Explained cases of a group with which a picture can be made."""


def render(desk: Desk) -> None:
    """The step."""
    run, card = desk.run(), desk.card()
    if run is None or card is None or not run.usable:
        st.info(t("First train a model."))
        return
    desk.seen.add("explain")
    scene = Scene(desk, run, card, results.evaluation(run))
    found = overall.reasons(desk, run)
    if found is None:
        overall.missing(desk, run)
    else:
        _overall(scene, found)
    case.case(scene, found)


def _overall(scene: Scene, found: Explanation) -> None:
    top = st.container()
    shown = _one_class(scene, _of_group(scene, found))
    with top:
        chart.lead(whole.headline(sentences.importance(shown if len(shown.rows) else found)))
        st.markdown(tell(sentences.CAUTION))
        if scene.card.made_up:
            st.caption(t("Made-up data: this sample was generated to show how Vitrine works."))
    if not len(shown.rows):
        st.info(t("No case with this answer is among those explained."))
        return
    joined = related.joined(scene, shown)
    whole.importance(scene, joined)
    whole.swarm(scene, joined)
    column.column(scene, shown)
    together.together(scene, shown)


def _of_group(scene: Scene, found: Explanation) -> Explanation:
    """The explained cases of the group that is chosen; of everybody where too few of them are."""
    group = pill.pill(scene.desk, scene.card)
    if group is None:
        return found
    inside = np.isin(found.rows, pill.rows_of(scene.desk, scene.run, group))
    facts = {"n": int(inside.sum()), "all": len(found.rows)}
    if facts["n"] < FEW:
        st.info(
            t(
                "Only {n:count} of the {all:count} cases explained {n:is/are} in this group, too few for a picture: "
                "the charts show all. One case of the group can be asked below.",
                **facts,
            )
        )
        return found
    st.caption(t("The charts show the {n:count} of {all:count} explained cases that are in this group.", **facts))
    return results.some(found, inside)


def _one_class(scene: Scene, found: Explanation) -> Explanation:
    """For several classes: the cases answered with one of them, or all together."""
    if scene.evaluation.task != "multiclass":
        return found
    classes = [label for label in scene.evaluation.classes if label in set(found.labels)]
    chosen = st.selectbox(
        t("Reasons for the answer"),
        ["", *classes],
        format_func=lambda label: label or plain(N_("whichever was given")),
        key=f"class_{scene.run.id}",
        width=320,
    )
    if not chosen:
        return found
    return results.some(found, np.array([label == chosen for label in found.labels]))
