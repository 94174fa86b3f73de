"""A gzip file unpacked to disk with a counter that decides while it runs, whatever the file says of itself."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from core.data.formats.grid import Stoppable, damaged, mind_stop
from core.errors import Problem
from core.settings import settings
from core.words import N_

RATIO, FLOOR = 200, 20_000_000
"""A table seldom shrinks below a hundredth; what is more than 200 times its packed size is a trap."""


def unpack(path: Path, folder: Path, watch: Stoppable | None) -> Path:
    """The unpacked file in ``folder``.

    Raises:
        Problem: it is damaged, or unpacks to more than is allowed.
    """
    limit = min(settings().upload_bytes, max(FLOOR, RATIO * path.stat().st_size))
    written, target = 0, folder / "unpacked"
    try:
        with gzip.open(path) as source, target.open("wb") as out:
            while chunk := source.read(1 << 20):
                mind_stop(watch)
                written += len(chunk)
                if written > limit:
                    raise swollen(limit)
                out.write(chunk)
    except (OSError, EOFError, zlib.error) as error:
        raise damaged() from error
    return target


def swollen(limit: int) -> Problem:
    """The refusal of a packed file that grows without measure."""
    return Problem(
        N_(
            "Unpacked, this file is larger than {limit:bytes}, far more than it should be. Upload the table itself, as "
            "CSV or Parquet."
        ),
        limit=limit,
    )
