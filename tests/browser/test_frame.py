"""The frame of every page in a real browser: nothing leaves the machine, nothing is lost, nobody sees another's."""

from __future__ import annotations

import json
import urllib.request

import pytest

from tests.browser.site import still

PAGES = ("/", "/education", "/medicine", "/finance", "/models")
ROWS = "name;score;passed\n" + "\n".join(f"n{i};{i % 20};{'yes' if i % 3 else 'no'}" for i in range(60))


def upload(page, name: str, content: str) -> None:
    file = {"name": name, "mimeType": "text/csv", "buffer": content.encode()}
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(file)
    page.wait_for_selector(".stDataFrame, [data-testid=stAlert]", timeout=60_000)
    still(page)


def test_the_server_says_that_it_is_well(server) -> None:
    with urllib.request.urlopen(f"{server.address}/healthz", timeout=5) as answer:
        assert json.load(answer) == {"status": "ok"}


@pytest.mark.parametrize("path", PAGES)
def test_nothing_leaves_the_machine(visit, path: str) -> None:
    page = visit(path)
    assert page.outside == []
    assert page.complaints == []


@pytest.mark.parametrize(("locale", "dark"), [("en-GB", False), ("zh-CN", True)])
def test_the_browsers_language_and_appearance_are_taken(visit, locale: str, dark: bool) -> None:
    page = visit("/", locale=locale, dark=dark)
    said = "zh-CN" if locale == "zh-CN" else "en"
    page.wait_for_function("said => document.documentElement.lang === said", arg=said, timeout=20_000)
    colour = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert (sum(int(part) for part in colour[4:-1].split(",")) < 200) is dark


def test_what_is_open_can_still_be_read_in_the_dark(visit) -> None:
    page = visit("/education", dark=True)
    upload(page, "marks.csv", ROWS)
    button = page.locator("[data-testid=stPopoverButton][kind=tertiary]").first
    button.click()
    page.wait_for_selector("[data-testid=stPopoverBody]", timeout=20_000)
    page.mouse.move(5, 500)
    page.wait_for_timeout(400)
    colour = button.evaluate("button => getComputedStyle(button).color")
    assert min(int(part) for part in colour[4:-1].split(",")) > 150


def test_the_language_chosen_stays_on_the_next_page_and_in_its_address(visit) -> None:
    page = visit("/")
    page.locator(".st-key-switch_language button", has_text="中文").click()
    page.wait_for_url("**lang=zh_CN**")
    still(page)
    page.get_by_role("link", name="教育").first.click()
    page.wait_for_url("**/education?*lang=zh_CN**")
    assert page.locator("h1").inner_text() == "教育"


@pytest.mark.parametrize("path", PAGES)
def test_a_narrow_window_does_not_scroll_sideways(visit, path: str) -> None:
    page = visit(path, width=600)
    wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert wide <= 600


def test_the_owners_cookie_is_hidden_from_scripts(visit) -> None:
    page = visit("/")
    (cookie,) = [one for one in page.context.cookies() if one["name"] == "vitrine_owner"]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    assert "vitrine_owner" not in page.evaluate("document.cookie")


def test_a_reload_and_a_second_tab_come_back_to_the_same_place(visit) -> None:
    page = visit("/education")
    upload(page, "marks.csv", ROWS)
    page.locator(".st-key-onward_next button").click()
    page.wait_for_selector(".st-key-goal_train button", timeout=60_000)
    address = page.url
    page.reload()
    page.wait_for_selector(".st-key-goal_train button", timeout=60_000)
    second = page.context.new_page()
    second.goto(address)
    second.wait_for_selector(".st-key-goal_train button", timeout=60_000)
    assert "step=goal" in second.url


BUILT = """step => {
    const keys = one => [...one.classList].filter(name => name.startsWith("st-key-"))
    const own = new Set([...document.querySelectorAll(`.st-key-step_${step} [class*=st-key-]`)].flatMap(keys))
    window.again = []
    const note = one => keys(one).forEach(name => own.has(name) && window.again.push(name))
    const look = added => added.forEach(one => one.querySelectorAll &&
        [one, ...one.querySelectorAll("[class*=st-key-]")].forEach(note))
    new MutationObserver(seen => seen.forEach(({ addedNodes }) => look(addedNodes)))
        .observe(document.querySelector("[data-testid=stMain]"), { childList: true, subtree: true })
    return [...own]
}"""
"""Notes each element of a step that is built from now on; what the step has."""


def test_a_step_that_is_left_is_not_built_again(visit) -> None:
    page = visit("/education")
    upload(page, "marks.csv", ROWS)
    had = page.evaluate(BUILT, "data")
    page.locator(".st-key-path_goal button").click()
    page.wait_for_selector(".st-key-step_goal", timeout=20_000)
    still(page)
    here = page.locator(".st-key-step_goal [class*=st-key-]")
    shared = set(here.evaluate_all("all => all.flatMap(one => [...one.classList])"))
    assert len(had) > 3
    assert not set(page.evaluate("window.again")) - shared


def test_two_browsers_never_see_each_others_data(visit) -> None:
    mine = visit("/education")
    upload(mine, "mine.csv", ROWS)
    address = mine.url
    theirs = visit("/education")
    theirs.goto(address)
    still(theirs)
    assert theirs.locator("[data-testid=stAlert]").count() == 1
    assert theirs.locator(".stDataFrame").count() == 0
    assert "mine.csv" not in theirs.locator("[data-testid=stMain]").inner_text()


def test_markup_in_names_is_shown_as_it_is_written(visit) -> None:
    page = visit("/finance")
    upload(page, "<b>x</b> :smile: $y$ www.example.org.csv", ROWS)
    shown = page.locator("[data-testid=stMain] h3").first
    assert shown.inner_text().replace("\u2060", "") == "<b>x</b> :smile: $y$ www.example.org.csv"
    assert shown.locator("a[href*='//'], b, .katex").count() == 0


def test_present_mode_hides_the_controls(visit) -> None:
    page = visit("/?present=1")
    assert not page.locator(".st-key-header").count()
    assert not page.locator("[data-testid=stHeader]").is_visible()
    page.locator(".st-key-leave_present button").click()
    page.wait_for_selector(".st-key-header", timeout=20_000)


@pytest.mark.slow
def test_show_me_goes_the_whole_way(visit) -> None:
    page = visit("/")
    page.locator(".st-key-show_education button:visible").first.click()
    page.wait_for_url("**step=explain**", timeout=120_000)
    page.get_by_text("That was the whole way").wait_for(timeout=60_000)
    assert not page.locator("[data-testid=stAlert]").count()
