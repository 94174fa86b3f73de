"""What is known of each group of a division, whatever is predicted: nouns."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from core.audits.audit import Style
from core.audits.fairness.comparison import Comparison
from core.audits.fairness.tally import SHARES
from core.learn.evaluation import Estimate
from core.words import N_


@dataclass(frozen=True, eq=False)
class Lines:
    """Figures of groups, in the order of their division."""

    rows: np.ndarray
    """(groups,)."""
    figures: dict[str, tuple[Estimate, ...]]
    """By name, (groups,)."""
    comparisons: tuple[Comparison, ...]
    """Not judged before they were put beside those of the whole audit."""
    positives: np.ndarray | None = None
    """(groups,) yes/no questions: rows in which the event came true."""
    classes: dict[str, dict[str, tuple[Estimate, ...]]] = field(default_factory=dict)
    """Several classes: figures of each against the rest, by label."""


HEADS: dict[str, str] = {name: share.head for name, share in SHARES.items()} | {
    "balanced_accuracy": N_("Balanced accuracy"),
    "f1": N_("Precision and recall in one (F1)"),
    "mean_chance": N_("Mean chance given"),
    "calibration_gap": N_("Chance given, less what came true"),
    "brier_score": N_("Squared error of chances (Brier)"),
    "abroca": N_("Area between the ROC curves, to all others (ABROCA)"),
    "macro_recall": N_("Found, every answer alike (macro recall)"),
    "macro_false_alarm_rate": N_("Named wrongly, every answer alike (macro)"),
    "macro_precision": N_("Right when named, every answer alike (macro precision)"),
    "mean_truth": N_("Mean truth"),
    "mean_answer": N_("Mean answer"),
    "mae": N_("Mean error, whatever its sign"),
    "bias": N_("Mean error with its sign (above 0: too high)"),
    "too_low": N_("Answered too low"),
    "too_high": N_("Answered too high"),
}
"""How a sheet names a figure."""
NUMBERS = ("abroca", "brier_score", "mean_truth", "mean_answer", "mae", "bias")
SHOWN: dict[str, tuple[tuple[str, ...], ...]] = {
    "binary": (
        ("base_rate", "selection_rate", "recall", "false_alarm_rate", "precision"),
        (
            "miss_rate", "accuracy", "negative_predictive_value", "balanced_accuracy", "f1", "mean_chance",
            "calibration_gap", "brier_score", "abroca",
        ),
    ),
    "multiclass": (("accuracy", "macro_recall", "macro_false_alarm_rate", "macro_precision"),),
    "regression": (("mean_truth", "mean_answer", "mae", "bias", "too_low", "too_high"),),
}  # fmt: skip
"""Figures of each sheet."""


def style(name: str) -> Style:
    """How a figure is said."""
    if name in NUMBERS:
        return "number"
    return "points" if name == "calibration_gap" else "percent"
