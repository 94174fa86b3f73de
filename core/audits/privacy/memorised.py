"""Are unseen rows copies of learned ones, and does the model keep what only one person has?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from core.audits.audit import About, Cell, Family, Head, Mark, Measure, Part, Picture, Report, Sheet, Verdict, worst
from core.audits.honesty.loss import losses, some
from core.audits.privacy import stored
from core.audits.privacy.attack import exposure, scores
from core.audits.privacy.copies import digests, exact, near, times
from core.audits.privacy.stored import Stored
from core.audits.sure import FEWEST_EACH, LEVEL, means, share
from core.data.table import Finding
from core.learn.evaluation import Estimate
from core.words import N_, Message

if TYPE_CHECKING:
    from core.audits.subject import Subject
    from core.engines.base import Watch

MOST = 20_000
REPEATED = ((1, 1), (2, 4), (5, 19), (20, None))
"""How often a learned row stands in the table: from, to."""


@dataclass(frozen=True)
class Memorised:
    """Looks for copies between the sides, for what repeated rows give away, and into the files of the model."""

    flattered: float = 0.05
    """Share by which copies make the measured loss look lower, from which it matters."""
    surer: float = 0.10
    """Of the ranks among unseen rows: repeated rows that lie so much higher are known by heart."""

    key: ClassVar[str] = "memorised"
    family: ClassVar[Family] = "privacy"
    order: ClassVar[int] = 40
    about: ClassVar[About] = About(
        title=N_("Copied and memorised"),
        question=N_("Are new rows copies of learned ones, and does the model keep what only one person has?"),
        measure=N_(
            "The share of new rows that equal a learned row in all columns used, or in all but one (0% is best); the "
            "rank of the model's sureness of repeated rows among new rows (50% is best, near 100% is known by heart); "
            "and the categories, words and rows of single people in the files of the model (none is best)."
        ),
        reading=N_(
            "Copies make the model look better than it is, and what was repeated may be known by heart. What only one "
            "person has can be read in the files by whoever is given the model, without any attack."
        ),
        limits=N_(
            "Copies that differ in more than one column are not found, nor texts that say the same in other words. "
            "Words inside the weights of a pretrained encoder are not looked at."
        ),
        source="Carlini et al., 2019, arXiv:1802.08232; Lee et al., 2022, doi:10.18653/v1/2022.acl-long.577",
    )

    def applies(self, subject: Subject) -> Message | None:
        """Rows on both sides are needed."""
        if not len(subject.test) or not len(subject.learnt):
            return Message(N_("There are no rows to compare: some learned from and some new ones are needed."))
        return None

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Looks."""
        names = [name for name in subject.model.features if name in subject.test.frame]
        cells = tuple(digests(rows.frame, names) for rows in (subject.learnt, subject.test))
        copied, found, measures = self.copied(subject, cells)
        repeated, more = self.repeated(subject, cells[0])
        rows = stored.rows(subject)
        parts = (copied, *repeated, kept := self.kept(subject, rows))
        verdict: Verdict = worst([part.verdict for part in parts])
        gravest = next(part for part in parts if part.verdict == verdict)
        message, cure = gravest.message, Message(_CURES[verdict]) if verdict in _CURES else None
        if rows and gravest is not kept:
            message = Message(_BESIDES, {"said": message, "rows": rows})
        if rows and verdict != "difference":
            # A difference has a cure that says so already.
            cure = Message(_CONFIDENTIAL if cure is None else _AND_CONFIDENTIAL, {"rows": rows})
        return Report(self.key, self.family, verdict, message, cure, parts, (*measures, *more), found)

    def copied(
        self, subject: Subject, cells: tuple[np.ndarray, ...]
    ) -> tuple[Part, tuple[Finding, ...], tuple[Measure, ...]]:
        """New rows that are copies of learned ones, and what they do to the measured quality."""
        same, close = exact(cells[1], cells[0]), near(cells[1], cells[0])
        test, n = subject.test, len(subject.test)
        lost = losses(subject.task.kind, test.truth, test.answer)
        apart = means(lost[close], lost[~close])
        judged = min(int(close.sum()), int((~close).sum())) >= FEWEST_EACH and apart.p is not None
        rest = float(lost[~close].mean()) if (~close).any() else float("nan")
        better = (rest - float(lost.mean())) / rest if judged and rest > 0 else 0.0
        flatters = judged and better > self.flattered and apart.p is not None and apart.p < LEVEL
        verdict: Verdict = "difference" if flatters else "none" if n >= FEWEST_EACH else "inconclusive"
        facts = {
            "n": n,
            "same": int(same.sum()),
            "close": int(close.sum()),
            "share": float(close.mean()),
            "better": better,
        }
        message = Message(_FLATTERS if flatters else _COPIES, facts)
        rows = tuple(int(row) for row in test.frame.index[close][:20])
        found = (Finding("copied", "warning" if flatters else "note", message, rows=rows),) if rows else ()
        figures = (share(int(same.sum()), n), share(int(close.sum()), n))
        measures = tuple(
            Measure(name, "", one.value, one.low, one.high, n)
            for name, one in zip(("exact_copies", "near_copies"), figures, strict=True)
        )
        return (
            Part(Message(N_("New rows that are copies")), verdict, message, (_copies(figures, (same, close), lost),)),
            found,
            measures,
        )

    def repeated(self, subject: Subject, cells: np.ndarray) -> tuple[tuple[Part, ...], tuple[Measure, ...]]:
        """Whether the model is surer of learned rows that stand in the table several times."""
        kind, learnt = subject.task.kind, subject.learnt
        test = some(subject.test, MOST, (subject.seed, 401))
        unseen = np.sort(scores(kind, test.truth, test.answer))
        mine = scores(kind, learnt.truth, learnt.answer)
        often = times(np.column_stack([cells, learnt.truth.astype(np.float64).view(np.uint64)]))
        lines = []
        for low, high in REPEATED:
            inside = (often >= low) & (often <= (high or len(often)))
            if inside.any():
                lines.append((low, high, _ranked(mine[inside], unseen), inside))
        if len(lines) < 2:
            return (), ()
        worstof = max(lines[1:], key=lambda line: line[2].value or 0.0)
        n = int(worstof[3].sum())
        verdict: Verdict = "inconclusive"
        if min(n, len(unseen)) >= FEWEST_EACH:
            gap = means(_ranks(mine[worstof[3]], unseen), _ranks(mine[lines[0][3]], unseen)).gap
            verdict = self.known(gap)
        facts = {"n": n, "low": worstof[0], "rank": worstof[2].value, "once": lines[0][2].value}
        message = Message({"difference": _KNOWN, "none": _ALIKE}.get(verdict, _OPEN), facts)
        sheet, picture, measures = _repetition(lines, mine, unseen, message)
        return (Part(Message(N_("Rows that were repeated")), verdict, message, (sheet,), (picture,)),), measures

    def known(self, gap: Estimate) -> Verdict:
        """Known by heart, surely not much better known than others, or not to be told."""
        if gap.low is None or gap.high is None:
            return "inconclusive"
        return "difference" if gap.low > self.surer else "none" if gap.high < 2 * self.surer else "inconclusive"

    def kept(self, subject: Subject, rows: int) -> Part:
        """What of single people the files of the model hold, beside so many whole rows."""
        levels, terms = stored.categories(subject), stored.words(subject)
        facts = {
            "levels": sum(one.singles for one in levels),
            "words": sum(one.singles for one in terms),
            "rows": rows,
        }
        verdict: Verdict = "difference" if levels or terms else "none"
        message = Message(_KEPT if verdict == "difference" else _ROWS if rows else _NOTHING, facts)
        drawn = len(subject.learnt) < subject.evaluation.rows.train
        sheets = (_singles(levels, terms, drawn),) if levels or terms else ()
        return Part(Message(N_("In the files of the model")), verdict, message, sheets)


