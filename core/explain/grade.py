"""How good an explanation is: nouns only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.words import Message

Key = Literal["adds_up", "seeds", "noise", "deletion", "insertion", "random"]


@dataclass(frozen=True)
class Check:
    """One question asked of the reasons of this model."""

    key: Key
    passed: bool | None
    """None: could not be asked (too few rows, or nothing to compare), and why is said."""
    value: float | None
    wanted: float
    message: Message
    """What was asked and what was found, in one sentence."""


@dataclass(frozen=True)
class Grade:
    """``good``: all checks passed; ``weak``: one that is no sum failed or could not be asked; ``withheld``: the reasons
    do not add up, or say no more than those of a model that learned nothing."""

    verdict: Literal["good", "weak", "withheld"]
    message: Message
    checks: tuple[Check, ...]
    rows: int
    """Cases it was measured on."""
    seconds: float = 0.0
