"""The overall reasons of a run: made at the end of its training, or asked for later where that was stopped before."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.engines.base import Request, Run
from core.errors import Problem
from core.explain.explanation import Explanation
from pages.shared import results, show, watch
from pages.shared.desk import Desk
from pages.shared.language import t

ROWS = 300
"""Rows the reasons are drawn from, of those the model has never seen."""
SECONDS = 30.0
"""That making them later may take."""


def reasons(desk: Desk, run: Run) -> Explanation | None:
    """The overall reasons, wherever they lie; None while there are none."""
    found = results.reasons(run)
    if found is not None:
        return found
    later = _later(desk, run)
    return None if later is None or not later.state().ended else results.reasons(later)


def missing(desk: Desk, run: Run) -> None:
    """What is shown where there are none: how far they are, or a way to have them made."""
    later = _later(desk, run)
    for job in (run, later):
        if job is not None and not job.state().ended:
            watch.live(job, desk.processes, compact=True)
            return
    if later is not None:
        watch.ended(later)
    st.info(t("The overall reasons were not worked out: the training was stopped before. One case can be asked below."))
    st.button(
        t("Work out the overall reasons"), key=f"overall_{run.id}", on_click=show.guarded, args=(_start, desk, run)
    )


def _start(desk: Desk, run: Run) -> None:
    frame = results.predictions(run)
    rows = frame["row"].to_numpy()
    if len(rows) > ROWS:
        rows = np.sort(np.random.default_rng(0).choice(rows, ROWS, replace=False))
    request = Request(
        "explain",
        name=run.request().name,
        table=str(run.table),
        model=str(run.folder.resolve()),
        arguments={"rows": [int(row) for row in rows], "seconds": SECONDS},
    )
    job = desk.store.new_run(request)
    desk.processes.submit(job)
    st.session_state[_key(run)] = job.id


def _later(desk: Desk, run: Run) -> Run | None:
    """The newest job that was asked to make them; found again after a reload."""
    known = st.session_state.get(_key(run))
    try:
        if known is not None:
            return desk.store.run(known)
    except Problem:
        pass
    for job in desk.store.dependents(run.id):
        if job.request().verb == "explain":
            st.session_state[_key(run)] = job.id
            return job
    return None


def _key(run: Run) -> str:
    return f"overall_job_{run.id}"
