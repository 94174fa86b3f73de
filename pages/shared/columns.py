"""The columns of a table: what each is used as (editable), one column as a chart, and the first rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow.parquet as pq
import streamlit as st

from core.data import keep
from core.data.table import Column, Kind, Profile, TableCard
from core.errors import Problem
from core.plots import data as plots
from core.words import N_, show_number, show_percent
from pages.shared import chart as charts
from pages.shared import intake, masks, show
from pages.shared.desk import Desk
from pages.shared.language import language, plain, t

PAGE = 200
"""Columns shown at once."""
PREVIEW_ROWS = 100
PREVIEW_COLUMNS = 60

KINDS: dict[Kind, str] = {
    "number": N_("number"),
    "category": N_("category"),
    "date": N_("date"),
    "text": N_("free text"),
    "identifier": N_("identifier (not used)"),
    "constant": N_("constant (not used)"),
}
_KINDS: dict[str, str] = {str(kind): label for kind, label in KINDS.items()}


def table(desk: Desk, card: TableCard) -> None:
    """Every column: used as what, and what is in it; the kind can be corrected in place."""
    names = _page(card)
    frame = pd.DataFrame([{"name": name, **_row(card, name)} for name in names])
    if not frame["why"].any():
        frame = frame.drop(columns="why")
    edited = st.data_editor(
        frame,
        key=f"columns_{card.id}_{names[0] if names else ''}",
        hide_index=True,
        num_rows="fixed",
        height=min(38 + 35 * len(names), 460),
        disabled=[column for column in frame.columns if column != "kind"],
        column_config=_config(),
    )
    changed = {name: kind for name, kind in zip(names, edited["kind"], strict=True) if kind != card.schema[name].kind}
    if changed and st.button(t("Read with {n:count} corrected {n:kind/kinds}", n=len(changed)), type="primary"):
        _correct(desk, card, changed)


def _page(card: TableCard) -> list[str]:
    names = list(card.schema.names)
    if len(names) <= PAGE:
        return names
    pages = (len(names) - 1) // PAGE + 1
    number = st.number_input(
        t("There are {n:count} columns; {page:count} are shown at once. Page", n=len(names), page=PAGE),
        1,
        pages,
        key=f"columns_page_{card.id}",
    )
    return names[(number - 1) * PAGE : number * PAGE]


def _row(card: TableCard, name: str) -> dict[str, object]:
    column, profile = card.schema[name], card.profiles.get(name, Profile(0, 0))
    missing = profile.missing / card.rows if card.rows else 0.0
    return {
        "kind": column.kind,
        "missing": show_percent(missing, language()) if profile.missing else "–",
        "distinct": profile.distinct,
        "range": _range(column),
        "examples": ", ".join(profile.examples[:4]),
        "why": plain(column.aside) if column.aside else "",
    }


def _range(column: Column) -> str:
    if column.low is None or column.high is None or column.kind not in ("number", "date"):
        return ""
    if column.kind == "date":
        moments = [pd.Timestamp(day, unit="D") for day in (column.low, column.high)]
        clock = all(0 <= day < 1 for day in (column.low, column.high))
        ends, unit = [f"{moment:%H:%M}" if clock else str(moment.date()) for moment in moments], ""
    else:
        ends = [show_number(end, language()) for end in (column.low, column.high)]
        unit = plain(column.unit) if column.unit else column.scale
    return f"{plain(N_('{low} to {high}'), low=ends[0], high=ends[1])} {unit}".strip()


def _config() -> dict[Literal["_index"] | str, Any]:
    kind = st.column_config.SelectboxColumn(
        plain(N_("Used as")),
        options=list(KINDS),
        format_func=lambda kind: plain(_KINDS[str(kind)]),
        required=True,
        width=130,
    )
    return {
        "name": st.column_config.TextColumn(plain(N_("Column")), pinned=True, width=170),
        "kind": kind,
        "missing": st.column_config.TextColumn(plain(N_("Missing"))),
        "distinct": st.column_config.NumberColumn(plain(N_("Different values")), format="localized"),
        "range": st.column_config.TextColumn(plain(N_("Range")), width="medium"),
        "examples": st.column_config.TextColumn(plain(N_("Examples")), width="medium"),
        "why": st.column_config.TextColumn(plain(N_("Remark")), width="large"),
    }


def _correct(desk: Desk, card: TableCard, changed: dict[str, Kind]) -> None:
    run = intake.reader_of(desk, card)
    if run is None:
        raise Problem(N_("The file that this table was read from is gone. Upload it again, then correct the kinds."))
    intake.again(desk, run, kinds={**desk.draft.kinds, **changed})
    st.rerun()


@st.fragment
def chart(card: TableCard) -> None:
    """One column as a figure, drawn from its profile."""
    names = [name for name in card.schema.names if plots.drawable(card.profiles.get(name, Profile(0, 0)))]
    if not names:
        st.markdown(t("No column has values that can be drawn."))
        return
    aside = {column.name for column in card.schema.columns if column.aside is not None}
    useful = [place for place, name in enumerate(names) if name not in aside]
    name = st.selectbox(t("Column to look at"), names, useful[0] if useful else 0, key=f"chart_{card.id}")
    column, profile = card.schema[name], card.profiles[name]
    charts.figure(
        t("What is in {column}?", column=name),
        _sentence(card, column, profile),
        plots.column(column, profile, show.theme(), card.rows),
        key=f"column_{card.id}",
        frame=_counts(profile),
    )


def _counts(profile: Profile) -> pd.DataFrame:
    """The numbers behind a column's figure."""
    rows = plain(N_("Rows"))
    if profile.counts:
        ends = {plain(N_("From")): profile.edges[:-1], plain(N_("To")): profile.edges[1:]}
        return pd.DataFrame({**ends, rows: profile.counts})
    return pd.DataFrame({plain(N_("Value")): profile.levels, rows: profile.level_counts})


