"""Too few rows; more columns than rows."""

from __future__ import annotations

from collections.abc import Iterator

from core.data.findings.finder import Hit, Rule, View
from core.data.kinds import FEW_ROWS
from core.words import N_

FEW = Rule(
    "few_rows",
    "stop",
    N_("The table has {rows:count} {rows:row/rows}: too few to train a model."),
    cure=N_("At least {least:count} rows are needed, a hundred or more are better. Such a file can still be scored."),
)
SMALL = Rule(
    "small",
    "note",
    N_("The table has only {rows:count} rows: whatever is measured on it will be uncertain."),
    cure=N_("Watch the intervals beside the figures."),
)
WIDE = Rule(
    "wide",
    "warning",
    N_("The table has more columns ({columns:count}) than rows ({rows:count})."),
    cure=N_("Chance alone will make some columns look useful. Trust only what holds on new rows."),
)
SMALLEST = 100


def table(view: View) -> Iterator[Hit]:
    """What the size of the table forbids or makes doubtful."""
    rows, columns = view.frame.shape
    if rows < FEW_ROWS:
        yield Hit(FEW, facts={"rows": rows, "least": FEW_ROWS})
    elif rows < SMALLEST:
        yield Hit(SMALL, facts={"rows": rows})
    if columns > rows >= FEW_ROWS:
        yield Hit(WIDE, facts={"rows": rows, "columns": columns})
