"""A job seen live: how far it is, its curves, and a way to stop it. Everything comes from the run's folder, so that a
reload, a second tab and another page lose nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.engines.base import Event, Run
from core.engines.processes import Processes
from core.plots.learn import Losses
from core.plots.theme import Theme
from core.words import N_
from pages.shared import show
from pages.shared.language import plain, t, tell
from pages.shared.names import MEMBERS
from pages.shared.tail import Tail, tail

SECONDS = 0.5
"""Between two looks."""
HEIGHT = 330
LOST = 5.0
"""Seconds after which a run that waits in no line is lined up again."""


def live(run: Run, processes: Processes, *, compact: bool = False) -> None:
    """Shows a run that has not ended, looking twice a second; the page is drawn anew when it ends.

    Args:
        run: the run.
        processes: the scheduler, for its place in the line and to stop it.
        compact: one line and a bar, for work without curves.
    """
    st.fragment(_small if compact else _large, run_every=SECONDS)(run, processes)


def ended(run: Run, again: Callable[[], None] | None = None, label: str | None = None) -> bool:
    """Says how a run ended where it did not simply succeed; True where its model can be used.

    Args:
        run: a run that has ended.
        again: starts it once more, on a click.
        label: of that button, as Markdown; "Train again" unless given.
    """
    state = run.state()
    if state.phase == "done":
        return True
    say = st.info if run.usable else st.warning if state.phase == "stopped" else st.error
    if state.message is not None and state.message.text:
        say(tell(state.message))
    elif not run.usable:
        say(t("This ended before there was a result. Your data is safe."))
    if not run.usable and again is not None and st.button(label or t("Train again"), type="primary", key="again"):
        again()
    return run.usable


def events(run: Run) -> list[Event]:
    """All events of a run so far; only what is new is read from disk."""
    key = f"events_{run.id}"
    known, offset = st.session_state.get(key, ([], 0))
    new, offset = run.events(offset)
    if new:
        known = [*known, *new]
    st.session_state[key] = (known, offset)
    return list(known)


def _large(run: Run, processes: Processes) -> None:
    if run.state().ended or run.usable:
        st.rerun()
    now = tail(events(run))
    _headline(run, processes, now)
    curve = now.curves.get(now.member, Losses("", (), (), ()))
    st.echarts_chart(_spec(curve, show.theme()), height=HEIGHT, key=f"live_{run.id}", alt=_spoken(now))
    _figures(run, now)
    _stop(run, processes, t("Stop and keep the best so far"))


def _small(run: Run, processes: Processes) -> None:
    if run.state().ended:
        st.rerun()
    with st.container(border=True):
        _headline(run, processes, tail(events(run)))
        _stop(run, processes, t("Stop"))


def _headline(run: Run, processes: Processes, now: Tail) -> None:
    waiting = _waiting(run, processes)
    if waiting:
        st.markdown(waiting)
        st.progress(0.0)
        return
    stage = tell(now.stage) if now.stage is not None else t("Starting…")
    st.markdown(t("Stopping; what is there is kept…") if run.asked_to_stop() else stage)
    st.progress(now.share or 0.0)


def _waiting(run: Run, processes: Processes) -> str:
    state = run.state()
    if state.phase != "queued":
        return ""
    place = processes.place(run)
    if place is None and time.time() - state.updated > LOST:
        processes.submit(run)
    if place is None or place == 1:
        return t("Next in line: this starts as soon as a core is free.")
    return t("Waiting in line: {n:count} {n:job is/jobs are} before this one.", n=place - 1)


def _figures(run: Run, now: Tail) -> None:
    state = run.state()
    shown = [
        (t("Pass"), None if now.epoch is None else t("{n:count}", n=now.epoch)),
        (t("Passes a second"), None if now.epochs_per_second is None else t("{x:number}", x=now.epochs_per_second)),
        (t("Rows a second"), None if now.rows_per_second is None else t("{n:count}", n=now.rows_per_second)),
        (t("Time left for this learner"), None if now.seconds_left is None else t("{s:seconds}", s=now.seconds_left)),
        (t("Computes on"), t("{name}", name=state.device_name or state.device) if state.device else None),
    ]
    with st.container(horizontal=True, gap="large", key="live_figures"):
        for label, value in shown:
            with st.container(width="content", gap=None):
                st.caption(label)
                st.markdown(value or "–")


def _stop(run: Run, processes: Processes, label: str) -> None:
    asked = run.asked_to_stop()
    st.button(label, key=f"stop_{run.id}", disabled=asked, on_click=processes.stop, args=(run,))


def _spoken(now: Tail) -> str:
    if not now.member or now.epoch is None:
        return plain(N_("The error falls as the model learns; the first pass is not done yet."))
    name = MEMBERS.get(now.member, now.member)
    return plain(N_("Error of the {name} over {n:count} {n:pass/passes}."), name=plain(name), n=now.epoch)


def _spec(curve: Losses, theme: Theme) -> dict[str, object]:
    colours = theme.palette
    frame = pd.DataFrame(
        {"epoch": curve.epochs, "train": curve.train, "validation": curve.validation}, dtype="float64"
    ).replace([float("inf"), float("-inf")], float("nan"))
    few = len(frame) < 3
    lines = (
        ("train", plain(N_("Rows it learns from")), colours.second),
        ("validation", plain(N_("Rows held back")), colours.main),
    )
    quiet = {"color": colours.quiet}
    axis = {"nameTextStyle": quiet, "axisLabel": quiet, "nameLocation": "middle"}
    return {
        "animation": False,
        "grid": {"left": 12, "right": 16, "top": 40, "bottom": 12},
        "legend": {
            "top": 0,
            "left": 0,
            "icon": "rect",
            "itemWidth": 22,
            "itemHeight": 3,
            "itemGap": 24,
            "textStyle": {"color": colours.ink, "fontSize": 14},
        },
        "tooltip": {"trigger": "axis"},
        "dataset": {"source": frame},
        "xAxis": {
            **axis,
            "type": "value",
            "name": plain(N_("Passes over the data")),
            "nameGap": 28,
            "minInterval": 1,
            "min": 0,
            "max": max(10, -(-int(max(curve.epochs, default=0)) // 10) * 10),
            "splitLine": {"show": False},
        },
        "yAxis": {
            **axis,
            "type": "value",
            "scale": True,
            "name": plain(N_("Error (loss)")),
            "nameGap": 40,
            "splitLine": {"lineStyle": {"color": colours.grid}},
        },
        "series": [
            {
                "type": "line",
                "name": name,
                "encode": {"x": "epoch", "y": column, "tooltip": [column]},
                "showSymbol": few,
                "lineStyle": {"width": 2.5, "color": colour},
                "itemStyle": {"color": colour},
            }
            for column, name, colour in lines
        ],
    }
