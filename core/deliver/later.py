"""A file that came after training: how it is read, and what a model is worth on it where the answers are known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from core.data.table import Finding, ReadOptions, Schema
from core.deliver.shelf import take
from core.engines.base import Run, Watch
from core.errors import Problem
from core.learn.evaluation import Evaluation
from core.words import N_

if TYPE_CHECKING:
    import pandas as pd

    from core.learn.model import TrainedModel

MOST_KNOWN = 20_000
"""Rows of the table learned from that a later file is held against; more are drawn."""


def read_later(
    trained: Run, path: Path, name: str, options: ReadOptions, watch: Watch | None = None
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Raw rows of a file, and what reading it found; unless something is asked, one without a header is read as the
    first one was.

    Raises:
        Problem: the file cannot be read.
    """
    from core.data.keep import card
    from core.data.read import read

    known = card(trained.table).sources[0].options
    if options == ReadOptions() and known.header == -1:
        options = ReadOptions(header=-1, names=known.names)
    frame, _, found = read(path, name, options, watch)
    return frame, found


def evaluate_file(
    trained: Run, file: Mapping[str, str], options: Mapping[str, Any]
) -> tuple[Evaluation, tuple[Finding, ...]]:
    """The figures on all rows of a file that hold an answer, and what reading and matching it found.

    Args:
        trained: the run whose model is measured.
        file: ``path`` and ``name``.
        options: fields of ``ReadOptions``; see ``read_later``.

    Raises:
        Problem: the file cannot be read, lacks a column that the model or the goal needs, or holds no answer.
    """
    from core.data.conform import conform
    from core.learn.evaluate import evaluate

    model = take(trained.folder)
    asked = msgspec.convert(dict(options), ReadOptions)
    raw, found = read_later(trained, trained.folder / file["path"], file["name"], asked)
    needed = model.schema.columns if model.target is None else (*model.schema.columns, model.target)
    typed, matched = conform(raw, Schema(needed))
    matched += slipped(trained, model, typed)
    evaluation, _ = evaluate(model, raw)
    if not evaluation.rows.test:
        raise nothing_known(file["name"], model.recipe.task.goal.column)
    return evaluation, (*found, *matched)


def slipped(trained: Run, model: TrainedModel, later: pd.DataFrame) -> tuple[Finding, ...]:
    """Numbers of a later file that look as if they came in another unit than those of the table learned from.

    Args:
        trained: the run of the model, with its table.
        model: its columns of numbers are looked at.
        later: typed rows, not repaired.
    """
    import numpy as np

    from core.data import keep
    from core.data.slips import scales, slips
    from core.deliver.opened import drawn
    from core.domains import domains
    from core.domains.recognise import units

    numbers = [column for column in model.schema.columns if column.kind == "number"]
    if not numbers:
        return ()
    names, rows = [column.name for column in numbers], np.arange(keep.card(trained.table).rows)
    known = keep.frame(trained.table, names, drawn(rows, MOST_KNOWN, model.recipe.seed).tolist())
    return slips(later, scales(known, numbers, units(names, domains().get(model.recipe.domain))))


def nothing_known(file: str, column: str) -> Problem:
    """That no answer of a later file can be measured against."""
    return Problem(
        N_(
            "No row of {file} has an answer in {column} that the model was trained for, so nothing can be "
            "measured. Check that column, or choose another file."
        ),
        file=file,
        column=column,
    )
