"""Did the model learn its rows by heart, and do new rows suffer for it?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from core.audits.audit import About, Cell, Family, Head, Mark, Measure, Part, Picture, Report, Sheet, Verdict
from core.audits.honesty.loss import FIGURES, NAMES, bounded, estimated, losses, mean, prior, simple, some
from core.audits.subject import Rows
from core.audits.sure import FEWEST_ROWS, LEVEL, holm
from core.learn.evaluation import Estimate
from core.learn.recipe import TITLES
from core.words import N_, Message

if TYPE_CHECKING:
    from core.audits.subject import Subject
    from core.engines.base import Watch
    from core.learn.model import Epoch

MOST = 5_000
"""Rows of either side that the figures are taken from."""
POINTS = 120
"""Of a curve."""


@dataclass(frozen=True)
class Beside:
    """The model's loss on new rows beside another's, on the very same rows."""

    name: str
    excess: Estimate
    """Share by which the model's mean loss is higher; below 0 it is lower."""
    p: float | None
    """Chance of an excess as large without one, one-sided."""


@dataclass(frozen=True)
class Overfit:
    """Compares rows learned from with new ones, and asks whether new ones suffer."""

    heart: float = 0.10
    """So much better on rows learned from is called learning by heart."""
    harm: float = 0.05
    """Share by which the loss on new rows must be higher than another's to matter."""

    key: ClassVar[str] = "overfit"
    family: ClassVar[Family] = "honesty"
    order: ClassVar[int] = 10
    about: ClassVar[About] = About(
        title=N_("Learning by heart"),
        question=N_("Did the model learn its rows by heart, and do new rows suffer for it?"),
        measure=N_(
            "The same figure on rows learned from and on new rows, and their difference in points (0 is best); and by "
            "which share the loss on new rows lies above that of the simple model and of guessing (below 0% is best)."
        ),
        reading=N_(
            "A gap alone is no fault: forests and boosted trees know the rows they learned from by construction. It "
            "becomes one where new rows suffer, that is, where something simpler loses less on them. Only figures on "
            "new rows count."
        ),
        limits=N_(
            "New rows come from the same table: whether the model holds elsewhere or later is not asked here. With a "
            "later file, the gap also holds what has changed since. A model that knows its rows may also give away "
            "who was among them, which the audits of privacy ask."
        ),
        source="Hastie, Tibshirani and Friedman, 2009, The Elements of Statistical Learning, ch. 7, "
        "doi:10.1007/978-0-387-84858-7",
    )

    def applies(self, subject: Subject) -> Message | None:
        """Rows on both sides are needed."""
        if not len(subject.test) or not len(subject.learnt):
            return Message(N_("There are no rows to compare: some learned from and some new ones are needed."))
        return None

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Compares."""
        kind, seed = subject.task.kind, subject.seed
        test = some(subject.test, MOST, (seed, 101))
        learnt = some(subject.learnt, MOST, (seed, 102))
        seen, seen_draws = estimated(kind, learnt, (seed, 103))
        new, new_draws = estimated(kind, test, (seed, 104))
        if seen.value is None or new.value is None:
            gap = Estimate(None)
        else:
            gap = bounded(seen.value - new.value, seen_draws - new_draws)
        others = beside(subject, test)
        found = self.judged(gap, others, len(test))
        message = self.said(found, gap, others, subject, (seen, new), len(test))
        return Report(
            self.key,
            self.family,
            found,
            message,
            Message(_CURES[found]) if found in _CURES else None,
            (_compared(subject, learnt, test, (seen, new, gap), others, found, message), *curves(subject)),
            _measures(kind, (seen, new, gap), (len(learnt), len(test)), others),
        )

    def judged(self, gap: Estimate, others: tuple[Beside, ...], n: int) -> Verdict:
        """New rows suffer beyond chance; surely not so as to matter; or it cannot be told."""
        if n < FEWEST_ROWS or gap.value is None:
            return "inconclusive"
        if (gap.low or 0.0) > 0 and any(one.p is not None and one.p < LEVEL for one in others):
            return "difference"
        spared = bool(others) and all(one.excess.high is not None and one.excess.high < self.harm for one in others)
        return "none" if spared or (gap.high is not None and gap.high < self.heart) else "inconclusive"

    def said(
        self,
        found: Verdict,
        gap: Estimate,
        others: tuple[Beside, ...],
        subject: Subject,
        figures: tuple[Estimate, Estimate],
        n: int,
    ) -> Message:
        """The answer in one sentence."""
        facts = {"figure": Message(FIGURES[subject.task.kind]), "n": n}
        facts |= {"seen": figures[0].value, "new": figures[1].value}
        if found == "inconclusive":
            return Message(_FEW if n < FEWEST_ROWS or gap.value is None else _OPEN, facts)
        if found == "difference":
            worse = [one for one in others if one.p is not None and one.p < LEVEL]
            return Message(_HARMED, facts | {"other": Message(_OTHERS[worse[0].name])})
        return Message(_HEART if (gap.value or 0.0) > self.heart else _ALIKE, facts)


def beside(subject: Subject, test: Rows) -> tuple[Beside, ...]:
    """The simple model (where there is another) and guessing, chances adjusted for both."""
    from scipy import stats

    kind = subject.task.kind
    ours = losses(kind, test.truth, test.answer)
    answers = {"simple": simple(subject, test), "prior": prior(subject, test)}
    found, chances = [], []
    for name, answer in answers.items():
        if answer is None:
            continue
        theirs = losses(kind, test.truth, answer)
        more, error = mean(ours - theirs)
        scale = float(theirs.mean())
        known = np.isfinite(error) and scale > 0 and more.value is not None
        chances.append(float(stats.norm.sf((more.value or 0.0) / error)) if known and error > 0 else None)
        found.append((name, _over(more, scale) if known else Estimate(None)))
    return tuple(Beside(name, share, p) for (name, share), p in zip(found, holm(chances), strict=True))


def curves(subject: Subject) -> tuple[Part, ...]:
    """The loss of each learner, pass by pass, on rows learned from and on rows held back."""
    return tuple(_curve(name, epochs) for name, epochs in subject.model.history.items() if len(epochs) > 1)


def _curve(name: str, epochs: tuple[Epoch, ...]) -> Part:
    best = min(epochs, key=lambda one: one.validation_loss)
    facts = {"best": best.epoch, "all": epochs[-1].epoch, "low": best.validation_loss}
    facts |= {"end": epochs[-1].validation_loss}
    turned = epochs[-1].validation_loss > best.validation_loss
    message = Message(_TURNED if turned else _STEADY, facts)
    kept = np.unique(np.linspace(0, len(epochs) - 1, min(len(epochs), POINTS)).round().astype(int))
    marks = [
        Mark(x=float(epochs[place].epoch), value=getattr(epochs[place], field), series=Message(series))
        for field, series in (("train_loss", N_("rows learned from")), ("validation_loss", N_("rows held back")))
        for place in kept
        if np.isfinite(getattr(epochs[place], field))
    ]
    picture = Picture(
        "lines",
        Message(N_("When did the loss on rows held back stop falling?")),
        message,
        tuple(marks),
        Message(N_("Loss")),
        "number",
        Message(N_("Pass over the rows")),
    )
    # The pass that was best on rows held back is the one that is kept, so a turn harms nobody.
    return Part(Message(TITLES.get(name, name)), "none", message, pictures=(picture,))


def _compared(
    subject: Subject,
    learnt: Rows,
    test: Rows,
    figures: tuple[Estimate, Estimate, Estimate],
    others: tuple[Beside, ...],
    found: Verdict,
    message: Message,
) -> Part:
    seen, new, gap = figures
    kind = subject.task.kind
    loss = [mean(losses(kind, rows.truth, rows.answer))[0] for rows in (learnt, test)]
    heads = (
        Head(Message(N_("Which rows"))),
        Head(Message(N_("Number of rows")), "count"),
        Head(Message(FIGURES[kind]), "percent"),
        Head(Message(N_("Mean loss")), "number"),
    )
    rows = [
        (_named(N_("learned from")), Cell(len(learnt)), _cell(seen), _cell(loss[0])),
        (_named(N_("new")), Cell(len(test)), _cell(new), _cell(loss[1])),
        (_named(N_("difference")), Cell(), replace(_cell(gap), style="points"), Cell()),
    ]
    picture = Picture(
        "intervals",
        Message(N_("How much better is it on rows that it knows?")),
        message,
        tuple(
            Mark(Message(label), value=one.value, low=one.low, high=one.high, n=n)
            for label, one, n in ((N_("rows learned from"), seen, len(learnt)), (N_("new rows"), new, len(test)))
        ),
        Message(FIGURES[kind]),
        "percent",
    )
    sheets = (Sheet(Message(N_("Rows learned from and new rows")), heads, tuple(rows)), *_besides(others, len(test)))
    return Part(Message(N_("Rows learned from and new rows")), found, message, sheets, (picture,))


def _besides(others: tuple[Beside, ...], n: int) -> tuple[Sheet, ...]:
    if not others:
        return ()
    heads = (
        Head(Message(N_("Beside"))),
        Head(Message(N_("Loss on new rows, share above (below 0%: less)")), "percent"),
        Head(Message(N_("Number of rows")), "count"),
    )
    rows = tuple((_named(_OTHERS[one.name]), _cell(one.excess), Cell(n)) for one in others)
    return (Sheet(Message(N_("Do new rows suffer?")), heads, rows),)


def _measures(
    kind: str, figures: tuple[Estimate, Estimate, Estimate], sizes: tuple[int, int], others: tuple[Beside, ...]
) -> tuple[Measure, ...]:
    name = NAMES[kind]  # type: ignore[index]
    named = zip((f"{name}_learned", f"{name}_new", f"{name}_gap"), figures, (*sizes, sizes[1]), strict=True)
    found = [Measure(label, "", one.value, one.low, one.high, n) for label, one, n in named]
    found += [
        Measure(f"loss_excess_over_{one.name}", "", one.excess.value, one.excess.low, one.excess.high, sizes[1])
        for one in others
    ]
    return tuple(found)


def _over(one: Estimate, scale: float) -> Estimate:
    return Estimate(*(None if end is None else end / scale for end in (one.value, one.low, one.high)))


def _cell(one: Estimate) -> Cell:
    return Cell(one.value, one.low, one.high)


def _named(text: str) -> Cell:
    return Cell(text=Message(text))


_OTHERS = {"simple": N_("the simple model"), "prior": N_("guessing")}
_CURES = {
    "difference": N_(
        "Train again with fewer columns, more rows or the simple model; trust only the figures on new rows."
    ),
    "inconclusive": N_("Test on more new rows before you rely on it."),
}
_HARMED = N_(
    "It learned rows by heart, and new ones suffer: on {n:count} new rows {other} loses less. {figure}: {seen:percent} "
    "on rows it knows, {new:percent} on new ones."
)
_HEART = N_(
    "It knows its rows partly by heart, but new ones do not suffer: nothing simpler loses less there. {figure}: "
    "{seen:percent} on rows it knows, {new:percent} on {n:count} new ones."
)
_ALIKE = N_(
    "No evidence that it learned rows by heart. {figure}: {seen:percent} on rows it knows, {new:percent} on {n:count} "
    "new ones."
)
_OPEN = N_(
    "{n:count} new rows are too few to say whether it learned rows by heart to their harm. {figure}: {seen:percent} on "
    "rows it knows, {new:percent} on new ones."
)
_FEW = N_("Only {n:count} new {n:row/rows}: too few to say whether the model learned its rows by heart.")
_TURNED = N_(
    "On rows held back the loss was lowest at pass {best:count} of {all:count} ({low:number}) and rose after it "
    "({end:number}); the model keeps pass {best:count}."
)
_STEADY = N_("On rows held back the loss fell until the last of {all:count} passes ({low:number}).")
AUDIT = Overfit()
