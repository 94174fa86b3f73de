"""All verdicts on one look: a sentence, the table, and what they mean; and whether they are of other settings."""

from __future__ import annotations

import streamlit as st

from core.audits.audit import GRAVITY
from core.audits.verdicts import MEANINGS, SIGNS, WORDS, headline
from core.deliver.audits import Audited, same_cutoff
from core.plots import verdicts as plots
from core.words import N_
from pages.shared import chart, show
from pages.shared.language import plain, t, tell, together
from pages.shared.trust import held, settings
from pages.shared.trust.settings import Scene


def lead(audited: Audited) -> None:
    """The large sentence, and from when it is."""
    chart.lead(tell(headline(audited.reports, audited.rows)))
    if audited.created:
        when = plain("{day:date}", day=show.moment(audited.created))
        st.caption(t("Audited on {when}, in {s:seconds}. {of}", when=when, s=audited.seconds, of=_of(audited)))


def _of(audited: Audited) -> str:
    parts = []
    if audited.answered > audited.rows:
        text = N_(
            "To have more rows, groups are compared on {n:count}: also on answers given in training to rows that were "
            "held back just then."
        )
        parts.append(plain(text, n=audited.answered))
    if audited.sensitive:
        parts.append(plain(N_("Sensitive columns: {names:list}."), names=list(audited.sensitive)))
    if audited.cutoff is not None:
        parts.append(plain(N_("Named from a chance of {cutoff:percent} on."), cutoff=min(audited.cutoff, 1.0)))
    return together(parts)


def differs(scene: Scene, audited: Audited) -> list[str]:
    """How the settings of the verdicts differ from those of now, a sentence each; none where they do not."""
    said = []
    if not same_cutoff(audited.cutoff, scene.cutoff):
        said.append(
            t(
                "They are of a cut-off of {then:percent}; it is {now:percent} now.",
                then=min(audited.cutoff or 0.0, 1.0),
                now=min(scene.cutoff or 0.0, 1.0),
            )
        )
    now = settings.sensitive(scene, audited)
    if set(now) != set(audited.sensitive):
        none = [plain(N_("none"))]
        said.append(
            t(
                "They are of the sensitive columns {then:list}; chosen now: {now:list}.",
                then=list(audited.sensitive) or none,
                now=list(now) or none,
            )
        )
    known = {one.key for one in audited.reports}
    more = [one.about.title for one in held.asked() if one.key not in known]
    if more and audited.whole:
        names = [plain(title) for title in more]
        said.append(t("Not among them, for Vitrine asks it only since then: {names:list}.", names=names))
    return said


def table(audited: Audited) -> None:
    """Audit, verdict, sentence and what can be done, family by family."""
    known = {one.key: held.about(one.key) for one in audited.reports}
    titles = {key: about.title for key, about in known.items() if about is not None}
    theme = show.theme()
    st.html(plots.style(theme) + plots.overview(audited.reports, titles, theme))


def meanings(audited: Audited) -> None:
    """How a verdict is to be read."""
    lines = [
        f"{SIGNS[one]} **{t(WORDS[one])}**: {t(MEANINGS[one])}."
        for one in GRAVITY
        if any(report.verdict == one for report in audited.reports)
    ]
    with st.popover(t("What do these verdicts mean?"), type="tertiary"):
        st.markdown("\n".join(f"- {one}" for one in lines))


def again(scene: Scene, audited: Audited) -> None:
    """A way to have them made anew, with other sensitive columns perhaps."""
    with st.popover(t("Run the audits again, or with other sensitive columns"), type="tertiary"):
        settings.form(scene, audited, t("Run all audits again"))
