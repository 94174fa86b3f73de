"""Classes of rows alike, counted by hand, by published counts and by brute force."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.audits.privacy.classes import classes, closeness, diversity, telling
from core.audits.privacy.unique import Unique
from core.domains import domains
from core.engines.watch import Silence
from tests.core.audits.fairness.real import adult
from tests.core.audits.handmade import subject
from tests.core.whatif.handmade import chances

THREE = ("age", "sex", "race")
SIX = (*THREE, "native-country", "education", "marital-status")


def even(rows: pd.DataFrame) -> np.ndarray:
    return chances(np.zeros(len(rows)))


def test_six_rows() -> None:
    """Two alike, three alike, one alone; missing equals missing."""
    frame = pd.DataFrame({"a": [1, 1, 2, 2, 2, 3], "b": ["x", "x", None, None, None, "x"]})
    found = classes(frame, ["a", "b"])
    assert sorted(found.sizes) == [1, 2, 3]
    assert (found.alone, found.under(3)) == (1, 3)
    assert sorted(diversity(found, np.array([0, 1, 0, 0, 0, 1]))) == [1, 1, 2]


def test_closeness_of_classes_by_hand() -> None:
    """All rows: 1/2, 1/2. A class with one answer only is 0.5 away, an even one 0."""
    found = classes(pd.DataFrame({"a": [1, 1, 2, 2, 3, 3]}), ["a"])
    assert sorted(closeness(found, np.array([0, 0, 1, 1, 0, 1]), numeric=False)) == [0, 0.5, 0.5]


@pytest.mark.parametrize("columns", [THREE, SIX])
def test_published_counts(data_dir: Path, columns: tuple[str, ...]) -> None:
    """PR-11."""
    found = classes(adult(data_dir), columns)
    if columns == THREE:
        assert (len(found), found.alone, found.under(5)) == (546, 65, 424)
    else:
        assert (len(found), found.alone) == (8_553, 5_594)


@pytest.mark.parametrize(("answer", "numeric"), [("income", False), ("hours-per-week", True)])
def test_closeness_against_brute_force(data_dir: Path, answer: str, numeric: bool) -> None:
    """PR-11: earth mover's distance of every class, within 1e-9."""
    frame = adult(data_dir).head(6_000)
    found = classes(frame, THREE)
    truth = frame[answer].to_numpy()
    ours = closeness(found, truth, numeric)
    values = np.unique(truth)
    every = np.array([(truth == value).mean() for value in values])
    for code in range(len(found)):
        inside = truth[found.codes == code]
        gap = np.array([(inside == value).mean() for value in values]) - every
        work = sum(abs(gap[: at + 1].sum()) for at in range(len(values))) / (len(values) - 1)
        assert ours[code] == pytest.approx(work if numeric else np.abs(gap).sum() / 2, abs=1e-9)


def test_the_audit_counts_all_rows_and_shows_only_ends(data_dir: Path) -> None:
    """PR-11 and the preview of PR-16."""
    frame = adult(data_dir)
    truth = (frame.pop("income") == ">50K").to_numpy().astype(int)
    half = len(frame) // 2
    made = subject(frame.iloc[:half], truth[:half], even, learnt=_rows(frame.iloc[half:], truth[half:]))
    report = Unique(columns=THREE).run(made, Silence())
    figures = {one.name: one.value for one in report.measures}
    assert (figures["classes"], figures["unique_rows"], figures["rows_under_5"], figures["k"]) == (546, 65, 424, 1)
    assert report.verdict == "none", "0.2 % alone"
    shown = [str(cell.text) for row in report.parts[0].sheets[1].rows for cell in row[1:]]
    cells = set(frame["race"].dropna()) | {str(age) for age in frame["age"]} | set(frame["sex"])
    assert not set(shown) & cells
    assert any("*" in cell for cell in shown)


def _rows(frame: pd.DataFrame, truth: np.ndarray):  # type: ignore[no-untyped-def]
    from core.audits.subject import Rows

    return Rows(frame, truth, even(frame))


def test_columns_that_others_know_are_found_by_name() -> None:
    rng = np.random.default_rng(0)
    names = ["性别", "age", "zip_code", "glucose", "x"]
    frame = pd.DataFrame({name: rng.integers(0, 50, 200) for name in names})
    made = subject(frame, rng.integers(0, 2, 200), even, domain=domains()["medicine"])
    assert Unique().known(made) == ("性别", "age", "zip_code")
    assert Unique().run(made, Silence()).verdict == "difference"
    assert Unique().applies(subject(frame[["x"]], rng.integers(0, 2, 200), even)) is not None


def test_a_class_gives_an_uncommon_answer_away() -> None:
    """Everybody in the villages 0 to 19 has the rare answer."""
    frame = pd.DataFrame({"village": np.repeat(np.arange(100), 10)})
    truth = (frame["village"] < 20).to_numpy().astype(int)
    report = Unique(columns=("village",)).run(subject(frame, truth, even), Silence())
    assert [part.verdict for part in report.parts] == ["none", "difference"]
    assert report.parts[1].message.facts["rows"] == 200 * 2, "learned and unseen"
    # A village with one answer: 1 answer; of all rows 80 % have the other.
    assert [row[1].value for row in report.parts[1].sheets[0].rows] == pytest.approx([1, 0.8])


def test_short_cells_are_hidden_whole() -> None:
    frame = pd.DataFrame({"sex": ["F", "M", "F"], "age": [37, 41, 5], "town": ["Bonn", "Rom", None]})
    made = subject(frame, [0, 1, 0], even)
    rows = Unique(columns=("sex", "age", "town")).run(made, Silence()).parts[0].sheets[1].rows
    assert {str(cell.text) for row in rows for cell in row[1:3]} == {"*"}
    assert sorted(str(row[3].text) for row in rows) == ["", "B**n", "R*m"]


def test_the_most_telling_column_comes_first() -> None:
    frame = pd.DataFrame({"same": ["x"] * 20, "two": [0, 1] * 10, "each": range(20)})
    assert telling(frame, list(frame.columns), 2)[0] == ("each", 20)


def test_a_quiet_share_says_what_is_tolerated() -> None:
    """4 of 100 villages have the rare answer: 4% is not called a difference, and the sentence says up to what."""
    frame = pd.DataFrame({"village": np.repeat(np.arange(100), 10)})
    truth = (frame["village"] < 4).to_numpy().astype(int)
    part = Unique(columns=("village",)).run(subject(frame, truth, even), Silence()).parts[1]
    assert part.verdict == "none"
    assert part.message.english().endswith("Up to 5% is not called a difference.")
    nobody = Unique(columns=("village",)).run(subject(frame, [0, 1] * 500, even), Silence()).parts[1]
    assert part.message.facts["said"].facts["rows"] == 80 and "not called" not in nobody.message.english()


def test_classes_of_which_nothing_may_be_shown_are_not_listed() -> None:
    frame = pd.DataFrame({"sex": ["F", "M", "F"], "age": [37, 41, 5]})
    part = Unique(columns=("sex", "age")).run(subject(frame, [0, 1, 0], even), Silence()).parts[0]
    assert len(part.sheets) == 1
