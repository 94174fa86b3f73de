"""Planted wrong records are found, and chance is not taken for them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.audits.honesty.doubt import of_classes, of_numbers
from core.audits.honesty.labels import AUDIT
from core.engines.watch import Silence
from tests.core.audits.handmade import subject
from tests.core.whatif.handmade import chances


def flipped(n: int, share: float, bold: float, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Chances, records with some flipped, and which; the chances allow for the flips, as a model that learned would."""
    rng = np.random.default_rng(seed)
    chance = chances(bold * rng.normal(0, 1, n))[:, 1]
    truth = rng.random(n) < chance
    wrong = rng.random(n) < share
    learned = share + (1 - 2 * share) * chance
    return np.column_stack([1 - learned, learned]), np.where(wrong, ~truth, truth).astype(int), wrong


@pytest.mark.parametrize("seed", range(5))
def test_five_percent_of_flips_are_found(seed: int) -> None:
    """Of 2,000 records with 5 % flipped: precision at least 0.75, recall at least 0.75."""
    answer, truth, wrong = flipped(2_000, 0.05, 12.0, seed)
    places = of_classes(truth, answer).places
    assert wrong[places].mean() >= 0.75
    assert wrong[places].sum() / wrong.sum() >= 0.75


def test_flips_are_told_and_clean_records_are_not() -> None:
    """Verdicts: flips a finding; clean records whose outcomes are nearly certain none; such as are partly chance never
    a finding."""
    verdicts = {}
    for name, share, bold in (("flips", 0.05, 12.0), ("clean", 0.0, 60.0), ("chance", 0.0, 1.5)):
        answer, truth, _ = flipped(2_000, share, bold, 1)
        frame = pd.DataFrame({"x": answer[:, 1]})
        looked = subject(frame, truth, lambda rows: np.column_stack([1 - rows["x"], rows["x"]]))
        report = AUDIT.run(looked, Silence())
        verdicts[name] = report.verdict
        if name == "flips":
            assert len(report.findings[0].rows) == 20
            assert "may be right" in report.message.english()
    assert verdicts["flips"] == "difference"
    assert verdicts["clean"] == "none"
    assert verdicts["chance"] != "difference"


@pytest.mark.parametrize("bold", [0.5, 1.5, 4.0, 8.0])
def test_outcomes_that_are_partly_chance_are_quiet(bold: float) -> None:
    """At most 5 % of 100 tables, for chances from flat to steep."""
    found = 0
    for seed in range(100):
        answer, truth, _ = flipped(800, 0.0, bold, seed)
        found += AUDIT.judged(of_classes(truth, answer), 800, False) == "difference"
    assert found <= 5


def test_a_bold_model_is_not_taken_for_wrong_records() -> None:
    """Log-odds three times too bold: the chances are made sober first."""
    answer, truth, _ = flipped(2_000, 0.0, 1.0, 0)
    bold = chances(3 * np.log(answer[:, 1] / answer[:, 0]))
    assert AUDIT.judged(of_classes(truth, bold), 2_000, False) != "difference"


def test_several_classes() -> None:
    rng = np.random.default_rng(0)
    true = rng.integers(0, 5, 2_000)
    wrong = rng.random(2_000) < 0.05
    truth = np.where(wrong, (true + rng.integers(1, 5, 2_000)) % 5, true)
    answer = np.full((2_000, 5), 0.0125)
    answer[np.arange(2_000), true] = 0.95
    places = of_classes(truth, answer).places
    assert wrong[places].mean() >= 0.95
    assert wrong[places].sum() / wrong.sum() >= 0.95


def test_numbers_slipped_by_ten_are_found_and_clean_ones_are_not() -> None:
    rng = np.random.default_rng(0)
    answer = rng.normal(50, 10, 2_000)
    clean = answer + rng.normal(0, 3, 2_000)
    wrong = rng.random(2_000) < 0.05
    found = of_numbers(np.where(wrong, clean * 10, clean), answer).places
    assert wrong[found].mean() >= 0.99
    assert wrong[found].sum() / wrong.sum() >= 0.99
    assert len(of_numbers(clean, answer).places) == 0
    tails = answer + 3 * rng.standard_t(3, 2_000)
    assert AUDIT.judged(of_numbers(tails, answer), 2_000, True) == "none"


def test_a_class_that_does_not_occur_is_no_obstacle() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 200)
    answer = np.full((200, 4), 0.02)
    answer[np.arange(200), truth] = 0.94
    assert len(of_classes(truth, answer).places) == 0
