"""A later file is looked at before its answers are used."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import values
from core.data.table import Finding
from core.deliver.later import evaluate_file
from core.deliver.store import Store
from core.engines.base import Request, Run
from core.engines.inline import run_inline
from tests.core.deliver.test_work import read, request

ROWS = 200
HEAD = "hours;passed\n"


def text(factor: int) -> str:
    return HEAD + "".join(f"{(i % 37 + 1) * factor};{'yes' if i % 37 > 17 else 'no'}\n" for i in range(ROWS))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("home"), "ann")


@pytest.fixture(scope="module")
def trained(store: Store) -> Run:
    run = store.new_run(request(read(store, ("pupils.csv", text(1))).table))
    assert run_inline(run).phase == "done"
    return run


def given(store: Store, factor: int) -> dict[str, str]:
    return {"path": str(store.new_upload("later.csv", text(factor).encode())), "name": "later.csv"}


def scored(store: Store, trained: Run, factor: int) -> tuple[Finding, ...]:
    arguments = {"file": given(store, factor), "out": "answers.csv"}
    run = store.new_run(Request("score", model=str(trained.folder), arguments=arguments))
    assert run_inline(run).phase == "done"
    return values.read(Path(run.folder) / "findings.json", tuple[Finding, ...])


def test_a_slip_is_noticed_when_a_file_is_scored(store: Store, trained: Run) -> None:
    """RB-05, before scoring; the file as it was raises no alarm."""
    assert [one.code for one in scored(store, trained, 1) if one.code == "unit_slip"] == []
    (found,) = [one for one in scored(store, trained, 10) if one.code == "unit_slip"]
    assert found.severity == "warning" and found.column == "hours"


def test_and_when_it_is_measured(store: Store, trained: Run) -> None:
    _, found = evaluate_file(trained, given(store, 10), {})
    assert "unit_slip" in [one.code for one in found]
