"""What a model is made of: its learners, their curves, and whether it gains enough over the simple model."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from core.engines.base import Run
from core.learn.evaluation import Estimate, Evaluation, MemberScore
from core.learn.recipe import Recipe
from core.learn.worth import pretrained
from core.plots import learn as plots
from core.plots.learn import Losses, is_rounds
from core.plots.theme import signed
from core.words import N_
from pages.shared import chart, results, search, show, watch
from pages.shared.language import plain, t, tell
from pages.shared.names import MEMBERS, METRICS
from pages.shared.tail import tail

WEIGHED = {
    "binary": ("roc_auc", "average_precision", "log_loss", "brier_score"),
    "multiclass": ("roc_auc_ovr", "log_loss", "accuracy", "brier_score"),
    "regression": ("rmse", "mae", "r2"),
}
"""Figures by which the gain is shown."""
ATTACKED = {
    "fgsm": N_(
        "The neural net was hardened while it learned: three in four rows were nudged, by one step, in the direction "
        "that misleads it most. To see what that costs, train without it and compare."
    ),
    "pgd": N_(
        "The neural net was hardened while it learned: three in four rows were nudged, by several small steps, in the "
        "direction that misleads it most. To see what that costs, train without it and compare."
    ),
}
"""What an adversarial training did."""


def curves(run: Run) -> None:
    """Every learner's curve, and the trials of a search."""
    known = watch.events(run)
    found = list(tail(known).curves.values())
    if found:
        chart.title(t("Did it learn, and did it stop in time?"))
        names = [curve.name for curve in found]
        for place, tab in enumerate(st.tabs([_title(name) for name in names]) if len(found) > 1 else [st.container()]):
            with tab:
                _curve(found[place])
    search.shown(search.trials(known), key=run.id)


def _curve(curve: Losses) -> None:
    drawn = plots.losses(curve, show.theme())
    chart.figure("", _learned(curve), drawn, key=f"losses_{curve.name}", frame=_frame(curve))


def _learned(curve: Losses) -> str:
    known = [value for value in curve.validation if value is not None and math.isfinite(value)]
    if not known:
        return t("This learner was not measured while it learned.")
    facts = {"first": known[0], "best": min(known), "n": max(curve.epochs)}
    if is_rounds(curve.name):
        return t(
            "On rows held back the error went from {first:number} to {best:number} over {n:count} {n:round/rounds}; "
            "the round with the lowest error is the one that counts.",
            **facts,
        )
    if len(known) == 1:
        return t("On rows held back the error is {first:number} after the only pass that was made.", **facts)
    return t(
        "On rows held back the error went from {first:number} to {best:number} over {n:count} {n:pass/passes}; the "
        "state with the lowest error is the one that was kept.",
        **facts,
    )


def _frame(curve: Losses) -> pd.DataFrame:
    return pd.DataFrame(
        {
            plain(N_("Round") if is_rounds(curve.name) else N_("Pass")): list(curve.epochs),
            plain(N_("Error, rows it learns from")): list(curve.train),
            plain(N_("Error, rows held back")): list(curve.validation),
        }
    )


def members(evaluation: Evaluation, recipe: Recipe) -> None:
    """Every learner tried: its share, its error on rows held back while learning, its rounds and its time."""
    if not evaluation.members:
        return
    chart.title(t("What is the model made of?"))
    st.markdown(_blend(evaluation))
    tuned = pretrained(evaluation.members)
    if tuned is not None:
        st.markdown(tell(tuned))
    if recipe.net.attack in ATTACKED and any(member.name.startswith("net") for member in evaluation.members):
        st.markdown(t(ATTACKED[recipe.net.attack]))
    error = N_("Typical error") if evaluation.task == "regression" else N_("Surprise (log loss)")
    rows = [
        {
            plain(N_("Learner")): _title(member.name),
            plain(N_("Share in the answer")): show.percent(member.weight),
            plain(error): show.number(_error(member, evaluation)),
            plain(N_("Rounds or passes")): _steps(member),
            plain(N_("Took")): plain("{s:seconds}", s=member.seconds),
        }
        for member in evaluation.members
    ]
    chart.table(pd.DataFrame(rows), key="members", alt=plain(N_("Learners of the model")), raw=_raw(evaluation))
    st.caption(
        t("Errors are of rows held back while learning, answered by learners that had not met them; lower is better.")
    )


def _blend(evaluation: Evaluation) -> str:
    used = results.used(evaluation)
    best = min(evaluation.members, key=lambda member: member.validation_loss)
    if len(evaluation.members) == 1:
        return t("One learner was tried: {name}.", name=used[0] if used else _title(best.name))
    if len(used) == 1:
        return t("Of {n:count} learners tried, one did best alone: {name}.", n=len(evaluation.members), name=used[0])
    return t(
        "It blends {names:list}, each with the share that did best on rows held back while learning. The best of them "
        "alone is: {best}.",
        names=used,
        best=_title(best.name),
    )


def _error(member: MemberScore, evaluation: Evaluation) -> float:
    """For numbers in the target's own unit."""
    return math.sqrt(member.validation_loss) if evaluation.task == "regression" else member.validation_loss


def _steps(member: MemberScore) -> str:
    if not member.epochs:
        return "–"
    text = N_("{n:count} {n:round/rounds}") if is_rounds(member.name) else N_("{n:count} {n:pass/passes}")
    return plain(text, n=member.epochs)


def _raw(evaluation: Evaluation) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "learner": member.name,
                "share": member.weight,
                "error": _error(member, evaluation),
                "steps": member.epochs,
                "seconds": member.seconds,
            }
            for member in evaluation.members
        ]
    )


def gain(evaluation: Evaluation) -> None:
    """The simple model beside the blend, with the difference and its interval."""
    if evaluation.worth is None or not evaluation.gains:
        return
    chart.title(t("Is the gain over the simple model worth it?"))
    st.markdown(tell(evaluation.worth))
    if all(one.value == one.low == one.high == 0 for one in evaluation.gains.values() if one.value is not None):
        return
    simple, theme = evaluation.baselines.get("simple", {}), show.theme()
    rows = [
        {
            plain(N_("Figure")): plain(METRICS.get(name) or name),
            plain(N_("This model")): plots.estimate(evaluation.metrics[name], theme),
            plain(N_("Simple model")): plots.estimate(simple.get(name), theme),
            plain(N_("Difference")): _difference(evaluation.gains[name]),
        }
        for name in WEIGHED[evaluation.task]
        if name in evaluation.gains
    ]
    chart.table(pd.DataFrame(rows), key="gain", alt=plain(N_("This model beside the simple model")))
    st.caption(
        t(
            "On the same {n:count} {n:row/rows} neither had seen, drawn again and again: where the interval of the "
            "difference holds 0, it may be chance.",
            n=evaluation.rows.test,
        )
    )


def _difference(value: Estimate) -> str:
    theme = show.theme()
    if value.value is None:
        return "–"
    if value.low is None or value.high is None:
        return signed(value.value, theme)
    return theme.say(
        N_("{x} ({low} to {high})"),
        x=signed(value.value, theme),
        low=signed(value.low, theme),
        high=signed(value.high, theme),
    )


def _title(name: str) -> str:
    return plain(MEMBERS.get(name) or name)
