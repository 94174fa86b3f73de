"""One case: at random among those that fit, a typical one, found by what stands in a column, or by its row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from core.data import keep
from core.data.table import TableCard
from core.engines.base import Run
from core.explain import cells as written
from core.explain.usual import usual
from core.learn.evaluation import Evaluation
from core.words import N_
from pages.shared import cut, masks, results
from pages.shared.desk import Desk
from pages.shared.language import plain, t

FOUND = 200
"""Rows offered of those that match."""
OFFERED = 2_000
"""Values of a column that are offered; of more, one is typed."""
FAR = 0.1
"""Share of the cases with the largest errors from which a wrong one is drawn, for numbers."""
ADDRESS = "case"
"""In the address: the row number of the case, counted from 0."""

BINARY = {
    "hit": N_("A hit"),
    "miss": N_("A miss"),
    "alarm": N_("A false alarm"),
    "pass": N_("Rightly not named"),
}
CLASSES = {"right": N_("A right answer"), "wrong": N_("A wrong answer")}
NUMBERS = {"near": N_("A close answer"), "far": N_("An answer far off")}
KINDS = {"binary": BINARY, "multiclass": CLASSES, "regression": NUMBERS}
FIND = {
    "any": N_("Any case"),
    "typical": N_("A typical one"),
    "value": N_("By a column's value"),
    "row": N_("By row number"),
}
CHANCES = {"": N_("whatever the chance"), "over": N_("with a chance over"), "under": N_("with a chance under")}
ANSWERS = {"": N_("whatever the answer"), "over": N_("with an answer over"), "under": N_("with an answer under")}


@dataclass(frozen=True, eq=False)
class Offer:
    """The different values of a column, in their order."""

    texts: tuple[str, ...]
    """As people write them, missing ones last as ""; empty where there are more than ``OFFERED``."""
    values: np.ndarray
    """The same as the file has them, without missing ones."""
    codes: np.ndarray
    """(n_rows,) place of each row's value; -1 for missing."""


def choose(desk: Desk, run: Run, card: TableCard, evaluation: Evaluation, key: str = "", first: int = 0) -> int | None:
    """Lets the analyst choose a case; its row number counted from 0, None while there is none.

    Args:
        desk: whose case it is.
        run: whose answers are meant.
        card: of the run's table.
        evaluation: of the run.
        key: tells one chooser from another on the same page; only the one without begins with the case in the address.
        first: place of the way it begins with.
    """
    name = f"{key}_{run.id}" if key else run.id
    ways = {way: plain(said) for way, said in {**KINDS[evaluation.task], **FIND}.items()}
    asked = None if key else addressed(card)
    way = st.segmented_control(
        t("Which case?"),
        list(ways),
        default=list(ways)[first] if asked is None else "row",
        required=True,
        format_func=ways.__getitem__,
        key=f"case_way_{name}",
        wrap=True,
    )
    if way == "row":
        number = st.number_input(t("Data row"), 1, card.rows, (asked or 0) + 1, key=f"case_row_{name}", width=220)
        return int(number) - 1
    if way == "value":
        return _by_value(desk, run, card, evaluation, name)
    if way == "typical":
        return _typical(run)
    return _at_random(run, evaluation, way or next(iter(ways)), name)


def addressed(card: TableCard) -> int | None:
    """The row that the address asks for; None where it asks for none there is."""
    asked = st.query_params.get(ADDRESS, "")
    return int(asked) if asked.isdecimal() and int(asked) < card.rows else None


def typical(run: Run) -> int | None:
    """The row of the most usual of the cases explained; None where none is."""
    found = results.reasons(run)
    return None if found is None or not len(found.rows) else int(found.rows[usual(found)])


def kind(run: Run, evaluation: Evaluation, row: int) -> str:
    """Which of the groups a row the model has never seen belongs to; empty for other rows."""
    groups = _groups(run, evaluation, results.predictions(run))
    return next((name for name, rows in groups.items() if name != "any" and row in rows), "")


def _typical(run: Run) -> int | None:
    row = typical(run)
    if row is None:
        st.info(t("The typical case is one of those explained overall, and none is yet: choose another way."))
        return None
    st.caption(t("Of the cases explained overall, the one nearest to the middle of every column."))
    return row


# -- at random --------------------------------------------------------------------------------------------------------


