"""What if in a real browser: a false alarm found, changed, undone, kept twice, flipped, and a group moved.

``VITRINE_SHOTS=folder`` keeps pictures.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.site import still
from tests.browser.test_road import LONG, clean, onward, photograph, students

ROWS = 500
NUMBER = ".st-key-whatif_form input[type=number]"


def trained(page: Any) -> None:
    """A model of the students, at the step."""
    students(page, ROWS)
    onward(page, "whatif")
    page.locator(".st-key-whatif_answer .vw-row").first.wait_for(timeout=LONG)


def head(page: Any) -> str:
    said: str = page.locator(".st-key-whatif_head").inner_text()
    return said


def changed(page: Any, before: str) -> str:
    """Waits until the answer is another."""
    page.wait_for_function(
        "(before) => document.querySelector('.st-key-whatif_head')?.innerText !== before", arg=before, timeout=LONG
    )
    still(page)
    return head(page)


def part(page: Any, place: int) -> None:
    page.locator("[class*=st-key-whatif_part_] button").nth(place).click()
    still(page)


@pytest.mark.slow
@pytest.mark.parametrize(("locale", "dark"), [("en-GB", False), ("zh-CN", True)])
def test_the_walk(visit: Any, locale: str, dark: bool) -> None:
    page = visit("/education", locale=locale, dark=dark, width=1280)
    trained(page)
    _false_alarm(page)
    first = head(page)
    _change(page, first)
    photograph(page, f"whatif-{locale[:2]}-changed")
    _undo(page, first)
    _hold(page)
    _others(page)
    _keep_two(page)
    photograph(page, f"whatif-{locale[:2]}-scenarios")
    _reload(page)
    _flip(page)
    photograph(page, f"whatif-{locale[:2]}-flipped")
    _group(page)
    photograph(page, f"whatif-{locale[:2]}-group")
    _narrow(page)
    photograph(page, f"whatif-{locale[:2]}-narrow")
    clean(page)
    assert page.outside == []
    assert page.complaints == []


def _false_alarm(page: Any) -> None:
    """The third kind of case that the chooser names."""
    page.locator("[class*=st-key-whatif_start_] summary").click()
    page.locator("[class*=st-key-case_way_whatif] button").nth(2).click()
    still(page)
    page.locator(".st-key-whatif_answer .vw-row").first.wait_for(timeout=LONG)
    assert "case=" in page.url


def _change(page: Any, before: str) -> None:
    """A number by a key, until the answer moves; the address follows."""
    for place in range(page.locator(NUMBER).count()):
        for _ in range(3):
            page.locator(NUMBER).nth(place).press("ArrowUp")
            page.wait_for_timeout(1500)
        if head(page) != before:
            break
    still(page)
    assert head(page) != before
    assert "whatif=" in page.url


def _hold(page: Any) -> None:
    """A key held down is answered where it ends, and the address follows as soon as the mouse leaves the page."""
    field = page.locator(NUMBER).first
    name, begin = field.get_attribute("aria-label"), float(field.input_value())
    field.press("ArrowUp")
    step = float(field.input_value()) - begin
    for _ in range(6):
        field.press("ArrowUp")
    assert float(field.input_value()) == pytest.approx(begin + 7 * step)
    page.wait_for_timeout(1500)
    still(page)
    before = page.url
    page.evaluate("document.documentElement.dispatchEvent(new MouseEvent('mouseleave'))")
    page.reload()
    page.locator(".vw-says").wait_for(timeout=LONG)
    still(page)
    assert float(page.locator(f'.vw-fields [aria-label="{name}"]').input_value()) == pytest.approx(begin + 7 * step)
    assert page.url != before
    page.locator(".st-key-whatif_reset button").click()
    still(page)


def _others(page: Any) -> None:
    """A category that nobody has is typed, said to be unknown, and taken back by its own button."""
    choice = page.locator(".vw-box.choice").first
    select, box = choice.locator("select"), choice.locator("input")
    was = select.input_value()
    select.focus()
    select.select_option(index=select.locator("option").count() - 1)
    box.fill("Atlantis")
    box.press("Enter")
    page.wait_for_function(
        "document.querySelector('.st-key-whatif_answer').innerText.includes('Atlantis')", timeout=LONG
    )
    still(page)
    assert select.input_value() == "Atlantis"
    page.locator(".vw-back:not([hidden])").first.click()
    page.wait_for_function("!document.querySelector('.vw-back:not([hidden])')", timeout=LONG)
    still(page)
    assert select.input_value() == was


def _undo(page: Any, before: str) -> None:
    for _ in range(60):
        if head(page) == before and page.locator(".st-key-whatif_undo button").is_disabled():
            break
        button = page.locator(".st-key-whatif_undo button")
        if button.is_disabled():
            break
        now = page.locator(".st-key-whatif_form").inner_html()
        button.click()
        page.wait_for_function(
            "(now) => document.querySelector('.st-key-whatif_form').innerHTML !== now", arg=now, timeout=LONG
        )
        still(page)
        if head(page) == before:
            break
    assert head(page) == before


def _keep_two(page: Any) -> None:
    for _ in range(2):
        page.locator(NUMBER).first.press("ArrowUp")
        page.wait_for_timeout(1500)
        still(page)
        page.locator(".st-key-whatif_keep button").click()
        still(page)
    table = page.locator(".vw-wide table")
    table.wait_for(timeout=LONG)
    assert table.locator("tr").first.locator("th").count() == 3
    assert table.locator("td.changed").count() >= 2


def _reload(page: Any) -> None:
    """The scenario and those kept are there again."""
    before = head(page)
    page.reload()
    page.locator(".st-key-whatif_answer .vw-row").first.wait_for(timeout=LONG)
    still(page)
    assert head(page) == before
    assert page.locator(".vw-wide tr").first.locator("th").count() == 3


def _flip(page: Any) -> None:
    """A way that leads to the other answer is taken into the case."""
    before = head(page)
    part(page, 1)
    page.locator("[class*=st-key-ways_find_] button").click()
    take = page.locator("[class*=st-key-way_copy_] button").first
    take.wait_for(timeout=LONG)
    still(page)
    photograph(page, f"whatif-{page.evaluate('document.documentElement.lang')[:2]}-ways")
    take.click()
    page.locator(".st-key-whatif_answer .vw-row").first.wait_for(timeout=LONG)
    still(page)
    assert changed(page, before) != before


def _group(page: Any) -> None:
    """One column moved for everybody; the total is said before and after."""
    part(page, 2)
    box = page.locator("[class*=st-key-group_column_] input").first
    box.click()
    box.fill("Attendance")
    page.get_by_role("option", name="Attendance", exact=True).click()
    still(page)
    field = page.locator("[class*=st-key-group_move_] input[type=number]").first
    field.wait_for(timeout=LONG)
    field.fill("0.9")
    field.press("Enter")
    page.locator(".st-key-chart_group_totals").first.wait_for(timeout=LONG)
    still(page)


def _narrow(page: Any) -> None:
    """On a telephone nothing is cut off, and the sentence stays above the inputs."""
    page.set_viewport_size({"width": 390, "height": 800})
    part(page, 0)
    page.locator(".st-key-whatif_answer .vw-row").first.wait_for(timeout=LONG)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    page.locator(NUMBER).last.scroll_into_view_if_needed()
    top = page.locator(".st-key-whatif_head").bounding_box()["y"]
    assert 0 <= top < 200
