"""Scenarios go into an address or a file and come back; what is none is refused in words."""

from __future__ import annotations

import base64
import io
import json
import re
import zlib

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.deliver.whatif import Version, sheet
from core.errors import Problem
from core.whatif.answer import Interval, Support, Told, WhatIf
from core.whatif.keep import LONGEST, checked, fits, from_file, from_text, to_file, to_text
from core.whatif.scenario import Field, Scenario, Start
from core.words import Message

CELL = some.one_of(some.none(), some.text(max_size=30), some.floats(allow_nan=False, allow_infinity=False))
CELLS = some.dictionaries(some.text(min_size=1, max_size=10), CELL, max_size=4)
SCENARIO = some.builds(
    Scenario,
    name=some.text(max_size=20),
    row=some.none() | some.integers(0, 10**9),
    cells=some.none() | CELLS,
    changes=CELLS,
)
ONE = Scenario("更好", 12, None, {"age": 40.0, "说明": "a=b&c", "sex": None})


@given(some.lists(SCENARIO, min_size=1, max_size=4))
def test_what_goes_into_text_and_file_comes_back(scenarios):
    assert from_text(to_text(scenarios)) == tuple(scenarios)
    assert from_file(to_file(scenarios)) == tuple(scenarios)


def test_the_text_needs_no_escape_in_an_address_and_is_short():
    text = to_text([ONE])
    assert re.fullmatch(r"[A-Za-z0-9._-]+", text)
    assert len(text) < 150
    assert fits(text)
    assert not fits(to_text([Scenario(changes={"note": "".join(chr(200 + at * 7 % 9000) for at in range(9_000))})]))
    assert LONGEST <= 8_000


def packed(value: object) -> str:
    return "1." + base64.urlsafe_b64encode(zlib.compress(json.dumps(value).encode())).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1.",
        "garbage",
        "2." + to_text([ONE])[2:],
        to_text([ONE])[:-6],
        to_text([ONE]) + "!",
        packed([]),
        packed([["a", -3, None, {}]]),
        packed([["a", 1, None, {"x": [1]}]]),
        packed([[1, 1, None, {}]]),
        packed({"a": 1}),
        packed([["a", None, None, {}]] * 101),
        "1." + base64.urlsafe_b64encode(zlib.compress(b" " * 30_000_000)).decode(),
        "1." + "é" * 20,
    ],
    ids=lambda text: text[:12],
)
def test_a_text_that_is_none_is_refused_in_words(text):
    with pytest.raises(Problem, match="scenario"):
        from_text(text)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\xff",
        b"[1, 2]",
        b'{"kind": "other", "scenarios": []}',
        b'{"kind": "vitrine scenarios", "version": "1", "scenarios": []}',
        b'{"kind": "vitrine scenarios", "version": "1", "scenarios": [{"changes": {"a": {}}}]}',
        b'{"kind": "vitrine scenarios", "version": "9", "scenarios": [{}]}',
        b"[" * 100_000,
        b" " * 5_000_000,
    ],
    ids=range(9),
)
def test_a_file_that_is_none_is_refused_in_words(data):
    with pytest.raises(Problem, match="scenarios"):
        from_file(data)


def test_columns_that_the_model_has_not_are_left_out_and_said():
    kept, said = checked([ONE, Scenario(cells={"age": 1.0, "zip": "2"})], ["age", "sex"])
    assert kept[0].changes == {"age": 40.0, "sex": None}
    assert kept[1].cells == {"age": 1.0}
    assert said is not None
    assert "说明 and zip" in said.english()
    assert checked([Scenario(changes={"age": 1.0})], ["age"])[1] is None


def version(scenario: Scenario, chance: float, withheld: Message | None = None) -> Version:
    start = Start({"age": 30, "=cmd": "a"}, (Field("age", "number"), Field("=cmd", "category")), row=scenario.row)
    told = Told((1 - chance, chance), "yes" if chance >= 0.5 else "no", Interval(0.9, 100, ("yes",)))
    return Version(scenario, start, WhatIf(("no", "yes"), "yes", told, told, (), Support(0.5, "usual"), withheld))


def opened(data: bytes) -> openpyxl.worksheet.worksheet.Worksheet:
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    assert page is not None
    return page


def test_a_sheet_has_a_column_for_each_scenario_and_marks_what_was_changed():
    first = version(Scenario("as it is", 4), 0.25)
    second = version(Scenario("=HYPERLINK(1)", 4, changes={"age": 41.0, "=cmd": "+1+cmd|x\x07"}), 0.75)
    page = opened(sheet([first, second]))
    lines = {str(row[0].value): row for row in page.iter_rows()}
    assert [cell.value for cell in page[1]] == [None, "as it is", "'=HYPERLINK(1)"]
    assert [cell.value for cell in lines["age"]] == ["age", 30, 41]
    assert [cell.font.bold for cell in lines["age"]][1:] == [False, True]
    assert lines["'=cmd"][2].value == "'+1+cmd|x"
    assert [cell.value for cell in lines["The answer"]][1:] == ["no", "yes"]
    assert [cell.value for cell in lines["Chance of “yes”"]][1:] == [0.25, 0.75]
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)


def test_a_sheet_speaks_the_language_of_its_reader_and_tells_what_was_withheld():
    page = opened(sheet([version(Scenario(), 0.5, Message("why not"))], "zh_CN"))
    assert "why not" in [cell.value for row in page.iter_rows() for cell in row]
