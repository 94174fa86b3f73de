"""Learning by heart is a fault only where new rows suffer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.audits.honesty.overfit import AUDIT
from core.audits.honesty.worth import AUDIT as WORTH
from core.audits.honesty.worth import gain
from core.audits.subject import Rows, Subject
from core.engines.watch import Silence
from core.learn.model import Epoch
from tests.core.audits.handmade import subject
from tests.core.whatif.handmade import Plain, chances


def memory(n: int, noise: float, heart: bool, seed: int = 0) -> Subject:
    """A model that answers by the law plus noise on new rows; of rows learned from it knows every outcome by heart.

    The simple model beside it answers by the law.
    """
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": rng.normal(0, 1, 2 * n), "noise": rng.normal(0, noise, 2 * n)})
    truth = (rng.random(2 * n) < chances(1.5 * frame["x"])[:, 1]).astype(np.int64)
    looked = subject(frame.iloc[:n], truth[:n], lambda rows: chances(1.5 * rows["x"] + rows["noise"]))
    known = np.column_stack([1 - truth[n:], truth[n:]]) * 0.98 + 0.01
    learnt = Rows(frame.iloc[n:], truth[n:], known if heart else looked.predict(frame.iloc[n:]))
    model = replace(looked.model, baseline=Plain(lambda rows: chances(1.5 * rows["x"]), name="simple"))
    return replace(looked, model=model, learn=lambda: learnt)


def test_knowing_by_heart_to_the_harm_of_new_rows_is_found() -> None:
    report = AUDIT.run(memory(1_000, 2.0, heart=True), Silence())
    assert report.verdict == "difference"
    assert "the simple model loses less" in report.message.english()
    figures = {one.name: one.value for one in report.measures}
    assert figures["roc_auc_learned"] == pytest.approx(1.0)
    assert figures["roc_auc_gap"] > 0.1


def test_knowing_by_heart_without_harm_is_no_fault() -> None:
    """As forests do: every outcome learned from is known, and new rows are answered by the law itself."""
    report = AUDIT.run(memory(2_000, 0.0, heart=True), Silence())
    assert report.verdict == "none"
    assert "partly by heart" in report.message.english()


def test_a_model_that_learned_the_law_is_seldom_accused() -> None:
    """At most 5 % of 100."""
    found = [AUDIT.run(memory(300, 0.0, heart=False, seed=seed), Silence()).verdict for seed in range(100)]
    assert found.count("difference") <= 5


def test_few_new_rows_are_inconclusive() -> None:
    assert AUDIT.run(memory(20, 0.0, heart=True), Silence()).verdict == "inconclusive"


def test_curves_say_where_they_turned() -> None:
    looked = memory(100, 0.0, heart=False)
    history = {"net": tuple(Epoch(e, 1 / e, abs(e - 5) / 10 + 0.3) for e in range(1, 11))}
    report = AUDIT.run(replace(looked, model=replace(looked.model, history=history)), Silence())
    part = report.parts[-1]
    assert "pass 5 of 10" in part.message.english()
    assert {mark.x for mark in part.pictures[0].marks} == set(map(float, range(1, 11)))


@pytest.mark.parametrize(
    ("noise", "said"), [(1.0, "The simple model is better"), (0.0, "The simple model does as well")]
)
def test_worth_beside_the_simple_model(noise: float, said: str) -> None:
    """Of 1,000 new rows: a model with noise, and one that answers just as the simple one."""
    report = WORTH.run(memory(1_000, noise, heart=False), Silence())
    assert report.verdict == "difference"
    assert report.message.english().startswith(said)


def test_a_model_better_than_the_simple_one_is_worth_it() -> None:
    looked = memory(2_000, 0.0, heart=False)
    flat = replace(looked.model, baseline=Plain(lambda rows: chances(0.3 * rows["x"]), name="simple"))
    report = WORTH.run(replace(looked, model=flat), Silence())
    assert report.verdict == "none"


def test_nothing_gained_over_guessing_is_said() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(0, 2, 2_000)})
    report = WORTH.run(subject(frame, rng.integers(0, 2, 2_000), lambda rows: chances(rows["x"])), Silence())
    assert report.verdict == "difference"
    assert "guessing" in report.message.english()


def test_the_gain_is_the_share_by_which_the_loss_is_lower() -> None:
    """By hand: -ln 0.8 against -ln 0.5 is 67.81 % lower; of numbers errors of 1 against 2 are 50 % lower."""
    truth = np.zeros(40, np.int64)
    ours, theirs = np.tile([0.8, 0.2], (40, 1)), np.tile([0.5, 0.5], (40, 1))
    assert gain("binary", truth, ours, theirs, 0).value == pytest.approx(1 - np.log(0.8) / np.log(0.5))
    assert gain("regression", truth + 0.0, truth + 1.0, truth + 2.0, 0).value == pytest.approx(0.5)
