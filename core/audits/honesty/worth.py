"""Is more than the simple model needed, and is anything gained over guessing?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from core.audits.audit import About, Cell, Family, Head, Mark, Measure, Part, Picture, Report, Sheet, Verdict
from core.audits.honesty.loss import FIGURES, bounded, estimated, losses, prior, simple, some
from core.audits.subject import Rows
from core.audits.sure import FEWEST_ROWS
from core.data.task import TaskKind
from core.learn.evaluation import Estimate
from core.learn.metrics import resamples
from core.words import N_, Message

if TYPE_CHECKING:
    from core.audits.subject import Subject
    from core.engines.base import Watch

MOST = 20_000
DRAWS = 1_000


@dataclass(frozen=True)
class Worth:
    """The model's loss on new rows beside that of the simple model and of guessing, on the same rows."""

    alike: float = 0.01
    """Where the loss can be at most by this share lower, the simple model does as well."""

    key: ClassVar[str] = "worth"
    family: ClassVar[Family] = "honesty"
    order: ClassVar[int] = 60
    about: ClassVar[About] = About(
        title=N_("Worth of the model"),
        question=N_("Is more than the simple model needed, and is anything gained over guessing?"),
        measure=N_(
            "Share by which the loss on new rows is lower than another’s (100% is best, 0 is no gain, below 0 it is "
            "worse), with the interval of resamples of the same rows. The loss is the logarithmic one; of numbers, the "
            "root of the mean squared error."
        ),
        reading=N_(
            "A difference is told where the simple model, which anybody can read, does as well or better, or where "
            "nothing is gained over guessing."
        ),
        limits=N_(
            "A lower loss need not mean better decisions at the cut-off in use. The simple model was trained on the "
            "same rows and columns; a better simple model may exist."
        ),
        source="Rudin, 2019, doi:10.1038/s42256-019-0048-x; Efron, 1979, doi:10.1214/aos/1176344552",
    )

    def applies(self, subject: Subject) -> Message | None:
        """New rows are needed."""
        return None if len(subject.test) else Message(N_("There are no new rows to compare on."))

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Compares."""
        test = some(subject.test, MOST, (subject.seed, 601))
        answers = {"model": test.answer, "simple": simple(subject, test), "prior": prior(subject, test)}
        gains = {
            name: gain(subject.task.kind, test.truth, test.answer, answer, subject.seed)
            for name, answer in answers.items()
            if answer is not None and name != "model"
        }
        found, text = self.judged(gains, len(test))
        message = Message(text, _facts(gains, text, len(test)))
        part = _part(subject, test, answers, gains, found, message)
        measures = tuple(
            Measure(f"gain_over_{name}", "", one.value, one.low, one.high, len(test)) for name, one in gains.items()
        )
        cure = Message(_CURES[text]) if text in _CURES else None
        return Report(self.key, self.family, found, message, cure, (part,), measures)

    def judged(self, gains: dict[str, Estimate], n: int) -> tuple[Verdict, str]:
        """The verdict, and the sentence it is said with."""
        guess, other = gains["prior"], gains.get("simple")
        if n < FEWEST_ROWS or guess.low is None or guess.high is None:
            return "inconclusive", _FEW
        if guess.high <= self.alike:
            return "difference", _NOTHING
        if guess.low <= 0:
            return "inconclusive", _UNSURE
        if other is None:
            return "none", _IS_SIMPLE
        if other.low is None or other.high is None:
            return "inconclusive", _FEW
        if other.low > 0:
            return "none", _BETTER
        if other.high < 0:
            return "difference", _WORSE
        return ("difference", _SAME) if other.high < self.alike else ("inconclusive", _OPEN)


def gain(kind: TaskKind, truth: np.ndarray, ours: np.ndarray, theirs: np.ndarray, seed: int) -> Estimate:
    """Share by which the loss is lower than another's, with its interval."""
    own, other = losses(kind, truth, ours), losses(kind, truth, theirs)
    power = 0.5 if kind == "regression" else 1.0
    if not other.mean() > 0:
        return Estimate(None)
    number = int(np.random.default_rng((seed, 602)).integers(2**31))
    draws = [
        1 - np.divide(block @ own, block @ other, out=np.full(len(block), np.nan), where=block @ other > 0) ** power
        for block in resamples(len(truth), DRAWS, number)
    ]
    return bounded(float(1 - (own.mean() / other.mean()) ** power), np.concatenate(draws))


