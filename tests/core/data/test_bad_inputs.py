"""Bad files by number: refused in words (R), repaired and told (W), or simply read right (O)."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core.data.read import read
from core.errors import Problem
from core.settings import settings
from core.words import say
from tests.core.data import bad_inputs
from tests.pace import within

SECONDS, GROWTH_BYTES, WORDS = 5, 200_000_000, 60

REFUSED = {
    "F001": "empty",
    "F002": "age, dose, and outcome",
    "F007": "an image",
    "F008": "a PDF",
    "F009": "a program",
    "F009b": "a program",
    "F010-2": "Python object",
    "F010-3": "Python object",
    "F010-4": "Python object",
    "F010-5": "Python object",
    "F011": "called .xlsx, but its content is plain text",
    "F012b": "far away",
    "F013": "remove the password",
    "F014": "damaged",
    "F015": "damaged",
    "F016": "damaged",
    "F017": "larger than",
    "F018": "column 16,384",
    "F018b": "column 16,384",
    "F020": "damaged",
    "F021": "XML entities",
    "F022": "XML entities",
    "F023": "XML entities",
    "F024": "XML entities",
    "F027": ".xlsm",
    "F029": "No table was found",
    "F034": "limit is 10,000",
    "F035": "unsafe name",
    "F036": "damaged",
    "F038-ods": "Vitrine reads CSV",
    "F038-feather": "Vitrine reads CSV",
    "F038-sav": "an SPSS file",
    "F038-dta": "a Stata file",
    "F039": "limit is 2,000,000",
    "F040": "damaged",
    "F041": "JSON",
    "F042": "JSON",
    "F043": "Unpacked",
    "F044": "Unzip it",
    "F045": "Line 1 is longer than 10 MB",
    "F046": "limit is 10,000",
    "F047": "1,000,000 characters",
    "F061": "line 3",
    "F061b": "line 22",
}
REPAIRED = {
    "F012": ("read_content", 30),
    "F025": ("read_links", 30),
    "F026": ("read_macros", 30),
    "F028": ("read_sheets", 30),
    "F030": ("read_hidden", 30),
    "F031": ("read_two_headers", 30),
    "F032": ("read_formulas", 30),
    "F033": ("read_cell_errors", 30),
    "F053": ("read_bad_bytes", 30),
    "F054": ("read_bad_bytes", 11_999),
    "F055": ("read_nul", 30),
    "F060": ("read_decimal", 30),
    "F062": ("read_malformed", 29),
    "F063": ("read_malformed", 29),
    "F064": ("read_ragged", 30),
    "F065": ("read_titles", 30),
    "F066": ("read_no_header", 30),
    "F067": ("read_total_row", 31),
    "F067-zh": ("read_total_row", 31),
    "F068": ("read_blank_lines", 30),
    "C001": ("read_duplicate_names", 30),
    "C002": ("read_empty_names", 30),
    "C007": ("read_similar_names", 20),
    "C074": ("read_bad_bytes", 21),
}
THREE, CHINESE = ["age", "dose", "outcome"], ["姓名", "科室", "年龄", "诊断"]
READ = {
    "F003": (1, THREE),
    "F004": (19, THREE),
    "F019": (30, THREE),
    "F037": (30, [*THREE, "day"]),
    "F048": (30, THREE),
    "F049-le": (30, CHINESE),
    "F049-be": (30, CHINESE),
    "F049-bare": (30, THREE),
    "F050": (30, CHINESE),
    "F051": (30, ["姓名", "科別", "年齡", "診斷"]),
    "F052": (30, ["age", "dose", "résultat"]),
    "F056": (30, THREE),
    "F057": (30, THREE),
    "F058": (30, THREE),
    "F059-tab": (30, THREE),
    "F059-pipe": (30, THREE),
    "F069": (30, THREE),
    "F070": (30, THREE),
    "F071": (30, THREE),
    "F072": (30, THREE),
    "F073": (30, THREE),
    "C003": (20, list(bad_inputs.MARKUP)),
    "C004": (20, ["first line", "a b", 'say "hi"', "back\\slash"]),
    "C005": (20, ["n" * 5_000, "b"]),
    "C006": (20, ["年龄", "عمر", "😀"]),
    "C008": (20, ["index", "level_0", "target", "__class__", "y"]),
    "C032": (22, ["a", "b"]),
    "C034": (22, ["country", "n"]),
    "C035": (21, ["id", "n"]),
    "C036": (21, ["id", "n"]),
    "C037": (21, ["id", "n"]),
    "C069": (21, ["name", "n"]),
    "C070": (21, ["name", "n"]),
}


def made(case: str, folder: Path):
    """The outcome of reading a case, within time and memory."""
    path, name = bad_inputs.make(case, folder)
    before = psutil.Process().memory_info().rss
    try:
        with within(SECONDS):
            return read(path, name)
    finally:
        assert psutil.Process().memory_info().rss - before <= GROWTH_BYTES


@pytest.mark.parametrize("case", REFUSED)
def test_is_refused_in_words(case: str, tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        made(case, tmp_path)
    message = str(caught.value)
    assert REFUSED[case] in message
    assert len(message.split()) <= WORDS


@pytest.mark.parametrize("case", REPAIRED)
def test_is_repaired_and_told(case: str, tmp_path: Path) -> None:
    frame, source, findings = made(case, tmp_path)
    code, rows = REPAIRED[case]
    assert code in {finding.code for finding in findings}
    assert len(frame) == source.rows == rows
    for finding in findings:
        assert len(finding.message.english().split()) <= WORDS


@pytest.mark.parametrize("case", READ)
def test_is_read_right(case: str, tmp_path: Path) -> None:
    frame, _, _ = made(case, tmp_path)
    rows, columns = READ[case]
    assert (len(frame), list(frame.columns)) == (rows, columns)
    assert all(isinstance(cell, str) for cell in frame.iloc[0].dropna())


def test_every_file_made_is_tried() -> None:
    assert set(bad_inputs.MAKERS) - {"F005", "F006"} == {*REFUSED, *REPAIRED, *READ}


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """An upload limit of exactly the file of F005."""
    size = len(bad_inputs.MAKERS["F005"][1]())
    monkeypatch.setenv("VITRINE_UPLOAD_BYTES", str(size))
    settings.cache_clear()
    yield size
    settings.cache_clear()


def test_a_file_of_exactly_the_limit_is_read_and_one_byte_more_is_not(limit: int, tmp_path: Path) -> None:
    path, name = bad_inputs.make("F005", tmp_path)
    assert path.stat().st_size == limit
    assert len(read(path, name)[0]) == 30
    path, name = bad_inputs.make("F006", tmp_path)
    with pytest.raises(Problem, match="limit"):
        read(path, name)


def test_no_connection_is_made_for_an_external_entity(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        port = listener.getsockname()[1]
        path, name = bad_inputs.make("F024", tmp_path)
        changed = bad_inputs.external(f"http://127.0.0.1:{port}/x")
        path.write_bytes(changed)
        with pytest.raises(Problem):
            read(path, name)
        with pytest.raises(TimeoutError):
            listener.accept()


def test_the_name_of_a_file_is_never_opened(tmp_path: Path) -> None:
    canary = tmp_path / "canary.csv"
    canary.write_text("secret,n\n1,2\n")
    path, _ = bad_inputs.make("F069", tmp_path)
    _, source, _ = read(path, str(canary))
    assert source.name == str(canary)
    assert source.rows == 30


@pytest.mark.parametrize(
    ("case", "column", "row", "cell"),
    [
        ("C032", "a", 0, "1e400"),
        ("C032", "b", 0, "inf"),
        ("C034", "country", 0, "NA"),
        ("C035", "id", 0, "00123"),
        ("C036", "id", 0, "110101199003070417"),
        ("C037", "id", 0, "12345678901234567890"),
        ("F037", "day", 0, "1904-01-02"),
        ("F055", "outcome", 1, "yes"),
        ("F060", "dose", 1, "0,5"),
        ("F053", "姓名", 4, "王小4"),
        ("F064", "age", 20, "40"),
        ("F066", "column 1", 0, "20"),
        ("F062", "age", 0, "21"),
        ("C069", "name", 0, "a\u202eb\u200bc"),
        ("C070", "name", 0, "\x1b[31mred\r\nline"),
        ("F012", "dose", 1, "0.5"),
        ("F012", "age", 0, "20"),
    ],
)
def test_a_cell_is_kept_as_it_is_written(case: str, column: str, row: int, cell: str, tmp_path: Path) -> None:
    assert made(case, tmp_path)[0][column].iloc[row] == cell


def test_rows_that_do_not_fit_are_listed_by_line(tmp_path: Path) -> None:
    for case, code, line in (
        ("F054", "read_bad_bytes", 9001),
        ("F063", "read_malformed", 22),
        ("F062", "read_malformed", 2),
    ):
        _, _, findings = made(case, tmp_path)
        found = next(finding for finding in findings if finding.code == code)
        assert found.message.facts["lines"] == [line]
    assert found.message.facts["n"] == 1


def test_nothing_of_an_external_file_is_said(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the-secret-word")
    path = tmp_path / "upload"
    path.write_bytes(bad_inputs.external(secret.as_uri()))
    with pytest.raises(Problem) as caught:
        read(path, "book.xlsx")
    assert "the-secret-word" not in say(caught.value.message)
