"""What a model is worth on a file that came after training, with the answers known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from core.data.table import Finding, ReadOptions, Schema
from core.deliver.shelf import take
from core.engines.base import Run
from core.errors import Problem
from core.learn.evaluation import Evaluation
from core.words import N_


def evaluate_file(
    trained: Run, file: Mapping[str, str], options: Mapping[str, Any]
) -> tuple[Evaluation, tuple[Finding, ...]]:
    """The figures on all rows of a file that hold an answer, and what reading and matching it found.

    Args:
        trained: the run whose model is measured.
        file: ``path`` and ``name``.
        options: fields of ``ReadOptions``; without any, a file without a header is read as the first one was.

    Raises:
        Problem: the file cannot be read, lacks a column that the model or the goal needs, or holds no answer.
    """
    from core.data.conform import conform
    from core.data.read import read
    from core.learn.evaluate import evaluate

    model = take(trained.folder)
    raw, _, found = read(trained.folder / file["path"], file["name"], _options(trained, options))
    needed = model.schema.columns if model.target is None else (*model.schema.columns, model.target)
    _, matched = conform(raw, Schema(needed))
    evaluation, _ = evaluate(model, raw)
    if not evaluation.rows.test:
        raise Problem(
            N_(
                "No row of {file} has an answer in {column} that the model was trained for, so nothing can be "
                "measured. Check that column, or choose another file."
            ),
            file=file["name"],
            column=model.recipe.task.goal.column,
        )
    return evaluation, (*found, *matched)


def _options(trained: Run, options: Mapping[str, Any]) -> ReadOptions:
    from core.data.keep import card

    asked = msgspec.convert(dict(options), ReadOptions)
    known = card(trained.table).sources[0].options
    if asked == ReadOptions() and known.header == -1:
        return ReadOptions(header=-1, names=known.names)
    return asked
