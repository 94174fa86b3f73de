"""A whole group moved: the change is what was planted, and its interval holds the truth as often as it says."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.data.task import Goal, Task
from core.domains import domains
from core.errors import Problem
from core.whatif import group
from core.whatif.basis import Basis
from core.whatif.group import shift
from core.whatif.shift import Move
from core.whatif.spoken import wanted
from core.words import Message
from tests.core.whatif.handmade import basis, chances, numbers


def linear(frame: pd.DataFrame) -> np.ndarray:
    """2 a - b; c has no part."""
    return (2 * frame["a"].fillna(0) - frame["b"].fillna(0)).to_numpy(dtype=np.float64)[:, None]


def logistic(frame: pd.DataFrame) -> np.ndarray:
    return chances(frame["a"].to_numpy(dtype=np.float64))


@pytest.fixture(scope="module")
def lines() -> Basis:
    return basis(numbers(), linear, ())


@pytest.fixture(scope="module")
def odds() -> Basis:
    return basis(numbers(), logistic)


def people(n: int = 200, seed: int = 1) -> pd.DataFrame:
    return numbers(n, seed=seed).clip(-2, 2)


def test_the_change_is_the_slope_times_the_sum_of_the_moves(lines: Basis) -> None:
    frame = people()
    found = shift(lines, frame, [Move("a", "least", 0.0)])
    expected = 2 * np.maximum(0.0, -frame["a"]).sum()
    assert found.change.value == pytest.approx(expected)
    assert found.before.value == pytest.approx(linear(frame).sum())
    assert (found.after.value or 0) - (found.before.value or 0) == pytest.approx(expected)
    assert found.changed == int((frame["a"] < 0).sum())
    assert found.n == 200
    assert found.label == ""


def test_moves_add_up_over_columns(lines: Basis) -> None:
    found = shift(lines, people(), [Move("a", "by", 0.25), Move("b", "by", -0.5)])
    assert found.change.value == pytest.approx(200 * (2 * 0.25 + 0.5))
    assert found.change.low == pytest.approx(found.change.high)  # everybody moves alike: nothing is left to chance


def test_a_column_without_a_part_changes_nothing(lines: Basis) -> None:
    found = shift(lines, people(), [Move("c", "by", 0.25)])
    assert found.change == type(found.change)(0.0, 0.0, 0.0)
    assert (found.changed, found.gainers, found.losers) == (200, 0, 0)
    assert not found.sure


@pytest.mark.parametrize(
    ("how", "to", "after"),
    [
        ("to", 0.5, [0.5, 0.5, 0.5]),
        ("least", 0.5, [0.5, np.nan, 2.0]),
        ("most", 0.5, [-1.0, np.nan, 0.5]),
        ("by", 0.5, [-0.5, np.nan, 2.5]),
        ("times", 0.5, [-0.5, np.nan, 1.0]),
        ("to", None, [np.nan, np.nan, np.nan]),
    ],
)
def test_every_way_of_moving_a_number(lines: Basis, how: Any, to: float | None, after: list[float]) -> None:
    frame = pd.DataFrame({"a": [-1.0, np.nan, 2.0], "b": 0.0, "c": 0.0})
    schema = lines.model.schema
    wide = replace(schema, columns=tuple(replace(one, low=-9.0, high=9.0) for one in schema.columns))
    made = group.moved(frame, [Move("a", how, to)], wide, frame)
    np.testing.assert_allclose(made.frame["a"].to_numpy(dtype=float), after)
    assert frame["a"].tolist()[0] == -1.0  # what was given is not changed


def test_nothing_goes_further_than_the_model_has_seen_and_that_is_said(lines: Basis) -> None:
    high = lines.model.schema["a"].high
    assert high is not None
    frame = pd.DataFrame({"a": [high - 0.1, high + 5.0, 0.0], "b": 0.0, "c": 0.0})
    made = group.moved(frame, [Move("a", "by", 1.0)], lines.model.schema, lines.frame)
    assert made.frame["a"].tolist() == pytest.approx([high, high + 5.0, 1.0])
    assert made.changed.tolist() == [True, False, True]
    assert "2 cells of a were held" in made.notes[0].english()


def test_whole_numbers_stay_whole() -> None:
    frame = pd.DataFrame({"a": np.arange(40), "b": 1, "c": 1})
    made = group.moved(frame, [Move("a", "times", 1.1)], basis(frame, linear, ()).model.schema, frame)
    assert (made.frame["a"] % 1 == 0).all()
    assert made.frame["a"].iloc[10] == 11


def test_dates_move_by_days_and_to_a_day() -> None:
    came = pd.to_datetime(["2024-01-10", "2024-02-10", None]).astype("datetime64[us]")
    frame = pd.DataFrame({"came": came, "a": 0.0})
    schema = basis(frame, lambda rows: np.zeros((len(rows), 1)), ()).model.schema
    later = group.moved(frame, [Move("came", "by", 5)], schema, frame).frame["came"]
    assert later.dt.strftime("%m-%d").tolist()[:2] == ["01-15", "02-10"]  # held at the last day seen
    assert later.isna().tolist() == [False, False, True]
    least = group.moved(frame, [Move("came", "least", "2024-01-20")], schema, frame).frame["came"]
    assert least.dt.strftime("%m-%d").tolist()[:2] == ["01-20", "02-10"]


@pytest.mark.parametrize(
    ("move", "words"),
    [
        (Move("zz", "to", 1.0), "does not use column zz"),
        (Move("a", "to", "much"), "is no number"),
        (Move("sex", "by", 1.0), "cannot be raised or lowered"),
        (Move("sex", "to", "X"), "Choose one of: F and M"),
        (Move("came", "times", 2.0), "cannot be multiplied"),
        (Move("came", "to", "soon"), "is no date"),
    ],
)
def test_what_cannot_be_is_said(move: Move, words: str) -> None:
    days = pd.to_datetime(["2024-01-10", "2024-02-10"] * 20).astype("datetime64[us]")
    frame = pd.DataFrame({"a": 0.0, "sex": pd.array(["F", "M"] * 20, dtype="str"), "came": days})
    made = basis(frame, lambda rows: np.zeros((len(rows), 1)), ())
    with pytest.raises(Problem, match=words):
        shift(made, frame, [move])


def test_an_empty_group_and_no_change_are_said(lines: Basis) -> None:
    with pytest.raises(Problem, match="Nobody is in this group"):
        shift(lines, people().iloc[:0], [Move("a", "by", 1.0)])
    with pytest.raises(Problem, match="Nothing is changed yet"):
        shift(lines, people(), [])


def test_expected_cases_are_the_sum_of_chances_and_named_by_the_cut_off(odds: Basis) -> None:
    frame = people()
    found = shift(odds, frame, [Move("a", "to", -1.0)], cutoff=0.4, capacity=40)
    chance = logistic(frame)[:, 1]
    low = 1 / (1 + np.exp(1))
    assert found.label == "yes"
    assert found.before.value == pytest.approx(chance.sum())
    assert found.after.value == pytest.approx(200 * low)
    assert (found.named_before, found.named_after) == (int((chance >= 0.4).sum()), 0)
    assert found.over(found.named_before) == int((chance >= 0.4).sum()) - 40
    assert found.over(found.named_after) == 0
    assert (found.gainers, found.losers) == (int((chance > low + 1e-3).sum()), int((chance < low - 1e-3).sum()))


def test_the_other_class_counts_the_other_way(odds: Basis) -> None:
    yes = shift(odds, people(), [Move("a", "by", -0.5)])
    no = shift(odds, people(), [Move("a", "by", -0.5)], label="no", wanted="more")
    assert no.change.value == pytest.approx(-(yes.change.value or 0))
    assert (no.gainers, no.losers) == (yes.gainers, yes.losers)
    assert no.named_before is None
    with pytest.raises(Problem, match="never answers “maybe”"):
        shift(odds, people(), [Move("a", "by", 1.0)], label="maybe")


def test_the_cost_of_each_case_avoided(odds: Basis) -> None:
    found = shift(odds, people(), [Move("a", "to", -1.0)], cost=50.0)
    avoided = -(found.change.value or 0)
    assert found.each == pytest.approx(50.0 * found.changed / avoided)
    assert shift(odds, people(), [Move("a", "to", 2.0)], cost=50.0).each is None


def test_who_benefits_by_group_and_small_groups_have_no_interval(lines: Basis) -> None:
    frame = people()
    frame["a"] = np.where(np.arange(200) < 120, -1.0, 0.5)
    sex = pd.array(np.where(np.arange(200) < 120, "F", np.where(np.arange(200) < 190, "M", "")), dtype="str")
    groups = pd.DataFrame({"sex": pd.Series(sex, index=frame.index).replace("", np.nan)}, index=frame.index)
    found = shift(lines, frame, [Move("a", "least", 0.0)], groups=groups)
    parts = {part.group: part for part in found.parts}
    assert {name: part.n for name, part in parts.items()} == {"F": 120, "M": 70, "": 10}
    assert parts["F"].change.value == pytest.approx(2.0)
    assert parts["M"].change.value == 0.0
    assert parts["F"].change.low is not None
    assert parts[""].change.low is None


def test_numbers_are_grouped_in_ranges_and_dates_by_year() -> None:
    ages = pd.Series([*range(18, 58), np.nan])
    names = group.banded(ages)
    assert names[0] == "18–27"
    assert names[-1] == ""
    assert len(set(names)) == 5
    assert "20" in set(group.banded(pd.Series([18.0, 19.0] * 10 + [20.0] * 20 + [*range(21, 61)])))
    days = pd.Series(pd.to_datetime(["2023-12-31", "2024-01-01", None]))
    assert group.banded(days).tolist() == ["2023", "2024", ""]
    assert set(group.banded(pd.Series([1.0, 2.0, 2.0]))) == {"1", "2"}


def test_a_large_group_is_drawn_scaled_up_and_that_is_said(lines: Basis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "MOST", 100)
    found = shift(lines, people(1_000), [Move("a", "by", 0.25)], draws=50)
    assert found.n == found.changed == 1_000
    assert found.change.value == pytest.approx(500.0)
    assert any("100 cases drawn from the 1,000" in note.english() for note in found.notes)


def test_it_says_association_what_was_learned_from_and_what_nobody_can_change(lines: Basis) -> None:
    notes = spoken(shift(lines, people(), [Move("a", "by", 0.1)], learnt=np.arange(50)).notes)
    assert "an association and not an effect" in notes
    assert "learned from 50 of these 200 cases" in notes
    frame = numbers(100).rename(columns={"a": "age"})
    made = basis(frame, lambda rows: rows[["age"]].to_numpy(float), (), domain=domains()["education"])
    assert "Nobody can change age" in spoken(shift(made, frame, [Move("age", "by", 0.1)]).notes)
    assert "No cell becomes another" in spoken(shift(lines, people(), [Move("a", "least", -2.5)]).notes)


def spoken(notes: tuple[Message, ...]) -> str:
    return "\n".join(note.english() for note in notes)


def test_changed_cases_are_held_against_what_the_model_knows(lines: Basis) -> None:
    found = shift(lines, people(), [Move("a", "by", 0.1)])
    assert found.support is not None
    assert sum(found.support.values()) == found.looked_at == 200
    assert found.support["usual"] > 160


def test_the_same_seed_gives_the_same_interval(lines: Basis) -> None:
    moves = [Move("a", "least", 0.0)]
    assert shift(lines, people(), moves).change == shift(lines, people(), moves).change
    assert shift(lines, people(), moves).change != shift(lines, people(), moves, seed=1).change


def test_the_bootstrap_is_paired(lines: Basis) -> None:
    """What differs between cases and does not move stays out of the interval of the change."""
    frame = people().assign(b=lambda rows: rows["b"] * 1.0)
    found = shift(lines, frame, [Move("a", "least", 0.0)])
    width = (found.change.high or 0) - (found.change.low or 0)
    alone = (found.before.high or 0) - (found.before.low or 0)
    step = 2 * np.maximum(0.0, -frame["a"].to_numpy())
    assert width == pytest.approx(2 * 1.96 * step.std() * np.sqrt(200), rel=0.08)
    assert width < 0.6 * alone


def test_the_interval_holds_the_true_change_as_often_as_it_says(lines: Basis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "support", lambda *_: ())
    draw = np.random.default_rng(0)
    everybody = pd.DataFrame(np.clip(draw.normal(size=(20_000, 3)), -2.4, 2.4), columns=list("abc"))
    true = 2 * np.maximum(0.0, -everybody["a"]).mean() * 100
    held = 0
    for seed in range(200):
        some = everybody.iloc[draw.choice(20_000, 100, replace=False)]
        change = shift(lines, some, [Move("a", "least", 0.0)], seed=seed, draws=500).change
        held += (change.low or 0) <= true <= (change.high or 0)
    assert 180 <= held <= 199


@pytest.mark.parametrize(
    ("kind", "goal", "classes", "positive", "way"),
    [
        ("binary", "G3>=10", ("no", "yes"), "yes", "more"),
        ("binary", "G3>=10", ("yes", "no"), "no", "fewer"),
        ("binary", "G3<10", ("no", "yes"), "yes", "fewer"),
        ("binary", "Target", ("Graduate", "Dropout"), "Dropout", "fewer"),
        ("binary", "Target", ("Dropout", "Graduate"), "Graduate", "more"),
        ("binary", "zz", ("a", "b"), "b", "fewer"),
        ("regression", "G3", (), None, "more"),
        ("multiclass", "zz", ("a", "b", "c"), None, "fewer"),
    ],
)
def test_which_way_is_better_as_the_field_sees_it(
    kind: Any, goal: str, classes: tuple[str, ...], positive: str | None, way: str
) -> None:
    parts = re.match(r"(\w+)(>=|<)?(\d+)?$", goal)
    assert parts is not None
    asked = Goal(parts[1], parts[2] or "", float(parts[3]) if parts[3] else None)  # type: ignore[arg-type]
    assert wanted(Task(kind, asked, ("a",), classes, positive), domains()["education"]) == way
