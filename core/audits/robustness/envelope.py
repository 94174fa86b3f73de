"""Where a model was tried, and what it bears: the limits inside which its figures hold. Nouns, and how they are read.

They are kept with the run as the measures of the audit ``limits``; ``envelope`` makes them of its report again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.audits.audit import Measure, Report


@dataclass(frozen=True)
class Range:
    """Numbers (dates: days since 1970) that the model learned from."""

    column: str
    low: float
    high: float
    usual_low: float
    """1st percentile."""
    usual_high: float
    """99th percentile."""


@dataclass(frozen=True)
class Borne:
    """The most of a disturbance that takes no more than is tolerable, of the levels tried: so at both ends of the 95%
    interval of what it takes."""

    kind: str
    """"noise" (standard deviations), "missing", "typing", "unseen" (shares)."""
    most: float
    """0 where even the least level tried may take more."""
    tried: float
    """The highest level tried."""
    measured: float
    """The same as measured alone, without the interval: as much or more."""


@dataclass(frozen=True)
class Known:
    """Categories that the model knows of a column."""

    column: str
    levels: int


@dataclass(frozen=True)
class Envelope:
    """Operating limits."""

    ranges: tuple[Range, ...] = ()
    known: tuple[Known, ...] = ()
    borne: tuple[Borne, ...] = ()
    smallest_group: int = 0
    """Unseen cases of the smallest group that figures rest on; 0 where no groups were looked at."""
    rows: int = 0
    """Cases that the ranges are of."""


def measures(one: Envelope) -> tuple[Measure, ...]:
    """As tidy figures, to be kept."""
    return tuple(_measures(one))


def envelope(report: Report) -> Envelope:
    """Of the report of the audit ``limits``."""
    found: dict[str, list[Measure]] = {}
    for one in report.measures:
        found.setdefault(one.name, []).append(one)
    alone = {one.group: one for one in found.get("borne_as_measured", [])}
    usual = {one.group: one for one in found.get("usual_range", [])}
    ranges = [
        Range(one.group, _known(one.low), _known(one.high), _known(usual[one.group].low), _known(usual[one.group].high))
        for one in found.get("range", [])
    ]
    groups, rows = found.get("smallest_group", []), found.get("rows", [])
    return Envelope(
        tuple(ranges),
        tuple(Known(one.group, int(_known(one.value))) for one in found.get("levels", [])),
        tuple(
            # Reports of earlier versions measured alone.
            Borne(one.group, _known(one.value), _known(one.high), _known(alone.get(one.group, one).value))
            for one in found.get("borne", [])
        ),
        int(_known(groups[0].value)) if groups else 0,
        rows[0].n if rows else 0,
    )


def _measures(one: Envelope) -> Iterator[Measure]:
    for each in one.ranges:
        yield Measure("range", each.column, low=each.low, high=each.high, n=one.rows)
        yield Measure("usual_range", each.column, low=each.usual_low, high=each.usual_high, n=one.rows)
    for level in one.known:
        yield Measure("levels", level.column, float(level.levels), n=one.rows)
    for load in one.borne:
        yield Measure("borne", load.kind, load.most, 0.0, load.tried)
        yield Measure("borne_as_measured", load.kind, load.measured, 0.0, load.tried)
    yield Measure("smallest_group", "", float(one.smallest_group), n=one.smallest_group)
    yield Measure("rows", "", float(one.rows), n=one.rows)


def _known(value: float | None) -> float:
    return 0.0 if value is None else value
