"""Which question of fairness is meant, what each finds here, and what an answer would cost whom?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from core.audits import sure
from core.audits.audit import About, Cell, Family, Head, Measure, Part, Report, Sheet, worst
from core.audits.fairness import sentences
from core.audits.fairness.comparison import Comparison, asked, judged, named, plenty, verdict_of
from core.audits.fairness.division import Division
from core.audits.fairness.groups import Beside, beside, silent
from core.audits.fairness.lines import NUMBERS
from core.audits.fairness.price import EQUAL, Price, apart, price
from core.audits.fairness.seen import Seen, seen, sensitive, unasked
from core.audits.fairness.tally import Tally, tally
from core.learn.evaluation import Estimate
from core.words import N_, Message

if TYPE_CHECKING:
    from core.audits.subject import Subject
    from core.engines.base import Watch

QUESTIONS: dict[str, str] = {
    "selection_rate": N_("Has every group an equal chance of being named?"),
    "recall": N_("Has everybody to whom it happens an equal chance of being found?"),
    "false_alarm_rate": N_("Is nobody to whom it does not happen named more often than others?"),
    "precision": N_("Is the model equally right about those it names?"),
    "calibration_gap": N_("Does a chance mean the same for every group?"),
    "accuracy": N_("Is the answer right equally often?"),
    "macro_recall": N_("Is every answer found equally often where it is true?"),
    "macro_false_alarm_rate": N_("Is every answer given wrongly equally often?"),
    "macro_precision": N_("Is every answer equally right where it is given?"),
    "mae": N_("Is the answer equally far off for everybody?"),
    "bias": N_("Is the answer too high for nobody, and too low for nobody, more than for others?"),
}
"""In the order in which they are shown."""


@dataclass(frozen=True, eq=False)
class Chosen:
    """One sensitive column with what every question finds, and what it costs."""

    division: Division
    comparisons: tuple[Comparison, ...]
    prices: tuple[Price, ...] = ()
    """Yes/no questions; empty where fewer than two groups have enough cases."""
    cutoff: float = 0.5


@dataclass(frozen=True)
class Choice:
    """The questions of fairness in plain words."""

    key: ClassVar[str] = "choice"
    family: ClassVar[Family] = "fairness"
    order: ClassVar[int] = 60
    about: ClassVar[About] = About(
        N_("Which question?"),
        N_("Which question of fairness is meant, and what would each answer cost whom?"),
        N_(
            "For each question the gap between a group and all others, as under “Groups”. The price: each group's "
            "cut-off is moved on paper until the figure is what it is for all together, and people are counted on the "
            "unseen rows. Best gap and price: 0."
        ),
        N_(
            "The verdict is a difference where any of the questions finds one. Gaps are judged together with those "
            "under “Groups”, so both say the same; whether a chance means the same is judged apart, corrected for all "
            "its groups (Holm). Choose the question by what the answer is used for, before looking at the gaps."
        ),
        N_(
            "Where groups differ in how often the event comes true, being equally right, equally found and equally "
            "free of false alarms cannot all hold at once. Prices are counted on the rows they were found on, so they "
            "look a little too good. Cut-offs by group use the group at the decision, which the law may forbid."
        ),
        "Chouldechova 2017, doi:10.1089/big.2016.0047; Kleinberg, Mullainathan and Raghavan 2016, arXiv:1609.05807; "
        "Hardt, Price and Srebro 2016, arXiv:1610.02413",
    )

    def applies(self, subject: Subject) -> Message | None:
        """No groups can be made."""
        return unasked(subject)

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Measures gaps and prices on all rows that the model had not met."""
        rows = seen(subject, subject.honest)
        made = sensitive(subject, subject.honest.frame)
        cutoff = 0.5 if subject.cutoff is None else subject.cutoff
        found = chosen(rows, [one for one in made.values() if isinstance(one, Division)], cutoff, subject.seed)
        verdict = worst([verdict_of(one.comparisons) for one in found])
        parts = (*(_part(rows, one) for one in found), *silent(made))
        measured = tuple(measure for one in found for measure in _measures(one))
        return Report(self.key, "fairness", verdict, _headline(rows, found), _CURE, parts, measured)


def chosen(rows: Seen, divisions: Sequence[Division], cutoff: float, seed: int = 0) -> tuple[Chosen, ...]:
    """What every question finds in every division, with the prices.

    A gap that “Groups” shows too has the verdict it has there: corrected once more, together with the chances that only
    this audit looks at, the same gap could be called a difference there and too few cases here.
    """
    known = beside(rows, divisions, seed)
    shared = [[some for some in one.comparisons if some.name in QUESTIONS and not some.label] for one in known]
    alone = judged([_calibrations(rows, one) for one in known])
    found = [(*some, *others) for some, others in zip(shared, alone, strict=True)]
    if rows.kind != "binary":
        return tuple(Chosen(one, some) for one, some in zip(divisions, found, strict=True))
    counts = [tally(rows.truth, rows.said, one.codes, len(one.names), rows.chance) for one in divisions]
    return tuple(
        Chosen(one, some, _prices(rows, one, count, cutoff), cutoff)
        for one, some, count in zip(divisions, found, counts, strict=True)
    )


