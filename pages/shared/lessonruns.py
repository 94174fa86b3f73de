"""An owner's runs of lessons: kept apart from the models, the last few of each lesson."""

from __future__ import annotations

import msgspec
import streamlit as st

from core.deliver.lessons import SECONDS, lesson_result
from core.engines.base import Request, Run
from core.errors import Problem
from core.lessons.lesson import Ask, Lesson, Result
from pages.shared import rooms
from pages.shared.language import plain

KEPT = 6
"""Runs of a lesson; older ones are deleted when a new one starts."""


def of(key: str) -> list[Run]:
    """The runs of a lesson, newest first; one that was deleted is gone from the list."""
    known = st.session_state.get(_name(key))
    if known is None:
        known = [run.id for run in rooms.store().runs() if _is(run, key)]
    found = [run for name in known if (run := _run(name)) is not None]
    st.session_state[_name(key)] = [run.id for run in found]
    return found


def start(one: Lesson, ask: Ask) -> Run:
    """Lines a run of a lesson up and lets the oldest go."""
    store = rooms.store()
    arguments = {"lesson": one.key, **msgspec.to_builtins(ask)}
    request = Request("lesson", name=plain(one.title), arguments=arguments, time_budget_seconds=SECONDS)
    earlier = of(one.key)
    run = store.new_run(request)
    rooms.processes().submit(run)
    for old in earlier[KEPT - 1 :]:
        store.delete_run(old.id)
    st.session_state[_name(one.key)] = [run.id, *(old.id for old in earlier[: KEPT - 1])]
    return run


def result(run: Run) -> Result | None:
    """What came out of a run; None where there is nothing (yet)."""
    return lesson_result(run)


def _is(run: Run, key: str) -> bool:
    try:
        request = run.request()
        return request.verb == "lesson" and request.arguments.get("lesson") == key
    except (Problem, OSError):
        return False


def _run(name: str) -> Run | None:
    try:
        run = rooms.store().run(name)
        run.state()
        return run
    except (Problem, OSError):
        return None


def _name(key: str) -> str:
    return f"lesson_runs_{key}"
