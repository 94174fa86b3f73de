"""A model that is replaced while others read it."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from core.deliver.shelf import NEXT, OLD, lay, stamp, take
from core.engines.base import Run
from core.engines.inline import run_inline
from core.errors import Problem
from core.learn.recipe import Recipe
from tests.core.engines.small_jobs import TASK, Bench


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Run]:
    bench = Bench(tmp_path_factory.mktemp("home"))
    made = [bench.train(Recipe(TASK, members=("simple",), seed=seed, time_budget_seconds=20)) for seed in (0, 1)]
    for run in made:
        run_inline(run)
    return made[0], made[1]


def place(run: Run, folder: Path) -> Path:
    shutil.copytree(run.folder / "model", folder)
    return folder


def test_the_next_model_takes_the_place_of_the_one_before(runs: tuple[Run, Run], tmp_path: Path) -> None:
    place(runs[0], tmp_path / "model")
    before = stamp(tmp_path)
    place(runs[1], tmp_path / NEXT)
    lay(tmp_path)
    assert stamp(tmp_path) not in (before, None)
    assert take(tmp_path).recipe.seed == 1
    assert not (tmp_path / NEXT).exists() and not (tmp_path / OLD).exists()


def test_a_reader_never_meets_half_a_model(runs: tuple[Run, Run], tmp_path: Path) -> None:
    place(runs[0], tmp_path / "model")
    over, seen, trouble = threading.Event(), set[int](), list[Exception]()

    def read() -> None:
        while not over.is_set():
            try:
                seen.add(take(tmp_path).recipe.seed)
            except Exception as error:
                trouble.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(30):
        place(runs[turn % 2], tmp_path / NEXT)
        lay(tmp_path)
    over.set()
    reader.join()
    assert not trouble and seen


def test_no_model_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="no model"):
        take(tmp_path)


def test_a_damaged_model_is_said(runs: tuple[Run, Run], tmp_path: Path) -> None:
    place(runs[0], tmp_path / "model")
    (tmp_path / "model" / "recipe.json").write_text("{}")
    with pytest.raises(Problem, match="recipe"):
        take(tmp_path)
