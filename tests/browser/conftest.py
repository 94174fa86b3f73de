"""A server of its own and a real browser, for what only a browser shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.site import Server, browser, chromium, started, still


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = pytest.mark.skip(
        reason="Chromium is absent: install it (Debian: apt-get install chromium) or name it in $CHROMIUM"
    )
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if chromium() is None:
                item.add_marker(missing)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dashboard on a free port of this machine, with an empty data folder."""
    with started(tmp_path_factory.mktemp("home")) as server:
        yield server


@pytest.fixture(scope="session")
def chrome() -> Iterator[Any]:
    """The browser."""
    with browser() as opened:
        yield opened


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
