"""A column is known by its name, however the name is written."""

import pytest

from core.domains.domain import Domain, Known, LikelyTarget
from core.domains.recognise import leaks_into, likely, normal, recognise
from tests.pace import within

FIELD = Domain(
    key="garden",
    title="Garden",
    tagline="",
    case="plant",
    cases="plants",
    known=(
        Known(r"blood_?pressure|血压", "Blood pressure"),
        Known(r"age|年龄", "Age"),
        Known(r"height|高度", "Height", leaks=(r"fruit",)),
        Known(r"harvest", "Harvest", part="leak"),
        Known(r"age|years", "Never reached by age"),
    ),
    targets=(LikelyTarget(r"fruit|果实", question="Which plant bears fruit?"),),
    events=(),
    main_metric="roc_auc",
    cost_miss=1.0,
    cost_alarm=1.0,
    cost_why="",
    capacity="",
    cautions=(),
    samples=(),
)


@pytest.mark.parametrize(
    "name",
    ["blood pressure", "Blood-Pressure", "BLOOD.PRESSURE", "BloodPressure", " blood__pressure\t", "血压",
     "血压（mmHg）", "Blood pressure [mmHg]", "bloodPressure", "ｂｌｏｏｄ pressure"],
)  # fmt: skip
def test_a_name_is_known_in_every_spelling(name: str) -> None:
    known = recognise(name, FIELD)
    assert known is not None
    assert known.label == "Blood pressure"


def test_only_the_whole_name_counts() -> None:
    assert recognise("page", FIELD) is None
    assert recognise("age of the house", FIELD) is None
    assert recognise("", FIELD) is None


def test_the_first_pattern_wins() -> None:
    known = recognise("age", FIELD)
    assert known is not None
    assert known.label == "Age"


def test_without_a_field_nothing_is_known() -> None:
    assert recognise("age", None) is None
    assert likely("fruit", None) is None


def test_a_target_is_known_in_both_languages() -> None:
    assert [likely(name, FIELD) is not None for name in ("Fruit", "果实", "leaf")] == [True, True, False]


def test_a_leak_is_one_for_its_targets_or_for_all() -> None:
    height, harvest = recognise("height", FIELD), recognise("harvest", FIELD)
    assert leaks_into(height, "Fruit")
    assert not leaks_into(height, "leaf")
    assert leaks_into(harvest, "leaf")
    assert not leaks_into(recognise("age", FIELD), "fruit")
    assert not leaks_into(None, "fruit")


def test_normal_is_what_patterns_expect() -> None:
    assert normal("  Mother's  Job.Title ") == "mothers_job_title"


def test_ten_thousand_names_are_quick() -> None:
    with within(2):
        for number in range(10_000):
            recognise(f"gene expression {number}", FIELD)
