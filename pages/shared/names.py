"""What learners and metrics are called, and what they mean, in words that need no course in statistics."""

from __future__ import annotations

from core.learn.recipe import TITLES
from core.words import N_

MEMBERS = {"prior": N_("Guessing"), **TITLES}
"""Learners, and what they are compared against."""

METRICS = {
    "roc_auc": N_("Order (ROC AUC)"),
    "roc_auc_ovr": N_("Order (ROC AUC, each class against the rest)"),
    "average_precision": N_("Order of the likeliest (average precision)"),
    "accuracy": N_("Right answers (accuracy)"),
    "balanced_accuracy": N_("Right answers, each class counting the same"),
    "specificity": N_("Left alone, of the others (specificity)"),
    "precision": N_("Right, of those named (precision)"),
    "recall": N_("Found, of all there are (recall)"),
    "f1": N_("Precision and recall in one (F1)"),
    "log_loss": N_("Surprise (log loss)"),
    "brier_score": N_("Squared error of the chances (Brier)"),
    "ece": N_("Gap between chance and outcome (ECE)"),
    "rmse": N_("Typical error (RMSE)"),
    "mae": N_("Mean error (MAE)"),
    "r2": N_("Share explained (R²)"),
}

MEANINGS = {
    "roc_auc": N_(
        "Take one case where it happened and one where it did not: how often does the model give the first the higher "
        "chance? 0.5 is guessing, 1 is perfect."
    ),
    "roc_auc_ovr": N_(
        "Take one case of a class and one of another: how often does the first get the higher chance of that class? "
        "0.5 is guessing, 1 is perfect."
    ),
    "average_precision": N_(
        "Going down the list from the likeliest case, how many of those named are right, on average. Guessing gives "
        "the share of events; 1 is perfect."
    ),
    "accuracy": N_("Share of answers that are right. Easy to reach where one answer is rare; 1 is perfect."),
    "balanced_accuracy": N_("Share of right answers in each class, averaged. Guessing gives one in so many classes."),
    "precision": N_("Of the cases the model names, the share that is right. 1 is perfect."),
    "specificity": N_("Of the cases that are not so, the share the model does not name. 1 is perfect."),
    "recall": N_("Of the cases that are so, the share the model finds. 1 is perfect."),
    "f1": N_("Precision and recall in one figure; low when either is low. 1 is perfect."),
    "log_loss": N_("How surprised the model is by what happened. Lower is better; 0 is perfect."),
    "brier_score": N_("Mean squared distance between the chance given and what happened. Lower is better."),
    "ece": N_("How far the chances are from what came true, on average. 0.05 means 5 percentage points."),
    "rmse": N_("Typical error in the target's own unit; large errors count more. Lower is better."),
    "mae": N_("Mean distance between the answer and the truth, in the target's own unit. Lower is better."),
    "r2": N_("Share of the differences between cases that the model explains. 0 is guessing, 1 is perfect."),
}

ORDER = tuple(METRICS)
"""In which metrics are shown."""

SHARES = frozenset(METRICS) - {"log_loss", "rmse", "mae", "r2"}
"""Metrics that lie between 0 and 1."""
