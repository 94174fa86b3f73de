"""The step Trust: what is asked, how it is found again, the verdicts, and each audit opened."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import values
from core.audits.audit import About, Cell, Head, Report, Sheet
from core.data.cohort import Cohort, Filter, address
from core.data.table import Finding
from core.deliver import audits as deliver
from core.deliver.audits import Audited
from core.deliver.store import Store
from core.engines.base import Event, Request, Run
from core.words import Message
from pages.shared import rooms
from pages.shared.cut import Cut
from pages.shared.trust import badges, held
from pages.shared.trust import opened as audit
from tests.pages import judged, tiny
from tests.pages.steps import home, opened, said  # noqa: F401

HOURS = address(Cohort(filters=(Filter("hours", 1, 2),)))
"""Two of the six unseen rows."""
NOBODY = address(Cohort(filters=(Filter("hours", 99),)))
ABOUT = About(
    "Group by group", "Is it as good for *everyone*?", "Share found.", "More is better.", "Not all.", "Somebody 2020"
)


class Line:
    """A scheduler that only notes what it is given."""

    def __init__(self) -> None:
        self.given: list[Run] = []
        self.stopped: list[Run] = []

    def submit(self, run: Run) -> None:
        self.given.append(run)

    def stop(self, run: Run) -> None:
        self.stopped.append(run)
        run.ask_to_stop()

    def place(self, run: Run) -> int | None:
        return None


@pytest.fixture(autouse=True)
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    """The scheduler of the page; and one audit that is known by its name."""
    made = Line()
    monkeypatch.setattr(rooms, "processes", lambda: made)
    monkeypatch.setattr(held, "asked", lambda: ())
    monkeypatch.setattr(held, "_abouts", lambda: {"groups": ABOUT, "stress": replace(ABOUT, title="Stress")})
    return made


def html(page: AppTest) -> str:
    """The table of verdicts."""
    return "\n".join(str(one.proto.body) for one in page.get("html"))


def button(page: AppTest, made: tiny.Tiny) -> Any:
    """Starts the audits."""
    return page.button(key=f"trust_start_{made.run.id}")


def boxes(made: tiny.Tiny, kept: Audited) -> dict[str, bool]:
    """The session in which every audit is open."""
    return {f"trust_{one.key}_{made.run.id}_{kept.created}": True for one in kept.reports}


def at_work(made: tiny.Tiny, group: str = "") -> Run:
    """A job under way, at its fourth audit of eight."""
    arguments = {"sensitive": [], "cutoff": 0.5, "group": group}
    job = Store(made.home, tiny.OWNER).new_run(
        Request("audit", table=str(made.run.table), model=str(made.run.folder.resolve()), arguments=arguments)
    )
    job.set_state("running")
    for place in range(4):
        numbers: dict[str, float | None] = {"audit": place + 1.0, "of": 8.0}
        job.emit(Event("stage", Message("Group by group"), share=place / 8, numbers=numbers))
    return job


# -- before -----------------------------------------------------------------------------------------------------------


def test_before_anything_is_audited_it_says_what_will_be_asked(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    page = opened("trust", made)
    words = said(page)
    assert "May this model be trusted?" in words
    assert "on 6 rows that the model has not seen" in words
    assert "named from a chance of 50% on" in words
    assert "Without a sensitive column" in words
    assert page.multiselect[0].options == ["hours", "school <b>"]


def test_one_button_asks_for_all_audits_with_what_was_chosen(home: Path, line: Line) -> None:  # noqa: F811
    made = tiny.prepare(home)
    page = opened("trust", made)
    page.multiselect[0].set_value(["school <b>"]).run()
    assert "Without a sensitive column" not in said(page)
    button(page, made).click().run()
    request = line.given[0].request()
    assert request.verb == "audit"
    assert Path(request.model) == made.run.folder.resolve()
    assert request.arguments == {"sensitive": ["school <b>"], "cutoff": 0.5, "group": ""}
    assert "Starting" in said(page)


def test_pressed_twice_it_asks_once(home: Path, line: Line) -> None:  # noqa: F811
    made = tiny.prepare(home)
    pages = [opened("trust", made), opened("trust", made)]
    for page in pages:
        button(page, made).click().run()
    assert len(line.given) == 1


@pytest.mark.parametrize("kind", ["multiclass", "regression"])
def test_without_a_cut_off_none_is_named(home: Path, kind: str, line: Line) -> None:  # noqa: F811
    made = tiny.prepare(home, kind)
    page = opened("trust", made)
    assert "named from a chance" not in said(page)
    button(page, made).click().run()
    assert line.given[0].request().arguments["cutoff"] is None


def test_without_unseen_rows_nothing_can_be_asked(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    path = made.run.folder / "predictions.parquet"
    pd.read_parquet(path).iloc[:0].to_parquet(path)
    page = opened("trust", made)
    assert "No row was left that the model has not seen" in said(page)
    assert not page.button


# -- at work ----------------------------------------------------------------------------------------------------------


def test_audits_at_work_are_found_again_and_can_be_stopped(home: Path, line: Line) -> None:  # noqa: F811
    made = tiny.prepare(home)
    job = at_work(made)
    for page in (opened("trust", made), opened("trust", made)):  # a reload, a second tab
        assert "Audit 4 of 8: Group by group" in said(page)
    page.button(key=f"stop_{job.id}").click().run()
    assert line.stopped == [job]
    assert "Stopping" in said(page)


def test_what_was_done_before_a_stop_is_shown(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    job = at_work(made)
    judged.kept(made.run.folder, judged.all_shapes()[:3], whole=False)
    job.ask_to_stop()
    job.set_state("stopped", message=Message("Stopped as you asked, before there was anything to keep."))
    page = opened("trust", made)
    assert "3 of" in said(page)
    assert "anything to keep" not in said(page)
    assert "four_fifths" in html(page)
    assert button(page, made)


def test_a_failure_is_said_and_the_verdicts_of_before_stay(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    judged.kept(made.run.folder, created=1.0)
    at_work(made).set_state("failed", message=Message("This needed more memory."))
    page = opened("trust", made)
    assert "This needed more memory." in page.error[0].value
    assert "3 audits found a difference" in said(page)


def test_verdicts_of_before_stand_below_while_new_ones_are_made(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    judged.kept(made.run.folder)
    at_work(made)
    words = said(opened("trust", made))
    assert "Until they are done" in words
    assert "about" in words and "left" in words
    assert "3 audits found a difference" in words


# -- the verdicts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "sentence", "badge"),
    [
        (
            "en",
            "On 200 rows the model has not seen, 3 audits found a difference, 2 found no evidence of one, "
            "2 are inconclusive, and 1 does not apply.",
            "difference found",
        ),
        ("zh_CN", "3 项审查发现差异", "发现差异"),
    ],
)
def test_one_sentence_then_one_table(home: Path, language: str, sentence: str, badge: str) -> None:  # noqa: F811
    made = tiny.prepare(home)
    judged.kept(made.run.folder)
    page = opened("trust", made, language)
    assert sentence in said(page)
    table = html(page)
    assert table.count('class="va-badge difference"') == 3
    assert f"▲\u2002{badge}" in table
    assert table.index("Group by group") < table.index("uniqueness") < table.index("Stress")
    assert len([one for one in page.expander if "·" in one.label]) == len(judged.all_shapes())


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_audit_opens(home: Path, language: str) -> None:  # noqa: F811
    made = tiny.prepare(home)
    kept = judged.kept(made.run.folder)
    page = opened("trust", made, language, None, **boxes(made, kept))
    assert not page.exception
    assert not page.error
    words = said(page)
    assert r"#### Is it as good for \*everyone\*?" in words
    assert "Somebody 2020" in words
    assert page.selectbox(key=f"trust_part_groups_{made.run.id}").value == 0  # the gravest
    assert "a*****" in "\n".join(str(table.value) for table in page.table).replace("\\", "")
    assert "ann@example.org" not in "\n".join(str(table.value) for table in page.table)


def test_another_part_is_chosen(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    kept = judged.kept(made.run.folder)
    page = opened("trust", made, "en", None, **boxes(made, kept))
    page.selectbox(key=f"trust_part_groups_{made.run.id}").set_value(2).run()
    assert "180 cases were compared." in said(page)
    assert not page.error
    page.segmented_control(key=f"trust_part_stress_{made.run.id}").set_value(0).run()
    assert "It falls slowly." in said(page)
    assert not page.error


def test_an_audit_that_is_no_more_is_called_so(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    judged.kept(made.run.folder)
    page = opened("trust", made)
    assert any("Audit of an earlier version" in one.label for one in page.expander)


def test_another_cut_off_is_said(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    judged.kept(made.run.folder)
    assert "other settings" not in said(opened("trust", made))
    judged.kept(made.run.folder, cutoff=0.50049)  # the model's own, of which pages keep three digits
    assert "other settings" not in said(opened("trust", made))
    judged.kept(made.run.folder)
    values.write(made.run.folder / "cutoff.json", Cut(chance=0.3))
    words = said(opened("trust", made))
    assert "other settings" in words
    assert "of a cut-off of 50%; it is 30% now" in words


def test_other_sensitive_columns_are_said_and_asked_for(home: Path, line: Line) -> None:  # noqa: F811
    made = tiny.prepare(home)
    judged.kept(made.run.folder, sensitive=("hours",))
    page = opened("trust", made)
    assert page.multiselect[0].value == ["hours"]
    page.multiselect[0].set_value(["hours", "school <b>"]).run()
    assert "other settings" in said(page)
    button(page, made).click().run()
    assert line.given[0].request().arguments["sensitive"] == ["hours", "school <b>"]


def test_a_model_trained_again_is_not_judged_by_earlier_verdicts(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    judged.kept(made.run.folder)
    (made.run.folder / "model" / "manifest.json").write_text("{}")
    page = opened("trust", made)
    assert "trained again since it was audited" in said(page)
    assert "audits found" not in said(page)
    assert badges.line(made.run) == "not audited yet"


def test_damaged_verdicts_are_none(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    judged.kept(made.run.folder)
    deliver.place(made.run.folder).write_bytes(b"{")
    assert "May this model be trusted?" in said(opened("trust", made))


def test_audits_that_came_since_are_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    made = tiny.prepare(home)
    judged.kept(made.run.folder)
    monkeypatch.setattr(held, "asked", lambda: (SimpleNamespace(key="new", about=replace(ABOUT, title="Quite new")),))
    words = said(opened("trust", made))
    assert "only since then: Quite new." in words


# -- groups -----------------------------------------------------------------------------------------------------------


def test_a_group_that_was_not_audited_is_told_from_all_cases(home: Path, line: Line) -> None:  # noqa: F811
    made = tiny.prepare(home)
    judged.kept(made.run.folder)
    page = opened("trust", made, address={"group": HOURS})
    assert "the verdicts below are of all cases" in said(page)
    assert "on 2 rows that the model has not seen" in said(page)
    button(page, made).click().run()
    assert line.given[0].request().arguments["group"] == HOURS


def test_verdicts_of_a_group_are_kept_apart(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    judged.kept(made.run.folder)
    judged.kept(made.run.folder, judged.all_shapes()[4:5], HOURS, rows=2)
    page = opened("trust", made, address={"group": HOURS})
    assert "of the cases of the group alone" in said(page)
    assert "On 2 rows the model has not seen, no audit found a difference" in said(page)
    assert "3 audits found a difference" in said(opened("trust", made))


def test_a_group_that_holds_nobody_shows_all(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    judged.kept(made.run.folder)
    page = opened("trust", made, address={"group": NOBODY})
    assert "No case fits this group" in said(page)
    assert "3 audits found a difference" in said(page)


def test_a_group_without_unseen_rows_is_not_audited(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    page = opened("trust", made, address={"group": address(Cohort(rows=(20, 21)))})
    assert "None of the rows that the model has not seen is in this group" in said(page)
    assert not [one for one in page.button if one.key and one.key.startswith("trust_start")]


def test_a_job_for_a_group_is_not_taken_for_one_of_all(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    at_work(made, HOURS)
    assert "Audit 4 of 8" not in said(opened("trust", made))
    assert "Audit 4 of 8" in said(opened("trust", made, address={"group": HOURS}))


# -- elsewhere --------------------------------------------------------------------------------------------------------


def test_a_model_deleted_in_another_tab_is_said(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    judged.kept(made.run.folder)
    page = opened("trust", made)
    shutil.rmtree(made.run.folder)
    page.run()
    assert not page.exception
    assert "First train a model" in said(page)


def test_the_quality_step_leads_to_the_verdicts(home: Path) -> None:  # noqa: F811
    made = tiny.prepare(home)
    page = opened("quality", made)
    assert page.button(key=f"trust_door_{made.run.id}").label == "Trust: not audited yet"
    judged.kept(made.run.folder)
    page.run()
    door = page.button(key=f"trust_door_{made.run.id}")
    assert "▲ 3 differences found" in door.label
    assert "? 2 inconclusive" in door.label
    door.click().run()
    assert page.query_params["step"] in ("trust", ["trust"])


def test_figures_for_a_script_are_not_rounded() -> None:
    heads = (Head(Message("Group")), Head(Message("Found"), "percent"))
    sheet = Sheet(Message("All"), heads, ((Cell(text="ann@example.org"), Cell(0.123456, 0.1, 0.2)),))
    found = audit.figures(sheet, ["Group", "Found"])
    assert found["Found"].tolist() == [0.123456]
    assert found.filter(like="(").to_numpy().tolist() == [[0.1, 0.2]]
    assert "ann" not in found["Group"][0]


def test_measures_are_a_line_each() -> None:
    found = audit.tidy(judged.groups())
    assert len(found) == len(judged.GROUPS)
    assert found["value"].tolist() == [0.5] * len(judged.GROUPS)


def test_a_finding_does_not_say_again_what_the_report_said() -> None:
    """Its rows are left; where it has none, and no cure of its own, nothing is."""
    said, cure = Message("Ten answers look wrong."), Message("Look at them.")
    report = Report("labels", "honesty", "difference", Message("{first} And more.", {"first": said}), cure)
    again = audit.unsaid(Finding("labels", "warning", said, cure, rows=(3,)), report)
    assert again is not None and again.message.english() == "The rows that this is said of."
    assert again.cure is None and again.rows == (3,)
    assert audit.unsaid(Finding("labels", "warning", said, cure), report) is None
    other = audit.unsaid(Finding("labels", "warning", Message("Else."), Message("Do.")), report)
    assert other == Finding("labels", "warning", Message("Else."), Message("Do."))
