"""Which columns hold personal data, and whether the model uses them."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd

from core import values
from core.audits.privacy.personal import AUDIT
from core.audits.subject import Rows
from core.engines.watch import Silence
from tests.core.audits.handmade import subject
from tests.core.data import made_people
from tests.core.whatif.handmade import chances


def even(rows: pd.DataFrame) -> np.ndarray:
    return chances(np.zeros(len(rows)))


def people(n: int = 60, seed: int = 7) -> pd.DataFrame:
    rng = random.Random(seed)
    return pd.DataFrame(
        {
            "x": np.arange(n, dtype=float),
            "mobile": [float(f"138{made_people.digits(rng, 8)}") for _ in range(n)],
            "name": [made_people.name_zh(rng) for _ in range(n)],
            "note": [f"asked {made_people.e_mail(rng)}" if at < 6 else "nothing to say" for at in range(n)],
        },
        index=pd.RangeIndex(100, 100 + n),
    )


def test_columns_sorts_rows_and_use() -> None:
    frame = people()
    rows = Rows(frame.iloc[:40], np.zeros(40, dtype=int), even(frame.iloc[:40]))
    made = subject(frame.iloc[40:], np.zeros(20, dtype=int), even, features=("x", "note"), texts=("note",), learnt=rows)
    report = AUDIT.run(made, Silence())
    assert report.verdict == "difference"
    assert [part.name for part in report.parts] == ["mobile", "name", "note"]
    assert [part.verdict for part in report.parts] == ["difference"] * 3
    assert report.message.facts["used"] == ["note"]
    by_column = {one.column: one for one in report.findings}
    assert by_column["note"].rows == (100, 101, 102, 103, 104, 105)
    assert {one.name for one in report.measures} == {"share_phone", "share_name", "share_e_mail"}
    said = values.to_json(report).decode()
    for name in ("name", "note"):
        assert not any(cell in said for cell in frame[name] if cell != "nothing to say"), "never quoted"
    assert not any(str(int(number)) in said for number in frame["mobile"])


def test_ordinary_columns_are_left_alone() -> None:
    rng = np.random.default_rng(7)
    frame = pd.DataFrame({"amount": rng.integers(10, 10**7, 300), "city": rng.choice(["高安", "唐山", "Bern"], 300)})
    report = AUDIT.run(subject(frame, rng.integers(0, 2, 300), even), Silence())
    assert (report.verdict, report.parts) == ("none", ())
