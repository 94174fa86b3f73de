"""Each kind of finding: found where it is, absent where it is not, with evidence and repairs."""

from __future__ import annotations

import string

import numpy as np
import pandas as pd
import pytest

from core.data import findings
from core.data.cells import cells
from core.data.check import check
from core.data.findings import extremes
from core.data.findings.finder import Rule, Seen
from core.data.kinds import infer
from core.data.profile import profile
from core.data.repair import repair
from core.data.table import Finding, Repair, Table
from core.domains.domain import Known


def table(domain: str = "", **columns) -> Table:
    frame = pd.DataFrame(
        {
            name: values if isinstance(values, pd.Series) else pd.Series(values, dtype="str")
            for name, values in columns.items()
        }
    )
    return check(frame, [], [], domain=domain, table_id="t", name="t")


def found(code: str, values, name: str = "x", domain: str = "") -> list[Finding]:
    return [finding for finding in table(domain, **{name: values}).card.findings if finding.code == code]


def numbers(*more: str, low: int = 20, high: int = 80, rows: int = 100) -> list[str]:
    rng = np.random.default_rng(0)
    return [str(int(value)) for value in rng.integers(low, high, rows)] + list(more)


def test_missing_values_are_a_note_and_mostly_missing_ones_a_warning() -> None:
    assert [finding.severity for finding in found("missing", ["1", "2", "3", None] * 10)] == ["note"]
    assert [finding.severity for finding in found("missing", ["1", "2", None, None, None, None] * 10)] == ["warning"]


def test_words_for_missing_are_quoted_with_their_rows() -> None:
    (finding,) = found("missing", ["1", "2", "?", "3"] * 10)
    assert finding.message.facts["words"] == ["?"]
    assert finding.rows[:2] == (2, 6)


@pytest.mark.parametrize("code", ["999", "-1", "-9", "99999"])
def test_a_code_far_from_all_others_is_proposed_as_missing(code: str) -> None:
    (finding,) = found("missing_code", numbers(*[code] * 5))
    assert finding.offers[0].codes == (code,)


def test_a_code_in_many_cells_is_asked_about_and_a_rare_one_is_noted() -> None:
    assert [one.severity for one in found("missing_code", numbers(*["-200"] * 40))] == ["warning"]
    assert [one.severity for one in found("missing_code", [*numbers() * 10, *["-200"] * 4])] == ["note"]


def test_codes_within_the_others_or_once_only_are_left_alone() -> None:
    assert found("missing_code", numbers(*["99"] * 5, high=110)) == []
    assert found("missing_code", numbers("999")) == []
    assert found("missing_code", [str(i % 7) for i in range(100)]) == []


def test_duplicates_name_the_rows_and_offer_to_drop_them() -> None:
    values = [str(i) + ".5" for i in range(40)] + ["3.5", "7.5"]
    (finding,) = found("duplicates", values)
    assert finding.rows == (40, 41)
    assert len(repair(table(x=values).frame, finding.offers)) == 40


def test_constant_and_nearly_constant() -> None:
    assert len(found("constant", ["x"] * 30)) == 1
    assert len(found("empty", [None] * 30)) == 1
    assert len(found("near_constant", ["x"] * 299 + ["y"])) == 1
    assert found("near_constant", ["x"] * 250 + ["y"] * 50) == []
    assert len(found("non_finite", [f"{i}e99" for i in range(1, 41)])) == 1
    assert found("empty", [f"{i}e99" for i in range(1, 41)]) == []
    (alone,) = found("near_constant", ["2"] * 295 + ["inf"] * 5)
    assert "wherever it has one" in alone.message.english()


def test_outliers_are_far_from_all_others() -> None:
    (finding,) = found("outliers", numbers("1000000000000"))
    assert finding.rows == (100,)
    skewed = np.exp(np.random.default_rng(0).normal(size=2000)).round(4).astype(str).tolist()
    assert found("outliers", skewed) == []


