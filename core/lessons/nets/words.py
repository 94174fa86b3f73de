"""A weight for every term and class: softmax regression on the terms of texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.engines.base import Watch
from core.learn import device as devices
from core.learn.ground import Fold
from core.learn.link import softmax
from core.learn.text import chinese, encode_text, fit_text
from core.lessons.nets.course import Plan, Stack, learn

from torch import nn  # isort: skip - after the device

if TYPE_CHECKING:
    from core.learn.text import Words

MOST_TERMS = 4_000
TELLING = 8
"""Terms named for each class."""
SHORT = 3
"""Letters up to which a word ("my", "the") tells a reader nothing."""


@dataclass(frozen=True, eq=False)
class Weighed:
    """What was learned of texts."""

    words: Words
    net: Stack
    weights: np.ndarray
    """(n_terms, n_classes)."""
    spaced: bool
    """Words stand apart, as they do in English and not in Chinese."""
    epochs: int
    cut: bool

    @property
    def terms(self) -> int:
        return len(self.weights)

    def chances(self, texts: np.ndarray) -> np.ndarray:
        """(n, n_classes) for texts (n,)."""
        return np.asarray(softmax(self.net.scores(_inputs(texts, self.words))))

    def telling(self) -> tuple[tuple[str, ...], ...]:
        """For each class the terms that speak most for it: whole words, or where there are none runs of characters."""
        names: list[tuple[str, str]] = [(kind.analyzer, term) for kind in self.words.kinds for term in kind.terms]
        readable = _readable(names, self.spaced)
        pulls = self.weights - self.weights.mean(axis=1, keepdims=True)
        return tuple(_chosen(pulls[:, label], names, readable) for label in range(pulls.shape[1]))


def fit_words(
    texts: np.ndarray,
    labels: np.ndarray,
    parts: tuple[np.ndarray, np.ndarray],
    classes: int,
    rate: float,
    seed: int,
    name: str,
    watch: Watch,
) -> Weighed:
    """Terms and their weights.

    Args:
        texts: (n,) str.
        labels: (n,) class numbers.
        parts: places to learn from, and places to watch.
        classes: how many.
        rate: learning rate.
        seed: of the first weights and of the order.
        name: of the training, for the curve.
        watch: is told of every pass.
    """
    words = fit_text(pd.Series(texts[parts[0]], name="text"), MOST_TERMS)
    plan = Plan("multiclass", "adamw", rate, 32, 60, 12, decay=0.01)
    with devices.threads(), devices.seeded(seed, devices.processor()):
        net = Stack(nn.Linear(words.width, classes))
        used, fit = np.concatenate(parts), len(parts[0])
        fold = Fold(np.arange(fit), np.arange(fit, len(used)))
        course = learn(net, _inputs(texts[used], words), labels[used], fold, plan, seed, name, watch)
    weights = net.scores(np.eye(words.width)) - net.scores(np.zeros((1, words.width)))
    spaced = not chinese(list(texts[parts[0]]))
    return Weighed(words, net, weights, spaced, len(course.history), course.cut)


def _inputs(texts: np.ndarray, words: Words) -> np.ndarray:
    return np.asarray(encode_text(pd.Series(texts), words).toarray(), dtype=np.float32)


def _readable(names: list[tuple[str, str]], spaced: bool) -> np.ndarray:
    """(n_terms,) bool: words and pairs of words; in texts without blanks, runs of two or three characters."""
    if spaced:
        return np.array([kind == "word" and min(map(len, term.split())) > SHORT for kind, term in names])
    return np.array([kind != "word" and len(term) > 1 and term.isalpha() for kind, term in names])


def _chosen(pull: np.ndarray, names: list[tuple[str, str]], readable: np.ndarray) -> tuple[str, ...]:
    """The strongest readable terms, none inside another that was chosen before."""
    found: list[str] = []
    for place in np.argsort(-np.where(readable, pull, -np.inf), kind="stable"):
        term = names[place][1].strip()
        if len(found) == TELLING or pull[place] <= 0 or not readable[place]:
            break
        if not any(term in other or other in term for other in found):
            found.append(term)
    return tuple(found)
