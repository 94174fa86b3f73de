"""Who is next, and on how many cores."""

from pathlib import Path

import pytest

from core.engines.base import Run
from core.engines.line import Line, Ticket, lend


def ticket(name: str, owner: str, lane: str = "work") -> Ticket:
    return Ticket(Run(Path(name)), owner, lane)


def order(line: Line, lane: str = "work", busy: tuple[str, ...] = ()) -> list[str]:
    return [waiting.run.folder.name for waiting in line.order(lane, busy)]


def test_an_owner_with_many_runs_does_not_keep_another_waiting() -> None:
    line = Line()
    for name, owner in [("a1", "a"), ("a2", "a"), ("a3", "a"), ("b1", "b")]:
        line.join(ticket(name, owner))
    assert order(line) == ["a1", "b1", "a2", "a3"]


def test_whoever_has_less_at_work_goes_first() -> None:
    line = Line()
    line.join(ticket("a2", "a"))
    line.join(ticket("b1", "b"))
    assert order(line, busy=("a",)) == ["b1", "a2"]


def test_turns_go_round_between_owners() -> None:
    line = Line()
    first = ticket("a1", "a")
    line.join(first)
    line.served(first)
    line.join(ticket("a2", "a"))
    line.join(ticket("b1", "b"))
    assert order(line) == ["b1", "a2"]


def test_a_run_joins_once() -> None:
    line = Line()
    line.join(ticket("a1", "a"))
    line.join(ticket("a1", "a"))
    assert order(line) == ["a1"]


def test_readers_wait_for_readers_only() -> None:
    line = Line()
    line.join(ticket("train", "a"))
    line.join(ticket("read", "a", "read"))
    assert order(line, "read") == ["read"]


@pytest.mark.parametrize(
    ("cores", "running", "expected"),
    [(4, 0, []), (4, 1, [4]), (4, 3, [2, 1, 1]), (2, 2, [1, 1]), (1, 2, [1, 1]), (0, 1, [1])],
)
def test_idle_cores_are_lent_and_never_fewer_than_one(cores: int, running: int, expected: list[int]) -> None:
    assert lend(cores, running) == expected
