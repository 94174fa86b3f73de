"""How a file comes in: bytes to disk, a job that reads them, and the table on the desk.

The uploader is emptied as soon as the bytes are stored, so that a session holds no copy of them in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.data.table import Kind, ReadOptions, TableCard
from core.domains.domain import Sample
from core.engines.base import Request, Run
from core.errors import Problem
from pages.shared import show, watch
from pages.shared.desk import Desk, Draft
from pages.shared.language import plain, t


def _itself(file: UploadedFile, _: dict[int, Any]) -> UploadedFile:
    return file


# Streamlit copies a widget's value deeply, a whole upload with it. Nobody changes the bytes, so one copy serves.
UploadedFile.__deepcopy__ = _itself  # type: ignore[attr-defined]


def take(desk: Desk, files: Sequence[UploadedFile]) -> None:
    """Stores uploaded files and has them read as one table."""
    stored = []
    for file in files:
        stored.append({"path": str(desk.store.new_upload(file.name, file)), "name": file.name})
        _let_go(file)
    submit(desk, {"files": stored, "options": {}, "domain": desk.domain.key, "kinds": {}}, _named(files))


def _let_go(file: UploadedFile) -> None:
    """Frees the server's copy of the bytes, which Streamlit would keep until the session ends."""
    context = get_script_run_ctx()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(session_id=context.session_id, file_id=file.file_id)


def _named(files: Sequence[UploadedFile]) -> str:
    more = len(files) - 1
    return f"{files[0].name} + {more}" if more else files[0].name


def take_sample(desk: Desk, sample: Sample) -> Run:
    """Has a sample made and laid on the desk."""
    return submit(desk, {"sample": sample.key, "domain": desk.domain.key, "kinds": {}}, plain(sample.title))


def again(desk: Desk, run: Run, *, options: ReadOptions | None = None, kinds: dict[str, Kind] | None = None) -> None:
    """Reads the same bytes once more in another way; the repairs chosen so far go with them."""
    request = run.request()
    changed: dict[str, Any] = {}
    if options is not None:
        changed["options"] = msgspec.to_builtins(options)
    if kinds is not None:
        changed["kinds"] = kinds
    submit(desk, {**request.arguments, **changed, "replaces": run.table.name}, request.name)


def submit(desk: Desk, arguments: dict[str, Any], name: str) -> Run:
    """Lines a reading up and lays it on the desk."""
    table = desk.store.table_folder(desk.store.new_table_id())
    run = desk.store.new_run(Request("read", name=name, table=str(table), arguments=arguments))
    desk.processes.submit(run)
    desk.lay_reading(run.id)
    return run


def reader_of(desk: Desk, card: TableCard) -> Run | None:
    """The run that read a table; None where it was deleted."""
    folder = desk.store.table_folder(card.id)
    for run in desk.store.runs():
        try:
            request = run.request()
        except (OSError, Problem):
            continue
        if request.verb == "read" and run.table == folder.resolve():
            return run
    return None


def failure(desk: Desk, run: Run) -> None:
    """Why a reading came to nothing, and the way back."""
    watch.ended(run)
    st.button(t("Put this file away"), key="drop_reading", on_click=show.guarded, args=(desk.lay_reading, None))


def settle(desk: Desk, run: Run) -> None:
    """Lays the table down that a reading has made, with what was chosen before it was read anew."""
    made = run.table.name
    arguments = run.request().arguments
    old = arguments.get("replaces")
    if old:
        _carry(desk, old, made, arguments)
    desk.lay_table(made)
    desk.lay_reading(None)
    desk.go("data")


def _carry(desk: Desk, old: str, made: str, arguments: dict[str, Any]) -> None:
    names = set(desk.store.table(made).schema.names)
    before = desk.draft_of(old)
    repairs = tuple(repair for repair in before.repairs if not repair.column or repair.column in names)
    kinds = {name: kind for name, kind in arguments.get("kinds", {}).items() if name in names}
    same = names == set(desk.store.table(old).schema.names)
    named = before.named or bool((arguments.get("options") or {}).get("names"))
    kept = before if same else Draft()
    desk.keep(replace(kept, repairs=repairs, kinds=kinds, named=named, ready=False), made)
    if not any(run.request().verb == "train" for run in desk.store.dependents(old)):
        desk.store.delete_table(old)
