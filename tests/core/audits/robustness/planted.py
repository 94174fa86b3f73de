"""Tables in which it is known what an answer hangs on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.audits.subject import Subject
from core.domains.domain import Domain
from tests.core.audits.handmade import subject
from tests.core.whatif.handmade import chances


def drawn(answer: np.ndarray, seed: int) -> np.ndarray:
    """Class numbers as often as the answers say."""
    return (np.random.default_rng(seed).random(len(answer)) < answer[:, 1]).astype(int)


def filled(cells: pd.Series) -> np.ndarray:
    """Numbers, with 0 for missing, as a model that was taught so would take them."""
    return cells.to_numpy(float, na_value=np.nan).copy() if cells.notna().all() else cells.fillna(0).to_numpy(float)


def table(n: int = 1_500, seed: int = 0) -> pd.DataFrame:
    """Three numbers and a category."""
    draw = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "strong": draw.normal(size=n).round(3),
            "weak": draw.normal(size=n).round(3),
            "count": draw.integers(0, 50, n),
            "level": draw.choice(["low", "middle", "high"], n),
        }
    )


def steady(rows: pd.DataFrame) -> np.ndarray:
    """Leans on many things a little."""
    level = rows["level"].map({"low": -0.7, "high": 0.7}).fillna(0).to_numpy(float)
    return chances(filled(rows["strong"]) + filled(rows["weak"]) + 0.05 * (filled(rows["count"]) - 25) + level)


def brittle(rows: pd.DataFrame) -> np.ndarray:
    """Hangs on the second decimal of one number alone: the least noise turns it."""
    return chances(np.where(np.floor(filled(rows["strong"]) * 20) % 2 == 0, 3.0, -3.0))


def lonely(rows: pd.DataFrame) -> np.ndarray:
    """Nearly all from one column."""
    return chances(4 * filled(rows["strong"]) + 0.2 * filled(rows["weak"]))


def made(formula, n: int = 1_500, domain: Domain | None = None, **task) -> Subject:  # type: ignore[no-untyped-def]
    """A subject whose truth follows the formula."""
    frame = table(n)
    return subject(frame, drawn(formula(frame), 1), formula, domain=domain, **task)
