"""Lines through points by stochastic gradient descent on the mean squared error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.engines.base import Watch
from core.learn import device as devices
from core.learn.ground import Fold
from core.lessons.nets.course import Plan, Stack, learn

from torch import nn  # isort: skip - after the device

PLACES = 121
"""Of a curve that is drawn."""
UNSEEN, HELD = 1 / 3, 1 / 6
"""Shares of the houses of a town: asked at the end only, and watched while learning."""


@dataclass(frozen=True)
class Line:
    """A straight line that was found."""

    slope: float
    start: float
    answers: tuple[float, ...]
    loss: float
    """Mean squared error on what it was asked."""
    epochs: int
    cut: bool


@dataclass(frozen=True, eq=False)
class Powers:
    """A line with powers that was found."""

    curve: np.ndarray
    """(PLACES,) from the smallest to the largest x."""
    error: float
    """Root mean squared error on the unseen."""
    unseen: int
    epochs: int
    cut: bool


def fit_line(x: np.ndarray, y: np.ndarray, asked: np.ndarray, rate: float, seed: int, name: str, watch: Watch) -> Line:
    """y = slope x + start, a row at a time; ``asked`` take no part, and their y is twice x."""
    plan = Plan("regression", "sgd", rate, 1, 300, 300)
    with devices.threads(), devices.seeded(seed, devices.processor()):
        net = Stack(nn.Linear(1, 1))
        every = np.arange(len(x))
        course = learn(net, x[:, None], y, Fold(every, every), plan, seed, name, watch)
    answers = net.scores(asked[:, None])[:, 0]
    start = float(net.scores(np.zeros((1, 1)))[0, 0])
    slope = float(net.scores(np.ones((1, 1)))[0, 0]) - start
    loss = float(((answers - 2 * asked) ** 2).mean())
    return Line(slope, start, tuple(float(one) for one in answers), loss, len(course.history), course.cut)


def fit_powers(x: np.ndarray, y: np.ndarray, degree: int, rate: float, seed: int, name: str, watch: Watch) -> Powers:
    """y as a sum of powers of x up to ``degree``, each standardised by the rows learned from."""
    order = np.random.default_rng([seed, 6]).permutation(len(x))
    unseen, held = round(UNSEEN * len(x)), round(HELD * len(x))
    asked, watched, learned = np.split(order, [unseen, unseen + held])
    middle, width = float(x[learned].mean()), float(np.abs(x[learned] - x[learned].mean()).max())
    powers = _bent(x, degree, middle, width)
    mean, scale = powers[learned].mean(axis=0), powers[learned].std(axis=0)
    inputs, centre, spread = (powers - mean) / scale, float(y[learned].mean()), float(y[learned].std())
    target = (y - centre) / spread
    plan = Plan("regression", "sgd", rate, 8, 150, 150)
    with devices.threads(), devices.seeded(seed, devices.processor()):
        net = Stack(nn.Linear(degree, 1))
        course = learn(net, inputs, target, Fold(learned, watched), plan, seed, name, watch)
    places = _bent(np.linspace(x.min(), x.max(), PLACES), degree, middle, width)
    curve = net.scores((places - mean) / scale)[:, 0] * spread + centre
    said = net.scores(inputs[asked])[:, 0] * spread + centre
    error = float(np.sqrt(((said - y[asked]) ** 2).mean()))
    return Powers(curve, error, len(asked), len(course.history), course.cut)


def _bent(x: np.ndarray, degree: int, middle: float, width: float) -> np.ndarray:
    """(n, degree) Chebyshev polynomials 1 to ``degree`` of x drawn into -1 to 1.

    They span the same curves as the powers x, x², x³ …, and descent does not lose itself between them.
    """
    within = np.clip((x - middle) / width, -1.5, 1.5)
    return np.polynomial.chebyshev.chebvander(within, degree)[:, 1:]
