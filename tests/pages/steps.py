"""Runs one step of the workbench on the tiny training, as a session of its owner."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.settings import settings
from pages.shared.chart import bare
from tests.pages import tiny


def script(step: str) -> None:
    """One run of a page that shows only the step."""
    import importlib

    from pages.shared.desk import Desk
    from tests.pages import tiny

    importlib.import_module(f"pages.steps.{step}").render(Desk(tiny.DOMAIN))


def opened(
    step: str, made: tiny.Tiny, language: str = "en", address: dict[str, str] | None = None, **state: Any
) -> AppTest:
    """The step, run once; ``address`` is what else stands there."""
    page = AppTest.from_function(script, args=(step,), default_timeout=60)
    page.session_state["owner"] = tiny.OWNER
    for name, value in state.items():
        page.session_state[name] = value
    page.query_params["run"] = made.run.id
    page.query_params["lang"] = language
    page.query_params.update(address or {})
    page.run()
    assert not page.exception, page.exception[0].stack_trace
    return page


def said(page: AppTest) -> str:
    """All sentences on the page."""
    return "\n".join(
        element.value for element in [*page.markdown, *page.caption, *page.info, *page.error, *page.warning]
    )


def cells(page: AppTest, place: int) -> list[list[str]]:
    """The cells of the table at a place, as they are shown."""
    return [[bare(str(cell)) for cell in row] for row in page.table[place].value.to_numpy()]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A data folder of its own."""
    monkeypatch.setenv("VITRINE_HOME", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()
