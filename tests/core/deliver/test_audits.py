"""Audits of a run: on which rows, with which settings, and what stays of them in its folder."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from core import audits as room
from core import values
from core.audits.audit import About, Family, Mark, Part, Picture, Report
from core.audits.subject import Subject
from core.audits.verdicts import counted, headline
from core.data.cohort import Cohort, Filter, address
from core.data.task import Goal, Task
from core.deliver import audits
from core.deliver.store import Store
from core.engines.base import Event, Request, Run, Watch
from core.engines.inline import run_inline
from core.errors import Problem
from core.learn.recipe import Net, Recipe
from core.words import Message
from tests.test_house import HEAVY, PROJECT

ROWS = 200
HEAD = "id;hours;sex;passed\n"
CSV = HEAD + "".join(f"p{i};{i % 11};{'mf'[i % 3 > 0]};{'yes' if i % 11 > 4 else 'no'}\n" for i in range(ROWS))
TASK = Task("binary", Goal("passed"), ("hours",), ("no", "yes"), "yes", ("sex",))


@dataclass(frozen=True)
class Counts:
    """Counts the rows it is given."""

    key: ClassVar[str] = "counts"
    family: ClassVar[Family] = "honesty"
    order: ClassVar[int] = 1
    about: ClassVar[About] = About("Counts", "How many?", "", "", "", "")

    def applies(self, subject: Subject) -> Message | None:
        return None

    def run(self, subject: Subject, watch: Watch) -> Report:
        n = np.int64(len(subject.test))
        mark = Mark("all", value=np.float64(n))
        picture = Picture("bars", Message("How many?"), Message("Some."), (mark,), Message("Rows"), "count")
        part = Part("all", "none", Message("{n:count} rows.", {"n": n}), (), (picture,))
        return Report(self.key, self.family, "none", Message("{n:count} rows.", {"n": n}), None, (part,))


@dataclass(frozen=True)
class Refuses(Counts):
    """Cannot be asked."""

    key: ClassVar[str] = "refuses"

    def applies(self, subject: Subject) -> Message | None:
        return Message("There is nothing to ask.")


@dataclass(frozen=True)
class Falls(Counts):
    """Ends in a mistake."""

    key: ClassVar[str] = "falls"

    def run(self, subject: Subject, watch: Watch) -> Report:
        raise ValueError("a cell: ann")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("home"), "ann")


@pytest.fixture(scope="module")
def trained(store: Store) -> Run:
    """A small model."""
    given = [{"path": str(store.new_upload("pupils.csv", CSV.encode())), "name": "pupils.csv"}]
    table = store.table_folder(store.new_table_id())
    run_inline(store.new_run(Request("read", table=str(table), arguments={"files": given, "domain": "education"})))
    recipe = Recipe(TASK, members=("simple",), net=Net(epochs=3), time_budget_seconds=20)
    arguments = {"recipe": values.from_json(dict, values.to_json(recipe))}
    run = store.new_run(Request("train", table=str(table), arguments=arguments))
    assert run_inline(run).phase == "done"
    return run


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Chooses which audits there are."""

    def choose(*chosen: object) -> None:
        monkeypatch.setattr("core.audits.run.audits", lambda: chosen)

    choose(Counts(), Refuses(), Falls())
    return choose


@pytest.fixture(autouse=True)
def clean(trained: Run) -> None:
    """No verdicts of the test before."""
    for path in (trained.folder / audits.FOLDER).glob("*"):
        path.unlink()


def carried_out(store: Store, trained: Run, **arguments: object) -> Run:
    run = store.new_run(Request("audit", model=str(trained.folder), arguments=arguments))
    run_inline(run)
    return run


def test_every_audit_ends_in_a_report_and_all_are_kept(store: Store, trained: Run, asked: object) -> None:
    run = carried_out(store, trained)
    found = audits.kept(trained.folder)
    assert found is not None and found.whole
    assert [(one.key, one.verdict) for one in found.reports] == [
        ("counts", "none"), ("refuses", "not_applicable"), ("falls", "inconclusive"),
    ]  # fmt: skip
    assert found.reports[0].message.english() == f"{found.rows} rows."
    assert "ann" not in found.reports[2].message.english()
    assert (found.sensitive, found.cutoff, found.group) == (("sex",), 0.5, "")
    assert run.state().phase == "done"


