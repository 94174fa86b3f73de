"""Columns that say nearly the same, as one reason.

How alike two columns are, from 0 to 1: numbers and dates by their order (the size of Spearman's correlation), two
categories by Cramér's V without its bias (Bergsma, 2013, doi:10.1016/j.jkss.2012.10.002), a category and a number by
the correlation ratio of the number's ranks, without its bias too. Texts are like nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.errors import Problem
from core.explain.explanation import Explanation
from core.words import N_, Message

if TYPE_CHECKING:
    from core.data.table import Schema

ALIKE = 0.8
"""Any two columns of a family are at least so much alike: two thirds of what one says, the other says too."""
TWINS = 0.95
"""From here on two columns are nearly copies of each other, and share what either could explain alone."""
ROWS = 3_000
"""Rows that are looked at, evenly spread."""
FEWEST = 20
"""Rows with both values; with fewer, columns count as unlike."""
COLUMNS = 400
"""Columns that are looked at: time grows with their square."""
LEVELS = 50
"""Categories with more are like nothing: by chance alone they would be."""
SHOWN = 3
"""Cells of a family that the reader sees."""


@dataclass(frozen=True)
class Family:
    """Columns told as one."""

    name: str
    columns: tuple[str, ...]


def families(frame: pd.DataFrame, schema: Schema, *, least: float = ALIKE) -> tuple[Family, ...]:
    """Groups of two or more columns of which any two are alike, by complete linkage; columns in the schema's order.

    Args:
        frame: (n_rows, ...) typed rows, best the training rows.
        schema: the columns to be grouped; only the first ``COLUMNS`` are looked at, so of a wider table give those
            that matter most.
        least: how much alike any two columns of a family are, 0 to 1.
    """
    names = schema.names[:COLUMNS]
    groups = [[place] for place in range(len(names))]
    near = likeness(frame, schema)
    np.fill_diagonal(near, -1.0)
    while len(groups) > 1:
        one, other = sorted(divmod(int(near.argmax()), len(near)))
        if near[one, other] < least:
            break
        near[one] = near[:, one] = np.minimum(near[one], near[other])
        near = np.delete(np.delete(near, other, axis=0), other, axis=1)
        groups[one] += groups.pop(other)
    found = [tuple(names[place] for place in sorted(group)) for group in groups if len(group) > 1]
    return tuple(
        Family(_named(columns, names), columns) for columns in sorted(found, key=lambda one: names.index(one[0]))
    )


def shared(frame: pd.DataFrame, schema: Schema) -> tuple[Message, ...]:
    """What is to be said beside reasons of columns that are nearly copies of each other, the most alike first.

    The facts of each message name the two columns as ``one`` and ``other``.
    """
    near, names = likeness(frame, schema), schema.names[:COLUMNS]
    pairs = [(float(near[i, j]), names[i], names[j]) for i, j in combinations(range(len(names)), 2)]
    told = sorted((pair for pair in pairs if pair[0] >= TWINS), key=lambda pair: -pair[0])
    return tuple(Message(_TWINS, {"one": one, "other": other, "alike": alike}) for alike, one, other in told)


_TWINS = N_(
    "{one} and {other} say nearly the same ({alike:percent} alike). The model may use either, so they share what each "
    "would count for alone: read the two together."
)


def gathered(explanation: Explanation, families: Sequence[Family]) -> Explanation:
    """The same reasons with each family as one column, in the place of its first; it still adds up.

    Values are summed. Errors are summed too, which is an upper bound whatever the errors have to do with each other.
    Numbers (for colouring) are those of the column that moves the answers most. Phrases of texts inside a family are
    left out.

    Raises:
        Problem: a column is unknown or in two families, or a name is taken.
    """
    known = [family for family in families if family.columns]
    _check(explanation, known)
    places = [[explanation.columns.index(name) for name in family.columns] for family in known]
    inside = {place for family in places for place in family}
    spans = [(min(span), family.name, span) for family, span in zip(known, places, strict=True)]
    spans += [(at, name, [at]) for at, name in enumerate(explanation.columns) if at not in inside]
    spans.sort()
    sizes = np.abs(explanation.values).mean(axis=0) if len(explanation.values) else np.zeros(len(explanation.columns))
    ranked = [sorted(span, key=lambda place: -sizes[place]) for _, _, span in spans]
    hidden = {explanation.columns[place] for place in inside}
    return replace(
        explanation,
        columns=tuple(name for _, name, _ in spans),
        values=_summed(explanation.values, ranked),
        errors=_summed(explanation.errors, ranked),
        cells=tuple(_joined(explanation, span) for span in ranked),
        numbers=explanation.numbers[:, [span[0] for span in ranked]],
        phrases=tuple(tuple(one for one in row if one.column not in hidden) for row in explanation.phrases),
    )


def likeness(frame: pd.DataFrame, schema: Schema) -> np.ndarray:
    """(n_columns, n_columns) how alike the first ``COLUMNS`` columns are, 0 to 1; 1 on the diagonal."""
    columns = schema.columns[:COLUMNS]
    step = max(1, -(-len(frame) // ROWS))
    rows = frame.iloc[::step]
    near = np.eye(len(columns))
    ranks = {at: _ranks(rows[column.name]) for at, column in enumerate(columns) if _ordered(rows, column.name)}
    codes = {
        at: pd.factorize(rows[column.name])[0]
        for at, column in enumerate(columns)
        if at not in ranks and column.kind != "text" and 2 <= rows[column.name].nunique() <= LEVELS
    }
    for one, other in combinations(codes, 2):
        near[one, other] = near[other, one] = _cramer(codes[one], codes[other])
    if ranks:
        at, table = list(ranks), np.column_stack(list(ranks.values()))
        near[np.ix_(at, at)] = _together(table)
        for one, levels in codes.items():
            near[one, at] = near[at, one] = [_ratio(levels, table[:, place]) for place in range(len(at))]
    np.fill_diagonal(near, 1.0)
    return near


def _check(explanation: Explanation, families: Sequence[Family]) -> None:
    columns = [name for family in families for name in family.columns]
    for name in columns:
        if name not in explanation.columns:
            raise Problem(N_("There is no column {column} among these reasons. Take it out of the group."), column=name)
        if columns.count(name) > 1:
            raise Problem(
                N_("{column} is in two groups. A column can be in one only: take it out of the other."), column=name
            )
    names = [family.name for family in families]
    for name in names:
        if names.count(name) > 1 or name in set(explanation.columns) - set(columns):
            raise Problem(
                N_("The name {name} is taken by another column or group. Give the group another name."), name=name
            )


def _summed(values: np.ndarray, spans: list[list[int]]) -> np.ndarray:
    return np.stack([values[:, span].sum(axis=1) for span in spans], axis=1) if spans else values[:, :0]


def _joined(explanation: Explanation, span: list[int]) -> tuple[str, ...]:
    """(n_rows,) the cells of the columns that count most, for the reader; "" where all are missing."""
    if len(span) == 1:
        return explanation.cells[span[0]]
    more = " · …" if len(span) > SHOWN else ""
    cells = zip(*(explanation.cells[place] for place in span[:SHOWN]), strict=True)
    whole = zip(*(explanation.cells[place] for place in span), strict=True)
    return tuple(
        " · ".join(cell or "–" for cell in shown) + more if any(every) else ""
        for shown, every in zip(cells, whole, strict=True)
    )


def _ordered(rows: pd.DataFrame, name: str) -> bool:
    return pd.api.types.is_numeric_dtype(rows[name]) or pd.api.types.is_datetime64_any_dtype(rows[name])


def _ranks(cells: pd.Series) -> np.ndarray:
    """(n_rows,) float64; NaN for missing."""
    return np.asarray(cells.rank().to_numpy(dtype=np.float64, na_value=np.nan))


def _together(ranks: np.ndarray) -> np.ndarray:
    """(n_columns, n_columns) sizes of correlations of ranks, each pair over the rows that have both.

    DIFF: ranks are those among all rows of a column, and not drawn anew for each pair (Spearman, 1904).
    """
    here = ~np.isnan(ranks)
    centre = np.where(here, ranks, 0.0).sum(axis=0) / np.maximum(here.sum(axis=0), 1)
    filled = np.where(here, ranks - centre, 0.0)
    mask = here.astype(np.float64)
    count = mask.T @ mask
    sums, squares = filled.T @ mask, (filled**2).T @ mask
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums / count
        spread = squares / count - means**2
        moved = filled.T @ filled / count - means * means.T
        found = np.abs(moved) / np.sqrt(spread * spread.T)
    return np.where((count >= FEWEST) & np.isfinite(found), np.minimum(found, 1.0), 0.0)


def _cramer(one: np.ndarray, other: np.ndarray) -> float:
    both = (one >= 0) & (other >= 0)
    rows = int(both.sum())
    if rows < FEWEST:
        return 0.0
    table = np.zeros((one.max() + 1, other.max() + 1))
    np.add.at(table, (one[both], other[both]), 1)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    wide, tall = table.shape
    if min(wide, tall) < 2:
        return 0.0
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / rows
    share = ((table - expected) ** 2 / expected).sum() / rows
    share = max(0.0, share - (wide - 1) * (tall - 1) / (rows - 1))
    free = min(wide - (wide - 1) ** 2 / (rows - 1), tall - (tall - 1) ** 2 / (rows - 1)) - 1
    return float(min(1.0, np.sqrt(share / free))) if free > 0 else 0.0


def _ratio(levels: np.ndarray, ranks: np.ndarray) -> float:
    both = (levels >= 0) & ~np.isnan(ranks)
    rows, codes = int(both.sum()), levels[both]
    counts = np.bincount(codes) if rows else np.zeros(0)
    groups = int((counts > 0).sum())
    if rows < FEWEST or groups < 2 or rows <= groups:
        return 0.0
    values = ranks[both]
    whole = ((values - values.mean()) ** 2).sum()
    means = np.bincount(codes, values) / np.maximum(counts, 1)
    inside = ((values - means[codes]) ** 2).sum()
    return float(np.sqrt(max(0.0, 1 - inside / whole * (rows - 1) / (rows - groups)))) if whole > 0 else 0.0


def _named(columns: tuple[str, ...], names: Sequence[str]) -> str:
    """What all names have in common, where no other column's name has it too; else the first and how many more."""
    parts = [re.findall(r"[^\W_]+", name) for name in columns]
    common = [part for part in parts[0] if all(part in other for other in parts[1:])]
    others = [set(re.findall(r"[^\W_]+", name)) for name in names if name not in columns]
    name = " ".join(common)
    if sum(map(len, common)) >= 3 and name not in names and not any(set(common) <= other for other in others):
        return name
    return f"{columns[0]} +{len(columns) - 1}"
