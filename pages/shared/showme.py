"""Show me: a sample goes the whole way by itself, with a line of commentary at each step.

It really reads, trains, measures and explains; only the pressing of buttons is ours. The state lies in the session, so
that a click elsewhere ends nothing: the banner is there again when the page is.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import streamlit as st

from core.domains.domain import Domain, Sample
from core.words import N_
from pages.shared import ask, intake
from pages.shared.desk import Desk
from pages.shared.language import plain, t
from pages.steps import train

_KEY = "showme"
BUDGET_SECONDS = 15.0
"""Of training, in the demonstration."""
LOOK_SECONDS = 0.5
STAGES: tuple[tuple[str, float], ...] = (
    ("data", 6),
    ("goal", 6),
    ("train", 6),
    ("quality", 8),
    ("explain", 8),
    ("whatif", 7),
)
"""Steps and the seconds each is shown at least."""

WORDS = {
    "data": N_(
        "This is a sample: {title}. Vitrine has read it, found out what each column holds, and says below what it "
        "noticed. With your own file you would check this first."
    ),
    "goal": N_(
        "Now the question: {goal}. The field proposes it, together with the columns that need care, and says why. You "
        "can ask anything else of your data."
    ),
    "train": N_(
        "The model learns from part of the rows. When the line for rows it does not learn from stops falling, it has "
        "learnt what there is to learn."
    ),
    "quality": N_(
        "Now the judgement, on rows the model has never seen: how often it is right, for which cut-off, and how much "
        "better than guessing."
    ),
    "explain": N_(
        "And the reasons: which columns matter, and for one case, what raised and what lowered the answer. The parts "
        "add up to the prediction."
    ),
    "whatif": N_(
        "And now you may play: change a value, and the answer, its range and its reasons follow at once. Below you "
        "keep what you tried, side by side."
    ),
}


@dataclass(frozen=True)
class Show:
    """Where a demonstration stands."""

    domain: str
    sample: Sample
    stage: int = 0
    since: float = 0.0
    over: bool = False


def begin(domain: Domain) -> None:
    """Starts the field's first sample on its way and goes to its page."""
    st.session_state[_KEY] = Show(domain.key, domain.samples[0])
    st.switch_page(f"pages/{domain.key}.py", query_params={"step": "data"})


def showing(desk: Desk) -> Show | None:
    """The demonstration under way in this field; None where there is none."""
    show = st.session_state.get(_KEY)
    return show if isinstance(show, Show) and show.domain == desk.domain.key else None


def stop() -> None:
    """Ends the demonstration; what was made stays."""
    st.session_state.pop(_KEY, None)


def banner(desk: Desk) -> None:
    """The line of commentary, and the clock that moves the demonstration on. Nothing where none is under way."""
    show = showing(desk)
    if show is None:
        return
    if not show.since:
        _enter(desk, show)
    with st.container(border=True, key="showme"):
        st.fragment(_clock, run_every=None if show.over else LOOK_SECONDS)(desk)


def _clock(desk: Desk) -> None:
    show = showing(desk)
    if show is None:
        st.rerun()
        return
    step, least = STAGES[show.stage]
    shown = time.time() - show.since
    if not show.over and shown >= least and _ready(desk, step):
        _onward(show)
    words, door = st.columns([6, 1], vertical_alignment="center")
    with words:
        st.markdown(t(WORDS[step], title=plain(show.sample.title), goal=show.sample.goal))
        if show.over:
            st.markdown(
                t(
                    "That was the whole way. One step is left for you: Trust audits the model at a click. Look around, "
                    "or bring your own data."
                )
            )
    with door, st.container(horizontal=True, horizontal_alignment="right"):
        st.button(t("Close") if show.over else t("Stop"), key="showme_stop", on_click=stop)
    share = (show.stage + min(1.0, shown / least)) / len(STAGES)
    st.progress(1.0 if show.over else min(share, 1.0))


def _ready(desk: Desk, step: str) -> bool:
    """Whether what the next step needs is there."""
    if step == "data":
        return desk.card() is not None and desk.reading() is None
    run = desk.run()
    if step == "train":
        return run is not None and run.usable
    return True


def _onward(show: Show) -> None:
    if show.stage + 1 == len(STAGES):
        st.session_state[_KEY] = replace(show, over=True)
        st.rerun()
    st.session_state[_KEY] = replace(show, stage=show.stage + 1, since=0.0)
    st.query_params["step"] = STAGES[show.stage + 1][0]
    st.rerun()


def _enter(desk: Desk, show: Show) -> None:
    """What the analyst would have pressed at this step."""
    st.session_state[_KEY] = replace(show, since=time.time())
    step = STAGES[show.stage][0]
    if step == "data":
        desk.lay_table(None)
        intake.take_sample(desk, show.sample)
    elif step == "goal":
        desk.choose(
            goal=show.sample.goal, sensitive=show.sample.sensitive, time_budget_seconds=BUDGET_SECONDS, ready=True
        )
    elif step == "train":
        recipe = ask.recipe(desk)
        if recipe is not None:
            train.start(desk, recipe)
