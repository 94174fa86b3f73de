"""A group of rows chosen by filters, by hand on a chart, or both."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Filter:
    """What a row must meet in one column."""

    column: str
    low: float | None = None
    high: float | None = None
    """Numbers, inclusive; dates in days since 1970."""
    values: tuple[str, ...] = ()
    """Categories, any of them; empty for any."""
    contains: str = ""
    """Texts: this stands in it, whatever the case of its letters."""
    missing: bool = False
    """Rows without a value are in too."""


@dataclass(frozen=True)
class Cohort:
    """All filters must be met; the empty cohort is everybody."""

    name: str = ""
    filters: tuple[Filter, ...] = ()
    rows: tuple[int, ...] | None = None
    """Row numbers chosen by hand; None for all."""
