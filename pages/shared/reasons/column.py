"""One column: how its values move the answer case by case, and what happens where it alone is changed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.deliver.ask.reasons import ask_partial
from core.explain import sentences
from core.explain.curve import Curve
from core.explain.explanation import Explanation
from core.explain.pairs import partners
from core.plots import dependence as plots
from core.plots import reasons as more
from core.words import N_
from pages.shared import chart, show
from pages.shared.language import plain, t, tell, together
from pages.shared.reasons import checked
from pages.shared.reasons.scene import Scene

MOST = 200
"""Columns that are offered for the colour, beside the partners."""
VIEWS = {"cases": N_("As the cases are"), "alone": N_("With this column alone changed")}


def column(scene: Scene, found: Explanation) -> None:
    """How does one column move the answer?"""
    ranked = [mean.column for mean in sentences.importance(found) if scene.kind(mean.column) != "text"]
    texts = [name for name in found.columns if scene.kind(name) == "text"]
    if not ranked:
        return
    chart.title(t("How does one column move the answer?"))
    views = {one: plain(said) for one, said in VIEWS.items()}
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        name = st.selectbox(t("Column"), ranked, key=f"dependence_{scene.run.id}", width=240)
        view = st.segmented_control(
            t("Shown"),
            list(VIEWS),
            default="cases",
            required=True,
            format_func=views.__getitem__,
            key=f"dependence_view_{scene.run.id}",
            label_visibility="collapsed",
        )
        colour = _colour(scene, found, name) if view == "cases" else ""
    if texts:
        st.caption(
            t(
                "Not offered: {columns:list}. Texts have no order; their words are marked in each case below.",
                columns=texts,
            )
        )
    if view == "alone":
        show.guarded(_alone, scene, found, name)
    else:
        _cases(scene, found, name, colour)


def _cases(scene: Scene, found: Explanation, name: str, colour: str) -> None:
    place = found.columns.index(name)
    frame = {
        plain(N_("Data row")): found.rows + 1,
        name: list(found.cells[place]),
        plain(N_("Moves the answer by")): found.values[:, place],
    }
    if colour:
        frame[colour] = list(found.cells[found.columns.index(colour)])
    chart.figure(
        "",
        _ends(scene, plots.ends(found, name)),
        plots.dependence(found, name, show.theme(), scale=scene.scale, colour=colour),
        key="dependence",
        frame=pd.DataFrame(frame),
    )
    checked.beside(scene)
    if colour:
        st.caption(
            t("The colour is the value of {column}: where colours lie apart, the two work together.", column=colour)
        )


def _colour(scene: Scene, found: Explanation, name: str) -> str:
    """The column that gives the colour, at first the strongest partner; empty for whether a value raises or lowers."""
    strong = list(partners(found, name))[:MOST]
    ranked = [mean.column for mean in sentences.importance(found)[:MOST]]
    rest = [one for one in ranked if one != name and one not in strong]
    either = plain(N_("whether it raises or lowers"))
    chosen = st.selectbox(
        t("Colour"),
        [*strong[:1], "", *strong[1:], *rest],
        format_func=lambda one: one or either,
        key=f"colour_{scene.run.id}_{name}",
        width=240,
    )
    return chosen or ""


def _ends(scene: Scene, ends: plots.Ends) -> str:
    facts = {
        "low": ends.low_name,
        "high": ends.high_name,
        "down": scene.moved(ends.low),
        "up": scene.moved(ends.high),
        "n": ends.n,
        "column": ends.column,
    }
    if ends.numeric:
        return t(
            "In the quarter of the cases with the lowest {column} (up to {low}) it moves the answer by {down} on "
            "average, in the quarter with the highest (from {high}) by {up} ({n:count} cases).",
            **facts,
        )
    return t(
        "With “{low}” it moves the answer by {down} on average, with “{high}” by {up} ({n:count} cases).",
        **{**facts, "low": ends.low_name or plain(N_("missing")), "high": ends.high_name or plain(N_("missing"))},
    )


def _alone(scene: Scene, found: Explanation, name: str) -> None:
    label = scene.one_label(found)
    with st.spinner(t("Asking the model …")):
        made = _asked(scene, str(scene.run.folder), scene.stamp, name, label, tuple(int(row) for row in found.rows))
    frame = pd.DataFrame(
        {
            name: ["" if cell is None else cell for cell in made.cells],
            plain(N_("Mean answer")): made.mean,
            plain(N_("from")): made.low,
            plain(N_("to")): made.high,
            plain(N_("Real cases near")): made.counts,
        }
    )
    chart.figure("", _moves(scene, made), more.curve(made, show.theme(), scene.scale), key="partial", frame=frame)
    notes = [
        tell(made.note),
        t("Each thin line is one case with only {column} changed; the thick line is their mean.", column=name),
    ]
    if made.guessed.any():
        notes.append(t("At hollow points no real case lies near: there the model only guesses."))
    st.caption(together(notes))


def _moves(scene: Scene, made: Curve) -> str:
    low, high = int(made.mean.argmin()), int(made.mean.argmax())
    facts = {
        "column": made.column,
        "low": scene.answer(float(made.mean[low])),
        "at_low": _cell(made.cells[low]),
        "high": scene.answer(float(made.mean[high])),
        "at_high": _cell(made.cells[high]),
        "label": scene.label(made.label),
    }
    if np.ptp(made.mean) == 0:
        return t("Changing {column} alone does not move the mean answer.", **facts)
    if made.label:
        return t(
            "With {column} alone changed, the mean chance of “{label}” lies between {low} (at {at_low}) and {high} "
            "(at {at_high}).",
            **facts,
        )
    return t(
        "With {column} alone changed, the mean answer lies between {low} (at {at_low}) and {high} (at {at_high}).",
        **facts,
    )


def _cell(cell: str | float | None) -> str:
    if cell is None:
        return plain(N_("missing"))
    return cell if isinstance(cell, str) else show.number(float(f"{cell:.3g}"))


@st.cache_resource(max_entries=64, show_spinner=False)
def _asked(_scene: Scene, folder: str, stamp: int, name: str, label: str | None, rows: tuple[int, ...]) -> Curve:
    """The folder names the owner, the stamp the model."""
    return ask_partial(_scene.desk.resident, _scene.run, name, label=label, rows=rows)
