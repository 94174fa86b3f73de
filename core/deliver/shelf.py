"""Where a run's results are laid down: whoever reads sees those of before or the new ones, never half of them."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import Problem
from core.words import N_

if TYPE_CHECKING:
    from core.learn.model import TrainedModel

NEXT, OLD = "model.next", "model.old"
TRIES, PAUSE_SECONDS = 20, 0.05
Stamp = tuple[int, int]


def lay(folder: Path) -> None:
    """The model that was kept in ``model.next`` takes the place of the one in ``model``; for a blink there is none."""
    model, old = folder / "model", folder / OLD
    shutil.rmtree(old, ignore_errors=True)
    if model.exists():
        model.rename(old)
    (folder / NEXT).rename(model)
    shutil.rmtree(old, ignore_errors=True)


def take(folder: Path) -> TrainedModel:
    """The model of a run folder, whole, also while another takes its place.

    Raises:
        Problem: there is none, or it is damaged.
    """
    from core.learn.keep import open_model

    for _ in range(TRIES):
        before = stamp(folder)
        trouble = None
        try:
            if before is not None:
                model = open_model(folder / "model")
        except (Problem, OSError) as error:
            trouble = error
        after = stamp(folder)
        if before is not None and after == before:
            if trouble is not None:
                raise trouble
            return model
        if before is None and after is None and not (folder / OLD).exists():
            break
        time.sleep(PAUSE_SECONDS)
    raise no_model()


def stamp(folder: Path) -> Stamp | None:
    """Tells one model of a run from the next; None where there is none."""
    try:
        known = (folder / "model" / "manifest.json").stat()
    except OSError:
        return None
    return known.st_ino, known.st_mtime_ns


def no_model() -> Problem:
    """What to say of a run without a model."""
    return Problem(N_("This run has no model: it was deleted, or its training did not end. Train again."))
