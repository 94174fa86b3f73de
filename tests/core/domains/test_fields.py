"""What the fields of work know: shape of the knowledge, and the lessons of well-known data sets."""

import re
from dataclasses import fields

import pytest

from core.domains import domains
from core.domains.domain import Domain
from core.domains.recognise import leaks_into, likely, recognise

FIELDS = sorted(domains())
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(params=["education", "finance", "medicine"])
def field(request: pytest.FixtureRequest) -> Domain:
    return domains()[request.param]


def test_the_three_fields_are_there() -> None:
    assert {"education", "medicine", "finance"} <= set(FIELDS)
    assert list(domains())[:3] == ["education", "medicine", "finance"]


def test_at_least_fifty_columns_are_known_in_both_languages(field: Domain) -> None:
    both = [known for known in field.known if CHINESE.search(known.pattern) and re.search(r"[a-z]{2}", known.pattern)]
    assert len(both) >= 50


def test_every_pattern_compiles_and_captures_nothing(field: Domain) -> None:
    patterns = [known.pattern for known in field.known] + [target.pattern for target in field.targets]
    patterns += [leak for known in field.known for leak in known.leaks]
    for pattern in patterns:
        assert re.compile(pattern).groups == 0, pattern
        assert not re.compile(pattern).fullmatch(""), pattern


def test_what_is_sensitive_or_leaks_or_names_rows_says_why(field: Domain) -> None:
    silent = [
        known.label
        for known in field.known
        if (known.sensitive or known.leaks or known.part in ("leak", "identifier", "group")) and not known.why
    ]
    assert silent == []


def test_ranges_are_ranges(field: Domain) -> None:
    assert [k.label for k in field.known if k.low is not None and k.high is not None and k.low >= k.high] == []


def test_every_target_asks_a_question(field: Domain) -> None:
    assert all(target.question.endswith("?") for target in field.targets)


def test_the_texts_of_a_field_are_there(field: Domain) -> None:
    assert all(getattr(field, one.name) for one in fields(field))
    assert len(field.cautions) >= 3
    assert "{n:count}" in field.capacity
    assert all(event == event.lower() for event in field.events)


@pytest.mark.parametrize(
    ("key", "name", "label"),
    [
        ("education", "Medu", "Mother's education"),
        ("education", "Daytime/evening attendance\t", "Day or evening course"),
        ("education", "Curricular units 2nd sem (grade)", "Courses of the second semester"),
        ("education", "出勤率", "Attendance"),
        ("education", "学号", "Student number"),
        ("medicine", "DiabetesPedigreeFunction", "Diabetes in the family"),
        ("medicine", "trestbps", "Blood pressure at rest"),
        ("medicine", "worst concave points", "Measure of the cell nuclei"),
        ("medicine", "收缩压", "Systolic blood pressure"),
        ("medicine", "glimepiride-pioglitazone", "Medicine against diabetes"),
        ("finance", "NumberOfTime30-59DaysPastDueNotWorse", "Payments made late before"),
        ("finance", "emp.var.rate", "State of the economy"),
        ("finance", "PAY_AMT3", "Amount paid in a month"),
        ("finance", "贷款金额", "Amount of the loan"),
        ("finance", "personal_status_sex", "Sex and marital status in one"),
    ],
)
def test_a_known_column(key: str, name: str, label: str) -> None:
    known = recognise(name, domains()[key])
    assert known is not None
    assert known.label == label


@pytest.mark.parametrize("key", ["education", "medicine", "finance"])
@pytest.mark.parametrize(
    "name", ["sex", "Gender", "性别", "age", "年龄", "race", "民族", "religion", "disability", "postcode"]
)
def test_people_are_protected_in_every_field(key: str, name: str) -> None:
    known = recognise(name, domains()[key])
    assert known is not None
    assert known.sensitive


@pytest.mark.parametrize("name", ["personal_status_sex", "foreign_worker", "age"])
def test_the_lesson_of_german_credit(name: str) -> None:
    known = recognise(name, domains()["finance"])
    assert known is not None
    assert known.sensitive
    assert known.immutable


@pytest.mark.parametrize(
    ("key", "name", "target", "asked"),
    [
        ("education", "G1", "G3", True),
        ("education", "G2", "G3", True),
        ("education", "期中成绩", "期末成绩", True),
        ("education", "date_unregistration", "final_result", False),
        ("medicine", "time", "DEATH_EVENT", False),
        ("medicine", "answer", "department", False),
        ("medicine", "出院小结", "诊断", False),
        ("finance", "duration", "y", False),
        ("finance", "is_recid", "two_year_recid", False),
        ("finance", "r_charge_desc", "two_year_recid", False),
        ("finance", "decile_score (2)", "two_year_recid", False),
        ("finance", "total_pymnt_inv", "loan_status", False),
        ("finance", "催收次数", "是否违约", False),
    ],
)
def test_a_known_leak(key: str, name: str, target: str, asked: bool) -> None:
    known = recognise(name, domains()[key])
    assert leaks_into(known, target)
    assert known is not None
    assert known.ask is asked


@pytest.mark.parametrize(
    ("key", "name", "target"),
    [
        ("education", "absences", "G3"),
        ("education", "Admission grade", "Target"),
        ("medicine", "age", "DEATH_EVENT"),
        ("medicine", "glucose", "outcome"),
        ("finance", "duration_in_month", "default"),
        ("finance", "duration", "Risk"),
        ("finance", "priors_count", "two_year_recid"),
    ],
)
def test_an_honest_column_is_no_leak(key: str, name: str, target: str) -> None:
    assert not leaks_into(recognise(name, domains()[key]), target)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("education", "G3"),
        ("education", "Target"),
        ("education", "是否及格"),
        ("medicine", "DEATH_EVENT"),
        ("medicine", "readmitted"),
        ("medicine", "科室"),
        ("finance", "default payment"),
        ("finance", "SeriousDlqin2yrs"),
        ("finance", "是否违约"),
    ],
)
def test_a_likely_target(key: str, name: str) -> None:
    assert likely(name, domains()[key]) is not None


@pytest.mark.parametrize("name", ["Glucose", "BloodPressure", "SkinThickness", "Insulin", "BMI", "chol"])
def test_a_zero_nobody_can_live_with_is_missing(name: str) -> None:
    known = recognise(name, domains()["medicine"])
    assert known is not None
    assert known.zero_is_missing


@pytest.mark.parametrize(
    ("key", "name"), [("medicine", "Pregnancies"), ("finance", "balance"), ("education", "absences")]
)
def test_a_zero_that_means_zero_stays(key: str, name: str) -> None:
    known = recognise(name, domains()[key])
    assert known is not None
    assert not known.zero_is_missing


@pytest.mark.parametrize(
    ("key", "name"), [("education", "id_student"), ("medicine", "patient_nbr"), ("finance", "客户编号")]
)
def test_who_repeats_is_a_group(key: str, name: str) -> None:
    known = recognise(name, domains()[key])
    assert known is not None
    assert known.part == "group"