def _calibrations(rows: Seen, one: Beside) -> list[Comparison]:
    """Whether a chance means the same, group by group, not yet judged; nothing where no chances are given."""
    found: list[Comparison] = []
    if rows.chance is None or one.lines.positives is None:
        return found
    total, positives = len(rows.truth), int(one.lines.positives.sum())
    for place in asked(one.lines.rows):
        n, own = int(one.lines.rows[place]), int(one.lines.positives[place])
        many = sure.enough(n, own) and sure.enough(total - n, positives - own)
        found.append(_calibrated(rows.chance - rows.truth, one.division.codes == place, place, many))
    return found


def _calibrated(excess: np.ndarray, inside: np.ndarray, place: int, many: bool) -> Comparison:
    """How far chances lie above what came true, in a group and in all others."""
    compared = sure.means(excess[inside], excess[~inside])
    own, other = sure.mean(excess[inside]), sure.mean(excess[~inside])
    return Comparison("calibration_gap", place, own, other, compared.gap, compared.p, many)


def _prices(rows: Seen, division: Division, counts: Tally, cutoff: float) -> tuple[Price, ...]:
    if sum(plenty(counts, place) for place in range(len(counts.cells))) < 2 or rows.chance is None:
        return ()
    return tuple(price(rows, division.codes, counts, name, cutoff) for name in EQUAL)


def _part(rows: Seen, one: Chosen) -> Part:
    verdict = verdict_of(one.comparisons)
    sheets = [_questions(one)]
    if one.prices:
        sheets += [_people(one), _others(one)]
    return Part(one.division.column, verdict, _said(rows, one), tuple(sheets))


def _said(rows: Seen, one: Chosen) -> Message:
    """How many questions find a gap, and the largest."""
    by_question = {name: [some for some in one.comparisons if some.name == name] for name in QUESTIONS}
    asked_ = [some for some in by_question.values() if some]
    yes = sum(verdict_of(some) == "difference" for some in asked_)
    facts = {"column": one.division.column, "count": yes, "all": len(asked_), "n": len(rows.truth)}
    event = rows.event if rows.kind == "binary" else ""
    rest = sentences.of_part(one.division, one.comparisons, verdict_of(one.comparisons), event, named)
    if not yes:
        return rest
    text = N_("{column}: {count:count} of {all:count} questions {count:finds/find} a gap between groups. {rest}")
    return Message(text, facts | {"rest": rest})


def _headline(rows: Seen, found: Sequence[Chosen]) -> Message:
    """What the questions find, and a price."""
    n = len(rows.truth)
    several = [one for one in found if verdict_of(one.comparisons) == "difference"]
    if not several:
        said = Message(_NO_GAP, {"n": n, "columns": [one.division.column for one in found]})
        few = [one.division.column for one in found if verdict_of(one.comparisons) == "inconclusive"]
        return Message(_FEW, {"said": said, "columns": few}) if few else said
    top = max(several, key=_weight)
    gaps = {one.name for one in top.comparisons if one.verdict == "difference"}
    facts = {"column": top.division.column, "count": len(gaps), "n": n}
    facts |= {"all": len({one.name for one in top.comparisons})}
    first = next((one for one in top.prices if one.name in gaps), None)
    if first is None:
        return Message(
            N_("On {n:count} unseen rows {count:count} of {all:count} questions {count:finds/find} a gap by {column}."),
            facts,
        )
    facts |= {"question": Message(QUESTIONS[first.name]), "moved": int(np.abs(first.named).sum())}
    return Message(_PRICED, facts)


def _weight(one: Chosen) -> float:
    top = sentences.largest(one.comparisons, "difference")
    return 0.0 if top is None else top.weight


def _questions(one: Chosen) -> Sheet:
    """Every question: the largest gap, the verdict, the price."""
    plain = any(some.name in NUMBERS for some in one.comparisons)
    heads = [
        Head(Message(N_("Question"))),
        Head(Message(N_("Verdict"))),
        Head(Message(N_("Largest gap to all others")), "number" if plain else "points"),
        Head(Message(N_("Of the group"))),
    ]
    if one.prices:
        heads += [Head(Message(text), "count") for text in (_NAMED, _UNNAMED, _MISSED, _ALARMS)]
    lines_ = [_question(one, name) for name in QUESTIONS if any(some.name == name for some in one.comparisons)]
    note = Message(_IMPOSSIBLE if one.prices else _NO_PRICE)
    return Sheet(Message(N_("Questions, what each finds, and its price")), tuple(heads), tuple(lines_), note)


def _question(one: Chosen, name: str) -> tuple[Cell, ...]:
    own = [some for some in one.comparisons if some.name == name]
    top = max(own, key=lambda some: (some.enough, some.weight))
    cells = [
        Cell(text=Message(QUESTIONS[name])),
        Cell(text=Message(sentences.VERDICTS[verdict_of(own)])),
        Cell(top.gap.value, top.gap.low, top.gap.high, pale=not top.enough),
        Cell(text=one.division.names[top.place], pale=not top.enough),
    ]
    if not one.prices:
        return tuple(cells)
    paid = next((some for some in one.prices if some.name == name), None)
    if paid is None:
        return (*cells, Cell(), Cell(), Cell(), Cell())
    up, down = int(np.maximum(paid.named, 0).sum()), int(np.maximum(-paid.named, 0).sum())
    return (*cells, Cell(up), Cell(down), Cell(int(paid.missed.sum())), Cell(int(paid.alarms.sum())))


