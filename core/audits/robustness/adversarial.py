"""Cases moved against the model, a little and only where a person could: how many answers can be turned?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.audits import sure
from core.audits.audit import About, Cell, Family, Head, Mark, Measure, Part, Picture, Report, Sheet, Style, Verdict
from core.audits.naming import first_of
from core.audits.robustness.searched import QUERIES, Movable, movable, reaches, searched, wrong
from core.audits.robustness.stand import MORE, RESAMPLES, WIDE, estimated, few
from core.audits.subject import Rows, Subject
from core.engines.base import Watch
from core.learn.evaluation import Estimate
from core.words import N_, Message

SIZE = 0.25
"""Standard deviations of each number."""
MOST_ROWS = 200
FEWEST_ROWS, WORK = 100, 4_000_000
"""Of large models fewer rows are attacked: so many figures of all first layers together, but no fewer rows."""
MASKED = 0.01
"""By so much may chance find more than the slopes do before the slopes are said to lead astray."""
STEPS = (1, 5, 20)
RESTARTS = 3
NAMED = 10
"""Columns that a note names."""
NAMES = {
    "plain": N_("As they are"),
    1: N_("One step along the slope (FGSM)"),
    5: N_("5 steps along the slope (PGD)"),
    20: N_("20 steps along the slope (PGD)"),
    "drawn": N_("Worst of 500 blind tries"),
    "relabelled": N_("Worst of 100 blind tries, with a category"),
    "worst": N_("Worst for each case, numbers only"),
}
WORDS = {
    "plain": "clean",
    1: "fgsm",
    5: "pgd5",
    20: "pgd20",
    "drawn": "random",
    "relabelled": "random_category",
    "worst": "worst",
}
TURNED = N_(
    "Small changes that a person could make turn {share:percent} of {right:count} right answers, on {n:count} unseen "
    "cases, wrong ({low:percent} to {high:percent}; numbers moved by at most a quarter of a standard deviation)."
)
FIRM = N_(
    "Small changes that a person could make turn few answers wrong: {share:percent} of {right:count} right answers, on "
    "{n:count} unseen cases ({low:percent} to {high:percent}; numbers moved by at most a quarter of a standard "
    "deviation)."
)
UNSURE = N_(
    "Too few cases to say how easily answers are turned: {share:percent} of {right:count} right "
    "{right:answer/answers}, on {n:count} unseen {n:case/cases}, turned wrong ({low:percent} to {high:percent})."
)
WIDER = N_(
    "Small changes that a person could make raise the mean error from {before:number} to {after:number} ({n:count} "
    "unseen cases, numbers moved by at most a quarter of a standard deviation)."
)
CURE = N_(
    "Check the columns that people fill in themselves, look at cases near the cut-off, or train the net against such "
    "changes (hardening)."
)
ASTRAY = N_(
    "Blind tries turn more answers than aimed ones ({drawn:percent} against {led:percent} stay right), so the figures "
    "of the aimed attacks are too hopeful (gradient masking)."
)
FOUND = N_("Right answers fall from {before:percent} to {after:percent} in the worst attack on numbers.")
SAME = N_("As they are, the same cases as below")
NOTHING = N_(
    "There is nothing to perturb: every column that the model uses is fixed (a person cannot change it, or it is "
    "sensitive) or is no number or category."
)


@dataclass(frozen=True, eq=False)
class Attacked:
    """Rows with the worst answers that each attack came to."""

    rows: Rows
    answers: dict[str | int, np.ndarray]
    """By attack; those by chance are of the first rows only."""


@dataclass(frozen=True)
class Adversarial:
    """Moves numbers along the slope of the model's nets and linear models, and by chance."""

    key: ClassVar[str] = "adversarial"
    family: ClassVar[Family] = "robustness"
    order: ClassVar[int] = 50
    about: ClassVar[About] = About(
        title=N_("Small changes with intent"),
        question=N_("How many answers can be turned by small changes a person could make?"),
        measure=N_(
            "Share of right answers turned wrong when the numbers that a person may change move by at most a quarter "
            "of their standard deviation, inside the range known. 0 is best; a tenth is taken as tolerable."
        ),
        reading=N_(
            "The worst of all attacks for each case counts. Many answers turned means that many lie close to the "
            "cut-off, or that the model leans on what is easily changed."
        ),
        limits=N_(
            "Steps follow the slope of the nets and linear models in the blend and are carried over to the whole; "
            "chance looks at the whole but tries blindly. A stronger attacker may find more. Columns count as fixed "
            "where the field of work or the analyst says so."
        ),
        source="Goodfellow et al. (2015), arXiv:1412.6572; Madry et al. (2018), arXiv:1706.06083",
    )
    rows: int = MOST_ROWS
    queries: int = QUERIES

    def applies(self, subject: Subject) -> Message | None:
        """There must be something that may move."""
        free = movable(subject)
        return None if free.numbers or free.categories else Message(NOTHING)

    def run(self, subject: Subject, watch: Watch) -> Report:
        """One attack after another, on some of the unseen rows."""
        free, rows = movable(subject), few(subject, _many(subject, self.rows), 50)
        found = Attacked(rows, attacked(subject, rows, free, self.queries, watch))
        gain = _gain(subject, found)
        verdict = _verdict(subject, rows, gain)
        subject.held["attack"] = found
        cure = {"difference": Message(CURE), "inconclusive": Message(MORE)}.get(verdict)
        parts = (_part(subject, found, free, verdict),)
        return Report(
            self.key,
            self.family,
            verdict,
            _answer(subject, found, gain, verdict),
            cure,
            parts,
            _measures(subject, found),
        )


