"""The simple model: logistic or ridge regression, "do you need more than this?".

Numbers standardised, or by their normal scores where that is better; categories as one column a level; texts by their
terms, the vectors of an encoder, or both. The strength of the penalty by cross-validation on few rows, by the first
rows held back on many.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from core.learn.ground import Ground, Trained, Turn
from core.learn.learner import First, Learner, neutral
from core.learn.lesson import Lesson
from core.learn.link import sigmoid, softmax
from core.learn.loss import mean_loss
from core.learn.prepare import Encoded, Preparation
from core.learn.text import CHARACTERS
from core.words import N_, Message

Form = Literal["standard", "scores"]
Reading = Literal["terms", "vectors", "both"]
STRENGTHS = (0.3, 0.03, 3.0, 0.003)
"""Of C for logistic regression; here and below the usual one comes first, for where there is time for few."""
TEXT_STRENGTHS = (0.3, 0.08, 1.2, 0.02)
"""Where there are texts."""
VECTOR_STRENGTHS = (0.08, 0.3, 0.02, 1.2)
"""Where there are vectors of an encoder."""
TEXT_GAIN = 8.0
"""Rows of texts have length 1, numbers a standard deviation of 1 each: texts times this suit the same penalty."""
RIDGE_STRENGTHS = (100.0, 1_000.0, 10.0, 1.0, 10_000.0)
"""Of rows / penalty for ridge regression."""
CROSSED_ROWS = 600
"""Up to this many training rows the choice is made in all folds, of more in the first."""
CHOICE_ROWS = 4_000
FIT_ROWS = 200_000
TEXT_FIT_ROWS = 50_000
REACH = 1e6
WIDE = 5_000
STEPS, FEW_STEPS, LEAST_STEPS = 200, 50, 15
"""Of the search for coefficients; few above ``WIDE`` inputs of texts: the last steps cost most and change least."""
SHARE = 0.2
"""Of the time budget, for all fits together."""
DENSE_SECONDS, SPARSE_SECONDS, ROW_SECONDS = 1e-9, 4e-9, 6e-8
"""What a step takes for each output and each filled input, and for each output and row, on a slow processor."""
SPANNED_ROWS, SPARED = 1_500, 2
"""Up to so many rows, with more than this many inputs for each, a regression is fitted in the space of the rows."""
FEWEST_TEXTS = 64
"""With fewer labelled texts nothing is chosen: what wins on so few rows held back wins by chance."""
FEW_TEXTS = 100
"""With fewer labelled texts the analyst is told what the figures are worth."""


@dataclass(frozen=True)
class View:
    """How the inputs are laid before the regression."""

    form: Form = "standard"
    """Numbers: standardised, or their normal scores."""
    reading: Reading = "terms"
    """Texts: by their terms, by the vectors of an encoder, or by both."""


@dataclass(frozen=True)
class Choice:
    """What was chosen, and after how many were tried."""

    view: View
    strength: float
    tried: int


def fit_simple(ground: Ground, turn: Turn) -> Trained:
    """The simple model of a table, fitted on all rows; its answers for rows held back come from fits without them."""
    started, generator = time.monotonic(), np.random.default_rng(ground.recipe.seed)
    turn.notes.extend(_said(ground))
    choice = _choose(ground, turn, generator)
    most = TEXT_FIT_ROWS if ground.plan.texts else FIT_ROWS
    parts = []
    for fold in ground.folds:
        fit = ground.rows[fold.fit].draw(most, generator)
        coefficients, bias = _fit(_matrix(ground.plan, fit.inputs, choice.view), fit, ground, choice.strength)
        checks = _matrix(ground.plan, ground.rows.inputs[fold.check], choice.view)
        parts.append(_linked(ground, np.asarray(checks @ coefficients + bias)))
    every = ground.rows.draw(most, generator)
    coefficients, bias = _fit(_matrix(ground.plan, every.inputs, choice.view), every, ground, choice.strength)
    learner = _learner(ground, every, choice.view, coefficients, bias)
    return Trained(learner, time.monotonic() - started, choice.tried, ground.gather(parts))


def _said(ground: Ground) -> list[Message]:
    """What the analyst should know of how texts were read."""
    texts, notes = ground.plan.texts, list[Message]()
    if texts and ground.plan.reader is None:
        text = N_("Texts of {columns:list} were read by their words and runs of characters (TF-IDF), with no encoder.")
        notes.append(Message(text, {"columns": [words.column for words in texts]}))
    for words in texts:
        if words.cut:
            text = N_("Column {column}: only the first {most:count} characters of {n:count} {n:text/texts} were read.")
            notes.append(Message(text, {"column": words.column, "n": words.cut, "most": CHARACTERS}))
    if texts and len(ground.rows) < FEW_TEXTS:
        text = N_(
            "The model learned from {n:count} texts only. All figures about its quality are uncertain: a few other "
            "texts could change them by ten points or more. Label more texts before you rely on it."
        )
        notes.append(Message(text, {"n": len(ground.rows)}))
    return notes


def _linked(ground: Ground, scores: np.ndarray) -> np.ndarray:
    """(n, n_outputs) answers of scores."""
    if not ground.classes:
        return np.asarray(scores * ground.scaling[1] + ground.scaling[0])
    return sigmoid(scores) if ground.classes == 2 else softmax(scores)


def _choose(ground: Ground, turn: Turn, generator: np.random.Generator) -> Choice:
    """The best view and strength on rows held back."""
    folds = ground.folds if len(ground.rows) <= CROSSED_ROWS else ground.folds[:1]
    lessons = [
        (ground.rows[fold.fit].draw(CHOICE_ROWS, generator), ground.rows[fold.check].draw(CHOICE_ROWS, generator))
        for fold in folds
    ]
    plan = ground.plan
    strengths, views = _strengths(ground), _views(ground)
    if plan.texts and len(ground.rows) < FEWEST_TEXTS:
        return Choice(views[0], strengths[0], 1)
    best, tried = np.inf, 0
    chosen = Choice(views[0], strengths[0], 0)
    for view in views:
        parts = [(_matrix(plan, a.inputs, view), a, _matrix(plan, b.inputs, view), b) for a, b in lessons]
        for strength in strengths:
            if tried >= turn.steps if turn.steps is not None else ground.pressed(0.15):
                return replace(chosen, tried=tried)
            tried += 1
            loss = float(np.mean([_loss(*part, ground, strength) for part in parts]))
            if loss < best * (1 - 1e-4):
                best, chosen = loss, Choice(view, strength, tried)
    return replace(chosen, tried=tried)


def _strengths(ground: Ground) -> tuple[float, ...]:
    if not ground.classes:
        return RIDGE_STRENGTHS
    if not ground.plan.texts:
        return STRENGTHS
    return TEXT_STRENGTHS if ground.plan.reader is None else VECTOR_STRENGTHS


def _views(ground: Ground) -> list[View]:
    plan = ground.plan
    readings: tuple[Reading, ...] = ("terms",) if plan.reader is None else ("vectors", "both", "terms")
    views = [View("standard", reading) for reading in readings]
    if plan.numbers and len(ground.rows) >= 100:
        views.append(View("scores", readings[0]))
    return views


def _loss(inputs: Any, train: Lesson, checks: Any, held: Lesson, ground: Ground, strength: float) -> float:
    coefficients, bias = _fit(inputs, train, ground, strength)
    return mean_loss(np.asarray(checks @ coefficients + bias), held.truth, ground.task.kind, held.weights)


def _matrix(plan: Preparation, inputs: Encoded, view: View) -> Any:
    """(n, n_inputs): numbers, missing marks, vectors of texts, levels, terms; sparse where that is smaller."""
    from scipy.sparse import csr_matrix, hstack

    grid = plan.grid(inputs.numbers, view.form == "scores")
    numbers = grid.standard if view.form == "standard" else scores_of(plan, grid.bins, grid.share)
    marks = grid.missing[:, _marked(plan)]
    vectors = [part * _gain(part.shape[1]) for part in inputs.vectors] if view.reading != "terms" else []
    dense = np.concatenate([numbers, marks.astype(np.float32), *vectors], axis=1).astype(np.float64)
    total, terms = int(plan.level_starts[-1]), plan.texts and view.reading != "vectors"
    if not total and not terms:
        return dense
    rows = np.repeat(np.arange(len(inputs)), inputs.codes.shape[1])
    places = (inputs.codes + plan.level_starts[:-1]).ravel()
    levels = csr_matrix((np.ones(len(places)), (rows, places)), shape=(len(inputs), total))
    if not terms and len(inputs) * (dense.shape[1] + total) < 4_000_000:
        return np.concatenate([dense, levels.toarray()], axis=1)
    texts = [part * TEXT_GAIN for part in inputs.texts] if terms else []
    return csr_matrix(hstack([csr_matrix(dense), levels, *texts], format="csr"), dtype=np.float64)


def _gain(width: int) -> float:
    """Standardised figures of a vector times this have a length of about ``TEXT_GAIN`` together."""
    return float(TEXT_GAIN / np.sqrt(max(1, width)))


def scores_of(plan: Preparation, bins: np.ndarray, share: np.ndarray) -> np.ndarray:
    """(n, n_numbers) normal scores of numbers given by bin and share."""
    low, rise = _score_bins(plan)
    return np.asarray(low[bins] + share * rise[bins])


def _score_bins(plan: Preparation) -> tuple[np.ndarray, np.ndarray]:
    """(n_bins,) normal score at the start of each bin, and how far it rises to its end."""
    scores = [np.array(number.scores) for number in plan.numbers]
    if not scores:
        return np.zeros(0), np.zeros(0)
    return np.concatenate([s[:-1] for s in scores]), np.concatenate([np.diff(s) for s in scores])


def _marked(plan: Preparation) -> np.ndarray:
    return np.array([place for place, number in enumerate(plan.numbers) if number.missing], dtype=np.int64)


def _fit(inputs: Any, lesson: Lesson, ground: Ground, strength: float) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (n_inputs, n_outputs) and bias (n_outputs,)."""
    narrow = _turned(inputs)
    used = inputs if narrow is None else narrow.inputs
    if ground.classes:
        coefficients, bias = _logistic(used, lesson, ground.classes, strength, _steps(used, ground))
    else:
        coefficients, bias = _ridge(used, lesson, strength)
    return (coefficients, bias) if narrow is None else (narrow.back(coefficients), bias)


