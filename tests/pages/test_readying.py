"""A model is made ready once, before anyone asks it, and not while there is none."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pages.shared import look, readying


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    monkeypatch.setattr(readying, "AFTER_SECONDS", 0.0)
    monkeypatch.setattr(readying, "_ASKED", set())
    return []


def desk(asked: list[tuple[str, str]], folder: Path | None, usable: bool = True) -> Any:
    run = None if folder is None else SimpleNamespace(folder=folder, usable=usable)
    resident = SimpleNamespace(hint=lambda verb, run: asked.append((verb, run)))
    return SimpleNamespace(run=lambda: run, resident=resident)


def wait() -> None:
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join(10)


def test_a_model_is_made_ready_once_and_each_better_one_again(asked: list[tuple[str, str]], tmp_path: Path) -> None:
    manifest = tmp_path / "model" / "manifest.json"
    manifest.parent.mkdir()
    manifest.write_text("{}")
    for _ in range(2):
        readying.ready(desk(asked, tmp_path))
    wait()
    assert asked == [("ready", str(tmp_path))]
    manifest.with_name("next.json").write_text("{}")
    manifest.with_name("next.json").replace(manifest)
    readying.ready(desk(asked, tmp_path))
    wait()
    assert len(asked) == 2


def test_nothing_is_asked_without_a_model(asked: list[tuple[str, str]], tmp_path: Path) -> None:
    readying.ready(desk(asked, None))
    readying.ready(desk(asked, tmp_path, usable=False))
    wait()
    assert asked == []


def test_what_draws_figures_is_where_streamlit_has_it() -> None:
    assert len(look.EARLY) == 1 and look.EARLY[0].endswith(".js")
