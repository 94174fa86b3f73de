"""Reasons in sentences, each tested on the model before it is shown.

A sentence says that a cell, and not the usual one, moves the answer. So the usual one is put in its place (the median
or the most frequent value of the training rows; of a text the phrase is taken out) and the model is asked: the answer
must move the way that the sentence says, and about as far, else the sentence is dropped.

An answer that is very sure hardly moves by any one column, though some have made it sure. Where too few sentences hold
by the first test, those are asked again that moved the answer the right way but not far enough: the same change is
made in background rows too, and the mean of both must move the answer as they say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.domains.domain import Domain
from core.domains.recognise import likely, recognise
from core.explain import cells
from core.explain.explanation import Explanation
from core.explain.proxies import proxies
from core.explain.sentences import NOTHING, Case, Part, answered, case, clear, said, size
from core.learn.model import TrainedModel
from core.words import N_, Message

if TYPE_CHECKING:
    import pandas as pd

FACTOR = 3.0
"""What the answer moves by in the test is at least a third of what is said, and at most three times as much: a value is
a mean over many cases, the test is about this one."""
TRIED = 12
"""Candidates that are tested."""
PHRASES, LOUD = 3, 0.2
"""Of them from one text; none under this share of the text's strongest: it may be half a word."""
QUOTED = 24
"""Characters of a phrase that are quoted."""
AMONG = 8
"""Background rows of the second test."""
OFTEN = 0.05
"""A second usual value is one that at least this share of the rows has."""
FEW_VALUES = 10
"""Numbers with more values than this have no second usual one."""


@dataclass(frozen=True)
class Tested:
    """A reason that held."""

    part: Part
    usual: str | None
    """What was put in its place; None of a text, from which ``phrase`` was taken out."""
    common: bool
    """The cell is itself the usual one: ``usual`` is the next."""
    moved: float
    """What the model's answer for this case moved by."""
    phrase: str = ""


@dataclass(frozen=True)
class _Try:
    part: Part
    usual: Any = None
    common: bool = False
    phrase: tuple[int, int, str] | None = None


def tested(
    model: TrainedModel,
    explanation: Explanation,
    at: int,
    *,
    basis_frame: pd.DataFrame,
    sensitive: Sequence[str] = (),
    domain: Domain | None = None,
    most: int = 4,
    groups: pd.DataFrame | None = None,
) -> tuple[Message, ...]:
    """One row's reasons in at most ``most`` sentences: first the answer, then what moves it most, each tested.

    Args:
        model: the model explained.
        explanation: with ``phrases`` where texts are to be spoken of.
        at: place of the row within the explanation.
        basis_frame: training rows, typed, in the file's own units: what is usual.
        sensitive: columns of which fairness is asked.
        domain: its ``reasons`` say how: in the style of adverse action a refused case is told the main factors against
            it, and no sensitive column is ever a reason (that one moved the answer too is said); elsewhere the reason
            why care is needed stands beside it.
        most: sentences.
        groups: sensitive columns that are no features, indexed like ``basis_frame``, to see what gives them away.
    """
    shown = case(explanation, at, top=len(explanation.columns))
    against = _against(model, explanation, at, domain)
    held = reasons(model, explanation, at, basis_frame, sensitive, domain, most - 1)
    lead = _adverse(answered(shown)) if against and held else answered(shown)
    hidden = _hidden(shown, held, against, sensitive, domain)
    if not held:
        return lead, Message(_HIDDEN) if hidden else NOTHING
    if hidden:
        lead = Message(_BOTH, {"reason": answered(shown), "beside": Message(_HIDDEN)})
        lead = _adverse(lead) if against else lead
    about = _groups(basis_frame, groups, sensitive, domain)
    return lead, *(_beside(one, shown.label, basis_frame, about, domain) for one in held)


