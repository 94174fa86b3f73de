"""From words to a question, and the question put to a table."""

import numpy as np
import pandas as pd
import pytest

from core.data.goal import parse_goal
from core.data.labels import target
from core.data.pose import pose
from core.data.table import Column, Profile, Repair, Schema, Table, TableCard
from core.data.task import Goal, Task
from core.errors import Problem

KINDS = {"f": "number", "i": "number", "M": "date"}


def table(kinds: dict[str, str] | None = None, **columns: object) -> Table:
    """A checked table as ``check`` would make it, without checking."""
    frame = pd.DataFrame(columns)
    frame = frame.astype({name: "str" for name in frame if frame[name].dtype == object})
    known = []
    for name in frame:
        values = frame[name]
        kind = (kinds or {}).get(name) or KINDS.get(values.dtype.kind, "category")
        levels = tuple(values.value_counts().index.astype(str)) if kind == "category" else ()
        known.append(Column(str(name), kind, levels=levels))  # type: ignore[arg-type]
    profiles = {str(name): Profile(int(frame[name].isna().sum()), int(frame[name].nunique())) for name in frame}
    return Table(frame, TableCard("t", "t", len(frame), Schema(tuple(known)), profiles, (), ()))


def rows(n: int = 100) -> dict[str, object]:
    """A feature that says nothing."""
    return {"x": np.tile(np.arange(5.0), n // 5)}


SCHEMA = Schema(
    (
        Column("G3", "number"),
        Column("pass", "category", levels=("yes", "no")),
        Column("a>=b", "number"),
        Column("final grade", "number"),
        Column("等级", "category", levels=("优", "良", "差")),
        Column("code=", "category", levels=("A", "B")),
        Column("readmitted", "category", levels=("NO", ">30", "<30")),
    )
)


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("G3", Goal("G3")),
        (" G3 ", Goal("G3")),
        ("g3", Goal("G3")),
        ("G3>=10", Goal("G3", ">=", 10)),
        ("G3 >= 10", Goal("G3", ">=", 10)),
        ("G3≥10", Goal("G3", ">=", 10)),
        ("G3>9.5", Goal("G3", ">", 9.5)),
        ("G3>9,5", Goal("G3", ">", 9.5)),
        ("G3<=-1", Goal("G3", "<=", -1)),
        ("G3<1e2", Goal("G3", "<", 100)),
        ("pass=yes", Goal("pass", "=", values=("yes",))),
        ("pass == YES", Goal("pass", "=", values=("yes",))),
        ("等级=良|差", Goal("等级", "=", values=("良", "差"))),
        ("等级＝优", Goal("等级", "=", values=("优",))),
        ("a>=b", Goal("a>=b")),
        ("a>=b>=3", Goal("a>=b", ">=", 3)),
        ("code==A", Goal("code=", "=", values=("A",))),
        ("final grade > 60", Goal("final grade", ">", 60)),
        ("readmitted=<30", Goal("readmitted", "=", values=("<30",))),
        ("readmitted=>30|<30", Goal("readmitted", "=", values=(">30", "<30"))),
        ("G3=7|8", Goal("G3", "=", values=("7", "8"))),
    ],
)
def test_a_goal_is_read(text: str, goal: Goal) -> None:
    assert parse_goal(text, SCHEMA) == goal


@pytest.mark.parametrize("goal", [Goal("G3"), Goal("G3", ">=", 10), Goal("等级", "=", values=("良", "差"))])
def test_a_goal_that_is_said_is_read_again(goal: Goal) -> None:
    assert parse_goal(str(goal), SCHEMA) == goal


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("G4", "G3"),
        ("final grad>=3", "final grade"),
        ("G3>=ten", "ten"),
        ("G3>=", "G3>=10"),
        ("pass>=3", "pass=yes|no"),
        ("pass=maybe", "yes"),
        ("pass=", "yes"),
        ("", "G3"),
    ],
)
def test_a_goal_that_cannot_be_read_says_what_would_do(text: str, fact: str) -> None:
    with pytest.raises(Problem) as refused:
        parse_goal(text, SCHEMA)
    assert fact in str(refused.value)


def test_labels_are_the_files_own_words() -> None:
    frame = pd.DataFrame({"n": [0.0, 1.0, np.nan], "half": [0.5, 1.0, 2.0]})
    assert target(frame, Goal("n")).tolist()[:2] == ["0", "1"]
    assert target(frame, Goal("n")).isna().tolist() == [False, False, True]
    assert target(frame, Goal("half"), "multiclass").tolist() == ["0.5", "1", "2"]


