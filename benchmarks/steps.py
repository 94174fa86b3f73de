"""How long the steps of a model of 100,000 rows and 50 columns take to open: ``python -m benchmarks steps``.

Measured in Chromium from the click in the path of steps until the page is still, the first time (the model is opened
then) and again. Needs Chromium. ``--run`` takes a run folder of ``python -m core train`` instead of training one.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.engine import keep_to
from benchmarks.scale import CHANCE, made
from benchmarks.web import timed, until
from benchmarks.whatif import WHO, lay
from pages.shared import owner
from tests.browser.site import STILL, browser, chromium, started

ROWS, COLUMNS = 100_000, 50
STEPS = ("data", "goal", "train", "quality", "explain", "whatif", "trust")
TARGET = "< 2 s"


def main() -> None:
    """Prints the table."""
    ask = argparse.ArgumentParser(prog="python -m benchmarks steps")
    ask.add_argument("--run", type=Path)
    options = ask.parse_args()
    if chromium() is None:
        sys.stdout.write("Chromium is absent: install it (Debian: apt-get install chromium) or name it in $CHROMIUM.\n")
        return
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        run = lay(options.run or trained(Path(folder)), home)
        with browser() as chrome, started(home) as server:
            context = chrome.new_context(locale="en-GB", viewport={"width": 1400, "height": 950})
            context.add_cookies([{"name": owner.COOKIE, "value": WHO, "url": server.address}])
            page = context.new_page()
            page.goto(f"{server.address}/education?run={run}&step=trust")
            until(page, ".st-key-step_trust")
            until(page, STILL)
            first, again = ({step: timed(lambda step=step: go(page, step)) for step in STEPS} for _ in range(2))
    sys.stdout.write("| step | first, s | again, s | to reach |\n|---|---|---|---|\n")
    for step in STEPS:
        sys.stdout.write(f"| {step} | {first[step]:.2f} | {again[step]:.2f} | {TARGET} |\n")


def trained(folder: Path) -> Path:
    """A run folder of a model of 100,000 rows and 50 columns."""
    file, out = folder / "made.csv", folder / "run"
    frame = made(ROWS).drop(columns=CHANCE)
    rng = np.random.default_rng(2)
    more = {f"more {place}": rng.normal(size=ROWS).round(3) for place in range(COLUMNS + 1 - frame.shape[1])}
    pd.concat([frame, pd.DataFrame(more)], axis=1).to_csv(file, index=False)
    command = [sys.executable, "-m", "core", "train", str(file), "--target", "goal", "--budget", "30 s"]
    subprocess.run([*command, "--out", str(out)], check=True, capture_output=True)
    return out


def go(page: Any, step: str) -> None:
    """Opens a step by its name in the path, until nothing moves."""
    page.locator(f".st-key-path [class*=st-key-path_][class*={step}] button").click()
    until(page, f".st-key-step_{step}")
    until(page, STILL)
    if step == "whatif":
        until(page, ".vw-says")
        until(page, STILL)


if __name__ == "__main__":
    keep_to(2)
    main()
