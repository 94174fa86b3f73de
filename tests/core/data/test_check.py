"""From a raw frame to a table: what is said of real and of odd files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.check import check
from core.data.table import Finding, ReadOptions, Repair, Source, Table
from core.values import from_json, to_json
from core.words import Message
from tests.pace import within


def raw(path: Path, **more) -> pd.DataFrame:
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, **more)
    frame.columns = [str(name) for name in frame.columns]
    frame = frame.astype("str")
    return frame.mask(frame == "")


def table(frame: pd.DataFrame, domain: str = "", decimal: str | None = None, **more) -> Table:
    source = Source("f", "text", "0" * 64, 1, len(frame), ReadOptions(decimal=decimal))
    return check(frame, [source], [], domain=domain, table_id="t", name="t", **more)


def codes(found: Table) -> set[str]:
    return {finding.code for finding in found.card.findings}


def by_code(found: Table, code: str) -> list[Finding]:
    return [finding for finding in found.card.findings if finding.code == code]


def test_the_frame_has_the_schemas_columns_and_a_plain_index() -> None:
    frame = pd.DataFrame({"a": pd.Series(["1", "2"] * 15, dtype="str")}, index=range(5, 35))
    found = table(frame)
    assert found.frame.index.equals(pd.RangeIndex(30))
    assert tuple(found.frame.columns) == found.schema.names
    assert found.card.rows == 30


def test_findings_of_reading_come_along_and_stops_come_first() -> None:
    frame = pd.DataFrame({"a": pd.Series(["1", "2"], dtype="str")})
    note = Finding("read_encoding", "note", Message("x"))
    found = check(frame, [], [note], domain="", table_id="t", name="t")
    assert [finding.code for finding in found.card.findings] == ["few_rows", "read_encoding"]


def test_the_analysts_kind_wins() -> None:
    frame = pd.DataFrame({"a": pd.Series(["1", "2"] * 15, dtype="str")})
    assert table(frame, kinds={"a": "category"}).schema["a"].kind == "category"


def test_personal_columns_are_set_aside_and_shown_masked_unless_the_analyst_says_otherwise() -> None:
    frame = pd.DataFrame({"mail": pd.Series([f"a{i % 9}@example.com" for i in range(30)], dtype="str")})
    found = table(frame)
    assert found.schema["mail"].aside is not None
    assert "@example" not in str(found.card.profiles) + str(found.schema)
    assert table(frame, kinds={"mail": "category"}).schema["mail"].aside is None


def test_the_decimal_sign_of_the_file_is_used() -> None:
    frame = pd.DataFrame({"a": pd.Series(["1.500", "2.500"] * 15, dtype="str")})
    assert table(frame, decimal=",").frame["a"].max() == 2500
    assert table(frame, decimal=".").frame["a"].max() == 2.5


def test_an_unknown_field_knows_nothing() -> None:
    frame = pd.DataFrame({"age": pd.Series(["1", "2"] * 15, dtype="str")})
    assert table(frame, domain="astrology").schema["age"].kind == "number"


def test_profiles_count_what_pages_show() -> None:
    frame = pd.DataFrame(
        {
            "n": pd.Series([str(i) for i in range(0, 200, 2)], dtype="str"),
            "c": pd.Series(["b", "a", "b", None] * 25, dtype="str"),
        }
    )
    found = table(frame).card.profiles
    assert found["n"].quantiles == (0, 9.9, 49.5, 99, 148.5, 188.1, 198)
    assert found["n"].mean == 99
    assert len(found["n"].counts) == 20
    assert sum(found["n"].counts) == 100
    assert (found["c"].levels, found["c"].level_counts, found["c"].missing) == (("b", "a"), (50, 25), 25)


def test_few_whole_numbers_get_a_bar_each() -> None:
    frame = pd.DataFrame({"n": pd.Series(["1", "2", "2", "4"] * 10, dtype="str")})
    assert table(frame).card.profiles["n"].counts == (10, 20, 0, 10)


def test_cards_survive_their_file() -> None:
    frame = pd.DataFrame({"x": pd.Series(["1e308", "-1e308", "5", "1e400"] * 10, dtype="str")})
    card = table(frame).card
    assert to_json(from_json(type(card), to_json(card))) == to_json(card)


@pytest.mark.parametrize("rows", [1, 2, 19, 20])
def test_few_rows_stop_training(rows: int) -> None:
    frame = pd.DataFrame({"x": pd.Series([str(i % 3) for i in range(rows)], dtype="str")})
    assert ("few_rows" in codes(table(frame))) == (rows < 20)


def test_pima_zeros_are_proposed_as_missing(data_dir: Path) -> None:
    found = table(raw(data_dir / "medicine/pima/pima-indians-diabetes.csv", header=None), "medicine")
    offers = {offer for finding in by_code(found, "missing_code") for offer in map(_column, finding.offers)}
    assert offers == {"1", "2", "3", "4", "5"}


def _column(repair: Repair) -> str:
    assert repair.kind == "missing"
    assert repair.codes == ("0",)
    return repair.column


def test_minus_200_of_the_air_file_is_proposed_as_missing(data_dir: Path) -> None:
    frame = raw(data_dir / "nasty/air_quality_decimal_comma/AirQualityUCI.csv", sep=";")
    found = table(frame, decimal=",")
    assert found.schema["CO(GT)"].kind == "number"
    assert found.schema["Date"].pattern == "%d/%m/%Y"
    assert found.schema["Time"].pattern == "%H.%M.%S"
    assert {offer.codes for finding in by_code(found, "missing_code") for offer in finding.offers} == {("-200",)}


def test_duplicates_of_the_turkish_questionnaire(data_dir: Path) -> None:
    found = table(raw(data_dir / "education/turkiye_eval/turkiye-student-evaluation_generic.csv"), "education")
    (finding,) = by_code(found, "duplicates")
    assert finding.message.facts["repeated"] == 1843
    assert finding.offers == (Repair("distinct"),)


def test_question_marks_of_the_heart_files_are_missing(data_dir: Path) -> None:
    found = table(raw(data_dir / "medicine/heart_disease_uci/processed.cleveland.data", header=None), "medicine")
    assert {column.kind for column in found.schema.columns} == {"number"}
    assert found.card.profiles["11"].missing == 4


def test_patients_of_the_diabetes_file_repeat(data_dir: Path) -> None:
    found = table(raw(data_dir / "medicine/diabetes130/diabetic_data.csv"), "medicine")
    assert [finding.column for finding in by_code(found, "repeated_entity")] == ["patient_nbr"]
    assert found.schema["encounter_id"].kind == "identifier"
    assert found.schema["diag_1"].kind == "category"
    assert found.schema["admission_type_id"].kind == "category"
    assert found.card.profiles["weight"].missing == 98569


def test_chinese_texts_are_texts(data_dir: Path) -> None:
    found = table(
        raw(data_dir / "medicine/cn_medical_dialogue_gbk/样例_内科5000-6000.csv", encoding="gb18030"), "medicine"
    )
    assert [column.kind for column in found.schema.columns] == ["category", "text", "text", "text"]


def test_clean_files_are_not_nagged_about(data_dir: Path) -> None:
    found = table(raw(data_dir / "education/student_performance/student-por.csv", sep=";"), "education")
    assert [finding for finding in found.card.findings if finding.severity != "note"] == []


def test_seven_thousand_columns_are_few_findings(data_dir: Path) -> None:
    frame = raw(data_dir / "nasty/golub_leukemia_wide/golub.csv")
    with within(15):
        found = table(frame, "medicine")
    assert len(found.card.findings) <= 8
    assert "wide" in codes(found)


def test_a_large_table_is_checked_in_bounded_time() -> None:
    rng = np.random.default_rng(0)
    rows = 200_000
    frame = pd.DataFrame(
        {f"x{i}": pd.Series(rng.normal(size=rows).round(4)).astype("str") for i in range(3)}
        | {f"c{i}": pd.Series(rng.choice(["a", "b", "c"], rows), dtype="str") for i in range(3)}
    )
    with within(6):
        found = table(frame)
    assert len(found.schema.columns) == 6
