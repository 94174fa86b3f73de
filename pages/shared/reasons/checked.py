"""How good the reasons are: asked for in the background, kept with the run, and said under the lead."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import streamlit as st

from core.deliver.ask.reasons import ask_grade
from core.deliver.grades import kept
from core.errors import Problem
from core.explain.grade import Check, Grade
from core.words import N_, Message
from pages.shared import show
from pages.shared.language import plain, t, tell
from pages.shared.reasons.scene import Scene

EVERY = 1.5
"""Seconds between two looks."""
AFTER_SECONDS = 2.0
"""The page is drawn first."""
MARKS = {True: "✓", False: "✗", None: "–"}


@dataclass
class _Work:
    """A grade that is being made, or could not be."""

    thread: threading.Thread
    problem: list[Message] = field(default_factory=list)


_WORK: dict[tuple[str, int], _Work] = {}
_LOCK = threading.Lock()


def known(scene: Scene) -> Grade | None:
    """The grade that lies in the run's folder; None while there is none of this model."""
    return kept(scene.run.folder)


def line(scene: Scene) -> None:
    """One line that says how good the reasons are, and opens to the checks."""
    grade = known(scene)
    if grade is None:
        work = _WORK.get((str(scene.run.folder), scene.stamp))
        running = work is not None and work.thread.is_alive()
        fresh = running or work is None
        st.fragment(_waiting, run_every=EVERY if fresh else None)(scene, fresh)
        return
    if grade.verdict == "withheld":
        st.warning(tell(grade.message))
    text, colour = _BADGES[grade.verdict]
    mark = show.badge(plain(text), colour)
    label = t("How these reasons were checked") if grade.verdict == "withheld" else tell(grade.message)
    with st.expander(f"{mark}\u2002{label}", key=f"grade_{scene.run.id}", type="compact"):
        st.markdown("\n\n".join(_said(check) for check in grade.checks))


_BADGES = {
    "good": (N_("checked"), "green"),
    "weak": (N_("with care"), "orange"),
    "withheld": (N_("withheld"), "red"),
}


def _said(check: Check) -> str:
    return f"{MARKS[check.passed]}\u2002{tell(check.message)}"


def _waiting(scene: Scene, fresh: bool) -> None:
    """Said while the checks run; the page is drawn anew when they have ended."""
    work = _WORK.get((str(scene.run.folder), scene.stamp))
    ended = work is not None and not work.thread.is_alive()
    if known(scene) is not None or (fresh and ended):
        st.rerun()
    if work is None or not ended:
        st.caption(t("How good these reasons are is being checked …"))
        return
    unchecked, said = t("These reasons were not checked."), tell(work.problem[0]) if work.problem else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"{unchecked} {said}")
        st.button(
            t("Check them"), key=f"grade_again_{scene.run.id}", type="tertiary", on_click=start, args=(scene, True)
        )


def start(scene: Scene, again: bool = False) -> None:
    """Has the reasons checked in the background where nobody has, by a thread that asks the open model."""
    key = (str(scene.run.folder), scene.stamp)
    with _LOCK:
        if known(scene) is not None or (key in _WORK and not again) or (key in _WORK and _WORK[key].thread.is_alive()):
            return
        resident, problem = scene.desk.resident, list[Message]()

        def work() -> None:
            time.sleep(AFTER_SECONDS)
            try:
                ask_grade(resident, scene.run)
            except Problem as wrong:
                problem.append(wrong.message)

        _WORK[key] = _Work(threading.Thread(target=work, daemon=True, name="grade"), problem)
        _WORK[key].thread.start()


def beside(scene: Scene) -> None:
    """A word beside a view whose reasons did not pass every check."""
    grade = scene.grade
    if grade is not None and grade.verdict == "weak":
        failed = [plain(_SHORT[check.key]) for check in grade.checks if not check.passed and check.key in _SHORT]
        st.caption(f"{show.badge(plain(N_('with care')), 'orange')}\u2002{_weak(failed)}")


def _weak(failed: list[str]) -> str:
    if not failed:
        return t("Not every check of these reasons was passed.")
    return t("Not every check of these reasons was passed: {failed:list}.", failed=failed)


_SHORT = {
    "seeds": N_("the same when worked out again"),
    "noise": N_("the same under a little noise"),
    "deletion": N_("what is named first counts most when taken away"),
    "insertion": N_("what is named first counts most when put in"),
    "random": N_("different from a model that learned nothing"),
}
