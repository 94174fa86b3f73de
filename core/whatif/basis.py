"""What a model's answers for changed cases are held against: the rows it learned from, and its honest answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from threading import RLock
from typing import TYPE_CHECKING, TypeVar

from core.domains.domain import Domain
from core.learn.model import TrainedModel

if TYPE_CHECKING:
    import pandas as pd

Made = TypeVar("Made")
MOST = 5_000
"""Training rows that are held: more would not fit into the time a change of a cell may take."""


@dataclass(frozen=True, eq=False)
class Basis:
    """A model with the rows that speak for or against its answers. Every index holds row numbers of the run's table."""

    model: TrainedModel
    frame: pd.DataFrame
    """Up to ``MOST`` training rows, drawn by the recipe's seed: the model's features, typed, in the file's own units
    (repairs of cells are applied inside ``model.ready``)."""
    truth: pd.Series
    """Their answers: labels, or target units; NaN where not known."""
    judged: pd.DataFrame
    """Answers for rows the model had not learned from, as ``predictions.parquet`` holds them (``Evaluation``): ``set``
    is "test" or "validation" (held back while learning, in turns where rows are few)."""
    groups: pd.DataFrame
    """The sensitive columns, typed, of the rows of ``frame`` and ``judged``; no columns where there are none."""
    domain: Domain | None = None


def once(make: Callable[[Basis], Made]) -> Callable[[Basis], Made]:
    """What ``make`` makes of a basis, made at the first call and kept as long as the basis is."""
    name = f"{make.__module__}.{make.__qualname__}"

    busy = RLock()

    @wraps(make)
    def kept(basis: Basis) -> Made:
        held = vars(basis)
        if name not in held:
            with busy:  # several may ask at once, and wait for the first
                if name not in held:
                    held[name] = make(basis)
        found: Made = held[name]
        return found

    return kept


@once
def tidied(basis: Basis) -> pd.DataFrame:
    """The training rows without codes for "missing" and second spellings: nobody is to be told to take one on."""
    from core.explain.kin import tidy

    return tidy(basis.model, basis.frame)
