"""The grade of a run: measured once, kept, and measured again for another model."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from core import values
from core.data.task import Goal, Task
from core.deliver.grades import FILE, graded, kept
from core.deliver.opened import opened
from core.deliver.store import Store
from core.engines.base import Request, Run
from core.engines.inline import run_inline
from core.errors import Problem
from core.learn.recipe import Recipe

CSV = "hours;age;passed\n" + "".join(f"{i % 11};{i % 7};{'yes' if i % 11 > 4 else 'no'}\n" for i in range(200))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Run:
    store = Store(tmp_path_factory.mktemp("home"), "ann")
    file = {"path": str(store.new_upload("pupils.csv", CSV.encode())), "name": "pupils.csv"}
    table = store.table_folder(store.new_table_id())
    read = store.new_run(Request("read", table=str(table), arguments={"files": [file], "domain": "education"}))
    run_inline(read)
    task = Task("binary", Goal("passed"), ("hours", "age"), ("no", "yes"), "yes")
    recipe = Recipe(task, members=("simple",), time_budget_seconds=20)
    arguments = {"recipe": values.from_json(dict, values.to_json(recipe))}
    run = store.new_run(Request("train", table=str(table), arguments=arguments))
    assert run_inline(run).phase == "done"
    return run


def test_a_grade_is_measured_once_and_kept(trained: Run) -> None:
    assert kept(trained.folder) is None
    first = graded(trained.folder, seconds=5)
    assert first.checks[0].key == "adds_up" and first.checks[0].passed
    assert kept(trained.folder) == graded(trained.folder) == first


def test_a_grade_of_an_earlier_model_is_not_shown(trained: Run) -> None:
    graded(trained.folder, seconds=5)
    path = trained.folder / FILE
    os.utime(path, ns=(1, 1))
    assert kept(trained.folder) is None


def test_a_damaged_grade_is_measured_again(trained: Run) -> None:
    path: Path = trained.folder / FILE
    path.write_text("{", encoding="utf-8")
    assert kept(trained.folder) is None
    assert graded(trained.folder, seconds=5) == kept(trained.folder)


def test_a_run_that_is_deleted_meanwhile_is_called_so(trained: Run, tmp_path: Path) -> None:
    copy = tmp_path / "run"
    shutil.copytree(trained.folder, copy)
    held = opened(copy)
    shutil.rmtree(copy)
    with pytest.raises(Problem, match="deleted"):
        graded(copy, held=held)
    with pytest.raises(Problem, match="deleted"):
        held.rows([1])
