"""The step What if on the tiny training, with a model that is known: the chance is a tenth for each hour, and 0.05 more
at school MS."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.errors import Problem
from core.explain.explanation import Explanation
from core.explain.kin import Neighbour
from core.whatif.answer import Interval, Moved, Oddity, Support, Told, WhatIf
from core.whatif.scenario import Cell, Field, Scenario, Start
from core.words import Message
from pages.shared.whatif import case, scenarios
from pages.steps import whatif
from tests.pages import tiny
from tests.pages.boxes import Box, box
from tests.pages.steps import home, opened, said  # noqa: F401

HOURS, SCHOOL = tiny.COLUMNS
FIELDS = (
    Field(HOURS, "number", unit="h", whole=True, low=1, high=6, edges=(1.0, 3.0, 6.0), counts=(10, 20), typical=3),
    Field(SCHOOL, "category", levels=("GP", "MS"), counts=(15, 10), missing=0.1, typical="GP", sensitive=True,
          why=Message("Where people live often stands in for origin and wealth.")),
)  # fmt: skip
GONE = Problem("This model is no longer there.")


def start(row: int | None) -> dict[str, Cell]:
    """The cells of a row of the tiny table."""
    if row is None:
        return {HOURS: 3, SCHOOL: "GP"}
    return {HOURS: 1 + row % 6, SCHOOL: ("GP", "MS", "GP", "MS", None, "GP")[row % 6]}


def told(cells: dict[str, Cell], kind: str) -> Told:
    """What the model says of cells, by its law."""
    hours = cells[HOURS]
    chance = (float(hours) if hours is not None else 3.5) / 10 + 0.05 * (cells[SCHOOL] == "MS")  # type: ignore[arg-type]
    chance = min(chance, 1.0)
    reasons = Explanation(
        tiny.COLUMNS, np.array([[chance - 0.4, 0.0]]), np.zeros((1, 2)), np.array([0.4]), np.array([chance]),
        np.array([-1]), ("yes" if kind != "regression" else "",), ((str(hours),), (str(cells[SCHOOL] or ""),)),
        np.zeros((1, 2)), "walks", 0.0,
    )  # fmt: skip
    if kind == "regression":
        return Told((10 * chance,), "", Interval(0.9, 40, low=10 * chance - 1, high=10 * chance + 1), reasons)
    if kind == "multiclass":
        rest = (1 - chance) / 2
        return Told((rest, rest, chance), "c" if chance > 0.4 else "a", Interval(0.9, 40, ("a", "c")), reasons)
    fits = ("no", "yes") if 0.3 < chance < 0.7 else ("yes",) if chance >= 0.7 else ("no",)
    return Told(
        (1 - chance, chance), "yes" if chance >= 0.5 else "no", Interval(0.9, 40, fits, group="sex: F"), reasons
    )


class Model:
    """Stands for the open models: counts what it is asked, and can be gone."""

    def __init__(self, kind: str = "binary") -> None:
        self.kind, self.gone, self.asked = kind, False, list[Scenario]()

    def start(self, _resident: Any, _run: Any, scenario: Scenario | None = None) -> Start:
        if self.gone:
            raise GONE
        row = scenario.row if scenario else None
        cells = start(row) | ((scenario.cells if scenario else None) or {})
        return Start(cells, FIELDS, row, None if row is None else tiny.TRUTH[row % 6])

    def what_if(self, _resident: Any, _run: Any, scenario: Scenario, **_: Any) -> WhatIf:
        if self.gone:
            raise GONE
        self.asked.append(scenario)
        before = start(scenario.row)
        first, last = told(before, self.kind), told({**before, **scenario.changes}, self.kind)
        hours = scenario.changes.get(HOURS)
        far = isinstance(hours, (int, float)) and hours > 100
        moved = [Moved(name, str(before[name] or ""), str(cell or ""), last.values[-1] - first.values[-1])
                 for name, cell in scenario.changes.items()]  # fmt: skip
        odd = (Oddity((HOURS,), Message("hours is far beyond any seen."), True),) if far else ()
        near = Neighbour(8, 0.1, {HOURS: ("1", "2")}, "yes" if self.kind != "regression" else 12.0, last.values)
        return WhatIf(
            () if self.kind == "regression" else ("no", "yes") if self.kind == "binary" else ("a", "b", "c"),
            {"regression": "", "binary": "yes", "multiclass": "c"}[self.kind],
            first, last, tuple(moved), Support(0.0 if far else 0.4, "outside" if far else "usual", odd, (near,)),
            Message("This case lies outside all that the model has seen.") if far else None,
        )  # fmt: skip


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Model:
    made = Model()
    monkeypatch.setattr(whatif, "ask_what_if", made.what_if)
    monkeypatch.setattr(scenarios, "ask_what_if", made.what_if)
    monkeypatch.setattr(case, "ask_start", made.start)
    return made


def step(home: Path, kind: str = "binary", language: str = "en", **address: str) -> AppTest:  # noqa: F811
    """The step, run once on the tiny training."""
    made = tiny.prepare(home, kind)
    page = AppTest.from_function(script, default_timeout=60)
    page.session_state["owner"] = tiny.OWNER
    page.query_params.update({"run": made.run.id, "lang": language, **address})
    page.run()
    return good(page)


def script() -> None:
    from pages.shared.desk import Desk
    from pages.steps import whatif
    from tests.pages import tiny

    whatif.render(Desk(tiny.DOMAIN))


def good(page: AppTest) -> AppTest:
    assert not page.exception, (page.exception[0].message, page.exception[0].stack_trace)
    return page


def drawn(page: AppTest) -> str:
    """The light drawings."""
    return "\n".join(body for element in page.get("html") if "<style>" not in (body := element.proto.body))


def hours(page: AppTest) -> Box:
    return box(page, HOURS)


def school(page: AppTest) -> Box:
    return box(page, SCHOOL)


def headline(page: AppTest) -> str:
    found = re.search(r'<h3 class="vw-says[^>]*>(.*?)</h3>', drawn(page))
    assert found is not None
    return html.unescape(found.group(1))


def belief(page: AppTest) -> str:
    """What the truth is likely to be, or why there is no answer."""
    found = re.search(r'<p class="vw-belief">(.*?)</p>', drawn(page))
    return "" if found is None else html.unescape(found.group(1))


def address(page: AppTest, name: str) -> str:
    """What stands in the address."""
    value = page.query_params[name]
    return value if isinstance(value, str) else value[0]


def mine(page: AppTest) -> case.Held:
    found: case.Held = page.session_state[f"whatif_{address(page, 'run')}"]
    return found
