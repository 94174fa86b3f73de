"""Rows moved against a model, a little and only where a person could: how far can answers be turned?

One step: the fast gradient sign method (Goodfellow, Shlens and Szegedy, 2015, arXiv:1412.6572). Several: projected
gradient (Madry, Makelov, Schmidt, Tsipras and Vladu, 2018, arXiv:1706.06083).

# DIFF: the ball is measured in standard deviations of each number and cut to the range of the training rows; whole
# numbers stay whole; categories, dates, missing cells and columns that are fixed are never moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.nn import functional

from core.data.conform import conform
from core.errors import Problem
from core.learn.learner import First, Learner
from core.learn.model import CHUNK, TrainedModel
from core.learn.nets.grid import Ruler, grid, ruler
from core.learn.prepare import Encoded, Preparation
from core.learn.recipe import Recipe
from core.words import N_

SIZE = 0.25
"""Standard deviations."""
STRIDE = 2.0
"""Length of the first step, in radii of the ball."""
MOST_ROWS = 2_048
HAIR = 1e-3
"""Share of a standard deviation by which a number's own answer is taken to be off, so that there is a way uphill."""

Losses = Callable[[Tensor], Tensor]


@dataclass(frozen=True, eq=False)
class Box:
    """Where the numbers of some rows may go; float64 (..., n_numbers), low and high equal where a cell may not move."""

    low: Tensor
    high: Tensor
    reach: Tensor
    """(n_numbers,) the radius."""
    units: Tensor
    """(n_numbers,) values are multiples of these; 0 for any value."""

    def inside(self, values: Tensor) -> Tensor:
        """The nearest values in the box."""
        return torch.minimum(torch.maximum(values, self.low), self.high)

    def rounded(self, values: Tensor) -> Tensor:
        """The nearest multiples of the units; cells that may not move stay as they are."""
        unit = torch.where(self.units > 0, self.units, 1.0)
        whole = torch.round(values / unit) * unit
        bound = (self.units > 0) & (self.low < self.high)
        return self.inside(torch.where(bound, whole, values))


def box(rule: Ruler, values: Tensor, free: Tensor, size: float, units: Tensor) -> Box:
    """The ball of ``size`` standard deviations round values (..., n_numbers), inside the range of the training rows.

    Bounds of whole numbers are rounded inwards. A cell whose ball lies outside of the range is not moved.

    Args:
        rule: of the preparation.
        values: NaN for missing.
        free: (..., n_numbers) bool: which may be moved at all.
        size: radius in standard deviations.
        units: (n_numbers,) values are multiples of these; 0 for any value.
    """
    reach = size * rule.scale
    low, high = torch.maximum(values - reach, rule.low), torch.minimum(values + reach, rule.high)
    unit = torch.where(units > 0, units, 1.0)
    hair = 1e-9
    low = torch.where(units > 0, torch.ceil(low / unit - hair) * unit, low)
    high = torch.where(units > 0, torch.floor(high / unit + hair) * unit, high)
    stuck = ~free | torch.isnan(values) | ~(low < high)
    return Box(torch.where(stuck, values, low), torch.where(stuck, values, high), reach, units)


def scattered(where: Box, generator: torch.Generator) -> Tensor:
    """A place in the box by chance for every row."""
    share = torch.rand(where.low.shape, generator=generator, device=where.low.device, dtype=where.low.dtype)
    return where.low + share * (where.high - where.low)


def worst(losses: Losses, where: Box, looks: int, generator: torch.Generator) -> Tensor:
    """The place of highest loss for every row, of so many drawn in the box."""
    with torch.no_grad():
        best = where.rounded(scattered(where, generator))
        highest = losses(best)
        for _ in range(looks - 1):
            other = where.rounded(scattered(where, generator))
            best, highest = _higher(best, highest, other, losses(other))
    return best


def climb(losses: Losses, start: Tensor, where: Box, steps: int) -> Tensor:
    """Uphill from a start: the place of highest loss for every row on the way, whole numbers rounded.

    One step goes to the edge of the box. Of several the first are as long, and then they get shorter and shorter, so
    that no small hill holds a row (Croce and Hein, 2020, arXiv:2003.01690).

    Args:
        losses: values (..., n_numbers) -> (...) losses of the rows.
        start: values.
        where: the box.
        steps: how many.
    """
    current, best, highest = start, start, None
    for step in range(steps):
        leaf = where.rounded(current).detach().requires_grad_()
        loss = losses(leaf)
        (slope,) = torch.autograd.grad(loss.sum(), leaf)
        best, highest = _higher(best, highest, leaf.detach(), loss.detach())
        stride = where.reach * (1.0 if steps == 1 else STRIDE * (1 - step / steps))
        current = where.inside(current + stride * torch.sign(slope))
    last = where.rounded(current)
    if steps == 1:
        return last
    with torch.no_grad():
        return _higher(best, highest, last, losses(last))[0]