def reasons(
    model: TrainedModel,
    explanation: Explanation,
    at: int,
    basis_frame: pd.DataFrame,
    sensitive: Sequence[str] = (),
    domain: Domain | None = None,
    most: int = 3,
) -> tuple[Tested, ...]:
    """The reasons that hold on the model, the largest first; the arguments are those of ``tested``."""
    shown, against = case(explanation, at, top=len(explanation.columns)), _against(model, explanation, at, domain)
    never = protected(explanation.columns, sensitive, domain) if domain and domain.reasons == "adverse" else frozenset()
    parts = [part for part in clear(shown.parts, shown.label) if part.column not in never]
    tries = [one for part in parts for one in _tries(model, explanation, at, part, basis_frame)]
    tries = [one for one in tries if not against or (one.part.value > 0) == (against > 0)]
    tries = sorted(tries, key=lambda one: -abs(one.part.value))[:TRIED]
    moves = _moves(model, row(model, explanation, at), explanation.labels[at], tries)
    held = [at for at, one in enumerate(tries) if holds(one.part.value, moves[at])]
    if len(held) < most:
        held = sorted({*held, *_second(model, explanation, at, tries, moves, held)})
    return tuple(_tested(tries[at], float(moves[at])) for at in held)[:most]


def _hidden(shown: Case, held: Sequence[Tested], against: int, sensitive: Sequence[str], domain: Domain | None) -> bool:
    """Whether a column that must not be a reason moves the answer as far as one that is named: silence would be a
    lie."""
    if domain is None or domain.reasons != "adverse":
        return False
    never = protected([part.column for part in shown.parts], sensitive, domain)
    least = min((abs(one.part.value) for one in held), default=0.0)
    parts = [part for part in clear(shown.parts, shown.label) if part.column in never and abs(part.value) >= least]
    return any(not against or (part.value > 0) == (against > 0) for part in parts)


def protected(columns: Sequence[str], sensitive: Sequence[str], domain: Domain | None) -> frozenset[str]:
    """Columns that the analyst, or the field of work, says are sensitive."""
    known = {name for name in columns if (found := recognise(name, domain)) is not None and found.sensitive}
    return frozenset(known | set(sensitive))


def _against(model: TrainedModel, explanation: Explanation, at: int, domain: Domain | None) -> int:
    """1 where the case is refused and what raises the chance shown speaks against it, -1 where what lowers it does,
    0 where it is no refusal, or the field does not know which answer is one."""
    task, label = model.recipe.task, explanation.labels[at]
    goal = likely(task.goal.column, domain)
    if domain is None or domain.reasons != "adverse" or goal is None or not goal.stake or len(model.classes) != 2:
        return 0
    bad = goal.stake if task.goal.derived else _bad(model.classes, (*goal.events, *domain.events), goal.stake)
    if not bad:
        return 0
    way = bad if label == model.classes[1] else -bad
    cutoff = 0.5 if model.cutoff is None else model.cutoff
    chance = float(explanation.predictions[at]) if label == model.classes[1] else 1 - float(explanation.predictions[at])
    return way if (chance >= cutoff) == (bad > 0) else 0


def _bad(classes: tuple[str, ...], events: Sequence[str], stake: int) -> int:
    """1 where the second class is what the field fears, -1 where the first is, 0 where none is known to be."""
    named = [label.strip().lower() for label in classes]
    first = min((events.index(label) for label in named if label in events), default=None)
    return 0 if first is None else stake if events[first] == named[1] else -stake


def _tries(model: TrainedModel, explanation: Explanation, at: int, part: Part, basis_frame: pd.DataFrame) -> list[_Try]:
    """What may be said of a column; of a text, of its strongest phrases."""
    if model.schema[part.column].kind == "text":
        spoken = [one for one in (explanation.phrases[at] if explanation.phrases else ()) if one.column == part.column]
        loud = sorted((one for one in spoken if one.text), key=lambda one: -abs(one.value))[:PHRASES]
        loud = [one for one in loud if abs(one.value) >= LOUD * abs(loud[0].value)]
        pieces = [Part(part.column, part.cell, one.value, part.error) for one in loud]
        wanted = clear(pieces, explanation.labels[at])
        return [
            _Try(piece, phrase=(one.start, one.stop, one.text))
            for one, piece in zip(loud, pieces, strict=True)
            if piece in wanted
        ]
    if part.column not in basis_frame:
        return []
    found_usual = usual(basis_frame[part.column], part.cell)
    return [] if found_usual is None else [_Try(part, *found_usual)]


