"""A trained model in a server of its own, and a browser to open it with: what the measurements at the browser share."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from core import values
from core.data.keep import card
from core.deliver.store import Store, new_id
from core.engines.base import Request
from pages.shared import owner
from tests.browser.site import Server, browser, chromium, started

WHO = "0123456789abcdef" * 2
"""The owner of the model."""


@dataclass(frozen=True)
class Visit:
    """A browser, a server, and the id of a run in it."""

    chrome: Any
    server: Server
    run: str

    def page(self, step: str) -> Any:
        """A page of a new session of the owner, on the way to a step."""
        context = self.chrome.new_context(locale="en-GB", viewport={"width": 1400, "height": 950})
        context.add_cookies([{"name": owner.COOKIE, "value": WHO, "url": self.server.address}])
        page = context.new_page()
        page.goto(f"{self.server.address}/education?run={self.run}&step={step}")
        return page


@contextmanager
def visit(run: Path | None, train: Callable[[Path], Path]) -> Iterator[Visit | None]:
    """A run folder opened, or one that is trained now in a folder; None, which is said, where Chromium is absent."""
    if chromium() is None:
        sys.stdout.write("Chromium is absent: install it (Debian: apt-get install chromium) or name it in $CHROMIUM.\n")
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        name = lay(run or train(Path(folder)), home)
        with browser() as chrome, started(home) as server:
            yield Visit(chrome, server, name)


def trained(folder: Path, frame: pd.DataFrame, seconds: float) -> Path:
    """A run folder with a blend of all learners for the column ``goal``."""
    file, out = folder / "made.csv", folder / "run"
    frame.to_csv(file, index=False)
    command = [sys.executable, "-m", "core", "train", str(file), "--target", "goal", "--budget", f"{seconds:g} s"]
    subprocess.run([*command, "--out", str(out)], check=True, capture_output=True)
    return out


def lay(run: Path, home: Path, who: str = WHO) -> str:
    """Puts a run folder of the command line among those of an owner; its id."""
    store = Store(home, who)
    table = store.new_table_id()
    shutil.copytree(run / "table", store.table_folder(table))
    values.write(store.table_folder(table) / "table.json", replace(card(run / "table"), id=table))
    name = new_id()
    folder = store.folder / "runs" / name
    shutil.copytree(run, folder, ignore=shutil.ignore_patterns("table", "claim", "reading"))
    request = values.read(folder / "request.json", Request)
    values.write(folder / "request.json", replace(request, table=str(store.table_folder(table)), owner=store.key))
    return name
