"""What the command line does: each verb makes a run and carries it out here, as the worker would."""

from __future__ import annotations

import argparse
import secrets
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec

from core import values
from core.data.table import Finding, ReadOptions, Table
from core.deliver.answers import explained, explained_lines, measured, measured_lines
from core.engines.base import Event, Request, Run, State
from core.engines.inline import run_inline
from core.engines.limits import Limits, is_shortage, limits, too_large
from core.engines.place import place
from core.errors import Problem
from core.learn.evaluation import Evaluation
from core.learn.recipe import TITLES
from core.settings import settings
from core.words import N_, Message, say

EVERY_SECONDS = 1.0
"""Between two lines about passes over the training rows."""
EXPLAIN_SECONDS = 20.0
"""At most, for one row; only thousands of columns need them."""
UNCOUNTED = ("read_blank_lines", "read_repeated_header")
"""Notes that say why a file has fewer rows than lines."""
SEPARATORS = {"tab": "\t", "\\t": "\t", "blank": " ", "space": " "}


@dataclass
class Out:
    """Progress to standard error, the answer to standard output."""

    language: str
    spoken: float = 0.0
    last: str = ""

    def tell(self, text: str, **facts: Any) -> None:
        """One line of progress."""
        print(say(text, self.language, facts), file=sys.stderr, flush=True)

    def event(self, event: Event) -> None:
        """What happens in a run."""
        if event.message is not None:
            said = say(event.message, self.language)
            if said != self.last:
                print(said, file=sys.stderr, flush=True)
            self.last = said
        elif event.kind == "epoch" and self._due():
            text = N_("{member}, pass {epoch:count}: loss {train:number} in training, {validation:number} held back")
            if event.member in ("forest", "trees"):
                text = N_(
                    "{member}, round {epoch:count}: loss {train:number} in training, {validation:number} held back"
                )
            numbers = event.numbers
            self.tell(
                text,
                member=Message(TITLES.get(event.member, event.member)),
                epoch=numbers.get("epoch"),
                train=numbers.get("train_loss"),
                validation=numbers.get("validation_loss"),
            )

    def answer(self, lines: Iterable[str]) -> None:
        """Lines for a reader."""
        for line in lines:
            print(line)

    def json(self, value: dict[str, Any]) -> None:
        """One object; figures that are not defined are null."""
        print(msgspec.json.encode(value).decode(), flush=True)

    def _due(self) -> bool:
        now = time.monotonic()
        if now - self.spoken < EVERY_SECONDS:
            return False
        self.spoken = now
        return True


def train(options: argparse.Namespace, out: Out) -> None:
    """``train``: files and a goal to a run folder."""
    begun = time.monotonic()
    files = [file_of(path) for path in options.files]
    with _new_folder(options.out) as folder:
        _read(folder, files, options, out)
        run = _plan(folder, options, begun)
        with _stop_by_key(run, out):
            done(run, carry_out(run, out), out)
        if not (folder / "evaluation.json").is_file():
            raise Problem(N_("Training was stopped before there was a model to keep. Train again."))
    _report(run, values.read(folder / "evaluation.json", Evaluation), _findings(run), options, out)


def evaluate(options: argparse.Namespace, out: Out) -> None:
    """``evaluate``: the stored figures, or those on a file with the answers known."""
    run = run_of(options.run)
    if options.file is None:
        if not (run.folder / "evaluation.json").is_file():
            raise _no_run(options.run)
        _report(run, values.read(run.folder / "evaluation.json", Evaluation), _findings(run), options, out)
        return
    from core.deliver.later import evaluate_file

    file = file_of(options.file)
    out.tell(N_("Measuring the model on {file}"), file=file["name"])
    with wall(limits(run.request())):
        evaluation, findings = evaluate_file(run, file, reading_of(options))
    _report(run, evaluation, (*findings, *evaluation.findings), options, out)


def explain(options: argparse.Namespace, out: Out) -> None:
    """``explain``: why the model answers as it does for one row."""
    from core.deliver.opened import opened
    from core.deliver.questions.reasons import told
    from core.explain.keep import open_explanation

    trained = run_of(options.run)
    asked: dict[str, Any] = {"rows": [options.row], "seconds": EXPLAIN_SECONDS, "phrases": True}
    if options.file is not None:
        asked |= {"file": file_of(options.file), "options": reading_of(options)}
    with passing(Request("explain", model=str(trained.folder), arguments=asked)) as run:
        done(run, carry_out(run, out), out)
        tell_findings(run, out)
        found = open_explanation(run.folder / "explanation")
    said = [say(one, out.language) for one in told(opened(trained.folder), found, 0)]
    if options.json:
        out.json(explained(found, said, out.language))
    else:
        out.answer(explained_lines(found, said, out.language))


