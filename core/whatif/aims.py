"""A wanted answer as numbers: how far an answer is from it. Numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.errors import Problem
from core.learn.model import TrainedModel
from core.whatif.ways import Aim
from core.words import N_

TINY = 1e-9
"""Chances nearer to 0 or 1 count as that far."""
MARGIN, HAIR = 0.004, 1e-6
"""By which chances are to be past the aim, where they can, in log-odds: where as much is not enough 0.1 points at 50 %,
so that it can be seen; elsewhere no more than rounding may take back."""


@dataclass(frozen=True)
class Target:
    """The aim, for one model."""

    place: int
    """Of the class wanted, in model order; -1 for numbers."""
    chance: float | None
    """Its probability is to be at least this; None: larger than all others."""
    strict: bool
    """More than ``chance``, not as much: so it is with the cases below a cut-off."""
    low: float
    high: float
    """Numbers: at least, at most."""

    @property
    def margin(self) -> float:
        return 0.0 if self.place < 0 else MARGIN if self.strict or self.chance is None else HAIR

    def gap(self, values: np.ndarray) -> np.ndarray:
        """(n,) how far answers are from the aim, in log-odds (chances: changes then nearly add up) or target units.

        It is above 0 where the aim is missed, and not above 0 where it is met.

        Args:
            values: as ``model.predict`` gives them.
        """
        met = self.met(values)
        if self.place < 0:
            missed = np.maximum(self.low - values, values - self.high)
        elif self.chance is not None:
            missed = _odds(np.array(self.chance)) - _odds(values[:, self.place])
        else:
            missed = np.log(np.clip(self._others(values), TINY, 1)) - np.log(np.clip(self._own(values), TINY, 1))
        return np.where(met, np.minimum(missed, 0.0), np.maximum(missed, TINY))

    def met(self, values: np.ndarray) -> np.ndarray:
        """(n,) bool: whether answers are what was wanted."""
        if self.place < 0:
            return np.asarray((values >= self.low) & (values <= self.high))
        if self.chance is None:
            return np.asarray(self._own(values) > self._others(values))
        own = self._own(values)
        return np.asarray(own > self.chance if self.strict else own >= self.chance)

    def _own(self, values: np.ndarray) -> np.ndarray:
        return np.asarray(values[:, self.place])

    def _others(self, values: np.ndarray) -> np.ndarray:
        return np.asarray(np.delete(values, self.place, axis=1).max(axis=1))


def target(aim: Aim, model: TrainedModel, cutoff: float | None = None) -> Target:
    """The aim for a model.

    Args:
        aim: what is wanted.
        model: its classes and, for two of them, its cut-off.
        cutoff: another one, as the analyst has set it.

    Raises:
        Problem: the model knows no such answer, or the aim contradicts itself.
    """
    if not model.classes:
        return _number(aim)
    if aim.label not in model.classes:
        text = N_("The model does not know the answer “{label}”: it can say {classes:list}.")
        raise Problem(text, label=aim.label, classes=list(model.classes[:20]))
    if aim.chance is not None and not 0 <= aim.chance <= 1:
        raise Problem(N_("A chance lies between 0% and 100%, but: {chance:percent} is wanted."), chance=aim.chance)
    place, chance, strict = model.classes.index(aim.label), aim.chance, False
    if chance is None and len(model.classes) == 2:
        bound = cutoff if cutoff is not None else model.cutoff if model.cutoff is not None else 0.5
        chance, strict = (bound, False) if place == 1 else (1 - bound, True)
    return Target(place, chance, strict, -np.inf, np.inf)


def _number(aim: Aim) -> Target:
    if aim.low is None and aim.high is None:
        raise Problem(N_("Say which number is wanted: at least, at most, or both."))
    low = -np.inf if aim.low is None else aim.low
    high = np.inf if aim.high is None else aim.high
    if low > high:
        text = N_("The answer cannot be at least {low:number} and at most {high:number} at once.")
        raise Problem(text, low=low, high=high)
    return Target(-1, None, False, low, high)


def _odds(chance: np.ndarray) -> np.ndarray:
    inside = np.clip(chance, TINY, 1 - TINY)
    return np.asarray(np.log(inside / (1 - inside)))
