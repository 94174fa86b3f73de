"""Data sets offered with one click: one real, two made up with a truth that tests of explanations can look up."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd

from core.data.table import Finding, ReadOptions, Source
from core.data.truths import LOANS, STUDENTS, Truth
from core.words import N_, Message

SEED = 20240901
_MISSING = 0.04


def sample(key: str) -> tuple[pd.DataFrame, Source, tuple[Finding, ...]]:
    """A sample as a reader would hand it over: a frame of strings, its source, and findings.

    Args:
        key: "breast_cancer" (real: Wisconsin, in scikit-learn), "students" or "loans" (made up, see ``truth``).

    Raises:
        ValueError: there is no such sample.
    """
    if key not in _MAKERS:
        raise ValueError(f"a sample is one of {', '.join(_MAKERS)}, but: {key}")
    frame = _made(key).copy()
    return frame, _source(key, frame), () if key == "breast_cancer" else (_made_up(),)


def truth(key: str) -> Truth:
    """How a made-up sample was made.

    Raises:
        ValueError: the sample is real, or there is no such sample.
    """
    truths = {"students": STUDENTS, "loans": LOANS}
    if key not in truths:
        raise ValueError(f"the truth is known of {', '.join(truths)}, but: {key}")
    return truths[key]


def _made_up() -> Finding:
    text = N_("This is made-up data: no row is a real person, and what is learnt from it is true of nobody.")
    return Finding("made_up", "note", Message(text))


def _source(key: str, frame: pd.DataFrame) -> Source:
    text = frame.to_csv(index=False, lineterminator="\n").encode()
    preview = (tuple(frame.columns), *(tuple(str(cell) for cell in row) for row in frame.head(7).fillna("").to_numpy()))
    options = ReadOptions(encoding="utf-8", separator=",", decimal=".", header=0)
    return Source(f"{key}.csv", "sample", hashlib.sha256(text).hexdigest(), len(text), len(frame), options, (), preview)


@cache
def _made(key: str) -> pd.DataFrame:
    return _MAKERS[key]()


def _breast_cancer() -> pd.DataFrame:
    from sklearn.datasets import load_breast_cancer

    bunch = load_breast_cancer()
    frame = pd.DataFrame({str(name): bunch.data[:, at] for at, name in enumerate(bunch.feature_names)})
    frame = frame.map(lambda number: f"{number:.10g}").astype("str")
    frame["diagnosis"] = pd.Series(np.where(bunch.target == 0, "malignant", "benign"), dtype="str")
    return frame


def _students() -> pd.DataFrame:
    rng = np.random.default_rng(SEED)
    n = 2_000
    drawn = rng.permutation(90_000)[:n] + 10_000
    age = rng.choice([15, 16, 17, 18, 19], n, p=[0.22, 0.27, 0.26, 0.18, 0.07])
    attendance = np.clip(1 - rng.gamma(2.0, 0.06, n), 0.3, 1.0)
    raw = {
        "Student number": [f"S{one}" for one in drawn],
        "School": rng.choice(["North", "Riverside", "Hill"], n, p=[0.45, 0.35, 0.2]),
        "Enrolled on": _days(rng, n, "2023-08-21", 40),
        "Sex": rng.choice(["female", "male"], n),
        "Age": age,
        "Home language": rng.choice(["same as school", "other"], n, p=[0.8, 0.2]),
        "Parents' education": rng.choice(["primary", "secondary", "university"], n, p=[0.2, 0.5, 0.3]),
        "Attendance": np.round(attendance, 3),
        "Homework hours per week": np.round(np.clip(rng.gamma(3.0, 1.6, n), 0, 25), 1),
        "Previous grade": np.round(np.clip(rng.normal(62, 14, n), 5, 100), 0).astype(int),
        "Failed courses": rng.choice([0, 1, 2, 3], n, p=[0.7, 0.19, 0.08, 0.03]),
        "Travel minutes": np.round(np.clip(rng.gamma(2.2, 11.0, n), 2, 120), 0).astype(int),
        "Extra support": rng.choice(["yes", "no"], n, p=[0.25, 0.75]),
        "Teacher's remark": _remarks(rng, n, _STUDENT_TALK),
    }
    return _finished(
        raw, STUDENTS, rng, ("Attendance", "Homework hours per week", "Parents' education", "Travel minutes")
    )


def _loans() -> pd.DataFrame:
    rng = np.random.default_rng(SEED + 1)
    n = 5_000
    income = np.round(np.exp(rng.normal(10.55, 0.45, n)), -2)
    amount = np.round(np.clip(income * rng.uniform(0.08, 0.9, n), 1_000, 60_000), -2)
    raw = {
        "Application number": [f"A{one}" for one in rng.permutation(900_000)[:n] + 100_000],
        "Applied on": _days(rng, n, "2022-01-03", 720),
        "Sex": rng.choice(["female", "male"], n, p=[0.46, 0.54]),
        "Age": np.clip(np.round(rng.gamma(9.0, 4.6, n)), 18, 85).astype(int),
        "Nationality": rng.choice(["domestic", "foreign"], n, p=[0.85, 0.15]),
        "Housing": rng.choice(["own", "mortgage", "rent"], n, p=[0.25, 0.4, 0.35]),
        "Years in job": np.round(np.clip(rng.gamma(1.4, 4.5, n), 0, 42), 1),
        "Yearly income": income.astype(int),
        "Loan amount": amount.astype(int),
        "Term in months": rng.choice([12, 24, 36, 48, 60], n, p=[0.1, 0.2, 0.35, 0.15, 0.2]),
        "Late payments": np.minimum(rng.poisson(0.6, n), 8),
        "Share of credit used": np.round(rng.beta(1.6, 2.4, n), 3),
        "Savings": rng.choice(["none", "some", "plenty"], n, p=[0.4, 0.4, 0.2]),
        "Purpose of the loan": _remarks(rng, n, _LOAN_TALK),
    }
    return _finished(raw, LOANS, rng, ("Years in job", "Share of credit used", "Savings", "Yearly income"))


def _finished(raw: dict[str, object], known: Truth, rng: np.random.Generator, holes: tuple[str, ...]) -> pd.DataFrame:
    """The columns as strings, some cells missing, and the outcome drawn with the true chance of what is left."""
    frame = pd.DataFrame(raw).astype("str")
    for name in holes:
        frame.loc[rng.random(len(frame)) < _MISSING, name] = np.nan
    happens = rng.random(len(frame)) < known.probability(frame)
    frame[known.target] = pd.Series(np.where(happens, known.event, known.other), dtype="str")
    return frame


def _days(rng: np.random.Generator, rows: int, first: str, days: int) -> np.ndarray:
    return np.datetime64(first, "D") + rng.integers(0, days, rows)


def _remarks(rng: np.random.Generator, rows: int, talk: tuple[tuple[str, ...], ...]) -> list[str]:
    """One phrase of each part, or none of it, in their order."""
    picks = [rng.integers(0, len(part), rows) for part in talk]
    return [" ".join(part[pick[row]] for part, pick in zip(talk, picks, strict=True)).strip() for row in range(rows)]


_STUDENT_TALK = (
    (
        "Often tired in class.",
        "Seldom speaks.",
        "Good company for others.",
        "Likes sports.",
        "Sits in the front row.",
        "Plays in the school band.",
        "Always has a question about the weather.",
        "Came back from a long holiday.",
    ),
    (
        "Works in a diligent way and hands in on time.",
        "Seems distracted during lessons and forgets materials.",
        "Follows the lesson.",
        "Does what is asked.",
        "Copies the notes from the board.",
    ),
    (
        "Asks thoughtful questions.",
        "Parents came to the meeting.",
        "Prefers group work.",
        "Enjoys reading.",
        "Draws well.",
        "Talks about football.",
    ),
    (
        "We spoke in October.",
        "We spoke in November.",
        "No talk with the family so far.",
        "The next talk is planned.",
        "Changed seats once.",
        "Helps to tidy the room.",
    ),
)
_LOAN_TALK = (
    ("I would like to", "We want to", "My plan is to", "The money is needed to", "With this loan I can", "I intend to"),
    (
        "pay off debts and consolidate other loans",
        "start a business of my own",
        "renovate the kitchen",
        "buy a used car",
        "pay for a wedding",
        "replace the heating at home",
        "pay for a course of study",
        "buy equipment for an established workshop",
    ),
    ("this year,", "as soon as possible,", "before the summer,", "within three months,", "when it suits the bank,"),
    (
        "after talking it over at home.",
        "as agreed with my wife.",
        "as agreed with my husband.",
        "as I told your branch by phone.",
        "and I can bring all papers.",
        "and I have been your customer for years.",
        "and my brother recommended you.",
        "please call me in the evening.",
    ),
)
_MAKERS: dict[str, Callable[[], pd.DataFrame]] = {
    "breast_cancer": _breast_cancer,
    "students": _students,
    "loans": _loans,
}
