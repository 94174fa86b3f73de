"""The engine beside what users would pick instead, on the same outer folds in one run.

``python -m benchmarks engine`` measures every reported set; ``--sets`` others (``development`` for those to choose on);
``--quick`` one fold, of four small sets to choose on unless sets are named. Every set is read and checked as an upload
is. Each fit is a fresh process on two cores, so that seconds and memory are its own; all learn from the same rows and
are tested on the same others. A run that was cut short goes on from its CSV file; our own fits are made again where the
code has changed.

Peers: ``pip install -r benchmarks/requirements.txt``. AutoML tools need an environment of their own
(``benchmarks/requirements-automl.txt``), whose python is named by ``VITRINE_AUTOML``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil

from benchmarks.compare import Comparison
from benchmarks.peers import ANSWER, AUTOML, PEERS
from benchmarks.results import OURS, Result, Results, judged
from benchmarks.sets import DEVELOPMENT, REPORTED, folds, here, load
from core.data.keep import keep
from core.data.labels import target
from core.data.repair import repair
from core.deliver.plan import plan
from core.engines.spawn import ENVIRONMENT
from core.learn.device import processor
from core.learn.recipe import Recipe
from core.learn.train import class_numbers

PROJECT = Path(__file__).resolve().parent.parent
QUICK = ("xapi", "heart failure", "australian", "friedman 300")
LARGE_ROWS = 5_000
LIMIT_SECONDS = 900
"""A fit that takes longer has failed."""
OUR_CODE = ("core/learn", "core/data")


@dataclass(frozen=True)
class Fold:
    """One outer fold of one set, and all that a fit needs of it."""

    set: str
    number: int
    count: int
    recipe: Recipe
    goal: str
    choices: dict[str, Any]
    cells: pd.DataFrame
    """Repaired; the features only, named by their place."""
    truth: pd.Series
    """Class numbers, or amounts."""
    words: tuple[str, ...]
    learn: np.ndarray
    test: np.ndarray
    table: Path
    """Folder of the kept table."""


def main() -> None:
    """Runs what is not yet in the file, and prints the tables."""
    options = _options(sys.argv[1:])
    keep_to(options.cores)
    names, results = _names(options), Results(Path(options.out))
    models, absent = _models(options)
    _say("".join(f"{line}\n" for line in absent))
    if not options.show:
        with tempfile.TemporaryDirectory() as place:
            for fold in (fold for name in names for fold in _folds(name, options, Path(place))):
                for model in models:
                    _measure(fold, model, options, results)
    engine = next((model for model in models if _is_ours(model)), OURS)
    _say(f"\n{time.strftime('%Y-%m-%d')}, {processor().name}, budget {options.seconds:.0f} s\n\n")
    _say(Comparison(results, names, engine).tables() + "\n")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    ask = argparse.ArgumentParser(prog="python -m benchmarks engine")
    ask.add_argument("--sets", nargs="+", default=["reported"], help="names, 'reported' or 'development'")
    ask.add_argument("--folds", type=int, default=3, help=f"outer folds of sets below {LARGE_ROWS:,} rows")
    ask.add_argument("--large-folds", type=int, default=1, help="outer folds of larger ones")
    ask.add_argument("--automl-folds", type=int, default=1, help="folds on which AutoML tools are run")
    ask.add_argument("--quick", action="store_true", help="one fold, no AutoML; four small sets unless named")
    ask.add_argument("--peers", nargs="*", default=list(PEERS), help=f"of {' '.join(PEERS)}; nothing for none")
    ask.add_argument("--members", nargs="*", default=[""], help="our engine with these alone: trees simple,net ...")
    ask.add_argument("--no-engine", action="store_true", help="peers alone")
    ask.add_argument("--seconds", type=float, default=60.0, help="time budget of our engine and of AutoML tools")
    ask.add_argument("--cores", type=int, default=2)
    ask.add_argument("--seed", type=int, default=0, help="of the outer folds")
    ask.add_argument("--out", default="var/benchmarks/engine.csv", help="where results are kept; a run goes on there")
    ask.add_argument("--again", action="store_true", help="measure also what is there")
    ask.add_argument("--show", action="store_true", help="only print what is there")
    options = ask.parse_args(arguments)
    unknown = set(options.peers) - set(PEERS)
    if unknown:
        ask.error(f"unknown peers: {', '.join(sorted(unknown))}")
    return options


def _names(options: argparse.Namespace) -> list[str]:
    """The sets asked for whose files are here; what is missing is said."""
    groups = {"reported": list(REPORTED), "development": list(DEVELOPMENT)}
    asked = [name for one in options.sets for name in groups.get(one, [one])]
    unknown = [name for name in asked if name not in {**REPORTED, **DEVELOPMENT}]
    if unknown:
        raise SystemExit(f"No such set: {', '.join(unknown)}. 'python -m benchmarks sets' lists them.")
    if options.quick and options.sets == ["reported"]:
        asked = list(QUICK)
    present = here(asked)
    if len(present) < len(asked):
        _say(f"Not measured, their files are absent: {', '.join(name for name in asked if name not in present)}.\n")
    return present


def _models(options: argparse.Namespace) -> tuple[list[str], list[str]]:
    """What can be fitted here, and what to say about the rest."""
    ours = [] if options.no_engine else [f"{OURS}:{one}" if one else OURS for one in options.members]
    asked = [name for name in options.peers if not (options.quick and name in AUTOML)]
    found = {name: _present(name) for name in asked}
    absent = [f"{name} is not installed and was left out." for name in asked if not found[name]]
    return [*ours, *(name for name in asked if found[name])], absent


def _present(name: str) -> bool:
    module = PEERS[name][0].split(".")[0]
    if name not in AUTOML:
        return find_spec(module) is not None
    question = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({module!r}) is None)"
    python = os.environ.get("VITRINE_AUTOML", "")
    return bool(python) and subprocess.run([python, "-c", question], check=False).returncode == 0


def _folds(name: str, options: argparse.Namespace, place: Path) -> Iterator[Fold]:
    """The folds of a set; its table is kept in a folder while they are used."""
    table, goal, choices = load(name)
    recipe, _ = plan(table, goal, **choices)
    frame = repair(table.frame, recipe.repairs, scoring=False)
    answers = target(frame, recipe.task.goal, recipe.task.kind)
    known = answers[answers.isin(recipe.task.classes) if recipe.task.classes else answers.notna()]
    truth = pd.Series(class_numbers(known, recipe.task), index=known.index)
    cells, words = _cells(frame, recipe)
    count = options.folds if len(known) < LARGE_ROWS else options.large_folds
    parts = folds(table, goal, choices, count, options.seed)[: 1 if options.quick else None]
    folder = place / hashlib.sha256(name.encode()).hexdigest()[:12]
    keep(table, folder)
    for number, (learn, test) in enumerate(parts):
        yield Fold(name, number, count, recipe, goal, choices, cells, truth, words, learn, test, folder)
    shutil.rmtree(folder)


def _cells(frame: pd.DataFrame, recipe: Recipe) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Features as peers take them (numbers, dates as days, everything else as text), and the names of the texts."""
    made, words = {}, []
    for place, feature in enumerate(recipe.task.features):
        name, cells = f"c{place}", frame[feature]
        if pd.api.types.is_datetime64_any_dtype(cells):
            made[name] = (cells - pd.Timestamp(0)) / pd.Timedelta(days=1)
        elif pd.api.types.is_numeric_dtype(cells):
            made[name] = cells.astype(np.float64)
        else:
            made[name] = cells.astype(object).where(cells.notna(), None)
            words.append(name)
    return pd.DataFrame(made), tuple(words)


