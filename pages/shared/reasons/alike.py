"""Real cases that are most like one case: what differs, and what became of them."""

from __future__ import annotations

import streamlit as st

from core.deliver.ask.whatif import ask_kin
from core.explain.kin import Neighbour
from core.words import N_, Message
from pages.shared import results, show
from pages.shared.language import plain, t
from pages.shared.reasons.scene import Scene

NAMED = 4
"""Columns in which two cases differ that are named."""
SHORT = 40
"""Signs of a cell that are shown."""


def kin(scene: Scene, row: int) -> None:
    """The three nearest real cases of a row."""
    with st.spinner(t("Asking the model …")):
        found = _asked(scene, str(scene.run.folder), scene.stamp, row)
    if not found:
        st.info(t("There is no other case to compare it with."))
        return
    st.markdown(_answer(scene, found))
    for column, near in zip(st.columns(len(found)), found, strict=True):
        with column, st.container(border=True, height="stretch", gap="xsmall", key=f"kin_{near.row}"):
            _one(scene, near)
    st.caption(
        t("Of the cases the model learned from. Alike means in the columns of the file, whatever their answers.")
    )


def _answer(scene: Scene, found: tuple[Neighbour, ...]) -> str:
    known = [near.truth for near in found if near.truth is not None]
    names = [_truth(scene, truth) for truth in known]
    if not names:
        return t("What became of the cases most like it is not known.")
    return t("What became of the {n:count} {n:case/cases} most like it: {names:list}.", n=len(names), names=names)


def _one(scene: Scene, near: Neighbour) -> None:
    st.markdown(t("**Data row {row:count}**", row=near.row + 1))
    if near.truth is not None:
        st.markdown(t("In truth it was “{truth}”.", truth=_truth(scene, near.truth)))
    if near.values:
        st.markdown(_says(scene, near))
    if not near.differs:
        st.caption(t("The same in every column."))
        return
    parts = [
        Message(_DIFFERS, {"column": name, "here": _cell(here), "there": _cell(there)})
        for name, (here, there) in list(near.differs.items())[:NAMED]
    ]
    st.caption(t("It differs in {parts:list}.", parts=parts))
    if len(near.differs) > NAMED:
        st.caption(t("and in {n:count} more {n:column/columns}", n=len(near.differs) - NAMED))


_DIFFERS = N_("{column} ({there} instead of {here})")


def _says(scene: Scene, near: Neighbour) -> str:
    evaluation = scene.evaluation
    if evaluation.task == "regression":
        return t("The model says {answer}.", answer=f"{scene.answer(near.values[0])} {scene.scale.unit}".strip())
    chances = dict(zip(evaluation.classes, near.values, strict=False))
    label = str(evaluation.positive) if evaluation.task == "binary" else max(chances, key=lambda one: chances[one])
    facts = {"label": scene.label(label), "answer": chances.get(label)}
    return t("The model gives “{label}” a chance of {answer:percent}.", **facts)


def _truth(scene: Scene, truth: str | float) -> str:
    return results.name(scene.run, scene.evaluation, truth) if isinstance(truth, str) else show.number(float(truth))


def _cell(cell: str) -> str:
    if not cell:
        return plain(N_("missing"))
    return cell if len(cell) <= SHORT else f"{cell[: SHORT - 1]}…"


@st.cache_resource(max_entries=128, show_spinner=False)
def _asked(_scene: Scene, folder: str, stamp: int, row: int) -> tuple[Neighbour, ...]:
    """The folder names the owner, the stamp the model."""
    return ask_kin(_scene.desk.resident, _scene.run, rows=[row])[0]
