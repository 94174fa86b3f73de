"""The unseen rows on which a model is disturbed, and what a disturbance takes from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
import pandas as pd

from core.audits import sure
from core.audits.audit import Cell, Head, Verdict
from core.audits.subject import Rows, Subject
from core.data.table import Column
from core.data.task import TaskKind
from core.learn import metrics
from core.learn.evaluation import Estimate
from core.words import N_, Message

MOST_ROWS, FEWEST_ROWS = 2_000, 200
MOST_CELLS = 400_000
"""Rows times columns that are disturbed at once: of a wide table fewer rows."""
MOST_READ = 150
"""Rows where a pretrained encoder must read every text again."""
WIDE = 500
"""Columns; of wider tables fewer disturbances are tried."""
RESAMPLES = 300
MAIN: Mapping[TaskKind, Message] = MappingProxyType(
    {
        "binary": Message(N_("order (ROC AUC)")),
        "multiclass": Message(N_("right answers, each class counting the same")),
        "regression": Message(N_("share explained (R²)")),
    }
)
"""By what a disturbance is judged, within a sentence."""
AXES: Mapping[TaskKind, Message] = MappingProxyType(
    {
        "binary": Message(N_("Order (ROC AUC)")),
        "multiclass": Message(N_("Right answers, each class counting the same")),
        "regression": Message(N_("Share explained (R²)")),
    }
)
"""The same as a title; so it is called where the quality of the model is told."""
SIDE: Mapping[TaskKind, Message] = MappingProxyType(
    {
        "binary": Message(N_("Right answers")),
        "multiclass": Message(N_("Right answers")),
        "regression": Message(N_("Mean error")),
    }
)
MEASURES: Mapping[TaskKind, tuple[str, str]] = MappingProxyType(
    {
        "binary": ("roc_auc", "accuracy"),
        "multiclass": ("balanced_accuracy", "accuracy"),
        "regression": ("r2", "mae"),
    }
)
"""Stable words of the two."""
MORE = N_("Test on more rows.")
"""What can be done where nothing can be said."""


@dataclass(frozen=True, eq=False)
class Stand:
    """Unseen rows, drawn where there are many, and the resamples by which every loss on them is judged."""

    subject: Subject
    rows: Rows
    weights: np.ndarray
    """(1 + RESAMPLES, n): how often each row counts; once each in the first."""
    main: np.ndarray
    """(1 + RESAMPLES,): the measure of the answers as they are, on each."""
    side: float
    enough: bool
    """Whether the rows are enough to judge anything by."""

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The features of the rows: typed, not repaired."""
        return self.rows.frame[list(self.subject.model.features)]

    @property
    def columns(self) -> tuple[Column, ...]:
        """Their contracts."""
        return self.subject.model.schema.columns

    @property
    def usual(self) -> float | None:
        """The measure of the answers as they are."""
        return _known(self.main[0])

    @property
    def quick(self) -> bool:
        """Whether the model answers quickly enough to be asked dozens of times."""
        return len(self.columns) <= WIDE and self.subject.model.recipe.encoder is None

    @property
    def kind(self) -> TaskKind:
        return self.subject.task.kind


@dataclass(frozen=True)
class Toll:
    """What a disturbance takes."""

    main: float | None
    """The measure under it, the mean of all draws of the disturbance."""
    loss: Estimate
    """The measure without it less the measure under it, on the same rows, with its 95% interval; as a share."""
    spread: float
    """Standard error of the loss."""
    side: float | None
    changed: float | None
    """Share of rows whose answer is another one; of numbers: mean change in standard deviations of the truth."""

    @property
    def points(self) -> dict[str, float]:
        """Facts for a sentence: the loss and its interval in points."""
        ends = {"loss": self.loss.value, "low": self.loss.low, "high": self.loss.high}
        return {name: _points(end) for name, end in ends.items() if end is not None}


def stand(subject: Subject) -> Stand:
    """The rows of a subject; made once for all audits of this family."""
    if "stand" not in subject.held:
        subject.held["stand"] = _stood(subject)
    held: Stand = subject.held["stand"]
    return held


def few(subject: Subject, most: int, salt: int) -> Rows:
    """At most so many of the unseen rows, drawn."""
    return drawn(subject.test, most, np.random.default_rng((subject.seed, salt)))


def drawn(rows: Rows, most: int, generator: np.random.Generator) -> Rows:
    """At most so many of the rows, in their order."""
    return rows if len(rows) <= most else rows.some(np.sort(generator.choice(len(rows), most, replace=False)))


