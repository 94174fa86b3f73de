"""The audits of a small model in a real browser: run, stopped, found again after a reload, each opened.

``VITRINE_SHOTS=folder`` keeps pictures.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.site import still
from tests.browser.test_road import LONG, clean, onward, photograph, students

ROWS = 400
AUDITS = 300_000
"""Milliseconds that all audits may take on a busy machine."""


def trained(page: Any) -> None:
    """A model of the students, at the step."""
    students(page, ROWS)
    onward(page, "trust")


def started(page: Any) -> None:
    page.locator("[class*=st-key-trust_start_] button").first.click()
    page.locator("[class*=st-key-watch_]").wait_for(timeout=LONG)


@pytest.mark.slow
@pytest.mark.parametrize(("locale", "dark"), [("en-GB", False), ("zh-CN", True)])
def test_the_walk(visit: Any, locale: str, dark: bool) -> None:
    page = visit("/education", locale=locale, dark=dark, width=1280)
    trained(page)
    photograph(page, f"trust-{locale[:2]}-before")
    _stop(page)
    started(page)
    _reload(page)
    page.locator(".va tbody tr").first.wait_for(timeout=AUDITS)
    still(page)
    clean(page)
    photograph(page, f"trust-{locale[:2]}-verdicts")
    _open_each(page, locale)
    _narrow(page)
    photograph(page, f"trust-{locale[:2]}-narrow")
    _elsewhere(page)
    assert page.outside == []
    assert page.complaints == []


def _stop(page: Any) -> None:
    """Stopped, the step offers to run them again."""
    started(page)
    page.locator("[class*=st-key-stop_] button").click()
    page.locator("[class*=st-key-watch_]").wait_for(state="detached", timeout=LONG)
    page.locator("[class*=st-key-trust_start_] button").first.wait_for(timeout=LONG)
    still(page)


def _reload(page: Any) -> None:
    """Here and in a second tab they are found at work, or done."""
    page.reload()
    second = page.context.new_page()
    second.goto(page.url)
    for one in (page, second):
        one.locator("[class*=st-key-watch_], .va").first.wait_for(timeout=LONG)
    second.close()


def _open_each(page: Any, locale: str) -> None:
    """Every audit opens to its question, its method and its limits."""
    boxes = page.locator("[class*=st-key-trust_] details")
    count = page.locator(".va tbody tr:not(.family)").count()
    assert boxes.count() == count > 10
    for place in range(count):
        box = boxes.nth(place)
        box.locator("summary").click()
        box.locator("[data-testid=stCaptionContainer]").first.wait_for(timeout=LONG)
        still(page)
        photograph(page, f"trust-{locale[:2]}-audit-{place + 1:02}")
        assert not box.locator("[data-testid=stException]").count()
        assert len(box.inner_text()) > 100
        box.locator("summary").click()
        still(page)
    clean(page)


def _narrow(page: Any) -> None:
    """On a telephone nothing is cut off."""
    page.set_viewport_size({"width": 390, "height": 800})
    still(page)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def _elsewhere(page: Any) -> None:
    """The verdicts are named in the list of models, and lead back."""
    page.set_viewport_size({"width": 1280, "height": 950})
    page.goto(page.url.split("/education")[0] + "/models")
    still(page)
    page.locator("[class*=st-key-trust_door_] button").first.click()
    page.locator(".va").first.wait_for(timeout=LONG)
    assert "step=trust" in page.url
