"""A text column's value divided over the words and phrases of the text, so that table and text stand on one waterfall.

A phrase's part is what the answer moves by when the phrase is taken out of the text: by half with all other columns as
the row has them, by half with those of background rows (the two ends of Owen's value of a column among columns, which
is exact where columns work together in pairs at most). What is left of the column's value is what a text says by not
being a usual one, whatever stands in it: a phrase without characters at the end of the cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from core.data.conform import conform
from core.data.repair import repair
from core.data.table import Schema
from core.explain import cells
from core.explain.division import Kept, Share, divide, settled
from core.explain.explanation import Explanation, Phrase
from core.explain.sampling import Clock
from core.explain.units import NONE, Unit, kept, units
from core.learn.model import TrainedModel, blend
from core.learn.prepare import Encoded, Preparation
from core.learn.text import cells_of, encode_text
from core.words import N_, Message

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

THERE = 6
"""Background rows whose other columns a text is read beside."""
QUIET = 0.05
"""Words under this share of a text's strongest are shown together, not one by one."""
LONGEST = 6
"""Characters of a script without blanks that are joined to one phrase by what they do."""


def phrases(model: TrainedModel, frame: pd.DataFrame, explanation: Explanation, *, seconds: float = 1.0) -> Explanation:
    """The explanation with the values of its text columns divided over their phrases.

    Args:
        model: the model explained.
        frame: (n_rows, ...) the rows that were explained, raw or typed, as they were given to ``explain``.
        explanation: of these rows, or of some of them.
        seconds: for all rows and columns together; each text gets at least one stretch, which is all of it.

    Returns:
        ``phrases`` has an entry for each row (none without text columns); of a column they are in the order of the
        text and add up to its value. Where time ended first the note says so.
    """
    preparation = model.preparation
    columns = tuple(words.column for words in preparation.texts) if preparation is not None else ()
    if preparation is None or not columns or not len(explanation.rows):
        return replace(explanation, phrases=((),) * len(explanation.rows))
    places, clock, found, late = _places(frame, explanation), Clock(seconds), list[tuple[Phrase, ...]](), False
    for at, place in enumerate(places):
        scene = _scene(model, preparation, frame.iloc[[place]], explanation.labels[at])
        values = {name: float(explanation.values[at, explanation.columns.index(name)]) for name in columns}
        parts, cut_short = _row(scene, values, Clock(clock.left() / (len(places) - at)))
        found, late = [*found, parts], late or cut_short
    note = _noted(explanation.note) if late else explanation.note
    return replace(explanation, phrases=tuple(found), note=note)


@dataclass(frozen=True, eq=False)
class _Stage:
    """The background rows of a model, encoded once."""

    every: Encoded
    """All of them: their texts are the usual ones."""
    some: Encoded
    """``THERE`` of them: beside their other columns a text is read."""
    usual: dict[tuple[int, int], float] = field(default_factory=dict)
    """By text column and class: the mean answer for usual texts beside these."""


@dataclass(frozen=True, eq=False)
class _Scene:
    """A row, and the background rows, in which a text is put."""

    model: TrainedModel
    preparation: Preparation
    stage: _Stage
    cells: pd.Series
    """The row as it was given."""
    here: Encoded
    """(1, ...) the row itself."""
    label: int

    def answers(self, column: str, texts: Sequence[str]) -> np.ndarray:
        """(n,) the mean of the answers in the row and in the background rows."""
        place = self._text(column)
        terms, vectors = self._read(place, texts)
        return np.asarray((self._here(place, terms, vectors) + self._there(place, terms, vectors)) / 2)

    def usual(self, column: str) -> float:
        """The same for the texts of background rows, their mean."""
        place, every = self._text(column), self.stage.every
        terms, vectors = every.texts[place], every.vectors[place] if every.vectors else None
        if (place, self.label) not in self.stage.usual:
            self.stage.usual[place, self.label] = float(self._there(place, terms, vectors).mean())
        return float(self._here(place, terms, vectors).mean() + self.stage.usual[place, self.label]) / 2

    def _here(self, place: int, terms: csr_matrix, vectors: np.ndarray | None) -> np.ndarray:
        return self._ask(self.here, np.zeros(terms.shape[0], dtype=int), place, terms, vectors)

    def _there(self, place: int, terms: csr_matrix, vectors: np.ndarray | None) -> np.ndarray:
        count, rows = terms.shape[0], len(self.stage.some)
        each, row = np.repeat(np.arange(count), rows), np.tile(np.arange(rows), count)
        found = self._ask(self.stage.some, row, place, terms[each], None if vectors is None else vectors[each])
        return np.asarray(found.reshape(count, rows).mean(axis=1))

    def _ask(
        self, base: Encoded, row: np.ndarray, place: int, terms: csr_matrix, vectors: np.ndarray | None
    ) -> np.ndarray:
        rows = base[row]
        texts = tuple(terms if at == place else part for at, part in enumerate(rows.texts))
        read = tuple(vectors if at == place and vectors is not None else one for at, one in enumerate(rows.vectors))
        mixed = Encoded(rows.numbers, rows.codes, texts, rows.columns, read)
        return blend(self.model.members, self.model.weights, mixed)[:, self.label]

    def _text(self, column: str) -> int:
        return [words.column for words in self.preparation.texts].index(column)

    def _read(self, place: int, texts: Sequence[str]) -> tuple[csr_matrix, np.ndarray | None]:
        """Terms and vectors of texts, typed and repaired as the cells of a file are."""
        words = self.preparation.texts[place]
        contract = Schema((self.model.schema[words.column],))
        changes = [change for change in self.model.recipe.repairs if change.column == words.column]
        typed, _ = conform(pd.DataFrame({words.column: pd.Series(list(texts), dtype="str")}), contract)
        read = repair(typed, changes, scoring=True)[words.column]
        terms = encode_text(read, words)
        if self.preparation.reader is not None:
            return terms, self.preparation.reader.vectors(place, cells_of(read))
        return terms, self.preparation.topics[place].vectors(terms) if self.preparation.topics else None


