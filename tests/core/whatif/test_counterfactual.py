"""Smallest changes: beside answers known beforehand, within every limit, and an honest no."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.data.table import Repair
from core.domains import domains
from core.errors import Problem
from core.whatif.counterfactual import ways
from core.whatif.levers import sheet_of
from core.whatif.passages import parted
from core.whatif.ways import Aim, Limit
from tests.core.whatif.handmade import basis, chances, numbers, shares

YES = Aim("yes")
LONG = 30.0
"""Seconds: more than any of these searches needs."""


def start_of(made, **cells):
    """The first row with other cells."""
    row = made.frame.iloc[[0]].copy()
    for name, cell in cells.items():
        row[name] = pd.Series([cell], index=row.index, dtype=row[name].dtype)
    return row


def found(made, row, aim=YES, limits=(), **more):
    said = ways(made, row, aim, limits, **{"seconds": LONG, **more})
    for way in said.ways:
        proved(made, row, way)
    return said


def proved(made, row, way):
    """What is said of a way is what the model says of the case with its changes, each of which changes something."""
    after = row.copy()
    for name, cell in way.changes.items():
        assert cell is not None
        assert pd.isna(row[name].iloc[0]) or str(row[name].iloc[0]) != str(cell)
        after[name] = pd.Series([cell], index=row.index)
    assert np.allclose(made.model.predict(after)[0], way.values if made.model.classes else way.values[0], atol=1e-9)


def line(weights, bias=0.0):
    return lambda rows: chances(rows.to_numpy(dtype=float) @ np.array(weights) + bias)


def test_one_number_of_a_line_moves_just_as_far_as_is_needed():
    made = basis(numbers(), line([1.0, 0.0, 0.0], -0.5))
    said = found(made, start_of(made, a=0.0, b=0.0, c=0.0))
    (way,) = said.ways
    assert list(way.changes) == ["a"]
    assert 0.5 <= way.changes["a"] <= 0.52
    assert way.cost == pytest.approx(way.changes["a"] / sheet_of(made).scales[0])
    assert way.reaches and said.note is None


def test_the_cheapest_column_comes_first_and_others_are_other_ways():
    made = basis(numbers(), line([2.0, 1.0, 0.5], -1.0))
    said = found(made, start_of(made, a=0.0, b=0.0, c=0.0))
    assert [sorted(way.changes) for way in said.ways] == [["a"], ["b"], ["c"]]
    assert [way.cost for way in said.ways] == sorted(way.cost for way in said.ways)
    assert np.allclose([way.changes[name] for way, name in zip(said.ways, "abc", strict=True)], [0.5, 1, 2], atol=0.03)


def test_a_column_that_costs_more_comes_later():
    made = basis(numbers(), line([2.0, 1.0, 0.5], -1.0))
    said = found(made, start_of(made, a=0.0, b=0.0, c=0.0), limits=[Limit("a", cost=9.0)])
    assert next(iter(said.ways[0].changes)) == "b"


def test_two_columns_where_one_is_not_enough_are_as_cheap_as_can_be():
    """A line: the column that gains most for its cost goes as far as it may, the other one the rest of the way."""
    made = basis(numbers(), line([1.0, 0.8, 0.1], -2.0))
    limits = [Limit("a", high=1.0), Limit("b", high=1.5)]
    said = found(made, start_of(made, a=0.0, b=0.0, c=0.0), limits=limits, most=1)
    way = said.ways[0]
    scale = sheet_of(made).scales
    assert sorted(way.changes) == ["a", "b"]
    assert way.cost == pytest.approx(1 / scale[0] + 1.25 / scale[1], rel=0.03)


def test_beside_every_pair_of_values_there_is():
    """A bent model on few values: the search finds what trying all sets of one and two changes finds."""
    draw = np.random.default_rng(3)
    frame = pd.DataFrame(draw.integers(0, 6, (300, 5)), columns=list("abcde"))
    table = draw.normal(size=(5, 6)) + np.linspace(0, 1, 6)
    cross = draw.normal(size=(6, 6))

    def formula(rows):
        cells = rows.to_numpy(dtype=int)
        alone = sum(table[place][cells[:, place]] for place in range(5))
        return chances(alone + cross[cells[:, 0], cells[:, 1]] - 4)

    made = basis(frame, formula)
    rows = frame[made.model.predict(frame)[:, 1] < 0.4].head(15)
    scale = sheet_of(made).scales
    costs, best = [], []
    for at in range(len(rows)):
        row = rows.iloc[[at]]
        least = cheapest(made, row, scale)
        if least < np.inf:
            way = found(made, row, most=1).ways[0]
            costs.append(way.cost + len(way.changes))
            best.append(least)
    assert len(best) >= 10
    assert np.mean(np.array(costs) <= np.array(best) + 1e-9) >= 0.75
    assert (np.array(costs) <= np.array(best) * 1.3 + 1e-9).all()


def cheapest(made, row, scale):
    """Cost and number of changes of the best of all sets of one or two."""
    names, tried = list(row.columns), []
    for size in (1, 2):
        for chosen in itertools.combinations(range(len(names)), size):
            for cells in itertools.product(range(6), repeat=size):
                now = row.iloc[0].to_numpy().copy()
                now[list(chosen)] = cells
                moved = [place for place in chosen if now[place] != row.iloc[0, place]]
                cost = sum(abs(now[place] - row.iloc[0, place]) / scale[place] for place in moved)
                tried.append((now, cost + len(moved)))
    said = made.model.predict(pd.DataFrame([now for now, _ in tried], columns=names))[:, 1]
    return min((cost for (_, cost), chance in zip(tried, said, strict=True) if chance >= 0.5), default=np.inf)


@pytest.mark.parametrize(("a", "b"), [(0.0, 0.0), (1.0, 1.0)])
def test_of_xor_one_column_is_enough_and_either_will_do(a, b):
    frame = numbers(400, "abc").assign(a=np.tile([0.0, 0.0, 1.0, 1.0], 100), b=np.tile([0.0, 1.0], 200))
    made = basis(frame, lambda rows: chances(8 * (np.abs(rows["a"] - rows["b"]) - 0.5)))
    said = found(made, start_of(made, a=a, b=b, c=0.0))
    assert sorted(way.changes.items() for way in said.ways)[:2] == [{"a": 1 - a}.items(), {"b": 1 - b}.items()]


def test_where_only_both_together_help_both_are_found():
    """No column does anything by itself: the case differs from the wanted ones in two columns at once."""
    frame = numbers(400, "abc").assign(a=np.tile([0.0, 0.0, 1.0, 1.0], 100), b=np.tile([0.0, 1.0], 200))
    made = basis(frame, lambda rows: chances(8 * (rows["a"] * rows["b"] - 0.5)))
    said = found(made, start_of(made, a=0.0, b=0.0, c=0.0), most=1)
    assert said.ways[0].changes == {"a": 1.0, "b": 1.0}


def test_where_nothing_that_may_change_matters_there_is_no_honest_way():
    made = basis(numbers(), line([3.0, 0.0, 0.0], -1.0))
    said = found(made, start_of(made, a=0.0, b=0.0, c=0.0), limits=[Limit("a", "no")])
    assert said.ways == () and said.best is None
    assert "no honest way" in said.note.english()


def test_where_the_limits_end_too_early_the_nearest_is_said():
    made = basis(numbers(), line([3.0, 0.0, 0.0], -3.0))
    said = found(made, start_of(made, a=0.0, b=0.0, c=0.0), limits=[Limit("a", high=0.5)])
    assert said.ways == ()
    assert said.best.changes == {"a": 0.5} and not said.best.reaches
    assert said.note.english().endswith("The nearest has a chance of 18.2%.")


def test_what_is_there_already_needs_no_change():
    made = basis(numbers(), line([1.0, 0.0, 0.0]))
    said = found(made, start_of(made, a=1.0))
    assert said.ways == () and said.best is None and said.tried == 1
    assert "already" in said.note.english()


def test_where_nothing_may_change_that_is_said():
    made = basis(numbers(), line([1.0, 0.0, 0.0], -1.0))
    said = found(made, start_of(made, a=0.0), limits=[Limit(name, "no") for name in "abc"])
    assert "No column may be changed" in said.note.english()


@pytest.mark.parametrize(("may", "way"), [("up", ["b"]), ("down", ["a"]), ("any", ["a"])])
def test_directions_hold(may, way):
    made = basis(numbers(), line([-2.0, 1.0, 0.0], -1.0))
    said = found(made, start_of(made, a=0.0, b=0.0, c=0.0), limits=[Limit("a", may)], most=1)
    assert list(said.ways[0].changes) == way


def test_a_chance_may_be_asked_for_and_the_analysts_cut_off():
    made = basis(numbers(), line([2.0, 0.0, 0.0]))
    row = start_of(made, a=-0.5, b=0.0, c=0.0)
    high = found(made, row, Aim("yes", chance=0.8), most=1).ways[0]
    assert 0.8 <= high.values[1] < 0.81
    low = found(made, row, most=1, cutoff=0.3).ways[0]
    assert 0.3 <= low.values[1] < 0.31
    other = found(made, start_of(made, a=1.0), Aim("no"), most=1, cutoff=0.3).ways[0]
    assert 0.29 < other.values[1] < 0.3


def test_one_of_several_classes_becomes_the_answer():
    made = basis(
        numbers(), lambda rows: shares(rows.to_numpy(dtype=float) * np.array([2.0, 1.5, 1.0])), ("x", "y", "z")
    )
    said = found(made, start_of(made, a=1.0, b=0.0, c=0.0), Aim("z"))
    assert said.ways
    for way in said.ways:
        assert np.argmax(way.values) == 2


@pytest.mark.parametrize(
    ("aim", "fits"),
    [
        (Aim(low=14.0), lambda x: 14 <= x < 14.1),
        (Aim(high=6.0), lambda x: 5.9 < x <= 6),
        (Aim(low=13.0, high=13.5), lambda x: 13 <= x <= 13.5),
    ],
)
def test_numbers_at_least_and_at_most(aim, fits):
    made = basis(numbers(), lambda rows: (10 + 2 * rows["a"] + rows["b"]).to_numpy()[:, None], ())
    said = found(made, start_of(made, a=0.0, b=0.0, c=0.0), aim)
    assert said.ways
    assert all(fits(way.values[0]) for way in said.ways)


def test_whole_numbers_stay_whole_and_the_last_step_crosses():
    frame = numbers().assign(a=np.random.default_rng(1).integers(0, 200, 400))
    made = basis(frame, lambda rows: chances((rows["a"] - 63.4) / 10))
    way = found(made, start_of(made, a=20, b=0.0, c=0.0), most=1).ways[0]
    assert way.changes == {"a": 64}


def test_numbers_with_few_values_keep_to_those():
    frame = numbers().assign(a=np.random.default_rng(1).choice([0, 5, 20, 80], 400))
    made = basis(frame, lambda rows: chances((rows["a"] - 12) / 2))
    assert found(made, start_of(made, a=0, b=0.0, c=0.0), most=1).ways[0].changes == {"a": 20}


def test_every_category_is_tried():
    levels = [f"level {place}" for place in range(60)]
    frame = numbers(900).assign(kind=np.random.default_rng(0).choice(levels, 900))
    made = basis(frame, lambda rows: chances(np.where(rows["kind"] == "level 37", 3, -3)))
    said = found(made, start_of(made, kind="level 5"), most=1)
    assert said.ways[0].changes == {"kind": "level 37"}
    assert said.ways[0].cost == 1.0


def test_a_missing_cell_may_be_filled_and_none_is_emptied():
    frame = numbers(400, "ab").assign(kind=np.random.default_rng(0).choice(["u", "v"], 400))
    frame.loc[::3, "a"] = np.nan
    frame.loc[::4, "kind"] = None

    def formula(rows):
        return chances(np.where(rows["a"].isna(), -2, 2) + np.where(rows["kind"].isna(), 5, -1))

    made = basis(frame, formula)
    row = start_of(made, a=np.nan, b=0.0, kind="u")
    said = found(made, row)
    assert said.ways and all(list(way.changes) == ["a"] for way in said.ways)


def test_dates_move_by_days_and_are_said_as_dates():
    days = pd.Timestamp("2023-01-01") + pd.to_timedelta(np.random.default_rng(0).integers(0, 700, 400), "D")
    made = basis(
        numbers(400, "ab").assign(day=days),
        lambda rows: chances((rows["day"] - pd.Timestamp("2024-02-29 10:00")) / pd.Timedelta(days=5)),
    )
    way = found(made, start_of(made, day=pd.Timestamp("2023-05-01")), most=1).ways[0]
    assert way.changes == {"day": "2024-03-01"}


TEXTS = ("The pupil is late. Homework is missing. She likes sports.", "All is well. Good marks. She likes sports.")


def reading(weight):
    def formula(rows):
        good = rows["note"].fillna("").str.contains("Good marks").to_numpy()
        late = rows["note"].fillna("").str.contains("is late").to_numpy()
        return chances(2.0 * good - weight * late - 1 + 0 * rows["a"].to_numpy())

    return formula


def test_a_sentence_is_left_out_or_added_where_texts_may_change():
    frame = numbers(200, "a").assign(note=[TEXTS[place % 2] for place in range(200)])
    made = basis(frame, reading(3.0), texts=("note",))
    row = start_of(made, a=0.0, note="The pupil is late. Good marks. She likes sports.")
    assert found(made, row).ways == ()
    way = found(made, row, limits=[Limit("note")], most=1).ways[0]
    assert way.changes == {"note": "Good marks. She likes sports."}
    added = found(made, start_of(made, note="She likes sports."), limits=[Limit("note")], most=1).ways[0]
    assert added.changes["note"].startswith("She likes sports.") and "Good marks." in added.changes["note"]


def test_more_and_more_sentences_are_left_out_but_never_all():
    note = "It rained on the way home. The dog was late. Late was the bus too. A friend came late."
    frame = numbers(200, "a").assign(note=[note, "All is well here."] * 100)

    def formula(rows):
        late = rows["note"].str.count("(?i)late").to_numpy(dtype=float)
        return chances(0.5 - late + 0 * rows["a"].to_numpy())

    made = basis(frame, formula, texts=("note",))
    way = found(made, start_of(made, a=0.0, note=note), limits=[Limit("note")], most=1).ways[0]
    assert way.changes == {"note": "It rained on the way home."}
    assert way.cost == 3


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Sales rose to 3.5 m. Costs fell!", ["Sales rose to 3.5 m. ", "Costs fell!"]),
        ("病人咳嗽。没有发热。", ["病人咳嗽。", "没有发热。"]),
        ("late, tired, hungry", ["late, ", "tired, ", "hungry"]),
        ("", []),
        ("😀😀", ["😀😀"]),
    ],
)
def test_texts_are_parted_into_sentences_or_clauses(text, parts):
    assert parted(text) == parts


def test_a_very_long_text_is_no_trouble():
    frame = numbers(200, "a").assign(note=["word " * 20_000 + ".", "Good."] * 100)
    made = basis(frame, lambda rows: chances(2 * rows["a"].to_numpy() - 2), texts=("note",))
    way = found(made, start_of(made, a=0.0), limits=[Limit("note")], most=1).ways[0]
    assert list(way.changes) == ["a"]


def test_many_columns_together_are_found_where_it_takes_them_all():
    made = basis(numbers(400, "abcdefgh"), line([1.0] * 8, -12.0))
    row = start_of(made, **dict.fromkeys("abcdefgh", 0.0))
    way = found(made, row, limits=[Limit(name, high=2.0) for name in "abcdefgh"], most=1).ways[0]
    assert len(way.changes) >= 6


def test_of_very_many_columns_those_that_tell_are_tried():
    cells = np.random.default_rng(0).normal(size=(200, 400)).round(2)
    made = basis(pd.DataFrame(cells, columns=[f"c{place}" for place in range(400)]), line([0.0] * 399 + [3.0], -2.0))
    row = start_of(made, c399=-1.0)
    said = found(made, row, most=1)
    assert list(said.ways[0].changes) == ["c399"]
    assert "Of 400 columns" in said.note.english()


def test_a_case_without_any_value_can_be_answered_for():
    frame = numbers(300, "ab").assign(kind=np.random.default_rng(0).choice(["u", "v"], 300))
    frame = frame.mask(np.random.default_rng(1).random(frame.shape) < 0.3)
    made = basis(frame, lambda rows: chances(3 * rows["a"].fillna(-1).to_numpy()))
    said = found(made, start_of(made, a=np.nan, b=np.nan, kind=None), most=1)
    assert said.ways[0].changes.keys() == {"a"}


def test_a_budget_buys_the_best_that_it_can():
    """A line: all of it goes into the column that gains most for its cost."""
    made = basis(numbers(), line([1.0, 0.7, 0.1], -5.0))
    row, budget = start_of(made, a=0.0, b=0.0, c=0.0), 1.5
    said = found(made, row, Aim("yes", chance=0.99), budget=budget)
    scale = sheet_of(made).scales
    gains = np.array([1.0, 0.7, 0.1]) * scale
    best = -5 + budget * gains.max()
    assert said.ways == () and said.best.cost <= budget + 1e-9
    assert np.log(said.best.values[1] / said.best.values[0]) == pytest.approx(best, rel=0.01)


def test_a_budget_holds_for_ways_that_reach_too():
    made = basis(numbers(), line([2.0, 1.0, 0.5], -1.0))
    said = found(made, start_of(made, a=0.0, b=0.0, c=0.0), budget=0.8)
    assert said.ways and all(way.cost <= 0.8 for way in said.ways)


def test_the_same_question_has_the_same_answer():
    frame = numbers(300, "abcdef").assign(kind=np.random.default_rng(0).choice(["u", "v", "w"], 300))
    made = basis(frame, lambda rows: chances(rows["a"] * rows["b"] + rows["c"] - (rows["kind"] == "u") * 2 - 1))
    row = start_of(made, a=-1.0, b=1.0, c=-1.0, kind="u")
    one, two = found(made, row), found(made, row)
    assert [way.changes for way in one.ways] == [way.changes for way in two.ways]


def test_without_time_that_is_said_and_nothing_breaks():
    made = basis(numbers(), line([1.0, 0.0, 0.0], -1.0))
    said = found(made, start_of(made, a=0.0), seconds=0.0)
    assert said.ways == () and "Time was over" in said.note.english()


@pytest.mark.parametrize(
    ("aim", "said"),
    [
        (Aim("maybe"), "does not know the answer “maybe”"),
        (Aim("yes", chance=1.2), "between 0% and 100%"),
    ],
)
def test_aims_that_cannot_be_are_said(aim, said):
    made = basis(numbers(), line([1.0, 0.0, 0.0]))
    with pytest.raises(Problem, match=said):
        ways(made, start_of(made), aim, ())


def test_a_number_must_be_asked_for_whole():
    made = basis(numbers(), lambda rows: rows["a"].to_numpy()[:, None], ())
    with pytest.raises(Problem, match="Say which number"):
        ways(made, start_of(made), Aim(), ())
    with pytest.raises(Problem, match="at once"):
        ways(made, start_of(made), Aim(low=3, high=2), ())


def test_what_the_model_has_never_seen_together_is_refused():
    """a and b always go together; the formula likes a without b, which no case has."""
    draw = np.random.default_rng(0).normal(size=600).round(2)
    frame = pd.DataFrame({"a": draw, "b": (draw + np.random.default_rng(1).normal(0, 0.02, 600)).round(2)})
    made = basis(frame, lambda rows: chances(4 * (rows["a"] - rows["b"]).to_numpy() - 6))
    said = found(made, start_of(made, a=0.0, b=0.0))
    assert said.ways == ()
    assert "unlike" in said.note.english() or "no honest way" in said.note.english()


def test_age_goes_up_only_even_where_it_is_allowed():
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({"age": draw.integers(18, 70, 400), "amount": draw.integers(1, 100, 400)})
    made = basis(frame, lambda rows: chances((40 - rows["age"]) / 4.0), domain=domains()["finance"])
    said = found(made, start_of(made, age=60, amount=50), limits=[Limit("age", "any")])
    assert said.ways == ()
    younger = found(made, start_of(made, age=20, amount=50), Aim("no"), limits=[Limit("age", "any")])
    assert younger.ways[0].changes["age"] > 40 - 1


def test_codes_for_missing_and_second_spellings_are_never_proposed():
    draw = np.random.default_rng(0)
    dose = draw.uniform(50, 100, 400).round()
    dose[::8] = -200.0
    town = np.where(np.arange(400) % 5 == 0, "B ", draw.choice(["A", "B"], 400))
    frame = pd.DataFrame({"dose": dose, "town": pd.array(town, dtype="str")})

    def formula(rows: pd.DataFrame) -> np.ndarray:
        low = np.where(np.isnan(rows["dose"]), 0.0, (60 - rows["dose"]) / 10)
        return chances(low + 4 * (rows["town"] == "B ").to_numpy(dtype=float) - 3)

    known = basis(frame, formula)
    changes = (Repair("missing", "dose", codes=("-200",)), Repair("merge", "town", spellings={"B ": "B"}))
    known = replace(known, model=replace(known.model, recipe=replace(known.model.recipe, repairs=changes)))
    start = frame.iloc[[1]].assign(dose=99.0, town=pd.array(["A"], dtype="str"))
    found = ways(known, start, Aim("yes"), ())
    proposed = [one.changes for one in (*found.ways, *([found.best] if found.best else []))]
    assert proposed
    assert all(one.get("dose", 50) >= 50 and one.get("town") != "B " for one in proposed)


def test_numbers_without_a_step_are_told_to_a_few_digits():
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(300, 2)), columns=["a", "b"])
    made = basis(frame, line([1.0, 0.0], -0.5))
    said = found(made, start_of(made, a=0.0, b=0.0))
    assert said.ways
    assert all(len(f"{one.changes['a']:.15g}") <= 6 for one in said.ways)