def test_a_derived_goal_answers_yes_and_no_and_keeps_the_missing() -> None:
    frame = pd.DataFrame({"n": [9.0, 10.0, np.nan], "k": pd.Series(["a", "b", None], dtype="str")})
    assert target(frame, Goal("n", ">=", 10)).tolist()[:2] == ["no", "yes"]
    assert target(frame, Goal("k", "=", values=("b",))).tolist()[:2] == ["no", "yes"]
    assert target(frame, Goal("n", "=", values=("10.0",))).tolist()[:2] == ["no", "yes"]
    assert target(frame, Goal("k", "=", values=("b",))).isna().tolist() == [False, False, True]


def test_an_amount_stays_a_number_and_infinity_is_missing() -> None:
    values = target(pd.DataFrame({"n": [*range(20), np.inf]}), Goal("n"))
    assert values.dtype == np.float64
    assert values.isna().sum() == 1


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.tile([0, 1], 50), "binary"),
        (np.tile([1.5, 2.5], 50), "binary"),
        (np.tile(np.arange(6), 20), "multiclass"),
        (np.tile(np.arange(11), 10), "regression"),
        (np.tile([0.5, 1.5, 2.5], 40), "regression"),
        (np.tile(["a", "b", "c"], 40), "multiclass"),
        (np.tile(["a", "b"], 50), "binary"),
    ],
)
def test_the_kind_is_found(values: np.ndarray, kind: str) -> None:
    n = len(values)
    task, _ = pose(table(x=np.arange(n) % 7, y=values), Goal("y"), found=())
    assert task.kind == kind


@pytest.mark.parametrize(
    ("labels", "domain", "positive"),
    [
        (["yes", "no"], "", "yes"),
        (["0", "1"], "", "1"),
        (["是", "否"], "", "是"),
        (["True", "False"], "", "True"),
        (["red", "blue"], "", "blue"),
        (["good", "bad"], "finance", "bad"),
        (["pass", "Fail"], "education", "Fail"),
        (["alive", "died"], "medicine", "died"),
        (["良性", "恶性"], "medicine", "恶性"),
    ],
)
def test_the_event_is_found(labels: list[str], domain: str, positive: str) -> None:
    values = [labels[0]] * 60 + [labels[1]] * 40
    task, _ = pose(table(**rows(), y=values), Goal("y"), domain, found=())
    assert task.positive == positive
    assert task.classes[1] == positive
    assert set(task.classes) == set(labels)


def test_the_event_may_be_chosen_and_must_be_an_answer() -> None:
    asked = table(**rows(), y=np.repeat([0.0, 1.0], 50))
    assert pose(asked, Goal("y"), positive="0.0", found=())[0].classes == ("1", "0")
    with pytest.raises(Problem) as refused:
        pose(asked, Goal("y"), positive="bad", found=())
    assert "0 and 1" in str(refused.value)


def test_one_and_two_do_not_say_which_is_the_event() -> None:
    _, findings = pose(table(**rows(), y=np.repeat([1, 2], [70, 30])), Goal("y"), found=())
    assert "positive" in [one.code for one in findings]


def test_breast_cancer_of_1995_says_four_for_malignant() -> None:
    task, findings = pose(table(**rows(), Class=np.repeat([2, 4], [65, 35])), Goal("Class"), "medicine", found=())
    assert task.positive == "4"
    assert "positive" not in [one.code for one in findings]


def test_a_derived_goal_takes_its_column_out() -> None:
    task, findings = pose(table(**rows(), G3=np.arange(100) % 20), Goal("G3", ">=", 10), found=())
    assert task.classes == ("no", "yes")
    assert task.features == ("x",)
    assert [one.code for one in findings] == ["derived"]


def test_what_is_unfit_is_left_out() -> None:
    asked = table(
        {"id": "identifier", "same": "constant"},
        **rows(),
        id=[f"P{n}" for n in range(100)],
        same=["s"] * 100,
        empty=[np.nan] * 100,
        who=np.arange(100) // 4,
        extra=np.arange(100) % 3,
        y=np.tile(["yes", "no"], 50),
    )
    task, _ = pose(asked, Goal("y"), group="who", drop=("extra",), found=())
    assert task.features == ("x",)
    overruled, _ = pose(asked, Goal("y"), overrules={"id": "the number tells the year"}, found=())
    assert "id" in overruled.features


