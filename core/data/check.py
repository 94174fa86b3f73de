"""A raw frame to a checked table: kinds, profiles and findings."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b

import pandas as pd

from core.data import findings as odd
from core.data import signs
from core.data.cells import Cells, cells
from core.data.findings.finder import Hit, Seen, View
from core.data.kinds import infer
from core.data.personal import WHOLE_COLUMN, Trace, traces
from core.data.profile import Privacy, profile
from core.data.reading import Reading
from core.data.table import Column, Finding, Kind, Profile, Schema, Source, Table, TableCard
from core.domains.domain import Known
from core.words import N_, Message

SMALLEST_PERSONAL = 10**9
"""Numbers below cannot be phone, card or resident numbers."""


def check(
    raw: pd.DataFrame,
    sources: Sequence[Source],
    findings: Sequence[Finding],
    *,
    domain: str,
    kinds: Mapping[str, Kind] | None = None,
    table_id: str,
    name: str,
    made_up: bool = False,
) -> Table:
    """The table in a raw frame: what each column is, what it holds, what is odd.

    Args:
        raw: ``(n_rows, n_columns)``, cells as text (NaN for empty) or with types of their own; unique column names.
        sources: the files it came from.
        findings: what reading found; kept, in front of what is found here at the same severity.
        domain: key of the field of work whose knowledge is used; unknown keys know nothing.
        kinds: kinds the analyst chose; they win.
        table_id: name of its folder.
        name: what people call it.
        made_up: a generated sample.
    """
    seen = _Looking(domain, _decimal(sources), kinds or {})
    for column, series in raw.items():
        seen.look(str(column), series)
    frame = pd.DataFrame(seen.frame, index=pd.RangeIndex(len(raw)), copy=False)
    view = View(frame, tuple(seen.columns), seen.profiles, seen.patterns, domain)
    found = odd.gathered([*seen.hits, *odd.in_table(view)])
    card = TableCard(
        table_id,
        name,
        len(raw),
        Schema(tuple(seen.columns)),
        seen.profiles,
        odd.ordered([*findings, *found]),
        tuple(sources),
        domain,
        made_up,
        time.time(),
    )
    return Table(frame, card)


def _decimal(sources: Sequence[Source]) -> str:
    """The decimal sign of the first file that says so."""
    return next((source.options.decimal for source in sources if source.options.decimal), ".")


class _Looking:
    """Holds what is found while columns are looked at one after the other, so that only one's cells are in memory."""

    def __init__(self, domain: str, decimal: str, kinds: Mapping[str, Kind]) -> None:
        self.know, self.decimal, self.kinds = signs.knowledge(domain), decimal, kinds
        self.frame: dict[str, pd.Series] = {}
        self.columns: list[Column] = []
        self.profiles: dict[str, Profile] = {}
        self.patterns: dict[str, bytes] = {}
        self.hits: list[Hit] = []

    def look(self, name: str, series: pd.Series) -> None:
        known = self.know(name)
        texts = cells(series)
        chosen = self.kinds.get(name)
        reading = infer(name, texts, self.decimal, known, chosen)
        marks = personal(reading)
        reading = _set_aside(reading, marks, texts, known, self.decimal, chosen)
        seen = Seen(reading, profile(reading, _privacy(marks)), known, marks)
        self.frame[name] = reading.series()
        self.columns.append(reading.column)
        self.profiles[name] = seen.profile
        self.patterns[name] = _pattern(texts)
        self.hits += odd.in_column(seen)


def personal(reading: Reading) -> tuple[Trace, ...]:
    """Personal data in the column's cells; amounts and measures are not looked at."""
    column = reading.column
    if column.kind in {"date", "constant"} or (column.kind == "number" and (column.high or 0) < SMALLEST_PERSONAL):
        return ()
    if column.kind == "number" and not column.whole:
        return ()
    return traces(column.name, reading.cells.texts, reading.counts, reading.cells.rows)


def _set_aside(
    reading: Reading, marks: tuple[Trace, ...], texts: Cells, known: Known | None, decimal: str, chosen: Kind | None
) -> Reading:
    """The column as identifier where it holds personal data throughout, unless the analyst chose otherwise."""
    if chosen is not None or not marks or marks[0].share < WHOLE_COLUMN:
        return reading
    why = Message(N_("It looks like personal data: {what}."), {"what": marks[0].label})
    if reading.column.kind in {"category", "number"}:
        reading = infer(reading.column.name, texts, decimal, known, "identifier")
    return replace(reading, column=replace(reading.column, aside=why))


def _privacy(marks: tuple[Trace, ...]) -> Privacy:
    if not marks:
        return "open"
    return "whole" if marks[0].share >= WHOLE_COLUMN else "pieces"


def _pattern(texts: Cells) -> bytes:
    """A digest of which rows hold equal cells."""
    return blake2b(texts.codes.tobytes(), digest_size=16).digest()
