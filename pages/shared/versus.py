"""Answers against the truth, class by class: the report, the crossed table, and one class against the rest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from core.engines.base import Run
from core.learn import curves
from core.learn.evaluation import Evaluation
from core.learn.report import ClassReport, Line, answers, class_report
from core.plots import curves as plots
from core.words import N_
from pages.shared import chart, results, show
from pages.shared.language import plain, t

MEANS = {
    "macro": N_("All classes, each counting the same (macro)"),
    "micro": N_("All rows, each counting the same (micro)"),
    "weighted": N_("All classes, by their rows (weighted)"),
}


def classes(run: Run, evaluation: Evaluation, frame: pd.DataFrame) -> None:
    """Several classes: what is taken for what, the report, and each class against the rest."""
    report = report_of(evaluation, frame, None)
    total = int(report.confusion.sum())
    chart.figure(
        t("What is taken for what?"),
        _confused(report, evaluation.classes, total),
        plots.confusion(report.confusion, evaluation.classes, show.theme()),
        key="confusion",
        frame=crossed(report.confusion, evaluation.classes),
    )
    chart.title(t("How good is it for each answer?"))
    st.markdown(weakest(report))
    chart.table(lines(report), key="report", alt=plain(N_("Classification report")), raw=figures(report))
    _rest(run, evaluation, frame)


def report_of(
    evaluation: Evaluation, frame: pd.DataFrame, cutoff: float | None, names: tuple[str, ...] = ()
) -> ClassReport:
    """The classification report of predictions; ``cutoff`` where there are two classes, ``names`` as they are shown."""
    said = answers(np.column_stack([results.chances(frame, label) for label in evaluation.classes]), cutoff)
    places = {label: place for place, label in enumerate(evaluation.classes)}
    truth = frame["truth"].astype(str).map(places).to_numpy(dtype=np.int64)
    return class_report(truth, said, names or evaluation.classes)


def lines(report: ClassReport) -> pd.DataFrame:
    """The report as texts: every class, then the three means."""
    means = [(plain(MEANS[line.label]), line) for line in (report.macro, report.micro, report.weighted)]
    return pd.DataFrame([_line(name, line) for name, line in [(line.label, line) for line in report.lines] + means])


def figures(report: ClassReport) -> pd.DataFrame:
    """The same, not rounded, for a file."""
    lines = (*report.lines, report.macro, report.micro, report.weighted)
    columns = ("label", "precision", "recall", "f1", "support")
    return pd.DataFrame([[getattr(line, name) for name in columns] for line in lines], columns=list(columns))


def weakest(report: ClassReport) -> str:
    """The class that is found least, in one sentence."""
    known = [line for line in report.lines if line.recall is not None]
    if not known:
        return t("There is no row to judge an answer by.")
    least = min(known, key=lambda line: line.recall or 0.0)
    if len({line.recall for line in known}) == 1:
        return t("Every answer is found alike: {share:percent} of its rows.", share=least.recall)
    return t(
        "“{label}” is found least: {share:percent} of its {n:count} {n:row/rows}.",
        label=least.label,
        share=least.recall,
        n=least.support,
    )


def crossed(counts: np.ndarray, labels: Sequence[str]) -> pd.DataFrame:
    """Counts as a table: a row for what was true, a column for what was said."""
    frame = pd.DataFrame(counts, columns=list(labels))
    frame.insert(0, plain(N_("It was")), list(labels), allow_duplicates=True)
    return frame


def _line(name: str, line: Line) -> dict[str, str]:
    return {
        plain(N_("Answer")): name,
        plain(N_("Precision")): show.percent(line.precision),
        plain(N_("Recall")): show.percent(line.recall),
        plain(N_("F1")): show.percent(line.f1),
        plain(N_("Rows")): show.count(line.support),
    }


def _confused(report: ClassReport, labels: Sequence[str], total: int) -> str:
    wrong = report.confusion - np.diag(report.confusion.diagonal())
    right = {"right": int(report.confusion.trace()), "n": total}
    if not wrong.any():
        return t("Every one of {n:count} answers is right.", n=total)
    row, column = np.unravel_index(int(wrong.argmax()), wrong.shape)
    return t(
        "{right:count} of {n:count} answers are right; most often “{truth}” is taken for “{said}” ({times:count} "
        "{times:time/times}).",
        truth=labels[int(row)],
        said=labels[int(column)],
        times=int(wrong.max()),
        **right,
    )


def _rest(run: Run, evaluation: Evaluation, frame: pd.DataFrame) -> None:
    chart.title(t("How well is one class told from the rest?"))
    label = st.selectbox(t("Class"), evaluation.classes, key=f"rest_{run.id}", width=320) or evaluation.classes[0]
    truth = (frame["truth"].astype(str) == label).to_numpy()
    chance = results.chances(frame, label)
    left, right = st.columns(2, gap="large")
    with left:
        _roc(truth, chance, label)
    with right:
        _calibration(truth, chance, label)


def _roc(truth: np.ndarray, chance: np.ndarray, label: str) -> None:
    curve = curves.roc(truth, chance)
    answer = t(
        "A case of “{label}” gets the higher chance of it {area:percent} of the time; guessing gets 50% ({n:count} "
        "cases).",
        label=label,
        area=curve.area,
        n=curve.n,
    )
    frame = pd.DataFrame({plain(N_("Named wrongly")): curve.alarms, plain(N_("Found")): curve.hits})
    chart.figure("", answer, plots.roc(curve.alarms, curve.hits, show.theme()), key="roc", frame=frame)


def _calibration(truth: np.ndarray, chance: np.ndarray, label: str) -> None:
    curve = curves.calibration(truth, chance)
    answer = t(
        "The chance it gives for “{label}” is {gap:percent} away from what came true, on average ({n:count} cases).",
        label=label,
        gap=curve.ece,
        n=int(curve.n.sum()),
    )
    drawn = plots.calibration(curve.said, curve.seen, curve.low, curve.high, curve.n, show.theme())
    frame = pd.DataFrame({plain(N_("Chance given")): curve.said, plain(N_("Came true")): curve.seen})
    chart.figure("", answer, drawn, key="calibration", frame=frame)
