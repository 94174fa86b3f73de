"""What came of a lesson: the sentence, the figures, the curve of the learning, the pictures, and earlier attempts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from core.engines.base import Event, Run
from core.lessons.lesson import Figure, Lesson, Report, Result, Row
from core.plots import curves as quality
from core.plots import learn as learning
from core.plots import lessons as plots
from core.plots.learn import Losses
from core.words import N_
from pages.shared import chart, lessonruns, show, watch
from pages.shared.language import language, literal, plain, t, tell
from pages.shared.tail import curves

LEAST = 0.001
"""A figure nearer to zero is told as being below this."""


def shown(one: Lesson, run: Run, result: Result) -> None:
    """The whole result of a run."""
    chart.lead(tell(result.headline))
    if result.ask.language != language():
        st.caption(
            t("Names and texts in this result are in another language. Run the lesson again to have them in yours.")
        )
    if result.stopped:
        st.info(t("This run was stopped before it was through: it shows the best state until then."))
    for sentence in result.sentences:
        st.markdown(tell(sentence))
    _figures(result)
    _curve(one, run)
    _pictures(one, result)


def attempts(one: Lesson, runs: Sequence[Run]) -> None:
    """The last runs of the lesson side by side."""
    rows = [_attempt(one, result) for run in runs if (result := lessonruns.result(run)) is not None]
    if len(rows) < 2:
        return
    chart.title(t("How do your attempts compare?"))
    chart.table(pd.DataFrame(rows), key=f"attempts_{one.key}", alt=plain(N_("Attempts, newest first")))


def _attempt(one: Lesson, result: Result) -> dict[str, str]:
    settings = {
        plain(choice.title): show.number(result.ask.settings.get(choice.key, choice.start)) for choice in one.choices
    }
    figures = {plain(figure.name): _said(figure) for figure in result.figures[:2]}
    return {
        plain(N_("Seed")): str(result.ask.seed),
        **settings,
        plain(N_("Passes")): show.count(result.epochs),
        **figures,
    }


def _figures(result: Result) -> None:
    rows = {plain(N_("Figure")): [plain(figure.name) for figure in result.figures]}
    rows[plain(N_("Value"))] = [_said(figure) for figure in result.figures]
    chart.table(pd.DataFrame(rows), key=f"figures_{result.lesson}", alt=plain(N_("What came out, in figures")))
    facts = {"n": result.epochs, "s": result.seconds}
    st.caption(t("{n:count} {n:pass/passes} over the data in {s:seconds}.", **facts))


def _said(figure: Figure) -> str:
    if figure.style == "percent":
        return show.percent(figure.value)
    if figure.style == "count":
        return plain("{n:count}", n=figure.value)
    if figure.value is not None and 0 < abs(figure.value) < LEAST:
        return plain(N_("below {x:number}"), x=LEAST)
    return show.number(None if figure.value is None else round(figure.value, 3))


# -- the curve --------------------------------------------------------------------------------------------------------


def _curve(one: Lesson, run: Run) -> None:
    found = _trainings(watch.events(run))
    if not found:
        return
    chart.title(t("How did it learn?"))
    names = list(found)
    chosen: str | None = names[-1]
    if len(names) > 1:
        chosen = st.segmented_control(
            t("Training"), names, default=names[-1], required=True, key=f"curve_{run.id}", label_visibility="collapsed"
        )
    curve = found[chosen or names[-1]]
    chart.figure("", _fell(curve), learning.losses(curve, show.theme()), key=f"losses_{one.key}", frame=_frame(curve))


def _trainings(events: Sequence[Event]) -> dict[str, Losses]:
    """The curves by the name of the training; a training that began anew gets a number."""
    starts: list[list[Event]] = []
    for event in events:
        if event.kind != "epoch":
            continue
        last = starts[-1][-1] if starts else None
        if last is None or event.member != last.member or _pass(event) <= _pass(last):
            starts.append([])
        starts[-1].append(event)
    found: dict[str, Losses] = {}
    for passes in starts:
        (curve,) = curves(passes).values()
        name = plain(curve.name)
        number = sum(other == name or other.startswith(f"{name} (") for other in found) + 1
        found[name if number == 1 else f"{name} ({number})"] = curve
    return found


def _pass(event: Event) -> float:
    return event.numbers.get("epoch") or 0.0


def _fell(curve: Losses) -> str:
    known = [value for value in curve.validation if value is not None]
    if not known:
        return t("Nothing was measured while it learned.")
    return t(
        "On the rows held back the error went from {first:number} to {best:number} in {n:count} {n:pass/passes}.",
        first=known[0],
        best=_near(min(known)),
        n=max(curve.epochs),
    )


def _near(value: float) -> float:
    """An error that nobody needs more exactly."""
    return round(value, 4)


def _frame(curve: Losses) -> pd.DataFrame:
    return pd.DataFrame(
        {
            plain(N_("Pass")): list(curve.epochs),
            plain(N_("Error, rows it learns from")): list(curve.train),
            plain(N_("Error, rows held back")): list(curve.validation),
        }
    )


# -- the pictures -----------------------------------------------------------------------------------------------------


def _pictures(one: Lesson, result: Result) -> None:
    theme = show.theme()
    for place, fit in enumerate(result.fits):
        chart.figure(t(fit.question), tell(fit.answer), plots.fit(fit, theme), key=f"fit_{one.key}_{place}")
    for place, plane in enumerate(result.maps):
        chart.figure(t(plane.question), tell(plane.answer), plots.plane(plane, theme), key=f"map_{one.key}_{place}")
    for place, bars in enumerate(result.bars):
        frame = pd.DataFrame({plain(N_("Column")): bars.names, plain(N_("Weight")): bars.values})
        drawn = plots.bars(bars, theme)
        chart.figure(t(bars.question), tell(bars.answer), drawn, key=f"bars_{one.key}_{place}", frame=frame)
    for place, roc in enumerate(result.rocs):
        drawn = quality.roc(np.array(roc.alarms), np.array(roc.hits), theme)
        chart.figure(t(roc.question), tell(roc.answer), drawn, key=f"roc_{one.key}_{place}")
    for report in result.reports:
        _report(one, report)
    _telling(result)
    _examples(one, result)


def _report(one: Lesson, report: Report) -> None:
    labels = [row.label for row in report.classes]
    drawn = quality.confusion(np.array(report.counts), labels, show.theme())
    chart.figure(t(report.question), tell(report.answer), drawn, key=f"confusion_{one.key}")
    means = (
        (plain(N_("Mean, every class counting the same (macro)")), report.macro),
        (plain(N_("Mean, every row counting the same (micro)")), report.micro),
        (plain(N_("Mean, classes weighed by their rows (weighted)")), report.weighted),
    )
    lines = [_line(row.label, row) for row in report.classes] + [_line(name, row) for name, row in means]
    chart.title(t("The classification report"))
    st.markdown(
        t(
            "Precision: of those it called so, the share that was. Recall: of those that were, the share it found. F1 "
            "joins both, and is low when either is."
        )
    )
    chart.table(pd.DataFrame(lines), key=f"report_{one.key}", alt=plain(N_("The classification report")))


def _line(label: str, row: Row) -> dict[str, str]:
    return {
        plain(N_("Class")): label,
        plain(N_("Precision")): show.percent(row.precision),
        plain(N_("Recall")): show.percent(row.recall),
        plain(N_("F1")): show.number(row.f1),
        plain(N_("Rows")): show.count(row.support),
    }


def _telling(result: Result) -> None:
    if not result.telling:
        return
    chart.title(t("Which words speak for what?"))
    st.markdown(
        t(
            "The terms with the largest weight for each class, strongest first. Most make sense; some are there by "
            "chance, because they stood in the right texts."
        )
    )
    st.markdown(
        "\n".join(f"- **{literal(line.label)}**\u2002{literal(' · '.join(line.terms))}" for line in result.telling)
    )


def _examples(one: Lesson, result: Result) -> None:
    if not result.examples:
        return
    wrong = sum(example.truth != example.said for example in result.examples)
    chart.title(t("What does it say to texts it has never seen?"))
    st.markdown(
        t(
            "{wrong:count} texts it got wrong, the surest mistakes first, then {right:count} it got right.",
            wrong=wrong,
            right=len(result.examples) - wrong,
        )
    )
    rows = [
        {
            plain(N_("Text")): example.text,
            plain(N_("It was")): example.truth,
            plain(N_("The model said")): example.said,
            plain(N_("Chance the model gave")): show.percent(example.chance),
        }
        for example in result.examples
    ]
    chart.table(pd.DataFrame(rows), key=f"examples_{one.key}", alt=plain(N_("Examples among unseen texts")))
