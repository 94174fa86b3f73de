"""Questions to the analyst: how a file is to be read, and what to train."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from core.data import keep
from core.data.goal import parse_goal
from core.data.labels import found_kind
from core.data.table import Finding, ReadOptions, Source, Table, TableCard
from core.data.task import Goal, TaskKind
from core.deliver.ask.rows import ask_leaks
from core.deliver.knobs import members_of
from core.deliver.plan import plan
from core.engines.base import Run
from core.errors import Problem
from core.learn.recipe import Pretraining, Recipe
from core.values import to_json
from core.words import N_
from pages.shared import intake, masks
from pages.shared.desk import Desk, Draft
from pages.shared.language import plain, t

ENCODINGS = ("utf-8", "utf-16", "gb18030", "cp1252", "latin-1")
SEPARATORS = {
    ",": N_("comma"),
    ";": N_("semicolon"),
    "\t": N_("tab"),
    "|": N_("vertical bar"),
    " ": N_("blanks"),
}
DECIMALS = {".": N_("point (3.14)"), ",": N_("comma (3,14)")}


# -- how a file is read -----------------------------------------------------------------------------------------------


def reading(desk: Desk, card: TableCard) -> None:
    """What was found out about each file, and a form to have it read otherwise."""
    for number, source in enumerate(card.sources):
        st.markdown(_how(source))
        if source.preview and source.format != "sample":
            _rows_of_file(card, source, f"{card.id}_{number}")
    run = intake.reader_of(desk, card)
    if run is None or card.sources[0].format in ("sample", "parquet"):
        return
    with st.form(f"reading_{card.id}", border=False):
        asked = _options(card.sources[0], card.id)
        if st.form_submit_button(t("Read again like this")):
            intake.again(desk, run, options=asked)
            st.rerun()


def retry(desk: Desk, run: Run) -> None:
    """A reading that failed, tried in another way."""
    if not run.request().arguments.get("files"):
        return
    with (
        st.expander(t("Read it in another way"), key=f"retry_{run.id}"),
        st.form(f"retry_form_{run.id}", border=False),
    ):
        nothing = Source("", "text", "", 0, 0, ReadOptions(encoding="utf-8", separator=",", decimal=".", header=0))
        asked = _options(nothing, run.id)
        sheet = st.text_input(t("Sheet, for Excel"), key=f"sheet_name_{run.id}")
        if st.form_submit_button(t("Read again like this")):
            intake.again(desk, run, options=replace(asked, sheet=sheet.strip() or None))
            st.rerun()


def names(desk: Desk, card: TableCard) -> None:
    """Asks for the columns' names where the file has none."""
    source = card.sources[0]
    if source.options.header != -1 or desk.draft.named:
        return
    found = _own_names(card)
    with st.container(border=True, key=f"names_asked_{card.id}"):
        st.markdown(
            t(
                "**{name} has no row of names.** Say what its {n:count} columns are called, in their order, parted by "
                "commas; the field recognises columns by their names.",
                name=source.name,
                n=len(found),
            )
        )
        said = st.text_area(t("Names of the columns"), ", ".join(found), key=f"names_said_{card.id}", height=80)
        with st.container(horizontal=True, gap="small"):
            if st.button(t("Use these names"), key=f"names_use_{card.id}", type="primary"):
                _rename(desk, card, _parted(said))
            if st.button(t("Keep them as they are"), key=f"names_keep_{card.id}", type="tertiary"):
                desk.keep(replace(desk.draft, named=True))
                st.rerun()


def _rename(desk: Desk, card: TableCard, said: tuple[str, ...]) -> None:
    run = intake.reader_of(desk, card)
    if run is None:
        raise Problem(N_("The file that this table was read from is gone. Upload it again, then name its columns."))
    found = card.sources[0].options
    columns = len(_own_names(card))
    if len(said) < columns:
        raise Problem(
            N_("There are {n:count} columns, but {said:count} names. Give one name for each column, parted by commas."),
            n=columns,
            said=len(said),
        )
    desk.keep(replace(desk.draft, named=True))
    intake.again(desk, run, options=replace(found, names=said))
    st.rerun()


def _own_names(card: TableCard) -> tuple[str, ...]:
    """Names of the file's own columns: where files were stacked, the last column says which file."""
    return card.schema.names[:-1] if len(card.sources) > 1 else card.schema.names


def _parted(said: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in re.split(r"[,，\n\t;]", said) if name.strip())


def _how(source: Source) -> str:
    options = source.options
    if source.format == "text":
        return t(
            "**{name}**: text in {encoding}, columns parted by {separator}, decimal mark {decimal}, {header}.",
            name=source.name,
            encoding=options.encoding,
            separator=plain(SEPARATORS.get(options.separator or "", options.separator or "")),
            decimal=plain(DECIMALS[options.decimal or "."]),
            header=_header(options),
        )
    if source.format in ("xlsx", "xls"):
        return t(
            "**{name}**: Excel, sheet {sheet}, {header}.",
            name=source.name,
            sheet=options.sheet or "",
            header=_header(options),
        )
    return t("**{name}**: {rows:count} rows.", name=source.name, rows=source.rows)


def _header(options: ReadOptions) -> str:
    if options.header is None or options.header < 0:
        return plain(N_("no row of names"))
    return plain(N_("names in row {row:count}"), row=options.header + 1)


def _rows_of_file(card: TableCard, source: Source, key: str) -> None:
    rows = masks.rows(card, source)
    places = [str(place + 1) for place in range(len(rows[0]))]
    frame = pd.DataFrame(rows, index=range(1, len(rows) + 1), columns=places)
    st.caption(t("The first rows of the file, as they stand there:"))
    st.dataframe(frame, key=f"file_{key}", height=min(38 + 35 * len(rows), 320))


