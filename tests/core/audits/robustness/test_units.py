"""Unit slips are all noticed, and rows as they are raise no alarm."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.audits.robustness.units import AUDIT, numbers, slipped
from core.data.slips import scales, slips
from core.domains import domains
from core.engines.watch import Silence
from tests.core.audits.handmade import subject
from tests.core.audits.robustness.planted import drawn, filled, made, steady
from tests.core.whatif.handmade import chances


def test_all_slips_of_a_plain_table_are_noticed() -> None:
    """RB-05, on a made-up table: 3 columns of numbers, 5 factors."""
    report = AUDIT.run(made(steady), Silence())
    assert report.verdict == "none" and report.findings == ()
    assert report.measures[0].name == "slips_noticed" and (report.measures[0].value, report.measures[0].n) == (1.0, 15)
    assert report.message.english().startswith("All 15 unit slips tried, in 3 columns of numbers")


def test_a_slip_that_hides_and_costs_is_a_difference() -> None:
    """Sizes spread over twelve orders of magnitude: ten times as much looks like the same column."""
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({"mass": 10 ** draw.uniform(-6, 6, 400)})

    def formula(rows: pd.DataFrame) -> np.ndarray:
        return chances(3 * np.sin(2 * np.log10(np.maximum(rows["mass"].to_numpy(float), 1e-12))))

    report = AUDIT.run(subject(frame, drawn(formula(frame), 1), formula), Silence())
    assert report.verdict == "difference" and "would not be noticed and would cost" in report.message.english()


@pytest.mark.parametrize("factor", [10.0, 0.001])
def test_slips_of_adult_are_noticed(data_dir, factor: float) -> None:  # type: ignore[no-untyped-def]
    """RB-05: 6 x 2 cases, each of the columns of numbers alone; none in rows as they are."""
    from benchmarks import hardening

    if not (data_dir / "finance/adult").is_dir():
        pytest.skip("the Adult data set is absent")
    table = hardening.adult()
    numbers = [column for column in table.schema.columns if column.kind == "number"]
    assert len(numbers) == 6
    known = scales(table.frame.iloc[:32_561], numbers)
    later = table.frame.iloc[32_561:]
    assert slips(later, known) == ()
    for rows in (later, later.iloc[:300]):
        for column in numbers:
            found = slips(slipped(rows, column.name, factor), known)
            assert [one.column for one in found] == [column.name], (column.name, len(rows))


def test_no_numbers_no_units() -> None:
    frame = pd.DataFrame({"level": ["a", "b"] * 30})
    one = subject(frame, [0, 1] * 30, lambda rows: chances(np.zeros(len(rows))))
    why = AUDIT.applies(one)
    assert why is not None and "no column of numbers" in why.english()


def test_codes_have_no_unit() -> None:
    """0 and 1 are no measurement; beside them only the numbers are tried, alone there is nothing to try."""
    frame = pd.DataFrame({"smokes": [0, 1] * 100, "hours": np.arange(200.0)})
    one = subject(frame, [0, 1] * 100, lambda rows: chances(np.zeros(len(rows))))
    assert {slip.column for slip in (AUDIT.run(one, Silence()), one)[1].held["units"]} == {"hours"}
    codes = subject(frame[["smokes"]], [0, 1] * 100, lambda rows: chances(np.zeros(len(rows))))
    assert AUDIT.applies(codes) is not None


def test_few_whole_numbers_are_codes_unless_their_unit_is_known() -> None:
    """Five kinds of pain are codes, six are tried; with a fraction or a unit they are amounts."""
    n = 300
    frame = pd.DataFrame(
        {
            "five": np.arange(n) % 5,
            "six": np.arange(n) % 6,
            "halves": (np.arange(n) % 5) / 2,
            "bmi": 20 + np.arange(n) % 5,
        }
    )
    one = subject(frame, [0, 1] * (n // 2), lambda rows: chances(np.zeros(len(rows))), domain=domains()["medicine"])
    assert [column.name for column in numbers(one)] == ["six", "halves", "bmi"]


def test_the_worst_slip_says_how_many_answers_it_changes() -> None:
    """A hundred times as much puts every case above the cut-off: the half below it is answered otherwise, in the same
    order, so that nothing of the order is lost."""
    frame = pd.DataFrame({"x": np.linspace(1, 99, 400)})
    truth = (frame["x"] > 50).astype(int)

    def formula(rows: pd.DataFrame) -> np.ndarray:
        return chances((filled(rows["x"]) - 50) / 1_000)

    one = subject(frame, truth, formula)
    report = AUDIT.run(one, Silence())
    hundred = next(slip for slip in one.held["units"] if slip.factor == 100.0)
    assert hundred.toll.loss.value == 0 and hundred.toll.changed == pytest.approx(0.5, abs=0.01)
    assert "of order (ROC AUC) and change " in report.message.english() and "of the answers" in report.message.english()
    table = report.parts[0].sheets[0].rows
    facts = report.message.facts
    assert table[0][0].text == f"{facts['column']} × {facts['factor']}", "the first of the table is the one named"
