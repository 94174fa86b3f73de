"""Reasons: of one case or two in words, of one column, of pairs, on one page; how good they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from core.deliver.grades import graded
from core.deliver.opened import Opened, drawn
from core.deliver.questions.rows import frame_of
from core.explain.grade import Grade
from core.explain.readable import Surrogate
from core.whatif.basis import Basis, once
from core.words import Message

if TYPE_CHECKING:
    import pandas as pd

    from core.engines.base import Watch
    from core.explain.explanation import Explanation

CASES = 300
"""Cases that a view of all is drawn from where none are named."""
PAIRED, TOP = 60, 5
"""Cases and columns among which pairs are looked at: ten pairs, and half the time that one column more would take."""


def reasons(
    held: Opened, labels: list[str] | None = None, effort: float | None = 4.0, seed: int = 0, **rows: Any
) -> dict[str, Any]:
    """Reasons with the words of texts, and sentences that were tested on the model: ``explanation``, ``told`` by row.

    Args:
        held: the open model.
        labels: the class explained in each row.
        effort: seconds for the values.
        seed: draws the walks.
        rows: ``rows`` by number, or ``records``.
    """
    from core.explain.phrases import phrases
    from core.explain.shapley import explain

    frame = frame_of(held, **rows)
    made = phrases(held.model, frame, explain(held.model, frame, labels=labels, seconds=effort, seed=seed))
    return {"explanation": asdict(made), "told": [told(held, made, at) for at in range(len(made.rows))]}


def told(held: Opened, made: Explanation, at: int) -> tuple[Message, ...]:
    """One row's reasons in sentences that were tested on the model."""
    from core.explain.told import tested

    basis = held.basis
    return tested(
        held.model,
        made,
        at,
        basis_frame=basis.frame,
        sensitive=held.model.recipe.task.sensitive,
        domain=basis.domain,
        groups=basis.groups,
    )


def partial(
    held: Opened, column: str, label: str | None = None, rows: list[int] | None = None, seed: int = 0
) -> dict[str, Any]:
    """How the answer moves with one column alone: the fields of a ``Curve``."""
    from core.explain.partial import partial as curve

    return asdict(curve(held.model, _cases(held, rows, CASES, seed), column, label=label, seed=seed))


def pairs(
    held: Opened, label: str | None = None, rows: list[int] | None = None, effort: float = 10.0, seed: int = 0
) -> dict[str, Any]:
    """Columns that act together: the fields of ``Pairs``. ``effort``: seconds to spend at most."""
    from core.explain.pairs import pairs as together

    cases = _cases(held, rows, PAIRED, seed)
    return asdict(together(held.model, cases, label=label, top=TOP, seconds=effort, seed=seed))


def _cases(held: Opened, rows: list[int] | None, most: int, seed: int) -> pd.DataFrame:
    """The cases named, else of those the model has never seen (or, where there are none, learned from); drawn where
    there are more than ``most``."""
    if not rows:
        judged = held.basis.judged
        unseen = judged[judged["set"] == "test"] if "set" in judged else judged
        rows = (unseen if len(unseen) else judged)["row"].tolist() or held.basis.frame.index.tolist()
    return held.rows(drawn(np.array(rows, dtype=np.int64), most, seed).tolist())


def families(held: Opened) -> dict[str, Any]:
    """``families`` of columns that say nearly the same, and ``notes`` about those that are nearly copies."""
    return _related(held.basis)


def grade(held: Opened, effort: float = 20.0, anew: bool = False, watch: Watch | None = None) -> Grade:
    """How good the reasons of the model are: measured once (``anew``: again), then kept with the run.

    ``effort``: seconds it may take, about; ``watch``: lets others pass.
    """
    return graded(held.folder, held=held, seconds=effort, anew=anew, watch=watch)


def surrogate(held: Opened) -> Surrogate:
    """A copy of the model that can be read on one page, and how far it may stand for the model."""
    return copy(held.basis)


@once
def copy(basis: Basis) -> Surrogate:
    """The same of a model's training rows, made once."""
    from core.explain.surrogate import surrogate as made

    model, frame = basis.model, basis.frame
    return made(
        frame,
        model.predict(frame),
        model.schema,
        classes=model.classes,
        positive=model.recipe.task.positive,
        cutoff=model.cutoff,
        groups=basis.groups.loc[frame.index] if len(basis.groups.columns) else None,
        seed=model.recipe.seed,
    )


@once
def _related(basis: Basis) -> dict[str, Any]:
    from core.explain.families import families as alike
    from core.explain.families import shared

    return {"families": alike(basis.frame, basis.model.schema), "notes": shared(basis.frame, basis.model.schema)}


VERBS: dict[str, Callable[..., Any]] = {
    "reasons": reasons,
    "partial": partial,
    "pairs": pairs,
    "families": families,
    "surrogate": surrogate,
    "grade": grade,
}
