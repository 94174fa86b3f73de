"""Texts to dates: the way of writing is found, order of day and month by evidence."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.dates import dates


def read(*texts: str, pattern: str | None = None):
    return dates(pa.array(texts, pa.large_string()), pattern)


@pytest.mark.parametrize(
    ("texts", "pattern", "first"),
    [
        (("2024-01-31", "2024-2-1"), "", "2024-01-31"),
        (("2024-01-01T10:00:00+08:00", "2024-01-01 10:00Z"), "", "2024-01-01T02:00"),
        (("2024/3/1 10:20:30.5", "2024/3/2"), "", "2024-03-01T10:20:30.5"),
        (("2024年3月1日", "2024年12月31日"), "%Y年%m月%d日", "2024-03-01"),
        (("２０２４年３月１日", "2024年3月2日"), "%Y年%m月%d日", "2024-03-01"),
        (("01/02/2024", "13/02/2024"), "%d/%m/%Y", "2024-02-01"),
        (("01/02/2024", "02/13/2024"), "%m/%d/%Y", "2024-01-02"),
        (("13/02/2024 10:30", "14/02/2024"), "%d/%m/%Y %H:%M", "2024-02-13T10:30"),
        (("8/14/13 10:20", "1/2/14 3:04"), "%m/%d/%y %H:%M", "2013-08-14T10:20"),
        (("31.12.1999", "1.1.2000"), "%d.%m.%Y", "1999-12-31"),
        (("1 Mar 2024", "02 September 2023"), "%d %b %Y", "2024-03-01"),
        (("Mar 1, 2024", "April 2, 2024"), "%b %d, %Y", "2024-03-01"),
        (("01-Jan-2013", "02-Feb-2013"), "%d-%b-%Y", "2013-01-01"),
        (("2024-03", "2023-12"), "%Y-%m", "2024-03-01"),
        (("2024年3月", "2023年12月"), "%Y年%m月", "2024-03-01"),
        (("18.00.00", "19.30.00"), "%H.%M.%S", "1970-01-01T18:00"),
        (("10:30 PM", "1:05 am"), "%I:%M %p", "1970-01-01T22:30"),
        (("20240301", "20231231"), "%Y%m%d", "2024-03-01"),
    ],
)
def test_dates_are_read(texts: tuple[str, ...], pattern: str, first: str) -> None:
    found = read(*texts)
    assert found.good.all()
    assert found.pattern == pattern
    assert found.values[0] == np.datetime64(first)


def test_days_that_fit_both_orders_are_unsure() -> None:
    assert not read("01/02/2024", "03/04/2024").sure
    assert read("01/02/2024", "13/04/2024").sure


def test_days_that_no_calendar_has_are_shaped_but_not_good() -> None:
    found = read("0000-00-00", "2024-01-01", "2023-02-29", "2024-02-29")
    assert found.shaped.all()
    assert found.good.tolist() == [False, True, False, True]


def test_zones_are_turned_into_universal_time_and_told() -> None:
    found = read("2024-01-01T10:00:00+08:00", "2024-01-01T10:00:00-01:30")
    assert found.zones
    assert found.values.tolist() == np.array(["2024-01-01T02:00", "2024-01-01T11:30"], "datetime64[us]").tolist()


def test_serial_numbers_of_spreadsheets() -> None:
    assert read("45000", "45001.5", pattern="excel").values.astype("datetime64[s]").astype(str).tolist() == [
        "2023-03-15T00:00:00",
        "2023-03-16T12:00:00",
    ]


@settings(deadline=None)
@given(st.datetimes().map(lambda moment: moment.replace(fold=0)))
def test_any_moment_written_as_iso_comes_back(moment) -> None:
    assert read(moment.isoformat(" "), pattern="").values[0] == np.datetime64(moment)