def _options(source: Source, key: str) -> ReadOptions:
    found = source.options
    if source.format == "parquet":
        return found
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key=f"options_{key}"):
        if source.format == "text":
            found = _text_options(found, key)
        elif len(source.sheets) > 1:
            place = source.sheets.index(found.sheet) if found.sheet in source.sheets else 0
            found = replace(found, sheet=st.selectbox(t("Sheet"), source.sheets, place, key=f"sheet_{key}"))
        row = st.number_input(
            t("Names stand in row (0: nowhere)"),
            0,
            1_000,
            max(0, (found.header if found.header is not None else -1) + 1),
            key=f"header_{key}",
        )
    return replace(found, header=int(row) - 1, names=_names(found, row != 0, key))


def _text_options(found: ReadOptions, key: str) -> ReadOptions:
    encodings = list(dict.fromkeys([found.encoding or "utf-8", *ENCODINGS]))
    encoding = st.selectbox(t("Encoding"), encodings, key=f"encoding_{key}")
    separators = list(dict.fromkeys([found.separator or ",", *SEPARATORS]))
    separator = st.selectbox(
        t("Separator"),
        separators,
        key=f"separator_{key}",
        format_func=lambda one: plain(SEPARATORS.get(str(one), str(one))),
    )
    decimals = list(dict.fromkeys([found.decimal or ".", *DECIMALS]))
    decimal = st.selectbox(
        t("Decimal mark"), decimals, key=f"decimal_{key}", format_func=lambda one: plain(DECIMALS[one])
    )
    return replace(found, encoding=encoding, separator=separator, decimal=decimal)  # type: ignore[arg-type]


def _names(found: ReadOptions, has_header: bool, key: str) -> tuple[str, ...]:
    said = st.text_area(
        t("Names of the columns, if the file has none (parted by commas or line breaks)"),
        ", ".join(found.names),
        key=f"names_{key}",
        height=80,
    )
    return _parted(said) if not has_header or found.names else ()


# -- what to train ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Planned:
    """A recipe and what should be known before it is followed."""

    recipe: Recipe
    findings: tuple[Finding, ...]


def recipe(desk: Desk) -> Recipe | None:
    """The recipe that the choices on the desk make; None where no goal was chosen. Raises what is wrong in words."""
    made = planned(desk)
    return None if made is None else made.recipe


def confirmed(desk: Desk) -> Draft:
    """The choices on the desk, confirmed by the analyst."""
    return replace(desk.draft, ready=True)


def planned(desk: Desk) -> Planned | None:
    """The recipe with its findings, made anew only when a choice has changed."""
    card, draft = desk.card(), desk.draft
    if card is None or not draft.goal:
        return None
    key = (card.id, to_json(replace(draft, ready=False)))
    held = st.session_state.get("planned")
    if held is None or held[0] != key:
        with st.spinner(t("Looking at the question …")):
            held = (key, _plan(desk, card, draft))
        st.session_state["planned"] = held
    made: Planned = held[1]
    return made


def _plan(desk: Desk, card: TableCard, draft: Draft) -> Planned:
    goal = parse_goal(draft.goal or "", card.schema)
    folder = desk.store.table_folder(card.id)
    needed = {goal.column, *(repair.column for repair in draft.repairs)}
    columns = [name for name in card.schema.names if name in needed]
    table = Table(keep.frame(folder, columns=columns), card)
    kind = draft.kind or ("binary" if goal.derived else found_kind(table.frame[goal.column]))
    found = _leaks(desk, card, goal, kind)
    # Rows repeat in all columns, not in these few: exact duplicates are dropped by the training alone.
    asked = {**_choices(draft), "repairs": tuple(one for one in draft.repairs if one.kind != "distinct")}
    asked["pretraining"] = _owned(desk, draft.pretraining)
    made, findings = plan(table, draft.goal or "", desk.domain.key, found=found, **asked)
    return Planned(replace(made, repairs=draft.repairs), findings)


def _owned(desk: Desk, wanted: Pretraining | None) -> Pretraining | None:
    """Without an earlier model that has been deleted since, or is not this owner's."""
    if wanted is None or not wanted.start:
        return wanted
    mine = any(str(run.folder.resolve()) == wanted.start for run in desk.store.runs())
    return wanted if mine else replace(wanted, start="")


def _leaks(desk: Desk, card: TableCard, goal: Goal, kind: TaskKind) -> tuple[Finding, ...]:
    """What gives the answer away, asked once for a question."""
    key = (card.id, str(goal), kind)
    held: dict[tuple[str, str, str], tuple[Finding, ...]] = st.session_state.setdefault("leaks", {})
    if key not in held:
        folder = str(desk.store.table_folder(card.id))
        held[key] = ask_leaks(desk.resident, folder, goal, kind, desk.domain.key)
    return held[key]


def _choices(draft: Draft) -> dict[str, Any]:
    return {
        "repairs": draft.repairs,
        "kinds": draft.kinds,
        "members": members_of(draft.members),
        "net": draft.net,
        "search": draft.search,
        "encoder": draft.encoder,
        "pretraining": draft.pretraining,
        "class_weights": draft.class_weights,
        "time_budget_seconds": draft.time_budget_seconds,
        "seed": draft.seed,
        "positive": draft.positive,
        "drop": draft.drop,
        "sensitive": draft.sensitive or (),
        "group": draft.group or None,
        "time": draft.time or None,
        "kind": draft.kind,
        "overrules": draft.overrules,
        "cost_miss": draft.cost_miss,
        "cost_alarm": draft.cost_alarm,
    }
