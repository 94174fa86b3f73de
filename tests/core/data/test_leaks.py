"""Columns that alone give the answer are found, by their score and by what the field knows."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from core.data.leaks import leaks, set_aside
from core.data.single import Single
from core.data.table import Column, Finding, Schema
from core.data.task import Goal
from core.domains import domains
from tests.pace import within

KINDS = {"f": "number", "i": "number", "M": "date"}
rng = np.random.default_rng(7)
N = 2_000
ANSWER = rng.random(N) < 0.4


def search(
    columns: Mapping[str, object], goal: str = "y", kind: str = "binary", domain: str = "", texts: tuple[str, ...] = ()
) -> dict[str, Finding]:
    """Findings by column."""
    frame = pd.DataFrame(columns)
    frame = frame.astype({name: "str" for name in frame if frame[name].dtype == object})
    known = [
        Column(str(name), "text" if name in texts else KINDS.get(frame[name].dtype.kind, "category"))  # type: ignore[arg-type]
        for name in frame
    ]
    found = leaks(frame, Schema(tuple(known)), Goal(goal), kind, domains().get(domain))  # type: ignore[arg-type]
    return {one.column or "": one for one in found}


def noisy(share: float) -> np.ndarray:
    """The answer, wrong in a share of the rows."""
    return np.where(rng.random(N) < share, ~ANSWER, ANSWER)


def words(answer: np.ndarray) -> list[str]:
    return list(np.where(answer, "yes", "no"))


@pytest.mark.parametrize(
    ("column", "code"),
    [
        (ANSWER.astype(int), "leak"),
        (1 - ANSWER.astype(int), "leak"),
        (ANSWER + rng.normal(0, 0.01, N), "leak"),
        (np.where(ANSWER, "left", "stayed"), "leak"),
        (np.where(ANSWER, rng.choice(["a", "b"], N), rng.choice(["c", "d"], N)), "leak"),
        (np.where(ANSWER, np.nan, 1.0), "leak"),
        (pd.Timestamp("2020-01-01") + pd.to_timedelta(np.where(ANSWER, 900, 0) + rng.integers(0, 800, N), "D"), "leak"),
        (np.abs(ANSWER * 4.0 - 2 + rng.normal(0, 0.1, N) - 2), "leak"),
        (noisy(0.015).astype(int), "leak_ask"),
        (noisy(0.1).astype(int), "leak_watch"),
        (ANSWER + rng.normal(0, 0.6, N), "leak_watch"),
        (ANSWER + rng.normal(0, 2, N), None),
        (rng.normal(0, 1, N), None),
        ([f"id{n}" for n in range(N)], None),
    ],
)
def test_how_much_a_column_alone_gives_away(column: object, code: str | None) -> None:
    found = search({"x": column, "y": words(ANSWER)})
    assert (found["x"].code if "x" in found else None) == code


def test_only_a_leak_is_set_aside_and_a_written_reason_keeps_it() -> None:
    found = search({"copy": ANSWER.astype(int), "close": noisy(0.015).astype(int), "y": words(ANSWER)}).values()
    assert set_aside(found) == {"copy"}
    assert set_aside(found, {"copy": "measured before"}) == set()
    assert set_aside(found, {"copy": " "}) == {"copy"}


def test_the_evidence_speaks_for_both_answers() -> None:
    leak = search({"copy": ANSWER.astype(int), "y": words(ANSWER)})["copy"]
    assert leak.severity == "stop"
    assert 2 <= len(leak.rows) <= 20
    assert {bool(ANSWER[row]) for row in leak.rows} == {True, False}


def test_a_middle_band_is_found_too() -> None:
    x = rng.uniform(0, 1, N)
    found = search({"x": x, "y": words((x > 0.4) & (x < 0.6))})
    assert found["x"].code in ("leak", "leak_ask")


@pytest.mark.parametrize(
    ("column", "code"),
    [
        (lambda y: y, "leak"),
        (np.log, "leak"),
        (lambda y: -3 * y + 1, "leak"),
        (lambda y: y * np.exp(rng.normal(0, 0.01, N)), "leak"),
        (lambda y: y + rng.normal(0, 0.18 * y.std(), N), "leak_ask"),
        (lambda y: y + rng.normal(0, 0.45 * y.std(), N), "leak_watch"),
        (lambda y: y + rng.normal(0, 2 * y.std(), N), None),
        (lambda y: rng.normal(0, 1, N), None),
    ],
)
def test_amounts_by_r_squared(column: object, code: str | None) -> None:
    y = np.exp(rng.normal(10, 0.5, N))
    found = search({"x": column(y), "y": y}, kind="regression")  # type: ignore[operator]
    assert (found["x"].code if "x" in found else None) == code


def test_several_classes() -> None:
    classes = rng.choice(list("abcde"), N)
    found = search(
        {
            "copy": pd.Series(classes).map(dict(zip("abcde", [3, 1, 4, 0, 5], strict=True))),
            "x": rng.normal(size=N),
            "y": classes,
        },
        kind="multiclass",
    )
    assert {name: one.code for name, one in found.items()} == {"copy": "leak"}


def test_a_column_that_repeats_a_person_with_one_answer_is_found() -> None:
    person = rng.integers(0, 40, N)
    found = search({"person": [f"p{one}" for one in person], "y": words(person % 2 == 0)})
    assert found["person"].code == "leak"


def test_luck_among_many_columns_and_few_rows_is_no_leak() -> None:
    few = {f"c{at}": rng.normal(size=12) for at in range(2_000)}
    answer = words(np.arange(12) % 2 == 0)
    assert search({**few, "y": answer}) == {}


def test_a_copy_among_many_columns_and_few_rows_is_still_found() -> None:
    answer = np.arange(72) % 3 == 0
    many = {f"c{at}": rng.normal(size=72) for at in range(1_000)}
    found = search({**many, "copy": answer + rng.normal(0, 0.001, 72), "y": words(answer)})
    assert {name: one.code for name, one in found.items()} == {"copy": "leak"}


def test_many_hints_are_said_in_one() -> None:
    found = search({f"x{at}": ANSWER + rng.normal(0, 0.5, N) for at in range(6)} | {"y": words(ANSWER)})
    assert [one.code for one in found.values()] == ["leak_watch"]
    assert found[""].message.facts["n"] == 6


def test_the_field_sets_aside_what_is_known_afterwards() -> None:
    found = search({"duration": rng.normal(size=N), "age": rng.normal(size=N), "y": words(ANSWER)}, domain="finance")
    assert {name: (one.code, one.severity) for name, one in found.items()} == {"duration": ("leak", "warning")}
    assert set_aside(found.values()) == {"duration"}


def test_the_field_asks_about_earlier_grades_and_keeps_them() -> None:
    grade = rng.normal(12, 3, N)
    found = search({"G2": grade + rng.normal(0, 1, N), "G3": grade}, goal="G3", kind="regression", domain="education")
    assert found["G2"].code == "leak_ask"
    assert set_aside(found.values()) == set()


@pytest.mark.parametrize(
    ("tells", "other", "wrong", "code"),
    [
        ("sent to the mortuary", "sent home", 0, "leak"),
        ("sent to the mortuary", "sent home", 0.015, "leak_ask"),
        ("seems unwell", "sent home", 0.1, None),
        ("建议进一步手术治疗", "建议回家休息观察", 0, "leak"),
    ],
)
def test_a_word_that_gives_the_answer_away(tells: str, other: str, wrong: float, code: str | None) -> None:
    notes = [f"patient {n} {tells if one else other}." for n, one in enumerate(noisy(wrong))]
    found = search({"note": notes, "y": words(ANSWER)}, texts=("note",))
    assert (found["note"].code if "note" in found else None) == code


def test_a_word_that_names_one_of_several_answers_is_only_asked_about() -> None:
    ward = rng.choice(["heart", "skin", "eye"], N)
    notes = [f"patient {n} of the {one} ward" for n, one in enumerate(ward)]
    assert search({"note": notes, "y": ward}, kind="multiclass", texts=("note",))["note"].code == "leak_ask"


def test_an_honest_text_is_no_leak() -> None:
    talk = rng.choice(["tired", "diligent", "distracted", "quiet", "reads"], (N, 4))
    assert search({"note": [" ".join(row) for row in talk], "y": words(ANSWER)}, texts=("note",)) == {}


def test_free_text_is_not_searched_for_amounts_and_that_is_said() -> None:
    found = search(
        {"note": [f"note {n}" for n in range(N)], "y": rng.normal(size=N)}, kind="regression", texts=("note",)
    )
    assert found["note"].code == "leak_text"


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", ["binary", "regression"])
def test_odd_columns_do_no_harm(kind: str) -> None:
    odd = {
        "infinite": np.where(rng.random(N) < 0.1, np.inf, rng.normal(size=N)),
        "huge": rng.normal(size=N) * 1e300,
        "empty": np.full(N, np.nan),
        "one": np.ones(N),
        "far": np.array(["1500-01-01", "9999-12-31"], dtype="datetime64[us]")[rng.integers(0, 2, N)],
    }
    assert search({**odd, "y": words(ANSWER) if kind == "binary" else rng.normal(size=N)}, kind=kind) == {}


def test_the_same_seed_finds_the_same() -> None:
    columns = {"x": ANSWER + rng.normal(0, 0.5, N), "y": words(ANSWER)}
    assert search(columns)["x"].message.facts == search(columns)["x"].message.facts


def test_rows_without_an_answer_do_not_count() -> None:
    answer = pd.Series(words(ANSWER)).mask(np.arange(N) % 3 == 0)
    copy = np.where(np.arange(N) % 3 == 0, rng.random(N), ANSWER)
    assert search({"copy": copy, "y": answer})["copy"].code == "leak"


def test_a_strong_sign_in_few_rows_stays_a_question() -> None:
    limits = (0.85, 0.975, 0.995)
    assert Single(score=0.999, luck=0.7, sure=0.98).level(limits) == 2
    assert Single(score=0.999, luck=0.7, sure=0.90).level(limits) == 1
    assert Single(score=0.999, luck=0.7, sure=0.50).level(limits) == 0
    assert Single(score=0.90, luck=0.95, sure=0.50).level(limits) == -1


def test_a_hundred_thousand_rows_take_seconds() -> None:
    n = 100_000
    y = rng.random(n) < 0.5
    columns = {f"n{at}": rng.normal(size=n) for at in range(40)} | {
        f"k{at}": rng.choice(list("abcd"), n) for at in range(10)
    }
    with within(10):
        assert search({**columns, "y": np.where(y, "yes", "no")}) == {}