def test_which_audit_runs_is_told(store: Store, trained: Run, asked: object) -> None:
    events, _ = carried_out(store, trained).events()
    assert [one.numbers for one in events if "audit" in one.numbers] == [
        {"audit": place, "of": 3.0} for place in (1.0, 2.0, 3.0)
    ]


def test_what_is_asked_counts_before_what_the_model_knows(store: Store, trained: Run, asked: object) -> None:
    carried_out(store, trained, sensitive=["hours"], cutoff=0.3)
    found = audits.kept(trained.folder)
    assert found is not None
    assert (found.sensitive, found.cutoff) == (("hours",), 0.3)


def test_a_group_is_kept_apart(store: Store, trained: Run, asked: object) -> None:
    group = address(Cohort(filters=(Filter("hours", 3, 5),)))
    carried_out(store, trained)
    carried_out(store, trained, group=group)
    all_, some = audits.kept(trained.folder), audits.kept(trained.folder, group)
    assert all_ is not None and some is not None
    assert 0 < some.rows < all_.rows
    told = pd.read_parquet(trained.folder / "predictions.parquet")
    unseen = told.loc[told["set"] == "test", "row"] % 11
    assert some.rows == unseen.between(3, 5).sum()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"group": address(Cohort(filters=(Filter("hours", 99),)))}, "No case fits this group"),
        ({"sensitive": ["gone"]}, "The column gone is not in this table"),
    ],
)
def test_what_cannot_be_is_said(store: Store, trained: Run, asked: object, arguments: dict, words: str) -> None:
    with pytest.raises(Problem, match=words):
        carried_out(store, trained, **arguments)
    assert audits.kept(trained.folder) is None


def test_a_group_of_rows_that_were_all_learned_from_is_refused(store: Store, trained: Run, asked: object) -> None:
    told = pd.read_parquet(trained.folder / "predictions.parquet")
    row = int(told.loc[told["set"] != "test", "row"].iloc[0]) if (told["set"] != "test").any() else None
    if row is None:
        pytest.skip("this model held no rows back in turns")
    with pytest.raises(Problem, match="Choose a wider group"):
        carried_out(store, trained, group=address(Cohort(rows=(row,))))


def test_a_stop_keeps_what_was_found_but_never_in_place_of_all(
    store: Store, trained: Run, asked: Callable[..., None]
) -> None:
    run = store.new_run(Request("audit", model=str(trained.folder), arguments={}))

    def stop(event: Event) -> None:
        if event.numbers.get("audit") == 2.0:
            run.ask_to_stop()

    assert run_inline(run, stop).phase == "stopped"
    half = audits.kept(trained.folder)
    assert half is not None and not half.whole
    assert [one.key for one in half.reports] == ["counts", "refuses"]
    carried_out(store, trained)
    again = store.new_run(Request("audit", model=str(trained.folder), arguments={}))
    again.ask_to_stop()
    assert run_inline(again).phase == "stopped"
    whole = audits.kept(trained.folder)
    assert whole is not None and whole.whole


def test_verdicts_are_there_as_soon_as_each_audit_is_done(
    store: Store, trained: Run, asked: Callable[..., None]
) -> None:
    seen: list[int] = []

    @dataclass(frozen=True)
    class Looks(Counts):
        def run(self, subject: Subject, watch: Watch) -> Report:
            found = audits.kept(trained.folder)
            seen.append(0 if found is None else len(found.reports))
            return Counts.run(self, subject, watch)

    asked(Looks(), Looks(), Looks())
    carried_out(store, trained)
    assert seen == [0, 1, 2]


