"""Groups beside each other as sheets, pictures and measures."""

from __future__ import annotations

from collections.abc import Sequence

from core.audits.audit import Cell, Head, Mark, Measure, Picture, Sheet
from core.audits.fairness.comparison import Comparison, named, verdict_of, why_pale
from core.audits.fairness.division import Division
from core.audits.fairness.lines import HEADS, NUMBERS, SHOWN, Lines, style
from core.audits.fairness.seen import Seen
from core.audits.fairness.sentences import VERDICTS, of_part
from core.learn.evaluation import Estimate
from core.words import N_, Message

MOST_GAPS = 60
LEAST_CHANCE = 0.001
"""Chances below it are not told apart."""
TITLES = (N_("Groups beside each other"), N_("Further figures"))
PICTURED = {
    "selection_rate": N_("Who is named “{event}”?"),
    "recall": N_("Of those who are “{event}”, who is found?"),
    "false_alarm_rate": N_("Who is named “{event}” though it is not so?"),
    "accuracy": N_("For whom is the answer right?"),
    "mae": N_("For whom is the answer how far off?"),
    "bias": N_("For whom is the answer too high, for whom too low?"),
}
"""Figures with a picture of their own."""


def sheets(seen: Seen, division: Division, lines: Lines, comparisons: Sequence[Comparison]) -> tuple[Sheet, ...]:
    """The tables of a sensitive column: groups, further figures, each class, gaps."""
    made = [
        _figures(seen, division, lines, comparisons, title, names)
        for title, names in zip(TITLES, SHOWN[seen.kind], strict=False)
    ]
    if lines.classes:
        made.append(_classes(division, lines))
    return (*made, gaps(division, comparisons))


def gaps(division: Division, comparisons: Sequence[Comparison]) -> Sheet:
    """Every comparison, the largest first."""
    plain = any(one.name in NUMBERS for one in comparisons)
    heads = (
        Head(Message(N_("Group"))),
        Head(Message(N_("Figure"))),
        Head(Message(N_("Here")), "number" if plain else "percent"),
        Head(Message(N_("All others")), "number" if plain else "percent"),
        Head(Message(N_("Gap")), "number" if plain else "points"),
        Head(Message(N_("By chance, after correction")), "number"),
        Head(Message(N_("Verdict"))),
    )
    ordered = sorted(comparisons, key=lambda one: (not one.enough, -one.weight))[:MOST_GAPS]
    note = N_(
        "Each group is held against all others together. “By chance”: how likely so large a gap would be without a "
        "difference, corrected for all comparisons of the audit (Holm); under 0.05 counts as found."
    )
    return Sheet(Message(N_("Gaps to all others")), heads, tuple(_gap(division, one) for one in ordered), Message(note))


def _gap(division: Division, one: Comparison) -> tuple[Cell, ...]:
    pale = not one.enough
    figure = Message(HEADS[one.name])
    if one.label:
        figure = Message(N_("{label}: {figure}"), {"label": one.label, "figure": figure})
    return (
        Cell(text=division.names[one.place], pale=pale),
        Cell(text=figure, pale=pale),
        _cell(one.own, pale),
        _cell(one.other, pale),
        _cell(one.gap, pale),
        _by_chance(one.adjusted, pale),
        Cell(text=Message(VERDICTS[one.verdict]), pale=pale),
    )


def _by_chance(adjusted: float | None, pale: bool) -> Cell:
    """How likely a gap is by chance; a small one is not shown as 0, for no chance is."""
    if adjusted is not None and adjusted < LEAST_CHANCE:
        return Cell(text=Message(N_("under {chance:number}"), {"chance": LEAST_CHANCE}), pale=pale)
    return Cell(None if adjusted is None else float(f"{adjusted:.2g}"), pale=pale)


def _figures(
    seen: Seen,
    division: Division,
    lines: Lines,
    comparisons: Sequence[Comparison],
    title: str,
    names: Sequence[str],
) -> Sheet:
    # The verdict beside the name: of a wide table the last columns are out of sight.
    heads = [Head(Message(N_("Group"))), Head(Message(N_("Verdict"))), Head(Message(N_("Rows")), "count")]
    if lines.positives is not None:
        heads.append(Head(Message(N_("Rows of “{event}”"), {"event": seen.event}), "count"))
    kept = [name for name in names if name in lines.figures]
    heads += [Head(Message(HEADS[name]), style(name)) for name in kept]
    rows = tuple(_line(division, lines, comparisons, kept, place) for place in range(len(division.names)))
    return Sheet(Message(title), tuple(heads), rows, Message(_FLOORS))


