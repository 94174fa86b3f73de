"""What kind a column is, and why."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.data.cells import cells
from core.data.kinds import infer
from core.data.reading import Reading
from core.domains.domain import Known


def read(values, name: str = "x", **more) -> Reading:
    series = values if isinstance(values, pd.Series) else pd.Series(values, dtype="str")
    return infer(name, cells(series), **more)


def many(*values, times: int = 10) -> list:
    return list(values) * times


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (many("1", "2", "3.5"), "number"),
        (many("0", "1"), "number"),
        (many("12%", "5%"), "number"),
        (many("a", "b"), "category"),
        (many("是", "否"), "category"),
        (many("<=50K", ">50K"), "category"),
        (many("A11", "A12"), "category"),
        (many("250.83", "276", "V27", "E849"), "category"),
        (many("[0-10)", "[10-20)"), "category"),
        (many("00123", "00456"), "category"),
        (many("2024-01-01", "2024-05-01"), "date"),
        (many("2024年3月1日", "2024年3月2日"), "date"),
        (many("18.00.00", "19.30.00"), "date"),
        (many("x"), "constant"),
        (many("5"), "constant"),
        ([None] * 30, "constant"),
        (many("NA", "?", ""), "constant"),
        ([f"P{i:03d}" for i in range(40)], "identifier"),
        ([str(i) for i in range(40)], "identifier"),
        ([str(10**17 + 7 * i) for i in range(40)], "identifier"),
        ([f"{i}.5e20" for i in range(1, 25)], "number"),
        ([f"{i:05d}" for i in range(0, 4000, 100)], "identifier"),
        ([str(year) for year in range(1990, 2020)], "number"),
        ([f"The pupil {i} did well in the test, but may do better." for i in range(30)], "text"),
        ([f"高血压患者能吃党参吗？第{i}问" for i in range(30)], "text"),
        (
            many("critical account, other credits existing at this bank", "no credits taken, all paid back duly"),
            "category",
        ),
        ([f"[{i}, 2]" for i in range(30)], "text"),
    ],
)
def test_kinds_are_inferred(values: list, kind: str) -> None:
    assert read(values).column.kind == kind


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("patient_id", [str(7 * i) for i in range(1, 41)], "identifier"),
        ("学号", [str(20230000 + 3 * i) for i in range(40)], "identifier"),
        ("admission_type_id", many("1", "2", "3", "8"), "category"),
        ("course code", many("1", "2", "3"), "category"),
        ("zip_code", many("10115", "80331", "20095"), "category"),
        ("number_of_children", many("0", "1", "2", "3"), "number"),
        ("income", [str(7 * i + 1000) for i in range(40)], "number"),
        ("start_date", many("45000", "45001", "45010"), "date"),
        ("days", many("45000", "45001", "45010"), "number"),
        ("visit_date", many("20240301", "20240302"), "date"),
    ],
)
def test_the_name_helps(name: str, values: list, kind: str) -> None:
    assert read(values, name).column.kind == kind


def test_the_field_knows_an_identifier_and_a_unit() -> None:
    values = [str(31 * i) for i in range(60)]
    assert read(values, known=Known("x", "X", part="identifier")).column.kind == "identifier"
    assert read(many("1", "2.5"), known=Known("x", "X", unit="mmol/L")).column.unit == "mmol/L"


def test_a_word_for_missing_is_missing_but_a_country_code_is_not() -> None:
    assert read(many("yes", "no", "NA")).missing == 10
    assert read(many("DE", "FR", "NA", "GB", "CN", "US")).missing == 0


def test_none_is_missing_among_numbers_and_a_word_among_words() -> None:
    assert read(many("1", "2", "None")).missing == 10
    assert read(many("none", "guarantor")).missing == 0


def test_signs_alone_are_answers() -> None:
    assert read(many("+", "-")).column.levels == ("+", "-")


def test_unknown_stays_a_category() -> None:
    assert "unknown" in read(many("unknown", "single", "married")).column.levels


def test_a_word_written_again_and_again_does_not_make_marks_a_category() -> None:
    reading = read([str(i % 50) for i in range(100)] + ["absent"] * 20)
    assert reading.column.kind == "number"
    assert reading.missing == 20


def test_a_few_stray_words_among_numbers_are_missing_and_marked_as_lost() -> None:
    reading = read([str(i) for i in range(0, 400, 2)] + ["oops"])
    assert reading.column.kind == "number"
    assert reading.cells.rows(reading.lost) == (200,)


def test_infinite_numbers_are_missing_and_marked() -> None:
    reading = read([*many("1", "2", "3"), "1e400", "inf"])
    assert reading.missing == 2
    assert reading.cells.rows(reading.facts["infinite"]) == (30, 31)


def test_numbers_keep_their_type() -> None:
    assert read(many("1", "2", "3")).series().dtype == np.int64
    assert read([*many("1", "2", "3"), None]).series().dtype == np.float64
    assert read(many("1", "2.5")).series().dtype == np.float64
    assert read(many("2024-01-01", "2024-02-01")).series().dtype == "datetime64[us]"
    assert read(many("a", "b")).series().dtype == "str"


def test_a_value_that_is_there_or_not_is_a_category() -> None:
    assert read(["yes", None] * 20).column.kind == "category"
    assert read(["1", None] * 20).column.kind == "category"


def test_a_stray_cell_in_an_empty_column_is_a_constant() -> None:
    assert read([None] * 298 + ["s"]).column.kind == "constant"


@pytest.mark.parametrize(
    ("kind", "dtype"),
    [("number", "float64"), ("category", "str"), ("text", "str"), ("identifier", "str"), ("date", "datetime64[us]")],
)
def test_the_analyst_wins(kind: str, dtype: str) -> None:
    reading = read(["1", "2", "x", None], kind=kind)
    assert reading.column.kind == kind
    assert reading.series().dtype == dtype


def test_the_analysts_years_and_serial_numbers_are_dates() -> None:
    assert read(["2019", "2020"], kind="date").series().dt.year.tolist() == [2019, 2020]
    assert read(["45000", "45001"], kind="date").series().dt.year.tolist() == [2023, 2023]


@pytest.mark.parametrize(
    ("series", "kind"),
    [
        (pd.Series([0.1, 2.5, np.nan] * 10), "number"),
        (pd.Series([1, 2, 3] * 10), "number"),
        (pd.Series([True, False] * 10), "category"),
        (pd.Series(pd.date_range("2024-01-01", periods=30, tz="Asia/Shanghai")), "date"),
        (pd.Series(["a", "b"] * 10, dtype="category"), "category"),
        (pd.Series([[1, 2], [3]] * 10), "text"),
        (pd.Series([2**53 + 1 + 3 * i for i in range(30)]), "identifier"),
    ],
)
def test_columns_with_a_type_of_their_own(series: pd.Series, kind: str) -> None:
    assert read(series).column.kind == kind


def test_native_numbers_survive_bit_for_bit() -> None:
    values = np.random.default_rng(0).normal(size=1000) * 10.0 ** np.random.default_rng(1).integers(-200, 29, 1000)
    assert (read(pd.Series(values)).series().to_numpy() == values).all()
