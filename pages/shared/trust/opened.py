"""One audit opened: its question, the answer part by part with pictures and tables, findings, method and limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import streamlit as st

from core.audits.audit import GRAVITY, Cell, Head, Part, Picture, Report, Sheet
from core.audits.verdicts import SIGNS, WORDS
from core.data.personal import mask
from core.data.table import Finding
from core.plots import audits as plots
from core.words import N_, Message
from pages.shared import chart, masks, show
from pages.shared.language import language, literal, plain, t, tell
from pages.shared.trust import held
from pages.shared.trust.settings import Scene

FEW = 4
"""Parts that are chosen by a click; more are chosen from a list."""
GONE = N_("Audit of an earlier version")
ROWS = N_("The rows that this is said of.")


def audit(scene: Scene, report: Report, stamp: float) -> None:
    """A line that opens; what is in it is drawn only then.

    Args:
        scene: the model.
        report: what the audit found.
        stamp: tells these verdicts from earlier ones.
    """
    about = held.about(report.key)
    title = t(GONE) if about is None else t(about.title)
    label = f"{SIGNS[report.verdict]}\u2002**{title}**\u2002·\u2002{t(WORDS[report.verdict])}"
    with st.expander(label, key=f"trust_{report.key}_{scene.run.id}_{stamp}", on_change="rerun") as box:
        if box.open:
            show.guarded(_inside, scene, report)


def _inside(scene: Scene, report: Report) -> None:
    about = held.about(report.key)
    if about is not None:
        chart.title(literal(plain(about.question)))
    st.markdown(tell(report.message))
    if report.cure is not None:
        st.markdown(t("**What can be done:** {cure}", cure=report.cure))
    if report.parts:
        _parts(scene, report)
    for place, one in enumerate(report.findings):
        left = unsaid(one, report)
        if left is not None:
            show.finding(left, key=f"{report.key}_{place}")
    if about is not None:
        _method(about.measure, about.reading, about.limits, about.source)
    if report.measures:
        _measures(report)


def unsaid(one: Finding, report: Report) -> Finding | None:
    """What a finding adds to the report's own sentence and cure; None where that is nothing."""
    cure = None if one.cure == report.cure else one.cure
    if not report.message.holds(one.message):
        return replace(one, cure=cure)
    return replace(one, message=Message(ROWS), cure=cure) if one.rows or cure is not None else None


# -- parts ------------------------------------------------------------------------------------------------------------


def _parts(scene: Scene, report: Report) -> None:
    place = 0 if len(report.parts) == 1 else _chosen(scene, report)
    part = report.parts[place]
    badge = show.badge(f"{SIGNS[part.verdict]} {plain(WORDS[part.verdict])}", _colour(part))
    if len(report.parts) > 1:
        st.markdown(f"**{_name(part, markdown=True)}**\u2002{badge}")
    if not report.message.holds(part.message):
        st.markdown(tell(part.message))
    hidden = isinstance(part.name, str) and part.name in masks.personal(scene.card)
    key = f"{report.key}_{place}"
    for number, picture in enumerate(part.pictures):
        _picture(picture, f"{key}_{number}", hidden, said=(report.message, part.message))
    for number, sheet in enumerate(part.sheets):
        _sheet(sheet, f"sheet_{key}_{number}", hidden)


def _chosen(scene: Scene, report: Report) -> int:
    """The place of the part that is shown: the gravest at first."""
    places = range(len(report.parts))
    gravest = min(places, key=lambda place: GRAVITY.index(report.parts[place].verdict))
    names = [f"{SIGNS[one.verdict]} {_name(one)}" for one in report.parts]
    key, label = f"trust_part_{report.key}_{scene.run.id}", t("Which part?")
    if len(names) <= FEW:
        chosen = st.segmented_control(
            label,
            list(places),
            default=gravest,
            required=True,
            format_func=lambda place: literal(names[place]),
            key=key,
            label_visibility="collapsed",
        )
    else:
        chosen = st.selectbox(label, list(places), gravest, format_func=names.__getitem__, key=key, width=420)
    return gravest if chosen is None else int(chosen)


def _name(part: Part, markdown: bool = False) -> str:
    if isinstance(part.name, str):
        return literal(part.name) if markdown else part.name
    return tell(part.name) if markdown else plain(part.name)


def _colour(part: Part) -> str:
    return "orange" if part.verdict == "difference" else "gray"


def _picture(picture: Picture, key: str, hidden: bool, said: tuple[Message, ...]) -> None:
    """The chart; its answer is not said again where it was just ``said``."""
    shown = picture if not hidden else _masked(picture)
    answer = "" if any(one.holds(picture.answer) for one in said) else tell(picture.answer)
    drawn = plots.figure(shown, show.theme())
    chart.figure(tell(picture.question), answer, drawn, key=f"audit_{key}", frame=numbers(shown))


