"""Numbers and dates as numbers on a line."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.data.ordered import dated, numbers_of, numeric, ordered
from core.data.table import Column


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (pd.Series([1, 2]), [1.0, 2.0]),
        (pd.Series([1.5, np.nan, np.inf]), [1.5, np.nan, np.nan]),
        (pd.Series([3, None], dtype="Int64"), [3.0, np.nan]),
        (
            pd.to_datetime(pd.Series(["1970-01-02", None, "1969-12-31 12:00"], dtype="str"), format="ISO8601"),
            [1.0, np.nan, -0.5],
        ),
    ],
    ids=["whole", "endless", "nullable", "dates"],
)
def test_cells_as_numbers(values, wanted):
    np.testing.assert_array_equal(numbers_of(values), wanted)


def test_days_and_dates_are_the_same():
    days = np.array([0.0, np.nan, 19_874.25])
    back = dated(days, pd.Index([4, 5, 6]))
    assert back.index.tolist() == [4, 5, 6]
    assert str(back[6]) == "2024-05-31 06:00:00"
    np.testing.assert_array_equal(numbers_of(back), days)


def test_which_columns_have_an_order():
    kinds = [
        Column("a", "number"),
        Column("b", "date"),
        Column("c", "constant", low=1.0),
        Column("d", "constant"),
        Column("e", "category"),
    ]
    assert [numeric(one) for one in kinds] == [True, False, True, False, False]
    assert [ordered(one) for one in kinds] == [True, True, True, False, False]
