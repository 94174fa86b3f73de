"""Shapley values of a model's answers in original columns, with a standard error for each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.data.conform import conform
from core.engines.base import Watch
from core.explain import cells
from core.explain.explanation import Explanation
from core.explain.sampling import PRECISION, Clock, certain, sample
from core.explain.walks import Part, lay_open
from core.learn.model import TrainedModel
from core.learn.trees.ensemble import Ensemble
from core.words import N_, Message

if TYPE_CHECKING:
    import pandas as pd

    from core.learn.prepare import Encoded

FEWEST = 64
"""Background rows where the first layers of all that the model offers would not fit in ``ROOM``."""
ROOM = 64_000_000
"""Numbers (256 MB) of first layers over the background rows."""
TREE_SHARE = 8
"""Numbers that are held of a pair of a column and a tree."""
TOLERANCE = 1e-3
"""A sum this far from the answer, as a share of the scale, is no rounding: a member does not keep its promise."""


def explain(
    model: TrainedModel,
    frame: pd.DataFrame,
    *,
    labels: Sequence[str] | str | None = None,
    seconds: float | None = None,
    seed: int = 0,
    watch: Watch | None = None,
    fewest: int | None = None,
    background: pd.DataFrame | None = None,
    precision: float = PRECISION,
) -> Explanation:
    """Why the model answers as it does for some rows.

    Args:
        model: a trained model.
        frame: (n_rows, ...) raw or typed rows; an integer index is taken for their row numbers.
        labels: the class to explain in each row, or one for all. Default: binary the positive class, multiclass the
            class predicted; regression has none.
        seconds: stop doubling the walks after this time, and say so; every row gets at least one walk forward and
            one backward from every background row. None: until precise (``sampling.PRECISION``), at most 64 each.
        seed: draws the orders. A row's values do not depend on the other rows explained with it.
        watch: is told how far it is, and may ask to stop doubling.
        fewest: where not every row needs an answer: so many get one whatever the time, and those that have none when
            it ends are left out.
        background: rows to compare with instead of the model's own; with one row the values say what moved the answer
            from there.
        precision: walks are doubled until the largest standard error of a row is under this share of its largest
            value.
    """
    clock = Clock(math.inf if seconds is None else seconds, watch)
    background = _background(model) if background is None else conform(background, model.schema)[0]
    answers, origin = _wide(model.predict(frame)), _wide(model.predict(background))
    picked = _picked(model, answers, labels)
    base, predictions = origin.mean(axis=0)[picked], answers[np.arange(len(answers)), picked]
    opened = _open(model, background)
    straight = [part for part in opened if not model.classes and part.straight]
    rows, moved = model.encode(frame), predictions - base
    room = TOLERANCE * max(np.abs(answers).max(initial=0.0), np.abs(origin).max(initial=1e-9))
    values, errors, turns, late = _found(opened, straight, rows, picked, seed, clock, fewest)
    told = _told(turns)
    if straight and _missed(values[told], moved[told]) > room:  # bent where only a row explained lies
        values, errors, turns, late = _found(opened, [], rows, picked, seed, clock, fewest)
        told = _told(turns)
    frame, base, predictions, picked = frame[told], base[told], predictions[told], picked[told]
    values, errors, walks = values[told], errors[told], int(2 * turns.max(initial=0))
    _settle(values, moved[told], room)
    method, note = _method(len(background), walks, values, errors, late)
    return Explanation(
        columns=model.features,
        values=values,
        errors=errors,
        base=base,
        predictions=predictions,
        rows=frame.index.to_numpy() if frame.index.dtype.kind in "iu" else np.arange(len(frame)),
        labels=tuple(model.classes[place] if model.classes else "" for place in picked),
        cells=_texts(model, frame),
        numbers=cells.numbers(conform(frame, model.schema)[0], model.schema),
        method=method,
        seconds=clock.passed(),
        note=note,
    )


def _open(model: TrainedModel, background: pd.DataFrame) -> list[Part]:
    rows = model.encode(background)
    used = [(member, weight) for member, weight in zip(model.members, model.weights, strict=True) if weight]
    return [lay_open(member, weight, rows) for member, weight in used]


def _background(model: TrainedModel) -> pd.DataFrame:
    """All background rows, or the first 64 (they are drawn at random) where their first layers would not fit."""
    sums = sum(member.width for member in model.members if member.joint == "sum")
    trees = sum(len(member.pairs[0]) for member in model.members if isinstance(member, Ensemble))
    size = len(model.background) * (len(model.features) * sums + TREE_SHARE * trees)
    return model.background if size <= ROOM else model.background.iloc[:FEWEST]


def _found(
    opened: list[Part],
    straight: list[Part],
    rows: pd.DataFrame | Encoded,
    picked: np.ndarray,
    seed: int,
    clock: Clock,
    fewest: int | None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, bool]:
    """Values and errors (n_rows, n_columns), turns (n_rows,), and whether time ended first."""
    sure = certain(straight, rows, picked)
    bent = [part for part in opened if part not in straight]
    sums, late = sample(bent, rows, picked, sure, seed, clock, fewest)
    return sure + sums.values(), sums.errors(), sums.turns, late


def _told(turns: np.ndarray) -> np.ndarray:
    """(n_rows,) whether a row was walked; all are where no walk was needed."""
    return np.asarray((turns > 0) | (turns.max(initial=0) == 0))


def _missed(values: np.ndarray, moved: np.ndarray) -> float:
    """The largest distance of a sum of values from what the answer moved by."""
    return float(np.abs(moved - values.sum(axis=1)).max(initial=0.0))


def _settle(values: np.ndarray, moved: np.ndarray, room: float) -> None:
    """Gives the rounding between the walks' ends and the model's own answers to the values, in proportion.

    Walks add hidden states in single precision, the model in double; columns that had no part keep exactly 0.
    """
    if _missed(values, moved) > room:
        raise ValueError(
            f"a member's answer is finish(sum of its first layer), but: walks end {_missed(values, moved):.3g} from it"
        )
    rest, sizes = moved - values.sum(axis=1), np.abs(values)
    whole = sizes.sum(axis=1, keepdims=True)
    values += np.divide(sizes, whole, out=np.zeros_like(sizes), where=whole > 0) * rest[:, None]


def _wide(answers: np.ndarray) -> np.ndarray:
    """(n, n_outputs) of answers that are (n,) for numbers."""
    return answers[:, None] if answers.ndim == 1 else answers


def _picked(model: TrainedModel, answers: np.ndarray, labels: Sequence[str] | str | None) -> np.ndarray:
    """(n_rows,) place of the class explained in each row."""
    if not model.classes:
        return np.zeros(len(answers), dtype=int)
    if labels is None:
        positive = model.recipe.task.positive
        if positive is None or len(model.classes) > 2:
            return np.asarray(answers.argmax(axis=1))
        labels = positive
    each = [labels] * len(answers) if isinstance(labels, str) else list(labels)
    if len(each) != len(answers) or not set(each) <= set(model.classes):
        raise ValueError(f"labels name one of {model.classes} a row, but: {len(each)} labels, {sorted(set(each))[:5]}")
    return np.array([model.classes.index(label) for label in each], dtype=int)


def _texts(model: TrainedModel, frame: pd.DataFrame) -> tuple[tuple[str, ...], ...]:
    present = set(model.features) <= set(frame.columns)
    return cells.texts(frame if present else conform(frame, model.schema)[0], model.features)


def _method(background: int, walks: int, values: np.ndarray, errors: np.ndarray, late: bool) -> tuple[str, Message]:
    """A stable word for how the values were found, and the sentence about it."""
    if not walks:
        return "exact", Message(
            N_("Exact values, against {background:count} rows of the training data."), {"background": background}
        )
    largest = np.maximum(np.abs(values).max(axis=1, initial=0.0), 1e-300)
    share = float((errors.max(axis=1, initial=0.0) / largest).max(initial=0.0))
    facts = {"walks": walks, "background": background, "share": share}
    if late:
        text = N_(
            "Time ended before every value was precise: up to {walks:count} walks from each of {background:count} rows "
            "of the training data; the largest standard error is {share:percent} of a row's largest value."
        )
        return "walks, time ended", Message(text, facts)
    text = N_(
        "Up to {walks:count} walks from each of {background:count} rows of the training data; the largest standard "
        "error is {share:percent} of a row's largest value."
    )
    return "walks", Message(text, facts)
