from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.engines.base import Event
from core.errors import Problem
from core.explain import agree, quality, verdicts
from core.explain.faithful import _sizes, areas
from core.explain.grade import Check
from core.explain.quality import _grade
from core.explain.sampling import Clock
from core.explain.scrambled import scrambled
from core.explain.shapley import explain
from core.words import Message


def grade(model, frame, **given):
    """Without a limit of time, so that no test depends on the speed of the machine."""
    return quality.grade(model, frame, **{"seconds": 1e6, **given})


class Told:
    """A watch that may ask to stop."""

    def __init__(self, stop: bool = False) -> None:
        self.events: list[Event] = []
        self.stop = stop

    def emit(self, event: Event) -> None:
        self.events.append(event)

    def should_stop(self) -> bool:
        return self.stop

    def cores(self) -> int:
        return 1

    def seconds_left(self) -> float:
        return float("inf")


def uneven(kit, columns: int = 8, seed: int = 0):
    """A bent net whose columns count for clearly different amounts."""
    member = kit.net(columns, 2, seed)
    return kit.small(member.weights * (1.5 ** -np.arange(columns))[:, None], member.formula)


def of(found, key):
    return next(check for check in found.checks if check.key == key)


def test_good_reasons_pass_every_check(kit):
    model = kit.build([uneven(kit), kit.wood(8, 30, outputs=2)], kit.rows(64, 8), ("no", "yes"), [0.8, 0.2])
    found = grade(model, kit.rows(30, 8, seed=5))
    assert {check.key: check.passed for check in found.checks} == dict.fromkeys(
        ("adds_up", "seeds", "noise", "random", "deletion", "insertion"), True
    )
    assert (found.verdict, found.rows) == ("good", 30)
    assert all("{" not in check.message.english() for check in found.checks)


@pytest.mark.parametrize("outputs", [1, 3])
def test_numbers_and_several_classes_are_graded_too(kit, outputs):
    classes = tuple("abc") if outputs == 3 else ()
    member = kit.net(6, outputs)
    strong = kit.small(member.weights * (2.0 ** -np.arange(6))[:, None], member.formula)
    found = grade(kit.build([strong], kit.rows(64, 6), classes), kit.rows(12, 6, seed=5))
    assert of(found, "adds_up").passed and of(found, "seeds").passed
    assert of(found, "deletion").value < 0.5


def test_reasons_of_chance_are_weak(kit, monkeypatch):
    """Values that have nothing to do with the model, and are drawn anew every time."""
    model = kit.build([uneven(kit)], kit.rows(64, 8), ("no", "yes"))

    def made_up(model, frame, **given):
        true = explain(model, frame, labels=given.get("labels"), seconds=0.0)
        drawn = np.random.default_rng(len(calls)).normal(size=true.values.shape)
        calls.append(1)
        drawn += ((true.predictions - true.base - drawn.sum(axis=1)) / drawn.shape[1])[:, None]
        return replace(true, values=drawn)

    calls: list[int] = []
    monkeypatch.setattr(quality, "explain", made_up)
    found = grade(model, kit.rows(20, 8, seed=5))
    assert of(found, "adds_up").passed
    assert not of(found, "seeds").passed
    assert not of(found, "noise").passed
    assert not of(found, "deletion").passed and not of(found, "insertion").passed
    assert found.verdict != "good"


def test_reasons_that_do_not_add_up_are_withheld(kit, monkeypatch):
    model = kit.build([uneven(kit)], kit.rows(64, 8), ("no", "yes"))
    monkeypatch.setattr(
        quality, "explain", lambda *given, **more: replace(one := explain(*given, **more), values=one.values * 1.01)
    )
    found = grade(model, kit.rows(12, 8, seed=5))
    assert found.verdict == "withheld"
    assert "do not add up" in found.message.english()


def test_reasons_that_say_the_same_of_every_model_are_withheld(kit, monkeypatch):
    """The cells themselves as reasons: stable, but they know nothing of the model."""
    model = kit.build([uneven(kit)], kit.rows(64, 8), ("no", "yes"))

    def blind(model, frame, **given):
        true = explain(model, frame, labels=given.get("labels"), seconds=0.0)
        cells = frame.to_numpy()
        cells = cells + ((true.predictions - true.base - cells.sum(axis=1)) / cells.shape[1])[:, None]
        return replace(true, values=cells)

    monkeypatch.setattr(quality, "explain", blind)
    found = grade(model, kit.rows(20, 8, seed=5))
    assert of(found, "seeds").passed and not of(found, "random").passed
    assert found.verdict == "withheld"


def test_a_model_that_always_answers_the_same_has_good_reasons(kit):
    model = kit.build([kit.small(np.zeros((5, 2)), kit.two_classes(lambda h: h[:, 0]))], kit.rows(64, 5), ("no", "yes"))
    found = grade(model, kit.rows(10, 5, seed=1))
    assert found.verdict == "good"
    assert "answers the same whatever the case" in found.message.english()
    assert [check.passed for check in found.checks] == [True, None, None, None, None, None]


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_with_few_columns_it_asks_what_can_be_asked(kit, columns):
    model = kit.build([kit.net(columns, 2)], kit.rows(64, columns), ("no", "yes"))
    found = grade(model, kit.rows(10, columns, seed=1))
    assert of(found, "adds_up").passed and of(found, "seeds").passed and of(found, "noise").passed
    assert of(found, "random").passed is None and of(found, "deletion").passed is None
    assert "few columns" in of(found, "random").message.english()
    assert found.verdict == "good"


