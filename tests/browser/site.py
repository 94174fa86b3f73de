"""A dashboard started for a test or a benchmark, and the browser that looks at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent.parent
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
STILL = "[data-testid=stApp][data-test-script-state=notRunning]"
SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A dashboard at work."""

    address: str
    home: Path
    process: subprocess.Popen[bytes]


def chromium() -> str | None:
    """Where the browser is; $CHROMIUM names another place."""
    found = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "chrome")
    return next((path for name in found if name and (path := shutil.which(name))), None)


@contextmanager
def started(home: Path) -> Iterator[Server]:
    """The dashboard on a free port of this machine, its data in ``home``; ended by its process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    log = (home / "server.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "asgi.py", "--server.address=127.0.0.1", f"--server.port={port}"],
        cwd=PROJECT,
        env={**os.environ, "VITRINE_HOME": str(home), "OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0"},
        stdout=log,
        stderr=log,
    )
    try:
        _answers(f"http://127.0.0.1:{port}/healthz", process, home)
        yield Server(f"http://127.0.0.1:{port}", home, process)
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def _answers(address: str, process: subprocess.Popen[bytes], home: Path) -> None:
    due = time.monotonic() + SECONDS
    while time.monotonic() < due:
        try:
            urllib.request.urlopen(address, timeout=1).read()
            return
        except OSError:
            assert process.poll() is None, (home / "server.log").read_text()
            time.sleep(0.05)
    raise AssertionError((home / "server.log").read_text())


@contextmanager
def browser() -> Iterator[Any]:
    """Chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield opened
        opened.close()


def still(page: Any) -> None:
    """Waits until the page has been drawn."""
    page.wait_for_timeout(300)
    page.wait_for_selector(STILL, timeout=SECONDS * 1000)
    page.wait_for_timeout(200)