@dataclass(frozen=True, eq=False)
class _Turned:
    """Rows turned into the space that they span, where a penalised regression has the same answers.

    With more inputs than rows that space is the smaller one, and coefficients outside of it would only be penalised
    (Hastie and Tibshirani, 2004, doi:10.1093/biostatistics/kxh010).
    """

    inputs: np.ndarray
    """(n, n_spanned) float64."""
    rows: Any
    """(n, n_inputs) as they were."""
    turn: np.ndarray
    """(n, n_spanned): the directions are ``rows.T @ turn``."""

    def back(self, coefficients: np.ndarray) -> np.ndarray:
        """(n_spanned, n_outputs) -> (n_inputs, n_outputs)."""
        return np.asarray(self.rows.T @ (self.turn @ coefficients))


def _turned(inputs: Any) -> _Turned | None:
    """The rows turned, where that pays."""
    rows, columns = inputs.shape
    if rows > SPANNED_ROWS or columns < SPARED * rows:
        return None
    products = inputs @ inputs.T
    products = products if isinstance(products, np.ndarray) else products.toarray()
    sizes, directions = np.linalg.eigh(products)
    kept = sizes > sizes.max(initial=0.0) * 1e-12
    lengths, directions = np.sqrt(sizes[kept]), directions[:, kept]
    return _Turned(directions * lengths, inputs, directions / lengths)