def test_a_single_case_is_enough_to_ask(kit):
    found = grade(kit.build([uneven(kit)], kit.rows(64, 8), ("no", "yes")), kit.rows(1, 8, seed=1))
    assert found.rows == 1 and of(found, "adds_up").passed
    with pytest.raises(Problem, match="no case"):
        grade(kit.build([uneven(kit)], kit.rows(64, 8), ("no", "yes")), kit.rows(0, 8))


def test_at_most_forty_cases_are_drawn_by_the_seed(kit):
    model = kit.build([uneven(kit, 4)], kit.rows(64, 4), ("no", "yes"))
    one, two = (grade(model, kit.rows(300, 4, seed=1), seed=3) for _ in range(2))
    assert one.rows == 40
    assert [check.value for check in one.checks] == [check.value for check in two.checks]


def test_short_time_leaves_out_cases_first(kit):
    model = kit.build([kit.net(40, 2, width=64)], kit.rows(64, 40), ("no", "yes"))
    found = grade(model, kit.rows(40, 40, seed=1), seconds=0.1)
    assert found.rows < 40
    assert of(found, "adds_up").passed


def test_a_wish_to_stop_leaves_questions_open(kit):
    watch = Told(stop=True)
    found = grade(kit.build([uneven(kit)], kit.rows(64, 8), ("no", "yes")), kit.rows(12, 8, seed=1), watch=watch)
    assert of(found, "seeds").passed is None and found.verdict == "weak"
    assert {event.message.english() for event in watch.events} == {"Checking how good the reasons are"}


def test_noise_spares_cells_that_stand_for_missing(kit):
    model = kit.build([uneven(kit)], kit.rows(64, 8), ("no", "yes"))
    rows = kit.rows(6, 8, seed=1)
    rows.loc[2, "c3"] = np.nan
    shaken = quality._shaken(model, rows, 0)
    assert np.isnan(shaken.loc[2, "c3"]) and shaken["c3"].notna().sum() == 5
    assert 0 < np.abs(shaken - rows).max().max() < 0.06


def test_a_scrambled_model_keeps_its_promise_and_its_strength(kit):
    model = kit.build([uneven(kit), kit.wood(8, 40, outputs=2)], kit.rows(128, 8), ("no", "yes"))
    other = scrambled(model, 1)
    rows = kit.rows(200, 8, seed=3)
    found, true = other.predict(rows), model.predict(rows)
    assert np.allclose(found.sum(axis=1), 1)
    assert np.abs(found - true).max() > 0.1
    assert found[:, 1].std() > 0.3 * true[:, 1].std()
    assert explain(other, rows.iloc[:3]).gap < 1e-9
    assert np.array_equal(scrambled(model, 1).predict(rows), found)
    for member in other.members:
        layers = member.first_layer(other.encode(rows.iloc[:4]))
        whole = np.bitwise_and.reduce(layers, axis=1) if member.joint == "all" else layers.sum(axis=1)
        assert np.allclose(member.finish(whole), member.answer(other.encode(rows.iloc[:4])), atol=1e-9)


def test_agreement_of_orders_is_spearmans():
    stats = pytest.importorskip("scipy.stats")
    draw = np.random.default_rng(0)
    one, other = draw.normal(size=(5, 9)), draw.normal(size=(5, 9))
    one[:, 4] = other[:, 4] = 0.0
    one[0, :3] = 0.25
    true = [
        stats.spearmanr(np.abs(np.delete(a, 4)), np.abs(np.delete(b, 4))).statistic
        for a, b in zip(one, other, strict=True)
    ]
    assert agree.ranked(one, other) == pytest.approx(true)
    assert np.isnan(agree.ranked(np.zeros((1, 4)), np.ones((1, 4))))
    assert agree.overlap(np.array([[9.0, -8, 7, 1]]), np.array([[1.0, -8, 7, 9]])).tolist() == [pytest.approx(2 / 3)]
    assert agree.cosine(np.array([[1.0, 0]]), np.array([[1.0, 1]]))[0] == pytest.approx(np.sqrt(0.5))


def test_areas_of_a_sum_are_those_of_arithmetic(kit):
    """A linear model: putting in the columns by their values leaves exactly what the others are worth."""
    weights = np.array([[8.0], [4.0], [2.0], [1.0]])
    model = kit.build([kit.small(weights, lambda h: h)], pd.DataFrame(np.zeros((64, 4))).add_prefix("c"))
    rows = pd.DataFrame([[1.0, 1.0, 1.0, 1.0]], columns=list(model.features))
    found = areas(model, rows, explain(model, rows).values, np.zeros(1, dtype=int), 0, Clock())
    assert _sizes(4).tolist() == [1, 2, 3]
    assert found.insertion[0] == pytest.approx((7 + 3 + 1) / 3)
    assert found.deletion[0] == pytest.approx((7 + 3 + 1) / 3)
    assert found.insertion_random[0] == pytest.approx(7.5, abs=1.0)
    assert found.deletion_random[0] == pytest.approx(7.5, abs=1.0)


def test_what_could_not_be_asked_is_not_claimed():
    open_ones = tuple(Check(key, None, None, 0.5, Message(verdicts.FEW_COLUMNS)) for key in ("deletion", "insertion"))
    added = (Check("adds_up", True, 0.0, 1e-4, Message("")), Check("seeds", True, 1.0, 0.95, Message("")))
    asked = SimpleNamespace(frame=range(12), clock=SimpleNamespace(passed=lambda: 0.1))
    found = _grade([*added, *open_ones], asked)
    assert found.verdict == "good"
    assert "could not be asked" in found.message.english()
    fine = tuple(Check(key, True, 0.1, 0.5, Message("")) for key in ("deletion", "insertion"))
    assert "name the columns" in _grade([*added, *fine], asked).message.english()
    assert "could not" not in _grade([*added, *fine], asked).message.english()