def _measure(fold: Fold, model: str, options: argparse.Namespace, results: Results) -> None:
    """One fit in a process of its own, unless it is there already."""
    code = _code() if _is_ours(model) else ""
    key = (fold.set, fold.number, fold.count, options.seed, model)
    skipped = model in AUTOML and fold.number >= options.automl_folds
    if skipped or (results.has(key, code) and not options.again):
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _lay_out(fold, model, options, folder)
        cost, error = _fit(model, folder)
        judged_as: dict[str, Any] = dict.fromkeys(("loss", "auc", "ece"), np.nan)
        losses = None
        if not error:
            said = np.load(folder / "answers.npy")
            judged_as, losses = judged(fold.recipe.task.kind, fold.truth.loc[fold.test].to_numpy(), said)
    one = Result(
        set=fold.set, fold=fold.number, folds=fold.count, seed=options.seed, model=model, code=code,
        kind=fold.recipe.task.kind, rows=len(fold.learn), tested=len(fold.test), error=error,
        when=time.strftime("%Y-%m-%d %H:%M"), **judged_as, **cost,
    )  # fmt: skip
    results.add(one, losses)
    _say(f"{one.set} {one.fold + 1}/{one.folds} {model}: {error or f'{one.loss:.4g} in {one.wall:.1f} s'}\n")