def _steps(inputs: Any, ground: Ground) -> int:
    """Steps that a search for coefficients may take: fewer where time is short, whatever the clock says, so that the
    same recipe gives the same model."""
    dense = isinstance(inputs, np.ndarray)
    filled = inputs.size if dense else inputs.nnz
    most = STEPS if dense or inputs.shape[1] <= WIDE else FEW_STEPS
    outputs = ground.classes if ground.classes > 2 else 1
    fits = len(STRENGTHS) * len(_views(ground)) + len(ground.folds) + 1
    step = outputs * (filled * (DENSE_SECONDS if dense else SPARSE_SECONDS) + inputs.shape[0] * ROW_SECONDS)
    return int(np.clip(SHARE * ground.recipe.time_budget_seconds / fits / step, LEAST_STEPS, most))


def _ridge(inputs: Any, lesson: Lesson, strength: float) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.linear_model import Ridge

    solver = "cholesky" if isinstance(inputs, np.ndarray) else "sparse_cg"
    model = Ridge(alpha=len(lesson) / strength, solver=solver, tol=1e-5, max_iter=500)
    model.fit(inputs, lesson.truth, sample_weight=lesson.weights)
    return np.asarray(model.coef_, dtype=np.float64).reshape(-1, 1), np.array([float(model.intercept_)])


