"""Planted copies, planted canaries, and what single people leave in the files of a model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.audits.privacy import stored
from core.audits.privacy.attack import scores
from core.audits.privacy.copies import digests, exact, near, times
from core.audits.privacy.memorised import AUDIT
from core.audits.subject import Rows
from core.data.task import Split
from core.engines.watch import Silence
from core.learn.recipe import Recipe
from core.words import Message, say
from tests.core.audits.handmade import subject
from tests.core.audits.privacy import trained
from tests.core.learn.conftest import table_of, task_of
from tests.core.whatif.handmade import chances

COLUMNS = list("abcdef")


def even(rows: pd.DataFrame) -> np.ndarray:
    return chances(np.zeros(len(rows)))


def cells(*rows: tuple[object, ...]) -> np.ndarray:
    frame = pd.DataFrame(list(rows), columns=["t", *"abcd"])
    return digests(frame.astype(dict.fromkeys("abcd", float)), list(frame.columns))


def test_copies_by_hand() -> None:
    """The same but for case, blanks and one number; missing equals missing."""
    learnt = cells(("He came.", 1, 2, 3, None), ("other", 9, 9, 9, 9))
    new = cells(("he  CAME", 1, 2, 3, None), ("He came.", 1, 2, 4, None), ("He came.", 1, 0, 4, None))
    assert exact(new, learnt).tolist() == [True, False, False]
    assert near(new, learnt).tolist() == [True, True, False]
    assert times(cells(("x", 1, 1, 1, 1), ("x", 1, 1, 1, 1), ("y", 1, 1, 1, 1))).tolist() == [2, 2, 1]


def test_copies_that_flatter_are_found() -> None:
    """A third of the new rows are copies, which the model knows by heart; it knows nothing else."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(600, 6)), columns=COLUMNS)
    truth = rng.integers(0, 2, 600)
    known = Rows(frame.iloc[:300], truth[:300], chances(3.0 * (2 * truth[:300] - 1)))
    again = pd.concat([frame.iloc[:100], frame.iloc[300:500]], ignore_index=True)
    new = np.concatenate([truth[:100], truth[300:500]])
    by_heart = {tuple(row): 3.0 * (2 * one - 1) for row, one in zip(known.frame.to_numpy(), truth[:300], strict=True)}

    def formula(rows: pd.DataFrame) -> np.ndarray:
        return chances(np.array([by_heart.get(tuple(row), 0.0) for row in rows[COLUMNS].to_numpy()]))

    report = AUDIT.run(subject(again, new, formula, learnt=known), Silence())
    copied = report.parts[0]
    assert copied.verdict == "difference"
    assert (copied.message.facts["same"], copied.message.facts["n"]) == (100, 300)
    assert report.findings[0].rows == tuple(range(20))


def test_different_rows_are_no_copies() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(400, 6)), columns=COLUMNS)
    truth = rng.integers(0, 2, 400)
    known = Rows(frame.iloc[:200], truth[:200], even(frame.iloc[:200]))
    report = AUDIT.run(subject(frame.iloc[200:], truth[200:], even, learnt=known), Silence())
    assert (report.parts[0].verdict, report.parts[0].message.facts["close"]) == ("none", 0)


def test_too_few_new_rows_are_not_told_to_remove_anything() -> None:
    frame = pd.DataFrame({"x": np.arange(60.0), "y": np.ones(60)})
    known = Rows(frame, np.arange(60) % 2, even(frame))
    new = pd.DataFrame({"x": [0.0, *np.arange(100.0, 104.0)], "y": [1.0, *[2.0] * 4]})
    report = AUDIT.run(subject(new, [0, 1, 0, 1, 0], even, learnt=known), Silence())
    assert report.verdict == "inconclusive"
    assert report.cure is not None and report.cure.english().startswith("Test on more rows. The model’s files hold 5 ")
    said = report.parts[0].message.english()
    assert "1 of 5 new rows (20%) equals a learned row" in said and "(1 in every column)" in said