def score(options: argparse.Namespace, out: Out) -> None:
    """``score``: a file with the model's answers beside its own columns."""
    trained, file, target = run_of(options.run), file_of(options.file), options.out.absolute()
    if target.resolve() == Path(file["path"]).resolve():
        raise Problem(
            N_("{file} would be written over by its own answers. Give --out another name."), file=file["name"]
        )
    if not target.parent.is_dir():
        raise Problem(N_("The folder {folder} does not exist. Make it first."), folder=str(target.parent))
    if target.suffix.lower() not in (".csv", ".xlsx") or target.is_dir():
        raise Problem(
            N_("{file} is not a file that can be written. End its name in .csv or .xlsx."), file=str(options.out)
        )
    made = f"scored{target.suffix.lower()}"
    asked: dict[str, Any] = {"file": file, "options": reading_of(options), "out": made}
    asked["keep_personal"] = options.keep_personal
    with passing(Request("score", model=str(trained.folder), arguments=asked)) as run:
        done(run, carry_out(run, out), out)
        tell_findings(run, out)
        with place(target.parent):
            shutil.move(run.folder / made, target)
    out.tell(N_("Written: {file}"), file=str(target))


def _read(folder: Path, files: list[dict[str, str]], options: argparse.Namespace, out: Out) -> None:
    """Reads the files to the table in ``folder``."""
    asked = {"files": files, "options": reading_of(options), "domain": options.domain}
    run = _make(folder / "reading", Request("read", files[0]["name"], "../table", arguments=asked))
    done(run, carry_out(run, out), out)
    shutil.rmtree(run.folder)


def _plan(folder: Path, options: argparse.Namespace, begun: float) -> Run:
    """The goal and the choices to a run that waits to be trained."""
    from core.data.keep import open_table
    from core.deliver.plan import plan

    table = open_table(folder / "table")
    recipe, findings = plan(
        table,
        options.target,
        options.domain,
        time_budget_seconds=options.time_budget,
        seed=options.seed,
        **_learning(options),
        positive=options.positive,
        drop=tuple(_name(one, table) for one in options.drop),
        sensitive=tuple(_name(one, table) for one in options.sensitive),
        group=options.group and _name(options.group, table),
        time=options.time and _name(options.time, table),
        kind=options.task,
        # Nothing is weighed that nobody asked for: a field's own prices are proposed on its page, where they are seen.
        cost_miss=options.cost_miss,
        cost_alarm=options.cost_alarm,
    )
    left = max(1.0, recipe.time_budget_seconds - (time.monotonic() - begun))
    arguments = {"recipe": msgspec.to_builtins(recipe), "findings": msgspec.to_builtins(findings)}
    name = options.files[0].name
    return _make(folder, Request("train", name, "table", arguments=arguments, time_budget_seconds=left))


def _learning(options: argparse.Namespace) -> dict[str, Any]:
    """What learns, and how, as ``core.deliver.plan.plan`` takes it."""
    from core.learn.recipe import MEMBERS, Encoder, Net, Pretraining

    start = str(run_of(options.start).folder) if options.start is not None else ""
    tuning: Any = "adapters" if options.adapters else "full"
    return {
        "members": options.members if options.members is not None else MEMBERS,
        "class_weights": options.class_weights,
        "net": Net(**dict(options.net)),
        "search": _search(options),
        "encoder": Encoder(options.encoder, options.tuning) if options.encoder else None,
        "pretraining": Pretraining(options.pretrain, start, tuning) if options.pretrain or start else None,
    }


def _search(options: argparse.Namespace) -> Any:
    from core.learn.recipe import Search

    if options.grid and options.search == "optuna":
        raise Problem(N_("A grid is for --search grid, but --search optuna was asked for. Leave one of them out."))
    if options.search is None and not options.grid and options.trials is None:
        return None
    if options.trials == 0:
        raise Problem(N_("A search needs at least 1 trial. Write --trials 30, or leave the search out."))
    method: Any = options.search or ("grid" if options.grid else "optuna")
    return Search(method, options.trials or Search().trials, grid=dict(options.grid))


def _name(said: str, table: Table) -> str:
    """The column that a name means, as a goal finds it; reading may have tidied the name in the file."""
    from core.data.names import find_column

    found = find_column(said, table.schema)
    return said if found is None else found.name


