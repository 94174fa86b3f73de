"""Where things are stored: a disk that is full or closed to us, said in words."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import Problem
from core.words import N_

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def place(folder: Path) -> Iterator[None]:
    """Work that writes below ``folder``.

    Raises:
        Problem: the disk refused; names the place and the cure.
    """
    try:
        yield
    except OSError as error:
        raise refusal(error, folder) from error


def refusal(error: OSError, folder: Path) -> Problem:
    """What a refused write means for a person who can mend it."""
    if error.errno in FULL:
        return Problem(
            N_("The disk that holds {place} is full. Delete data sets or models you no longer need, or make room."),
            place=str(folder),
        )
    if error.errno in CLOSED:
        return Problem(
            N_("Vitrine may not write to {place}. Give its user the right to, or set VITRINE_HOME to another folder."),
            place=str(folder),
        )
    return Problem(
        N_("Vitrine could not use {place} ({detail}). Check that the folder exists and that its disk is connected."),
        place=str(folder),
        detail=error.strerror or type(error).__name__,
    )
