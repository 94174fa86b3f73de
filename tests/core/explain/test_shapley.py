from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from core.explain import sampling
from core.explain.shapley import explain
from core.explain.trail import orders
from core.learn.model import TrainedModel


def by_enumeration(model: TrainedModel, row: pd.DataFrame, label: int) -> np.ndarray:
    """(n_columns,) Shapley values of one row from the definition: every coalition, every background row."""
    columns, count = list(model.features), len(model.features)
    worth = {}
    for size in range(count + 1):
        for members in itertools.combinations(range(count), size):
            mixed = model.background.copy()
            for place in members:
                mixed[columns[place]] = row[columns[place]].iloc[0]
            answers = model.predict(mixed)
            worth[members] = answers[:, label].mean() if answers.ndim == 2 else answers.mean()
    values = np.zeros(count)
    for place in range(count):
        for members in worth:
            if place not in members:
                share = math.factorial(len(members)) * math.factorial(count - len(members) - 1) / math.factorial(count)
                values[place] += share * (worth[tuple(sorted((*members, place)))] - worth[members])
    return values


@pytest.mark.parametrize(("outputs", "label"), [(1, 0), (2, 1), (3, 2)])
def test_values_are_those_of_the_definition(kit, outputs, label):
    classes = tuple("abc"[:outputs]) if outputs > 1 else ()
    model = kit.build([kit.net(5, outputs), kit.net(5, outputs, seed=1)], kit.rows(64, 5), classes, [0.7, 0.3])
    row = kit.rows(1, 5, seed=9)
    found = explain(model, row, labels=classes[label] if classes else None)
    true = by_enumeration(model, row, label)
    assert np.abs(found.values[0] - true).max() < 0.05 * np.abs(true).max()
    assert (np.abs(found.values[0] - true) < 5 * found.errors[0] + 1e-9).all()


def test_values_agree_with_the_exact_explainer_of_shap(kit):
    shap = pytest.importorskip("shap")
    model = kit.build([kit.net(8, 2)], kit.rows(64, 8), ("no", "yes"))
    rows = kit.rows(3, 8, seed=5)
    columns = list(model.features)

    def chance(cells):
        return model.predict(pd.DataFrame(cells, columns=columns))[:, 1]

    masker = shap.maskers.Independent(model.background.to_numpy(), max_samples=len(model.background))
    true = shap.explainers.ExactExplainer(chance, masker)(rows.to_numpy())
    found = explain(model, rows)
    assert np.allclose(found.base, true.base_values, atol=1e-9)
    largest = np.abs(true.values).max(axis=1)
    assert (np.abs(found.values - true.values).max(axis=1) < 0.06 * largest).all()
    assert (np.abs(found.values - true.values).mean(axis=1) < 0.02 * largest).all()


@pytest.mark.parametrize("scale", [1.0, 1e6])
def test_they_add_up_whatever_the_unit(kit, scale):
    member = kit.net(12, 1)
    large = kit.small(member.weights, lambda hidden: scale * member.formula(hidden))
    found = explain(kit.build([large], kit.rows(64, 12)), kit.rows(20, 12, seed=3), seconds=0.2)
    assert found.gap < 1e-12 * 100 * scale
    assert found.base[0] == pytest.approx(found.predictions[0] - found.values[0].sum())


def test_columns_without_effect_get_exactly_nothing(kit):
    member = kit.net(6, 2)
    member.weights[2] = 0.0
    background = kit.rows(64, 6)
    background["c4"] = 1.0
    row = kit.rows(1, 6, seed=4)
    row["c4"] = 1.0
    found = explain(kit.build([member], background, ("no", "yes")), row)
    assert found.values[0, 2] == 0.0
    assert found.values[0, 4] == 0.0
    assert found.errors[0, 2] == 0.0
    assert (found.values[0, [0, 1, 3, 5]] != 0).all()


def test_a_constant_model_has_no_reasons(kit):
    model = kit.build([kit.small(np.zeros((3, 2)), kit.two_classes(lambda h: h[:, 0]))], kit.rows(64, 3), ("no", "yes"))
    found = explain(model, kit.rows(2, 3, seed=1))
    assert (found.values == 0).all()
    assert found.gap == 0


