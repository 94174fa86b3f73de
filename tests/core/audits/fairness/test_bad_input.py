"""Columns and models that nobody hoped for: each ends in a report that says why, never in an error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core import values
from core.audits import audits
from core.audits.audit import Audit, Report
from core.audits.fairness.division import MOST, divide, moved
from core.audits.run import MISTAKE, report
from core.audits.subject import Subject
from core.data.table import Column
from core.words import Message
from tests.core.audits.handmade import subject
from tests.core.whatif.handmade import chances, shares

FAIRNESS = [one for one in audits() if one.family == "fairness"]


class Quiet:
    def emit(self, event: Any) -> None:
        pass

    def should_stop(self) -> bool:
        return False

    def cores(self) -> int:
        return 1

    def seconds_left(self) -> float:
        return float("inf")


def asked(looked: Subject, audit: Audit) -> Report:
    found = report(audit, looked, Quiet())
    assert found.message.text != MISTAKE
    for one in (found.message, *(part.message for part in found.parts)):
        assert "–" not in one.english()
        assert "None" not in one.english()
    return found


def made(column: Sequence[Any] | np.ndarray, kind: str = "binary", n: int = 400, **more: Any) -> Subject:
    """A model of x alone; the sensitive column is g."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=n).round(2), "g": column})
    if kind == "regression":
        return subject(frame, frame["x"] + rng.normal(size=n), lambda rows: rows[["x"]].to_numpy(), kind="regression",
                       sensitive=("g",), **more)  # fmt: skip
    if kind == "multiclass":
        truth = rng.integers(0, 5, n)
        return subject(frame, truth, five, kind="multiclass", classes=tuple("abcde"), sensitive=("g",), **more)
    truth = rng.random(n) < 1 / (1 + np.exp(-frame["x"]))
    return subject(frame, truth, lambda rows: chances(rows["x"].to_numpy()), sensitive=("g",), **more)


def five(rows: pd.DataFrame) -> np.ndarray:
    return shares(np.outer(rows["x"].to_numpy(), np.arange(5)) / 2)


HALVES = ["a", "b"] * 200
COLUMNS = {
    "a hundred values": [f"v{at % 100}" for at in range(400)],
    "all different": [f"v{at}" for at in range(400)],
    "one value": ["a"] * 400,
    "missing values": ["a", "b", None, "b"] * 100,
    "all missing": [None] * 400,
    "three people": ["a"] * 3 + ["b"] * 397,
    "numbers": np.arange(400) % 60,
    "numbers with holes": np.where(np.arange(400) % 7, np.arange(400) % 60, np.nan),
    "one number": np.ones(400),
    "mostly one number": np.where(np.arange(400) < 390, 9.0, np.arange(400) % 5),
    "dates": pd.date_range("2020-01-01", periods=400).to_numpy(),
}


@pytest.mark.parametrize("audit", FAIRNESS, ids=lambda one: one.key)
@pytest.mark.parametrize("kind", ["binary", "multiclass", "regression"])
@pytest.mark.parametrize("name", COLUMNS)
def test_every_column_ends_in_a_report(name: str, kind: str, audit: Audit) -> None:
    asked(made(COLUMNS[name], kind), audit)


@pytest.mark.parametrize("audit", FAIRNESS, ids=lambda one: one.key)
def test_five_hundred_values(audit: Audit) -> None:
    """C064: three rows each; what can be judged is the others together."""
    looked = made([f"v{at % 500}" for at in range(1500)], n=1500)
    assert all(len(sheet.rows) <= 60 for part in asked(looked, audit).parts for sheet in part.sheets)


@pytest.mark.parametrize("audit", FAIRNESS, ids=lambda one: one.key)
def test_no_sensitive_column(audit: Audit) -> None:
    found = asked(replace(made(HALVES), sensitive=()), audit)
    assert found.verdict == "not_applicable"
    assert "No sensitive column is named" in found.message.english()


@pytest.mark.parametrize("audit", FAIRNESS, ids=lambda one: one.key)
def test_text_only(audit: Audit) -> None:
    """A model of a text, asked about the text, and about a column that it does not use."""
    frame = pd.DataFrame({"words": [f"good {at}" for at in range(60)], "g": ["a", "b"] * 30})
    truth = np.arange(60) % 2
    model = {"formula": lambda rows: chances(np.zeros(len(rows))), "features": ("words",), "texts": ("words",)}
    told = asked(subject(frame, truth, sensitive=("words",), **model), audit)
    assert told.verdict == "not_applicable"
    asked(subject(frame, truth, sensitive=("words", "g"), **model), audit)


@pytest.mark.parametrize("audit", FAIRNESS, ids=lambda one: one.key)
@pytest.mark.parametrize("n", [2, 3])
def test_two_rows(n: int, audit: Audit) -> None:
    frame = pd.DataFrame({"x": np.arange(n, dtype=float), "g": ["a", "b", "a"][:n], "h": ["c", "d", "d"][:n]})
    found = asked(
        subject(frame, np.arange(n) % 2, lambda rows: chances(rows["x"].to_numpy()), sensitive=("g", "h")), audit
    )
    assert found.verdict in ("inconclusive", "not_applicable")