def _logistic(inputs: Any, lesson: Lesson, classes: int, strength: float, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """scikit-learn's, for the classes present; one that is absent from the rows gets the score of a rare one."""
    from sklearn.linear_model import LogisticRegression

    present = np.unique(lesson.truth)
    outputs = 1 if classes == 2 else classes
    coefficients, bias = np.zeros((inputs.shape[1], outputs)), np.full(outputs, -np.log(2.0 * len(lesson) + 2))
    if len(present) == 1:
        if outputs == 1:
            bias[0] *= 1 if present[0] == 0 else -1
        else:
            bias[int(present[0])] = 0.0
        return coefficients, bias
    model = LogisticRegression(C=strength, max_iter=steps, tol=1e-4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # not quite converged is good enough for a penalised baseline
        model.fit(inputs, lesson.truth, sample_weight=lesson.weights)
    if outputs == 1:
        return np.asarray(model.coef_.T, dtype=np.float64), np.asarray(model.intercept_, dtype=np.float64)
    if len(present) == 2:
        coefficients[:, present] = np.stack([-model.coef_[0] / 2, model.coef_[0] / 2], axis=1)
        bias[present] = [-model.intercept_[0] / 2, model.intercept_[0] / 2]
    else:
        coefficients[:, present], bias[present] = model.coef_.T, model.intercept_
    absent = np.setdiff1d(np.arange(classes), present)
    bias[absent] = bias[present].min() - np.log(2.0)
    return coefficients, bias


def _learner(ground: Ground, train: Lesson, view: View, coefficients: np.ndarray, bias: np.ndarray) -> Learner:
    plan = ground.plan
    numbers, marked = len(plan.numbers), _marked(plan)
    weights = _Cut(coefficients.astype(np.float32))
    line, gone = weights.take(numbers), np.zeros((numbers, weights.width), dtype=np.float32)
    gone[marked] = weights.take(len(marked))
    widths = plan.vector_widths if view.reading != "terms" else ()
    vectors = tuple(weights.take(width) * np.float32(_gain(width)) for width in widths)
    levels = neutral(
        weights.take(int(plan.level_starts[-1])).copy(), code_counts(plan, train.inputs), plan.level_starts
    )
    texts = tuple(
        weights.take(words.width) * np.float32(TEXT_GAIN)
        if view.reading != "vectors"
        else np.zeros((words.width, weights.width), dtype=np.float32)
        for words in plan.texts
    )
    first = First(*_number_layer(plan, line, view.form, gone), levels, texts, REACH, vectors)
    link: Any = {"binary": "sigmoid", "multiclass": "softmax", "regression": "identity"}[ground.task.kind]
    return Learner("simple", plan, first, bias.astype(np.float64), (), 1, link, *ground.scaling)


class _Cut:
    """Rows of a table, taken from its top one after another."""

    def __init__(self, table: np.ndarray) -> None:
        self.table, self.start = table, 0
        self.width = int(table.shape[1])

    def take(self, rows: int) -> np.ndarray:
        """The next so many."""
        self.start += rows
        return self.table[self.start - rows : self.start]


def _number_layer(
    plan: Preparation, weights: np.ndarray, form: Form, gone: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """line, gone, base and slope of ``First``."""
    if form == "standard":
        none = np.zeros((0, weights.shape[1]), dtype=np.float32)
        return weights, gone, none, none
    low, rise = _score_bins(plan)
    each = np.repeat(weights, np.diff(plan.bin_starts), axis=0)
    base, slope = (each * part[:, None].astype(np.float32) for part in (low, rise))
    return np.zeros_like(weights), gone, base, slope


def code_counts(plan: Preparation, inputs: Encoded) -> np.ndarray:
    """(n_codes,) rows of each code of all categories."""
    codes = (inputs.codes + plan.level_starts[:-1]).ravel()
    return np.bincount(codes, minlength=int(plan.level_starts[-1])).astype(np.float64)
