"""The verdicts of a model in one line, wherever the model is shown; a click leads to them."""

from __future__ import annotations

import streamlit as st

from core.audits.audit import Verdict
from core.audits.verdicts import SIGNS, brief
from core.engines.base import Run
from pages.shared.desk import Desk
from pages.shared.language import plain, t
from pages.shared.trust import held

SHOWN: tuple[Verdict, ...] = ("difference", "inconclusive")
"""Verdicts that are counted in the line."""


def line(run: Run) -> str:
    """Markdown: "▲ 3 differences found · ? 2 inconclusive"; that nothing was audited yet is said too."""
    found = held.counts(run)
    if found is None:
        return t("not audited yet")
    shown = [one for one in SHOWN if one in found]
    if not shown:
        return t("audited: no difference found")
    return "\u2002·\u2002".join(_one(one, found[one]) for one in shown)


def door(desk: Desk, run: Run) -> None:
    """The line as a way to the verdicts."""
    if button(run):
        desk.go("trust")


def button(run: Run) -> bool:
    """The line to click on."""
    label = t("Trust:")
    return st.button(f"{label} {line(run)}", key=f"trust_door_{run.id}", type="tertiary")


def _one(verdict: Verdict, n: int) -> str:
    said = f"{SIGNS[verdict]} {plain(brief(verdict, n))}"
    return f":orange[{said}]" if verdict == "difference" else said