def _ranks(mine: np.ndarray, unseen: np.ndarray) -> np.ndarray:
    """(n,) share of the unseen rows of which the model is less sure."""
    return np.asarray(
        (np.searchsorted(unseen, mine, "left") + np.searchsorted(unseen, mine, "right")) / (2 * max(1, len(unseen)))
    )


def _ranked(mine: np.ndarray, unseen: np.ndarray) -> Estimate:
    ranks = _ranks(mine, unseen)
    value = float(ranks.mean())
    if len(ranks) < 2:
        return Estimate(value)
    half = 1.96 * float(ranks.std(ddof=1)) / len(ranks) ** 0.5
    return Estimate(value, max(0.0, value - half), min(1.0, value + half))


def _repetition(
    lines: list[tuple[int, int | None, Estimate, np.ndarray]], mine: np.ndarray, unseen: np.ndarray, answer: Message
) -> tuple[Sheet, Picture, tuple[Measure, ...]]:
    heads = (
        Head(Message(N_("Stands in the table"))),
        Head(Message(N_("Rows learned from")), "count"),
        Head(Message(N_("New rows of which the model is less sure")), "percent"),
        Head(Message(N_("Exposure in bits")), "number"),
    )
    rows, marks, measures = [], [], []
    for low, high, rank, inside in lines:
        label = _often(low, high)
        n = int(inside.sum())
        places = len(unseen) - np.searchsorted(unseen, mine[inside], "left") + 1
        bits = float(exposure(np.minimum(places, len(unseen)), len(unseen)).mean()) if len(unseen) else None
        rows.append(
            (Cell(text=label), Cell(n), Cell(rank.value, rank.low, rank.high, pale=n < FEWEST_EACH), Cell(bits))
        )
        marks.append(Mark(label, value=rank.value, low=rank.low, high=rank.high, n=n, pale=n < FEWEST_EACH))
        measures.append(Measure("rank_among_unseen", f"times >= {low}", rank.value, rank.low, rank.high, n))
    sheet = Sheet(Message(N_("How sure the model is of repeated rows")), heads, tuple(rows))
    picture = Picture(
        "intervals",
        Message(N_("Is the model surer of rows that it met more often?")),
        answer,
        tuple(marks),
        Message(N_("New rows of which it is less sure")),
        "percent",
        line=0.5,
    )
    return sheet, picture, tuple(measures)


