"""The answer to the case as it is now: one sentence, its range, what moved it, why, and how usual such a case is."""

from __future__ import annotations

import html
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.data.table import TableCard
from core.engines.base import Run
from core.explain import sentences
from core.explain.explanation import Explanation
from core.explain.kin import Neighbour
from core.learn.evaluation import Evaluation
from core.plots import whatif as plots
from core.plots.explain import Scale
from core.plots.waterfall import waterfall
from core.whatif.answer import Interval, Told, WhatIf
from core.words import N_
from pages.shared import chart, results, show
from pages.shared.language import plain, t, tell, together


@dataclass(frozen=True)
class View:
    """What an answer is read with: the same for every change of a case."""

    run: Run
    card: TableCard
    evaluation: Evaluation
    cutoff: float | None
    """Binary: the chance from which a case is named, as it is set for the whole page."""

    @property
    def scale(self) -> Scale:
        return Scale(self.evaluation.task != "regression", results.unit(self.card, self.evaluation))

    @property
    def positive(self) -> int:
        """Place of the positive class."""
        return self.evaluation.classes.index(str(self.evaluation.positive))

    def name(self, label: str) -> str:
        """An answer as the reader knows it."""
        return results.name(self.run, self.evaluation, label)

    def label(self, told: Told) -> str:
        """The class that is the answer, at the page's own cut-off."""
        if self.evaluation.task != "binary" or self.cutoff is None:
            return told.label
        named = told.values[self.positive] >= self.cutoff
        return self.evaluation.classes[self.positive if named else 1 - self.positive]

    def short(self, values: tuple[float, ...]) -> str:
        """An answer in a few letters: a chance, a class, or a number."""
        if self.evaluation.task == "regression":
            return self.amount(values[0])
        place = self.positive if self.evaluation.task == "binary" else values.index(max(values))
        label = self.name(self.evaluation.classes[place])
        return plain(N_("{label}: {x:percent}"), label=label, x=values[place])

    def amount(self, value: float | None) -> str:
        """A number with its unit."""
        return f"{self.scale.answer(value or 0.0, show.theme())} {self.scale.unit}".strip()


@dataclass(frozen=True)
class Said:
    """An answer as it stands on the page, as HTML: Markdown takes a browser several times as long."""

    headline: str
    """The one large sentence."""
    belief: str
    """What the truth is likely to be, or why there is no answer."""
    drawn: str
    """Before and after, what moved it, the reasons and how usual the case is: in one piece, so that they change in one
    step and a browser has less to do at every key press."""


def said(found: WhatIf, view: View) -> Said:
    """An answer in words and drawings."""
    belief = _span(found.after, view) if found.withheld is None else plain(found.withheld)
    drawn = "" if found.withheld is not None else _answer(found, view)
    kin = [_kin(one, view) for one in found.support.neighbours]
    drawn += plots.usual(found.support, kin, show.theme())
    return Said(_headline(found, view), f'<p class="vw-belief">{html.escape(belief)}</p>', drawn)


def _headline(found: WhatIf, view: View) -> str:
    if found.withheld is not None:
        none = plain(N_("No answer for this case"))
        return f'<h3 class="vw-says none">{html.escape(none)}</h3>'
    told = _numbers(found, view) if view.evaluation.task == "regression" else _classes(found, view)
    return f'<h3 class="vw-says">{html.escape(told)}</h3>'


def _numbers(found: WhatIf, view: View) -> str:
    before, after = view.amount(found.before.values[0]), view.amount(found.after.values[0])
    if before == after:
        return plain(N_("The model answers {after}."), after=after)
    return plain(N_("The model answers {after}; it was {before}."), after=after, before=before)


def _classes(found: WhatIf, view: View) -> str:
    """For two classes the chance of the event; for more, that of the answer."""
    before, after = view.label(found.before), view.label(found.after)
    label = str(view.evaluation.positive) if view.evaluation.task == "binary" else after
    place = found.classes.index(label)
    was, now = found.before.values[place], found.after.values[place]
    facts = {"event": _event(view, label), "now": now, "was": was}
    if plain("{x:percent}", x=now) == plain("{x:percent}", x=was):
        said = plain(N_("The chance of “{event}” is {now:percent}."), **facts)
    else:
        said = plain(N_("The chance of “{event}” is {now:percent}; it was {was:percent}."), **facts)
    names = {"before": view.name(before), "after": view.name(after), "cut": view.cutoff}
    if before != after:
        return together([said, plain(N_("The answer changes from “{before}” to “{after}”."), **names)])
    if view.cutoff is not None and after == label:
        return together([said, plain(N_("From {cut:percent} on the answer is “{after}”."), **names)])
    return together([said, plain(N_("The answer is “{after}”."), **names)])


def _event(view: View, label: str) -> str:
    return results.event(view.run, view.evaluation) if view.evaluation.task == "binary" else view.name(label)