def test_another_model_in_the_folder_voids_the_verdicts(store: Store, trained: Run, asked: object) -> None:
    carried_out(store, trained)
    assert not audits.outdated(trained.folder)
    manifest = trained.folder / "model" / "manifest.json"
    manifest.write_bytes(manifest.read_bytes())
    assert audits.kept(trained.folder) is None
    assert audits.outdated(trained.folder)


def test_a_later_file_is_audited_without_touching_the_model(store: Store, trained: Run, asked: object) -> None:
    text = HEAD + "x;1;m;no\ny;9;f;yes\nz;9;f;\n"
    path = store.new_upload("later.csv", text.encode())
    run = carried_out(store, trained, file={"path": str(path), "name": "later.csv"})
    found = audits.kept(run.folder, trained=trained.folder)
    assert found is not None
    assert found.rows == 2
    assert audits.kept(trained.folder) is None


def test_a_later_file_without_answers_is_refused(store: Store, trained: Run, asked: object) -> None:
    path = store.new_upload("later.csv", (HEAD + "x;1;m;\ny;9;f;\n").encode())
    with pytest.raises(Problem, match="nothing can be measured"):
        carried_out(store, trained, file={"path": str(path), "name": "later.csv"})


def begun(*at: float) -> list[Event]:
    return [
        Event("stage", Message("x"), numbers={"audit": place + 1.0, "of": 4.0}, at=moment)
        for place, moment in enumerate(at)
    ]


def earlier(*seconds: float) -> audits.Audited:
    made = tuple(Report(f"a{at}", "honesty", "none", Message("x"), seconds=took) for at, took in enumerate(seconds))
    return audits.Audited(made, None, (), None, 1)


def test_the_time_left_is_what_the_audits_took_before() -> None:
    assert audits.seconds_left(begun(0, 5), earlier(5, 4, 3, 2), now=6.0) == pytest.approx(3 + 3 + 2)


def test_the_time_left_is_guessed_once_some_audits_are_done() -> None:
    assert audits.seconds_left([], None) is None
    assert audits.seconds_left(begun(0, 5), None, now=6.0) is None  # one of four
    assert audits.seconds_left(begun(0, 2, 4, 6), None, now=7.0) == pytest.approx(1.0)


def test_the_sentence_counts_what_was_found() -> None:
    def made(*verdicts: str) -> Sequence[Report]:
        return [Report("a", "honesty", one, Message("x")) for one in verdicts]  # type: ignore[arg-type]

    some = made("none", "difference", "none", "inconclusive", "not_applicable")
    assert counted(one.verdict for one in some) == {
        "difference": 1, "inconclusive": 1, "none": 2, "not_applicable": 1,
    }  # fmt: skip
    assert headline(some, 1_200).english() == (
        "On 1,200 rows the model has not seen, 1 audit found a difference, 2 found no evidence of one, "
        "1 is inconclusive, and 1 does not apply."
    )
    quiet = headline(made("none", "inconclusive"), 40).english()
    assert quiet == (
        "On 40 rows the model has not seen, no audit found a difference: 1 found no evidence of one and "
        "1 is inconclusive."
    )


def test_every_audit_has_the_shape() -> None:
    found = room.audits()
    assert len({one.key for one in found}) == len(found) > 0
    for one in found:
        assert dataclasses.is_dataclass(one) and dataclasses.fields(one) is not None
        about = one.about
        assert about.title and about.question.endswith("?") and about.measure and about.limits and about.source
        assert Path(one.key).name == one.key.lower()


def test_asking_which_audits_there_are_loads_nothing_heavy() -> None:
    """Their page asks it in the web process."""
    code = f"from core.audits import audits\nimport sys\naudits()\nprint(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "[]", done.stderr[-2000:]


def test_all_audits_of_a_small_model_are_kept(store: Store, trained: Run) -> None:
    """The real ones: each ends in a report that outlives the folder."""
    carried_out(store, trained)
    found = audits.kept(trained.folder)
    assert found is not None
    assert [one.key for one in found.reports] == [one.key for one in room.audits()]
    assert not [one.key for one in found.reports if "mistake in Vitrine" in one.message.text]
