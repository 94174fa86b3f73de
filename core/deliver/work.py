"""The verbs of a run: each reads what the folder asks, works through the rooms, and writes its results into the folder.

The worker, the command line and the tests call the same ones. Each answers whether its work is whole: False where it
was asked to stop and something is missing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from core import values
from core.data.table import ReadOptions
from core.domains import domains
from core.engines.base import Event, Run, Watch
from core.errors import Problem
from core.words import N_, Message

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from core.data.table import Finding, Source, Table
    from core.data.task import Split
    from core.learn.model import TrainedModel
    from core.learn.recipe import Recipe

    Part = tuple[pd.DataFrame, Source, tuple[Finding, ...]]

EXPLAINED_ROWS = 300
"""Rows of the test set that the overall reasons are drawn from."""
EXPLAIN_SHARE = 0.25
"""Of the time budget, what the overall reasons may take on top."""
EXPLAIN_SECONDS = (5.0, 30.0)


def read_run(run: Run, watch: Watch) -> bool:
    """Files, or a sample, to a checked table in the folder that the request names.

    Arguments: ``files`` [{path, name}], or ``sample``; ``options`` (ReadOptions), ``domain``, ``kinds``.
    """
    from core.data.check import check
    from core.data.keep import keep

    request = run.request()
    given = request.arguments
    parts = [_sample(given["sample"])] if given.get("sample") else _files(run, watch)
    if watch.should_stop():
        return False
    raw, sources, findings = _together(parts)
    _say(watch, N_("Looking at every column"), 0.6)
    table = check(
        raw,
        sources,
        findings,
        domain=domains().get(given.get("domain", "")),
        kinds=given.get("kinds") or {},
        table_id=run.table.name,
        name=request.name or sources[0].name,
        made_up=_made_up(given.get("sample")),
    )
    if watch.should_stop():
        return False
    _say(watch, N_("Storing the data set"), 0.9)
    keep(table, run.table)
    return True
