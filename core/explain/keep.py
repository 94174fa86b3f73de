"""An explanation in a folder: words as JSON, numbers as safetensors; nothing that could name code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from core import values
from core.errors import Problem
from core.explain.explanation import Explanation, Phrase
from core.words import N_, Message

WORDS, NUMBERS = "explanation.json", "explanation.safetensors"
ARRAYS = ("values", "errors", "base", "predictions", "rows", "numbers")


@dataclass(frozen=True)
class _Words:
    columns: tuple[str, ...]
    labels: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    method: str
    seconds: float
    note: Message | None = None
    phrases: tuple[tuple[Phrase, ...], ...] = ()
    """Folders from before there were any have none."""


def keep_explanation(explanation: Explanation, folder: Path) -> None:
    """Stores an explanation in a folder, which is made; one that is there is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {name: np.ascontiguousarray(getattr(explanation, name)) for name in ARRAYS}
    values.replace(folder / NUMBERS, save(arrays))
    words = _Words(
        explanation.columns,
        explanation.labels,
        explanation.cells,
        explanation.method,
        explanation.seconds,
        explanation.note,
        explanation.phrases,
    )
    values.write(folder / WORDS, words)


def open_explanation(folder: Path) -> Explanation:
    """The explanation stored in a folder.

    Raises:
        Problem: there is none, or it is damaged; says what to do.
    """
    try:
        words = values.read(folder / WORDS, _Words)
        arrays = load((folder / NUMBERS).read_bytes())
    except (FileNotFoundError, SafetensorError) as error:
        raise _lost() from error
    shape = (len(words.labels), len(words.columns))
    divided = len(words.phrases) in (0, len(words.labels))
    if (
        not divided
        or set(arrays) != set(ARRAYS)
        or any(arrays[name].shape != shape for name in ("values", "errors", "numbers"))
    ):
        raise _lost()
    return Explanation(
        columns=words.columns,
        values=arrays["values"],
        errors=arrays["errors"],
        base=arrays["base"],
        predictions=arrays["predictions"],
        rows=arrays["rows"],
        labels=words.labels,
        cells=words.cells,
        numbers=arrays["numbers"],
        method=words.method,
        seconds=words.seconds,
        note=words.note,
        phrases=words.phrases,
    )


def _lost() -> Problem:
    return Problem(N_("The stored reasons of this model are missing or damaged. Ask for the reasons again."))
