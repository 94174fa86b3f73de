"""Personal data. Each column has its own finding, never one for many: pages mask by its ``column``."""

from __future__ import annotations

from collections.abc import Iterator

from core.data import personal
from core.data.findings.finder import Hit, Rule, Seen
from core.words import N_

WHOLE = Rule(
    "personal",
    "warning",
    N_(
        "Column {column} looks like personal data: {what} in {share:percent} of its cells. It is set aside "
        "and shown masked."
    ),
    cure=N_("Remove it from the file before you share anything; a model needs no names."),
)
SOME = Rule(
    "personal",
    "warning",
    N_("Column {column}: {what} stand in some of its cells ({share:percent})."),
    cure=N_("Remove them from the file, or leave the column out."),
)
SAMPLED = Rule(
    "personal",
    "warning",
    N_("Column {column}: {what} stand in some of its cells (about {share:percent}, seen in a sample)."),
    cure=SOME.cure,
)
BIRTH = Rule(
    "birth_date",
    "note",
    N_("Column {column} looks like dates of birth: with a place or a sex they often point to one person."),
    N_(
        "{n:count} columns look like dates of birth: {columns:list}. With a place or a sex they often point to "
        "one person."
    ),
    N_("An age in years serves as well and tells less."),
)
LEAST_SHARE = 0.001
LEAST_CELLS = 3


def column(seen: Seen) -> Iterator[Hit]:
    """At most two sorts of personal data."""
    aside = seen.column.aside is not None
    for trace in seen.traces[:2]:
        facts = {"what": trace.label, "share": trace.share}
        if trace.share >= 0.5:
            rule = WHOLE if aside else SOME
        elif trace.share < LEAST_SHARE and len(trace.rows) < LEAST_CELLS:
            continue
        else:
            rule = SAMPLED if trace.sampled else SOME
        yield Hit(rule, seen.name, facts, trace.rows)
    if seen.column.kind == "date" and personal.birth(seen.name):
        yield Hit(BIRTH, seen.name)
