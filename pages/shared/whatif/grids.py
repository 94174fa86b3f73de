"""Two columns at once for a group, and which column moves it most."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from core.data.table import TableCard
from core.deliver.ask.group import ask_heat, ask_pulls
from core.engines.base import Run
from core.explain.sentences import importance
from core.plots import group as plots
from core.plots.explain import Scale
from core.whatif.pulls import MOST
from core.whatif.scenario import Cell
from core.whatif.shift import Heat, Pull
from core.words import N_
from pages.shared import chart, results, show
from pages.shared.desk import Desk
from pages.shared.language import plain, t

if TYPE_CHECKING:
    from pages.shared.whatif.group import Group

TOP = 15
"""Columns shown at first."""


def heat(desk: Desk, run: Run, group: Group, asked: Callable[..., Any]) -> None:
    """Lets two columns be chosen and shows the mean answers over both."""
    card = desk.card()
    names = [] if card is None else [name for name in ranked(run, card) if card.schema[name].kind != "text"]
    if len(names) < 2:
        st.info(t("The model uses fewer than two columns that can be tried."))
        return
    with st.container(horizontal=True, gap="medium"):
        first = st.selectbox(t("To the right"), names, key=f"heat_first_{run.id}", width=280)
        rest = [name for name in names if name != first]
        second = st.selectbox(t("Upwards"), rest, key=f"heat_second_{run.id}", width=280)
    ask = lambda: ask_heat(  # noqa: E731
        desk.resident, run, (str(first), str(second)), group.cohort, unseen=group.unseen, label=group.label
    )
    found: Heat = asked(run, "heat", first, second, group.cohort, group.unseen, group.label, ask=ask)
    chart.figure(
        t("Where do two columns together raise the answer?"),
        _peaks(found, group.scale),
        plots.heat(found, show.theme(), group.scale),
        key="group_heat",
        frame=_grid(found),
    )
    st.caption(
        t(
            "Everybody in the group (at most {n:count} cases) is put at each pair of values; this is the mean of the "
            "model's answers. A cross: no real case lies near, so the model guesses. Association, not effect.",
            n=200,
        )
    )


def ranked(run: Run, card: TableCard) -> list[str]:
    """The model's columns, those that matter most first where that is known."""
    reasons = results.reasons(run)
    means = () if reasons is None else importance(reasons)
    known = [*(mean.column for mean in means), *results.evaluation(run).columns]
    return [name for name in dict.fromkeys(known) if name in card.schema]


def pulls(desk: Desk, run: Run, group: Group, asked: Callable[..., Any]) -> None:
    """Shows how far each column moves the group's mean answer."""
    ask = lambda: ask_pulls(  # noqa: E731
        desk.resident, run, group.cohort, unseen=group.unseen, label=group.label
    )
    found: tuple[Pull, ...] = asked(run, "pulls", group.cohort, group.unseen, group.label, ask=ask)
    if not found:
        st.info(t("No column can be tried: they hold texts, or a single value."))
        return
    every = len(found) > TOP and st.toggle(t("Show all {n:count} columns", n=len(found)), key=f"pulls_all_{run.id}")
    chart.figure(
        t("What moves this group most?"),
        _widest(found[0], group.scale),
        plots.tornado(found, show.theme(), group.scale, len(found) if every else TOP),
        key="group_pulls",
        frame=_ends(found),
    )
    st.caption(
        t(
            "One column at a time is set for everybody in the group (at most {n:count} cases): numbers to a usual low "
            "and a usual high value, categories to the two common ones with the lowest and highest answers. "
            "Association, not effect.",
            n=200,
        )
    )
    columns = len(results.evaluation(run).columns)
    if columns > MOST:
        st.caption(t("Of {all:count} columns, the {n:count} that matter most were tried.", all=columns, n=MOST))


def _peaks(found: Heat, scale: Scale) -> str:
    peaks = found.peaks()
    if peaks is None:
        return t("No real case lies near any of these pairs: all of it is a guess.")
    (low, low_to), (high, high_to) = peaks
    theme = show.theme()
    return t(
        "Where real cases lie, the mean answer is lowest at {a} = {low_a} and {b} = {low_b} ({low}), and highest at "
        "{a} = {high_a} and {b} = {high_b} ({high}).",
        a=found.columns[0],
        b=found.columns[1],
        low_a=_cell(found.cells[0][low]),
        low_b=_cell(found.cells[1][low_to]),
        high_a=_cell(found.cells[0][high]),
        high_b=_cell(found.cells[1][high_to]),
        low=scale.answer(found.values[low][low_to], theme),
        high=scale.answer(found.values[high][high_to], theme),
    )


def _widest(first: Pull, scale: Scale) -> str:
    theme = show.theme()
    return t(
        "{column} moves it most: with “{low_cell}” for everybody the mean answer is {low}, with “{high_cell}” it is "
        "{high}; as they are, it is {base}.",
        column=first.column,
        low_cell=_cell(first.low_cell),
        high_cell=_cell(first.high_cell),
        low=scale.answer(first.low, theme),
        high=scale.answer(first.high, theme),
        base=scale.answer(first.base, theme),
    )


def _cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return plain(N_("missing"))
    return cell if isinstance(cell, str) else show.number(cell)


def _grid(found: Heat) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                found.columns[0]: first,
                found.columns[1]: second,
                plain(N_("Mean answer")): found.values[at][to],
                plain(N_("Cases near it")): found.counts[at][to],
            }
            for at, first in enumerate(found.cells[0])
            for to, second in enumerate(found.cells[1])
        ]
    )


def _ends(found: tuple[Pull, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                plain(N_("Column")): one.column,
                plain(N_("Low end")): one.low_cell,
                plain(N_("Answer at the low end")): one.low,
                plain(N_("High end")): one.high_cell,
                plain(N_("Answer at the high end")): one.high,
                plain(N_("As they are")): one.base,
            }
            for one in found
        ]
    )
