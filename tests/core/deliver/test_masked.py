"""PR-16: what is made from a table holds none of its personal data."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.__main__ import main
from core.data.personal import mask
from tests.core.data import made_people


def people(n: int = 240) -> tuple[pd.DataFrame, list[str]]:
    """A table with columns of personal data, and sentences with some; and all originals."""
    rng = random.Random(7)
    made = {
        "name": [made_people.name_en(rng) for _ in range(n)],
        "姓名": [made_people.name_zh(rng) + rng.choice("甲乙丙") for _ in range(n)],
        "id_card": [made_people.resident(rng) for _ in range(n)],
        "mobile": [f"139{made_people.digits(rng, 8)}" for _ in range(n)],
        "mail": [f"user{made_people.digits(rng, 6)}@example.com" for _ in range(n)],
    }
    inside = [rng.choice([made_people.e_mail, made_people.card, made_people.iban])(rng) for _ in range(n)]
    late = [rng.random() < 0.5 for _ in range(n)]
    notes = [
        f"{'paid late again' if one else 'always paid in time'}, reach me at {piece} please"
        for one, piece in zip(late, inside, strict=True)
    ]
    answers = ["no" if one == (rng.random() < 0.9) else "yes" for one in late]
    amount = np.random.default_rng(7).normal(100, 20, n).round(1)
    frame = pd.DataFrame({**made, "amount": amount, "note": notes, "repaid": answers})
    originals = [cell for cells in made.values() for cell in cells if len(cell) >= 3] + [
        one for one in inside if len(one) > 6
    ]
    return frame, originals


def search(folder: Path, originals: list[str], but: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Files, and what of the originals stands in their bytes (also as JSON and UTF-16 write it)."""
    found: dict[str, list[str]] = {}
    for path in folder.rglob("*"):
        if not path.is_file() or any(part in but for part in path.parts):
            continue
        data = path.read_bytes()
        forms = (
            (one, {one.encode(), one.encode("utf-16-le"), one.encode("ascii", "backslashreplace")}) for one in originals
        )
        hits = [one for one, spelled in forms if any(form in data for form in spelled)]
        if hits:
            found[str(path.relative_to(folder))] = hits[:3]
    return found


@pytest.mark.slow
def test_no_original_is_left(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """PR-16: a byte search of everything made of a table with personal data: model, predictions, reasons, events,
    logs, verdicts, the scored file, what is printed, temporary files."""
    frame, originals = people()
    file, run, out, temporary = tmp_path / "people.csv", tmp_path / "run", tmp_path / "out", tmp_path / "tmp"
    frame.to_csv(file, index=False)
    out.mkdir()
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("VITRINE_HOME", str(tmp_path / "home"))
    asked = ["train", str(file), "--target", "repaid", "--budget", "8", "--members", "simple,trees", "--out", str(run)]
    assert main(asked) == 0
    assert main(["explain", str(run), "--row", "3", "--json"]) == 0
    assert main(["whatif", str(run), "--row", "3", "--set", "amount=90", "--json"]) == 0
    assert main(["score", str(run), str(file), "--out", str(out / "scored.csv")]) == 0
    assert main(["score", str(run), str(file), "--out", str(out / "scored.xlsx")]) == 0
    assert main(["audit", str(run)]) == 0
    printed = capfd.readouterr()
    (out / "printed.txt").write_text(printed.out + printed.err, encoding="utf-8")
    sheet = pd.read_excel(out / "scored.xlsx", dtype=str)
    (out / "sheet.csv").write_text(sheet.to_csv(), encoding="utf-8")
    for path in run.rglob("*.parquet"):
        if "table" not in path.parts:
            (out / f"{path.stem}.csv").write_text(pd.read_parquet(path).to_csv(), encoding="utf-8")
    assert search(tmp_path, originals, but=("table", "people.csv")) == {}
    assert search(run / "table", originals), "the search finds what is there"
    scored = pd.read_csv(out / "scored.csv", dtype=str)
    assert scored["mobile"].tolist() == [mask(cell) for cell in frame["mobile"]]
    assert scored["amount"].astype(float).tolist() == frame["amount"].tolist(), "what is no personal data stays"


@pytest.mark.slow
def test_who_asks_keeps_his_columns(tmp_path: Path) -> None:
    frame, _ = people(120)
    file, run, out = tmp_path / "people.csv", tmp_path / "run", tmp_path / "scored.csv"
    frame.to_csv(file, index=False)
    assert (
        main(["train", str(file), "--target", "repaid", "--budget", "5", "--members", "simple", "--out", str(run)]) == 0
    )
    assert main(["score", str(run), str(file), "--out", str(out), "--keep-personal"]) == 0
    assert pd.read_csv(out, dtype=str)["mail"].tolist() == frame["mail"].tolist()
