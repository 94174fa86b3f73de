"""The column that carries the answers is named; where many carry them, none is."""

from __future__ import annotations

import numpy as np

from core.audits.robustness.leading import leading
from core.audits.robustness.removed import AUDIT
from core.audits.robustness.stand import stand
from core.engines.watch import Silence
from tests.core.audits.robustness.planted import lonely, made, steady


def test_one_column_carries_all() -> None:
    """Without "strong" an AUC of 0.95 falls to little above 0.5: nearly all is gone."""
    report = AUDIT.run(made(lonely), Silence())
    assert report.verdict == "difference" and "stand or fall with strong" in report.message.english()
    share = next(one for one in report.measures if one.name == "largest_share")
    assert share.group == "strong" and share.value is not None and share.value > 0.8


def test_many_columns_carry_a_little() -> None:
    one = made(steady)
    report = AUDIT.run(one, Silence())
    assert report.verdict == "none"
    together = report.parts[1]
    losses = [row[1].value for row in together.sheets[0].rows]
    assert len(losses) == 4 and losses == sorted(losses)
    assert losses[-1] == np.float64(stand(one).main[0]) - 0.5  # nothing left: every answer alike


def test_of_many_columns_those_that_answers_vary_with_are_tried() -> None:
    one = made(lonely)
    assert [column.name for column in leading(stand(one), one.model.schema.columns, 1)] == ["strong"]


def test_too_few_cases_ask_for_more() -> None:
    report = AUDIT.run(made(steady, n=20), Silence())
    assert report.verdict == "inconclusive" and report.cure is not None
    assert report.cure.english() == "Test on more rows."