def test_a_single_column_has_all_of_it(kit):
    model = kit.build([kit.net(1, 2)], kit.rows(64, 1), ("no", "yes"))
    found = explain(model, kit.rows(3, 1, seed=1))
    assert np.allclose(found.values[:, 0], found.predictions - found.base, atol=1e-12)


def test_linear_members_are_exact_without_walks(kit):
    weights = np.array([[2.0], [-3.0], [0.5]])
    model = kit.build([kit.small(weights, lambda hidden: hidden + 7)], kit.rows(64, 3))
    rows = kit.rows(4, 3, seed=2)
    found = explain(model, rows)
    true = (rows.to_numpy() - model.background.to_numpy().mean(axis=0)) * weights[:, 0]
    assert np.allclose(found.values, true, atol=1e-5)
    assert (found.errors == 0).all()
    assert found.method == "exact"


def test_a_member_that_bends_beyond_the_background_rows_is_walked(kit):
    model = kit.build([kit.small(np.eye(2), lambda h: np.minimum(h.sum(axis=1, keepdims=True), 50))], kit.rows(64, 2))
    row = pd.DataFrame([[100.0, 40.0]], columns=list(model.features))
    found = explain(model, row)
    assert found.method == "walks"
    assert np.allclose(found.values[0], by_enumeration(model, row, 0), atol=1e-4)


def test_two_columns_that_only_matter_together_share_it(kit):
    weights = np.zeros((4, 2))
    weights[0, 0] = weights[1, 1] = 1.0
    model = kit.build(
        [kit.small(weights, kit.two_classes(lambda h: 4 * h[:, 0] * h[:, 1]))],
        kit.rows(64, 4).apply(np.sign),
        ("no", "yes"),
    )
    found = explain(model, pd.DataFrame([[1.0, 1.0, 1.0, 1.0]], columns=list(model.features)))
    assert found.values[0, :2].min() > 0.2
    assert (found.values[0, 2:] == 0).all()


def test_every_background_row_counts_the_same(kit):
    background = kit.rows(64, 2)
    background.iloc[63] = 1000.0
    model = kit.build([kit.small(np.eye(2), lambda h: h.sum(axis=1, keepdims=True))], background)
    found = explain(model, background.iloc[:1])
    assert found.base[0] == pytest.approx(background.to_numpy().sum() / 64, rel=1e-6)


def test_multiclass_explains_the_class_predicted(kit):
    model = kit.build([kit.net(4, 3)], kit.rows(64, 4), ("a", "b", "c"))
    rows = kit.rows(10, 4, seed=8)
    found = explain(model, rows)
    answers = model.predict(rows)
    assert found.labels == tuple("abc"[place] for place in answers.argmax(axis=1))
    assert np.allclose(found.predictions, answers.max(axis=1))


def test_a_row_has_the_same_values_alone_and_among_others(kit):
    model = kit.build([kit.net(6, 2)], kit.rows(64, 6), ("no", "yes"))
    rows = kit.rows(5, 6, seed=2)
    assert np.allclose(explain(model, rows).values[3], explain(model, rows.iloc[[3]]).values[0], rtol=0, atol=1e-12)


def test_two_seeds_tell_the_same_story(kit):
    model = kit.build([kit.net(10, 2)], kit.rows(64, 10), ("no", "yes"))
    rows = kit.rows(10, 10, seed=2)
    one, two = explain(model, rows, seed=0), explain(model, rows, seed=1)
    assert np.abs(one.values - two.values).max() > 0
    ranks = [np.argsort(np.argsort(np.abs(found.values), axis=1), axis=1) for found in (one, two)]
    agreement = [np.corrcoef(a, b)[0, 1] for a, b in zip(*ranks, strict=True)]
    assert np.mean(agreement) >= 0.95


def test_the_errors_are_neither_vain_nor_timid(kit):
    model = kit.build([kit.net(10, 2)], kit.rows(64, 10), ("no", "yes"))
    row = kit.rows(1, 10, seed=2)
    many = [explain(model, row, seed=seed) for seed in range(30)]
    seen = np.std([found.values[0] for found in many], axis=0, ddof=1)
    said = np.mean([found.errors[0] for found in many], axis=0)
    assert 0.7 < np.median(seen / said) < 1.4
    assert all(found.errors.max() <= 0.02 * np.abs(found.values).max() for found in many)


