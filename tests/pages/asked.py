"""An open model that answers as it was told, so that pages are tried without one."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from core.deliver.opened import Opened, opened
from core.deliver.questions import questions
from core.engines.residence import _encode as encoded
from core.errors import Problem
from core.explain import sentences
from core.explain.explanation import Explanation
from core.words import Message
from pages.shared.results import some
from tests.pages import tiny


class Model:
    """Stands for the resident worker: every question is kept, and answered by its verb."""

    def __init__(self, kind: str = "binary", **answers: Any) -> None:
        self.kind, self.answers = kind, answers
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def ask(self, verb: str, **arguments: Any) -> Any:
        """The answer as it comes over the line."""
        self.asked.append((verb, arguments))
        answer = self.answers.get(verb, getattr(self, f"_{verb}", None))
        if answer is None:
            raise Problem("This model cannot say {verb}.", verb=verb)
        made = answer(**arguments) if callable(answer) else answer
        return msgspec.json.decode(encoded(made))

    def _reasons(self, rows: list[int], **_: Any) -> dict[str, Any]:
        made = picked(tiny.explanation(self.kind), rows)
        told = [told_of(made, at) for at in range(len(rows))]
        return {"explanation": asdict(made), "told": told}


def told_of(made: Explanation, at: int) -> tuple[Message, ...]:
    """What a row is told where no reason was tested."""
    return sentences.answered(sentences.case(made, at)), sentences.NOTHING


def picked(made: Explanation, rows: list[int]) -> Explanation:
    """The tiny reasons of some rows, in their order; every row is like one of the six."""
    each = [some(made, made.rows == row % 6) for row in rows]
    cells = tuple(tuple(one.cells[place][0] for one in each) for place in range(len(made.columns)))
    arrays = {
        name: np.concatenate([getattr(one, name) for one in each])
        for name in ("values", "errors", "base", "predictions", "numbers")
    }
    labels = tuple(one.labels[0] for one in each)
    return replace(made, rows=np.array(rows), labels=labels, cells=cells, **arrays)


class Local:
    """Answers as the resident worker does, in this process: the real verbs of the real model, over the same line."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.held: dict[str, Opened] = {}

    def ask(self, verb: str, *, run: str, seconds: float = 30.0, **arguments: Any) -> Any:
        """The answer as it comes over the line."""
        if run not in self.held:
            self.held[run] = opened(Path(run))
        made = self.answers.get(verb, questions()[verb])(self.held[run], **arguments)
        return msgspec.json.decode(encoded(made))
