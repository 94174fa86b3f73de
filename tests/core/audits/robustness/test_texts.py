"""Edits do what they say; a model that reads capitals is caught, one that reads words is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.audits.robustness.edits import CHANGES, KEEPS, half, shorter, unpunctuated, wide
from core.audits.robustness.texts import AUDIT
from core.audits.subject import Subject
from core.engines.watch import Silence
from tests.core.audits.handmade import subject
from tests.core.whatif.handmade import chances


@pytest.mark.parametrize(
    ("text", "expected"), [("one two three", "one two"), ("患者头痛", "患者"), ("one", "one"), ("", "")]
)
def test_half(text: str, expected: str) -> None:
    assert half(text) == expected


def test_edits() -> None:
    draw = np.random.default_rng(0)
    assert unpunctuated("Yes, no.") == "Yes  no " and unpunctuated("好，不。") == "好 不 "
    assert wide("A1") == "Ａ１" and wide("Ａ１") == "A1"
    words = shorter("word " * 2_000, 0.3, draw).split()
    assert len(words) == pytest.approx(1_400, abs=60)
    assert len(shorter("病" * 2_000, 0.1, draw)) == pytest.approx(1_800, abs=60)
    assert all(isinstance(edit("Ab, 头痛 c", draw), str) for _, edit in (*KEEPS.values(), *CHANGES.values()))


def made(found, n: int = 600) -> Subject:  # type: ignore[no-untyped-def]
    """Notes of eight words; the answer is what is found in them."""
    draw = np.random.default_rng(0)
    words = np.array(["Good", "poor", "late", "early", "loan", "paid", "bank", "note"])
    notes = [" ".join(draw.choice(words, 8)) for _ in range(n)]

    def formula(rows: pd.DataFrame) -> np.ndarray:
        return chances(np.array([6.0 if isinstance(cell, str) and found(cell) else -6.0 for cell in rows["note"]]))

    frame = pd.DataFrame({"note": pd.array(notes, dtype="str")})
    return subject(frame, formula(frame).argmax(axis=1), formula, texts=("note",))


def test_a_model_that_reads_capitals() -> None:
    report = AUDIT.run(made(lambda cell: "Good" in cell), Silence())
    assert report.verdict == "difference" and report.parts[0].verdict == "difference"
    share = next(one for one in report.measures if one.group == "small").value
    assert share == pytest.approx(1 - (7 / 8) ** 8, abs=0.06)


def test_a_model_that_reads_words() -> None:
    import unicodedata

    report = AUDIT.run(made(lambda cell: "good" in unicodedata.normalize("NFKC", cell).lower()), Silence())
    assert report.parts[0].verdict == "none"


def test_no_texts() -> None:
    frame = pd.DataFrame({"x": np.arange(40.0)})
    assert AUDIT.applies(subject(frame, [0, 1] * 20, lambda rows: chances(rows["x"].to_numpy()))) is not None
