"""What if, out of the house: a sheet of scenarios side by side."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from core.data.export import CELL_LETTERS, guard
from core.explain.explanation import Explanation
from core.whatif.answer import Interval, Told, WhatIf
from core.whatif.scenario import Scenario, Start
from core.words import N_, Message, say

REASONS = 5
"""The largest that are named."""
MARK = PatternFill("solid", fgColor="FFF2CC")
BOLD = Font(bold=True)


@dataclass(frozen=True, eq=False)
class Version:
    """A scenario, where it starts, and what the model says of it."""

    scenario: Scenario
    start: Start
    found: WhatIf


Line = tuple[str, list[Any], list[bool]]
"""What stands first, then a cell for each scenario and whether it is marked as changed."""


def sheet(versions: Sequence[Version], language: str = "en") -> bytes:
    """An XLSX file: a column for each scenario, one line for each column of the model, changed cells marked, then the
    answers, what the truth is likely to be, how usual the case is, and the largest reasons where they are known."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = say(N_("Scenarios"), language)
    for line in _lines(versions, language):
        page.append([_safe(line[0]), *(_safe(cell) for cell in line[1])])
        for at, marked in enumerate(line[2]):
            if marked:
                place = page.cell(page.max_row, at + 2)
                place.fill, place.font = MARK, BOLD
    for row in page.iter_rows():
        for at, one in enumerate(row):
            one.alignment = Alignment(wrap_text=True, vertical="top")
            if not at or one.row == 1:
                one.font = BOLD
    for at in range(len(versions) + 1):
        page.column_dimensions[get_column_letter(at + 1)].width = 28
    page.freeze_panes = "B2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _lines(versions: Sequence[Version], language: str) -> Iterator[Line]:
    def told(text: str, cells: list[Any]) -> Line:
        return say(text, language), [say(one, language) if isinstance(one, Message) else one for one in cells], []

    yield "", [one.scenario.name or say(_NAMELESS, language, {"n": at + 1}) for at, one in enumerate(versions)], []
    yield told(N_("Starts from"), [_origin(one.scenario) for one in versions])
    for field in versions[0].start.fields if versions else ():
        changed = [field.column in one.scenario.changes for one in versions]
        cells = [one.scenario.changes.get(field.column, one.start.cells.get(field.column)) for one in versions]
        yield field.column, cells, changed
    answers = [one.found.after for one in versions]
    if versions and versions[0].found.classes:
        yield told(N_("The answer"), [one.label for one in answers])
        for at, label in enumerate(versions[0].found.classes):
            name = say(N_("Chance of “{label}”"), language, {"label": label})
            yield name, [one.values[at] for one in answers], []
    else:
        yield told(N_("The answer"), [one.values[0] for one in answers])
    yield told(N_("The truth is likely"), [likely(one.interval) for one in answers])
    yield told(N_("How usual"), [VERDICTS[one.found.support.verdict] for one in versions])
    yield told(N_("Note"), [one.found.withheld or "" for one in versions])
    for place in range(max((_count(one) for one in answers), default=0)):
        name = say(N_("Reason {n:count}"), language, {"n": place + 1})
        yield name, [_reason(one.reasons, place, language) for one in answers], []


_NAMELESS = N_("Scenario {n:count}")
VERDICTS = {
    "usual": Message(N_("as cases usually are")),
    "unusual": Message(N_("unusual")),
    "outside": Message(N_("outside all that the model has seen")),
}


def _origin(scenario: Scenario) -> Message:
    if scenario.row is not None:
        return Message(N_("data row {row:count}"), {"row": scenario.row + 1})
    return Message(N_("a row of another file") if scenario.cells else N_("the typical case"))


def likely(interval: Interval) -> Message:
    """What the truth is likely to be, in words."""
    if interval.low is not None and interval.high is not None:
        return Message(
            N_("{low:number} to {high:number} (holds in {level:percent} of such cases)"),
            {"low": interval.low, "high": interval.high, "level": interval.level},
        )
    if interval.labels:
        facts = {"labels": list(interval.labels), "level": interval.level}
        return Message(N_("{labels:list} (holds in {level:percent} of such cases)"), facts)
    return interval.note or Message(N_("no answer fits"))


def _count(told: Told) -> int:
    return 0 if told.reasons is None else min(REASONS, len(told.reasons.columns))


def _reason(reasons: Explanation | None, place: int, language: str) -> str:
    if reasons is None or place >= len(reasons.columns):
        return ""
    at = int(abs(reasons.values[0]).argsort()[::-1][place])
    facts = {
        "column": reasons.columns[at],
        "cell": reasons.cells[at][0][:120],
        "value": f"{reasons.values[0, at]:+.3g}",
    }
    return say(N_("{column} = {cell}: {value}"), language, facts)


def _safe(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(cell, str):
        return ILLEGAL_CHARACTERS_RE.sub("", guard(cell))[:CELL_LETTERS]
    return cell
