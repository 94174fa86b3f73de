"""The verbs of a run: each reads what the folder asks, works through the rooms, and writes its results into the folder.

The worker, the command line and the tests call the same ones. Each answers whether its work is whole: False where it
was asked to stop and something is missing.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from core import values
from core.data.table import ReadOptions
from core.deliver import shelf
from core.deliver.knobs import members_of
from core.deliver.later import read_later
from core.deliver.shelf import no_model
from core.domains import domains
from core.engines.base import Event, Run, Watch
from core.errors import Problem
from core.learn.recipe import Recipe
from core.words import N_, Message

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from core.data.table import Finding, Source, Table
    from core.data.task import Split
    from core.learn.model import TrainedModel

    Part = tuple[pd.DataFrame, Source, tuple[Finding, ...]]

FIRST_ROWS = 50_000
"""Test rows on which a first answer is measured at most."""
FIRST_RESAMPLES = 200
EXPLAINED_ROWS = 300
"""Rows of the test set that the overall reasons are drawn from."""
FEWEST_EXPLAINED = 32
"""Of these, how many whatever the time."""
EXPLAIN_SHARE = 0.25
"""Of the time budget, what the overall reasons may take after it."""
EXPLAIN_SECONDS = (5.0, 30.0)
"""At least and at most."""


def read_run(run: Run, watch: Watch) -> bool:
    """Files, or a sample, to a checked table in the folder that the request names.

    Arguments: ``files`` [{path, name}], or ``sample``; ``options`` (a ReadOptions, or one for each file), ``domain``,
    ``kinds``.
    """
    from core.data.check import check
    from core.data.keep import keep

    request = run.request()
    given = request.arguments
    parts = _parts(run, watch)
    if watch.should_stop():
        return False
    raw, sources, findings = _together(parts)
    _say(watch, N_("Looking at every column"), 0.6)
    table = check(
        raw,
        sources,
        findings,
        domain=given.get("domain", ""),
        kinds=given.get("kinds"),
        table_id=run.table.name,
        name=request.name or sources[0].name,
        made_up=_made_up(given.get("sample")),
    )
    if watch.should_stop():
        return False
    _say(watch, N_("Storing the data set"), 0.9)
    keep(table, run.table)
    return True


def train_run(run: Run, watch: Watch) -> bool:
    """A table and a recipe to a model, what it is worth, and why it answers so overall.

    Argument: ``recipe``. Once ``evaluation.json`` stands in the folder the run is usable; the reasons come after. Of
    very many rows a first answer is laid down long before the end, and replaced by the better one.
    """
    from core.data.keep import open_table
    from core.learn import device as devices
    from core.learn.train import train

    recipe, device = _recipe(run), devices.choose()
    run.set_state("running", device=device.kind, device_name=device.name)
    _say(watch, N_("Opening the data set"))
    table = open_table(run.table)
    model, split = train(table, recipe, watch, first=partial(_first, run, watch, table))
    cut_short = watch.should_stop()
    _say(watch, N_("Measuring the model on rows it has never seen"), 0.92)
    _lay_down(run, table, model, split)
    _say(watch, N_("The model is ready"), 0.94)
    if cut_short:
        return False
    return _overall_reasons(run, watch, table, model, split)


def score_run(run: Run, watch: Watch) -> bool:
    """A file to the same file with the model's answers beside each row, as ``arguments["out"]`` in the folder.

    Arguments: ``file`` {path, name}, ``options``, ``out`` ("scored.csv"), ``keep_personal`` (False: personal data are
    masked in the file that is written). What was found while reading the file and
    bringing it to the model's columns is in ``findings.json``.
    """
    from core.data.conform import conform
    from core.data.export import export
    from core.data.table import Finding
    from core.deliver.later import slipped
    from core.deliver.score import score

    trained = _trained(run)
    raw, found = _later_file(run, trained, watch)
    if watch.should_stop():
        return False
    _say(watch, N_("Asking the model about every row"), 0.5)
    model = shelf.take(trained.folder)
    typed, matched = conform(raw, model.schema)
    scored, hidden = score(model, raw, watch), tuple[Finding, ...]()
    if not run.request().arguments.get("keep_personal"):
        scored, hidden = _hidden(scored, list(raw.columns))
    values.write(run.folder / "findings.json", (*found, *matched, *slipped(trained, model, typed), *hidden))
    export(scored, run.folder / run.request().arguments.get("out", "scored.csv"))
    return True


def _hidden(scored: pd.DataFrame, own: list[str]) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """The file's own columns with personal data masked, and what was; answers are left as they are."""
    from core.data.export import masked
    from core.data.table import Finding

    safe, names = masked(scored[own])
    if not names:
        return scored, ()
    text = N_(
        "Personal data in {columns:list} are masked in this file. To keep them readable, ask for it (--keep-personal)."
    )
    return scored.assign(**{name: safe[name] for name in names}), (
        Finding("masked", "warning", Message(text, {"columns": list(names)})),
    )