@pytest.mark.parametrize("n", [60, 5])
def test_rows_in_the_files_are_told_of_in_the_headline_and_have_a_cure(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The learned rows that the explanations rest on: 128 of them, said and cured also where nothing else is found."""
    monkeypatch.setattr(stored, "rows", lambda subject: 128)
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(200 + n, 6)), columns=COLUMNS)
    truth = rng.integers(0, 2, 200 + n)
    known = Rows(frame.iloc[:200], truth[:200], even(frame.iloc[:200]))
    report = AUDIT.run(subject(frame.iloc[200:], truth[200:], even, learnt=known), Silence())
    assert report.verdict == ("none" if n == 60 else "inconclusive"), "that is for information"
    assert report.message.english().endswith("The files of the model hold 128 rows of the table as they are.")
    assert report.message.holds(report.parts[0].message)
    assert report.cure is not None
    assert report.cure.english().endswith("hold 128 rows of the table: give them only to people who may see the table.")
    assert report.cure.english().startswith("Test on more rows.") == (n == 5)
    assert say(report.message, "zh_CN").endswith("。模型文件中原样保存了表格的 128 行。")


def test_a_category_of_one_person_is_told_of() -> None:
    frame = pd.DataFrame({"job": ["clerk"] * 60 + ["astronaut"], "x": np.arange(61.0)})
    report = AUDIT.run(subject(frame, np.arange(61) % 2, even), Silence())
    kept = report.parts[-1]
    assert kept.verdict == "difference"
    assert (kept.message.facts["levels"], kept.sheets[0].rows[0][2].value) == (1, 1)
    assert "astronaut" not in str(kept), "told of, not told"


@pytest.mark.slow
def test_words_of_one_text_are_told_of() -> None:
    """A model of few texts keeps words that occur once."""
    rng = np.random.default_rng(0)
    texts = [" ".join(rng.choice(["good", "bad", "late", "paid", "never"], 6)) for _ in range(200)]
    texts[3] += " zanzibar"
    frame = pd.DataFrame({"t": texts, "y": np.where(np.char.find(texts, "late") >= 0, "yes", "no")})
    held = table_of(frame, t="text")
    numbers = np.random.default_rng(1).permutation(200)
    numbers = np.concatenate([[3], numbers[numbers != 3]])
    rows = Split(
        np.sort(numbers[:140]), np.zeros(0, int), np.sort(numbers[140:]), "random", Message(""), np.arange(140) % 5
    )
    made = trained.fitted(held, Recipe(task_of(held), members=("simple",)), rows)
    kept = AUDIT.run(made, Silence()).parts[-1]
    assert kept.verdict == "difference"
    assert kept.message.facts["words"] == 1


def with_canaries(repeats: int, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    """1,500 rows of a law, 20 canaries with answers by chance, and 500 made alike that are not learned; and which rows
    are learned."""
    rng = np.random.default_rng(seed)
    plain = pd.DataFrame(rng.normal(size=(1_500, 6)).round(3), columns=COLUMNS)
    yes = rng.random(1_500) < chances(1.5 * plain["a"].to_numpy())[:, 1]
    odd = pd.DataFrame(rng.normal(size=(520, 6)).round(3), columns=COLUMNS)
    coin = rng.random(520) < 0.5
    rows = pd.concat([plain, *[odd.iloc[:20]] * repeats, odd.iloc[20:]], ignore_index=True)
    answers = np.concatenate([yes, *[coin[:20]] * repeats, coin[20:]])
    learned = np.concatenate([np.arange(1_000), np.arange(1_500, 1_500 + 20 * repeats)])
    return rows.assign(y=np.where(answers, "yes", "no")), learned


@pytest.mark.slow
def test_canaries_that_were_repeated_are_exposed() -> None:
    """PR-10: rows with answers by chance, met 50 times by a forest, rank in the top tenth of rows made alike, and the
    audit says so; met once they are less exposed."""
    ranks = {}
    for repeats in (1, 50):
        frame, learned = with_canaries(repeats)
        held = table_of(frame)
        unseen = np.setdiff1d(np.arange(len(frame)), learned)
        person = np.where(learned < 1_500, learned, 1_500 + (learned - 1_500) % 20)  # copies are held back together
        rows = Split(learned, np.zeros(0, int), unseen, "random", Message(""), person % 5)
        made = trained.fitted(held, Recipe(task_of(held), members=("forest",), time_budget_seconds=120.0), rows)
        canaries = made.learnt.some(np.isin(made.learnt.frame.index, np.arange(1_500, 1_520)))
        alike = made.test.some(made.test.frame.index.to_numpy() >= 1_500)
        mine, theirs = (scores("binary", one.truth, one.answer) for one in (canaries, alike))
        ranks[repeats] = (theirs[None, :] >= mine[:, None]).mean(axis=1)
        report = AUDIT.run(made, Silence())
        known = [part.verdict for part in report.parts if part.message.facts.get("low") == 20]
        assert known == (["difference"] if repeats == 50 else [])
    assert (ranks[50] <= 0.1).mean() >= 0.9
    assert ranks[1].mean() > 2 * ranks[50].mean()