def ranged(values: list[str], low: float, high: float) -> list:
    reading = infer("x", cells(pd.Series(values, dtype="str")))
    return list(extremes.column(Seen(reading, profile(reading), Known("x", "X", low=low, high=high))))


def test_values_outside_the_fields_range_are_named_and_may_be_declared_missing() -> None:
    (hit,) = ranged(numbers("999", "-5"), 0, 100)
    assert hit.rule.code == "out_of_range"
    assert hit.rows == (100, 101)
    assert hit.offers == (Repair("missing", "x", codes=("-5", "999")),)
    assert ranged(numbers(), 0, 100) == []


@pytest.mark.parametrize(("factor", "low", "high"), [(100, 0, 1), (10, 2, 8), (1000, 0.02, 0.08)])
def test_values_that_fit_once_divided_offer_it(factor: float, low: float, high: float) -> None:
    (hit,) = ranged(numbers(), low, high)
    assert hit.offers == (Repair("divide", "x", number=factor),)


def test_high_cardinality() -> None:
    assert len(found("high_cardinality", [f"level {i % 60}" for i in range(600)])) == 1
    assert found("high_cardinality", [f"level {i % 20}" for i in range(600)]) == []
    (repeated,) = found("high_cardinality", [f"level {i % 60}" for i in range(600)])
    assert "0 of them" not in repeated.message.english()


def test_spellings_are_merged_into_the_most_frequent() -> None:
    values = ["Male"] * 30 + ["MALE", "Ｍale"] + ["Female"] * 30
    (finding,) = found("spelling_variants", values)
    merged = repair(table(x=values).frame, finding.offers)
    assert set(merged["x"]) == {"Male", "Female"}
    assert finding.rows == (30, 31)


def test_yes_and_no_in_several_ways_are_merged() -> None:
    values = ["yes"] * 20 + ["Y", "no", "no", "N", "是"]
    (finding,) = found("yes_no", values)
    assert set(repair(table(x=values).frame, finding.offers)["x"]) == {"yes", "no"}
    assert found("yes_no", ["yes", "no", "unknown"] * 10) == []
    assert found("yes_no", ["M", "F", "f"] * 10) == []


def test_a_repeated_entity() -> None:
    values = [str(1000 + 7 * (i % 80)) for i in range(120)]
    (finding,) = found("repeated_entity", values, "patient_id")
    assert finding.message.facts == {"column": "patient_id", "distinct": 80, "rows": 120, "again": 40}


def test_personal_data_in_whole_columns_and_in_some_cells() -> None:
    assert len(found("personal", [f"p{i}@example.com" for i in range(30)])) == 1
    texts = [f"the pupil number {i} was absent on that day, and nobody knows why" for i in range(30)]
    assert found("personal", texts) == []
    texts[3] += " call 13912345678"
    (finding,) = found("personal", texts)
    assert finding.rows == (3,)


def test_each_personal_column_has_a_finding_of_its_own() -> None:
    card = table(**{f"c{i}": [f"p{k}@example.com" for k in range(30)] for i in range(6)}).card
    assert {finding.column for finding in card.findings if finding.code == "personal"} == {f"c{i}" for i in range(6)}


def test_dates_of_birth_are_told() -> None:
    assert len(found("birth_date", ["2001-01-01", "2002-02-03"] * 15, "dob")) == 1


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("non_finite", numbers("1e400", "inf")),
        ("not_number", numbers("oops")),
        ("bounds", numbers("<10", ">100")),
        ("leading_zeros", ["00123", "00456", "12345"] * 10),
        ("precision", [str(2**60 + i % 7) for i in range(40)]),
        ("mixed_units", ["5kg", "7kg", "5000 g"] * 10),
        ("scale", ["$5", "$6"] * 10),
        ("json_cells", ['{"a": 1}', '{"a": 2}'] * 10),
        ("unsure_words", ["unknown", "single", "married"] * 10),
        ("date_order", ["01/02/2024", "03/04/2024"] * 10),
        ("odd_date", ["0000-00-00"] + ["2024-01-01", "2023-01-01"] * 20),
        ("odd_date", ["9999-12-31"] + ["2024-01-01", "2023-01-01"] * 20),
        ("odd_date", ["1899-12-30"] + ["2024-01-01", "2023-01-01"] * 20),
        ("future_date", ["2124-01-01"] + ["2024-01-01", "2023-01-01"] * 20),
        ("time_zones", ["2024-01-01T10:00:00Z", "2024-01-02T10:00:00+08:00"] * 20),
    ],
)
def test_what_is_odd_in_the_writing(code: str, values: list) -> None:
    assert len(found(code, values)) == 1


