"""Ways and limits as pages ask for them: through JSON and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.deliver.ask.ways import ask_limits, ask_ways
from core.deliver.opened import Opened
from core.deliver.questions import questions
from core.engines.base import Run
from core.errors import Problem
from core.whatif.scenario import Scenario
from core.whatif.ways import Aim, Limit
from tests.core.whatif.handmade import basis, chances, numbers


class Line:
    """Asks an open model in this process, with everything as JSON."""

    def __init__(self) -> None:
        frame = numbers().assign(kind=["u", "v"] * 200)
        frame.loc[7, ["a", "b", "c"]] = [0.0, 0.5, 0.0]
        held = basis(frame, lambda rows: chances(2 * rows["a"].to_numpy() + rows["b"].to_numpy() - 1.5))
        self.open = Opened(Path("run"), held.model, None)
        self.open.frame = frame
        vars(self.open).update(_basis=held, count=len(frame))

    def ask(self, verb: str, *, run: str, **given: Any) -> Any:
        asked = msgspec.json.decode(msgspec.json.encode(given))
        return msgspec.json.decode(msgspec.json.encode(questions()[verb](self.open, **asked)))


@pytest.fixture(scope="module")
def line() -> Any:
    return Line()


RUN = Run(Path("run"))


def test_a_row_of_the_table_has_its_ways(line: Any) -> None:
    found = ask_ways(line, RUN, Scenario(row=7), Aim("yes"), effort=20.0)
    assert 0.5 <= found.ways[0].changes["a"] <= 0.52
    assert found.ways[0].was == {"a": 0.0}
    assert found.ways[0].values[1] >= 0.5 > found.start[1]
    assert found.ways[0].support.neighbours


def test_changes_so_far_count(line: Any) -> None:
    found = ask_ways(line, RUN, Scenario(row=7, changes={"a": 2.0}), Aim("yes"))
    assert found.ways == ()
    assert found.note is not None
    assert "already" in found.note.english()


def test_limits_and_a_budget_arrive(line: Any) -> None:
    found = ask_ways(line, RUN, Scenario(row=7), Aim("yes"), [Limit("a", "no")], effort=20.0, most=1)
    assert list(found.ways[0].changes) == ["b"]
    nearest = ask_ways(line, RUN, Scenario(row=7), Aim("yes"), budget=0.1, effort=20.0)
    assert nearest.ways == ()
    assert nearest.best is not None
    assert nearest.best.cost <= 0.1 + 1e-9


def test_cells_of_another_file_have_ways_too(line: Any) -> None:
    cells: dict[str, Any] = {"a": "0", "b": 0.5, "c": None, "kind": "v"}
    found = ask_ways(line, RUN, Scenario(cells=cells), Aim("yes"), effort=20.0, most=1)
    assert found.ways or found.best is not None


def test_the_usual_limits_are_told(line: Any) -> None:
    found = ask_limits(line, RUN)
    assert [limit.column for limit in found] == ["a", "b", "c", "kind"]
    assert {limit.may for limit in found} == {"any"}


def test_an_answer_that_the_model_does_not_know_is_a_problem(line: Any) -> None:
    with pytest.raises(Problem, match="does not know"):
        ask_ways(line, RUN, Scenario(row=7), Aim("perhaps"))
