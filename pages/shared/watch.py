"""A job seen live: how far it is, its curves, and a way to stop it. Everything comes from the run's folder, so that a
reload, a second tab and another page lose nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import wraps

import pandas as pd
import streamlit as st

from core.engines.base import Event, Run
from core.engines.processes import Processes
from core.plots.learn import Losses, is_rounds
from core.plots.theme import Theme
from core.words import N_, Message
from pages.shared import search, show
from pages.shared.desk import recipe_of
from pages.shared.language import plain, t, tell
from pages.shared.names import MEMBERS
from pages.shared.tail import WEIGHED, Doing, Tail, expected, tail

SECONDS = 0.5
"""Between two looks."""
HEIGHT = 330
LOST = 5.0
"""Seconds after which a run that waits in no line is lined up again."""
CURVELESS = ("simple", "forest")
"""Learners that are made at one stroke, so that no curve is waited for."""


def live(
    run: Run,
    processes: Processes,
    *,
    compact: bool = False,
    words: Callable[[Sequence[Event]], str] | None = None,
) -> None:
    """Shows a run that has not ended, looking twice a second; the page is drawn anew when it ends.

    Args:
        run: the run.
        processes: the scheduler, for its place in the line and to stop it.
        compact: one line and a bar, for work without curves.
        words: with ``compact``: what is said beside the bar, as Markdown, of the events so far; without it, the part
            of the work that runs.
    """
    if compact:
        st.fragment(_small, run_every=SECONDS)(run, processes, stamp(run), words)
    else:
        st.fragment(_large, run_every=SECONDS)(run, processes, stamp(run))


def _still(draw: Callable[..., None]) -> Callable[..., None]:
    """Draws the page anew where the run was deleted meanwhile, in another tab for instance."""

    @wraps(draw)
    def drawn(run: Run, *rest: object) -> None:
        try:
            draw(run, *rest)
        except FileNotFoundError:
            if run.folder.exists():
                raise
            st.rerun()

    return drawn


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


@_still
def _large(run: Run, processes: Processes, drawn: int) -> None:
    if run.state().ended or stamp(run) != drawn:
        st.rerun()
    known = events(run)
    now = tail(known, _asked(run))
    _headline(run, processes, now)
    _learners(now.members)
    if not search.live([event for event in known if event.kind == "trial" or event.member.startswith("net")], run.id):
        _curves(run, now)
    _figures(run)
    _stop(run, processes, t("Stop and keep the best so far"))


@_still
def _small(run: Run, processes: Processes, drawn: int, words: Callable[[Sequence[Event]], str] | None = None) -> None:
    if run.state().ended or stamp(run) != drawn:
        st.rerun()
    with st.container(border=True, key=f"watch_{run.id}"):
        known = events(run)
        _headline(run, processes, tail(known, _asked(run)), "" if words is None else words(known))
        _stop(run, processes, t("Stop"))


def stamp(run: Run) -> int:
    """Tells the figures of a run from those it had before, for a first answer is replaced; 0 where there are none."""
    try:
        return (run.folder / "evaluation.json").stat().st_mtime_ns
    except OSError:
        return 0


def improving(run: Run) -> bool:
    """Whether its figures are of a first answer, and a better one is being made."""
    return not run.state().ended and tail(events(run)).first is not None


def fresh(run: Run) -> None:
    """Says that the figures are of a first answer, and draws the page anew when the better one is there."""
    if improving(run):
        st.fragment(_fresh, run_every=4 * SECONDS)(run, stamp(run))


@_still
def _fresh(run: Run, drawn: int) -> None:
    if run.state().ended or stamp(run) != drawn:
        st.rerun()
    st.info(
        t("These are the figures of a first answer. A better one is being made; the page changes when it is ready.")
    )


def _asked(run: Run) -> tuple[str, ...]:
    """The learners a training will try, in their order."""
    key = f"asked_{run.id}"
    if key not in st.session_state:
        st.session_state[key] = expected(recipe_of(run)) if run.request().verb == "train" else ()
    asked: tuple[str, ...] = st.session_state[key]
    return asked


def _headline(run: Run, processes: Processes, now: Tail, said: str = "") -> None:
    waiting = _waiting(run, processes)
    if waiting:
        st.markdown(waiting)
        st.progress(0.0)
        return
    if now.first is not None:
        st.markdown(tell(now.first))
    st.markdown(t("Stopping; what is there is kept…") if run.asked_to_stop() else said or _stage(now))
    st.progress(_further(run, now.share or 0.0))


def _stage(now: Tail) -> str:
    working = [MEMBERS.get(one.name, one.name) for one in now.members if one.lane and not one.done]
    if len(working) > 1 and (now.share or 0.0) < WEIGHED:
        return t("Training side by side: {names:list}", names=[Message(name) for name in working])
    return tell(now.stage) if now.stage is not None else t("Starting…")


def _further(run: Run, share: float) -> float:
    """A bar that never goes back; after a first answer it begins anew."""
    key = f"share_{run.id}_{stamp(run)}"
    st.session_state[key] = max(share, st.session_state.get(key, 0.0))
    return float(st.session_state[key])


def _waiting(run: Run, processes: Processes) -> str:
    state = run.state()
    if state.phase != "queued":
        return ""
    place = processes.place(run)
    if place is None and time.time() - state.updated > LOST:
        processes.submit(run)
    if place is None:
        return t("Starting…")
    if place == 1:
        return t("Next in line: this starts as soon as a core is free.")
    return t("Waiting in line: {n:count} {n:job is/jobs are} before this one.", n=place - 1)


def _learners(members: Sequence[Doing]) -> None:
    """A card for each learner: whether it waits, is at work (and in which lane) or is done."""
    shown = [one for one in members if not one.skipped]
    if not shown:
        return
    lanes = max((one.lane for one in shown), default=0)
    with st.container(key="live_learners"):
        for column, one in zip(st.columns(len(shown)), shown, strict=True):
            with column, st.container(border=True, gap="xsmall", height="stretch", key=f"learner_{one.name}"):
                st.markdown(f"**{t(MEMBERS.get(one.name, one.name))}**\u2002{_badge(one, lanes)}")
                for line in _lines(one) or ["\u2002"]:
                    st.caption(line)
        if any(one.loss is not None for one in shown):
            st.caption(t("Errors are of rows held back while learning; lower is better."))


def _badge(one: Doing, lanes: int) -> str:
    if one.done:
        return show.badge(plain(N_("done")), "green")
    if not one.lane:
        return show.badge(plain(N_("waits")))
    if lanes > 1:
        return show.badge(plain(N_("at work, lane {n:count}"), n=one.lane), "blue")
    return show.badge(plain(N_("at work")), "blue")


def _lines(one: Doing) -> list[str]:
    """How a learner fares: rounds or passes with the error, how fast, how long still."""
    lines = []
    if one.epoch is not None or one.loss is not None:
        lines.append(_progress(one))
    if not one.lane or one.done:
        return lines
    if one.epochs_per_second is not None:
        text = N_("{x:number} rounds a second") if is_rounds(one.name) else N_("{x:number} passes a second")
        lines.append(t(text, x=one.epochs_per_second))
    if one.rows_per_second is not None:
        lines.append(t("{n:count} rows a second", n=one.rows_per_second))
    if one.seconds_left is not None and one.seconds_left >= 1:
        lines.append(t("at most {s:seconds} left", s=one.seconds_left))
    return lines or [t("{s:seconds} at work so far", s=one.seconds)]


def _progress(one: Doing) -> str:
    if one.epoch is None:
        return t("Error {loss:number}", loss=one.loss)
    if is_rounds(one.name):
        return t("Round {n:count}, error {loss:number}", n=one.epoch, loss=one.loss)
    return t("Pass {n:count}, error {loss:number}", n=one.epoch, loss=one.loss)


def _curves(run: Run, now: Tail) -> None:
    """Small multiples, one for each learner that has a curve; an empty one before the first pass."""
    if not now.curves and all(one.name in CURVELESS for one in now.members):
        return
    curves = list(now.curves.values()) or [Losses("", (), (), ())]
    sides = st.columns(min(len(curves), 2), gap="large")
    for place, curve in enumerate(curves):
        with sides[place % len(sides)]:
            if len(curves) > 1:
                st.markdown(f"**{t(MEMBERS.get(curve.name, curve.name))}**")
            height = HEIGHT if len(curves) == 1 else HEIGHT - 70
            st.echarts_chart(
                _spec(curve, show.theme()), height=height, key=f"live_{run.id}_{place}", alt=_spoken(curve)
            )


def _figures(run: Run) -> None:
    state, budget = run.state(), run.request().time_budget_seconds
    facts = []
    if state.started is not None and budget:
        facts.append(
            t(
                "{s:seconds} of at most {budget:seconds}; it ends sooner where more time would not help",
                s=max(0.0, time.time() - _began(run)),
                budget=budget,
            )
        )
    if state.device:
        facts.append(t("Computes on {name}", name=state.device_name or state.device))
    if facts:
        st.caption("\u2002·\u2002".join(facts))


def _began(run: Run) -> float:
    """When the work itself began, in seconds since 1970."""
    known = events(run)
    return known[0].at if known else time.time()


def _stop(run: Run, processes: Processes, label: str) -> None:
    asked = run.asked_to_stop()
    st.button(label, key=f"stop_{run.id}", disabled=asked, on_click=processes.stop, args=(run,))


def _spoken(curve: Losses) -> str:
    if not curve.epochs:
        return plain(N_("The error falls as the model learns; the first pass is not done yet."))
    name = plain(MEMBERS.get(curve.name, curve.name))
    if is_rounds(curve.name):
        return plain(N_("Error of the {name} over {n:count} {n:round/rounds}."), name=name, n=curve.epochs[-1])
    return plain(N_("Error of the {name} over {n:count} {n:pass/passes}."), name=name, n=curve.epochs[-1])


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
    axis = {"nameTextStyle": quiet, "axisLabel": {**quiet, "hideOverlap": True}, "nameLocation": "middle"}
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
            "name": plain(N_("Rounds") if is_rounds(curve.name) else N_("Passes over the data")),
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
