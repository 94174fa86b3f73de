"""A case and what is changed in it: nouns only, kept in the address, in files and beside the run."""

from __future__ import annotations

from dataclasses import dataclass, field

Cell = str | float | None
"""A cell as people write it: text (also of dates and categories), a number, or None for missing."""


@dataclass(frozen=True)
class Scenario:
    """A start and the cells that differ from it.

    The start is row ``row`` of the run's table, else the cells of ``cells`` (a row of another file), else the typical
    case: medians and the most frequent categories of the training rows.
    """

    name: str = ""
    row: int | None = None
    cells: dict[str, Cell] | None = None
    changes: dict[str, Cell] = field(default_factory=dict)
    """By column; the model's features only."""