def _people(one: Chosen) -> Sheet:
    """The price by group."""
    heads = (
        Head(Message(N_("To make equal"))),
        Head(Message(N_("Group"))),
        Head(Message(N_("Rows")), "count"),
        Head(Message(N_("Cut-off now")), "percent"),
        Head(Message(N_("Cut-off needed")), "percent"),
        Head(Message(N_("Named: more or fewer")), "count"),
        Head(Message(_MISSED), "count"),
        Head(Message(_ALARMS), "count"),
    )
    rows = []
    for paid in one.prices:
        for place, group in enumerate(one.division.names):
            pale, cutoff = place not in paid.counted, paid.cutoffs[place]
            counts = (paid.named, paid.missed, paid.alarms)
            needed = (
                Cell(cutoff, pale=pale) if np.isfinite(cutoff) else Cell(text=Message(N_("nobody named")), pale=pale)
            )
            rows.append(
                (
                    Cell(text=Message(_SHORT[paid.name]), pale=pale),
                    Cell(text=group, pale=pale),
                    Cell(int(paid.before.rows[place]), pale=pale),
                    Cell(one.cutoff, pale=pale),
                    needed,
                    *(Cell(int(some[place]), pale=pale) for some in counts),
                )
            )
    return Sheet(Message(N_("The price in people, by group")), heads, tuple(rows), Message(_PAPER))


def _others(one: Chosen) -> Sheet:
    """What making one figure equal does to the others."""
    heads = (Head(Message(N_("Made equal"))), *(Head(Message(_SHORT[name]), "points") for name in EQUAL))
    counted = one.prices[0].counted
    tallies = [(Message(N_("nothing: as it is now")), one.prices[0].before)]
    tallies += [(Message(_SHORT[paid.name]), paid.after) for paid in one.prices]
    rows = [(Cell(text=label), *(Cell(apart(counts, counted, name)) for name in EQUAL)) for label, counts in tallies]
    title = N_("How far groups would then lie apart in the other questions")
    note = N_(
        "Highest less lowest share among the groups with enough cases. A cut-off moves by whole cases, so a small gap "
        "stays."
    )
    return Sheet(Message(title), heads, tuple(rows), Message(note))


def _measures(one: Chosen) -> list[Measure]:
    found = []
    rows = one.division.rows
    for some in one.comparisons:
        gap: Estimate = some.gap
        verdict = some.verdict if some.enough else None
        group = one.division.stable(some.place)
        found.append(
            Measure(f"{some.name}_gap", group, gap.value, gap.low, gap.high, int(rows[some.place]), None, verdict)
        )
    for paid in one.prices:
        for place in paid.counted:
            group = one.division.stable(place)
            found.append(Measure(f"price_named[{paid.name}]", group, float(paid.named[place]), n=int(rows[place])))
            found.append(Measure(f"price_missed[{paid.name}]", group, float(paid.missed[place]), n=int(rows[place])))
            found.append(Measure(f"price_alarms[{paid.name}]", group, float(paid.alarms[place]), n=int(rows[place])))
    return found


_SHORT = {
    "selection_rate": N_("Share named"),
    "recall": N_("Share found"),
    "false_alarm_rate": N_("Share of false alarms"),
    "precision": N_("Share right when named"),
}
_NAMED, _UNNAMED = N_("More named"), N_("Fewer named")
_MISSED, _ALARMS = N_("Missed: more or fewer"), N_("False alarms: more or fewer")
_IMPOSSIBLE = N_(
    "Where the event is more frequent in one group than in another, not all of these can be answered with yes at once, "
    "whatever the model: choose by what the answer is used for. The last question is about chances, not cut-offs, so "
    "moving cut-offs does not answer it."
)
_NO_PRICE = N_("A price in people can be counted only for a yes/no answer, and with two groups that have enough cases.")
_PAPER = N_(
    "A calculation on the unseen rows only: each group's cut-off is moved until the share is what it is for all groups "
    "together. Nothing is trained or changed. Groups with too few cases keep their cut-off."
)
_NO_GAP = N_(
    "On {n:count} unseen rows none of the questions finds a gap beyond chance between groups of {columns:list}."
)
_FEW = N_("{said} In {columns:list} there are too few cases to say.")
_PRICED = N_(
    "On {n:count} unseen rows {count:count} of {all:count} questions {count:finds/find} a gap by {column}. "
    "“{question}”: to answer yes, {moved:count} people would change between named and not named."
)
_CURE = Message(
    N_(
        "Choose the question by the use: for help that is scarce, who is found; for a burden, who is named wrongly; "
        "for a figure that people rely on, whether it means the same for all. Write the choice down."
    )
)
AUDIT = Choice()
