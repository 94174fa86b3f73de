"""Numbers that are read beside each other, with equally many decimals."""

from __future__ import annotations

import math
from collections.abc import Mapping

DIGITS = 3
"""Of the number that the decimals of all are chosen by."""
MOST = 6


def alike(ends: Mapping[str, float | None], by: str) -> dict[str, str | None]:
    """The numbers of a sentence written out: ``{x:number}`` keeps three digits of each by itself, so that 9.85 and
    12.04 would be 9.85 and 12, and 2.19 apart.

    Args:
        ends: "own" and "other", and what they are apart under the name ``by``; other numbers in the same unit.
        by: the gap, which has three digits.

    Returns:
        The same names. The gap is that of the numbers as written.

    >>> alike({"own": 9.846, "other": 12.044, "gap": -2.198}, by="gap")
    {'own': '9.85', 'other': '12.04', 'gap': '−2.19'}
    """
    size = abs(ends[by] or 0.0)
    places = min(max(DIGITS - 1 - math.floor(math.log10(size)), 0), MOST) if size else DIGITS - 1
    rounded = {name: None if end is None else round(end, places) for name, end in ends.items()}
    own, other = rounded.get("own"), rounded.get("other")
    if own is not None and other is not None and rounded[by] is not None:
        rounded[by] = round(own - other, places)
    # Plus 0.0: no "-0.00".
    return {name: None if end is None else _shown(end + 0.0, places) for name, end in rounded.items()}


def _shown(value: float, places: int) -> str:
    return f"{value:,.{places}f}".replace("-", "−")
