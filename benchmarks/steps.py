"""How long the steps of a model of 100,000 rows and 50 columns take to open: ``python -m benchmarks steps``.

Measured in Chromium from the click in the path of steps until everything is drawn and the browser has nothing left to
do, the first time and again, on a server that has been up for some seconds. Needs Chromium. ``--run`` takes a run
folder of ``python -m core train`` instead of training one.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.engine import keep_to
from benchmarks.scale import CHANCE, made
from benchmarks.visit import trained, visit
from benchmarks.web import timed, until
from tests.browser.site import STILL

ROWS, COLUMNS, SECONDS = 100_000, 50, 30.0
STEPS = ("data", "goal", "train", "quality", "explain", "whatif", "trust")
TARGET = "< 2 s"
UP = 15.0
"""Seconds that the server has been up: until then its workers import what they need."""
DRAWN = """async () => {
    const waiting = () => document.querySelector("[data-testid=stSkeleton]")
        || [...document.querySelectorAll("[data-testid=stPlotlyChart]")].some(one => !one.querySelector(".main-svg"));
    do await new Promise(done => requestIdleCallback(() => requestIdleCallback(done)));
    while (waiting());
}"""
"""Resolves once every figure is there and the browser is idle."""


def main() -> None:
    """Prints the table."""
    ask = argparse.ArgumentParser(prog="python -m benchmarks steps")
    ask.add_argument("--run", type=Path)
    options = ask.parse_args()
    with visit(options.run, lambda folder: trained(folder, wide(), SECONDS)) as opened:
        if opened is None:
            return
        page = opened.page("trust")
        until(page, ".st-key-step_trust")
        still(page)
        time.sleep(UP)
        first, again = ({step: timed(lambda step=step: go(page, step)) for step in STEPS} for _ in range(2))
        page.context.close()
    sys.stdout.write("| step | first, s | again, s | to reach |\n|---|---|---|---|\n")
    for step in STEPS:
        sys.stdout.write(f"| {step} | {first[step]:.2f} | {again[step]:.2f} | {TARGET} |\n")


def wide() -> pd.DataFrame:
    """Fifty columns and the goal: the made-up rows of ``scale`` and numbers that say nothing."""
    frame = made(ROWS).drop(columns=CHANCE)
    rng = np.random.default_rng(2)
    more = {f"more {place}": rng.normal(size=ROWS).round(3) for place in range(COLUMNS + 1 - frame.shape[1])}
    return pd.concat([frame, pd.DataFrame(more)], axis=1)


def go(page: Any, step: str) -> None:
    """Opens a step by its name in the path, until nothing moves."""
    page.locator(f".st-key-path [class*=st-key-path_][class*={step}] button").click()
    until(page, f".st-key-step_{step}")
    still(page)
    if step == "whatif":
        until(page, ".vw-says")
        still(page)


def still(page: Any) -> None:
    """Waits until the page's script has ended and all is drawn."""
    until(page, STILL)
    page.evaluate(DRAWN)


if __name__ == "__main__":
    keep_to(2)
    main()
