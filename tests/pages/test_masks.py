"""Personal data are hidden on the screen, sentences are not."""

from __future__ import annotations

import pandas as pd

from core.data.table import Column, Finding, Profile, ReadOptions, Schema, Source, TableCard
from core.words import Message
from pages.shared import masks

ROWS = (("name", "note"), ("Ann Smith", "Sleeps well, ann@example.org asked."), ("Bo", ""))


def card() -> TableCard:
    schema = Schema((Column("name", "identifier"), Column("note", "text")))
    found = tuple(Finding("personal", "warning", Message("x"), column=name) for name in schema.names)
    return TableCard("t", "t.csv", 2, schema, {name: Profile(0, 2) for name in schema.names}, found, ())


def source(header: int, rows: tuple[tuple[str, ...], ...]) -> Source:
    return Source("t.csv", "text", "", 1, 2, ReadOptions(header=header), preview=rows)


def test_of_a_text_only_what_is_personal_is_hidden() -> None:
    shown = masks.cells(card(), "note", pd.Series([ROWS[1][1]]))
    assert shown[0].startswith("Sleeps well, a")
    assert "ann@example" not in shown[0]


def test_a_name_is_hidden_as_a_whole() -> None:
    assert masks.cells(card(), "name", pd.Series(["Ann Smith", None])).tolist()[0] == "A*******h"


def test_rows_of_the_file_are_hidden_too_but_not_their_names() -> None:
    shown = masks.rows(card(), source(0, ROWS))
    assert shown[0] == ["name", "note"]
    assert shown[1][0] == "A*******h"
    assert "ann@example" not in shown[1][1]


def test_without_names_the_place_says_which_column_it_is() -> None:
    shown = masks.rows(card(), source(-1, ROWS[1:]))
    assert shown[0][0] == "A*******h"
