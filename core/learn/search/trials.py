"""What a search has come to, from its trials: which settings it chose, and which setting mattered. Numpy only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.learn.model import Trial

FEWEST = 6
"""Finished trials below which nothing is said about single settings."""


def chosen(trials: Sequence[Trial]) -> int | None:
    """Place of the trial whose settings are taken: of those that set a record, the best on rows that judge no trial."""
    best: int | None = None
    for place, trial in enumerate(trials):
        if trial.unseen is None:
            continue
        if best is None or trial.unseen < _unseen(trials[best]):
            best = place
    return best


def record(trials: Sequence[Trial]) -> float:
    """The lowest loss so far; infinite where no trial was finished."""
    return min((trial.loss for trial in trials if trial.loss is not None), default=np.inf)


def best_so_far(trials: Sequence[Trial]) -> list[float | None]:
    """After each trial the loss of the settings that were then the choice."""
    places = [chosen(trials[: end + 1]) for end in range(len(trials))]
    return [None if place is None else trials[place].loss for place in places]


def varied(trials: Sequence[Trial]) -> tuple[str, ...]:
    """Settings of which more than one value was tried, in the order of the first trial."""
    names = dict.fromkeys(name for trial in trials for name in trial.settings)
    return tuple(name for name in names if len({trial.settings.get(name) for trial in trials}) > 1)


def mattered(trials: Sequence[Trial]) -> dict[str, float]:
    """How much of the differences in loss goes with each setting by itself, 0 to 1, the largest first.

    The share of the variance of the losses' ranks that a parabola in the setting's ranks explains, less what it would
    explain by chance. Ranks, for one wild trial must not decide; a parabola, for the best often lies in the middle.
    Empty where fewer than six trials were finished. Settings tried together are not told apart: it is a hint.
    """
    done = [trial for trial in trials if trial.loss is not None]
    if len(done) < FEWEST:
        return {}
    losses = _ranks([float(trial.loss or 0.0) for trial in done])
    shares = {name: _share([float(trial.settings[name]) for trial in done], losses) for name in varied(done)}
    return dict(sorted(shares.items(), key=lambda pair: -pair[1]))


def _share(values: list[float], losses: np.ndarray) -> float:
    places = _ranks(values)
    degree = min(2, len(np.unique(places)) - 1)
    left = losses - np.polyval(np.polyfit(places, losses, degree), places)
    total = float(((losses - losses.mean()) ** 2).sum())
    if not total:
        return 0.0
    free = (len(losses) - 1) / max(1, len(losses) - 1 - degree)
    return float(np.clip(1 - free * float((left**2).sum()) / total, 0.0, 1.0))


def _ranks(values: list[float]) -> np.ndarray:
    """Ranks from -1 to 1; equal values share theirs."""
    known, places = np.unique(np.array(values), return_inverse=True)
    counts = np.bincount(places)
    means = np.cumsum(counts) - (counts - 1) / 2 - 1
    return np.asarray(2 * means[places] / max(1, len(values) - 1) - 1) if len(known) else np.zeros(0)


def _unseen(trial: Trial) -> float:
    return np.inf if trial.unseen is None else trial.unseen
