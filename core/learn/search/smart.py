"""The search that learns from its trials: Optuna's tree-structured Parzen estimator, with median pruning.

Bergstra, Bardenet, Bengio and Kégl, 2011, NeurIPS 24; Akiba, Sano, Yanase, Ohta and Koyama, 2019, arXiv:1907.10902.
Everything is held in memory: no database and no files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.learn.search.road import Choice, neat
from core.learn.search.settings import BY_NAME

STEPS = {"width": (0.5, 1, 2), "members": (0.5, 1, 2), "batch_rows": (0.5, 1, 2, 4)}
"""Times the usual value; a wider net must not take the time of ten others."""
SPANS = {"learning_rate": (0.2, 5.0, 1e-6), "weight_decay": (0.05, 10.0, 1e-5)}
"""From and to, times the usual value, and the least value; tried by how many times larger they are."""
LISTS = {"inner": (0.0, 2.0, 4.0, 8.0), "noise": (0.0, 0.03, 0.1, 0.2), "masking": (0.0, 0.05, 0.1, 0.2)}
"""Values, whatever the usual one: to do without is among them."""
MOST_DROPOUT = 0.6
SEARCHED = (*STEPS, "depth", *SPANS, *LISTS, "dropout")
FIRST_TRIALS = 4
"""Finished before one is given up."""
DRAWN_TRIALS = 8
"""Drawn by chance before the sampler leans on what it saw."""


@dataclass(frozen=True)
class Range:
    """Where values of one setting are drawn from: one of several, or between two ends."""

    several: tuple[float, ...] = ()
    low: float = 0.0
    high: float = 0.0
    log: bool = False

    def place(self, value: float) -> float:
        """A value as Optuna holds it, drawn into the range: the place among several, or itself."""
        if self.several:
            return min(range(len(self.several)), key=lambda one: abs(self.several[one] - value))
        return min(max(value, self.low), self.high)

    def value(self, place: float) -> float:
        """What Optuna holds, as a value."""
        return self.several[int(place)] if self.several else neat(place)


class Smart:
    """The first trial has the usual settings; later ones are drawn where trials were good.

    Args:
        usual: the settings that may be changed, with their usual values.
        trials: that are to be made at most.
        warm: passes of a trial before it may be given up.
        seed: of everything drawn.
    """

    def __init__(self, usual: Choice, trials: int, warm: int, seed: int) -> None:
        import optuna

        # Its own log would stand in the terminal of whoever runs a training.
        optuna.logging.set_verbosity(optuna.logging.CRITICAL)
        self.ranges = {name: range_of(name, value) for name, value in usual.items() if name in SEARCHED}
        drawn = min(DRAWN_TRIALS, max(2, trials // 3))
        self._study = optuna.create_study(
            direction="minimize",
            sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=drawn),
            pruner=optuna.pruners.MedianPruner(FIRST_TRIALS, warm, n_min_trials=2),
        )
        self._states = optuna.trial.TrialState
        self._spread = {name: _distribution(one) for name, one in self.ranges.items()}
        self._usual: Choice | None = {name: usual[name] for name in self.ranges}
        self._study.enqueue_trial({name: one.place(usual[name]) for name, one in self.ranges.items()})
        self._trial: Any = None

    def next(self) -> Choice | None:
        if not self.ranges:
            return None
        self._trial = self._study.ask(self._spread)
        if self._usual is not None:
            # The usual value may lie outside of its range, or be drawn to one of several.
            usual, self._usual = self._usual, None
            return usual
        return {name: one.value(self._trial.params[name]) for name, one in self.ranges.items()}

    def goes_on(self, epoch: int, loss: float) -> bool:
        self._trial.report(loss, epoch)
        return not self._trial.should_prune()

    def done(self, loss: float | None) -> None:
        if loss is None:
            self._study.tell(self._trial, state=self._states.FAIL)
        else:
            self._study.tell(self._trial, loss)

    def dropped(self) -> None:
        self._study.tell(self._trial, state=self._states.PRUNED)


def range_of(name: str, usual: float) -> Range:
    """Where values of a setting are drawn from, around the usual one."""
    setting = BY_NAME[name]
    if name in STEPS:
        several = {min(max(round(usual * times), setting.low), setting.high) for times in STEPS[name]}
        return Range(several=tuple(sorted(float(one) for one in several)))
    if name == "depth":
        return Range(several=tuple(float(one) for one in (usual - 1, usual, usual + 1) if 1 <= one <= setting.high))
    if name in SPANS:
        low, high, least = SPANS[name]
        return Range(low=max(least, usual * low), high=min(setting.high, max(usual, 100 * least) * high), log=True)
    if name in LISTS:
        return Range(several=tuple(sorted({*LISTS[name], usual})))
    return Range(high=MOST_DROPOUT)


def _distribution(one: Range) -> Any:
    from optuna.distributions import FloatDistribution, IntDistribution

    if one.several:
        return IntDistribution(0, len(one.several) - 1)
    return FloatDistribution(one.low, one.high, log=one.log)
