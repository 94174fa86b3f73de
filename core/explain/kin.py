"""Real cases that are like a case: a distance over numbers, categories, dates and texts together.

After Gower (1971, doi:10.2307/2528823): the mean over the columns of how far two cases lie apart in each.
# DIFF: numbers count by rank and not by range, so that one huge value does not make all others alike; categories that
are rare count more; each column is scaled so that two usual cases are 1 apart; texts by the words they share.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.data.conform import conform
from core.data.ordered import numbers_of, ordered
from core.data.repair import repair
from core.explain import cells

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from core.learn.model import TrainedModel

NEAREST = 3
KNOTS = 129
"""Points of the curve from a number to its rank."""
FARTHEST = 4.0
"""What a rare category counts at most."""
LEAST = 0.1
"""Smallest usual distance of ranks: of a column that nearly always holds one number, others are not endlessly far."""
ROOM = 2_000_000
"""Cells that are held: of very many columns fewer cases are."""
FEWEST = 200
TOLD = 50
"""Columns that are named at most as different."""


@dataclass(frozen=True)
class Neighbour:
    """A real case near another."""

    row: int
    """Row number in the run's table."""
    distance: float
    """Mean distance over the columns: 0 is the same in every column, 1 as far apart as usual ones are."""
    differs: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Columns in which they differ, the widest first: (cell of the case, cell of the neighbour) as text."""
    truth: str | float | None = None
    """What became of it: a label, or target units; None where it is not known."""
    values: tuple[float, ...] = ()
    """What the model says of it: probability of each class in model order, or one number."""


@dataclass(frozen=True, eq=False)
class Ruler:
    """How numbers of one column (dates in days) are laid on a line on which usual cases are 1 apart."""

    knots: np.ndarray
    heights: np.ndarray
    stretch: float
    """Of a unit beyond the knots."""

    def place(self, numbers: np.ndarray) -> np.ndarray:
        """(n,) places; NaN stays."""
        inside = np.interp(numbers, self.knots, self.heights)
        low, high = self.knots[0], self.knots[-1]
        beyond = np.minimum(numbers - low, 0.0) + np.maximum(numbers - high, 0.0)
        return np.asarray(np.where(np.isnan(numbers), np.nan, inside + beyond * self.stretch))


@dataclass(frozen=True, eq=False)
class Words:
    """The categories of one column; code 0 is missing, 1 never seen."""

    codes: dict[str, int]
    weights: np.ndarray
    """(n_codes,) what differing from it counts."""


@dataclass(frozen=True, eq=False)
class Places:
    """Cases as they are compared."""

    numbers: np.ndarray
    """(n_numbers, n) float32, NaN for missing."""
    codes: np.ndarray
    """(n_categories, n) int32."""
    weights: np.ndarray
    """(n_categories, n) float32 of the codes."""
    texts: tuple[csr_matrix, ...]
    """Per text column (n, n_terms), rows of length 1."""

    def __len__(self) -> int:
        return int(self.numbers.shape[1])


@dataclass(frozen=True, eq=False)
class Kinship:
    """Real cases, laid out so that those near another are found at once."""

    model: TrainedModel
    frame: pd.DataFrame
    """(n, ...) typed; the index holds row numbers of the run's table."""
    rulers: dict[str, Ruler]
    words: dict[str, Words]
    texts: tuple[str, ...]
    places: Places
    truth: tuple[Any, ...]
    answers: np.ndarray
    """(n, n_outputs) of rows that the model had not learned from; NaN where not known, filled by ``remember``."""

    @property
    def rows(self) -> np.ndarray:
        """(n,) row numbers."""
        return np.asarray(self.frame.index.to_numpy())

    @property
    def columns(self) -> tuple[str, ...]:
        """In the order of ``apart``."""
        return (*self.rulers, *self.words, *self.texts)

    @cached_property
    def terms(self) -> tuple[csr_matrix, ...]:
        """Per text column (n_terms, n): by term, so that only those of a case are looked at."""
        return tuple(one.T.tocsr() for one in self.places.texts)

    @cached_property
    def cells(self) -> np.ndarray:
        """(n, n_columns) as typed, in the order of ``columns``."""
        return self.frame[list(self.columns)].to_numpy(dtype=object)

    def remember(self, at: np.ndarray, answers: np.ndarray) -> None:
        """Keeps what the model says of the cases at some places."""
        self.answers[at] = answers.reshape(len(at), self.answers.shape[1])