def _line(
    division: Division, lines: Lines, comparisons: Sequence[Comparison], names: Sequence[str], place: int
) -> tuple[Cell, ...]:
    count = int(lines.rows[place])
    positives = None if lines.positives is None else int(lines.positives[place])
    why = why_pale(count, positives)
    mine = [one for one in comparisons if one.place == place]
    found = why or Message(VERDICTS[verdict_of(mine)] if mine else _REST)
    pale = why is not None
    cells = [Cell(text=division.names[place], pale=pale), Cell(text=found, pale=pale), Cell(count, pale=pale)]
    if positives is not None:
        cells.append(Cell(positives, pale=pale))
    return (*cells, *(_cell(lines.figures[name][place], pale) for name in names))


def _cell(one: Estimate, pale: bool) -> Cell:
    return Cell(one.value, one.low, one.high, pale=pale)


def _classes(division: Division, lines: Lines) -> Sheet:
    """Each class against the rest, by group."""
    names = ("base_rate", "selection_rate", "recall", "false_alarm_rate", "precision")
    heads = [Head(Message(N_("Answer"))), Head(Message(N_("Group")))]
    heads += [Head(Message(HEADS[name]), style(name)) for name in names]
    rows = []
    for label, figures in lines.classes.items():
        for place, group in enumerate(division.names):
            pale = why_pale(int(lines.rows[place]), None) is not None
            shown = [_cell(figures[name][place], pale) for name in names]
            rows.append((Cell(text=label, pale=pale), Cell(text=group, pale=pale), *shown))
    return Sheet(Message(N_("Each answer against all others")), tuple(heads), tuple(rows))


def pictures(
    seen: Seen, division: Division, lines: Lines, comparisons: Sequence[Comparison], answer: Message
) -> tuple[Picture, ...]:
    """One for each figure that is seen at a glance, each with what its own comparisons say.

    Args:
        seen: the rows.
        division: their groups.
        lines: their figures.
        comparisons: judged.
        answer: what is said of a figure that is compared with nothing.
    """
    there = [name for name in PICTURED if name in lines.figures and name not in _BESIDE.get(seen.kind, ())]
    event = seen.event if seen.kind == "binary" else ""
    made = []
    for name in there:
        own = [one for one in comparisons if one.name == name]
        said = of_part(division, own, verdict_of(own), event, named) if own else answer
        made.append(picture(seen, division, lines, name, said))
    return tuple(made)


def picture(seen: Seen, division: Division, lines: Lines, name: str, answer: Message) -> Picture:
    """One figure of every group, with its interval."""
    marks = []
    for place, group in enumerate(division.names):
        one, count = lines.figures[name][place], int(lines.rows[place])
        positives = None if lines.positives is None else int(lines.positives[place])
        pale = why_pale(count, positives) is not None
        marks.append(Mark(group, None, one.value, one.low, one.high, count, pale=pale))
    event = seen.event if seen.kind == "binary" else ""
    line = 0.0 if name == "bias" else None
    question = Message(PICTURED[name], {"event": event})
    return Picture("intervals", question, answer, tuple(marks), Message(HEADS[name]), style(name), line=line)


def measures(division: Division, lines: Lines, comparisons: Sequence[Comparison]) -> tuple[Measure, ...]:
    """Every figure of every group, and every gap with its verdict."""
    found = []
    for place in range(len(division.names)):
        group, n = division.stable(place), int(lines.rows[place])
        positives = None if lines.positives is None else int(lines.positives[place])
        for name, ends in lines.figures.items():
            found.append(Measure(name, group, *_ends(ends[place]), n, positives))
        for label, figures in lines.classes.items():
            found += [Measure(f"{name}[{label}]", group, *_ends(ends[place]), n) for name, ends in figures.items()]
    for some in comparisons:
        name = f"{some.name}[{some.label}]_gap" if some.label else f"{some.name}_gap"
        n = int(lines.rows[some.place])
        verdict = some.verdict if some.enough else None
        found.append(Measure(name, division.stable(some.place), *_ends(some.gap), n, None, verdict))
    return tuple(found)


def _ends(one: Estimate) -> tuple[float | None, float | None, float | None]:
    return one.value, one.low, one.high


_BESIDE = {"binary": ("accuracy",)}
_REST = N_("reference")
_FLOORS = N_(
    "Pale groups have fewer than 30 rows, or fewer than 10 of either answer: they are shown, but not judged. "
    "95% intervals."
)
