from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.data.table import Column, Repair, Schema
from core.errors import Problem
from core.explain.mix import answers
from core.explain.partial import partial


@pytest.fixture
def hill(kit):
    """The answer is c0 squared, plus c0 times c1."""
    weights = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    member = kit.small(weights, lambda h: (h[:, 0] ** 2 + h[:, 0] * h[:, 1])[:, None])
    return kit.build([member], kit.rows(64, 3))


def typed(model, **columns):
    """The model with other contracts of its columns."""
    changed = [columns.get(column.name, column) for column in model.schema.columns]
    return replace(model, schema=Schema(tuple(changed)))


def test_the_mean_and_the_lines_are_those_of_asking_row_by_row(hill, kit):
    rows = kit.rows(30, 3, seed=1)
    found = partial(hill, rows, "c0", points=9)
    for at, cell in enumerate(found.cells):
        put = hill.predict(rows.assign(c0=cell))
        assert found.mean[at] == pytest.approx(put.mean())
        assert found.lines[:, at] == pytest.approx(put)
        half = 1.96 * put.std(ddof=1) / np.sqrt(30)
        assert (found.low[at], found.high[at]) == pytest.approx((put.mean() - half, put.mean() + half))
    assert found.answers == pytest.approx(hill.predict(rows))
    assert found.own == pytest.approx(rows["c0"].to_numpy())


def test_points_are_real_values_and_reach_both_ends(hill, kit):
    rows = kit.rows(200, 3, seed=1)
    rows.loc[7, "c0"] = 1000.0
    found = partial(hill, rows, "c0", points=12)
    assert len(found.cells) <= 12
    assert set(found.numbers) <= set(rows["c0"])
    assert (found.numbers[0], found.numbers[-1]) == (rows["c0"].min(), 1000.0)
    assert (np.diff(found.numbers) > 0).all()
    assert found.counts.sum() == 200


def test_where_no_case_lies_the_curve_is_marked_as_a_guess(hill, kit):
    model = typed(hill, c0=Column("c0", "number", low=-500.0, high=500.0))
    found = partial(model, kit.rows(50, 3, seed=1), "c0")
    assert found.numbers[[0, -1]].tolist() == [-500.0, 500.0]
    assert found.guessed[[0, -1]].all()
    assert not found.guessed[1:-1].all()


def test_many_zeros_are_one_point_and_whole_numbers_stay_whole(hill, kit):
    model = typed(hill, c0=Column("c0", "number", whole=True))
    rows = kit.rows(300, 3, seed=1)
    rows["c0"] = np.where(np.arange(300) < 250, 0, np.arange(300))
    found = partial(model, rows, "c0", points=10)
    assert found.cells[0] == 0 and all(isinstance(cell, int) for cell in found.cells)
    assert len(set(found.cells)) == len(found.cells)


def test_missing_is_a_point_of_its_own_where_it_occurs(hill, kit):
    rows = kit.rows(20, 3, seed=1)
    assert None not in partial(hill, rows, "c0").cells
    rows.loc[:4, "c0"] = np.nan
    found = partial(hill, rows, "c0")
    assert found.cells[-1] is None and np.isnan(found.numbers[-1])
    assert found.counts[-1] == 5
    assert found.mean[-1] == pytest.approx(0.0)
    assert np.isnan(found.own[:5]).all()


def test_a_value_that_stands_for_missing_is_no_point(hill, kit):
    repairs = (Repair("missing", "c0", codes=("999",)),)
    model = replace(hill, recipe=replace(hill.recipe, repairs=repairs))
    rows = kit.rows(20, 3, seed=1)
    rows.loc[:4, "c0"] = 999.0
    found = partial(model, rows, "c0")
    assert 999.0 not in found.cells
    assert found.cells[-1] is None and found.counts[-1] == 5


def test_numbers_are_told_in_the_units_of_the_file(hill, kit):
    model = replace(hill, recipe=replace(hill.recipe, repairs=(Repair("divide", "c0", number=100.0),)))
    rows = kit.rows(20, 3, seed=1).assign(c0=np.arange(20) * 100.0, c1=0.0)
    found = partial(model, rows, "c0")
    assert found.cells[-1] == 1900.0
    assert found.mean[-1] == pytest.approx(19.0**2)


def test_centred_lines_begin_at_nothing(hill, kit):
    rows = kit.rows(30, 3, seed=1)
    plain, found = partial(hill, rows, "c0"), partial(hill, rows, "c0", centred=True)
    assert (found.lines[:, 0] == 0).all() and found.mean[0] == 0 and found.low[0] == 0
    assert found.mean == pytest.approx(plain.mean - plain.mean[0])


