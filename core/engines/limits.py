"""What a run may take: seconds and bytes."""

from __future__ import annotations

from dataclasses import dataclass

import psutil

from core.engines.base import Request
from core.errors import Problem
from core.settings import settings
from core.words import N_, Message

SHARE_OF_MACHINE = 0.8
"""No job gets more of the machine's memory than this, whatever the settings say."""


@dataclass(frozen=True)
class Limits:
    """Of one run."""

    seconds: float
    memory_bytes: int
    grace_seconds: float
    """What a run that is asked to stop gets to keep what it has."""


def limits(request: Request) -> Limits:
    """The limits of a run: its own, else those of the settings for its verb."""
    reading = request.verb == "read"
    config = settings()
    usual = config.read_memory_bytes if reading else config.job_memory_bytes
    memory = request.memory_bytes or min(usual, int(psutil.virtual_memory().total * SHARE_OF_MACHINE))
    seconds = request.limit_seconds or (config.read_seconds if reading else config.job_seconds)
    return Limits(float(seconds), memory, 10.0 if request.verb == "train" else 3.0)


def too_large(limit: Limits) -> Message:
    """Why a run that took too much memory was ended."""
    return Message(
        N_("This needed more than {limit:bytes} of memory. Use fewer rows or columns, or ask for a higher limit."),
        {"limit": limit.memory_bytes},
    )


def too_long(limit: Limits) -> Message:
    """Why a run that took too long was ended."""
    return Message(
        N_("This was not finished after {limit:seconds}. Use fewer rows or columns, or ask for a higher limit."),
        {"limit": limit.seconds},
    )


def is_shortage(error: BaseException) -> bool:
    """Whether an exception says that memory ran out."""
    if isinstance(error, Problem):
        return False
    name = type(error).__name__
    return isinstance(error, MemoryError) or "OutOfMemory" in name or "can't allocate memory" in str(error)
