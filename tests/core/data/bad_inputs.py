"""Files that go wrong, each made by code: ``make(id, folder)`` gives where it lies and what it is called."""

from __future__ import annotations

import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
from openpyxl.worksheet.formula import ArrayFormula

from tests.core.data.workbooks import SHEET1, SPACE, STRINGS, biff, rezip, sheet_xml, workbook

Made = tuple[Path, str]
MAKERS: dict[str, tuple[str, Callable[[], bytes]]] = {}
"""Case to the name of the file and what makes its bytes."""

NUMBERS = "age,dose,outcome\n" + "".join(f"{20 + n},{n * 0.5},{'yes' if n % 2 else 'no'}\n" for n in range(30))
CHINESE = "姓名,科室,年龄,诊断\n" + "".join(
    f"王小{n % 7},心血管科,{40 + n},高血压病人需要长期服药\n" for n in range(30)
)
TRADITIONAL = "姓名,科別,年齡,診斷\n" + "".join(
    f"陳美{n % 7},內科門診,{40 + n},病人長期頭痛請醫師檢查\n" for n in range(30)
)


def make(case: str, folder: Path) -> Made:
    """Writes the file of a case into ``folder``."""
    name, content = MAKERS[case]
    path = folder / "upload"
    path.write_bytes(content())
    return path, name


def case(key: str, name: str) -> Callable[[Callable[[], bytes | str]], Callable[[], bytes | str]]:
    """Registers what makes the bytes of a case."""

    def register(maker: Callable[[], bytes | str]) -> Callable[[], bytes | str]:
        def content() -> bytes:
            made = maker()
            return made.encode() if isinstance(made, str) else made

        MAKERS[key] = (name, content)
        return maker

    return register


def plain(key: str, name: str, content: bytes | str) -> None:
    """A case whose bytes are at hand."""
    case(key, name)(lambda: content)