def _higher(best: Tensor, highest: Tensor | None, other: Tensor, loss: Tensor) -> tuple[Tensor, Tensor]:
    """The better place of two for every row, and its loss."""
    if highest is None:
        return other, loss
    return torch.where((loss > highest)[..., None], other, best), torch.maximum(highest, loss)


def attack(
    model: TrainedModel,
    frame: pd.DataFrame,
    *,
    truth: np.ndarray | None = None,
    movable: Sequence[str] | None = None,
    size: float = SIZE,
    steps: int = 20,
    restarts: int = 3,
    seed: int = 0,
) -> pd.DataFrame:
    """Rows moved so that the model errs as much as it can be made to.

    The gradient is that of the nets and linear models in the blend (of the simple model, where it has none); of the
    places found, and the row itself, the one is kept at which the whole model errs most.

    Args:
        model: to be attacked.
        frame: RAW or typed rows with the model's columns; others are carried along.
        truth: (n,) class numbers, or target values; None moves rows away from the model's own answers.
        movable: columns of numbers that may be moved; None for all but sensitive ones and those the recipe fixes.
        size: how far, in standard deviations of each number in the training rows.
        steps: 1 is the fast gradient sign method, more are projected gradient.
        restarts: the first begins at the row, the others at the worst of as many places drawn as there are steps.
        seed: of these.

    Returns:
        The frame with its movable columns as numbers; every cell that was not moved is as it was.

    Raises:
        Problem: a column that is to be moved is not a number that the model uses.
    """
    target = _target(model, frame, movable)
    encoded = target.plan.encode(model.ready(frame))
    wanted = _own(model, frame) if truth is None else np.array(truth)
    aim = wanted + HAIR * target.learners[0].scale if truth is None and not model.classes else wanted
    best, most = encoded.numbers, _errors(model, frame, wanted)
    for turn in range(restarts):
        moved = _moved(target, encoded, aim, size, steps, torch.Generator().manual_seed(seed + turn) if turn else None)
        errors = _errors(model, _written(target, encoded.numbers, moved), wanted)
        best = np.where((errors > most)[:, None], moved, best)
        most = np.maximum(errors, most)
    return _written(target, encoded.numbers, best)


@dataclass(frozen=True, eq=False)
class _Target:
    """A model, the rows to be moved, and what may be moved in them."""

    model: TrainedModel
    plan: Preparation
    frame: pd.DataFrame
    typed: pd.DataFrame
    free: np.ndarray
    """(n_numbers,) bool."""
    whole: np.ndarray
    """(n_numbers,) bool: whole numbers in the file."""
    factors: np.ndarray
    """(n_numbers,) of ``factors``."""
    learners: list[Learner]
    """Those whose gradient leads, with their shares of the answer."""
    shares: list[float]


def _target(model: TrainedModel, frame: pd.DataFrame, movable: Sequence[str] | None) -> _Target:
    plan = model.preparation
    if plan is None:
        raise ValueError("a model that is attacked was made by train, but: its preparation is missing")
    names = _movable(model, movable)
    free = np.array([number.column in names and not number.part for number in plan.numbers], dtype=bool)
    pairs = zip(plan.numbers, free, strict=True)
    whole = np.array([may and _integers(model, number.column) for number, may in pairs], dtype=bool)
    typed, _ = conform(frame, model.schema)
    return _Target(model, plan, frame, typed, free, whole, factors(model.recipe, plan), *_guides(model))


