"""Does every group get the favourable answer at least four fifths as often as the group that gets it most?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from core.audits import sure
from core.audits.audit import About, Cell, Family, Head, Mark, Measure, Part, Picture, Report, Sheet, Verdict, worst
from core.audits.fairness.comparison import named
from core.audits.fairness.division import Division, moved
from core.audits.fairness.groups import silent
from core.audits.fairness.ratios import FIFTHS, Ratio, Ratios, judged, ratios
from core.audits.fairness.seen import Seen, cells_of, seen, sensitive, unasked
from core.audits.fairness.sentences import MOST_NAMED, VERDICTS, among
from core.audits.naming import first_of
from core.data.costs import stake
from core.domains.recognise import likely
from core.learn.evaluation import Estimate
from core.words import N_, Message

if TYPE_CHECKING:
    from core.audits.subject import Subject
    from core.engines.base import Watch

AMOUNTS = N_(
    "The four-fifths rule counts who gets a favourable answer. This model answers with a number, so nobody is chosen; "
    "“Groups” compares its errors."
)
MOST_CLASSES = 6


@dataclass(frozen=True, eq=False)
class Outcome:
    """An answer that is favourable, and who gets it."""

    name: Message | str
    key: str
    """In the names of measures."""
    model: np.ndarray
    """(n,) bool: the model gives it."""
    data: np.ndarray
    """(n,) bool: it came true."""
    assumed: bool = False
    """The field does not say that it is favourable."""


@dataclass(frozen=True, eq=False)
class Seat:
    """One division and one outcome, judged: by the model, in the data, and by the model with the cut elsewhere."""

    outcome: Outcome
    division: Division
    model: Ratios
    data: Ratios
    others: tuple[tuple[Division, Ratios], ...] = ()


@dataclass(frozen=True)
class FourFifths:
    """The rule of the United States' guidelines on selection, with its uncertainty."""

    key: ClassVar[str] = "four_fifths"
    family: ClassVar[Family] = "fairness"
    order: ClassVar[int] = 30
    about: ClassVar[About] = About(
        N_("Four-fifths rule"),
        N_("Does every group get the favourable answer at least four fifths as often as the group that gets it most?"),
        N_(
            "Rate of the favourable answer in a group, divided by the rate in the best-off group: 0 to 1, best 1. With "
            "the 95% interval of Katz. Where the field fears the event, not being named is the favourable answer."
        ),
        N_(
            "Below 0.8 with the whole interval, after correction for all groups: a difference. Above it: no evidence. "
            "An interval that holds 0.8 says neither, whichever side the ratio itself lies on; nor does one that lies "
            "below 0.8 only before that correction."
        ),
        N_(
            "A rule of thumb from the law on hiring in the United States; it asks only how often, never whether "
            "rightly. With numbers such as age the ratio depends on the cut, so another cut is shown too."
        ),
        "Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4(D), 1978; Katz, Baptista, Azen and Pike "
        "1978, doi:10.2307/2530610; Feldman et al. 2015, arXiv:1412.3756",
    )

    def applies(self, subject: Subject) -> Message | None:
        """Nobody is chosen, or no groups can be made."""
        return Message(AMOUNTS) if subject.task.kind == "regression" else unasked(subject)

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Compares rates, of the model and in the data."""
        made = sensitive(subject, subject.honest.frame)
        divisions = [one for one in made.values() if isinstance(one, Division)]
        chosen = outcomes(seen(subject, subject.honest), side(subject))
        cells = [cells_of(subject, subject.honest.frame, one.columns[0]) for one in divisions]
        pairs = [(one, moved(one, some)) for one, some in zip(divisions, cells, strict=True)]
        seats = seated(chosen, pairs)
        parts = [_part(one.column, [seat for seat in seats if seat.division is one]) for one in divisions]
        verdict = worst([seat.model.verdict for seat in seats])
        measured = [measure for seat in seats for measure in _measures(seat)]
        n = len(subject.honest)
        return Report(
            self.key, "fairness", verdict, _headline(seats, verdict, n), _CURES.get(verdict),
            (*parts, *silent(made)), tuple(measured),
        )  # fmt: skip


def feared(subject: Subject) -> bool:
    """Whether the field fears the event, so that not being named is favourable."""
    return side(subject) > 0


def side(subject: Subject) -> int:
    """1 where the field fears the event, -1 where it wishes for it, 0 where it says neither."""
    task, hint = subject.task, likely(subject.task.goal.column, subject.domain)
    if task.kind != "binary" or (hint is not None and not hint.stake):
        return 0
    return stake(task.goal, task.classes, subject.domain)


def outcomes(rows: Seen, fear: int) -> tuple[Outcome, ...]:
    """The favourable answer of a yes/no question; each of several answers, as if it were.

    Args:
        rows: that are compared.
        fear: what the field thinks of the event, as ``side`` says it.
    """
    if rows.kind == "binary":
        label = rows.classes[0]
        if fear > 0:
            name = Message(N_("anything but {event}"), {"event": rows.event})
            return (Outcome(name, f"anything but {label}", ~rows.said, ~rows.truth),)
        return (Outcome(rows.event, label, rows.said, rows.truth, assumed=not fear),)
    counts = np.bincount(rows.truth, minlength=len(rows.classes))
    places = np.sort(np.argsort(-counts, kind="stable")[:MOST_CLASSES])
    labels = [(int(place), rows.classes[place]) for place in places]
    return tuple(Outcome(label, label, rows.said == place, rows.truth == place, True) for place, label in labels)


def seated(chosen: Sequence[Outcome], divisions: Sequence[tuple[Division, Sequence[Division]]]) -> tuple[Seat, ...]:
    """Every outcome in every division, judged together; other cuts are each judged as if they had been chosen."""
    pairs = [(outcome, one, others) for one, others in divisions for outcome in chosen]
    by_model = judged([ratios(outcome.model, one) for outcome, one, _ in pairs])
    in_data = judged([ratios(outcome.data, one) for outcome, one, _ in pairs])
    return tuple(
        Seat(
            outcome,
            one,
            model,
            data,
            tuple((other, judged([ratios(outcome.model, other)])[0]) for other in others),
        )
        for (outcome, one, others), model, data in zip(pairs, by_model, in_data, strict=True)
    )


def _part(column: str, seats: Sequence[Seat]) -> Part:
    verdict = worst([seat.model.verdict for seat in seats])
    first = _lowest(seats, verdict)
    sheets = [sheet for seat in seats for sheet in _sheets(seat)]
    pictures = [_picture(seat) for seat in seats]
    return Part(column, verdict, _said(first, verdict), tuple(sheets), tuple(pictures))


def _lowest(seats: Sequence[Seat], verdict: Verdict) -> Seat:
    """The one with the lowest ratio among those with the verdict."""
    able = [seat for seat in seats if seat.model.verdict == verdict]
    return min(able, key=_low)


def _low(seat: Seat) -> float:
    lowest = seat.model.lowest
    return 1.0 if lowest is None or lowest.ratio.value is None else lowest.ratio.value


def _told(seat: Seat, verdict: Verdict) -> Ratio | None:
    """The group that a sentence names."""
    able = [one for one in seat.model.groups if one.verdict == verdict and one.enough and one.ratio.value is not None]
    return min(able, key=lambda one: one.ratio.value or 0.0, default=None)


def _said(seat: Seat, verdict: Verdict) -> Message:
    """One division in words."""
    facts: dict[str, Any] = {"column": seat.division.column, "outcome": seat.outcome.name}
    facts["n"] = len(seat.division.codes)
    one = _told(seat, verdict)
    if one is None:
        few = [named(seat.division, other.place) for other in seat.model.groups if not other.enough]
        able = any(other.enough for other in seat.model.groups)
        return Message(_SOME if able else _FEW, facts | {"few": first_of(few, MOST_NAMED)})
    best = named(seat.division, seat.model.best)
    facts |= {"group": named(seat.division, one.place), "best": best, "own": one.rate.value}
    facts |= {"other": seat.model.rate.value, "ratio": one.ratio.value, "low": one.ratio.low, "high": one.ratio.high}
    data, sentence = _in_data(seat, one.place, seat.model.best), Message(_SAID[verdict], facts)
    if data.value is not None:
        beside = {"ratio": data.value, "low": data.low, "high": data.high}
        sentence = Message(_IN_DATA, {"said": sentence} | beside)
    return _assumed(sentence, seat.outcome)


def _assumed(sentence: Message, outcome: Outcome) -> Message:
    """With what is taken for granted: nobody has said that the answer is favourable."""
    return Message(_TAKEN, {"said": sentence, "outcome": outcome.name}) if outcome.assumed else sentence


def _in_data(seat: Seat, place: int, other: int) -> Estimate:
    """The ratio of the same two groups in the data."""
    favoured, codes = seat.outcome.data, seat.division.codes
    own, best = favoured[codes == place], favoured[codes == other]
    return sure.ratio(int(own.sum()), len(own), int(best.sum()), len(best))


def _headline(seats: Sequence[Seat], verdict: Verdict, n: int) -> Message:
    if verdict == "none":
        columns = list(dict.fromkeys(seat.division.column for seat in seats))
        every, asked = Message(_NONE, {"n": n, "columns": columns}), {seat.outcome for seat in seats}
        return _assumed(every, seats[0].outcome) if len(asked) == 1 else every
    first = _lowest(seats, verdict)
    said = _said(first, verdict)
    if _told(first, verdict) is not None:
        said = Message(N_("On {n:count} unseen rows: {first}"), {"n": n, "first": said})
    if verdict == "difference":
        return said
    unsure = dict.fromkeys(seat.division.column for seat in seats if seat.model.verdict == "inconclusive")
    return among(said, list(unsure), len({seat.division.column for seat in seats}))


def _sheets(seat: Seat) -> list[Sheet]:
    facts = {"outcome": seat.outcome.name}
    made = [
        _sheet(seat.division, seat.model, Message(N_("What the model does: “{outcome}”"), facts)),
        _sheet(seat.division, seat.data, Message(N_("What the data has: “{outcome}”"), facts)),
    ]
    if seat.others:
        made.append(_cuts(seat))
    return made


def _sheet(division: Division, found: Ratios, title: Message) -> Sheet:
    heads = (
        Head(Message(N_("Group"))),
        Head(Message(N_("Rows")), "count"),
        Head(Message(N_("With this answer")), "count"),
        Head(Message(N_("Share")), "percent"),
        Head(Message(N_("Ratio to the best-off group")), "number"),
        Head(Message(N_("Verdict"))),
    )
    rows = division.rows
    count = int(rows[found.best])
    part = round((found.rate.value or 0.0) * count)
    best = (
        Cell(text=division.names[found.best]),
        Cell(count),
        Cell(part),
        Cell(found.rate.value, found.rate.low, found.rate.high),
        Cell(1.0),
        Cell(text=Message(N_("the best-off group"))),
    )
    ordered = sorted(found.groups, key=lambda one: (not one.enough, one.ratio.value or 0.0))
    return Sheet(title, heads, (best, *(_line(division, one) for one in ordered)), Message(_FLOORS))


def _line(division: Division, one: Ratio) -> tuple[Cell, ...]:
    pale = not one.enough
    return (
        Cell(text=division.names[one.place], pale=pale),
        Cell(one.rows, pale=pale),
        Cell(one.part, pale=pale),
        Cell(one.rate.value, one.rate.low, one.rate.high, pale=pale),
        Cell(one.ratio.value, one.ratio.low, one.ratio.high, pale=pale),
        Cell(text=Message(VERDICTS[one.verdict]), pale=pale),
    )


def _cuts(seat: Seat) -> Sheet:
    """The cut that was chosen and others a little beside it."""
    heads = (
        Head(Message(N_("Cut"))),
        Head(Message(N_("Group with the lowest ratio"))),
        Head(Message(N_("Ratio to the best-off group")), "number"),
        Head(Message(N_("Verdict"))),
    )
    rows = [_cut(division, found) for division, found in ((seat.division, seat.model), *seat.others)]
    turned = len({found.verdict for found in (seat.model, *(found for _, found in seat.others))}) > 1
    note = Message(N_("The verdict hangs on the cut.") if turned else N_("The verdict holds when the cut moves."))
    return Sheet(Message(N_("If the cut lay a little elsewhere")), heads, tuple(rows), note)


def _cut(division: Division, found: Ratios) -> tuple[Cell, ...]:
    lowest, said = found.lowest, "; ".join(name for name in division.names if isinstance(name, str))
    verdict = Cell(text=Message(VERDICTS[found.verdict]))
    if lowest is None:
        return Cell(text=said), Cell(text="–"), Cell(), verdict
    ratio = lowest.ratio
    return Cell(text=said), Cell(text=division.names[lowest.place]), Cell(ratio.value, ratio.low, ratio.high), verdict


def _picture(seat: Seat) -> Picture:
    question = Message(
        N_("How often does each group get “{outcome}”, of the best-off?"), {"outcome": seat.outcome.name}
    )
    verdict = seat.model.verdict
    marks = []
    for series, found in ((Message(N_("Model")), seat.model), (Message(N_("Data")), seat.data)):
        for one in found.groups:
            ratio, label = one.ratio, seat.division.names[one.place]
            marks.append(Mark(label, None, ratio.value, ratio.low, ratio.high, one.rows, series, pale=not one.enough))
    axis = Message(N_("Ratio to the best-off group"))
    return Picture("intervals", question, _said(seat, verdict), tuple(marks), axis, "number", line=FIFTHS)


def _measures(seat: Seat) -> list[Measure]:
    found = []
    sides = [("model", seat.division, seat.model), ("data", seat.division, seat.data)]
    sides += [("model", division, ratios_) for division, ratios_ in seat.others]
    for side, division, ratios_ in sides:
        for one in ratios_.groups:
            verdict = one.verdict if one.enough and side == "model" else None
            ratio, name = one.ratio, f"{side}_ratio[{seat.outcome.key}]"
            found.append(
                Measure(
                    name, division.stable(one.place), ratio.value, ratio.low, ratio.high, one.rows, one.part, verdict
                )
            )
    return found


_SAID: dict[Verdict, str] = {
    "difference": N_(
        "{group}: {own:percent} get “{outcome}”, against {other:percent} of {best}, a ratio of {ratio:number} "
        "({low:number} to {high:number}): below four fifths."
    ),
    "none": N_(
        "{group}: {own:percent} get “{outcome}”, against {other:percent} of {best}; even this lowest ratio of "
        "{ratio:number} ({low:number} to {high:number}) is above four fifths."
    ),
    "inconclusive": N_(
        "{group}: {own:percent} get “{outcome}”, against {other:percent} of {best}, a ratio of {ratio:number} "
        "({low:number} to {high:number}): it may lie on either side of four fifths."
    ),
}
_IN_DATA = N_("{said} In the data itself it is {ratio:number} ({low:number} to {high:number}).")
_FEW = N_(
    "{column}: too few of {n:count} rows to judge: every group needs 30 rows, and 10 with “{outcome}” and 10 without."
)
_SOME = N_(
    "{column}: of the groups with enough of the {n:count} rows none is below four fifths; these have too few to judge: "
    "{few:list}."
)
_TAKEN = N_("{said} (“{outcome}” is taken as the favourable answer.)")
_NONE = N_("On {n:count} unseen rows every group of {columns:list} is above four fifths of the best-off one.")
_FLOORS = N_(
    "Pale groups have fewer than 30 rows, or fewer than 10 with or without this answer: they are shown, but not "
    "judged. 95% intervals (Katz). Each interval is of one group; verdicts are corrected for all groups."
)
_CURES = {
    "difference": Message(
        N_("Before anybody acts on the answer, find out why: such a ratio asks for a reason tied to the matter.")
    ),
    "inconclusive": Message(N_("Collect more cases of the groups in question; until then nothing can be claimed.")),
}
AUDIT = FourFifths()
