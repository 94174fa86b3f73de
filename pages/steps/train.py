"""Train: what will be learned, the learning seen live, and what came of it in words."""

from __future__ import annotations

import streamlit as st

from core.data.table import TableCard
from core.engines.base import Request, Run
from core.learn.evaluation import Evaluation
from core.learn.recipe import Recipe
from core.words import N_
from pages.shared import ask, beside, chart, made, results, show, watch
from pages.shared.desk import Desk, recipe_of
from pages.shared.language import plain, t, tell
from pages.shared.names import MEMBERS

TITLE = N_("Train")


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
    if recipe.task.group:
        st.markdown(
            t(
                "{column} repeats, so all rows of one {column} stay on one side when rows are set aside: the model "
                "will meet new ones.",
                column=recipe.task.group,
            )
        )
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
        watch.live(run, desk.processes, compact=not watch.improving(run))
    for place, item in enumerate(evaluation.findings):
        show.finding(item, f"train_{place}")
    if run.state().ended or not watch.improving(run):
        made.curves(run)
    made.members(evaluation, recipe_of(run))
    made.gain(evaluation)
    _rows(evaluation, run)
    beside.compare(desk, run, evaluation)


def _made_up(card: TableCard) -> None:
    if card.made_up:
        st.caption(t("Made-up data: this sample was generated to show how Vitrine works."))


def _rows(evaluation: Evaluation, run: Run) -> None:
    rows, drawn = evaluation.rows, results.split(run)
    chart.title(t("Which rows were used for what?"))
    if drawn is not None:
        st.markdown(tell(drawn.why))
    held = (
        t("{n:count} others, to choose and to weigh", n=rows.validation)
        if rows.validation
        else t("each of these once, in turns, to choose and to weigh")
    )
    chart.facts(
        {
            t("Learned from"): t("{n:count} {n:row/rows}", n=rows.train),
            t("Held back while learning"): held,
            t("Never seen"): t("{n:count} {n:row/rows}", n=rows.test),
        }
    )
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
