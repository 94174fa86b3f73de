"""Column names that people mistype."""

from __future__ import annotations

import difflib
import unicodedata

from core.data.formats.tidy import clean
from core.data.table import Column, Schema
from core.errors import Problem
from core.words import N_


def find_column(name: str, schema: Schema) -> Column | None:
    """The column that a name means: as it is spelled, as reading cleans it, but for capitals and width; else None."""
    cleaned = clean(name)
    for wanted in (name, cleaned):
        if wanted in schema:
            return schema[wanted]
    alike = [column for column in schema.columns if _folded(column.name) == _folded(cleaned)]
    return alike[0] if len(alike) == 1 else None


def _folded(name: str) -> str:
    """Without the differences of capitals and of full and half width."""
    return unicodedata.normalize("NFKC", clean(name)).casefold()


def unknown_column(name: str, schema: Schema) -> Problem:
    """The refusal for a column that is not there, with the closest names."""
    close = closest(name.strip(), schema.names)
    if not close:
        return Problem(
            N_("There is no column {column}. The columns begin with {names:list}."),
            column=name.strip(),
            names=list(schema.names[:5]),
        )
    return Problem(
        N_("There is no column {column}. The closest names are {names:list}."), column=name.strip(), names=close
    )


def closest(name: str, names: tuple[str, ...]) -> list[str]:
    """At most three of ``names`` that are spelled like ``name``, closest first."""
    folded = {one.casefold(): one for one in reversed(names)}
    close = difflib.get_close_matches(name.casefold(), list(folded), n=3, cutoff=0.5)
    return [folded[one] for one in close]
