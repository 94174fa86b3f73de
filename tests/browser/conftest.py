"""A server of its own and a real browser, for what only a browser shows."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

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


def chromium() -> str | None:
    """Where the browser is; $CHROMIUM names another place."""
    found = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "chrome")
    return next((path for name in found if name and (path := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = pytest.mark.skip(
        reason="Chromium is absent: install it (Debian: apt-get install chromium) or name it in $CHROMIUM"
    )
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if chromium() is None:
                item.add_marker(missing)


@dataclass(frozen=True)
class Server:
    """A dashboard at work."""

    address: str
    home: Path
    process: subprocess.Popen[bytes]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dashboard on a free port of this machine, with an empty data folder."""
    home, port = tmp_path_factory.mktemp("home"), _free_port()
    log = (home / "server.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "asgi.py", "--server.address=127.0.0.1", f"--server.port={port}"],
        cwd=PROJECT,
        env={**os.environ, "VITRINE_HOME": str(home), "OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0"},
        stdout=log,
        stderr=log,
    )
    try:
        _wait(f"http://127.0.0.1:{port}/healthz", process, home)
        yield Server(f"http://127.0.0.1:{port}", home, process)
    finally:
        process.terminate()
        process.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str, process: subprocess.Popen[bytes], home: Path) -> None:
    due = time.monotonic() + SECONDS
    while time.monotonic() < due:
        try:
            urllib.request.urlopen(address, timeout=1).read()
            return
        except OSError:
            assert process.poll() is None, (home / "server.log").read_text()
            time.sleep(0.2)
    raise AssertionError((home / "server.log").read_text())


@pytest.fixture(scope="session")
def chrome() -> Iterator[Any]:
    """The browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chrome: Any, server: Server) -> Iterator[Callable[..., Any]]:
    """Opens an address as a new person: ``visit("/education", locale="zh-CN", dark=True, width=600)``.

    The page notes in ``page.outside`` every request that leaves this machine, in ``page.complaints`` every error that
    the browser's console shows.
    """
    contexts = []

    def opened(path: str = "/", *, locale: str = "en-GB", dark: bool = False, width: int = 1400) -> Any:
        context = chrome.new_context(
            locale=locale, color_scheme="dark" if dark else "light", viewport={"width": width, "height": 950}
        )
        contexts.append(context)
        page = context.new_page()
        page.outside, page.complaints = [], []
        page.on("request", lambda request: page.outside.append(request.url) if _leaves(request.url, server) else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(server.address + path)
        still(page)
        return page

    yield opened
    for context in contexts:
        context.close()


def _leaves(url: str, server: Server) -> bool:
    return not url.startswith((server.address, server.address.replace("http", "ws"), "data:", "blob:"))


def still(page: Any) -> None:
    """Waits until the page has been drawn."""
    page.wait_for_timeout(300)
    page.wait_for_selector(STILL, timeout=SECONDS * 1000)
    page.wait_for_timeout(200)
