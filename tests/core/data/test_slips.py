"""Numbers in another unit are noticed; numbers as ever, and other kinds of change, are not called a slip."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.data.slips import POWERS, scales, slip, slips
from core.data.table import Column

COLUMNS = (
    Column("age", "number", whole=True),
    Column("gain", "number", whole=True),
    Column("flag", "number", whole=True),
    Column("score", "number"),
    Column("wealth", "number"),
    Column("glucose", "number", unit="mg/dL"),
)


def rows(n: int, seed: int) -> pd.DataFrame:
    """Columns of every shape: whole, mostly 0, 0 or 1, round 0, heavy tailed, narrow."""
    draw = np.random.default_rng(seed)
    gain = np.where(draw.random(n) < 0.08, draw.lognormal(8.8, 0.9, n).round(), 0)
    return pd.DataFrame(
        {
            "age": draw.integers(17, 90, n),
            "gain": gain.astype(np.int64),
            "flag": draw.integers(0, 2, n),
            "score": draw.normal(size=n),
            "wealth": draw.lognormal(10, 2.5, n),
            "glucose": draw.normal(110, 20, n),
        }
    )


KNOWN = scales(rows(5_000, 0), COLUMNS)


@pytest.mark.parametrize("column", [one.name for one in COLUMNS])
@pytest.mark.parametrize("factor", POWERS)
def test_every_slip_of_every_column_is_named(column: str, factor: float) -> None:
    later = rows(1_000, 1)
    later[column] = later[column] * factor
    (found,) = slips(later, KNOWN)
    assert (found.column, found.code, found.severity) == (column, "unit_slip", "warning")
    scale = next(one for one in KNOWN if one.column == column)
    assert slip(later[column], scale) == pytest.approx(factor)


def test_millimoles_are_known_where_the_unit_is() -> None:
    later = rows(200, 2)["glucose"] / 18.0156
    assert slip(later, KNOWN[-1]) == pytest.approx(1 / 18.0156)


@pytest.mark.parametrize("n", [1, 3, 10, 100, 2_000])
def test_rows_of_the_same_table_are_never_called_slipped(n: int) -> None:
    assert [found for seed in range(200) for found in slips(rows(n, 10 + seed), KNOWN)] == []


def test_three_rows_are_enough_where_all_lie_far_beyond() -> None:
    later = pd.DataFrame({"age": [310, 420, 550]})
    assert [one.column for one in slips(later, KNOWN)] == ["age"]


def test_another_group_is_no_other_unit() -> None:
    """Children alone, or twice the income: a shift, but not by a known factor."""
    known = scales(pd.DataFrame({"age": np.arange(1, 91), "income": np.arange(1, 91) * 1_000.0}), COLUMNS[:1])
    assert slips(pd.DataFrame({"age": np.arange(1, 13)}), known) == ()
    assert slip(rows(500, 3)["wealth"] * 2, KNOWN[4]) is None


def test_columns_of_zeros_or_without_a_value_say_nothing() -> None:
    empty = pd.DataFrame({"age": [0, 0], "gain": [np.nan, np.nan]})
    assert scales(empty, COLUMNS) == ()
    assert slips(empty, KNOWN) == ()


def test_the_sentence_says_which_way() -> None:
    later = rows(100, 4)
    later["age"] = later["age"] / 1_000
    (found,) = slips(later, KNOWN)
    assert "about 1/1,000 of those" in found.message.english()
