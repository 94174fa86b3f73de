"""A copy of a model that can be read: made of the model's answers, not of the truth, and held against them elsewhere.

What it says is the model's way of answering told simply; how simply that can be told is its fidelity, measured on rows
the copy was not made of (Craven and Shavlik, 1996), for everybody and by group, since a copy can be right on the whole
and wrong about a minority (Balagopalan et al., 2022, doi:10.1145/3531146.3533179).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.explain.readable import Fidelity, Form, Surrogate, amounts, copied
from core.explain.scorecard import card
from core.explain.shallow import tree
from core.words import N_, Message

if TYPE_CHECKING:
    from core.data.table import Schema

FAITHFUL = 0.8
"""Share of the answers' variance that a copy explains at least, to stand for the model."""
HELD = 1 / 3
"""Share of the rows it is measured on."""
LEAST = 60
"""Rows that a copy takes."""
ENOUGH = 30
"""Rows of a group that is judged."""
BETTER = 0.03
"""A tree is taken in place of a card that is less faithful by more than this."""
BANDS = 4
"""Groups that a sensitive number is cut into."""
MOST_GROUPS = 12


def surrogate(
    frame: pd.DataFrame,
    answers: np.ndarray,
    schema: Schema,
    *,
    classes: tuple[str, ...] = (),
    positive: str | None = None,
    cutoff: float | None = None,
    groups: pd.DataFrame | None = None,
    form: Form | None = None,
    seed: int = 0,
) -> Surrogate:
    """A points card (for a yes or no) or a shallow tree that answers as the model does, as nearly as it can.

    Args:
        frame: (n_rows, ...) typed rows, best the training rows.
        answers: what ``model.predict`` says of them: (n_rows, n_classes) probabilities or (n_rows,) numbers.
        schema: the model's columns; texts are not used.
        classes: of the model; empty for regression.
        positive: binary: the class whose chance is told. Default: the last.
        cutoff: binary: its probability from which it is the answer. Default: one half.
        groups: (n_rows, ...) sensitive columns, with the same index.
        form: "card" or "tree" where it is not to be chosen by fidelity.
        seed: draws the rows it is measured on.
    """
    label = "" if len(classes) != 2 else positive or classes[-1]
    told = _told(np.asarray(answers, dtype=np.float64), classes, label)
    blank = Surrogate("none", label, classes, (), rows=len(frame))
    if len(frame) < LEAST:
        return replace(blank, message=Message(_FEW, {"rows": len(frame), "least": LEAST}))
    if told.std(axis=0).max() < 1e-9 * max(1.0, np.abs(told).max()):
        return replace(blank, message=Message(_CONSTANT))
    held = np.zeros(len(frame), dtype=bool)
    held[np.random.default_rng(seed).permutation(len(frame))[: int(HELD * len(frame))]] = True
    limit = (0.5 if cutoff is None else cutoff) if label else None
    made = _made(frame[~held], told[~held], schema, blank, limit, form)
    if not made:
        return replace(blank, message=Message(_NO_COLUMNS))
    measured = [(one, _fidelity(told[held], copied(one, frame[held]), limit)) for one in made]
    found, fidelity = _better(measured)
    by = () if groups is None else _by_group(groups[held], told[held], copied(found, frame[held]), limit)
    readable = fidelity.explained is not None and fidelity.explained >= FAITHFUL
    message = _message(found, fidelity, readable)
    return replace(found, fidelity=fidelity, groups=by, readable=readable, message=message, rows=int((~held).sum()))


def _told(answers: np.ndarray, classes: tuple[str, ...], label: str) -> np.ndarray:
    """(n_rows, n_outputs): a yes or no is told by one chance."""
    if answers.ndim == 1:
        return answers[:, None]
    return answers[:, [classes.index(label)]] if label else answers


def _made(
    frame: pd.DataFrame, told: np.ndarray, schema: Schema, blank: Surrogate, limit: float | None, form: Form | None
) -> list[Surrogate]:
    """Copies to choose from, the card first."""
    columns = [column for column in schema.columns if column.kind != "text" and frame[column.name].notna().any()]
    made = []
    if blank.label and form != "tree":
        found = card(frame, told[:, 0], columns)
        if found is not None and found.lines:
            made.append(replace(blank, form="card", lines=found.lines, steps=found.steps, columns=found.columns))
    if columns and (form != "card" or not blank.label):
        leaves = tree(frame, told, columns, () if blank.label else blank.classes)
        if limit is not None:
            other = next(name for name in blank.classes if name != blank.label)
            leaves = tuple(replace(leaf, label=blank.label if leaf.values[0] >= limit else other) for leaf in leaves)
        used = dict.fromkeys(condition.column for leaf in leaves for condition in leaf.conditions)
        made.append(replace(blank, form="tree", leaves=leaves, columns=tuple(used)))
    return made


