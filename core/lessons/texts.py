"""What the lessons about texts share: drawing texts without repeats, dividing them, and the report of the unseen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.engines.base import Watch
from core.learn.report import ClassReport, Line, class_report
from core.lessons.lesson import Ask, Example, Figure, Lesson, Report, Result, Row, Sheet, Telling
from core.words import N_, Message, say

TRAINING = N_("Weights of words")
UNSEEN, HELD = 0.25, 0.15
"""Shares of all texts: asked at the end only, and watched while learning."""
WRONG, RIGHT = 5, 3
"""Examples shown."""
DRAWS = 60
"""Tries for a text that was not drawn before, each."""


@dataclass(frozen=True, eq=False)
class Talk:
    """Texts and what each is about."""

    texts: np.ndarray
    """(n,) str, no text twice."""
    labels: np.ndarray
    """(n,) class numbers."""
    classes: tuple[str, ...]
    """In the reader's language."""


Writer = Callable[[str, str, np.random.Generator], str]


def drawn(
    ask: Ask,
    write: Writer,
    called: Mapping[str, str],
    shares: Sequence[float],
    count: int,
    spoken: Mapping[str, Any],
) -> Talk:
    """So many texts by a writer, none twice, in the language asked for or else in English."""
    generator = np.random.default_rng([ask.seed, 4])
    language = ask.language if ask.language in spoken else "en"
    keys, found = list(called), dict[str, int]()
    for label in generator.choice(len(keys), count, p=np.array(shares) / sum(shares)):
        for _ in range(DRAWS):
            text = write(language, keys[label], generator)
            if text not in found:
                found[text] = int(label)
                break
    texts = np.array(list(found), dtype=object)
    return Talk(texts, np.array(list(found.values())), tuple(say(name, ask.language) for name in called.values()))


def sheet(talk: Talk, ask: Ask, about: str, text: str, label: str) -> Sheet:
    """The texts as a table of two columns, named in the reader's language."""
    named = np.array(talk.classes, dtype=object)[talk.labels]
    frame = pd.DataFrame({say(text, ask.language): talk.texts, say(label, ask.language): named})
    return Sheet(frame, Message(about, {"n": len(frame)}), True)


def divide(talk: Talk, most: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places to learn from (at most so many), to watch, and to ask at the end; by chance."""
    order = np.random.default_rng([seed, 5]).permutation(len(talk.texts))
    unseen, held = round(UNSEEN * len(order)), round(HELD * len(order))
    return order[unseen + held :][:most], order[unseen : unseen + held], order[:unseen]


def work_texts(lesson: Lesson, talk: Talk, ask: Ask, watch: Watch) -> Result:
    """A weight for every term and class, by descending the log loss; asked of texts that took no part."""
    from core.lessons.nets.words import fit_words

    learned, held, asked = divide(talk, int(ask.settings["rows"]), ask.seed)
    model = fit_words(
        talk.texts, talk.labels, (learned, held), len(talk.classes), ask.settings["rate"], ask.seed, TRAINING, watch
    )
    chances, truth = model.chances(talk.texts[asked]), talk.labels[asked]
    said = chances.argmax(axis=1)
    report = class_report(truth, said, talk.classes)
    usual = float(np.bincount(truth, minlength=len(talk.classes)).max() / len(truth))
    return Result(
        lesson=lesson.key,
        ask=ask,
        epochs=model.epochs,
        headline=_headline(report, usual, len(truth)),
        sentences=(*_mixed(report, talk.classes), _divided(len(learned), len(held), len(truth), model.terms)),
        figures=(
            Figure(N_("F1, mean over the classes"), report.macro.f1),
            Figure(N_("Right answers"), report.micro.f1, "percent"),
            Figure(N_("Right answers if always the most frequent class"), usual, "percent"),
            Figure(N_("Terms with a weight"), model.terms, "count"),
        ),
        reports=(_report(report),),
        telling=tuple(Telling(name, terms) for name, terms in zip(talk.classes, model.telling(), strict=True)),
        examples=_examples(talk, asked, said, chances),
        stopped=model.cut,
    )


def _headline(report: ClassReport, usual: float, n: int) -> Message:
    facts = {"right": report.micro.f1, "usual": usual, "n": n}
    return Message(
        N_("It is right about {right:percent} of {n:count} texts it has never seen; always giving the most frequent "
           "answer would be right about {usual:percent}."), facts,
    )  # fmt: skip


def _mixed(report: ClassReport, classes: tuple[str, ...]) -> tuple[Message, ...]:
    """The pair of classes mixed up most, where there is one."""
    wrong = report.confusion - np.diag(report.confusion.diagonal())
    if not wrong.sum():
        return (Message(N_("It made no mistake on them: these texts are easier than real ones.")),)
    row, column = np.unravel_index(int(wrong.argmax()), wrong.shape)
    facts = {"n": int(wrong[row, column]), "was": classes[row], "said": classes[column]}
    return (
        Message(
            N_("The most frequent mistake: “{was}” taken for “{said}”, {n:count} {n:time/times}."), facts,
        ),
    )  # fmt: skip


def _divided(learned: int, held: int, asked: int, terms: int) -> Message:
    return Message(
        N_("It learned from {learned:count} texts ({terms:count} terms), {held:count} others were watched to stop in "
           "time, and {asked:count} were asked at the end. No text stands on two sides."),
        {"learned": learned, "held": held, "asked": asked, "terms": terms},
    )  # fmt: skip


def _report(report: ClassReport) -> Report:
    lowest = min((line for line in report.lines if line.f1 is not None), key=lambda line: line.f1 or 0.0)
    answer = Message(
        N_("Weakest is “{name}”: of {n:count} such texts it found {recall:percent}, and of those it called so "
           "{precision:percent} were."),
        {"name": lowest.label, "n": lowest.support, "recall": lowest.recall, "precision": lowest.precision},
    )  # fmt: skip
    counts = tuple(tuple(int(cell) for cell in row) for row in report.confusion)
    return Report(
        N_("Which classes does it get right, and which does it mix up?"), answer,
        tuple(_row(line) for line in report.lines), _row(report.macro), _row(report.micro), _row(report.weighted),
        counts,
    )  # fmt: skip


def _row(line: Line) -> Row:
    return Row(line.label, line.precision, line.recall, line.f1, line.support)


def _examples(talk: Talk, asked: np.ndarray, said: np.ndarray, chances: np.ndarray) -> tuple[Example, ...]:
    """The mistakes it was surest of, then right answers, surest first."""
    truth, sure = talk.labels[asked], chances.max(axis=1)
    order = np.argsort(-sure, kind="stable")
    wrong = [place for place in order if said[place] != truth[place]][:WRONG]
    right = [place for place in order if said[place] == truth[place]][:RIGHT]
    return tuple(
        Example(
            str(talk.texts[asked[place]]), talk.classes[truth[place]], talk.classes[said[place]], float(sure[place])
        )
        for place in (*wrong, *right)
    )
