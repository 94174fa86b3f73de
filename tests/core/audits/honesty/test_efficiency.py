"""What is measured of size, time and energy."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.audits.honesty.cost import joules, peak, seconds, size
from core.audits.honesty.efficiency import AUDIT
from core.engines.watch import Silence
from tests.core.audits.handmade import subject
from tests.core.whatif.handmade import Plain, chances


@dataclass(frozen=True, eq=False)
class Weighty(Plain):
    """A learner with weights of a known size."""

    weights: tuple[np.ndarray, ...] = (np.zeros((10, 20), np.float32), np.zeros(8))


def made(wait: float = 0.0):
    def formula(rows: pd.DataFrame) -> np.ndarray:
        time.sleep(wait)
        return chances(rows["x"])

    frame = pd.DataFrame({"x": np.random.default_rng(0).normal(size=50)})
    return subject(frame, np.arange(50) % 2, formula), Weighty(formula)


def test_numbers_and_bytes_are_counted_once() -> None:
    looked, member = made()
    twice = looked.model.__class__(**{**vars(looked.model), "members": (member, member), "weights": np.full(2, 0.5)})
    found = size(twice)
    assert (found.members, found.numbers, found.memory) == (2, 208, 10 * 20 * 4 + 8 * 8)


def test_time_is_that_of_an_answer() -> None:
    looked, _ = made(0.02)
    assert 0.02 <= seconds(looked.model, looked.test.frame) < 0.2


def test_people_who_wait_are_a_finding_and_all_else_is_information() -> None:
    assert AUDIT.run(made()[0], Silence()).verdict == "none"
    report = replace(AUDIT, waiting=0.05).run(made(0.06)[0], Silence())
    assert report.verdict == "difference"
    assert "wait" in report.message.english()


def test_memory_of_answers() -> None:
    looked, _ = made()
    many = pd.DataFrame({"x": np.zeros(100_000)})
    assert 1_600_000 <= peak(looked.model, many) < 50_000_000


def test_energy_is_read_where_it_can_be_and_not_guessed(tmp_path: Path) -> None:
    looked, _ = made(0.001)
    assert joules(looked.model, looked.test.frame, tmp_path) is None
    counter = tmp_path / "intel-rapl:0" / "energy_uj"
    counter.parent.mkdir()

    counter.write_text("1000")  # it stands still: nothing was measured
    assert joules(looked.model, looked.test.frame, tmp_path) is None
    report = AUDIT.run(looked, Silence())
    known = next(one for one in report.measures if one.name == "joules_for_one").value
    said = " ".join(one.note.english() for part in report.parts for one in part.sheets if one.note)
    assert (known is None) == ("Not known here" in said)


@pytest.mark.parametrize(("waiting", "unit", "word"), [(1.0, 1_000, "milliseconds"), (0.0, 1, "in seconds")])
def test_the_table_has_the_unit_of_the_sentence(waiting: float, unit: int, word: str) -> None:
    report = replace(AUDIT, waiting=waiting).run(made(0.01)[0], Silence())
    times = report.parts[0].sheets[1]
    assert word in times.title.english()
    assert times.rows[0][1].value == unit * report.message.facts["one"]
