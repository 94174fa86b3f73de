"""Answers and reasons for rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from core.deliver.opened import Opened

if TYPE_CHECKING:
    import pandas as pd


def predict(held: Opened, **rows: Any) -> dict[str, Any]:
    """Answers for rows of the table or for records: ``values`` as ``model.predict`` gives them."""
    values = held.model.predict(frame_of(held, **rows))
    return {"classes": held.model.classes, "values": values.tolist(), "cutoff": held.model.cutoff}


def explain(
    held: Opened, labels: list[str] | None = None, effort: float | None = None, seed: int = 0, **rows: Any
) -> dict[str, Any]:
    """The reasons for rows: the fields of an ``Explanation``. ``effort``: seconds to spend at most."""
    from core.explain.shapley import explain as reasons

    return asdict(reasons(held.model, frame_of(held, **rows), labels=labels, seconds=effort, seed=seed))


def frame_of(held: Opened, rows: list[int] | None = None, records: list[dict[str, Any]] | None = None) -> pd.DataFrame:
    """Rows of the table by number, or records as a frame."""
    if records is None:
        return held.rows(rows or [])
    import pandas as pd

    return pd.DataFrame.from_records(records)


VERBS: dict[str, Callable[..., Any]] = {"predict": predict, "explain": explain}
