"""The verdicts of a run as they lie in its folder, read once; and the job that makes them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from core.audits import audits
from core.audits.audit import About, Audit, Verdict
from core.audits.verdicts import counted
from core.deliver import audits as deliver
from core.deliver import shelf
from core.deliver.audits import Audited
from core.engines.base import Request, Run
from core.errors import Problem
from pages.shared.desk import Desk


def verdicts(run: Run, group: str = "") -> Audited | None:
    """Those of the model as it is now; None where there are none."""
    stamp = _stamp(run, group)
    return None if stamp is None else _kept(str(run.folder), group, *stamp)


def counts(run: Run) -> dict[Verdict, int] | None:
    """How often each verdict was given, for all cases; None where nothing was audited."""
    stamp = _stamp(run, "")
    return None if stamp is None else _counted(str(run.folder), *stamp)


def _stamp(run: Run, group: str) -> tuple[int, shelf.Stamp | None] | None:
    """Tells these verdicts, and the model they are of, from others."""
    try:
        changed = deliver.place(run.folder, group).stat().st_mtime_ns
    except OSError:
        return None
    return changed, shelf.stamp(run.folder)


@lru_cache(maxsize=16)
def _kept(folder: str, group: str, changed: int, model: shelf.Stamp | None) -> Audited | None:
    """The path names the owner, the rest the version."""
    return deliver.kept(Path(folder), group)


@lru_cache(maxsize=512)
def _counted(folder: str, changed: int, model: shelf.Stamp | None) -> dict[Verdict, int] | None:
    found = deliver.kept(Path(folder))
    return None if found is None else counted(report.verdict for report in found.reports)


def about(key: str) -> About | None:
    """What is said of an audit; None where this version has it no more."""
    return _abouts().get(key)


def asked() -> tuple[Audit, ...]:
    """Every audit there is."""
    return audits()


@lru_cache(maxsize=1)
def _abouts() -> dict[str, About]:
    return {one.key: one.about for one in audits()}


def job(desk: Desk, run: Run, group: str) -> Run | None:
    """The newest job that was asked to audit the model for a group; found in every tab and after a reload."""
    for one in desk.store.dependents(run.id):
        request = _request(one)
        if request is not None and request.verb == "audit" and request.arguments.get("group", "") == group:
            return one
    return None


def start(desk: Desk, run: Run, group: str, sensitive: tuple[str, ...], cutoff: float | None) -> None:
    """Has all audits run."""
    under_way = job(desk, run, group)
    if under_way is not None and not under_way.state().ended:
        return
    request = Request(
        "audit",
        name=run.request().name,
        table=str(run.table),
        model=str(run.folder.resolve()),
        arguments={"sensitive": list(sensitive), "cutoff": cutoff, "group": group},
    )
    made = desk.store.new_run(request)
    desk.processes.submit(made)


def _request(run: Run) -> Request | None:
    """None where the run was deleted meanwhile, or is damaged."""
    try:
        return run.request()
    except (OSError, Problem):
        return None