def test_time_ends_and_it_says_so(kit):
    model = kit.build([kit.net(30, 2)], kit.rows(64, 30), ("no", "yes"))
    found = explain(model, kit.rows(20, 30, seed=2), seconds=0.0)
    assert found.method == "walks, time ended"
    assert "Time ended" in found.note.english()
    assert "at most" in found.note.english()  # one turn tells the error only from above
    assert found.gap < 1e-5
    assert found.errors.max() > 0


def test_cells_and_numbers_are_those_of_the_row(kit):
    background = kit.rows(64, 2)
    model = kit.build([kit.net(2, 2)], background, ("no", "yes"))
    rows = pd.DataFrame({"c1": [0.25, np.nan], "c0": [3.0, -1.5], "else": ["x", "y"]}, index=[7, 11])
    found = explain(model, rows)
    assert found.cells == (("3", "-1.5"), ("0.25", ""))
    assert found.numbers[0].tolist() == [3.0, 0.25]
    assert np.isnan(found.numbers[1, 1])
    assert found.rows.tolist() == [7, 11]


def test_wide_rows_are_walked_a_stretch_at_a_time(kit, monkeypatch):
    model = kit.build([kit.net(40, 2)], kit.rows(64, 40), ("no", "yes"))
    row = kit.rows(1, 40, seed=2)
    whole = explain(model, row, seconds=0.0)
    monkeypatch.setattr("core.explain.packs.HELD", 128 * 16 * 7)
    assert np.allclose(explain(model, row, seconds=0.0).values, whole.values, atol=1e-6)


def test_a_label_the_model_does_not_know_is_refused(kit):
    model = kit.build([kit.net(2, 2)], kit.rows(64, 2), ("no", "yes"))
    with pytest.raises(ValueError, match="labels name one of"):
        explain(model, kit.rows(1, 2), labels="maybe")


def test_rows_that_time_leaves_no_walk_for_are_left_out_where_not_all_are_needed(kit):
    model, rows = kit.build([kit.net(5, 1)], kit.rows(64, 5)), kit.rows(20, 5, seed=3)
    whole, some = explain(model, rows, seconds=0.0), explain(model, rows, seconds=0.0, fewest=6)
    assert (len(whole.rows), len(some.rows)) == (20, 6)
    assert np.allclose(some.values.sum(axis=1), some.predictions - some.base)
    assert np.allclose(some.predictions, model.predict(rows.loc[some.rows]))
    assert len(explain(model, rows, fewest=6).rows) == 20


def test_against_another_row_every_coalition_of_what_changed_is_asked(kit):
    model = kit.build([kit.net(14, 2), kit.wood(14, 20, outputs=2)], kit.rows(64, 14), ("no", "yes"))
    before, after = kit.rows(1, 14, seed=4), kit.rows(1, 14, seed=4)
    after[["c2", "c5", "c9"]] = [[0.5, -1.0, 2.0]]
    found = explain(model, after, background=before)
    assert found.method == "exact"
    assert set(np.flatnonzero(found.values[0])) == {2, 5, 9}
    assert found.base[0] == pytest.approx(model.predict(before)[0, 1], abs=1e-12)
    assert found.values.sum() == pytest.approx((model.predict(after) - model.predict(before))[0, 1], abs=1e-12)
    true = dict.fromkeys(("c2", "c5", "c9"), 0.0)
    for order in itertools.permutations(true):
        mixed = before.copy()
        for name in order:
            last = model.predict(mixed)[0, 1]
            mixed[name] = after[name]
            true[name] += (model.predict(mixed)[0, 1] - last) / 6
    assert np.allclose(found.values[0, [2, 5, 9]], list(true.values()), rtol=0, atol=1e-12)


def test_against_a_row_that_differs_in_many_columns_walks_are_taken(kit):
    model = kit.build([kit.net(14, 2)], kit.rows(64, 14), ("no", "yes"))
    found = explain(model, kit.rows(1, 14, seed=4), background=kit.rows(1, 14, seed=5))
    assert found.method.startswith("walks")
    assert "given to compare with" in found.note.english()
    assert found.gap < 1e-9


