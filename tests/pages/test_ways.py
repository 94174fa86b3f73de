"""The panel that looks for the smallest changes: on a model of hours and schools whose answers are known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.whatif.counterfactual import limits as usual
from core.whatif.counterfactual import ways as search
from core.whatif.start import changed
from core.whatif.ways import Aim, Limit, Ways
from pages.shared import results
from pages.shared.whatif import limits
from pages.shared.whatif import ways as page
from pages.shared.whatif.answer import View
from tests.core.whatif.handmade import basis, chances, shares
from tests.pages import tiny
from tests.pages.steps import home, said  # noqa: F401

SCHOOL = "school <b>"


def rows() -> pd.DataFrame:
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({"hours": draw.integers(1, 60, 300).astype(float), SCHOOL: draw.choice(["GP", "MS"], 300)})
    frame.loc[0] = [20.0, "GP"]
    frame.loc[1] = [40.0, "MS"]
    return frame


def made(kind: str) -> Any:
    """The event is likely where there are few hours; MS takes ten hours away."""

    def score(frame: pd.DataFrame) -> np.ndarray:
        return np.asarray((30 - frame["hours"] + 10 * (frame[SCHOOL] == "MS")) / 5, dtype=float)

    if kind == "regression":
        return basis(rows(), lambda frame: -score(frame)[:, None] + 10, ())
    if kind == "multiclass":
        return basis(rows(), lambda frame: shares(score(frame)[:, None] * np.array([1.0, 0.0, -1.0])), ("a", "b", "c"))
    return basis(rows(), lambda frame: chances(score(frame)))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    """What was asked of the model, which answers in this process."""
    held, given = made(getattr(request, "param", "binary")), list[dict[str, Any]]()

    def ask_ways(resident: Any, run: Any, scenario: Any, aim: Any, limits: Any = (), **more: Any) -> Any:
        given.append({"scenario": scenario, "aim": aim, "limits": limits, **more})
        start = changed(held.frame.iloc[[scenario.row or 0]], scenario, held.model.schema)
        return search(held, start, aim, limits, seconds=20, **more)

    monkeypatch.setattr(page, "ask_ways", ask_ways)
    monkeypatch.setattr(limits, "ask_limits", lambda *_: usual(held.model, None, held.model.recipe.task))
    return given


def script() -> None:
    """One run of a page with the panel and a scenario in the session."""
    import streamlit as st

    from core.whatif.scenario import Scenario
    from pages.shared.desk import Desk
    from pages.shared.whatif import ways
    from tests.pages import tiny

    desk = Desk(tiny.DOMAIN)
    card, run = desk.card(), desk.run()
    assert card is not None
    assert run is not None
    changes = st.session_state.setdefault("changes", {})
    ways.panel(desk, run, card, Scenario(row=st.session_state.get("row", 0), changes=dict(changes)), changes.update)


def opened(home: Path, kind: str = "binary", language: str = "en") -> tuple[AppTest, str]:  # noqa: F811
    """The panel, and the id of its run."""
    run = tiny.prepare(home, kind).run
    panel = AppTest.from_function(script, default_timeout=60)
    panel.session_state["owner"] = tiny.OWNER
    panel.query_params["run"] = run.id
    panel.query_params["lang"] = language
    panel.run()
    assert not panel.exception, panel.exception[0].stack_trace
    return panel, run.id


def find(panel: AppTest, run: str) -> str:
    panel.button(key=f"ways_find_{run}").click().run()
    assert not panel.exception, panel.exception[0].stack_trace
    return said(panel)


def test_ways_stand_side_by_side_and_are_no_effects(home: Path, asked: list[dict[str, Any]]) -> None:  # noqa: F811
    panel, run = opened(home)
    assert "patterns in the data, not causes" in said(panel)
    words = find(panel, run)
    assert asked[0]["aim"].label == "no"
    assert asked[0]["cutoff"] == 0.5
    assert "hours: 20 → 31" in words
    assert "The chance of “passed = yes” is 45%: not named." in words.replace("\\", "")
    assert "How far does each way move the answer?" in words


def test_one_click_copies_a_way_into_the_scenario(home: Path, asked: list[dict[str, Any]]) -> None:  # noqa: F811
    panel, run = opened(home)
    find(panel, run)
    panel.button(key=f"way_copy_{run}_0").click().run()
    assert panel.session_state["changes"] == {"hours": 31}
    assert "has changed since these were found" in said(panel)
    assert panel.button(key=f"way_copy_{run}_0").disabled
    assert "already gives this answer" in find(panel, run)


def test_a_chance_can_be_asked_for(home: Path, asked: list[dict[str, Any]]) -> None:  # noqa: F811
    panel, run = opened(home)
    panel.segmented_control(key=f"ways_wanted_{run}").set_value("chance").run()
    panel.number_input(key=f"ways_chance_{run}").set_value(10).run()
    find(panel, run)
    assert (asked[0]["aim"].label, asked[0]["aim"].chance) == ("no", 0.9)


def test_a_budget_too_small_leaves_the_nearest(home: Path, asked: list[dict[str, Any]]) -> None:  # noqa: F811
    panel, run = opened(home)
    panel.number_input(key=f"ways_budget_{run}").set_value(0.2).run()
    words = find(panel, run)
    assert "There is no honest way" in words
    assert "The nearest" in words
    assert asked[0]["budget"] == 0.2


@pytest.mark.parametrize("asked", ["regression"], indirect=True)
def test_a_number_is_asked_for_by_its_ends(home: Path, asked: list[dict[str, Any]]) -> None:  # noqa: F811
    panel, run = opened(home, "regression")
    assert "Say which number is wanted" in said(panel)
    panel.number_input(key=f"ways_low_{run}").set_value(12.0).run()
    words = find(panel, run)
    assert asked[0]["aim"].low == 12
    assert "hours: 20 → 40" in words


@pytest.mark.parametrize("asked", ["multiclass"], indirect=True)
def test_a_class_is_asked_for_by_its_name(home: Path, asked: list[dict[str, Any]]) -> None:  # noqa: F811
    panel, run = opened(home, "multiclass")
    panel.selectbox(key=f"ways_class_{run}").set_value("c").run()
    assert "hours: 20 → 31" in find(panel, run)


@pytest.mark.parametrize("asked", ["multiclass"], indirect=True)
def test_the_answer_wanted_at_first_is_another_than_that_of_the_case(
    home: Path,  # noqa: F811
    asked: list[dict[str, Any]],
) -> None:
    panel, run = opened(home, "multiclass")
    frame = results.predictions(tiny.prepare(home, "multiclass").run)
    known = frame[frame["row"] == 0]
    said_now = max("abc", key=lambda label: float(known[f"p:{label}"].iloc[0]))
    assert panel.selectbox(key=f"ways_class_{run}").value == ("b" if said_now == "a" else "a")


def test_a_case_outside_all_support_is_given_no_numbers(
    home: Path,  # noqa: F811
    asked: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inner = vars(page)["ask_ways"]
    monkeypatch.setattr(page, "ask_ways", lambda *given, **more: _outside(inner(*given, **more)))
    panel, run = opened(home)
    words = find(panel, run)
    assert "hours: 20 → 31" in words
    assert "No answer for this case" in words
    assert "how far a way moves its answer cannot be said" in words
    assert "The chance of" not in words
    assert "How far does each way move the answer?" not in words


def _outside(found: Ways) -> Ways:
    """The same ways for a case that is unlike all real ones."""
    far = tuple(replace(way, support=replace(way.support, verdict="outside")) for way in found.ways)
    return replace(found, ways=far, outside=True)


def test_a_chance_that_reads_like_the_cut_off_is_told_apart(home: Path) -> None:  # noqa: F811
    run = tiny.prepare(home).run
    view = View(run, None, results.evaluation(run), 0.1667)  # type: ignore[arg-type]
    aim = Aim("no")
    assert "just under 16.7%" in page._answer(view, (0.8334, 0.1666), aim)
    assert "is 16.5%: not named" in page._answer(view, (0.835, 0.165), aim)
    assert "is 16.7%: named" in page._answer(view, (0.8333, 0.1667), aim)


def test_in_chinese_too(home: Path, asked: list[dict[str, Any]]) -> None:  # noqa: F811
    panel, run = opened(home, language="zh_CN")
    assert "hours" in find(panel, run)


def test_only_limits_that_were_edited_are_given() -> None:
    base = (Limit("a", low=0.0, high=9.0), Limit("b", "no"))
    shown = limits.framed(base, lambda word, **_: str(word))
    assert limits.given(base, shown) == ()
    shown.loc[0, "high"] = 5.0
    shown.loc[1, "may"] = limits.MAY["up"]
    assert limits.given(base, shown) == (Limit("a", low=0.0, high=5.0), Limit("b", "up"))
    shown.loc[0, ["low", "high", "cost"]] = np.nan
    assert limits.given(base, shown) == (Limit("b", "up"),)