def test_codes_and_serial_dates_by_name() -> None:
    assert len(found("codes", ["1", "2", "3"] * 20, "ward_code")) == 1
    assert len(found("serial_dates", ["45000", "45001"] * 20, "admission_date")) == 1


def test_the_order_of_days_is_a_note_where_the_dates_decide() -> None:
    assert found("date_order", ["01/02/2024", "13/02/2024"] * 10)[0].severity == "note"
    assert found("date_order", ["01/02/2024", "03/02/2024"] * 10)[0].severity == "warning"


def test_two_units_in_one_column() -> None:
    rng = np.random.default_rng(0)
    mercury = rng.normal(120, 12, 200).round().astype(int)
    values = [str(value) for value in mercury[:150]] + [str(round(value / 10, 1)) for value in mercury[150:]]
    (finding,) = found("unit_mix", values)
    assert finding.message.facts["factor"] == 10
    assert finding.rows[0] >= 150
    assert found("unit_mix", [str(value) for value in mercury]) == []
    assert found("unit_mix", [f"{value:.3f}" for value in rng.lognormal(3, 1.5, 500)]) == []


def test_columns_that_say_the_same() -> None:
    card = table(a=["1", "2", "3"] * 20, b=["x", "y", "z"] * 20, c=["1", "2"] * 30).card
    (finding,) = [finding for finding in card.findings if finding.code == "same_columns"]
    assert (finding.column, finding.message.facts["other"]) == ("b", "a")


def test_the_same_in_many_columns_is_said_once() -> None:
    card = table(**{f"c{i}": ["1", "2", "4", None] * 10 for i in range(30)}).card
    (finding,) = [finding for finding in card.findings if finding.code == "missing"]
    assert finding.column is None
    assert finding.message.facts["n"] == 30
    assert len(finding.message.facts["columns"]) == 9


def rules() -> list[Rule]:
    return [value for finder in findings.finders() for value in vars(finder).values() if isinstance(value, Rule)]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: f"{rule.code}-{rule.severity}")
def test_sentences_are_short_and_name_the_column(rule: Rule) -> None:
    for text in filter(None, (rule.one, rule.many, rule.cure, rule.cure_many)):
        assert len(text.split()) <= 60
        assert text[0].isupper() or text.startswith("{")
    if rule.many:
        assert "{column}" in rule.one
        assert "{columns:list}" in rule.many
        names = {name for _, name, _, _ in string.Formatter().parse(rule.many + (rule.cure_many or rule.cure)) if name}
        assert names <= {"columns", "n"}


@pytest.mark.parametrize("finder", findings.finders(), ids=lambda finder: finder.__name__.rsplit(".", 1)[1])
def test_every_file_looks_at_columns_or_at_the_table(finder) -> None:
    assert hasattr(finder, "column") or hasattr(finder, "table")
    assert finder.__doc__


def test_zeros_that_nobody_has_are_said_once() -> None:
    pressure = ["0"] * 5 + [str(100 + n % 40) for n in range(95)]
    codes = {finding.code for finding in table("medicine", trestbps=pressure).card.findings}
    assert "missing_code" in codes
    assert "out_of_range" not in codes
    beyond = {finding.code for finding in table("medicine", trestbps=[*pressure, "900"]).card.findings}
    assert {"missing_code", "out_of_range"} <= beyond