def explain_run(run: Run, watch: Watch) -> bool:
    """Why a model answers as it does for some rows, kept in ``explanation/``; what reading found in ``findings.json``.

    Arguments: ``rows`` (counted from 0), ``file`` {path, name} where they are rows of another file than the one
    trained on, ``options``, ``labels``, ``seconds``, ``seed``, ``phrases`` (whether texts are divided over theirs).
    """
    from core.explain.keep import keep_explanation
    from core.explain.phrases import phrases
    from core.explain.shapley import explain

    trained, given = _trained(run), run.request().arguments
    model = shelf.take(trained.folder)
    if given.get("file"):
        frame, found = _later_file(run, trained, watch)
        values.write(run.folder / "findings.json", found)
    else:
        frame = _known_rows(trained, model)
    rows = pick(frame, given["rows"])
    made = explain(
        model,
        rows,
        labels=given.get("labels"),
        seconds=given.get("seconds"),
        seed=given.get("seed", 0),
        watch=watch,
    )
    if given.get("phrases"):
        made = phrases(model, rows, made)
    keep_explanation(made, run.folder / "explanation")
    return not watch.should_stop()


def pick(frame: pd.DataFrame, rows: list[int]) -> pd.DataFrame:
    """Rows by number; the index keeps the numbers.

    Raises:
        Problem: there is no such row.
    """
    wrong = [row for row in rows if not 0 <= row < len(frame)]
    if wrong:
        raise no_row(wrong[0], len(frame))
    return frame.iloc[rows]


def no_row(row: int, rows: int) -> Problem:
    """What to say of a row number that does not exist."""
    return Problem(
        N_("There is no row {row:number}: the file has {rows:count} rows, and the first is row 0."), row=row, rows=rows
    )


def _parts(run: Run, watch: Watch) -> list[Part]:
    given = run.request().arguments
    if given.get("sample"):
        from core.data.samples import sample

        _say(watch, N_("Making the sample"), 0.1)
        return [sample(given["sample"])]
    from core.data.read import read

    files, parts = given["files"], []
    for place, (file, options) in enumerate(zip(files, _options(given, len(files)), strict=True)):
        _say(watch, N_("Reading {file}"), 0.5 * place / len(files), file=file["name"])
        parts.append(read(run.folder / file["path"], file["name"], options, watch))
        if watch.should_stop():
            break
    return parts


def _options(given: dict[str, Any], files: int) -> list[ReadOptions]:
    options = given.get("options") or {}
    each = options if isinstance(options, list) else [options] * files
    return msgspec.convert(each, list[ReadOptions])


def _together(parts: list[Part]) -> tuple[pd.DataFrame, tuple[Source, ...], tuple[Finding, ...]]:
    sources = tuple(source for _, source, _ in parts)
    findings = tuple(finding for _, _, found in parts for finding in found)
    if len(parts) == 1:
        return parts[0][0], sources, findings
    from core.data.stack import stack

    raw, more = stack([(frame, source) for frame, source, _ in parts])
    return raw, sources, (*findings, *more)


