"""Personal data on the screen: cells of columns that hold them are hidden, rows of a file as they stand too."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from core.data.personal import mask
from core.data.table import Source, TableCard


def personal(card: TableCard) -> set[str]:
    """Columns in which personal data was found."""
    return {finding.column for finding in card.findings if finding.code == "personal" and finding.column is not None}


def cells(card: TableCard, name: str, shown: pd.Series) -> pd.Series:
    """A column's cells with personal data hidden: of a free text what is personal, else the whole cell."""
    whole = card.schema[name].kind != "text"
    return shown.map(lambda cell: mask(str(cell), whole=whole) if pd.notna(cell) else cell).astype(object)


def of(card: TableCard, name: str) -> Callable[[str], str]:
    """How a cell of a column is shown: as it is, or with personal data hidden."""
    whole = name in personal(card) and card.schema[name].kind != "text"
    return lambda cell: mask(cell, whole=whole)


def rows(card: TableCard, source: Source) -> list[list[str]]:
    """The first rows of a file as they stand there, as wide as the widest, with personal data hidden.

    A column of the file is known by its name in the row of names, or by its place where there is no such row.
    """
    width = max(len(row) for row in source.preview)
    names = _names(card, source, width)
    header = source.options.header if source.options.header is not None else -1
    hide = {name: of(card, name) for name in set(names)}
    return [
        [
            cell if place == header or not cell else hide[names[at]](cell)
            for at, cell in enumerate([*row, *[""] * (width - len(row))])
        ]
        for place, row in enumerate(source.preview)
    ]


def _names(card: TableCard, source: Source, width: int) -> Sequence[str]:
    header = source.options.header if source.options.header is not None else -1
    known = source.preview[header] if 0 <= header < len(source.preview) else card.schema.names
    return [*(name.strip() for name in known), *[""] * width][:width]
