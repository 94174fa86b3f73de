"""What a person waits for who changes a case: ``python -m benchmarks whatif [--run FOLDER] [--presses 50]``.

A blend trained on 10,000 made-up rows of 30 columns is opened in Chromium at the step "What if"; a key is pressed in an
input, and the clock runs until the new answer and its reasons stand on the page. Alone, and with five sessions at once.
Needs Chromium. ``--run`` takes a run folder of ``python -m core train`` instead of training one.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import psutil

from benchmarks.engine import keep_to
from benchmarks.scale import CHANCE, made
from benchmarks.visit import Visit, trained, visit
from benchmarks.web import until
from tests.browser.site import STILL, Server

ROWS = 10_000
SESSIONS = 5
NUMBER = ".st-key-whatif_form input[type=number]"
FIRST = 10
"""Presses told apart from the others: meanwhile a browser still compiles what a press runs."""
PRESSES = 50
PAUSE = 250
"""Milliseconds between an answer and the next press."""

_CLOCK = """
async ({ selector, presses, pause }) => {
  const taken = []
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms))
  const shown = () => document.querySelector('.st-key-whatif_answer')
  const changed = () => new Promise((done) => {
    const before = shown().textContent, due = setTimeout(done, 20000)
    const watch = new MutationObserver(() => {
      if (shown()?.textContent === before) return
      watch.disconnect()
      clearTimeout(due)
      requestAnimationFrame(() => setTimeout(done))
    })
    watch.observe(shown(), { childList: true, subtree: true, characterData: true })
  })
  for (let turn = 0; turn < presses; turn++) {
    const field = document.querySelector(selector)
    field.focus()
    const answered = changed(), begun = performance.now()
    const key = turn % 20 < 10 ? 'ArrowUp' : 'ArrowDown'
    field.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    await answered
    taken.push(performance.now() - begun)
    await sleep(pause)
  }
  window.taken = taken
}
"""
"""Stops when the new answer has been painted. It is told of the change: to look at every frame would make the browser
draw frames that nobody sees, as much work as the change itself where five sessions share the machine."""


def main() -> None:
    """Prints the table."""
    ask = argparse.ArgumentParser(prog="python -m benchmarks whatif")
    ask.add_argument("--run", type=Path)
    ask.add_argument("--presses", type=int, default=PRESSES)
    ask.add_argument("--seconds", type=float, default=60.0, help="of training")
    options = ask.parse_args()
    with visit(options.run, lambda folder: trained(folder, made(ROWS).drop(columns=CHANCE), options.seconds)) as opened:
        if opened is None:
            return
        sys.stdout.write(
            f"| sessions | median | p95 | p95 with the first {FIRST} | CPU a change: web | models | to reach |\n"
            "|---|---|---|---|---|---|---|\n"
        )
        for sessions, aim in ((1, "median 200 ms, p95 300 ms"), (SESSIONS, "p95 800 ms")):
            sys.stdout.write(line(opened, sessions, options.presses, aim))
            sys.stdout.flush()


def line(opened: Visit, sessions: int, presses: int, aim: str) -> str:
    """One line of the table: so many sessions press keys at the same time."""
    pages = [visitor(opened) for _ in range(sessions)]
    for page in pages:
        page.keyboard.press("Shift")
    before = spent(opened.server)
    asked = {"selector": NUMBER, "presses": presses, "pause": PAUSE}
    for page in pages:
        page.evaluate(f"(asked) => {{ ({_CLOCK})(asked) }}", asked)
    taken: list[list[float]] = []
    for page in pages:
        page.wait_for_function("window.taken", timeout=600_000, polling=1000)
        taken.append(page.evaluate("window.taken"))
    cost = {
        name: (seconds - before.get(name, 0.0)) / (sessions * presses) for name, seconds in spent(opened.server).items()
    }
    for page in pages:
        page.context.close()
    every, rest = ([one for session in taken for one in session[first:]] for first in (0, FIRST))
    return (
        f"| {sessions} | {_quantile(rest, 0.5):.0f} ms | {_quantile(rest, 0.95):.0f} ms "
        f"| {_quantile(every, 0.95):.0f} ms "
        f"| {1000 * cost['web']:.0f} ms | {1000 * cost['models']:.0f} ms | {aim} |\n"
    )


def visitor(opened: Visit) -> Any:
    """A page of a new session of the owner, at the step."""
    page = opened.page("whatif")
    until(page, f"{NUMBER}")
    until(page, ".st-key-whatif_answer .vw-row")
    until(page, STILL)
    page.wait_for_timeout(1500)
    return page


def spent(server: Server) -> dict[str, float]:
    """CPU seconds so far: of the web process, and of those that hold open models."""
    web = psutil.Process(server.process.pid)
    models = [one for one in web.children(recursive=True) if any("residence" in part for part in one.cmdline())]
    return {"web": sum(web.cpu_times()[:2]), "models": sum(sum(one.cpu_times()[:2]) for one in models)}


def _quantile(taken: list[float], share: float) -> float:
    return sorted(taken)[min(len(taken) - 1, round(share * len(taken)))]


if __name__ == "__main__":
    keep_to(2)
    main()
