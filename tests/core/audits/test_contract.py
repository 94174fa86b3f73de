"""One contract for every audit there is."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core import values
from core.audits import audits
from core.audits.audit import FAMILIES, GRAVITY, Audit, Cell, Mark, Report
from core.audits.run import MISTAKE, report
from core.audits.subject import Subject
from core.domains import domains
from core.engines.watch import Silence
from core.words import Message, catalogue, say
from tests.core.audits.handmade import subject
from tests.core.whatif.handmade import chances, shares

ALL = audits()
TIMED = ("efficiency",)
"""What these measure is time, which is not the same again."""
LEFT = re.compile(r"[{}]")


def table(n: int = 240, seed: int = 0) -> tuple[pd.DataFrame, np.random.Generator]:
    """Numbers with gaps, a date, categories."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": rng.normal(size=n).round(2), "z": rng.normal(size=n).round(2)})
    frame.loc[rng.random(n) < 0.1, "z"] = np.nan
    frame["since"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, n), "D")
    frame["sex"] = rng.choice(["F", "M"], n)
    frame["age"] = rng.integers(18, 80, n).astype(float)
    return frame, rng


def lean(rows: pd.DataFrame) -> np.ndarray:
    return chances(rows["x"].to_numpy())


def drawn(rng: np.random.Generator, answer: np.ndarray) -> np.ndarray:
    return np.array([rng.choice(len(row), p=row) for row in answer])


def binary(n: int = 240, changed: dict[str, Any] | None = None, **more: Any) -> Subject:
    frame, rng = table(n)
    frame = frame.assign(**(changed or {}))
    return subject(frame, drawn(rng, lean(frame)), lean, **more)


def five_classes() -> Subject:
    frame, rng = table()

    def formula(rows: pd.DataFrame) -> np.ndarray:
        return shares(np.outer(rows["x"].to_numpy(), np.arange(5) - 2.0))

    return subject(
        frame, drawn(rng, formula(frame)), formula, kind="multiclass", classes=tuple("abcde"), sensitive=("sex", "age")
    )


def regression() -> Subject:
    frame, rng = table()
    truth = 3 * frame["x"].to_numpy() + rng.normal(size=len(frame))
    return subject(frame, truth, lambda rows: 3 * rows[["x"]].to_numpy(), kind="regression", sensitive=("sex", "age"))


def texts() -> Subject:
    rng = np.random.default_rng(0)
    words = np.array(["good", "bad", "late", "early", "loan", "paid"])
    notes = [" ".join(rng.choice(words, 6)) for _ in range(160)]

    def formula(rows: pd.DataFrame) -> np.ndarray:
        found = rows["note"].str.count("good").to_numpy(float, na_value=0) - 1
        return chances(2 * found)

    frame = pd.DataFrame({"note": pd.array(notes, dtype="str")})
    return subject(frame, drawn(rng, formula(frame)), formula, texts=("note",))


def two_rows() -> Subject:
    frame, rng = table(120)
    whole = subject(frame, drawn(rng, lean(frame)), lean, sensitive=("sex",))
    few = whole.test.some(np.arange(2))
    return replace(whole, test=few, honest=few)


def grouped() -> Subject:
    """Three people of a rare group, a column for people, one for time, a field of work."""
    changed = {"town": np.where(np.arange(240) < 3, "Rare", "Usual"), "who": np.arange(240) // 2}
    more: dict[str, Any] = {"group": "who", "time": "since", "domain": next(iter(domains().values()))}
    return binary(changed=changed, features=["x", "z", "sex", "town"], sensitive=("town",), **more)


SUBJECTS = {
    "binary": lambda: binary(sensitive=("sex", "age")),
    "five classes": five_classes,
    "regression": regression,
    "texts only": texts,
    "no sensitive column": binary,
    "a constant one": lambda: binary(changed={"sex": "F"}, sensitive=("sex",)),
    "one of 500 levels": lambda: binary(
        600, {"town": np.random.default_rng(1).integers(0, 500, 600).astype(str)}, sensitive=("town",)
    ),
    "gaps in a sensitive one": lambda: binary(
        changed={"sex": np.where(np.arange(240) % 5 == 0, None, "F")}, sensitive=("sex",)
    ),
    "a group of three": grouped,
    "two rows": two_rows,
    "one column": lambda: binary(features=["x"], sensitive=("sex",)),
    "one outcome": lambda: replace_truth(binary(sensitive=("sex",))),
}


def replace_truth(whole: Subject) -> Subject:
    rows = replace(whole.test, truth=np.zeros(len(whole.test), np.int64))
    return replace(whole, test=rows, honest=rows, learn=lambda: rows)


@cache
def made(key: str, name: str) -> Report:
    one = next(audit for audit in ALL if audit.key == key)
    return report(one, SUBJECTS[name](), Silence())


def inside(value: Any) -> Iterator[Any]:
    """A value and all that it holds."""
    yield value
    if isinstance(value, (tuple, list)):
        for one in value:
            yield from inside(one)
    elif isinstance(value, dict):
        yield from inside(tuple(value.values()))
    elif hasattr(value, "__dataclass_fields__"):
        yield from inside(tuple(getattr(value, name) for name in value.__dataclass_fields__))


def test_there_are_audits_with_keys_of_their_own() -> None:
    keys = [one.key for one in ALL]
    assert keys and len(keys) == len(set(keys))
    assert {one.family for one in ALL} <= set(FAMILIES)
    places = [(one.family, one.order) for one in ALL]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.key)
def test_what_an_audit_is_stands_with_it(one: Audit) -> None:
    about = one.about
    for name in ("title", "question", "measure", "reading", "limits", "source"):
        assert getattr(about, name).strip(), name
    assert about.question.endswith("?")
    assert len(about.title.split()) <= 4
    for name in ("title", "question", "measure", "reading", "limits"):
        assert catalogue("zh_CN").gettext(getattr(about, name)) != getattr(about, name), name


@pytest.mark.parametrize("name", SUBJECTS)
@pytest.mark.parametrize("key", [one.key for one in ALL])
def test_every_subject_ends_in_a_report(key: str, name: str) -> None:
    found = made(key, name)
    assert found.key == key
    assert found.message.text != MISTAKE
    assert found.verdict in GRAVITY
    again = values.from_json(Report, values.to_json(found))
    assert values.from_json(Report, values.to_json(again)) == again
    assert say(again.message) == say(found.message)
    for one in inside(found):
        if isinstance(one, Message):
            for language in ("en", "zh_CN"):
                said = say(one, language)
                assert said and not LEFT.search(said), one
        elif isinstance(one, float):
            assert math.isfinite(one)
        elif isinstance(one, (Cell, Mark)) and one.low is not None:
            assert one.high is not None and one.value is not None and one.low <= one.high
    for part in found.parts:
        assert part.verdict in GRAVITY
        for sheet in part.sheets:
            assert all(len(row) == len(sheet.heads) for row in sheet.rows)


@pytest.mark.parametrize("key", [one.key for one in ALL if one.key not in TIMED])
def test_the_same_subject_has_the_same_report(key: str) -> None:
    one = next(audit for audit in ALL if audit.key == key)
    again = report(one, SUBJECTS["binary"](), Silence())
    assert replace(again, seconds=0.0) == replace(made(key, "binary"), seconds=0.0)


@pytest.mark.parametrize("key", [one.key for one in ALL])
def test_a_finding_has_a_cure(key: str) -> None:
    for name in SUBJECTS:
        found = made(key, name)
        assert found.verdict != "difference" or found.cure is not None, name