def related(model: TrainedModel, frame: pd.DataFrame, truth: pd.Series, judged: pd.DataFrame) -> Kinship:
    """Lays out real cases.

    Args:
        model: whose columns count.
        frame: (n, ...) typed rows of the run's table; the index holds their numbers.
        truth: (n,) their answers.
        judged: honest answers as ``predictions.parquet`` holds them.
    """
    room = max(FEWEST, ROOM // max(1, len(model.features)))
    if len(frame) > room:
        kept = np.sort(np.random.default_rng(model.recipe.seed).choice(len(frame), room, replace=False))
        frame, truth = frame.iloc[kept], truth.iloc[kept]
    tidied = tidy(model, frame)
    columns = model.schema.columns
    readable = _readable(model)
    rulers = {one.name: _ruler(numbers_of(tidied[one.name])) for one in columns if ordered(one)}
    words = {one.name: _words(tidied[one.name]) for one in columns if not ordered(one) and one.kind != "text"}
    answers = _judged(model, frame.index.to_numpy(), judged)
    known = tuple(None if pd.isna(one) else one for one in truth.tolist())
    return Kinship(
        model, frame, rulers, words, readable, _placed(tidied, model, rulers, words, readable), known, answers
    )


def kin(reference: Kinship, rows: pd.DataFrame) -> list[tuple[Neighbour, ...]]:
    """The nearest real cases of each row, the nearest first.

    Args:
        reference: the real cases.
        rows: typed or raw rows; of a row whose index is that of a real case, this case is left out.
    """
    placed = places(reference, rows)
    near = nearest(reference, rows, placed=placed)
    unknown = unanswered(reference, near)
    if len(unknown):
        reference.remember(unknown, reference.model.predict(reference.frame.iloc[unknown]))
    return described(reference, rows, near, placed)


def nearest(
    reference: Kinship, rows: pd.DataFrame, most: int = NEAREST, placed: Places | None = None
) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each row the places of the nearest real cases, and how far they are; ``placed``: of ``places``, if known."""
    placed = places(reference, rows) if placed is None else placed
    found = []
    for at, number in enumerate(rows.index):
        far = distances(reference, placed, at)
        far[reference.rows == number] = np.inf
        count = min(most, int(np.isfinite(far).sum()))
        near = np.argpartition(far, count - 1)[:count] if count else np.array([], dtype=int)
        near = near[np.argsort(far[near], kind="stable")]
        found.append((near, far[near]))
    return found


def unanswered(reference: Kinship, near: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Places of near cases of which is not known what the model says."""
    places = np.unique(np.concatenate([np.array([], dtype=int), *(at for at, _ in near)]))
    return np.asarray(places[np.isnan(reference.answers[places]).any(axis=1)])


def described(
    reference: Kinship, rows: pd.DataFrame, near: list[tuple[np.ndarray, np.ndarray]], placed: Places | None = None
) -> list[tuple[Neighbour, ...]]:
    """What is to be known of near cases."""
    placed = places(reference, rows) if placed is None else placed
    given = rows if _typed(reference.model, rows) else conform(rows, reference.model.schema)[0]
    own = given[list(reference.columns)].to_numpy(dtype=object)
    return [
        tuple(
            _neighbour(reference, own[at], apart(reference, placed, at, int(one)), int(one), float(far))
            for one, far in zip(ones, fars, strict=True)
        )
        for at, (ones, fars) in enumerate(near)
    ]


def places(reference: Kinship, rows: pd.DataFrame) -> Places:
    """Typed or raw rows as they are compared."""
    tidied = tidy(reference.model, rows)
    return _placed(tidied, reference.model, reference.rulers, reference.words, reference.texts)


def distances(reference: Kinship, placed: Places, at: int) -> np.ndarray:
    """(n,) mean distance over the columns of all real cases from one case."""
    there, count = reference.places, max(1, len(reference.columns))
    total = np.zeros(len(there), dtype=np.float64)
    if len(there.numbers):
        total += _steps(there.numbers, placed.numbers[:, at : at + 1]).sum(axis=0)
    if len(there.codes):
        weights = (there.weights + placed.weights[:, at : at + 1]) / 2
        total += np.where(there.codes != placed.codes[:, at : at + 1], weights, 0.0).sum(axis=0)
    for theirs, own in zip(reference.terms, placed.texts, strict=True):
        total += _unlike(theirs, own[at])
    return total / count


def apart(reference: Kinship, placed: Places, at: int, one: int) -> np.ndarray:
    """(n_columns,) distance of a case from a real one in each column."""
    there = reference.places
    numbers = _steps(there.numbers[:, one], placed.numbers[:, at])
    weights = (there.weights[:, one] + placed.weights[:, at]) / 2
    codes = np.where(there.codes[:, one] != placed.codes[:, at], weights, 0.0)
    texts = [_unlike(theirs[one].T, own[at])[0] for theirs, own in zip(there.texts, placed.texts, strict=True)]
    return np.concatenate([numbers, codes, texts])


def tidy(model: TrainedModel, frame: pd.DataFrame) -> pd.DataFrame:
    """Typed rows in the file's own units, with other spellings merged and codes for "missing" emptied as the model
    does."""
    if not _typed(model, frame):
        frame = conform(frame, model.schema)[0]
    divided: set[str] = set()
    changes = []
    for one in model.recipe.repairs:
        if one.kind == "divide":
            divided.add(one.column)
        elif one.kind in ("merge", "missing") and one.column not in divided:
            changes.append(one)
    return repair(frame, changes, scoring=True) if changes else frame


def _typed(model: TrainedModel, frame: pd.DataFrame) -> bool:
    kinds = {"number": "fiu", "date": "M"}
    found = dict(zip(frame.columns, frame.dtypes, strict=True))
    return all(
        one.name in found and found[one.name].kind in kinds.get(one.kind, "OTUfiu") for one in model.schema.columns
    )


def _readable(model: TrainedModel) -> tuple[str, ...]:
    """Text columns of which the model knows the words; others cannot be compared."""
    return () if model.preparation is None else tuple(words.column for words in model.preparation.texts)


def _judged(model: TrainedModel, rows: np.ndarray, judged: pd.DataFrame) -> np.ndarray:
    names = [f"p:{label}" for label in model.classes] or ["prediction"]
    answers = np.full((len(rows), len(names)), np.nan)
    order = {int(row): at for at, row in enumerate(judged["row"].to_numpy())}
    at = np.array([order.get(int(row), -1) for row in rows], dtype=int)
    answers[at >= 0] = judged[names].to_numpy(dtype=np.float64)[at[at >= 0]]
    return answers


def _ruler(numbers: np.ndarray) -> Ruler:
    there = np.sort(numbers[~np.isnan(numbers)])
    if not len(there):
        return Ruler(np.array([0.0]), np.array([0.0]), 0.0)
    knots = np.unique(np.quantile(there, np.linspace(0, 1, KNOTS), method="nearest"))
    ranks = (np.searchsorted(there, knots, "left") + np.searchsorted(there, knots, "right")) / (2 * len(there))
    usual = max(LEAST, _usual(np.interp(there, knots, ranks)))
    wide = float(knots[-1] - knots[0]) or max(abs(float(knots[0])), 1.0)
    return Ruler(knots, ranks / usual, 2 / (usual * wide))


def _usual(ordered: np.ndarray) -> float:
    """Mean distance of two of some numbers in order."""
    count = len(ordered)
    return float(2 * ((2 * np.arange(count) - count + 1) * ordered).sum() / count**2)


def _words(values: pd.Series) -> Words:
    levels = values.value_counts()
    codes = {str(level): at + 2 for at, level in enumerate(levels.index)}
    sizes = np.concatenate([[values.isna().sum(), 0], levels.to_numpy()]).astype(np.float64)
    shares = np.maximum(sizes, 0.5) / max(1, len(values))
    rarity = -np.log(np.minimum(shares, 1.0)) + 0.01
    usual = max(LEAST, float((shares * (1 - np.minimum(shares, 1.0)) * rarity).sum()))
    return Words(codes, np.minimum(rarity / usual, FARTHEST))


def _placed(
    tidied: pd.DataFrame,
    model: TrainedModel,
    rulers: dict[str, Ruler],
    words: dict[str, Words],
    texts: tuple[str, ...],
) -> Places:
    count = len(tidied)
    numbers = np.empty((len(rulers), count), dtype=np.float32)
    for at, (name, ruler) in enumerate(rulers.items()):
        numbers[at] = ruler.place(numbers_of(tidied[name]))
    codes = np.empty((len(words), count), dtype=np.int32)
    weights = np.empty((len(words), count), dtype=np.float32)
    for at, (name, known) in enumerate(words.items()):
        codes[at] = [known.codes.get(cell, 1) if isinstance(cell, str) else _code(cell, known) for cell in tidied[name]]
        weights[at] = known.weights[codes[at]]
    return Places(numbers, codes, weights, _terms(tidied, model, texts))


def _code(cell: Any, known: Words) -> int:
    """Of a cell that is no text: missing, or a number that stands for a category."""
    return 0 if pd.isna(cell) else known.codes.get(cells.text(cell), 1)


def _terms(tidied: pd.DataFrame, model: TrainedModel, texts: tuple[str, ...]) -> tuple[csr_matrix, ...]:
    if not texts or model.preparation is None:
        return ()
    from core.learn.text import encode_text

    return tuple(encode_text(tidied[words.column], words) for words in model.preparation.texts)


def _steps(there: np.ndarray, here: np.ndarray) -> np.ndarray:
    """Distances of places; a missing number is as far from one that is there as usual ones are, and 0 from another."""
    far = np.abs(there - here)
    lost = np.isnan(far)
    if lost.any():
        far = np.where(lost, np.where(np.isnan(there) & np.isnan(here), 0.0, 1.0), far)
    return np.asarray(far)


def _unlike(theirs: csr_matrix, own: csr_matrix) -> np.ndarray:
    """(n,) 1 less the cosine of texts (n_terms, n) with one (1, n_terms); two without any known word are alike."""
    shared = np.asarray((own @ theirs).toarray(), dtype=np.float64)[0]
    if own.nnz:
        return np.asarray(1 - np.clip(shared, 0.0, 1.0))
    return np.asarray(theirs.getnnz(axis=0) > 0, dtype=np.float64)


def _neighbour(reference: Kinship, own: np.ndarray, far: np.ndarray, one: int, distance: float) -> Neighbour:
    names, other = reference.columns, reference.cells[one]
    order = [at for at in np.argsort(-far, kind="stable")[:TOLD] if far[at] > 1e-6]
    pairs = {names[at]: (cells.shown(cells.text(own[at])), cells.shown(cells.text(other[at]))) for at in order}
    return Neighbour(
        row=int(reference.rows[one]),
        distance=distance,
        differs={name: pair for name, pair in pairs.items() if pair[0] != pair[1]},
        truth=reference.truth[one],
        values=tuple(float(value) for value in reference.answers[one]),
    )
