"""Quality: how good the answers are on rows the model has never seen, at one cut-off for the whole page."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from core.engines.base import Run
from core.learn import curves
from core.learn.cutoff import Counts
from core.learn.evaluation import Estimate, Evaluation
from core.learn.spread import spread
from core.plots import curves as plots
from core.plots.learn import Bar, comparison, estimate
from core.words import N_
from pages.shared import chart, cut, numbers, pill, results, show, versus, watch
from pages.shared.desk import Desk
from pages.shared.language import plain, t, tell
from pages.shared.names import MEANINGS, MEMBERS, METRICS, ORDER, SHARES
from pages.shared.trust import badges

TITLE = N_("Quality")
AT_CUTOFF = ("recall", "precision", "specificity", "accuracy", "balanced_accuracy", "f1")
"""Figures that depend on the cut-off: counted anew when it changes."""


def render(desk: Desk) -> None:
    """The step."""
    run = desk.run()
    if run is None or not run.usable:
        st.info(t("First train a model."))
        return
    desk.seen.add("quality")
    watch.fresh(run)
    evaluation = results.evaluation(run)
    every = results.predictions(run)
    if not len(every):
        st.info(t("No row was left to measure the model on: with more rows this page can say how good it is."))
        return
    frame = _inside(desk, run, every)
    if evaluation.task == "binary":
        _binary(desk, run, evaluation, frame)
    elif evaluation.task == "multiclass":
        _lead(desk, evaluation)
        _metrics(desk, evaluation, evaluation.metrics)
        versus.classes(run, evaluation, frame)
    else:
        _lead(desk, evaluation)
        _metrics(desk, evaluation, evaluation.metrics)
        numbers.errors(desk, evaluation, frame)
    _cautions(desk)
    _meanings(evaluation)


def _inside(desk: Desk, run: Run, every: pd.DataFrame) -> pd.DataFrame:
    """The answers for the cases of the group; all where it has none among them."""
    card = desk.card()
    group = pill.pill(desk, card) if card is not None else None
    if group is None:
        return every
    frame = every[every["row"].isin(pill.rows_of(desk, run, group))]
    if not len(frame):
        st.info(t("None of the cases the model has never seen is in this group, so all of them are shown."))
        return every
    said = t(
        "Only {n:count} of {all:count} such cases are in this group: what the model says of them is counted here. "
        "Figures beside the simple model and guessing are of all cases.",
        n=len(frame),
        all=len(every),
    )
    st.caption(said)
    return frame


def _cautions(desk: Desk) -> None:
    if not desk.domain.cautions:
        return
    chart.title(t("What to mind before anyone acts on it"))
    st.markdown("\n".join(f"- {tell(caution)}" for caution in desk.domain.cautions))


def _lead(desk: Desk, evaluation: Evaluation) -> None:
    if evaluation.verdict:
        chart.lead(tell(evaluation.verdict[0]))
    _ground(desk, evaluation.rows.test)


def _ground(desk: Desk, rows: int) -> None:
    st.markdown(t("Measured on {n:count} {n:row/rows} the model has never seen.", n=rows))
    run = desk.run()
    if run is not None:
        badges.door(desk, run)
    card = desk.card()
    if card is not None and card.made_up:
        st.caption(t("Made-up data: this sample was generated to show how Vitrine works."))


# -- two classes, one cut-off -----------------------------------------------------------------------------------------


def _binary(desk: Desk, run: Run, evaluation: Evaluation, frame: pd.DataFrame) -> None:
    positive, event = str(evaluation.positive), results.event(run, evaluation)
    truth = (frame["truth"].astype(str) == positive).to_numpy()
    chance = results.chances(frame, positive)
    top = st.container()
    set_to = cut.chooser(desk, run, evaluation)
    counts = cut.counts(set_to, truth, chance)
    with top:
        chart.lead(_found(counts, event))
        _ground(desk, len(frame))
    st.markdown(_in_use(counts))
    st.markdown(_benefit(counts))
    shown = results.names(run, evaluation)
    _confusion(shown, counts)
    _at_cutoff(counts, cut.counts(set_to, truth, results.chances(frame, positive, "simple:")))
    _report(evaluation, frame, counts.cutoff, shown)
    _metrics(desk, evaluation, {k: v for k, v in evaluation.metrics.items() if k not in AT_CUTOFF})
    left, right = st.columns(2, gap="large")
    with left:
        _roc(truth, chance, counts)
        _calibration(truth, chance)
    with right:
        _precision_recall(truth, chance, counts)
        _lift(truth, chance, counts, event)
    _groups(truth, chance, shown, counts.cutoff, event)


def _found(counts: Counts, event: str) -> str:
    facts = {"hits": counts.hits, "all": counts.positives, "event": event, "named": counts.named}
    if not counts.positives:
        return t("None of the rows the model has never seen is “{event}”: it cannot be judged on them.", **facts)
    if not counts.named:
        return t("At this cut-off the model names nobody, and misses all {all:count} cases of “{event}”.", **facts)
    return t(
        "The model finds {hits:count} of {all:count} cases of “{event}” and is right about {hits:count} of the "
        "{named:count} it names.",
        **facts,
    )


def _in_use(counts: Counts) -> str:
    return t(
        "Named from a chance of {cutoff:percent} on: {named:count} of {n:count} cases. Missed: {misses:count}. Named "
        "wrongly: {alarms:count}.",
        cutoff=min(counts.cutoff, 1.0),
        named=counts.named,
        n=counts.n,
        misses=counts.misses,
        alarms=counts.alarms,
    )


def _benefit(counts: Counts) -> str:
    """Net benefit at the cut-off, against naming everybody."""
    all_named = replace(counts, hits=counts.positives, misses=0, alarms=counts.n - counts.positives, passes=0)
    ours, every = counts.net_benefit(), all_named.net_benefit()
    if ours is None or every is None:
        return ""
    return t(
        "With false alarms deducted at the odds of this cut-off, it is worth {ours:number} hits in 100 cases; naming "
        "everybody would be worth {every:number}, naming nobody 0.",
        ours=round(100 * ours, 1),
        every=round(100 * every, 1),
    )


def _confusion(names: tuple[str, ...], counts: Counts) -> None:
    table = np.array([[counts.passes, counts.alarms], [counts.misses, counts.hits]])
    figures = spread(counts)
    answer = t(
        "It is right about {right:count} of {n:count} cases: {accuracy}.",
        right=counts.hits + counts.passes,
        n=counts.n,
        accuracy=_share(figures["accuracy"]),
    )
    chart.figure(
        t("What does it get right, and what wrong?"),
        answer,
        plots.confusion(table, names, show.theme()),
        key="confusion",
        frame=versus.crossed(table, names),
    )


def _share(value: Estimate) -> str:
    if value.value is None:
        return "–"
    if value.low is None or value.high is None:
        return show.percent(value.value)
    return plain(N_("{x:percent} ({low:percent} to {high:percent})"), x=value.value, low=value.low, high=value.high)


def _at_cutoff(counts: Counts, simple: Counts) -> None:
    chart.title(t("What does this cut-off bring?"))
    ours, theirs = spread(counts), spread(simple)
    st.markdown(
        t(
            "The simple model, asked in the same way, finds {hits:count} of {all:count} and raises {alarms:count} "
            "false {alarms:alarm/alarms}.",
            hits=simple.hits,
            all=simple.positives,
            alarms=simple.alarms,
        )
    )
    rows = [
        {
            plain(N_("Figure")): plain(METRICS[name]),
            plain(N_("This model")): _share(ours[name]),
            plain(N_("Simple model")): _share(theirs[name]),
        }
        for name in AT_CUTOFF
    ]
    raw = _every(ours, {"simple": theirs}, list(AT_CUTOFF))
    chart.table(pd.DataFrame(rows), key="at_cutoff", alt=plain(N_("Figures at the cut-off")), raw=raw)


def _report(evaluation: Evaluation, frame: pd.DataFrame, cutoff: float, names: tuple[str, ...]) -> None:
    report = versus.report_of(evaluation, frame, cutoff, names)
    chart.title(t("How good is it for each answer?"))
    st.markdown(versus.weakest(report))
    chart.table(versus.lines(report), key="report", alt=plain(N_("Classification report")), raw=versus.figures(report))


def _roc(truth: np.ndarray, chance: np.ndarray, counts: Counts) -> None:
    curve = curves.roc(truth, chance)
    at = (counts.alarm_rate or 0.0, counts.recall or 0.0)
    answer = t(
        "A case where it happened gets the higher chance {area:percent} of the time; guessing gets 50% "
        "({n:count} cases).",
        area=curve.area,
        n=curve.n,
    )
    frame = pd.DataFrame(
        {plain(N_("Cut-off")): curve.cutoffs, plain(N_("Named wrongly")): curve.alarms, plain(N_("Found")): curve.hits}
    ).replace(np.inf, np.nan)
    chart.figure(
        t("What do more hits cost in false alarms?"), answer, plots.roc(curve.alarms, curve.hits, show.theme(), at),
        key="roc", frame=frame,
    )  # fmt: skip


def _precision_recall(truth: np.ndarray, chance: np.ndarray, counts: Counts) -> None:
    curve = curves.precision_recall(truth, chance)
    at = (counts.recall or 0.0, counts.precision or 0.0) if counts.named else None
    answer = t(
        "Of those it names at your cut-off, {right:percent} are right; naming at random, {share:percent} would be "
        "({n:count} cases).",
        right=counts.precision,
        share=curve.share,
        n=curve.n,
    )
    frame = pd.DataFrame(
        {plain(N_("Cut-off")): curve.cutoffs, plain(N_("Found")): curve.recall, plain(N_("Right")): curve.precision}
    ).replace(np.inf, np.nan)
    chart.figure(
        t("How sure are the ones it names?"), answer,
        plots.precision_recall(curve.recall, curve.precision, curve.share, show.theme(), at),
        key="precision_recall", frame=frame,
    )  # fmt: skip


def _calibration(truth: np.ndarray, chance: np.ndarray) -> None:
    curve = curves.calibration(truth, chance)
    answer = t(
        "On average the chance it gives is {gap:percent} away from what came true, in {groups:count} groups of "
        "{n:count} cases together.",
        gap=curve.ece,
        groups=len(curve.said),
        n=int(curve.n.sum()),
    )
    frame = pd.DataFrame(
        {
            plain(N_("Chance given")): curve.said,
            plain(N_("Came true")): curve.seen,
            plain(N_("from")): curve.low,
            plain(N_("to")): curve.high,
            plain(N_("Cases")): curve.n,
        }
    )
    drawn = plots.calibration(curve.said, curve.seen, curve.low, curve.high, curve.n, show.theme())
    chart.figure(t("Can its chances be taken at their word?"), answer, drawn, key="calibration", frame=frame)


def _lift(truth: np.ndarray, chance: np.ndarray, counts: Counts, event: str) -> None:
    curve = curves.lift(truth, chance)
    share = counts.named / max(counts.n, 1)
    answer = t(
        "Looking at the {share:percent} of cases it names, you see {found:percent} of all “{event}”; as many drawn at "
        "random would show you {share:percent} ({n:count} cases).",
        share=share,
        found=counts.recall,
        event=event,
        n=curve.n,
    )
    frame = pd.DataFrame(
        {
            plain(N_("Looked at")): curve.named,
            plain(N_("Found")): curve.found,
            plain(N_("Times more than at random")): curve.lift,
        }
    )
    drawn = plots.lift(curve.named, curve.found, curve.share, show.theme(), share)
    chart.figure(t("How many do you find by looking at the likeliest first?"), answer, drawn, key="lift", frame=frame)


def _groups(truth: np.ndarray, chance: np.ndarray, names: tuple[str, ...], cutoff: float, event: str) -> None:
    other, named = names
    middle = [float(np.median(chance[group])) if group.any() else float("nan") for group in (truth, ~truth)]
    answer = t(
        "In the middle, cases of “{event}” get a chance of {high:percent}, the others {low:percent} ({n:count} cases).",
        event=event,
        high=middle[0],
        low=middle[1],
        n=len(truth),
    )
    frame = pd.DataFrame({plain(N_("It was")): np.where(truth, named, other), plain(N_("Chance given")): chance})
    drawn = plots.chances(truth, chance, (other, named), min(cutoff, 1.0), show.theme())
    chart.figure(t("How far apart are the two groups?"), answer, drawn, key="chances", frame=frame)


# -- every kind of task -----------------------------------------------------------------------------------------------


def _metrics(desk: Desk, evaluation: Evaluation, metrics: dict[str, Estimate]) -> None:
    known = [name for name in ORDER if name in metrics]
    if not known:
        return
    main = desk.domain.main_metric if desk.domain.main_metric in known else known[0]
    theme = show.theme()
    theirs = {who: evaluation.baselines.get(who, {}) for who in ("simple", "prior")}
    answer = t(
        "{metric}: {ours} for this model, {simple} for the simple model, {prior} for guessing ({n:count} cases).",
        metric=plain(METRICS[main]),
        ours=estimate(metrics[main], theme),
        simple=estimate(theirs["simple"].get(main), theme),
        prior=estimate(theirs["prior"].get(main), theme),
        n=evaluation.rows.test,
    )
    bars = [Bar(plain(N_("This model")), metrics[main])]
    bars += [Bar(plain(MEMBERS[who]), theirs[who].get(main, Estimate(None))) for who in ("simple", "prior")]
    chart.figure(
        t("Is it better than guessing, and than a simple model?"),
        answer,
        comparison(bars, theme, main in SHARES),
        key="versus",
    )
    rows = [
        {
            plain(N_("Figure")): plain(METRICS[name]),
            plain(N_("This model")): estimate(metrics[name], theme),
            plain(N_("Simple model")): estimate(theirs["simple"].get(name), theme),
            plain(N_("Guessing")): estimate(theirs["prior"].get(name), theme),
        }
        for name in known
    ]
    every = _every(metrics, theirs, known)
    chart.table(pd.DataFrame(rows), key="metrics", alt=plain(N_("Figures of quality")), raw=every)


def _every(metrics: dict[str, Estimate], theirs: dict[str, dict[str, Estimate]], known: list[str]) -> pd.DataFrame:
    rows = []
    for name in known:
        for who, values in (("model", metrics), *theirs.items()):
            value = values.get(name, Estimate(None))
            rows.append({"metric": name, "of": who, "value": value.value, "low": value.low, "high": value.high})
    return pd.DataFrame(rows)


def _meanings(evaluation: Evaluation) -> None:
    with st.expander(t("What these figures mean")):
        for name in ORDER:
            if name in evaluation.metrics:
                st.markdown(t("**{name}.** {meaning}", name=plain(METRICS[name]), meaning=plain(MEANINGS[name])))
        st.markdown(
            t(
                "In brackets: the range in which the figure would lie in 95 of 100 repetitions with other rows of the "
                "same kind. Guessing always gives the mean, or the shares of the rows it learned from."
            )
        )