def _often(low: int, high: int | None) -> Message:
    if low == high:
        return Message(N_("once"))
    if high is None:
        return Message(N_("{low:count} times or more"), {"low": low})
    return Message(N_("{low:count} to {high:count} times"), {"low": low, "high": high})


def _copies(figures: tuple[Estimate, Estimate], masks: tuple[np.ndarray, np.ndarray], lost: np.ndarray) -> Sheet:
    heads = (
        Head(Message(N_("New rows"))),
        Head(Message(N_("Number of rows")), "count"),
        Head(Message(N_("Of all new rows")), "percent"),
        Head(Message(N_("Mean loss")), "number"),
    )
    same, close = masks
    kinds = (
        (N_("equal to a learned row"), same, figures[0]),
        (N_("equal in all columns but one, or in all"), close, figures[1]),
        (N_("neither"), ~close, Estimate(float((~close).mean()))),
    )
    rows = tuple(
        (
            Cell(text=Message(text)),
            Cell(float(inside.sum())),
            Cell(one.value, one.low, one.high),
            Cell(float(lost[inside].mean()) if inside.any() else None, pale=int(inside.sum()) < FEWEST_EACH),
        )
        for text, inside, one in kinds
    )
    return Sheet(Message(N_("New rows beside learned ones")), heads, rows)


def _singles(levels: tuple[Stored, ...], terms: tuple[Stored, ...], drawn: bool) -> Sheet:
    heads = (
        Head(Message(N_("Column"))),
        Head(Message(N_("What is kept"))),
        Head(Message(N_("Of one row only")), "count"),
        Head(Message(N_("Kept in all")), "count"),
    )
    lines = [(one, N_("categories")) for one in levels] + [(one, N_("words")) for one in terms]
    rows = tuple(
        (Cell(text=one.column), Cell(text=Message(kind)), Cell(float(one.singles)), Cell(float(one.all)))
        for one, kind in lines
    )
    return Sheet(Message(N_("What only one row has")), heads, rows, Message(_DRAWN) if drawn else None)


_FLATTERS = N_(
    "{close:count} of {n:count} new rows ({share:percent}) are copies or nearly copies of learned ones and flatter the "
    "model: without them its loss is {better:percent} higher."
)
_COPIES = N_(
    "{close:count} of {n:count} new rows ({share:percent}) {close:equals/equal} a learned row in all columns or all "
    "but one ({same:count} in every column); the measured quality is not flattered beyond chance."
)
_KNOWN = N_(
    "Rows that stand in the table {low:count} times or more are known by heart: the model is surer of them than of "
    "{rank:percent} of new rows ({once:percent} for rows that stand once; {n:count} rows)."
)
_ALIKE = N_(
    "Repeated rows are not known much better than others: the model is surer of them than of {rank:percent} of new "
    "rows ({once:percent} for rows that stand once; {n:count} rows)."
)
_OPEN = N_(
    "It cannot be told whether repeated rows are known by heart: the model is surer of them than of {rank:percent} of "
    "new rows ({once:percent} for rows that stand once; {n:count} rows)."
)
_KEPT = N_(
    "The files of the model hold {levels:count} {levels:category/categories} and {words:count} {words:word/words} that "
    "only one learned row has, and {rows:count} rows of the table as they are."
)
_ROWS = N_(
    "The files of the model hold {rows:count} rows of the table as they are, to explain answers with, but no category "
    "or word that only one learned row has."
)
_NOTHING = N_("The files of the model hold no row of the table, and no category or word that only one learned row has.")
_BESIDES = N_("{said} The files of the model hold {rows:count} {rows:row/rows} of the table as they are.")
_CONFIDENTIAL = N_(
    "The model’s files hold {rows:count} {rows:row/rows} of the table: give them only to people who may see the table."
)
_AND_CONFIDENTIAL = N_(
    "Test on more rows. The model’s files hold {rows:count} {rows:row/rows} of the table: give them only to people who "
    "may see the table."
)
_DRAWN = N_("Counted in a sample of the rows learned from: fewer have it alone in all of them.")
_CURES: dict[Verdict, str] = {
    "difference": N_(
        "Remove repeated rows, join rare categories and take rare words out before training; give the files of the "
        "model only to people who may see the table."
    ),
    "inconclusive": N_("Test on more rows."),
}
AUDIT = Memorised()