def _findings(run: Run) -> tuple[Finding, ...]:
    """What reading, planning and measuring found."""
    from core.data.keep import card

    planned = msgspec.convert(run.request().arguments.get("findings", []), tuple[Finding, ...])
    return (*card(run.table).findings, *planned, *values.read(run.folder / "evaluation.json", Evaluation).findings)


def tell_findings(run: Run, out: Out) -> None:
    """What a later file held that changes its answers or their number."""
    path = run.folder / "findings.json"
    if not path.is_file():
        return
    for one in values.read(path, tuple[Finding, ...]):
        if one.severity != "note" or one.code in UNCOUNTED:
            out.tell("{message}", message=one.message)


def _report(
    run: Run, evaluation: Evaluation, findings: Iterable[Finding], options: argparse.Namespace, out: Out
) -> None:
    if options.json:
        out.json(measured(evaluation, str(run.folder), findings, out.language))
    else:
        out.answer(measured_lines(evaluation, str(run.folder), findings, out.language))


def reading_of(options: argparse.Namespace) -> dict[str, Any]:
    """What is said of how a file is to be read."""
    names = tuple(name.strip() for name in options.names.split(",")) if options.names else ()
    asked = ReadOptions(
        encoding=options.encoding,
        separator=SEPARATORS.get(options.separator, options.separator),
        decimal=options.decimal,
        header=-1 if options.no_header else None,
        names=names,
        sheet=options.sheet,
    )
    found: dict[str, Any] = msgspec.to_builtins(asked)
    return found


def file_of(path: Path) -> dict[str, str]:
    """A file that is there, as a request names it."""
    if not path.exists():
        raise Problem(N_("There is no file {file}. Check its name and folder."), file=str(path))
    if not path.is_file():
        raise Problem(N_("{file} is not a file. Name a table, not a folder."), file=str(path))
    return {"path": str(path.absolute()), "name": path.name}


def run_of(folder: Path) -> Run:
    """The run that was trained in a folder."""
    run = Run(folder.absolute())
    if not (folder / "request.json").is_file() or not (folder / "model").is_dir():
        raise _no_run(folder)
    return run


def _no_run(folder: Path) -> Problem:
    return Problem(
        N_("{folder} is not the folder of a trained run. Give the folder that train named, or train first."),
        folder=str(folder),
    )


@contextmanager
def _new_folder(asked: Path | None) -> Iterator[Path]:
    """An empty folder for a run; when the work fails before there is a measured model, nothing is left behind."""
    name = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
    folder = (asked or settings().home / "runs" / name).absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Problem(
            N_("{folder} exists and is not empty. Nothing was changed. Give --out a new name, or remove it first."),
            folder=str(folder),
        )
    with place(folder):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        yield folder
    finally:
        if not Run(folder).usable:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def passing(request: Request) -> Iterator[Run]:
    """A run in a folder that goes when its answer has been read."""
    with tempfile.TemporaryDirectory(prefix="vitrine-") as folder:
        yield _make(Path(folder).resolve(), request)


def _make(folder: Path, request: Request) -> Run:
    with place(folder):
        folder.mkdir(parents=True, exist_ok=True)
        values.write(folder / "request.json", request)
        run = Run(folder)
        run.set_state("queued")
    return run


def carry_out(run: Run, out: Out) -> State:
    """Does what a run asks, here and now."""
    if run.request().verb == "train":
        return run_inline(run, out.event)
    with wall(limits(run.request())):
        return run_inline(run, out.event)


def done(run: Run, state: State, out: Out) -> None:
    """Passes where the work is whole, or where a training was stopped and left a model."""
    if state.phase == "done":
        return
    if state.message is not None:
        if run.request().verb != "train" or not (run.folder / "evaluation.json").is_file():
            raise Problem(state.message.text, **state.message.facts)
        out.tell("{message}", message=state.message)


@contextmanager
def wall(bound: Limits) -> Iterator[None]:
    """What a stranger's file can make a reader allocate ends at twice the limit, as in the worker."""
    if sys.platform != "linux":
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (2 * bound.memory_bytes, before[1]))
    try:
        yield
    except Exception as error:
        if is_shortage(error):
            raise Problem(too_large(bound).text, **too_large(bound).facts) from error
        raise
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


@contextmanager
def _stop_by_key(run: Run, out: Out) -> Iterator[None]:
    """The first Ctrl-C stops the training and keeps the best so far; the second ends it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)
        run.ask_to_stop()
        out.tell(N_("Stopping; the best so far is kept. Press again to end at once."))

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
