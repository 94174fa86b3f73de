"""Planted leaks of each kind are found, an honest table has none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.audits.audit import Report
from core.audits.honesty.leaks import AUDIT
from core.audits.subject import Rows, Subject
from core.engines.watch import Silence
from tests.core.audits.handmade import subject
from tests.core.whatif.handmade import chances


def divided(changed: dict[str, np.ndarray] | None = None, reason: str = "", **task: object) -> Subject:
    """600 rows, the first 400 learned from; ``answer`` among the changed stands for the truth itself."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=600), "y": rng.normal(size=600)})
    truth = (rng.random(600) < chances(frame["x"])[:, 1]).astype(np.int64)
    for name, cells in (changed or {}).items():
        frame[name] = truth * 2.0 + rng.normal(0, 0.01, 600) if name == "answer" else cells
    overrules = {"answer": reason} if reason else {}
    features = [name for name in frame if name in ("x", "y", "answer")]
    looked = subject(frame, truth, lambda r: chances(r["x"]), features=features, overrules=overrules, **task)
    learnt = looked.test.some(np.arange(400))
    test = looked.test.some(np.arange(400, 600))
    return replace(looked, test=test, honest=test, learn=lambda: learnt)


def run(looked: Subject) -> tuple[Report, dict[str, str]]:
    report = AUDIT.run(looked, Silence())
    names = ("columns", "people", "copies", "time", "figures")
    return report, dict(zip(names, (one.verdict for one in report.parts), strict=True))


def test_an_honest_table_has_none() -> None:
    report, parts = run(divided())
    assert report.verdict == "none"
    assert set(parts.values()) == {"none", "not_applicable"}


@pytest.mark.parametrize("reason", ["", "It is measured a year before."])
def test_a_column_that_holds_the_answer_is_found_and_its_reason_shown(reason: str) -> None:
    report, parts = run(divided({"answer": np.zeros(600)}, reason))
    assert report.verdict == parts["columns"] == "difference"
    assert "answer" in report.message.english()
    texts = [cell.text for row in report.parts[0].sheets[0].rows for cell in row]
    assert (reason in texts) == bool(reason)
    assert report.findings[0].column == "answer" and report.findings[0].rows


def test_columns_that_know_much_are_asked_about() -> None:
    """2 against a deviation of 0.65: alone they know 0.985 of the ROC curve's area."""
    honest = divided()
    truth = np.concatenate([honest.learnt.truth, honest.test.truth])
    rng = np.random.default_rng(7)
    telling = {name: 2.0 * truth + rng.normal(0, 0.65, 600) for name in ("x", "y")}
    one, parts = run(divided({"y": telling["y"]}))
    assert one.verdict == parts["columns"] == "inconclusive"
    assert one.message.english() == (
        "y: it tells so much of goal that a person must say whether it is known when the model is used."
    )
    assert one.cure is not None and one.cure.english().startswith("Say whether this is known in time")
    assert "they tell so much of goal" in run(divided(telling))[0].parts[0].message.english()


def test_one_person_on_both_sides() -> None:
    together, apart = np.repeat(np.arange(300), 2), np.arange(600) // 2
    assert run(divided({"who": apart}, group="who"))[1]["people"] == "none"
    report, parts = run(divided({"who": np.random.default_rng(0).permutation(together)}, group="who"))
    assert report.verdict == parts["people"] == "difference"


def test_copies_on_both_sides() -> None:
    looked = divided()
    copied = looked.learnt.some(np.arange(20))
    test = Rows(pd.concat([looked.test.frame, copied.frame]), np.append(looked.test.truth, copied.truth),
                np.vstack([looked.test.answer, copied.answer]))  # fmt: skip
    report, parts = run(replace(looked, test=test))
    assert report.verdict == parts["copies"] == "difference"
    assert "20 of 220" in next(one for one in report.parts if one.verdict == "difference").message.english()


def test_the_order_of_time() -> None:
    days = pd.date_range("2020-01-01", periods=600, freq="D")
    assert run(divided({"when": days}, time="when"))[1]["time"] == "none"
    assert run(divided({"when": days[::-1]}, time="when"))[1]["time"] == "difference"
    assert run(divided({"when": days}))[1]["time"] == "inconclusive"


def test_figures_too_good_to_be_true() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=400), "y": rng.normal(size=400)})
    truth = (frame["x"] + frame["y"] > 0).astype(int)
    looked = subject(frame, truth, lambda rows: chances(9 * (rows["x"] + rows["y"])))
    report, parts = run(replace(looked, learn=lambda: looked.test.some(np.arange(0))))
    assert parts["figures"] == report.verdict == "inconclusive"
