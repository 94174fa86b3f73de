"""The laws by which the made-up samples were made: nouns that can be asked for the true chance of any row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Truth:
    """A logistic law. The log-odds of the event are the intercept plus one effect per column.

    A number counts ``slopes[column] * (value - centres[column])``; a category counts ``levels[column][value]``; a text
    counts the sum of ``words[column]`` over the words it contains; ``together`` is one product of two centred numbers.
    A missing cell counts 0, and so does every column that is not named: it has no effect at all.
    """

    target: str
    event: str
    other: str
    intercept: float
    slopes: Mapping[str, float]
    centres: Mapping[str, float]
    levels: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    together: tuple[str, str, float] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that have an effect."""
        return (*self.slopes, *self.levels, *self.words)

    def effects(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Log-odds per row and column, shape ``(n_rows, n_columns)``; the product of two is split evenly between them.

        Args:
            frame: rows as strings or typed, with the columns that have an effect.
        """
        found: dict[str, np.ndarray] = {n: slope * self._centred(frame, n) for n, slope in self.slopes.items()}
        for name, levels in self.levels.items():
            found[name] = frame[name].map(levels).astype(float).fillna(0.0).to_numpy()
        for name, words in self.words.items():
            found[name] = np.sum([weight * _holds(frame[name], word) for word, weight in words.items()], axis=0)
        if self.together is not None:
            one, other, weight = self.together
            product = weight * self._centred(frame, one) * self._centred(frame, other) / 2
            found[one], found[other] = found[one] + product, found[other] + product
        return pd.DataFrame(found, index=frame.index)

    def probability(self, frame: pd.DataFrame) -> np.ndarray:
        """The true chance of the event per row, shape ``(n_rows,)``."""
        odds = self.intercept + self.effects(frame).to_numpy().sum(axis=1)
        return np.asarray(1 / (1 + np.exp(-odds)))

    def _centred(self, frame: pd.DataFrame, name: str) -> np.ndarray:
        values = pd.to_numeric(frame[name]).to_numpy(dtype=float, na_value=np.nan)
        return np.asarray(np.nan_to_num(values - self.centres[name], nan=0.0))


def _holds(texts: pd.Series, word: str) -> np.ndarray:
    return np.asarray(texts.fillna("").str.contains(rf"\b{re.escape(word)}\b", regex=True).to_numpy(dtype=float))


STUDENTS = Truth(
    target="Result",
    event="fail",
    other="pass",
    intercept=-1.6,
    slopes={
        "Attendance": -7.0,
        "Homework hours per week": -0.15,
        "Previous grade": -0.07,
        "Failed courses": 0.7,
        "Travel minutes": 0.01,
    },
    centres={
        "Attendance": 0.88,
        "Homework hours per week": 4.8,
        "Previous grade": 62.0,
        "Failed courses": 0.4,
        "Travel minutes": 24.0,
    },
    levels={
        "Parents' education": {"primary": 0.5, "secondary": 0.0, "university": -0.4},
        "Extra support": {"yes": -0.5, "no": 0.0},
    },
    words={"Teacher's remark": {"diligent": -1.2, "distracted": 1.4}},
    together=("Attendance", "Previous grade", 0.15),
)
"""Sex, age, home language, school and the day of enrolment have no effect."""

LOANS = Truth(
    target="Default",
    event="yes",
    other="no",
    intercept=-2.3,
    slopes={
        "Yearly income": -0.00004,
        "Loan amount": 0.00006,
        "Years in job": -0.06,
        "Late payments": 0.8,
        "Share of credit used": 2.5,
        "Term in months": 0.012,
        "Age": -0.01,
    },
    centres={
        "Yearly income": 42_000.0,
        "Loan amount": 20_000.0,
        "Years in job": 6.3,
        "Late payments": 0.6,
        "Share of credit used": 0.4,
        "Term in months": 36.0,
        "Age": 41.0,
    },
    levels={
        "Housing": {"own": -0.4, "mortgage": 0.0, "rent": 0.3},
        "Savings": {"none": 0.4, "some": 0.0, "plenty": -0.6},
    },
    words={"Purpose of the loan": {"debts": 1.0, "business": 0.7, "established": -0.7}},
    together=("Late payments", "Share of credit used", 0.5),
)
"""Sex, nationality and the day of the application have no effect."""