def _moved(
    target: _Target, encoded: Encoded, aim: np.ndarray, size: float, steps: int, generator: torch.Generator | None
) -> np.ndarray:
    """(n, n_numbers) values at the end of one climb for every row, begun at the row, or at a place drawn."""
    rule, free = ruler(target.plan), torch.from_numpy(target.free)
    units = torch.from_numpy(np.where(target.whole, 1 / target.factors, 0.0))
    result = encoded.numbers.copy()
    for rows in _chunks(target, len(encoded)):
        part = encoded[rows]
        values = torch.from_numpy(part.numbers)
        where = box(rule, values, free, size, units)
        losses = _losses(target, rule, part, torch.from_numpy(aim[rows]))
        start = values if generator is None else worst(losses, where, steps, generator)
        result[rows] = climb(losses, start, where, steps).numpy()
    return result


def _chunks(target: _Target, rows: int) -> Iterator[slice]:
    width = sum(one.width for one in target.learners) * len(target.plan.features)
    step = max(16, min(MOST_ROWS, CHUNK // max(1, width)))
    return (slice(start, start + step) for start in range(0, rows, step))


def _guides(model: TrainedModel) -> tuple[list[Learner], list[float]]:
    """The learners whose gradient leads, with their weights."""
    pairs = [(one, float(w)) for one, w in zip(model.members, model.weights, strict=True) if isinstance(one, Learner)]
    if not pairs and isinstance(model.baseline, Learner):
        pairs = [(model.baseline, 1.0)]
    total = sum(weight for _, weight in pairs)
    return [one for one, _ in pairs], [weight / total for _, weight in pairs]


def _losses(target: _Target, rule: Ruler, rows: Encoded, aim: Tensor) -> Losses:
    """Values (n, n_numbers) -> (n,) losses of the learners' weighted answer."""
    learners, shares = target.learners, target.shares
    finishes = [_scores(one, rule, rows, target.free) for one in learners]

    def losses(values: Tensor) -> Tensor:
        parts = grid(rule, values)
        answers = [_answer(one, finish(*parts)) for one, finish in zip(learners, finishes, strict=True)]
        if learners[0].link == "identity":
            mean = torch.stack([share * answer for share, answer in zip(shares, answers, strict=True)]).sum(dim=0)
            return (mean[:, 0] - aim) ** 2
        logs = torch.stack([np.log(share) + answer for share, answer in zip(shares, answers, strict=True)])
        return functional.nll_loss(torch.logsumexp(logs, dim=0), aim.long(), reduction="none")

    return losses


def _scores(learner: Learner, rule: Ruler, rows: Encoded, free: np.ndarray) -> Callable[..., Tensor]:
    """(standard, bins, share) -> (packs, n, n_outputs) scores; all that is not moved is summed once."""
    tail = [(torch.from_numpy(weights), torch.from_numpy(bias)) for weights, bias in learner.tail]
    moved = _first(learner.first, free, torch.from_numpy(np.isnan(rows.numbers)))
    whole = torch.from_numpy(learner.first_layer(rows).sum(axis=1, dtype=np.float64) + learner.bias)
    fixed = whole - moved(*grid(rule, torch.from_numpy(rows.numbers)))

    def scores(standard: Tensor, bins: Tensor, share: Tensor) -> Tensor:
        state = fixed + moved(standard, bins, share)
        state = state.reshape(len(state), learner.packs, -1).transpose(0, 1)
        for weights, bias in tail:
            state = torch.relu(state) @ weights + bias[:, None]
        return state

    return scores


def _first(first: First, free: np.ndarray, missing: Tensor) -> Callable[..., Tensor]:
    """(standard, bins, share) -> (n, width) float64: what the numbers that may be moved add."""
    names, places = ("line", "base", "slope"), torch.from_numpy(np.flatnonzero(free))
    line, base, slope = (torch.from_numpy(getattr(first, name).astype(np.float64)) for name in names)
    known = ~missing[:, places, None]
    mix = None
    if first.mix is not None:
        figures = line.shape[-1]
        rows = (places[:, None] * figures + torch.arange(figures)).flatten()
        mix = torch.from_numpy(first.mix.astype(np.float64))[:, rows]

    def moved(standard: Tensor, bins: Tensor, share: Tensor) -> Tensor:
        state = standard[:, places].double().clamp(-first.reach, first.reach)[..., None] * line[..., None, places, :]
        if base.shape[-2]:
            here = bins[:, places].long()
            state = state + base[..., here, :] + share[:, places].double()[..., None] * slope[..., here, :]
        state = state * known
        if mix is None:
            return state.sum(dim=-2)
        return (state.flatten(-2) @ mix).transpose(0, 1).flatten(1)

    return moved


def _answer(learner: Learner, scores: Tensor) -> Tensor:
    """(packs, n, outputs) scores -> (n, 1) numbers, or (n, n_classes) logarithms of probabilities."""
    if learner.link == "identity":
        return learner.shift + learner.scale * scores.mean(dim=0)
    if learner.link == "sigmoid":
        logs = torch.cat([functional.logsigmoid(-scores), functional.logsigmoid(scores)], dim=-1)
    else:
        logs = torch.log_softmax(scores, dim=-1)
    return torch.log_softmax(torch.logsumexp(logs, dim=0) / learner.temperature, dim=-1)


def _movable(model: TrainedModel, movable: Sequence[str] | None) -> set[str]:
    """Columns that may be moved.

    Raises:
        Problem: one is not a number that the model uses.
    """
    numbers = {column.name for column in model.schema.columns if column.kind == "number"}
    if movable is None:
        return numbers - set(model.recipe.net.fixed) - set(model.recipe.task.sensitive)
    other = sorted(set(movable) - numbers)
    if other:
        raise Problem(
            N_(
                "Only columns of numbers that the model uses can be moved, and these are none: {names:list}. "
                "Choose among: {numbers:list}."
            ),
            names=other,
            numbers=sorted(numbers),
        )
    return set(movable)


def factors(recipe: Recipe, plan: Preparation) -> np.ndarray:
    """(n_numbers,) what a repaired number is multiplied by to be what the file says."""
    divided = {number.column: 1.0 for number in plan.numbers}
    for one in recipe.repairs:
        if one.kind == "divide" and one.column in divided and one.number:
            divided[one.column] *= one.number
    return np.array([divided[number.column] for number in plan.numbers])


def _integers(model: TrainedModel, column: str) -> bool:
    """Whether a column holds whole numbers in the file."""
    cells = model.background[column]
    if model.schema[column].whole or not pd.api.types.is_numeric_dtype(cells):
        return model.schema[column].whole
    known = cells.dropna()
    return len(known) > 0 and bool((known == np.round(known)).all())


def _own(model: TrainedModel, frame: pd.DataFrame) -> np.ndarray:
    """The model's own answers: class numbers, or target values."""
    answers = model.predict(frame)
    return answers.argmax(axis=1) if model.classes else answers


def _errors(model: TrainedModel, frame: pd.DataFrame, wanted: np.ndarray) -> np.ndarray:
    """(n,) how far the model errs: by how much another class is before the true one, or squared target units."""
    answers = model.predict(frame)
    if not model.classes:
        return np.asarray((answers - wanted) ** 2)
    chosen = wanted.astype(np.int64)[:, None]
    true = np.take_along_axis(answers, chosen, axis=1)[:, 0]
    others = answers.copy()
    np.put_along_axis(others, chosen, -1.0, axis=1)
    return np.asarray(others.max(axis=1) - true)


def _written(target: _Target, before: np.ndarray, after: np.ndarray) -> pd.DataFrame:
    """The frame with the numbers that were moved, in the file's own units; what was not moved is as it was."""
    changed = {}
    for place in np.flatnonzero(target.free).tolist():
        name = target.plan.numbers[place].column
        found = after[:, place] * target.factors[place]
        if target.whole[place]:
            found = np.rint(found)
        moved = (before[:, place] != after[:, place]) & ~np.isnan(before[:, place])
        moved &= ~np.isin(found, _codes(target.model.recipe, name))
        if moved.any():
            cells = target.typed[name]
            raw = np.where(moved, found, cells.to_numpy(dtype=np.float64, na_value=np.nan))
            changed[name] = pd.Series(raw, index=target.frame.index).astype(_dtype(target, place, name))
    return target.frame.assign(**changed) if changed else target.frame


def _dtype(target: _Target, place: int, name: str) -> Any:
    """Whole numbers stay of the kind that they are in the frame."""
    kinds = [part[name].dtype for part in (target.frame, target.typed) if name in part.columns]
    return next((kind for kind in kinds if target.whole[place] and kind.kind in "iu"), np.float64)


def _codes(recipe: Recipe, column: str) -> np.ndarray:
    """Numbers that stand for a missing value in a column: no cell may come to look missing."""
    codes = [code for one in recipe.repairs if one.kind == "missing" and one.column == column for code in one.codes]
    return np.asarray(pd.to_numeric(pd.Series(codes, dtype=object), errors="coerce").to_numpy(dtype=np.float64))
