"""What a person at the browser waits for, and what the server needs: ``python -m benchmarks web``.

Measured in Chromium against a server of its own; needs Chromium. The large file (1 million rows x 30, about 250 MB) is
generated. ``BENCH_ROWS=100000`` makes it smaller.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil

from core.data.samples import sample
from core.engines.base import Run
from tests.browser.site import STILL, Server, browser, chromium, started

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
COLUMNS = 30
IDLE = 20
CLICKS = 40
Line = tuple[str, str, str]


def main() -> None:
    if chromium() is None:
        print("Chromium is absent: install it (Debian: apt-get install chromium) or name it in $CHROMIUM.")
        return
    lines: list[Line] = []
    with tempfile.TemporaryDirectory() as folder, browser() as chrome:
        for part in (cold_start, switching, first_point, beside_trainings, idle_sessions, large_file):
            home = Path(folder) / part.__name__
            home.mkdir()
            with started(home) as server:
                lines += part(chrome, server)
    width = max(len(name) for name, _, _ in lines)
    for name, measured, target in [("what", "measured", "target"), *lines]:
        print(f"{name:{width}}  {measured:>28}  {target}")


@contextmanager
def visitor(chrome: Any) -> Iterator[Any]:
    """A page of a new person."""
    context = chrome.new_context(locale="en-GB", viewport={"width": 1400, "height": 950})
    yield context.new_page()
    context.close()


def until(page: Any, selector: str, seconds: float = 120) -> None:
    page.wait_for_selector(selector, timeout=seconds * 1000)


def timed(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def cold_start(chrome: Any, server: Server) -> list[Line]:
    """The first page that a server just started ever draws."""
    with visitor(chrome) as page:

        def look() -> None:
            page.goto(server.address)
            until(page, ".st-key-open_education button")
            until(page, STILL)

        return [("first page of a cold server", f"{timed(look):.2f} s", "< 3 s")]


def switching(chrome: Any, server: Server) -> list[Line]:
    """From one page to another by the bar at the top."""
    with visitor(chrome) as page:
        page.goto(server.address)
        until(page, ".st-key-open_education button")
        taken = []
        for _ in range(5):
            for field in ("education", "medicine", "finance"):
                link = page.locator(f"a[href*='/{field}']:visible").first
                taken.append(
                    timed(lambda link=link, field=field: (link.click(), until(page, f"[class*=st-key-upload_{field}]")))
                )
        return [("page switch", spread(taken), "< 1 s")]


def upload(page: Any, name: str, rows: pd.DataFrame) -> None:
    content = rows.to_csv(index=False).encode()
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    until(page, ".st-key-onward_next button")


def to_train(page: Any, server: Server, rows: int) -> None:
    """A page that stands before the Train button."""
    page.goto(f"{server.address}/education")
    until(page, STILL)
    upload(page, "students.csv", sample("students")[0].head(rows))
    page.locator(".st-key-onward_next button").click()
    until(page, ".st-key-goal_train button")
    until(page, STILL)


def first_point(chrome: Any, server: Server) -> list[Line]:
    """From the click on Train to a point on the curve."""
    taken = []
    for _ in range(3):
        with visitor(chrome) as page:
            to_train(page, server, 1000)
            page.wait_for_timeout(8000)  # the warm worker is made some seconds after the last one was used
            button = page.locator(".st-key-goal_train button")
            taken.append(
                timed(lambda page=page, button=button: (button.click(), until(page, "[class*=st-key-live_] canvas")))
            )
    return [("Train to the first point, 1,000 rows", spread(taken), "< 2 s")]


def beside_trainings(chrome: Any, server: Server) -> list[Line]:
    """A click in another session while two trainings run."""
    with visitor(chrome) as first, visitor(chrome) as second, visitor(chrome) as third:
        rows = pd.concat([sample("students")[0]] * 75, ignore_index=True)
        rows["Student number"] = [f"S{n:06}" for n in range(len(rows))]
        for page in (first, second):
            page.goto(f"{server.address}/education")
            until(page, STILL)
            upload(page, "students.csv", rows)
            page.locator(".st-key-onward_next button").click()
            until(page, ".st-key-goal_train button")
        third.goto(f"{server.address}/education")
        until(third, STILL)
        upload(third, "other.csv", sample("students")[0].head(500))
        until(third, STILL)
        for page in (first, second):
            page.locator(".st-key-goal_train button").click()
        while trainings(server) < 2:
            third.wait_for_timeout(100)
        taken = []
        for turn in range(CLICKS):
            option = opened_list(third).nth(1 + turn % 8)
            name = option.inner_text()
            begun = time.perf_counter()
            option.click()
            third.locator("h3, h4").filter(has_text=name).first.wait_for(timeout=20_000)
            taken.append(time.perf_counter() - begun)
        left = trainings(server)
        return [(f"click in another session beside 2 trainings ({left} at the end)", spread(taken), "p95 <= 0.3 s")]


def trainings(server: Server) -> int:
    """Trainings that run at this moment."""
    runs = [Run(path.parent) for path in server.home.glob("owners/*/runs/*/state.json")]
    return sum(run.state().phase == "running" and run.request().verb == "train" for run in runs)


def opened_list(page: Any) -> Any:
    """The options of the list of columns; asked again where the page was drawn anew meanwhile."""
    options = page.get_by_role("option")
    for _ in range(20):
        page.locator("[class*=st-key-chart_] button").first.click()
        page.wait_for_timeout(300)
        if options.count() > 8:
            break
    return options


def idle_sessions(chrome: Any, server: Server) -> list[Line]:
    """Memory of the server and all its children with many sessions open."""
    pages = []
    for _ in range(IDLE):
        page = chrome.new_context().new_page()
        page.goto(f"{server.address}/education")
        until(page, STILL)
        pages.append(page)
    bytes_used = used(server)
    for page in pages:
        page.context.close()
    return [(f"{IDLE} idle sessions, server and workers", f"{bytes_used / 1e6:.0f} MB", "< 1500 MB")]


def large_file(chrome: Any, server: Server) -> list[Line]:
    """A large file from the upload to the screen."""
    path = server.home / "large.csv"
    write_large(path)
    web = psutil.Process(server.process.pid)
    with visitor(chrome) as page:
        page.goto(f"{server.address}/finance")
        until(page, STILL)
        before, peak = web.memory_info().rss, 0
        begun = time.perf_counter()
        page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(str(path))
        while time.perf_counter() - begun < 300:
            peak = max(peak, web.memory_info().rss)
            if page.locator(".st-key-onward_next button").count():
                break
            page.wait_for_timeout(200)
        seconds = time.perf_counter() - begun
    size = path.stat().st_size / 1e6
    return [
        (f"{size:.0f} MB CSV ({ROWS:,} x {COLUMNS}) on screen", f"{seconds:.1f} s", "< 60 s"),
        ("   web process grew by at most", f"{(peak - before) / 1e6:.0f} MB", "< 500 MB"),
    ]


def write_large(path: Path) -> None:
    """Numbers, categories, dates and gaps, written piece by piece."""
    random = np.random.default_rng(0)
    piece = min(ROWS, 100_000)
    for start in range(0, ROWS, piece):
        frame = pd.DataFrame({f"number {n}": random.normal(size=piece).round(6) for n in range(22)})
        for n in range(6):
            frame[f"category {n}"] = random.choice(["north", "south", "east", "west", "centre"], piece)
        frame["day"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(random.integers(0, 2000, piece), unit="D")
        frame.loc[random.random(piece) < 0.1, "number 0"] = np.nan
        frame["outcome"] = np.where(frame["number 1"] + random.normal(size=piece) > 0, "yes", "no")
        frame.to_csv(path, mode="a", header=start == 0, index=False)


def used(server: Server) -> int:
    """Memory of a server and its children that no other process shares, in bytes."""
    server_process = psutil.Process(server.process.pid)
    return sum(one.memory_full_info().uss for one in [server_process, *server_process.children(recursive=True)])


def spread(taken: list[float]) -> str:
    p95 = sorted(taken)[min(len(taken) - 1, round(0.95 * len(taken)))]
    return f"median {statistics.median(taken):.2f}, p95 {p95:.2f} s"


if __name__ == "__main__":
    main()
