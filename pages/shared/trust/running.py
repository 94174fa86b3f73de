"""Audits at work: which one runs, how long still, and how they ended where they did not simply succeed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.deliver.audits import Audited, seconds_left
from core.engines.base import Event, Run
from pages.shared import watch
from pages.shared.language import t, tell
from pages.shared.trust import held
from pages.shared.trust.settings import Scene


def live(scene: Scene, job: Run, earlier: Audited | None) -> None:
    """Shows how far they are, looking twice a second, with a way to stop them."""
    watch.live(job, scene.desk.processes, compact=True, words=_words(earlier))
    st.caption(t("You may leave this page or close it: the audits go on, and are found here again."))


def _words(earlier: Audited | None) -> Callable[[Sequence[Event]], str]:
    def words(events: Sequence[Event]) -> str:
        begun = [one for one in events if "audit" in one.numbers]
        if not begun or begun[-1].message is None:
            return ""
        said = t(
            "Audit {n:count} of {of:count}: {title}",
            n=begun[-1].numbers["audit"],
            of=begun[-1].numbers["of"],
            title=begun[-1].message,
        )
        left = seconds_left(events, earlier)
        if left is None:
            return said
        still = t("about {s:seconds} left", s=max(1.0, round(left)))
        return f"{said}\u2002·\u2002{still}"

    return words


def ended(job: Run, audited: Audited | None) -> None:
    """What is to be known of a run of audits that is over: nothing where all went well."""
    state = job.state()
    if audited is not None and not audited.whole:
        n, of = len(audited.reports), len(held.asked())
        st.info(t("The audits were stopped: {n:count} of {of:count} were done, and stand below.", n=n, of=of))
    elif state.phase == "stopped":
        st.info(t("The audits were stopped before anything new was found."))
    elif state.phase in ("failed", "interrupted") and job.request().created > (audited.created if audited else 0.0):
        said = tell(state.message) if state.message is not None and state.message.text else ""
        st.error(said or t("The audits ended before there was a result. Your model is safe; run them again."))
