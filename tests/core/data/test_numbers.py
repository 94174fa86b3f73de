"""Texts to numbers: every way of writing that a spreadsheet brings."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from core.data.numbers import numbers


def read(*texts: str, decimal: str = "."):
    return numbers(pa.array(texts, pa.large_string()), decimal)


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (("1", "2.5", "-3e2", "+4"), (1, 2.5, -300, 4)),
        (("1,234", "5", "2,345.5"), (1234, 5, 2345.5)),
        (("1 234", "2 345 678"), (1234, 2345678)),
        (("1'234", "7"), (1234, 7)),
        (("12%", "5 %", "3"), (12, 5, 3)),
        (("￥5", "￥1,200"), (5, 1200)),
        (("-$5", "$-5", "($5)"), (-5, -5, -5)),
        (("5kg", "6 kg", "7KG"), (5, 6, 7)),
        (("(123)", "45", "(1,000.5)"), (-123, 45, -1000.5)),
        (("１２３", "４．５"), (123, 4.5)),
        (("−5", "5"), (-5, 5)),
        (("<0.5", "1.2", ">=100"), (0.5, 1.2, 100)),
        (("37.5°C", "38°C"), (37.5, 38)),
        (("3.5万", "2万"), (3.5, 2)),
    ],
)
def test_numbers_are_read(texts: tuple[str, ...], values: tuple[float, ...]) -> None:
    found = read(*texts)
    assert found.good.all()
    assert found.values.tolist() == list(values)


@pytest.mark.parametrize(
    ("texts", "decimal", "values"),
    [
        (("1,5", "2,75"), ".", (1.5, 2.75)),
        (("1.234,56", "7,1"), ".", (1234.56, 7.1)),
        (("2,6", "1360"), ",", (2.6, 1360)),
        (("1.234", "2"), ",", (1234, 2)),
        (("7.5", "3"), ",", (7.5, 3)),
        (("1,234", "2"), ".", (1234, 2)),
    ],
)
def test_the_decimal_sign_is_the_files_unless_the_cells_say_otherwise(texts, decimal, values) -> None:
    assert read(*texts, decimal=decimal).values.tolist() == list(values)


@pytest.mark.parametrize(
    "text", ["A11", "V27", "18.00.00", "1,2,3", "10-20", "1/2", "5 6 7", "1.2.3.4", "(5", "5)", "abc", "--5"]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert not read(text, "x").good.any()


@pytest.mark.parametrize("text", ["1e400", "inf", "-inf", "Infinity", "∞"])
def test_what_cannot_be_held_is_infinite_and_has_no_value(text: str) -> None:
    found = read(text, "5")
    assert found.infinite.tolist() == [True, False]
    assert np.isnan(found.values[0])


def test_the_word_nan_is_no_number() -> None:
    assert read("nan", "5").good.tolist() == [False, True]


def test_several_units_are_told_and_none_is_taken_off() -> None:
    found = read("5kg", "5000 g", "7")
    assert found.mixed
    assert found.good.tolist() == [False, False, True]


def test_classes_of_a_school_are_not_units() -> None:
    assert not read("10A", "10B", "11A").mixed


def test_letters_behind_codes_and_long_numbers_are_no_units() -> None:
    assert read("1234", "1235A", "1236").good.tolist() == [True, False, True]
    assert not read("11010519491231002X", "11010519491231003X").good.any()


def test_a_limit_is_marked() -> None:
    assert read("<0.5", "1.2").bounds.tolist() == [True, False]
