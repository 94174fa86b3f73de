"""The workbench: a field's title, the visible path of steps, and the step that is open."""

from __future__ import annotations

import importlib
from types import ModuleType

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.domains.domain import Domain
from core.words import N_, Message
from pages.shared import look, readying, show, showme
from pages.shared.desk import Desk
from pages.shared.language import literal, plain, t, tell

STEPS = ("data", "goal", "train", "quality", "explain", "whatif", "trust")
"""Files of ``pages/steps``, in the order of the path; each has ``TITLE`` and ``render(desk)``."""


def workbench(domain: Domain) -> None:
    """One field's page."""
    show.guarded(_page, domain)


def _page(domain: Domain) -> None:
    desk = Desk(domain)
    showme.banner(desk)
    step = opened(desk)
    desk.seen.add(step)
    look.heading(t(domain.title), "" if desk.card() else t(domain.tagline))
    if desk.lost is not None:
        show.trouble(desk.lost)
    _path(desk, step)
    with _room(step):
        show.guarded(module(step).render, desk)
    _onward(desk, step)
    readying.ready(desk)


def module(step: str) -> ModuleType:
    """The file of a step."""
    return importlib.import_module(f"pages.steps.{step}")


def opened(desk: Desk) -> str:
    """The step to show: the one in the address if it can be opened, else the first that is still to do."""
    if desk.step in STEPS and missing(desk, desk.step) is None:
        return desk.step
    return next((step for step in STEPS if not done(desk, step)), STEPS[-1])


def missing(desk: Desk, step: str) -> Message | None:
    """What has to be there before a step can be opened; None where it can."""
    if step == "data":
        return None
    if desk.card() is None:
        return Message(N_("First choose data."))
    if step == "goal":
        return None
    if step == "train":
        return None if desk.run() or desk.draft.ready else Message(N_("First say what is to be predicted."))
    return None if finished(desk) else Message(N_("First train a model."))


def finished(desk: Desk) -> bool:
    """Whether the run on the desk has a model that was measured."""
    run = desk.run()
    return run is not None and run.usable


def done(desk: Desk, step: str) -> bool:
    """Whether a step has its tick."""
    if step == "data":
        return desk.card() is not None
    if step == "goal":
        return desk.run() is not None or desk.draft.ready
    if step == "train":
        return finished(desk)
    return step in desk.seen


def _path(desk: Desk, now: str) -> None:
    with st.container(key="path", horizontal=True, gap="small"):
        for number, step in enumerate(STEPS, 1):
            why = missing(desk, step)
            mark = "✓" if done(desk, step) and step != now else str(number)
            if st.button(
                f"{mark}\u2002{plain(module(step).TITLE)}",
                key=f"path_{'now_' if step == now else 'done_' if mark == '✓' else ''}{step}",
                disabled=why is not None,
                help=None if why is None else tell(why),
                type="tertiary",
            ):
                desk.go(step)


def _room(step: str) -> DeltaGenerator:
    """Where a step is drawn: each has a place of its own, and those of the others are empty.

    In a place that they shared, the browser would build all of the step before once more under the new name, and then
    replace it piece by piece.
    """
    rooms = [st.container(key=f"step_{one}", gap="small") if one == step else st.empty() for one in STEPS]
    return rooms[STEPS.index(step)]


def _onward(desk: Desk, step: str) -> None:
    place = STEPS.index(step)
    with st.container(key="onward", horizontal=True, horizontal_alignment="distribute" if place else "right"):
        if place:
            _leads(desk, STEPS[place - 1], "←\u2002{}", "previous")
        if place + 1 < len(STEPS) and step != "goal" and missing(desk, STEPS[place + 1]) is None:
            _leads(desk, STEPS[place + 1], "{}\u2002→", "next", "primary")


def _leads(desk: Desk, step: str, form: str, key: str, kind: str = "secondary") -> None:
    title = literal(plain(module(step).TITLE))
    if st.button(form.format(title), key=f"onward_{key}", type="primary" if kind == "primary" else "secondary"):
        desk.go(step)
