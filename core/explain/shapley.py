"""Shapley values of a model's answers in original columns, with a standard error for each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.data.conform import conform
from core.engines.base import Watch
from core.explain import cells
from core.explain.coalitions import enumerated, few
from core.explain.explanation import Explanation
from core.explain.opening import Opening, numbers_of, opened, opening
from core.explain.sampling import PRECISION, Clock, Effort, Found, sample
from core.learn.model import TrainedModel, blend
from core.words import N_, Message

if TYPE_CHECKING:
    import pandas as pd

    from core.learn.prepare import Encoded

NOTES = {
    (True, False): N_(
        "Up to {walks:count} walks from each of {background:count} rows of the training data; the largest standard "
        "error is {share:percent} of a row's largest value."
    ),
    (True, True): N_(
        "Time ended before every value was precise: up to {walks:count} walks from each of {background:count} rows "
        "of the training data; the largest standard error is {share:percent} of a row's largest value."
    ),
    (False, False): N_(
        "Up to {walks:count} walks from each of {background:count} {background:row/rows} given to compare with; the "
        "largest standard error is {share:percent} of a row's largest value."
    ),
    (False, True): N_(
        "Time ended before every value was precise: up to {walks:count} walks from each of {background:count} "
        "{background:row/rows} given to compare with; the largest standard error is {share:percent} of a row's largest "
        "value."
    ),
}
"""By whether the rows compared with are the model's own, and whether time ended first."""
ONCE = {
    True: N_(
        "Time ended before every value was precise: as few as 2 walks from each of {background:count} rows of the "
        "training data; the largest standard error is at most {share:percent} of a row's largest value."
    ),
    False: N_(
        "Time ended before every value was precise: as few as 2 walks from each of {background:count} "
        "{background:row/rows} given to compare with; the largest standard error is at most {share:percent} of a row's "
        "largest value."
    ),
}
"""Where time was enough for a single turn, whose error is known only from above."""
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
    encoded: Encoded | None = None,
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
        encoded: what ``model.encode`` made of ``frame``, where that is at hand; ``frame`` is typed then.
    """
    clock = Clock(math.inf if seconds is None else seconds, watch)
    typed, rows = (frame, encoded) if encoded is not None else _read(model, frame)
    against = None if background is None else conform(background, model.schema)[0]
    held = opening(model) if against is None else opened(model, against)
    answers = blend(model.members, model.weights, rows)
    picked = _picked(model, answers, labels)
    base, predictions = held.answers.mean(axis=0)[picked], answers[np.arange(len(answers)), picked]
    room = TOLERANCE * max(np.abs(answers).max(initial=0.0), np.abs(held.answers).max(initial=1e-9))
    places = None if against is None else few(typed, against)
    if places is None:
        effort = Effort(seed, clock, fewest, precision)
        found = _found(held, rows, picked, bool(model.classes), predictions - base, room, effort)
    else:
        found = _enumerated(model, typed, held.background, places, picked)
    told = found.told
    if not told.all():
        frame, typed, base, predictions, picked = frame[told], typed[told], base[told], predictions[told], picked[told]
    values, errors = found.values[told], found.errors[told]
    _settle(values, predictions - base, room)
    method, note = _method(len(held.background), against is None, found, values, errors)
    return Explanation(
        columns=model.features,
        values=values,
        errors=errors,
        base=base,
        predictions=predictions,
        rows=numbers_of(frame),
        labels=tuple(model.classes[place] if model.classes else "" for place in picked),
        cells=_texts(model, frame, typed),
        numbers=cells.numbers(typed, model.schema),
        method=method,
        seconds=clock.passed(),
        note=note,
    )


def _read(model: TrainedModel, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame | Encoded]:
    """The rows typed, as the file has them; and as the members take them."""
    ready = model.ready(frame)
    typed = conform(frame, model.schema)[0] if model.recipe.repairs else ready
    return typed, ready if model.preparation is None else model.preparation.encode(ready)


def _found(
    held: Opening,
    rows: pd.DataFrame | Encoded,
    picked: np.ndarray,
    classes: bool,
    moved: np.ndarray,
    room: float,
    effort: Effort,
) -> Found:
    """Exact where members are affine, else by walks; walked too what is bent only where a row explained lies."""
    straight = () if classes else held.straight
    found = sample(held.parts, straight, rows, picked, effort)
    if straight and _missed(found.values[found.told], moved[found.told]) > room:
        return sample(held.parts, (), rows, picked, effort)
    return found


def _enumerated(
    model: TrainedModel, typed: pd.DataFrame, background: pd.DataFrame, places: list[np.ndarray], picked: np.ndarray
) -> Found:
    """Every coalition of the few columns that differ asked for."""
    values = np.array(
        [enumerated(model, typed.iloc[[row]], background, some, int(picked[row])) for row, some in enumerate(places)]
    ).reshape(typed.shape)
    return Found(values, np.zeros(values.shape), np.zeros(len(values), dtype=int), False)


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


def _texts(model: TrainedModel, frame: pd.DataFrame, typed: pd.DataFrame) -> tuple[tuple[str, ...], ...]:
    """Cells as the file has them where it has every column under its name."""
    return cells.texts(frame if set(model.features) <= set(frame.columns) else typed, model.features)


def _method(background: int, usual: bool, found: Found, values: np.ndarray, errors: np.ndarray) -> tuple[str, Message]:
    """A stable word for how the values were found, and the sentence about it."""
    walks = int(2 * found.turns.max(initial=0))
    if not walks and not usual:
        text = N_("Exact values, against {background:count} {background:row/rows} given to compare with.")
        return "exact", Message(text, {"background": background})
    if not walks:
        text = N_("Exact values, against {background:count} rows of the training data.")
        return "exact", Message(text, {"background": background})
    largest = np.maximum(np.abs(values).max(axis=1, initial=0.0), 1e-300)
    share = float((errors.max(axis=1, initial=0.0) / largest).max(initial=0.0))
    facts = {"walks": walks, "background": background, "share": share}
    method = "walks, time ended" if found.late else "walks"
    once = found.late and bool((found.turns == 1).any())
    return method, Message(ONCE[usual] if once else NOTES[usual, found.late], facts)
