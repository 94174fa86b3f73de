"""Numbers against the truth: how far off the answers are, and whether something is left unlearned."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.learn import curves
from core.learn.evaluation import Evaluation
from core.plots import curves as plots
from core.words import N_
from pages.shared import chart, results, show
from pages.shared.desk import Desk
from pages.shared.language import plain, t


def errors(desk: Desk, evaluation: Evaluation, frame: pd.DataFrame) -> None:
    """The three pictures of errors, each with its sentence."""
    truth = frame["truth"].to_numpy(dtype=np.float64)
    said = frame["prediction"].to_numpy(dtype=np.float64)
    left = curves.residuals(truth, said)
    card, theme = desk.card(), show.theme()
    unit = results.unit(card, evaluation) if card is not None else ""
    numbers = pd.DataFrame(
        {
            plain(N_("Data row")): frame["row"].to_numpy() + 1,
            plain(N_("It was")): truth,
            plain(N_("The model said")): said,
            plain(N_("True minus said")): left.residual,
        }
    )
    half = t(
        "Half of the answers are off by at most {within:number} {unit} ({n:count} cases).",
        within=left.within,
        unit=unit,
        n=len(truth),
    )
    chart.figure(
        t("How close are the answers to the truth?"),
        half,
        plots.against(truth, said, unit, theme),
        key="against",
        frame=numbers,
    )
    chart.figure(
        t("How large are the errors?"),
        _lean(left, unit),
        plots.errors(left.edges, left.counts, unit, theme),
        key="errors",
        frame=_bins(left),
    )
    fan = t(
        "If the points form a slope or a fan, something is left to learn; if they lie as a band around the line, "
        "nothing is ({n:count} cases).",
        n=len(truth),
    )
    chart.figure(
        t("Is it worse for some answers than for others?"),
        fan,
        plots.residuals(said, left.residual, unit, theme),
        key="residuals",
        frame=numbers,
    )


def _lean(left: curves.Residuals, unit: str) -> str:
    facts = {"lean": abs(left.lean or 0.0), "unit": unit, "n": len(left.residual)}
    if abs(left.lean or 0.0) < 0.01 * (left.within or 0.0):
        return t("The errors balance: on average it says neither too much nor too little ({n:count} cases).", **facts)
    if (left.lean or 0.0) > 0:
        return t("On average it says {lean:number} {unit} too little ({n:count} cases).", **facts)
    return t("On average it says {lean:number} {unit} too much ({n:count} cases).", **facts)


def _bins(left: curves.Residuals) -> pd.DataFrame:
    return pd.DataFrame(
        {plain(N_("from")): left.edges[:-1], plain(N_("to")): left.edges[1:], plain(N_("Cases")): left.counts}
    )