def attacked(subject: Subject, rows: Rows, free: Movable, queries: int, watch: Watch) -> dict[str | int, np.ndarray]:
    """The answers that each attack comes to."""
    found: dict[str | int, np.ndarray] = {"plain": rows.answer}
    wide = len(subject.model.features) > WIDE
    led = bool(free.numbers) and _led(subject)
    if led:
        for steps in STEPS[:: 2 if wide else 1]:
            if watch.should_stop():
                break
            found[steps] = _stepped(subject, rows, free, steps)
    if led and wide:
        return found | {"worst": _worst(subject, rows, found)}
    some = rows.some(np.arange(min(len(rows), max(FEWEST_ROWS // 2, len(rows) // 2))))
    reach = reaches(subject, some.frame, free.numbers, SIZE)
    generator = np.random.default_rng((subject.seed, 51))
    if free.numbers and not watch.should_stop():
        found["drawn"] = searched(subject, some, reach, (), generator, queries)
    if free.categories and not watch.should_stop():
        found["relabelled"] = searched(subject, some, reach, free.categories, generator, queries // 5)
    found["worst"] = _worst(subject, rows, found)
    return found


def _many(subject: Subject, most: int) -> int:
    model = subject.model
    if len(model.features) > WIDE:
        return max(sure.FEWEST_ROWS, most // 6)
    width = sum(member.width for member, weight in zip(model.members, model.weights, strict=True) if weight)
    return int(np.clip(WORK // max(1, width * len(model.features)), min(most, FEWEST_ROWS), most))


def _led(subject: Subject) -> bool:
    """Whether some learner has a slope."""
    from core.learn.learner import Learner

    model = subject.model
    return model.preparation is not None and isinstance(model.baseline, Learner)


def _stepped(subject: Subject, rows: Rows, free: Movable, steps: int) -> np.ndarray:
    from core.learn.nets.attack import attack

    moved = attack(
        subject.model,
        rows.frame[list(subject.model.features)],
        truth=rows.truth,
        movable=[one.name for one in free.numbers],
        size=SIZE,
        steps=steps,
        restarts=1 if steps == 1 else RESTARTS,
        seed=subject.seed,
    )
    return subject.predict(moved)


def _worst(subject: Subject, rows: Rows, found: dict[str | int, np.ndarray]) -> np.ndarray:
    """Of all attacks with numbers alone the answer that errs most, for each row."""
    from core.audits.robustness.searched import errors

    best = rows.answer.copy()
    for key, answer in found.items():
        if key == "relabelled" and "drawn" in found:
            continue
        some = rows.some(np.arange(len(answer)))
        better = np.flatnonzero(errors(subject, some, answer) > errors(subject, some, best[: len(answer)]))
        best[better] = answer[better]
    return best


def _gain(subject: Subject, found: Attacked) -> Estimate:
    """Share of right answers turned wrong; of numbers: how much the mean error grows, in standard deviations."""
    rows, answer = found.rows, found.answers["worst"]
    if subject.model.classes:
        right = ~wrong(subject, rows, rows.answer)
        return sure.share(int((right & wrong(subject, rows, answer)).sum()), int(right.sum()))
    more = (np.abs(answer - rows.truth) - np.abs(rows.answer - rows.truth)) / (float(np.std(rows.truth)) or 1.0)
    drawn = np.random.default_rng((subject.seed, 52)).integers(0, len(rows), (RESAMPLES, len(rows)))
    return estimated(np.append(more.mean(), more[drawn].mean(axis=1)))


def _verdict(subject: Subject, rows: Rows, gain: Estimate) -> Verdict:
    if not sure.enough(len(rows)) or gain.low is None or gain.high is None:
        return "inconclusive"
    if gain.low > sure.MARGIN:
        return "difference"
    return "none" if gain.high <= sure.MARGIN else "inconclusive"


def _answer(subject: Subject, found: Attacked, gain: Estimate, verdict: Verdict) -> Message:
    if subject.model.classes:
        right = int((~wrong(subject, found.rows, found.rows.answer)).sum())
        facts = {"share": gain.value, "low": gain.low, "high": gain.high, "right": right, "n": len(found.rows)}
        return Message({"difference": TURNED, "none": FIRM}.get(verdict, UNSURE), facts)
    before, after = (float(np.abs(found.answers[key] - found.rows.truth).mean()) for key in ("plain", "worst"))
    return Message(WIDER, {"before": before, "after": after, "n": len(found.rows)})


def merit(subject: Subject, rows: Rows, answer: np.ndarray) -> Estimate:
    """Share of right answers, or the mean error; on as many of the first rows as there are answers."""
    some = rows.some(np.arange(len(answer)))
    if subject.model.classes:
        return sure.share(int((~wrong(subject, some, answer)).sum()), len(some))
    return Estimate(float(np.abs(answer - some.truth).mean()))


def masked(subject: Subject, found: Attacked) -> Message | None:
    """Where chance turns clearly more answers than steps along the slope, on the same rows."""
    if not subject.model.classes or "drawn" not in found.answers or STEPS[-1] not in found.answers:
        return None
    drawn = found.answers["drawn"]
    by_chance = merit(subject, found.rows, drawn).value
    led = merit(subject, found.rows, found.answers[STEPS[-1]][: len(drawn)]).value
    if by_chance is None or led is None or led - by_chance <= MASKED:
        return None
    return Message(ASTRAY, {"drawn": by_chance, "led": led})


def _part(subject: Subject, found: Attacked, free: Movable, verdict: Verdict) -> Part:
    classes = bool(subject.model.classes)
    name = Message(N_("Right answers")) if classes else Message(N_("Mean error"))
    rows, marks = [], []
    for label, answer in _lines(found):
        one = merit(subject, found.rows, answer)
        rows.append((Cell(text=label), Cell(one.value, one.low, one.high), Cell(float(len(answer)))))
        marks.append(Mark(label, value=one.value, low=one.low, high=one.high, n=len(answer)))
    style: Style = "percent" if classes else "number"
    heads = (Head(Message(N_("Attack"))), Head(name, style), Head(Message(N_("Cases")), "count"))
    note = Message(
        N_("Moved: {moved:list}. Never moved: {fixed:list}."),
        {"moved": _named(free), "fixed": _few(free.fixed)},
    )
    if len(subject.model.features) > WIDE:
        note = Message(
            N_("{note} The table is wide: chance was not tried, for each answer takes long."), {"note": note}
        )
    message = masked(subject, found) or _fall(subject, found)
    sheet = Sheet(Message(N_("Answers under attack")), heads, tuple(rows), note)
    question = Message(N_("How far do right answers fall?") if classes else N_("How far does the error rise?"))
    picture = Picture("intervals", question, message, tuple(marks), name, style)
    return Part(Message(N_("Attacks of growing strength")), verdict, message, (sheet,), (picture,))


def _lines(found: Attacked) -> Iterator[tuple[Message, np.ndarray]]:
    """The attacks by name; where some were tried on fewer cases, what these are without an attack comes before."""
    compared = False
    for key, answer in found.answers.items():
        if len(answer) < len(found.rows) and not compared:
            compared = True
            yield Message(SAME), found.answers["plain"][: len(answer)]
        yield Message(NAMES[key]), answer


def _fall(subject: Subject, found: Attacked) -> Message:
    before, after = (merit(subject, found.rows, found.answers[key]).value for key in ("plain", "worst"))
    if subject.model.classes:
        return Message(FOUND, {"before": before, "after": after})
    return Message(WIDER, {"before": before, "after": after, "n": len(found.rows)})


def _named(free: Movable) -> list[str | Message]:
    return _few([one.name for one in free.numbers])


def _few(names: Sequence[str]) -> list[str | Message]:
    return first_of(names, NAMED) or ["–"]


def _measures(subject: Subject, found: Attacked) -> tuple[Measure, ...]:
    name = "accuracy" if subject.model.classes else "mae"
    return tuple(
        Measure(name, WORDS[key], *_ends(merit(subject, found.rows, answer)), len(answer))
        for key, answer in found.answers.items()
    )


def _ends(one: Estimate) -> tuple[float | None, float | None, float | None]:
    return one.value, one.low, one.high


AUDIT = Adversarial()
