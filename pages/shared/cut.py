"""The one cut-off of a run: set as a chance, as what the two errors cost, or as how many cases can be seen.

It lies in the run's folder, so that every step, a reload and a second tab use the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import streamlit as st

from core import values
from core.engines.base import Run
from core.errors import Problem
from core.learn.cutoff import Counts, at_cutoff, by_capacity, by_cost
from core.learn.evaluation import Evaluation
from core.words import N_
from pages.shared import results
from pages.shared.desk import Desk, recipe_of
from pages.shared.language import plain, t

How = Literal["chance", "costs", "capacity"]
WAYS: dict[How, str] = {
    "chance": N_("by the chance"),
    "costs": N_("by what errors cost"),
    "capacity": N_("by how many we can see"),
}
_FILE = "cutoff.json"


@dataclass(frozen=True)
class Cut:
    """How the cut-off is set, and what was entered for each way."""

    how: How = "chance"
    chance: float = 0.5
    cost_miss: float = 1.0
    cost_alarm: float = 1.0
    capacity: int = 10
    of: int = 100
    """The capacity is so many out of these many cases."""


def cut(run: Run, evaluation: Evaluation) -> Cut:
    """The run's cut-off as it was set last; the one it was trained for where nobody has set it."""
    try:
        return values.read(run.folder / _FILE, Cut)
    except (OSError, Problem):
        task = recipe_of(run).task
        rows = evaluation.rows.test
        return Cut(
            chance=round(evaluation.cutoff if evaluation.cutoff is not None else 0.5, 3),
            cost_miss=task.cost_miss,
            cost_alarm=task.cost_alarm,
            capacity=max(1, rows // 5),
            of=max(1, rows),
        )


def cutoff(run: Run, evaluation: Evaluation) -> float | None:
    """The chance from which a case is named, as it is set for all pages of the run; None where nothing is named."""
    if evaluation.task != "binary":
        return None
    frame, positive = results.predictions(run), str(evaluation.positive)
    if not len(frame):
        return evaluation.cutoff
    truth = (frame["truth"].astype(str) == positive).to_numpy()
    return float(counts(cut(run, evaluation), truth, results.chances(frame, positive)).cutoff)


def counts(set_to: Cut, truth: np.ndarray, chance: np.ndarray) -> Counts:
    """What it does to rows: hits, misses, false alarms and the rest, with the cut-off as a chance."""
    if set_to.how == "costs":
        return by_cost(truth, chance, set_to.cost_miss, set_to.cost_alarm)
    if set_to.how == "capacity":
        return by_capacity(truth, chance, round(set_to.capacity / max(set_to.of, 1) * len(truth)))
    return at_cutoff(truth, chance, set_to.chance)


def chooser(desk: Desk, run: Run, evaluation: Evaluation) -> Cut:
    """Lets the analyst set it; a change is stored at once."""
    now = cut(run, evaluation)
    with st.container(border=True, key=f"cut_{run.id}"):
        st.markdown(
            t(
                "From which chance on is a case named “{positive}”? This holds for everything below.",
                positive=results.event(run, evaluation),
            )
        )
        how = st.segmented_control(
            t("Set the cut-off"),
            list(WAYS),
            default=now.how,
            required=True,
            format_func=lambda way: plain(WAYS[way]),
            key=f"cut_how_{run.id}",
            label_visibility="collapsed",
        )
        new = _entered(desk, run, replace(now, how=how or now.how))
    if new != now:
        values.write(run.folder / _FILE, new)
    return new


def _entered(desk: Desk, run: Run, now: Cut) -> Cut:
    if now.how == "chance":
        chance = st.slider(
            t("Chance from which a case is named, in percent"), 1, 99, _percent(now.chance), key=f"cut_chance_{run.id}"
        )
        return now if chance == _percent(now.chance) else replace(now, chance=chance / 100)
    if now.how == "costs":
        return _costs(desk, run, now)
    return _capacity(desk, run, now)


def _costs(desk: Desk, run: Run, now: Cut) -> Cut:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        miss = _number(t("What a miss costs"), now.cost_miss, f"cut_miss_{run.id}")
        alarm = _number(t("What a false alarm costs"), now.cost_alarm, f"cut_alarm_{run.id}")
    if desk.domain.cost_why:
        st.caption(t(desk.domain.cost_why))
    return replace(now, cost_miss=miss, cost_alarm=alarm)


def _capacity(desk: Desk, run: Run, now: Cut) -> Cut:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        label = t("How many {cases} we can see", cases=plain(desk.domain.cases))
        seen = _whole(label, now.capacity, f"cut_seen_{run.id}")
        of = _whole(t("out of"), now.of, f"cut_of_{run.id}")
    if desk.domain.capacity:
        st.caption(t(desk.domain.capacity, n=seen))
    return replace(now, capacity=seen, of=of)


def _percent(chance: float) -> int:
    return min(99, max(1, round(100 * chance)))


def _number(label: str, value: float, key: str) -> float:
    return float(st.number_input(label, 0.0, None, float(value), key=key, width=220, format="%g"))


def _whole(label: str, value: int, key: str) -> int:
    return int(st.number_input(label, 1, None, int(value), key=key, width=220))
