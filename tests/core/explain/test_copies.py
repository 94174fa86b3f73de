from __future__ import annotations

import os
import signal
import sys
import threading

import numpy as np
import pytest

from core.explain import copies, sampling
from core.explain.copies import lanes, share, zeros
from core.explain.shapley import explain

linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux only")


@pytest.fixture
def made(monkeypatch) -> list[int]:
    """Ids of the copies that a test makes."""
    pids, copy = [], copies._copy

    def noted(*arguments):
        pids.append(copy(*arguments))
        return pids[-1]

    monkeypatch.setattr(copies, "_copy", noted)
    return pids


def nobody_is_left(made: list[int]) -> bool:
    """Whether there were copies, and every one has ended and was seen off."""
    for pid in made:
        with pytest.raises(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
    return bool(made)


def forget(lane: int) -> None:
    """Nothing was left half written."""


@linux
def test_what_copies_write_is_here_afterwards(made):
    found = zeros(3, 2)

    def work(lane: int) -> bool:
        found[lane] = lane + 1, os.getpid()
        return True

    assert share(work, 3, forget)
    assert found[:, 0].tolist() == [1, 2, 3]
    assert len(set(found[:, 1])) == 3
    assert nobody_is_left(made)


@linux
@pytest.mark.parametrize("late", [0, 1])
def test_one_that_was_not_finished_is_told(late):
    assert not share(lambda lane: lane != late, 2, forget)


@linux
@pytest.mark.parametrize("how", ["raises", "is killed", "hangs"])
def test_the_part_of_a_copy_that_fails_is_done_here(how, made, monkeypatch):
    monkeypatch.setattr(copies, "PATIENCE", 0.2)
    here, found = os.getpid(), zeros(2)

    def work(lane: int) -> bool:
        if os.getpid() != here:
            if how == "raises":
                raise ValueError("only there")
            if how == "is killed":
                os.kill(os.getpid(), signal.SIGKILL)
            threading.Event().wait(60)
        found[lane] = 1
        return True

    assert share(work, 2, forget)
    assert found.tolist() == [1, 1]
    assert nobody_is_left(made)


@linux
def test_parts_for_which_the_machine_has_no_room_are_done_here(made, monkeypatch):
    found, fork = zeros(3), os.fork

    def full() -> int:
        if made:
            raise BlockingIOError("no more processes")
        return fork()

    def work(lane: int) -> bool:
        found[lane] = os.getpid()
        return True

    monkeypatch.setattr(os, "fork", full)
    assert share(work, 3, forget)
    assert found.tolist() == [os.getpid(), *made, os.getpid()]
    assert nobody_is_left(made)


@linux
def test_what_is_raised_here_ends_the_copies(made):
    here = os.getpid()

    def work(lane: int) -> bool:
        if os.getpid() == here:
            raise ValueError("a row that cannot be read")
        threading.Event().wait(60)
        return True

    with pytest.raises(ValueError, match="a row that cannot be read"):
        share(work, 3, forget)
    assert nobody_is_left(made)


def test_so_many_lanes_as_cores_but_none_for_a_few_items(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    assert [lanes(items, 4) for items in (0, 1, 7, 8, 15, 16, 500)] == [1, 1, 1, 2, 3, 4, 4]
    assert lanes(500, 1) == 1


def test_only_the_main_thread_is_copied_and_only_on_linux(monkeypatch):
    found = []
    other = threading.Thread(target=lambda: found.append(lanes(500, 4)))
    other.start()
    other.join()
    monkeypatch.setattr(sys, "platform", "darwin")
    assert [*found, lanes(500, 4)] == [1, 1]


def test_an_array_of_nothing():
    assert zeros(0, 3).shape == (0, 3)


@linux
def test_rows_have_the_same_reasons_by_one_core_and_by_three(kit, made, monkeypatch):
    model = kit.build([kit.net(6, 1), kit.wood(6, 8, packs=2)], kit.rows(64, 6), (), [0.6, 0.4])
    rows, found = kit.rows(13, 6, seed=3), {}
    for cores in (1, 3):
        monkeypatch.setattr(sampling, "_cores", lambda cores=cores: cores)
        found[cores] = explain(model, rows)
    assert found[3].method == "walks"
    assert np.array_equal(found[1].values, found[3].values)
    assert np.array_equal(found[1].errors, found[3].errors)
    assert nobody_is_left(made)


@linux
def test_rows_that_a_copy_left_half_summed_are_summed_anew(kit, made, monkeypatch):
    model = kit.build([kit.net(6, 1)], kit.rows(64, 6))
    rows, here, add = kit.rows(8, 6, seed=3), os.getpid(), sampling.Sums.add
    monkeypatch.setattr(sampling, "_cores", lambda: 1)
    true = explain(model, rows, precision=1.0)

    def broken(sums, row, turns):
        sums.total[row] += 1.0
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        sums.total[row] -= 1.0
        add(sums, row, turns)

    monkeypatch.setattr(sampling.Sums, "add", broken)
    monkeypatch.setattr(sampling, "_cores", lambda: 2)
    assert np.allclose(explain(model, rows, precision=1.0).values, true.values, atol=1e-12)
    assert nobody_is_left(made)
