"""An owner's data sets and runs on disk. Whose a thing is stands in its path, so no slip can show it to another.

``<home>/owners/<owner>/uploads/<id>/``, ``tables/<id>/`` and ``runs/<id>/``; every id is made here.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from core import values
from core.data.keep import card
from core.data.table import TableCard
from core.deliver.uploads import Upload, keep_upload, uploads
from core.engines.base import Request, Run
from core.engines.life import put_down
from core.engines.place import place
from core.errors import Problem
from core.words import N_

ID = re.compile(r"[0-9a-f]{16}")
NAME_CHARACTERS = 200


@dataclass(frozen=True)
class Store:
    """What one owner has.

    Args:
        home: the data folder.
        owner: the secret of the owner's browser; only its hash is ever stored.
    """

    home: Path
    owner: str

    @property
    def key(self) -> str:
        """The owner's folder name: 32 hexadecimal characters, from which the secret cannot be found."""
        return hashlib.sha256(self.owner.encode()).hexdigest()[:32]

    @property
    def folder(self) -> Path:
        """Everything of this owner lies below it."""
        return self.home / "owners" / self.key

    def new_run(self, request: Request) -> Run:
        """A queued run for the request.

        Raises:
            Problem: the data folder is full or may not be written.
        """
        with place(self.home):
            run = Run(_make(self.folder / "runs"))
            values.write(run.folder / "request.json", replace(request, owner=self.key, name=plain(request.name)))
            run.set_state("queued")
        return run

    def runs(self) -> list[Run]:
        """Every run, the newest first."""
        found = [Run(folder) for folder in _folders(self.folder / "runs") if (folder / "state.json").is_file()]
        return sorted(found, key=_created, reverse=True)

    def run(self, id: str) -> Run:  # noqa: A002 - its name everywhere
        """The run of that id.

        Raises:
            Problem: no such run is this owner's; a malformed, a foreign and an unknown id are told apart by nobody.
        """
        folder = self.folder / "runs" / id if ID.fullmatch(id) else None
        if folder is None or not (folder / "state.json").is_file():
            raise Problem(
                N_("This run was not found. It was deleted, or it is not yours. Choose one from your list of models.")
            )
        return Run(folder)

    def new_table_id(self) -> str:
        """An id for a table still to be made."""
        return new_id()

    def table_folder(self, id: str) -> Path:  # noqa: A002
        """Where the table of that id lies, or will.

        Raises:
            Problem: the id is not one of ours.
        """
        if not ID.fullmatch(id):
            raise _no_table()
        return self.folder / "tables" / id

    def table(self, id: str) -> TableCard:  # noqa: A002
        """The card of a table.

        Raises:
            Problem: no such table is this owner's.
        """
        folder = self.table_folder(id)
        if not (folder / "table.json").is_file():
            raise _no_table()
        return card(folder)

    def tables(self) -> list[TableCard]:
        """Cards of every table, the newest first."""
        cards = [made for folder in _folders(self.folder / "tables") if (made := _card(folder)) is not None]
        return sorted(cards, key=lambda card: card.created, reverse=True)

    def new_upload(self, name: str, content: bytes | BinaryIO) -> Path:
        """Stores the bytes of a file under a name of ours; the same bytes are stored once.

        Raises:
            Problem: it is larger than the settings allow, or the data folder is full or may not be written.
        """
        with place(self.home):
            return keep_upload(self.folder / "uploads", new_id(), plain(name), content)

    def dependents(self, id: str) -> list[Run]:  # noqa: A002
        """Every run made from a table or from a run of that id, the newest first."""
        roots = {(self.folder / kind / id).resolve() for kind in ("tables", "runs")}
        found: set[Run] = set()
        while True:
            more = {run for run in self.runs() if run not in found and _made_from(run) & roots}
            if not more:
                return [run for run in self.runs() if run in found and run.id != id]
            found |= more
            roots |= {run.folder.resolve() for run in more}

    def delete_table(self, id: str) -> None:  # noqa: A002
        """Deletes a table with the bytes it was read from and every run made from it; what is at work is ended."""
        folder, doomed = self.table_folder(id), self.dependents(id)
        hashes = {source.sha256 for source in self.table(id).sources} if (folder / "table.json").is_file() else set()
        with place(self.home):
            for run in doomed:
                hashes |= self._read_by(run)
                _remove_run(run)
            _erase(folder)
            self._release(hashes)

    def delete_run(self, id: str) -> None:  # noqa: A002
        """Deletes a run with every run made from its model; what is at work is ended. Its table stays."""
        run = self.run(id)
        with place(self.home):
            hashes = self._read_by(run)
            for doomed in [*self.dependents(id), run]:
                _remove_run(doomed)
            self._release(hashes)

    def rename(self, id: str, name: str) -> None:  # noqa: A002
        """Gives a run or a table another name.

        Raises:
            Problem: nothing of that id is this owner's.
        """
        with place(self.home):
            if ID.fullmatch(id) and (self.folder / "tables" / id / "table.json").is_file():
                values.write(self.table_folder(id) / "table.json", replace(self.table(id), name=plain(name)))
                return
            run = self.run(id)
            values.write(run.folder / "request.json", replace(run.request(), name=plain(name)))

    def _read_by(self, run: Run) -> set[str]:
        """Hashes of the uploads that a run was given."""
        given = _files(run)
        return {upload.sha256 for path, upload in self._uploads() if path.resolve() in given}

    def _release(self, hashes: set[str]) -> None:
        """Deletes those of the uploads that no table and no run needs any more."""
        needed = {source.sha256 for card in self.tables() for source in card.sources}
        for run in self.runs():
            needed |= self._read_by(run)
        for path, upload in self._uploads():
            if upload.sha256 in hashes - needed:
                _erase(path.parent)

    def _uploads(self) -> list[tuple[Path, Upload]]:
        return uploads(self.folder / "uploads")


