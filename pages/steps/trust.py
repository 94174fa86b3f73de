"""Trust: may the model be trusted? Audits of fairness, privacy, robustness and honesty, each with a verdict."""

from __future__ import annotations

import streamlit as st

from core.audits.audit import FAMILIES, Report
from core.deliver import audits as deliver
from core.deliver.audits import Audited
from core.deliver.shelf import no_model
from core.engines.base import Run
from core.words import N_
from pages.shared import chart, results, show, watch
from pages.shared.desk import Desk
from pages.shared.language import t, together
from pages.shared.trust import held, opened, running, settings, verdicts
from pages.shared.trust.settings import Scene

TITLE = N_("Trust")


def render(desk: Desk) -> None:
    """The step."""
    run, card = desk.run(), desk.card()
    if run is None or card is None or not run.usable:
        st.info(t("First train a model."))
        return
    desk.seen.add("trust")
    watch.fresh(run)
    if not len(results.predictions(run)):
        st.info(t(deliver.NO_ROWS))
        return
    scene = settings.scene(desk, run, card)
    audited = held.verdicts(run, scene.group)
    job = held.job(desk, run, scene.group)
    if job is not None and not job.state().ended:
        _at_work(scene, job, audited)
        return
    if job is not None:
        running.ended(job, audited)
    if audited is None:
        _before(scene)
    else:
        _after(scene, audited)


def _at_work(scene: Scene, job: Run, audited: Audited | None) -> None:
    earlier = audited or held.verdicts(scene.run)
    if earlier is None or not earlier.whole:
        chart.lead(t("The audits are at work."))
        running.live(scene, job, earlier)
        return
    running.live(scene, job, earlier)
    if audited is not None:
        st.caption(t("Until they are done, these are the verdicts from before."))
        _shown(scene, audited)


def _before(scene: Scene) -> None:
    """Nothing was audited yet, or not for this group: what will be asked, and the button."""
    everybody = held.verdicts(scene.run) if scene.group else None
    if everybody is None:
        chart.lead(t("May this model be trusted? Audits look for what speaks against it."))
        if deliver.outdated(scene.run.folder, scene.group):
            st.info(t("The model was trained again since it was audited, so the earlier verdicts hold no longer."))
        st.markdown(
            t(
                "Is it as good for every group of people? Does it give away whose data it learned from? What breaks "
                "it? Is it as good as it claims? Each audit ends in a verdict and a sentence, never in a seal of "
                "approval."
            )
        )
        settings.form(scene, None, t("Run all audits"))
        return
    st.info(t("The audits have not looked at this group alone: the verdicts below are of all cases."))
    with st.expander(t("Audit this group"), expanded=True):
        settings.form(scene, everybody, t("Run all audits for this group"))
    _shown(scene, everybody)


def _after(scene: Scene, audited: Audited) -> None:
    other = verdicts.differs(scene, audited)
    if other:
        text = t("The verdicts below are of other settings than those of now.")
        st.warning(together([text, *other]))
    if scene.group:
        st.caption(t("These verdicts are of the cases of the group alone."))
    verdicts.lead(audited)
    stale = bool(other) or not audited.whole
    if stale:
        settings.form(scene, audited, t("Run all audits again"))
    _table(scene, audited, again=not stale)


def _shown(scene: Scene, audited: Audited) -> None:
    verdicts.lead(audited)
    _table(scene, audited)


def _table(scene: Scene, audited: Audited, *, again: bool = False) -> None:
    """All verdicts, then each audit to be opened."""
    verdicts.table(audited)
    with st.container(horizontal=True, gap="medium"):
        verdicts.meanings(audited)
        if again:
            verdicts.again(scene, audited)
    chart.title(t("Each audit, with its figures, method and limits"))
    for family, name in FAMILIES.items():
        mine = [one for one in audited.reports if one.family == family]
        if mine:
            st.markdown(f"**{t(name)}**")
        for report in mine:
            st.fragment(_guarded)(scene, report, audited.created)


def _guarded(scene: Scene, report: Report, stamp: float) -> None:
    """One audit, drawn anew by itself; the model may have been deleted since the page was drawn."""
    if not scene.run.usable:
        show.trouble(no_model())
        return
    show.guarded(opened.audit, scene, report, stamp)
