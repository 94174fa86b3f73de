"""Smallest changes beside other searches: ``python -m benchmarks ways [--run FOLDER ...] [--cases 25]``.

Cases that a model names are to be named no longer, within the same limits: by ``core.whatif.counterfactual.ways``, by
sets of changes drawn at random, by the best single change again and again, and by DiCE where it is installed
(``pip install dice-ml``). Without ``--run`` a blend is trained on 10,000 made-up rows of 30 columns. Costs are in usual
distances; "near" is the share of results that are not outside all that the model has learned from.
"""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "0")

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.data.conform import conform
from core.whatif.aims import target
from core.whatif.asker import Asker, State, with_change
from core.whatif.basis import Basis
from core.whatif.counterfactual import limits, ways
from core.whatif.levers import Lever, levers
from core.whatif.support import support
from core.whatif.ways import Aim

CASES, SEED = 25, 0
HARD = 0.8
"""Chance of the other answer that is wanted in the second table."""
DRAWN = 2_000
"""Sets that the random search asks about: several times as many as the others."""
STEPS = 8
"""Changes that the greedy search makes at most."""
TARGET = "valid >= 95 %, median columns <= 3, a case < 2 s"


@dataclass(frozen=True)
class Case:
    """One case with all that a search needs."""

    basis: Basis
    row: pd.DataFrame
    aim: Aim
    levers: tuple[Lever, ...]

    def asker(self) -> Asker:
        """One that knows the case as it is."""
        made = Asker(self.basis.model, self.row, self.levers, target(self.aim, self.basis.model))
        made.ask([()])
        return made


@dataclass(frozen=True)
class Outcome:
    """What a search made of a case; ``after`` is None where it found nothing."""

    after: pd.DataFrame | None
    seconds: float
    cpu: float
    found: int = 1
    """Different ways."""


Search = Callable[[Case], tuple[pd.DataFrame | None, int]]


def ours(case: Case) -> tuple[pd.DataFrame | None, int]:
    """The way that stands first."""
    found = ways(case.basis, case.row, case.aim, ())
    if not found.ways:
        return None, 0
    after = case.row.copy()
    for name, cell in found.ways[0].changes.items():
        after[name] = pd.Series([cell], index=after.index)
    return conform(after, case.basis.model.schema)[0], len(found.ways)


def drawn(case: Case) -> tuple[pd.DataFrame | None, int]:
    """The best of sets drawn at random: one to four columns, each cell from those that the first search tries."""
    draw, asker = np.random.default_rng(SEED), case.asker()
    states: list[State] = []
    for _ in range(DRAWN):
        places = np.sort(draw.choice(len(case.levers), min(int(draw.integers(1, 5)), len(case.levers)), replace=False))
        cells = [case.levers[place].cells for place in places]
        states.append(tuple((int(at), of[draw.integers(len(of))]) for at, of in zip(places, cells, strict=True)))
    asker.ask(states)
    found = asker.reached()
    return (asker.frame(found[:1]), 1) if found else (None, 0)


def greedy(case: Case) -> tuple[pd.DataFrame | None, int]:
    """The single change that brings the answer nearest, then the next, until it is enough."""
    asker = case.asker()
    state: State = ()
    for _ in range(STEPS):
        options = [with_change(state, at, cell) for at, lever in enumerate(case.levers) for cell in lever.cells]
        gaps = asker.ask(options)
        state = options[int(np.argmin(gaps))]
        if gaps.min() <= 0:
            return asker.frame([state]), 1
    return None, 0


def dice(method: str) -> Search:
    """The first of three counterfactuals of DiCE, which is told the same limits."""
    import dice_ml  # type: ignore[import-not-found]

    def search(case: Case) -> tuple[pd.DataFrame | None, int]:
        model, features = case.basis.model, list(case.basis.model.features)
        columns = {column.name: column for column in model.schema.columns}
        numbers = [name for name in features if columns[name].kind == "number"]
        rows = _whole(case.basis.frame, features, numbers)
        rows["goal"] = (case.basis.truth.loc[rows.index].astype(str) == model.classes[1]).astype(int)
        data = dice_ml.Data(dataframe=rows, continuous_features=numbers, outcome_name="goal")
        explainer = dice_ml.Dice(data, dice_ml.Model(model=_Answers(model, case.row), backend="sklearn"), method=method)
        ranges: dict[str, Any] = {
            lever.name: [lever.low, lever.high] if lever.numeric else [*map(str, lever.cells), str(lever.now)]
            for lever in case.levers
        }
        query = _whole(case.row, features, numbers)
        threshold = 0.5 if case.aim.chance is None else case.aim.chance
        made = explainer.generate_counterfactuals(
            query,
            total_CFs=3,
            desired_class=0,
            stopping_threshold=threshold,
            features_to_vary=list(ranges),
            permitted_range=ranges,
            verbose=False,
        )
        found = made.cf_examples_list[0].final_cfs_df
        if found is None or not len(found):
            return None, 0
        return conform(found[features].iloc[:1].astype(object), model.schema)[0], len(found)

    return search


class _Answers:
    """The model as DiCE asks it: categories as text."""

    def __init__(self, model: Any, like: pd.DataFrame) -> None:
        self.model, self.like, self.classes_ = model, like, np.array([0, 1])

    def predict_proba(self, rows: pd.DataFrame) -> np.ndarray:
        return np.asarray(self.model.predict(pd.DataFrame(rows)[list(self.like.columns)].astype(object)))

    def predict(self, rows: pd.DataFrame) -> np.ndarray:
        return np.asarray(self.predict_proba(rows)[:, 1] >= (self.model.cutoff or 0.5)).astype(int)


