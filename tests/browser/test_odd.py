"""What people do that nobody planned: a button pressed twice, the way back, another tab, a change of language."""

from __future__ import annotations

from typing import Any

from core.data.samples import sample
from tests.browser.site import still
from tests.browser.test_road import LONG, onward, upload


def file(rows: int) -> dict[str, Any]:
    frame = sample("students")[0].head(rows)
    return {"name": "students.csv", "mimeType": "text/csv", "buffer": frame.to_csv(index=False).encode()}


def step(page: Any) -> str:
    found: str = page.evaluate("new URL(location).searchParams.get('step')")
    return found


def test_train_pressed_twice_trains_once_and_the_way_back_leads_back(visit: Any) -> None:
    page = visit("/education")
    upload(page, [file(300)])
    onward(page, "goal")
    page.locator(".st-key-goal_train button").dblclick()
    page.locator(".st-key-step_train").wait_for(timeout=LONG)
    page.reload()
    page.locator(".st-key-header button", has_text="中文").click()
    page.locator(".st-key-path_quality button:not([disabled])").wait_for(timeout=LONG)
    assert "lang=zh_CN" in page.url
    onward(page, "quality")
    onward(page, "explain")
    page.go_back()
    page.locator(".st-key-step_quality").wait_for(timeout=LONG)
    assert step(page) == "quality"
    page.goto(page.url.split("/education")[0] + "/models")
    still(page)
    assert page.locator("[class*=st-key-run_]").count() == 1
    assert page.complaints == []


def test_with_the_keyboard_one_gets_from_the_title_to_train(visit: Any) -> None:
    page = visit("/education")
    upload(page, [file(120)])
    onward(page, "goal")
    page.locator(".st-key-goal_train button").wait_for(timeout=LONG)
    page.locator("h1").click()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('.st-key-goal_train')"):
            break
    else:
        raise AssertionError("Train was not reached")
    page.keyboard.press("Enter")
    page.locator(".st-key-step_train").wait_for(timeout=LONG)
    assert step(page) == "train"
