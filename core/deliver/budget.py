"""The time budget in words: how long training may take."""

from __future__ import annotations

import math
import re
import unicodedata

from core.errors import Problem
from core.settings import settings
from core.words import N_

SHARE = 0.8
"""Of what a whole run may take: measuring and the reasons come after the budget."""
UNITS = {
    1: ("", "s", "sec", "secs", "second", "seconds", "秒", "秒钟"),
    60: ("m", "min", "mins", "minute", "minutes", "分", "分钟"),
    3_600: ("h", "hour", "hours", "小时", "时"),
    86_400: ("d", "day", "days", "天", "日"),
}
_AMOUNT = re.compile(r"([+-]?\d+(?:[.,]\d+)?(?:e[+-]?\d+)?)\s*(\D*)")


def largest() -> float:
    """Seconds that a budget may be at most, by the settings."""
    return SHARE * settings().job_seconds


def budget(said: str | float) -> float:
    """Seconds that training may take: "90", "90 s", "2 min", "1 hour", or a number of seconds.

    Raises:
        Problem: it is no duration, not above 0, or more than a run may take here.
    """
    seconds = _seconds(said) if isinstance(said, str) else float(said)
    if seconds is None or math.isnan(seconds):
        raise Problem(
            N_("“{text}” is not a time. Write a number of seconds like 60, or with a unit like 2 min."),
            text=str(said)[:40],
        )
    if seconds <= 0:
        raise Problem(
            N_("Training needs more than {seconds:number} seconds. Write a time above 0, like 60."), seconds=seconds
        )
    if seconds > largest():
        raise Problem(
            N_(
                "{seconds:seconds} is more than a training may take here. The largest is {largest:seconds}; whoever "
                "runs Vitrine can raise it with VITRINE_JOB_SECONDS."
            ),
            seconds=min(seconds, 1e9),
            largest=largest(),
        )
    return seconds


def _seconds(text: str) -> float | None:
    found = _AMOUNT.fullmatch(unicodedata.normalize("NFKC", text).strip().lower())
    if found is None:
        return None
    unit = found.group(2).strip().rstrip(".")
    factor = next((size for size, names in UNITS.items() if unit in names), None)
    return None if factor is None else float(found.group(1).replace(",", ".")) * factor