def _made_up(key: str | None) -> bool:
    return any(sample.key == key and sample.made_up for domain in domains().values() for sample in domain.samples)


def _recipe(run: Run) -> Recipe:
    recipe = values.from_json(Recipe, values.to_json(run.request().arguments["recipe"]))
    return replace(recipe, members=members_of(recipe.members))


def _rows_of(split: Split) -> dict[str, Any]:
    return {
        "train": split.train.tolist(),
        "validation": split.validation.tolist(),
        "test": split.test.tolist(),
        "method": split.method,
        "why": split.why,
        "folds": None if split.folds is None else split.folds.tolist(),
    }


def _first(run: Run, watch: Watch, table: Table, model: TrainedModel, split: Split) -> None:
    """A first answer can be used while a better one is made; measured on some of the test rows, for time matters."""
    _say(watch, N_("Measuring the first answer"))
    rows = replace(split, test=_drawn(split.test, FIRST_ROWS, model.recipe.seed))
    _lay_down(run, table, model, rows, FIRST_RESAMPLES)
    watch.emit(Event("first", Message(N_("A first answer is ready, and can be used. A better one is being made."))))


def _lay_down(run: Run, table: Table, model: TrainedModel, split: Split, resamples: int | None = None) -> None:
    """The model, then its figures; all are made before the first of them takes its place in the folder.

    ``evaluation.json`` comes last: where it stands, everything it speaks of stands too.
    """
    from core.learn.evaluate import evaluate
    from core.learn.keep import keep_model

    keep_model(model, run.folder / shelf.NEXT)
    evaluation, predictions = evaluate(model, table, split, seed=model.recipe.seed, resamples=resamples)
    beside = run.folder / ".predictions.parquet"
    predictions.to_parquet(beside, index=False)
    values.write(run.folder / "split.json", _rows_of(split))
    shelf.lay(run.folder)
    beside.replace(run.folder / "predictions.parquet")
    values.write(run.folder / "evaluation.json", evaluation)
    run.set_state("running", device=evaluation.device, device_name=evaluation.device_name)


def _overall_reasons(run: Run, watch: Watch, table: Table, model: TrainedModel, split: Split) -> bool:
    from core.explain.keep import keep_explanation
    from core.explain.shapley import explain

    _say(watch, N_("Finding out which columns matter"), 0.95)
    rows = _drawn(split.test, EXPLAINED_ROWS, model.recipe.seed)
    least, most = EXPLAIN_SECONDS
    seconds = min(most, max(least, EXPLAIN_SHARE * model.recipe.time_budget_seconds))
    made = explain(
        model, table.frame.iloc[rows], seconds=seconds, seed=model.recipe.seed, watch=watch, fewest=FEWEST_EXPLAINED
    )
    keep_explanation(made, run.folder / "explanation")
    return not watch.should_stop()


def _drawn(rows: np.ndarray, most: int, seed: int) -> np.ndarray:
    """(at most so many,) of the row numbers, in order."""
    import numpy as np

    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def _trained(run: Run) -> Run:
    """The run whose model is used."""
    trained = Run((run.folder / run.request().model).resolve())
    if shelf.stamp(trained.folder) is None and not (trained.folder / "model").is_dir():
        raise no_model()
    return trained


def _later_file(run: Run, trained: Run, watch: Watch) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Raw rows of a file that came after training, and what reading found."""
    given = run.request().arguments
    file, options = given["file"], _options(given, 1)[0]
    _say(watch, N_("Reading {file}"), 0.1, file=file["name"])
    return read_later(trained, run.folder / file["path"], file["name"], options, watch)


def _known_rows(trained: Run, model: TrainedModel) -> pd.DataFrame:
    from core.data.keep import frame

    return frame(trained.table, list(model.features))


def _say(watch: Watch, text: str, share: float | None = None, **facts: Any) -> None:
    watch.emit(Event("stage", Message(text, facts), share=share))
