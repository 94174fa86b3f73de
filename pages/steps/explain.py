"""Reasons: which columns matter, how each moves the answer, and why one case got its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.deliver.shelf import no_model
from core.explain import sentences
from core.explain.explanation import Explanation
from core.words import N_
from pages.shared import chart, overall, pill, results, show
from pages.shared.desk import Desk
from pages.shared.language import plain, t, tell
from pages.shared.reasons import case, checked, column, onepage, related, together, whole
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
    scene = replace(scene, grade=checked.known(scene))
    found = overall.reasons(desk, run)
    later = st.container()
    if found is None:
        pill.pill(desk, card)
        overall.missing(desk, run)
    else:
        later = _overall(scene, found)
    st.fragment(_guarded)(case.case, scene, found)
    with later:
        related.notes(scene)
    if found is not None:
        checked.start(scene)


def _guarded(part: Callable[..., None], scene: Scene, found: Explanation | None) -> None:
    """A part of the page that is drawn anew by itself where something in it is chosen.

    The model may have been deleted since the page was drawn.
    """
    if not scene.run.usable:
        show.trouble(no_model())
        return
    show.guarded(part, scene, found)


def _overall(scene: Scene, found: Explanation) -> DeltaGenerator:
    """The views of all cases; the place of what is known only once the model was asked."""
    top = st.container()
    if scene.withheld:
        with top:
            chart.lead(t("The reasons of this model are not shown."))
            checked.line(scene)
        return st.container()
    shown = _one_class(scene, _of_group(scene, found))
    with top:
        chart.lead(whole.headline(sentences.importance(shown if len(shown.rows) else found)))
        st.markdown(tell(sentences.CAUTION))
        if scene.card.made_up:
            st.caption(t("Made-up data: this sample was generated to show how Vitrine works."))
        checked.line(scene)
    if not len(shown.rows):
        st.info(t("No case with this answer is among those explained."))
        return st.container()
    joined = whole.importance(scene, shown)
    later = st.container()
    whole.swarm(scene, joined)
    st.fragment(_guarded)(column.column, scene, shown)
    st.fragment(_guarded)(together.together, scene, shown)
    st.fragment(onepage.onepage)(scene)
    return later


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
    given = plain(N_("whichever was given"))
    chosen = st.selectbox(
        t("Reasons for the answer"),
        ["", *classes],
        format_func=lambda label: label or given,
        key=f"class_{scene.run.id}",
        width=320,
    )
    if not chosen:
        st.caption(
            t(
                "Each case shows what moves the chance of the answer it was given, so raising and lowering are about "
                "different answers. Choose one answer to see only the cases that were given it."
            )
        )
        return found
    return results.some(found, np.array([label == chosen for label in found.labels]))