def test_a_drawn_part_is_said_to_be_one(hill, kit):
    rows = kit.rows(1000, 3, seed=1)
    found = partial(hill, rows, "c0", most=100, lines=7)
    assert (found.n, found.total, len(found.lines), len(found.rows)) == (100, 1000, 7, 7)
    assert found.note.english() == "Mean over 100 cases, drawn by chance from 1,000."
    assert found.counts.sum() == 1000
    again = partial(hill, rows, "c0", most=100, lines=7)
    assert np.array_equal(found.mean, again.mean) and np.array_equal(found.rows, again.rows)


def words(model, levels):
    return typed(model, c1=Column("c1", "category", levels=levels))


def cut(kit, columns):
    """The answer is the length of the word in c1."""

    class Lengths(kit.small):
        def first_layer(self, rows):
            layer = np.zeros((len(rows), rows.shape[1], 1), dtype=np.float32)
            layer[:, 1, 0] = rows["c1"].str.len().fillna(0)
            return layer

    background = kit.rows(64, columns).assign(c1=pd.Series(["b"] * 64, dtype="str"))
    return kit.build([Lengths(np.zeros((columns, 1)), lambda h: h)], background)


def test_categories_are_all_tried_the_most_frequent_first(kit):
    model = words(cut(kit, 2), ("bb", "a", "cccc"))
    rows = kit.rows(5, 2, seed=1).assign(c1=pd.Series(["a", "a", None, "bb", "a"], dtype="str"))
    found = partial(model, rows, "c1")
    assert found.kind == "category"
    assert found.cells == ("bb", "a", "cccc", None)
    assert found.mean.tolist() == [2, 1, 4, 0]
    assert found.counts.tolist() == [1, 3, 0, 1]
    assert found.guessed.tolist() == [False, False, True, False]
    assert found.own[:2].tolist() == [1, 1] and np.isnan(found.own[2])


def test_of_very_many_categories_it_says_how_many_are_left_out(kit):
    levels = tuple(f"level {place}" for place in range(45))
    found = partial(words(cut(kit, 2), levels), kit.rows(3, 2).assign(c1=list(levels[:3])), "c1")
    assert len(found.cells) == 30
    assert "15 more are not" in found.note.english()


def test_dates_are_told_as_iso_text(hill, kit):
    member = hill.members[0]

    class Days(kit.small):
        def first_layer(self, rows):
            layer = np.zeros((len(rows), 3, 2), dtype=np.float32)
            layer[:, 0, 0] = (rows["c0"] - pd.Timestamp("2024-01-01")) / pd.Timedelta(days=1)
            return layer

    dates = pd.Series(pd.date_range("2024-01-01", periods=4))
    background = hill.background.assign(c0=pd.Timestamp("2024-01-01"))
    model = typed(
        replace(hill, members=(Days(member.weights, member.formula),), background=background), c0=Column("c0", "date")
    )
    found = partial(model, kit.rows(4, 3, seed=1).assign(c0=dates), "c0")
    assert found.kind == "date"
    assert found.cells == ("2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04")
    assert found.mean.tolist() == [0, 1, 4, 9]
    assert np.diff(found.numbers).tolist() == [1, 1, 1]


def test_the_class_shown_can_be_chosen(kit):
    model = kit.build([kit.net(4, 3)], kit.rows(64, 4), ("a", "b", "c"))
    rows = kit.rows(10, 4, seed=2)
    each = [partial(model, rows, "c2", label=label).mean for label in "abc"]
    assert np.sum(each, axis=0) == pytest.approx(1.0)


def test_what_cannot_be_drawn_is_said_in_words(hill, kit):
    texts = typed(hill, c2=Column("c2", "text"))
    with pytest.raises(Problem, match="holds texts"):
        partial(texts, kit.rows(3, 3), "c2")
    with pytest.raises(Problem, match="does not use"):
        partial(hill, kit.rows(3, 3), "c9")
    with pytest.raises(Problem, match="no case"):
        partial(hill, kit.rows(3, 3).iloc[:0], "c0")


def test_a_column_of_one_value_is_one_point(hill, kit):
    found = partial(hill, kit.rows(5, 3).assign(c0=2.0), "c0")
    assert found.cells == (2.0,) and found.counts.tolist() == [5]
    empty = partial(hill, kit.rows(5, 3).assign(c0=np.nan), "c0")
    assert empty.cells == (None,)


def test_rows_put_together_are_answered_like_rows_that_are_so(kit):
    model = kit.build([kit.net(3, 2), kit.wood(3, 20, outputs=2)], kit.rows(64, 3), ("no", "yes"))
    rows = kit.rows(6, 3, seed=4)
    picks = np.array([[0, 1, 2], [5, 5, 5], [3, 0, 3]])
    put = pd.DataFrame({name: rows[name].to_numpy()[picks[:, place]] for place, name in enumerate(rows)})
    assert answers(model, model.encode(rows), picks) == pytest.approx(model.predict(put))