def _sentence(card: TableCard, column: Column, profile: Profile) -> str:
    facts = {"column": column.name, "rows": card.rows, "missing": profile.missing, "distinct": profile.distinct}
    if len(profile.quantiles) == 7 and column.kind == "number":
        return t(
            "{column}: half of the {rows:count} rows lie between {low:number} and {high:number}, the middle is "
            "{middle:number}; {missing:count} {missing:row has/rows have} no value.",
            **facts,
            low=profile.quantiles[2],
            high=profile.quantiles[4],
            middle=profile.quantiles[3],
        )
    return t(
        "{column}: {distinct:count} different {distinct:value/values} in {rows:count} rows; {missing:count} "
        "{missing:row has/rows have} no value.",
        **facts,
    )


def preview(desk: Desk, card: TableCard) -> None:
    """The first rows as they were understood; personal data are hidden."""
    names = list(card.schema.names[:PREVIEW_COLUMNS])
    frame = _first_rows(desk.store.table_folder(card.id), names)
    personal = masks.personal(card)
    for name in personal & set(names):
        frame[name] = masks.cells(card, name, frame[name])
    frame.index += 1
    st.dataframe(frame, height=320, key=f"preview_{card.id}")
    if len(card.schema.names) > len(names):
        st.caption(
            t(
                "The first {rows:count} rows and {shown:count} of {all:count} columns.",
                rows=len(frame),
                shown=len(names),
                all=len(card.schema.names),
            )
        )
    if personal:
        st.caption(t("Columns that look like personal data are hidden here: {names:list}.", names=sorted(personal)))


def _first_rows(folder: Path, names: list[str]) -> pd.DataFrame:
    """Only the rows that are shown are read."""
    with pq.ParquetFile(folder / keep.FRAME) as file:
        batch = next(file.iter_batches(batch_size=PREVIEW_ROWS, columns=names), None)
        return pd.DataFrame(columns=names) if batch is None else batch.to_pandas()
