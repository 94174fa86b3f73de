"""The whole road in a real browser: upload, goal, train, quality, reasons; on each page, in both languages.

``VITRINE_SHOTS=folder`` keeps a picture of every step.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.data.samples import sample
from tests.browser.site import still

SAMPLES = {"education": "students", "medicine": "breast_cancer", "finance": "loans"}
ROWS = 400
TOWNS = ("cleveland", "hungarian", "switzerland", "va")
LONG = 120_000


def upload(page: Any, files: list[Any]) -> None:
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(files)
    page.locator(".st-key-onward_next button").wait_for(timeout=LONG)
    still(page)


def onward(page: Any, step: str) -> None:
    """Opens a step from the path under the title, and waits until it is drawn."""
    page.locator(f".st-key-path_{step} button:not([disabled]), .st-key-path_done_{step} button:not([disabled])").click(
        timeout=LONG
    )
    page.locator(f".st-key-step_{step}").wait_for(timeout=LONG)
    still(page)


def students(page: Any, rows: int) -> None:
    """Uploads the sample of students, and trains until the model was measured."""
    table = sample("students")[0].head(rows)
    upload(page, [{"name": "students.csv", "mimeType": "text/csv", "buffer": table.to_csv(index=False).encode()}])
    onward(page, "goal")
    page.locator(".st-key-goal_train button").wait_for(timeout=LONG)
    still(page)
    page.locator(".st-key-goal_train button").click()
    page.locator(".st-key-step_train").wait_for(timeout=LONG)
    onward(page, "quality")


def photograph(page: Any, name: str) -> None:
    """A picture of the whole page, where somebody asked for pictures."""
    folder = os.environ.get("VITRINE_SHOTS")
    if not folder:
        return
    width = page.viewport_size["width"]
    height = page.evaluate("Math.max(950, document.querySelector('[data-testid=stMain]').scrollHeight + 60)")
    page.set_viewport_size({"width": width, "height": min(int(height), 6000)})
    page.wait_for_timeout(800)
    Path(folder).mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(Path(folder) / f"{name}.png"))
    page.set_viewport_size({"width": width, "height": 950})


def walk(page: Any, name: str, files: list[Any], choose: Callable[[Any], None] = lambda page: None) -> None:
    """From the upload to the reasons; no error and no traceback on the way."""
    upload(page, files)
    clean(page)
    photograph(page, f"{name}-1-data")
    onward(page, "goal")
    choose(page)
    page.locator(".st-key-goal_train button").wait_for(timeout=LONG)
    still(page)
    clean(page)
    photograph(page, f"{name}-2-goal")
    page.locator(".st-key-goal_train button").click()
    page.locator(".st-key-step_train").wait_for(timeout=LONG)
    page.wait_for_timeout(1500)
    photograph(page, f"{name}-3-live")
    onward(page, "quality")
    clean(page)
    photograph(page, f"{name}-4-quality")
    onward(page, "explain")
    page.locator(".st-key-chart_waterfall").first.wait_for(timeout=LONG)
    page.locator(".st-key-chart_importance").first.wait_for(timeout=LONG)
    still(page)
    clean(page)
    photograph(page, f"{name}-5-reasons")
    onward(page, "train")
    photograph(page, f"{name}-3-trained")
    assert page.outside == []
    assert page.complaints == []


def clean(page: Any) -> None:
    said = page.locator("[data-testid=stMain]").inner_text()
    assert "Traceback" not in said
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.locator("[data-testid=stAlert]").count() == 0, said


@pytest.mark.parametrize(("locale", "dark"), [("en-GB", False), ("zh-CN", True)])
@pytest.mark.parametrize("field", SAMPLES)
def test_the_whole_road(visit: Any, field: str, locale: str, dark: bool) -> None:
    page = visit(f"/{field}", locale=locale, dark=dark)
    rows = sample(SAMPLES[field])[0].head(ROWS)
    file = {"name": f"{SAMPLES[field]}.csv", "mimeType": "text/csv", "buffer": rows.to_csv(index=False).encode()}
    walk(page, f"{field}-{locale[:2]}", [file])


def ask(column: str, way: int | None = None, limit: str | None = None) -> Callable[[Any], None]:
    """Says the goal by hand: another column, and a limit on it."""

    def choose(page: Any) -> None:
        if page.locator("[class*=st-key-question_]").first.is_visible():
            other = page.locator("[class*=st-key-question_] label").last
            other.click()
            still(page)
        box = page.locator("[class*=st-key-goal_column_] input").first
        box.click()
        box.fill(column)
        page.get_by_role("option", name=column, exact=True).click()
        still(page)
        if way is not None:
            page.locator("[class*=st-key-goal_way_] button").first.click()
            page.get_by_role("option").nth(way).click()
            still(page)
        if limit is not None:
            field = page.locator("[class*=st-key-goal_limit_] input").first
            field.fill(limit)
            field.press("Enter")
            still(page)

    return choose


REAL = {
    "students": ("education", ["education/student_performance/student-por.csv"], None),
    "heart": (
        "medicine",
        [
            f"medicine/heart_disease_uci/processed.{town}.data"
            for town in ("cleveland", "hungarian", "switzerland", "va")
        ],
        ask("column 14", 2, "0"),
    ),
    "german": ("finance", ["finance/german_credit/german.data"], ask("column 21")),
    "dialogue": ("medicine", ["medicine/cn_medical_dialogue_gbk/样例_内科5000-6000.csv"], ask("department")),
}


@pytest.mark.slow
@pytest.mark.parametrize(("locale", "dark"), [("en-GB", True), ("zh-CN", False)])
@pytest.mark.parametrize("name", REAL)
def test_the_road_with_real_files(visit: Any, data_dir: Path, name: str, locale: str, dark: bool) -> None:
    field, files, choose = REAL[name]
    paths = [data_dir / file for file in files]
    if absent := [path.name for path in paths if not path.exists()]:
        pytest.skip(f"real data sets are absent: {', '.join(absent)}")
    page = visit(f"/{field}", locale=locale, dark=dark)
    walk(page, f"{name}-{locale[:2]}", [str(path) for path in paths], choose or (lambda page: None))
