"""A store with small jobs, and a scheduler for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.engines.processes import Processes
from tests.core.engines.small_jobs import Bench, wait


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    """A scheduler of two cores without a warm worker."""
    made = Processes(tmp_path, cores=2, warm=False).start()
    yield made
    for run in made.running():
        made.stop(run)
    wait(lambda: not made.running())
    made.close()