_STAGES: WeakKeyDictionary[TrainedModel, _Stage] = WeakKeyDictionary()


def _scene(model: TrainedModel, preparation: Preparation, row: pd.DataFrame, label: str) -> _Scene:
    stage = _STAGES.get(model)
    if stage is None:
        every = preparation.encode(model.ready(model.background))
        chosen = np.linspace(0, len(every) - 1, min(THERE, len(every))).astype(int)
        stage = _STAGES[model] = _Stage(every, every[chosen])
    named = row.iloc[0] if set(model.features) <= set(row.columns) else conform(row, model.schema)[0].iloc[0]
    here: Any = preparation.encode(model.ready(row))
    return _Scene(model, preparation, stage, named, here, model.classes.index(label) if model.classes else 0)


def _places(frame: pd.DataFrame, explanation: Explanation) -> np.ndarray:
    """Where in the frame each row explained stands."""
    if len(frame) == len(explanation.rows):
        return np.arange(len(frame))
    found = pd.Index(frame.index).get_indexer(pd.Index(explanation.rows))
    if (found < 0).any():
        raise ValueError(f"the frame holds the rows explained, but: {explanation.rows[found < 0][:5]} are not in it")
    return np.asarray(found)


def _row(scene: _Scene, values: dict[str, float], clock: Clock) -> tuple[tuple[Phrase, ...], bool]:
    """The phrases of a row's texts; those that say most come first and have most of the time."""
    found, late, left = dict[str, list[Phrase]](), False, sum(map(abs, values.values()))
    for name, value in sorted(values.items(), key=lambda pair: -abs(pair[1])):
        share = abs(value) / left if left else 1.0
        found[name], cut_short = _divided(scene, name, value, Clock(clock.left() * share))
        late, left = late or cut_short, left - abs(value)
    return tuple(phrase for name in values for phrase in found[name]), late


def _divided(scene: _Scene, column: str, value: float, clock: Clock) -> tuple[list[Phrase], bool]:
    """The phrases of one cell, and whether time ended first."""
    text = cells.shown(cells.text(scene.cells[column]))  # as the explanation shows it
    cut = units(text)
    if not cut:
        return [Phrase(column, 0, 0, "", value)], False

    known: dict[Kept, float] = {}

    def ask(texts: Sequence[Kept]) -> np.ndarray:
        answers = scene.answers(column, [kept(text, cut, one) for one in texts])
        known.update(zip(texts, answers.tolist(), strict=True))
        return answers

    usual = scene.usual(column)
    shares, late = divide([unit.border for unit in cut], ask, clock)
    rest = known[(0, len(cut)),] - usual - sum(share.value for share in shares)
    parts = settled(np.array([*(share.value for share in shares), rest]), value)
    if not np.abs([*(share.value for share in shares), rest]).sum():
        parts = np.array([*np.zeros(len(shares)), value])  # what no word moves, none is given
    joined = _joined([replace(one, value=float(part)) for one, part in zip(shares, parts, strict=False)], cut)
    made = [_phrase(column, text, cut, share) for share in joined]
    ends = Phrase(column, len(text), len(text), "", float(parts[-1]))
    return ([*made, ends] if parts[-1] else made), late


def _phrase(column: str, text: str, cut: tuple[Unit, ...], share: Share) -> Phrase:
    start, stop = cut[share.first].start, cut[share.behind - 1].stop
    return Phrase(column, start, stop, text[start:stop], share.value)


def _joined(shares: list[Share], cut: tuple[Unit, ...]) -> list[Share]:
    """Neighbours that say nothing as one; characters without blanks between them that pull one way as one phrase."""
    loudest = max((abs(share.value) for share in shares), default=0.0)
    found: list[Share] = []
    for share in shares:
        if found and _belongs(found[-1], share, cut, QUIET * loudest):
            last = found[-1]
            found[-1] = Share(last.first, share.behind, last.value + share.value)
        else:
            found.append(share)
    return found


def _belongs(last: Share, share: Share, cut: tuple[Unit, ...], quiet: float) -> bool:
    if abs(last.value) <= quiet and abs(share.value) <= quiet:
        return True
    near = cut[last.behind - 1].border == NONE and share.behind - last.first <= LONGEST
    return near and min(abs(last.value), abs(share.value)) > quiet and (last.value > 0) == (share.value > 0)


def _noted(note: Message | None) -> Message:
    late = Message(N_("Time ended before every word of the text was looked at: some stand together."))
    if note is None or note == late or note.facts.get("second") == late:
        return late if note is None else note
    return Message(N_("{first} {second}"), {"first": note, "second": late})
