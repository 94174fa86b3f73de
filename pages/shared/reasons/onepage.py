"""The model told on one page: a points card, or a small tree, with how far it may stand for the model."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.deliver.ask.reasons import ask_surrogate
from core.explain.readable import Fidelity, Leaf, Surrogate
from core.words import N_, Message
from pages.shared import chart, show
from pages.shared.language import plain, t, tell
from pages.shared.reasons.scene import Scene


def onepage(scene: Scene) -> None:
    """Can it be told on one page?"""
    with st.expander(t("Can it be told on one page?"), key=f"surrogate_{scene.run.id}", on_change="rerun") as part:
        if part.open:
            show.guarded(_onepage, scene)


def _onepage(scene: Scene) -> None:
    with st.spinner(t("Asking the model …")):
        made = _asked(scene, str(scene.run.folder), scene.stamp)
    if made.form == "none":
        st.info("" if made.message is None else tell(made.message))
        return
    if made.message is not None:
        (st.markdown if made.readable else st.warning)(tell(made.message))
    if made.form == "card":
        _card(scene, made)
    else:
        _tree(scene, made)
    _faithful(made)


# -- a points card ----------------------------------------------------------------------------------------------------


def _card(scene: Scene, made: Surrogate) -> None:
    st.markdown(
        t("Add up the points of each column, then read the chance of “{label}” below.", label=scene.label(made.label))
    )
    lines, steps = card(made)
    left, right = st.columns([3, 2], gap="large")
    with left:
        chart.table(lines, key="card", alt=plain(N_("Points of each column")))
    raw = pd.DataFrame([(step.low, step.high, step.chance, step.n) for step in made.steps], columns=list(_STEPS))
    with right:
        chart.table(steps, key="card_steps", alt=plain(N_("What the sum of points means")), raw=raw)


_STEPS = ("from", "to", "chance", "cases")


def card(made: Surrogate) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The points of each line, and the chance of each sum, as texts."""
    last, rows = "", []
    for line in made.lines:
        name = line.condition.column
        said = plain(line.condition.message)
        rows.append(
            ("" if name == last else name, said, f"{line.points:+d}" if line.points else "0", show.count(line.n))
        )
        last = name
    lines = pd.DataFrame(rows, columns=[plain(name) for name in (N_("Column"), N_("Value"), N_("Points"), N_("Cases"))])
    sums = [(_sum(step.low, step.high), show.percent(step.chance), show.count(step.n)) for step in made.steps]
    return lines, pd.DataFrame(sums, columns=[plain(N_("Sum of points")), plain(N_("Chance")), plain(N_("Cases"))])


def _sum(low: int, high: int) -> str:
    return str(low) if low == high else plain(N_("{low} to {high}"), low=str(low), high=str(high))


# -- a small tree -----------------------------------------------------------------------------------------------------


def _tree(scene: Scene, made: Surrogate) -> None:
    st.markdown(t("Find the line whose conditions all hold for a case; it says the answer."))
    chart.table(tree(scene, made), key="tree", alt=plain(N_("The small tree, a line for each of its ends")))


def tree(scene: Scene, made: Surrogate) -> pd.DataFrame:
    """A line for each end of the tree, as texts."""
    answer = plain(N_("Answer"))
    if made.label:
        answer = plain(N_("Chance of “{label}”"), label=scene.label(made.label))
    rows = [(_conditions(leaf), _answer(scene, made, leaf), show.count(leaf.n)) for leaf in made.leaves]
    return pd.DataFrame(rows, columns=[plain(N_("Where")), answer, plain(N_("Cases"))])


def _conditions(leaf: Leaf) -> str:
    if not leaf.conditions:
        return plain(N_("always"))
    parts = [
        Message(_CONDITION, {"column": condition.column, "value": condition.message}) for condition in leaf.conditions
    ]
    return plain(N_("{parts:list}"), parts=parts)


_CONDITION = N_("{column}: {value}")


def _answer(scene: Scene, made: Surrogate, leaf: Leaf) -> str:
    if made.label:
        return show.percent(leaf.values[0])
    if not made.classes:
        return f"{scene.answer(leaf.values[0])} {scene.scale.unit}".strip()
    chance = leaf.values[made.classes.index(leaf.label)] if leaf.label in made.classes else max(leaf.values)
    return plain(N_("{label} ({chance:percent})"), label=leaf.label, chance=chance)


# -- how far it may be trusted ----------------------------------------------------------------------------------------


def _faithful(made: Surrogate) -> None:
    if made.fidelity is None or not made.groups:
        return
    chart.title(t("Does it stand for the model in every group?"))
    every = [made.fidelity, *made.groups]
    raw = pd.DataFrame(
        [(one.column, one.group, one.n, one.explained, one.agreement) for one in every],
        columns=["column", "group", "cases", "explained", "agreement"],
    )
    chart.table(fidelities(every), key="fidelity", alt=plain(N_("How alike the answers are, by group")), raw=raw)


def fidelities(every: list[Fidelity]) -> pd.DataFrame:
    """Overall and by group, as texts; a group with too few cases has no figures."""
    few = plain(N_("too few cases"))
    rows = [
        (
            plain(N_("All cases")) if not one.group else plain(_CONDITION, column=one.column, value=one.group),
            show.count(one.n),
            few if not one.enough else show.percent(one.agreement) if one.agreement is not None else "–",
            few if not one.enough else show.percent(one.explained) if one.explained is not None else "–",
        )
        for one in every
    ]
    names = (N_("Group"), N_("Cases"), N_("Same answer"), N_("Share of the differences told"))
    return pd.DataFrame(rows, columns=[plain(name) for name in names])


@st.cache_resource(max_entries=32, show_spinner=False)
def _asked(_scene: Scene, folder: str, stamp: int) -> Surrogate:
    """The folder names the owner, the stamp the model."""
    return ask_surrogate(_scene.desk.resident, _scene.run)
