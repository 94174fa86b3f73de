"""Published tables of the data folder, as their authors' papers count them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from core.audits.fairness.division import Division, divide
from core.data.table import Column

ADULT = (
    "age", "workclass", "fnlwgt", "education", "education-num", "marital-status", "occupation", "relationship", "race",
    "sex", "capital-gain", "capital-loss", "hours-per-week", "native-country", "income",
)  # fmt: skip


def adult(folder: Path) -> pd.DataFrame:
    path = folder / "finance" / "adult" / "adult-train.csv"
    return pd.read_csv(path, header=None, names=list(ADULT), skipinitialspace=True, na_values="?")


def german(folder: Path) -> pd.DataFrame:
    """``default`` is 1 for a bad credit."""
    return pd.read_csv(folder / "finance" / "german_credit" / "german_credit_labelled.csv")


def compas(folder: Path) -> pd.DataFrame:
    """ProPublica's two-year file; the first of the two columns called decile_score."""
    return pd.read_csv(folder / "finance" / "compas" / "compas-scores-two-years.csv", low_memory=False)


def divided(cells: pd.Series, cuts: tuple[float, ...] = ()) -> Division:
    """The groups of a column that has some."""
    kind = "number" if pd.api.types.is_numeric_dtype(cells) else "category"
    made = divide(cells, Column(str(cells.name), kind), cuts)
    assert isinstance(made, Division)
    return made


def place(division: Division, name: str) -> int:
    return division.names.index(name)


def rich(frame: pd.DataFrame) -> np.ndarray:
    return (frame["income"] == ">50K").to_numpy()
