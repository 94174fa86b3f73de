"""A disk that refuses is said in words with place and cure."""

import errno
from pathlib import Path

import pytest

from core.engines.place import place
from core.errors import Problem


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (errno.ENOSPC, "full"),
        (errno.EACCES, "may not write"),
        (errno.EROFS, "may not write"),
        (errno.EIO, "could not use"),
    ],
)
def test_the_disk_names_place_and_cure(number: int, word: str, tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught, place(tmp_path):
        raise OSError(number, "no")
    assert word in str(caught.value) and str(tmp_path) in str(caught.value)


def test_a_problem_passes_unchanged(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="mine"), place(tmp_path):
        raise Problem("mine")
