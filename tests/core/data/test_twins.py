"""Rows that belong together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.twins import joined, repeated, twins


def test_twins_are_equal_in_every_cell_and_missing_equals_missing() -> None:
    data = pd.DataFrame(
        {
            "a": [1.0, 1.0, np.nan, np.nan, 1.0, 0.0, -0.0],
            "b": pd.Series(["u", "u", None, None, "v", "w", "w"], dtype="str"),
        }
    )
    unit = twins(data, ["a", "b"], np.arange(7))
    assert unit[0] == unit[1]
    assert unit[2] == unit[3]
    assert unit[5] == unit[6]
    assert len(set(unit)) == 4


def test_chains_are_joined() -> None:
    assert joined(np.array([0, 0, 1, 1, 2]), np.array([0, 1, 1, 2, 3])).tolist() == [0, 0, 0, 0, 1]


def test_repeats_are_those_that_pandas_finds() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.integers(0, 4, 500), "b": rng.choice([0.0, -0.0, np.nan, 1.5], 500)})
    frame["c"] = pd.Series(rng.choice(["x", "y", None], 500), dtype="str")
    assert (repeated(frame) == frame.duplicated().to_numpy()).all()
