"""Where may a gap come from: who is in the data, what became of them, and which columns stand in for the group?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from core.audits import sure
from core.audits.audit import About, Cell, Family, Head, Mark, Measure, Part, Picture, Report, Sheet, Verdict, worst
from core.audits.fairness import sentences
from core.audits.fairness.comparison import Comparison, asked, compare_shares, judged, named, verdict_of, why_pale
from core.audits.fairness.division import Division, Name
from core.audits.fairness.figures import SHARE_OF_SPREAD
from core.audits.fairness.groups import silent
from core.audits.fairness.lines import HEADS
from core.audits.fairness.proxies import PARTLY, STRONG, Proxy, proxies, scannable
from core.audits.fairness.seen import Seen, cells_of, sensitive, unasked
from core.audits.fairness.tally import tally
from core.data.table import Finding
from core.learn.evaluation import Estimate
from core.words import N_, Message

if TYPE_CHECKING:
    from core.audits.subject import Rows, Subject
    from core.engines.base import Watch

MOST_PROXIES = 12
GUESSING = 0.5


@dataclass(frozen=True, eq=False)
class Origin:
    """What is known of one sensitive column."""

    division: Division
    """Of all rows with a known answer, learned from or not."""
    rates: dict[str, tuple[Estimate, ...]]
    """Base rates by label, (groups,); numbers: mean truth under ""."""
    comparisons: tuple[Comparison, ...]
    learnt: np.ndarray
    """(groups,) rows learned from."""
    unseen: np.ndarray
    """(groups,) rows that the model was not shown."""
    proxies: tuple[Proxy, ...]

    @property
    def verdict(self) -> Verdict:
        """A difference where base rates differ, or a column stands in for the attribute."""
        rates = verdict_of(self.comparisons)
        return "difference" if any(one.strong for one in self.proxies) else rates


@dataclass(frozen=True)
class Origins:
    """Representation, base rates and proxies of every sensitive column."""

    key: ClassVar[str] = "origins"
    family: ClassVar[Family] = "fairness"
    order: ClassVar[int] = 40
    about: ClassVar[About] = About(
        N_("Origin of the gap"),
        N_("What in the data may lie behind gaps between groups?"),
        N_(
            "Rows of each group, learned from and unseen; how often the event came true in each (base rate; difference "
            "0 and ratio 1 are best); how well each column alone tells the groups apart, as a cross-validated "
            "order (ROC AUC) from 0.5 (not at all) to 1."
        ),
        N_(
            "A model repeats the base rates it learned. A column that tells the groups apart (0.85 or more) can stand "
            "in for the sensitive one, also where that one is not used. A difference: base rates differ beyond chance, "
            "or there is such a column."
        ),
        N_(
            "All of this is association, not cause. Several columns together may stand in where none does alone. "
            "Columns of text are not scanned. A base rate can itself be the product of earlier unequal treatment."
        ),
        "Barocas and Selbst 2016, doi:10.15779/Z38BG31; Feldman et al. 2015, arXiv:1412.3756; Chouldechova 2017, "
        "doi:10.1089/big.2016.0047",
    )

    def applies(self, subject: Subject) -> Message | None:
        """No groups can be made."""
        return unasked(subject)

    def run(self, subject: Subject, watch: Watch) -> Report:
        """Looks at all rows with a known answer."""
        everyone, new = together(subject.honest, subject.learnt)
        made = sensitive(subject, everyone.frame)
        found = origins(subject, everyone, new, [one for one in made.values() if isinstance(one, Division)])
        parts = [_part(subject, one) for one in found]
        return Report(
            self.key, "fairness", worst([one.verdict for one in found]), _headline(found, parts, len(everyone)),
            _CURE if any(one.verdict == "difference" for one in found) else None,
            (*parts, *silent(made)), tuple(one for some in found for one in _measures(some)),
            tuple(one for some in found for one in _warnings(some)),
        )  # fmt: skip


def together(unseen: Rows, learnt: Rows) -> tuple[Rows, np.ndarray]:
    """All rows, each once; and (n, 2) bool: which are unseen, which were learned from."""
    extra = learnt.some(~np.isin(learnt.frame.index, unseen.frame.index))
    frame = pd.concat([unseen.frame, extra.frame]) if len(extra) else unseen.frame
    truth = np.concatenate([unseen.truth, extra.truth])
    answer = np.concatenate([unseen.answer, extra.answer])
    tested = np.arange(len(frame)) < len(unseen)
    return type(unseen)(frame, truth, answer), np.column_stack([tested, np.isin(frame.index, learnt.frame.index)])


def origins(subject: Subject, rows: Rows, whose: np.ndarray, divisions: Sequence[Division]) -> tuple[Origin, ...]:
    """What is known of each division of all rows, judged together."""
    seen = told(subject, rows)
    rates = [base_rates(seen, one) for one in divisions]
    verdicts = judged([found for _, found in rates])
    columns = scannable(subject)
    frame = rows.frame.assign(**{name: cells_of(subject, rows.frame, name) for name in columns})
    return tuple(
        Origin(
            one,
            rate,
            verdict,
            np.bincount(one.codes[whose[:, 1]], minlength=len(one.names)),
            np.bincount(one.codes[whose[:, 0]], minlength=len(one.names)),
            proxies(frame, columns, one, subject.seed),
        )
        for one, (rate, _), verdict in zip(divisions, rates, verdicts, strict=True)
    )


def told(subject: Subject, rows: Rows) -> Seen:
    """What became of rows, as if it had been said of them."""
    if subject.task.kind == "regression":
        return Seen("regression", (), rows.truth, rows.truth)
    if subject.task.kind == "multiclass":
        return Seen("multiclass", subject.model.classes, rows.truth, rows.truth)
    happened = subject.happened(rows)
    return Seen("binary", (subject.model.classes[subject.positive],), happened, happened)


def base_rates(seen: Seen, division: Division) -> tuple[dict[str, tuple[Estimate, ...]], tuple[Comparison, ...]]:
    """How often each answer came true in each group, or the mean; beside all others, not yet judged."""
    groups = len(division.names)
    if seen.kind == "regression":
        inside = [division.codes == place for place in range(groups)]
        margin = SHARE_OF_SPREAD * float(np.std(seen.truth)) or 1.0
        means = {"": tuple(sure.mean(seen.truth[some]) for some in inside)}
        return means, tuple(_amount(seen.truth, inside[place], place, margin) for place in asked(division.rows))
    rates, found = {}, []
    for place, label in enumerate(seen.classes):
        truth = seen.truth if seen.kind == "binary" else seen.truth == place
        counts = tally(truth, truth, division.codes, groups)
        rows, parts = counts.rows, counts.positives
        rates[label] = tuple(sure.share(int(part), int(row)) for part, row in zip(parts, rows, strict=True))
        found += compare_shares(counts, ["base_rate"], label)
    return rates, tuple(found)


def _amount(values: np.ndarray, inside: np.ndarray, place: int, margin: float) -> Comparison:
    compared = sure.means(values[inside], values[~inside])
    many = sure.enough(min(int(inside.sum()), int((~inside).sum())))
    own, other = sure.mean(values[inside]), sure.mean(values[~inside])
    return Comparison("mean_truth", place, own, other, compared.gap, compared.p, many, margin)


def _part(subject: Subject, one: Origin) -> Part:
    event = subject.event if subject.task.kind == "binary" else ""
    rates = sentences.of_part(one.division, one.comparisons, verdict_of(one.comparisons), event, named)
    strong = [proxy for proxy in one.proxies if proxy.strong]
    message = rates
    if strong:
        facts = {"columns": [proxy.column for proxy in strong[:3]], "column": one.division.column, "rates": rates}
        message = Message(_STANDS_IN if len(strong) > 1 else _STAND_IN, facts | {"score": strong[0].score})
    elif one.proxies:
        facts = {"column": one.division.column, "score": one.proxies[0].score, "rates": rates}
        message = Message(_NO_PROXY, facts | {"top": one.proxies[0].column})
    used = one.division.columns[0] in subject.task.features
    sheets = (_rows(one), _rates(one), *([_scan(one, used)] if one.proxies else []))
    return Part(one.division.column, one.verdict, message, sheets, _pictures(one, rates))


def _headline(found: Sequence[Origin], parts: Sequence[Part], n: int) -> Message:
    verdict = worst([one.verdict for one in found])
    able = [place for place, one in enumerate(found) if one.verdict == verdict]
    first = max(able, key=lambda place: _weight(found[place]))
    return Message(N_("{first} ({n:count} rows with a known answer.)"), {"first": parts[first].message, "n": n})


def _weight(one: Origin) -> float:
    top = sentences.largest(one.comparisons)
    proxy = one.proxies[0].score if one.proxies and one.proxies[0].strong else 0.0
    return (top.weight if top is not None else 0.0) + proxy


def _rows(one: Origin) -> Sheet:
    heads = (
        Head(Message(N_("Group"))),
        Head(Message(N_("Rows learned from")), "count"),
        Head(Message(N_("Share of learned rows")), "percent"),
        Head(Message(N_("Unseen rows")), "count"),
        Head(Message(N_("Share of unseen rows")), "percent"),
    )
    learnt, unseen = max(1, int(one.learnt.sum())), max(1, int(one.unseen.sum()))
    rows = tuple(
        (
            Cell(text=name),
            Cell(int(own)),
            Cell(float(own / learnt)),
            Cell(int(new)),
            Cell(float(new / unseen)),
        )
        for name, own, new in zip(one.division.names, one.learnt, one.unseen, strict=True)
    )
    note = N_(
        "Of a group with few rows the model could learn little. Where rows took turns at being held back, they are "
        "counted on both sides. Of very many rows learned from a sample is counted."
    )
    return Sheet(Message(N_("Who is in the data")), heads, rows, Message(note))


def _rates(one: Origin) -> Sheet:
    several = len(one.rates) > 1
    numbers = "" in one.rates
    heads = [Head(Message(N_("Answer")))] if several else []
    heads += [
        Head(Message(N_("Group"))),
        Head(Message(N_("Rows")), "count"),
        Head(Message(HEADS["mean_truth" if numbers else "base_rate"]), "number" if numbers else "percent"),
        Head(Message(N_("Gap to all others")), "number" if numbers else "points"),
        Head(Message(N_("Verdict"))),
    ]
    rows = []
    for label, rates in one.rates.items():
        for place, name in enumerate(one.division.names):
            cells = [Cell(text=label)] if several else []
            rows.append((*cells, *_rate(one, label, place, name, rates[place])))
    return Sheet(Message(N_("What became of each group in the data")), tuple(heads), tuple(rows))


def _rate(one: Origin, label: str, place: int, name: Name, rate: Estimate) -> tuple[Cell, ...]:
    count = int(one.division.rows[place])
    positives = None if rate.value is None or "" in one.rates else round(rate.value * count)
    why = why_pale(count, positives)
    pale = why is not None
    match = next((some for some in one.comparisons if some.place == place and some.label in ("", label)), None)
    gap = Cell() if match is None else Cell(match.gap.value, match.gap.low, match.gap.high, pale=pale)
    said = why or (Message(sentences.VERDICTS[match.verdict]) if match else Message(N_("reference")))
    return (
        Cell(text=name, pale=pale),
        Cell(count, pale=pale),
        Cell(rate.value, rate.low, rate.high, pale=pale),
        gap,
        Cell(text=said, pale=pale),
    )


def _scan(one: Origin, used: bool) -> Sheet:
    heads = (
        Head(Message(N_("Column"))),
        Head(Message(N_("Tells the groups apart (0.5 to 1)")), "number"),
        Head(Message(N_("Reading"))),
    )
    rows = tuple(
        (Cell(text=proxy.column), Cell(float(f"{proxy.score:.3f}")), Cell(text=Message(reading(proxy))))
        for proxy in one.proxies[:MOST_PROXIES]
    )
    note = N_("The model uses {column} itself too.") if used else N_("The model does not use {column} itself.")
    return Sheet(
        Message(N_("Which columns stand in for {column}?"), {"column": one.division.column}),
        heads,
        rows,
        Message(note, {"column": one.division.column}),
    )


def reading(proxy: Proxy) -> str:
    """What a column knows of the groups, in words."""
    if not proxy.known:
        return N_("may be chance") if round(proxy.score, 3) > GUESSING else N_("no better than guessing")
    if proxy.strong:
        return N_("stands in for it")
    return N_("tells it in part") if proxy.score >= PARTLY else N_("tells little of it")


def _pictures(one: Origin, answer: Message) -> tuple[Picture, ...]:
    numbers = "" in one.rates
    head = Message(HEADS["mean_truth" if numbers else "base_rate"])
    marks = [
        Mark(name, None, rate.value, rate.low, rate.high, int(one.division.rows[place]), series=label)
        for label, rates in one.rates.items()
        for place, (name, rate) in enumerate(zip(one.division.names, rates, strict=True))
    ]
    question = Message(N_("What became of each group in the data?"))
    shown = [Picture("intervals", question, answer, tuple(marks), head, "number" if numbers else "percent")]
    if one.proxies:
        told_apart = [Mark(proxy.column, None, proxy.score) for proxy in one.proxies[:MOST_PROXIES]]
        top = one.proxies[0]
        said = Message(_TOP, {"top": top.column, "column": one.division.column, "score": top.score})
        question = Message(N_("Which columns stand in for {column}?"), {"column": one.division.column})
        axis = Message(N_("Tells the groups apart (0.5 to 1)"))
        shown.append(Picture("bars", question, said, tuple(told_apart), axis, "number", line=STRONG))
    return tuple(shown)


def _measures(one: Origin) -> list[Measure]:
    found = []
    for place in range(len(one.division.names)):
        group, n = one.division.stable(place), int(one.division.rows[place])
        found.append(Measure("rows_learnt", group, float(one.learnt[place]), n=n))
        for label, rates in one.rates.items():
            rate, name = rates[place], "mean_truth" if not label else f"base_rate[{label}]"
            found.append(Measure(name, group, rate.value, rate.low, rate.high, n))
    for some in one.comparisons:
        gap, verdict = some.gap, some.verdict if some.enough else None
        name = f"{some.name}[{some.label}]_gap" if some.label else f"{some.name}_gap"
        rows = int(one.division.rows[some.place])
        found.append(Measure(name, one.division.stable(some.place), gap.value, gap.low, gap.high, rows, None, verdict))
    for proxy in one.proxies:
        found.append(
            Measure("proxy_auc", f"{one.division.column} <- {proxy.column}", proxy.score, n=len(one.division.codes))
        )
    return found


def _warnings(one: Origin) -> list[Finding]:
    """A warning for each column that stands in for the attribute."""
    return [
        Finding(
            "proxy",
            "warning",
            Message(_PROXY, {"column": proxy.column, "score": proxy.score, "sensitive": one.division.column}),
            Message(N_("Ask whether the question needs this column, or train without it and compare.")),
            proxy.column,
        )
        for proxy in one.proxies
        if proxy.strong
    ]


_PROXY = N_(
    "Column {column} alone tells the groups of {sensitive} apart ({score:number}, where 0.5 is guessing and 1 is "
    "certain): the model can go by {sensitive} through it."
)
_STAND_IN = N_(
    "{rates} {columns:list} stands in for {column} ({score:number}, where 0.5 is guessing and 1 is certain)."
)
_STANDS_IN = N_(
    "{rates} For {column} stand in: {columns:list} (up to {score:number}, where 0.5 is guessing and 1 is certain)."
)
_NO_PROXY = N_(
    "{rates} No column alone stands in for {column}; the closest is {top} ({score:number}, where 0.5 is guessing and 1 "
    "is certain)."
)
_TOP = N_("The closest to {column} is {top}: {score:number}, where 0.5 is guessing and 1 is certain.")
_CURE = Message(
    N_(
        "Look where the rows come from and how the outcome was recorded, before the model: it repeats what the data "
        "holds. Ask of each column that stands in for a group whether it is needed."
    )
)
AUDIT = Origins()
