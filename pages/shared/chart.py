"""One way to show a figure: its question, one sentence that answers it, the picture, and the numbers behind it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Hashable, Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from babel import Locale

from core.data.export import export
from core.plots.room import room
from core.words import N_
from pages.shared.language import language, literal, plain, t

SHOWN = 500
"""Rows of the numbers behind a figure that are sent to the browser."""
LONG, LONG_PIXELS = 25, 720
"""Rows from which a table may scroll, and how high it is then."""
COLUMN = "6em"
"""Width of a column, at least, of a table that may scroll."""
_UNESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|~<>$:&=\"'^])|\u2060|\*\*")


def lead(sentence: str) -> None:
    """The large sentence a step opens with, as Markdown."""
    st.markdown(f"### {sentence}")


def title(question: str) -> None:
    """A question that is answered beneath, as Markdown."""
    st.markdown(f"#### {question}")


def figure(question: str, answer: str, drawn: go.Figure, *, key: str, frame: pd.DataFrame | None = None) -> None:
    """Shows a figure.

    Args:
        question: the title, as Markdown; empty where the page has put it already.
        answer: one sentence from the data at hand, as Markdown; it is also what a screen reader says.
        drawn: the figure.
        key: of the element; also the name of the files.
        frame: the numbers behind it, with readable headers.
    """
    with st.container(key=f"chart_{key}", gap="small"):
        if question:
            title(question)
        if answer:
            st.markdown(answer)
        st.plotly_chart(room(drawn), theme=None, key=key, config=_config(key), alt=bare(answer or question))
        _numbers(drawn, frame, key)


def table(
    frame: pd.DataFrame,
    *,
    key: str,
    alt: str,
    raw: pd.DataFrame | None = None,
    pale: pd.DataFrame | None = None,
    texts: Collection[str] = (),
    scrolls: bool = False,
) -> None:
    """Shows a small table of texts and numbers, cells shown as they are written, with a download.

    Args:
        frame: readable headers; texts are escaped here.
        key: of the element; also the name of the file.
        alt: what the table is, in one sentence.
        raw: what is downloaded instead: the same figures, not rounded.
        pale: (same shape) bool, cells that are greyed.
        texts: columns, besides the first, that hold words and not figures.
        scrolls: many rows get a window to scroll in, and many columns do not become narrower than a word.
    """
    with st.container(key=f"table_{key}", gap="small"):
        shown = frame.map(lambda cell: literal(cell) if isinstance(cell, str) else cell)
        shown.columns = pd.Index([literal(str(name)) for name in frame.columns])
        right = {"text-align": "right !important", "font-variant-numeric": "tabular-nums"}
        places = [place for place, name in enumerate(frame.columns) if place and name not in texts]
        figures: list[Hashable] = [shown.columns[place] for place in places]
        looks = shown.style.set_uuid(key).set_properties(subset=figures, **right)
        heads = ", ".join(f"th.col{place}" for place in places) or "th.none"
        looks = looks.set_table_styles(
            [
                {"selector": heads, "props": "text-align: right !important"},
                {"selector": "th, td", "props": f"min-width: {COLUMN if scrolls else 0}"},
            ]
        )
        if pale is not None:
            grey = pale.set_axis(shown.columns, axis=1).map(lambda one: "opacity: 0.5" if one else "")
            looks = looks.apply(lambda _: grey, axis=None)
        high: Literal["content"] | int = LONG_PIXELS if scrolls and len(shown) > LONG else "content"
        st.table(looks, border="horizontal", hide_index=True, alt=bare(alt), height=high)
        with st.container(key=f"control_table_{key}", horizontal=True, horizontal_alignment="right"):
            _save(frame if raw is None else raw, key)


def facts(pairs: Mapping[str, str]) -> None:
    """Shows names with their values, one a line; both are Markdown already."""
    st.table(dict(pairs), border="horizontal", width="content")


def csv(frame: pd.DataFrame) -> bytes:
    """The frame as CSV that no spreadsheet takes for formulas, and that spreadsheets read as UTF-8."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        export(frame, path)
        return path.read_bytes()


def bare(markdown: str) -> str:
    """Markdown made by ``t`` as bare text, for screen readers."""
    return _UNESCAPE.sub(lambda found: found.group(1) or "", markdown).strip()


def _numbers(drawn: go.Figure, frame: pd.DataFrame | None, key: str) -> None:
    with st.container(key=f"control_{key}", horizontal=True, horizontal_alignment="right", gap="small"):
        if frame is not None:
            with st.popover(t("Numbers"), type="tertiary"):
                shown = frame.head(SHOWN)
                st.dataframe(shown, hide_index=True, height=min(38 * (len(shown) + 1), 380), alt=bare(key))
                if len(frame) > len(shown):
                    st.caption(t("The first {n:count} of {all:count} rows; the file has all.", n=SHOWN, all=len(frame)))
            _save(frame, key)
        st.download_button(
            t("Picture (HTML)"),
            data=lambda: drawn.to_html(include_plotlyjs=True, full_html=True, config=_config(key)).encode(),
            file_name=f"{key}.html",
            mime="text/html",
            key=f"html_{key}",
            on_click="ignore",
            type="tertiary",
        )


def _save(frame: pd.DataFrame, key: str) -> None:
    st.download_button(
        t("Table (CSV)"),
        data=lambda: csv(frame),
        file_name=f"{key}.csv",
        mime="text/csv",
        key=f"csv_{key}",
        on_click="ignore",
        type="tertiary",
    )


def _config(name: str) -> dict[str, Any]:
    words = {
        "Download plot as a PNG": plain(N_("Save as a picture (PNG)")),
        "Preparing image - this may take a few seconds": plain(N_("Preparing the picture …")),
        "Image download succeeded": plain(N_("The picture was saved")),
    }
    return {
        "displaylogo": False,
        "scrollZoom": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "png", "scale": 2, "filename": name},
        "locale": "reader",
        "locales": {"reader": {"dictionary": words, "format": _days()}},
    }


def _days() -> dict[str, Any]:
    """Names of days and months, and how a date is written, for the axes of time."""
    spoken = Locale.parse(language())
    months, days = spoken.months["stand-alone"], spoken.days["stand-alone"]
    week = [6, *range(6)]  # charts begin the week on Sunday
    said = {
        "months": [months["wide"][month] for month in range(1, 13)],
        "shortMonths": [months["abbreviated"][month] for month in range(1, 13)],
        "days": [days["wide"][day] for day in week],
        "shortDays": [days["abbreviated"][day] for day in week],
    }
    if spoken.language != "zh":
        return said
    return said | {"year": "%Y年", "month": "%Y年%-m月", "dayMonth": "%-m月%-d日", "dayMonthYear": "%Y年%-m月%-d日"}