def test_the_target_is_no_group() -> None:
    """G012: a sensitive column that is what is predicted."""
    frame = pd.DataFrame({"x": np.arange(80.0), "goal": ["a", "b"] * 40})
    looked = subject(
        frame, np.arange(80) % 2, lambda rows: chances(rows["x"].to_numpy()), features=("x",), sensitive=("goal",)
    )
    for audit in FAIRNESS:
        found = asked(looked, audit)
        assert found.verdict == "not_applicable"
        assert "what is predicted" in found.message.english()


def test_three_people_are_shown_without_a_verdict() -> None:
    """C061, FA-14."""
    found = asked(made(COLUMNS["three people"]), FAIRNESS[0])
    assert found.verdict == "inconclusive"
    (line,) = [row for row in found.parts[0].sheets[0].rows if row[0].text == "a"]
    assert all(cell.pale for cell in line)
    assert line[1].text == Message("too few rows")
    assert all(one.verdict is None for one in found.measures if one.group == "g = a")


@pytest.mark.parametrize(("positives", "why"), [(9, "few positives"), (91, "few negatives"), (50, None)])
def test_few_of_either_outcome(positives: int, why: str | None) -> None:
    """FA-14: a hundred rows, but fewer than ten of one outcome."""
    frame = pd.DataFrame({"x": np.zeros(300), "g": ["a"] * 100 + ["b"] * 200})
    truth = np.concatenate([np.arange(100) < positives, np.arange(200) % 2 == 0])
    found = asked(subject(frame, truth, lambda rows: chances(rows["x"].to_numpy()), sensitive=("g",)), FAIRNESS[0])
    (line,) = [row for row in found.parts[0].sheets[0].rows if row[0].text == "a"]
    assert line[0].pale == (why is not None)
    assert why is None or line[1].text == Message(why)


def test_missing_values_are_a_group() -> None:
    """C062."""
    division = divide(pd.Series(COLUMNS["missing values"]), Column("g", "category"))
    assert not isinstance(division, Message)
    assert division.names == ("b", "a", Message("not stated"))
    assert division.rows.tolist() == [200, 100, 100]


def test_many_levels_are_the_largest_and_others() -> None:
    """C064: of forty levels nine keep their names."""
    cells = pd.Series([f"v{at}" for at in range(40) for _ in range(40 - at)])
    division = divide(cells, Column("g", "category"))
    assert not isinstance(division, Message)
    assert division.names[:2] == ("v0", "v1")
    assert len(division.names) == MOST
    assert division.names[-1] == Message("other ({n:count} values)", {"n": 31})


def test_numbers_are_cut_where_it_is_customary_or_at_quartiles() -> None:
    """C063."""
    cells = pd.Series(np.arange(200) % 50 + 18)
    customary = divide(cells, Column("age", "number"), cuts=(25,))
    quartiles = divide(cells, Column("age", "number"))
    assert not isinstance(customary, Message)
    assert not isinstance(quartiles, Message)
    assert customary.names == ("≤ 25", "> 25")
    assert [one.names for one in moved(customary, cells)] == [("< 25", "≥ 25")]
    assert len(quartiles.names) == 4
    assert (np.abs(quartiles.rows - 50) <= 4).all()


def test_cuts_between_rows_move_by_one_row_in_twenty() -> None:
    cells = pd.Series(np.arange(200) + 0.5)
    division = divide(cells, Column("age", "number"), cuts=(100,))
    assert not isinstance(division, Message)
    assert [one.rows.tolist() for one in moved(division, cells)] == [[90, 110], [110, 90]]


def test_four_fifths_of_few_is_inconclusive() -> None:
    """G028: twenty rows in a group, none of them named."""
    frame = pd.DataFrame({"x": [-3.0] * 20 + [3.0] * 60 + [-3.0] * 60, "g": ["a"] * 20 + ["b"] * 120})
    looked = subject(frame, np.arange(140) % 2, lambda rows: chances(rows["x"].to_numpy()), sensitive=("g",))
    found = asked(looked, next(one for one in FAIRNESS if one.key == "four_fifths"))
    assert found.verdict == "inconclusive"


@pytest.mark.parametrize("kind", ["binary", "multiclass", "regression"])
def test_reports_can_be_kept(kind: str, tmp_path: Path) -> None:
    """As JSON and back, the same figures and the same sentences."""
    for number, audit in enumerate(FAIRNESS):
        found = asked(made(COLUMNS["numbers with holes"], kind), audit)
        values.write(tmp_path / f"{number}.json", found)
        back = values.read(tmp_path / f"{number}.json", Report)
        assert back.measures == found.measures
        said = [[part.message.english() for part in one.parts] for one in (found, back)]
        assert said[0] == said[1]
        assert [part.sheets for part in back.parts if part.sheets] or found.verdict == "not_applicable"


def test_the_same_subject_gives_the_same_report() -> None:
    for audit in FAIRNESS:
        first, again = (asked(made(HALVES, "multiclass"), audit) for _ in range(2))
        assert replace(first, seconds=0) == replace(again, seconds=0)
