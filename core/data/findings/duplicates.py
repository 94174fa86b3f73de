"""Rows that repeat another row in every cell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.data.findings.finder import Hit, Rule, View
from core.data.table import Repair
from core.data.twins import repeated
from core.words import N_

WORTH_A_WARNING = 0.01
MANY = Rule(
    "duplicates",
    "warning",
    N_(
        "{repeated:count} of {rows:count} rows ({share:percent}) repeat an earlier row in every cell; "
        "{distinct:count} rows differ."
    ),
    cure=N_(
        "If one case was entered more than once, drop the repeats. Otherwise the same case could be learned and tested."
    ),
)
FEW = Rule(
    "duplicates",
    "note",
    N_("{repeated:count} of {rows:count} rows {repeated:repeats/repeat} an earlier row in every cell."),
    cure=N_("If one case was entered more than once, drop the repeats."),
)


def table(view: View) -> Iterator[Hit]:
    """How many rows repeat an earlier one, and which."""
    if len(view.frame) < 2 or not view.frame.shape[1]:
        return
    again = repeated(view.frame)
    count, rows = int(again.sum()), len(view.frame)
    if not count:
        return
    rule = MANY if count / rows >= WORTH_A_WARNING and not _coarse(view) else FEW
    facts = {"repeated": count, "rows": rows, "share": count / rows, "distinct": rows - count}
    evidence = tuple(int(row) for row in np.flatnonzero(again)[:20])
    yield Hit(rule, None, facts, evidence, (Repair("distinct"),))


def _coarse(view: View) -> bool:
    """Whether the columns have so few values that different cases must look the same."""
    values = np.array(
        [profile.distinct + (profile.missing > 0) for profile in view.profiles.values()], dtype=np.float64
    )
    return bool(np.log(np.maximum(values, 1)).sum() < np.log(5 * len(view.frame)))