def _masked(picture: Picture) -> Picture:
    marks = tuple(replace(one, label=_text(one.label, hidden=True)) for one in picture.marks)
    return replace(picture, marks=marks)


def numbers(picture: Picture) -> pd.DataFrame:
    """The marks of a picture as a table."""
    lines = picture.kind == "lines"
    named = {
        plain(N_("Series")): [_said(one.series) for one in picture.marks],
        plain(N_("Item")): [_said(one.label) for one in picture.marks],
        "" if picture.across is None else plain(picture.across): [one.x for one in picture.marks],
        plain(picture.axis): [one.value for one in picture.marks],
        plain(N_("from")): [one.low for one in picture.marks],
        plain(N_("to")): [one.high for one in picture.marks],
        plain(N_("Cases")): [one.n for one in picture.marks],
    }
    found = pd.DataFrame({name: cells for name, cells in named.items() if name or lines})
    return found.loc[:, [bool(found[name].replace("", None).notna().any()) for name in found.columns]]


def _said(name: str | Message) -> str:
    return name if isinstance(name, str) else plain(name)


# -- sheets -----------------------------------------------------------------------------------------------------------


def _sheet(sheet: Sheet, key: str, hidden: bool) -> None:
    if not sheet.rows:
        return
    chart.title(tell(sheet.title))
    if sheet.note is not None:
        st.caption(tell(sheet.note))
    names = _apart([plain(head.name) for head in sheet.heads])
    shown = pd.DataFrame([[_cell(*pair, hidden) for pair in zip(row, sheet.heads, strict=True)] for row in sheet.rows])
    shown.columns = pd.Index(names)
    pale = pd.DataFrame([[cell.pale for cell in row] for row in sheet.rows], columns=shown.columns)
    words = [name for name, head in zip(names, sheet.heads, strict=True) if head.style == "text"]
    raw = figures(sheet, names, hidden)
    alt = plain(sheet.title)
    chart.table(shown, key=key, alt=alt, raw=raw, pale=pale, texts=words, scrolls=True)


def figures(sheet: Sheet, names: list[str], hidden: bool = False) -> pd.DataFrame:
    """A sheet for a script: figures as they are, each with the ends of its interval where it has one."""
    made: dict[str, list[object]] = {}
    for place, (name, head) in enumerate(zip(names, sheet.heads, strict=True)):
        cells = [row[place] for row in sheet.rows]
        if all(cell.text is not None or cell.value is None for cell in cells) and head.style == "text":
            made[name] = [_cell(cell, head, hidden) for cell in cells]
            continue
        made[name] = [cell.value if cell.text is None else _text(cell.text, hidden) for cell in cells]
        if any(cell.low is not None or cell.high is not None for cell in cells):
            made[f"{name} ({plain(N_('from'))})"] = [cell.low for cell in cells]
            made[f"{name} ({plain(N_('to'))})"] = [cell.high for cell in cells]
    return pd.DataFrame(made)


def _cell(cell: Cell, head: Head, hidden: bool) -> str:
    if cell.text is not None:
        return _text(cell.text, hidden)
    return plots.spoken(cell, head.style, language())


def _text(text: str | Message, hidden: bool) -> str:
    """A name or cell; what is personal in it is hidden, and in a column of personal data the whole of it."""
    return mask(text, whole=hidden) if isinstance(text, str) else plain(text)


def _apart(names: list[str]) -> list[str]:
    """Names of columns that are alike, told apart by their place."""
    seen: dict[str, int] = {}
    shown = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        shown.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return shown


# -- method -----------------------------------------------------------------------------------------------------------


def _method(measure: str, reading: str, limits: str, source: str) -> None:
    said: Mapping[str, str] = {
        plain(N_("How it is measured")): plain(measure),
        plain(N_("How to read it")): plain(reading),
        plain(N_("What it cannot see")): plain(limits),
        plain(N_("Source")): source,
    }
    chart.title(t("Method and limits"))
    for name, text in said.items():
        if text:
            st.caption(t("**{name}.** {text}", name=name, text=text))


def _measures(report: Report) -> None:
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.download_button(
            t("All figures of this audit (CSV)"),
            data=lambda: chart.csv(tidy(report)),
            file_name=f"{report.key}.csv",
            mime="text/csv",
            key=f"measures_{report.key}",
            on_click="ignore",
            type="tertiary",
        )


def tidy(report: Report) -> pd.DataFrame:
    """The measures of a report, a line each."""
    rows = [
        (one.name, mask(one.group, whole=False), one.value, one.low, one.high, one.n, one.positives, one.verdict or "")
        for one in report.measures
    ]
    return pd.DataFrame(rows, columns=["name", "group", "value", "low", "high", "n", "positives", "verdict"])
