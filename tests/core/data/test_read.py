"""Reading text tables: what is found, what is repaired, and that no first record is eaten."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from core.data.read import read
from core.data.table import ReadOptions
from core.errors import Problem
from core.settings import settings


def read_text(folder: Path, content: str | bytes, options: ReadOptions = ReadOptions(), name: str = "t.csv"):
    path = folder / "upload"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path, name, options)


def codes(findings) -> set[str]:
    return {finding.code for finding in findings}


BODY = "".join(f"{n},{n * 1.5},{'ab'[n % 2]}\n" for n in range(10))


def test_every_cell_is_text_and_only_empty_ones_are_missing(tmp_path: Path) -> None:
    frame, _, _ = read_text(tmp_path, "id,note,n\n007,NA,1.0\n008,,2.50\n009,null,3\n")
    assert frame.id.tolist() == ["007", "008", "009"]
    assert frame.n.tolist() == ["1.0", "2.50", "3"]
    assert frame.note.isna().tolist() == [False, True, False]
    assert all(dtype == "str" for dtype in frame.dtypes)
    assert frame.index.equals(pd.RangeIndex(3))


def test_every_option_is_filled_and_reading_with_them_gives_the_same(tmp_path: Path) -> None:
    content = "Titel\n\nalter;größe\n" + "1;2,5\n" * 9
    frame, source, _ = read_text(tmp_path, content.encode("latin-1"))
    assert source.options == ReadOptions(encoding="cp1252", separator=";", decimal=",", header=2)
    again, second, _ = read(tmp_path / "upload", "t.csv", source.options)
    assert second.options == source.options
    pd.testing.assert_frame_equal(frame, again)


def test_the_preview_holds_the_first_rows_with_titles_and_header(tmp_path: Path) -> None:
    _, source, _ = read_text(tmp_path, "A report\na,b,c\n" + BODY)
    assert source.preview[:3] == (("A report",), ("a", "b", "c"), ("0", "0.0", "a"))
    assert len(source.preview) == 8


@pytest.mark.parametrize(
    ("content", "header"),
    [
        ("a,b,c\n" + BODY, 0),
        (BODY, -1),
        ("g1,g2\n" + "1,2\n" * 5, 0),
        ("1,2\n" * 5, -1),
        ("e,x,s\np,x,y\ne,b,s\np,x,s\n" * 10, -1),
        ("name,city\nAnn,Rome\nBob,Paris\n", 0),
        ("Ann,Rome\nBob,Paris\nCid,Oslo\n", -1),
        ("姓名,城市\n王一,北京\n李二,上海\n", 0),
        ("country,2019,2020,2021\n" + "Peru,1,2,3\nChad,4,5,6\n" * 5, 0),
        ("0,1,2,3\n" + "5.1,3.5,1.4,0.2\n4.9,3.0,1.4,0.2\n" * 5, 0),
        ("?,1,2\n3,4,5\n6,7,8\n", -1),
        ("# made in May\n# by the ward\na,b,c\n" + BODY, 2),
        ("Report,,\n,,\na,b,c\n" + BODY, 2),
        (",,\n" + BODY, -1),
        ("label,sentence\n" + "".join(f"{'ab'[n % 2]},this is sentence number {n} of ten\n" for n in range(10)), 0),
        ("x\n1\n2\n3\n", 0),
        ("id,name,2020\n1,Ann,5\n2,Bob,7\n3,Cy,9\n", 0),
        ("1\n2\n3\n", -1),
        ("2024-01-01,3\n2024-01-02,4\n2024-01-03,5\n", -1),
    ],
)
def test_the_header_is_found_where_there_is_one_and_only_there(content: str, header: int, tmp_path: Path) -> None:
    frame, source, findings = read_text(tmp_path, content)
    assert source.options.header == header
    assert ("read_no_header" in codes(findings)) == (header == -1)
    if header == -1:
        assert frame.columns[0] == "column 1"


def test_two_rows_of_names_are_told_and_the_one_with_more_names_is_taken(tmp_path: Path) -> None:
    frame, _, findings = read_text(tmp_path, "dose,weight,age\nmg,kg,kg\n" + "1,2,3\n" * 9)
    assert list(frame.columns) == ["dose", "weight", "age"]
    assert len(frame) == 9
    assert "read_two_headers" in codes(findings)


def test_units_below_the_names_are_no_names(tmp_path: Path) -> None:
    frame, source, _ = read_text(tmp_path, "time,temperature\n(s),(degC)\n0,20.5\n1,21\n2,22\n")
    assert (list(frame.columns), len(frame), source.options.header) == (["time", "temperature"], 3, 0)


def test_a_header_repeated_within_the_table_is_left_out(tmp_path: Path) -> None:
    frame, _, findings = read_text(tmp_path, "a,b\n1,2\na,b\n3,4\n")
    assert frame.a.tolist() == ["1", "3"]
    assert "read_repeated_header" in codes(findings)


def test_a_body_one_wider_than_its_header_has_row_names(tmp_path: Path) -> None:
    frame, _, _ = read_text(tmp_path, "age,dose\n" + "".join(f"p{n},{n},{n * 2}\n" for n in range(9)))
    assert list(frame.columns) == ["column 1", "age", "dose"]
    assert frame.iloc[3].tolist() == ["p3", "3", "6"]


def test_trailing_separators_make_no_columns(tmp_path: Path) -> None:
    frame, _, findings = read_text(tmp_path, "a,b,,\n" + "1,2,,\n" * 5)
    assert list(frame.columns) == ["a", "b"]
    assert "read_empty_columns" in codes(findings)


def test_notes_beside_the_table_are_left_out_and_told(tmp_path: Path) -> None:
    rows = ["a,b,,Notes"] + [f"{n},{n},,{'see page 1' if n < 2 else ''}" for n in range(30)]
    frame, _, findings = read_text(tmp_path, "\n".join(rows))
    assert list(frame.columns) == ["a", "b"]
    assert "read_beside" in codes(findings)


def test_names_given_replace_those_found(tmp_path: Path) -> None:
    frame, source, findings = read_text(tmp_path, BODY, ReadOptions(names=("x", "y", "z")))
    assert list(frame.columns) == ["x", "y", "z"]
    assert len(frame) == 10
    assert source.options.names == ("x", "y", "z")
    assert "read_no_header" not in codes(findings)
    with pytest.raises(Problem, match="column names"):
        read_text(tmp_path, BODY, ReadOptions(names=("x",)))


def test_options_overrule_what_is_found(tmp_path: Path) -> None:
    frame, _, _ = read_text(tmp_path, "a,b,c\n" + BODY, ReadOptions(header=-1))
    assert len(frame) == 11
    frame, _, _ = read_text(tmp_path, "a;b\n1;2\n", ReadOptions(separator=",", header=0))
    assert list(frame.columns) == ["a;b"]
    frame, _, _ = read_text(tmp_path, "naïve,n\né,1\n".encode("cp1252"), ReadOptions(encoding="gb18030"))
    assert frame.shape == (1, 2)
    with pytest.raises(Problem, match="not known"):
        read_text(tmp_path, "a,b\n1,2\n", ReadOptions(encoding="no-such"))


@pytest.mark.parametrize(
    ("content", "separator", "shape"),
    [
        ("a;b\n1,5;2,5\n1,7;3,8\n", ";", (2, 2)),
        ("1,5;2,5\n1,7;3,8\n2,7;4,8\n", ";", (3, 2)),
        ("a\tb, c\n1\t2, 3\n4\t5, 6\n", "\t", (2, 2)),
        ("A11  6 x\nA12 48 y\nA14 12 z\n", " ", (3, 3)),
        ("   1   6\n   2  48\n", " ", (2, 2)),
        ('18.0  8  307.\t"chevrolet malibu"\n15.0  8  350.\t"buick skylark"\n25.0  4  ?\t"vw"\n', " ", (3, 4)),
        ('"age" "sex"\n"1" 33 "M"\n"2" 44 "F"\n"3" 29 "F"\n', " ", (3, 3)),
        ('name,note\nAnn,"one; two"\nBob,"three; four"\n', ",", (2, 2)),
        ("It rose , a lot@good\nIt fell@bad\nIt rose@good\nAll well@good\n", "@", (4, 2)),
        ("one line of words\nanother line, with more words in it\nshort\n", "", (3, 1)),
    ],
)
def test_the_separator_is_found(content: str, separator: str, shape: tuple[int, int], tmp_path: Path) -> None:
    frame, source, _ = read_text(tmp_path, content)
    assert source.options.separator == separator
    assert frame.shape == shape


@pytest.mark.parametrize(
    ("cells", "decimal", "told"),
    [
        (("1,5", "2,25"), ",", "note"),
        (("1.5", "2.25"), ".", None),
        (("1.234,5", "2.000,25"), ",", "note"),
        (("1,234", "2,000"), ".", "warning"),
        (("1,5", "1.5", "2,5"), ",", "warning"),
        (("3", "4"), ".", None),
    ],
)
def test_the_decimal_sign_is_found(cells: tuple[str, ...], decimal: str, told: str | None, tmp_path: Path) -> None:
    rows = "".join(f"{cell};x\n" for cell in cells * 3)
    frame, source, findings = read_text(tmp_path, f"n;m\n{rows}")
    assert source.options.decimal == decimal
    assert [finding.severity for finding in findings if finding.code == "read_decimal"] == ([told] if told else [])
    assert frame.n.iloc[0] == cells[0]


def test_quotes_hold_separators_line_breaks_and_quotes(tmp_path: Path) -> None:
    frame, _, _ = read_text(tmp_path, 'name,note\n"x, y","say ""hi""\nthere"\n1,2\n')
    assert frame.iloc[0].tolist() == ["x, y", 'say "hi"\nthere']
    frame, _, _ = read_text(tmp_path, 'a, b\n1, "x, y"\n2, "z"\n')
    assert frame.b.tolist() == ["x, y", "z"]


def test_an_inch_sign_within_a_cell_is_text(tmp_path: Path) -> None:
    frame, _, _ = read_text(tmp_path, 'part,n\n5" pipe,1\n6" pipe,2\n')
    assert frame.part.tolist() == ['5" pipe', '6" pipe']


def test_quotes_in_tab_separated_text_are_kept(tmp_path: Path) -> None:
    frame, _, findings = read_text(tmp_path, 'label\ttext\ngood\t"so he said\nbad\tno\ngood\tyes\nbad\twell" she\n')
    assert frame.text.tolist() == ['"so he said', "no", "yes", 'well" she']
    assert "read_quotes" in codes(findings)


def test_blanks_around_cells_are_removed_and_counted(tmp_path: Path) -> None:
    frame, _, findings = read_text(tmp_path, "a , b\n 1,x \n2, \n")
    assert list(frame.columns) == ["a", "b"]
    assert frame.a.tolist() == ["1", "2"]
    assert frame.b.isna().tolist() == [False, True]
    assert next(f for f in findings if f.code == "read_padded").message.facts["n"] == 3


def test_a_long_row_whose_surplus_is_empty_is_kept(tmp_path: Path) -> None:
    frame, _, findings = read_text(tmp_path, "a,b\n1,2\n3,4,,\n5,6\n")
    assert frame.a.tolist() == ["1", "3", "5"]
    assert "read_malformed" not in codes(findings)


def test_a_late_long_row_does_not_shift_its_neighbours(tmp_path: Path) -> None:
    lines = ["a,b,c", *(f"{n},{n + 1},{n + 2}" for n in range(60_000))]
    lines[50_001] = "1,2,3,4"
    frame, _, findings = read_text(tmp_path, "\n".join(lines))
    assert len(frame) == 59_999
    assert frame.a.iloc[49_999:50_002].tolist() == ["49999", "50001", "50002"]
    assert next(f for f in findings if f.code == "read_malformed").message.facts["lines"] == [50_002]


def test_limits_on_rows_and_columns_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_TABLE_ROWS", "50")
    monkeypatch.setenv("VITRINE_TABLE_COLUMNS", "3")
    settings.cache_clear()
    try:
        with pytest.raises(Problem, match="rows"):
            read_text(tmp_path, "a,b\n" + "1,2\n" * 51)
        with pytest.raises(Problem, match="columns"):
            read_text(tmp_path, "a,b,c,d\n1,2,3,4\n")
        assert len(read_text(tmp_path, "a,b\n" + "1,2\n" * 50)[0]) == 50
    finally:
        settings.cache_clear()


def test_reading_stops_when_asked(tmp_path: Path) -> None:
    class Asked:
        def should_stop(self) -> bool:
            return True

    path = tmp_path / "upload"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(Problem, match="stopped"):
        read(path, "t.csv", ReadOptions(), Asked())


def test_text_called_xls_is_read_with_a_note(tmp_path: Path) -> None:
    frame, source, findings = read_text(tmp_path, "a\tb\n1\t2\n", name="export.xls")
    assert frame.shape == (1, 2)
    assert source.format == "text"
    assert "read_content" in codes(findings)


@pytest.mark.parametrize("encoding", ["cp1251", "shift_jis"])
def test_other_alphabets_are_read_with_a_question(encoding: str, tmp_path: Path) -> None:
    rows = {"cp1251": "имя,город\nИван,Москва\n", "shift_jis": "名前,都市\n田中さん,おおさか\n"}[encoding]
    frame, source, findings = read_text(tmp_path, (rows * 5).encode(encoding))
    assert source.options.encoding == encoding
    assert frame.iloc[-1].tolist() == rows.splitlines()[1].split(",")
    assert [f.severity for f in findings if f.code == "read_encoding"] == ["warning"]


def test_a_header_row_beyond_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="cannot hold"):
        read_text(tmp_path, "a,b\n1,2\n", ReadOptions(header=500))


def test_many_rows_that_do_not_fit_stop_the_analyst(tmp_path: Path) -> None:
    rows = "a,b\n" + "1,2\n" * 300 + "1,2\n1,2,3\n" * 200
    _, _, findings = read_text(tmp_path, rows)
    found = next(f for f in findings if f.code == "read_malformed")
    assert found.severity == "stop"
    assert found.message.facts["lines"][-1] == "…"


@pytest.mark.parametrize("start", ["<!DOCTYPE html><html>", "<?xml version='1.0'?><a/>", '{"a": 1}', "{\\rtf1"])
def test_markup_and_json_are_refused(start: str, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="not a table"):
        read_text(tmp_path, start)


@budget(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(min_size=1, max_size=400))
def test_any_bytes_are_read_or_refused_in_words(data: bytes, tmp_path: Path) -> None:
    try:
        frame, source, _ = read_text(tmp_path, data)
    except Problem:
        return
    assert len(frame) == source.rows > 0
    assert frame.columns.is_unique


CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=8)


@budget(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6))
def test_cells_come_back_as_they_were_written(rows: list[tuple[str, str]], tmp_path: Path) -> None:
    frame = pd.DataFrame(rows, columns=["name", "text"], dtype="str")
    frame.to_csv(tmp_path / "made.csv", index=False)
    options = ReadOptions(encoding="utf-8", separator=",", decimal=".", header=0)
    found, _, _ = read_text(tmp_path, (tmp_path / "made.csv").read_bytes(), options)
    assert found.to_numpy().tolist() == [
        [cell.removeprefix("'") if risky(cell) else cell for cell in row] for row in rows
    ]


def risky(cell: str) -> bool:
    """Cells that look like those of an export, whose apostrophe is taken away."""
    return cell.startswith("'") and cell.lstrip("'")[:1] in "=+-@" and cell.lstrip("'") != ""
