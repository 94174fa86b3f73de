"""Audits of a run's model: who is asked on which rows, and the verdicts kept with the run."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from core import values
from core.audits.audit import Report
from core.data.cohort import Cohort, address, from_address
from core.data.table import ReadOptions
from core.deliver import shelf
from core.engines.base import Event, Run, Watch
from core.errors import Problem
from core.words import N_, Message

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from core.audits.subject import Rows, Subject
    from core.data.table import TableCard
    from core.learn.model import TrainedModel

FOLDER = "audits"
MOST_LEARNT = 20_000
"""Rows learned from that audits look at; more are drawn."""
ENOUGH = 0.5
"""Share of the audits that has to be done before the time left is guessed from them: they differ much."""

NO_ROWS = N_("No row was left that the model has not seen, so it cannot be audited. Train it with more rows.")
NO_ROWS_OF_GROUP = N_(
    "None of the rows that the model has not seen is in this group, so it cannot be audited on them. Choose a wider "
    "group, or clear it."
)


@dataclass(frozen=True)
class Audited:
    """What all audits of a model found, and on what."""

    reports: tuple[Report, ...]
    stamp: shelf.Stamp | None
    """Of the model: another model in the same folder makes it void."""
    sensitive: tuple[str, ...]
    cutoff: float | None
    rows: int
    """Unseen rows that were looked at."""
    answered: int = 0
    """Of all rows that were answered before the model had met them: the unseen ones, and those held back in turns."""
    group: str = ""
    """Address of the group they are of; empty for everybody."""
    whole: bool = True
    """False where somebody asked to stop before the last audit."""
    seconds: float = 0.0
    created: float = 0.0
    """Seconds since 1970."""


def audit_run(run: Run, watch: Watch) -> bool:
    """A model to the verdicts of all audits, kept in the folder of the run that trained it (of a later file: in this
    run's own).

    Arguments: ``sensitive`` [names] (None: those of the task), ``cutoff``, ``group`` (address of a cohort), ``file``
    {path, name} with ``options`` for a later file whose answers are known.
    """
    from core.audits.run import audit

    begun, given = time.perf_counter(), run.request().arguments
    trained = Run((run.folder / run.request().model).resolve())
    _say(watch, N_("Opening the model and its rows"))
    stamp = shelf.stamp(trained.folder)
    looked = subject(
        trained.folder,
        sensitive=given.get("sensitive"),
        cutoff=given.get("cutoff"),
        group=given.get("group", ""),
        file=given.get("file"),
        options=given.get("options") or {},
    )
    group = given.get("group", "")
    rows = (len(looked.test), len(looked.honest))
    empty = Audited((), stamp, looked.sensitive, looked.cutoff, *rows, group=group, whole=False)
    folder = run.folder if given.get("file") else trained.folder

    def told(reports: tuple[Report, ...], whole: bool = False) -> None:
        now = replace(empty, reports=reports, whole=whole, seconds=time.perf_counter() - begun, created=time.time())
        _keep(folder, now, trained.folder)

    reports = audit(looked, watch, told=told)
    whole = not watch.should_stop()
    told(reports, whole)
    return whole


def kept(folder: Path, group: str = "", trained: Path | None = None) -> Audited | None:
    """The verdicts kept with a run, for everybody or for a group; None where there are none, or of an earlier model.

    Args:
        folder: of the run.
        group: address of a cohort.
        trained: where the model lies, if not in ``folder``.
    """
    found = _stored(folder, group)
    return found if found is not None and found.stamp == shelf.stamp(trained or folder) else None


def outdated(folder: Path, group: str = "") -> bool:
    """Whether there are verdicts, but of a model that has been replaced since."""
    found = _stored(folder, group)
    return found is not None and found.stamp != shelf.stamp(folder)


def same_cutoff(one: float | None, other: float | None) -> bool:
    """Whether two cut-offs are told apart by a reader: pages keep three digits of a chance."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, abs_tol=0.001)


def place(folder: Path, group: str = "") -> Path:
    """The file that holds the verdicts of a run, for everybody or for a group."""
    name = hashlib.sha256(group.encode()).hexdigest()[:16] if group else "all"
    return folder / FOLDER / f"{name}.json"


def seconds_left(events: Sequence[Event], earlier: Audited | None = None, now: float | None = None) -> float | None:
    """Until the last audit is done, as a guess; None while nothing is known.

    Args:
        events: of a run of audits so far.
        earlier: verdicts on the same model, which say how long each audit takes.
        now: seconds since 1970.
    """
    begun = [one for one in events if "audit" in one.numbers]
    if not begun:
        return None
    at, of = int(begun[-1].numbers["audit"] or 1), int(begun[-1].numbers["of"] or 1)
    spent = max(0.0, (time.time() if now is None else now) - begun[-1].at)
    if earlier is not None and len(earlier.reports) == of:
        took = [one.seconds for one in earlier.reports[at - 1 :]]
        return max(0.0, took[0] - spent) + sum(took[1:])
    if at - 1 < ENOUGH * of:
        return None
    return max(0.0, (begun[-1].at - begun[0].at) / (at - 1) * (of - at + 1) - spent)


def _stored(folder: Path, group: str) -> Audited | None:
    try:
        return values.read(place(folder, group), Audited)
    except (OSError, Problem):
        return None


def _keep(folder: Path, made: Audited, trained: Path) -> None:
    """Stores verdicts as they come, so that a stop loses none; half of them never take the place of all."""
    before = None if made.whole else kept(folder, made.group, trained)
    if not made.reports or (before is not None and before.whole):
        return
    (folder / FOLDER).mkdir(exist_ok=True)
    values.replace(place(folder, made.group), msgspec.json.encode(made, enc_hook=_number))


def _number(value: Any) -> Any:
    """A number of numpy, or a small array of them, as JSON knows them."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"a report holds texts and numbers, but: {type(value).__name__}")


def subject(
    folder: Path,
    *,
    sensitive: Sequence[str] | None = None,
    cutoff: float | None = None,
    group: str = "",
    file: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
) -> Subject:
    """What audits look at, of the model in a run folder.

    Args:
        folder: of a run with a model that was measured.
        sensitive: columns of its table; None for those named when the goal was said.
        cutoff: binary: the chance from which a row is named; None for the model's own.
        group: address of a cohort; its rows among the unseen ones are looked at.
        file: ``path`` and ``name`` of a later file with known answers, looked at instead.
        options: how it is to be read.

    Raises:
        Problem: there is no model, no such column, nobody is in the group, or no row is left that the model has not
            seen.
    """
    from core.audits.subject import Subject
    from core.data import keep
    from core.domains import domains
    from core.learn.evaluation import Evaluation

    model, run = shelf.take(folder), Run(folder)
    card = keep.card(run.table)
    chosen = model.recipe.task.sensitive if sensitive is None else tuple(sensitive)
    for name in chosen:
        if name not in card.schema:
            raise Problem(N_("The column {column} is not in this table."), column=name)
    if file is not None:
        test = honest = _of_file(run, model, file, options or {})
    else:
        test, honest = _unseen(run, model, card, from_address(group) if group else Cohort())
    if not len(test):
        raise Problem(NO_ROWS_OF_GROUP if group else NO_ROWS)
    return Subject(
        model=model,
        card=card,
        test=test,
        honest=honest,
        learn=lambda: _learnt(run, model, card),
        evaluation=values.read(folder / "evaluation.json", Evaluation),
        cutoff=model.cutoff if cutoff is None else cutoff,
        sensitive=tuple(name for name in card.schema.names if name in chosen and name in test.frame),
        domain=domains().get(model.recipe.domain),
        model_bytes=sum(one.stat().st_size for one in (folder / "model").rglob("*") if one.is_file()),
        everybody=not group,
    )


def _unseen(run: Run, model: TrainedModel, card: TableCard, group: Cohort) -> tuple[Rows, Rows]:
    """The test rows, and with them those held back in turns, that are in the group."""
    import numpy as np
    import pandas as pd

    from core.data import keep
    from core.data.cohort import fitting, members, nobody

    told = pd.read_parquet(run.folder / "predictions.parquet")
    frame = keep.frame(run.table, card.schema.names, told["row"].tolist())
    inside = members(frame, fitting(group, card.schema))
    if not inside.any():
        raise Problem(nobody(group, card.schema).text, **nobody(group, card.schema).facts)
    tested = inside & (told["set"] == "test").to_numpy()
    return _told(model, told, frame, np.flatnonzero(tested)), _told(model, told, frame, np.flatnonzero(inside))


def _told(model: TrainedModel, told: pd.DataFrame, frame: pd.DataFrame, places: np.ndarray) -> Rows:
    """Rows with the answers that were kept."""
    import numpy as np

    from core.audits.subject import Rows

    some = told.iloc[places]
    if not model.classes:
        return Rows(frame.iloc[places], some["truth"].to_numpy(float), some["prediction"].to_numpy(float))
    number = {label: place for place, label in enumerate(model.classes)}
    truth = np.array([number[label] for label in some["truth"].astype(str)], dtype=np.int64)
    return Rows(frame.iloc[places], truth, some[[f"p:{label}" for label in model.classes]].to_numpy(float))


def _learnt(run: Run, model: TrainedModel, card: TableCard) -> Rows:
    """Rows that the model was fitted on."""
    import numpy as np

    from core.data import keep
    from core.deliver.opened import drawn

    split = msgspec.json.decode((run.folder / "split.json").read_bytes())
    rows = drawn(np.array(split["train"], dtype=np.int64), MOST_LEARNT, model.recipe.seed)
    return _asked(model, keep.frame(run.table, card.schema.names, rows.tolist()))


def _of_file(run: Run, model: TrainedModel, file: Mapping[str, str], options: Mapping[str, Any]) -> Rows:
    """Rows of a later file whose answers are known."""
    from core.data import keep
    from core.data.conform import conform
    from core.data.table import Schema
    from core.deliver.later import nothing_known, read_later

    asked = msgspec.convert(dict(options), ReadOptions)
    raw, _ = read_later(run, run.folder / file["path"], file["name"], asked)
    needed = {*model.features, model.recipe.task.goal.column}
    schema = keep.card(run.table).schema
    there = Schema(tuple(one for one in schema.columns if one.name in needed or one.name in raw.columns))
    rows = _asked(model, conform(raw, there)[0])
    if not len(rows):
        raise nothing_known(file["name"], model.recipe.task.goal.column)
    return rows


def _asked(model: TrainedModel, frame: pd.DataFrame) -> Rows:
    """Rows with the answers that the model gives now; those whose truth it was not trained for are left out."""
    import numpy as np

    from core.audits.subject import Rows
    from core.data.labels import target
    from core.data.repair import repair

    task = model.recipe.task
    changes = tuple(one for one in model.recipe.repairs if one.column == task.goal.column)
    truth = target(repair(frame, changes, scoring=True), task.goal, task.kind)
    if not model.classes:
        known = truth.notna().to_numpy()
        return Rows(frame[known], truth[known].to_numpy(float), model.predict(frame[known]))
    number = {label: place for place, label in enumerate(model.classes)}
    codes = np.array([number.get(label, -1) for label in truth.astype(object)], dtype=np.int64)
    known = codes >= 0
    return Rows(frame[known], codes[known], model.predict(frame[known]))


def group_of(cohort: Cohort | None) -> str:
    """The address of a group; empty for everybody."""
    return "" if cohort is None or cohort.everybody else address(cohort)


def _say(watch: Watch, text: str) -> None:
    watch.emit(Event("stage", Message(text)))
