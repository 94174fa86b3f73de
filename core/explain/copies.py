"""Work shared out among copies of this process, one for each further core.

Walks are many small steps of numpy between which Python decides; threads wait for each other's interpreter, and two of
them brought 1.2 times the rows of one where two processes bring nearly twice. A copy begins with all that this process
knows of the model, writes its rows into memory that both share, and ends.
"""

from __future__ import annotations

import ctypes
import math
import mmap
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import suppress

import numpy as np

FEWEST = 4
"""Items for which a copy is worth making."""
PATIENCE = 30.0
"""Seconds that a copy may still take, beside as long as this process took for its own part; then it is ended."""
WHOLE, CUT, FAILED = 0, 3, 1
"""How a copy ends: all done, time over before, something went wrong."""


def zeros(*shape: int, dtype: type = float) -> np.ndarray:
    """An array of zeros that copies made from now on share with this process."""
    kind = np.dtype(dtype)
    room = mmap.mmap(-1, max(1, math.prod(shape) * kind.itemsize))
    return np.frombuffer(room, kind, count=math.prod(shape)).reshape(shape)


def lanes(items: int, cores: int) -> int:
    """How many parts of so many items are worked on at the same time, this process among them.

    A process is copied only where that is safe: on Linux, and by its main thread, since of the others none goes along.
    """
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return 1
    return max(1, min(cores, items // FEWEST))


def share(work: Callable[[int], bool], count: int, forget: Callable[[int], None]) -> bool:
    """Calls ``work(0)`` here and ``work(1)`` to ``work(count - 1)`` in copies; whether all say that they were finished.

    Args:
        work: uses numpy and Python only, since threads do not go along into a copy; what it finds it writes into
            arrays of ``zeros``. Where a copy fails its part is worked on here, and raises here what it raised there.
        count: of parts, from ``lanes``.
        forget: undoes what a copy that failed may have left half written of its part.
    """
    begun, under_way = time.monotonic(), dict[int, int]()
    try:
        with suppress(OSError):  # the machine has no room for one more: that part is worked on here
            for lane in range(1, count):
                under_way[lane] = _copy(work, lane)
        whole = work(0)
        due = time.monotonic() + (time.monotonic() - begun) + PATIENCE
        for lane in range(1, count):
            ended = _ended(under_way[lane], due) if lane in under_way else FAILED
            under_way.pop(lane, None)
            if ended not in (WHOLE, CUT):
                forget(lane)
                ended = WHOLE if work(lane) else CUT
            whole = whole and ended == WHOLE
    finally:
        for pid in under_way.values():
            _end(pid)
    return whole


def _copy(work: Callable[[int], bool], lane: int) -> int:
    """The id of a copy that does a part and ends; it ends too when this process does."""
    parent = os.getpid()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads: see ``share``
        pid = os.fork()
    if pid:
        return pid
    code = FAILED
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() == parent:
            code = WHOLE if work(lane) else CUT
    finally:
        os._exit(code)


def _ended(pid: int, due: float) -> int:
    """How a copy ended; after ``due`` it is not waited for."""
    while time.monotonic() < due:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    _end(pid)
    return FAILED


def _end(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