def _facts(gains: dict[str, Estimate], text: str, n: int) -> dict[str, object]:
    one = gains["prior"] if text in (_NOTHING, _UNSURE, _IS_SIMPLE) or "simple" not in gains else gains["simple"]
    turned = text == _WORSE and one.value is not None
    value, low, high = one.value, one.low, one.high
    if turned and low is not None and high is not None:
        value, low, high = -(one.value or 0.0), -high, -low
    return {
        "n": n,
        "value": value,
        "low": low,
        "high": high,
        "worse": max(0.0, -(one.low or 0.0)),
        "better": max(0.0, one.high or 0.0),
    }


def _part(
    subject: Subject,
    test: Rows,
    answers: dict[str, np.ndarray | None],
    gains: dict[str, Estimate],
    found: Verdict,
    message: Message,
) -> Part:
    kind = subject.task.kind
    heads = (
        Head(Message(N_("Beside"))),
        Head(Message(FIGURES[kind]), "percent"),
        Head(Message(N_("Mean loss")), "number"),
        Head(Message(N_("Loss of the model lower by")), "percent"),
        Head(Message(N_("Number of rows")), "count"),
    )
    rows = []
    for name, answer in answers.items():
        if answer is None:
            continue
        figure = estimated(kind, some(Rows(test.frame, test.truth, answer), 5_000, (subject.seed, 603)), (604,))[0]
        gained = gains.get(name, Estimate(None))
        loss = float(losses(kind, test.truth, answer).mean()) ** (0.5 if kind == "regression" else 1.0)
        cells = (Cell(figure.value, figure.low, figure.high), Cell(loss), Cell(gained.value, gained.low, gained.high))
        rows.append((Cell(text=Message(_NAMES[name])), *cells, Cell(len(test))))
    picture = Picture(
        "intervals",
        Message(N_("By how much is the loss on new rows lower?")),
        message,
        tuple(
            Mark(Message(_THAN[name]), value=one.value, low=one.low, high=one.high, n=len(test))
            for name, one in gains.items()
        ),
        Message(N_("Loss lower by")),
        "percent",
        line=0.0,
    )
    title = Message(N_("On the same new rows"))
    return Part(title, found, message, (Sheet(title, heads, tuple(rows)),), (picture,))


_NAMES = {"model": N_("the model"), "simple": N_("the simple model"), "prior": N_("guessing")}
_THAN = {"simple": N_("than the simple model’s"), "prior": N_("than by guessing")}
_FEW = N_("{n:count} new {n:row/rows}: too few to say what the model is worth.")
_NOTHING = N_("Nothing is gained over guessing: on {n:count} new rows its loss is at most {better:percent} lower.")
_UNSURE = N_(
    "It may be no better than guessing: on {n:count} new rows its loss may be anything from {worse:percent} higher to "
    "{better:percent} lower."
)
_IS_SIMPLE = N_(
    "It is the simple model, or came without one to compare with; its loss on {n:count} new rows is {value:percent} "
    "lower than by guessing ({low:percent} to {high:percent})."
)
_BETTER = N_(
    "More than the simple model pays: on {n:count} new rows the loss is {value:percent} lower ({low:percent} to "
    "{high:percent})."
)
_WORSE = N_(
    "The simple model is better: on {n:count} new rows the model’s loss is {value:percent} higher ({low:percent} to "
    "{high:percent})."
)
_SAME = N_("The simple model does as well: on {n:count} new rows the loss is at most {better:percent} lower.")
_OPEN = N_(
    "It is not clear that more than the simple model is needed: on {n:count} new rows the loss may be anything from "
    "{worse:percent} higher to {better:percent} lower."
)
_CURES = {
    _NOTHING: N_("Do not use it: look for columns that tell more of the goal."),
    _UNSURE: N_("Do not use it yet: test on more rows, or look for columns that tell more of the goal."),
    _WORSE: N_("Train the simple model alone and use that."),
    _SAME: N_("Train the simple model alone: it is easier to explain and loses nothing."),
    _OPEN: N_("Test on more rows; until then the simple model may be all that is needed."),
    _FEW: N_("Test on more rows."),
}
AUDIT = Worth()