def _span(told: Told, view: View) -> str:
    """What the truth is likely to be, in words."""
    interval = told.interval
    said = [_range(interval, view) if view.evaluation.task == "regression" else _fitting(told, view)]
    if interval.group:
        said.append(plain(N_("This rests on {n:count} cases ({group})."), n=interval.n, group=interval.group))
    else:
        said.append(plain(N_("This rests on {n:count} cases."), n=interval.n))
    if interval.note is not None:
        said.append(plain(interval.note))
    return together(said)


def _range(interval: Interval, view: View) -> str:
    if interval.low is None or interval.high is None:
        return ""
    return plain(
        N_("The truth is likely between {low} and {high}: such a range holds it in {level:percent} of cases."),
        low=view.amount(interval.low), high=view.amount(interval.high), level=interval.level,
    )  # fmt: skip


def _fitting(told: Told, view: View) -> str:
    labels = told.interval.labels
    if not labels:
        return plain(N_("No answer fits: the model cannot say what such a case is."))
    facts = {"names": [view.name(label) for label in labels], "level": told.interval.level}
    if len(labels) == len(view.evaluation.classes):
        said = plain(
            N_("Every answer still fits: {names:list}. Such a list holds the truth in {level:percent} of cases."),
            **facts,
        )
    else:
        said = plain(
            N_("Answers that fit this case: {names:list}. In {level:percent} of cases the truth is among them."),
            **facts,
        )
    if view.label(told) in labels:
        return said
    return together([said, plain(N_("The answer itself is not among them: take it with care."))])


def likely(interval: Interval, view: View) -> str:
    """What the truth is likely to be in a few letters, for tables."""
    if view.evaluation.task != "regression":
        return ", ".join(view.name(label) for label in interval.labels) or plain(N_("no answer fits"))
    if interval.low is None or interval.high is None:
        return "–"
    return plain(N_("{low} to {high}"), low=view.amount(interval.low), high=view.amount(interval.high))


def _answer(found: WhatIf, view: View) -> str:
    theme, scale = show.theme(), view.scale
    parts = [_beside(found, view)]
    if found.moved:
        parts.append(_titled(N_("What the changes did"), found, view, plots.moves(found.moved, theme, scale)))
    if found.after.reasons is not None:
        shown = sentences.case(found.after.reasons, 0, top=plots.REASONS)
        parts.append(_titled(N_("Why the model answers so"), found, view, plots.reasons(shown, theme, scale)))
    return "".join(parts)


def _titled(title: str, found: WhatIf, view: View, drawn: str) -> str:
    """A drawing under its name, which says what its numbers are."""
    if found.label:
        said = plain(N_("{title}: chance of “{event}”, in points"), title=plain(title), event=_event(view, found.label))
    else:
        said = f"{plain(title)} ({view.scale.unit})" if view.scale.unit else plain(title)
    return f'<p class="vw-title">{html.escape(said)}</p>{drawn}'


def _beside(found: WhatIf, view: View) -> str:
    theme, before, after = show.theme(), found.before, found.after
    if view.evaluation.task == "regression":
        pairs = [(told.values[0], told.interval) for told in (before, after)]
        return plots.numbers(pairs[0], pairs[1], theme, view.scale.unit)
    cut = {view.positive: view.cutoff} if view.evaluation.task == "binary" and view.cutoff is not None else {}
    return plots.chances(results.names(view.run, view.evaluation), before.values, after.values, theme, cut)


def _kin(one: Neighbour, view: View) -> plots.Kin:
    truth = one.truth
    if truth is None:
        said = plain(N_("not known"))
    elif isinstance(truth, str):
        said = view.name(truth)
    else:
        said = view.amount(truth)
    return plots.Kin(one, said, view.short(one.values) if one.values else "–")


def whole(found: WhatIf, view: View) -> None:
    """The waterfall of the changed case in full, with its table and files, where it is asked for."""
    made = found.after.reasons
    if made is None or found.withheld is not None:
        return
    opener = st.expander(t("All reasons, with their numbers"), on_change="rerun", key=f"whatif_all_{view.run.id}")
    if not opener.open:
        return
    with opener:
        shown = sentences.case(made, 0, top=15)
        drawn = waterfall(shown, show.theme(), view.scale)
        chart.figure("", _sums(shown, view), drawn, key="whatif_waterfall", frame=_frame(made))
        if made.note is not None:
            st.caption(tell(made.note))


def _sums(shown: sentences.Case, view: View) -> str:
    theme, scale = show.theme(), view.scale
    return t(
        "From the average answer {base} to this answer {answer}.",
        base=scale.answer(shown.base, theme), answer=scale.answer(shown.prediction, theme),
    )  # fmt: skip


def _frame(made: Explanation) -> pd.DataFrame:
    every = sentences.case(made, 0, top=len(made.columns)).parts
    heads = (N_("Column"), N_("Value"), N_("Moves the answer by"), N_("Standard error"))
    rows = [(part.column, part.cell, part.value, part.error) for part in every]
    return pd.DataFrame(rows, columns=[plain(head) for head in heads])
