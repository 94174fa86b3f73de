"""One case, found by its row, by what stands in a column, or at random among those the model gets right or wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.data import keep
from core.data.table import TableCard
from core.engines.base import Run
from core.learn.evaluation import Evaluation
from core.words import N_
from pages.shared import cut, results
from pages.shared.desk import Desk
from pages.shared.language import plain, t

FOUND = 200
"""Rows offered of those that match."""
FAR = 0.1
"""Share of the cases with the largest errors from which a wrong one is drawn, for numbers."""

BINARY = {
    "hit": N_("A hit"),
    "miss": N_("A miss"),
    "alarm": N_("A false alarm"),
    "pass": N_("Rightly not named"),
}
CLASSES = {"right": N_("A right answer"), "wrong": N_("A wrong answer")}
NUMBERS = {"near": N_("A close answer"), "far": N_("An answer far off")}
FIND = {"row": N_("By row number"), "value": N_("By a column's value")}


def choose(desk: Desk, run: Run, card: TableCard, evaluation: Evaluation) -> int | None:
    """Lets the analyst choose a case; its row number counted from 0, None while there is none."""
    kinds = {"binary": BINARY, "multiclass": CLASSES, "regression": NUMBERS}[evaluation.task]
    ways = {**kinds, **FIND}
    way = st.segmented_control(
        t("Which case?"),
        list(ways),
        default=next(iter(ways)),
        required=True,
        format_func=lambda one: plain(ways[one]),
        key=f"case_way_{run.id}",
        wrap=True,
    )
    if way == "row":
        number = st.number_input(t("Data row"), 1, card.rows, 1, key=f"case_row_{run.id}", width=220)
        return int(number) - 1
    if way == "value":
        return _by_value(desk, run, card)
    return _at_random(run, evaluation, way or next(iter(kinds)))


def kind(run: Run, evaluation: Evaluation, row: int) -> str:
    """Which of the groups a row the model has never seen belongs to; empty for other rows."""
    frame = results.predictions(run)
    groups = _groups(run, evaluation, frame)
    return next((name for name, rows in groups.items() if row in rows), "")


def _at_random(run: Run, evaluation: Evaluation, way: str) -> int | None:
    rows = _groups(run, evaluation, results.predictions(run))[way]
    if not len(rows):
        st.info(t("There is no such case among the rows the model has never seen."))
        return None
    key = f"case_turn_{run.id}"
    turn = st.session_state.setdefault(key, 0)
    order = _order(run, rows)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(t("Another one"), key=f"case_next_{run.id}", on_click=_next, args=(key,), disabled=len(rows) < 2)
        st.caption(t("One of {n:count} such {n:case/cases} the model has never seen.", n=len(rows)))
    return int(order[turn % len(order)])


def _order(run: Run, rows: np.ndarray) -> np.ndarray:
    """The rows by chance; those whose reasons are at hand first, so that they show at once."""
    drawn = np.random.default_rng(0).permutation(rows)
    found = results.reasons(run)
    if found is None:
        return drawn
    return drawn[np.argsort(~np.isin(drawn, found.rows), kind="stable")]


def _next(key: str) -> None:
    st.session_state[key] += 1


def _groups(run: Run, evaluation: Evaluation, frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """Row numbers of each group among the rows the model has never seen."""
    rows = frame["row"].to_numpy()
    if evaluation.task == "regression":
        misses = (frame["truth"] - frame["prediction"]).abs().to_numpy()
        some = max(1, round(FAR * len(rows)))
        order = np.argsort(misses, kind="stable")
        return {"near": rows[order[:some]], "far": rows[order[-some:]]}
    truth = frame["truth"].astype(str).to_numpy()
    if evaluation.task == "multiclass":
        chances = np.column_stack([results.chances(frame, label) for label in evaluation.classes])
        said = np.array(evaluation.classes)[chances.argmax(axis=1)]
        return {"right": rows[said == truth], "wrong": rows[said != truth]}
    event, chance = truth == evaluation.positive, results.chances(frame, evaluation.positive or "")
    named = chance >= cut.counts(cut.cut(run, evaluation), event, chance).cutoff
    return {
        "hit": rows[event & named],
        "miss": rows[event & ~named],
        "alarm": rows[~event & named],
        "pass": rows[~event & ~named],
    }


def _by_value(desk: Desk, run: Run, card: TableCard) -> int | None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        column = st.selectbox(t("Column"), card.schema.names, key=f"case_column_{run.id}", width=280)
        wanted = st.text_input(t("Value, or a part of it"), key=f"case_value_{run.id}", width=280)
    if not wanted.strip():
        st.caption(t("Enter a value to find the cases that have it."))
        return None
    cells = keep.frame(desk.store.table_folder(card.id), columns=[column])[column]
    rows = matching(cells, wanted.strip())
    if not len(rows):
        st.info(t("No row has “{value}” in {column}.", value=wanted.strip(), column=column))
        return None
    shown = {int(row): str(cells.iloc[row]) for row in rows[:FOUND]}
    return st.selectbox(
        t("{n:count} {n:row matches/rows match}", n=len(rows)),
        list(shown),
        format_func=lambda row: plain(N_("Row {row:count}: {cell}"), row=row + 1, cell=shown[row]),
        key=f"case_match_{run.id}",
        width=420,
    )


def matching(cells: pd.Series, wanted: str) -> np.ndarray:
    """Places of the cells that are the value, or where none is, that contain it as text.

    >>> matching(pd.Series([1.0, 12.0, 2.0]), "2").tolist()
    [2]
    """
    if pd.api.types.is_numeric_dtype(cells):
        try:
            return np.flatnonzero(cells.to_numpy(dtype=np.float64) == float(wanted.replace(",", "")))
        except ValueError:
            return np.zeros(0, dtype=np.int64)
    texts = cells.astype(str).str.strip().str.casefold()
    equal = np.flatnonzero((texts == wanted.casefold()).to_numpy())
    return equal if len(equal) else np.flatnonzero(texts.str.contains(wanted.casefold(), regex=False).to_numpy())
