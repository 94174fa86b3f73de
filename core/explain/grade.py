"""How good an explanation is: nouns only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.words import Message

Key = Literal["adds_up", "seeds", "noise", "deletion", "insertion", "random"]
Verdict = Literal["good", "weak", "withheld"]


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
    """``good``: they add up, stay when worked out again, and no check failed. ``weak``: one that is no sum failed, or
    it could not be asked whether they stay. ``withheld``: they do not add up, or say no more than those of a model that
    learned nothing.

    What there is nothing to ask of (the order of three columns, noise where there are no numbers) counts against
    nobody; and of a model that always answers the same it is right to say that nothing moves it.
    """

    verdict: Verdict
    message: Message
    checks: tuple[Check, ...]
    rows: int
    """Cases it was measured on."""
    seconds: float = 0.0
