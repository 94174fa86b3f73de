"""What may be changed in a case: a table that the analyst edits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.deliver.ask.ways import ask_limits
from core.engines.base import Run
from core.whatif.ways import Limit, May
from core.words import N_
from pages.shared.desk import Desk
from pages.shared.language import plain, t

MAY: dict[May, str] = {"any": N_("may change"), "up": N_("only up"), "down": N_("only down"), "no": N_("not at all")}
MOST = 6
"""Ways offered at most."""


def chooser(desk: Desk, run: Run) -> tuple[tuple[Limit, ...], int, float | None]:
    """What the analyst says otherwise, how many ways are wanted, and what each may cost at most."""
    usual = _usual(desk, run)
    with st.expander(t("What may be changed, how far, and at what cost"), key=f"ways_limits_{run.id}"):
        st.caption(
            t(
                "Numbers stay inside the range that the model has seen. Moving a column as far as two usual cases "
                "differ, or to another category, counts as its cost."
            )
        )
        edited = _table(run, usual)
        with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
            most = st.number_input(t("Ways to look for"), 1, MOST, 3, key=f"ways_most_{run.id}", width=180)
            budget = st.number_input(
                t("Cost of one way, at most"), 0.0, None, None, key=f"ways_budget_{run.id}", width=220, format="%g"
            )
    return given(usual, edited), int(most), budget


def _usual(desk: Desk, run: Run) -> tuple[Limit, ...]:
    held: dict[str, tuple[Limit, ...]] = st.session_state.setdefault("ways_limits", {})
    if run.id not in held:
        held[run.id] = ask_limits(desk.resident, run)
    return held[run.id]


def _table(run: Run, usual: tuple[Limit, ...]) -> pd.DataFrame:
    """The limits as a table that can be edited."""
    words = [plain(word) for word in MAY.values()]
    kinds = {
        "column": st.column_config.TextColumn(t("Column"), disabled=True, pinned=True),
        "may": st.column_config.SelectboxColumn(t("May it change?"), options=words, required=True),
        "low": st.column_config.NumberColumn(t("At least"), format="%g"),
        "high": st.column_config.NumberColumn(t("At most"), format="%g"),
        "cost": st.column_config.NumberColumn(t("Cost"), min_value=0.0, required=True, format="%g"),
        "why": st.column_config.TextColumn(t("Why"), disabled=True, width="large"),
    }
    shown = framed(usual, plain)
    edited: pd.DataFrame = st.data_editor(
        shown,
        column_config=kinds,
        hide_index=True,
        num_rows="fixed",
        placeholder="",
        height=min(38 + 35 * len(shown), 420),
        key=f"ways_table_{run.id}_{plain(MAY['any'])}",
    )
    return edited


def framed(usual: tuple[Limit, ...], say: Callable[..., str]) -> pd.DataFrame:
    """Limits as the table shows them: a row a column, in words."""
    return pd.DataFrame(
        {
            "column": [limit.column for limit in usual],
            "may": [say(MAY[limit.may]) for limit in usual],
            "low": np.array([limit.low for limit in usual], dtype=np.float64),
            "high": np.array([limit.high for limit in usual], dtype=np.float64),
            "cost": [limit.cost for limit in usual],
            "why": ["" if limit.why is None else say(limit.why) for limit in usual],
        }
    )


def given(usual: tuple[Limit, ...], edited: pd.DataFrame) -> tuple[Limit, ...]:
    """The limits that were edited, as they are now."""
    kinds: dict[str, May] = {plain(word): kind for kind, word in MAY.items()}
    said = []
    for limit, row in zip(usual, edited.to_dict("records"), strict=True):
        low, high = _bound(row["low"], limit.low), _bound(row["high"], limit.high)
        cost = limit.cost if pd.isna(row["cost"]) else float(row["cost"])
        now = replace(limit, may=kinds.get(str(row["may"]), limit.may), low=low, high=high, cost=cost)
        if now != limit:
            said.append(now)
    return tuple(said)


def _bound(cell: Any, usual: float | None) -> float | None:
    """What was entered; an emptied cell goes back to what is usual."""
    return usual if pd.isna(cell) else float(cell)
