"""Pages run without a browser, on a data folder of their own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import settings
from core.engines import processes, resident
from pages.shared import readying

PROJECT = Path(__file__).resolve().parent.parent.parent
SCRIPT = PROJECT / "dashboard.py"
SECONDS = 60
NEVER = 10_000.0
"""Seconds until a model is opened that nobody asks: no test waits for it, so none shall pay for it."""
Front = Callable[..., AppTest]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty data folder; the scheduler and the open models of this module end with it."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VITRINE_HOME", str(folder))
        settings.settings.cache_clear()
        scheduler, models = processes.Processes(folder, cores=2, warm=False).start(), resident.Resident()
        patch.setattr(processes, "processes", lambda: scheduler)
        patch.setattr(resident, "resident", lambda: models)
        patch.setattr(readying, "AFTER_SECONDS", NEVER)
        yield folder
        scheduler.close()
        models.close()
    settings.settings.cache_clear()


@pytest.fixture
def front(home: Path) -> Front:
    """Opens the dashboard: ``front("education", lang="zh_CN", owner=..., run=...)``."""

    def opened(
        page: str = "home", *, owner: str = "", script: Path = PROJECT / "dashboard.py", **address: str
    ) -> AppTest:
        app = AppTest.from_file(str(script), default_timeout=SECONDS)
        if owner:
            app.session_state["owner"] = owner
        app.query_params.update(address)
        app.run()
        if page != "home":
            app.switch_page(f"pages/{page}.py")
            app.query_params.update(address)
            app.run()
        return app

    return opened


def wait(app: AppTest, until: Callable[[AppTest], object]) -> AppTest:
    """Runs the page again and again until something is there."""
    due = time.monotonic() + SECONDS
    while not until(app):
        assert time.monotonic() < due, "it did not come"
        time.sleep(0.3)
        app.run()
    return app
