"""Messages, findings and downloads, and what is said when something goes wrong."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from streamlit.runtime.scriptrunner_utils.exceptions import RerunException, StopException

from core.data.table import Finding, Repair, Severity
from core.errors import Problem
from core.plots.theme import Theme
from core.words import N_
from pages.shared.language import language, literal, plain, t, tell
from pages.shared.present import presenting

_LOG = logging.getLogger("vitrine")

_BADGES: dict[Severity, tuple[str, str]] = {
    "stop": ("red", N_("Settle this first")),
    "warning": ("orange", N_("Please check")),
    "note": ("gray", N_("Note")),
}
_REPAIRED = ("green", N_("Will be repaired"))
SHOWN_ROWS = 8
MANY_OFFERS = 3
"""From more repairs of one kind on, one click takes them all."""
"""Of the evidence."""


def guarded(part: Callable[..., object], *arguments: Any) -> None:
    """Runs a part of a page, or what a click does; whatever goes wrong becomes a sentence, never a traceback."""
    try:
        part(*arguments)
    except (RerunException, StopException):
        raise
    except Problem as problem:
        trouble(problem)
    except Exception:
        fault()


def trouble(problem: Problem) -> None:
    """An error that the reader can cure."""
    st.error(tell(problem.message), icon="⚠️")


def fault() -> None:
    """An error that only we can cure: recorded under a number the reader can name."""
    incident = secrets.token_hex(4)
    _LOG.exception("incident %s", incident)
    st.error(
        t(
            "Something went wrong here, and it is our fault, not your data's. Nothing is lost: reload the page, or go "
            "back a step. If it happens again, report incident {incident}.",
            incident=incident,
        ),
        icon="⚠️",
    )


def theme() -> Theme:
    """How figures look in this session."""
    return Theme(
        language=language(),
        dark=st.context.theme.type == "dark",
        size="large" if presenting() else "normal",
    )


def badge(text: str, colour: str = "gray") -> str:
    """A small label in Markdown; ``text`` is plain and translated."""
    return f":{colour}-badge[{literal(text)}]"


def finding(
    item: Finding,
    key: str,
    offer: Callable[[Repair], None] | None = None,
    taken: Any = (),
    answer: Callable[[Finding, str], None] | None = None,
) -> None:
    """One finding: severity, sentence, cure, evidence, and the repairs that cure it with one click.

    Args:
        item: what was found.
        key: unique on the page.
        offer: called with a repair that was chosen; None where nothing can be repaired.
        taken: repairs chosen already; they are not offered again.
        answer: shows what else may be answered to it, inside its frame; told the finding and the key.
    """
    colour, label = _REPAIRED if _repaired(item, taken) else _BADGES[item.severity]
    with st.container(border=True, key=f"finding_{key}", gap="xsmall"):
        st.markdown(f"{badge(plain(label), colour)}\u2002{tell(item.message)}")
        if item.cure is not None:
            st.caption(tell(item.cure))
        offers = [repair for repair in item.offers if repair not in taken] if offer is not None else []
        if offers or item.rows:
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                _offers(offers, key, offer)
                _evidence(item)
        if answer is not None:
            answer(item, key)


def _repaired(item: Finding, taken: tuple[Repair, ...]) -> bool:
    """Whether every column that can be repaired has been: the offers for one column are alternatives."""
    mended = {repair.column for repair in item.offers if repair in taken}
    return bool(mended) and mended == {repair.column for repair in item.offers}


def _offers(offers: list[Repair], key: str, offer: Callable[[Repair], None] | None) -> None:
    columns = {repair.column for repair in offers}
    if len(offers) == len(columns) > MANY_OFFERS:
        label = t("All {n:count} at once", n=len(offers))
        st.button(label, key=f"offer_{key}_all", type="primary", on_click=guarded, args=(_each, offer, offers))
    for number, repair in enumerate(offers):
        st.button(repair_words(repair), key=f"offer_{key}_{number}", on_click=guarded, args=(offer, repair))


def _each(offer: Callable[[Repair], None], offers: list[Repair]) -> None:
    for repair in offers:
        offer(repair)


def _evidence(item: Finding) -> None:
    if item.rows:
        rows = [row + 1 for row in item.rows[:SHOWN_ROWS]]
        st.caption(t("For example in data rows {rows:list}.", rows=[str(row) for row in rows]))


def repair_words(repair: Repair) -> str:
    """What a repair does, in words."""
    column, codes = repair.column, list(repair.codes)
    if repair.kind == "divide":
        return t("Divide {column} by {number:number}", column=column, number=repair.number)
    if repair.kind == "merge":
        return t("Merge {n:count} spellings in {column}", column=column, n=len(repair.spellings))
    if repair.kind == "missing":
        return t("{codes:list} means missing in {column}", column=column, codes=codes)
    if repair.kind == "distinct":
        return t("Drop exact duplicates of a row")
    if repair.operator == "present":
        return t("Keep only rows where {column} is filled in", column=column)
    value = " | ".join(codes) if codes else f"{repair.number:g}"
    return t("Keep only rows where {column} {operator} {value}", column=column, operator=repair.operator, value=value)


def count(value: float) -> str:
    """A whole number in the reader's format."""
    return plain("{n:count}", n=value)


def number(value: float | None) -> str:
    """At most three significant figures in the reader's format."""
    return plain("{n:number}", n=value)


def percent(share: float | None) -> str:
    """A share from 0 to 1 as a percentage in the reader's format."""
    return plain("{n:percent}", n=share)


def moment(seconds: float) -> datetime:
    """Seconds since 1970 as the reader's local time, to the minute."""
    return datetime.fromtimestamp(seconds, UTC).astimezone(_zone()).replace(second=0, microsecond=0)


def _zone() -> tzinfo | None:
    try:
        return ZoneInfo(st.context.timezone) if st.context.timezone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
