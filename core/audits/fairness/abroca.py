"""How far apart the ROC curves of two groups lie, whichever of them is above (Gardner, Brooks and Baker 2019,
doi:10.1145/3303772.3303791): 0, the best, to 1."""

from __future__ import annotations

import numpy as np

from core.learn.curves import steps


def abroca(truth: np.ndarray, chance: np.ndarray, inside: np.ndarray) -> float | None:
    """Absolute area between the curve of a group and that of all others; None where either has only one outcome.

    Args:
        truth: (n,) bool, the event came true.
        chance: (n,) of the event.
        inside: (n,) bool, the row is in the group.
    """
    curves = [_curve(truth[some], chance[some]) for some in (inside, ~inside)]
    if curves[0] is None or curves[1] is None:
        return None
    ends = np.unique(np.concatenate([curves[0][0], curves[1][0]]))
    width = np.diff(ends)
    # Both curves are straight between ends, and may jump at them: two points inside say where the lines begin and stop.
    first, second = (_apart(curves[0], curves[1], ends[:-1] + width * share) for share in (0.25, 0.75))
    left, right = 1.5 * first - 0.5 * second, 1.5 * second - 0.5 * first
    return float(np.sum(width * _mean_size(left, right)))


def _curve(truth: np.ndarray, chance: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """(points,) false alarms and hits as shares."""
    hits, alarms, _ = steps(truth, chance)
    return (alarms / alarms[-1], hits / hits[-1]) if hits[-1] and alarms[-1] else None


def _apart(one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray], at: np.ndarray) -> np.ndarray:
    return np.asarray(np.interp(at, *one) - np.interp(at, *other))


def _mean_size(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Mean of the size of what goes straight from left to right: of one that crosses 0, both triangles."""
    total = np.abs(left) + np.abs(right)
    crossing = (left**2 + right**2) / np.where(total > 0, 2 * total, 1)
    return np.asarray(np.where(left * right < 0, crossing, total / 2))