def _at_random(run: Run, evaluation: Evaluation, way: str, name: str) -> int | None:
    frame = results.predictions(run)
    rows = _groups(run, evaluation, frame)[way]
    key = f"case_turn_{name}"
    turn = st.session_state.setdefault(key, 0)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        rows = rows[np.isin(rows, _fitting(evaluation, frame, name))]
        st.button(t("Another one"), key=f"case_next_{name}", on_click=_next, args=(key,), disabled=len(rows) < 2)
    if not len(rows):
        st.info(t("There is no such case among the rows the model has never seen."))
        return None
    st.caption(t("One of {n:count} such {n:case/cases} the model has never seen.", n=len(rows)))
    return int(_order(run, rows)[turn % len(rows)])


def _fitting(evaluation: Evaluation, frame: pd.DataFrame, name: str) -> np.ndarray:
    """Rows whose chance (or number) is over or under what the analyst says."""
    words = ANSWERS if evaluation.task == "regression" else CHANCES
    bounds = {bound: plain(said) for bound, said in words.items()}
    bound = st.selectbox(
        t("Which of them?"),
        list(bounds),
        format_func=bounds.__getitem__,
        key=f"case_bound_{name}",
        label_visibility="collapsed",
        width=230,
    )
    rows, said = frame["row"].to_numpy(), _said(evaluation, frame)
    if not bound:
        return rows
    if evaluation.task == "regression":
        middle = float(f"{np.median(said):.3g}") if len(said) else 0.0
        limit = float(st.number_input(t("Answer"), value=middle, key=f"case_limit_{name}", width=150, format="%g"))
    else:
        limit = st.number_input(t("In percent"), 0, 100, 80, 5, key=f"case_limit_{name}", width=150) / 100
    return np.asarray(rows[said > limit if bound == "over" else said < limit])


def _said(evaluation: Evaluation, frame: pd.DataFrame) -> np.ndarray:
    """(n,) the chance of the event, of the class that is the answer, or the number predicted."""
    if evaluation.task == "regression":
        return frame["prediction"].to_numpy(dtype=np.float64)
    if evaluation.task == "binary":
        return results.chances(frame, evaluation.positive or "")
    return np.asarray(_class_chances(evaluation, frame).max(axis=1, initial=0.0))


def _class_chances(evaluation: Evaluation, frame: pd.DataFrame) -> np.ndarray:
    return np.column_stack([results.chances(frame, label) for label in evaluation.classes])


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
        return {"near": rows[order[:some]], "far": rows[order[-some:]], "any": rows}
    truth = frame["truth"].astype(str).to_numpy()
    if evaluation.task == "multiclass":
        said = np.array(evaluation.classes)[_class_chances(evaluation, frame).argmax(axis=1)]
        return {"right": rows[said == truth], "wrong": rows[said != truth], "any": rows}
    event, chance = truth == evaluation.positive, results.chances(frame, evaluation.positive or "")
    named = chance >= cut.counts(cut.cut(run, evaluation), event, chance).cutoff
    return {
        "hit": rows[event & named],
        "miss": rows[event & ~named],
        "alarm": rows[~event & named],
        "pass": rows[~event & ~named],
        "any": rows,
    }


# -- by what stands in a column ---------------------------------------------------------------------------------------


def _by_value(desk: Desk, run: Run, card: TableCard, evaluation: Evaluation, name: str) -> int | None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        column = st.selectbox(t("Column"), card.schema.names, key=f"case_column_{name}", width=280)
        path = desk.store.table_folder(card.id) / keep.FRAME
        offered = _offer(str(path), path.stat().st_mtime_ns, column)
        if column in masks.personal(card):
            offered = replace(offered, texts=())  # whoever knows a value may look for it; none is listed
        wanted = _wanted(offered, f"case_value_{name}_{column}")
    if wanted is None:
        st.caption(t("Choose a value, or enter a part of one, to find the cases that have it."))
        return None
    rows = matching(offered, wanted)
    if not len(rows) and (near := nearest(offered, wanted)) is not None:
        near_by = written.text(offered.values[near])
        st.caption(
            t("No row has “{value}” in {column}; the nearest is {near}.", value=wanted, column=column, near=near_by)
        )
        rows = np.flatnonzero(offered.codes == near)
    if not len(rows):
        st.info(t("No row has “{value}” in {column}.", value=wanted, column=column))
        return None
    return _of_rows(run, evaluation, offered, rows, name, masks.of(card, column))


