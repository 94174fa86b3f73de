"""Does the table hold personal data, and does the model use them?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from core.audits.audit import About, Cell, Family, Head, Measure, Part, Report, Sheet, Verdict, worst
from core.data.check import SMALLEST_PERSONAL
from core.data.ordered import numeric
from core.data.personal import WHOLE_COLUMN, Trace, birth, scan
from core.data.table import Finding
from core.words import N_, Message

if TYPE_CHECKING:
    from core.audits.subject import Subject
    from core.data.table import Column
    from core.engines.base import Watch


@dataclass(frozen=True)
class Held:
    """What one column holds."""

    column: Column
    traces: tuple[Trace, ...]
    used: bool
    """The model answers by this column."""
    rows: int
    """Looked at, with a value."""


@dataclass(frozen=True)
class Personal:
    """Looks for personal data in all rows at hand, column by column."""

    fewest: int = 3
    """Cells of a column, below which a sort may be there by chance; of names, addresses and checked numbers."""

    key: ClassVar[str] = "personal"
    family: ClassVar[Family] = "privacy"
    order: ClassVar[int] = 10
    about: ClassVar[About] = About(
        title=N_("Personal data"),
        question=N_("Does the table hold personal data, and does the model use them?"),
        measure=N_(
            "In how many cells of each column an e-mail address, a telephone, resident, social security, card or "
            "account number, an internet address or a person's name was found; none is best."
        ),
        reading=N_(
            "Found by shape and check digit, names by the column's name and by common family and given names. Cells "
            "are never quoted: they are shown with their first and last sign only, here, on every page and in files "
            "for others. What the model does not use cannot come out of it."
        ),
        limits=N_(
            "Names inside sentences, home addresses, numbers of a company's own and pictures are not recognised. Of "
            "columns of very many different cells a sample is looked at. A single cell of a sort may be chance."
        ),
        source="GB 11643-1999; ISO/IEC 7812-1 (Luhn); ISO 13616 (IBAN); GDPR art. 4(1); PIPL art. 4",
    )

    def applies(self, subject: Subject) -> Message | None:
        """Rows are needed."""
        return None if len(subject.test) + len(subject.learnt) else Message(N_("There are no rows to look at."))

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Looks."""
        found = self.look(subject)
        rows = len(subject.test) + len(subject.learnt)
        parts = tuple(_part(one) for one in found)
        verdict: Verdict = worst([part.verdict for part in parts]) if parts else "none"
        cure = Message(_CURES["used" if any(one.used for one in found) else "aside"]) if found else None
        findings = tuple(_finding(one, trace) for one in found for trace in one.traces)
        born = [column.name for column in subject.schema.columns if column.kind == "date" and birth(column.name)]
        return Report(
            self.key,
            self.family,
            verdict,
            _said(found, rows, len(subject.schema.columns)),
            cure,
            (*parts, *_births(born)),
            tuple(_measure(one, trace) for one in found for trace in one.traces),
            findings,
        )

    def look(self, subject: Subject) -> tuple[Held, ...]:
        """Columns with personal data, in their order; rows are numbers of the table."""
        held = []
        for column in subject.schema.columns:
            frames = [rows.frame[column.name] for rows in (subject.learnt, subject.test) if column.name in rows.frame]
            cells = pd.concat(frames) if frames else pd.Series(dtype=object)
            if not suspect(column, cells):
                continue
            traces = tuple(self._kept(cells, column.name))
            if traces:
                held.append(Held(column, traces, column.name in subject.model.features, int(cells.notna().sum())))
        return tuple(held)

    def _kept(self, cells: pd.Series, name: str) -> list[Trace]:
        texts = cells.astype("Int64").astype("str") if pd.api.types.is_numeric_dtype(cells) else cells
        numbers = cells.index.to_numpy()
        found = scan(texts.reset_index(drop=True), name)
        return [
            Trace(one.key, one.label, one.share, tuple(int(numbers[row]) for row in one.rows), one.sampled)
            for one in found
            if len(one.rows) >= self.fewest or one.share >= WHOLE_COLUMN
        ]