def test_a_leak_is_set_aside_unless_there_is_a_reason() -> None:
    answers = np.tile(["yes", "no"], 100)
    asked = table(x=np.arange(200) % 7, copy=np.where(answers == "yes", 1.0, 0.0), y=answers)
    task, findings = pose(asked, Goal("y"))
    assert task.features == ("x",)
    assert [(one.code, one.severity, one.column) for one in findings] == [("leak", "stop", "copy")]
    kept, _ = pose(asked, Goal("y"), overrules={"copy": "it is measured a year before"})
    assert kept.features == ("x", "copy")
    assert kept.overrules == {"copy": "it is measured a year before"}
    blank, _ = pose(asked, Goal("y"), overrules={"copy": "  "})
    assert blank.features == ("x",)


@pytest.mark.parametrize(
    ("columns", "goal", "choices", "said"),
    [
        ({"y": ["a"] * 100}, "y", {}, "nothing to predict"),
        ({"y": [np.nan] * 90 + [1.0, 2.0] * 5}, "y", {}, "at least 20"),
        ({"y": ["yes"] * 95 + ["no"] * 5}, "y", {}, "at least 10"),
        ({"y": ["yes"] * 50 + ["no"] * 50}, "y", {"sensitive": ("y",)}, "sensitive"),
        ({"y": ["yes"] * 50 + ["no"] * 50}, "y", {"features": ("x", "y")}, "cannot also be used"),
        ({"y": ["yes"] * 50 + ["no"] * 50}, "y", {"group": "y"}, "cannot be divided"),
        ({"y": ["yes"] * 50 + ["no"] * 50}, "y", {"drop": ("x",)}, "No column is left"),
        ({"y": ["yes"] * 50 + ["no"] * 50}, "y", {"features": ()}, "No column is left"),
        ({"y": ["yes"] * 50 + ["no"] * 50}, "y", {"drop": ("z",)}, "no column z"),
        ({"y": ["yes"] * 50 + ["no"] * 50}, "y", {"kind": "regression"}, "does not hold numbers"),
        ({"y": ["a", "b", "c", "d"] * 25}, "y", {"kind": "binary"}, "4 different answers"),
        ({"y": ["a", "b"] * 50}, "z", {}, "no column z"),
        ({"y": [f"l{n // 5}" for n in range(1500)], "x": np.arange(1500) % 7}, "y", {}, "at most 200"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    columns: dict[str, object], goal: str, choices: dict[str, object], said: str
) -> None:
    with pytest.raises(Problem, match=said):
        pose(table(**{**rows(), **columns}), Goal(goal), found=(), **choices)  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "said"), [("text", "free text"), ("date", "dates"), ("identifier", "names each row")])
def test_a_target_must_have_answers(kind: str, said: str) -> None:
    with pytest.raises(Problem, match=said):
        pose(table({"y": kind}, **rows(), y=[f"t{n}" for n in range(100)]), Goal("y"), found=())


def test_rare_answers_are_left_out_and_named() -> None:
    asked = table(**rows(), y=["a"] * 50 + ["b"] * 30 + ["c"] * 17 + ["d"] * 3)
    task, findings = pose(asked, Goal("y"), found=())
    assert task.classes == ("a", "b", "c")
    rare = next(one for one in findings if one.code == "rare_class")
    assert rare.message.facts["classes"] == ["d"]
    assert rare.rows == (97, 98, 99)


def test_two_answers_left_over_are_a_yes_or_no_question() -> None:
    task, _ = pose(table(**rows(), y=["a"] * 60 + ["b"] * 38 + ["c", "d"]), Goal("y"), found=())
    assert (task.kind, task.positive) == ("binary", "b")


def test_numbers_as_classes_stand_in_their_order() -> None:
    task, findings = pose(table(**rows(300), y=np.tile([10, 9, 3], 100)), Goal("y"), found=())
    assert task.classes == ("3", "9", "10")
    assert "kind" in [one.code for one in findings]


def test_missing_answers_are_counted() -> None:
    asked = table(**rows(), y=["yes"] * 30 + ["no"] * 30 + [None] * 40)
    _, findings = pose(asked, Goal("y"), found=())
    missing = next(one for one in findings if one.code == "target_missing")
    assert (missing.severity, missing.message.facts["n"], missing.rows[0]) == ("warning", 40, 60)


