"""How a search comes from one choice of settings to the next: the shape, and the grid."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Protocol

import numpy as np

Choice = dict[str, float]


class Road(Protocol):
    """One way to search."""

    def next(self) -> Choice | None:
        """The settings to try now; None where there are none left."""

    def goes_on(self, epoch: int, loss: float) -> bool:
        """Whether the trial at hand is worth its next pass, after the loss of this one."""

    def done(self, loss: float | None) -> None:
        """The trial at hand came to this loss, or (None) to nothing: its loss was no number."""

    def dropped(self) -> None:
        """The trial at hand was given up because ``goes_on`` said so."""


class Grid:
    """Every combination once, in an order drawn by chance: a search that the clock ends early has seen all corners.

    No trial is given up early, for who asks for a grid wants to see all of it.
    """

    def __init__(self, values: Mapping[str, tuple[float, ...]], most: int, seed: int) -> None:
        self.values = dict(values)
        self.total = math.prod(len(numbers) for numbers in self.values.values())
        self._order: Iterator[int] = iter(_order(self.total, most, seed))

    def next(self) -> Choice | None:
        place = next(self._order, None)
        if place is None:
            return None
        choice: Choice = {}
        for name, numbers in self.values.items():
            place, one = divmod(place, len(numbers))
            choice[name] = numbers[one]
        return choice

    def goes_on(self, epoch: int, loss: float) -> bool:
        return True

    def done(self, loss: float | None) -> None:
        return None

    def dropped(self) -> None:
        return None


def usual_grid(usual: Choice) -> dict[str, tuple[float, ...]]:
    """A small grid around the usual settings, of those that may be tried: rate, width and dropout."""
    found: dict[str, tuple[float, ...]] = {}
    if "learning_rate" in usual:
        found["learning_rate"] = tuple(neat(usual["learning_rate"] * factor) for factor in (1 / 3, 1, 3))
    if "width" in usual:
        found["width"] = tuple(max(8.0, float(int(usual["width"] * factor))) for factor in (0.5, 1, 2))
    if "dropout" in usual:
        found["dropout"] = (0.0, usual["dropout"], min(0.6, neat(usual["dropout"] + 0.2)))
    return {name: tuple(dict.fromkeys(numbers)) for name, numbers in found.items()}


def _order(total: int, most: int, seed: int) -> list[int]:
    drawn = np.random.default_rng(seed).choice(total, min(total, most), replace=False)
    return [int(place) for place in drawn]


def neat(value: float) -> float:
    """Three significant digits: what is shown is what was tried."""
    return float(f"{value:.3g}")
