"""Trainings on the same table side by side: time, learners, the figure on unseen rows, what was different."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from core.deliver.differ import differences
from core.engines.base import Run
from core.errors import Problem
from core.learn.evaluation import Evaluation
from core.plots import learn as plots
from core.plots.learn import Bar
from core.words import N_, Message
from pages.shared import chart, results, show
from pages.shared.desk import Desk, recipe_of
from pages.shared.language import plain, t
from pages.shared.names import METRICS

MOST = 8
"""Runs on the same table that are compared at most."""
MAIN = ("roc_auc", "roc_auc_ovr", "r2")
Made = tuple[Run, Evaluation]


def compare(desk: Desk, run: Run, evaluation: Evaluation) -> None:
    """The table and, of those with the same goal, the chart; nothing where there is but one."""
    made = [(run, evaluation), *_others(desk, run)]
    if len(made) < 2:
        return
    chart.title(t("How do the trainings on this data compare?"))
    names = _names(made, run)
    metric = _metric(evaluation)
    alike = [one for one in made if _asks(one[0]) == _asks(run) and metric in one[1].metrics]
    if len(alike) > 1:
        _chart(names, alike, metric)
    frame = pd.DataFrame([_line(one, run, names[one[0].id]) for one in made])
    figure = plain(N_("Figure"))
    if frame[figure].nunique() == 1:
        frame = frame.rename(columns={plain(N_("On unseen rows")): frame[figure].iloc[0]}).drop(columns=figure)
    chart.table(frame, key="runs", alt=plain(N_("Trainings on the same data")))
    if len({one[1].rows.test for one in alike}) > 1:
        st.caption(t("Their test rows differ, so small differences say little."))


def _others(desk: Desk, run: Run) -> list[Made]:
    found: list[Made] = []
    for other in desk.store.runs():
        try:
            if other.id != run.id and other.usable and _same(other, run):
                found.append((other, results.evaluation(other)))
        except (Problem, OSError, KeyError):
            continue
        if len(found) == MOST - 1:
            break
    return found


def _same(other: Run, run: Run) -> bool:
    request = other.request()
    return request.verb == "train" and Path(request.table) == Path(run.request().table)


def _asks(run: Run) -> tuple[str, str | None]:
    task = recipe_of(run).task
    return str(task.goal), task.positive


def _metric(evaluation: Evaluation) -> str:
    return next(name for name in (*MAIN, *evaluation.metrics) if name in evaluation.metrics)


def _chart(names: dict[str, str], alike: list[Made], metric: str) -> None:
    bars = [Bar(names[one.id], its.metrics[metric]) for one, its in alike]
    best = max(alike, key=lambda one: one[1].metrics[metric].value or 0.0)
    answer = t(
        "{metric} on rows never seen is highest for {name}: {figure}. Where intervals overlap, it may be chance.",
        metric=plain(METRICS.get(metric) or metric),
        name=names[best[0].id],
        figure=plots.estimate(best[1].metrics[metric], show.theme()),
    )
    frame = pd.DataFrame(
        {
            plain(N_("Training")): [bar.name for bar in bars],
            plain(N_("Value")): [bar.estimate.value for bar in bars],
            plain(N_("from")): [bar.estimate.low for bar in bars],
            plain(N_("to")): [bar.estimate.high for bar in bars],
        }
    )
    drawn = plots.comparison(bars, show.theme(), share=False)
    chart.figure("", answer, drawn, key=f"runs_{metric}", frame=frame)


def _line(made: Made, now: Run, name: str) -> dict[str, str]:
    run, evaluation = made
    metric = _metric(evaluation)
    mine = differences(recipe_of(run), recipe_of(now))
    return {
        plain(N_("Training")): name,
        plain(N_("On unseen rows")): plots.estimate(evaluation.metrics[metric], show.theme()),
        plain(N_("Figure")): plain(METRICS.get(metric) or metric),
        plain(N_("Took")): plain("{s:seconds}", s=evaluation.seconds),
        plain(N_("Learners used")): plain("{names:list}", names=results.used(evaluation)),
        plain(N_("What was different")): _different(mine, run.id == now.id),
    }


def _different(mine: tuple[Message, ...], this: bool) -> str:
    if this:
        return "–"
    # Items may be lists themselves, so that “and” between them would be read as part of one.
    return plain(N_("; ")).join(plain(item) for item in mine) if mine else plain(N_("nothing"))


def _names(made: list[Made], now: Run) -> dict[str, str]:
    """By run its day and time; those of the same minute are numbered, the first made first."""
    begun = sorted((run.request().created, run.id) for run, _ in made)
    days = {key: plain("{day:date}", day=show.moment(created)) for created, key in begun}
    names = {}
    for key, day in days.items():
        alike = [other for other, its in days.items() if its == day]
        name = day if len(alike) == 1 else plain(N_("{day}, number {n:count}"), day=day, n=alike.index(key) + 1)
        names[key] = " ".join([name, plain(N_("(this one)"))]) if key == now.id else name
    return names