def new_id() -> str:
    """64 random bits as 16 hexadecimal characters."""
    return secrets.token_hex(8)


def plain(name: str) -> str:
    """A name as it may be shown: no control characters, one line, not without end."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())[:NAME_CHARACTERS]


def _make(folder: Path) -> Path:
    made = folder / new_id()
    made.mkdir(parents=True, mode=0o700)
    return made


def _folders(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in folder.iterdir() if ID.fullmatch(path.name) and path.is_dir())


def _card(folder: Path) -> TableCard | None:
    """The card of a table that can be read; one damaged file does not hide the others."""
    try:
        return card(folder) if (folder / "table.json").is_file() else None
    except (OSError, Problem):
        return None


def _created(run: Run) -> float:
    request = _request(run)
    return request.created if request else 0.0


def _request(run: Run) -> Request | None:
    try:
        return run.request()
    except (OSError, Problem):
        return None


def _made_from(run: Run) -> set[Path]:
    """The table and the model that a run works on, as folders."""
    request = _request(run)
    places = (request.table, request.model) if request else ()
    return {(run.folder / place).resolve() for place in places if place}


def _files(run: Run) -> set[Path]:
    """Where the files lie that a run was given."""
    request = _request(run)
    given = request.arguments if request else {}
    files = [*given.get("files", ()), *([given["file"]] if given.get("file") else [])]
    return {(run.folder / file["path"]).resolve() for file in files}


def _remove_run(run: Run) -> None:
    run.ask_to_stop()
    put_down(run)
    _erase(run.folder)


def _erase(folder: Path) -> None:
    """Gone in one step for whoever looks or writes there, then deleted, with what a crash left half deleted before."""
    gone = folder.with_name(f".{folder.name}")
    if folder.is_dir():
        folder.rename(gone)
        shutil.rmtree(gone)
    for left in folder.parent.glob(".*"):
        shutil.rmtree(left, ignore_errors=True)


def _no_table() -> Problem:
    return Problem(
        N_("This data set was not found. It was deleted, or it is not yours. Choose one from your list, or upload it.")
    )