plain("F001", "empty.csv", b"")
plain("F002", "header.csv", "age,dose,outcome\n")
plain("F003", "one.csv", "age,dose,outcome\n20,0.5,yes\n")
plain("F004", "nineteen.csv", "\n".join(NUMBERS.split("\n")[:20]) + "\n")
plain("F005", "limit.csv", NUMBERS)
plain("F006", "over.csv", NUMBERS + "1,1,no\n")
plain("F007", "photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
plain("F008", "report.csv", b"%PDF-1.7\n1 0 obj <<>> endobj\n" + bytes(range(256)) * 8)
plain("F009", "setup.csv", b"MZ\x90\x00\x03" + b"\x00" * 200 + bytes(range(256)) * 8)
plain("F009b", "tool.csv", b"\x7fELF\x02\x01\x01" + b"\x00" * 200)
for protocol in (2, 3, 4, 5):
    # What pickling os.system would look like: the bytes are written by hand, nothing here pickles.
    plain(f"F010-{protocol}", "data.csv", bytes([0x80, protocol]) + b"cposix\nsystem\n(X\x05\x00\x00\x00touchtR.")
plain("F011", "table.xlsx", NUMBERS)


@case("F013", "secret.xlsx")
def _locked() -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 1016
    return (
        head
        + "EncryptionInfo".encode("utf-16-le")
        + b"\x00" * 64
        + "EncryptedPackage".encode("utf-16-le")
        + b"\x00" * 2048
    )


@case("F014", "half.xlsx")
def _half() -> bytes:
    data = workbook()
    return data[: len(data) // 2]


@case("F015", "flipped.xlsx")
def _flipped() -> bytes:
    data = bytearray(workbook())
    place = data.rfind(b"PK\x01\x02")
    data[place + 42] ^= 0xFF  # where the local header of the last entry lies
    return bytes(data)


@case("F016", "crc.xlsx")
def _crc() -> bytes:
    data = bytearray(rezip(workbook(), {}, compression=zipfile.ZIP_STORED))
    place = data.find(b"<sheetData>")
    data[place + 40] ^= 1
    return bytes(data)


@case("F017", "rows.xlsx")
def _million_rows() -> bytes:
    rows = b'<row><c t="n"><v>1</v></c></row>' * 1_000_000
    return rezip(workbook(), {SHEET1: sheet_xml("@").replace(b"@", rows)})


@case("F018", "far.xlsx")
def _far() -> bytes:
    return rezip(workbook(), {SHEET1: sheet_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')})


@case("F018b", "far.xlsx")
def _far_hidden() -> bytes:
    """The same, with blanks and single quotes around the place."""
    return rezip(workbook(), {SHEET1: sheet_xml("<row r='1048576'><c  t = 'n'  r = 'XFD1048576'><v>1</v></c></row>")})


@case("F019", "nested.xlsx")
def _nested() -> bytes:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\x00" * 5_000_000)
    return rezip(workbook(), {"xl/media/image1.zip": inner.getvalue()})


@case("F020", "forged.xlsx")
def _forged() -> bytes:
    data = bytearray(rezip(workbook(), {SHEET1: sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>' * 20_000)}))
    place = data.rfind(SHEET1.encode()) - 46
    data[place + 24 : place + 28] = struct.pack("<I", 4_000_000_000)
    return bytes(data)


def _entity(doctype: str, use: str) -> bytes:
    strings = f'<?xml version="1.0"?>{doctype}<sst xmlns="{SPACE}"><si><t>{use}</t></si></sst>'
    cell = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>0</v></c></row>'
    return rezip(workbook(), {STRINGS: strings.encode(), SHEET1: sheet_xml(cell * 3)})


LAUGHS = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
case("F021", "laughs.xlsx")(lambda: _entity(f"<!DOCTYPE sst [{LAUGHS}]>", "&a9;"))
case("F022", "quadratic.xlsx")(lambda: _entity(f'<!DOCTYPE sst [<!ENTITY a "{"x" * 50_000}">]>', "&a;" * 50_000))


def external(address: str) -> bytes:
    """A workbook whose text is an entity that lies elsewhere."""
    return _entity(f'<!DOCTYPE sst [<!ENTITY a SYSTEM "{address}">]>', "&a;")


case("F023", "external.xlsx")(lambda: external("file:///etc/hostname"))
case("F024", "remote.xlsx")(lambda: external("http://127.0.0.1:9/x"))


@case("F025", "links.xlsx")
def _links() -> bytes:
    link = f'<?xml version="1.0"?><externalLink xmlns="{SPACE}"/>'.encode()
    rels = b'<Relationships><Relationship Id="rId1" Target="//host/b.xlsx" TargetMode="External"/></Relationships>'
    return rezip(
        workbook(),
        {"xl/externalLinks/externalLink1.xml": link, "xl/externalLinks/_rels/externalLink1.xml.rels": rels},
    )


case("F026", "macro.xlsx")(lambda: rezip(workbook(), {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"\x00" * 100}))
case("F027", "macro.xlsm")(lambda: rezip(workbook(), {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"\x00" * 100}))


@case("F028", "sheets.xlsx")
def _sheets() -> bytes:
    def more(book: openpyxl.Workbook) -> None:
        book.create_sheet("blank", 0)
        for number in range(10):
            book.create_sheet(f"more {number}").append(["a", "b"])

    return workbook(more)


@case("F029", "charts.xlsx")
def _charts() -> bytes:
    def only(book: openpyxl.Workbook) -> None:
        book.create_chartsheet("chart").add_chart(openpyxl.chart.BarChart())
        book.remove(book.worksheets[0])
        book.active = 0

    return workbook(only)


@case("F030", "hidden.xlsx")
def _hidden() -> bytes:
    def hide(book: openpyxl.Workbook) -> None:
        book.active.row_dimensions[5].hidden = True
        book.active.column_dimensions["B"].hidden = True
        book.create_sheet("secret").append(["a", "b"])
        book["secret"].sheet_state = "hidden"

    return workbook(hide)


@case("F031", "merged.xlsx")
def _merged() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Person", None, "Scores", None])
    sheet.append(["age", "sex", "math", "reading"])
    for number in range(30):
        sheet.append([15 + number % 3, "FM"[number % 2], 50 + number, 60 + number])
    sheet.merge_cells("A1:B1")
    sheet.merge_cells("C1:D1")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@case("F032", "formulas.xlsx")
def _formulas() -> bytes:
    def add(book: openpyxl.Workbook) -> None:
        for row in range(2, 8):
            book.active.cell(row, 2).value = f"=A{row}*2"
        book.active["B9"] = ArrayFormula("B9", "=SUM(A2:A5)")

    return workbook(add)


@case("F033", "errors.xlsx")
def _errors() -> bytes:
    def add(book: openpyxl.Workbook) -> None:
        for row, error in ((3, "#REF!"), (4, "#DIV/0!"), (5, "#N/A")):
            book.active.cell(row, 2).value = error
            book.active.cell(row, 2).data_type = "e"

    return workbook(add)


@case("F034", "wide.xlsx")
def _wide() -> bytes:
    row = "".join('<c t="n"><v>1</v></c>' for _ in range(17_000))
    placed = '<c r="YDV1"><v>1</v></c>'  # column 17,000
    return rezip(workbook(), {SHEET1: sheet_xml(f'<row r="1">{row}{placed}</row>' + f"<row>{row}</row>" * 2)})


case("F035", "slip.xlsx")(lambda: rezip(workbook(), {"../../app.py": b"print()"}))


@case("F036", "twice.xlsx")
def _twice() -> bytes:
    out = io.BytesIO(workbook())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(SHEET1.replace("sheet1", "Sheet1"), sheet_xml("<row/>"))
    return out.getvalue()


@case("F037", "mac.xlsx")
def _mac() -> bytes:
    def epoch(book: openpyxl.Workbook) -> None:
        import datetime

        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        book.active["D1"] = "day"
        for row in range(2, 32):
            book.active.cell(row, 4).value = datetime.date(1904, 1, 2)

    return workbook(epoch)


@case("F038-ods", "table.ods")
def _ods() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office/>")
    return out.getvalue()


@case("F038-feather", "table.feather")
def _feather() -> bytes:
    out = io.BytesIO()
    feather.write_feather(pa.table({"a": [1, 2]}), out)
    return out.getvalue()


plain("F038-sav", "table.sav", b"$FL2@(#) SPSS DATA FILE" + b"\x00" * 400)


@case("F038-dta", "table.dta")
def _dta() -> bytes:
    out = io.BytesIO()
    pd.DataFrame({"a": [1, 2]}).to_stata(out)
    return out.getvalue()


@case("F039", "billion.parquet")
def _billion() -> bytes:
    """A file of few bytes whose footer counts more rows than allowed."""
    out = io.BytesIO()
    schema = pa.schema([("a", pa.int8())])
    with pq.ParquetWriter(out, schema) as writer:
        for _ in range(3):
            writer.write_table(pa.table({"a": pa.array([0] * 1_000_000, pa.int8())}))
    return out.getvalue()


@case("F040", "magic.parquet")
def _magic() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"a": [1, 2]}), out)
    return out.getvalue()[:-4] + b"XXXX"


plain("F041", "deep.json", "[" * 10_000 + "]" * 10_000)
case("F042", "nan.json")(lambda: json.dumps({"a": {"b": [float("nan"), float("inf")]}}))
case("F043", "bomb.csv.gz")(lambda: gzip.compress(b"a,b\n" + b"0,0\n" * 25_000_000, 9))


@case("F044", "table.zip")
def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("table.csv", NUMBERS)
    return out.getvalue()


case("F045", "line.csv")(lambda: b"1,2,3," * 35_000_000)
case("F046", "wide.csv")(
    lambda: "\n".join(",".join(f"c{n}" if row < 0 else str(n) for n in range(100_000)) for row in (-1, 0))
)
case("F047", "field.csv")(lambda: 'a,b\n1,"' + "x" * 50_000_000 + '"\n')
plain("F048", "bom.csv", b"\xef\xbb\xbf" + NUMBERS.encode())
plain("F049-le", "wide.csv", b"\xff\xfe" + CHINESE.encode("utf-16-le"))
plain("F049-be", "wide.csv", b"\xfe\xff" + CHINESE.encode("utf-16-be"))
plain("F049-bare", "wide.csv", NUMBERS.encode("utf-16-le"))
plain("F050", "数据.csv", CHINESE.encode("gbk"))
plain("F051", "資料.csv", TRADITIONAL.encode("big5"))
case("F052", "café.csv")(lambda: NUMBERS.replace("outcome", "résultat").replace("yes", "avéré").encode("latin-1"))


@case("F053", "mixed.csv")
def _mixed() -> bytes:
    lines = CHINESE.splitlines(keepends=True)
    return b"".join(line.encode("gbk" if number in (5, 9, 12) else "utf-8") for number, line in enumerate(lines))


@case("F054", "late.csv")
def _late() -> bytes:
    lines = ["id,name,score\n", *(f"{n},person {n},{n % 100}\n" for n in range(1, 12_000))]
    data = [line.encode() for line in lines]
    data[9_000] = b"9000,per\xffson,3\n"
    return b"".join(data)


plain("F055", "nul.csv", NUMBERS.replace("yes", "y\x00es"))
plain("F056", "mac.csv", NUMBERS.replace("\n", "\r"))
case("F057", "mixed.csv")(lambda: NUMBERS.replace("\n", "\r\n", 12))
plain("F058", "semicolon.csv", NUMBERS.replace(",", ";"))
plain("F059-tab", "tab.csv", NUMBERS.replace(",", "\t"))
plain("F059-pipe", "pipe.csv", NUMBERS.replace(",", "|"))
plain("F060", "comma.csv", NUMBERS.replace(",", ";").replace(".", ","))
plain("F061", "quote.csv", 'name,note\nAnn,fine\nBob,"tall\nCid,short\nDan,old\n')
plain("F061b", "quote.csv", "a,b,c\n" + "1,2,3\n" * 20 + '4,"5,6\n' + "7,8,9\n" * 20 + '1,"x",2\n' * 2)
plain("F062", "extra.csv", NUMBERS.replace("20,0.0,no", "20,0.0,no,surplus"))
plain("F063", "later.csv", NUMBERS.replace("40,10.0,no", "40,10.0,no,surplus"))
plain("F064", "short.csv", NUMBERS.replace("40,10.0,no", "40"))
plain("F065", "title.csv", "Ward report\n# drawn in May\n\nAll wards together\n" + NUMBERS)
plain("F066", "bare.csv", "".join(NUMBERS.splitlines(keepends=True)[1:]))
plain(
    "F067",
    "total.csv",
    NUMBERS.replace("age", "who,age").replace("\n", "\np,")[:-2].replace("\np,who", "\nwho") + "Total,1035,217.5,\n",
)
plain("F067-zh", "total.csv", CHINESE + "合计,,1635,\n")
plain("F068", "blank.csv", NUMBERS.replace("30,5.0", "\n\n30,5.0").replace("40,10.0", "\n,,\n40,10.0"))
plain("F069", "../../etc/cron.d/x", NUMBERS)
plain("F070", "\\\\host\\share\\x.csv", NUMBERS)
plain("F071", "😀\u202e" + "n" * 300 + ".csv", NUMBERS)
plain("F072", "<img src=x onerror=alert(1)>.csv", NUMBERS)
plain("F073", "CON.csv", NUMBERS)

plain("C001", "twice.csv", NUMBERS.replace("age,dose", "age,age"))
plain("C002", "unnamed.csv", NUMBERS.replace("age,dose", ",dose"))
MARKUP = ("<script>alert(1)</script>", "**bold**", "[x](javascript:alert)", "$\\frac{1}{2}$", ":material/home:")
plain("C003", "markup.csv", ",".join(MARKUP) + "\n" + "1,2,3,4,5\n" * 20)
plain("C004", "odd.csv", '"first\nline","a\tb","say ""hi""","back\\slash"\n' + "1,2,3,4\n" * 20)
plain("C005", "long.csv", "n" * 5_000 + ",b\n" + "1,2\n" * 20)
plain("C006", "names.csv", "年龄,عمر,😀\n" + "1,2,3\n" * 20)
plain("C007", "alike.csv", "Age, age,caf\u00e9,cafe\u0301\n" + "1,2,3,4\n" * 20)
plain("C008", "clash.csv", "index,level_0,target,__class__,y\n" + "1,2,3,4,5\n" * 20)
plain("C032", "huge.csv", "a,b\n1e400,inf\n-inf,2\n" + "1,2\n" * 20)
plain("C034", "na.csv", "country,n\nNA,1\nDE,2\n" + "FR,3\n" * 20)
plain("C035", "zeros.csv", "id,n\n00123,1\n" + "00007,3\n" * 20)
plain("C036", "resident.csv", "id,n\n110101199003070417,1\n" + "110101199003070418,3\n" * 20)
plain("C037", "long.csv", "id,n\n12345678901234567890,1\n" + "12345678901234567891,3\n" * 20)
plain("C069", "bidi.csv", "name,n\na\u202eb\u200bc,1\n" + "z\u0301\u0301\u0301,2\n" * 20)
plain("C070", "escape.csv", 'name,n\n"\x1b[31mred\r\nline",1\n' + "x,2\n" * 20)
plain("C074", "surrogate.csv", b"name,n\nab\xed\xa0\x80c,1\n" + "é,2\n".encode() * 20)


@case("F012", "old.xlsx")
def _old() -> bytes:
    return biff([("age", "dose"), *((20 + n, n * 0.5) for n in range(30))])


@case("F012b", "far.xls")
def _old_far() -> bytes:
    """A cell in row 65,536 and column 60,000, which the format can write though no sheet has it."""
    return biff([("age", "dose"), *((20 + n, n * 0.5) for n in range(30))], far=(65_535, 60_000))