def _wanted(offered: Offer, key: str) -> str | None:
    """The value that was chosen or typed; "" for missing, None for none."""
    if not offered.texts:
        return st.text_input(t("Value, or a part of it"), key=key, width=280).strip() or None
    missing = plain(N_("missing"))
    return st.selectbox(
        t("Value, or a part of it"),
        offered.texts,
        index=None,
        format_func=lambda text: text or missing,
        placeholder=t("Choose or type"),
        accept_new_options=True,
        filter_mode="contains",
        key=key,
        width=280,
    )


def _of_rows(
    run: Run, evaluation: Evaluation, offered: Offer, rows: np.ndarray, name: str, masked: Callable[[str], str]
) -> int | None:
    shown = [int(row) for row in rows[:FOUND]]
    kinds = {**KINDS[evaluation.task]}
    groups = _groups(run, evaluation, results.predictions(run))
    known = {row: kinds[way] for way in kinds for row in groups[way][np.isin(groups[way], shown)].tolist()}

    def said(row: int) -> str:
        code = offered.codes[row]
        cell = masked(written.text(offered.values[code])) if code >= 0 else plain(N_("missing"))
        if row in known:
            return plain(N_("Row {row:count}: {cell} ({kind})"), row=row + 1, cell=cell, kind=plain(known[row]))
        return plain(N_("Row {row:count}: {cell}"), row=row + 1, cell=cell)

    chosen = st.selectbox(
        t("{n:count} {n:row matches/rows match}", n=len(rows)),
        shown,
        format_func={row: said(row) for row in shown}.__getitem__,
        key=f"case_match_{name}",
        width=420,
    )
    if len(rows) > FOUND:
        st.caption(t("The first {n:count} of them are listed.", n=FOUND))
    return chosen


@st.cache_resource(max_entries=16, show_spinner=False)
def _offer(path: str, stamp: int, column: str) -> Offer:
    """The path names the owner, the stamp the version."""
    return offer(keep.frame(Path(path).parent, columns=[column])[column])


def offer(cells: pd.Series) -> Offer:
    """The different values of a column.

    >>> offer(pd.Series([2.0, 1.0, None, 2.0])).texts
    ('1', '2', '')
    """
    codes, found = pd.factorize(cells, sort=True)
    values = np.asarray(found, dtype=object if cells.dtype.kind not in "iufM" else None)
    some = ("",) if (codes < 0).any() else ()
    texts = tuple(written.text(_cell(value)) for value in values) if len(values) <= OFFERED else ()
    return Offer((*texts, *some) if len(values) <= OFFERED else (), values, codes)


def matching(offered: Offer, wanted: str) -> np.ndarray:
    """Rows whose value is the one wanted, or where there is none, contains it as text; "" finds missing ones.

    >>> matching(offer(pd.Series([1.0, 12.0, 2.0])), "2").tolist()
    [2]
    """
    if not wanted:
        return np.flatnonzero(offered.codes < 0)
    if offered.texts and wanted in offered.texts:
        return np.flatnonzero(offered.codes == offered.texts.index(wanted))
    if offered.values.dtype.kind in "iuf":
        number = _number(wanted)
        return np.flatnonzero(np.isin(offered.codes, np.flatnonzero(offered.values == number)))
    texts = np.array([written.text(_cell(value)).strip().casefold() for value in offered.values], dtype=object)
    part = wanted.casefold()
    places = np.flatnonzero(texts == part)
    if not len(places):
        places = np.array([place for place, text in enumerate(texts) if part in text], dtype=int)
    return np.flatnonzero(np.isin(offered.codes, places))


def nearest(offered: Offer, wanted: str) -> int | None:
    """Place of the number nearest to one that is not in the column; None where that is no question."""
    number = _number(wanted)
    if offered.values.dtype.kind not in "iuf" or not len(offered.values) or np.isnan(number):
        return None
    return int(np.abs(offered.values - number).argmin())


def _number(text: str) -> float:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return np.nan


def _cell(value: object) -> object:
    return pd.Timestamp(value) if isinstance(value, np.datetime64) else value