def _lay_out(fold: Fold, model: str, options: argparse.Namespace, folder: Path) -> None:
    """The files that a fit reads; the answers of the rows tested are not among them, or are not looked at (ours)."""
    if _is_ours(model):
        repairs = [asdict(one) for one in fold.choices.get("repairs", ())]
        about = {
            "table": str(fold.table), "goal": fold.goal, "choices": {**fold.choices, "repairs": repairs},
            "members": [one for one in model.partition(":")[2].split(",") if one],
            "cores": options.cores, "seconds": options.seconds,
        }  # fmt: skip
        np.save(folder / "learn.npy", fold.learn)
        np.save(folder / "test.npy", fold.test)
    else:
        task = fold.recipe.task
        about = {"model": model, "kind": task.kind, "classes": len(task.classes), "words": fold.words}
        about |= {"cores": options.cores, "seconds": options.seconds}
        fold.cells.loc[fold.learn].assign(**{ANSWER: fold.truth.loc[fold.learn]}).to_parquet(folder / "learn.parquet")
        fold.cells.loc[fold.test].to_parquet(folder / "test.parquet")
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")


def _fit(model: str, folder: Path) -> tuple[dict[str, Any], str]:
    """Costs, and what went wrong."""
    if _is_ours(model):
        command = [sys.executable, "-m", "benchmarks.ours", str(folder)]
    else:
        python = os.environ["VITRINE_AUTOML"] if model in AUTOML else sys.executable
        command = [python, "-P", str(PROJECT / "benchmarks" / "peers.py"), str(folder)]
    before = _spent()
    try:
        done = subprocess.run(
            command, cwd=PROJECT, env=_environment(model), capture_output=True, text=True, timeout=LIMIT_SECONDS,
            check=False,
        )  # fmt: skip
        error = "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["no reason given"])[-1][:200]
    except subprocess.TimeoutExpired:
        error = f"longer than {LIMIT_SECONDS} s"
    wall, whole, mine = (after - then for after, then in zip(_spent(), before, strict=True))
    cost = json.loads((folder / "cost.json").read_text()) if not error else {}
    empty = dict.fromkeys(("cpu", "wall", "answer", "memory"), np.nan) | {"version": ""}
    return empty | cost | {"busy": round(max(0.0, whole - mine) / wall, 3)}, error


def _is_ours(model: str) -> bool:
    return model.partition(":")[0] == OURS


def _environment(model: str) -> dict[str, str]:
    """Threads of our engine sleep while they wait, as in the product; those of the peers do what they do."""
    return {**os.environ, **(ENVIRONMENT if _is_ours(model) else {})}


def _spent() -> tuple[float, float, float]:
    """Seconds: of the clock, of all processes on all cores, of this process's ended children."""
    times, own = psutil.cpu_times(), os.times()
    return time.perf_counter(), sum(times) - times.idle - getattr(times, "iowait", 0.0), own[2] + own[3]


def _code() -> str:
    """Digest of all that decides what our engine answers."""
    digest = hashlib.sha256()
    for path in sorted(path for place in OUR_CODE for path in (PROJECT / place).rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def keep_to(cores: int) -> None:
    """This process and its children use so many cores, where the system can be told."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
