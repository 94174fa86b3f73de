"""Attacks move only what a person may change, and only so far; the brittle model falls, the firm one stands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.audits.robustness.adversarial import AUDIT, SIZE, Attacked, masked, merit
from core.audits.robustness.searched import movable, reaches, searched, wrong
from core.audits.subject import Rows, Subject
from core.data.table import Profile, TableCard
from core.domains import domains
from core.engines.watch import Silence
from core.words import say
from tests.core.audits.handmade import measured, subject
from tests.core.audits.robustness.planted import brittle, drawn, made
from tests.core.learn.conftest import fitted
from tests.core.whatif.handmade import chances

PEOPLE = pd.DataFrame({"age": [30.0, 40] * 30, "sex": ["f", "m", "m"] * 20, "hours": [20.0, 38, 40] * 20})


def test_what_a_person_cannot_change_is_fixed() -> None:
    one = subject(PEOPLE, [0, 1] * 30, lambda rows: chances(rows["hours"].to_numpy() - 35), domain=domains()["finance"])
    free = movable(one)
    assert [column.name for column in free.numbers] == ["hours"] and free.fixed == ("age", "sex")


def test_all_fixed_says_nothing_to_perturb() -> None:
    """G025."""
    frame = PEOPLE[["age", "sex"]]
    one = subject(frame, [0, 1] * 30, lambda rows: chances(rows["age"].to_numpy() - 35), domain=domains()["finance"])
    why = AUDIT.applies(one)
    assert why is not None and why.english().startswith("There is nothing to perturb")


@pytest.mark.parametrize("size", [SIZE, 100.0])
def test_every_row_asked_about_keeps_the_rules(size: float) -> None:
    """RB-01 of the search by chance; G024: a reach beyond the range is cut to it."""
    asked: list[pd.DataFrame] = []

    def formula(rows: pd.DataFrame) -> np.ndarray:
        asked.append(rows)
        return chances(0.01 * (rows["hours"].to_numpy(float) - 30))

    truth = (PEOPLE["hours"] > 30).astype(int)  # every row is right at first
    one = subject(PEOPLE, truth, formula, domain=domains()["finance"])
    free, rows = movable(one), one.test
    reach = reaches(one, rows.frame, free.numbers, size)
    asked.clear()
    searched(one, rows, reach, (), np.random.default_rng(0), queries=100)
    deviation = PEOPLE["hours"].std(ddof=0)
    for frame in asked:
        before = PEOPLE.loc[frame.index]
        pd.testing.assert_frame_equal(frame[["age", "sex"]], before[["age", "sex"]], check_dtype=False)
        assert (frame["hours"] % 1 == 0).all() and frame["hours"].between(20, 40).all()
        assert (frame["hours"] - before["hours"]).abs().max() <= size * deviation + 1e-9
    assert asked


def test_a_brittle_model_is_turned() -> None:
    report = AUDIT.run(made(brittle, 400), Silence())
    assert report.verdict == "difference" and report.cure is not None


def test_a_firm_model_stands() -> None:
    """The answer jumps where next to no case lies."""
    x = np.random.default_rng(0).choice([-1.0, 1.0], 400) * 5 + np.random.default_rng(1).normal(size=400) * 0.5
    frame = pd.DataFrame({"x": x})

    def formula(rows: pd.DataFrame) -> np.ndarray:
        return chances(2 * rows["x"].to_numpy())

    assert AUDIT.run(subject(frame, drawn(formula(frame), 0), formula), Silence()).verdict == "none"


def step(rows: pd.DataFrame) -> np.ndarray:
    return chances(3 * np.sign(rows["x"].to_numpy()))


@pytest.mark.parametrize(
    ("near", "said"),
    [
        (1, "turn few answers wrong: 1.1% of 90 right answers, on 100 unseen cases (0.2% to 6%;"),
        (45, "turn 50% of 90 right answers, on 100 unseen cases, wrong (39.9% to 60.1%;"),
        (9, "turned: 10% of 90 right answers, on 100 unseen cases, turned wrong (5.4% to 17.9%)."),
    ],
)
def test_the_share_is_of_the_right_answers_and_says_so(near: int, said: str) -> None:
    """Of 100 cases 10 are answered wrongly; so many of the 90 others lie a hundredth above the step."""
    x = np.where(np.arange(100) < near, 0.01, np.where(np.arange(100) % 2, 5.0, -5.0))
    truth = (x > 0).astype(int)
    truth[-10:] = 1 - truth[-10:]
    found = AUDIT.run(subject(pd.DataFrame({"x": x}), truth, step), Silence()).message
    assert said in found.english()
    assert (found.facts["right"], found.facts["n"]) == (90, 100)
    assert "100 个未见过的个案中 90 个答对的，有 " in say(found, "zh_CN")


@pytest.mark.parametrize(("many", "hidden"), [(10, 0), (11, 0), (12, 2)])
def test_no_single_name_is_hidden(many: int, hidden: int) -> None:
    """Eleven columns are all named; of twelve, ten and "2 more"."""
    frame = pd.DataFrame({"x": np.tile([-5.0, 5.0], 30)} | {f"c{at}": np.zeros(60) for at in range(many - 1)})
    frame += np.arange(60)[:, None] / 1e3
    note = AUDIT.run(subject(frame, (frame["x"] > 0).astype(int), step), Silence()).parts[0].sheets[0].note
    assert note is not None and len(note.facts["moved"]) == (many if not hidden else 11)
    assert ("more" in note.english()) == bool(hidden) and (f"{hidden} more" in note.english()) == bool(hidden)


def trained() -> Subject:
    """A net that learned, and its rows."""
    draw = np.random.default_rng(0)
    n = 600
    frame = pd.DataFrame({"a": draw.normal(size=n), "b": draw.normal(size=n), "c": draw.integers(0, 9, n)})
    score = 2 * frame["a"] - frame["b"] + 0.2 * frame["c"]
    frame["y"] = np.where(score + draw.logistic(size=n) > 0.8, "yes", "no")
    model = fitted(frame, "net")
    typed, truth = frame.drop(columns="y"), np.array([model.classes.index(one) for one in frame["y"]])
    rows = Rows(typed, truth, model.predict(typed))
    profiles = {name: Profile(0, 1) for name in typed}
    card = TableCard("t", "t", n, model.schema, profiles, (), ())
    return Subject(model, card, rows, rows, lambda: rows, measured("binary", model.classes, n), model.cutoff)


def test_stronger_attacks_find_more() -> None:
    """RB-03: PGD-20 <= PGD-5 <= FGSM in right answers (to a row of 600, 0.2 points), and chance finds at most a point
    more than PGD-20."""
    one = trained()
    report = replace(AUDIT, rows=600).run(one, Silence())
    found: Attacked = one.held["attack"]
    right = {key: merit(one, found.rows, answer).value for key, answer in found.answers.items()}
    assert right[20] <= right[5] + 0.002 <= right[1] + 0.004  # type: ignore[operator]
    same = found.answers[20][: len(found.answers["drawn"])]
    assert merit(one, found.rows, same).value <= right["drawn"] + 0.010  # type: ignore[operator]
    assert masked(one, found) is None
    worst = wrong(one, found.rows, found.answers["worst"])
    assert (worst | ~wrong(one, found.rows, found.answers[20])).all()
    assert [measure.group for measure in report.measures][:4] == ["clean", "fgsm", "pgd5", "pgd20"]


def test_hidden_slopes_are_said() -> None:
    one = made(brittle, 200)
    right, turned = one.test.answer, one.test.answer[:, ::-1]
    assert masked(one, Attacked(one.test, {"plain": right, 20: right, "drawn": turned})) is not None
