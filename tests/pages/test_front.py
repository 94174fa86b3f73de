"""Every page opens in every language; the switch, the owner and a mistake of ours do what they should."""

from __future__ import annotations

import logging
from pathlib import Path
from shutil import copy

import pytest

from core import domains as fields
from core.errors import Problem
from core.words import languages, say
from pages.steps import data as data_step

PROJECT = Path(__file__).resolve().parent.parent.parent
PAGES = ("home", "education", "medicine", "finance", "models")


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("page", PAGES)
def test_pages_open_in_every_language(front, page: str, language: str) -> None:
    app = front(page, lang=language)
    assert not app.exception
    assert not app.error
    title = fields.domains()[page].title if page in fields.domains() else None
    if title is not None:
        assert app.title[0].value == say(title, language)


def test_the_switch_changes_the_language_and_the_address(front) -> None:
    app = front()
    app.segmented_control(key="switch_language").set_value("zh_CN").run()
    assert app.query_params["lang"] == "zh_CN"
    assert app.session_state["language"] == "zh_CN"


def test_a_chinese_browser_gets_chinese(front) -> None:
    app = front()
    app.session_state["language"] = None
    del app.session_state["language"]
    app.context = {"locale": "zh-CN"}
    app.query_params.clear()
    app.run()
    assert app.session_state["language"] == "zh_CN"


def test_present_mode_is_in_the_address_and_can_be_left(front) -> None:
    app = front(present="1")
    app.button(key="leave_present").click().run()
    assert "present" not in app.query_params
    assert not [button for button in app.button if button.key == "leave_present"]


def test_home_says_what_to_do_when_there_is_nothing(front) -> None:
    app = front(owner="0" * 32)
    assert any(text.value.startswith("Nothing here yet") for text in app.markdown)


def test_a_fault_of_ours_is_a_sentence_with_a_number_that_is_in_the_log(front, monkeypatch, caplog) -> None:
    def broken(_: object) -> None:
        raise ValueError("secret detail")

    monkeypatch.setattr(data_step, "render", broken)
    with caplog.at_level(logging.ERROR, "vitrine"):
        app = front("education")
    said = app.error[0].value
    incident = caplog.records[-1].getMessage().split()[-1]
    assert incident in said
    assert "secret" not in said
    assert not app.exception


def test_a_click_that_fails_is_a_sentence_too(front, monkeypatch) -> None:
    def gone(*_: object) -> None:
        raise Problem("It is {what}", what="gone.")

    monkeypatch.setattr(data_step.intake, "take_sample", gone)
    app = front("education")
    app.button(key="sample_students").click().run()
    assert app.error[0].value == "It is gone\\."
    assert not app.exception


def test_a_fourth_field_is_one_file_and_one_page(front, tmp_path: Path, monkeypatch) -> None:
    pages, knowledge = tmp_path / "pages", tmp_path / "fields"
    pages.mkdir()
    knowledge.mkdir()
    for path in (PROJECT / "dashboard.py", PROJECT / "asgi.py"):
        copy(path, tmp_path)
    for path in (PROJECT / "pages").glob("*.py"):
        copy(path, pages)
    finance = (PROJECT / "core" / "domains" / "finance.py").read_text(encoding="utf-8")
    lines = ("from dataclasses import replace", "from core.domains.finance import DOMAIN as LIKE")
    made = 'DOMAIN = replace(LIKE, key="sport", title="Sport", order=4)'
    assert finance
    (knowledge / "sport.py").write_text("\n".join((*lines, made)), encoding="utf-8")
    page = (PROJECT / "pages" / "finance.py").read_text(encoding="utf-8")
    (pages / "sport.py").write_text(page.replace("core.domains.finance", "core.domains.sport"), encoding="utf-8")
    monkeypatch.setattr(fields, "__path__", [*fields.__path__, str(knowledge)])
    fields.domains.cache_clear()
    try:
        app = front("sport", script=tmp_path / "dashboard.py")
        assert app.title[0].value == "Sport"
        assert not app.error
        assert app.get("file_uploader")
    finally:
        monkeypatch.undo()
        fields.domains.cache_clear()