@pytest.mark.parametrize(("events", "severity"), [(20, "warning"), (150, "note"), (500, None)])
def test_a_rare_event_is_said(events: int, severity: str | None) -> None:
    asked = table(**rows(1000), y=["yes"] * events + ["no"] * (1000 - events))
    _, findings = pose(asked, Goal("y"), found=())
    assert [one.severity for one in findings if one.code == "imbalance"] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("domain", "columns", "goal", "positive", "costs"),
    [
        ("", {"y": ["bad", "good"] * 50}, Goal("y"), None, (1, 1)),
        ("finance", {"y": ["bad", "good"] * 50}, Goal("y"), None, (5, 1)),
        ("finance", {"y": ["bad", "good"] * 50}, Goal("y"), "good", (1, 5)),
        ("finance", {"default": [0, 1] * 50}, Goal("default"), None, (5, 1)),
        ("finance", {"default": [0, 1] * 50}, Goal("default"), "0", (1, 5)),
        ("finance", {"subscribed": ["yes", "no"] * 50}, Goal("subscribed"), None, (1, 1)),
        ("finance", {"colour": ["red", "blue"] * 50}, Goal("colour"), None, (1, 1)),
        ("education", {"G3": [*range(20)] * 5}, Goal("G3", ">=", 10), None, (1, 5)),
        ("education", {"G3": [*range(20)] * 5}, Goal("G3", "<", 10), None, (5, 1)),
        ("education", {"G3": [*range(20)] * 5}, Goal("G3", ">=", 10), "no", (5, 1)),
        ("education", {"Target": ["Dropout", "Graduate"] * 50}, Goal("Target", "=", values=("Dropout",)), None, (5, 1)),
        ("medicine", {"num": [0, 1, 2, 3] * 25}, Goal("num", ">", 0), None, (10, 1)),
        ("medicine", {"department": ["a", "b"] * 50}, Goal("department"), None, (1, 1)),
    ],
)
def test_costs_are_the_fields_where_the_question_is_about_its_event(
    domain: str, columns: dict[str, object], goal: Goal, positive: str | None, costs: tuple[float, float]
) -> None:
    task, _ = pose(table(**rows(), **columns), goal, domain, positive=positive, found=())
    assert (task.cost_miss, task.cost_alarm) == costs


def test_costs_may_be_given() -> None:
    task, _ = pose(table(**rows(), y=["bad", "good"] * 50), Goal("y"), "finance", cost_miss=2, cost_alarm=3, found=())
    assert (task.cost_miss, task.cost_alarm) == (2, 3)


def test_labels_are_those_left_after_repairs() -> None:
    merge = Repair("merge", "y", spellings={"Yes": "yes"})
    task, _ = pose(table(**rows(), y=["yes", "Yes", "no", "no"] * 25), Goal("y"), repairs=(merge,), found=())
    assert task.classes == ("no", "yes")


def test_a_real_file(data_dir: object) -> None:
    from core.data.check import check
    from core.data.read import read

    path = data_dir / "education" / "student_performance" / "student-por.csv"  # type: ignore[operator]
    raw, source, findings = read(path, path.name)
    checked = check(raw, [source], findings, domain="education", table_id="t", name="t")
    task, said = pose(checked, parse_goal("G3 >= 10", checked.schema), "education")
    assert isinstance(task, Task)
    assert (task.kind, task.positive, len(task.features)) == ("binary", "yes", 32)
    assert {one.column for one in said if one.code == "leak_ask"} == {"G1", "G2"}


def test_a_value_asked_about_may_be_named_as_the_event() -> None:
    asked = table(**rows(), y=["a", "b", "c", "c"] * 25)
    assert pose(asked, Goal("y", "=", values=("a", "b")), positive="B", found=())[0].positive == "yes"


def test_an_event_of_more_than_two_answers_is_said_to_be_none() -> None:
    _, findings = pose(table(**rows(), y=["a", "b", "c", "c"] * 25), Goal("y"), positive="a", found=())
    assert [one.severity for one in findings if one.code == "positive"] == ["warning"]


def test_words_in_place_of_times_are_said_to_be_sorted() -> None:
    asked = table(**rows(), term=["first", "second"] * 50, y=["a", "b"] * 50)
    codes = {one.code for one in pose(asked, Goal("y"), time="term", found=())[1]}
    assert "time_order" in codes
    assert "time_order" not in {one.code for one in pose(asked, Goal("y"), time="x", found=())[1]}


def test_columns_that_are_out_are_not_searched_for_leaks() -> None:
    asked = table(**rows(), copy=["u", "v"] * 50, who=["p", "q"] * 50, y=["a", "b"] * 50)
    _, findings = pose(asked, Goal("y"), drop=("copy",), group="who")
    assert not [one for one in findings if one.code.startswith("leak")]


def test_a_column_is_found_whatever_its_width_and_blanks() -> None:
    schema = Schema((Column("结果（是）", "category", levels=("是", "否")), Column("my score", "number")))
    assert parse_goal("结果(是)", schema).column == "结果（是）"
    assert parse_goal(" my  Score >= 3", schema) == Goal("my score", ">=", 3)
