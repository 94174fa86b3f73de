"""The answer to a changed case, held against what is known by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from types import SimpleNamespace

import msgspec
import numpy as np
import pandas as pd
import pytest

import core.whatif.ask as asking
from core.deliver.ask.whatif import open_what_if
from core.deliver.questions.whatif import VERBS
from core.domains import domains
from core.engines.residence import _encode
from core.errors import Problem
from core.whatif.ask import shares, what_if
from core.whatif.basis import Basis
from core.whatif.scenario import Scenario, Start
from core.whatif.start import changed
from tests.core.whatif.handmade import basis, chances, numbers
from tests.core.whatif.handmade import shares as three

FRAME = numbers(600, "abcd").assign(kind=pd.array(["x", "y", "z"] * 200, dtype="str"))


def score(rows: pd.DataFrame) -> np.ndarray:
    """Bent, and with an interaction."""
    cells = [rows[name].to_numpy(dtype=np.float64, na_value=0.0) for name in "abcd"]
    return np.asarray(cells[0] * 2 + np.abs(cells[1]) + cells[0] * cells[2] + (rows["kind"] == "y").to_numpy() * 1.5)


@pytest.fixture(scope="module")
def two() -> Basis:
    return basis(FRAME, lambda rows: chances(score(rows)))


def ask(known: Basis, row: int = 0, **more):
    """Of a row with some cells changed; no reasons."""
    start = known.frame.iloc[[row]]
    settings = {name: more.pop(name) for name in ("label", "level") if name in more}
    after = changed(start, Scenario(changes=more), known.model.schema)
    return what_if(known, start, after, seconds=0, **settings)


def test_both_answers_are_the_models_own(two):
    found = ask(two, a=1.0, kind="y")
    after = FRAME.iloc[[0]].assign(a=1.0, kind="y")
    assert found.before.values == pytest.approx(two.model.predict(FRAME.iloc[[0]])[0])
    assert found.after.values == pytest.approx(two.model.predict(after)[0])
    assert found.label == "yes"
    assert found.after.label == ("yes" if found.after.values[1] >= 0.5 else "no")
    assert found.before.reasons is None
    assert found.before.interval.n == 600


def test_a_single_change_has_moved_it_all(two):
    found = ask(two, a=1.2)
    assert [(one.column, one.before, one.after) for one in found.moved] == [("a", f"{FRAME['a'][0]:.6g}", "1.2")]
    assert found.moved[0].value == pytest.approx(found.after.values[1] - found.before.values[1])


def test_what_is_set_to_what_it_was_is_no_change(two):
    found = ask(two, a=float(FRAME["a"][0]), kind="x")
    assert found.moved == ()
    assert found.after.values == found.before.values


def test_changes_share_what_the_answer_moved_by_as_averages_over_all_orders(two):
    cells = {"a": 1.0, "b": -2.0, "c": 1.5, "kind": "y"}
    found = ask(two, **cells)
    parts = {one.column: one.value for one in found.moved}
    expected = dict.fromkeys(cells, 0.0)
    for order in permutations(cells):
        case, last = FRAME.iloc[[0]], two.model.predict(FRAME.iloc[[0]])[0, 1]
        for name in order:
            case = case.assign(**{name: cells[name]})
            now = two.model.predict(case)[0, 1]
            expected[name] += (now - last) / 24
            last = now
    assert parts == pytest.approx(expected)
    assert [abs(one.value) for one in found.moved] == sorted((abs(one.value) for one in found.moved), reverse=True)


def test_shares_by_hand():
    """Two changes: alone they add 1 and 2, together 6; each has half of the 3 that only both add."""
    assert shares(np.array([0.0, 1.0, 2.0, 6.0]), 2).tolist() == [2.5, 3.5]


def test_many_changes_are_walked_instead_of_tried(monkeypatch):
    wide = basis(numbers(300, "abcdefghijklmno"), lambda rows: chances(rows.sum(axis=1).to_numpy()))
    start = wide.frame.iloc[[0]]
    told = SimpleNamespace(columns=wide.model.features, values=np.ones((1, 15)))
    seen = {}

    def explain(model, frame, **more):
        seen.update(more)
        return told

    monkeypatch.setattr(asking, "explain", explain)
    found = what_if(wide, start, start + 1, seconds=0)
    assert len(found.moved) == 15
    assert seen["background"].equals(start)


def test_missing_is_shown_as_nothing(two):
    found = ask(two, a=None)
    assert found.moved[0].after == ""
    assert found.support.verdict == "unusual"


def test_the_answer_is_withheld_outside_all_support_with_the_reason(two):
    found = ask(two, b=1_000.0)
    assert found.support.verdict == "outside"
    assert found.withheld is not None
    assert "1,000" in found.withheld.english()
    assert ask(two, b=0.5).withheld is None


def test_every_cell_missing_still_has_an_answer(two):
    found = ask(two, **dict.fromkeys(FRAME, None))
    assert sum(found.after.values) == pytest.approx(1)
    assert found.support.verdict != "usual"


def test_three_classes_explain_the_answer_before_unless_one_is_asked_for():
    known = basis(FRAME, lambda rows: three(np.column_stack([rows["a"], rows["b"], rows["c"]])), ("u", "v", "w"))
    found = ask(known, a=2.0)
    assert found.label == known.model.classes[int(np.argmax(found.before.values))]
    asked = ask(known, a=2.0, label="w")
    assert asked.label == "w"
    assert asked.moved[0].value == pytest.approx(asked.after.values[2] - asked.before.values[2])


def test_numbers_have_a_range_and_no_label():
    known = basis(FRAME, lambda rows: score(rows)[:, None], ())
    noise = np.random.default_rng(0).normal(size=len(known.judged))
    known = replace(known, judged=known.judged.assign(truth=known.judged["truth"] + noise))
    found = ask(known, a=1.0)
    assert (found.label, found.after.label, found.classes) == ("", "", ())
    low, high = found.after.interval.low, found.after.interval.high
    assert low < found.after.values[0] < high
    assert high - low == pytest.approx(2 * 1.645, rel=0.25)


def test_age_that_falls_is_said():
    frame = pd.DataFrame({"age": np.arange(15.0, 19.0).repeat(50), "absences": np.tile(np.arange(20.0), 10)})
    known = basis(frame, lambda rows: chances(rows["absences"].to_numpy() / 10 - 1), domain=domains()["education"])
    found = ask(known, 150, age=16.0)
    assert found.support.verdict == "unusual"
    assert "cannot fall" in found.support.oddities[0].message.english()


class Opened:
    """What a verb is given: the model, its rows and its basis."""

    def __init__(self, known: Basis) -> None:
        self.basis, self.model, self.importance = known, known.model, {"b": 0.4}

    def rows(self, numbers_of: list[int]) -> pd.DataFrame:
        return self.basis.frame.iloc[numbers_of]

    def truth(self, row: int) -> str:
        return str(self.basis.truth[row])


def asked(known: Basis, verb: str, **more):
    """The answer as it comes through the line."""
    return msgspec.json.decode(_encode(VERBS[verb](Opened(known), **more)))


def test_answers_come_whole_through_the_line(two):
    found = open_what_if(asked(two, "whatif", scenario={"row": 3, "changes": {"a": 1.0, "kind": "y"}}, effort=0))
    direct = ask(two, 3, a=1.0, kind="y")
    assert found.moved == direct.moved
    assert found.support == direct.support
    assert found.after.interval == direct.after.interval
    assert found.after.values == direct.after.values


def test_a_start_comes_whole_through_the_line(two):
    typical = msgspec.convert(asked(two, "start"), Start)
    assert typical.row is None
    assert typical.fields[0].column == "b"
    row = msgspec.convert(asked(two, "start", scenario={"row": 4}), Start)
    assert row.cells["kind"] == "y"
    assert row.truth == two.truth[4]


def test_kin_come_whole_through_the_line(two):
    found = asked(two, "kin", rows=[5, 6])
    assert [len(one) for one in found] == [3, 3]
    assert found[0][0]["row"] != 5


def test_a_cell_that_cannot_be_read_is_said(two):
    with pytest.raises(Problem, match="Column"):
        asked(two, "whatif", scenario={"row": 3, "changes": {"a": "many"}})
