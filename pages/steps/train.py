"""Train: what will be learned, the learning seen live, and what came of it in words."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from core.data.table import TableCard
from core.engines.base import Request, Run
from core.learn.evaluation import Evaluation, MemberScore
from core.learn.recipe import Recipe
from core.plots import learn as plots
from core.plots.learn import Losses
from core.words import N_
from pages.shared import ask, chart, results, show, watch
from pages.shared.desk import Desk, recipe_of
from pages.shared.language import plain, t, tell
from pages.shared.names import MEMBERS, METRICS
from pages.shared.tail import tail

TITLE = N_("Train")
OTHERS = 8
"""Runs on the same table that are compared at most."""


def render(desk: Desk) -> None:
    """The step."""
    run = desk.run()
    if run is None:
        _before(desk)
    elif run.usable:
        _after(desk, run)
    elif run.state().ended:
        _failed(desk, run)
    else:
        watch.live(run, desk.processes)


def start(desk: Desk, recipe: Recipe) -> Run:
    """Lines a training up and lays it on the desk."""
    card = desk.card()
    name = card.name if card is not None else ""
    request = Request(
        verb="train",
        name=f"{name}: {recipe.task.goal}",
        table=str(desk.store.table_folder(desk.table or "")),
        arguments={"recipe": recipe},
        time_budget_seconds=recipe.time_budget_seconds,
    )
    run = desk.store.new_run(request)
    desk.processes.submit(run)
    desk.lay_run(run.id)
    return run


def _again(desk: Desk, run: Run) -> None:
    start(desk, recipe_of(run))
    st.rerun()


def _failed(desk: Desk, run: Run) -> None:
    watch.ended(run, lambda: _again(desk, run))


def _before(desk: Desk) -> None:
    card = desk.card()
    recipe = ask.recipe(desk)
    if card is None or recipe is None:
        st.info(t("First say what is to be predicted."))
        return
    chart.lead(_plan(card, recipe))
    _made_up(card)
    st.markdown(_road(recipe))
    with st.expander(t("What exactly will be used")):
        _contents(card, recipe)
    if st.button(t("Train"), type="primary", key="train"):
        start(desk, recipe)
        st.rerun()


def _plan(card: TableCard, recipe: Recipe) -> str:
    facts = {"rows": card.rows, "columns": len(recipe.task.features), "goal": str(recipe.task.goal)}
    if recipe.task.kind == "binary":
        return t(
            "From {columns:count} {columns:column/columns} of {rows:count} rows, Vitrine will learn to predict "
            "{goal}: the chance of “{positive}”.",
            positive=results.event_of(recipe.task.goal, str(recipe.task.positive)),
            **facts,
        )
    if recipe.task.kind == "multiclass":
        return t(
            "From {columns:count} {columns:column/columns} of {rows:count} rows, Vitrine will learn to predict "
            "{goal}: one of {n:count} classes.",
            n=len(recipe.task.classes),
            **facts,
        )
    return t(
        "From {columns:count} {columns:column/columns} of {rows:count} rows, Vitrine will learn to predict "
        "the number {goal}.",
        **facts,
    )


def _road(recipe: Recipe) -> str:
    learners = [plain(MEMBERS.get(name) or name) for name in recipe.members]
    return t(
        "It tries {n:count} {n:learner/learners} ({names:list}), keeps the best or their blend, and tests it on rows "
        "set aside before. This takes at most {seconds:seconds}; you can stop it earlier and keep what is there.",
        n=len(learners),
        names=learners,
        seconds=recipe.time_budget_seconds,
    )


def _contents(card: TableCard, recipe: Recipe) -> None:
    task = recipe.task
    lines = [t("Columns it learns from: {names:list}.", names=list(task.features))]
    left = [name for name in card.schema.names if name not in task.features and name != task.goal.column]
    if left:
        lines.append(t("Left out: {names:list}.", names=left))
    if task.group:
        lines.append(t("Rows with the same {column} stay together when rows are set aside.", column=task.group))
    if task.time:
        lines.append(t("The latest rows by {column} are set aside for the test.", column=task.time))
    if task.sensitive:
        lines.append(t("Sensitive columns, looked at again under fairness: {names:list}.", names=list(task.sensitive)))
    for name, reason in task.overrules.items():
        lines.append(
            t("Used although a finding advised against it: {name}, because “{reason}”.", name=name, reason=reason)
        )
    if recipe.repairs:
        lines.append(t("Repairs applied: {n:count}.", n=len(recipe.repairs)))
    if recipe.class_weights:
        lines.append(t("Rare classes are given more weight."))
    lines.append(t("Seed {seed}: the same data, choices and seed give the same model.", seed=str(recipe.seed)))
    for line in lines:
        st.markdown(line)


def _after(desk: Desk, run: Run) -> None:
    evaluation = results.evaluation(run)
    card = desk.card()
    for place, message in enumerate(evaluation.verdict):
        sentence = tell(results.worded(message, run, evaluation))
        if place == 0:
            chart.lead(sentence)
        else:
            st.markdown(sentence)
    if card is not None:
        _made_up(card)
    if run.state().ended:
        watch.ended(run)
    else:
        watch.live(run, desk.processes, compact=True)
    for place, item in enumerate(evaluation.findings):
        show.finding(item, f"train_{place}")
    _curves(run)
    _members(evaluation)
    _rows(evaluation, run)
    _compare(desk, run, evaluation)


def _made_up(card: TableCard) -> None:
    if card.made_up:
        st.caption(t("Made-up data: this sample was generated to show how Vitrine works."))


def _curves(run: Run) -> None:
    curves = list(tail(watch.events(run)).curves.values())
    if not curves:
        return
    shown = curves[-1]
    chart.title(t("Did it learn, and did it stop in time?"))
    if len(curves) > 1:
        names = [curve.name for curve in curves]
        chosen = st.segmented_control(
            t("Learner"),
            names,
            default=names[-1],
            required=True,
            format_func=lambda name: plain(MEMBERS.get(name) or name),
            key=f"curve_{run.id}",
            label_visibility="collapsed",
        )
        shown = next(curve for curve in curves if curve.name == (chosen or names[-1]))
    chart.figure(
        "",
        _learned(shown),
        plots.losses(shown, show.theme()),
        key=f"losses_{shown.name}",
        frame=_frame(shown),
    )


def _learned(curve: Losses) -> str:
    known = [value for value in curve.validation if value is not None]
    if not known:
        return t("This learner was not measured while it learned.")
    if len(known) == 1:
        return t("On rows held back the error is {first:number} after the only pass that was made.", first=known[0])
    return t(
        "On rows held back the error went from {first:number} to {best:number} over {n:count} {n:pass/passes}; the "
        "state with the lowest error is the one that was kept.",
        first=known[0],
        best=min(known),
        n=max(curve.epochs),
    )


def _frame(curve: Losses) -> pd.DataFrame:
    return pd.DataFrame(
        {
            plain(N_("Pass")): list(curve.epochs),
            plain(N_("Error, rows it learns from")): list(curve.train),
            plain(N_("Error, rows held back")): list(curve.validation),
        }
    )


def _members(evaluation: Evaluation) -> None:
    if not evaluation.members:
        return
    chart.title(t("What is the model made of?"))
    used = [member for member in evaluation.members if member.weight > 0]
    if len(used) == 1:
        st.markdown(
            t(
                "Of {n:count} learners tried, one did best alone: {name}.",
                n=len(evaluation.members),
                name=_named(used[0]),
            )
        )
    else:
        st.markdown(
            t("It blends {names:list}: together they did better than each alone.", names=[_named(m) for m in used])
        )
    rows = [
        {
            plain(N_("Learner")): _named(member),
            plain(N_("Share in the answer")): show.percent(member.weight),
            plain(N_("Error, rows held back")): show.number(member.validation_loss),
            plain(N_("Passes")): show.count(member.epochs) if member.epochs else "–",
            plain(N_("Took")): plain("{s:seconds}", s=member.seconds),
        }
        for member in evaluation.members
    ]
    chart.table(pd.DataFrame(rows), key="members", alt=plain(N_("Learners of the model")))


def _named(member: MemberScore) -> str:
    return plain(MEMBERS.get(member.name) or member.name)


def _rows(evaluation: Evaluation, run: Run) -> None:
    rows, drawn = evaluation.rows, results.split(run)
    chart.title(t("Which rows were used for what?"))
    if drawn is not None:
        st.markdown(tell(drawn.why))
    st.markdown(
        t(
            "Every figure of quality comes from the {test:count} {test:row/rows} that the model has never seen.",
            test=rows.test,
        )
    )
    st.caption(
        t(
            "Trained in {seconds:seconds} on {device}.",
            seconds=evaluation.seconds,
            device=evaluation.device_name or evaluation.device,
        )
    )


def _compare(desk: Desk, run: Run, evaluation: Evaluation) -> None:
    others = [other for other in desk.store.runs() if other.usable and _same(other, run)][:OTHERS]
    if len(others) < 2:
        return
    chart.title(t("How do the trainings on this data compare?"))
    rows = []
    for other in others:
        its = evaluation if other.id == run.id else results.evaluation(other)
        rows.append(_line(other, its, run))
    chart.table(pd.DataFrame(rows), key="runs", alt=plain(N_("Trainings on the same data")))


def _same(other: Run, run: Run) -> bool:
    request = other.request()
    return request.verb == "train" and Path(request.table) == Path(run.request().table)


def _line(run: Run, evaluation: Evaluation, now: Run) -> dict[str, str]:
    metric = next(name for name in ("roc_auc", "roc_auc_ovr", "r2", *evaluation.metrics) if name in evaluation.metrics)
    recipe = recipe_of(run)
    return {
        plain(N_("Trained")): plain("{day:date}", day=show.moment(run.request().created))
        + (plain(N_(" (this one)")) if run.id == now.id else ""),
        plain(N_("Goal")): str(recipe.task.goal),
        plain(N_("Columns")): show.count(len(evaluation.columns)),
        plain(N_("Took")): plain("{s:seconds}", s=evaluation.seconds),
        plain(N_("Figure")): plain(METRICS.get(metric) or metric),
        plain(N_("On unseen rows")): plots.estimate(evaluation.metrics[metric], show.theme()),
    }