def suspect(column: Column, cells: pd.Series) -> bool:
    """Whether a column can hold personal data: amounts, dates and measures cannot."""
    if column.kind in ("date", "constant") or not cells.notna().any():
        return False
    if not numeric(column) and not pd.api.types.is_numeric_dtype(cells):
        return True
    known = pd.to_numeric(cells, errors="coerce").dropna().to_numpy(dtype=np.float64)
    return bool(len(known)) and bool((np.mod(known, 1) == 0).all()) and float(known.max()) >= SMALLEST_PERSONAL


def _part(one: Held) -> Part:
    whole = one.traces[0].share >= WHOLE_COLUMN
    text = _USED if one.used else _ASIDE
    facts = {"column": one.column.name, "what": [trace.label for trace in one.traces], "n": one.rows}
    facts |= {"share": one.traces[0].share}
    heads = (
        Head(Message(N_("Found"))),
        Head(Message(N_("Cells")), "count"),
        Head(Message(N_("Of all cells")), "percent"),
        Head(Message(N_("First rows"))),
    )
    rows = tuple(
        (
            Cell(text=trace.label),
            Cell(float(round(trace.share * one.rows))),
            Cell(trace.share),
            Cell(text=", ".join(str(row + 1) for row in trace.rows[:8])),
        )
        for trace in one.traces
    )
    note = Message(_SAMPLED if one.traces[0].sampled else _WHOLE if whole else _SOME)
    return Part(
        one.column.name, "difference", Message(text, facts), (Sheet(Message(N_("What was found")), heads, rows, note),)
    )


def _births(names: list[str]) -> tuple[Part, ...]:
    if not names:
        return ()
    text = N_("Dates of birth ({columns:list}): with a place or a sex they often point to one person.")
    return (Part(Message(N_("Dates of birth")), "none", Message(text, {"columns": names})),)


def _said(found: tuple[Held, ...], rows: int, columns: int) -> Message:
    names = [one.column.name for one in found]
    facts = {"n": len(found), "rows": rows, "columns": names[:5], "all": columns}
    if not found:
        return Message(_CLEAN, facts)
    used = [one.column.name for one in found if one.used]
    if used:
        return Message(_FOUND_USED, facts | {"used": used[:5]})
    return Message(_FOUND, facts)


def _finding(one: Held, trace: Trace) -> Finding:
    facts = {"column": one.column.name, "what": trace.label, "share": trace.share}
    text = N_("Column {column}: {what} in {share:percent} of its cells.")
    return Finding("personal", "warning", Message(text, facts), rows=trace.rows, column=one.column.name)


def _measure(one: Held, trace: Trace) -> Measure:
    return Measure(f"share_{trace.key}", one.column.name, trace.share, n=one.rows)


_CLEAN = N_("No personal data found by shape or name in {rows:count} rows of {all:count} columns.")
_FOUND = N_(
    "{n:count} of {all:count} columns {n:holds/hold} personal data ({columns:list}; {rows:count} rows). The model uses "
    "none of them; they are shown masked."
)
_FOUND_USED = N_(
    "{n:count} of {all:count} columns {n:holds/hold} personal data ({columns:list}; {rows:count} rows), and the model "
    "uses {used:list}. They are shown masked."
)
_ASIDE = N_(
    "{column} holds {what:list} (in {share:percent} of {n:count} cells). The model does not use it; it is shown masked."
)
_USED = N_(
    "{column} holds {what:list} (in {share:percent} of {n:count} cells), and the model uses the column. It is shown "
    "masked."
)
_WHOLE = N_("Rows are counted from 1. The cells themselves are not shown.")
_SOME = N_("Rows are counted from 1; the other cells of the column hold none that was recognised.")
_SAMPLED = N_("Rows are counted from 1. A sample of the different cells was looked at.")
_CURES = {
    "used": N_("Leave these columns out, or remove the personal data from the file, and train again."),
    "aside": N_(
        "Remove these columns from the file before you share it; a model needs no names and numbers of people."
    ),
}
AUDIT = Personal()
