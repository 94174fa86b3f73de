"""Which column moves a group most: the widest pull is the planted one, and its ends are the formula's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import Problem
from core.whatif.group import pulls
from core.whatif.pulls import MOST
from tests.core.whatif.handmade import basis


def rows(n: int = 400) -> pd.DataFrame:
    draw = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "small": draw.normal(size=n),
            "none": draw.normal(size=n),
            "wide": draw.normal(size=n),
            "level": pd.array(draw.choice(["a", "b", "c"], n), dtype="str"),
            "rare": pd.array(np.where(np.arange(n) == 0, "odd", draw.choice(["p", "q"], n)), dtype="str"),
            "same": 1.0,
            "note": pd.array(["long text"] * n, dtype="str"),
            "came": pd.to_datetime("2024-01-01") + pd.to_timedelta(np.arange(n) % 200, unit="D"),
        }
    )


def formula(frame: pd.DataFrame) -> np.ndarray:
    level = frame["level"].map({"a": 0.0, "b": -2.0, "c": 3.0})
    rare = frame["rare"].map({"odd": 1e6}).fillna(0.0)
    days = (frame["came"] - pd.Timestamp("2024-01-01")) / pd.Timedelta(days=1)
    return (frame["small"] - 4 * frame["wide"] + level + rare - days / 100).to_numpy(dtype=np.float64)[:, None]


@pytest.fixture(scope="module")
def found() -> dict[str, tuple[float, float, float, object, object]]:
    frame = rows()
    made = pulls(basis(frame, formula, (), texts=("note",)), frame.iloc[1:150])
    assert [one.column for one in made] == ["wide", "level", "small", "came", "none", "rare"]
    return {one.column: (one.low, one.high, one.base, one.low_cell, one.high_cell) for one in made}


def test_a_number_goes_between_its_usual_ends(found: dict[str, tuple[float, ...]]) -> None:
    low, high, base, low_cell, high_cell = found["wide"]
    cells = np.quantile(rows()["wide"], [0.05, 0.95], method="inverted_cdf")
    assert (low_cell, high_cell) == pytest.approx(tuple(cells))
    assert high - low == pytest.approx(-4 * (cells[1] - cells[0]))
    assert base == pytest.approx(formula(rows().iloc[1:150]).mean())


def test_a_category_goes_between_the_lowest_and_the_highest(found: dict[str, tuple[float, ...]]) -> None:
    low, high, _, low_cell, high_cell = found["level"]
    assert (low_cell, high_cell) == ("b", "c")
    assert high - low == pytest.approx(5.0)


def test_a_rare_category_is_not_tried(found: dict[str, tuple[float, ...]]) -> None:
    low, high, _, low_cell, high_cell = found["rare"]
    assert {low_cell, high_cell} == {"p", "q"}
    assert low == pytest.approx(high)


def test_a_column_without_a_part_moves_nothing(found: dict[str, tuple[float, ...]]) -> None:
    low, high, base, *_ = found["none"]
    assert low == pytest.approx(high) == pytest.approx(base)


def test_a_date_goes_from_day_to_day(found: dict[str, tuple[float, ...]]) -> None:
    low, high, _, low_cell, high_cell = found["came"]
    assert (low_cell, high_cell) == ("2024-01-10", "2024-07-08")
    assert high - low == pytest.approx(-1.8)


def test_nobody_is_said() -> None:
    with pytest.raises(Problem, match="Nobody is in this group"):
        pulls(basis(rows(), formula, (), texts=("note",)), rows().iloc[:0])


def test_times_of_a_day_go_from_time_to_time() -> None:
    moments = pd.to_datetime([f"1970-01-01 {at % 24:02d}:30" for at in range(240)]).astype("datetime64[us]")
    frame = pd.DataFrame({"at": moments, "other": np.arange(240.0)})
    made = basis(frame, lambda rows: rows["at"].dt.hour.to_numpy(dtype=float)[:, None], classes=())
    found = {one.column: one for one in pulls(made, frame)}["at"]
    assert (found.low_cell, found.high_cell) == ("1970-01-01T01:30:00", "1970-01-01T22:30:00")
    assert (found.low, found.high) == (1, 22)


def test_of_very_many_columns_those_that_matter_most_are_tried() -> None:
    names = [f"c{place}" for place in range(3 * MOST)]
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(60, len(names))), columns=names)
    asked: list[int] = []

    def sums(rows: pd.DataFrame) -> np.ndarray:
        asked.append(len(rows))
        return (rows["c1"] + 5 * rows[names[-1]]).to_numpy()[:, None]

    held = basis(frame, sums, ())
    asked.clear()
    made = pulls(held, frame.iloc[:20], importance={names[-1]: 1.0, "c1": 0.2})
    assert [one.column for one in made[:2]] == [names[-1], "c1"]
    assert len(made) == MOST
    assert sum(asked) == 20 * (2 * MOST + 1)