def usual(values: pd.Series, cell: str) -> tuple[Any, bool] | None:
    """What is put in a cell's place: the median of numbers and dates (one that occurs), the most frequent category.

    Returns:
        The value, and False; where it is the cell's own: the next most frequent, and True; None where there is none.
    """
    present = values.dropna()
    if not len(present):
        return None
    counts = present.value_counts()
    if values.dtype.kind in "fiuM":
        middle = present.sort_values().iloc[(len(present) - 1) // 2]
        few = len(counts) <= FEW_VALUES
    else:
        middle, few = counts.index[0], True
    if cells.text(middle) != cell:
        return middle, False
    others = counts[[cells.text(value) != cell for value in counts.index]] if few else counts[:0]
    return (others.index[0], True) if len(others) and others.iloc[0] >= OFTEN * len(values) else None


def _moves(model: TrainedModel, start: dict[str, Any], label: str, tries: Sequence[_Try]) -> np.ndarray:
    """(n_tries,) what the answer of a case falls by when each change is made in it."""
    if not tries:
        return np.zeros(0)
    answers = _answers(model, [start, *({**start, one.part.column: _changed(one)} for one in tries)], label)
    return np.asarray(answers[0] - answers[1:])


def _second(
    model: TrainedModel, explanation: Explanation, at: int, tries: list[_Try], moves: np.ndarray, held: list[int]
) -> list[int]:
    """Places of the tries that did not hold in the case alone and do with background rows beside it."""
    again = [at for at, one in enumerate(tries) if at not in held and one.part.value * moves[at] > 0]
    if not again:
        return []
    start, rows = row(model, explanation, at), list[dict[str, Any]]()
    places = np.linspace(0, len(model.background) - 1, min(AMONG, len(model.background))).astype(int)
    there = [dict(zip(model.features, cells, strict=True)) for cells in _plain(model, places)]
    for one in (tries[at] for at in again):
        name = one.part.column
        rows += [{**cells, name: cell} for cell in (start[name], _changed(one)) for cells in there]
    answers = _answers(model, rows, explanation.labels[at]).reshape(len(again), 2, len(there)).mean(axis=2)
    both = (moves[again] + answers[:, 0] - answers[:, 1]) / 2
    return [place for place, moved in zip(again, both, strict=True) if holds(tries[place].part.value, float(moved))]


def _plain(model: TrainedModel, places: np.ndarray) -> list[tuple[Any, ...]]:
    """Cells of background rows; None for missing."""
    rows = model.background[list(model.features)].iloc[places].astype(object)
    return list(rows.where(rows.notna(), None).itertuples(index=False, name=None))


def _answers(model: TrainedModel, rows: list[dict[str, Any]], label: str) -> np.ndarray:
    """(n,) answers for rows of cells."""
    import pandas as pd

    frame = pd.DataFrame(
        {name: pd.Series([cells[name] for cells in rows], dtype=_dtype(model, name)) for name in model.features}
    )
    answers = model.predict(frame)
    return answers[:, model.classes.index(label)] if model.classes else answers


def _tested(one: _Try, moved: float) -> Tested:
    phrase = one.phrase[2] if one.phrase else ""
    return Tested(one.part, None if one.phrase else cells.text(one.usual), one.common, moved, phrase)


def holds(value: float, moved: float) -> bool:
    """Whether the answer moved the way that is said, and about as far.

    >>> holds(0.1, 0.04), holds(0.1, 0.01), holds(0.1, -0.1)
    (True, False, False)
    """
    return value * moved > 0 and abs(value) <= FACTOR * abs(moved) and abs(moved) <= FACTOR * abs(value)


def _changed(one: _Try) -> Any:
    if one.phrase is None:
        return one.usual
    start, stop, _ = one.phrase
    return one.part.cell[:start] + one.part.cell[stop:]


def _dtype(model: TrainedModel, name: str) -> str:
    column = model.schema[name]
    return {"date": "datetime64[us]", "number": "float64"}.get(column.kind, "object")


def row(model: TrainedModel, explanation: Explanation, at: int) -> dict[str, Any]:
    """The cells of a row explained, as the model takes them; None for missing."""
    made: dict[str, Any] = {}
    for place, name in enumerate(explanation.columns):
        kind, number = model.schema[name].kind, float(explanation.numbers[at, place])
        if kind == "date":
            made[name] = None if np.isnan(number) else np.datetime64(round(number * 86_400_000_000), "us")
        elif kind == "number":
            made[name] = number
        else:
            made[name] = explanation.cells[place][at] or None
    return made


def _groups(
    basis_frame: pd.DataFrame, groups: pd.DataFrame | None, sensitive: Sequence[str], domain: Domain | None
) -> pd.DataFrame:
    """The sensitive columns of the training rows, those of the table first."""
    names = protected([str(name) for name in basis_frame], sensitive, domain)
    inside = basis_frame[[name for name in basis_frame if name in names]]
    if groups is None:
        return inside
    outside = groups.reindex(basis_frame.index)
    return outside.join(inside[[name for name in inside if name not in outside]])


def _beside(one: Tested, label: str, basis_frame: pd.DataFrame, about: pd.DataFrame, domain: Domain | None) -> Message:
    """A reason, with what must be known of its column beside it."""
    reason, column = _said(one, label), one.part.column
    if column in about:
        known = recognise(column, domain)
        why = known.why if known is not None and known.sensitive and known.why else _MARKED
        return Message(_BOTH, {"reason": reason, "beside": Message(why)})
    found = proxies(basis_frame, column, about) if column in basis_frame and not one.phrase else ()
    if not found:
        return reason
    warning = Message(N_("{column} says much about {other} here."), {"column": column, "other": found[0].about})
    return Message(_BOTH, {"reason": reason, "beside": warning})


def _adverse(answer: Message) -> Message:
    return Message(_BOTH, {"reason": answer, "beside": Message(N_("The main factors against this application:"))})


def _said(one: Tested, label: str) -> Message:
    facts: dict[str, object] = {"column": one.part.column, **size(one.part.value, label)}
    up = one.part.value > 0
    if one.usual is None:
        return Message(_PHRASES[bool(label), up], {**facts, "phrase": said(one.phrase, QUOTED)})
    facts |= {"cell": said(one.part.cell), "usual": said(one.usual)}
    return Message(_TEXTS[bool(label), one.common, up], facts)


_BOTH = N_("{reason} {beside}")
_HIDDEN = N_(
    "A sensitive column moves this answer too. It must not be a reason, so it is not named: have the model checked for "
    "fairness."
)
_MARKED = N_("This column was marked as sensitive.")
_TEXTS = {
    (True, False, True): N_(
        "{column} is {cell}, usual is {usual}: raises the chance of “{label}” by {points:number} {points:point/points}."
    ),
    (True, False, False): N_(
        "{column} is {cell}, usual is {usual}: lowers the chance of “{label}” by {points:number} {points:point/points}."
    ),
    (True, True, True): N_(
        "{column} is {cell}, not {usual}: raises the chance of “{label}” by {points:number} {points:point/points}."
    ),
    (True, True, False): N_(
        "{column} is {cell}, not {usual}: lowers the chance of “{label}” by {points:number} {points:point/points}."
    ),
    (False, False, True): N_("{column} is {cell}, usual is {usual}: raises the answer by {amount:number}."),
    (False, False, False): N_("{column} is {cell}, usual is {usual}: lowers the answer by {amount:number}."),
    (False, True, True): N_("{column} is {cell}, not {usual}: raises the answer by {amount:number}."),
    (False, True, False): N_("{column} is {cell}, not {usual}: lowers the answer by {amount:number}."),
}
_PHRASES = {
    (True, True): N_("“{phrase}” in {column} raises the chance of “{label}” by {points:number} {points:point/points}."),
    (True, False): N_(
        "“{phrase}” in {column} lowers the chance of “{label}” by {points:number} {points:point/points}."
    ),
    (False, True): N_("“{phrase}” in {column} raises the answer by {amount:number}."),
    (False, False): N_("“{phrase}” in {column} lowers the answer by {amount:number}."),
}