def toll(place: Stand, answers: Sequence[np.ndarray]) -> Toll:
    """What a disturbance takes, from the answers under each draw of it."""
    subject, rows = place.subject, place.rows
    found = [figures(subject, rows.truth, answer, place.weights) for answer in answers]
    main = np.mean([one for one, _ in found], axis=0)
    losses = place.main - main
    return Toll(
        _known(main[0]),
        estimated(losses),
        float(np.nanstd(losses[1:])) if np.isfinite(losses[1:]).any() else 0.0,
        _known(float(np.mean([side for _, side in found]))),
        _known(float(np.mean([changed(subject, rows, answer) for answer in answers]))),
    )


def estimated(draws: np.ndarray) -> Estimate:
    """A figure (the first of the draws) with the 95% interval of the others."""
    value = _known(draws[0])
    ends = None if value is None else metrics.interval(draws[1:], value)
    return Estimate(value) if ends is None else Estimate(value, *ends)


def figures(subject: Subject, truth: np.ndarray, answer: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, float]:
    """The measure on every resample (n_resamples,), and the one beside it on all rows."""
    if subject.task.kind == "regression":
        found = metrics.measure("regression", truth, answer, None, weights)
        return found["r2"], float(found["mae"][0])
    right = subject.said(answer) == truth
    with np.errstate(divide="ignore", invalid="ignore"):
        if subject.task.kind == "binary":
            main = metrics.roc_auc(truth == subject.positive, answer[:, subject.positive], weights)
        else:
            truths = np.eye(answer.shape[1])[truth]
            support = weights @ truths
            recall = (weights @ (truths * right[:, None])) / support
            main = np.where(support > 0, recall, 0).sum(axis=1) / (support > 0).sum(axis=1)
    return np.asarray(main), float(right.mean())


def changed(subject: Subject, rows: Rows, answer: np.ndarray) -> float:
    """Share of rows answered otherwise than before; of numbers: mean change in standard deviations of the truth."""
    if subject.task.kind != "regression":
        return float((subject.said(answer) != subject.said(rows.answer)).mean())
    return float(np.abs(answer - rows.answer).mean() / (float(np.std(rows.truth)) or 1.0))


def judged(place: Stand, tolls: Sequence[Toll], limits: Sequence[float]) -> list[Verdict]:
    """What may be said of several losses: clearly above what is tolerable, within it, or not known.

    The chances of losses as large by chance are adjusted for how many there are (Holm).
    """
    from scipy import stats

    chances = [
        None if one.loss.value is None else float(stats.norm.sf((one.loss.value - limit) / max(one.spread, 1e-12)))
        for one, limit in zip(tolls, limits, strict=True)
    ]
    adjusted = sure.holm(chances)
    return [_judged(place, one, limit, chance) for one, limit, chance in zip(tolls, limits, adjusted, strict=True)]


def _judged(place: Stand, one: Toll, limit: float, chance: float | None) -> Verdict:
    if not place.enough or chance is None or one.loss.high is None:
        return "inconclusive"
    if chance < sure.LEVEL / 2:
        return "difference"
    return "none" if one.loss.high <= limit else "inconclusive"


def heads(place: Stand, first: Message) -> tuple[Head, ...]:
    """Heads of a sheet of losses."""
    side = Head(SIDE[place.kind], "number" if place.kind == "regression" else "percent")
    other = (
        N_("Mean change of the answer (standard deviations)") if place.kind == "regression" else N_("Answers changed")
    )
    return (
        Head(first),
        Head(Message(N_("Lost, points of {metric}"), {"metric": MAIN[place.kind]}), "points"),
        side,
        Head(Message(other), "number" if place.kind == "regression" else "percent"),
    )


def cells(place: Stand, label: str | Message, one: Toll) -> tuple[Cell, ...]:
    """A row of such a sheet."""
    lost = Cell(one.loss.value, one.loss.low, one.loss.high, pale=not place.enough)
    return Cell(text=label), lost, Cell(one.side), Cell(one.changed)


def _stood(subject: Subject) -> Stand:
    most = int(np.clip(MOST_CELLS // max(1, len(subject.model.features)), FEWEST_ROWS, MOST_ROWS))
    if subject.model.recipe.encoder is not None:
        most = MOST_READ
    rows, generator = few(subject, most, 1), np.random.default_rng((subject.seed, 2))
    n = len(rows)
    weights = np.ones((1 + RESAMPLES, n))
    weights[1:] = generator.multinomial(n, np.full(n, 1 / max(1, n)), size=RESAMPLES)
    main, side = figures(subject, rows.truth, rows.answer, weights)
    return Stand(subject, rows, weights, main, side, _enough(subject, rows))


def _enough(subject: Subject, rows: Rows) -> bool:
    if subject.task.kind == "binary":
        return sure.enough(len(rows), int(subject.happened(rows).sum()))
    return sure.enough(len(rows))


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _points(share: float) -> float:
    """In percentage points, to a tenth of one."""
    return round(100 * share, 1) + 0.0
