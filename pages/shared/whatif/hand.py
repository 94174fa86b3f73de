"""A group chosen by hand: a loop or a box drawn around cases on a chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.data import keep
from core.data.cohort import Cohort
from core.data.table import TableCard
from core.engines.base import Run
from core.learn.evaluation import Evaluation
from core.plots import group as plots
from core.words import N_
from pages.shared import pill, results, show
from pages.shared.desk import Desk
from pages.shared.language import plain, t
from pages.shared.whatif.grids import ranked

LOOK = {"displaylogo": False, "displayModeBar": False, "scrollZoom": False}
SHAPES = {"lasso": N_("a loop"), "select": N_("a box")}
ANSWER = ""
"""Stands for the model's answer among the columns."""


def choose(desk: Desk, run: Run, card: TableCard, evaluation: Evaluation) -> None:
    """Shows the cases and lets those inside a loop become the group."""
    x, y, shape = _axes(run, card)
    now = pill.chosen(desk, card)
    rows, drawn = _rows(desk, run, now, ANSWER in (x, y))
    if not len(rows):
        st.info(t("There is no case to show. Clear the group, or choose other columns."))
        return
    across, up = (_axis(run, card, evaluation, name, rows) for name in (x, y))
    inside = None if now is None else np.isin(rows, pill.rows_of(desk, run, now))
    figure = plots.cases(rows, across, up, show.theme(), inside)
    figure.update_layout(dragmode=shape)
    st.markdown(_told(len(rows), drawn, ANSWER in (x, y)))
    event = st.plotly_chart(
        figure,
        theme=None,
        key=f"group_hand_{run.id}",
        config=LOOK,
        on_select="rerun",
        selection_mode=("lasso", "box"),
        alt=plain(N_("Cases as points: {x} and {y}"), x=across.title, y=up.title),
    )
    picked = picked_rows(event)
    if not picked:
        st.caption(t("Draw around the cases you mean. With the keyboard, choose the group by conditions at the top."))
        return
    group = replace(now or Cohort(), rows=picked)
    label = t("Make these {n:count} {n:case/cases} the group", n=len(picked))
    st.button(label, type="primary", key=f"group_take_{run.id}", on_click=pill.lay, args=(desk, card, group))


def picked_rows(event: Any) -> tuple[int, ...]:
    """Row numbers of the points that a selection holds, rising; none where nothing is selected."""
    selection = event.get("selection", {}) if isinstance(event, Mapping) else {}
    found = set()
    for point in selection.get("points", ()):
        row = point.get("customdata")
        row = row[0] if isinstance(row, (list, tuple)) else row.get("0") if isinstance(row, Mapping) else row
        if isinstance(row, (int, float)):
            found.add(int(row))
    return tuple(sorted(found))


def _axes(run: Run, card: TableCard) -> tuple[str, str, str]:
    names = [one.name for one in card.schema.columns if one.kind not in ("text", "identifier")]
    first = next((name for name in ranked(run, card) if name in names), names[0] if names else ANSWER)
    called = plain(N_("the model's answer"))
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        x = st.selectbox(
            t("To the right"), names or [ANSWER], index=names.index(first) if names else 0,
            key=f"hand_x_{run.id}", width=260,
        )  # fmt: skip
        y = st.selectbox(
            t("Upwards"), [ANSWER, *names], format_func=lambda name: name or called, key=f"hand_y_{run.id}", width=260
        )
        shape = st.segmented_control(
            t("Draw"),
            list(SHAPES),
            default="lasso",
            required=True,
            format_func=lambda one: plain(SHAPES[one]),
            key=f"hand_shape_{run.id}",
        )
    return str(x or ANSWER), str(y or ANSWER), shape or "lasso"


def _rows(desk: Desk, run: Run, now: Cohort | None, answers: bool) -> tuple[np.ndarray, int]:
    """The rows shown, rising, and how many there are to show; those chosen by hand before may be left again."""
    known = pill.rows_of(desk, run, None if now is None else replace(now, rows=None))
    if answers:
        known = np.intersect1d(known, results.predictions(run)["row"].to_numpy())
    if len(known) <= plots.POINTS:
        return known, len(known)
    return np.sort(np.random.default_rng(0).choice(known, plots.POINTS, replace=False)), len(known)


def _told(shown: int, of: int, answers: bool) -> str:
    if shown < of:
        return t("{n:count} of {all:count} cases, drawn by chance: only these can be chosen here.", n=shown, all=of)
    if answers:
        return t("{n:count} {n:case/cases} the model has never seen.", n=shown)
    return t("{n:count} {n:case/cases}.", n=shown)


def _axis(run: Run, card: TableCard, evaluation: Evaluation, name: str, rows: np.ndarray) -> plots.Axis:
    if name == ANSWER:
        return _answers(run, card, evaluation, rows)
    cells = keep.frame(run.table, [name], rows.tolist())[name]
    column = card.schema[name]
    unit = plain(column.unit) if column.unit else column.scale
    if pd.api.types.is_datetime64_any_dtype(cells) or pd.api.types.is_numeric_dtype(cells):
        return plots.Axis(name, cells.to_numpy(), unit)
    return plots.Axis(name, cells.astype(object).where(cells.notna(), "").to_numpy(dtype=object))


def _answers(run: Run, card: TableCard, evaluation: Evaluation, rows: np.ndarray) -> plots.Axis:
    frame = results.predictions(run).set_index("row").loc[rows]
    if evaluation.task == "regression":
        return plots.Axis(plain(N_("The model said")), frame["prediction"].to_numpy(), results.unit(card, evaluation))
    if evaluation.task == "binary":
        label, name = str(evaluation.positive), results.event(run, evaluation)
    else:
        label = name = st.session_state.get(f"group_label_{run.id}") or evaluation.classes[0]
    title = plain(N_("Chance of “{event}”"), event=name)
    return plots.Axis(title, results.chances(frame, label), percent=True)