def _better(measured: list[tuple[Surrogate, Fidelity]]) -> tuple[Surrogate, Fidelity]:
    """The card, unless the tree is clearly more faithful."""
    first = measured[0]
    if len(measured) == 1:
        return first
    lead = (measured[1][1].explained or 0.0) - (first[1].explained or 0.0)
    return measured[1] if lead > BETTER else first


def _fidelity(told: np.ndarray, found: np.ndarray, limit: float | None) -> Fidelity:
    rest, whole = ((told - found) ** 2).sum(), ((told - told.mean(axis=0)) ** 2).sum()
    explained = (
        float(1 - rest / whole) if whole > 1e-18 * max(1.0, float(np.abs(told).max()) ** 2) * told.size else None
    )
    agreement = None
    if limit is not None:
        agreement = float(((told >= limit) == (found >= limit)).mean())
    elif told.shape[1] > 1:
        agreement = float((told.argmax(axis=1) == found.argmax(axis=1)).mean())
    return Fidelity(len(told), explained, agreement)


def _by_group(groups: pd.DataFrame, told: np.ndarray, found: np.ndarray, limit: float | None) -> tuple[Fidelity, ...]:
    fidelities = []
    for column in groups.columns:
        names = _names(groups[column])
        for name in names.value_counts().index[:MOST_GROUPS]:
            mine = (names == name).to_numpy()
            one = _fidelity(told[mine], found[mine], limit)
            fidelities.append(replace(one, column=str(column), group=str(name), enough=one.n >= ENOUGH))
    return tuple(fidelities)


def _names(cells: pd.Series) -> pd.Series:
    """The group of each row; numbers and dates in ``BANDS`` parts of about as many rows; missing as a dash."""
    ordered = pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells)
    if not ordered or cells.nunique() <= BANDS:
        return cells.map(_plain, na_action="ignore").astype("str").where(cells.notna(), "–")
    numbers = amounts(cells)
    real = numbers[~np.isnan(numbers)]
    ends = np.unique(np.quantile(real, np.linspace(0, 1, BANDS + 1)[1:], method="lower"))
    place = np.searchsorted(ends, numbers, side="left")
    names = []
    for at, number in zip(place, numbers, strict=True):
        inside = real[np.searchsorted(ends, real, side="left") == at] if not np.isnan(number) else real[:0]
        names.append(f"{_shown(inside.min(), cells)}–{_shown(inside.max(), cells)}" if len(inside) else "–")
    return pd.Series(names, index=cells.index)


def _plain(cell: object) -> str:
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def _shown(number: float, cells: pd.Series) -> str:
    if pd.api.types.is_datetime64_any_dtype(cells):
        return (pd.Timestamp(0) + pd.Timedelta(days=float(number))).date().isoformat()
    return f"{number:.4g}"


def _message(found: Surrogate, fidelity: Fidelity, readable: bool) -> Message:
    facts = {
        "columns": len(found.columns),
        "leaves": len(found.leaves),
        "explained": max(fidelity.explained or 0.0, 0.0),
        "agreement": fidelity.agreement,
        "n": fidelity.n,
    }
    return Message(_TEXTS[readable, found.form, fidelity.agreement is not None], facts)


_FEW = N_(
    "A simple copy of the model takes at least {least:count} cases, to make it and to check it. There are {rows:count}."
)
_CONSTANT = N_("The model gives every case the same answer, so there is nothing to tell more simply.")
_NO_COLUMNS = N_(
    "The model uses only columns, such as texts, that a card of points or a short list of rules cannot use. "
    "Look at single cases instead."
)
_TEXTS = {
    (True, "card", True): N_(
        "A card of points over {columns:count} {columns:column/columns} answers much like the model: it explains "
        "{explained:percent} of how the answers differ and decides alike in {agreement:percent} of {n:count} cases it "
        "was not made of."
    ),
    (True, "tree", True): N_(
        "A short list of rules ({leaves:count}) answers much like the model: it explains {explained:percent} of how "
        "the answers differ and decides alike in {agreement:percent} of {n:count} cases it was not made of."
    ),
    (True, "tree", False): N_(
        "A short list of rules ({leaves:count}) answers much like the model: it explains {explained:percent} of how "
        "the answers differ for {n:count} cases it was not made of."
    ),
    (False, "card", True): N_(
        "The model is too intricate to be told so simply: the best card of points explains only {explained:percent} of "
        "how its answers differ, and decides alike in {agreement:percent} of {n:count} cases. Do not use it in place "
        "of the model."
    ),
    (False, "tree", True): N_(
        "The model is too intricate to be told so simply: a short list of rules ({leaves:count}) explains only "
        "{explained:percent} of how its answers differ, and decides alike in {agreement:percent} of {n:count} cases. "
        "Do not use it in place of the model."
    ),
    (False, "tree", False): N_(
        "The model is too intricate to be told so simply: a short list of rules ({leaves:count}) explains only "
        "{explained:percent} of how its answers differ for {n:count} cases. Do not use it in place of the model."
    ),
}
