"""Column names that people mistype."""

from __future__ import annotations

import difflib

from core.data.table import Schema
from core.errors import Problem
from core.words import N_


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
