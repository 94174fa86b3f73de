"""Settings of trees by the size of the data; chosen on development sets (``docs/benchmarks.md``)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

TREES = 1_500
"""Of a member whose folds' trees are all kept: 100,000 rows must be answered in seconds."""
BAGGED_ROWS = 1_000
"""Up to so many rows the mean of the folds' trees is better than trees grown once more on all rows; of more rows they
are equal, and these are a fifth as many."""
AGAIN, AGAIN_ROUNDS = 700, 150
"""Trees grown once more on all rows are at most so many, or this many rounds: beyond, fewer learn faster, since answers
and reasons ask every one of them."""
MOST = 40_000
"""Trees that are grown at most, in all folds together."""
TRIED_ROWS = 1_000
MANY_GROUPS = 40
"""From so many trees in each round on they learn faster."""


@dataclass(frozen=True)
class Growth:
    """How boosted trees grow."""

    leaves: int
    learning_rate: float
    rounds: int
    patience: int
    """Rounds without a better mean validation loss after which growing ends."""
    least: int
    """Rows in a leaf."""
    inputs: float
    """Share of the inputs that a tree sees."""
    rows: float
    """Share of the rows that a tree sees."""
    penalty: float
    """On the squares of the values of leaves."""
    other: int = 0
    """Leaves that are tried too; 0 where there are too few rows to tell which is better, or too many to try."""


def growth(rows: int, inputs: int, groups: int) -> Growth:
    """Settings for so many training rows, inputs, and trees in each round (folds x scores)."""
    share = 1.0 if inputs < 6 else 0.8 if inputs < 100 else 0.6 if inputs < 300 else max(0.02, 60 / inputs)
    if rows < 500:
        found = Growth(6, 0.04, 600, 60, max(2, min(8, rows // 20)), min(share, 0.6) if inputs > 5 else share, 0.7, 3.0)
    elif rows < 4_000:
        found = Growth(8, 0.05, 2_000, 60, 10, share, 0.7, 1.0, 0 if rows < TRIED_ROWS else 24)
    elif rows < 20_000:
        found = Growth(12, 0.05, 2_000, 60, 15, share, 0.8, 1.0, 40)
    else:
        found = Growth(48, 0.06, 2_000, 40, 40, share, 0.8, 1.0)
    if groups > MANY_GROUPS:
        found = replace(found, learning_rate=2 * found.learning_rate, patience=found.patience // 2)
    return replace(found, rounds=max(50, min(found.rounds, MOST // groups)))


def params(growth: Growth, rows: int, seed: int, threads: int = 1) -> dict[str, Any]:
    """The settings as LightGBM calls them."""
    few = rows < 2_000
    return {
        "num_leaves": growth.leaves,
        "learning_rate": growth.learning_rate,
        "min_data_in_leaf": growth.least,
        "min_sum_hessian_in_leaf": 1e-3,
        "feature_fraction": growth.inputs,
        "bagging_fraction": growth.rows,
        "bagging_freq": 1,
        "lambda_l2": growth.penalty,
        "min_data_per_group": 5 if few else 20 if rows < 20_000 else 100,
        "cat_smooth": 5.0 if few else 10.0,
        "cat_l2": 5.0 if few else 10.0,
        "max_cat_threshold": 32,
        "min_data_in_bin": 1 if few else 3,
        "max_bin": 255,
        "feature_pre_filter": False,
        "force_col_wise": True,
        "deterministic": True,
        "seed": seed % 2**31,
        "num_threads": threads,
        "verbosity": -1,
    }