def _whole(frame: pd.DataFrame, features: list[str], numbers: list[str]) -> pd.DataFrame:
    """Without missing cells, which DiCE does not take."""
    filled = frame[features].copy()
    for name in features:
        cells = filled[name].astype(float) if name in numbers else filled[name].astype(object)
        filled[name] = cells.fillna(cells.median() if name in numbers else "missing")
    return filled


def searches() -> dict[str, Search]:
    """All there are, by the name they are shown with."""
    found: dict[str, Search] = {"ways": ours, f"random, {DRAWN:,} sets": drawn, "greedy, one by one": greedy}
    if find_spec("dice_ml") is not None:
        found |= {"DiCE, random": dice("random"), "DiCE, genetic": dice("genetic")}
    return found


def cases(basis: Basis, count: int, chance: float | None) -> Iterator[Case]:
    """Training rows that are named, drawn by chance.

    Args:
        basis: the model and its rows.
        count: rows.
        chance: wanted for the other answer; None where not to be named is enough.
    """
    model = basis.model
    said = model.predict(basis.frame)[:, 1]
    named = np.random.default_rng(SEED).permutation(np.flatnonzero(said >= (model.cutoff or 0.5)))[:count]
    allowed = limits(model, basis.domain, model.recipe.task)
    wanted = basis.truth.astype(str).to_numpy() == model.classes[0]
    for at in named:
        row = basis.frame.iloc[[at]]
        yield Case(basis, row, Aim(model.classes[0], chance), levers(basis, row, allowed, wanted))


def timed(search: Search, case: Case) -> Outcome:
    """The search with what it took; one that fails found nothing."""
    begun, spent = time.perf_counter(), time.process_time()
    try:
        after, found = search(case)
    except Exception as error:
        sys.stderr.write(f"{type(error).__name__}: {str(error)[:120]}\n")
        after, found = None, 0
    return Outcome(after, time.perf_counter() - begun, time.process_time() - spent, found)


def line(name: str, given: Sequence[Case], outcomes: Sequence[Outcome]) -> list[str]:
    """A row of the table."""
    pairs = [(case, one) for case, one in zip(given, outcomes, strict=True) if one.after is not None]
    after = [(case, one.after) for case, one in pairs if one.after is not None and reaches(case, one.after)]
    seconds, cpu = [one.seconds for one in outcomes], [one.cpu for one in outcomes]
    cells = [name, f"{len(after)}/{len(given)}"]
    if not after:
        return [*cells, "–", "–", "–", "–", "–", f"{np.median(seconds):.2f}", f"{np.median(cpu):.2f}"]
    sizes, costs = zip(*(size(case, row) for case, row in after), strict=True)
    judged = [support(case.basis, row)[0].verdict for case, row in after]
    near, usual = (np.mean([verdict in kinds for verdict in judged]) for kinds in (("usual", "unusual"), ("usual",)))
    many = np.mean([one.found for _, one in pairs])
    cells += [f"{np.median(sizes):g}", f"{np.median(costs):.2f}", f"{near:.0%}", f"{usual:.0%}", f"{many:.1f}"]
    return [*cells, f"{np.median(seconds):.2f} / {np.quantile(seconds, 0.95):.2f}", f"{np.median(cpu):.2f}"]


def reaches(case: Case, after: pd.DataFrame) -> bool:
    """Whether the model's own answer is the wanted one."""
    return bool(target(case.aim, case.basis.model).met(case.basis.model.predict(after))[0])


def size(case: Case, after: pd.DataFrame) -> tuple[int, float]:
    """Columns changed, and what that costs."""
    changed, cost = 0, 0.0
    for lever in case.levers:
        cell = after[lever.name].iloc[0]
        now = None if pd.isna(cell) else float(cell) if lever.numeric else str(cell)
        if now != lever.now:
            changed, cost = changed + 1, cost + lever.cost(now)
    return changed, cost


def beside(folder: Path, count: int, chance: float | None) -> None:
    """The table of one run; the first case only warms up."""
    from core.deliver.opened import opened

    basis = opened(folder).basis
    given = list(cases(basis, count + 1, chance))
    members = ", ".join(member.name for member in basis.model.members)
    sys.stdout.write(
        f"\n{folder.name}: {len(basis.model.features)} columns, blend of {members}; to reach: {TARGET}\n\n"
    )
    head = ("search", "valid", "columns", "cost", "near", "usual", "ways", "seconds, median / 95 %", "CPU s")
    sys.stdout.write(f"| {' | '.join(head)} |\n|{'---|' * len(head)}\n")
    for name, search in searches().items():
        timed(search, given[0])
        sys.stdout.write(f"| {' | '.join(line(name, given[1:], [timed(search, case) for case in given[1:]]))} |\n")
        sys.stdout.flush()


def trained(folder: Path) -> Path:
    """A run on made-up rows."""
    from benchmarks.scale import CHANCE, made

    made(10_000).drop(columns=CHANCE).to_parquet(folder / "made.parquet")
    run = folder / "made up, 10,000 rows"
    command = [sys.executable, "-m", "core", "train", str(folder / "made.parquet"), "--target", "goal"]
    subprocess.run([*command, "--budget", "60s", "--out", str(run)], check=True, stdout=subprocess.DEVNULL)
    return run


def main() -> None:
    """Prints a table for each run."""
    ask = argparse.ArgumentParser(prog="python -m benchmarks ways")
    ask.add_argument("--run", type=Path, action="append", help="a folder of python -m core train, two classes")
    ask.add_argument("--cases", type=int, default=CASES)
    options = ask.parse_args()
    with tempfile.TemporaryDirectory() as place:
        for run in options.run or [trained(Path(place))]:
            for chance in (None, HARD):
                beside(run, options.cases, chance)


if __name__ == "__main__":
    main()
