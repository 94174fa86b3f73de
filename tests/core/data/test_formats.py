"""Excel, Parquet and packed files: native values to text, limits before loading, damage told."""

from __future__ import annotations

import datetime as dt
import gzip
import io
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.formats.encoding import familiar, western
from core.data.formats.excel import looks_like_table, text_of
from core.data.formats.package import number_of
from core.data.formats.separator import width_of
from core.data.read import read
from core.data.table import ReadOptions
from core.errors import Problem
from tests.core.data import bad_inputs, workbooks


def codes(findings) -> set[str]:
    return {finding.code for finding in findings}


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (3.0, "3"),
        (3.5, "3.5"),
        (0.1, "0.1"),
        (-0.0, "0"),
        (1e300, "1e+300"),
        (True, "TRUE"),
        (dt.date(2024, 1, 31), "2024-01-31"),
        (dt.datetime(2024, 1, 31), "2024-01-31"),
        (dt.datetime(2024, 1, 31, 9, 30), "2024-01-31 09:30:00"),
        (dt.time(18, 0), "18:00:00"),
        ("00123", "00123"),
        ("", ""),
    ],
)
def test_a_native_cell_becomes_its_shortest_exact_text(cell: object, text: str) -> None:
    assert text_of(cell) == text


def book(folder: Path, sheets: dict[str, list[list[object]]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(folder / "book.xlsx")
    return folder / "book.xlsx"


PROSE = [["About this data: it was drawn in May by the ward"], ["Ask Ann if in doubt"]]
TABLE = [["id", "day", "n"], *([f"00{n}", dt.date(2024, 1, n), n / 2] for n in range(1, 9))]


def test_the_first_sheet_with_a_table_is_taken_and_all_are_listed(tmp_path: Path) -> None:
    path = book(tmp_path, {"About": PROSE, "Empty": [], "Data": TABLE, "More": TABLE})
    frame, source, findings = read(path, "book.xlsx")
    assert source.sheets == ("About", "Empty", "Data", "More")
    assert source.options.sheet == "Data"
    assert frame.iloc[1].tolist() == ["002", "2024-01-02", "1"]
    assert "read_sheets" in codes(findings)


def test_the_sheet_asked_for_is_read_and_one_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = book(tmp_path, {"A": TABLE, "B <&>": [*TABLE, ["009", dt.date(2024, 1, 9), 1]]})
    frame, source, findings = read(path, "book.xlsx", ReadOptions(sheet="B <&>"))
    assert (len(frame), source.options.sheet) == (9, "B <&>")
    assert "read_sheets" not in codes(findings)
    with pytest.raises(Problem, match="no sheet called"):
        read(path, "book.xlsx", ReadOptions(sheet="C"))


def test_titles_above_and_a_margin_beside_a_sheet_are_no_data(tmp_path: Path) -> None:
    rows = [["Ward report"], [], *TABLE]
    frame, source, _ = read(book(tmp_path, {"A": rows}), "book.xlsx")
    assert source.options.header == 2
    assert list(frame.columns) == ["id", "day", "n"]
    assert len(frame) == 8


def test_a_sheet_without_header_loses_no_record(tmp_path: Path) -> None:
    frame, source, findings = read(book(tmp_path, {"A": TABLE[1:]}), "book.xlsx")
    assert (source.options.header, len(frame)) == (-1, 8)
    assert "read_no_header" in codes(findings)


def test_prose_is_no_table() -> None:
    assert not looks_like_table([["Some words"], ["More words"]])
    assert looks_like_table([["a", "b"], ["1", "2"], ["3", "4"]])


def test_numbers_longer_than_excel_keeps_are_told(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>' * 1
    long = '<row r="2"><c r="A2"><v>110101199003070417</v></c><c r="B2"><v>2</v></c></row>'
    path = tmp_path / "upload"
    path.write_bytes(workbooks.rezip(workbooks.workbook(), {workbooks.SHEET1: workbooks.sheet_xml(rows + long)}))
    assert "read_long_numbers" in codes(read(path, "book.xlsx")[2])


def test_rows_set_up_far_below_without_cells_are_no_far_cells(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><v>{n}</v></c></row>' for n in range(1, 9))
    path = tmp_path / "upload"
    far = '<row r="1048576" hidden="1"/>'
    path.write_bytes(workbooks.rezip(workbooks.workbook(), {workbooks.SHEET1: workbooks.sheet_xml(rows + far)}))
    assert len(read(path, "book.xlsx")[0]) == 8


def test_an_old_workbook_whose_sectors_run_in_a_ring_is_damaged(tmp_path: Path) -> None:
    data = bytearray(bad_inputs.MAKERS["F012"][1]())
    data[512 + 4 * 3 : 512 + 4 * 4] = (2).to_bytes(4, "little")
    path = tmp_path / "upload"
    path.write_bytes(data)
    with pytest.raises(Problem, match="damaged"):
        read(path, "old.xls")


def test_columns_are_counted_as_excel_names_them() -> None:
    assert [number_of(name) for name in (b"A", b"Z", b"AA", b"XFD")] == [1, 26, 27, 16_384]


def test_parquet_keeps_its_types_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    table = pa.table(
        {
            "n": pa.array([1, 2, 3]),
            "x": pa.array([0.5, None, 2.0]),
            "day": pa.array([dt.date(2024, 1, 1)] * 3),
            "word": pa.array(["a", "", None]),
            "level": pa.array(["a", "b", "a"]).dictionary_encode(),
            "yes": pa.array([True, None, False]),
            "list": pa.array([[1], [2], [3]]),
            "id": pa.array([2**62, None, 2**62 + 1]),
        }
    )
    path = tmp_path / "upload"
    pq.write_table(table, path)
    frame, source, findings = read(path, "t.parquet")
    assert source.format == "parquet"
    assert list(frame.columns) == ["n", "x", "day", "word", "level", "yes", "id"]
    assert [str(kind) for kind in frame.dtypes[:2]] == ["int64", "float64"]
    assert str(frame.day.dtype).startswith("datetime64")
    assert frame.word.isna().tolist() == [False, True, True]
    assert frame.yes.iloc[[0, 2]].tolist() == ["TRUE", "FALSE"]
    assert frame.id.iloc[2] == str(2**62 + 1)
    assert "read_nested" in codes(findings)
    assert source.preview[0][0] == "n"


def test_a_parquet_file_that_unpacks_to_more_than_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.settings import settings

    monkeypatch.setenv("VITRINE_READ_MEMORY_BYTES", "2000000")
    settings.cache_clear()
    path = tmp_path / "upload"
    pq.write_table(pa.table({"a": ["x" * 1000] * 5000}), path)
    try:
        with pytest.raises(Problem, match="memory"):
            read(path, "t.parquet")
    finally:
        settings.cache_clear()


def test_a_packed_csv_is_read_and_one_packed_twice_is_not(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    packed = gzip.compress(bad_inputs.NUMBERS.encode())
    path.write_bytes(packed)
    frame, source, _ = read(path, "t.csv.gz")
    assert (len(frame), source.format, source.size) == (30, "text", len(packed))
    path.write_bytes(gzip.compress(packed))
    with pytest.raises(Problem, match="archive"):
        read(path, "t.csv.gz")
    path.write_bytes(packed[:-20])
    with pytest.raises(Problem, match="damaged"):
        read(path, "t.csv.gz")


def test_frequent_characters_tell_the_chinese_encodings_apart() -> None:
    simplified, traditional = "高血压病人能吃党参吗", "請醫師檢查病人的頭痛"
    gb, big = [simplified.encode("gb18030")], [traditional.encode("big5")]
    assert familiar(gb, "gb18030") > 0.9 > familiar(gb, "big5")
    assert familiar(big, "big5") > 0.9 > familiar(big, "gb18030")
    accents = ["avéré, garçon, déjà".encode("cp1252")]
    assert western(accents) == 1.0
    assert familiar(accents, "gb18030") < 0.7


def test_the_width_is_that_of_most_rows() -> None:
    assert width_of([["t"], ["a", "b"], ["1", "2"], []]) == 2


def test_an_empty_parquet_has_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    buffer = io.BytesIO()
    pq.write_table(pa.table({"a": pa.array([], pa.int64())}), buffer)
    path.write_bytes(buffer.getvalue())
    with pytest.raises(Problem, match="no rows"):
        read(path, "t.parquet")


def test_a_table_in_the_middle_of_a_sheet_is_found_and_its_columns_are_called_right(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet["C2"] = "A title"
    for row in range(9):
        for column in range(3):
            sheet.cell(5 + row, 3 + column).value = ("id", "x", "y")[column] if row == 0 else row * column + 0.5
    sheet["D7"] = "#REF!"
    sheet["D7"].data_type = "e"
    made.save(tmp_path / "book.xlsx")
    frame, source, findings = read(tmp_path / "book.xlsx", "book.xlsx")
    assert (list(frame.columns), len(frame), source.options.header) == (["id", "x", "y"], 8, 4)
    assert next(f for f in findings if f.code == "read_cell_errors").message.facts["columns"] == ["x (1)"]