def test_an_unchanged_row_has_no_reasons(kit):
    model, row = kit.build([kit.net(5, 1)], kit.rows(64, 5)), kit.rows(1, 5, seed=4)
    found = explain(model, row, background=row)
    assert (found.values == 0).all()
    assert found.method == "exact"


def test_walks_end_when_they_are_as_precise_as_asked(kit):
    model, row = kit.build([kit.net(10, 2)], kit.rows(64, 10), ("no", "yes")), kit.rows(1, 10, seed=2)
    shares = []
    for precision in (0.1, 0.02):
        found = explain(model, row, precision=precision)
        shares.append(found.errors.max() / np.abs(found.values).max())
        assert shares[-1] <= precision
    assert shares[1] < shares[0]


def test_the_second_question_opens_nothing(kit, monkeypatch):
    model = kit.build([kit.net(5, 1), kit.wood(5, 12)], kit.rows(64, 5))
    first = explain(model, kit.rows(1, 5, seed=4))
    monkeypatch.setattr("core.explain.opening.lay_open", None)
    assert np.array_equal(explain(model, kit.rows(1, 5, seed=4)).values, first.values)


@pytest.mark.parametrize("rows", [3, 9])
def test_two_cores_find_what_one_finds(kit, monkeypatch, rows):
    """Few rows share the work of each; of more, each core has its own."""
    model = kit.build(
        [kit.net(6, 2), kit.net(6, 2, seed=1), kit.wood(6, 30, outputs=2)], kit.rows(64, 6), ("no", "yes")
    )
    found = []
    for cores in (1, 2):
        monkeypatch.setattr("core.explain.sampling._cores", lambda cores=cores: cores)
        found.append(explain(model, kit.rows(rows, 6, seed=4)).values)
    assert np.array_equal(*found)


def test_what_goes_wrong_beside_others_is_told(kit, monkeypatch):
    def fail(*_):
        raise ArithmeticError("no walk")

    model = kit.build([kit.net(6, 2)], kit.rows(64, 6), ("no", "yes"))
    monkeypatch.setattr("core.explain.sampling._cores", lambda: 2)
    monkeypatch.setattr("core.explain.sampling.walk", fail)
    with pytest.raises(ArithmeticError, match="no walk"):
        explain(model, kit.rows(9, 6, seed=4))


def test_the_first_row_hurries_where_a_pair_took_longer_than_there_is_time():
    quick = sampling.Clock(0.08)
    assert not sampling._hurry(quick, 0, 1, 0.0)
    assert not sampling._hurry(quick, 0, 1, 0.03)
    assert sampling._hurry(quick, 0, 1, 0.2)
    assert not sampling._hurry(quick, 1, 2, 0.2)  # rows of this question tell better
    assert not sampling._hurry(sampling.Clock(), 0, 1, 0.2)


def test_how_long_a_pair_takes_is_remembered_and_a_single_turn_counts_twice(kit, monkeypatch):
    model = kit.build([kit.net(6, 2)], kit.rows(64, 6), ("no", "yes"))
    monkeypatch.setattr(sampling, "PAIRS", {})
    monkeypatch.setattr("core.explain.sampling._double", lambda *_: None)
    explain(model, kit.rows(1, 6, seed=4), seconds=0.0)
    ((part, single),) = sampling.PAIRS.items()
    assert 0 < single < 60
    sampling.PAIRS[part] = 1e6
    found = explain(model, kit.rows(1, 6, seed=4), seconds=0.3)  # a single turn, and what it took is taken over
    assert sampling.PAIRS[part] < 60
    assert found.gap < 1e-5


def test_among_as_many_orders_as_columns_each_column_has_every_place():
    some = orders(64, 10, 0, 3)
    assert (np.sort(some, axis=1) == np.arange(10)).all()
    assert all(
        (np.sort(some[start : start + 10], axis=0) == np.arange(10)[:, None]).all() for start in range(0, 60, 10)
    )
    firsts = np.bincount([orders(1, 5, seed, 0)[0, 0] for seed in range(500)], minlength=5)
    assert firsts.min() > 60
