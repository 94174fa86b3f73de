"""Real files as their authors published them: shape, header and separator are known beforehand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from core.data.read import read
from core.data.stack import stack

KNOWN = [
    ("education/student_performance/student-por.csv", (649, 33), ";", 0),
    ("education/uci_dropout/data.csv", (4424, 37), ";", 0),
    ("education/xapi_edu/xAPI-Edu-Data.csv", (480, 17), ",", 0),
    ("education/assist2009_skill_logs/derived/long.csv.gz", (325_637, 6), ",", 0),
    ("medicine/pima/pima-indians-diabetes.csv", (768, 9), ",", -1),
    ("medicine/breast_cancer_wisconsin_orig/breast-cancer-wisconsin.data", (699, 11), ",", -1),
    ("medicine/heart_disease_uci/processed.cleveland.data", (303, 14), ",", -1),
    ("medicine/heart_disease_uci/processed.hungarian.data", (294, 14), ",", -1),
    ("medicine/heart_disease_uci/processed.switzerland.data", (123, 14), ",", -1),
    ("medicine/heart_disease_uci/processed.va.data", (200, 14), ",", -1),
    ("medicine/heart_failure/heart_failure_clinical_records_dataset.csv", (299, 13), ",", 0),
    ("medicine/heart_failure/heart_failure_padded.csv", (299, 13), ",", 0),
    ("medicine/horse_colic/horse-colic.data", (300, 28), " ", -1),
    ("medicine/symptom_disease_41/Symptom_severity.csv", (132, 2), ",", -1),
    ("medicine/symptom_disease_41/symptom_Description.csv", (41, 2), ",", -1),
    ("medicine/symptom_disease_41/dataset.csv", (4920, 18), ",", -1),
    ("finance/german_credit/german.data", (1000, 21), " ", -1),
    ("finance/german_credit/german.data-numeric", (1000, 25), " ", -1),
    ("finance/german_credit/german_credit_labelled.csv", (1000, 21), ",", 0),
    ("finance/adult/adult-train.csv", (32_561, 15), ",", -1),
    ("finance/australian_credit/australian.dat", (690, 15), ",", 0),
    ("finance/bank_marketing/bank-additional-full.csv", (41_188, 21), ";", 0),
    ("finance/financial_phrasebank/Sentences_66Agree.txt", (4217, 2), "@", -1),
    ("finance/cn_stock_comments/negative.txt", (4607, 1), "", -1),
    ("nasty/air_quality_decimal_comma/AirQualityUCI.csv", (9357, 15), ";", 0),
    ("nasty/air_quality_decimal_comma/AirQualityUCI.xlsx", (9357, 15), "", 0),
    ("nasty/golub_leukemia_wide/golub.csv", (72, 7130), ",", 0),
]


def opened(folder: Path, name: str):
    path = folder / name
    if not path.exists():
        pytest.skip(f"{name} is not among the real data sets here")
    return read(path, path.name)


@pytest.mark.parametrize(("name", "shape", "separator", "header"), KNOWN)
def test_shape_separator_and_header_are_found(
    name: str, shape: tuple[int, int], separator: str, header: int, data_dir: Path
) -> None:
    frame, source, _ = opened(data_dir, name)
    assert frame.shape == shape
    assert (source.options.separator, source.options.header) == (separator, header)


def test_chinese_text_in_gb18030_is_read(data_dir: Path) -> None:
    folder = data_dir / "medicine" / "cn_medical_dialogue_gbk"
    files = list(folder.glob("*.csv")) or pytest.skip("the medical dialogues are absent")
    frame, source, _ = read(files[0], files[0].name)
    assert source.options.encoding == "gb18030"
    assert list(frame.columns) == ["department", "title", "ask", "answer"]
    assert frame.department.iloc[0] == "心血管科"


def test_the_sheet_behind_the_prose_is_read(data_dir: Path) -> None:
    files = list((data_dir / "education" / "user_knowledge").glob("*.xls")) or pytest.skip("the workbook is absent")
    frame, source, _ = read(files[0], files[0].name)
    assert source.options.sheet == "Training_Data"
    assert list(frame.columns) == ["STG", "SCG", "STR", "LPR", "PEG", "UNS"]


def test_the_same_text_in_two_encodings_gives_the_same_frame(data_dir: Path) -> None:
    folder = "nasty/phrasebank_bom_crlf/Sentences_50Agree"
    one, two = (opened(data_dir, f"{folder}_{kind}.txt")[0] for kind in ("latin1", "utf8bom"))
    pd.testing.assert_frame_equal(one, two)


def test_four_hospitals_without_header_stack(data_dir: Path) -> None:
    names = ("cleveland", "hungarian", "switzerland", "va")
    parts = [opened(data_dir, f"medicine/heart_disease_uci/processed.{name}.data")[:2] for name in names]
    whole, _ = stack(parts)
    assert whole.shape == (920, 15)
    assert whole["file"].value_counts().to_dict()["processed.va.data"] == 200
