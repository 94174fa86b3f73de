"""What is suggested for a table, from what is known of its columns."""

import pytest

from core.data.propose import propose
from core.data.table import Column, Profile, Schema, TableCard
from core.data.task import Goal
from core.domains import domains


def card(rows: int = 1000, **columns: tuple[str, int] | tuple[str, int, float, float]) -> TableCard:
    """A card from name = (kind, distinct values, lowest, highest)."""
    known, profiles = [], {}
    for name, (kind, distinct, *limits) in columns.items():
        low, high = (*limits, None, None)[:2]
        known.append(Column(name, kind, low=low, high=high))  # type: ignore[arg-type]
        profiles[name] = Profile(0, distinct)
    return TableCard("t", "t", rows, Schema(tuple(known)), profiles, (), ())


def goals(table: TableCard, domain: str = "") -> list[str]:
    return [str(goal) for goal, _ in propose(table, domains().get(domain)).goals]


def test_pass_at_ten_points_of_twenty() -> None:
    assert goals(card(sex=("category", 2), G3=("number", 18, 0, 19)), "education") == ["G3>=10"]


def test_a_limit_is_proposed_only_where_it_fits() -> None:
    assert goals(card(sex=("category", 2), G3=("number", 80, 0, 100)), "education") == ["G3"]


def test_heart_disease_is_any_degree_of_it() -> None:
    assert goals(card(age=("number", 40, 29, 77), num=("number", 5, 0, 4)), "medicine")[0] == "num>0"


def test_the_last_column_comes_first_where_the_field_knows_it() -> None:
    bank = card(default=("category", 2), duration=("number", 500, 0, 4000), y=("category", 2))
    assert goals(bank, "finance") == ["y", "default"]


def test_a_value_is_asked_for_only_where_it_exists() -> None:
    levels = ("NO", ">30", "<30")
    one = Column("readmitted", "category", levels=levels)
    table = TableCard("t", "t", 100, Schema((one,)), {"readmitted": Profile(0, 3)}, (), ())
    assert propose(table, domains()["medicine"]).goals[0][0] == Goal("readmitted", "=", values=("<30",))
    assert goals(card(readmitted=("category", 2)), "medicine") == ["readmitted"]


@pytest.mark.parametrize("name", ["target", "label", "class", "y", "outcome", "结果", "标签", "是否流失"])
def test_without_a_field_the_name_tells(name: str) -> None:
    table = card(**{"a": ("number", 50, 0, 1), name: ("category", 3), "b": ("number", 60, 0, 1)})
    assert goals(table)[0] == name


def test_without_a_name_the_last_column_and_those_of_two_values() -> None:
    table = card(a=("number", 2, 0, 1), b=("number", 60, 0, 1), c=("number", 70, 0, 1))
    assert goals(table) == ["c", "a"]


def test_nobody_is_asked_to_predict_what_is_sensitive() -> None:
    assert goals(card(sex=("category", 2), a=("category", 2), b=("text", 900)), "education") == ["a"]


def test_texts_dates_and_numbers_of_rows_are_no_goals() -> None:
    assert goals(card(a=("text", 900), b=("date", 300), c=("identifier", 1000), d=("constant", 1))) == []


def test_an_empty_table_has_no_proposals() -> None:
    proposal = propose(card(), domains()["finance"])
    assert (proposal.goals, proposal.sensitive, proposal.group, proposal.time) == ((), (), None, None)


def test_the_lesson_of_german_credit() -> None:
    table = card(
        personal_status_sex=("category", 4), foreign_worker=("category", 2), age=("number", 50, 19, 75),
        purpose=("category", 10), default=("number", 2, 0, 1),
    )  # fmt: skip
    proposal = propose(table, domains()["finance"])
    assert proposal.sensitive == ("personal_status_sex", "foreign_worker", "age")
    assert all(proposal.why[name].english() for name in proposal.sensitive)
    assert (proposal.cost_miss, proposal.cost_alarm) == (5, 1)


def test_costs_and_columns_set_aside_follow_the_goal_that_is_chosen() -> None:
    table = card(duration=("number", 500, 0, 4000), default=("category", 2), y=("category", 2))
    first, second = propose(table, domains()["finance"]), propose(table, domains()["finance"], Goal("default"))
    assert (first.aside, first.cost_miss) == (("duration",), 1)
    assert (second.aside, second.cost_miss) == ((), 5)


def test_who_will_pass_turns_the_costs_round() -> None:
    proposal = propose(card(G3=("number", 18, 0, 19)), domains()["education"])
    assert (proposal.cost_miss, proposal.cost_alarm) == (1, 5)
    assert proposal.cost_why is not None
    assert "changed places" in proposal.cost_why.english()


def test_what_is_known_afterwards_is_set_aside_and_earlier_grades_are_not() -> None:
    bank = propose(card(duration=("number", 500, 0, 4000), y=("category", 2)), domains()["finance"])
    grades = propose(card(G1=("number", 18, 0, 19), G3=("number", 18, 0, 19)), domains()["education"])
    assert (bank.aside, grades.aside) == (("duration",), ())
    assert "call" in bank.why["duration"].english()


def test_who_repeats_is_proposed_as_a_group() -> None:
    seen = propose(card(patient_nbr=("category", 700), readmitted=("category", 2)), domains()["medicine"])
    once = propose(card(patient_nbr=("identifier", 1000), readmitted=("category", 2)), domains()["medicine"])
    assert (seen.group, once.group) == ("patient_nbr", None)


@pytest.mark.parametrize(("days", "time"), [(720, "application_date"), (40, None)])
def test_time_is_proposed_where_it_is_long(days: float, time: str | None) -> None:
    table = card(application_date=("date", 30, 18_000, 18_000 + days), default=("category", 2))
    assert propose(table, domains()["finance"]).time == time


def test_every_proposal_has_a_reason() -> None:
    table = card(
        patient_nbr=("category", 700), age=("number", 50, 19, 75), time=("number", 99, 0, 300), died=("category", 2)
    )
    proposal = propose(table, domains()["medicine"])
    named = (*proposal.sensitive, *proposal.aside, proposal.group)
    assert set(named) == {"age", "time", "patient_nbr"}
    assert set(named) <= set(proposal.why)
    assert all(reason.english() for _, reason in proposal.goals)
