"""Columns that stand in for a sensitive one: how well each alone tells its groups apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.audits.fairness.division import Division
from core.data.single import score_columns
from core.data.table import Schema

if TYPE_CHECKING:
    from core.audits.subject import Subject

STRONG = 0.85
"""Area under the ROC curve from which a column stands in for the attribute: as in the data step, which watches from
there on what gives the goal away."""
PARTLY = 0.7
ROWS = 10_000
FEWEST = 60
FEWEST_OF_GROUP = 20
"""Smaller groups are not told apart: luck would."""


@dataclass(frozen=True)
class Proxy:
    """One column and what it knows of the attribute."""

    column: str
    score: float
    """Cross-validated area under the ROC curve (several groups: mean over each against the rest), 0.5 guessing to 1."""
    luck: float
    """What guessing could reach."""

    @property
    def known(self) -> bool:
        """Whether it tells anything, beyond luck."""
        return self.score > self.luck

    @property
    def strong(self) -> bool:
        """Whether it stands in for the attribute."""
        return self.known and self.score >= STRONG


def proxies(frame: pd.DataFrame, columns: Sequence[str], division: Division, seed: int) -> tuple[Proxy, ...]:
    """What each column alone knows of a division, the most first.

    Args:
        frame: (n, ...) typed rows.
        columns: of numbers, dates or categories; one that makes the division itself is left out.
        division: of the rows.
        seed: of the sample and the folds.
    """
    large = division.rows >= FEWEST_OF_GROUP
    kept = np.flatnonzero(large[division.codes])
    if len(kept) < FEWEST or large.sum() < 2:
        return ()
    rng = np.random.default_rng((seed, len(columns)))
    rows = kept if len(kept) <= ROWS else np.sort(rng.choice(kept, ROWS, replace=False))
    asked = [name for name in columns if name not in division.columns]
    groups = pd.Series(division.codes.astype(str), index=frame.index)
    scores = score_columns(frame, asked, groups, rows, "auc", seed)
    found = [Proxy(name, one.score, one.luck) for name, one in scores.items()]
    return tuple(sorted(found, key=lambda one: -one.score))


def scannable(subject: Subject) -> tuple[str, ...]:
    """Columns of the model that can be scanned: texts are not."""
    schema: Schema = subject.schema
    return tuple(name for name in subject.model.features if schema[name].kind in ("number", "category", "date"))
