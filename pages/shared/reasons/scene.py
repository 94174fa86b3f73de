"""What every part of the reasons step is given: whose run it is, and how its answers are said."""

from __future__ import annotations

from dataclasses import dataclass

from core.data.table import TableCard
from core.engines.base import Run
from core.explain.explanation import Explanation
from core.explain.grade import Grade
from core.learn.evaluation import Evaluation
from core.plots.explain import Scale
from core.words import N_
from pages.shared import results, show
from pages.shared.desk import Desk
from pages.shared.language import plain


@dataclass(frozen=True)
class Scene:
    """A run with what is known of it."""

    desk: Desk
    run: Run
    card: TableCard
    evaluation: Evaluation
    grade: Grade | None = None
    """How good the reasons of the model are; None while that is not known."""

    @property
    def withheld(self) -> bool:
        """Whether the reasons are not to be shown."""
        return self.grade is not None and self.grade.verdict == "withheld"

    @property
    def scale(self) -> Scale:
        """What an answer is: a chance, or a number in its unit."""
        return Scale(self.evaluation.task != "regression", results.unit(self.card, self.evaluation))

    @property
    def stamp(self) -> int:
        """Tells a first answer's model from the better one that takes its place."""
        return (self.run.folder / "evaluation.json").stat().st_mtime_ns

    def kind(self, column: str) -> str:
        """Of a column of the file; empty for what is no column of it, as a group of related columns."""
        return self.card.schema[column].kind if column in self.card.schema else ""

    def moved(self, value: float) -> str:
        """A change of the answer with its sign and unit, as plain text."""
        scale = self.scale
        text = scale.effect(value, show.theme())
        if scale.chance:
            return plain(N_("{value} points"), value=text)
        return f"{text} {scale.unit}".strip()

    def answer(self, value: float) -> str:
        """An answer, as plain text."""
        return self.scale.answer(value, show.theme())

    def one_label(self, found: Explanation) -> str | None:
        """The class explained where all cases explain the same; None leaves it to the model, and for numbers."""
        return found.labels[0] if len(set(found.labels)) == 1 and found.labels[0] else None

    def label(self, label: str) -> str:
        """A class as it is understood alone."""
        return results.event(self.run, self.evaluation) if label == self.evaluation.positive else label
